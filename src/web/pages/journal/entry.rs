//! Writing a journal entry and changing one.

use crate::care::CareError;
use crate::care::journal::{NewEntry, rewrite, write};
use crate::care::logging::record_day;
use crate::clinical::advice::advice;
use crate::store::journal::{Entry, EntryBody, one};
use crate::store::logs;
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/journal/entry.html")]
struct EntryPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: &'static str,
    /// Day and time of the entry that is changed.
    of: String,
    action: String,
    token: String,
    when: Vec<Field>,
    pains: Vec<Field>,
    more: Vec<Field>,
    more_open: bool,
    note: Vec<Field>,
    changed: i64,
}

/// Fields of an entry, in the order of the page: when (2), pains (3, or 4 with the day's average),
/// more (6), note (2).
fn fields(me: &Me, with_when: bool) -> Vec<Field> {
    let pain = |name: &str, label: &str| Field::new("scale", name, label).ends("no pain", "the worst pain you can imagine").optional();
    let scale = |name: &str, label: &str, low: &str, high: &str| Field::new("scale", name, label).ends(low, high).optional();
    let tags = Field::new("checkboxes", "tags", "What was different?")
        .options(advice().tags.iter().map(|t| (t.key.clone(), t.label.clone())))
        .optional();
    let mut fields = Vec::new();
    if with_when {
        fields.push(Field::new("date", "on", "Day").hint("Today, or up to 7 days back").value(me.moment.today().to_string()));
        fields.push(Field::new("time", "at", "Time").value(me.moment.local().format("%H:%M").to_string()));
    }
    fields.extend([pain("back", "Pain in your back"), pain("buttock", "Pain in your buttock"), pain("leg", "Pain in your leg")]);
    if with_when {
        fields.push(pain("average", "And the whole day, on average?").hint("Once a day is enough, best in the evening"));
    }
    fields.extend([
        Field::new("decimal", "sleep_hours", "How long did you sleep?").suffix("hours").optional(),
        scale("sleep_quality", "How well did you sleep?", "very badly", "very well"),
        Field::new("number", "stiffness", "How long were you stiff in the morning?").suffix("minutes").optional(),
        scale("mood", "How is your mood?", "very low", "very good"),
        scale("stress", "How much stress was there?", "none", "very much"),
        tags,
        Field::new("textarea", "note", "Note").optional(),
        Field::new("checkboxes", "share", "Who may read the note?")
            .hint("Only you, unless you choose otherwise")
            .options([("yes", "Share this note with my physiotherapist")])
            .optional(),
    ]);
    fields
}

fn read(form: &FormData) -> (EntryBody, Errors) {
    let mut reader = Reader::new(form);
    let body = EntryBody {
        back: reader.scale("back"),
        buttock: reader.scale("buttock"),
        leg: reader.scale("leg"),
        sleep_hours: reader.decimal("sleep_hours", 0.0..=24.0, "Enter hours between 0 and 24, for example 7 or 6.5"),
        sleep_quality: reader.scale("sleep_quality"),
        stiffness_minutes: reader.whole("stiffness", 0..=600, "Enter minutes between 0 and 600").and_then(|m| u16::try_from(m).ok()),
        mood: reader.scale("mood"),
        stress: reader.scale("stress"),
        tags: form.all("tags").into_iter().filter(|key| advice().tag(key).is_some()).collect(),
        note: reader.text("note", 1000, None),
        share_note: form.text("share") == "yes",
    };
    (body, reader.errors)
}

struct Shown<'a> {
    title: &'static str,
    of: String,
    action: String,
    token: String,
    errors: &'a Errors,
    changed: i64,
    with_when: bool,
}

fn entry_page(me: &Me, mut fields: Vec<Field>, shown: Shown) -> Result<HttpResponse, AppError> {
    let errors = shown.errors.show(&mut fields);
    let note = fields.split_off(fields.len() - 2);
    let more = fields.split_off(fields.len() - 6);
    let pains = fields.split_off(if shown.with_when { 2 } else { 0 });
    let filled = |f: &Field| !f.error.is_empty() || !f.value.is_empty() || f.options.iter().any(|o| o.checked);
    let template = EntryPage {
        ctx: me.visitor.ctx(),
        errors,
        title: shown.title,
        of: shown.of,
        action: shown.action,
        token: shown.token,
        when: fields,
        pains,
        more_open: more.iter().any(filled),
        more,
        note,
        changed: shown.changed,
    };
    if template.errors.is_empty() { page(&template) } else { page_again(&template) }
}

