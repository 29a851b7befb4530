//! A browser as tests drive it: by the words on the page. One chromedriver for the whole run, a fresh
//! profile for each test.

use crate::support::{skip, watched};
use chrono::NaiveDate;
use gradus::lang::Lang;
use reqwest::Client;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::support::block_on;
use thirtyfour::{By, Capabilities, Key, WebDriver, WebElement};

/// Where screenshots are kept.
pub const SHOTS: &str = "target/screenshots";
/// Pictures cost a sixth of a walk's time, so they are taken only when somebody asks for them.
pub static SHOOTS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("GRADUS_SCREENSHOTS").is_some());
/// Installed by `npm ci` in `tests/browser`.
const AXE: &str = "tests/browser/node_modules/axe-core/axe.min.js";

/// Chromium without windows, as Debian has it, with its profile in memory. Not the script in `/usr/bin`: the driver ends that and leaves the browser.
const SHELL: &str = "/usr/lib/chromium/chromium-headless-shell";

/// Width of an ordinary window.
pub const WIDE: u32 = 1280;

/// The labels of every question of the page; what is folded away is not asked.
const QUESTIONS: &str = "const words = e => e ? e.textContent.replace(/\\s+/g, ' ').trim() : '';
const asked = e => { for (let p = e.parentElement; p; p = p.parentElement) if (p.tagName === 'DETAILS' && !p.open) return false; return true; };
return [...document.querySelectorAll('main fieldset')].filter(asked)
  .map(f => [...f.querySelectorAll('label')].map(l => ({id: l.htmlFor, text: words(l), first: words(l.querySelector(':scope > span'))})));";

struct Chrome {
    driver: String,
    chromium: PathBuf,
    /// Text of axe-core.
    axe: String,
    _watch: Child,
}

/// The driver, or what is missing.
static CHROME: LazyLock<Result<Chrome, String>> = LazyLock::new(start);

/// `$1` the driver. Chromium ends with it.
const SCRIPT: &str = r#"
"$1" --port=0 </dev/null &
driver=$!
cat >/dev/null
kill "$driver"
"#;

fn start() -> Result<Chrome, String> {
    let usual = |folder: &str| PathBuf::from(folder);
    let find = |names: &[&str], folders: &[PathBuf]| watched::find(names, folders).ok_or_else(|| names[0].to_owned());
    let program = find(&["chromedriver"], &[usual("/usr/bin"), usual("/usr/lib/chromium")])?;
    let whole = || find(&["chromium", "chromium-browser", "google-chrome"], &[usual("/usr/bin")]);
    let chromium = if Path::new(SHELL).exists() { PathBuf::from(SHELL) } else { whole()? };
    let axe = std::fs::read_to_string(AXE).map_err(|_| "axe-core (npm ci in tests/browser)".to_owned())?;
    let (watch, output) = watched::start(Command::new("sh"), SCRIPT, &[program.to_str().ok_or("chromedriver")?]);
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned()));
    let port = port.expect("chromedriver says its port");
    // Read on, or the driver would stop at a full pipe one day.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(Chrome { driver: format!("http://127.0.0.1:{port}"), chromium, axe, _watch: watch })
}

