//! `/exercises`: the library for everybody, narrowed by what one looks for, and the page of an exercise.

use super::check;
use super::plan::visible;
use crate::access::{Physio, authorise_own};
use crate::care::CareError;
use crate::care::plan::dose_words;
use crate::care::standing::{Active, Standing, standing};
use crate::clinical::advice::fill;
use crate::clinical::codes::{Category, Flag};
use crate::clinical::exercise::own::may_begin;
use crate::clinical::exercise::{Exercise, Group, Position, is_own};
use crate::clinical::plan::{self as rules, Prescribed};
use crate::figure::library::Form;
use crate::lang::say;
use crate::store::plans::{self, PlanQuota};
use crate::store::{StoreError, exercises};
use crate::web::error::AppError;
use crate::web::extract::{Id, Visitor};
use crate::web::forms::Field;
use crate::web::pages::intake::wishes::EQUIPMENT;
use crate::web::pages::today::why_words;
use crate::web::view::figure::{Pictures, pictures, pictures_of, still, thumbnail};
use crate::web::view::told::{advice, library};
use crate::web::view::{PageCtx, go, page, words};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// What somebody looks for. Nothing of it is about a person; what is not known counts as not asked.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wanted {
    group: String,
    position: String,
    equipment: String,
    suits: String,
    floor: String,
}

/// Patterns as one looks for them, with the code of each.
const SUITS: [(&str, &str, Category); 4] = [
    ("bending", tr_later!("bending and sitting hurt"), Category::Flex),
    ("arching", tr_later!("standing and arching hurt"), Category::Ext),
    ("load", tr_later!("load and jolts hurt"), Category::Load),
    ("control", tr_later!("small movements catch"), Category::Inst),
];

impl Wanted {
    /// Whether an exercise is among what is looked for.
    fn fits(&self, exercise: &Exercise) -> bool {
        let group = Group::ALL.iter().find(|g| g.code() == self.group);
        let position = Position::ALL.iter().find(|p| p.code() == self.position);
        let needs = |flag: Flag| exercise.has(flag);
        let equipment = match self.equipment.as_str() {
            "none" => !EQUIPMENT.iter().any(|(flag, _)| needs(*flag)),
            code => code.parse().map_or(true, |flag: Flag| !EQUIPMENT.iter().any(|(known, _)| *known == flag) || needs(flag)),
        };
        let suits = SUITS.iter().find(|(code, ..)| *code == self.suits).is_none_or(|(.., category)| exercise.phase(*category) == 1);
        group.is_none_or(|g| exercise.group == *g)
            && position.is_none_or(|p| exercise.position == *p || exercise.position == Position::Any)
            && equipment
            && suits
            && (self.floor.is_empty() || !needs(Flag::Floor))
    }

    fn anything(&self) -> bool {
        [&self.group, &self.position, &self.equipment, &self.suits, &self.floor].iter().any(|text| !text.is_empty())
    }
}

struct CardView {
    id: String,
    title: String,
    why: String,
    needs: String,
    thumb: Arc<str>,
}

#[derive(Template)]
#[template(path = "pages/exercises/list.html")]
struct ListPage {
    ctx: PageCtx,
    narrowed: bool,
    fields: Vec<Field>,
    count: String,
    groups: Vec<(&'static str, Vec<CardView>)>,
    is_visitor: bool,
}

/// A piece of equipment within a line.
fn say_equipment(flag: Flag) -> &'static str {
    match flag {
        Flag::Chair => tr!("a firm chair"),
        Flag::Step => tr!("a step or stairs"),
        Flag::Weight => tr!("a weight, or a bag you can fill"),
        Flag::Band => tr!("an elastic exercise band"),
        Flag::Ball => tr!("a large exercise ball"),
        Flag::Bike => tr!("a bicycle or exercise bike"),
        Flag::Pool => tr!("a swimming pool nearby"),
        Flag::Gym => tr!("a gym"),
        Flag::Bone | Flag::Preg | Flag::Radic | Flag::RadicCheck | Flag::Floor => "",
    }
}

/// Position and equipment in words.
fn needs(exercise: &Exercise) -> String {
    let equipment = EQUIPMENT.iter().map(|(flag, _)| *flag).filter(|flag| exercise.has(*flag)).map(say_equipment);
    std::iter::once(say(exercise.position.title())).chain(equipment).collect::<Vec<_>>().join(", ")
}

