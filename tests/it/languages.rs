//! Every text of the patient's side is said in every language: in the sources, and on the pages as they are served.

use crate::architecture::files;
use crate::support::{Backend, Clinic, Person, spawn};
use gradus::clinical::{advice, catalogue, exercise, home_tests, instruments, journal_file, learn, sentences};
use gradus::figure::library::{Form, figure};
use gradus::lang::{Lang, say, within};
use gradus::post;
use gradus::web::{Guard, ROUTES};
use std::collections::{BTreeMap, BTreeSet};

/// What the data files say, with the file's name.
fn data_texts() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("advice", advice::ADVICE.texts()),
        ("consent", gradus::care::consent::CONSENT.texts()),
        ("own_data", gradus::care::own_data::WORDS.texts()),
        ("exercises", exercise::LIBRARY.texts()),
        ("figures", figure_texts()),
        ("home_tests", home_tests::HOME_TESTS.texts()),
        ("instruments", instruments::REGISTER.texts()),
        ("journal_file", journal_file::FILE_WORDS.texts()),
        ("learn", learn::LEARN.texts()),
        ("messages", post::TEXTS.texts()),
        ("questions", catalogue::CATALOGUE.texts()),
        ("sentences", sentences::SENTENCES.texts()),
    ]
}

/// What pictures are called for those who listen.
fn figure_texts() -> Vec<String> {
    let forms = [Form::Main, Form::Easier, Form::Harder];
    let drawn = exercise::library().all().iter().flat_map(|e| forms.map(|form| figure(&e.id, form).expect("a figure that reads")));
    let texts = drawn.flatten().flat_map(|figure| {
        let alt = figure.data.alt;
        [alt.start, alt.movement, alt.end]
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// The string literal at the beginning of a text, as Rust reads it.
fn literal(text: &str) -> Option<String> {
    let mut rest = text.trim_start().strip_prefix('"')?.chars();
    let mut said = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(said),
            '\\' => match rest.next()? {
                'n' => said.push('\n'),
                'u' => {
                    let code: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    said.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                // A line continued: the break and the spaces after it are not part of the text.
                '\n' => rest = rest.as_str().trim_start().chars(),
                other => said.push(other),
            },
            other => said.push(other),
        }
    }
}

/// Every literal that a source gives to `tr!`, `text!` or `tr_later!`.
fn said_in(source: &str) -> Vec<String> {
    let macros = ["tr!(", "text!(", "tr_later!("];
    // `include_str!(` ends like one of ours.
    let by_itself = |at: usize| !source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let calls =
        macros.iter().flat_map(|call| source.match_indices(call).filter(|(at, _)| by_itself(*at)).map(|(at, call)| at + call.len()));
    calls.filter_map(|after| literal(&source[after..])).collect()
}

fn code(rust: &str) -> String {
    let code = rust.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

fn has_words(pattern: &str) -> bool {
    let outside: String =
        pattern.split('{').enumerate().map(|(n, part)| if n == 0 { part } else { part.split_once('}').map_or("", |p| p.1) }).collect();
    outside.chars().any(char::is_alphabetic)
}

fn said_in_sources() -> BTreeMap<String, String> {
    let is_test = |path: &str| path.contains("/tests");
    let rust = files("src", ".rs").into_iter().filter(|(path, _)| !is_test(path)).map(|(path, text)| (path, code(&text)));
    let templates = files("templates", ".html");
    rust.chain(templates).flat_map(|(path, text)| said_in(&text).into_iter().map(move |said| (said, path.clone()))).collect()
}

#[test]
fn every_text_is_translated_and_every_translation_is_of_a_text() {
    let mut wanted: BTreeMap<String, String> = said_in_sources();
    for (file, texts) in data_texts() {
        wanted.extend(texts.into_iter().map(|text| (text, format!("the data of {file}"))));
    }
    assert!(wanted.len() > 2500, "{}", wanted.len());
    let there: BTreeSet<&str> = Lang::De.texts().map(|(english, _)| english).collect();
    let missing: Vec<String> = wanted
        .iter()
        .filter(|(text, _)| has_words(text) && !there.contains(text.as_str()))
        .map(|(text, path)| format!("{path}: {text:?}"))
        .collect();
    assert!(missing.is_empty(), "{} texts have no German:\n{}", missing.len(), missing.join("\n"));
    let unsaid: Vec<&&str> = there.iter().filter(|text| !wanted.contains_key(**text)).collect();
    assert!(unsaid.is_empty(), "{} translations of nothing:\n{unsaid:#?}", unsaid.len());
}

#[test]
fn the_reader_of_literals_sees_what_rust_sees() {
    let source = "a(tr!(\"Say \\\"yes\\\" \\u{2013} now\")); text!(\n  \"One \\\n   line\", n = 1); tr!(name); tr_later!(\"x\")";
    assert_eq!(said_in(source), ["Say \"yes\" – now", "One line", "x"]);
    assert!(has_words("{a} and {b}") && !has_words("{day} {month}"));
}

/// Pages of the desk and of the people who look after the program, which speak English.
fn is_of_staff(path: &str) -> bool {
    ["templates/pages/pro/", "templates/pages/admin/", "templates/pages/paper/find"].iter().any(|folder| path.starts_with(folder))
        || ["templates/pages/handbook.html", "templates/pages/style.html"].contains(&path)
}

/// What of a template goes out as it stands: without comments, tags of the template, and HTML, whose spoken
/// attributes stay.
fn plain_words(template: &str) -> Vec<String> {
    fn without(text: &str, open: &str, close: &str) -> String {
        let mut parts = text.split(open);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |kept, part| kept + "\n" + part.split_once(close).map_or("", |(_, after)| after))
    }
    let bare = without(&without(&without(template, "{#", "#}"), "{%", "%}"), "{{", "}}");
    let spoken = ["aria-label=\"", "alt=\"", "title=\"", "placeholder=\""];
    let attributes: Vec<String> = spoken
        .iter()
        .flat_map(|name| bare.split(name).skip(1).filter_map(|rest| rest.split_once('"')))
        .map(|(value, _)| value.to_owned())
        .collect();
    let text = without(&without(&bare, "<svg", "</svg>"), "<", ">");
    text.lines()
        .map(str::to_owned)
        .chain(attributes)
        .map(|line| line.trim().to_owned())
        .filter(|line| line.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect()
}

/// Names, and what the reader of templates takes for words: classes and the ends of attributes.
fn is_no_text(line: &str) -> bool {
    ["Gradus", "– Gradus", "wide", "plan-page", "player player-"].contains(&line) || line.contains("=\"") || line.starts_with('-')
}

#[test]
fn no_template_of_a_patient_says_something_past_the_catalogue() {
    let mut found = Vec::new();
    for (path, text) in files("templates", ".html").into_iter().filter(|(path, _)| !is_of_staff(path)) {
        found.extend(plain_words(&text).into_iter().filter(|line| !is_no_text(line)).map(|line| format!("{path}: {line}")));
    }
    assert!(found.is_empty(), "put into tr!(…):\n{}", found.join("\n"));
}

#[test]
fn rules_and_use_cases_speak_no_language() {
    let speaking = [" tr!(", "(tr!(", "lang::say", "lang::tell", "lang::current", "lang::within", "use crate::lang::{say", "lang::speak"];
    let silent = files("src", ".rs").into_iter().filter(|(path, _)| {
        ["src/clinical", "src/care", "src/store", "src/simulation", "src/access"].iter().any(|part| path.starts_with(part))
            && path != "src/store/tx.rs"
    });
    let found: Vec<String> = silent
        .flat_map(|(path, text)| {
            let code = code(&text);
            speaking.iter().filter(|call| code.contains(**call)).map(|call| format!("{path}: {call}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "what decides and stores says things later (`text!`):\n{}", found.join("\n"));
}

#[test]
fn every_sentence_that_is_said_is_there_and_every_one_that_is_there_is_said() {
    let sentences = sentences::SENTENCES.of(Lang::En);
    let code: String = files("src", ".rs").into_iter().map(|(_, text)| text).collect();
    let quoted = |key: &str| code.contains(&format!("\"{key}\""));
    for key in sentences.keys() {
        let stem = key.trim_end_matches(".one").trim_end_matches(".many");
        let group = key.rsplit_once('.').map_or("", |(group, _)| group);
        assert!(quoted(key) || quoted(stem) || code.contains(&format!("\"{group}.{{}}\"")), "nobody says {key}");
    }
    let calls = [" say(\"", "(say(\"", "count(\""].iter().flat_map(|call| code.split(call).skip(1).map(move |rest| (*call, rest)));
    for (call, rest) in calls {
        let key = rest.split('"').next().unwrap_or_default();
        // Keys have a point; other functions of these names are not meant.
        if key.contains('.') && !key.contains([' ', '{', '@']) {
            let there = sentences.contains_key(key) || (call == "count(\"" && sentences.contains_key(&format!("{key}.many")));
            assert!(there, "there is no sentence {key}");
        }
    }
}

#[test]
fn every_data_file_is_read_in_every_language() {
    for lang in Lang::ALL {
        assert!(!advice::ADVICE.of(lang).ces.title.is_empty());
        assert!(!catalogue::CATALOGUE.of(lang).questions().is_empty());
        assert!(!exercise::LIBRARY.of(lang).all().is_empty());
        assert!(!home_tests::HOME_TESTS.of(lang).tests.is_empty());
        assert!(!instruments::REGISTER.of(lang).instruments.is_empty());
        assert!(!journal_file::FILE_WORDS.of(lang).columns().is_empty());
        assert!(!learn::LEARN.of(lang).all().is_empty());
        assert!(!post::TEXTS.of(lang).reminder.subject.is_empty());
        assert!(!sentences::SENTENCES.of(lang).is_empty());
    }
}

#[test]
fn only_the_store_writes_texts_down() {
    let others = files("src", ".rs").into_iter().filter(|(path, _)| !path.starts_with("src/store/") && !path.starts_with("src/lang"));
    let found: Vec<String> = others
        .filter(|(_, text)| [".stored()", "Text::read("].iter().any(|call| code(text).contains(call)))
        .map(|(path, _)| path)
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// A browser that asks for these languages.
fn asks(person: &Person, path: &str, languages: &str) -> crate::support::Page {
    person.send(path, person.request("GET", path).header("accept-language", languages))
}

fn of(lang: Lang, english: &'static str) -> &'static str {
    within(lang, || say(english))
}

each_backend! {
    fn the_browser_decides_until_somebody_chooses_and_the_choice_stays_with_the_account(backend) {
        let clinic = Clinic::open(backend);
        let visitor = clinic.app.visitor();
        let german = asks(&visitor, "/help", "de-DE,de;q=0.9,en;q=0.5").is(200);
        assert_eq!(german.attributes("html", "lang"), ["de"]);
        assert!(german.all("footer").join(" ").contains(of(Lang::De, "Get help now")));
        assert_eq!(asks(&visitor, "/help", "fr").attributes("html", "lang"), ["en"]);

        let chosen = visitor.get("/language").form_to("/language").set("language", "de");
        visitor.submit(&chosen).goes_to("/");
        assert_eq!(asks(&visitor, "/help", "en").attributes("html", "lang"), ["de"]);
        assert_eq!(asks(&visitor, "/nothing-here", "en").is(404).attributes("html", "lang"), ["de"]);

        let ann = clinic.app.signed_in(&clinic.ann);
        assert_eq!(asks(&ann, "/today", "de").is(200).attributes("html", "lang"), ["en"], "her account was made in English");
        ann.submit(&ann.get("/language").form_to("/language").set("language", "xx")).is(422);
        ann.submit(&ann.get("/language").form_to("/language").set("language", "de")).goes_to("/account");
        let again = clinic.app.signed_in(&clinic.ann);
        let today = asks(&again, "/today", "en").is(200);
        assert_eq!(today.attributes("html", "lang"), ["de"]);
        assert!(today.all("nav").join(" ").contains(of(Lang::De, "Journal")));

        let ben = clinic.app.signed_in(&clinic.ben);
        assert_eq!(asks(&ben, "/pro", "de").is(200).attributes("html", "lang"), ["en"], "the desk is written in one language");
    }
}

/// Sets the language of somebody who is signed in.
fn speaks(person: &Person, lang: Lang) {
    person.submit(&person.get("/language").form_to("/language").set("language", lang.code())).is(303);
}

each_backend! {
    fn one_record_is_read_in_both_languages_and_stored_in_neither_translation(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        speaks(&ann, Lang::De);
        let sent = [("days", "1"), ("days", "3"), ("days", "5"), ("from", "2026-03-09"), ("cue", "Nach dem Frühstück")];
        ann.post("/plan/days", &sent).goes_to("/plan");
        let german = ann.get("/changes").is(200).words();
        assert!(german.contains("Dienstag, Donnerstag und Samstag"), "{german}");
        assert_eq!(clinic.app.database.count("plan_changes WHERE after_text LIKE '%Dienstag%' OR before_text LIKE '%Montag%'"), 0);
        speaks(&ann, Lang::En);
        let english = ann.get("/changes").is(200).words();
        assert!(english.contains("from Monday, Wednesday and Friday to Tuesday, Thursday and Saturday"), "{english}");
        let ben = clinic.app.signed_in(&clinic.ben);
        let file = ben.get(&format!("/pro/patients/{}", clinic.ann.id().as_str())).is(200).words();
        assert!(file.contains("Tuesday, Thursday and Saturday") && !file.contains("Dienstag"), "{file}");
    }

    fn a_mistake_in_german_is_answered_in_german_and_keeps_what_was_typed(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        speaks(&ann, Lang::De);
        let page = ann.post("/plan/days", &[("days", "1"), ("days", "3"), ("from", "2026-03-09"), ("cue", "Nach dem Frühstück")]).is(422);
        assert!(page.text.contains("Nach dem Frühstück"));
        assert!(!page.errors().is_empty() && english_left(&page).is_empty(), "{:?}", english_left(&page));
    }
}

/// Words that English sentences are made of and German ones are not.
const ENGLISH: &[&str] = &[
    "the",
    "and",
    "your",
    "you",
    "of",
    "is",
    "are",
    "with",
    "for",
    "this",
    "that",
    "not",
    "have",
    "has",
    "from",
    "when",
    "what",
    "which",
    "how",
    "if",
    "or",
    "it",
    "we",
    "to",
    "yes",
    "no",
    "day",
    "days",
    "week",
    "weeks",
    "minutes",
    "back",
    "today",
    "exercise",
    "exercises",
    "pain",
    "save",
    "change",
    "times",
    "each",
    "every",
    "side",
    "hold",
    "then",
    "about",
    "walking",
];

/// English left on a German page, outside of what is marked as English, what people typed, and random letters.
pub fn english_left(page: &crate::support::Page) -> Vec<String> {
    let known: BTreeMap<&str, &str> = Lang::De.texts().filter(|(english, german)| english != german).collect();
    let is_german: BTreeSet<&str> = known.values().copied().collect();
    let texts = page.texts_outside_of("[lang=en], script, style, .theirs, .once-link");
    let left = texts.into_iter().filter(|text| {
        let untranslated = known.contains_key(text.as_str()) && !is_german.contains(text.as_str());
        let words: Vec<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
        untranslated || words.iter().any(|word| ENGLISH.contains(&word.as_str()))
    });
    left.collect()
}

/// What answers with something else than a page.
const NO_PAGES: &[&str] = &["/journal/file.csv"];
/// The page about the file's columns is full of the file's own words.
const OF_A_FORMAT: &[&str] = &["/journal/columns"];

/// Every page that a visitor and a patient in the middle of a plan can open, as far as it needs no secret and nothing of
/// theirs.
fn pages() -> Vec<String> {
    let open = |guard: Guard| matches!(guard, Guard::Public | Guard::Signed | Guard::Patient);
    let plain = ROUTES.iter().filter(|r| {
        r.method == "GET" && open(r.guard) && !r.path.contains('{') && !NO_PAGES.contains(&r.path) && !OF_A_FORMAT.contains(&r.path)
    });
    let exercises = exercise::library().all().iter().map(|e| format!("/exercises/{}", e.id));
    let topics = learn::learn().all().iter().map(|t| format!("/learn/{}", t.id));
    let screens = |journey, at: &str| {
        let at = at.to_owned();
        catalogue::catalogue().screens(journey).iter().map(move |screen| format!("{at}/{}", screen.slug))
    };
    plain
        .map(|r| r.path.to_owned())
        .chain(exercises)
        .chain(topics)
        .chain(screens(catalogue::Journey::Check, "/check"))
        .chain(screens(catalogue::Journey::Intake, "/intake"))
        .chain(["/today/session?view=all".to_owned()])
        .collect()
}

#[test]
fn no_page_of_a_german_patient_has_english_left() {
    let clinic = Clinic::open(Backend::Sqlite);
    let ann = clinic.app.signed_in(&clinic.ann);
    speaks(&ann, Lang::De);
    let mut left = Vec::new();
    for path in pages() {
        let page = ann.open(&path);
        assert_eq!(page.status, 200, "{path}");
        left.extend(english_left(&page).into_iter().map(|text| format!("{path}: {text}")));
    }
    let visitor = spawn(Backend::Sqlite);
    for path in ["/", "/check", "/sign-in", "/account/new", "/forgot", "/nothing-here"] {
        let person = visitor.visitor();
        left.extend(english_left(&asks(&person, path, "de")).into_iter().map(|text| format!("{path}: {text}")));
    }
    assert!(left.is_empty(), "{} texts:\n{}", left.len(), left.join("\n"));
}
