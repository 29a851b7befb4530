//! `/admin/mail`: whether e-mail works: what is set, what became of the last messages in numbers, and a test message to the
//! administrator's own address with the mail server's own words. No address of anybody else is shown.

use crate::care::CareError;
use crate::care::people::test_mail;
use crate::config::{MailServer, MailTls};
use crate::post::letter::Letter;
use crate::store::health::{Posted as Sent, posted, queue};
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::forms::{ErrorLine, Errors};
use crate::web::view::{PageCtx, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Duration;

/// Days that the numbers look back.
const DAYS: i64 = 7;
/// Longest part of the mail server's answer that is shown, letters.
const ANSWER_MAX: usize = 600;

/// What messages are for, in words.
const KINDS: &[(&str, &str)] = &[
    ("first", "Reminders"),
    ("second", "Second reminders"),
    ("test", "Test messages of patients"),
    ("reset", "Links for a new password"),
    ("news", "Notices to patients of a message"),
    ("desk", "Notices to staff of a message"),
    ("address", "Confirmation of an address"),
    ("device", "Notices of a new device"),
    ("factors", "Notices about the second step"),
    ("closing", "Notices about closing an account"),
];

/// Why messages were not sent, in words.
const PROBLEMS: &[(&str, &str)] = &[
    ("unreachable", "the mail server could not be reached"),
    ("secure", "the connection to the mail server could not be protected"),
    ("sign_in", "the mail server did not accept its name and password"),
    ("refused", "the mail server refused the message for good, mostly because the address does not exist"),
    ("busy", "the mail server asked to come back later"),
    ("unusable", "the address cannot be written to"),
    ("late", "their time was over before they could be sent"),
    ("lost", "nobody heard what became of them"),
];

/// Words of a code; the code itself where there are none.
fn said(of: &[(&'static str, &'static str)], code: &str) -> String {
    of.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words).to_owned()
}

/// What a test message came to.
struct Tested {
    went: bool,
    answer: String,
}

/// A kind of message: words, sent, waiting, not sent, not wanted any more.
struct Row {
    kind: String,
    sent: i64,
    waiting: i64,
    failed: i64,
    dropped: i64,
}

#[derive(Template)]
#[template(path = "pages/admin/mail.html")]
struct MailPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    /// Label and value of what is set; empty when this server sends nothing.
    set: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    problems: Vec<String>,
    waiting: String,
    days: i64,
    tested: Option<Tested>,
    own: String,
}

fn settings(server: &MailServer) -> Vec<(&'static str, String)> {
    let tls = match server.tls {
        MailTls::Starttls => "STARTTLS, required",
        MailTls::Tls => "TLS from the first byte",
        MailTls::Off => "none",
    };
    let login = if server.login.is_some() { "yes" } else { "no" };
    vec![
        ("Mail server", format!("{}:{}", server.host, server.port)),
        ("Protection of the connection", tls.to_owned()),
        ("Signs in there", login.to_owned()),
        ("Sender", server.from.to_string()),
    ]
}

/// One row a kind, and what kept messages from being sent.
fn counted(all: &[Sent]) -> (Vec<Row>, Vec<String>) {
    let mut kinds: Vec<&str> = all.iter().map(|sent| sent.kind.as_str()).collect();
    kinds.dedup();
    let rows = kinds.into_iter().map(|kind| {
        let of = |wanted: &[&str]| {
            all.iter().filter(|sent| sent.kind == kind && wanted.contains(&sent.status.as_str())).map(|sent| sent.count).sum()
        };
        let (sent, waiting) = (of(&["sent"]), of(&["waiting", "sending"]));
        Row { kind: said(KINDS, kind), sent, waiting, failed: of(&["failed"]), dropped: of(&["dropped"]) }
    });
    let mut problems = std::collections::BTreeMap::<&str, i64>::new();
    for sent in all.iter().filter(|sent| !sent.problem.is_empty() && sent.status != "sent") {
        *problems.entry(sent.problem.as_str()).or_default() += sent.count;
    }
    let line = |(code, count): (&str, i64)| format!("{count} because {}", said(PROBLEMS, code));
    (rows.collect(), problems.into_iter().map(line).collect())
}

async fn mail_page(manager: &Manager, tested: Option<Tested>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
    let read = move |store: &crate::store::Store| {
        store.read(|tx| Ok::<_, CareError>((posted(tx, &admin, now - Duration::days(DAYS))?, queue(tx)?)))
    };
    let (all, (count, since)) = manager.visitor.run(read).await?;
    let zone = manager.visitor.moment().zone;
    let (rows, problems) = counted(&all);
    let shown = MailPage {
        ctx: manager.visitor.ctx(),
        errors: errors.show(&mut []),
        set: manager.visitor.app.config.mail.as_ref().map(settings).unwrap_or_default(),
        rows,
        problems,
        waiting: match (count, since) {
            (0, _) | (_, None) => "Nothing waits to be sent.".to_owned(),
            (1, Some(at)) => format!("1 message waits to be sent, since {}.", words::instant(at, zone)),
            (n, Some(at)) => format!("{n} messages wait to be sent, the first since {}.", words::instant(at, zone)),
        },
        days: DAYS,
        tested,
        own: manager.visitor.user.as_ref().map(|user| user.email.clone()).unwrap_or_default(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// How e-mail is.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    mail_page(&manager, None, &Errors::default()).await
}

/// Sends a test message to the administrator's own address and waits for what the mail server says.
pub async fn test(manager: Manager, _form: Posted) -> Result<HttpResponse, AppError> {
    let mut errors = Errors::default();
    let Some(mailer) = manager.visitor.app.mailer.clone() else {
        errors.add("", "This server sends no e-mail: no mail server is set");
        return mail_page(&manager, None, &errors).await;
    };
    let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
    if let Err(error) = manager.visitor.run(move |store| test_mail(store, &admin, now)).await {
        errors.absorb(error)?;
        return mail_page(&manager, None, &errors).await;
    }
    let letter = Letter {
        id: crate::ids::fresh(),
        to: manager.visitor.user.as_ref().map(|user| user.email.clone()).unwrap_or_default(),
        subject: "A test message".to_owned(),
        body: format!(
            "Hello,\r\n\r\nthis is the test message you asked for. Messages reach you.\r\n\r\n{}\r\n",
            manager.visitor.app.base_url
        ),
        one_click: None,
    };
    let sent = carried::block(move || mailer.open().and_then(|sending| sending.send_and_hear(&letter))).await?;
    let tested = match sent {
        Ok(answer) => Tested { went: true, answer },
        Err(told) => Tested { went: false, answer: told.detail },
    };
    let tested = Tested { answer: tested.answer.chars().take(ANSWER_MAX).collect(), ..tested };
    mail_page(&manager, Some(tested), &errors).await
}
