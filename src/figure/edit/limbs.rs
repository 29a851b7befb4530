//! What hands and feet do: where they can be put, what they do now, and letting them go.

use super::choices::{Choice, NOW};
use super::words::{capital, part_words, place_words};
use crate::figure::body::{Joint, Side};
use crate::figure::library::Figure;
use crate::figure::math::{V3, v};
use crate::figure::pose::Pose;
use crate::figure::solve::{Solved, solve};
use std::collections::BTreeMap;

/// Ways of holding an arm, one of which will do: bend, out and turn of the shoulder.
const ARMS: [[f64; 3]; 8] = [
    [30.0, 10.0, 0.0],
    [0.0, 30.0, 0.0],
    [60.0, 20.0, 0.0],
    [60.0, 60.0, 0.0],
    [20.0, 50.0, -40.0],
    [40.0, 60.0, 30.0],
    [90.0, 30.0, -30.0],
    [130.0, 50.0, 0.0],
];
/// A place where a limb can be put: a key, words, the target's first word.
struct Spot {
    key: &'static str,
    words: &'static str,
    target: String,
    on_body: Option<OnBody>,
}

/// A shift from the mark in the frame of the trunk (forward, outward on the limb's own side, up), and how the
/// arm is held there: three angles of the shoulder, the bend of the elbow.
struct OnBody {
    shift: V3,
    arm: ([f64; 3], f64),
}

/// A hand or a foot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limb {
    arm: bool,
    side: Side,
}

impl Limb {
    pub const ALL: [Limb; 4] = [
        Limb { arm: true, side: Side::Right },
        Limb { arm: true, side: Side::Left },
        Limb { arm: false, side: Side::Right },
        Limb { arm: false, side: Side::Left },
    ];

    fn name(self) -> String {
        format!("{}_{}", if self.arm { "hand" } else { "foot" }, self.side.word())
    }

    /// The words of the data for what the limb touches with.
    fn words(self) -> [String; 2] {
        let word = self.side.word();
        if self.arm { [format!("hand_{word}"), format!("forearm_{word}")] } else { [format!("foot_{word}"), format!("calf_{word}")] }
    }

    fn joints(self) -> [Joint; 3] {
        let s = self.side;
        if self.arm { [Joint::Shoulder(s), Joint::Elbow(s), Joint::Wrist(s)] } else { [Joint::Hip(s), Joint::Knee(s), Joint::Ankle(s)] }
    }

    /// Whether the pose rests on it: then it is no free choice.
    fn carries(self, pose: &Pose) -> bool {
        let words: &[&str] = if self.arm { &["hand", "elbow", "arm"] } else { &["foot", "feet", "toes", "ankle"] };
        let other = self.side.other().word();
        pose.rest.iter().any(|rest| words.iter().any(|w| rest.starts_with(w)) && !rest.contains(other))
    }

    fn spots(self, figure: &Figure, n: usize) -> Vec<Spot> {
        let side = self.side.word();
        let has = |kind: &str| figure.data.props.iter().any(|p| p.kind == kind);
        let plain = |key, words, target: &str| Spot { key, words, target: target.to_owned(), on_body: None };
        let mut spots = Vec::new();
        if n > 0 && !figure.data.cycle {
            spots.push(plain("keep", "stays where it is at the start", "keep"));
        }
        spots.push(plain("floor", "on the floor", "floor"));
        if !self.arm {
            if has("step") {
                spots.push(plain("step", "on the step", "step.top"));
            }
            return spots;
        }
        let near = |key, words, target: String, shift, arm| Spot { key, words, target, on_body: Some(OnBody { shift, arm }) };
        let other = self.side.other().word();
        let crossed = "on the other shoulder (arms crossed)";
        spots.push(near("hip", "on the hip", format!("hipside_{side}"), v(0.0, 0.0, 0.0), ([-10.0, 40.0, -20.0], 90.0)));
        spots.push(near("tummy", "on the tummy", "belly".to_owned(), v(0.0, 6.0, -1.0), ([0.0, 20.0, 0.0], 80.0)));
        spots.push(near("shoulder", crossed, format!("shoulder_{other}"), v(6.5, 2.0, -5.0), ([60.0, 0.0, 0.0], 120.0)));
        spots.push(near("head", "behind the head", "head_back".to_owned(), v(-2.0, 3.0, 3.0), ([140.0, 50.0, 0.0], 130.0)));
        spots.push(near("thigh", "on the thigh", format!("thigh_{side}"), v(0.0, 0.0, 0.0), ([25.0, 8.0, 0.0], 30.0)));
        if has("table") {
            spots.push(plain("table", "on the table", "table.top -17 14"));
        }
        if has("wall") {
            spots.push(plain("wall", "on the wall", "wall.face 120 15"));
        }
        spots
    }