/// The form for a new entry.
pub async fn new(me: Me) -> Result<HttpResponse, AppError> {
    let shown = Shown {
        title: "Write in your journal",
        of: String::new(),
        action: "/journal/new".to_owned(),
        token: crate::ids::fresh(),
        errors: &Errors::default(),
        changed: 0,
        with_when: true,
    };
    entry_page(&me, fields(&me, true), shown)
}

/// Keeps a new entry, and the day's average when it was given.
pub async fn save_new(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (body, mut errors) = read(&form.0);
    let mut reader = Reader::new(&form.0);
    let on = reader.date("on");
    let on = reader.need("on", on, "Choose a day");
    let at = reader.time("at");
    let at = reader.need("at", at, "Enter a time, for example 14:30");
    let average = reader.scale("average");
    // An empty token would make every later entry without one look like a repetition of the first.
    let token = Some(form.0.text("token")).filter(|t| !t.is_empty()).map_or_else(crate::ids::fresh, str::to_owned);
    for (field, error) in ["on", "at", "average"].map(|f| (f, reader.errors.of(f))) {
        if !error.is_empty() {
            errors.add(field, error);
        }
    }
    if let (Some(on), Some(at), true) = (on, at, errors.is_empty()) {
        let empty = body == EntryBody { share_note: body.share_note, ..EntryBody::default() };
        let entry = NewEntry { on, at, body, token: token.clone() };
        let kept = me
            .run(move |store, who, moment| {
                // Only the day's average: that is a whole answer of its own.
                if !(empty && average.is_some()) {
                    write(store, who, &entry, moment)?;
                }
                if average.is_some() { record_day(store, who, on, average, None, moment) } else { Ok(()) }
            })
            .await;
        match kept {
            Ok(()) => {
                me.visitor.flash("Your entry is saved.");
                return Ok(go("/journal"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let typed = fields(&me, true).into_iter().map(|f| f.sent(&form.0)).collect();
    let shown = Shown {
        title: "Write in your journal",
        of: String::new(),
        action: "/journal/new".to_owned(),
        token,
        errors: &errors,
        changed: 0,
        with_when: true,
    };
    entry_page(&me, typed, shown)
}

fn filled(field: Field, body: &EntryBody) -> Field {
    let number = |n: Option<u8>| n.map(|n| n.to_string()).unwrap_or_default();
    match field.name.as_str() {
        "back" => field.value(number(body.back)),
        "buttock" => field.value(number(body.buttock)),
        "leg" => field.value(number(body.leg)),
        "sleep_hours" => field.value(body.sleep_hours.map(words::number).unwrap_or_default()),
        "sleep_quality" => field.value(number(body.sleep_quality)),
        "stiffness" => field.value(body.stiffness_minutes.map(|m| m.to_string()).unwrap_or_default()),
        "mood" => field.value(number(body.mood)),
        "stress" => field.value(number(body.stress)),
        "tags" => field.values(&body.tags),
        "note" => field.value(body.note.clone()),
        _ => field.values(&if body.share_note { vec!["yes".to_owned()] } else { Vec::new() }),
    }
}

/// An entry and how often it was changed.
async fn load(me: &Me, id: &str) -> Result<(Entry, i64), AppError> {
    let id = id.to_owned();
    me.run(move |store, who, _| store.read(|tx| Ok::<_, CareError>((one(tx, who, &id)?, logs::revision_count(tx, who, &id)?)))).await
}

fn changing<'a>(entry: &Entry, changed: i64, errors: &'a Errors) -> Shown<'a> {
    Shown {
        title: "Change your entry",
        of: format!("{}, {}", words::day(entry.on_date), entry.at_time),
        action: format!("/journal/{}/edit", entry.id),
        token: String::new(),
        errors,
        changed,
        with_when: false,
    }
}

/// An entry, to be changed.
pub async fn edit(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    let (entry, changed) = load(&me, &id).await?;
    let with_values = fields(&me, false).into_iter().map(|f| filled(f, &entry.body)).collect();
    entry_page(&me, with_values, changing(&entry, changed, &Errors::default()))
}

/// Keeps the change; the entry's former words are kept too.
pub async fn save_edit(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (entry, changed) = load(&me, &id).await?;
    let (body, mut errors) = read(&form.0);
    if errors.is_empty() {
        let target = entry.id.clone();
        match me.run(move |store, who, moment| rewrite(store, who, &target, &body, moment)).await {
            Ok(()) => {
                me.visitor.flash("Your change is saved. What you wrote before is kept.");
                return Ok(go("/journal"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let typed = fields(&me, false).into_iter().map(|f| f.sent(&form.0)).collect();
    entry_page(&me, typed, changing(&entry, changed, &errors))
}
