//! Every route × everybody, on both databases. A route without a row here fails, and so does a row
//! without a route: whoever adds a page says who may open it.

mod cells;

use crate::support::{Clinic, Page, Person, Someone};
use gradus::care::account;
use gradus::care::joining::{NewInvitation, invite_patient};
use gradus::store::journal::EntryBody;
use gradus::web::{BY_SECRET_ALONE, Guard, ROUTES, Route};
use std::collections::BTreeSet;

/// How a route answers somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Lets them in: the page, the form again with its messages, or on to the next page.
    In,
    /// Asks them to sign in first.
    Ask,
    /// Like a page that does not exist.
    Hidden,
}
use Answer::{Ask, Hidden, In};

/// Nobody in particular, Ann (patient, mid-plan), Ben (her physiotherapist), Cleo (another one), Dan
/// (Cleo's patient, mid-plan), Eve (administrator who treats nobody).
const PEOPLE: [&str; 6] = ["a visitor", "Ann", "Ben", "Cleo", "Dan", "Eve"];
type Row = [Answer; 6];

const EVERYBODY: Row = [In, In, In, In, In, In];
const SIGNED: Row = [Ask, In, In, In, In, In];
const PATIENTS: Row = [Ask, In, Hidden, Hidden, In, Hidden];
/// A page of something that is Ann's.
const ANN: Row = [Ask, In, Hidden, Hidden, Hidden, Hidden];
const PHYSIOS: Row = [Ask, Hidden, In, In, Hidden, Hidden];
/// A page about Ann for whoever is in charge of her.
const IN_CHARGE: Row = [Ask, Hidden, In, Hidden, Hidden, Hidden];
const ADMINS: Row = [Ask, Hidden, Hidden, Hidden, Hidden, In];

