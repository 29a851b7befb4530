//! `/messages`: the patient's thread with their clinic. What the clinic decides about it is in [`clinic`]; the desk's
//! side is `pages/pro/messages.rs`.

pub mod clinic;
mod form;

use crate::care::adverse::{Told, exercises};
use crate::care::messages::{self, Said, Shut, Thread};
use crate::care::standing::unanswered_signs;
use crate::clock::Moment;
use crate::lang::say;
use crate::store::messages::Choice;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use form::{Fields, read};
use serde::Deserialize;

/// What an address may ask for besides the newest messages.
#[derive(Deserialize)]
pub struct Shown {
    /// Anything: the whole thread.
    pub all: Option<String>,
}

/// A message as a page shows it.
pub struct SaidView {
    /// Who wrote it: "You", or a name.
    pub who: String,
    /// When, on the reader's clock.
    pub when: String,
    /// What it says.
    pub body: String,
    /// Written by the reader's side.
    pub ours: bool,
    /// The reader opens it for the first time.
    pub is_new: bool,
    /// Whether the other side has opened it; empty for theirs.
    pub seen: String,
    /// The problem it tells, in a line.
    pub about: String,
    /// What happened, where the message says something else.
    pub what: String,
    /// Id of the event.
    pub event: String,
}

/// "Bird dog, on 3 March 2026".
pub fn about_words(told: &Told) -> String {
    let day = words::date(told.named.event.happened_on);
    if told.title.is_empty() {
        tr!("A problem with an exercise on {day}", day = day)
    } else {
        tr!("A problem with “{exercise}” on {day}", exercise = say(&told.title), day = day)
    }
}

impl SaidView {
    /// A message for a reader with this id who stands on the clinic's side or on the patient's.
    pub fn new(said: &Said, reader: &str, at_the_clinic: bool, moment: Moment) -> Self {
        let message = &said.message;
        let ours = message.from_clinic == at_the_clinic;
        let own = message.author_id.as_deref() == Some(reader);
        let name = || said.by.clone().unwrap_or_else(|| tr!("somebody who has left").to_owned());
        let seen = match message.seen_at {
            _ if !ours => String::new(),
            Some(at) => tr!("Seen on {when}", when = words::instant(at, moment.zone)),
            None => tr!("Not seen yet").to_owned(),
        };
        let event = said.event.as_ref();
        let what = event.map(|told| told.named.event.description.clone()).filter(|what| *what != message.body);
        Self {
            who: if own { tr!("You").to_owned() } else { name() },
            when: words::instant(message.sent_at, moment.zone),
            body: message.body.clone(),
            ours,
            is_new: !ours && message.seen_at.is_none(),
            seen,
            about: event.map(about_words).unwrap_or_default(),
            what: what.unwrap_or_default(),
            event: event.map(|told| told.named.event.id.clone()).unwrap_or_default(),
        }
    }
}

/// "within 3 working days".
pub fn promise(days: u8) -> String {
    if days == 1 { tr!("within one working day").to_owned() } else { tr!("within {n} working days", n = days) }
}

#[derive(Template)]
#[template(path = "pages/messages/show.html")]
struct MessagesPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    /// `clinic`, `patient`, or empty while either side can write.
    shut: &'static str,
    promise: String,
    contact: String,
    said: Vec<SaidView>,
    older: i64,
    /// Danger-sign questions wait.
    signs: bool,
    fields: Fields,
    choice: Field,
    token: String,
}

fn choice_field(choice: Choice, sends_mail: bool) -> Field {
    let mut options = vec![("on", tr!("I want to write and get messages here"))];
    if sends_mail {
        options.push(("mail", tr!("Send me an e-mail when a message waits")));
    }
    let chosen: Vec<String> =
        [("on", choice.is_on), ("mail", choice.by_mail)].into_iter().filter(|(_, on)| *on).map(|(code, _)| code.to_owned()).collect();
    Field::new("checkboxes", "want", tr!("What do you want?"))
        .options(options)
        .option_hint("mail", tr!("One a day at most. It says that something is new and nothing more."))
        .values(&chosen)
}

