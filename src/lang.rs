//! Languages of the patient's side. The texts of the source are English and are their own keys; `locales/<code>/*.po`
//! holds the other languages in the format translators know (gettext).
//!
//! - [`tr!`](crate::tr) says a text in the language of whoever asks: `tr!("Save")`, `tr!("Week {n} of {of}", n = 3, of = 12)`.
//!   A sentence with values is one pattern with named places, never glued from pieces, because no two languages put
//!   words in the same order. Templates use it too: `{{ tr!("Save") }}`.
//! - [`text!`](crate::text) makes a [`Text`]: the same as a value, said later. Rules and use cases make these, and the
//!   store keeps them, so that one record can be read in every language.
//! - [`say`] is for texts that come from data files or constants (marked there with [`tr_later!`](crate::tr_later)).
//!   What people typed is never looked up.
//!
//! The language belongs to the task that answers a request ([`scope`], [`speak`]); elsewhere it is English, and
//! `Store::write` is always English, so that no translation is ever stored.

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::LazyLock;

tokio::task_local! {
    static SPOKEN: Cell<Lang>;
}

/// The language of whoever asks; English outside of [`scope`] and [`within`].
pub fn current() -> Lang {
    SPOKEN.try_with(Cell::get).unwrap_or_default()
}

/// Answers a request in a language, until [`speak`] says otherwise.
pub async fn scope<T>(lang: Lang, request: impl Future<Output = T>) -> T {
    SPOKEN.scope(Cell::new(lang), request).await
}

/// Does something in a language.
pub fn within<T>(lang: Lang, work: impl FnOnce() -> T) -> T {
    SPOKEN.sync_scope(Cell::new(lang), work)
}

/// The language for the rest of this request, once its person is known. Without effect outside of [`scope`].
pub fn speak(lang: Lang) {
    // Outside of a request there is nobody to speak to.
    let _ = SPOKEN.try_with(|spoken| spoken.set(lang));
}

/// A text of the source in the language of whoever asks.
pub fn say(english: &str) -> &str {
    current().say(english)
}

/// A pattern with its values in the language of whoever asks.
pub fn tell(pattern: &str, values: &[(&str, &dyn fmt::Display)]) -> String {
    filled(say(pattern), |name| values.iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_string()))
}

/// `{name}` replaced by its value, in one pass, so that a value with braces stays what it is.
fn filled(pattern: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = after.split_once('}').and_then(|(name, further)| value(name).map(|value| (value, further)));
        if let Some((value, further)) = found {
            out.push_str(&value);
            rest = further;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A text in the language of whoever asks: `tr!("Save")` is a `&'static str`, `tr!("Week {n}", n = 3)` a `String`.
/// The pattern is a literal, so that a test finds every text that wants a translation.
#[macro_export]
macro_rules! tr {
    ($text:literal) => { $crate::lang::say($text) };
    ($pattern:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::lang::tell($pattern, &[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),+])
    };
}

/// A [`Text`](crate::lang::Text): `text!("{who}: once a day.", who = name)`.
#[macro_export]
macro_rules! text {
    ($text:literal) => { $crate::lang::Text::fixed($text) };
    ($pattern:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::lang::Text::fixed($pattern)$(.with(stringify!($name), $value))+
    };
}

/// Marks a literal that is said later with [`say`](crate::lang::say), for constants.
#[macro_export]
macro_rules! tr_later {
    ($text:literal) => {
        $text
    };
}

// After the macros, which they use.
pub mod dates;
mod spoken;
mod text;

pub use spoken::Spoken;
pub use text::{Part, Text};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English, the language of the source.
    #[default]
    En,
    /// German.
    De,
}

/// English text to its translation.
type Words = HashMap<String, String>;

/// The catalogues, `<code>/<part>.po`.
#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

static DE: LazyLock<Words> = LazyLock::new(|| catalogues(Lang::De).into_iter().flat_map(|(_, pairs)| pairs).collect());

/// The files of a language with what they translate. Tests read every file again and fail when one cannot be read; a
/// faulty file leaves its texts English.
fn catalogues(lang: Lang) -> Vec<(String, Vec<(String, String)>)> {
    let of = format!("{}/", lang.code());
    let names = Locales::iter().filter(|name| name.starts_with(&of) && name.ends_with(".po"));
    names.map(|name| (name.to_string(), read(&name).map_or_else(|_| Vec::new(), |catalogue| pairs(&catalogue)))).collect()
}