const ROWS: &[(&str, Row)] = &[
    ("GET /", EVERYBODY),
    ("GET /help", EVERYBODY),
    ("GET /about", EVERYBODY),
    ("GET /safety", EVERYBODY),
    ("GET /privacy", EVERYBODY),
    ("GET /language", EVERYBODY),
    ("POST /language", EVERYBODY),
    ("GET /rules", EVERYBODY),
    ("GET /exercises", EVERYBODY),
    ("GET /exercises/{id}", EVERYBODY),
    ("GET /learn", EVERYBODY),
    ("GET /learn/{topic}", EVERYBODY),
    ("GET /check", EVERYBODY),
    ("GET /check/result", EVERYBODY),
    ("GET /check/letter", EVERYBODY),
    ("GET /check/{screen}", EVERYBODY),
    ("POST /check/{screen}", EVERYBODY),
    ("GET /account/new", EVERYBODY),
    ("POST /account/new", EVERYBODY),
    ("GET /sign-in", EVERYBODY),
    ("POST /sign-in", EVERYBODY),
    // Without a password that was given they lead back to the beginning.
    ("GET /sign-in/second", EVERYBODY),
    ("POST /sign-in/second", EVERYBODY),
    ("GET /sign-in/second/passkey", EVERYBODY),
    ("POST /sign-in/second/passkey", EVERYBODY),
    ("POST /sign-in/second/passkey/begin", EVERYBODY),
    ("GET /sign-in/passkey", EVERYBODY),
    ("POST /sign-in/passkey", EVERYBODY),
    ("POST /sign-in/passkey/begin", EVERYBODY),
    ("GET /invite/{secret}", EVERYBODY),
    ("POST /invite/{secret}", EVERYBODY),
    ("GET /join", EVERYBODY),
    ("POST /join", EVERYBODY),
    // Without a code that was typed rightly they lead back to the form for it.
    ("GET /join/account", EVERYBODY),
    ("POST /join/account", EVERYBODY),
    ("GET /reset/{secret}", EVERYBODY),
    ("POST /reset/{secret}", EVERYBODY),
    ("GET /forgot", EVERYBODY),
    ("POST /forgot", EVERYBODY),
    // The secret in the address is the permission, whoever has it.
    ("GET /address/{secret}", EVERYBODY),
    ("POST /address/{secret}", EVERYBODY),
    ("GET /stop/{secret}", EVERYBODY),
    ("POST /stop/{secret}", EVERYBODY),
    ("GET /stop/{secret}/now", EVERYBODY),
    ("POST /stop/{secret}/now", EVERYBODY),
    ("GET /calendar/{secret}.ics", EVERYBODY),
    ("GET /account/reminders", PATIENTS),
    ("POST /account/reminders", PATIENTS),
    ("POST /account/reminders/off", PATIENTS),
    ("POST /account/reminders/test", PATIENTS),
    ("GET /account/calendar", PATIENTS),
    ("POST /account/calendar", PATIENTS),
    ("POST /account/calendar/link", PATIENTS),
    ("POST /account/calendar/renew", PATIENTS),
    ("POST /account/calendar/remove", PATIENTS),
    ("POST /sign-out", SIGNED),
    ("GET /account", SIGNED),
    ("POST /account/password", SIGNED),
    ("GET /account/sessions", SIGNED),
    ("POST /account/sessions/others", SIGNED),
    // Whosever it is, it is not signed in to one's own account afterwards; `account_sessions` tries another's.
    ("POST /account/sessions/{mark}/end", SIGNED),
    ("GET /account/address", SIGNED),
    ("POST /account/address", SIGNED),
    ("POST /account/address/again", SIGNED),
    ("POST /account/address/stop", SIGNED),
    ("GET /session", SIGNED),
    ("POST /session", SIGNED),
    ("POST /session/stay", SIGNED),
    // It says that nobody is signed in.
    ("GET /session/left", EVERYBODY),
    ("GET /prove", SIGNED),
    ("POST /prove", SIGNED),
    ("GET /prove/passkey", SIGNED),
    ("POST /prove/passkey", SIGNED),
    ("POST /prove/passkey/begin", SIGNED),
    ("GET /kept", SIGNED),
    ("POST /kept", SIGNED),
    ("GET /account/second", SIGNED),
    ("GET /account/second/app", SIGNED),
    ("POST /account/second/app", SIGNED),
    ("POST /account/second/app/remove", SIGNED),
    ("POST /account/second/codes", SIGNED),
    ("POST /account/second/passkeys", SIGNED),
    ("POST /account/second/passkeys/begin", SIGNED),
    ("POST /account/second/passkeys/{passkey}/remove", SIGNED),
    ("POST /account/zone", SIGNED),
    // It stands in Ann's plan; every physiotherapist sees the clinic's pictures.
    ("GET /exercises/picture/{id}", [Ask, In, In, In, Hidden, Hidden]),
    ("GET /intake", PATIENTS),
    ("GET /intake/check", PATIENTS),
    ("POST /intake/check", PATIENTS),
    ("GET /intake/goals", PATIENTS),
    ("POST /intake/goals", PATIENTS),
    ("GET /intake/quota", PATIENTS),
    ("POST /intake/quota", PATIENTS),
    ("GET /intake/practical", PATIENTS),
    ("POST /intake/practical", PATIENTS),
    ("GET /intake/{screen}", PATIENTS),
    ("POST /intake/{screen}", PATIENTS),
    ("GET /result", PATIENTS),
    ("GET /baseline", PATIENTS),
    ("POST /baseline", PATIENTS),
    // Both have a plan that rests on their trials: refused, whosever the trial is.
    ("POST /baseline/{trial}/remove", PATIENTS),
    ("GET /plan/agree", PATIENTS),
    ("POST /plan/agree", PATIENTS),
    ("GET /today", PATIENTS),
    ("GET /today/log", PATIENTS),
    ("POST /today/log", PATIENTS),
    ("GET /today/as-planned", PATIENTS),
    ("POST /today/as-planned", PATIENTS),
    ("GET /today/session", PATIENTS),
    ("POST /today/session", PATIENTS),
    ("POST /today/session/press", PATIENTS),
    ("GET /today/session/stop", PATIENTS),
    ("POST /today/session/stop", PATIENTS),
    ("GET /today/session/end", PATIENTS),
    ("POST /today/session/end", PATIENTS),
    ("GET /sessions/{id}/history", ANN),
    ("GET /sessions/{id}/edit", ANN),
    ("POST /sessions/{id}/edit", ANN),
    ("GET /morning", PATIENTS),
    ("POST /morning", PATIENTS),
    ("POST /day", PATIENTS),
    ("GET /week", PATIENTS),
    ("POST /week", PATIENTS),
    ("GET /signs", PATIENTS),
    ("POST /signs", PATIENTS),
    ("GET /signs/result", PATIENTS),
    ("GET /flare", PATIENTS),
    ("POST /flare", PATIENTS),
    ("POST /flare/settled", PATIENTS),
    ("GET /journal", PATIENTS),
    ("GET /journal/new", PATIENTS),
    ("POST /journal/new", PATIENTS),
    ("GET /journal/columns", PATIENTS),
    ("GET /journal/file", PATIENTS),
    ("GET /journal/file.csv", PATIENTS),
    ("POST /journal/file/upload", PATIENTS),
    ("GET /journal/file/{import}", ANN),
    ("POST /journal/file/{import}", ANN),
    ("POST /journal/file/{import}/remove", ANN),
    ("GET /journal/days/{on}", PATIENTS),
    ("POST /journal/days/{on}", PATIENTS),
    ("GET /journal/{id}/history", ANN),
    ("POST /journal/{id}/share", ANN),
    ("GET /journal/{id}/edit", ANN),
    ("POST /journal/{id}/edit", ANN),
    ("POST /learn/{topic}/read", PATIENTS),
    ("POST /learn/{topic}/answers", PATIENTS),
    ("GET /learn/{topic}/answers/{answer}/remove", ANN),
    ("POST /learn/{topic}/answers/{answer}/remove", ANN),
    ("GET /plan", PATIENTS),
    ("GET /plan/resume", PATIENTS),
    ("POST /plan/resume", PATIENTS),
    ("GET /plan/days", PATIENTS),
    ("POST /plan/days", PATIENTS),
    ("POST /changes/seen", PATIENTS),
    ("GET /break", PATIENTS),
    ("POST /break", PATIENTS),
    ("GET /break/ill", PATIENTS),
    ("POST /break/ill", PATIENTS),
    ("POST /break/back", PATIENTS),
    ("GET /messages", PATIENTS),
    ("POST /messages", PATIENTS),
    ("POST /messages/choice", PATIENTS),
    ("GET /measures", PATIENTS),
    ("POST /measures", PATIENTS),
    ("POST /measures/later", PATIENTS),
    ("GET /measures/after", PATIENTS),
    ("GET /goals", PATIENTS),
    ("POST /goals", PATIENTS),
    ("GET /goals/{goal}", ANN),
    ("POST /goals/{goal}", ANN),
    ("POST /goals/{goal}/reached", ANN),
    ("POST /goals/{goal}/next", ANN),
    ("GET /check-in", PATIENTS),
    ("POST /check-in", PATIENTS),
    ("GET /changes", PATIENTS),
    ("GET /progress", PATIENTS),
    ("GET /progress/card", PATIENTS),
    ("POST /progress/card", PATIENTS),
    ("GET /letter/{decision}", ANN),
    ("GET /sheet", PATIENTS),
    ("POST /sheet", PATIENTS),
    ("GET /sheet/{code}", ANN),
    ("GET /sheet/{code}/enter", ANN),
    ("POST /sheet/{code}/enter", ANN),
    ("GET /ended", PATIENTS),
    ("GET /plan/measure", PATIENTS),
    ("POST /plan/measure", PATIENTS),
    ("POST /plan/measure/decide", PATIENTS),
    ("GET /plan/size", PATIENTS),
    ("POST /plan/size", PATIENTS),
    ("GET /again", PATIENTS),
    ("POST /again", PATIENTS),
    ("GET /again/result", PATIENTS),
    ("POST /again/result", PATIENTS),
    ("GET /pro", PHYSIOS),
    ("POST /pro/inbox/seen", PHYSIOS),
    ("POST /pro/inbox/{id}/mark", IN_CHARGE),
    ("POST /pro/inbox/{id}/approve", IN_CHARGE),
    ("GET /pro/patients", PHYSIOS),
    ("POST /pro/patients", PHYSIOS),
    ("GET /pro/patients.csv", PHYSIOS),
    ("GET /style", PHYSIOS),
    ("GET /pro/invite", PHYSIOS),
    ("POST /pro/invite", PHYSIOS),
    // Ben's own invitation.
    ("POST /pro/invite/{invitation}/again", IN_CHARGE),
    ("POST /pro/invite/{invitation}/end", IN_CHARGE),
    ("GET /pro/patients/new", PHYSIOS),
    ("POST /pro/patients/new", PHYSIOS),
    ("GET /pro/patients/{id}/intake", IN_CHARGE),
    ("GET /pro/patients/{id}/intake/check", IN_CHARGE),
    ("POST /pro/patients/{id}/intake/check", IN_CHARGE),
    ("GET /pro/patients/{id}/intake/goals", IN_CHARGE),
    ("POST /pro/patients/{id}/intake/goals", IN_CHARGE),
    ("GET /pro/patients/{id}/intake/quota", IN_CHARGE),
    ("POST /pro/patients/{id}/intake/quota", IN_CHARGE),
    ("GET /pro/patients/{id}/intake/practical", IN_CHARGE),
    ("POST /pro/patients/{id}/intake/practical", IN_CHARGE),
    ("GET /pro/patients/{id}/intake/result", IN_CHARGE),
    ("POST /pro/patients/{id}/intake/card", IN_CHARGE),
    ("GET /pro/patients/{id}/intake/{screen}", IN_CHARGE),
    ("POST /pro/patients/{id}/intake/{screen}", IN_CHARGE),
    ("GET /pro/patients/{id}/start", IN_CHARGE),
    ("POST /pro/patients/{id}/start", IN_CHARGE),
    ("POST /pro/patients/{id}/start/{trial}/remove", IN_CHARGE),
    ("GET /pro/patients/{id}/start/agree", IN_CHARGE),
    ("POST /pro/patients/{id}/start/agree", IN_CHARGE),
    ("GET /pro/exercises", PHYSIOS),
    ("GET /pro/exercises/new", PHYSIOS),
    ("POST /pro/exercises/new", PHYSIOS),
    ("POST /pro/exercises/preview", PHYSIOS),
    ("GET /pro/exercises/{id}", PHYSIOS),
    ("GET /pro/exercises/{id}/edit", PHYSIOS),
    ("POST /pro/exercises/{id}/edit", PHYSIOS),
    ("POST /pro/exercises/{id}/retire", PHYSIOS),
    ("GET /pro/exercises/{id}/picture", PHYSIOS),
    ("POST /pro/exercises/{id}/picture", PHYSIOS),
    ("POST /pro/exercises/{id}/drawn", PHYSIOS),
    ("GET /pro/patients/{id}", IN_CHARGE),
    ("POST /pro/patients/{id}/agree", IN_CHARGE),
    ("GET /pro/patients/{id}/card", IN_CHARGE),
    ("GET /pro/patients/{id}/letter/{decision}", IN_CHARGE),
    ("GET /pro/patients/{id}/sheet", IN_CHARGE),
    ("POST /pro/patients/{id}/sheet", IN_CHARGE),
    ("GET /pro/patients/{id}/sheet/{code}", IN_CHARGE),
    ("GET /pro/patients/{id}/sheet/{code}/enter", IN_CHARGE),
    ("POST /pro/patients/{id}/sheet/{code}/enter", IN_CHARGE),
    ("GET /pro/sheets", PHYSIOS),
    ("POST /pro/sheets", PHYSIOS),
    ("GET /pro/patients/{id}/add", IN_CHARGE),
    ("POST /pro/patients/{id}/add", IN_CHARGE),
    ("GET /pro/patients/{id}/plan", IN_CHARGE),
    ("POST /pro/patients/{id}/plan", IN_CHARGE),
    ("GET /pro/patients/{id}/plan/preview", IN_CHARGE),
    ("GET /pro/patients/{id}/plan/versions", IN_CHARGE),
    ("GET /pro/patients/{id}/plan/versions/{version}", IN_CHARGE),
    ("POST /pro/patients/{id}/plan/versions/{version}", IN_CHARGE),
    ("GET /plan/draft", PATIENTS),
    ("POST /plan/draft", PATIENTS),
    ("GET /pro/patients/{id}/discharge", IN_CHARGE),
    ("POST /pro/patients/{id}/discharge", IN_CHARGE),
    ("GET /pro/patients/{id}/clear", IN_CHARGE),
    ("POST /pro/patients/{id}/clear", IN_CHARGE),
    ("POST /pro/patients/{id}/alerts/{alert}", IN_CHARGE),
    ("GET /pro/patients/{id}/items/{item}", IN_CHARGE),
    ("POST /pro/patients/{id}/items/{item}", IN_CHARGE),
    ("POST /pro/patients/{id}/items/{item}/swap", IN_CHARGE),
    ("POST /pro/patients/{id}/items/{item}/version", IN_CHARGE),
    ("GET /pro/patients/{id}/rules", IN_CHARGE),
    ("POST /pro/patients/{id}/rules", IN_CHARGE),
    ("GET /pro/patients/{id}/proposal/{review}", IN_CHARGE),
    ("POST /pro/patients/{id}/proposal/{review}", IN_CHARGE),
    ("POST /pro/patients/{id}/items/{item}/back", IN_CHARGE),
    ("GET /pro/templates", PHYSIOS),
    ("GET /pro/templates/new", PHYSIOS),
    ("POST /pro/templates/new", PHYSIOS),
    ("GET /pro/templates/{template}", PHYSIOS),
    ("GET /pro/templates/{template}/edit", PHYSIOS),
    ("POST /pro/templates/{template}/edit", PHYSIOS),
    ("POST /pro/templates/{template}/retire", PHYSIOS),
    ("GET /pro/patients/{id}/assign", IN_CHARGE),
    ("GET /pro/patients/{id}/assign/{template}", IN_CHARGE),
    ("POST /pro/patients/{id}/assign/{template}", IN_CHARGE),
    ("GET /pro/patients/{id}/copy", IN_CHARGE),
    ("GET /pro/patients/{id}/copy/{other}", IN_CHARGE),
    ("POST /pro/patients/{id}/copy/{other}", IN_CHARGE),
    ("GET /pro/patients/{id}/pattern/{rid}", IN_CHARGE),
    ("POST /pro/patients/{id}/pattern/{rid}", IN_CHARGE),
    ("GET /pro/patients/{id}/answers", IN_CHARGE),
    ("GET /pro/patients/{id}/sessions", IN_CHARGE),
    ("GET /pro/patients/{id}/reviews", IN_CHARGE),
    ("GET /pro/patients/{id}/changes", IN_CHARGE),
    ("GET /pro/patients/{id}/override", IN_CHARGE),
    ("POST /pro/patients/{id}/override", IN_CHARGE),
    ("GET /pro/patients/{id}/notes", IN_CHARGE),
    ("POST /pro/patients/{id}/notes", IN_CHARGE),
    ("GET /pro/patients/{id}/notes/{note}", IN_CHARGE),
    ("POST /pro/patients/{id}/notes/{note}", IN_CHARGE),
    ("GET /pro/patients/{id}/letters", IN_CHARGE),
    ("GET /pro/patients/{id}/letters/new/{kind}", IN_CHARGE),
    ("POST /pro/patients/{id}/letters/new/{kind}", IN_CHARGE),
    ("GET /pro/patients/{id}/letters/{letter}.txt", IN_CHARGE),
    ("GET /pro/patients/{id}/letters/{letter}", IN_CHARGE),
    ("GET /pro/patients/{id}/messages", IN_CHARGE),
    ("POST /pro/patients/{id}/messages", IN_CHARGE),
    ("GET /pro/patients/{id}/events", IN_CHARGE),
    ("POST /pro/patients/{id}/events", IN_CHARGE),
    ("GET /pro/patients/{id}/events/{event}", IN_CHARGE),
    ("POST /pro/patients/{id}/events/{event}", IN_CHARGE),
    ("GET /pro/patients/{id}/measures", IN_CHARGE),
    ("POST /pro/patients/{id}/measures", IN_CHARGE),
    ("GET /admin/access", ADMINS),
    ("GET /admin/documents", ADMINS),
    ("GET /admin/documents/security", ADMINS),
    ("GET /admin/documents/safety", ADMINS),
    ("GET /admin/messages", ADMINS),
    ("POST /admin/messages", ADMINS),
    ("GET /admin", ADMINS),
    ("GET /admin/people", ADMINS),
    ("POST /admin/people", ADMINS),
    // Of Cleo's account.
    ("GET /admin/people/{id}", ADMINS),
    ("POST /admin/people/{id}/physio", ADMINS),
    ("POST /admin/people/{id}/open", ADMINS),
    ("POST /admin/people/{id}/reset", ADMINS),
    ("POST /admin/people/{id}/sessions", ADMINS),
    ("POST /admin/people/{id}/sessions/{mark}", ADMINS),
    ("GET /admin/sessions", ADMINS),
    ("GET /admin/invitations", ADMINS),
    ("POST /admin/invitations/{invitation}/end", ADMINS),
    ("POST /admin/invitations/{invitation}/again", ADMINS),
    ("GET /admin/settings", ADMINS),
    ("POST /admin/settings", ADMINS),
    ("GET /admin/mail", ADMINS),
    ("POST /admin/mail", ADMINS),
    ("GET /admin/content", ADMINS),
    ("GET /admin/content/{content}", ADMINS),
    ("POST /admin/content/{content}", ADMINS),
    ("GET /admin/licences", ADMINS),
    ("GET /admin/health", ADMINS),
    ("GET /admin/staff", ADMINS),
    ("POST /admin/staff", ADMINS),
    ("GET /account/team", PATIENTS),
    ("GET /account/data", PATIENTS),
    ("POST /account/data", PATIENTS),
    ("GET /account/corrections", PATIENTS),
    ("POST /account/corrections", PATIENTS),
    ("POST /account/name", PATIENTS),
    ("GET /account/consents", PATIENTS),
    ("GET /account/consents/now", PATIENTS),
    ("POST /account/consents/now", PATIENTS),
    ("POST /account/consents/{purpose}", PATIENTS),
    ("GET /account/close", PATIENTS),
    ("POST /account/close", PATIENTS),
    ("GET /account/closing", PATIENTS),
    ("POST /account/keep", PATIENTS),
    ("GET /pro/patients/{id}/corrections", IN_CHARGE),
    ("POST /pro/patients/{id}/corrections/{request}", IN_CHARGE),
    ("GET /admin/retention", ADMINS),
    ("GET /account/record-log", PATIENTS),
    ("GET /admin/audit", ADMINS),
    ("POST /admin/audit", ADMINS),
    ("GET /admin/audit.csv", ADMINS),
    ("GET /pro/patients/{id}/team", IN_CHARGE),
    ("POST /pro/patients/{id}/team", IN_CHARGE),
    ("GET /pro/leave", PHYSIOS),
    ("POST /pro/leave", PHYSIOS),
    ("GET /pro/emergency", PHYSIOS),
    ("POST /pro/emergency", PHYSIOS),
    ("GET /pro/outcomes", PHYSIOS),
    ("GET /pro/outcomes.csv", PHYSIOS),
    // Of Eve's own account, and she is the only administrator: refused, and said why.
    ("POST /admin/staff/{id}/role", ADMINS),
    ("GET /admin/staff/{id}/close", ADMINS),
    ("POST /admin/staff/{id}/close", ADMINS),
    ("GET /admin/numbers", ADMINS),
    ("POST /admin/numbers", ADMINS),
];

