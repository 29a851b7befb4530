//! Making an account, signing in and out, and one's own account page.

use crate::access::Actor;
use crate::accounts::password::check_new;
use crate::care::CareError;
use crate::care::account::{self, NewAccount, normal_email};
use crate::care::intake::adopt_check;
use crate::clinical::advice::Purpose;
use crate::ids::UserId;
use crate::lang;
use crate::store::accounts::User;
use crate::web::error::AppError;
use crate::web::extract::{KEPT_PAGE, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Opt, Reader};
use crate::web::pages::check;
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr};

/// Fields of a new account; the password's rule is said before it is broken.
pub fn account_fields(form: &FormData) -> Vec<Field> {
    vec![
        Field::new("text", "name", tr!("What should we call you?")).autocomplete("name").sent(form),
        Field::new("email", "email", tr!("Your e-mail address"))
            .hint(tr!("You sign in with it. It is not shown to other patients."))
            .autocomplete("username")
            .sent(form),
        Field::new("password", "password", tr!("Choose a password"))
            .hint(tr!("At least 8 characters. A few words you can remember work well. You can paste it from a password manager."))
            .autocomplete("new-password"),
    ]
}

/// Whether a text has the form of an e-mail address.
pub(super) fn shaped(email: &str) -> bool {
    email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !email.contains(char::is_whitespace))
}

/// A new account as it was typed, when it can be used.
pub fn read_account(form: &FormData) -> (Option<(String, String, String)>, Errors) {
    let mut reader = Reader::new(form);
    let name = reader.text("name", 80, Some(tr!("Enter the name we should call you by")));
    let email = normal_email(&reader.text("email", 254, Some(tr!("Enter your e-mail address"))));
    let password = form.exact("password").to_owned();
    let mut errors = reader.errors;
    if !email.is_empty() && !shaped(&email) {
        errors.add("email", tr!("Enter an e-mail address in the form name@example.org"));
    }
    if let Err(weak) = check_new(&password, &email, &name) {
        errors.add("password", lang::say(&weak.to_string()));
    }
    let usable = errors.is_empty().then_some((name, email, password));
    (usable, errors)
}

fn consent_field(purpose: &Purpose, form: &FormData) -> Field {
    let mut field = Field::new("checkboxes", &format!("consent_{}", purpose.key), purpose.title.clone()).hint(purpose.points.join(" "));
    field.options = vec![Opt { value: "yes".to_owned(), label: purpose.statement.clone(), ..Opt::default() }];
    field.sent(form)
}

#[derive(Template)]
#[template(path = "pages/account/new.html")]
struct NewPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    consents: Vec<Field>,
    consent_intro: String,
    carried: bool,
    greeting: String,
    action: String,
}

