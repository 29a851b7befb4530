//! What templates are given: the frame around every page, and values turned into words.

pub mod chart;
pub mod decision;
pub mod figure;
pub mod parts;
pub mod qr;
pub mod timer;
pub mod told;
pub mod words;

use super::error::AppError;
use crate::care::house::House;
use crate::config::Config;
use crate::lang::say;
use crate::store::accounts::User;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, LOCATION};
use askama::Template;
use serde::{Deserialize, Serialize};

/// A place in the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Where to.
    pub href: String,
    /// Name.
    pub label: String,
    /// The page shown is this one or lies under it.
    pub current: bool,
}

/// A message shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flash {
    /// `success`, `info` or `warning`.
    pub kind: String,
    /// The message.
    pub text: String,
}

/// How long a sign-in still lasts.
#[derive(Debug, Clone)]
pub struct Lasts {
    /// Seconds until it ends when nothing is done.
    pub seconds: i64,
    /// How many seconds before that its person is warned.
    pub warning: i64,
    /// That instant in words.
    pub until: String,
    /// When it ends whatever is done, in words.
    pub end: String,
    /// Somebody of the clinic, whose time is short.
    pub is_staff: bool,
    /// It ends soon and nothing extends it.
    pub last_call: bool,
}

/// The frame around every page.
#[derive(Debug, Clone)]
pub struct PageCtx {
    /// Name of the clinic.
    pub clinic: String,
    /// Their name, or nothing.
    pub person: String,
    /// Navigation for their role.
    pub nav: Vec<NavItem>,
    /// Places behind "More".
    pub more: Vec<NavItem>,
    /// Token every form carries.
    pub csrf: String,
    /// Marks a signed-in person's forms as theirs, so that one sent too late can come back to them.
    pub whose: String,
    /// Works at the desk.
    pub is_physio: bool,
    /// Message shown once.
    pub flash: Option<Flash>,
    /// How long the sign-in still lasts.
    pub lasts: Option<Lasts>,
    /// The path of the page.
    pub here: String,
    /// Telephone number for emergencies.
    pub emergency_number: String,
    /// Telephone number for urgent advice.
    pub urgent_number: String,
    /// Telephone of the clinic, perhaps with hours; may be empty.
    pub phone: String,
    /// Part of the assets' address.
    pub assets: String,
    /// The demonstration says what it is.
    pub demo: bool,
    /// Days by which the server's clock is moved: it says so.
    pub shift_days: i64,
}

/// Navigation by role: what a person can open, in the order of use.
const PATIENT_NAV: &[(&str, &str)] = &[
    ("/today", tr_later!("Today")),
    ("/journal", tr_later!("Journal")),
    ("/plan", tr_later!("Plan")),
    ("/progress", tr_later!("Progress")),
    ("/account", tr_later!("Account")),
];
/// Pages of a patient that stand under none of these addresses, and the place they belong to.
const BELONGS: &[(&str, &str)] = &[
    ("/break", "/today"),
    ("/changes", "/progress"),
    ("/check-in", "/today"),
    ("/flare", "/today"),
    ("/goals", "/plan"),
    ("/letter", "/plan"),
    ("/measures", "/today"),
    ("/messages", "/today"),
    ("/morning", "/today"),
    ("/sessions", "/journal"),
    ("/sheet", "/plan"),
    ("/signs", "/today"),
    ("/week", "/today"),
];
const PHYSIO_NAV: &[(&str, &str)] =
    &[("/pro", "Inbox"), ("/pro/patients", "Patients"), ("/pro/invite", "Invite"), ("/pro/templates", "Templates")];
/// What the desk needs less often.
const PHYSIO_MORE: &[(&str, &str)] =
    &[("/pro/exercises", "Exercises"), ("/pro/outcomes", "Outcomes"), ("/pro/leave", "Leave"), ("/account", tr_later!("Account"))];
