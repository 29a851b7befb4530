//! The form of a logged session: its fields, what a form says, and a stored session shown again.

use crate::care::logging::NewLog;
use crate::store::logs::{Done, ItemLog, QuotaLog, TrainingLog};
use crate::store::plans::PlanQuota;
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::words;
use chrono::NaiveDate;

/// The forms of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Everything in detail.
    Full,
    /// All as planned: exercises and amounts are not asked.
    AsPlanned,
    /// After a session that was played: filled in with what was pressed.
    Played,
}

/// What a log asks about.
pub(super) struct Asked {
    pub(super) on: NaiveDate,
    /// Exercises by id and name.
    pub(super) items: Vec<(String, String)>,
    pub(super) quotas: Vec<(PlanQuota, f64)>,
}

/// An exercise with its questions.
pub(super) struct ItemFields {
    pub(super) done: Field,
    pub(super) reason: Field,
}

fn reasons() -> Vec<(String, String)> {
    std::iter::once((String::new(), tr!("No reason given").to_owned()))
        .chain(advice().reasons.iter().map(|r| (r.key.clone(), r.label.clone())))
        .collect()
}

fn item_fields(id: &str, name: &str) -> ItemFields {
    ItemFields {
        done: Field::new("radios", &format!("done_{id}"), name).options([
            ("done", tr!("Done")),
            ("partly", tr!("Partly: half of the sets or more")),
            ("not", tr!("Not today")),
        ]),
        reason: Field::new("select", &format!("reason_{id}"), tr!("If not all of it, why? ({name})", name = name))
            .options(reasons())
            .optional(),
    }
}

/// How a session felt; with several exercises also which of them brought the pain on (13 no. 7).
fn felt_fields(items: &[(String, String)]) -> Vec<Field> {
    let during = Field::new("scale", "during", tr!("Your worst pain during the exercises"))
        .ends(tr!("no pain"), tr!("the worst pain you can imagine"));
    let which = Field::new("checkboxes", "brought_on", tr!("Did some of them bring that pain on?"))
        .hint(tr!("Tick those. If it was all of them, or you are not sure, tick none."))
        .options(items.iter().cloned())
        .optional();
    let effort = Field::new("scale", "effort", tr!("How hard did it feel?")).ends(tr!("no effort"), tr!("as hard as you can"));
    if items.len() > 1 { vec![during, which, effort] } else { vec![during, effort] }
}

fn quota_fields(quota: &PlanQuota, asked: f64) -> ItemFields {
    let (activity, unit) = (quota.activity.0, quota.unit.0);
    let words_of = advice().activity(activity);
    let unit_words = words_of.unit(unit).map_or_else(|| unit.to_string(), |u| u.many.clone());
    ItemFields {
        done: Field::new("decimal", &format!("amount_{activity}"), words_of.name.clone())
            .hint(tr!(
                "Planned: {amount}. Leave it empty if you have no answer; 0 means you did none.",
                amount = words::amount(activity, unit, asked)
            ))
            .suffix(unit_words)
            .optional(),
        reason: Field::new("select", &format!("reason_{activity}"), tr!("If it was less, why? ({name})", name = words_of.name))
            .options(reasons())
            .optional(),
    }
}

/// Every field of the page, in one list for the messages, and back into its places.
pub(super) struct Fields {
    pub(super) on: Field,
    pub(super) items: Vec<ItemFields>,
    pub(super) quotas: Vec<ItemFields>,
    pub(super) felt: Vec<Field>,
    pub(super) safety: Vec<Field>,
    pub(super) note: Field,
}

impl Fields {
    pub(super) fn new(asked: &Asked, kind: Kind) -> Self {
        let mut fields = Self::full(asked);
        if kind == Kind::AsPlanned {
            (fields.items, fields.quotas) = (Vec::new(), Vec::new());
            if asked.items.is_empty() {
                fields.felt.clear();
            }
        }
        if kind != Kind::Full {
            fields.safety = vec![unusual_field()];
        }
        fields
    }

    fn full(asked: &Asked) -> Self {
        let yes_no = [("no", tr!("No")), ("yes", tr!("Yes"))];
        Self {
            on: Field::new("hidden", "on", tr!("Day")).value(asked.on.to_string()),
            items: asked.items.iter().map(|(id, name)| item_fields(id, name)).collect(),
            quotas: asked.quotas.iter().map(|(quota, amount)| quota_fields(quota, *amount)).collect(),
            felt: felt_fields(&asked.items),
            safety: vec![
                Field::new("radios", "stop", tr!("Did you have to stop because of one of these?")).options(yes_no),
                Field::new("radios", "anything_new", advice().recheck.log_line.clone())
                    .hint(advice().recheck.log_hint.clone())
                    .options(yes_no),
            ],
            note: Field::new("textarea", "note", tr!("Anything you want to remember")).optional(),
        }
    }

    fn each(&mut self, mut f: impl FnMut(&mut Field)) {
        f(&mut self.on);
        for item in self.items.iter_mut().chain(&mut self.quotas) {
            f(&mut item.done);
            f(&mut item.reason);
        }
        self.felt.iter_mut().chain(&mut self.safety).for_each(&mut f);
        f(&mut self.note);
    }

    pub(super) fn sent(&mut self, form: &FormData) {
        self.each(|field| *field = field.clone().sent(form));
    }

    pub(super) fn show(&mut self, errors: &Errors) -> Vec<ErrorLine> {
        let mut list = Vec::new();
        self.each(|field| list.push(field.clone()));
        let lines = errors.show(&mut list);
        let mut shown = list.into_iter();
        self.each(|field| {
            if let Some(with_message) = shown.next() {
                *field = with_message;
            }
        });
        lines
    }

