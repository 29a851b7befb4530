//! The figure's proportions, its joints and how far each of them goes. Centimetres, for an adult of 172.

use super::math::{M3, V3, v};

/// From the hip joints up to the base of the neck, along the spine.
pub const SPINE: f64 = 50.0;
/// Where the three bending zones of the trunk begin and end, along the spine: the pelvis below is stiff.
pub const ZONES: [(f64, f64); 3] = [(10.0, 23.0), (23.0, 36.0), (36.0, 50.0)];
pub const HIP_WIDTH: f64 = 8.6;
pub const THIGH: f64 = 42.0;
pub const SHANK: f64 = 40.0;
/// The ankle joint above the sole.
pub const ANKLE: f64 = 7.2;
pub const SHOULDER_WIDTH: f64 = 16.6;
/// The shoulder joints below the base of the neck.
pub const SHOULDER_DROP: f64 = 5.2;
pub const UPPER_ARM: f64 = 29.0;
pub const FOREARM: f64 = 25.0;
/// From the wrist to the middle of the palm, and to the finger tips.
pub const PALM: f64 = 7.0;
/// Half the thickness of a hand.
pub const HAND_HALF: f64 = 2.4;
pub const NECK: f64 = 10.4;
/// From the top of the neck to the middle of the head.
pub const HEAD: f64 = 9.0;

/// One cross-section of a rounded part: how far it reaches forward, back and to each side.
#[derive(Debug, Clone, Copy)]
pub struct Ring {
    /// Place along the part.
    pub s: f64,
    pub front: f64,
    pub back: f64,
    pub side: f64,
}

const fn ring(s: f64, front: f64, back: f64, side: f64) -> Ring {
    Ring { s, front, back, side }
}

/// Trousers: from the seat to the waistband, along the spine.
pub const PELVIS_RINGS: &[Ring] = &[
    ring(-8.5, 4.0, 6.5, 8.0),
    ring(-6.0, 7.2, 10.2, 14.0),
    ring(-1.0, 9.2, 12.0, 17.0),
    ring(4.5, 9.8, 11.6, 16.8),
    ring(10.0, 9.6, 9.4, 14.8),
    ring(14.5, 9.1, 8.0, 13.6),
];

/// Shirt: from under the waistband to the collar, along the spine.
pub const TRUNK_RINGS: &[Ring] = &[
    ring(11.0, 8.6, 8.2, 13.4),
    ring(17.0, 8.9, 7.9, 12.6),
    ring(23.0, 9.3, 8.4, 13.2),
    ring(29.0, 10.0, 9.4, 15.0),
    ring(35.0, 10.6, 10.2, 16.6),
    ring(40.5, 9.8, 10.4, 17.6),
    ring(45.5, 7.6, 9.6, 17.2),
    ring(49.0, 5.8, 8.0, 14.2),
    ring(51.8, 4.4, 6.6, 9.8),
    ring(54.0, 3.4, 5.6, 6.4),
];

/// Parts of a limb, along the bone from 0 to 1.
pub const THIGH_RINGS: &[Ring] =
    &[ring(0.0, 9.0, 9.6, 9.0), ring(0.25, 9.3, 9.6, 9.0), ring(0.55, 8.3, 8.1, 7.9), ring(0.82, 6.6, 6.2, 6.3), ring(1.03, 5.9, 5.6, 5.7)];
pub const SHANK_RINGS: &[Ring] =
    &[ring(0.0, 5.7, 5.4, 5.6), ring(0.16, 5.0, 6.4, 5.6), ring(0.36, 4.4, 7.2, 5.6), ring(0.68, 3.6, 4.6, 4.1), ring(1.0, 3.2, 3.7, 3.4)];
pub const UPPER_ARM_RINGS: &[Ring] =
    &[ring(0.0, 5.2, 5.2, 5.0), ring(0.35, 4.8, 4.7, 4.6), ring(0.7, 4.1, 4.1, 4.1), ring(1.04, 3.8, 3.8, 3.8)];
pub const SLEEVE_RINGS: &[Ring] = &[ring(0.0, 5.8, 5.8, 5.5), ring(0.3, 5.8, 5.6, 5.5), ring(0.56, 5.5, 5.4, 5.4)];
pub const FOREARM_RINGS: &[Ring] =
    &[ring(0.0, 3.8, 3.8, 3.8), ring(0.25, 4.0, 3.9, 4.0), ring(0.65, 3.2, 3.1, 3.2), ring(1.0, 2.6, 2.6, 2.6)];

