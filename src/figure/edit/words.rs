//! The words of the form: joints, directions, sides and places as one says them at the bedside.

use crate::figure::body::{Joint, Side};
use crate::figure::skeleton::sided;

/// A side as it is seen: in a mirrored picture the data's right is the person's left.
pub fn side_word(side: Side, mirrored: bool) -> &'static str {
    if mirrored { side.other().word() } else { side.word() }
}

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The heading under which a joint stands.
pub fn group(joint: Joint, mirrored: bool) -> &'static str {
    let right = |side: Side| side_word(side, mirrored) == "right";
    match joint {
        Joint::Low | Joint::Mid | Joint::High => "Trunk",
        Joint::Neck | Joint::Head => "Head",
        Joint::Shoulder(s) | Joint::Elbow(s) | Joint::Wrist(s) => {
            if right(s) {
                "Right arm"
            } else {
                "Left arm"
            }
        }
        Joint::Hip(s) | Joint::Knee(s) | Joint::Ankle(s) => {
            if right(s) {
                "Right leg"
            } else {
                "Left leg"
            }
        }
    }
}

/// A joint without its side.
pub fn joint_word(joint: Joint) -> &'static str {
    match joint {
        Joint::Low => "lower back",
        Joint::Mid => "middle of the back",
        Joint::High => "upper back",
        other => other.name(),
    }
}

/// A joint with its side: `right knee`.
pub fn joint_words(joint: Joint, mirrored: bool) -> String {
    joint.side().map_or_else(|| joint_word(joint).to_owned(), |s| format!("{} {}", side_word(s, mirrored), joint_word(joint)))
}

/// What one of a joint's three angles does; what its minus does, where it has one worth the word.
pub fn motion(joint: Joint, axis: usize, mirrored: bool) -> Option<(String, &'static str)> {
    let (right, left) = if mirrored { ("left", "right") } else { ("right", "left") };
    let way = |text: &str, minus| Some((text.to_owned(), minus));
    match (joint, axis) {
        (Joint::Low | Joint::Mid | Joint::High | Joint::Neck, 0) => way("bend forward", "back"),
        (Joint::Head, 0) => way("nod", "up"),
        (Joint::Low | Joint::Mid | Joint::High | Joint::Neck | Joint::Head, 1) => way(&format!("lean to the {right}"), left),
        (Joint::Low | Joint::Mid | Joint::High | Joint::Neck | Joint::Head, _) => way(&format!("turn to the {right}"), left),
        (Joint::Shoulder(_), 0) => way("raise forward", "back"),
        (Joint::Shoulder(_), 1) => way("raise sideways", "across the body"),
        (Joint::Elbow(_) | Joint::Knee(_), 0) => way("bend", "past straight"),
        (Joint::Elbow(_), 2) => way("turn the palm forward", "palm back"),
        (Joint::Wrist(_), 0) => way("bend towards the thumb", "the little finger"),
        (Joint::Wrist(_), 1) => way("bend towards the back of the hand", "the palm"),
        (Joint::Hip(_), 0) => way("bend", "behind the body"),
        (Joint::Hip(_), 1) => way("out to the side", "across the other"),
        (Joint::Shoulder(_) | Joint::Hip(_), _) => way("turn outward", "inward"),
        (Joint::Ankle(_), 0) => way("toes up", "toes down"),
        (Joint::Ankle(_), 1) => way("sole outward", "sole inward"),
        (Joint::Ankle(_), _) => way("toes outward", "inward"),
        (Joint::Elbow(_) | Joint::Knee(_) | Joint::Wrist(_), _) => None,
    }
}

/// A limb or part of the data: `right hand`, `left lower leg`, `trunk`.
pub fn part_words(part: &str, mirrored: bool) -> String {
    let (word, side) = sided(part).map_or((part, None), |(word, side)| (word, Some(side)));
    let word = match word {
        "face" => "head",
        "upper_arm" => "upper arm",
        "calf" => "lower leg",
        other => other,
    };
    side.map_or_else(|| word.to_owned(), |s| format!("{} {word}", side_word(s, mirrored)))
}

/// What a limb touches, in words after "on", "at" or "reach".
pub fn place_words(target: &str, mirrored: bool) -> String {
    let name = target.split_whitespace().next().unwrap_or_default();
    let (word, side) = sided(name).map_or((name, None), |(word, side)| (word, Some(side)));
    let word = match word {
        "keep" => return "its place at the start".to_owned(),
        "its" => return "its way between two poses".to_owned(),
        "belly" => "tummy",
        "tail" => "seat",
        "low_back" => "lower back",
        "mid_back" => "middle of the back",
        "upper_back" => "upper back",
        "head_back" => "back of the head",
        "hipside" => "hip",
        "hipback" => "back of the hip",
        "hamstring" => "back of the thigh",
        "chair.seat" => "seat of the chair",
        "chair.back" | "chair.backrest" => "back of the chair",
        "chair.arm" => "armrest",
        "bike.bar" | "rower.handle" | "trainer.handle" => "handle",
        "bike.pedal" | "trainer.pedal" => "pedal",
        "rower.plate" => "foot plate",
        other => other.split('.').next().unwrap_or(other),
    };
    side.map_or_else(|| format!("the {word}"), |s| format!("the {} {word}", side_word(s, mirrored)))
}
