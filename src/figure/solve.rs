//! From a pose to a body in the room: it is put on its supports, then the limbs that must touch something
//! are brought there by two-bone inverse kinematics, within the joints' limits.

use super::FigureError;
use super::body::{self, Joint, Side};
use super::math::{M3, V3, v};
use super::pose::Pose;
use super::props::{Place, Props};
use super::reach::{lay_calf, lay_forearm, limb_of, reach};
use super::skeleton::{Rig, Skeleton, sided};
use super::solids::{Part, parts_named, solids};

const UP: V3 = v(0.0, 0.0, 1.0);
/// Degrees by which a solved joint may pass its limit (rounding of data).
const SLACK: f64 = 1.5;

/// How far the toes point down on a pedal, and how far the ankle bends there.
const PEDAL_TIP: f64 = 10.0;
const PEDAL_BEND: f64 = 14.0;

/// A pose carried out.
#[derive(Debug, Clone)]
pub struct Solved {
    pub rig: Rig,
    pub body: Skeleton,
    pub phase: f64,
}

/// Carries out a pose; `first` is the figure's first pose, where supports and kept limbs stay.
///
/// # Errors
/// A word that names nothing, a target out of reach, a joint past its limit.
pub fn solve(pose: &Pose, props: &Props, first: Option<&Solved>) -> Result<Solved, FigureError> {
    let mut rig = Rig {
        at: pose.at,
        root: pose.orientation()?,
        joints: [M3::SAME; body::JOINTS],
        fists: f64::from(u8::from(pose.fists)),
        breath: pose.breath,
    };
    for joint in Joint::all() {
        let angles = pose.angles[joint.index()];
        if joint.excess(angles) > 0.0 {
            return Err(past(joint, angles));
        }
        rig.set(joint, joint.rotation(angles));
    }
    settle(rig, pose, props, first)
}

/// Supports and touches for a body whose joints are set.
///
/// # Errors
/// As `solve`.
pub fn settle(mut rig: Rig, pose: &Pose, props: &Props, first: Option<&Solved>) -> Result<Solved, FigureError> {
    let rests = pose.rest.iter().map(|word| Rest::read(word, props, pose.phase)).collect::<Result<Vec<_>, _>>()?;
    for (i, rest) in rests.iter().enumerate() {
        match rests.first() {
            Some(anchor) if i > 0 && rest.normal.z > 0.9 && anchor.normal.z > 0.9 => tilt(&mut rig, anchor, rest)?,
            _ => rest.put(&mut rig, if i == 0 { first } else { None })?,
        }
    }
    for rest in &rests {
        rest.flatten(&mut rig);
    }
    // Legs first: hands may rest on knees.
    let mut touches: Vec<(&String, &String)> = pose.touch.iter().collect();
    touches.sort_by_key(|(limb, _)| limb.starts_with("hand"));
    for (limb, target) in touches {
        touch(&mut rig, limb, target, props, pose, first)?;
    }
    for joint in Joint::all() {
        let angles = joint.angles(rig.joint(joint));
        if joint.excess(angles) > SLACK {
            return Err(past(joint, angles));
        }
    }
    Ok(Solved { body: rig.stand(), rig, phase: pose.phase })
}

/// Keeps a limb on the straight way between where two bodies have it.
///
/// # Errors
/// The way is out of reach.
pub fn hold(solved: &mut Solved, limb: &str, (a, b): (&Skeleton, &Skeleton), t: f64) -> Result<(), FigureError> {
    let Some((part, side)) = sided(limb) else { return Ok(()) };
    let arm = part == "hand";
    let tip = |body: &Skeleton| if arm { body.arm(side).tip } else { body.leg(side).tip };
    let (from, to) = (tip(a), tip(b));
    reach(&mut solved.rig, side, arm, from.at.lerp(to.at, t), limb, "its way")?;
    let lower = limb_of(&solved.rig, side, arm).lower.turn;
    let joint = if arm { Joint::Wrist(side) } else { Joint::Ankle(side) };
    solved.rig.set(joint, lower.inverse().then(&from.turn.blend(&to.turn, t)));
    solved.body = solved.rig.stand();
    Ok(())
}