/// The clinic with something of Ann's for every path with a parameter.
struct World {
    clinic: Clinic,
    session: String,
    entry: String,
    trial: String,
    item: String,
    import: String,
    answer: String,
    alert: String,
    goal: String,
    decision: String,
    code: String,
    review: String,
    pattern: String,
    own: String,
    picture: String,
    invite: String,
    invitation: String,
    reset: String,
    calendar: String,
    address: String,
    stop: String,
    note: String,
    letter: String,
    event: String,
    template: String,
    other: String,
}

impl World {
    fn new(backend: crate::support::Backend) -> Self {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        app.start_plan(&clinic.dan);
        app.raise_alert(&clinic.ann);
        let own = app.own_exercise(&clinic.ben, "CO5");
        let picture = app.upload_picture(&clinic.ben, &own);
        app.give_own(&clinic.ben, &clinic.ann, &own);
        let other = app.patient_of(&clinic.ben, "Otto");
        app.start_plan(&other);
        let ann = clinic.ann.id();
        let first = |sql: &str| app.database.lines(&sql.replace("ANN", ann.as_str())).remove(0);
        Self {
            session: app.log_session(&clinic.ann),
            answer: app.write_answer(&clinic.ann, "sleep", "a pillow helps", false),
            pattern: app.look_again(&clinic.ann, true),
            import: app.hand_in_file(&clinic.ann, "record,date,pain_average\nday,2026-01-05,3\n"),
            entry: app.write_entry(&clinic.ann, &EntryBody { back: Some(3), ..EntryBody::default() }),
            trial: first("SELECT id AS line FROM baseline_trials WHERE patient_id = 'ANN'"),
            item: first("SELECT i.id AS line FROM plan_items i JOIN plans p ON p.id = i.plan_id WHERE p.patient_id = 'ANN'"),
            decision: first("SELECT id AS line FROM evaluations WHERE patient_id = 'ANN'"),
            code: app.print_sheet(&clinic.ann),
            review: app.propose(&clinic.ann),
            alert: first("SELECT id AS line FROM alerts WHERE patient_id = 'ANN'"),
            goal: first("SELECT id AS line FROM intakes WHERE patient_id = 'ANN'") + ".0",
            own,
            picture,
            invite: account::staff_secret(app.store(), &gradus::ids::ClinicId::first(), "", app.now()).expect("made"),
            invitation: invite_patient(app.store(), &clinic.ben.desk(), &NewInvitation::default(), "matrix", app.now())
                .expect("made")
                .invitation
                .id,
            reset: account::reset_secret(app.store(), clinic.eve.email(), app.now()).expect("made").expect("Eve is known"),
            calendar: app.make_calendar(&clinic.ann),
            address: app.make_address_link(&clinic.ann),
            stop: app.make_stop_link(&clinic.ann),
            note: crate::notes::written(&clinic, "Says it is easier."),
            letter: crate::notes::given_out(&clinic, "A short letter."),
            event: app.tell_event(&clinic.ben, &clinic.ann),
            template: crate::templates::template(app, &clinic.ben, &clinic.ann),
            other: other.id().as_str().to_owned(),
            clinic,
        }
    }

