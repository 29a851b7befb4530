//! `/pro/invite`: inviting a patient with first settings and a checklist, by message, link and start card; what still
//! waits, taken back or made anew.

use super::card::{card_page, checklist};
use crate::care::CareError;
use crate::care::account::{INVITATION_LIFE, normal_email};
use crate::care::joining::{Brings, NewInvitation, invitations, invite_patient, renew, take_back};
use crate::clock::UtcTime;
use crate::lang::dates::WEEKDAYS;
use crate::lang::{Lang, say};
use crate::store::accounts::Invitation;
use crate::store::joining::template_names;
use crate::store::reminders::time_text;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::account::shaped;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// An invitation that nobody has used yet.
struct Waiting {
    id: String,
    name: String,
    made: String,
    until: String,
    what: &'static str,
}

#[derive(Template)]
#[template(path = "pages/pro/invite.html")]
struct InvitePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    settings: Vec<Field>,
    settings_open: bool,
    explained: Vec<Field>,
    token: String,
    days: i64,
    waiting: Vec<Waiting>,
    /// Those that ran out.
    run_out: Vec<Waiting>,
}

/// For whom an invitation was, as far as that is known.
pub(super) fn invited(invitation: &Invitation) -> String {
    match (invitation.name.as_str(), invitation.email.as_str()) {
        ("", "") => "No name given".to_owned(),
        ("", email) => email.to_owned(),
        (name, "") => name.to_owned(),
        (name, email) => format!("{name}, {email}"),
    }
}

/// The languages as a field's choices.
pub fn language_field(label: &str) -> Field {
    Field::new("select", "language", label).options(Lang::ALL.map(|lang| (lang.code(), lang.name())))
}

fn fields(sends_mail: bool, templates: &[(String, String)]) -> Vec<Field> {
    let mut fields = vec![
        Field::new("text", "name", "Their name").hint("The first page greets them with it. They can change it.").optional(),
        Field::new("email", "email", "Their e-mail address")
            .hint(if sends_mail {
                "The link goes there in a message that says nothing about health. Without an address you give them the card."
            } else {
                "This clinic sends no e-mail, so you give them the card. The address stands in their form already."
            })
            .autocomplete("off")
            .optional(),
    ];
    if !templates.is_empty() {
        let options = std::iter::once((String::new(), "None yet".to_owned())).chain(templates.iter().cloned());
        fields.push(
            Field::new("select", "template", "Template for the plan")
                .hint("Kept with the invitation, for when the plan begins.")
                .options(options)
                .optional(),
        );
    }
    fields
}

fn settings() -> Vec<Field> {
    vec![
        language_field("Language of message and card").hint("The pages follow the language of their browser."),
        Field::new("time", "remind_at", "Time for a reminder")
            .hint("Leave it empty to suggest none. Nothing is sent before they turn reminders on themselves.")
            .optional(),
        Field::new("checkboxes", "days", "Exercise days")
            .hint("Three to five, or none. They are ticked already when the intake asks for days.")
            .options(WEEKDAYS.iter().enumerate().map(|(n, name)| (n.to_string(), say(name))))
            .optional(),
    ]
}