struct Loaded {
    thread: Thread,
    exercises: Vec<(String, String)>,
    signs: bool,
}

async fn load(me: &Me, all: bool) -> Result<Loaded, AppError> {
    me.run(move |store, who, moment| {
        store.read(|tx| {
            let signs = unanswered_signs(tx, who, moment.today())?.is_some();
            Ok(Loaded { thread: messages::thread(tx, who, all)?, exercises: exercises(tx, who)?, signs })
        })
    })
    .await
}

fn messages_page(me: &Me, loaded: &Loaded, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let thread = &loaded.thread;
    let mut fields = Fields::new(&loaded.exercises, me.moment);
    if let Some(form) = form {
        fields.sent(form);
    }
    let reader = me.who.patient().as_str();
    let shown = MessagesPage {
        errors: fields.show(errors),
        ctx: me.visitor.ctx(),
        shut: match thread.shut {
            Some(Shut::Clinic) => "clinic",
            Some(Shut::Patient) => "patient",
            None => "",
        },
        promise: promise(thread.clinic.days),
        contact: thread.clinic.contact.clone(),
        said: thread.said.iter().map(|said| SaidView::new(said, reader, false, me.moment)).collect(),
        older: thread.older,
        signs: loaded.signs,
        fields,
        choice: choice_field(thread.choice, me.visitor.app.mailer.is_some()),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The thread; opening it shows the clinic that its messages were seen.
pub async fn show(me: Me, query: web::Query<Shown>) -> Result<HttpResponse, AppError> {
    let loaded = load(&me, query.all.is_some()).await?;
    me.run(|store, who, moment| messages::opened(store, who, moment.utc)).await?;
    messages_page(&me, &loaded, None, &Errors::default())
}

/// Sends a message.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let loaded = load(&me, false).await?;
    let token = form.0.token();
    let (written, mut errors) = read(&form.0, !loaded.exercises.is_empty());
    let signs = written.anything_new;
    if errors.is_empty() {
        let token = token.clone();
        let (body, problem) = (written.body, written.problem);
        match me.run(move |store, who, moment| messages::write(store, who, (&body, problem.as_ref()), &token, moment)).await {
            Ok(()) if signs => return Ok(go("/signs")),
            Ok(()) => {
                me.visitor.flash(tr!("Your message is sent."));
                return Ok(go("/messages"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    if signs {
        // SAFETY(patient): a "yes" counts whatever else does not fit.
        me.run(move |store, who, moment| messages::sign(store, who, &token, moment)).await?;
    }
    messages_page(&me, &load(&me, false).await?, Some(&form.0), &errors)
}

/// Keeps what the patient wants.
pub async fn choose(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let wanted = form.0.all("want");
    let wants = |code: &str| wanted.iter().any(|one| one == code);
    let (is_on, mail) = (wants("on"), me.visitor.app.mailer.is_some().then(|| wants("mail")));
    me.run(move |store, who, moment| {
        // Where no e-mail is sent nothing was asked about it.
        let before = store.read(|tx| crate::store::messages::choice(tx, who))?;
        messages::choose(store, who, Choice { is_on, by_mail: mail.unwrap_or(before.by_mail) }, moment)
    })
    .await?;
    me.visitor.flash(tr!("Your choice is saved."));
    Ok(go("/messages"))
}

/// The way to the messages that other pages show.
pub struct DoorView {
    /// "1 new message"; empty when there is none.
    pub new: String,
    /// Either side can write.
    pub is_open: bool,
}

impl DoorView {
    /// What the patient finds behind it.
    pub fn new(door: messages::Door) -> Self {
        let new = match door.unread {
            0 => String::new(),
            1 => tr!("1 new message").to_owned(),
            n => tr!("{n} new messages", n = n),
        };
        Self { new, is_open: door.is_open }
    }
}