    /// A path of Ann's for a route's pattern.
    fn path(&self, pattern: &str) -> String {
        let id = match pattern.split('/').nth(1) {
            Some("sessions") => self.session.as_str(),
            Some("journal") => self.entry.as_str(),
            Some("exercises") if pattern.contains("picture") => self.picture.as_str(),
            Some("exercises") => "RP1",
            Some("pro") if pattern.starts_with("/pro/exercises") => self.own.as_str(),
            // Not her own: ending all of one's sessions would sign Eve out in the middle.
            Some("admin") if pattern.starts_with("/admin/people") => self.clinic.cleo.0.id.as_str(),
            Some("admin") => self.clinic.eve.0.id.as_str(),
            _ => self.clinic.ann.0.id.as_str(),
        };
        let screen = if pattern.starts_with("/check") { "start" } else { "you" };
        let secret = match pattern.split('/').nth(1) {
            Some("reset") => &self.reset,
            Some("calendar") => &self.calendar,
            Some("address") => &self.address,
            Some("stop") => &self.stop,
            _ => &self.invite,
        };
        let path = pattern
            .replace("{id}", id)
            .replace("{screen}", screen)
            .replace("{mark}", "none")
            .replace("{passkey}", "none")
            .replace("{purpose}", "service")
            .replace("{request}", "none")
            .replace("{secret}", secret)
            .replace("{invitation}", &self.invitation)
            .replace("{trial}", &self.trial)
            .replace("{item}", &self.item)
            .replace("{import}", &self.import)
            .replace("{on}", "2026-03-01")
            .replace("{topic}", "sleep")
            .replace("{answer}", &self.answer)
            .replace("{rid}", &self.pattern)
            .replace("{review}", &self.review)
            .replace("{alert}", &self.alert)
            .replace("{event}", &self.event)
            .replace("{goal}", &self.goal)
            .replace("{decision}", &self.decision)
            .replace("{note}", &self.note)
            .replace("{letter}", &self.letter)
            .replace("{kind}", "discharge")
            .replace("{version}", "1")
            .replace("{code}", &self.code)
            .replace("{template}", &self.template)
            .replace("{content}", "rules")
            .replace("{other}", &self.other);
        assert!(!path.contains('{'), "say in World::path what {pattern} stands for");
        path
    }

