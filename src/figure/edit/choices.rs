//! What is chosen from words: hands and feet, the foot that carries, view, accents, the arrow.

use super::Messages;
use super::limbs::{Limb, carrying};
use super::words::{capital, part_words, side_word};
use crate::figure::body::Side;
use crate::figure::library::Figure;
use crate::figure::pose::{ArrowData, FigureData, View};
use crate::figure::solids::{Part, parts_named};
use std::collections::BTreeMap;

/// One of several words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The pose, from 1; `None` for the whole figure.
    pub pose: Option<usize>,
    /// Its stable name: `p2.hand_right.touch`.
    pub name: String,
    /// The heading it stands under: `Right arm`.
    pub group: &'static str,
    pub label: String,
    /// The key of the option that is chosen.
    pub value: String,
    /// Keys and words.
    pub options: Vec<(String, String)>,
}

/// The key of what is as it is now and none of the usual.
pub(super) const NOW: &str = "now";
const PICTURE: &str = "Picture";
/// Parts that can have the accent colour.
const ACCENTS: [&str; 7] = ["head", "trunk", "pelvis", "arm_right", "arm_left", "leg_right", "leg_left"];
/// What an arrow can follow.
const MARKS: [(&str, &str); 9] = [
    ("hand_right", "hand_right"),
    ("hand_left", "hand_left"),
    ("knee_right", "knee_right"),
    ("knee_left", "knee_left"),
    ("heel_right", "foot_right"),
    ("heel_left", "foot_left"),
    ("crown", "head"),
    ("chest", "chest"),
    ("tail", "pelvis"),
];

/// Everything that can be chosen.
pub(super) fn offered(figure: &Figure) -> Vec<Choice> {
    if !figure.parts.is_empty() {
        return Vec::new();
    }
    let mut all = picture(figure);
    for (n, pose) in figure.poses.iter().enumerate() {
        all.extend(carrier(figure, n));
        all.extend(Limb::ALL.into_iter().filter_map(|limb| limb.choice(figure, n)));
        let options = [("open", "open"), ("closed", "closed round something")];
        let value = if pose.fists { "closed" } else { "open" };
        all.push(choice(Some(n + 1), format!("p{}.hands", n + 1), "Whole body", "Both hands", value, &options));
    }
    all
}

fn choice(pose: Option<usize>, name: String, group: &'static str, label: &str, value: &str, options: &[(&str, &str)]) -> Choice {
    let options = options.iter().map(|(key, words)| ((*key).to_owned(), (*words).to_owned())).collect();
    Choice { pose, name, group, label: label.to_owned(), value: value.to_owned(), options }
}

/// The foot that carries the body, where one does.
fn carrier(figure: &Figure, n: usize) -> Option<Choice> {
    let side = carrying(&figure.poses[n])?;
    let word = |s: Side| side_word(s, figure.data.mirrored);
    let options = [("right", word(Side::Right)), ("left", word(Side::Left))].map(|(key, word)| (key, format!("the {word} foot")));
    let options = options.each_ref().map(|(key, words)| (*key, words.as_str()));
    Some(choice(Some(n + 1), format!("p{}.carries", n + 1), "Whole body", "Stands on", side.word(), &options))
}

fn picture(figure: &Figure) -> Vec<Choice> {
    let data = &figure.data;
    let view = match data.view {
        View::Side => "side",
        View::Front => "front",
        View::Above => "above",
    };
    let views = [("side", "from the side"), ("front", "from the front"), ("above", "from above")];
    let sides = [("right", "the right side to the front, as drawn"), ("left", "in a mirror: left and right change places")];
    let mut all = vec![
        choice(None, "figure.view".to_owned(), PICTURE, "Seen", view, &views),
        choice(None, "figure.side".to_owned(), PICTURE, "Working side", if data.mirrored { "left" } else { "right" }, &sides),
    ];
    if figure.poses.len() > 1 && !data.cycle {
        let follows = MARKS.map(|(mark, part)| (mark.to_owned(), format!("follows the {}", part_words(part, data.mirrored))));
        let mut options = vec![("none".to_owned(), "none".to_owned())];
        if data.arrow.is_some() {
            options.push((NOW.to_owned(), "as it is now".to_owned()));
        }
        options.extend(follows);
        let value = if data.arrow.is_some() { NOW } else { "none" }.to_owned();
        all.push(Choice { pose: None, name: "figure.arrow".to_owned(), group: PICTURE, label: "Arrow".to_owned(), value, options });
    }
    for part in ACCENTS {
        let value = if accented(data, part) { "on" } else { "off" };
        let label = format!("{} in the accent colour", capital(&part_words(part, data.mirrored)));
        all.push(choice(None, format!("figure.accent.{part}"), PICTURE, &label, value, &[("off", "no"), ("on", "yes")]));
    }
    all
}

fn parts(words: &[String]) -> Vec<Part> {
    words.iter().filter_map(|word| parts_named(word)).flatten().collect()
}

fn accented(data: &FigureData, part: &str) -> bool {
    let shown = parts(&data.moves);
    parts_named(part).is_some_and(|parts| parts.iter().all(|p| shown.contains(p)))
}

/// Choices that concern the whole figure.
pub(super) fn apply(data: &mut FigureData, typed: &BTreeMap<String, String>, messages: &mut Messages) {
    let (view, side) = (typed.get("figure.view").map(String::as_str), typed.get("figure.side").map(String::as_str));
    let view = match view {
        Some("side") => View::Side,
        Some("front") => View::Front,
        Some("above") => View::Above,
        None => data.view,
        Some(_) => return messages.push(("figure.view".to_owned(), "Choose one of these.".to_owned())),
    };
    if view != data.view {
        (data.view, data.yaw, data.pitch) = (view, None, 0.0);
    }
    data.mirrored = side.map_or(data.mirrored, |side| side == "left");
    match typed.get("figure.arrow").map(String::as_str) {
        Some("none") => data.arrow = None,
        Some(mark) if MARKS.iter().any(|(known, _)| *known == mark) => data.arrow = Some(follow(mark)),
        _ => {}
    }
    for part in ACCENTS {
        let was = accented(data, part);
        let is = typed.get(&format!("figure.accent.{part}")).map_or(was, |key| key == "on");
        if is && !was {
            data.moves.push(part.to_owned());
        } else if was && !is {
            without(&mut data.moves, part);
        }
    }
}

fn follow(mark: &str) -> ArrowData {
    ArrowData { follow: mark.to_owned(), path: Vec::new(), shift: [0.0, 8.0], part: [0.0, 1.0], both: false, round: None }
}

/// Takes a part out of words that may mean more than it.
fn without(words: &mut Vec<String>, part: &str) {
    const FINE: [&str; 17] = [
        "arm_right",
        "arm_left",
        "leg_right",
        "leg_left",
        "head",
        "trunk",
        "pelvis",
        "upper_arm_right",
        "forearm_right",
        "upper_arm_left",
        "forearm_left",
        "thigh_right",
        "shank_right",
        "foot_right",
        "thigh_left",
        "shank_left",
        "foot_left",
    ];
    let all = parts(words);
    let gone = parts_named(part).unwrap_or_default();
    let stays = |word: &&str| parts_named(word).is_some_and(|parts| parts.iter().all(|p| all.contains(p) && !gone.contains(p)));
    *words = FINE.into_iter().filter(stays).map(str::to_owned).collect();
}
