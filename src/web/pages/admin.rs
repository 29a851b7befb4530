//! `/admin/staff`: the clinic's staff accounts: roles, invitations, and closing an account. Names and counts of staff,
//! and nothing of any patient.

pub mod content;
pub mod health;
pub mod invitations;
pub mod licences;
pub mod mail;
pub mod people;
pub mod settings;
pub mod start;

use crate::care::account::{INVITATION_LIFE, invite_staff};
use crate::care::staff::{Leaving, Member, close, leaving, members, set_admin};
use crate::clock::{Moment, UtcTime};
use crate::ids::UserId;
use crate::web::error::AppError;
use crate::web::extract::{Id, Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// Somebody of the staff, in words.
struct MemberView {
    id: String,
    name: String,
    role: &'static str,
    since: String,
    patients: String,
    is_admin: bool,
    /// Nothing can be done about one's own account here.
    own: bool,
}

#[derive(Template)]
#[template(path = "pages/pro/staff.html")]
struct StaffPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    people: Vec<MemberView>,
    /// Who has left: name, role, and when.
    left: Vec<(String, &'static str, String)>,
    fields: Vec<Field>,
    token: String,
    link: String,
    days: i64,
}

fn role(member: &Member) -> &'static str {
    match (member.user.is_physio, member.user.is_admin) {
        (true, true) => "Physiotherapist and administrator",
        (true, false) => "Physiotherapist",
        _ => "Administrator",
    }
}

fn patients(count: usize) -> String {
    match count {
        1 => "1 patient".to_owned(),
        n => format!("{n} patients"),
    }
}

async fn staff_page(manager: &Manager, form: &FormData, errors: &Errors, link: String) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("text", "name", "Their name").hint("The first page greets them with it. They can change it.").optional().sent(form),
    ];
    let lines = errors.show(&mut fields);
    let admin = manager.admin.clone();
    let all = manager.visitor.run(move |store| store.read(|tx| members(tx, &admin))).await?;
    let zone = manager.visitor.moment().zone;
    let day = |at: UtcTime| words::date(Moment { utc: at, zone }.today());
    let view = |member: &Member| MemberView {
        id: member.user.id.clone(),
        name: member.user.name.clone(),
        role: role(member),
        since: day(member.user.created_at),
        patients: if member.user.is_physio { patients(member.patients) } else { String::new() },
        is_admin: member.user.is_admin,
        own: member.user.id == manager.admin.user().as_str(),
    };
    let shown = StaffPage {
        ctx: manager.visitor.ctx(),
        errors: lines,
        people: all.iter().filter(|member| member.user.closed_at.is_none()).map(view).collect(),
        left: all.iter().filter_map(|member| Some((member.user.name.clone(), role(member), day(member.user.closed_at?)))).collect(),
        fields,
        token: crate::ids::fresh(),
        link,
        days: INVITATION_LIFE.num_days(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The staff.
pub async fn list(manager: Manager) -> Result<HttpResponse, AppError> {
    staff_page(&manager, &FormData::default(), &Errors::default(), String::new()).await
}

/// Makes a link for a physiotherapist and shows it, once.
pub async fn invite(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let name = reader.text("name", 80, None);
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (admin, now, token) = (manager.admin.clone(), manager.visitor.app.clock.now(), form.0.text("token").to_owned());
        match manager.visitor.run(move |store| invite_staff(store, &admin, &name, &token, now)).await {
            Ok(secret) => {
                let link = format!("{}/invite/{secret}", manager.visitor.app.base_url);
                return staff_page(&manager, &FormData::default(), &errors, link).await;
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    staff_page(&manager, &form.0, &errors, String::new()).await
}

/// Gives the administrator's role, or takes it.
pub async fn change_role(manager: Manager, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let give = match form.0.text("role") {
        "give" => true,
        "take" => false,
        _ => {
            // Whoever is not of this clinic is not there, whatever is missing in the form.
            let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
            manager.visitor.run(move |store| store.read(|tx| leaving(tx, &admin, &user, now))).await?;
            let mut errors = Errors::default();
            errors.add("", "Choose whether to give the role or to take it");
            return staff_page(&manager, &FormData::default(), &errors, String::new()).await;
        }
    };
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
    let own = admin.user() == &user;
    match manager.visitor.run(move |store| set_admin(store, &admin, &user, give, now)).await {
        Ok(()) => {
            manager.visitor.flash(if give { "They are an administrator now." } else { "They are no administrator any more." });
            Ok(go(if own && !give { "/" } else { "/admin/staff" }))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            staff_page(&manager, &FormData::default(), &errors, String::new()).await
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/staff_close.html")]
struct ClosePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    role: &'static str,
    patients: usize,
    alone: usize,
    covering: String,
    own: bool,
}

async fn close_page(manager: &Manager, id: &str, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id), manager.visitor.app.clock.now());
    let Leaving { member, covering, own } = manager.visitor.run(move |store| store.read(|tx| leaving(tx, &admin, &user, now))).await?;
    let shown = ClosePage {
        ctx: manager.visitor.ctx(),
        errors: errors.show(&mut []),
        id: id.to_owned(),
        role: role(&member),
        patients: member.patients,
        alone: member.alone,
        covering: words::listed(&covering),
        name: member.user.name,
        own,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What closing an account does.
pub async fn confirm_closing(manager: Manager, id: Id) -> Result<HttpResponse, AppError> {
    close_page(&manager, &id, &Errors::default()).await
}

/// Closes a staff account.
pub async fn close_account(manager: Manager, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let (admin, user, now) = (manager.admin.clone(), UserId::from_text(id.as_str()), manager.visitor.app.clock.now());
    match manager.visitor.run(move |store| close(store, &admin, &user, now)).await {
        Ok(()) => {
            manager.visitor.flash("The account is closed.");
            Ok(go("/admin/staff"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            close_page(&manager, &id, &errors).await
        }
    }
}
