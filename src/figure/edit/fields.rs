//! The numbers of a pose, and which of them do something.

use super::words::{capital, group, joint_words, motion, side_word};
use crate::figure::FigureError;
use crate::figure::body::{Joint, Side};
use crate::figure::library::Figure;
use crate::figure::math::v;
use crate::figure::pose::Pose;
use crate::figure::skeleton::Skeleton;
use crate::figure::solve::{Solved, solve};

/// A number that can be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct PoseField {
    /// The pose, from 1.
    pub pose: usize,
    /// Its stable name: `p2.knee_right.bend`.
    pub name: String,
    /// The heading it stands under: `Right leg`.
    pub group: &'static str,
    /// `Right knee, bend`.
    pub label: String,
    pub unit: &'static str,
    pub value: f64,
    pub min: f64,
    pub max: f64,
    pub step: f64,
    /// What else one should know: that the limb is held by what it touches.
    pub hint: Option<&'static str>,
}

const LEG_HELD: &str = "The foot stays where it is; this only says where the knee points.";
const ARM_HELD: &str = "The hand stays where it is; this only says where the elbow points.";
const ALL: &str = "100 is as it is now. 60 makes the whole movement smaller, 120 larger.";
/// Things that go by the phase.
const PHASED: [(&str, &str); 4] =
    [("bike", "Pedals"), ("trainer", "Pedals"), ("clock", "Long hand of the clock"), ("scan", "Light along the body")];
/// By how much a number is moved to see whether anything happens: degrees or centimetres.
const POKE: f64 = 4.0;
/// What nobody would see, in centimetres.
const STILL: f64 = 0.05;

/// One number of a pose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Knob {
    Angle(Joint, usize),
    Lean,
    Roll,
    Turn,
    Twist,
    Ahead,
    Across,
    Height,
    Breath,
    Phase,
}

impl Knob {
    /// Every number of a pose, in the order of the form.
    pub fn all() -> Vec<Knob> {
        use Knob::{Across, Ahead, Breath, Height, Lean, Phase, Roll, Turn, Twist};
        let mut all = vec![Lean, Roll, Turn, Twist, Ahead, Across, Height, Phase];
        let middle = [Joint::Low, Joint::Mid, Joint::High];
        let angles = |joint: Joint| (0..3).map(move |axis| Knob::Angle(joint, axis));
        all.extend(middle.into_iter().flat_map(angles));
        all.push(Breath);
        all.extend([Joint::Neck, Joint::Head].into_iter().flat_map(angles));
        for limb in [[Joint::Shoulder, Joint::Elbow, Joint::Wrist], [Joint::Hip, Joint::Knee, Joint::Ankle]] {
            for side in [Side::Right, Side::Left] {
                all.extend(limb.into_iter().map(|joint| joint(side)).flat_map(angles));
            }
        }
        all
    }

    pub fn get(self, pose: &Pose) -> f64 {
        match self {
            Knob::Angle(joint, axis) => pose.angles[joint.index()][axis],
            Knob::Lean => pose.lean,
            Knob::Roll => pose.roll,
            Knob::Turn => pose.turn,
            Knob::Twist => pose.twist,
            Knob::Ahead => pose.at.x,
            Knob::Across => pose.at.y,
            Knob::Height => pose.at.z,
            Knob::Breath => pose.breath,
            Knob::Phase => pose.phase,
        }
    }

    pub fn set(self, pose: &mut Pose, value: f64) {
        *match self {
            Knob::Angle(joint, axis) => &mut pose.angles[joint.index()][axis],
            Knob::Lean => &mut pose.lean,
            Knob::Roll => &mut pose.roll,
            Knob::Turn => &mut pose.turn,
            Knob::Twist => &mut pose.twist,
            Knob::Ahead => &mut pose.at.x,
            Knob::Across => &mut pose.at.y,
            Knob::Height => &mut pose.at.z,
            Knob::Breath => &mut pose.breath,
            Knob::Phase => &mut pose.phase,
        } = value;
    }

    /// How far it goes, at least to where it is.
    pub fn range(self, value: f64) -> (f64, f64) {
        let (low, high) = match self {
            // Towards the thumb a wrist goes less far than its limit, which is for any side.
            Knob::Angle(Joint::Wrist(_), 0) => (-30.0, 25.0),
            Knob::Angle(joint, axis) => joint.limits()[axis],
            Knob::Lean | Knob::Roll | Knob::Turn | Knob::Twist => (-180.0, 180.0),
            Knob::Ahead => (-150.0, 150.0),
            Knob::Across => (-80.0, 80.0),
            Knob::Height => (-20.0, 150.0),
            Knob::Breath => (-2.0, 8.0),
            Knob::Phase => (0.0, 360.0),
        };
        (value.min(low), value.max(high))
    }

    /// The name in the form, after the pose's.
    pub fn name(self) -> String {
        match self {
            Knob::Angle(joint, axis) => format!("{}.{}", joint.full_name(), ["bend", "out", "turn"][axis]),
            Knob::Lean => "body.lean".to_owned(),
            Knob::Roll => "body.roll".to_owned(),
            Knob::Turn => "body.turn".to_owned(),
            Knob::Twist => "body.twist".to_owned(),
            Knob::Ahead => "body.ahead".to_owned(),
            Knob::Across => "body.across".to_owned(),
            Knob::Height => "body.height".to_owned(),
            Knob::Breath => "trunk.breath".to_owned(),
            Knob::Phase => "things.phase".to_owned(),
        }
    }

