//! That the topics say what they may, read easily and come in order.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clinical::codes::Category::{Ext, Flex, Load, Unclear};
use proptest::prelude::*;

const FILE: &str = include_str!("../data/learn.toml");

/// Everything a topic says in its body, piece by piece.
fn pieces(topic: &Topic) -> Vec<String> {
    let of = |block: &Block| match block {
        Block::Heading(text) | Block::Text(text) | Block::Exercise(text) | Block::Help(text) => vec![text.clone()],
        Block::List(lines) | Block::Try(lines) | Block::ExerciseList(lines) => lines.clone(),
        Block::Figure(_) | Block::Signs(_) => Vec::new(),
    };
    topic.body.iter().flat_map(of).collect()
}

fn sentences(text: &str) -> Vec<Vec<&str>> {
    let parts = text.split(['.', '?', ':', ';']).map(|part| part.split_whitespace().collect::<Vec<_>>());
    parts.filter(|words| !words.is_empty()).collect()
}

/// Syllables of an English word: groups of vowels, without the silent ending. Near enough for an average.
fn syllables(word: &str) -> usize {
    let word: String = word.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let vowel = |c: char| "aeiouy".contains(c);
    let groups = word.chars().zip(std::iter::once('-').chain(word.chars())).filter(|(c, before)| vowel(*c) && !vowel(*before)).count();
    let silent =
        (word.ends_with('e') && !word.ends_with("le")) || (word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded"));
    groups.saturating_sub(usize::from(silent && groups > 1)).max(1)
}

/// The school year, counted from the first at six, in which a text is usually read with ease (Flesch and Kincaid).
#[expect(clippy::cast_precision_loss, reason = "a few hundred words")]
fn grade(pieces: &[String]) -> f64 {
    let sentences: Vec<_> = pieces.iter().flat_map(|p| sentences(p)).collect();
    let words: usize = sentences.iter().map(Vec::len).sum();
    let spoken: usize = sentences.iter().flatten().map(|w| syllables(w)).sum();
    0.39 * words as f64 / sentences.len() as f64 + 11.8 * spoken as f64 / words as f64 - 15.59
}

#[test]
fn seventeen_topics_of_two_or_three_minutes_each() {
    assert_eq!(learn().all().len(), 17, "specification 9");
    for topic in learn().all() {
        let words: usize = pieces(topic).iter().map(|p| p.split_whitespace().count()).sum();
        assert!((200..=350).contains(&words), "{}: {words} words", topic.id);
        assert!(topic.question.ends_with('?'), "{}", topic.question);
        assert!(topic.summary.split_whitespace().count() <= 22, "{}", topic.summary);
        assert!(topic.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        for theme in Theme::ALL {
            assert!(learn().all().iter().any(|t| t.group == *theme));
        }
    }
}

#[test]
fn every_topic_reads_at_about_eleven() {
    for topic in learn().all() {
        let reading = grade(&pieces(topic));
        assert!(reading <= 5.0, "{}: school year {reading:.1}", topic.id);
        for piece in pieces(topic).iter().chain([&topic.summary, &topic.question]) {
            for sentence in sentences(piece) {
                assert!(sentence.len() <= 22, "{}: {} words: {}", topic.id, sentence.len(), sentence.join(" "));
            }
        }
    }
    // The measure tells hard from easy.
    let hard = ["Immobilisation precipitates deconditioning of paraspinal musculature and psychological deterioration.".to_owned()];
    assert!(grade(&hard) > 15.0);
    assert_eq!(["walk", "make", "little", "rested", "moved", "people", "idea"].map(syllables), [1, 1, 2, 2, 1, 2, 2]);
}

#[test]
fn no_medicine_no_promise_no_blame_and_no_right_posture() {
    let never = [
        // How much of a medicine, or which.
        " mg",
        "milligram",
        "tablet",
        "capsule",
        "paracetamol",
        "ibuprofen",
        "naproxen",
        "codeine",
        "diclofenac",
        "painkiller",
        "dose",
        "opioid",
        "a day with food",
        // Promises.
        "cure",
        "guarantee",
        "will go away",
        "pain-free",
        "for sure",
        "proven",
        // Blame, fear, posture.
        "bad posture",
        "good posture",
        "correct posture",
        "should have",
        "you must",
        "your fault",
        "lazy",
        "damage",
        "fail",
        "degenerat",
        "worn",
        "crumbl",
        "unstable",
        "weak core",
        "bad pain",
        "bad back",
        // Signs.
        "--",
        "\u{2014}",
        "!",
        "'",
    ];
    for topic in learn().all() {
        let own = [topic.title.clone(), topic.summary.clone(), topic.question.clone(), topic.why.clone()];
        for text in pieces(topic).into_iter().chain(own).chain(topic.why_for.values().cloned()) {
            let low = text.to_lowercase();
            for word in never {
                assert!(!low.contains(word), "{}: {word}: {text}", topic.id);
            }
            assert_eq!(text, text.trim(), "{text}");
            let filled = crate::clinical::advice::fill(&text, "", "");
            assert!(!filled.contains(['{', '}']), "{text}");
        }
    }
}

#[test]
fn sources_are_there_and_the_ones_to_follow_have_an_address() {
    for topic in learn().all() {
        assert!(topic.refs.iter().any(|key| key != "decision"), "{}", topic.id);
        for key in &topic.refs {
            let source = numbers().reference(key).unwrap();
            assert!(source.address.as_ref().is_none_or(|address| address.starts_with("https://")), "{key}");
        }
    }
}

#[test]
fn a_file_with_a_gap_is_refused() {
    let with = |from: &str, to: &str| {
        assert!(FILE.contains(from), "{from}");
        Learn::from_toml(&FILE.replacen(from, to, 1))
    };
    assert!(matches!(with("\"walking\", \"three-parts\"", "\"three-parts\""), Err(LearnError::Weeks(Flex))));
    assert!(matches!(with("\"walking\", \"three-parts\"", "\"food\", \"three-parts\""), Err(LearnError::Weeks(Flex))));
    assert!(matches!(with("id = \"rest\"", "id = \"keeping-moving\""), Err(LearnError::Twice(_))));
    assert!(matches!(with("figure = \"RP3\"", "figure = \"XX1\""), Err(LearnError::Exercise { .. })));
    assert!(matches!(with("refs = [\"seed3\", \"seed4\"]", "refs = [\"nobody\"]"), Err(LearnError::Source(_))));
    assert!(matches!(with("leads = \"flare\"\n", ""), Err(LearnError::Leads(Now::Flare))));
    assert!(matches!(with("reviewed = \"2026-11-21\"", "reviewed = \"2026-13-21\""), Err(LearnError::Syntax(_))));
}

#[test]
fn what_a_pause_leaves_out_still_leaves_a_text() {
    for topic in learn().all().iter().filter(|t| t.fits(Now::Pause)) {
        let left = Topic { body: topic.shown(true).into_iter().cloned().collect(), ..topic.clone() };
        let words: usize = pieces(&left).iter().map(|p| p.split_whitespace().count()).sum();
        assert!(words >= 150, "{}: {words} words are left", topic.id);
    }
    for topic in learn().all() {
        assert_eq!(topic.shown(false).len(), topic.body.len(), "{}", topic.id);
        let left = topic.shown(true);
        assert!(left.iter().all(|b| !b.asks_to_move()) && !matches!(left.last(), Some(Block::Heading(_))), "{}", topic.id);
        // No heading is left with nothing below it.
        for pair in left.windows(2) {
            assert!(!matches!(pair, [Block::Heading(_), Block::Heading(_)]), "{}: {pair:?}", topic.id);
        }
    }
}

/// The topics of a person's weeks, one after the other.
fn told(category: Category, weeks: &[Now], read: &[(&str, i64)]) -> Vec<(String, Because)> {
    let read: BTreeMap<String, i64> = read.iter().map(|(id, week)| ((*id).to_owned(), *week)).collect();
    let of = |n: usize| learn().choose(category, &weeks[..n], &read).map(|c| (c.topic.id.clone(), c.because)).unwrap();
    (1..=weeks.len()).map(of).collect()
}

fn ids(told: &[(String, Because)]) -> Vec<&str> {
    told.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn twelve_usual_weeks_bring_twelve_topics_in_the_order_of_the_category() {
    for category in Category::ALL {
        let told = told(*category, &[Now::Usual; 12], &[]);
        assert_eq!(ids(&told), learn().weeks[category][..12]);
        assert!(told.iter().all(|(_, because)| *because == Because::Week));
        for early in ["what-to-expect", "hurt-and-harm", "pacing", "sleep", "worry", "flare-ups", "getting-help"] {
            assert!(ids(&told).contains(&early), "{category}: {early}");
        }
    }
    assert_eq!(ids(&told(Flex, &[Now::Usual; 2], &[]))[1], "sitting-and-standing");
    assert_eq!(ids(&told(Load, &[Now::Usual; 2], &[]))[1], "rest");
}

#[test]
fn a_flare_comes_first_and_what_it_pushed_aside_comes_after_it() {
    use Now::{Flare, Usual};
    let told = told(Flex, &[Usual, Flare, Flare, Usual, Usual, Flare], &[]);
    assert_eq!(ids(&told), ["keeping-moving", "flare-ups", "sleep", "sitting-and-standing", "hurt-and-harm", "flare-ups"]);
    let because: Vec<Because> = told.iter().map(|(_, because)| *because).collect();
    assert_eq!(because[1..4], [Because::Began(Flare), Because::Suits(Flare), Because::Week]);
    assert_eq!(because[5], Because::Began(Flare), "a new flare brings it back");
}

#[test]
fn a_paused_plan_brings_only_what_fits_it() {
    use Now::{Flare, Pause, Usual};
    let told = told(Unclear, &[Pause, Pause, Pause, Pause, Pause, Pause, Usual], &[]);
    assert_eq!(ids(&told), ["getting-help", "sleep", "worry", "scans", "food", "sleep", "keeping-moving"]);
    assert_eq!(told[0].1, Because::Began(Pause));
    assert_eq!(told[1].1, Because::Suits(Pause));
    // A danger sign in a flare: the pause weighs more, the caller says so.
    assert_eq!(super::tests::told(Ext, &[Flare, Pause], &[])[1], ("getting-help".to_owned(), Because::Began(Pause)));
}

#[test]
fn what_was_read_is_not_offered_again_before_the_others() {
    let usual = [Now::Usual; 18];
    let told = told(Flex, &usual[..3], &[("sitting-and-standing", 1), ("hurt-and-harm", 3)]);
    assert_eq!(ids(&told), ["keeping-moving", "hurt-and-harm", "pacing"], "read in its own week it stays the topic of that week");
    let all = super::tests::told(Flex, &usual, &[]);
    assert_eq!(all[17], ("keeping-moving".to_owned(), Because::Again));
    assert!(learn().choose(Flex, &[], &BTreeMap::new()).is_none());
}

#[test]
fn the_reason_is_said_in_words() {
    let why = |category, weeks: &[Now]| {
        let chosen = learn().choose(category, weeks, &BTreeMap::new()).unwrap();
        learn().why(&chosen, category)
    };
    assert_eq!(why(Flex, &[Now::Usual; 2]), "Your back minds sitting for long, so this comes early.");
    assert_eq!(why(Ext, &[Now::Usual; 2]), "Your back minds standing still, so this comes early.");
    assert_eq!(why(Flex, &[Now::Flare]), "You are in a flare, so this comes first.");
    assert_eq!(why(Flex, &[Now::Pause, Now::Pause]), "Your plan is paused. This fits the time until somebody has cleared it.");
    assert!(why(Flex, &[Now::Usual; 18]).contains("a second look"));
}

fn now() -> impl Strategy<Value = Now> {
    prop_oneof![4 => Just(Now::Usual), 1 => Just(Now::Flare), 1 => Just(Now::Pause)]
}

proptest! {
    #[test]
    fn whatever_happens_nothing_comes_twice_before_all_that_fit_came_once(
        category in prop::sample::select(Category::ALL),
        weeks in prop::collection::vec(now(), 1..40),
        read in prop::collection::btree_map(prop::sample::select(learn().all().iter().map(|t| t.id.clone()).collect::<Vec<_>>()), 0_i64..40, 0..6),
    ) {
        let mut there: BTreeMap<String, u32> = BTreeMap::new();
        for week in 1..=weeks.len() {
            let chosen = learn().choose(category, &weeks[..week], &read).unwrap();
            let now = weeks[week - 1];
            prop_assert!(chosen.topic.fits(now));
            let so_far = |t: &Topic| {
                let read_before = read.get(&t.id).is_some_and(|r| *r < i64::try_from(week).unwrap());
                there.get(&t.id).copied().unwrap_or(0).max(u32::from(read_before))
            };
            if !matches!(chosen.because, Because::Began(_)) {
                let least = learn().all().iter().filter(|t| t.fits(now)).map(so_far).min().unwrap();
                prop_assert_eq!(so_far(chosen.topic), least);
            }
            *there.entry(chosen.topic.id.clone()).or_default() += 1;
        }
    }
}