fn past(joint: Joint, [b, o, t]: [f64; 3]) -> FigureError {
    FigureError::Limit { joint: joint.full_name(), angles: format!("bend {b:.0}, out {o:.0}, turn {t:.0}") }
}

/// A part of the body on a surface.
#[derive(Debug)]
struct Rest {
    word: String,
    parts: Vec<Part>,
    point: V3,
    normal: V3,
    /// One foot or hand that stays where it first stood.
    pinned: Option<String>,
}

impl Rest {
    fn read(text: &str, props: &Props, phase: f64) -> Result<Rest, FigureError> {
        let (word, surface) = text.split_once(" on ").unwrap_or((text, "floor"));
        let Place { point, normal, .. } = props.place(surface, phase)?;
        let parts = match word {
            "back" => vec![Part::Trunk, Part::Pelvis],
            "seat" => vec![Part::Pelvis],
            "body" => {
                let mut all = vec![Part::Trunk, Part::Pelvis, Part::Face];
                all.extend(["legs", "arms"].iter().filter_map(|w| parts_named(w)).flatten());
                all
            }
            // A joint's own end of the bone, toes, the edge of a foot.
            "knee_left" | "knee_right" | "knees" | "elbow_left" | "elbow_right" | "elbows" | "toes_left" | "toes_right" | "toes"
            | "ankle_left" | "ankle_right" | "ankles" => vec![],
            _ => parts_named(word).ok_or_else(|| FigureError::Unknown("support", word.to_owned()))?,
        };
        let pinned = if matches!(word, "seat" | "back" | "body" | "feet" | "legs" | "arms") { None } else { Some(word.to_owned()) };
        Ok(Rest { word: word.to_owned(), parts, point, normal, pinned })
    }

    /// How far the support reaches below its surface (positive: into it), and where.
    fn depth(&self, body: &Skeleton) -> f64 {
        let down = -self.normal;
        let base = self.point.dot(down);
        let own = self.parts.iter().flat_map(|p| solids(body, *p)).map(|s| s.reach(down)).fold(f64::MIN, f64::max);
        let joints = self.balls(body).into_iter().map(|(at, r)| at.dot(down) + r).fold(f64::MIN, f64::max);
        own.max(joints) - base
    }

    /// Knees, elbows and toes as balls.
    fn balls(&self, body: &Skeleton) -> Vec<(V3, f64)> {
        let (word, sides) = match sided(&self.word) {
            Some((word, side)) => (word, vec![side]),
            None => (self.word.trim_end_matches('s'), Side::BOTH.to_vec()),
        };
        let ball = |side: Side| match word {
            "knee" => vec![(body.leg(side).lower.at, 5.4)],
            "elbow" => vec![(body.arm(side).lower.at, 3.8)],
            // The edge of a foot that lies on its side.
            "ankle" => vec![(body.leg(side).tip.point(v(3.0, 0.0, -3.6)), 3.4)],
            "toe" | "toes" => {
                // Their tips may be lower than the ball of the foot.
                let foot = body.leg(side).tip;
                vec![(foot.point(v(12.0, 0.0, -4.9)), 2.3), (foot.point(v(16.0, 0.0, -5.6)), 1.6)]
            }
            _ => vec![],
        };
        sides.into_iter().flat_map(ball).collect()
    }

    /// Where the support is, roughly: what stays in place from pose to pose.
    fn middle(&self, body: &Skeleton) -> V3 {
        let balls = self.balls(body);
        if let Some((at, _)) = balls.first() {
            return *at;
        }
        match sided(&self.word) {
            Some(("foot", side)) => body.leg(side).tip.at,
            Some(("hand", side)) => body.arm(side).tip.at,
            _ if self.word == "feet" => body.leg(Side::Right).tip.at,
            _ if self.word == "trunk" => body.spine_at(40.0).at,
            _ => body.spine_at(0.0).at,
        }
    }

