//! `/pro/patients/{id}/plan`: the plan as a draft that physiotherapists edit, apply, or send to the patient.

mod act;
mod goals;
pub mod preview;
pub mod versions;

pub use act::save;

use super::dose;
use crate::care::CareError;
use crate::care::desk::choosing::{fits, search};
use crate::care::desk::drafting::{Editor, Seen, changed_by, editor};
use crate::care::desk::look_to_treat;
use crate::clinical::plan::{Difference, Level, Prescribed, Role};
use crate::clock::Moment;
use crate::ids::{PatientId, UserId};
use crate::store::intake::{self, Intake};
use crate::store::{StoreError, accounts, thresholds};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::pages::changes::difference;
use crate::web::view::figure::thumbnail_of;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use goals::{GoalView, new_goal};
use std::sync::Arc;

/// Most exercises that a search shows.
const FOUND: usize = 12;

/// A plan being edited, with what its page says around it.
pub(super) struct Loaded {
    pub(super) editor: Editor,
    pub(super) name: String,
    /// Now, where the patient is.
    pub(super) moment: Moment,
    /// Who changed the draft last.
    by: String,
    /// What a search found; none without a search.
    found: Option<Result<Vec<Prescribed>, String>>,
    /// Largest weekly step of a daily amount, per cent.
    most_percent: u8,
    /// The intake that was handed in: what share of tries to start with.
    intake: Option<Intake>,
}

/// Loads the plan that is edited, and what `words` find; `None` without a plan under way.
pub(super) async fn load(desk: &Desk, id: &str, words: Option<String>) -> Result<Option<Loaded>, AppError> {
    let (actor, physio, patient, now) = (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look_to_treat(store, &actor, &patient, now)?;
            store.read(|tx| {
                let user = accounts::user(tx, &UserId::from_text(patient.as_str()))?.ok_or(StoreError::NotFound)?;
                let moment = Moment { utc: now, zone: crate::clock::zone(&user.time_zone) };
                let Some(editor) = editor(tx, &who)? else { return Ok(None) };
                let by = match &editor.draft {
                    Some(draft) => changed_by(tx, draft)?,
                    None => String::new(),
                };
                let found = match words.as_deref().map(|words| search(tx, &physio, &editor.plan.facts, words)) {
                    None => None,
                    Some(Ok(found)) => Some(Ok(found)),
                    Some(Err(CareError::Refused { message, .. })) => Some(Err(message.to_string())),
                    Some(Err(other)) => return Err(other),
                };
                let most_percent = thresholds::timeline(tx, physio.clinic())?.thresholds_on(moment.today()).quota_step();
                let intake = intake::latest(tx, &who, "submitted")?;
                Ok(Some(Loaded { editor, name: user.name, moment, by, found, most_percent, intake }))
            })
        })
        .await
}

/// An exercise of the draft.
struct ItemView {
    id: String,
    name: String,
    group: &'static str,
    dose: String,
    thumb: Arc<str>,
    /// What the draft did to it: "New", "Changed" or nothing.
    mark: &'static str,
    /// Why it is not for this person; empty where nothing speaks against it.
    against: String,
    is_quota: bool,
    /// Its place, from 1.
    place: usize,
    last: bool,
    /// Where its page says how it is done.
    how: String,
    fields: Vec<Field>,
    open: bool,
}

/// Fields of one exercise among many: their ids carry its own.
fn fields_of(item: &Prescribed) -> Vec<Field> {
    let mut fields = dose::fields(&item.dose);
    let levels = [("easier", "The easier form"), ("standard", "As described"), ("harder", "The harder form")];
    fields.push(Field::new("radios", "level", "Form").options(levels).value(item.level.code()));
    fields.iter_mut().for_each(|field| field.id = format!("f-{}-{}", item.exercise.to_lowercase(), field.name.replace('_', "-")));
    fields
}

/// An exercise that a search found.
struct FoundView {
    id: String,
    name: String,
    group: &'static str,
    dose: String,
    thumb: Arc<str>,
    /// Why it cannot be added; empty where it can.
    against: String,
}

/// A difference in words.
pub(super) struct Line {
    pub(super) subject: String,
    pub(super) what: String,
}

/// Differences in the words that the patient reads.
pub(super) fn lines(differences: &[Difference]) -> Vec<Line> {
    differences.iter().map(difference).map(|(subject, what)| Line { subject, what }).collect()
}

#[derive(Template)]
#[template(path = "pages/pro/plan/edit.html")]
struct EditPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    seen: Seen,
    token: String,
    /// Where the draft stands: `none`, `open` or `sent`.
    state: &'static str,
    by: String,
    at: String,
    reason_sent: String,
    /// What the patient answered to the draft before: the day, and their words.
    declined: Option<(String, String)>,
    warnings: Vec<String>,
    changes: Vec<Line>,
    moved_on: Option<Vec<Line>>,
    /// What draft and plan both changed.
    clashes: Vec<Field>,
    items: Vec<ItemView>,
    search: Field,
    found: Option<Vec<FoundView>>,
    more: usize,
    goals: Vec<GoalView>,
    /// Another goal beside the one there is; none where a plan has all it may have.
    new_goal: Option<GoalView>,
    reason: Field,
}