/// The form for a patient's account; with `errors` it is shown again.
pub fn new_page(visitor: &Visitor, form: &FormData, errors: &Errors, action: &str, greeting: &str) -> Result<HttpResponse, AppError> {
    let mut fields = account_fields(form);
    let mut consents: Vec<Field> = advice().consent.purposes.iter().map(|p| consent_field(p, form)).collect();
    let count = fields.len();
    fields.append(&mut consents);
    let lines = errors.show(&mut fields);
    let consents = fields.split_off(count);
    let shown = NewPage {
        ctx: visitor.ctx(),
        fields,
        consents,
        consent_intro: advice().consent.intro.clone(),
        carried: check::state(visitor).is_some(),
        greeting: greeting.to_owned(),
        action: action.to_owned(),
        errors: lines,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for a new account.
pub async fn new(visitor: Visitor) -> Result<HttpResponse, AppError> {
    if visitor.user.is_some() {
        return Ok(go("/"));
    }
    new_page(&visitor, &FormData::default(), &Errors::default(), "/account/new", "")
}

/// Makes a patient's account, takes the check's answers over and signs in.
pub async fn create(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    register(visitor, form.0, "/account/new", None).await
}

/// The same with or without an invitation.
pub async fn register(visitor: Visitor, form: FormData, action: &str, secret: Option<String>) -> Result<HttpResponse, AppError> {
    let (usable, mut errors) = read_account(&form);
    let purposes = &advice().consent.purposes;
    for purpose in purposes.iter().filter(|p| p.required && form.text(&format!("consent_{}", p.key)) != "yes") {
        errors.add(&format!("consent_{}", purpose.key), purpose.if_no.clone());
    }
    if let (Some((name, email, password)), true) = (usable, errors.is_empty()) {
        let password_hash = visitor.app.passwords.hash(password).await.ok_or_else(|| AppError::internal("hashing failed"))?;
        let time_zone = visitor.app.config.time_zone.name().to_owned();
        let new = NewAccount { email, name, password_hash, time_zone, language: lang::current() };
        let given: Vec<(&'static str, &'static str)> =
            purposes.iter().map(|p| (p.key.as_str(), advice().consent.version.as_str())).collect();
        let (checked, moment) = (check::state(&visitor), visitor.moment());
        let made = visitor
            .run(move |store| {
                let user = account::register_patient(store, &new, &given, secret.as_deref(), moment.utc)?;
                let who = crate::access::authorise_own(&Actor::from(&user)).map_err(|_| crate::store::StoreError::NotFound)?;
                if let Some(state) = checked {
                    if let Some(urgent) = &state.urgent {
                        adopt_check(store, &who, urgent, moment)?;
                    }
                    adopt_check(store, &who, &state.answers, moment)?;
                }
                Ok::<User, CareError>(user)
            })
            .await;
        match made {
            Ok(user) => {
                check::forget(&visitor);
                visitor.sign_in(&UserId::from_text(user.id));
                visitor
                    .flash(tr!("Your account is made. The next part takes about 15 minutes, and you can stop and come back at any time."));
                return Ok(go("/intake"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    new_page(&visitor, &form, &errors, action, "")
}

#[derive(Template)]
#[template(path = "pages/account/sign_in.html")]
struct SignInPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    kept: bool,
    sends_mail: bool,
}

/// Where to go on to after signing in: a local path and nothing else.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

fn local(path: &str) -> &str {
    let safe = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r', ':']);
    if safe { path } else { "/" }
}

fn sign_in_page(visitor: &Visitor, form: &FormData, next: &str, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("email", "email", tr!("Your e-mail address")).autocomplete("username").sent(form),
        Field::new("password", "password", tr!("Your password")).autocomplete("current-password"),
        Field::new("hidden", "next", "").value(local(next)),
    ];
    let lines = errors.show(&mut fields);
    let shown =
        SignInPage { ctx: visitor.ctx(), fields, errors: lines, kept: local(next) == KEPT_PAGE, sends_mail: visitor.app.mailer.is_some() };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for signing in.
pub async fn sign_in(visitor: Visitor, query: web::Query<Next>) -> Result<HttpResponse, AppError> {
    if visitor.user.is_some() {
        return Ok(go(local(&query.next)));
    }
    sign_in_page(&visitor, &FormData::default(), &query.next, &Errors::default())
}

/// Where a request comes from.
pub(super) fn address(req: &HttpRequest) -> IpAddr {
    req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.ip())
}

/// Signs in. An unknown address and a wrong password answer alike, in words and in time.
pub async fn enter(req: HttpRequest, visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let from = address(&req);
    drop(req);
    let (email, now) = (normal_email(form.0.text("email")), visitor.app.clock.now());
    let asked = email.clone();
    let (wait, user) = visitor
        .run(move |store| {
            store.read(|tx| {
                let wait = account::sign_in_wait(tx, &asked, from, now)?;
                Ok::<_, CareError>((wait, crate::store::accounts::user_by_email(tx, &asked)?))
            })
        })
        .await?;
    if let Some(minutes) = wait {
        return Err(AppError::TooMany { minutes });
    }
    let stored = user.as_ref().map(|u| u.password_hash.clone());
    let fits = visitor.app.passwords.verify(form.0.exact("password").to_owned(), stored).await;
    let id = user.filter(|_| fits).map(|u| UserId::from_text(u.id));
    let noted = id.clone();
    visitor.run(move |store| account::note_sign_in(store, &email, from, noted.as_ref(), now)).await?;
    match id {
        Some(id) => {
            visitor.sign_in(&id);
            Ok(go(local(form.0.text("next"))))
        }
        None => {
            let mut errors = Errors::default();
            errors.add("email", tr!("This e-mail address and password do not fit together. Check both and try again."));
            sign_in_page(&visitor, &form.0, form.0.text("next"), &errors)
        }
    }
}

/// Signs out and ends the session.
pub async fn leave(visitor: Visitor, _form: Posted) -> HttpResponse {
    visitor.session.purge();
    go("/")
}

#[derive(Template)]
#[template(path = "pages/account/show.html")]
struct AccountPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    email: String,
    password_fields: Vec<Field>,
    zone_fields: Vec<Field>,
    consents: Vec<(String, String)>,
    looks: Vec<(String, String)>,
    is_patient: bool,
}

/// What is written down about a record, as the account page says it; each is named where the thing is done.
const _: &[&str] = &[
    tr_later!("added a file to the journal"),
    tr_later!("agreed to the plan"),
    tr_later!("alert dealt with"),
    tr_later!("chose days and moment"),
    tr_later!("clearance recorded"),
    tr_later!("discharged"),
    tr_later!("dose changed"),
    tr_later!("entered a week from paper"),
    tr_later!("exercise added"),
    tr_later!("exercise swapped"),
    tr_later!("flare began"),
    tr_later!("flare settled"),
    tr_later!("intake submitted"),
    tr_later!("kept the plan as it was"),
    tr_later!("looked at the record"),
    tr_later!("made a log sheet"),
    tr_later!("new version taken over"),
    tr_later!("pattern change confirmed"),
    tr_later!("pattern change declined"),
    tr_later!("pattern looked at again"),
    tr_later!("plan agreed"),
    tr_later!("set a goal"),
    tr_later!("took a file out of the journal"),
    tr_later!("took an offer of the plan"),
    tr_later!("took the journal along as a file"),
];

fn password_fields() -> Vec<Field> {
    vec![
        Field::new("password", "current", tr!("Your present password")).autocomplete("current-password"),
        Field::new("password", "password", tr!("Your new password")).hint(tr!("At least 8 characters.")).autocomplete("new-password"),
    ]
}

async fn account_page(visitor: Visitor, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let mut fields = password_fields();
    let zone = Field::new("text", "zone", tr!("Time zone"))
        .hint(tr!("Your days begin and end by it, for example Europe/London."))
        .value(user.time_zone.clone());
    fields.push(if form.text("zone").is_empty() { zone } else { zone.sent(form) });
    let lines = errors.show(&mut fields);
    let zone_fields = fields.split_off(2);
    let zone = visitor.moment().zone;
    let asked = user.clone();
    let (consents, looks) = visitor
        .run(move |store| {
            store.read(|tx| {
                let consents = crate::store::accounts::consents(tx, &UserId::from_text(&asked.id))?;
                let looks = match crate::access::authorise_own(&Actor::from(&asked)) {
                    Ok(who) => crate::store::oversight::looks(tx, &who, 30)?,
                    Err(_) => Vec::new(),
                };
                Ok::<_, CareError>((consents, looks))
            })
        })
        .await?;
    let title = |key: &str| match advice().purpose(key) {
        Some(purpose) => purpose.title.clone(),
        None if key == crate::care::reminders::CONSENT => crate::web::view::told::post_texts().consent.title.clone(),
        None => key.to_owned(),
    };
    let shown = AccountPage {
        ctx: visitor.ctx(),
        errors: lines,
        email: user.email,
        password_fields: fields,
        zone_fields,
        consents: consents
            .iter()
            .map(|(key, version, at)| {
                (title(key), tr!("version {version}, agreed on {when}", version = version, when = words::instant(*at, zone)))
            })
            .collect(),
        looks: looks
            .iter()
            .map(|(at, by, what)| {
                (words::instant(*at, zone), format!("{}: {}", by.as_deref().unwrap_or(tr!("The program")), lang::say(what)))
            })
            .collect(),
        is_patient: user.is_patient,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// One's own account.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    account_page(visitor, &FormData::default(), &Errors::default()).await
}

/// Changes the password: every other session of the account ends.
pub async fn change_password(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let mut errors = Errors::default();
    if !visitor.app.passwords.verify(form.0.exact("current").to_owned(), Some(user.password_hash.clone())).await {
        errors.add("current", tr!("This is not your present password"));
    }
    let new = form.0.exact("password").to_owned();
    if let Err(weak) = check_new(&new, &user.email, &user.name) {
        errors.add("password", lang::say(&weak.to_string()));
    }
    if !errors.is_empty() {
        return account_page(visitor, &form.0, &errors).await;
    }
    let hash = visitor.app.passwords.hash(new).await.ok_or_else(|| AppError::internal("hashing failed"))?;
    let (id, now) = (UserId::from_text(user.id), visitor.app.clock.now());
    let changing = id.clone();
    visitor.run(move |store| account::change_password(store, &changing, &hash, now)).await?;
    visitor.sign_in(&id);
    visitor.flash(tr!("Your password is changed. Every other device is signed out."));
    Ok(go("/account"))
}

/// Changes the time zone.
pub async fn change_zone(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let zone = form.0.text("zone").to_owned();
    if zone.parse::<chrono_tz::Tz>().is_err() {
        let mut errors = Errors::default();
        errors.add("zone", tr!("Enter a time zone by its full name, for example Europe/London or America/New_York"));
        return account_page(visitor, &form.0, &errors).await;
    }
    visitor.run(move |store| store.write(|tx| Ok(crate::store::accounts::set_time_zone(tx, &UserId::from_text(&user.id), &zone)?))).await?;
    visitor.flash(tr!("Your time zone is changed."));
    Ok(go("/account"))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_a_local_path_is_followed_after_signing_in() {
        assert_eq!(local("/today"), "/today");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "today"] {
            assert_eq!(local(foreign), "/", "{foreign}");
        }
    }
}