    fn put(&self, rig: &mut Rig, first: Option<&Solved>) -> Result<(), FigureError> {
        self.flatten(rig);
        let body = rig.stand();
        if let (Some(_), Some(first)) = (&self.pinned, first) {
            let slide = (self.middle(&first.body) - self.middle(&body)).across(self.normal);
            rig.at = rig.at + slide;
        }
        rig.at = rig.at + self.normal * self.depth(&rig.stand());
        Ok(())
    }

    /// One foot that carries the body stands flat.
    fn flatten(&self, rig: &mut Rig) {
        if let Some(("foot", side)) = sided(&self.word) {
            level_foot(rig, side, self.normal);
        }
    }
}

/// Tips the whole body about its first support until the second one rests too.
fn tilt(rig: &mut Rig, anchor: &Rest, second: &Rest) -> Result<(), FigureError> {
    for _ in 0..8 {
        let body = rig.stand();
        let (a, b) = (anchor.middle(&body), second.middle(&body));
        let apart = (b - a).across(UP);
        let Some(away) = apart.unit() else { return Ok(()) };
        let angle = second.depth(&body).atan2(apart.len()).to_degrees();
        // Lifting the second support: from `away` towards up.
        let turn = M3::about(away.cross(UP), angle);
        rig.at = a + turn.apply(rig.at - a);
        rig.root = turn.then(&rig.root);
        rig.at = rig.at + anchor.normal * anchor.depth(&rig.stand());
    }
    Ok(())
}

/// Turns a foot so that its sole lies on a surface, toes where the shin points.
fn level_foot(rig: &mut Rig, side: Side, normal: V3) {
    let leg = limb_of(rig, side, false);
    let foot = M3::of_z_x(normal, leg.lower.turn.x);
    rig.set(Joint::Ankle(side), leg.lower.turn.inverse().then(&foot));
}

/// Brings one limb to its target.
fn touch(rig: &mut Rig, limb: &str, target: &str, props: &Props, pose: &Pose, first: Option<&Solved>) -> Result<(), FigureError> {
    let (part, side) = sided(limb).ok_or_else(|| FigureError::Unknown("limb", limb.to_owned()))?;
    let body = rig.stand();
    match part {
        "foot" => {
            let leg = *body.leg(side);
            let kept = first.filter(|_| target == "keep").map(|f| *f.body.leg(side));
            if let Some(kept) = kept {
                reach(rig, side, false, kept.tip.at, limb, target)?;
                let shank = limb_of(rig, side, false).lower.turn;
                rig.set(Joint::Ankle(side), shank.inverse().then(&kept.tip.turn));
                return Ok(());
            }
            let place = spot(target, side, leg.tip.at, props, pose.phase, &body)?;
            if place.grip {
                return on_pedal(rig, side, &place, limb, target);
            }
            reach(rig, side, false, place.point + place.normal * body::ANKLE, limb, target)?;
            level_foot(rig, side, place.normal);
            Ok(())
        }
        "calf" => lay_calf(rig, side, spot(target, side, body.leg(side).lower.at, props, pose.phase, &body)?, limb, target),
        "hand" => touch_hand(rig, side, target, props, pose, first),
        "forearm" => {
            // The elbow bends until the wrist lies on the surface too.
            let arm = *body.arm(side);
            let place = spot(target, side, arm.tip.at, props, pose.phase, &body)?;
            lay_forearm(rig, side, &place, limb, target)
        }
        _ => Err(FigureError::Unknown("limb", limb.to_owned())),
    }
}

/// A pedal under the ball of the foot: the toes a little down, more where the ankle would bend too much.
fn on_pedal(rig: &mut Rig, side: Side, pedal: &Place, limb: &str, target: &str) -> Result<(), FigureError> {
    let heading = M3::of_z_x(pedal.normal, rig.root.x);
    let least = if pedal.normal.z > 0.95 { PEDAL_TIP } else { 0.0 };
    let mut tip = least;
    for _ in 0..6 {
        let foot = heading.then(&M3::about_y(tip));
        reach(rig, side, false, pedal.point - foot.apply(v(9.0, 0.0, -body::ANKLE)), limb, target)?;
        let ankle = limb_of(rig, side, false).lower.turn.inverse().then(&foot);
        rig.set(Joint::Ankle(side), ankle);
        let [bend, ..] = Joint::Ankle(side).angles(&ankle);
        tip = (tip + bend - PEDAL_BEND).max(least);
    }
    Ok(())
}