    fn browser(&self, who: &str) -> Person {
        let someone: &Someone = match who {
            "Ann" => &self.clinic.ann,
            "Ben" => &self.clinic.ben,
            "Cleo" => &self.clinic.cleo,
            "Dan" => &self.clinic.dan,
            "Eve" => &self.clinic.eve,
            _ => return self.clinic.app.visitor(),
        };
        self.clinic.app.signed_in(someone)
    }
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

fn row(route: &Route) -> Option<Row> {
    ROWS.iter().find(|(of, _)| *of == name(route)).map(|(_, row)| *row)
}

fn answer(page: &Page) -> Option<Answer> {
    match page.status {
        303 if page.location().starts_with("/sign-in?") || page.location() == "/sign-in" => Some(Ask),
        200 | 303 | 422 => Some(In),
        404 => Some(Hidden),
        _ => None,
    }
}

fn ask(person: &Person, route: &Route, path: &str) -> Page {
    // A mail program says these words and has no form.
    if route.method == "POST" && BY_SECRET_ALONE.contains(&route.path) {
        return person.post_bare(path, &[("List-Unsubscribe", "One-Click")]);
    }
    // An empty form is enough: whoever may send it is told what is missing.
    if route.method == "GET" { person.get(path) } else { person.post(path, &[]) }
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<String> = ROUTES.iter().map(name).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|(of, _)| (*of).to_owned()).collect();
    let missing: Vec<_> = routes.difference(&rows).map(|route| format!("    (\"{route}\", …),")).collect();
    let stale: Vec<_> = rows.difference(&routes).collect();
    assert!(missing.is_empty(), "say who may come, in ROWS:\n{}", missing.join("\n"));
    assert!(stale.is_empty(), "there is no such route: {stale:?}");
    assert_eq!(rows.len(), ROWS.len(), "a row stands twice");
}

