//! `/admin/invitations`: every invitation of the clinic: who made it, for what, what became of it; ending one and making it
//! anew.

use crate::care::account::INVITATION_LIFE;
use crate::care::people::{Invited, State, end_invitation, invitations, renew_invitation};
use crate::web::error::AppError;
use crate::web::extract::{Id, Manager, Posted};
use crate::web::forms::{ErrorLine, Errors};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

struct RowView {
    id: String,
    /// Whom it greets, or that it greets nobody.
    name: String,
    what: &'static str,
    by: String,
    made: String,
    state: String,
    can_end: bool,
    can_renew: bool,
}

/// A link made anew, shown once.
struct Link {
    address: String,
    what: &'static str,
}

#[derive(Template)]
#[template(path = "pages/admin/invitations.html")]
struct InvitationsPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    rows: Vec<RowView>,
    link: Option<Link>,
    days: i64,
    token: String,
}

fn what(is_for_staff: bool) -> &'static str {
    if is_for_staff { "Staff account" } else { "Patient" }
}

async fn invitations_page(manager: &Manager, link: Option<Link>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
    let all = manager.visitor.run(move |store| store.read(|tx| invitations(tx, &admin, now))).await?;
    let zone = manager.visitor.moment().zone;
    let row = |invited: Invited| {
        let invitation = &invited.invitation;
        let when = |at| words::instant(at, zone);
        let nobody = if invitation.is_self_asked() { "Themselves, by e-mail" } else { "The command line" };
        RowView {
            id: invitation.id.clone(),
            name: if invitation.name.is_empty() { "Without a name".to_owned() } else { invitation.name.clone() },
            what: if invited.opens_record() { "Patient, to take over a record made in the room" } else { what(invited.is_for_staff()) },
            by: invited.by.clone().unwrap_or_else(|| nobody.to_owned()),
            made: when(invitation.created_at),
            state: match invited.state {
                State::Waits => format!("Waits until {}", when(invitation.expires_at)),
                State::Used => {
                    // Whose account a link into the staff made is to be seen by every administrator.
                    let by = invited.used_by.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
                    format!("Used on {}{by}", invitation.used_at.map(when).unwrap_or_default())
                }
                State::RanOut => format!("Ran out on {}", when(invitation.expires_at)),
                State::Ended => format!("Taken back on {}", invitation.ended_at.map(when).unwrap_or_default()),
            },
            can_end: invited.state == State::Waits,
            can_renew: invited.can_renew(),
        }
    };
    let shown = InvitationsPage {
        ctx: manager.visitor.ctx(),
        errors: errors.show(&mut []),
        rows: all.into_iter().map(row).collect(),
        link,
        days: INVITATION_LIFE.num_days(),
        token: crate::ids::fresh(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The list.
pub async fn list(manager: Manager) -> Result<HttpResponse, AppError> {
    invitations_page(&manager, None, &Errors::default()).await
}

/// Ends an invitation.
pub async fn end(manager: Manager, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let (admin, now, id) = (manager.admin.clone(), manager.visitor.app.clock.now(), id.into_inner());
    manager.visitor.run(move |store| end_invitation(store, &admin, &id, now)).await?;
    manager.visitor.flash("The invitation is ended. Its link and its code do not work any more.");
    Ok(go("/admin/invitations"))
}

/// Makes an invitation anew and shows its link, once.
pub async fn again(manager: Manager, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (admin, now, token, id) = (manager.admin.clone(), manager.visitor.app.clock.now(), form.0.token(), id.into_inner());
    match manager.visitor.run(move |store| renew_invitation(store, &admin, &id, &token, now)).await {
        Ok((invitation, secret)) => {
            let address = format!("{}/invite/{secret}", manager.visitor.app.base_url);
            let is_for_staff = invitation.purpose != "patient";
            invitations_page(&manager, Some(Link { address, what: what(is_for_staff) }), &Errors::default()).await
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            invitations_page(&manager, None, &errors).await
        }
    }
}