    /// What it touches in a pose.
    fn target(self, pose: &Pose) -> Option<&String> {
        self.words().iter().find_map(|word| pose.touch.get(word))
    }

    /// The key of what it does.
    fn key(self, figure: &Figure, n: usize, pose: &Pose) -> String {
        let Some(target) = self.target(pose) else { return "free".to_owned() };
        let flat = !pose.touch.contains_key(&self.words()[1]);
        let first = |text: &str| text.split(' ').next().map(str::to_owned);
        let spots = self.spots(figure, n);
        let found = spots.iter().find(|spot| flat && first(&spot.target) == first(target));
        found.map_or_else(|| NOW.to_owned(), |spot| spot.key.to_owned())
    }

    pub fn choice(self, figure: &Figure, n: usize) -> Option<Choice> {
        let pose = &figure.poses[n];
        if self.carries(pose) {
            return None;
        }
        let mirrored = figure.data.mirrored;
        let value = self.key(figure, n, pose);
        let mut options = vec![("free".to_owned(), "free, held as the angles say".to_owned())];
        if let Some(target) = self.target(pose).filter(|_| value == NOW) {
            options.push((NOW.to_owned(), format!("as now, at {}", place_words(target, mirrored))));
        }
        options.extend(self.spots(figure, n).into_iter().map(|spot| (spot.key.to_owned(), spot.words.to_owned())));
        let label = capital(&part_words(&self.name(), mirrored));
        let group = super::words::group(self.joints()[0], mirrored);
        Some(Choice { pose: Some(n + 1), name: self.choice_name(n), group, label, value, options })
    }

    fn choice_name(self, n: usize) -> String {
        format!("p{}.{}.touch", n + 1, self.name())
    }

    /// Puts it where a key says; gives the joints whose angles are chosen with it.
    fn put(self, key: &str, figure: &Figure, n: usize, pose: &mut Pose) -> Vec<Joint> {
        let solved = &figure.solved[n];
        let held = self.target(pose).is_some();
        for word in self.words() {
            pose.touch.remove(&word);
        }
        if let Some(spot) = self.spots(figure, n).into_iter().find(|spot| spot.key == key) {
            let mut held = None;
            let target = match spot.on_body {
                None => spot.target,
                Some(OnBody { shift, arm: (shoulder, elbow) }) => {
                    held = Some((shoulder, elbow));
                    let p = solved.body.spine_at(36.0).turn.apply(v(shift.x, shift.y * self.side.sign(), shift.z));
                    format!("{} {:.1} {:.1} {:.1}", spot.target, p.x, p.y * self.side.sign(), p.z)
                }
            };
            pose.touch.insert(self.name(), target);
            let Some(held) = held else { return Vec::new() };
            self.hold(held, figure, n, pose);
            return self.joints().to_vec();
        }
        if !held {
            return Vec::new();
        }
        self.free(solved, pose);
        self.joints().to_vec()
    }

