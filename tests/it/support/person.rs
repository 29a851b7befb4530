//! Somebody at a browser without JavaScript: keeps cookies, follows nothing by themselves.

use super::keeper::Keeper;
use super::page::{Form, Page};
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::cookie::{CookieStore, Jar};
use reqwest::{Method, Url};
use std::sync::{Arc, OnceLock};

/// A browser's worth of cookies at one server.
pub struct Person {
    client: Client,
    jar: Arc<Jar>,
    base: String,
    keeper: OnceLock<Keeper>,
}

impl Person {
    pub fn new(base: &str) -> Self {
        let jar = Arc::new(Jar::default());
        let client = Client::builder()
            .cookie_provider(Arc::clone(&jar))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Self { client, jar, base: base.to_owned(), keeper: OnceLock::new() }
    }

    /// A request to be dressed up before it is sent with [`Person::send`].
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().expect("a method");
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub fn send(&self, path: &str, request: RequestBuilder) -> Page {
        Page::of(path, request.send().unwrap_or_else(|e| panic!("{path}: {e:?}")))
    }

    /// Signs in again whenever the time of a sign-in is over.
    pub fn keep_signed_in(&self, keeper: Keeper) {
        assert!(self.keeper.set(keeper).is_ok(), "one person a browser");
    }

    /// Signs in again when it is time; whether it was.
    fn wake_up(&self) -> bool {
        let Some(keeper) = self.keeper.get().filter(|keeper| keeper.is_late()) else { return false };
        let form = self.send("/sign-in", self.request("GET", "/sign-in"));
        if form.status == 200 {
            let form = form.form().fill("Your e-mail address", &keeper.email).fill("Your password", &keeper.password);
            self.send("/sign-in", self.request("POST", "/sign-in").form(&form.pairs()));
        }
        true
    }

    /// Says who they are when an answer asks for it; whether it did.
    fn prove(&self, answer: &Page) -> bool {
        let Some(keeper) = self.keeper.get().filter(|_| answer.status == 303 && answer.location().starts_with("/prove")) else {
            return false;
        };
        let form = self.send("/prove", self.request("GET", answer.location())).form().fill("Your password", &keeper.password);
        self.send("/prove", self.request("POST", "/prove").form(&form.pairs())).status == 303
    }

    pub fn get(&self, path: &str) -> Page {
        self.wake_up();
        let page = self.send(path, self.request("GET", path));
        if self.prove(&page) { self.send(path, self.request("GET", path)) } else { page }
    }

    /// Opens a page and goes where it leads, as a browser would; a few times at most.
    pub fn open(&self, path: &str) -> Page {
        let mut page = self.get(path);
        for _ in 0..5 {
            if page.status != 303 {
                return page;
            }
            page = self.get(page.location());
        }
        panic!("{path} leads in a circle");
    }

    /// Posts these fields and nothing else: no form token.
    pub fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.send(path, self.request("POST", path).form(fields));
        if self.prove(&page) { self.send(path, self.request("POST", path).form(fields)) } else { page }
    }

    /// Posts these fields with the session's form token.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &token));
        self.post_bare(path, &fields)
    }

    /// The session's form token, from a page that everybody of this kind has.
    pub fn token(&self) -> String {
        let token = ["/account", "/sign-in"].iter().find_map(|path| self.get(path).token());
        token.expect("a page with a form")
    }

    /// Sends a form as it was filled in.
    pub fn submit(&self, form: &Form) -> Page {
        let send = |pairs: &[(String, String)]| self.send(&form.action, self.request("POST", &form.action).form(pairs));
        self.wake_up();
        let mut pairs = form.pairs();
        let mut page = send(&pairs);
        // Of a page from before they signed in again: it is kept, and they send it again.
        if self.keeper.get().is_some_and(Keeper::came_back) && (page.status == 403 || (page.status == 303 && page.location() == "/kept")) {
            let token = self.token();
            pairs.iter_mut().filter(|(name, _)| name == "csrf").for_each(|(_, value)| value.clone_from(&token));
            page = send(&pairs);
        }
        if self.prove(&page) { send(&pairs) } else { page }
    }

    /// Sends a form and goes where it leads.
    pub fn submit_and_follow(&self, form: &Form) -> Page {
        let page = self.submit(form);
        if page.status == 303 { self.open(page.location()) } else { page }
    }

    /// Signs in by the form.
    pub fn sign_in(&self, email: &str, password: &str) -> Page {
        let form = self.get("/sign-in").is(200).form();
        self.submit(&form.fill("Your e-mail address", email).fill("Your password", password))
    }

    fn url(&self) -> Url {
        self.base.parse().expect("an address")
    }

    /// The cookies that would be sent, as one header; empty when there are none.
    pub fn cookies(&self) -> String {
        self.jar.cookies(&self.url()).and_then(|v| v.to_str().ok().map(str::to_owned)).unwrap_or_default()
    }

    /// The cookie of the session alone.
    pub fn session_cookie(&self) -> String {
        let all = self.cookies();
        let found = all.split("; ").find(|cookie| cookie.starts_with("gradus=") || cookie.starts_with("__Host-gradus="));
        found.unwrap_or_default().to_owned()
    }

    /// Takes over a cookie (`name=value`), such as one that was stolen.
    pub fn take_cookie(&self, cookie: &str) {
        self.jar.add_cookie_str(&format!("{cookie}; Path=/"), &self.url());
    }
}