fn filters(wanted: &Wanted) -> Vec<Field> {
    let any = |words: &str| (String::new(), words.to_owned());
    let select = |name: &str, label: &str, all: &str, options: Vec<(String, String)>, value: &str| {
        Field::new("select", name, label).options(std::iter::once(any(all)).chain(options)).value(value)
    };
    let pair = |code: &str, title: &str| (code.to_owned(), say(title).to_owned());
    let equipment =
        std::iter::once(pair("none", tr!("Nothing at all"))).chain(EQUIPMENT.iter().map(|(flag, words)| pair(flag.code(), words)));
    vec![
        select(
            "group",
            tr!("What it is for"),
            tr!("Everything"),
            Group::ALL.iter().map(|g| pair(g.code(), g.title())).collect(),
            &wanted.group,
        ),
        select(
            "position",
            tr!("Position"),
            tr!("Any position"),
            Position::ALL.iter().map(|p| pair(p.code(), p.title())).collect(),
            &wanted.position,
        ),
        select("equipment", tr!("Equipment"), tr!("Any"), equipment.collect(), &wanted.equipment),
        select(
            "suits",
            tr!("A usual beginning when …"),
            tr!("Not looked at"),
            SUITS.iter().map(|(code, words, _)| pair(code, words)).collect(),
            &wanted.suits,
        ),
        Field::new("checkboxes", "floor", tr!("Getting down"))
            .options([("no", tr!("Without going down to the floor"))])
            .values(std::slice::from_ref(&wanted.floor)),
    ]
}

