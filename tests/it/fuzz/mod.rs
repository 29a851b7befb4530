//! Somebody who means harm at every form: each role opens every page it can reach, and sends every form in ways that no
//! honest browser would. Whatever is sent, the server never fails, tells nothing of another person, keeps nothing of a form
//! that it refuses, and gives back as text what came as markup.

pub mod rows;
pub mod values;

use crate::support::{Backend, Clinic, Form, Page, Person, Someone};
use gradus::store::journal::EntryBody;
use gradus::web::{Guard, ROUTES};
use rows::{Rows, changed};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use values::{ALIVE, Chance, MARK, MARKUP, Pairs, attacks, filled, url_encoded};

const SEED: u64 = 7431;
/// Instances of one pattern that are opened.
const OF_A_KIND: usize = 2;
/// Words of Dan's that only he and his physiotherapist may read.
const OF_DAN: &str = "dans-own-words-7431";
/// Tables that a refused request may write to: what was tried and by whom, and what a session keeps.
const MAY_GROW: &[&str] = &["audit", "audit_head", "sessions", "throttles"];
/// Forms that end what the test stands on, and are tested elsewhere.
const LEFT_OUT: &[&str] = &["/sign-out"];
/// Forms that close the way to others when they are taken: they come at the end, the most final last.
const LATE: &[&str] = &[
    "/week",
    "/messages",
    "/today/session/stop",
    "/today/log",
    "/today/as-planned",
    "/signs",
    "/flare",
    "/break",
    "/break/ill",
    "/pro/patients/{id}/plan",
    "/pro/patients/{id}/clear",
    "/pro/patients/{id}/override",
    "/pro/leave",
    "/pro/patients/{id}/team",
    "/pro/patients/{id}/discharge",
    "/admin/settings",
    "/admin/people/{id}/physio",
    "/admin/staff/{id}/role",
    "/admin/staff/{id}/close",
    "/account/consents/{purpose}",
    "/account/consents/now",
    "/account/close",
];
/// Opens a stranger's record on purpose, for a reason and for four hours (`team`).
const OPENS_BY_DESIGN: &[&str] = &["/pro/patients/{id}/emergency"];

/// Whether a path fits the pattern of a route.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, s)| p == s || (p.contains('{') && !s.is_empty()))
}

/// The route that a path belongs to: the one with the most letters of its own.
fn pattern_of(path: &str) -> Option<&'static str> {
    let plain = path.split(['?', '#']).next().unwrap_or_default();
    let known = ROUTES.iter().map(|route| route.path).filter(|pattern| fits(pattern, plain));
    known.min_by_key(|pattern| pattern.matches('{').count())
}

/// One person under test.
struct Role<'a> {
    name: &'static str,
    clinic: &'a Clinic,
    who: Option<&'a Someone>,
    guards: &'static [Guard],
    person: Person,
    rows: &'a Rows,
    problems: Vec<String>,
    sent: usize,
}

impl<'a> Role<'a> {
    fn new(name: &'static str, clinic: &'a Clinic, who: Option<&'a Someone>, guards: &'static [Guard], rows: &'a Rows) -> Self {
        let person = who.map_or_else(|| clinic.app.visitor(), |who| clinic.app.signed_in(who));
        Self { name, clinic, who, guards, person, rows, problems: Vec::new(), sent: 0 }
    }

    /// What no answer may be, whoever asked for what.
    fn look(&mut self, page: &Page, what: &str) {
        let mut wrong = Vec::new();
        if page.status >= 500 {
            wrong.push(format!("answers {}", page.status));
        }
        if page.text.contains(OF_DAN) {
            wrong.push("tells what Dan wrote".to_owned());
        }
        if page.header("content-type").starts_with("text/html") {
            wrong.extend(ALIVE.iter().filter(|alive| page.text.contains(**alive)).map(|alive| format!("has {alive:?} alive")));
        }
        if page
            .headers
            .iter()
            .any(|(name, value)| name.as_str().contains(MARK) || (name == "set-cookie" && value.as_bytes().starts_with(MARK.as_bytes())))
        {
            wrong.push("lets a value become a header".to_owned());
        }
        let to = page.location();
        // A page beside this one may be named without its folder.
        if to.starts_with("//") || to.contains([':', '\\']) {
            wrong.push(format!("leads to {to}"));
        }
        let name = self.name;
        self.problems.extend(wrong.into_iter().map(|wrong| format!("{name}: {} ({what}) {wrong}", page.path)));
    }

