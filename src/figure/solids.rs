//! The body's flesh: rounded solids round the skeleton. Drawing takes their outlines, resting takes their
//! lowest points.

use super::body::{self, Ring, Side};
use super::math::{M3, V3, v};
use super::skeleton::{Frame, Skeleton};

/// A part of the body with a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Pelvis,
    Trunk,
    Neck,
    Face,
    Ear(Side),
    HairBack,
    HairTop,
    Thigh(Side),
    Shank(Side),
    Foot(Side),
    UpperArm(Side),
    Sleeve(Side),
    Forearm(Side),
    Hand(Side),
}

/// An elliptic cross-section in space.
#[derive(Debug, Clone, Copy)]
pub struct Station {
    pub at: V3,
    pub turn: M3,
    /// Half sizes along x and y.
    pub half: (f64, f64),
}

/// A ball, perhaps longer in one direction; cut off behind a plane if it has one.
#[derive(Debug, Clone, Copy)]
pub struct Ball {
    pub at: V3,
    pub turn: M3,
    pub half: V3,
    /// Direction (in the ball's frame) and distance beyond which nothing is left.
    pub cut: Option<(V3, f64)>,
}

/// A shape.
#[derive(Debug, Clone)]
pub enum Solid {
    /// Cross-sections along a bone or the spine; whether its ends are round.
    Loft { stations: Vec<Station>, round: (bool, bool), straight: bool },
    /// The skin pulled tight over balls.
    Hull(Vec<Ball>),
    /// Flat sides between corners, which are rounded by a radius.
    Block(Vec<V3>, f64),
}

impl Ball {
    pub fn round(at: V3, r: f64) -> Ball {
        Ball { at, turn: M3::SAME, half: v(r, r, r), cut: None }
    }

    /// How far it reaches in a direction (of length one), from the origin.
    pub fn reach(&self, n: V3) -> f64 {
        self.at.dot(n) + self.own_reach(n)
    }

    fn own_reach(&self, n: V3) -> f64 {
        let local = self.turn.inverse().apply(n);
        let scaled = v(local.x * self.half.x, local.y * self.half.y, local.z * self.half.z);
        let whole = scaled.len();
        let Some((cut, at)) = self.cut else { return whole };
        // In units of the ball: the unit sphere cut by a plane.
        let normal = v(cut.x * self.half.x, cut.y * self.half.y, cut.z * self.half.z);
        let d = at / normal.len().max(1e-9);
        let normal = normal.unit_or(v(1.0, 0.0, 0.0));
        let along = scaled.dot(normal);
        if along <= d * whole {
            return whole;
        }
        along * d + scaled.across(normal).len() * (1.0 - d * d).max(0.0).sqrt()
    }
}

impl Station {
    fn of(frame: &Frame, ring: &Ring) -> Station {
        let middle = v((ring.front - ring.back) / 2.0, 0.0, 0.0);
        Station { at: frame.point(middle), turn: frame.turn, half: ((ring.front + ring.back) / 2.0, ring.side) }
    }

    /// How far it reaches from its middle in a direction.
    pub fn own_reach(&self, n: V3) -> f64 {
        (self.half.0 * self.turn.x.dot(n)).hypot(self.half.1 * self.turn.y.dot(n))
    }
}

impl Solid {
    /// How far the shape reaches in a direction of length one.
    pub fn reach(&self, n: V3) -> f64 {
        match self {
            Solid::Loft { stations, .. } => stations.iter().map(|s| s.at.dot(n) + s.own_reach(n)).fold(f64::MIN, f64::max),
            Solid::Hull(balls) => balls.iter().map(|b| b.reach(n)).fold(f64::MIN, f64::max),
            Solid::Block(corners, _) => corners.iter().map(|c| c.dot(n)).fold(f64::MIN, f64::max),
        }
    }
}

