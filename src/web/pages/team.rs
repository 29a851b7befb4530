//! `/account/team`: who cares for a patient and who looked at their record; the desk shows the same people.

use crate::care::audit::words::plain;
use crate::care::team::{EMERGENCY_LOOK, Team, team};
use crate::lang;
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono_tz::Tz;

/// Looks that are listed.
const LOOKS: i64 = 30;

/// A record that was opened in an emergency, in words.
pub struct EmergencyView {
    /// Who, and when.
    pub who: String,
    /// Until when they could look.
    pub until: String,
    /// Why, in their words.
    pub reason: String,
}

/// The people around a patient, in words.
pub struct TeamView {
    /// Who is in charge: name, and since when.
    pub now: Vec<(String, String)>,
    /// Who was: name, and from when to when.
    pub before: Vec<(String, String)>,
    /// Who stands in for whom.
    pub covers: Vec<String>,
    /// Emergencies, newest first.
    pub emergencies: Vec<EmergencyView>,
}

impl TeamView {
    /// The people on the clock of a zone.
    pub fn new(found: &Team, zone: Tz) -> Self {
        let day = |at: crate::clock::UtcTime| words::date(at.and_utc().with_timezone(&zone).date_naive());
        let span = |from, to: Option<_>| tr!("from {from} to {to}", from = day(from), to = to.map(day).unwrap_or_default());
        Self {
            now: found.now.iter().map(|c| (c.name.clone(), tr!("since {when}", when = day(c.since)))).collect(),
            before: found.before.iter().map(|c| (c.name.clone(), span(c.since, c.until))).collect(),
            covers: found
                .covers
                .iter()
                .map(|c| {
                    tr!("{cover} stands in for {away} until {when}.", cover = c.cover, away = c.away, when = words::instant(c.until, zone))
                })
                .collect(),
            emergencies: found
                .emergencies
                .iter()
                .map(|e| EmergencyView {
                    who: tr!("{name} on {when}", name = e.name, when = words::instant(e.at, zone)),
                    until: e
                        .until
                        .map(|until| tr!("They could look until {when} and change nothing.", when = words::instant(until, zone)))
                        .unwrap_or_default(),
                    reason: e.reason.clone(),
                })
                .collect(),
        }
    }
}

/// A line of the list of looks.
struct LookView {
    when: String,
    what: String,
    emergency: bool,
}

#[derive(Template)]
#[template(path = "pages/account/team.html")]
struct TeamPage {
    ctx: PageCtx,
    view: TeamView,
    looks: Vec<LookView>,
}

/// Who cares for me and who looked.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let now = me.moment.utc;
    let found = me.run(move |store, who, _| store.read(|tx| team(tx, who, now, LOOKS))).await?;
    let zone = me.moment.zone;
    let look = |(at, by, what): &(crate::clock::UtcTime, Option<String>, String)| LookView {
        when: words::instant(*at, zone),
        what: format!("{}: {}", by.as_deref().unwrap_or(tr!("The program")), lang::say(plain(what))),
        emergency: what == EMERGENCY_LOOK,
    };
    page(&TeamPage { ctx: me.visitor.reading(), view: TeamView::new(&found, zone), looks: found.looks.iter().map(look).collect() })
}