    fn get(&mut self, path: &str, what: &str) -> Page {
        let mut page = self.person.get(path);
        if page.status == 303
            && page.location().starts_with("/sign-in")
            && let Some(who) = self.who
        {
            self.person = self.clinic.app.signed_in(who);
            page = self.person.get(path);
        }
        self.look(&page, what);
        page
    }

    /// Opens every page that can be reached, from the routes without a parameter on along the links.
    fn crawl(&mut self) -> BTreeMap<String, Page> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut pages = BTreeMap::new();
        let start = ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{') && self.guards.contains(&r.guard));
        let mut open: VecDeque<String> = start.map(|r| r.path.to_owned()).collect();
        let mut known: BTreeSet<String> = open.iter().cloned().collect();
        while let Some(path) = open.pop_front() {
            let Some(pattern) = pattern_of(&path) else { continue };
            let count = seen.entry(pattern).or_default();
            *count += 1;
            if *count > OF_A_KIND {
                continue;
            }
            let page = self.get(&path, "opened");
            for link in page.attributes("a[href]", "href").into_iter().chain([page.location().to_owned()]) {
                let link = link.split('#').next().unwrap_or_default().to_owned();
                if link.starts_with('/') && known.insert(link.clone()) {
                    open.push_back(link);
                }
            }
            pages.insert(path, page);
        }
        pages
    }

    /// Sends a body to a form's address, and says what it left behind when it was refused.
    fn send(&mut self, form: &Form, path: &str, body: Vec<u8>, what: &str) {
        let before = self.rows.now(&self.clinic.app.database);
        let request = self.person.request("POST", path).header("content-type", "application/x-www-form-urlencoded").body(body);
        let page = self.person.send(path, request);
        self.sent += 1;
        let what = format!("POST {}: {what}", form.action);
        self.look(&page, &what);
        if page.status >= 400 {
            let left: Vec<String> = changed(&before, &self.rows.now(&self.clinic.app.database))
                .into_iter()
                .filter(|table| !MAY_GROW.contains(&table.as_str()))
                .collect();
            if !left.is_empty() {
                self.problems.push(format!("{}: {what} was refused ({}) and left something in {left:?}", self.name, page.status));
            }
        } else if page.status == 303 {
            let to = page.location().to_owned();
            if to.starts_with('/') && !to.starts_with("/sign-in") {
                self.get(&to, &format!("after {what}"));
            }
        }
    }

    /// Puts Dan's identities in the place of every identity that a form carries.
    fn as_dans(&mut self, form: &Form) {
        let is_id = |text: &str| text.len() == 26 && text.chars().all(|c| c.is_ascii_alphanumeric());
        let dan = self.clinic.dan.id().to_string();
        if OPENS_BY_DESIGN.iter().any(|pattern| fits(pattern, &form.action)) {
            return;
        }
        let path: Vec<&str> = form.action.split('/').map(|part| if is_id(part) { dan.as_str() } else { part }).collect();
        let path = path.join("/");
        let pairs: Pairs = filled(form, "words", &self.clinic.app.moment().today().to_string())
            .into_iter()
            .map(|(name, value)| if name != "token" && is_id(&value) { (name, dan.clone()) } else { (name, value) })
            .collect();
        if path == form.action && pairs.iter().all(|(_, value)| *value != dan) {
            return;
        }
        let rows = "SELECT CAST(COUNT(*) AS TEXT) AS line FROM care_relations";
        let relations = self.clinic.app.database.line(rows);
        self.send(form, &path, url_encoded(&pairs).into_bytes(), "with Dan's identity");
        if relations != self.clinic.app.database.line(rows) {
            self.problems.push(format!("{}: {} with Dan's identity made a relation", self.name, form.action));
        }
    }

