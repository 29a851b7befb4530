//! Writing a journal entry and changing one.

use crate::care::CareError;
use crate::care::journal::{NewEntry, add_numbers, rewrite, share, write};
use crate::lang::say;
use crate::store::journal::{Entry, EntryBody, one};
use crate::store::logs::{self, DayNumbers};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/journal/entry.html")]
struct EntryPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: &'static str,
    /// Day and time of the entry that is changed, or of the one that is written.
    of: String,
    action: String,
    token: String,
    /// Where it says what stood there before.
    before: String,
    pain: Vec<Field>,
    note: Vec<Field>,
    /// What is folded away until somebody wants it: its heading, open or not, its fields.
    folded: Vec<Folded>,
}

/// Questions that are folded away.
struct Folded {
    heading: &'static str,
    open: bool,
    fields: Vec<Field>,
}

/// Fields of an entry, in the order of the page. The words for it and how many belong together stand in [`groups`].
fn fields(me: &Me, with_when: bool) -> Vec<Field> {
    let pain =
        |name: &str, label: &str| Field::new("scale", name, label).ends(tr!("No pain"), tr!("Worst pain you can imagine")).optional();
    let scale = |name: &str, label: &str, low: &str, high: &str| Field::new("scale", name, label).ends(low, high).optional();
    let tags = Field::new("checkboxes", "tags", tr!("What was different?"))
        .options(advice().tags.iter().map(|t| (t.key.clone(), t.label.clone())))
        .optional();
    let mut fields = vec![
        pain("back", tr!("Pain in your back")),
        Field::new("textarea", "note", tr!("Note")).optional(),
        Field::new("checkboxes", "share", tr!("Who may read the note?"))
            .hint(tr!("Only you, unless you choose otherwise. You can change it later."))
            .options([("yes", tr!("Share this note with my physiotherapist"))])
            .optional(),
        pain("buttock", tr!("Pain in your buttock")),
        pain("leg", tr!("Pain in your leg")),
        Field::new("decimal", "sleep_hours", tr!("How long did you sleep?")).suffix(tr!("hours")).optional(),
        scale("sleep_quality", tr!("How well did you sleep?"), tr!("very badly"), tr!("very well")),
        Field::new("number", "stiffness", tr!("How long were you stiff in the morning?")).suffix(tr!("minutes")).optional(),
        scale("mood", tr!("How is your mood?"), tr!("very low"), tr!("very good")),
        scale("stress", tr!("How much stress was there?"), tr!("no stress"), tr!("very much stress")),
        Field::new("radios", "medicine", tr!("Did you take medicine for the pain?"))
            .hint(tr!("Which one and how much is not asked"))
            .options([("no", tr!("No")), ("yes", tr!("Yes"))])
            .optional(),
        tags,
    ];
    if with_when {
        fields.extend([
            pain("average", tr!("Your pain over the whole day, on average")).hint(tr!("Once a day is enough, best in the evening")),
            pain("worst", tr!("Your pain at its worst that day")),
            Field::new("date", "on", tr!("Day")).hint(tr!("Today, or up to 7 days back")).value(me.moment.today().to_string()),
            Field::new("time", "at", tr!("Time")).value(me.moment.local().format("%H:%M").to_string()),
        ]);
    }
    fields
}

/// The folded questions in the order of [`fields`]: heading and how many.
const FOLDED: [(&str, usize); 4] = [
    (tr_later!("Pain in buttock or leg"), 2),
    (tr_later!("Sleep, mood, medicine, what was different"), 7),
    (tr_later!("The day as a whole"), 2),
    (tr_later!("Another day or time"), 2),
];

/// Fields of the page in their places: the pain, the note, and what is folded away.
fn groups(fields: Vec<Field>) -> (Vec<Field>, Vec<Field>, Vec<Folded>) {
    let filled = |f: &Field| !f.error.is_empty() || !f.value.is_empty() || f.options.iter().any(|o| o.checked);
    let mut rest = fields.into_iter();
    let (pain, note) = (rest.by_ref().take(1).collect(), rest.by_ref().take(2).collect());
    let mut folded = Vec::new();
    for (heading, count) in FOLDED {
        let fields: Vec<Field> = rest.by_ref().take(count).collect();
        // Day and time are always filled in; they open when something is wrong with them.
        let when = fields.iter().any(|f| f.name == "on");
        let open = fields.iter().any(|f| if when { !f.error.is_empty() } else { filled(f) });
        if !fields.is_empty() {
            folded.push(Folded { heading: say(heading), open, fields });
        }
    }
    (pain, note, folded)
}