#[test]
fn every_row_fits_the_guard_of_its_route() {
    for route in ROUTES {
        let Some(row) = row(route) else { continue };
        assert_eq!(row[0] == In, route.guard == Guard::Public, "{}: a visitor", name(route));
        let may = |of: Guard| route.guard == of || matches!(route.guard, Guard::Public | Guard::Signed);
        let kinds = [(1, Guard::Patient), (2, Guard::Physio), (3, Guard::Physio), (4, Guard::Patient), (5, Guard::Admin)];
        for (person, kind) in kinds {
            assert!(row[person] != In || may(kind), "{}: {} is not for whom the route is", name(route), PEOPLE[person]);
        }
    }
}

each_backend! {
    fn every_route_answers_everybody_as_its_row_says(backend) {
        let world = World::new(backend);
        let mut wrong = Vec::new();
        // Strangers try before the owner, who may use something up; signing out comes last of all.
        let order = [0, 4, 2, 3, 5, 1];
        let mut routes: Vec<&Route> = ROUTES.iter().collect();
        // A new intake has goals of its own.
        routes.sort_by_key(|route| (route.path == "/sign-out", route.path == "/intake/check", route.method));
        for person in order {
            let browser = world.browser(PEOPLE[person]);
            for route in &routes {
                let Some(row) = row(route) else { continue };
                // What a link is for is used up by the first who sends the form whole; nobody here does.
                let page = ask(&browser, route, &world.path(route.path));
                if answer(&page) != Some(row[person]) {
                    wrong.push(format!("{} for {}: {:?} expected, {} {} {:?}", name(route), PEOPLE[person], row[person], page.status, page.location(), page.errors()));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn a_closed_account_gets_in_nowhere(backend) {
        let world = World::new(backend);
        let app = &world.clinic.app;
        let browsers = [world.browser("Ann"), world.browser("Ben"), world.browser("Eve")];
        for browser in &browsers {
            browser.get("/account").is(200);
        }
        app.database.execute("UPDATE users SET closed_at = created_at");
        for browser in &browsers {
            for route in ROUTES.iter().filter(|r| r.guard != Guard::Public && r.method == "GET") {
                let page = browser.get(&world.path(route.path));
                assert_ne!(answer(&page), Some(In), "{} {} {}", name(route), page.status, page.location());
            }
        }
        app.visitor().sign_in(world.clinic.ann.email(), crate::support::PASSWORD).is(422);
    }

    fn a_relation_that_ended_hides_every_page_of_the_patient_at_the_next_request(backend) {
        let world = World::new(backend);
        let app = &world.clinic.app;
        let browser = world.browser("Ben");
        let pages: Vec<&Route> = ROUTES.iter().filter(|r| r.method == "GET" && r.path.starts_with("/pro/patients/{id}")).collect();
        assert!(pages.len() > 10);
        let open = pages.iter().filter(|route| browser.get(&world.path(route.path)).status != 404).count();
        assert_eq!(open, pages.len(), "all are Ben's");
        let team = format!("/pro/patients/{}/team", world.clinic.ann.0.id);
        let form = browser.get(&team).form_to(&team).set("act", "hand_over").set("colleague", &world.clinic.cleo.0.id);
        browser.submit(&form).goes_to("/pro");
        for route in pages {
            assert_eq!(browser.get(&world.path(route.path)).status, 404, "{}", route.path);
        }
        assert_eq!(app.signed_in(&world.clinic.cleo).get(&team).status, 200);
    }

    fn a_physiotherapist_loses_a_patient_at_once(backend) {
        let world = World::new(backend);
        let (ben, file) = (world.browser("Ben"), format!("/pro/patients/{}", world.clinic.ann.id()));
        let noted = |what: &str| world.clinic.app.database.count(&format!("audit WHERE action = '{what}'"));
        let before = noted("looked at the record");
        ben.get(&file).is(200);
        // Somebody else takes over: the relation with Ben ends.
        world.clinic.app.database.execute(&format!("UPDATE care_relations SET physio_id = '{}'", world.clinic.cleo.id()));
        ben.get(&file).is(404);
        assert_eq!(noted("looked at the record"), before + 1, "a refused look is no look");
        assert_eq!(noted("was refused the record"), 1, "but it is noted");
    }
}