const ADMIN_NAV: &[(&str, &str)] =
    &[("/admin", "Administration"), ("/admin/people", "People"), ("/admin/settings", "Settings"), ("/account", tr_later!("Account"))];
const VISITOR_NAV: &[(&str, &str)] = &[("/check", tr_later!("Check")), ("/sign-in", tr_later!("Sign in"))];

/// A number as a telephone takes it: without what only helps to read it.
pub fn dialled(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

impl PageCtx {
    /// The number for emergencies as a telephone takes it.
    pub fn emergency_dial(&self) -> String {
        dialled(&self.emergency_number)
    }

    /// The number for urgent advice as a telephone takes it.
    pub fn urgent_dial(&self) -> String {
        dialled(&self.urgent_number)
    }

    /// The place shown is one of those behind "More".
    pub fn in_more(&self) -> bool {
        self.more.iter().any(|place| place.current)
    }

    /// The frame of a page at `path`.
    pub fn new((config, house): (&Config, &House), user: Option<&User>, path: &str, csrf: String, flash: Option<Flash>) -> Self {
        let mut places: Vec<(&str, &str)> = Vec::new();
        let mut more: Vec<(&str, &str)> = Vec::new();
        match user {
            None => places.extend(VISITOR_NAV),
            Some(user) => {
                if user.is_patient {
                    places.extend(PATIENT_NAV);
                }
                if user.is_physio {
                    places.extend(PHYSIO_NAV);
                    more.extend(PHYSIO_MORE.iter().filter(|(href, _)| places.iter().all(|(known, _)| known != href)));
                }
                if user.is_admin && user.is_physio {
                    // Everything else of the administration is found on its first page.
                    more.extend(ADMIN_NAV.iter().take(1));
                } else if user.is_admin {
                    places.extend(
                        ADMIN_NAV.iter().filter(|(href, _)| places.iter().all(|(known, _)| known != href)).copied().collect::<Vec<_>>(),
                    );
                }
            }
        }
        // The longest place that the path lies under is the current one.
        let under = |href: &str| path == href || path.starts_with(&format!("{href}/"));
        let nearest = places.iter().chain(&more).map(|(href, _)| *href).filter(|href| under(href)).max_by_key(|href| href.len());
        let current = nearest.or_else(|| BELONGS.iter().find(|(of, _)| under(of)).map(|(_, place)| *place));
        let items = |places: Vec<(&str, &str)>| {
            let item = |(href, label): (&str, &str)| NavItem {
                href: href.to_owned(),
                label: say(label).to_owned(),
                current: current.is_some_and(|current| current == href),
            };
            places.into_iter().map(item).collect()
        };
        Self {
            clinic: house.name.clone(),
            person: user.map(|u| u.name.clone()).unwrap_or_default(),
            nav: items(places),
            more: items(more),
            csrf,
            whose: String::new(),
            is_physio: user.is_some_and(|u| u.is_physio),
            flash,
            lasts: None,
            here: path.to_owned(),
            emergency_number: house.emergency_number.clone(),
            urgent_number: house.urgent_number.clone(),
            phone: house.phone.clone(),
            assets: super::assets::VERSION.clone(),
            demo: config.demo,
            shift_days: config.shift_days,
        }
    }
}

/// A line of a check-answers list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The question.
    pub label: String,
    /// The answer.
    pub value: String,
    /// Where to change it, or nothing.
    pub change: String,
    /// What a screen reader says after "Change".
    pub change_label: String,
    /// The language of question and answer where it is not the page's: a published questionnaire's; else empty.
    pub lang: &'static str,
}

/// A page.
pub fn page(template: &impl Template) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::Ok().insert_header(ContentType::html()).body(template.render()?))
}

/// A form shown again with its messages: 422.
pub fn page_again(template: &impl Template) -> Result<HttpResponse, AppError> {
    Ok(HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY).insert_header(ContentType::html()).body(template.render()?))
}

/// On to another page after a form.
pub fn go(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}
