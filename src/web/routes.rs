//! The whole map: every path, its methods, its handler and who may come. Tests read [`ROUTES`] and
//! fail when a route has no expectation; `middleware::closed_by_default` reads it on each request.

use super::pages as p;
use actix_web::guard as method;
use actix_web::web::{self, ServiceConfig};

/// Who a route is for. The handler's own arguments enforce it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Anybody.
    Public,
    /// Anybody signed in.
    Signed,
    /// A patient, in their own record.
    Patient,
    /// A physiotherapist.
    Physio,
    /// An administrator.
    Admin,
}

/// One method of one path.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Pattern of the path.
    pub path: &'static str,
    /// Who it is for.
    pub guard: Guard,
}

/// Routes whose permission is the secret in their address and nothing else: no cookie, no session, no form token. A mail
/// program calls them from elsewhere (RFC 8058), so where a request comes from is not asked.
pub const BY_SECRET_ALONE: &[&str] = &["/stop/{secret}/now"];

/// The guard of a route; `None` when there is no such route (which is simply not found).
pub fn guard(method: &str, pattern: &str) -> Option<Guard> {
    let asked = if method == "HEAD" { "GET" } else { method };
    let of_path = || ROUTES.iter().filter(|r| r.path == pattern);
    // A wrong method on a known path is as closed as the path itself.
    of_path().find(|r| r.method == asked).or_else(|| of_path().next()).map(|r| r.guard)
}

/// HEAD answers like GET, without the body: monitors and link checkers ask so.
fn get() -> actix_web::Route {
    web::route().guard(method::Any(method::Get()).or(method::Head()))
}

fn post() -> actix_web::Route {
    web::post()
}

macro_rules! method {
    (get) => {
        "GET"
    };
    (post) => {
        "POST"
    };
}

macro_rules! routes {
    ($($guard:ident { $($path:literal => $($method:ident $handler:path),+;)+ })+) => {
        /// Every route.
        pub const ROUTES: &[Route] = &[
            $($($(Route { method: method!($method), path: $path, guard: Guard::$guard },)+)+)+
        ];

        /// Registers them, one resource a path, so that a wrong method answers 405.
        pub fn configure(config: &mut ServiceConfig) {
            $($(config.service(
                web::resource($path)$(.route($method().to($handler)))+.default_service(web::route().to(p::wrong_method)),
            );)+)+
        }
    };
}

