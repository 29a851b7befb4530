//! The start card: link, QR code and short code of an invitation, shown once, and the message that brings the link.

use crate::care::joining::{Brings, CHECKLIST, Made};
use crate::clock::Moment;
use crate::ids;
use crate::lang::{self, Lang, say};
use crate::post::TEXTS;
use crate::post::letter::{Letter, fill};
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::forms::Field;
use crate::web::view::qr::Qr;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;

/// What became of the message with the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// No address was given, or this clinic sends no e-mail.
    No,
    /// The mail server took it.
    Yes,
    /// It did not.
    Failed,
}

/// A start card in the words of whoever takes it home.
struct StartCard {
    lang: &'static str,
    name: String,
    title: String,
    lead: String,
    qr: Option<Qr>,
    qr_label: String,
    link: String,
    code_label: String,
    code: String,
    once: String,
    steps: Vec<String>,
    bring_title: String,
    bring: String,
    explained_title: String,
    explained: Vec<String>,
    emergency: String,
}

impl StartCard {
    /// Speaks the current language.
    fn new(visitor: &Visitor, made: &Made, link: String) -> Self {
        let (app, invitation) = (&visitor.app, &made.invitation);
        let physio = visitor.user.as_ref().map(|u| u.name.as_str()).unwrap_or_default();
        let name = invitation.name.clone();
        let claims = invitation.for_user.is_some();
        let zone = visitor.moment().zone;
        let brings = Brings::of(invitation);
        let explained = |e: &crate::care::joining::Explained| {
            let what = CHECKLIST.iter().find(|(code, _)| *code == e.what).map_or("", |(_, words)| say(words));
            tr!("{what} ({by}, {when})", what = what, by = e.by, when = words::date(Moment { utc: e.at, zone }.today()))
        };
        Self {
            lang: lang::current().code(),
            title: if name.is_empty() { tr!("Your way into Gradus").to_owned() } else { tr!("{name}, your way into Gradus", name = name) },
            lead: tr!(
                "Gradus is a programme for low back pain that you do at home, a few minutes a day. It asks about your back, makes a plan that fits you, and moves it on in small steps. {physio} sees how it goes and can change it with you.",
                physio = physio
            ),
            qr: Qr::of(&link),
            qr_label: tr!("QR code that opens your link").to_owned(),
            link,
            code_label: tr!("Your code").to_owned(),
            code: made.code.clone(),
            once: tr!(
                "Link and code work once, until {until}. Keep them to yourself: whoever uses them gets your place.",
                until = words::instant(invitation.expires_at, zone)
            ),
            steps: vec![
                tr!(
                    "Point your phone’s camera at the square. Or open {address} and type the code.",
                    address = format!("{}/join", app.base_url)
                ),
                tr!("Enter your e-mail address and choose a password.").to_owned(),
                if claims {
                    tr!("Go on where you two stopped: what you filled in together is there.").to_owned()
                } else {
                    tr!("Answer the questions about your back: about 15 minutes, and you can stop and come back.").to_owned()
                },
            ],
            bring_title: tr!("What you need").to_owned(),
            bring: tr!("This card, an e-mail address of your own, and a phone, a tablet or a computer. Nothing has to be installed.")
                .to_owned(),
            explained_title: tr!("What you talked through").to_owned(),
            explained: brings.explained.iter().map(explained).collect(),
            emergency: tr!(
                "Gradus is not for emergencies, and nobody watches it day and night. Call {emergency} at once if you are numb between the legs, cannot pass urine as usual, or both legs become weak. For urgent advice call {urgent}.",
                emergency = visitor.emergency_number(),
                urgent = visitor.urgent_number()
            ),
            name,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/card.html")]
struct CardPage {
    ctx: PageCtx,
    card: StartCard,
    sent: bool,
    failed: bool,
    email: String,
    days: i64,
    back: String,
    back_label: &'static str,
}

/// The checklist before somebody goes home.
pub fn checklist() -> Field {
    Field::new("checkboxes", "explained", tr!("What you have explained"))
        .hint(tr!("Tick what you talked through. It stands on the card, with your name and the date. Nothing has to be ticked."))
        .options(CHECKLIST.iter().map(|(code, words)| (*code, say(words))))
        .optional()
}

/// Sends the link to the address of the invitation, where there is one. Waited for: whoever made it must know whether
/// the card is the only way.
async fn send(visitor: &Visitor, made: &Made, link: &str) -> Sent {
    let (Some(mailer), false) = (visitor.app.mailer.clone(), made.invitation.email.is_empty()) else { return Sent::No };
    let (subject, body) = fill(&TEXTS.of(Brings::of(&made.invitation).lang()).invite, link, "");
    let letter = Letter { id: ids::fresh(), to: made.invitation.email.clone(), subject, body, one_click: None };
    let sent = carried::block(move || mailer.send(&letter)).await;
    match sent {
        Ok(Ok(())) => Sent::Yes,
        Ok(Err(told)) => {
            tracing::warn!(failure = told.failure.code(), "an invitation was not sent");
            Sent::Failed
        }
        Err(error) => {
            tracing::error!(%error, "an invitation was not sent");
            Sent::Failed
        }
    }
}

/// The page that shows an invitation's secrets, once: they are written into this answer and kept nowhere.
pub async fn card_page(visitor: &Visitor, made: &Made, (back, back_label): (String, &'static str)) -> Result<HttpResponse, AppError> {
    let link = format!("{}/invite/{}", visitor.app.base_url, made.secret);
    let sent = send(visitor, made, &link).await;
    // The desk speaks English, the card the language of whoever takes it home.
    lang::speak(Lang::En);
    let card = lang::within(Brings::of(&made.invitation).lang(), || StartCard::new(visitor, made, link));
    let days = crate::care::account::INVITATION_LIFE.num_days();
    page(&CardPage {
        ctx: visitor.ctx(),
        card,
        sent: sent == Sent::Yes,
        failed: sent == Sent::Failed,
        email: made.invitation.email.clone(),
        days,
        back,
        back_label,
    })
}