/// The solids of a part.
pub fn solids(body: &Skeleton, part: Part) -> Vec<Solid> {
    match part {
        Part::Pelvis => vec![spine_loft(body, body::PELVIS_RINGS), seat(body)],
        Part::Trunk => vec![spine_loft(body, body::TRUNK_RINGS)],
        Part::Neck => vec![neck(body)],
        Part::Face => face(body),
        Part::Ear(side) => vec![Solid::Hull(vec![Ball {
            at: body.head.point(v(-1.0, 7.3 * side.sign(), -0.9)),
            turn: body.head.turn.then(&M3::about_y(-14.0)),
            half: v(1.5, 0.9, 2.4),
            cut: None,
        }])],
        Part::HairBack => vec![hair(body, v(0.94, 0.0, -0.34), 0.4), Solid::Hull(vec![bun(body)])],
        Part::HairTop => vec![hair(body, v(0.5, 0.0, -0.866), -3.6)],
        Part::Thigh(s) => vec![limb(&body.leg(s).upper, body::THIGH_RINGS, body::THIGH, (true, true))],
        Part::Shank(s) => vec![limb(&body.leg(s).lower, body::SHANK_RINGS, body::SHANK, (true, true))],
        Part::Foot(s) => vec![hull(&body.leg(s).tip, body::FOOT_HEEL, s), toes(&body.leg(s).tip, s)],
        Part::UpperArm(s) => vec![limb(&body.arm(s).upper, body::UPPER_ARM_RINGS, body::UPPER_ARM, (true, true))],
        Part::Sleeve(s) => vec![limb(&body.arm(s).upper, body::SLEEVE_RINGS, body::UPPER_ARM, (true, false))],
        Part::Forearm(s) => vec![limb(&body.arm(s).lower, body::FOREARM_RINGS, body::FOREARM, (true, true))],
        Part::Hand(s) => hand(body, s),
    }
}

/// The hollow of the back fills as the trunk rounds, and deepens as it arches.
fn spine_loft(body: &Skeleton, rings: &[Ring]) -> Solid {
    let (hips, ribs) = (body.spine_at(0.0).turn, body.spine_at(36.0).turn);
    let round = (ribs.z.dot(hips.x).clamp(-0.6, 0.75)) * 5.6;
    let station = |r: &Ring| {
        let fill = round * (1.0 - ((r.s - 20.0) / 17.0).powi(2)).max(0.0);
        let breath = body.breath * (1.0 - ((r.s - 17.0) / 15.0).powi(2)).max(0.0);
        let ring = Ring { front: r.front - fill * 0.35 + breath, back: r.back + fill, ..*r };
        Station::of(&body.spine_at(r.s), &ring)
    };
    let stations = rings.iter().map(station).collect();
    Solid::Loft { stations, round: (false, false), straight: false }
}

/// The seat stays round however the hips are bent.
fn seat(body: &Skeleton) -> Solid {
    let hips = body.spine_at(0.0);
    Solid::Hull(vec![Ball { at: hips.point(v(-1.3, 0.0, 0.4)), turn: hips.turn, half: v(10.5, 17.0, 10.2), cut: None }])
}

fn limb(bone: &Frame, rings: &[Ring], length: f64, round: (bool, bool)) -> Solid {
    let station = |r: &Ring| Station::of(&Frame { at: bone.point(v(0.0, 0.0, -r.s * length)), turn: bone.turn }, r);
    Solid::Loft { stations: rings.iter().map(station).collect(), round, straight: true }
}

/// Toes and thumbs of the left are the right's in a mirror.
fn hull(frame: &Frame, balls: &[(V3, f64)], side: Side) -> Solid {
    let k = side.sign();
    Solid::Hull(balls.iter().map(|(at, r)| Ball::round(frame.point(v(at.x, at.y * -k, at.z)), *r)).collect())
}

/// Toes bend where the floor is in their way: a raised heel stands on the ball of the foot.
fn toes(frame: &Frame, side: Side) -> Solid {
    const DEEPEST: f64 = -5.0;
    let mut solid = hull(frame, body::FOOT_TOES, side);
    if let Solid::Hull(balls) = &mut solid {
        for ball in balls.iter_mut().filter(|b| frame.turn.x.z < -0.2 && b.at.z > DEEPEST) {
            ball.at.z = ball.at.z.max(ball.half.z);
        }
    }
    solid
}

