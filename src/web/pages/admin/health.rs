//! `/admin/health`: how the program is: version, database, rounds in the background, what waits to be sent. Counts and
//! times; nothing about anybody, and no secret.

use crate::care::CareError;
use crate::clinical::RULESET_VERSION;
use crate::clock::UtcTime;
use crate::rounds::Ran;
use crate::store::chain::{self, Head};
use crate::store::health::{Database, database, queue};
use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;

struct RoundView {
    name: &'static str,
    well: String,
    did: String,
    failed: String,
    is_well: bool,
}

#[derive(Template)]
#[template(path = "pages/admin/health.html")]
struct HealthPage {
    ctx: PageCtx,
    program: Vec<(&'static str, String)>,
    database: Vec<(&'static str, String)>,
    rounds: Vec<RoundView>,
    sends_mail: bool,
}

/// Bytes as people say them.
fn size(bytes: i64) -> String {
    const KIB: i64 = 1024;
    match bytes {
        b if b < KIB => format!("{b} bytes"),
        b if b < KIB * KIB => format!("{} KiB", b / KIB),
        b if b < 10 * KIB * KIB * KIB => format!("{} MiB", b / KIB / KIB),
        b => format!("{} GiB", b / KIB / KIB / KIB),
    }
}

/// How everything is.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let read = |store: &crate::store::Store| {
        store.read(|tx| Ok::<(Database, (i64, Option<UtcTime>), Option<Head>), CareError>((database(tx)?, queue(tx)?, chain::head(tx)?)))
    };
    let (found, (waiting, since), head) = manager.visitor.run(read).await?;
    let (app, moment) = (&manager.visitor.app, manager.visitor.moment());
    let when = |at: UtcTime| words::instant(at, moment.zone);
    let program = vec![
        ("Version", env!("CARGO_PKG_VERSION").to_owned()),
        ("Version of the rules", RULESET_VERSION.to_string()),
        ("Time of this server", when(moment.utc)),
        ("Time zone of the clinic", app.config.time_zone.name().to_owned()),
        (
            "Clock",
            if app.config.shift_days == 0 {
                "as the server’s".to_owned()
            } else {
                format!("moved by {} days: for trying out only", app.config.shift_days)
            },
        ),
        ("Address", app.base_url.clone()),
        (
            "Connection",
            if app.config.is_https() { "TLS".to_owned() } else { "without TLS: for trying out on this machine only".to_owned() },
        ),
        (
            "Second step for staff",
            if app.config.factors.staff_required { "required".to_owned() } else { "optional: never with real patients".to_owned() },
        ),
        ("E-mail", if app.mailer.is_some() { "a mail server is set".to_owned() } else { "none is sent".to_owned() }),
    ];
    let queued = match (waiting, since) {
        (0, _) | (_, None) => "none".to_owned(),
        (n, Some(at)) => format!("{n}, the first since {}", when(at)),
    };
    let trail = match head {
        None => "its last row is missing: run gradus audit verify".to_owned(),
        Some(head) => format!("{} rows; the last is {}", head.seq, head.hash.chars().take(16).collect::<String>()),
    };
    let shown = vec![
        ("Kind", found.kind.to_owned()),
        ("Size", size(found.bytes)),
        ("Migrations", format!("{}, the newest is {}", found.migrations, found.newest)),
        ("Newest migration ran", found.ran_on.map(when).unwrap_or_default()),
        ("Messages that wait to be sent", queued),
        ("Record of who did and saw what", trail),
    ];
    let round = |(name, ran): (&'static str, Ran)| RoundView {
        name,
        well: ran.well.map_or_else(|| "not yet".to_owned(), when),
        is_well: ran.is_well(),
        failed: match (ran.failed, ran.failures) {
            (None, _) => "never since the start".to_owned(),
            (Some(at), 1) => when(at),
            (Some(at), n) => format!("{}, {n} times since the start", when(at)),
        },
        did: ran.did,
    };
    page(&HealthPage {
        ctx: manager.visitor.ctx(),
        program,
        database: shown,
        rounds: app.rounds.all().into_iter().map(round).collect(),
        sends_mail: app.mailer.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!([0, 4096, 5 << 20, 20 << 30].map(size), ["0 bytes", "4 KiB", "5 MiB", "20 GiB"]);
    }
}