fn read(name: &str) -> Result<polib::catalog::Catalog, String> {
    let file = Locales::get(name).ok_or("it is missing")?;
    polib::po_file::parse_from_reader(file.data.as_ref()).map_err(|error| error.to_string())
}

fn pairs(catalogue: &polib::catalog::Catalog) -> Vec<(String, String)> {
    let done = catalogue.messages().filter(|m| m.is_translated());
    done.filter_map(|m| Some((m.msgid().to_owned(), m.msgstr().ok()?.to_owned()))).collect()
}

impl Lang {
    /// Every language, the one of the source first.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::De];

    /// Its code of BCP 47: what pages, headers and settings call it.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::De => "de",
        }
    }

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::De => "Deutsch",
        }
    }

    /// The languages but this one.
    pub fn others(self) -> impl Iterator<Item = Lang> {
        Lang::ALL.into_iter().filter(move |lang| *lang != self)
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The first language of a browser's list (`Accept-Language`) that we have; English when there is none.
    pub fn of_browser(accepted: &str) -> Lang {
        let primary = |tag: &String| Lang::from_code(tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str());
        accept_language::parse(accepted).iter().find_map(primary).unwrap_or_default()
    }

    /// A text of the source in this language; a text without translation stays English.
    pub fn say(self, english: &str) -> &str {
        match self {
            Lang::En => english,
            Lang::De => DE.get(english).map_or(english, String::as_str),
        }
    }

    /// Whether a text can be said in this language.
    pub fn knows(self, english: &str) -> bool {
        self == Lang::En || DE.contains_key(english)
    }

    /// Every text of the source that has a translation, with it.
    pub fn texts(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = (self == Lang::De).then(|| DE.iter());
        words.into_iter().flatten().map(|(english, said)| (english.as_str(), said.as_str()))
    }

    /// A sentence with its values in this language.
    pub fn tell(self, text: &Text) -> String {
        filled(self.say(&text.pattern), |name| {
            text.values.iter().find(|(n, _)| n == name).map(|(_, value)| match value {
                Part::Plain(plain) => plain.clone(),
                Part::Number { tenths } => self.tenths(*tenths),
                Part::Words { say } => self.tell(say),
            })
        })
    }

    /// A number to one decimal without a needless one: "4", "4.5", "4,5".
    pub fn number(self, value: f64) -> String {
        let rounded = (value * 10.0).round() / 10.0;
        let english = if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") };
        self.decimal(english)
    }

    fn tenths(self, tenths: i64) -> String {
        let (sign, tenths) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
        self.decimal(if tenths % 10 == 0 { format!("{sign}{}", tenths / 10) } else { format!("{sign}{}.{}", tenths / 10, tenths % 10) })
    }

    fn decimal(self, english: String) -> String {
        match self {
            Lang::En => english,
            Lang::De => english.replace('.', ","),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_file_is_read_and_keeps_the_places_for_values_and_says_one_thing_for_one_text() {
        let mut said: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (name, pairs) in catalogues(Lang::De) {
            let catalogue = read(&name).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(pairs.len(), catalogue.count(), "{name}: something is not translated");
            for (english, german) in pairs {
                assert_eq!(places(&english), places(&german), "{name}: {english}");
                if let Some((first, other)) = said.insert(english.clone(), (name.clone(), german.clone())) {
                    assert_eq!(other, german, "{english:?} is said differently in {first} and in {name}");
                }
            }
        }
        assert!(said.len() > 1500, "{}", said.len());
    }

    #[test]
    fn the_browser_asks_in_its_order_for_what_we_have() {
        for (asked, lang) in [
            ("de-CH,de;q=0.9,en;q=0.5", Lang::De),
            ("fr,de;q=0.4,en;q=0.6", Lang::En),
            ("fr;q=0.9", Lang::En),
            ("", Lang::En),
            ("DE", Lang::De),
            ("\u{1F600};q=x,,;;", Lang::En),
        ] {
            assert_eq!(Lang::of_browser(asked), lang, "{asked:?}");
        }
    }

    #[test]
    fn a_sentence_is_told_with_its_values_and_read_back_from_what_was_stored() {
        let text = Text::fixed("{who}: back to {what}, {n} times.")
            .with("who", "Bird dog")
            .with("what", Text::fixed("the usual form"))
            .with("n", 3);
        assert_eq!(text.to_string(), "Bird dog: back to the usual form, 3 times.");
        let stored = serde_json::to_string(&text).unwrap();
        assert_eq!(serde_json::from_str::<Text>(&stored).unwrap(), text);
    }
}
