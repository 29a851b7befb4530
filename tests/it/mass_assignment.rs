//! A form is read by the names that it has. Whatever else is sent with it, named like a column of any table, changes
//! nothing: no role, no clinic, no owner, no time, nobody else's row.

use crate::fuzz::values::{Pairs, filled, url_encoded};
use crate::support::{Backend, Clinic, Database, Form, Person, Someone};
use gradus::ids::ClinicId;
use gradus::store::journal::EntryBody;
use gradus::web::{Guard, ROUTES};
use std::collections::{BTreeMap, BTreeSet};

/// A text, a number and a day that stand nowhere but in what is smuggled in.
const TEXT: &str = "bait7431";
const NUMBER: &str = "74317431";
const DAY: &str = "1999-09-09";
/// The tables that keep what was sent as it was: a form that came too late.
const KEEPS_FORMS: &[&str] = &["sessions"];
/// Forms that change a role or end an account because that is what they are for (`team`, `clinics`).
const ABOUT_ROLES: &[&str] = &["/role", "/close", "/sign-out"];

/// Every column of every table, as the code knows them.
fn columns() -> BTreeMap<String, Vec<(String, String)>> {
    let text = std::fs::read_to_string("src/store/schema.rs").expect("the schema");
    let mut found = BTreeMap::new();
    for block in text.split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let table = lines.next().and_then(|head| head.split_once(' ')).expect("a table").0.to_owned();
        let columns = lines.take_while(|line| *line != "}").filter_map(|line| line.trim_end_matches(',').split_once(" -> "));
        found.insert(table, columns.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect());
    }
    found
}

/// What is smuggled in under the name of a column: what its type takes, of somebody else.
fn bait(name: &str, kind: &str, clinic: &Clinic, elsewhere: &ClinicId) -> String {
    match (name, kind) {
        ("clinic_id", _) => elsewhere.as_str().to_owned(),
        ("patient_id" | "user_id" | "for_user" | "used_by" | "actor_id", _) => clinic.dan.0.id.clone(),
        ("physio_id" | "cover_id" | "made_by" | "set_by" | "author_id" | "decided_by" | "invited_by", _) => clinic.cleo.0.id.clone(),
        (_, kind) if kind.contains("Bool") => "true".to_owned(),
        (_, kind) if kind.contains("Timestamp") => format!("{DAY}T00:00:00"),
        (_, kind) if kind.contains("Date") => DAY.to_owned(),
        (_, kind) if kind.contains("Integer") || kind.contains("Double") => NUMBER.to_owned(),
        _ => TEXT.to_owned(),
    }
}

/// Every row of a table as text, perhaps with a condition.
fn rows(database: &Database, table: &str, columns: &[(String, String)], of: &str) -> Vec<String> {
    let quoted = |(name, kind): &(String, String)| match (database, kind.as_str()) {
        (Database::Sqlite { .. }, _) => format!("'{name}=' || quote(\"{name}\")"),
        (Database::Postgres(_), "Binary") => format!("'{name}=' || md5(\"{name}\")"),
        (Database::Postgres(_), _) => format!("'{name}=' || coalesce(\"{name}\"::text, 'NULL')"),
    };
    let row = columns.iter().map(quoted).collect::<Vec<_>>().join(" || ' ' || ");
    database.lines(&format!("SELECT {row} AS line FROM {table} {of} ORDER BY 1"))
}

/// Everything that must be as it was, whatever was sent: who may what, and whatever is Dan's.
fn untouchable(database: &Database, dan: &Someone, people: &str) -> BTreeMap<String, Vec<String>> {
    let mut kept = BTreeMap::new();
    for (table, columns) in columns() {
        let whose = ["patient_id", "user_id"].iter().find(|name| columns.iter().any(|(column, _)| column == *name));
        if let Some(whose) = whose.filter(|_| !KEEPS_FORMS.contains(&table.as_str())) {
            kept.insert(table.clone(), rows(database, &table, &columns, &format!("WHERE {whose} = '{}'", dan.id())));
        }
        if table == "users" {
            let of_roles = |name: &str| {
                matches!(name, "id" | "is_patient" | "is_physio" | "is_admin" | "clinic_id" | "created_at" | "closed_at" | "unclaimed")
            };
            let fixed: Vec<(String, String)> = columns.iter().filter(|(name, _)| of_roles(name)).cloned().collect();
            kept.insert("roles".to_owned(), rows(database, &table, &fixed, &format!("WHERE id IN ({people})")));
            kept.insert("Dan".to_owned(), rows(database, &table, &columns, &format!("WHERE id = '{}'", dan.id())));
        }
    }
    kept
}