fn read(form: &FormData) -> (EntryBody, Errors) {
    let mut reader = Reader::new(form);
    let body = EntryBody {
        back: reader.scale("back"),
        buttock: reader.scale("buttock"),
        leg: reader.scale("leg"),
        sleep_hours: reader.decimal("sleep_hours", 0.0..=24.0, tr!("Enter hours between 0 and 24, for example 7 or 6.5")),
        sleep_quality: reader.scale("sleep_quality"),
        stiffness_minutes: reader.whole("stiffness", 0..=600, tr!("Enter minutes between 0 and 600")).and_then(|m| u16::try_from(m).ok()),
        mood: reader.scale("mood"),
        stress: reader.scale("stress"),
        medicine: reader.yes_no("medicine"),
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
    before: String,
    errors: &'a Errors,
}

fn entry_page(me: &Me, mut fields: Vec<Field>, shown: Shown) -> Result<HttpResponse, AppError> {
    let errors = shown.errors.show(&mut fields);
    let (pain, note, folded) = groups(fields);
    let template = EntryPage {
        ctx: me.visitor.ctx(),
        errors,
        title: shown.title,
        of: shown.of,
        action: shown.action,
        token: shown.token,
        before: shown.before,
        pain,
        note,
        folded,
    };
    if template.errors.is_empty() { page(&template) } else { page_again(&template) }
}

fn writing<'a>(me: &Me, fields: &[Field], token: String, errors: &'a Errors) -> Shown<'a> {
    let value = |name: &str| fields.iter().find(|f| f.name == name).map(|f| f.value.clone()).unwrap_or_default();
    let day = value("on").parse().unwrap_or_else(|_| me.moment.today());
    Shown {
        title: tr!("Write in your journal"),
        of: format!("{}, {}", words::day(day), value("at")),
        action: "/journal/new".to_owned(),
        token,
        before: String::new(),
        errors,
    }
}

/// The form for a new entry.
pub async fn new(me: Me) -> Result<HttpResponse, AppError> {
    let (fields, errors) = (fields(&me, true), Errors::default());
    let shown = writing(&me, &fields, crate::ids::fresh(), &errors);
    entry_page(&me, fields, shown)
}

/// Keeps a new entry, and the day's numbers when they were given.
pub async fn save_new(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (body, mut errors) = read(&form.0);
    let mut reader = Reader::new(&form.0);
    let on = reader.date("on");
    let on = reader.need("on", on, tr!("Choose a day"));
    let at = reader.time("at");
    let at = reader.need("at", at, tr!("Enter a time, for example 14:30"));
    let of_day = DayNumbers { average: reader.scale("average").map(i32::from), worst: reader.scale("worst").map(i32::from), morning: None };
    let token = form.0.token();
    for (field, error) in ["on", "at", "average", "worst"].map(|f| (f, reader.errors.of(f))) {
        if !error.is_empty() {
            errors.add(field, error);
        }
    }
    if let (Some(on), Some(at), true) = (on, at, errors.is_empty()) {
        let empty = body == EntryBody { share_note: body.share_note, ..EntryBody::default() };
        let entry = NewEntry { on, at, body, token: token.clone() };
        let kept = me
            .run(move |store, who, moment| {
                // The day first: what is refused there keeps the entry from being stored without it. Only the
                // day's numbers are a whole answer of their own.
                if of_day != DayNumbers::default() {
                    add_numbers(store, who, on, of_day, moment)?;
                }
                if empty && of_day != DayNumbers::default() { Ok(()) } else { write(store, who, &entry, moment) }
            })
            .await;
        match kept {
            Ok(()) => {
                me.visitor.flash(tr!("Your entry is saved."));
                return Ok(go("/journal"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let typed: Vec<Field> = fields(&me, true).into_iter().map(|f| f.sent(&form.0)).collect();
    let shown = writing(&me, &typed, token, &errors);
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
        "medicine" => field.value(body.medicine.map(|yes| if yes { "yes" } else { "no" }).unwrap_or_default()),
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
        title: tr!("Change your entry"),
        of: format!("{}, {}", words::day(entry.on_date), entry.at_time),
        action: format!("/journal/{}/edit", entry.id),
        token: String::new(),
        before: if changed > 0 { format!("/journal/{}/history", entry.id) } else { String::new() },
        errors,
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
                me.visitor.flash(tr!("Your change is saved. What you wrote before is kept."));
                return Ok(go("/journal"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let typed = fields(&me, false).into_iter().map(|f| f.sent(&form.0)).collect();
    entry_page(&me, typed, changing(&entry, changed, &errors))
}

/// Lets the physiotherapist read a note, or no longer.
pub async fn save_share(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (entry, _) = load(&me, &id).await?;
    let shared = match form.0.text("share") {
        "yes" => true,
        "no" => false,
        // Neither: the form of the whole entry asks.
        _ => return Ok(go(&format!("/journal/{}/edit", entry.id))),
    };
    me.run(move |store, who, moment| share(store, who, &entry.id, shared, moment)).await?;
    me.visitor.flash(if shared { tr!("Your physiotherapist can read this note now.") } else { tr!("Only you can read this note now.") });
    Ok(go("/journal"))
}
