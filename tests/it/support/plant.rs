//! A value of its own in every text column of every table that belongs to a person, so that a test can look where each
//! has gone. Made from the list of belongings: a new table or column is planted without a word here, unless its column
//! takes fixed words or names another row.

use super::Database;
use gradus::store::belongings::{Column, Fate, Kind, TABLES, Table, Whose};

/// A value and where it was planted.
#[derive(Debug, Clone)]
pub struct Planted {
    pub table: &'static Table,
    pub column: &'static Column,
    pub value: String,
}

/// Columns that take nothing but certain words.
const FIXED: &[(&str, &str, &str)] = &[
    ("invitations", "purpose", "patient"),
    ("care_relations", "kind", "in_charge"),
    ("intakes", "status", "draft"),
    ("evaluations", "occasion", "check"),
    ("overrides", "kind", "category"),
    ("holds", "cause", "danger_sign"),
    ("measures", "instrument", "nprs"),
    // An active plan is read by pages; this one only has to be there.
    ("plans", "status", "ended"),
    ("plan_drafts", "status", "applied"),
    ("offer_answers", "offer", "full"),
    ("patient_rules", "mode", "automatic"),
    ("breaks", "kind", "holiday"),
    ("session_steps", "step", "rest"),
    ("proposals", "status", "approved"),
    ("reclassifications", "why", "asked"),
    ("reclassifications", "status", "same"),
    ("outbox", "status", "sent"),
    ("stop_links", "about", "reminders"),
    ("letters", "kind", "discharge"),
    ("inbox_marks", "mark", "done"),
    ("address_links", "purpose", "new"),
    // Of the account itself, which goes on being used.
    ("users", "time_zone", "Europe/London"),
    ("users", "language", "en"),
];

/// Columns that are read as JSON of a certain shape; `@` stands for the value.
const SHAPED: &[(&str, &str, &str)] = &[
    ("journal_entries", "body", r#"{"tags":[],"note":"@","share_note":false}"#),
    ("training_logs", "items", r#"[{"exercise":"MO1","done":"done","reason":"@"}]"#),
    ("training_logs", "quotas", r#"[{"activity":"walk","amount":1.0,"quota":1.0,"reason":"@"}]"#),
    ("imported_sessions", "said", r#"{"stop_symptom":false,"items":[],"quotas":[],"note":"@"}"#),
];

/// Columns that name a row of another table.
const NAMES: &[(&str, &str)] = &[
    ("plan_id", "plans"),
    ("intake_id", "intakes"),
    ("evaluation_id", "evaluations"),
    ("goal_id", "goals"),
    ("item_id", "plan_items"),
    ("log_id", "training_logs"),
    ("import_id", "imports"),
    ("review_id", "reviews"),
    ("message_id", "messages"),
    ("corrects", "clinical_notes"),
    ("sheet_id", "paper_sheets"),
    ("change_id", "address_changes"),
];

/// Plants for a patient. `tag` keeps the values of several people apart; `staff` stands for whoever acted; where there is
/// none it was the patient alone.
pub fn plant(database: &Database, patient: &str, staff: Option<&str>, tag: &str) -> Vec<Planted> {
    let mut planted: Vec<Planted> = Vec::new();
    let template = format!("template-{tag}");
    database
        .execute(&format!("INSERT INTO plan_templates (id, token, made_at) VALUES ('{template}', '{template}', '2026-03-02 09:00:00')"));
    for table in TABLES {
        // The chain of the record of who did what is its own; the account is there already.
        if !matches!(table.whose, Whose::Person(_)) || ["audit", "users"].contains(&table.name) {
            continue;
        }
        let mut values = Vec::new();
        for column in table.columns {
            let mut fresh = || {
                let value = format!("zq{:04}{tag}", planted.len());
                planted.push(Planted { table, column, value: value.clone() });
                value
            };
            let fixed = FIXED.iter().find(|(of, name, _)| (*of, *name) == (table.name, column.name)).map(|(.., word)| *word);
            let shaped = SHAPED.iter().find(|(of, name, _)| (*of, *name) == (table.name, column.name)).map(|(.., shape)| *shape);
            let named = NAMES.iter().find(|(name, of)| *name == column.name && *of != table.name).map(|(_, of)| *of);
            values.push(match (column.kind, column.name) {
                (_, "user_id" | "patient_id" | "for_user" | "used_by") => format!("'{patient}'"),
                (_, "clinic_id") => "'00000000000000000000000001'".to_owned(),
                (_, "template_id") => format!("'{template}'"),
                (Kind::Who, _) => format!("'{}'", staff.unwrap_or(patient)),
                // A row without parent corrects nothing.
                (_, "corrects") => "NULL".to_owned(),
                (Kind::Id, _) if named.is_some() => {
                    let parent =
                        planted.iter().find(|one| Some(one.table.name) == named && one.column.name == "id").expect("parents first");
                    format!("'{}'", parent.value)
                }
                (Kind::Yes, _) => "TRUE".to_owned(),
                (Kind::Number, _) => "1".to_owned(),
                (Kind::Date, _) => "'2026-03-01'".to_owned(),
                (Kind::At, _) => "'2026-03-01 09:00:00'".to_owned(),
                (..) => match (fixed, shaped) {
                    (Some(word), _) => format!("'{word}'"),
                    (_, Some(shape)) => format!("'{}'", shape.replace('@', &fresh())),
                    _ => format!("'{}'", fresh()),
                },
            });
        }
        let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        database.execute(&format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", ")));
    }
    let users = TABLES.iter().find(|table| table.name == "users").expect("the accounts");
    for name in ["name", "email"] {
        let column = users.columns.iter().find(|column| column.name == name).expect("a column");
        let value = format!("zq{:04}{tag}", planted.len());
        database.execute(&format!("UPDATE users SET {name} = '{value}' WHERE id = '{patient}'"));
        planted.push(Planted { table: users, column, value });
    }
    planted
}

/// Every row of a table that is a person's, as text, or every row of the whole table.
pub fn dump(database: &Database, table: &Table, of: Option<&str>) -> Vec<String> {
    let cell = |column: &Column| match column.kind {
        // Bytes are no text: how many there are must do.
        Kind::Bytes => format!("CAST(LENGTH(\"{}\") AS TEXT)", column.name),
        _ => format!("COALESCE(CAST(\"{}\" AS TEXT), 'NULL')", column.name),
    };
    let line = table.columns.iter().map(cell).collect::<Vec<_>>().join(" || '|' || ");
    let condition = match (of, table.condition()) {
        (Some(of), Some(condition)) => condition.replace("$1", &format!("'{of}'")),
        _ => "TRUE".to_owned(),
    };
    let mut lines = database.lines(&format!("SELECT {line} AS line FROM {} WHERE {condition}", table.name));
    lines.sort();
    lines
}

/// Whether it ends in the locked record of somebody who was treated.
pub fn is_sealed(one: &Planted) -> bool {
    one.table.fate == Fate::Sealed && one.column.is_locked()
}
