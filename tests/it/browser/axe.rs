//! What every page is held to: axe in light, in dark and at 320 px, no sideways scrolling, a visible
//! focus at every stop of the keyboard, a quiet console.

use super::driver::{Browser, WIDE};
use serde_json::Value;

const NARROW: u32 = 320;
/// Width of an ordinary phone.
pub const PHONE: u32 = 360;
/// Keyboard stops that are looked at on a page.
const STOPS: usize = 60;
/// So many Tabs are pressed before the stops are read.
const TABS: usize = 15;

/// What a page may weigh without its pictures, in bytes.
const LARGEST: u64 = 60_000;
/// The book of rules is one page, so that it can be searched and printed, a figure's form has all its joints and a template's
/// all its doses, the documents of the program have one table of everything:
/// these are weighed as they are sent, compressed and with their pictures.
const LONG: [&str; 5] = ["/rules", "/pro/exercises/", "/pro/templates/", "/admin/documents/", "/admin/access"];

const SIZE: &str = "const page = document.documentElement.cloneNode(true);
page.querySelectorAll('svg').forEach(e => e.remove());
const [sent] = performance.getEntriesByType('navigation');
return {plain: new TextEncoder().encode(page.outerHTML).length, sent: sent ? sent.encodedBodySize : 0};";

/// In the dark only the colours are other ones: the rules about colours are enough there.
const RUN: &str = "const done = arguments[arguments.length - 1];
if (typeof axe === 'undefined') bringAxe();
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
const rules = dark ? {type: 'rule', values: ['color-contrast', 'link-in-text-block']}
  : {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']};
axe.run(document, {resultTypes: ['violations'], runOnly: rules})
  .then(r => done(r.violations.map(v => `${v.id} (${v.impact}): ${v.help}: ` + v.nodes.slice(0, 4).map(n => n.target.join(' ')).join(' | '))),
        e => done(['axe failed: ' + e]));";

const TOO_WIDE: &str = "const room = document.documentElement.clientWidth, need = document.scrollingElement.scrollWidth;
if (need <= room) return [];
const guilty = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1).slice(0, 3);
return [`scrolls sideways (${need} px in ${room}): ` + guilty.map(e => e.tagName.toLowerCase() + '.' + e.className).join(', ')];";

/// From here on each Tab notes what had the focus before it: its name, whether it or what stands for it shows that, and
/// whether it is the one that had it before: many links may have one address.
const WATCH: &str = "window.watching?.abort();
window.watching = new AbortController();
window.stops = [];
const shows = x => { const c = getComputedStyle(x); return (c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) > 0) || c.boxShadow !== 'none'; };
let before = null;
window.noteStop = () => {
  const e = document.activeElement;
  const none = !e || e === document.body || e === document.documentElement;
  const name = none ? null : e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.getAttribute('href') ? `[href=\"${e.getAttribute('href')}\"]` : '');
  stops.push({name, again: before === e, shown: none || [e, e.parentElement, ...(e.labels || [])].some(shows)});
  before = e;
};
addEventListener('keydown', e => { if (e.key === 'Tab') noteStop(); }, {capture: true, signal: watching.signal});
document.activeElement?.blur();
scrollTo(0, 0);";

/// What was noted, with what has the focus now; the state before the first Tab is none.
const STOPPED: &str = "noteStop(); const [, ...noted] = stops; stops.pop(); return noted;";

/// The same where no listener of the page runs: asked after each Tab.
const STOPPED_PLAIN: &str = "noteStop(); return stops;";

fn lines(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

impl Browser {
    /// Holds the open page to everything, and keeps pictures under this name.
    pub fn check(&self, what: &str) {
        let problems = self.problems(what);
        assert!(problems.is_empty(), "{} ({what}):\n{}", self.path(), problems.join("\n"));
    }

    /// The same, as a list of what is wrong.
    pub fn problems(&self, what: &str) -> Vec<String> {
        let mut problems = self.complaints();
        let size = self.script(SIZE);
        let size = if LONG.iter().any(|path| self.path().starts_with(path)) { &size["sent"] } else { &size["plain"] };
        if size.as_u64().is_none_or(|size| size == 0 || size > LARGEST) {
            problems.push(format!("it weighs {size} bytes"));
        }
        for (mode, width, dark) in [("light", WIDE, false), ("dark", WIDE, true), ("narrow", NARROW, false)] {
            self.emulate(width, dark);
            let mut found = lines(&self.script(TOO_WIDE));
            // axe waits for timers, which stand still where scripts are forbidden.
            if !self.without_script {
                found.extend(lines(&self.script_async(RUN)));
            }
            // The dark has the same layout: a picture of it costs more than it shows.
            if !dark {
                self.shoot(width, &format!("{what}-{mode}"));
            }
            problems.extend(found.into_iter().map(|problem| format!("{mode}: {problem}")));
        }
        self.emulate(WIDE, false);
        problems.extend(self.keyboard());
        problems.extend(self.complaints());
        problems
    }

    /// Looks at the open page as on a phone: its width, whether another language is left, and where scripts run its weight,
    /// axe and a picture.
    pub fn glance(&self, what: &str) {
        let mut problems = lines(&self.script(TOO_WIDE));
        if !self.without_script {
            let weight = self.script(SIZE)["plain"].as_u64().unwrap_or(u64::MAX);
            if weight > LARGEST {
                problems.push(format!("it weighs {weight} bytes"));
            }
            problems.extend(lines(&self.script_async(RUN)));
            self.shoot(PHONE, what);
        }
        problems.extend(self.complaints());
        assert!(problems.is_empty(), "{} ({what}):\n{}", self.path(), problems.join("\n"));
        self.no_english();
    }

    /// Walks the page by Tab.
    fn keyboard(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.script(WATCH);
        let mut stops = Vec::new();
        // Past the last stop nothing has the focus.
        let (tabs, stopped) = if self.without_script { (1, STOPPED_PLAIN) } else { (TABS, STOPPED) };
        for _ in 0..STOPS / tabs {
            self.tab(tabs);
            stops = self.script(stopped).as_array().cloned().unwrap_or_default();
            assert!(!stops.is_empty(), "no stop was noted");
            if stops.iter().any(|stop: &Value| stop["name"].is_null()) {
                break;
            }
        }
        let mut repeated = 0;
        for stop in &stops {
            let Some(name) = stop["name"].as_str() else { break };
            if stop["shown"] != true {
                problems.push(format!("focus not visible: {name}"));
            }
            // A date has up to seven stops of its own.
            repeated = if stop["again"] == true { repeated + 1 } else { 0 };
            if repeated > 8 {
                problems.push(format!("the keyboard is trapped in {name}"));
                break;
            }
        }
        problems.dedup();
        problems
    }
}