fn item_view(loaded: &Loaded, item: &Prescribed, at: usize, form: &FormData, errors: &mut Errors, lines: &mut Vec<ErrorLine>) -> ItemView {
    let editor = &loaded.editor;
    let about = form.text("do") == "dose" && form.text("exercise") == item.exercise;
    let mut fields = fields_of(item);
    if about {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
        lines.extend(errors.show(&mut fields));
        *errors = Errors::default();
    }
    let before = editor.now.get(&item.exercise);
    ItemView {
        id: item.exercise.clone(),
        name: item.title().to_owned(),
        group: item.definition().map_or("", |exercise| exercise.group.title()),
        dose: item.in_words().to_string(),
        thumb: thumbnail_of(item),
        mark: match before {
            None => "New",
            Some(before) if before != item => "Changed",
            Some(_) => "",
        },
        against: fits(item, &editor.plan.facts).err().unwrap_or_default(),
        is_quota: item.role == Role::Quota,
        place: at + 1,
        last: at + 1 == editor.shape().items.len(),
        how: if item.own.is_some() { format!("/pro/exercises/{}", item.exercise) } else { format!("/exercises/{}", item.exercise) },
        fields,
        open: about,
    }
}

fn found_view(editor: &Editor, item: &Prescribed) -> FoundView {
    let against = match fits(item, &editor.plan.facts) {
        _ if editor.shape().get(&item.exercise).is_some() => "It is in the list already.".to_owned(),
        Err(why) => format!("Not for this person: {why}."),
        Ok(()) => String::new(),
    };
    FoundView {
        id: item.exercise.clone(),
        name: item.title().to_owned(),
        group: item.definition().map_or("", |exercise| exercise.group.title()),
        dose: item.in_words().to_string(),
        thumb: thumbnail_of(item),
        against,
    }
}

fn clash_views(editor: &Editor, form: &FormData) -> Vec<Field> {
    let or_gone = |words: String| if words.is_empty() { "not in the plan".to_owned() } else { words };
    let clashes = editor.clashes().into_iter().map(|clash| {
        let options = [
            ("draft", format!("The draft: {}", or_gone(clash.draft.to_string()))),
            ("plan", format!("The plan now: {}", or_gone(clash.plan.to_string()))),
        ];
        let name = format!("choice.{}", clash.key);
        let mut field = Field::new("radios", &name, format!("{}: which one counts?", clash.subject)).options(options).sent(form);
        field.id = format!("f-choice-{}", clash.key.to_lowercase().replace('.', "-"));
        field
    });
    clashes.collect()
}

/// The page; `form`: what was sent when it is shown again.
fn edit_page(desk: &Desk, id: &str, loaded: &Loaded, form: &FormData, mut errors: Errors) -> Result<HttpResponse, AppError> {
    let editor = &loaded.editor;
    let refused = !errors.is_empty();
    let mut summary = Vec::new();
    if let Some(Err(message)) = &loaded.found {
        errors.add("words", message.clone());
    }
    let shape = editor.shape();
    let mut items = Vec::new();
    for (at, item) in shape.items.iter().enumerate() {
        items.push(item_view(loaded, item, at, form, &mut errors, &mut summary));
    }
    let goals = shape.quotas.iter().map(|quota| GoalView::new(loaded, quota, form, &mut errors, &mut summary)).collect();
    let new_goal = new_goal(loaded, form, &mut errors, &mut summary);
    let mut fields = [
        Field::new("text", "words", "Words to look for")
            .hint("Name, purpose or group, for example: bridge. The clinic’s own exercises are found too.")
            .sent(form),
        Field::new("text", "reason", "Reason")
            .hint("The patient sees what changed and why. They read this, for example: your sessions went well, so one step up")
            .sent(form),
    ];
    summary.extend(errors.show(&mut fields));
    let [search, reason] = fields;
    let (found, more) = match &loaded.found {
        Some(Ok(found)) => {
            (Some(found.iter().take(FOUND).map(|item| found_view(editor, item)).collect()), found.len().saturating_sub(FOUND))
        }
        _ => (None, 0),
    };
    let draft = editor.draft.as_ref();
    let zone = loaded.moment.zone;
    let declined = editor.settled.as_ref().filter(|settled| settled.status == "declined" && draft.is_none());
    let shown = EditPage {
        ctx: desk.visitor.ctx(),
        errors: summary,
        id: id.to_owned(),
        name: loaded.name.clone(),
        seen: editor.seen(),
        token: crate::ids::fresh(),
        state: draft.map_or("none", |draft| if draft.is_sent() { "sent" } else { "open" }),
        by: loaded.by.clone(),
        at: draft.map(|draft| words::instant(draft.changed_at, zone)).unwrap_or_default(),
        reason_sent: draft.map(|draft| draft.reason.clone()).unwrap_or_default(),
        declined: declined.map(|d| (words::instant(d.settled_at.unwrap_or(d.changed_at), zone), d.answer.clone())),
        warnings: editor.warnings().iter().map(|warning| warning.text().to_string()).collect(),
        changes: lines(&editor.differences()),
        moved_on: draft.filter(|draft| *draft.base != editor.now).map(|_| lines(&editor.moved_on())),
        clashes: clash_views(editor, form),
        items,
        search,
        found,
        more,
        goals,
        new_goal,
        reason,
    };
    if refused { page_again(&shown) } else { page(&shown) }
}

/// The plan to be.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    match load(&desk, &id, None).await? {
        Some(loaded) => edit_page(&desk, &id, &loaded, &FormData::default(), Errors::default()),
        None => Ok(no_plan(&desk, &id)),
    }
}

/// Back to the file of somebody without a plan.
pub(super) fn no_plan(desk: &Desk, id: &str) -> HttpResponse {
    desk.visitor.flash("There is no plan under way that could be edited.");
    go(&format!("/pro/patients/{id}"))
}

/// The form with this code.
fn level(code: &str) -> Option<Level> {
    [Level::Easier, Level::Standard, Level::Harder].into_iter().find(|level| level.code() == code)
}