fn touch_hand(rig: &mut Rig, side: Side, target: &str, props: &Props, pose: &Pose, first: Option<&Solved>) -> Result<(), FigureError> {
    let body = rig.stand();
    let arm = *body.arm(side);
    let limb = format!("hand_{}", side.word());
    if let Some(kept) = first.filter(|_| target == "keep").map(|f| *f.body.arm(side)) {
        reach(rig, side, true, kept.tip.at, &limb, target)?;
        let lower = limb_of(rig, side, true).lower.turn;
        rig.set(Joint::Wrist(side), lower.inverse().then(&kept.tip.turn));
        return Ok(());
    }
    let place = spot(target, side, arm.tip.at, props, pose.phase, &body)?;
    if place.grip || (place.on_body && pose.fists) {
        // The fist is in line with the forearm: its middle lies beyond the wrist.
        let mut wrist = place.point - (place.point - arm.upper.at).unit_or(-UP) * 6.5;
        for _ in 0..4 {
            reach(rig, side, true, wrist, &limb, target)?;
            let z = limb_of(rig, side, true).lower.turn.z;
            wrist = place.point + z * 6.5;
        }
        rig.set(Joint::Wrist(side), M3::SAME);
        return Ok(());
    }
    // A flat hand: fingers forward along the surface; on the body, where the forearm points.
    let chest = body.spine_at(45.0).turn;
    let lie = |d: V3| d.across(place.normal);
    let ahead = if lie(chest.z).len() > lie(chest.x).len() { lie(chest.z) } else { lie(chest.x) };
    let ahead = if ahead.dot(lie(place.point - arm.upper.at)) < -8.0 { -ahead } else { ahead };
    let fingers = if place.on_body { -arm.tip.turn.z } else { ahead };
    let fingers = fingers.across(place.normal).unit_or(ahead.unit_or(chest.x));
    let back = if place.on_body { body::PALM } else { 0.0 };
    reach(rig, side, true, place.point + place.normal * body::HAND_HALF - fingers * back, &limb, target)?;
    let y = place.normal * side.sign();
    let hand = M3 { x: y.cross(-fingers), y, z: -fingers };
    let lower = limb_of(rig, side, true).lower.turn;
    rig.set(Joint::Wrist(side), lower.inverse().then(&hand));
    Ok(())
}

/// Where a target is. Numbers after its name: on the floor x forward and y outward; elsewhere a shift.
fn spot(target: &str, side: Side, near: V3, props: &Props, phase: f64, body: &Skeleton) -> Result<Place, FigureError> {
    let mut words = target.split_whitespace();
    let name = words.next().unwrap_or_default();
    let numbers: Vec<f64> = words.filter_map(|w| w.parse().ok()).collect();
    let number = |i: usize| numbers.get(i).copied();
    if let Some((point, normal)) = body.mark(name) {
        let shift = v(number(0).unwrap_or(0.0), number(1).unwrap_or(0.0) * side.sign(), number(2).unwrap_or(0.0));
        return Ok(Place { point: point + shift, normal, grip: false, on_body: true });
    }
    let mut place = props.place(name, phase)?;
    if place.grip {
        let shift = v(number(0).unwrap_or(0.0), number(1).unwrap_or(0.0) * side.sign(), number(2).unwrap_or(0.0));
        place.point = place.point + shift;
        return Ok(place);
    }
    // A surface: straight below (or beside) where the limb is, unless numbers say where.
    let from = if numbers.is_empty() {
        near
    } else if name == "floor" {
        v(number(0).unwrap_or(0.0), number(1).unwrap_or(0.0) * side.sign(), 0.0)
    } else if place.normal.z.abs() < 0.5 {
        v(place.point.x, number(1).unwrap_or(0.0) * side.sign(), number(0).unwrap_or(0.0))
    } else {
        v(place.point.x + number(0).unwrap_or(0.0), number(1).unwrap_or(0.0) * side.sign(), 0.0)
    };
    place.point = from - place.normal * (from - place.point).dot(place.normal);
    Ok(place)
}
