//! `/account/reminders`: e-mail reminders by choice, what became of them, and how to stop them.

use crate::care::consent::{Purpose, REMINDERS};
use crate::care::joining;
use crate::care::reminders::{self, Choice, Quiet, Status};
use crate::clock::Moment;
use crate::post::letter::fill;
use crate::store::reminders::time_text;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Opt, Reader};
use crate::web::view::told::{self, post_texts as texts};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveTime;

/// Times that the form begins with.
const USUAL: &str = "18:00";

/// What somebody agrees to when they turn reminders on.
fn agreement() -> Option<&'static Purpose> {
    told::consent().purpose(REMINDERS)
}

/// What a person sees of the state of things: a label and words.
type Facts = Vec<(&'static str, String)>;

#[derive(Template)]
#[template(path = "pages/account/reminders.html")]
struct RemindersPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    sends_mail: bool,
    is_on: bool,
    was_chosen: bool,
    zone: String,
    facts: Facts,
    problem: String,
    points: Vec<String>,
    subject: String,
    body: String,
    token: String,
}

/// "today at 18:00", "tomorrow at 18:00", "on Monday 23 November at 18:00".
fn when(at: crate::clock::UtcTime, moment: Moment) -> String {
    let then = Moment { utc: at, ..moment };
    let time = time_text(then.time());
    match (then.today() - moment.today()).num_days() {
        0 => tr!("today at {time}", time = time),
        1 => tr!("tomorrow at {time}", time = time),
        -1 => tr!("yesterday at {time}", time = time),
        _ => tr!("on {day} at {time}", day = words::day(then.today()), time = time),
    }
}

fn capital(text: &str) -> String {
    text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1)).collect()
}

fn facts(status: &Status, moment: Moment) -> Facts {
    let is_on = status.chosen.as_ref().is_some_and(|chosen| chosen.is_on);
    let mut facts = vec![(tr!("Reminders"), if is_on { tr!("On") } else { tr!("Off") }.to_owned())];
    if is_on {
        let next = match (status.next, status.quiet) {
            (_, Some(Quiet::NoPlan)) => tr!("None, because no plan is under way.").to_owned(),
            (_, Some(Quiet::Away)) => tr!("None while you are away or ill.").to_owned(),
            (_, Some(Quiet::Stopped)) => tr!("None while the programme is stopped.").to_owned(),
            (_, Some(Quiet::NotAgreed)) => tr!("None until you agree to the new words, in your account.").to_owned(),
            (_, Some(Quiet::StandsStill)) => tr!("None while your plan is paused.").to_owned(),
            (Some(at), _) if at <= moment.utc => tr!("In the next minutes.").to_owned(),
            (Some(at), _) => capital(&when(at, moment)),
            (None, _) => tr!("None on the days that are chosen.").to_owned(),
        };
        facts.push((tr!("Next one"), next));
    }
    if status.last_sent.is_some() || is_on {
        facts.push((tr!("Last one sent"), status.last_sent.map_or_else(|| tr!("None yet").to_owned(), |at| capital(&when(at, moment)))));
    }
    if status.on_its_way {
        facts.push((tr!("On its way"), tr!("A message is being sent. Reload this page to see what became of it.").to_owned()));
    }
    facts
}

/// What went wrong last, in words.
fn problem(status: &Status, moment: Moment) -> String {
    let Some((code, at)) = &status.failure else { return String::new() };
    let words = texts().problems.get(code).cloned().unwrap_or_default();
    tr!("{problem} The last try was {when}.", problem = words, when = when(*at, moment))
}

/// `suggested`: the time that the invitation brought along, or nothing.
fn fields(status: &Status, email: &str, suggested: &str) -> Vec<Field> {
    let chosen = status.chosen.as_ref();
    let own = chosen.and_then(|chosen| chosen.own_days.clone().into_inner());
    let training = match status.training_days.as_slice() {
        [] => tr!("The training days of my plan").to_owned(),
        days => tr!("The training days of my plan: {days}", days = words::weekdays(days)),
    };
    let ticked: Vec<String> = own.clone().unwrap_or_default().iter().map(u8::to_string).collect();
    let days = (0..7_u8).map(|day| (day.to_string(), crate::lang::say(crate::lang::dates::WEEKDAYS[usize::from(day)])));
    let at = Field::new("time", "at", tr!("At what time?"));
    let at = match chosen {
        Some(chosen) => at.value(chosen.at_time.clone()),
        None if suggested.is_empty() => at.value(USUAL),
        None => at.value(suggested).hint(tr!("Your physiotherapist suggests {time}. Choose what suits you.", time = suggested)),
    };
    let mut fields = vec![
        Field::new("radios", "days", tr!("On which days?"))
            .options([("training", training.as_str()), ("own", tr!("Days I choose here"))])
            .option_hint("training", tr!("When your plan’s days change, the reminders follow."))
            .value(if own.is_some() { "own" } else { "training" }),
        Field::new("ticks", "own_days", tr!("Days, if you choose them"))
            .hint(tr!("On a day of rest you are reminded only if you choose it here."))
            .options(days)
            .values(&ticked)
            .optional(),
        at,
        Field::new("time", "second", tr!("A second time, later that day"))
            .hint(tr!("Sent only if you have written nothing down by then. Leave it empty for one message a day at most."))
            .value(chosen.map(|chosen| chosen.second_time.clone()).unwrap_or_default())
            .optional(),
    ];
    if !status.stands() {
        let mut agree = Field::new("checkboxes", "agree", tr!("Your agreement"));
        let label = format!("{} ({email})", agreement().map(|a| a.statement.as_str()).unwrap_or_default());
        agree.options = vec![Opt { value: "yes".to_owned(), label, ..Opt::default() }];
        fields.push(agree);
    }
    fields
}