struct Sender<'a> {
    clinic: &'a Clinic,
    who: Option<&'a Someone>,
    person: Person,
    elsewhere: &'a ClinicId,
    columns: BTreeMap<String, String>,
    sent: usize,
    taken: usize,
    /// What became of each form.
    log: Vec<String>,
}

impl Sender<'_> {
    /// The form, well filled, with a value for every column that it has no field for.
    fn send(&mut self, form: &Form) {
        let own: BTreeSet<String> =
            form.controls().into_iter().map(|(name, _, _)| name).chain(form.buttons.iter().map(|(name, _)| name.clone())).collect();
        let mut pairs: Pairs = filled(form, "Words that fit in", &self.clinic.app.moment().today().to_string());
        if let Some((name, value)) = form.buttons.first() {
            pairs.push((name.clone(), value.clone()));
        }
        for (name, kind) in &self.columns {
            if !own.contains(name) {
                let value = bait(name, kind, self.clinic, self.elsewhere);
                pairs.push((format!("user[{name}]"), value.clone()));
                pairs.push((name.clone(), value));
            }
        }
        let request = self.person.request("POST", &form.action).header("content-type", "application/x-www-form-urlencoded");
        let page = self.person.send(&form.action, request.body(url_encoded(&pairs)));
        assert!(page.status < 500, "{}: {}", form.action, page.status);
        self.sent += 1;
        let taken = page.status == 303 && !page.location().starts_with("/sign-in");
        self.taken += usize::from(taken);
        self.log.push(format!("{} {} {}", form.action, page.status, page.location()));
    }

    /// Every form of every page that somebody finds, once each.
    fn send_all(&mut self, guards: &[Guard], paths: &[String]) {
        let start = ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{') && guards.contains(&r.guard));
        let all: Vec<String> = start.map(|route| route.path.to_owned()).chain(paths.iter().cloned()).collect();
        let mut done = BTreeSet::new();
        for path in all {
            let mut page = self.person.get(&path);
            if let Some(who) = self.who
                && page.location().starts_with("/sign-in")
            {
                self.person = self.clinic.app.signed_in(who);
                page = self.person.get(&path);
            }
            for form in page.forms().into_iter().filter(|form| form.method == "post" && !form.in_parts) {
                let names: Vec<String> = form.controls().into_iter().map(|(name, _, _)| name).collect();
                if ABOUT_ROLES.iter().all(|end| !form.action.ends_with(end)) && done.insert((form.action.clone(), names)) {
                    self.send(&form);
                }
            }
        }
    }
}

