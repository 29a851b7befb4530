//! The whole map: every path, its methods, its handler and who may come. Tests read [`ROUTES`] and
//! fail when a route has no expectation; `middleware::closed_by_default` reads it on each request.

pub mod asks;
pub mod proven;
pub mod sights;

mod costly;

pub use costly::{COSTLY, SHOWS_SECRET, Work, costly, shows_secret};

use super::pages as p;
use crate::access::{Own, Scribe};
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

/// What staff may open who must have a second proof and have none yet, beside what is public: the way to one, and out.
pub const WITHOUT_FACTOR: &[&str] = &[
    "/account/second",
    "/account/second/app",
    "/account/second/app/remove",
    "/account/second/codes",
    "/account/second/passkeys",
    "/account/second/passkeys/begin",
    "/account/second/passkeys/{passkey}/remove",
    "/kept",
    "/prove",
    "/prove/passkey",
    "/prove/passkey/begin",
    "/session",
    "/session/stay",
    "/sign-out",
];

/// Whether staff without a second proof may open a path. One that is on no list at all is not found as ever.
pub fn is_without_factor(pattern: &str) -> bool {
    WITHOUT_FACTOR.contains(&pattern) || guard("GET", pattern).is_none_or(|guard| guard == Guard::Public)
}

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
        "/account/new" => get p::join::new, post p::join::create;
        "/sign-in" => get p::account::sign_in, post p::account::enter;
        "/sign-in/second" => get p::second::show, post p::second::enter;
        "/sign-in/second/passkey" => get p::second::back_to_sign_in, post p::second::by_passkey;
        "/sign-in/second/passkey/begin" => post p::second::begin;
        "/sign-in/passkey" => get p::second::back_to_sign_in, post p::second::alone;
        "/sign-in/passkey/begin" => post p::second::begin_alone;
        "/invite/{secret}" => get p::invite::show, post p::invite::accept;
        "/join" => get p::join::code, post p::join::enter_code;
        "/join/account" => get p::join::new_by_code, post p::join::create_by_code;
        "/reset/{secret}" => get p::invite::reset, post p::invite::set_password;
        "/address/{secret}" => get p::addresses::open, post p::addresses::answer;
        "/session/left" => get p::sessions::left;
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
        "/account/second" => get p::factors::show;
        "/account/second/app" => get p::factors::app, post p::factors::confirm_app;
        "/account/second/app/remove" => post p::factors::remove_app;
        "/account/second/codes" => post p::factors::new_codes;
        "/account/second/passkeys" => post p::factors::add_passkey;
        "/account/second/passkeys/begin" => post p::factors::begin_passkey;
        "/account/second/passkeys/{passkey}/remove" => post p::factors::remove_passkey;
        "/account/sessions" => get p::sessions::list;
        "/account/sessions/{mark}/end" => post p::sessions::end;
        "/account/sessions/others" => post p::sessions::end_others;
        "/account/address" => get p::addresses::show, post p::addresses::ask;
        "/account/address/again" => post p::addresses::ask_again;
        "/account/address/stop" => post p::addresses::give_up;
        "/session" => get p::sessions::show, post p::sessions::stay;
        "/session/stay" => post p::sessions::stay_quietly;
        "/prove" => get p::prove::show, post p::prove::save;
        "/prove/passkey" => get p::prove::show, post p::prove::by_passkey;
        "/prove/passkey/begin" => post p::prove::begin;
        "/kept" => get p::kept::show, post p::kept::leave;
    }
    Patient {
        "/account/reminders" => get p::reminders::show, post p::reminders::save;
        "/account/reminders/off" => post p::reminders::turn_off;
        "/account/reminders/test" => post p::reminders::test;
        "/account/calendar" => get p::calendar::show, post p::calendar::save;
        "/account/calendar/link" => post p::calendar::make;
        "/account/calendar/renew" => post p::calendar::renew;
        "/account/calendar/remove" => post p::calendar::remove;
        "/account/team" => get p::team::show;
        "/account/data" => get p::own_data::copy::show, post p::own_data::copy::take;
        "/account/corrections" => get p::own_data::correct::show, post p::own_data::correct::ask;
        "/account/name" => post p::own_data::correct::rename;
        "/account/consents" => get p::own_data::consents::show;
        "/account/consents/now" => get p::own_data::consents::asked, post p::own_data::consents::answer;
        "/account/consents/{purpose}" => post p::own_data::consents::press;
        "/account/close" => get p::own_data::close::show, post p::own_data::close::begin;
        "/account/closing" => get p::own_data::close::waiting;
        "/account/keep" => post p::own_data::close::keep;
        "/account/record-log" => get p::record_log::show;
        "/intake" => get p::intake::list::<Own>;
        "/intake/check" => get p::intake::review::<Own>, post p::intake::submit::<Own>;
        "/intake/goals" => get p::intake::wishes::goals::<Own>, post p::intake::wishes::save_goals::<Own>;
        "/intake/quota" => get p::intake::wishes::quota::<Own>, post p::intake::wishes::save_quota::<Own>;
        "/intake/practical" => get p::intake::wishes::practical::<Own>, post p::intake::wishes::save_practical::<Own>;
        "/intake/{screen}" => get p::intake::show::<Own>, post p::intake::save::<Own>;
        "/result" => get p::result::show::<Own>;
        "/baseline" => get p::baseline::show::<Own>, post p::baseline::save::<Own>;
        "/baseline/{trial}/remove" => post p::baseline::remove::<Own>;
        "/plan/agree" => get p::agree::show::<Own>, post p::agree::start::<Own>;
        "/today" => get p::today::show;
        "/today/log" => get p::today::log::show, post p::today::log::save;
        "/today/as-planned" => get p::today::short::show, post p::today::short::save;
        "/today/session" => get p::today::session::show, post p::today::session::begin;
        "/today/session/press" => post p::today::session::press;
        "/today/session/stop" => get p::today::session_stop::show, post p::today::session_stop::save;
        "/today/session/end" => get p::today::session_end::show, post p::today::session_end::save;
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
        "/messages" => get p::messages::show, post p::messages::save;
        "/messages/choice" => post p::messages::choose;
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
        "/plan/draft" => get p::draft::show, post p::draft::answer;
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
        "/pro" => get p::pro::inbox::show;
        "/pro/inbox/seen" => post p::pro::inbox::seen;
        "/pro/inbox/{id}/mark" => post p::pro::inbox::mark;
        "/pro/inbox/{id}/approve" => post p::pro::inbox::approved;
        "/pro/patients" => get p::pro::patients::show, post p::pro::patients::search;
        "/pro/patients.csv" => get p::pro::patients::download;
        "/style" => get p::style::show;
        "/pro/invite" => get p::pro::invite::show, post p::pro::invite::save;
        "/pro/invite/{invitation}/again" => post p::pro::invite::again;
        "/pro/invite/{invitation}/end" => post p::pro::invite::end;
        "/pro/patients/new" => get p::pro::room::new, post p::pro::room::make;
        "/pro/patients/{id}/intake" => get p::intake::list::<Scribe>;
        "/pro/patients/{id}/intake/check" => get p::intake::review::<Scribe>, post p::intake::submit::<Scribe>;
        "/pro/patients/{id}/intake/goals" => get p::intake::wishes::goals::<Scribe>, post p::intake::wishes::save_goals::<Scribe>;
        "/pro/patients/{id}/intake/quota" => get p::intake::wishes::quota::<Scribe>, post p::intake::wishes::save_quota::<Scribe>;
        "/pro/patients/{id}/intake/practical" => get p::intake::wishes::practical::<Scribe>, post p::intake::wishes::save_practical::<Scribe>;
        "/pro/patients/{id}/intake/result" => get p::result::show::<Scribe>;
        "/pro/patients/{id}/intake/card" => post p::pro::room::make_card;
        "/pro/patients/{id}/intake/{screen}" => get p::intake::show::<Scribe>, post p::intake::save::<Scribe>;
        "/pro/patients/{id}/start" => get p::baseline::show::<Scribe>, post p::baseline::save::<Scribe>;
        "/pro/patients/{id}/start/{trial}/remove" => post p::baseline::remove::<Scribe>;
        "/pro/patients/{id}/start/agree" => get p::agree::show::<Scribe>, post p::agree::start::<Scribe>;
        "/pro/exercises" => get p::pro::exercises::list;
        "/pro/exercises/new" => get p::pro::exercises::edit::new, post p::pro::exercises::edit::save_new;
        "/pro/exercises/preview" => post p::pro::exercises::edit::preview;
        "/pro/exercises/{id}" => get p::pro::exercises::show::show;
        "/pro/exercises/{id}/edit" => get p::pro::exercises::edit::edit, post p::pro::exercises::edit::save;
        "/pro/exercises/{id}/retire" => post p::pro::exercises::show::retire;
        "/pro/exercises/{id}/picture" => get p::pro::exercises::picture::show, post p::pro::exercises::picture::save;
        "/pro/exercises/{id}/drawn" => post p::pro::exercises::picture::remove;
        "/pro/patients/{id}/team" => get p::pro::team::show, post p::pro::team::save;
        "/pro/leave" => get p::pro::leave::show, post p::pro::leave::save;
        "/pro/emergency" => get p::pro::emergency::show, post p::pro::emergency::save;
        "/pro/outcomes" => get p::pro::outcomes::show;
        "/pro/outcomes.csv" => get p::pro::outcomes::file;
        "/pro/patients/{id}" => get p::pro::file::show;
        "/pro/patients/{id}/card" => get p::progress::card::of_patient;
        "/pro/patients/{id}/letter/{decision}" => get p::progress::letter::of_patient;
        "/pro/patients/{id}/sheet" => get p::paper::list_of, post p::paper::make_of;
        "/pro/patients/{id}/sheet/{code}" => get p::paper::sheet_of;
        "/pro/patients/{id}/sheet/{code}/enter" => get p::paper::enter_of, post p::paper::save_of;
        "/pro/sheets" => get p::paper::find, post p::paper::search;
        "/pro/patients/{id}/agree" => post p::pro::agree::save;
        "/pro/patients/{id}/add" => get p::pro::add::show, post p::pro::add::save;
        "/pro/patients/{id}/plan" => get p::pro::plan::show, post p::pro::plan::save;
        "/pro/patients/{id}/plan/preview" => get p::pro::plan::preview::show;
        "/pro/patients/{id}/plan/versions" => get p::pro::plan::versions::list;
        "/pro/patients/{id}/plan/versions/{version}" => get p::pro::plan::versions::show, post p::pro::plan::versions::bring_back;
        "/pro/patients/{id}/discharge" => get p::pro::discharge::show, post p::pro::discharge::save;
        "/pro/patients/{id}/clear" => get p::pro::clear::clearing, post p::pro::clear::record_clearance;
        "/pro/patients/{id}/alerts/{alert}" => post p::pro::clear::dealt_with;
        "/pro/patients/{id}/items/{item}" => get p::pro::item::show, post p::pro::item::save;
        "/pro/patients/{id}/items/{item}/swap" => post p::pro::item::save_swap;
        "/pro/patients/{id}/items/{item}/version" => post p::pro::item::save_version;
        "/pro/patients/{id}/rules" => get p::pro::rules::show, post p::pro::rules::save;
        "/pro/patients/{id}/proposal/{review}" => get p::pro::proposal::show, post p::pro::proposal::decide;
        "/pro/patients/{id}/items/{item}/back" => post p::pro::item::save_back;
        "/pro/templates" => get p::pro::templates::list;
        "/pro/templates/new" => get p::pro::templates::edit::new, post p::pro::templates::edit::save_new;
        "/pro/templates/{template}" => get p::pro::templates::show::show;
        "/pro/templates/{template}/edit" => get p::pro::templates::edit::edit, post p::pro::templates::edit::save;
        "/pro/templates/{template}/retire" => post p::pro::templates::show::retire;
        "/pro/patients/{id}/assign" => get p::pro::assign::list;
        "/pro/patients/{id}/assign/{template}" => get p::pro::assign::show, post p::pro::assign::save;
        "/pro/patients/{id}/copy" => get p::pro::copy::list;
        "/pro/patients/{id}/copy/{other}" => get p::pro::copy::show, post p::pro::copy::save;
        "/pro/patients/{id}/messages" => get p::pro::messages::show, post p::pro::messages::save;
        "/pro/patients/{id}/events" => get p::pro::events::list, post p::pro::events::record;
        "/pro/patients/{id}/events/{event}" => get p::pro::events::show, post p::pro::events::close;
        "/pro/patients/{id}/measures" => get p::pro::measures_paper::show, post p::pro::measures_paper::save;
        "/pro/patients/{id}/pattern/{rid}" => get p::pro::pattern::show, post p::pro::pattern::save;
        "/pro/patients/{id}/answers" => get p::pro::file::more::answers;
        "/pro/patients/{id}/sessions" => get p::pro::file::more::sessions;
        "/pro/patients/{id}/reviews" => get p::pro::file::more::reviews;
        "/pro/patients/{id}/changes" => get p::pro::file::more::changes;
        "/pro/patients/{id}/corrections" => get p::pro::corrections::list;
        "/pro/patients/{id}/corrections/{request}" => post p::pro::corrections::save;
        "/pro/patients/{id}/override" => get p::pro::overruling::show, post p::pro::overruling::save;
        "/pro/patients/{id}/notes" => get p::pro::notes::list, post p::pro::notes::save;
        "/pro/patients/{id}/notes/{note}" => get p::pro::notes::correct, post p::pro::notes::save_correction;
        "/pro/patients/{id}/letters" => get p::pro::letters::list;
        "/pro/patients/{id}/letters/new/{kind}" => get p::pro::letters::new, post p::pro::letters::save;
        "/pro/patients/{id}/letters/{letter}.txt" => get p::pro::letters::text;
        "/pro/patients/{id}/letters/{letter}" => get p::pro::letters::show;
    }
    Admin {
        "/admin" => get p::admin::start::show;
        "/admin/people" => get p::admin::people::list, post p::admin::people::search;
        "/admin/people/{id}" => get p::admin::people::show;
        "/admin/people/{id}/physio" => post p::admin::people::change_physio;
        "/admin/people/{id}/open" => post p::admin::people::open_again;
        "/admin/people/{id}/reset" => post p::admin::people::reset;
        "/admin/people/{id}/sessions" => post p::admin::people::end_all;
        "/admin/people/{id}/sessions/{mark}" => post p::admin::people::end_one;
        "/admin/sessions" => get p::admin::people::sessions;
        "/admin/invitations" => get p::admin::invitations::list;
        "/admin/invitations/{invitation}/end" => post p::admin::invitations::end;
        "/admin/invitations/{invitation}/again" => post p::admin::invitations::again;
        "/admin/settings" => get p::admin::settings::show, post p::admin::settings::save;
        "/admin/mail" => get p::admin::mail::show, post p::admin::mail::test;
        "/admin/content" => get p::admin::content::list;
        "/admin/content/{content}" => get p::admin::content::show, post p::admin::content::save;
        "/admin/licences" => get p::admin::licences::show;
        "/admin/health" => get p::admin::health::show;
        "/admin/staff" => get p::admin::list, post p::admin::invite;
        "/admin/staff/{id}/role" => post p::admin::change_role;
        "/admin/staff/{id}/close" => get p::admin::confirm_closing, post p::admin::close_account;
        "/admin/audit" => get p::audit::show, post p::audit::search;
        "/admin/audit.csv" => get p::audit::download;
        "/admin/messages" => get p::messages::clinic::show, post p::messages::clinic::save;
        "/admin/retention" => get p::retention::show;
        "/admin/access" => get p::access::show;
        "/admin/documents" => get p::documents::list;
        "/admin/documents/security" => get p::documents::security;
        "/admin/documents/safety" => get p::documents::safety;
        "/admin/numbers" => get p::thresholds::show, post p::thresholds::save;
    }
}
