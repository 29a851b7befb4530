//! `/admin`: where administration begins: what needs somebody, then every place. Made for somebody who has ten minutes.

use super::people::roles;
use crate::app::TRAIL;
use crate::care::CareError;
use crate::care::content::{Kind, standings};
use crate::care::people::{State, invitations};
use crate::clock::Moment;
use crate::store::health::posted;
use crate::store::people::{Person, all, with_second_factor};
use crate::store::{ReadTx, StoreError};
use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::routes::ROUTES;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Duration;

/// Days that messages are counted back.
const MAIL_DAYS: i64 = 7;
/// An invitation that runs out within so many days is named.
const SOON_DAYS: i64 = 3;
/// Names of a line, at most; the others are counted.
const NAMES: usize = 5;

/// Address, name, what is there.
type Entry = (&'static str, &'static str, &'static str);
/// Places by what they are about.
const PLACES: &[(&str, &[Entry])] = &[
    (
        "People",
        &[
            ("/admin/people", "People", "Accounts and roles, sessions, links for a new password"),
            ("/admin/staff", "Staff", "Invite a colleague, close an account"),
            ("/admin/invitations", "Invitations", "Who was invited by whom, and what became of it"),
            ("/admin/sessions", "Sessions of the staff", "Where colleagues are signed in"),
            ("/admin/access", "Who may what", "The table of roles, relations and actions"),
        ],
    ),
    (
        "The clinic",
        &[
            ("/admin/settings", "Settings", "Name, numbers to call, contact, imprint"),
            ("/admin/messages", "Messages", "Whether patients can write, and what they are promised"),
            ("/admin/numbers", "Numbers of the rules", "What the clinic may move, within limits"),
            ("/admin/content", "Content reviews", "What is due to be looked at again"),
            ("/admin/licences", "Licences", "What the program is made of"),
        ],
    ),
    (
        "Running it",
        &[
            ("/admin/health", "Health", "Version, database, what runs in the background"),
            ("/admin/mail", "E-mail", "Whether it works; a test message"),
            ("/admin/audit", "Who did and saw what", "Search the record"),
            ("/admin/retention", "What is kept how long", "The rules, and what they would delete now"),
            ("/admin/documents", "Documents", "Threat model, clinical safety"),
        ],
    ),
];

/// Something that needs somebody.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    href: &'static str,
    what: String,
    why: String,
}

/// A place of the program.
struct Place {
    href: &'static str,
    name: &'static str,
    what: &'static str,
}