    /// Pages asked for by what is no address of theirs.
    fn ask_strangely(&mut self, pages: &BTreeMap<String, Page>) {
        let strange = ["%00", "..%2f..%2fetc%2fpasswd", "-1", "%27%20OR%201=1--", "%E2%80%AE%F0%9F%98%80", "%FF%FE", "<script>x7431()"];
        let long = "a".repeat(3000);
        let dan = self.clinic.dan.id().to_string();
        for route in ROUTES.iter().filter(|r| r.method == "GET" && r.path.contains('{') && self.guards.contains(&r.guard)) {
            let open = OPENS_BY_DESIGN.contains(&route.path);
            for value in strange.into_iter().chain([long.as_str(), dan.as_str()]).filter(|value| !open || *value != dan) {
                let part = |part: &str| match (part.find('{'), part.find('}')) {
                    (Some(from), Some(to)) => format!("{}{value}{}", &part[..from], &part[to + 1..]),
                    _ => part.to_owned(),
                };
                let path: Vec<String> = route.path.split('/').map(part).collect();
                self.get(&path.join("/"), "a strange part");
            }
        }
        let asked: BTreeSet<(String, String)> = pages
            .keys()
            .filter_map(|path| path.split_once('?'))
            .flat_map(|(path, query)| {
                query.split('&').map(move |pair| (path.to_owned(), pair.split('=').next().unwrap_or_default().to_owned()))
            })
            .collect();
        for (path, name) in asked {
            for value in
                ["", "%00", "-1", "99999999999999999999", "NaN", "%22%3E%3Cscript%3Ex7431()%3C/script%3E", "2026-13-45", "//x7431.example"]
            {
                self.get(&format!("{path}?{name}={value}&{name}={value}&{name}[]=1"), "a strange question");
            }
        }
    }

    /// Everything there is, one after the other. Forms to fewer routes than `least` would mean that the way there is lost.
    fn fight(mut self, chance: &mut Chance, least: usize) -> (Vec<String>, usize) {
        let today = self.clinic.app.moment().today().to_string();
        let pages = self.crawl();
        assert!(pages.len() > 15, "{} reached {:?} only", self.name, pages.keys());
        self.ask_strangely(&pages);
        let mut forms: BTreeMap<(&str, Vec<String>), String> = BTreeMap::new();
        for (path, page) in &pages {
            for form in page.forms().iter().filter(|form| !LEFT_OUT.contains(&form.action.as_str())) {
                let Some(pattern) = pattern_of(&form.action) else {
                    self.problems.push(format!("{}: {path} has a form to {}, which is no route", self.name, form.action));
                    continue;
                };
                let names = form.controls().into_iter().map(|(name, _, _)| name).collect();
                forms.entry((pattern, names)).or_insert_with(|| path.clone());
            }
        }
        let found: BTreeSet<&str> = forms.keys().map(|(pattern, _)| *pattern).collect();
        let shown: Vec<String> = pages.iter().map(|(path, page)| format!("{path} {} {}", page.status, page.location())).collect();
        assert!(found.len() >= least, "{} found forms to {} routes only: {found:#?} on {shown:#?}", self.name, found.len());
        // What has nothing but a button is taken as it is, and comes after what can be refused.
        let place = |pattern: &str, names: &[String]| match LATE.iter().position(|late| *late == pattern) {
            Some(place) => place + 2,
            None => usize::from(names.iter().all(|name| values::is_frame(name))),
        };
        let mut forms: Vec<_> = forms.into_iter().collect();
        forms.sort_by_key(|((pattern, names), _)| place(pattern, names));
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        // First what should be refused, then, when everything was tried, the same forms as they are meant to be sent but with markup.
        for well_filled in [false, true] {
            let mut done: BTreeMap<&str, usize> = BTreeMap::new();
            for ((pattern, names), path) in &forms {
                let count = done.entry(pattern).or_default();
                *count += 1;
                if *count > OF_A_KIND {
                    continue;
                }
                if self.who.is_none() {
                    // An account that was made on the way would lead past the other forms.
                    self.person = self.clinic.app.visitor();
                }
                let page = self.get(path, "opened again");
                let same = |form: &Form| form.controls().into_iter().map(|(name, _, _)| name).collect::<Vec<_>>() == *names;
                let Some(form) = page.forms().into_iter().find(|form| pattern_of(&form.action) == Some(pattern) && same(form)) else {
                    continue;
                };
                reached.insert(pattern);
                if form.method == "get" {
                    for (called, body) in attacks(&form, chance, &today) {
                        let Ok(query) = String::from_utf8(body) else { continue };
                        self.get(&format!("{}?{query}", form.action), &called.chars().take(40).collect::<String>());
                    }
                } else if well_filled {
                    self.send(&form, &form.action, url_encoded(&filled(&form, MARKUP, &today)).into_bytes(), "filled in with markup");
                } else {
                    for (called, body) in attacks(&form, chance, &today) {
                        self.send(&form, &form.action, body, &called);
                    }
                    self.as_dans(&form);
                    if form.in_parts {
                        let file: (&str, &[u8]) = ("../../x7431.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x7431()'/>");
                        let page = self.person.post_file(&form.action, &form.pairs(), "file", Some(file));
                        self.look(&page, "a drawing with a script as a file");
                    }
                }
            }
        }
        assert!(reached.len() >= least, "{} sent forms to {} routes only: {reached:#?}", self.name, reached.len());
        // Whatever was stored comes back as text.
        self.crawl();
        (self.problems, self.sent)
    }
}