/// Who reads, and how much of the library that opens.
enum Reading {
    /// A visitor, or somebody who works here.
    All,
    /// A patient whose plan is under way.
    Plan(Box<Active>, Vec<Prescribed>, Vec<PlanQuota>),
    /// Nothing now: the page that says what comes next.
    Elsewhere(&'static str),
}

/// SAFETY(patient): nothing from the library before a plan, and under a pause only what it leaves (3.1, 13 no. 3); nor
/// after a check whose result holds.
async fn reading(visitor: &Visitor) -> Result<Reading, AppError> {
    let Some(actor) = visitor.actor() else {
        return Ok(if check::holds(visitor) { Reading::Elsewhere("/check/result") } else { Reading::All });
    };
    if !actor.is_patient {
        return Ok(Reading::All);
    }
    let who = authorise_own(&actor)?;
    let moment = visitor.moment();
    visitor
        .run(move |store| {
            store.read(|tx| {
                let Standing::Active(active) = standing(tx, &who, moment.today())? else {
                    return Ok::<_, CareError>(Reading::Elsewhere("/today"));
                };
                let items = plans::items(tx, &who, &active.plan)?.iter().map(|i| Prescribed::clone(&i.prescription)).collect();
                let quotas = plans::quotas(tx, &who, &active.plan)?;
                Ok(Reading::Plan(active, items, quotas))
            })
        })
        .await
}

/// The library.
pub async fn list(visitor: Visitor, wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    match reading(&visitor).await? {
        Reading::Elsewhere(path) => return Ok(go(path)),
        Reading::Plan(active, ..) if active.pause.is_some() => return Ok(go("/today")),
        _ => {}
    }
    let found: Vec<&Exercise> = library().all().iter().filter(|exercise| wanted.fits(exercise)).collect();
    let card = |exercise: &&Exercise| CardView {
        id: exercise.id.clone(),
        title: exercise.title.clone(),
        why: exercise.why.clone(),
        needs: needs(exercise),
        thumb: thumbnail(&exercise.id),
    };
    let of_group = |group: &Group| (say(group.title()), found.iter().filter(|e| e.group == *group).map(card).collect::<Vec<_>>());
    let all = library().all().len();
    page(&ListPage {
        narrowed: wanted.anything(),
        fields: filters(&wanted),
        count: match found.len() {
            0 => tr!("No exercise fits all of this.").to_owned(),
            1 => tr!("1 of {all} exercises.", all = all),
            n if n == all => tr!("{all} exercises.", all = all),
            n => tr!("{n} of {all} exercises.", n = n, all = all),
        },
        groups: Group::ALL.iter().map(of_group).filter(|(_, cards)| !cards.is_empty()).collect(),
        is_visitor: visitor.actor().is_none(),
        ctx: visitor.reading(),
    })
}

#[derive(Template)]
#[template(path = "pages/exercises/show.html")]
struct ExercisePage {
    ctx: PageCtx,
    exercise: Exercise,
    pictures: Option<Pictures>,
    easier: Option<Arc<str>>,
    harder: Option<Arc<str>>,
    needs: String,
    dose: String,
    mine: bool,
    why: String,
    stop_title: String,
    stop_lines: Vec<String>,
    stop_then: String,
    back: &'static str,
    /// A physiotherapist may begin an exercise of the clinic's own with this one.
    begin: String,
}

/// The picture of a form: its own, or that of the exercise which is this form.
fn form_picture(exercise: &Exercise, other: Option<&str>, form: Form) -> Option<Arc<str>> {
    still(&exercise.id, form).or_else(|| other.and_then(|id| still(id, Form::Main)))
}

fn exercise_page(
    ctx: PageCtx,
    exercise: &Exercise,
    item: Option<&Prescribed>,
    quota: Option<&PlanQuota>,
) -> Result<HttpResponse, AppError> {
    let dose = match (quota, item) {
        (Some(quota), Some(_)) => {
            let now = words::amount(quota.activity.0, quota.unit.0, quota.today());
            tr!("{amount} a day this week, on {days} days", amount = now, days = quota.days_per_week)
        }
        (None, Some(item)) => dose_words(item),
        (_, None) => exercise.dose.sentence().to_string(),
    };
    let dose = dose.chars().take(1).flat_map(char::to_uppercase).chain(dose.chars().skip(1)).collect();
    let text = |t: &str| fill(t, &ctx.emergency_number, &ctx.urgent_number);
    let mut stop_lines: Vec<String> = advice().stop_rule.lines.iter().map(|l| text(l)).collect();
    if !exercise.stop.is_empty() {
        stop_lines.insert(0, exercise.stop.clone());
    }
    page(&ExercisePage {
        dose,
        pictures: match item {
            Some(item) => pictures_of(item),
            None => pictures(&exercise.id, Form::Main),
        },
        easier: form_picture(exercise, exercise.easier_id.as_deref(), Form::Easier),
        harder: form_picture(exercise, exercise.harder_id.as_deref(), Form::Harder),
        needs: needs(exercise),
        mine: item.is_some(),
        why: item.map_or_else(|| exercise.why.clone(), why_words),
        stop_title: text(&advice().stop_rule.title),
        stop_lines,
        stop_then: text(&advice().stop_rule.then),
        exercise: exercise.clone(),
        begin: if ctx.is_physio && may_begin(exercise) { exercise.id.clone() } else { String::new() },
        back: if item.is_some() { "/today" } else { "/exercises" },
        ctx,
    })
}

/// How an exercise is done. A patient whose plan does not show it now is sent to what is shown; a clinic's own
/// exercise is there for the patients who were given it, as it was given, and for the desk.
pub async fn show(visitor: Visitor, id: Id) -> Result<HttpResponse, AppError> {
    if is_own(&id) && visitor.actor().is_some_and(|actor| actor.is_physio) {
        return Ok(go(&format!("/pro/exercises/{}", id.as_str())));
    }
    let known = library().get(&id);
    let (active, items, quotas) = match (reading(&visitor).await?, known) {
        (Reading::All, Some(exercise)) => return exercise_page(visitor.reading(), exercise, None, None),
        (Reading::Elsewhere(path), Some(_)) => return Ok(go(path)),
        (Reading::All | Reading::Elsewhere(_), None) => return Err(AppError::NotFound),
        (Reading::Plan(active, items, quotas), _) => (active, items, quotas),
    };
    let given = items.iter().find(|i| i.exercise == *id).cloned();
    let exercise = match (known, given.as_ref().and_then(Prescribed::definition)) {
        (Some(exercise), _) | (None, Some(exercise)) => exercise,
        (None, None) => return Err(AppError::NotFound),
    };
    let shown = visible(&active, items);
    let item = shown.iter().find(|i| i.exercise == exercise.id);
    if item.is_none() && (active.pause.is_some() || known.is_none()) {
        return Ok(go("/today"));
    }
    // During a pause or a flare the day's page says how much, not the schedule.
    let paced = active.pause.is_none() && active.flare.is_none();
    let quota = quotas.iter().find(|quota| paced && rules::quota_item(quota.activity.0) == exercise.id);
    exercise_page(visitor.reading(), exercise, item, quota)
}

/// An uploaded picture, for the desk and for patients whose plans have it.
pub async fn picture(visitor: Visitor, id: Id) -> Result<HttpResponse, AppError> {
    let actor = visitor.actor().ok_or(AppError::NotFound)?;
    let id = id.into_inner();
    let found = visitor
        .run(move |store| {
            store.read(|tx| {
                if let Ok(physio) = Physio::of(&actor) {
                    return Ok(exercises::picture(tx, &physio, &id)?);
                }
                let own = authorise_own(&actor).map_err(|_| StoreError::NotFound)?;
                Ok::<_, CareError>(exercises::picture_given(tx, &own, &id)?)
            })
        })
        .await?;
    // An identity never gets another picture, and nobody else's cache may keep it.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, found.media_type))
        .insert_header((CACHE_CONTROL, "private, max-age=86400, immutable"))
        .insert_header((CONTENT_DISPOSITION, "inline"))
        .body(found.bytes))
}