async fn invite_page(desk: &Desk, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (physio, moment) = (desk.physio.clone(), desk.visitor.moment());
    let (waiting, run_out, templates) = desk
        .visitor
        .run(move |store| {
            store.read(|tx| {
                let (waiting, run_out) = invitations(tx, &physio, moment.utc)?;
                Ok::<_, CareError>((waiting, run_out, template_names(tx, &physio)?))
            })
        })
        .await?;
    let mut fields = fields(desk.visitor.app.mailer.is_some(), &templates);
    let (of_person, of_settings) = (fields.len(), settings().len());
    fields.extend(settings());
    fields.push(checklist());
    fields = fields.into_iter().map(|field| field.sent(form)).collect();
    let lines = errors.show(&mut fields);
    let mut settings = fields.split_off(of_person);
    let explained = settings.split_off(of_settings);
    let day = |at: UtcTime| words::short_day(crate::clock::Moment { utc: at, zone: moment.zone }.today());
    let row = |i: &Invitation| Waiting {
        id: i.id.clone(),
        name: invited(i),
        made: day(i.created_at),
        until: day(i.expires_at),
        what: if i.for_user.is_some() { "To take over a record made in the room" } else { "To join" },
    };
    let shown = InvitePage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        fields,
        settings_open: settings.iter().any(|f| !f.error.is_empty()),
        settings,
        explained,
        token: form.token(),
        days: INVITATION_LIFE.num_days(),
        waiting: waiting.iter().map(row).collect(),
        run_out: run_out.iter().map(row).collect(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// An address that may be empty, as it was typed; a message when it cannot be one.
pub(super) fn read_email(reader: &mut Reader) -> String {
    let email = normal_email(&reader.text("email", 254, None));
    if !email.is_empty() && !shaped(&email) {
        reader.errors.add("email", "Enter an e-mail address in the form name@example.org, or leave it empty");
    }
    email
}

fn read(form: &FormData, by: &str, now: UtcTime) -> (NewInvitation, Errors) {
    let mut reader = Reader::new(form);
    let name = reader.text("name", 80, None);
    let email = read_email(&mut reader);
    let remind_at = reader.time("remind_at").map(time_text).unwrap_or_default();
    let mut errors = reader.errors;
    let mut days: Vec<u8> = form.all("days").iter().filter_map(|day| day.parse().ok()).filter(|day| *day < 7).collect();
    days.sort_unstable();
    days.dedup();
    if !days.is_empty() && !(3..=5).contains(&days.len()) {
        errors.add("days", "Choose three, four or five days, or none");
    }
    let template = Some(form.text("template").to_owned()).filter(|id| !id.is_empty());
    let language = Lang::from_code(form.text("language")).unwrap_or_default().code().to_owned();
    let mut brings = Brings { template, language, remind_at, days, explained: Vec::new() };
    brings.explain(&form.all("explained"), by, now);
    (NewInvitation { name, email, brings }, errors)
}

/// The form for an invitation, and those that still wait.
pub async fn show(desk: Desk) -> Result<HttpResponse, AppError> {
    invite_page(&desk, &FormData::default(), &Errors::default()).await
}

fn back() -> (String, &'static str) {
    ("/pro/invite".to_owned(), "Invite somebody else")
}

/// Makes an invitation and shows its card.
pub async fn save(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let (now, by) = (desk.visitor.app.clock.now(), desk.visitor.user.as_ref().map(|u| u.name.clone()).unwrap_or_default());
    let (mut new, mut errors) = read(&form.0, &by, now);
    if errors.is_empty() {
        let (physio, token) = (desk.physio.clone(), form.0.token());
        let made = desk
            .visitor
            .run(move |store| {
                // A template that the clinic does not have is none.
                let known = store.read(|tx| template_names(tx, &physio))?;
                new.brings.template = new.brings.template.filter(|id| known.iter().any(|(template, _)| template == id));
                invite_patient(store, &physio, &new, &token, now)
            })
            .await;
        match made {
            Ok(made) => return card_page(&desk.visitor, &made, back()).await,
            Err(error) => errors.absorb(error)?,
        }
    }
    invite_page(&desk, &form.0, &errors).await
}

/// Makes an invitation anew and shows its card; the old one ends.
pub async fn again(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (physio, token, now) = (desk.physio.clone(), form.0.token(), desk.visitor.app.clock.now());
    let id = id.into_inner();
    match desk.visitor.run(move |store| renew(store, &physio, &id, &token, now)).await {
        Ok(made) => card_page(&desk.visitor, &made, back()).await,
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            invite_page(&desk, &FormData::default(), &errors).await
        }
    }
}

/// Takes an invitation back.
pub async fn end(desk: Desk, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let (physio, now) = (desk.physio.clone(), desk.visitor.app.clock.now());
    let id = id.into_inner();
    desk.visitor.run(move |store| take_back(store, &physio, &id, now)).await?;
    desk.visitor.flash("The invitation is taken back. Its link and its code do not work any more.");
    Ok(go("/pro/invite"))
}