fn clinic(backend: Backend) -> Clinic {
    let clinic = Clinic::open(backend);
    let app = &clinic.app;
    app.hand_in(&clinic.dan, "V20");
    let words = |note: &str| EntryBody { back: Some(3), note: note.to_owned(), share_note: true, ..EntryBody::default() };
    app.write_entry(&clinic.dan, &words(OF_DAN));
    app.write_entry(&clinic.ann, &words("my own words"));
    app.log_session(&clinic.ann);
    app.print_sheet(&clinic.ann);
    app.raise_alert(&clinic.ann);
    app.look_again(&clinic.ann, true);
    app.own_exercise(&clinic.ben, "CO5");
    crate::notes::written(&clinic, "Says it is easier.");
    crate::notes::given_out(&clinic, "A short letter.");
    clinic
}

const VISITOR: &[Guard] = &[Guard::Public];
const PATIENT: &[Guard] = &[Guard::Public, Guard::Signed, Guard::Patient];
const STAFF: &[Guard] = &[Guard::Signed, Guard::Physio];
const ADMIN: &[Guard] = &[Guard::Signed, Guard::Admin];

/// Who has which role, which nothing that was sent may have changed.
const ROLES: &str = "SELECT email || CASE WHEN is_admin THEN ' admin' ELSE '' END || CASE WHEN is_physio THEN ' physio' ELSE '' END AS line \
     FROM users WHERE email IN ('ann@example.org', 'ben@example.org', 'cleo@example.org', 'dan@example.org', 'eve@example.org') ORDER BY 1";

fn attacked_as(backend: Backend, name: &'static str, guards: &'static [Guard], least: usize, who: fn(&Clinic) -> Option<&Someone>) {
    let clinic = clinic(backend);
    let rows = Rows::new(&clinic.app.database);
    let roles = clinic.app.database.lines(ROLES);
    let role = Role::new(name, &clinic, who(&clinic), guards, &rows);
    let (problems, sent) = role.fight(&mut Chance(SEED), least);
    let shown: Vec<&String> = problems.iter().take(60).collect();
    assert!(problems.is_empty(), "{} of {sent} went wrong, among them:\n{shown:#?}", problems.len());
    assert!(sent > 20, "{name} sent {sent} forms only");
    // Giving roles is what an administrator has forms for.
    if guards != ADMIN {
        assert_eq!(clinic.app.database.lines(ROLES), roles, "somebody has another role now");
    }
}

each_backend! {
    fn no_form_of_a_visitor_breaks_anything(backend) {
        attacked_as(backend, "a visitor", VISITOR, 5, |_| None);
    }

    fn no_form_of_a_patient_breaks_anything(backend) {
        attacked_as(backend, "Ann", PATIENT, 40, |clinic| Some(&clinic.ann));
    }

    fn no_form_of_a_physiotherapist_breaks_anything(backend) {
        attacked_as(backend, "Ben", STAFF, 38, |clinic| Some(&clinic.ben));
    }

    fn no_form_of_an_administrator_breaks_anything(backend) {
        attacked_as(backend, "Eve", ADMIN, 12, |clinic| Some(&clinic.eve));
    }
}

#[test]
fn the_test_sees_what_it_looks_for() {
    assert_eq!(pattern_of("/pro/patients/abc/notes?x=1"), Some("/pro/patients/{id}/notes"));
    assert_eq!(pattern_of("/check/result"), Some("/check/result"));
    assert_eq!(pattern_of("/no/such/page"), None);
    let page = Page::of_text(
        "/x",
        "<main><form method=\"post\" action=\"/day\"><input name=\"csrf\" value=\"t\"><input type=\"number\" name=\"pain\"><textarea name=\"note\"></textarea><button name=\"act\" value=\"go\">Go</button></form></main>",
    );
    let form = page.form();
    let pairs = filled(&form, MARKUP, "2026-03-02");
    assert_eq!(pairs.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["csrf", "pain", "note"]);
    assert!(attacks(&form, &mut Chance(SEED), "2026-03-02").len() >= 7);
    assert!(ALIVE.iter().take(3).all(|alive| MARKUP.contains(alive)));
    let before = BTreeMap::from([("users".to_owned(), 1), ("audit".to_owned(), 2)]);
    let after = BTreeMap::from([("users".to_owned(), 1), ("audit".to_owned(), 3)]);
    assert_eq!(changed(&before, &after), BTreeSet::from(["audit".to_owned()]));
}