    /// Heading, label and unit; `None` for what no joint does.
    fn words(self, figure: &Figure) -> Option<(&'static str, String, &'static str)> {
        let mirrored = figure.data.mirrored;
        let (right, left) = (side_word(Side::Right, mirrored), side_word(Side::Left, mirrored));
        let body = |text: &str, unit| Some(("Whole body", format!("Whole body, {text}"), unit));
        match self {
            Knob::Angle(joint, axis) => {
                let (does, minus) = motion(joint, axis, mirrored)?;
                let minus = if self.range(0.0).0 < -8.0 { format!(" (minus: {minus})") } else { String::new() };
                Some((group(joint, mirrored), format!("{}, {does}{minus}", capital(&joint_words(joint, mirrored))), "°"))
            }
            Knob::Lean => body("lean forward (minus: back)", "°"),
            Knob::Roll => body(&format!("tip to the {right} (minus: {left})"), "°"),
            Knob::Turn => body(&format!("turn on the spot to the {right} (minus: {left})"), "°"),
            Knob::Twist => body(&format!("roll over to the {right} (minus: {left})"), "°"),
            Knob::Ahead => body("further forward (minus: back)", "cm"),
            Knob::Across => body(&format!("further to the {left} (minus: {right})"), "cm"),
            Knob::Height => body("higher", "cm"),
            Knob::Breath => Some(("Trunk", "Tummy, out with the breath".to_owned(), "cm")),
            Knob::Phase => {
                let (kind, label) = PHASED.iter().find(|(kind, _)| figure.data.props.iter().any(|p| p.kind == *kind))?;
                Some(("Whole body", (*label).to_owned(), if *kind == "scan" { "%" } else { "°" }))
            }
        }
    }
}

/// How far a pose is from the first one, as one number.
pub(super) fn far_name(n: usize) -> String {
    format!("p{}.body.far", n + 1)
}

/// Whether the distance from the first pose can be one number.
pub(super) fn scales(figure: &Figure, n: usize) -> bool {
    let (first, pose) = (&figure.poses[0], &figure.poses[n]);
    n > 0 && !figure.data.cycle && first.facing == pose.facing && Knob::all().iter().any(|knob| knob.get(first) != knob.get(pose))
}

/// Every number that does something.
pub(super) fn offered(figure: &Figure) -> Vec<PoseField> {
    if !figure.parts.is_empty() {
        return Vec::new();
    }
    (0..figure.poses.len()).flat_map(|n| of_pose(figure, n)).collect()
}

fn of_pose(figure: &Figure, n: usize) -> Vec<PoseField> {
    let mut fields = Vec::new();
    if scales(figure, n) {
        let label = "How far from the start".to_owned();
        let (group, unit, hint) = ("Whole body", "%", Some(ALL));
        fields.push(PoseField { pose: n + 1, name: far_name(n), group, label, unit, value: 100.0, min: 10.0, max: 150.0, step: 5.0, hint });
    }
    let pose = &figure.poses[n];
    for knob in Knob::all() {
        let value = knob.get(pose);
        let Some((group, label, unit)) = knob.words(figure) else { continue };
        if !stirs(figure, n, knob) {
            continue;
        }
        let (min, max) = knob.range(value);
        let step = [1.0, 0.5].into_iter().find(|step| (value / step).fract() == 0.0).unwrap_or(0.1);
        let name = format!("p{}.{}", n + 1, knob.name());
        fields.push(PoseField { pose: n + 1, name, group, label, unit, value, min, max, step, hint: hint(pose, knob) });
    }
    fields
}

/// A held limb's angles are only a hint.
fn hint(pose: &Pose, knob: Knob) -> Option<&'static str> {
    let Knob::Angle(joint, _) = knob else { return None };
    let side = joint.side()?.word();
    let touches = |limb: &str| pose.touch.contains_key(&format!("{limb}_{side}"));
    match joint {
        Joint::Hip(_) | Joint::Knee(_) | Joint::Ankle(_) => (touches("foot") || touches("calf")).then_some(LEG_HELD),
        _ => (touches("hand") || touches("forearm")).then_some(ARM_HELD),
    }
}

/// Whether a number does anything: found out by moving it a little, both ways.
fn stirs(figure: &Figure, n: usize, knob: Knob) -> bool {
    if knob == Knob::Phase {
        return true;
    }
    let value = knob.get(&figure.poses[n]);
    let (min, max) = knob.range(value);
    let tries = [value + POKE, value - POKE].map(|x| x.clamp(min, max));
    let mut held = false;
    for other in tries.into_iter().filter(|x| *x != value) {
        let mut pose = figure.poses[n].clone();
        knob.set(&mut pose, other);
        match carried_out(figure, n, &pose) {
            Ok(solved) if differ(&solved.body, &figure.solved[n].body) => return true,
            Ok(_) => held = true,
            Err(_) => {}
        }
    }
    !held
}

fn carried_out(figure: &Figure, n: usize, pose: &Pose) -> Result<Solved, FigureError> {
    let first = if figure.data.cycle || n == 0 { None } else { figure.solved.first() };
    solve(pose, &figure.props, first)
}

/// Whether two bodies look different.
fn differ(a: &Skeleton, b: &Skeleton) -> bool {
    let points = |body: &Skeleton| {
        let mut all = vec![body.head.at, body.head.point(v(9.0, 5.0, 0.0))];
        for s in [0.0, 10.0, 23.0, 36.0, 50.0] {
            let frame = body.spine_at(s);
            all.extend([frame.at, frame.point(v(9.0, 5.0, 0.0))]);
        }
        for side in Side::BOTH {
            for limb in [body.arm(side), body.leg(side)] {
                all.extend([limb.upper.at, limb.lower.at, limb.tip.at, limb.tip.point(v(9.0, 5.0, -9.0))]);
            }
        }
        all
    };
    a.breath != b.breath || points(a).iter().zip(points(b)).any(|(p, q)| (*p - q).len() > STILL)
}