#[derive(Template)]
#[template(path = "pages/admin/start.html")]
struct StartPage {
    ctx: PageCtx,
    needs: Vec<Need>,
    groups: Vec<(&'static str, Vec<Place>)>,
    summary: String,
}

/// Names of a few, and how many more there are.
fn named(names: &[String]) -> String {
    if names.len() <= NAMES {
        return words::listed(names);
    }
    let few = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    format!("{few} and {} more", names.len() - NAMES)
}

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// What the clinic's people need: a second step, a second administrator.
fn of_people(staff: &[&Person], without: &[String], required: bool, needs: &mut Vec<Need>) {
    if !without.is_empty() {
        let why = if required {
            "Until they set one up at their next sign-in, no patient opens for them."
        } else {
            "A second step is optional on this server. With real patients it must be required."
        };
        needs.push(Need {
            href: "/admin/people?who=staff",
            what: format!(
                "{} without a second step beside the password: {}",
                count(without.len(), "colleague", "colleagues"),
                named(without)
            ),
            why: why.to_owned(),
        });
    }
    if staff.iter().filter(|person| person.is_admin).count() == 1 {
        needs.push(Need {
            href: "/admin/people?who=staff",
            what: "Only one administrator".to_owned(),
            why: "Give a colleague the role too, so that somebody can help when you cannot sign in.".to_owned(),
        });
    }
}

fn of_invitations(tx: &mut ReadTx, manager: &crate::access::Admin, moment: Moment, needs: &mut Vec<Need>) -> Result<(), CareError> {
    let all = invitations(tx, manager, moment.utc)?;
    let staff = all.iter().filter(|invited| invited.is_for_staff());
    let ran_out = staff.filter(|invited| invited.state == State::RanOut).count();
    let soon =
        all.iter().filter(|one| one.state == State::Waits && one.invitation.expires_at < moment.utc + Duration::days(SOON_DAYS)).count();
    if ran_out > 0 {
        needs.push(Need {
            href: "/admin/invitations",
            what: format!("{} ran out unused", count(ran_out, "invitation of a colleague", "invitations of colleagues")),
            why: "Make it anew, or end it.".to_owned(),
        });
    }
    if soon > 0 {
        needs.push(Need {
            href: "/admin/invitations",
            what: format!("{} within {SOON_DAYS} days", count(soon, "invitation runs out", "invitations run out")),
            why: "Whoever still waits for it may need it anew.".to_owned(),
        });
    }
    Ok(())
}

fn of_content(tx: &mut ReadTx, admin: &crate::access::Admin, moment: Moment, needs: &mut Vec<Need>) -> Result<(), CareError> {
    let all = standings(tx, admin)?;
    let due: Vec<String> = all.iter().filter(|one| one.is_due(moment.today())).map(|one| one.content.what.clone()).collect();
    if !due.is_empty() {
        needs.push(Need {
            href: "/admin/content",
            what: format!("{} to be looked at again", count(due.len(), "thing is due", "things are due")),
            why: format!("{}.", named(&due)),
        });
    }
    let unseen = all.iter().filter(|one| one.content.kind == Kind::Clinical && !one.is_reviewed_here()).count();
    if unseen > 0 {
        needs.push(Need {
            href: "/admin/content",
            what: format!("{} without a clinician’s review", count(unseen, "clinical text", "clinical texts")),
            why: "Developers wrote them. Somebody with a licence to treat should read them before patients do.".to_owned(),
        });
    }
    Ok(())
}

fn of_mail(tx: &mut ReadTx, admin: &crate::access::Admin, moment: Moment, needs: &mut Vec<Need>) -> Result<(), StoreError> {
    let failed: i64 = posted(tx, admin, moment.utc - Duration::days(MAIL_DAYS))?
        .iter()
        .filter(|sent| sent.status == "failed")
        .map(|sent| sent.count)
        .sum();
    if failed > 0 {
        needs.push(Need {
            href: "/admin/mail",
            what: format!(
                "{} not sent in the last {MAIL_DAYS} days",
                count(usize::try_from(failed).unwrap_or(0), "message was", "messages were")
            ),
            why: "See why, and send yourself a test message.".to_owned(),
        });
    }
    Ok(())
}

/// What the program itself needs.
fn of_program(manager: &Manager, needs: &mut Vec<Need>) {
    let app = &manager.visitor.app;
    for (name, _) in app.rounds.all().into_iter().filter(|(_, ran)| !ran.is_well()) {
        let (href, what, why) = if name == TRAIL {
            let why = "Rows may have been changed or removed, or it could not be read. Run gradus audit verify on the server: it says which. Until then keep the database as it is.";
            ("/admin/audit", "The record of who did and saw what was not found whole".to_owned(), why)
        } else {
            ("/admin/health", format!("Failing in the background: {name}"), "The server’s log says why.")
        };
        needs.push(Need { href, what, why: why.to_owned() });
    }
    if app.mailer.is_none() {
        needs.push(Need {
            href: "/admin/mail",
            what: "This server sends no e-mail".to_owned(),
            why: "No reminders, no links for a new password, no notice of a new device.".to_owned(),
        });
    }
}

/// The page.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let (admin, moment, required) = (manager.admin.clone(), manager.visitor.moment(), manager.visitor.app.config.factors.staff_required);
    let mut needs = Vec::new();
    of_program(&manager, &mut needs);
    let read = move |store: &crate::store::Store| {
        store.read(|tx| {
            let mut needs = Vec::new();
            let (people, with) = (all(tx, &admin)?, with_second_factor(tx, &admin)?);
            let open: Vec<&Person> = people.iter().filter(|person| person.closed_at.is_none()).collect();
            let staff: Vec<&Person> = open.iter().copied().filter(|person| person.is_staff()).collect();
            let without: Vec<String> = staff.iter().filter(|person| !with.contains(&person.id)).map(|person| person.name.clone()).collect();
            of_people(&staff, &without, required, &mut needs);
            of_invitations(tx, &admin, moment, &mut needs)?;
            of_mail(tx, &admin, moment, &mut needs)?;
            of_content(tx, &admin, moment, &mut needs)?;
            let patients = open.iter().filter(|person| person.is_patient).count();
            let own = staff.iter().find(|person| person.id == admin.user().as_str()).map(|person| roles(person)).unwrap_or_default();
            let summary = format!(
                "{} and {} have an open account. You: {}.",
                count(staff.len(), "colleague", "colleagues"),
                count(patients, "patient", "patients"),
                own.to_lowercase()
            );
            Ok::<_, CareError>((needs, summary))
        })
    };
    let (of_clinic, summary) = manager.visitor.run(read).await?;
    needs.extend(of_clinic);
    let is_there = |href: &str| ROUTES.iter().any(|route| route.path == href);
    let groups = PLACES.iter().map(|(group, places)| {
        let there = places.iter().filter(|(href, ..)| is_there(href)).map(|&(href, name, what)| Place { href, name, what });
        (*group, there.collect())
    });
    page(&StartPage { ctx: manager.visitor.ctx(), needs, groups: groups.collect(), summary })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_of_names_ends_with_a_number() {
        let names: Vec<String> = ["Ann", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus"].map(str::to_owned).to_vec();
        assert_eq!(named(&names[..2]), "Ann and Ben");
        assert_eq!(named(&names), "Ann, Ben, Cleo, Dan, Eve and 2 more");
    }
}