    /// Let go, it stays where it is until its angles are changed.
    fn free(self, solved: &Solved, pose: &mut Pose) {
        for joint in self.joints() {
            let angles = joint.angles(solved.rig.joint(joint));
            let within = |(angle, (low, high)): (f64, (f64, f64))| ((angle * 2.0).round() / 2.0).clamp(low, high);
            let mut limits = joint.limits().into_iter();
            pose.angles[joint.index()] = angles.map(|angle| limits.next().map_or(angle, |limit| within((angle, limit))));
        }
    }

    /// The arm as one would hold it, or the first way of holding it that can be.
    fn hold(self, usual: ([f64; 3], f64), figure: &Figure, n: usize, pose: &mut Pose) {
        let mut put = |(shoulder, elbow): ([f64; 3], f64)| {
            pose.angles[Joint::Shoulder(self.side).index()] = shoulder;
            pose.angles[Joint::Elbow(self.side).index()] = [elbow, 0.0, 0.0];
            let first = if n == 0 || figure.data.cycle { None } else { figure.solved.first() };
            solve(pose, &figure.props, first).is_ok()
        };
        if !put(usual) && !ARMS.into_iter().any(|shoulder| put((shoulder, 90.0))) {
            put(usual);
        }
    }
}

/// The foot that carries the body alone.
pub(super) fn carrying(pose: &Pose) -> Option<Side> {
    match &pose.rest[..] {
        [one] if one == "foot_right" => Some(Side::Right),
        [one] if one == "foot_left" => Some(Side::Left),
        _ => None,
    }
}

/// A key that was typed and is not the one that was there.
fn chosen<'a>(typed: &'a BTreeMap<String, String>, name: &str, old: &str) -> Option<&'a str> {
    typed.get(name).map(String::as_str).filter(|key| *key != old)
}

/// What limbs do in a pose; a limb that did the same in the pose before goes along. Gives the joints
/// whose angles are chosen with it.
pub(super) fn limbs(figure: &Figure, n: usize, typed: &BTreeMap<String, String>, wanted: &[Pose], pose: &mut Pose) -> Vec<Joint> {
    let was = &figure.poses[n];
    let before = n.checked_sub(1).map(|b| (b, &figure.poses[b], &wanted[b]));
    let along = |same: fn(&Pose) -> Option<Side>| before.filter(|(_, old, _)| same(old) == same(was)).and_then(|(_, _, new)| same(new));
    if let Some(side) = carrying(was) {
        let key = chosen(typed, &format!("p{}.carries", n + 1), side.word());
        let to = match key {
            Some("left") => Side::Left,
            Some("right") => Side::Right,
            _ => along(carrying).unwrap_or(side),
        };
        if to != side {
            step_over(side, pose);
        }
    }
    pose.fists = match chosen(typed, &format!("p{}.hands", n + 1), if was.fists { "closed" } else { "open" }) {
        Some("closed") => true,
        Some("open") => false,
        _ => before.filter(|(_, old, _)| old.fists == was.fists).map_or(was.fists, |(_, _, new)| new.fists),
    };
    let mut freed = Vec::new();
    for limb in Limb::ALL {
        if limb.carries(pose) || limb.carries(was) {
            continue;
        }
        let old = limb.key(figure, n, was);
        let options = |key: &str| key == "free" || limb.spots(figure, n).iter().any(|spot| spot.key == key);
        let typed_key = chosen(typed, &limb.choice_name(n), &old).filter(|key| options(key)).map(str::to_owned);
        let goes_along = before.filter(|(_, old, _)| limb.target(old) == limb.target(was));
        let along = goes_along.map(|(b, _, new)| limb.key(figure, b, new)).filter(|key| *key != old && options(key));
        if let Some(key) = typed_key.or(along) {
            freed.extend(limb.put(&key, figure, n, pose));
        }
    }
    freed
}

/// The other foot carries; the one that did takes over what the other did.
fn step_over(from: Side, pose: &mut Pose) {
    let (old, new) = (format!("foot_{}", from.word()), format!("foot_{}", from.other().word()));
    if let Some(target) = pose.touch.remove(&new) {
        pose.touch.insert(old, target);
    }
    pose.rest = vec![new];
}
