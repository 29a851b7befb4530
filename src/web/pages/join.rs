//! Making an account: by oneself, by the link or the code of an invitation, and taking over a record that was made in
//! the room. The code is typed at `/join`, where wrong, used and ended ones answer alike and many wrong ones wait.

use super::account::shaped;
use super::{asked, second};
use crate::access::Actor;
use crate::accounts::password::{Belongs, check_new};
use crate::accounts::throttle::Subject;
use crate::care::account::{self, Key, NewAccount, normal_email};
use crate::care::consent::Purpose;
use crate::care::intake::adopt_check;
use crate::care::joining::{Tried, try_code};
use crate::care::{CareError, guessing};
use crate::ids::UserId;
use crate::lang;
use crate::store::Store;
use crate::store::accounts::{Invitation, User};
use crate::web::error::AppError;
use crate::web::extract::{Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Opt, Reader};
use crate::web::pages::check;
use crate::web::view::told::consent;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// Key of the code in the session: its hash, once it was typed rightly.
const CODE: &str = "start_code";
/// Where its account is made.
const BY_CODE: &str = "/join/account";

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

/// A new account as it was typed, when it can be used.
pub fn read_account(form: &FormData, clinic: &str) -> (Option<(String, String, String)>, Errors) {
    let mut reader = Reader::new(form);
    let name = reader.text("name", 80, Some(tr!("Enter the name we should call you by")));
    let email = normal_email(&reader.text("email", 254, Some(tr!("Enter your e-mail address"))));
    let password = form.exact("password").to_owned();
    let mut errors = reader.errors;
    if !email.is_empty() && !shaped(&email) {
        errors.add("email", tr!("Enter an e-mail address in the form name@example.org"));
    }
    if let Err(weak) = check_new(&password, Belongs { email: &email, name: &name, clinic }) {
        errors.add("password", lang::say(&weak.to_string()));
    }
    let usable = errors.is_empty().then_some((name, email, password));
    (usable, errors)
}

/// The statement of a purpose to agree to.
pub fn consent_field(purpose: &Purpose, form: &FormData) -> Field {
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
    claims: bool,
    action: String,
}

/// What an account is made by.
pub struct Way<'a> {
    /// Where the form is sent.
    pub action: &'a str,
    /// The invitation, where there is one.
    pub invitation: Option<(&'a Invitation, Key)>,
}

impl Way<'_> {
    /// The address the link was mailed to, where its person asked for it themselves: nobody else has the link, so the
    /// account is made with this address and no other. An invitation can come on paper, and proves nothing.
    fn proven(&self) -> Option<&str> {
        self.invitation.as_ref().and_then(|(invitation, _)| invitation.proves())
    }

    /// The form with the name and the address that the invitation was made for.
    pub fn form(&self) -> FormData {
        self.invitation.as_ref().map_or_else(FormData::default, |(i, _)| FormData::of(&[("name", &i.name), ("email", &i.email)]))
    }
}