routes! {
    Public {
        "/" => get p::home::show;
        "/help" => get p::info::help;
        "/about" => get p::info::about;
        "/safety" => get p::info::safety;
        "/privacy" => get p::info::privacy;
        "/language" => get p::language::show, post p::language::choose;
        "/rules" => get p::handbook::show;
        "/exercises" => get p::library::list;
        "/exercises/{id}" => get p::library::show;
        "/learn" => get p::learn::list;
        "/learn/{topic}" => get p::learn::show;
        "/check" => get p::check::start;
        "/check/result" => get p::check::result;
        "/check/letter" => get p::progress::letter::of_check;
        "/check/{screen}" => get p::check::show, post p::check::submit;
        "/account/new" => get p::account::new, post p::account::create;
        "/sign-in" => get p::account::sign_in, post p::account::enter;
        "/invite/{secret}" => get p::invite::show, post p::invite::accept;
        "/reset/{secret}" => get p::invite::reset, post p::invite::set_password;
        "/forgot" => get p::forgot::show, post p::forgot::ask;
        "/stop/{secret}" => get p::stop::show, post p::stop::press;
        "/stop/{secret}/now" => get p::stop::show, post p::stop::one_click;
        "/calendar/{secret}.ics" => get p::calendar::read_by_secret;
    }
    Signed {
        "/sign-out" => post p::account::leave;
        "/account" => get p::account::show;
        "/exercises/picture/{id}" => get p::library::picture;
        "/account/password" => post p::account::change_password;
        "/account/zone" => post p::account::change_zone;
    }
    Patient {
        "/account/reminders" => get p::reminders::show, post p::reminders::save;
        "/account/reminders/off" => post p::reminders::turn_off;
        "/account/reminders/test" => post p::reminders::test;
        "/account/calendar" => get p::calendar::show, post p::calendar::save;
        "/account/calendar/link" => post p::calendar::make;
        "/account/calendar/renew" => post p::calendar::renew;
        "/account/calendar/remove" => post p::calendar::remove;
        "/intake" => get p::intake::list;
        "/intake/check" => get p::intake::review, post p::intake::submit;
        "/intake/goals" => get p::intake::wishes::goals, post p::intake::wishes::save_goals;
        "/intake/quota" => get p::intake::wishes::quota, post p::intake::wishes::save_quota;
        "/intake/practical" => get p::intake::wishes::practical, post p::intake::wishes::save_practical;
        "/intake/{screen}" => get p::intake::show, post p::intake::save;
        "/result" => get p::result::show;
        "/baseline" => get p::baseline::show, post p::baseline::save;
        "/baseline/{trial}/remove" => post p::baseline::remove;
        "/plan/agree" => get p::agree::show, post p::agree::start;
        "/today" => get p::today::show;
        "/today/log" => get p::today::log::show, post p::today::log::save;
        "/today/as-planned" => get p::today::short::show, post p::today::short::save;
        "/today/session" => get p::today::session::show, post p::today::session::begin;
        "/today/session/press" => post p::today::session::press;
        "/today/session/stop" => get p::today::session_stop::show, post p::today::session_stop::save;
        "/today/session/end" => get p::today::session_end::show, post p::today::session_end::save;
        "/kept" => get p::kept::show, post p::kept::leave;
        "/sessions/{id}/history" => get p::journal::session_history;
        "/sessions/{id}/edit" => get p::today::log::edit, post p::today::log::save_edit;
        "/morning" => get p::today::morning::show, post p::today::morning::save;
        "/day" => post p::today::morning::day;
        "/week" => get p::today::check::show, post p::today::check::save;
        "/signs" => get p::today::signs::show, post p::today::signs::save;
        "/signs/result" => get p::today::signs::result;
        "/flare" => get p::today::flare::show, post p::today::flare::press;
        "/flare/settled" => post p::today::flare::settled;
        "/break" => get p::away::show, post p::away::holiday;
        "/break/ill" => get p::away::ill, post p::away::save_ill;
        "/break/back" => post p::away::come_back;
        "/measures" => get p::measures::show, post p::measures::save;
        "/measures/later" => post p::measures::put_off;
        "/measures/after" => get p::measures::after;
        "/goals" => get p::goals::list, post p::goals::add;
        "/goals/{goal}" => get p::goals::show, post p::goals::save;
        "/goals/{goal}/reached" => post p::goals::reached;
        "/goals/{goal}/next" => post p::goals::next;
        "/check-in" => get p::after::show, post p::after::save;
        "/journal" => get p::journal::list;
        "/journal/new" => get p::journal::new, post p::journal::save_new;
        "/journal/columns" => get p::journal::file::columns;
        "/journal/file" => get p::journal::file::show;
        "/journal/file.csv" => get p::journal::file::download;
        "/journal/file/upload" => post p::journal::file::upload;
        "/journal/file/{import}" => get p::journal::file::preview, post p::journal::file::confirm;
        "/journal/file/{import}/remove" => post p::journal::file::give_up;
        "/journal/days/{on}" => get p::journal::day, post p::journal::save_day;
        "/journal/{id}/history" => get p::journal::entry_history;
        "/journal/{id}/share" => post p::journal::save_share;
        "/journal/{id}/edit" => get p::journal::edit, post p::journal::save_edit;
        "/learn/{topic}/read" => post p::learn::mark;
        "/learn/{topic}/answers" => post p::learn::write;
        "/learn/{topic}/answers/{answer}/remove" => get p::learn::ask_to_remove, post p::learn::remove;
        "/plan" => get p::plan::show;
        "/plan/resume" => get p::after::resume, post p::after::take;
        "/plan/days" => get p::days::show, post p::days::save;
        "/changes/seen" => post p::changes::seen;
        "/plan/measure" => get p::offers::measure, post p::offers::save_tries;
        "/plan/measure/decide" => post p::offers::settle_measure;
        "/plan/size" => get p::offers::show_size, post p::offers::save_size;
        "/changes" => get p::changes::show;
        "/progress" => get p::progress::show;
        "/progress/card" => get p::progress::card::show, post p::progress::card::save;
        "/letter/{decision}" => get p::progress::letter::show;
        "/sheet" => get p::paper::list, post p::paper::make;
        "/sheet/{code}" => get p::paper::sheet;
        "/sheet/{code}/enter" => get p::paper::enter, post p::paper::save;
        "/ended" => get p::ended::show;
        "/again" => get p::again::show, post p::again::save;
        "/again/result" => get p::again::result, post p::again::settle;
    }
    Physio {
        "/pro" => get p::pro::list;
        "/style" => get p::style::show;
        "/pro/invite" => get p::pro::invite::show, post p::pro::invite::save;
        "/pro/exercises" => get p::pro::exercises::list;
        "/pro/exercises/new" => get p::pro::exercises::edit::new, post p::pro::exercises::edit::save_new;
        "/pro/exercises/preview" => post p::pro::exercises::edit::preview;
        "/pro/exercises/{id}" => get p::pro::exercises::show::show;
        "/pro/exercises/{id}/edit" => get p::pro::exercises::edit::edit, post p::pro::exercises::edit::save;
        "/pro/exercises/{id}/retire" => post p::pro::exercises::show::retire;
        "/pro/exercises/{id}/picture" => get p::pro::exercises::picture::show, post p::pro::exercises::picture::save;
        "/pro/exercises/{id}/drawn" => post p::pro::exercises::picture::remove;
        "/pro/patients/{id}" => get p::pro::file::show;
        "/pro/patients/{id}/card" => get p::progress::card::of_patient;
        "/pro/patients/{id}/letter/{decision}" => get p::progress::letter::of_patient;
        "/pro/patients/{id}/sheet" => get p::paper::list_of, post p::paper::make_of;
        "/pro/patients/{id}/sheet/{code}" => get p::paper::sheet_of;
        "/pro/patients/{id}/sheet/{code}/enter" => get p::paper::enter_of, post p::paper::save_of;
        "/pro/sheets" => get p::paper::find, post p::paper::search;
        "/pro/patients/{id}/agree" => post p::pro::agree::save;
        "/pro/patients/{id}/add" => get p::pro::add::show, post p::pro::add::save;
        "/pro/patients/{id}/discharge" => get p::pro::discharge::show, post p::pro::discharge::save;
        "/pro/patients/{id}/clear" => get p::pro::clear::clearing, post p::pro::clear::record_clearance;
        "/pro/patients/{id}/alerts/{alert}" => post p::pro::clear::dealt_with;
        "/pro/patients/{id}/items/{item}" => get p::pro::item::show, post p::pro::item::save;
        "/pro/patients/{id}/items/{item}/swap" => post p::pro::item::save_swap;
        "/pro/patients/{id}/items/{item}/version" => post p::pro::item::save_version;
        "/pro/patients/{id}/pattern/{rid}" => get p::pro::pattern::show, post p::pro::pattern::save;
    }
    Admin {
        "/admin/staff" => get p::admin::list, post p::admin::invite;
        "/admin/numbers" => get p::thresholds::show, post p::thresholds::save;
    }
}
