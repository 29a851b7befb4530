//! What was typed, as poses.

use super::fields::{Knob, far_name, scales};
use super::limbs::limbs;
use super::{Messages, SENTENCE};
use crate::figure::library::Figure;
use crate::figure::pose::{Alt, Pose};
use std::collections::BTreeMap;

/// Two numbers this near each other are the same number, typed and shown.
const SAME: f64 = 1e-6;
/// How far a pose may go from the start, in per cent of what it is.
const FAR: (f64, f64) = (10.0, 150.0);

/// The poses as they are wanted. What is typed wrong has a message and stays as it was.
pub(super) fn typed_poses(figure: &Figure, typed: &BTreeMap<String, String>, messages: &mut Messages) -> Vec<Pose> {
    let mut wanted: Vec<Pose> = Vec::new();
    if !figure.parts.is_empty() {
        return figure.poses.clone();
    }
    for n in 0..figure.poses.len() {
        let was = &figure.poses[n];
        let mut pose = was.clone();
        let freed = limbs(figure, n, typed, &wanted, &mut pose);
        let far = if scales(figure, n) { number(typed, &far_name(n), 100.0, FAR, messages) } else { None };
        for knob in Knob::all() {
            let old = knob.get(was);
            let name = format!("p{}.{}", n + 1, knob.name());
            let along = n.checked_sub(1).filter(|before| knob.get(&figure.poses[*before]) == old);
            if let Some(value) = number(typed, &name, old, knob.range(old), messages) {
                knob.set(&mut pose, value);
            } else if matches!(knob, Knob::Angle(joint, _) if freed.contains(&joint)) {
                // Chosen with what the limb does.
            } else if let Some(before) = along {
                knob.set(&mut pose, knob.get(&wanted[before]));
            } else if let (Some(far), Some(first)) = (far, wanted.first()) {
                let start = knob.get(first);
                let (low, high) = knob.range(old);
                let value = if knob == Knob::Phase { old } else { start + (old - start) * far / 100.0 };
                knob.set(&mut pose, ((value * 10.0).round() / 10.0).clamp(low, high));
            }
        }
        wanted.push(pose);
    }
    wanted
}

/// A number that is not the one that was there.
fn number(typed: &BTreeMap<String, String>, name: &str, old: f64, (low, high): (f64, f64), messages: &mut Messages) -> Option<f64> {
    let text = typed.get(name)?.trim().replace('\u{2212}', "-").replace(',', ".");
    let mut wrong = |message: String| messages.push((name.to_owned(), message));
    if text.is_empty() {
        wrong("Type a number.".to_owned());
        return None;
    }
    let plain = text.len() <= 12 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    let Some(value) = text.parse::<f64>().ok().filter(|x| plain && x.is_finite()) else {
        wrong("Type a number, such as 40.".to_owned());
        return None;
    };
    if (value - old).abs() < SAME {
        return None;
    }
    if value < low || value > high {
        wrong(format!("Type a number from {low} to {high}.").replace('-', "\u{2212}"));
        return None;
    }
    Some(value)
}

/// The words for somebody who cannot see the picture.
pub(super) fn alt_messages(alt: &Alt, poses: usize) -> Messages {
    let mut messages = Messages::new();
    let fields = [("alt.start", &alt.start, true), ("alt.move", &alt.movement, poses > 1), ("alt.end", &alt.end, poses > 1)];
    for (name, text, needed) in fields {
        let message = if needed && text.trim().is_empty() {
            match name {
                "alt.start" => "Say how the start looks, for somebody who cannot see the picture.",
                "alt.move" => "Say what moves, for somebody who cannot see the picture.",
                _ => "Say how the end looks, for somebody who cannot see the picture.",
            }
            .to_owned()
        } else if text.chars().count() > SENTENCE {
            format!("Make this shorter: {SENTENCE} characters at most.")
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            "There are characters in this that cannot be shown.".to_owned()
        } else {
            continue;
        };
        messages.push((name.to_owned(), message));
    }
    messages
}
