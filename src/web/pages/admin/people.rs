//! `/admin/people`: everybody with an account, and one person's page: roles, sessions, how they sign in. Names and states;
//! of patients nothing else. What is searched for is kept in the session: a name never stands in an address.

use crate::care::people::{Known, end_session, end_sessions, found, known, reopen, send_reset, set_physio, staff_sessions};
use crate::clock::{Moment, UtcTime};
use crate::ids::UserId;
use crate::store::people::Person;
use crate::web::error::AppError;
use crate::web::extract::{Id, Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use askama::Template;
use chrono_tz::Tz;
use serde::Deserialize;

/// Key of the name that is searched for, in the session.
const FIND: &str = "admin.find";
/// Longest name that is searched for, in characters.
const FIND_MAX: usize = 80;
/// People on a page.
const PAGE: usize = 50;
/// Whether somebody is meant.
type Meant = fn(&Person) -> bool;
/// What the list can be narrowed to: code, words, who is meant.
const WHO: &[(&str, &str, Meant)] = &[
    ("", "Everybody", |_| true),
    ("staff", "Staff", |person| person.is_staff() && person.closed_at.is_none()),
    ("patients", "Patients", |person| person.is_patient && person.closed_at.is_none()),
    ("closed", "Closed accounts", |person| person.closed_at.is_some()),
];

/// What an address says: which people and which page.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wanted {
    who: String,
    page: String,
}

/// What somebody may do, in words.
pub(super) fn roles(person: &Person) -> String {
    let all = [(person.is_physio, "physiotherapist"), (person.is_admin, "administrator"), (person.is_patient, "patient")];
    let names: Vec<String> = all.iter().filter(|(is, _)| *is).map(|(_, name)| (*name).to_owned()).collect();
    let text = words::listed(&names);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_else(|| "No role".to_owned())
}

fn day(at: UtcTime, zone: Tz) -> String {
    words::date(Moment { utc: at, zone }.today())
}

fn state(person: &Person, zone: Tz) -> String {
    if let Some(at) = person.closed_at {
        return format!("Closed on {}", day(at, zone));
    }
    if let Some(at) = person.closing_at {
        return format!("Asked on {} to close it", day(at, zone));
    }
    if person.unclaimed { "Made in the room, not taken over yet".to_owned() } else { "Open".to_owned() }
}

struct RowView {
    id: String,
    name: String,
    roles: String,
    state: String,
    since: String,
}