/// Sends every form as one person, and says what it moved that it must not.
fn nothing_moves(backend: Backend, who: fn(&Clinic) -> Option<&Someone>, guards: &[Guard], least: (usize, usize)) {
    let clinic = Clinic::open(backend);
    let app = &clinic.app;
    app.start_plan(&clinic.dan);
    app.log_session(&clinic.dan);
    app.write_entry(&clinic.dan, &EntryBody { back: Some(3), ..EntryBody::default() });
    app.log_session(&clinic.ann);
    app.raise_alert(&clinic.ann);
    app.tell_event(&clinic.ben, &clinic.ann);
    let elsewhere = app.other_clinic("Elsewhere");
    let people: Vec<String> =
        [&clinic.ann, &clinic.ben, &clinic.cleo, &clinic.dan, &clinic.eve].map(|one| format!("'{}'", one.id())).to_vec();
    let people = people.join(", ");
    let before = untouchable(&app.database, &clinic.dan, &people);
    assert!(before.values().filter(|rows| !rows.is_empty()).count() > 8, "{before:?}");

    let kinds: BTreeMap<String, String> = columns().into_values().flatten().collect();
    assert!(kinds.len() > 150);
    let who = who(&clinic);
    let person = who.map_or_else(|| app.visitor(), |who| app.signed_in(who));
    let mut sender = Sender { clinic: &clinic, who, person, elsewhere: &elsewhere, columns: kinds, sent: 0, taken: 0, log: Vec::new() };
    let of_ann = format!("/pro/patients/{}", clinic.ann.id());
    let parts = [
        "",
        "/team",
        "/notes",
        "/events",
        "/messages",
        "/rules",
        "/measures",
        "/sheet",
        "/add",
        "/letters/new/discharge",
        "/override",
        "/plan",
        "/start",
    ];
    let paths: Vec<String> =
        if guards.contains(&Guard::Physio) { parts.map(|part| format!("{of_ann}{part}")).to_vec() } else { Vec::new() };
    sender.send_all(guards, &paths);
    assert!(
        sender.sent >= least.0 && sender.taken >= least.1,
        "sent {}, of which {} were taken: {:#?}",
        sender.sent,
        sender.taken,
        sender.log
    );

    let after = untouchable(&app.database, &clinic.dan, &people);
    for (what, rows) in &before {
        assert_eq!(rows, &after[what], "{what}");
    }
    for (table, columns) in columns().into_iter().filter(|(table, _)| !KEEPS_FORMS.contains(&table.as_str())) {
        let text = rows(&app.database, &table, &columns, "").join("\n");
        for bait in [TEXT, NUMBER, DAY] {
            assert!(!text.contains(bait), "{table} took {bait}: {}", text.lines().find(|line| line.contains(bait)).unwrap_or_default());
        }
        if columns.iter().any(|(name, _)| name == "clinic_id") && table != "invitations" {
            assert_eq!(app.database.count(&format!("{table} WHERE clinic_id = '{elsewhere}'")), 0, "{table}");
        }
    }
    assert_eq!(app.database.count(&format!("invitations WHERE clinic_id = '{elsewhere}'")), 1, "only the link that the command line made");
}

each_backend! {
    fn no_form_of_a_visitor_takes_what_it_does_not_ask_for(backend) {
        nothing_moves(backend, |_| None, &[Guard::Public], (4, 1));
    }

    fn no_form_of_a_patient_takes_what_it_does_not_ask_for(backend) {
        nothing_moves(backend, |clinic| Some(&clinic.ann), &[Guard::Signed, Guard::Patient], (25, 8));
    }

    fn no_form_of_a_physiotherapist_takes_what_it_does_not_ask_for(backend) {
        nothing_moves(backend, |clinic| Some(&clinic.ben), &[Guard::Signed, Guard::Physio], (15, 4));
    }

    fn no_form_of_an_administrator_takes_what_it_does_not_ask_for(backend) {
        nothing_moves(backend, |clinic| Some(&clinic.eve), &[Guard::Signed, Guard::Admin], (4, 2));
    }

    fn an_account_made_with_more_than_the_form_asks_for_is_a_patients_and_no_more(backend) {
        let clinic = Clinic::open(backend);
        let elsewhere = clinic.app.other_clinic("Elsewhere");
        let visitor = clinic.app.visitor();
        let form = visitor.get("/account/new").is(200).form_to("/account/new");
        let mut pairs = form.pairs();
        for (name, _, value) in form.controls().into_iter().filter(|(_, kind, _)| kind == "checkbox") {
            pairs.push((name, value));
        }
        pairs.retain(|(name, _)| !matches!(name.as_str(), "email" | "name" | "password"));
        let extra = [
            ("email", "zoe@example.org"), ("name", "Zoe"), ("password", "four quiet kettles steam"),
            ("is_admin", "true"), ("is_physio", "on"), ("is_patient", "false"), ("role", "admin"), ("clinic_id", elsewhere.as_str()),
            ("id", "chosen"), ("created_at", "1999-09-09T00:00:00"), ("email_verified_at", "1999-09-09T00:00:00"), ("purpose", "first_staff"),
        ];
        pairs.extend(extra.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let request = visitor.request("POST", "/account/new").header("content-type", "application/x-www-form-urlencoded");
        visitor.send("/account/new", request.body(url_encoded(&pairs))).is(303);
        let zoe = clinic.app.somebody("zoe@example.org").0;
        assert_eq!((zoe.is_patient, zoe.is_physio, zoe.is_admin, zoe.clinic()), (true, false, false, ClinicId::first()));
        assert!(zoe.id != "chosen" && zoe.created_at == clinic.app.now() && zoe.email_verified_at.is_none());
    }
}
