//! `gradus`, `gradus demo`: the program itself.

use super::clock;
use crate::app::Application;
use crate::care::demo::DemoPerson;
use crate::clock::UtcTime;
use crate::config::Config;
use crate::store::{DatabaseUrl, Store, migrate};
use futures_util::future::{Either, select};
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll};

pub(super) fn serve(config: Config) -> Result<(), String> {
    actix_web::rt::System::new().block_on(serving(config))
}

async fn serving(config: Config) -> Result<(), String> {
    let clock = clock(&config);
    if config.shift_days != 0 {
        println!("The clock is moved by {} days. Use this to try things out, never with real patients.", config.shift_days);
    }
    let application = Application::build(config, clock)?;
    announce(&application);
    application.run().await.map_err(|e| e.to_string())
}

/// Said when other machines reach a server that speaks plain HTTP.
const IN_THE_CLEAR: &str = "Warning: other machines reach this server without TLS; passwords and records can be read on the way.\n\
    Set GRADUS_TLS_CERT and GRADUS_TLS_KEY, or GRADUS_PUBLIC_URL to the https address of a proxy in front (see README.md).";

fn announce(application: &Application) {
    println!("Gradus is ready: {}", application.state().base_url);
    if application.state().config.is_in_the_clear() {
        println!("\n{IN_THE_CLEAR}");
    }
    if let Some(link) = &application.first_link {
        println!("\nMake the clinic's first account (administrator and physiotherapist) here; the link works once:\n  {link}\n");
    }
}

/// A folder that goes with its owner, after a failure too.
struct Throwaway(PathBuf);

impl Drop for Throwaway {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The demonstration's data lives in a folder of its own that goes when the program ends.
pub(super) fn demo(mut config: Config) -> Result<(), String> {
    let folder = Throwaway(std::env::temp_dir().join(format!("gradus-demo-{}", crate::ids::fresh())));
    config.database = DatabaseUrl::Sqlite(folder.0.join("demo.db"));
    config.demo = true;
    // Whoever tries the demonstration has no app set up for its people.
    config.factors.staff_required = false;
    actix_web::rt::System::new().block_on(async {
        let mut ended = pin!(ended()?);
        println!("Making the demonstration clinic …");
        let (database, now, zone) = (config.database.clone(), clock(&config).now(), config.time_zone);
        let filled = actix_web::rt::task::spawn_blocking(move || filled(&database, now, zone)).await;
        let people = filled.map_err(|e| e.to_string())??;
        if let Either::Left(_) = select(ended.as_mut(), std::future::ready(())).await {
            return Ok(());
        }
        println!("\nWho can sign in, all with the password \"{}\":", crate::care::demo::PASSWORD);
        for person in people {
            println!("  {:<28} {}", person.email, person.story);
        }
        println!();
        // Nothing is kept, so the server need not be waited for.
        match select(pin!(serving(config)), ended).await {
            Either::Left((served, _)) => served,
            Either::Right(_) => Ok(()),
        }
    })
}

fn filled(database: &DatabaseUrl, now: UtcTime, zone: chrono_tz::Tz) -> Result<Vec<DemoPerson>, String> {
    migrate(database).map_err(|e| e.to_string())?;
    let store = Store::open(database).map_err(|e| e.to_string())?;
    crate::care::demo::fill(&store, now, zone).map_err(|e| e.to_string())
}

/// Comes when the program is asked to end or its terminal is closed. It listens from the call on,
/// so that nothing in between is missed.
#[cfg(unix)]
fn ended() -> Result<impl Future<Output = ()>, String> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals = kinds.into_iter().map(signal).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    let mut any = move |cx: &mut Context<'_>| signals.iter_mut().any(|signal| signal.poll_recv(cx).is_ready());
    Ok(std::future::poll_fn(move |cx| if any(cx) { Poll::Ready(()) } else { Poll::Pending }))
}

#[cfg(not(unix))]
fn ended() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        let _ = actix_web::rt::signal::ctrl_c().await;
    })
}
