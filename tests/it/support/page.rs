//! An answer of the server, asked the way a person looks at a page: by heading, label and text.

use scraper::{ElementRef, Html, Selector};
use std::collections::HashMap;

/// What came back.
pub struct Page {
    pub status: u16,
    /// Path that was asked for.
    pub path: String,
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub text: String,
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|e| panic!("{css}: {e}"))
}

/// The text inside an element, with single spaces.
fn words(element: ElementRef) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a label calls its control; a hint inside it is not part of the name.
fn label(element: ElementRef) -> String {
    element.select(&selector("span:first-child")).next().filter(|s| s.attr("class").is_none()).map_or_else(|| words(element), words)
}

impl Page {
    pub fn of(path: &str, response: reqwest::blocking::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            path: path.to_owned(),
            headers: response.headers().clone(),
            text: response.text().expect("a body of text"),
        }
    }

    /// A page that something else has loaded.
    pub fn of_text(path: &str, text: &str) -> Self {
        Self { status: 200, path: path.to_owned(), headers: reqwest::header::HeaderMap::new(), text: text.to_owned() }
    }

    fn document(&self) -> Html {
        Html::parse_document(&self.text)
    }

    /// Texts of all elements a CSS selector finds.
    pub fn all(&self, css: &str) -> Vec<String> {
        self.document().select(&selector(css)).map(words).collect()
    }

    /// Every piece of text between tags that is not inside of such elements, with single spaces.
    pub fn texts_outside_of(&self, css: &str) -> Vec<String> {
        let (document, css) = (self.document(), selector(css));
        let nodes =
            document.tree.root().descendants().filter(|node| !node.ancestors().filter_map(ElementRef::wrap).any(|e| css.matches(&e)));
        let texts = nodes.filter_map(|node| node.value().as_text().map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")));
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// How many elements a CSS selector finds.
    pub fn count(&self, css: &str) -> usize {
        self.document().select(&selector(css)).count()
    }

    /// Values of an attribute of all elements a CSS selector finds.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.document().select(&selector(css)).filter_map(|e| e.attr(name).map(str::to_owned)).collect()
    }

    /// Every element as its name and attributes.
    pub fn elements(&self) -> Vec<(String, Vec<(String, String)>)> {
        let attributes = |e: ElementRef| e.value().attrs().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        self.document().select(&selector("*")).map(|e| (e.value().name().to_owned(), attributes(e))).collect()
    }

    /// The heading.
    pub fn heading(&self) -> String {
        self.all("h1").into_iter().next().unwrap_or_default()
    }

    /// Everything a reader sees in the page's main part.
    pub fn words(&self) -> String {
        self.all("main").join(" ")
    }

    /// Messages of the error summary.
    pub fn errors(&self) -> Vec<String> {
        self.all(".error-list li")
    }

    /// Where the link with this text leads.
    pub fn link(&self, text: &str) -> String {
        let document = self.document();
        let css = selector("a[href]");
        let link = document.select(&css).find(|a| words(*a) == text);
        let href = link.and_then(|a| a.attr("href"));
        href.unwrap_or_else(|| panic!("{} has no link {text:?}, only {:?}", self.path, self.all("a[href]"))).to_owned()
    }

    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Where the answer sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Cookies the answer sets, as they were sent.
    pub fn cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok().map(str::to_owned)).collect()
    }

    /// The form token of the page, when it has a form.
    pub fn token(&self) -> Option<String> {
        self.attributes("input[name=csrf]", "value").into_iter().find(|token| !token.is_empty())
    }

    /// Fails unless the status is this one.
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {} {:?} {}", self.path, self.heading(), self.errors(), self.location());
        self
    }

    /// Fails unless the answer sends the browser there.
    pub fn goes_to(self, path: &str) -> Self {
        let page = self.is(303);
        assert_eq!(page.location(), path, "after {}", page.path);
        page
    }

    /// The first form of the main part, as it would be sent untouched.
    pub fn form(&self) -> Form {
        self.forms().into_iter().next().unwrap_or_else(|| panic!("{} ({}) has no form: {}", self.path, self.status, self.words()))
    }

    /// The form that is sent to this path.
    pub fn form_to(&self, action: &str) -> Form {
        let forms = self.forms();
        let actions: Vec<String> = forms.iter().map(|f| f.action.clone()).collect();
        forms.into_iter().find(|f| f.action == action).unwrap_or_else(|| panic!("{} has no form to {action}, only {actions:?}", self.path))
    }

    /// Every form of the main part.
    pub fn forms(&self) -> Vec<Form> {
        let document = self.document();
        let labels: HashMap<String, String> =
            document.select(&selector("label[for]")).map(|l| (l.attr("for").unwrap_or_default().to_owned(), label(l))).collect();
        document.select(&selector("main form")).map(|form| Form::read(form, &labels, &self.path)).collect()
    }
}

/// One control of a form.
#[derive(Debug, Clone)]
struct Control {
    name: String,
    kind: String,
    value: String,
    /// Sent with the form: a filled box, or a choice that is made.
    sent: bool,
    label: String,
    /// Question of the group a choice belongs to.
    legend: String,
}