/// Balls that make the foot, from the ankle joint: place and size. All stand on the sole.
pub const FOOT_HEEL: &[(V3, f64)] =
    &[(v(-0.2, 0.0, 0.0), 3.7), (v(-3.2, 0.0, -4.2), 3.0), (v(6.5, 0.0, -4.0), 3.2), (v(4.0, 0.0, -2.6), 3.4)];
pub const FOOT_TOES: &[(V3, f64)] = &[
    (v(5.0, 0.0, -3.9), 3.3),
    (v(11.5, 1.2, -4.9), 2.3),
    (v(11.5, -1.2, -4.9), 2.3),
    (v(16.2, 1.0, -5.6), 1.6),
    (v(15.6, -1.2, -5.6), 1.6),
];
/// Balls that make the hand, from the wrist; fingers along -z as the arm hangs, palm towards the body.
pub const HAND_FLAT: &[(V3, f64)] =
    &[(v(0.0, 0.0, 0.4), 2.5), (v(1.3, 0.0, -6.5), 2.5), (v(-1.5, 0.0, -6.5), 2.4), (v(0.9, 0.0, -14.6), 1.5), (v(-0.9, 0.0, -14.4), 1.5)];
pub const HAND_FIST: &[(V3, f64)] =
    &[(v(0.0, 0.0, 0.4), 2.6), (v(1.7, 0.0, -5.6), 3.1), (v(-1.4, 0.0, -5.8), 3.2), (v(0.2, 0.0, -7.6), 2.9)];
pub const THUMB: &[(V3, f64)] = &[(v(1.2, 0.0, -2.6), 1.9), (v(4.4, 0.0, -7.2), 1.25)];

/// The two sides of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Left,
    Right,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];

    pub fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }

    /// Plus one to the left, minus one to the right.
    pub fn sign(self) -> f64 {
        match self {
            Side::Left => 1.0,
            Side::Right => -1.0,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Right => "right",
        }
    }
}

/// A joint: five in the middle, six on each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    Low,
    Mid,
    High,
    Neck,
    Head,
    Shoulder(Side),
    Elbow(Side),
    Wrist(Side),
    Hip(Side),
    Knee(Side),
    Ankle(Side),
}

/// Number of joints.
pub const JOINTS: usize = 17;

use Joint::{Ankle, Elbow, Head, High, Hip, Knee, Low, Mid, Neck, Shoulder, Wrist};

/// Lowest and highest value of a joint's three angles: bend, out (or side), turn.
type Limits = [(f64, f64); 3];

impl Joint {
    /// Every joint, in the order of `index`.
    pub fn all() -> [Joint; JOINTS] {
        use Side::{Left, Right};
        [
            Low,
            Mid,
            High,
            Neck,
            Head,
            Shoulder(Left),
            Shoulder(Right),
            Elbow(Left),
            Elbow(Right),
            Wrist(Left),
            Wrist(Right),
            Hip(Left),
            Hip(Right),
            Knee(Left),
            Knee(Right),
            Ankle(Left),
            Ankle(Right),
        ]
    }

    pub fn index(self) -> usize {
        let (base, side) = match self {
            Low => return 0,
            Mid => return 1,
            High => return 2,
            Neck => return 3,
            Head => return 4,
            Shoulder(s) => (5, s),
            Elbow(s) => (7, s),
            Wrist(s) => (9, s),
            Hip(s) => (11, s),
            Knee(s) => (13, s),
            Ankle(s) => (15, s),
        };
        base + usize::from(side == Side::Right)
    }

    pub fn mirrored(self) -> Joint {
        match self {
            Shoulder(s) => Shoulder(s.other()),
            Elbow(s) => Elbow(s.other()),
            Wrist(s) => Wrist(s.other()),
            Hip(s) => Hip(s.other()),
            Knee(s) => Knee(s.other()),
            Ankle(s) => Ankle(s.other()),
            middle => middle,
        }
    }