#[derive(Template)]
#[template(path = "pages/admin/people.html")]
struct PeoplePage {
    ctx: PageCtx,
    find: Field,
    finding: String,
    who: String,
    /// Address, words, chosen.
    narrow: Vec<(String, &'static str, bool)>,
    sentence: String,
    rows: Vec<RowView>,
    here: String,
    before: String,
    after: String,
}

/// The list.
pub async fn list(manager: Manager, wanted: Query<Wanted>) -> Result<HttpResponse, AppError> {
    let finding: String = manager.visitor.get(FIND).unwrap_or_default();
    let (admin, searched) = (manager.admin.clone(), finding.clone());
    let mut people = manager.visitor.run(move |store| store.read(|tx| found(tx, &admin, &searched))).await?;
    let (code, _, is_meant) = WHO.iter().find(|(code, ..)| *code == wanted.who).copied().unwrap_or(WHO[0]);
    people.retain(is_meant);
    let pages = people.len().div_ceil(PAGE).max(1);
    let number = wanted.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let address = |who: &str, number: usize| match (who, number) {
        ("", 1) => "/admin/people".to_owned(),
        ("", n) => format!("/admin/people?page={n}"),
        (who, 1) => format!("/admin/people?who={who}"),
        (who, n) => format!("/admin/people?who={who}&page={n}"),
    };
    let zone = manager.visitor.moment().zone;
    let row = |person: &Person| RowView {
        id: person.id.clone(),
        name: person.name.clone(),
        roles: roles(person),
        state: state(person, zone),
        since: day(person.created_at, zone),
    };
    let sentence = match people.len() {
        0 => "Nobody fits.".to_owned(),
        1 => "1 account.".to_owned(),
        n => format!("{n} accounts."),
    };
    page(&PeoplePage {
        ctx: manager.visitor.ctx(),
        find: Field::new("text", "find", "Name or address").value(finding.clone()).autocomplete("off"),
        finding,
        who: code.to_owned(),
        narrow: WHO.iter().map(|(of, label, _)| (address(of, 1), *label, *of == code)).collect(),
        sentence,
        rows: people.iter().skip((number - 1) * PAGE).take(PAGE).map(row).collect(),
        here: format!("Page {number} of {pages}"),
        before: if number > 1 { address(code, number - 1) } else { String::new() },
        after: if number < pages { address(code, number + 1) } else { String::new() },
    })
}

/// Searches: kept in the session, so that no address holds it. An empty one shows everybody again.
pub async fn search(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let find: String = form.0.text("find").chars().take(FIND_MAX).collect();
    manager.visitor.put(FIND, &find);
    let known = WHO.iter().find(|(code, ..)| !code.is_empty() && *code == form.0.text("who"));
    Ok(go(&known.map_or_else(|| "/admin/people".to_owned(), |(code, ..)| format!("/admin/people?who={code}"))))
}

struct SessionView {
    mark: String,
    device: String,
    since: String,
    seen: String,
}

#[derive(Template)]
#[template(path = "pages/admin/person.html")]
struct PersonPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    email: String,
    roles: String,
    state: String,
    since: String,
    is_staff: bool,
    is_physio: bool,
    is_admin: bool,
    is_open: bool,
    unclaimed: bool,
    own: bool,
    /// How they prove who they are beside the password, in words.
    factor: String,
    needs_factor: bool,
    sends_mail: bool,
    sessions: Vec<SessionView>,
    token: String,
}

fn factor(known: &Known) -> String {
    let mut has = Vec::new();
    if known.code_app {
        has.push("an app that shows codes".to_owned());
    }
    match known.passkeys {
        0 => {}
        1 => has.push("one passkey".to_owned()),
        n => has.push(format!("{n} passkeys")),
    }
    if has.is_empty() {
        return "None yet.".to_owned();
    }
    let codes =
        if known.codes_left == 1 { "1 recovery code is left".to_owned() } else { format!("{} recovery codes are left", known.codes_left) };
    format!("{}; {codes}.", words::listed(&has))
}

