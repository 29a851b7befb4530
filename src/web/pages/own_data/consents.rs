//! `/account/consents`: each purpose by itself, given and taken back with one press; and the page that asks anew.

use crate::care::consent::{self, Missing, Purpose, State};
use crate::store::closing::{Given, consents_of};
use crate::web::error::AppError;
use crate::web::extract::{CLOSING_PAGE, Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::pages::join::consent_field;
use crate::web::view::told;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono_tz::Tz;

/// A purpose with how it stands.
struct PurposeView {
    action: String,
    purpose: &'static Purpose,
    /// How it stands, in words.
    stands: String,
    /// It is given in the words of now.
    given: bool,
    /// It holds, in these words or in earlier ones, so it can be taken back.
    holds: bool,
}

/// What the words of a purpose are in the language of whoever asks.
fn spoken(of: &Purpose) -> Result<&'static Purpose, AppError> {
    told::consent().purpose(&of.key).ok_or(AppError::NotFound)
}

fn stands(state: State, zone: Tz) -> String {
    match state {
        State::Given(at) => tr!("You agreed on {when}.", when = words::instant(at, zone)),
        State::Outdated(at) => tr!("You agreed to earlier words on {when}. The words are new.", when = words::instant(at, zone)),
        State::Withdrawn(at) => tr!("You took it back on {when}.", when = words::instant(at, zone)),
        State::Never => tr!("You have not agreed.").to_owned(),
    }
}

#[derive(Template)]
#[template(path = "pages/own_data/consents.html")]
struct ConsentsPage {
    ctx: PageCtx,
    purposes: Vec<PurposeView>,
    withdraw: &'static str,
    /// Title of the purpose with its version, and from when to when.
    history: Vec<(String, String)>,
}

/// Every purpose, and what was agreed to over time.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let (states, all) = me.run(|store, who, _| store.read(|tx| Ok((consent::states(tx, who)?, consents_of(tx, who)?)))).await?;
    let zone = me.moment.zone;
    let view = |(purpose, state): &(&'static Purpose, State)| {
        Ok(PurposeView {
            action: format!("/account/consents/{}", purpose.key),
            purpose: spoken(purpose)?,
            stands: stands(*state, zone),
            given: matches!(state, State::Given(_)),
            holds: matches!(state, State::Given(_) | State::Outdated(_)),
        })
    };
    let line = |given: &Given| {
        let title = told::consent().purpose(&given.purpose).map_or(given.purpose.as_str(), |purpose| purpose.title.as_str());
        let from = words::instant(given.given_at, zone);
        let span = match given.withdrawn_at {
            Some(until) => tr!("from {from} to {to}", from = from, to = words::instant(until, zone)),
            None => tr!("since {when}", when = from),
        };
        (tr!("{title}, version {version}", title = title, version = given.version), span)
    };
    page(&ConsentsPage {
        ctx: me.visitor.ctx(),
        purposes: states.iter().map(view).collect::<Result<_, AppError>>()?,
        withdraw: &told::consent().withdraw,
        history: all.iter().map(line).collect(),
    })
}

/// Gives a purpose, or takes it back: one press either way.
pub async fn press(me: Me, key: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let key = key.into_inner();
    let gives = match form.0.text("do") {
        "give" => true,
        "withdraw" => false,
        _ => return Ok(go("/account/consents")),
    };
    me.run(
        move |store, who, moment| if gives { consent::give(store, who, &key, moment) } else { consent::withdraw(store, who, &key, moment) },
    )
    .await?;
    me.visitor.flash(if gives { tr!("You agreed.") } else { tr!("You took it back. It holds from now on.") });
    Ok(go("/account/consents"))
}

#[derive(Template)]
#[template(path = "pages/own_data/asked.html")]
struct AskedPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    intro: &'static str,
    fields: Vec<Field>,
    /// It was taken back; else the words are new.
    withdrawn: bool,
}

async fn asked_page(me: &Me, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (missing, states) = me.run(|store, who, _| store.read(|tx| Ok((consent::missing(tx, who)?, consent::states(tx, who)?)))).await?;
    let withdrawn = match missing {
        None => return Ok(go("/")),
        Some(Missing::Closing) => return Ok(go(CLOSING_PAGE)),
        Some(missing) => missing == Missing::Withdrawn,
    };
    let open = |(purpose, state): &&(&'static Purpose, State)| purpose.required && !matches!(state, State::Given(_));
    let mut fields = Vec::new();
    for (purpose, _) in states.iter().filter(open) {
        fields.push(consent_field(spoken(purpose)?, form));
    }
    let lines = errors.show(&mut fields);
    let shown = AskedPage { ctx: me.visitor.ctx(), errors: lines, intro: &told::consent().intro, fields, withdrawn };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What the programme needs is asked, because the words are new or because it was taken back; what else can be done stands
/// beside it.
pub async fn asked(me: Me) -> Result<HttpResponse, AppError> {
    asked_page(&me, &FormData::default(), &Errors::default()).await
}

/// Takes what was ticked; what is left is asked again.
pub async fn answer(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let states = me.run(|store, who, _| store.read(|tx| consent::states(tx, who))).await?;
    let mut errors = Errors::default();
    for (purpose, _) in states.iter().filter(|(purpose, state)| purpose.required && !matches!(state, State::Given(_))) {
        let field = format!("consent_{}", purpose.key);
        if form.0.text(&field) == "yes" {
            let purpose: &'static Purpose = purpose;
            me.run(move |store, who, moment| consent::give(store, who, &purpose.key, moment)).await?;
        } else {
            errors.add(&field, spoken(purpose)?.if_no.clone());
        }
    }
    if errors.is_empty() { Ok(go("/")) } else { asked_page(&me, &form.0, &errors).await }
}
