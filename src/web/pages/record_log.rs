//! `/account/record-log`: who looked at my record and what was done about it, in plain words, day by day.

use crate::care::audit::log::of_record;
use crate::care::audit::looks::{FORM_REFUSED, NOT_THEIRS};
use crate::care::audit::words::{self, Kind};
use crate::care::team::EMERGENCY_LOOK;
use crate::lang;
use crate::store::trail::Line;
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::view::{PageCtx, page, words as said};
use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use serde::Deserialize;

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    before: String,
    mine: String,
}

/// A line of a day.
pub struct LookView {
    when: String,
    who: String,
    what: String,
    emergency: bool,
}

/// A day with its lines, the newest first.
struct DayView {
    day: String,
    looks: Vec<LookView>,
    /// What the program did by itself on that day, in one line.
    program: String,
}

#[derive(Template)]
#[template(path = "pages/account/record_log.html")]
struct LogPage {
    ctx: PageCtx,
    days: Vec<DayView>,
    with_own: bool,
    /// The first page is shown.
    newest: bool,
    further: String,
}

/// Who did it, with the role in which they could.
fn who(line: &Line, me: &str) -> String {
    if line.entry.actor_id.as_deref() == Some(me) {
        // A sign-in that was turned away is noted at the account that was tried; the rest came from whoever was signed in.
        let signed_in = [NOT_THEIRS, FORM_REFUSED].contains(&line.entry.action.as_str());
        let refused = !signed_in && words::find(&line.entry.action).is_some_and(|(_, kind, _)| *kind == Kind::Refused);
        return if refused { tr!("Somebody who may not have been you") } else { tr!("You") }.to_owned();
    }
    match &line.by {
        Some(by) if by.is_physio => tr!("{name}, physiotherapist", name = by.name),
        Some(by) if by.is_admin => tr!("{name}, administrator", name = by.name),
        Some(by) => by.name.clone(),
        None if line.entry.actor_id.is_some() => tr!("Somebody who is no longer here").to_owned(),
        None => tr!("The program").to_owned(),
    }
}

/// A line on the clock of a zone.
pub fn look(line: &Line, me: &str, zone: Tz) -> LookView {
    let local = line.entry.at.and_utc().with_timezone(&zone);
    LookView {
        when: format!("{:02}:{:02}", local.hour(), local.minute()),
        who: who(line, me),
        what: lang::say(words::plain(&line.entry.action)).to_owned(),
        emergency: line.entry.action == EMERGENCY_LOOK,
    }
}

/// A day, with its year when it is not this one.
fn heading(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { said::day(day) } else { said::date(day) }
}

fn by_day(lines: &[Line], me: &str, (zone, today): (Tz, NaiveDate)) -> Vec<DayView> {
    let day_of = |line: &Line| -> NaiveDate { line.entry.at.and_utc().with_timezone(&zone).date_naive() };
    let of_day = |lines: &[Line]| {
        let (people, program): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.entry.actor_id.is_some());
        let mut did: Vec<String> = Vec::new();
        for line in program {
            let what = lang::say(words::plain(&line.entry.action)).to_owned();
            if !did.contains(&what) {
                did.push(what);
            }
        }
        DayView {
            day: lines.first().map(|line| heading(day_of(line), today)).unwrap_or_default(),
            looks: people.into_iter().map(|line| look(line, me, zone)).collect(),
            program: if did.is_empty() { String::new() } else { tr!("The program: {what}.", what = said::listed(&did)) },
        }
    };
    lines.chunk_by(|a, b| day_of(a) == day_of(b)).map(of_day).collect()
}

/// The log, a page of it.
pub async fn show(me: Me, wanted: Query<Wanted>) -> Result<HttpResponse, AppError> {
    let (with_own, before) = (wanted.mine == "yes", wanted.before.parse::<i32>().ok());
    let found = me.run(move |store, who, _| store.read(|tx| of_record(tx, who, with_own, before))).await?;
    let mine = if with_own { "&mine=yes" } else { "" };
    page(&LogPage {
        ctx: me.visitor.reading(),
        days: by_day(&found.lines, me.who.patient().as_str(), (me.moment.zone, me.moment.today())),
        with_own,
        newest: before.is_none(),
        further: found.further.map(|before| format!("/account/record-log?before={before}{mine}")).unwrap_or_default(),
    })
}