    /// The name in the data, without a side.
    pub fn name(self) -> &'static str {
        match self {
            Low => "low",
            Mid => "mid",
            High => "high",
            Neck => "neck",
            Head => "head",
            Shoulder(_) => "shoulder",
            Elbow(_) => "elbow",
            Wrist(_) => "wrist",
            Hip(_) => "hip",
            Knee(_) => "knee",
            Ankle(_) => "ankle",
        }
    }

    pub fn side(self) -> Option<Side> {
        match self {
            Shoulder(s) | Elbow(s) | Wrist(s) | Hip(s) | Knee(s) | Ankle(s) => Some(s),
            _ => None,
        }
    }

    /// The name in the data and in messages: `knee_left`.
    pub fn full_name(self) -> String {
        self.side().map_or_else(|| self.name().to_owned(), |s| format!("{}_{}", self.name(), s.word()))
    }

    /// How far it goes: bend, out (side for the trunk), turn. About what a supple adult can do; where a figure
    /// needs more, no more than it needs (MO7 and MO13 arch, MO12 turns the trunk, CO3 and CO4 sag sideways,
    /// MO11 crosses the legs, MO9 kneels on flat insteps). A wrist's bend is all of its bend, to whichever side.
    pub fn limits(self) -> Limits {
        match self {
            Low => [(-28.0, 38.0), (-20.0, 20.0), (-12.0, 12.0)],
            Mid => [(-21.0, 28.0), (-18.0, 18.0), (-23.0, 23.0)],
            High => [(-20.0, 30.0), (-13.0, 13.0), (-25.0, 25.0)],
            Neck => [(-40.0, 45.0), (-30.0, 30.0), (-50.0, 50.0)],
            Head => [(-20.0, 20.0), (-12.0, 12.0), (-35.0, 35.0)],
            Shoulder(_) => [(-65.0, 185.0), (-56.0, 180.0), (-100.0, 95.0)],
            Elbow(_) => [(-3.0, 150.0), (-2.0, 2.0), (-85.0, 85.0)],
            Wrist(_) => [(-30.0, 86.0), (-80.0, 70.0), (-10.0, 10.0)],
            Hip(_) => [(-25.0, 135.0), (-30.0, 45.0), (-45.0, 65.0)],
            Knee(_) => [(-4.0, 152.0), (-2.0, 2.0), (-10.0, 10.0)],
            Ankle(_) => [(-62.0, 35.0), (-30.0, 20.0), (-30.0, 30.0)],
        }
    }

    /// The rotation of this joint by its human angles.
    pub fn rotation(self, [bend, out, turn]: [f64; 3]) -> M3 {
        let k = self.side().map_or(1.0, Side::sign);
        match self {
            Low | Mid | High | Neck | Head => M3::of_angles(bend, out, -turn),
            Knee(_) => M3::of_angles(bend, out * k, turn * k),
            _ => M3::of_angles(-bend, out * k, turn * k),
        }
    }

    /// The human angles of a rotation, within limits where one way of saying it is.
    pub fn angles(self, m: &M3) -> [f64; 3] {
        if let Wrist(_) = self {
            // The forearm turns the hand any way; only the bend counts.
            return [m.z.z.clamp(-1.0, 1.0).acos().to_degrees(), 0.0, 0.0];
        }
        let k = self.side().map_or(1.0, Side::sign);
        let (p, q, r) = m.angles();
        let human = |p: f64, q: f64, r: f64| {
            let p = if matches!(self, Low | Mid | High | Neck | Head | Knee(_)) { p } else { -p };
            let r = if self.side().is_some() { r * k } else { -r };
            [wrap(p), wrap(q * k), wrap(r)]
        };
        // Every rotation can be said in two ways.
        let one = human(p, q, r);
        let two = human(p + 180.0, 180.0 - q, r + 180.0);
        if self.excess(one) > self.excess(two) { two } else { one }
    }

    /// How far angles lie outside the limits, at worst.
    pub fn excess(self, angles: [f64; 3]) -> f64 {
        let over = |(a, (low, high)): (f64, (f64, f64))| (low - a).max(a - high).max(0.0);
        angles.into_iter().zip(self.limits()).map(over).fold(0.0, f64::max)
    }
}

/// An angle in -180 to 180; the seam lies a little past it so that arms overhead read as 180.
fn wrap(a: f64) -> f64 {
    let a = a.rem_euclid(360.0);
    if a > 190.0 { a - 360.0 } else { a }
}