fn capabilities(chromium: &Path, profile: &Path, lang: Lang) -> Capabilities {
    let mut arguments: Vec<String> = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        .into_iter()
        .chain(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"])
        .chain(["--force-prefers-reduced-motion", "--hide-scrollbars"])
        .map(str::to_owned)
        .collect();
    if chromium == Path::new(SHELL) {
        arguments.push(format!("--accept-lang={}", lang.code()));
    } else {
        arguments.push(format!("--user-data-dir={}", profile.display()));
    }
    let mut capabilities = Capabilities::new();
    let options = json!({"args": arguments, "binary": chromium, "prefs": {"intl.accept_languages": lang.code()}});
    for (name, value) in
        [("browserName", json!("chrome")), ("goog:chromeOptions", options), ("goog:loggingPrefs", json!({"browser": "ALL"}))]
    {
        capabilities.set(name, value).expect("a capability");
    }
    capabilities
}

/// Chromium with a fresh profile at one server.
pub struct Browser {
    driver: Option<WebDriver>,
    base: String,
    /// Names the folder of its screenshots.
    name: String,
    /// What the browser asks for; tests name buttons and boxes in English all the same.
    pub lang: Lang,
    /// Scripts of pages do not run.
    pub without_script: bool,
    _profile: tempfile::TempDir,
}

/// Runs a test in a fresh browser; skips it, by name, where there is none.
pub fn with_browser(base: &str, name: &str, test: impl FnOnce(&mut Browser)) {
    with_browser_in(Lang::En, base, name, test);
}

/// The same with a browser that asks for a language.
pub fn with_browser_in(lang: Lang, base: &str, name: &str, test: impl FnOnce(&mut Browser)) {
    match &*CHROME {
        Ok(chrome) => test(&mut Browser::open(chrome, base, name, lang)),
        Err(missing) => skip(missing),
    }
}

impl Browser {
    fn open(chrome: &Chrome, base: &str, name: &str, lang: Lang) -> Self {
        let profile = tempfile::Builder::new().prefix("gradus-chromium-").tempdir().expect("a temporary folder");
        let capabilities = capabilities(&chrome.chromium, profile.path(), lang);
        // A client of our own: proxies in the environment are not for this machine.
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(120)).build().expect("a client");
        let driver = block_on(async { WebDriver::builder(&chrome.driver, capabilities).client(client).await }).expect("Chromium starts");
        let (base, name) = (base.to_owned(), name.to_owned());
        let browser = Self { driver: Some(driver), base, name, lang, without_script: false, _profile: profile };
        // Every page can bring axe for itself: sending half a megabyte to each of them takes longer than running it.
        let source = format!("window.bringAxe = () => {{ {} }};", chrome.axe);
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source}));
        browser.emulate(WIDE, false);
        browser
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("open until it is dropped")
    }

    /// Sends a command of the DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        block_on(self.driver().cdp().send_raw(command, parameters)).unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// Runs a script beside the page's own content security policy and returns its value.
    pub fn script(&self, text: &str) -> Value {
        block_on(self.driver().execute(text, Vec::new())).unwrap_or_else(|e| panic!("a script failed: {e}")).json().clone()
    }

    /// Runs a script that calls its last argument with its value.
    pub fn script_async(&self, text: &str) -> Value {
        block_on(self.driver().execute_async(text, Vec::new())).unwrap_or_else(|e| panic!("a script failed: {e}")).json().clone()
    }

    /// Sets the window's width and the colours the person prefers.
    pub fn emulate(&self, width: u32, dark: bool) {
        self.size(width, 800);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// As somebody sees it who did not ask for less motion.
    pub fn allow_motion(&self) {
        self.devtools("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-reduced-motion", "value": "no-preference"}]}));
    }

    /// As somebody sees it whose system gives every page its own few colours.
    pub fn force_colours(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([
            {"name": "forced-colors", "value": "active"},
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    fn size(&self, width: u32, height: u64) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Lets no script of any page run from now on.
    pub fn forbid_scripts(&mut self) {
        self.without_script = true;
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    }

    /// Opens a path of the server.
    pub fn visit(&self, path: &str) {
        block_on(self.driver().goto(format!("{}{path}", self.base))).unwrap_or_else(|e| panic!("{path}: {e}"));
    }

    /// The path that is open.
    pub fn path(&self) -> String {
        block_on(self.driver().current_url()).expect("an address").path().to_owned()
    }

    pub fn heading(&self) -> String {
        self.text("//h1")
    }

    /// Everything a reader sees in the main part.
    pub fn words(&self) -> String {
        self.text("//main")
    }

    /// The page as it stands in the browser.
    pub fn source(&self) -> String {
        block_on(self.driver().source()).expect("the page")
    }

    /// What an element says; empty when it is not there.
    pub fn text(&self, xpath: &str) -> String {
        loop {
            let Some(found) = self.find(xpath) else { return String::new() };
            match block_on(found.text()) {
                Ok(text) => return text,
                // The page was loaded anew between the two questions.
                Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {}
                Err(error) => panic!("text: {error}"),
            }
        }
    }

    fn find(&self, xpath: &str) -> Option<WebElement> {
        self.find_all(xpath).into_iter().next()
    }

    fn find_all(&self, xpath: &str) -> Vec<WebElement> {
        block_on(self.driver().find_all(By::XPath(xpath))).expect("elements")
    }

    fn press(&self, element: &WebElement) -> bool {
        let pressed = block_on(async {
            element.scroll_into_view().await?;
            element.click().await
        });
        pressed.is_ok()
    }

    /// Chooses by the label or, where its control lies over it, by the control.
    fn choose_by(&self, label: &WebElement, what: &str) {
        if self.press(label) {
            return;
        }
        let id = block_on(label.attr("for")).expect("an attribute").unwrap_or_default();
        let control = self.find(&format!("//*[@id = {}]", quoted(&id)));
        assert!(control.is_some_and(|c| self.press(&c)), "{what:?} on {} cannot be chosen", self.path());
    }

    /// Presses the button or follows the link with this text, and waits for the next page.
    pub fn click(&self, text: &str) {
        let text = &self.word(text);
        let named = format!("[normalize-space(.) = {}]", quoted(text));
        // The navigation may use the same words as the page's own button.
        let places = ["//main//button", "//main//a", "//button", "//a"];
        let element = places.iter().find_map(|place| self.find(&format!("{place}{named}")));
        let element = element.unwrap_or_else(|| panic!("nothing on {} is called {text:?}: {}", self.path(), self.words()));
        self.go_by(&element, text);
    }

    /// Follows the first link or button at an XPath.
    pub fn follow(&self, xpath: &str) {
        let element = self.find(xpath).unwrap_or_else(|| panic!("nothing on {} is at {xpath}: {}", self.path(), self.words()));
        self.go_by(&element, xpath);
    }

    /// Presses what leads to another page, and waits for that.
    fn go_by(&self, element: &WebElement, what: &str) {
        self.script("window.leaving = true");
        assert!(self.press(element), "{what:?} on {} cannot be pressed", self.path());
        let began = Instant::now();
        while self.script("return window.leaving === true || document.readyState !== 'complete'") == true {
            assert!(began.elapsed() < Duration::from_secs(20), "{what:?} on {} leads nowhere", self.path());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Types into the box with this label, in place of what is there.
    pub fn fill(&self, label: &str, value: &str) {
        let label = &self.word(label);
        let label_for = format!("//label[starts-with(normalize-space(.), {})]/@for", quoted(label));
        let boxes = format!("//*[(self::input or self::textarea) and not(@type='radio') and not(@type='checkbox') and @id = {label_for}]");
        let element = self.find(&boxes).unwrap_or_else(|| panic!("no box on {} is labelled {label:?}", self.path()));
        block_on(async {
            element.clear().await?;
            element.send_keys(value).await
        })
        .unwrap_or_else(|e| panic!("{label}: {e}"));
    }

    /// Chooses an option of the question with this text.
    pub fn choose(&self, question: &str, option: &str) {
        let (question, option) = (&self.word(question), &self.word(option));
        let group = format!("//fieldset[legend[contains(normalize-space(.), {})]]", quoted(question));
        let label = self.find(&format!("{group}//label[normalize-space(.) = {0} or normalize-space(span[1]) = {0}]", quoted(option)));
        self.choose_by(&label.unwrap_or_else(|| panic!("{question:?} on {} has no {option:?}", self.path())), option);
    }

    /// Ticks the box whose label has this text.
    pub fn tick(&self, label: &str) {
        let label = &self.word(label);
        let found = self.find(&format!("//main//label[contains(normalize-space(.), {})]", quoted(label)));
        self.choose_by(&found.unwrap_or_else(|| panic!("no box on {} is called {label:?}", self.path())), label);
    }

    /// Puts a date into the field with this label. How dates are typed depends on the browser's
    /// language, so the field gets its value as from its calendar.
    pub fn pick_day(&self, label: &str, day: NaiveDate) {
        let field = self.text_of_attribute(&format!("//label[starts-with(normalize-space(.), {})]", quoted(&self.word(label))), "for");
        self.script(&format!("document.getElementById('{field}').value = '{day}'"));
    }

    /// Sets a field for a time of day, which types differently in each language of the browser.
    pub fn fill_time(&self, label: &str, time: &str) {
        let field = self.text_of_attribute(&format!("//label[starts-with(normalize-space(.), {})]", quoted(&self.word(label))), "for");
        self.script(&format!("document.getElementById('{field}').value = '{time}'"));
    }

    fn text_of_attribute(&self, xpath: &str, name: &str) -> String {
        let element = self.find(xpath).unwrap_or_else(|| panic!("nothing on {} is at {xpath}", self.path()));
        block_on(element.attr(name)).expect("an attribute").unwrap_or_default()
    }

    /// Whether some element is on the page.
    pub fn has(&self, xpath: &str) -> bool {
        self.find(xpath).is_some()
    }

    /// Answers every question of the page with the first of these options that it has; questions that
    /// have none of them stay open.
    pub fn answer_all(&self, options: &[&str]) {
        // Published questionnaires are asked in their own words.
        let options: Vec<String> = options.iter().flat_map(|option| [self.word(option), (*option).to_owned()]).collect();
        for labels in self.script(QUESTIONS).as_array().into_iter().flatten() {
            let labels: Vec<[&str; 3]> = labels
                .as_array()
                .into_iter()
                .flatten()
                .map(|label| ["id", "text", "first"].map(|key| label[key].as_str().unwrap_or_default()))
                .collect();
            let found = options.iter().find_map(|option| labels.iter().find(|[_, text, first]| text == option || first == option));
            let label = found.and_then(|[id, ..]| self.find(&format!("//main//label[@for = {}]", quoted(id))));
            if let Some(label) = label {
                self.choose_by(&label, "an answer");
            }
        }
    }

    /// Presses a key on whatever has the focus.
    pub fn key(&self, key: Key) {
        block_on(async { self.driver().active_element().await?.send_keys(key).await }).expect("a key");
    }

    /// Presses Tab on the keyboard itself, so many times: what a driver types at a file's field is taken for a file's name.
    pub fn tab(&self, times: usize) {
        let press = |kind: &str| json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
        let cdp = self.driver().cdp();
        // All at once, as they are alike: waiting for each costs more than the presses.
        let presses = (0..times).map(|_| cdp.send_raw("Input.dispatchKeyEvent", press("keyDown")));
        block_on(futures_util::future::try_join_all(presses)).expect("keys");
        self.devtools("Input.dispatchKeyEvent", press("keyUp"));
    }

    /// What the console complained about since the last call, without answers such as 422 that tests expect.
    pub fn complaints(&self) -> Vec<String> {
        let entries = block_on(self.driver().browser_log()).expect("the console");
        let severe = entries.into_iter().filter(|e| e.level == "SEVERE" && !e.message.contains("the server responded with a status of 4"));
        severe.map(|entry| entry.message).collect()
    }

    /// Keeps a picture of the whole page, where somebody wants pictures.
    pub fn shoot(&self, width: u32, what: &str) {
        if !*SHOOTS {
            return;
        }
        let height = self.script("return Math.max(document.documentElement.scrollHeight, document.body.scrollHeight)");
        self.size(width, height.as_u64().unwrap_or(800).clamp(300, 8000));
        let folder = Path::new(SHOTS).join(&self.name);
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let picture = block_on(self.driver().screenshot_as_png()).expect("a screenshot");
        std::fs::write(folder.join(format!("{what}.png")), picture).expect("kept");
        self.size(width, 800);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = block_on(driver.quit());
        }
    }
}

/// A text as XPath writes it.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
