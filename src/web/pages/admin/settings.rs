//! `/admin/settings`: what the clinic says of itself on every page. It holds at once, and every change is kept.

use crate::care::house::{Change, House, LONGEST_CONTACT, LONGEST_IMPRINT, LONGEST_NAME, LONGEST_NUMBER, PARTS, changes, house, mark, set};
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

struct Row {
    when: String,
    what: &'static str,
    before: String,
    after: String,
    by: String,
}

#[derive(Template)]
#[template(path = "pages/admin/settings.html")]
struct SettingsPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    seen: String,
    history: Vec<Row>,
}

fn fields(now: &House) -> Vec<Field> {
    vec![
        Field::new("text", "name", "Name of the clinic").hint("At the top of every page. Empty: as configured on the server.").optional(),
        Field::new("text", "emergency_number", "Number for emergencies")
            .hint("On every page, in every stop rule. Patients tap it to call, so type nothing but the number."),
        Field::new("text", "urgent_number", "Number for urgent advice").hint("For whoever is worried and not sure."),
        Field::new("text", "phone", "Telephone of the clinic")
            .hint("At the foot of every page, perhaps with hours. Empty: none.")
            .optional(),
        Field::new("lines", "privacy_contact", "Whom to ask about one’s data")
            .hint(format!("Shown with the privacy notice, for example your data protection officer. Up to {LONGEST_CONTACT} letters."))
            .optional(),
        Field::new("textarea", "imprint", "Imprint")
            .hint(format!("Who runs this service, as your law wants it told. Shown under About Gradus. Up to {LONGEST_IMPRINT} letters."))
            .optional(),
    ]
    .into_iter()
    .map(|field| {
        let said = PARTS.iter().find(|part| part.code == field.name).map(|part| part.said(now).to_owned());
        field.value(said.unwrap_or_default())
    })
    .collect()
}

fn shown_of(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { text.to_owned() }
}

async fn settings_page(manager: &Manager, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (admin, configured) = (manager.admin.clone(), manager.visitor.app.houses.configured().clone());
    let read = move |store: &crate::store::Store| {
        store.read(|tx| Ok::<_, crate::care::CareError>((house(tx, admin.clinic(), &configured)?, changes(tx, admin.clinic())?)))
    };
    let (now, history) = manager.visitor.run(read).await?;
    let mut fields = fields(&now);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let zone = manager.visitor.moment().zone;
    let row = |change: Change| Row {
        when: words::instant(change.at, zone),
        what: PARTS.iter().find(|part| part.code == change.what).map_or("A setting", |part| part.label),
        before: shown_of(&change.before),
        after: shown_of(&change.after),
        by: change.by,
    };
    let shown = SettingsPage {
        errors: errors.show(&mut fields),
        ctx: manager.visitor.ctx(),
        fields,
        seen: mark(&now),
        history: history.into_iter().map(row).collect(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What is set.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    settings_page(&manager, None, &Errors::default()).await
}

/// Sets it.
pub async fn save(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let new = House {
        name: reader.text("name", LONGEST_NAME, None),
        emergency_number: reader.text("emergency_number", LONGEST_NUMBER, Some("Enter the number for emergencies")),
        urgent_number: reader.text("urgent_number", LONGEST_NUMBER, Some("Enter the number for urgent advice")),
        phone: reader.text("phone", LONGEST_NAME, None),
        privacy_contact: reader.text("privacy_contact", LONGEST_CONTACT, None),
        imprint: reader.text("imprint", LONGEST_IMPRINT, None),
    };
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (admin, now, seen) = (manager.admin.clone(), manager.visitor.app.clock.now(), form.0.text("seen").to_owned());
        let houses = manager.visitor.app.houses.clone();
        let done = manager.visitor.run(move |store| {
            let configured = houses.configured().clone();
            // What is empty follows the configuration.
            let new = House { name: if new.name.is_empty() { configured.name.clone() } else { new.name }, ..new };
            set(store, &admin, &configured, &new, &seen, now)?;
            houses.forget();
            Ok(())
        });
        match done.await {
            Ok(()) => {
                manager.visitor.flash("Saved. It stands on every page from now on.");
                return Ok(go("/admin/settings"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    settings_page(&manager, Some(&form.0), &errors).await
}