async fn reminders_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let status = me.run(|store, who, moment| store.read(|tx| reminders::status(tx, who, moment))).await?;
    let user = me.visitor.user.clone().ok_or(AppError::NotFound)?;
    let brought = me.run(|store, who, _| store.read(|tx| joining::brought(tx, who))).await?;
    let mut fields = fields(&status, &user.email, &brought.remind_at);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let base = &me.visitor.app.base_url;
    let (subject, body) = fill(&texts().reminder, &format!("{base}/today"), &format!("{base}/stop/…"));
    let shown = RemindersPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        fields,
        sends_mail: me.visitor.app.mailer.is_some(),
        is_on: status.chosen.as_ref().is_some_and(|chosen| chosen.is_on),
        was_chosen: status.chosen.is_some(),
        zone: me.moment.zone.name().replace('_', " "),
        facts: facts(&status, me.moment),
        problem: problem(&status, me.moment),
        points: agreement().map(|a| a.points.clone()).unwrap_or_default(),
        subject,
        body,
        token: crate::ids::fresh(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What is chosen, what comes next, what became of the last ones.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    reminders_page(&me, None, &Errors::default()).await
}

fn read(form: &FormData, agreed: bool) -> (Option<Choice>, Errors) {
    let mut reader = Reader::new(form);
    let at: Option<NaiveTime> = reader.time("at");
    let at = reader.need("at", at, tr!("Enter a time, for example 18:00"));
    let second = reader.time("second");
    let mut errors = reader.errors;
    let own_days = match form.text("days") {
        "training" => None,
        "own" => {
            let mut days: Vec<u8> = form.all("own_days").iter().filter_map(|day| day.parse().ok()).filter(|day| *day < 7).collect();
            days.sort_unstable();
            days.dedup();
            Some(days)
        }
        _ => {
            errors.add("days", tr!("Choose on which days"));
            None
        }
    };
    if !agreed && form.text("agree") != "yes" {
        errors.add("agree", tr!("Tick this if you want reminders. Without it nothing is sent."));
    }
    let choice = at.filter(|_| errors.is_empty()).map(|at| Choice { own_days, at, second });
    (choice, errors)
}

/// Turns the reminders on, or changes them.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if me.visitor.app.mailer.is_none() {
        return reminders_page(&me, Some(&form.0), &Errors::default()).await;
    }
    let status = me.run(|store, who, moment| store.read(|tx| reminders::status(tx, who, moment))).await?;
    let is_on = status.chosen.as_ref().is_some_and(|chosen| chosen.is_on);
    let (choice, mut errors) = read(&form.0, status.stands());
    if let Some(choice) = choice {
        match me.run(move |store, who, moment| reminders::choose(store, who, &choice, moment)).await {
            Ok(()) => {
                me.visitor.flash(if is_on {
                    tr!("Your reminders are changed.")
                } else {
                    tr!("Reminders are on. Send yourself a test message to see that it arrives.")
                });
                return Ok(go("/account/reminders"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    reminders_page(&me, Some(&form.0), &errors).await
}

/// Turns them off.
pub async fn turn_off(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(reminders::turn_off).await?;
    me.visitor.flash(tr!("Reminders are off. Nothing more is sent."));
    Ok(go("/account/reminders"))
}

/// Asks for a test message and wakes the postman.
pub async fn test(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if me.visitor.app.mailer.is_none() {
        return Ok(go("/account/reminders"));
    }
    let token = form.0.token();
    match me.run(move |store, who, moment| reminders::ask_for_test(store, who, &token, moment)).await {
        Ok(()) => {
            me.visitor.app.post.notify_one();
            me.visitor.flash(tr!("A test message is on its way. It can take a few minutes; look among spam too."));
            Ok(go("/account/reminders"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            reminders_page(&me, None, &errors).await
        }
    }
}
