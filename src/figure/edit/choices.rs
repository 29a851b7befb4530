//! What is chosen from words: hands and feet, the foot that carries, view, accents, the arrow.

use super::Messages;
use super::words::{capital, part_words, place_words, side_word};
use crate::figure::body::{Joint, Side};
use crate::figure::library::Figure;
use crate::figure::math::{V3, v};
use crate::figure::pose::{ArrowData, FigureData, Pose, View};
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

/// The key of what a limb does now where it is none of the usual.
const NOW: &str = "now";
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

/// A place where a limb can be put: a key, words, the target's first word, and a shift from it in the frame of
/// the trunk (forward, outward on the limb's own side, up).
struct Spot {
    key: &'static str,
    words: &'static str,
    target: String,
    shift: Option<V3>,
}

/// A hand or a foot.
#[derive(Debug, Clone, Copy)]
struct Limb {
    arm: bool,
    side: Side,
}

impl Limb {
    const ALL: [Limb; 4] = [
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
        let plain = |key, words, target: &str| Spot { key, words, target: target.to_owned(), shift: None };
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
        let near = |key, words, target: String, shift| Spot { key, words, target, shift: Some(shift) };
        spots.push(near("hip", "on the hip", format!("hipside_{side}"), v(0.0, 0.0, 0.0)));
        spots.push(near("tummy", "on the tummy", "belly".to_owned(), v(0.0, 6.0, -1.0)));
        spots.push(near(
            "shoulder",
            "on the other shoulder (arms crossed)",
            format!("shoulder_{}", self.side.other().word()),
            v(6.5, 2.0, -5.0),
        ));
        spots.push(near("head", "behind the head", "head_back".to_owned(), v(-2.0, 3.0, 3.0)));
        spots.push(plain("thigh", "on the thigh", &format!("thigh_{side}")));
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

    fn choice(self, figure: &Figure, n: usize) -> Option<Choice> {
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

    /// Puts it where a key says; the joints that are now free.
    fn put(self, key: &str, figure: &Figure, n: usize, pose: &mut Pose) -> Vec<Joint> {
        let solved = &figure.solved[n];
        let held = self.target(pose).is_some();
        for word in self.words() {
            pose.touch.remove(&word);
        }
        if let Some(spot) = self.spots(figure, n).into_iter().find(|spot| spot.key == key) {
            let target = match spot.shift {
                None => spot.target,
                Some(shift) => {
                    // Outward for the limb is what the data calls outward; the frame of the trunk goes along.
                    let p = solved.body.spine_at(36.0).turn.apply(v(shift.x, shift.y * self.side.sign(), shift.z));
                    format!("{} {:.1} {:.1} {:.1}", spot.target, p.x, p.y * self.side.sign(), p.z)
                }
            };
            pose.touch.insert(self.name(), target);
            return Vec::new();
        }
        if !held {
            return Vec::new();
        }
        // Let go, it stays where it is until its angles are changed.
        for joint in self.joints() {
            let (limits, angles) = (joint.limits(), joint.angles(solved.rig.joint(joint)));
            let mut free = [0.0; 3];
            for (axis, (low, high)) in limits.into_iter().enumerate() {
                free[axis] = ((angles[axis] * 2.0).round() / 2.0).clamp(low, high);
            }
            pose.angles[joint.index()] = free;
        }
        self.joints().to_vec()
    }
}

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

fn carrying(pose: &Pose) -> Option<Side> {
    match &pose.rest[..] {
        [one] if one == "foot_right" => Some(Side::Right),
        [one] if one == "foot_left" => Some(Side::Left),
        _ => None,
    }
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

/// A key that was typed and is not the one that was there.
fn chosen<'a>(typed: &'a BTreeMap<String, String>, name: &str, old: &str) -> Option<&'a str> {
    typed.get(name).map(String::as_str).filter(|key| *key != old)
}

/// What limbs do in a pose; a limb that did the same in the pose before goes along. Gives the joints let go.
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