async fn person_page(manager: &Manager, id: &str, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id), manager.visitor.app.clock.now());
    let known = manager.visitor.run(move |store| store.read(|tx| known(tx, &admin, &user, now))).await?;
    let zone = manager.visitor.moment().zone;
    let person = &known.person;
    let session = |session: &crate::store::sessions::Listed| SessionView {
        mark: session.mark.clone(),
        device: session.device.clone(),
        since: session.since.map(|at| words::instant(at, zone)).unwrap_or_default(),
        seen: words::instant(session.seen_at, zone),
    };
    let shown = PersonPage {
        ctx: manager.visitor.ctx(),
        errors: errors.show(&mut []),
        id: person.id.clone(),
        name: person.name.clone(),
        email: if person.unclaimed { String::new() } else { person.email.clone() },
        roles: roles(person),
        state: state(person, zone),
        since: day(person.created_at, zone),
        is_staff: person.is_staff(),
        is_physio: person.is_physio,
        is_admin: person.is_admin,
        is_open: person.closed_at.is_none(),
        unclaimed: person.unclaimed,
        own: known.own,
        factor: factor(&known),
        needs_factor: manager.visitor.app.config.factors.staff_required && person.is_staff() && !known.code_app && known.passkeys == 0,
        sends_mail: manager.visitor.app.mailer.is_some(),
        sessions: known.sessions.iter().filter(|session| !session.mark.is_empty()).map(session).collect(),
        token: crate::ids::fresh(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// One person.
pub async fn show(manager: Manager, id: Id) -> Result<HttpResponse, AppError> {
    person_page(&manager, &id, &Errors::default()).await
}

/// Back to the person with a message, or the page again with what was refused.
async fn done(manager: &Manager, id: &str, result: Result<(), AppError>, said: &str) -> Result<HttpResponse, AppError> {
    match result {
        Ok(()) => {
            manager.visitor.flash(said);
            Ok(go(&format!("/admin/people/{id}")))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            person_page(manager, id, &errors).await
        }
    }
}

/// Ends all of somebody's sessions.
pub async fn end_all(manager: Manager, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
    let own = admin.user() == &user;
    let result = manager.visitor.run(move |store| end_sessions(store, &admin, &user, now)).await;
    if own && result.is_ok() {
        return Ok(go("/"));
    }
    done(&manager, &id, result, "Every session of this account is ended.").await
}

/// Ends one of somebody's sessions.
pub async fn end_one(manager: Manager, of: Path<(String, String)>, _form: Posted) -> Result<HttpResponse, AppError> {
    let (id, mark) = of.into_inner();
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
    let result = manager.visitor.run(move |store| end_session(store, &admin, &user, &mark, now)).await;
    done(&manager, &id, result, "The session is ended.").await
}

/// Sends a link for a new password.
pub async fn reset(manager: Manager, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    if manager.visitor.app.mailer.is_none() {
        let mut errors = Errors::default();
        errors.add("", "This server sends no e-mail, so there is no way to send a link. Use gradus user reset at the command line");
        return person_page(&manager, &id, &errors).await;
    }
    let (admin, user, moment, token) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.moment(), form.0.token());
    let result = manager.visitor.run(move |store| send_reset(store, &admin, &user, &token, moment)).await;
    manager.visitor.app.post.notify_one();
    done(&manager, &id, result, "A link for a new password is on its way to their address. It works for one hour.").await
}

/// Gives the physiotherapist's role, or takes it.
pub async fn change_physio(manager: Manager, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let give = match form.0.text("role") {
        "give" => true,
        "take" => false,
        _ => {
            let mut errors = Errors::default();
            errors.add("", "Choose whether to give the role or to take it");
            return person_page(&manager, &id, &errors).await;
        }
    };
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
    let result = manager.visitor.run(move |store| set_physio(store, &admin, &user, give, now)).await;
    done(&manager, &id, result, if give { "They are a physiotherapist now." } else { "They are no physiotherapist any more." }).await
}

/// Opens a closed account again.
pub async fn open_again(manager: Manager, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
    let result = manager.visitor.run(move |store| reopen(store, &admin, &user, now)).await;
    done(&manager, &id, result, "The account is open again. Send them a link for a new password: the old one does not work any more.").await
}

#[derive(Template)]
#[template(path = "pages/admin/sessions.html")]
struct SessionsPage {
    ctx: PageCtx,
    /// Whose, their identity, the session.
    rows: Vec<(String, String, SessionView)>,
}

/// Where the staff is signed in.
pub async fn sessions(manager: Manager) -> Result<HttpResponse, AppError> {
    let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
    let all = manager.visitor.run(move |store| store.read(|tx| staff_sessions(tx, &admin, now))).await?;
    let zone = manager.visitor.moment().zone;
    let row = |(name, session): (String, crate::store::people::StaffSession)| {
        let shown = SessionView {
            mark: session.mark,
            device: session.device,
            since: session.since.map(|at| words::instant(at, zone)).unwrap_or_default(),
            seen: words::instant(session.seen_at, zone),
        };
        (name, session.user_id.unwrap_or_default(), shown)
    };
    page(&SessionsPage { ctx: manager.visitor.ctx(), rows: all.into_iter().filter(|(_, s)| !s.mark.is_empty()).map(row).collect() })
}