/// The form for a patient's account; with `errors` it is shown again.
pub fn new_page(visitor: &Visitor, form: &FormData, errors: &Errors, way: &Way) -> Result<HttpResponse, AppError> {
    let mut fields = account_fields(form);
    if way.proven().is_some() {
        let own = fields.iter_mut().filter(|field| field.name == "email");
        own.for_each(|field| *field = field.clone().fixed().hint(tr!("You sign in with it. It is not shown to other patients.")));
    }
    let mut consents: Vec<Field> = consent().required().map(|p| consent_field(p, form)).collect();
    let count = fields.len();
    fields.append(&mut consents);
    let lines = errors.show(&mut fields);
    let consents = fields.split_off(count);
    let shown = NewPage {
        ctx: visitor.ctx(),
        fields,
        consents,
        consent_intro: consent().intro.clone(),
        carried: check::state(visitor).is_some(),
        greeting: way.invitation.as_ref().map(|(i, _)| i.name.clone()).unwrap_or_default(),
        claims: way.invitation.as_ref().is_some_and(|(i, _)| i.for_user.is_some()),
        action: way.action.to_owned(),
        errors: lines,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for a new account. A house that sends messages asks for the address first: the rest of the form is behind a
/// link that is mailed there, so that nobody learns who has an account.
pub async fn new(visitor: Visitor) -> Result<HttpResponse, AppError> {
    if visitor.user.is_some() {
        return Ok(go("/"));
    }
    if visitor.app.mailer.is_some() {
        return asked::ask_page(&visitor, &FormData::default(), &Errors::default());
    }
    new_page(&visitor, &FormData::default(), &Errors::default(), &Way { action: "/account/new", invitation: None })
}

/// Makes a patient's account, takes the check's answers over and signs in; or mails the link to the form for it.
pub async fn create(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    if visitor.app.mailer.is_some() {
        return asked::ask(visitor, form.0).await;
    }
    register(visitor, form.0, Way { action: "/account/new", invitation: None }).await
}

/// The same with or without an invitation.
pub async fn register(visitor: Visitor, form: FormData, way: Way<'_>) -> Result<HttpResponse, AppError> {
    let form = way.proven().iter().fold(form, |form, email| form.with("email", email));
    let (usable, mut errors) = read_account(&form, &visitor.house.name);
    for purpose in consent().required().filter(|p| form.text(&format!("consent_{}", p.key)) != "yes") {
        errors.add(&format!("consent_{}", purpose.key), purpose.if_no.clone());
    }
    if let (Some(account), true) = (usable, errors.is_empty()) {
        let given: Vec<(&'static str, &'static str)> = consent().required().map(|p| (p.key.as_str(), p.version.as_str())).collect();
        let (checked, moment) = (check::state(&visitor), visitor.moment());
        let key = way.invitation.as_ref().map(|(_, key)| key.clone());
        let made = make(&visitor, account, move |store, new| {
            let user = account::register_patient(store, new, &given, key.as_ref(), moment.utc)?;
            let who = crate::access::authorise_own(&Actor::from(&user)).map_err(|_| crate::store::StoreError::NotFound)?;
            if let Some(state) = checked {
                if let Some(urgent) = &state.urgent {
                    adopt_check(store, &who, urgent, moment)?;
                }
                adopt_check(store, &who, &state.answers, moment)?;
            }
            Ok(user)
        });
        match made.await {
            Ok(user) => {
                check::forget(&visitor);
                let id = UserId::from_text(user.id);
                let (to, said) = if way.invitation.is_some_and(|(i, _)| i.for_user.is_some()) {
                    ("/", tr!("This record is yours now. Everything that was filled in with you is here."))
                } else {
                    (
                        "/intake",
                        tr!("Your account is made. The next part takes about 15 minutes, and you can stop and come back at any time."),
                    )
                };
                let inside = second::enter_whole(&visitor, &id, None, to).await?;
                visitor.session.remove(CODE);
                visitor.flash(said);
                return Ok(inside);
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    new_page(&visitor, &form, &errors, &way)
}

/// Makes an account of the name, the address and the password that were typed. Whoever asks for accounts with addresses
/// that have one is made to wait: a form would tell them who is here.
pub(super) async fn make(
    visitor: &Visitor,
    (name, email, password): (String, String, String),
    register: impl FnOnce(&Store, &NewAccount) -> Result<User, CareError> + Send + 'static,
) -> Result<User, AppError> {
    let (tried, now) = (Subject::taken(visitor.address()), visitor.app.clock.now());
    let asked = tried.clone();
    if let Some(minutes) = visitor.run(move |store| store.read(|tx| guessing::wait(tx, &asked, now))).await? {
        return Err(AppError::TooMany { minutes });
    }
    let password_hash = visitor.app.passwords.hash(password).await?;
    let time_zone = visitor.app.config.time_zone.name().to_owned();
    let new = NewAccount { email, name, password_hash, time_zone, language: lang::current() };
    let made = visitor.run(move |store| register(store, &new)).await;
    if let Err(AppError::Refused { field: "email", .. }) = made {
        visitor.run(move |store| store.write(|tx| guessing::count(tx, &tried, now))).await?;
    }
    made
}

#[derive(Template)]
#[template(path = "pages/account/code.html")]
struct CodePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
}

fn code_page(visitor: &Visitor, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let code = Field::new("text", "code", tr!("The code on your start card"))
        .hint(tr!("Eight letters and digits, for example K7QX-M2PD. Capitals and spaces do not matter."))
        .autocomplete("off");
    let mut fields = vec![code.sent(form)];
    let lines = errors.show(&mut fields);
    let shown = CodePage { ctx: visitor.ctx(), errors: lines, fields };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for the code of a start card.
pub async fn code(visitor: Visitor) -> Result<HttpResponse, AppError> {
    code_page(&visitor, &FormData::default(), &Errors::default())
}

/// Takes the code. It goes into no address; the session remembers its hash until the account is made.
pub async fn enter_code(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let (from, now) = (visitor.address(), visitor.app.clock.now());
    let typed = form.0.text("code").to_owned();
    let mut errors = Errors::default();
    if typed.is_empty() {
        errors.add("code", tr!("Enter the code on your start card"));
        return code_page(&visitor, &form.0, &errors);
    }
    match visitor.run(move |store| try_code(store, &typed, from, now)).await? {
        Tried::Wait(minutes) => Err(AppError::TooMany { minutes }),
        Tried::Opens(Key::Code(hash)) => {
            visitor.put(CODE, &hash);
            Ok(go(BY_CODE))
        }
        Tried::Opens(Key::Link(_)) | Tried::Unknown => {
            errors.add("code", tr!("This code does not work. Look at its letters again, or ask your physiotherapist for a new card."));
            code_page(&visitor, &form.0, &errors)
        }
    }
}

/// The invitation whose code this visitor typed, while it still works.
async fn by_code(visitor: &mut Visitor) -> Result<Option<(Invitation, Key)>, AppError> {
    let Some(hash) = visitor.get::<String>(CODE) else { return Ok(None) };
    let (key, now) = (Key::Code(hash), visitor.app.clock.now());
    let asked = key.clone();
    let found = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(account::open(tx, &asked, now)?))).await?;
    if let Some(invitation) = &found {
        visitor.comes_into(&invitation.clinic()).await;
    }
    Ok(found.map(|invitation| (invitation, key)))
}

/// The account page for whoever typed a code.
pub async fn new_by_code(mut visitor: Visitor) -> Result<HttpResponse, AppError> {
    let Some((invitation, key)) = by_code(&mut visitor).await? else { return Ok(go("/join")) };
    let way = Way { action: BY_CODE, invitation: Some((&invitation, key)) };
    new_page(&visitor, &way.form(), &Errors::default(), &way)
}

/// Makes the account for whoever typed a code.
pub async fn create_by_code(mut visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let Some((invitation, key)) = by_code(&mut visitor).await? else { return Ok(go("/join")) };
    register(visitor, form.0, Way { action: BY_CODE, invitation: Some((&invitation, key)) }).await
}
