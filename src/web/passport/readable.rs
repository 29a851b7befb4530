//! The page of the copy that is there to be read: words first, one file, no script, nothing from elsewhere.

use super::broken;
use crate::care::CareError;
use crate::care::audit;
use crate::care::own_data::{Copy, Part, WORDS};
use crate::clinical::codes::Category;
use crate::clock::Moment;
use crate::lang::{self, Text, current, dates};
use crate::store::belongings::{Column, Kind, Value};
use crate::web::view::told::{advice, catalogue, consent, library};
use crate::web::view::words;
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value as Json;

/// The look of the page. It travels inside the file: opened from a disk there is no server to ask.
const CSS: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}\
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-top:2px solid #ccc;padding-top:1rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}\
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}\
td{overflow-wrap:anywhere;min-width:4rem}td ul{margin:0;padding-left:1rem}td.text{white-space:pre-line;min-width:12rem}a{color:#0b5394}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}h2{border-color:#555}th,td{border-color:#555}a{color:#8ab4f8}}\
@media(max-width:40rem){dl{display:block}dd{margin:0 0 .5rem}}\
@media print{body{max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";

/// A part with its words.
struct PartView {
    anchor: String,
    title: String,
    about: String,
    headings: Vec<String>,
    rows: Vec<Vec<CellView>>,
}

/// A cell: one text, or several lines.
struct CellView {
    class: &'static str,
    text: String,
    lines: Vec<String>,
}

/// Texts that are longer get room.
const LONG: usize = 60;

impl CellView {
    fn new(mut lines: Vec<String>) -> Self {
        let text = if lines.len() == 1 { lines.remove(0) } else { String::new() };
        Self { class: if text.chars().count() > LONG { "text" } else { "" }, text, lines }
    }
}

#[derive(Template)]
#[template(path = "pages/own_data/passport.html")]
struct Body {
    facts: Vec<(&'static str, String)>,
    parts: Vec<PartView>,
}

/// The whole page.
pub(super) fn page(copy: &Copy, clinic: &str) -> Result<String, CareError> {
    let on = |at: crate::clock::UtcTime| words::instant(at, copy.made.zone);
    let count = |table: &str| copy.parts.iter().find(|part| part.table.name == table).map_or(0, |part| part.rows.len());
    let mut facts = vec![(tr!("Name"), copy.name.clone()), (tr!("E-mail address"), copy.email.clone())];
    if !clinic.is_empty() {
        facts.push((tr!("Clinic"), clinic.to_owned()));
    }
    facts.push((tr!("Account since"), on(copy.since)));
    facts.push((
        tr!("In charge of you"),
        if copy.in_charge.is_empty() { tr!("Nobody in particular").to_owned() } else { words::listed(&copy.in_charge) },
    ));
    facts.push((tr!("Sessions"), count("training_logs").to_string()));
    facts.push((tr!("Entries in your journal"), count("journal_entries").to_string()));
    facts.push((tr!("Messages"), count("messages").to_string()));
    facts.push((tr!("This copy was made"), on(copy.made.utc)));
    let parts = copy.parts.iter().filter(|part| !part.rows.is_empty()).map(|part| view(part, copy.made)).collect();
    let body = Body { facts, parts }.render().map_err(broken)?;
    let (code, title) = (current().code(), tr!("Your data in Gradus"));
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{CSS}</style></head>\n<body>{body}</body></html>\n"
    ))
}

/// A part as a table: columns for machines and those that are empty throughout are left out.
fn view(part: &Part, made: Moment) -> PartView {
    let words = WORDS.of(current());
    let told = words.table(part.table.name);
    let columns: Vec<(usize, &'static Column)> = part.table.exported().enumerate().collect();
    let says = |place: usize| part.rows.iter().any(|row| row[place].as_ref().is_some_and(|text| !text.is_empty()));
    let shown: Vec<(usize, &Column)> = columns.into_iter().filter(|(place, column)| column.kind != Kind::Id && says(*place)).collect();
    let cells = |row: &Vec<Value>| {
        let lines = |(place, column): &(usize, &Column)| cell(part.table.name, column, row[*place].as_deref().unwrap_or_default(), made);
        shown.iter().map(lines).map(CellView::new).collect()
    };
    PartView {
        anchor: part.table.name.replace('_', "-"),
        title: told.map(|told| told.title.clone()).unwrap_or_default(),
        about: told.map(|told| told.about.clone()).unwrap_or_default(),
        headings: shown.iter().map(|(_, column)| words.column(column.name).unwrap_or(column.name).to_owned()).collect(),
        rows: part.rows.iter().map(cells).collect(),
    }
}

/// What a cell says, in lines.
fn cell(table: &str, column: &Column, text: &str, made: Moment) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![match column.kind {
        Kind::Yes => if text == "true" { tr!("Yes") } else { tr!("No") }.to_owned(),
        Kind::At => {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").map_or_else(|_| text.to_owned(), |at| words::instant(at, made.zone))
        }
        Kind::Date => text.parse::<NaiveDate>().map_or_else(|_| text.to_owned(), |on| dates::date(on).to_string()),
        Kind::Number => text.parse().map_or_else(|_| text.to_owned(), words::number),
        Kind::Text if (table, column.name) == ("audit", "action") => lang::say(audit::words::plain(text)).to_owned(),
        Kind::Text if (table, column.name) == ("consents", "purpose") => {
            consent().purpose(text).map_or_else(|| text.to_owned(), |purpose| purpose.title.clone())
        }
        Kind::Text if text.starts_with(['{', '[']) => match serde_json::from_str::<Json>(text) {
            Ok(json) => return lines(table, &json),
            Err(_) => text.to_owned(),
        },
        Kind::Text if typed(table, column.name) => text.to_owned(),
        Kind::Text => said(text),
        _ => text.to_owned(),
    }]
}

/// A code in words, where it is one: an exercise by its title, a sentence of ours in the language of the page.
fn said(text: &str) -> String {
    if let Some(exercise) = library().get(text) {
        return exercise.title.clone();
    }
    if let Ok(category) = text.parse::<Category>() {
        return advice().category(category).name.clone();
    }
    WORDS.of(current()).code(text).map_or_else(|| lang::say(text).to_owned(), str::to_owned)
}

/// A key in words: a question of the catalogue, or a column's, or as it is.
fn key(name: &str) -> String {
    if let Some(question) = catalogue().question(name) {
        return question.text.clone();
    }
    WORDS.of(current()).key(name).map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// An answer in words, where the question has named choices.
fn answer(name: &str, value: &str) -> String {
    let question = catalogue().question(name);
    let choice = question.and_then(|question| question.options.iter().find(|choice| choice.value == value));
    choice.map_or_else(|| said(value), |choice| choice.label.clone())
}

/// Columns and names within JSON that hold what somebody typed, wherever they stand.
const TYPED: [&str; 18] = [
    "name",
    "email",
    "old_email",
    "new_email",
    "device",
    "cue",
    "body",
    "wording",
    "answer",
    "description",
    "clearance_note",
    "content",
    "questions",
    "contact",
    "recipient",
    "title",
    "says",
    "found",
];
/// Tables whose reasons are sentences or codes of ours; elsewhere somebody typed them.
const OUR_REASONS: [&str; 5] = ["plan_changes", "alerts", "offer_answers", "training_logs", "imported_sessions"];
/// Tables with doses, whose notes are ours.
const OUR_NOTES: [&str; 5] = ["plan_items", "plan_drafts", "plan_versions", "day_doses", "planned_doses"];

/// Whether somebody typed it: that is shown as it is and never looked up.
fn typed(table: &str, name: &str) -> bool {
    match name {
        "reason" => !OUR_REASONS.contains(&table),
        "note" => !OUR_NOTES.contains(&table),
        "before_text" => table == "revisions",
        name => TYPED.contains(&name),
    }
}

/// What was stored as JSON, one line for each thing that is said, with the way to it.
fn lines(table: &str, json: &Json) -> Vec<String> {
    let mut out = Vec::new();
    walk(table, ("", ""), json, &mut out);
    out
}

fn walk(table: &str, (way, name): (&str, &str), json: &Json, out: &mut Vec<String>) {
    let line = |text: String| if way.is_empty() { text } else { format!("{way}: {text}") };
    match json {
        Json::Null => {}
        Json::Bool(yes) => out.push(line(if *yes { tr!("Yes") } else { tr!("No") }.to_owned())),
        Json::Number(number) => out.push(line(answer(name, &number.to_string()))),
        Json::String(text) if text.is_empty() => {}
        Json::String(text) if typed(table, name) => out.push(line(text.clone())),
        Json::String(text) => out.push(line(answer(name, text))),
        // A sentence with values, stored as its pattern.
        Json::Object(map) if map.contains_key("pattern") && map.contains_key("values") => {
            let said = serde_json::from_value::<Text>(json.clone()).map_or_else(|_| json.to_string(), |text| text.to_string());
            out.push(line(said));
        }
        Json::Array(all) if all.iter().all(|one| one.is_number() || one.is_string()) && !all.is_empty() => {
            let words = all.iter().map(|one| answer(name, &one.as_str().map_or_else(|| one.to_string(), str::to_owned)));
            out.push(line(words.collect::<Vec<_>>().join(", ")));
        }
        Json::Array(all) => {
            for (n, one) in all.iter().enumerate() {
                let place = if way.is_empty() { format!("{}", n + 1) } else { format!("{way} {}", n + 1) };
                walk(table, (&place, name), one, out);
            }
        }
        Json::Object(map) => {
            for (name, one) in map {
                let way = if way.is_empty() { key(name) } else { format!("{way} \u{203a} {}", key(name)) };
                walk(table, (&way, name), one, out);
            }
        }
    }
}