/// A form as a person fills it in.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// A file comes along.
    pub in_parts: bool,
    /// Name and value of each button that says something.
    pub buttons: Vec<(String, String)>,
    controls: Vec<Control>,
}

/// Whether a text on the page is the one asked for; what follows it (such as "(optional)") may differ.
fn fits(shown: &str, asked: &str) -> bool {
    shown == asked || (!asked.is_empty() && shown.starts_with(asked))
}

impl Form {
    fn read(form: ElementRef, labels: &HashMap<String, String>, path: &str) -> Self {
        let control = |e: ElementRef| {
            let element = e.value().name();
            let kind = if element == "input" { e.attr("type").unwrap_or("text") } else { element }.to_owned();
            let chosen = selector("option[selected]");
            let any = selector("option");
            let value = match element {
                "textarea" => e.text().collect::<String>().trim_start_matches('\n').to_owned(),
                "select" => {
                    let option = e.select(&chosen).next().or_else(|| e.select(&any).next());
                    option.and_then(|o| o.attr("value")).unwrap_or_default().to_owned()
                }
                _ => e.attr("value").unwrap_or_default().to_owned(),
            };
            let fieldset = e.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "fieldset");
            let legend = fieldset.and_then(|f| f.select(&selector("legend")).next().map(words)).unwrap_or_default();
            Control {
                name: e.attr("name").unwrap_or_default().to_owned(),
                sent: !matches!(kind.as_str(), "radio" | "checkbox") || e.attr("checked").is_some(),
                label: e.attr("id").and_then(|id| labels.get(id)).cloned().unwrap_or_default(),
                kind,
                value,
                legend,
            }
        };
        let action = form.attr("action").map_or_else(|| path.to_owned(), str::to_owned);
        let controls = form.select(&selector("input[name], select[name], textarea[name]")).map(control).collect();
        let attribute = |e: ElementRef, name: &str| e.attr(name).unwrap_or_default().to_owned();
        Self {
            action,
            method: form.attr("method").unwrap_or("get").to_ascii_lowercase(),
            in_parts: form.attr("enctype") == Some("multipart/form-data"),
            buttons: form.select(&selector("button[name]")).map(|b| (attribute(b, "name"), attribute(b, "value"))).collect(),
            controls,
        }
    }

    /// Name, kind and value of every control, chosen or not.
    pub fn controls(&self) -> Vec<(String, String, String)> {
        self.controls.iter().map(|c| (c.name.clone(), c.kind.clone(), c.value.clone())).collect()
    }

    fn is_choice(control: &Control) -> bool {
        matches!(control.kind.as_str(), "radio" | "checkbox")
    }

    /// Writes into the box with this label, or picks the option of a list by its value.
    pub fn fill(mut self, label: &str, value: &str) -> Self {
        let known: Vec<String> = self.controls.iter().map(|c| c.label.clone()).collect();
        let found = self.controls.iter_mut().find(|c| !Self::is_choice(c) && fits(&c.label, label));
        found.unwrap_or_else(|| panic!("no box is labelled {label:?}, only {known:?}")).value = value.to_owned();
        self
    }

    /// Chooses an option of the question with this text; `""` means any question that has it.
    pub fn choose(mut self, question: &str, option: &str) -> Self {
        let place = self
            .controls
            .iter()
            .position(|c| Self::is_choice(c) && (question.is_empty() || fits(&c.legend, question)) && fits(&c.label, option));
        let known: Vec<String> = self.controls.iter().map(|c| format!("{}: {}", c.legend, c.label)).collect();
        let place = place.unwrap_or_else(|| panic!("no choice {option:?} of {question:?}, only {known:?}"));
        self.pick(place);
        self
    }

    /// Answers every question that has this option and is not answered yet with it.
    pub fn answer_all(mut self, option: &str) -> Self {
        for place in 0..self.controls.len() {
            let (name, label) = (self.controls[place].name.clone(), self.controls[place].label.clone());
            let answered = self.controls.iter().any(|c| c.name == name && c.sent);
            if self.controls[place].kind == "radio" && label == option && !answered {
                self.pick(place);
            }
        }
        self
    }

    fn pick(&mut self, place: usize) {
        let picked = self.controls[place].clone();
        for (at, control) in self.controls.iter_mut().enumerate() {
            if control.name == picked.name && control.kind == "radio" {
                control.sent = at == place;
            }
        }
        self.controls[place].sent = true;
    }

    /// Sends this value under this name, whatever the page offers.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.controls.retain(|c| c.name != name);
        let (name, value) = (name.to_owned(), value.to_owned());
        self.controls.push(Control { name, value, kind: "set".to_owned(), sent: true, label: String::new(), legend: String::new() });
        self
    }

    /// The value of a field as it would be sent; `None` when it would not be.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.controls.iter().find(|c| c.name == name && c.sent).map(|c| c.value.as_str())
    }

    /// Name and value of everything that is sent.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.controls.iter().filter(|c| c.sent).map(|c| (c.name.clone(), c.value.clone())).collect()
    }
}
