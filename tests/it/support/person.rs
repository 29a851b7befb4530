//! Somebody at a browser without JavaScript: keeps cookies, follows nothing by themselves.

use super::page::{Form, Page};
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::cookie::{CookieStore, Jar};
use reqwest::{Method, Url};
use std::sync::Arc;

/// A browser's worth of cookies at one server.
pub struct Person {
    client: Client,
    jar: Arc<Jar>,
    base: String,
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
        Self { client, jar, base: base.to_owned() }
    }

    /// A request to be dressed up before it is sent with [`Person::send`].
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().expect("a method");
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub fn send(&self, path: &str, request: RequestBuilder) -> Page {
        Page::of(path, request.send().unwrap_or_else(|e| panic!("{path}: {e:?}")))
    }

    pub fn get(&self, path: &str) -> Page {
        self.send(path, self.request("GET", path))
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
        self.send(path, self.request("POST", path).form(fields))
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
        self.send(&form.action, self.request("POST", &form.action).form(&form.pairs()))
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

    /// Takes over a cookie (`name=value`), such as one that was stolen.
    pub fn take_cookie(&self, cookie: &str) {
        self.jar.add_cookie_str(&format!("{cookie}; Path=/"), &self.url());
    }
}