    /// Fills in what was pressed for each exercise; what was not stays open.
    pub(super) fn of_presses(&mut self, presses: &[ItemLog]) {
        let pairs: Vec<(String, String)> = presses.iter().flat_map(item_pairs).collect();
        for item in &mut self.items {
            let sent = FormData::of(&pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>());
            item.done = item.done.clone().sent(&sent);
            item.reason = item.reason.clone().sent(&sent);
        }
    }

    pub(super) fn of_log(&mut self, log: &TrainingLog) {
        let mut pairs: Vec<(String, String)> = vec![("on".to_owned(), log.on_date.to_string()), ("note".to_owned(), log.note.clone())];
        pairs.extend(log.items.iter().flat_map(item_pairs));
        for quota in log.quotas.iter() {
            pairs.push((format!("amount_{}", quota.activity), quota.amount.map(words::number).unwrap_or_default()));
            pairs.push((format!("reason_{}", quota.activity), quota.reason.clone()));
        }
        let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
        pairs.extend([("during".to_owned(), number(log.worst_during)), ("effort".to_owned(), number(log.effort))]);
        pairs.push(("stop".to_owned(), if log.stop_symptom { "yes" } else { "no" }.to_owned()));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        self.sent(&FormData::of(&pairs));
    }
}

fn item_pairs(item: &ItemLog) -> Vec<(String, String)> {
    let done = match item.done {
        Done::Done => "done",
        Done::Partly => "partly",
        Done::Not => "not",
    };
    let mut pairs = vec![(format!("done_{}", item.exercise), done.to_owned()), (format!("reason_{}", item.exercise), item.reason.clone())];
    if item.brought_on {
        pairs.push(("brought_on".to_owned(), item.exercise.clone()));
    }
    pairs
}

/// The one safety question of the short forms, whose answers are the buttons that save: nothing is answered
/// beforehand, and nothing is saved without an answer.
fn unusual_field() -> Field {
    Field::new("buttons", "unusual", tr!("Anything unusual?")).hint(advice().recheck.log_hint.clone()).options([
        ("no", tr!("No, none of this. Save")),
        ("stop", tr!("Yes, I had to stop")),
        ("new", tr!("Yes, something new")),
    ])
}

/// Whether one had to stop, and whether anything is new. SAFETY(patient): never taken for "no" when it is missing.
fn safety(reader: &mut Reader, form: &FormData, kind: Kind) -> (Option<bool>, Option<bool>) {
    if kind == Kind::Full {
        let (stop, anything_new) = (reader.yes_no("stop"), reader.yes_no("anything_new"));
        reader.need("stop", stop, tr!("Choose yes or no"));
        reader.need("anything_new", anything_new, tr!("Choose yes or no"));
        return (stop, anything_new);
    }
    match form.text("unusual") {
        "no" => (Some(false), Some(false)),
        "stop" => (Some(true), Some(false)),
        "new" => (Some(false), Some(true)),
        _ => {
            reader.errors.add("unusual", tr!("Say whether anything unusual happened: press one of the three buttons"));
            (None, None)
        }
    }
}

/// What a form says about a session.
pub(super) fn read(form: &FormData, asked: &Asked, kind: Kind) -> (NewLog, Errors) {
    let mut reader = Reader::new(form);
    let on = reader.date("on").unwrap_or(asked.on);
    let mut items = Vec::new();
    for (id, _) in &asked.items {
        let name = format!("done_{id}");
        let done = match form.text(&name) {
            "done" => Done::Done,
            "partly" => Done::Partly,
            "not" => Done::Not,
            "" => {
                reader.errors.add(&name, tr!("Choose how much of it you did"));
                continue;
            }
            _ => {
                reader.errors.add(&name, tr!("Choose one of the answers"));
                continue;
            }
        };
        let reason = reason(form, id).filter(|_| done != Done::Done).unwrap_or_default();
        items.push(ItemLog { exercise: id.clone(), done, reason, brought_on: done != Done::Not && brought_on(form, id) });
    }
    let mut quotas = Vec::new();
    for (quota, asked_amount) in &asked.quotas {
        let activity = quota.activity.0;
        let amount =
            reader.decimal(&format!("amount_{activity}"), 0.0..=10_000.0, tr!("Enter a number, for example 12, or leave it empty"));
        if amount.is_some() {
            let reason = reason(form, activity.code()).unwrap_or_default();
            quotas.push(QuotaLog { activity, amount, quota: *asked_amount, reason });
        }
    }
    let (during, effort) = (reader.scale("during"), reader.scale("effort"));
    let (stop, anything_new) = safety(&mut reader, form, kind);
    // The form for a session as planned has no place for one.
    let note = if kind == Kind::AsPlanned { String::new() } else { reader.text("note", 1000, None) };
    let new = NewLog {
        on,
        items,
        quotas,
        during,
        effort,
        stop_symptom: stop == Some(true),
        anything_new: anything_new == Some(true),
        note,
        token: form.token(),
    };
    (new, reader.errors)
}

/// Whether the form names an exercise as one that brought the worst pain on.
pub(super) fn brought_on(form: &FormData, id: &str) -> bool {
    form.all("brought_on").iter().any(|named| named == id)
}

fn reason(form: &FormData, key: &str) -> Option<String> {
    let given = form.text(&format!("reason_{key}"));
    advice().reason(given).map(|r| r.key.clone())
}