/// Between flat and closed: the balls of the one move to those of the other.
fn hand(body: &Skeleton, side: Side) -> Vec<Solid> {
    let blend = |flat: &[(V3, f64)], fist: &[(V3, f64)]| {
        let ball = |(i, (at, r)): (usize, &(V3, f64))| {
            let (to, size) = fist[i % fist.len()];
            (at.lerp(to, body.fists), r + (size - r) * body.fists)
        };
        let balls: Vec<(V3, f64)> = flat.iter().enumerate().map(ball).collect();
        hull(&body.arm(side).tip, &balls, side)
    };
    vec![blend(body::HAND_FLAT, body::HAND_FIST), blend(body::THUMB, &body::HAND_FIST[1..3])]
}

fn neck(body: &Skeleton) -> Solid {
    let low = body.neck;
    let high = body.head.point(v(-2.6, 0.0, -6.0));
    let ball = |at, r: V3| Ball { at, turn: low.turn, half: r, cut: None };
    Solid::Hull(vec![ball(low.point(v(0.2, 0.0, -1.0)), v(5.8, 6.4, 3.5)), ball(high, v(5.0, 5.2, 4.0))])
}

/// Skull, jaw and a small nose.
fn face(body: &Skeleton) -> Vec<Solid> {
    let head = body.head;
    let ball = |x: f64, z: f64, half: V3| Ball { at: head.point(v(x, 0.0, z)), turn: head.turn, half, cut: None };
    vec![
        Solid::Hull(vec![
            ball(-0.6, 2.0, v(9.3, 7.5, 8.9)),
            ball(3.6, -5.2, v(4.6, 5.0, 4.6)),
            ball(5.2, -8.0, v(2.6, 3.0, 2.4)),
            ball(-3.0, -4.0, v(4.5, 5.6, 4.0)),
        ]),
        Solid::Hull(vec![ball(8.0, 1.2, v(1.0, 1.0, 1.0)), ball(9.5, -2.0, v(1.25, 1.4, 1.2)), ball(7.6, -3.0, v(1.0, 1.2, 0.8))]),
    ]
}

/// The skull's upper or back part, a little larger than the skull.
fn hair(body: &Skeleton, cut: V3, at: f64) -> Solid {
    Solid::Hull(vec![Ball { at: body.head.point(v(-1.0, 0.0, 2.3)), turn: body.head.turn, half: v(10.0, 7.9, 9.8), cut: Some((cut, at)) }])
}

fn bun(body: &Skeleton) -> Ball {
    Ball { at: body.head.point(v(-7.6, 0.0, 10.6)), turn: body.head.turn, half: v(4.2, 4.2, 3.8), cut: None }
}

/// The parts a word of the data names: `pelvis`, `foot_left`, `leg_right`, `body`.
pub fn parts_named(name: &str) -> Option<Vec<Part>> {
    let (word, sides) = match super::skeleton::sided(name) {
        Some((word, side)) => (word, vec![side]),
        None => (name, Side::BOTH.to_vec()),
    };
    let each = |f: fn(Side) -> Part| Some(sides.iter().map(|s| f(*s)).collect::<Vec<_>>());
    let many = |list: &[fn(Side) -> Part]| Some(sides.iter().flat_map(|s| list.iter().map(|f| f(*s))).collect::<Vec<_>>());
    match word {
        "pelvis" => Some(vec![Part::Pelvis]),
        "trunk" => Some(vec![Part::Trunk]),
        "head" => Some(vec![Part::Face, Part::HairBack, Part::HairTop, Part::Neck, Part::Ear(Side::Left), Part::Ear(Side::Right)]),
        "face" => Some(vec![Part::Face]),
        "thigh" | "thighs" => each(Part::Thigh),
        "shank" | "shanks" => each(Part::Shank),
        "foot" | "feet" => each(Part::Foot),
        "leg" | "legs" => many(&[Part::Thigh, Part::Shank, Part::Foot]),
        "upper_arm" | "upper_arms" => each(Part::UpperArm),
        "forearm" | "forearms" => many(&[Part::Forearm, Part::Hand]),
        "hand" | "hands" => each(Part::Hand),
        "arm" | "arms" => many(&[Part::UpperArm, Part::Sleeve, Part::Forearm, Part::Hand]),
        _ => None,
    }
}
