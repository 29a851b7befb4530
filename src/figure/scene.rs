//! What is drawn, from the back to the front: the outlines of every part with their classes.

use super::FigureError;
use super::body::Side;
use super::math::V3;
use super::outline::{Camera, P2};
use super::props::{Layer, Look, Props};
use super::skeleton::Skeleton;
use super::solids::{Part, solids};
use super::solve::Solved;

/// A limb further away than this (in centimetres, from the middle of the trunk) is drawn before the trunk:
/// an arm, a leg, and a leg where both hips are seen side by side.
const FAR_ARM: f64 = -7.0;
const FAR_LEG: f64 = -3.5;
const FAR_LEG_ABREAST: f64 = -32.0;

/// One path of the picture.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Classes without their prefix: `shirt far`.
    pub class: String,
    pub lines: Vec<Vec<P2>>,
    pub wire: bool,
    pub closed: bool,
    /// A part of the body, not a prop.
    pub body: bool,
}

/// How a figure is looked at.
#[derive(Debug, Clone)]
pub struct Stage<'a> {
    pub camera: Camera,
    /// The direction in which near and far are judged: without the camera's yaw.
    pub depth: V3,
    pub props: &'a Props,
    pub moves: Vec<Part>,
    pub front: &'a [String],
    pub behind: &'a [String],
}

/// A limb, arm or leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limb {
    Arm(Side),
    Leg(Side),
}

/// The order of drawing, settled once for a figure so that all its poses have the same pieces.
#[derive(Debug, Clone)]
pub struct Order {
    far: Vec<Limb>,
    near: Vec<Limb>,
    /// Legs drawn as one with the pelvis.
    joined: Vec<Side>,
    /// Hair at the back of the head lies behind the face.
    facing: bool,
    ear: Option<Side>,
}

impl Stage<'_> {
    /// What lies in front of what, judged from one pose.
    pub fn order(&self, body: &Skeleton) -> Order {
        let toward = self.depth;
        let up = self.camera.up;
        let chest = body.spine_at(34.0).at.dot(toward);
        let hips = body.spine_at(0.0).at.dot(toward);
        let mut limbs: Vec<(f64, Limb)> = Vec::new();
        for side in Side::BOTH {
            let (arm, leg) = (body.arm(side), body.leg(side));
            let mean = |l: &super::skeleton::Limb| (l.upper.at + l.lower.at * 1.5 + l.tip.at * 1.5) * 0.25;
            limbs.push((mean(arm).dot(toward) - chest + mean(arm).dot(up) * 0.02, Limb::Arm(side)));
            limbs.push((mean(leg).dot(toward) - hips + mean(leg).dot(up) * 0.02, Limb::Leg(side)));
        }
        let joints = Side::BOTH.map(|s| self.camera.see(body.leg(s).upper.at));
        let abreast = (joints[0].0 - joints[1].0).hypot(joints[0].1 - joints[1].1) > 12.0;
        limbs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let far = |(depth, limb): &(f64, Limb)| {
            let name = limb.name();
            let limit = match limb {
                Limb::Arm(_) => FAR_ARM,
                Limb::Leg(_) if abreast => FAR_LEG_ABREAST,
                Limb::Leg(_) => FAR_LEG,
            };
            (*depth < limit && !self.front.contains(&name)) || self.behind.contains(&name)
        };
        let (far, near): (Vec<_>, Vec<_>) = limbs.into_iter().partition(far);
        let far: Vec<Limb> = far.into_iter().map(|(_, l)| l).collect();
        let near: Vec<Limb> = near.into_iter().map(|(_, l)| l).collect();
        let legs: Vec<Side> = near.iter().filter_map(|l| if let Limb::Leg(s) = l { Some(*s) } else { None }).collect();
        let knees = Side::BOTH.map(|s| self.camera.see(body.leg(s).lower.at));
        let apart = (knees[0].0 - knees[1].0).hypot(knees[0].1 - knees[1].1) > 12.5;
        // On the side, one leg lies on the other and hides it.
        let stacked = body.spine_at(0.0).turn.y.z.abs() > 0.6;
        let joined = if legs.len() == 2 && (!apart || stacked) { vec![legs[1]] } else { legs };
        let lateral = body.head.turn.y.dot(toward);
        Order {
            far,
            near,
            joined,
            facing: body.head.turn.x.dot(toward) > 0.45,
            ear: if lateral > 0.45 {
                Some(Side::Left)
            } else if lateral < -0.45 {
                Some(Side::Right)
            } else {
                None
            },
        }
    }

    /// Every piece of a pose.
    ///
    /// # Errors
    /// A prop that does not exist.
    pub fn pieces(&self, solved: &Solved, order: &Order) -> Result<Vec<Piece>, FigureError> {
        let body = &solved.body;
        let mut out = Vec::new();
        let shapes = self.props.shapes(body, solved.phase)?;
        let prop = |layer: Layer, out: &mut Vec<Piece>| {
            for shape in shapes.iter().filter(|s| s.layer == layer) {
                let (lines, wire, closed) = match &shape.look {
                    Look::Fill(solids) => (solids.iter().map(|s| self.camera.outline(s)).collect(), false, true),
                    Look::Wire { points, closed } => (vec![points.iter().map(|p| self.camera.see(*p)).collect()], true, *closed),
                };
                out.push(Piece { class: shape.class.to_owned(), lines, wire, closed, body: false });
            }
        };
        prop(Layer::Back, &mut out);
        for limb in &order.far {
            self.limb(body, *limb, true, &mut out);
        }
        prop(Layer::Middle, &mut out);
        if order.facing {
            self.piece(body, "hair", false, &[Part::HairBack], &mut out);
        }
        self.piece(body, "skin", false, &[Part::Neck], &mut out);
        for limb in order.near.iter().filter(|l| matches!(l, Limb::Leg(s) if !order.joined.contains(s))) {
            self.limb(body, *limb, false, &mut out);
        }
        self.piece(body, "shirt", false, &[Part::Trunk], &mut out);
        prop(Layer::Between, &mut out);
        self.near_legs(body, order, &mut out);
        self.head(body, order, &mut out);
        for limb in order.near.iter().filter(|l| matches!(l, Limb::Arm(_))) {
            self.limb(body, *limb, false, &mut out);
        }
        prop(Layer::Front, &mut out);
        Ok(out)
    }

    /// Near legs and the pelvis in one outline where they have one colour: seen from the side the pelvis takes
    /// the colour of the nearer leg.
    fn near_legs(&self, body: &Skeleton, order: &Order, out: &mut Vec<Piece>) {
        let moves = |s: &Side| self.moves.contains(&Part::Thigh(*s)) && self.moves.contains(&Part::Shank(*s));
        let pelvis = match order.joined[..] {
            [side] => moves(&side),
            _ => self.moves.contains(&Part::Pelvis),
        };
        let (with, without): (Vec<Side>, Vec<Side>) = order.joined.iter().partition(|s| moves(s) == pelvis);
        for side in without {
            self.limb(body, Limb::Leg(side), false, out);
        }
        for side in &with {
            self.piece(body, "skin", false, &[Part::Foot(*side)], out);
        }
        let mut parts = vec![Part::Pelvis];
        parts.extend(with.iter().flat_map(|s| [Part::Thigh(*s), Part::Shank(*s)]));
        self.coloured(body, "legs", (false, pelvis), &parts, out);
    }

    fn head(&self, body: &Skeleton, order: &Order, out: &mut Vec<Piece>) {
        self.piece(body, "skin", false, &[Part::Face], out);
        if order.facing {
            self.piece(body, "hair", false, &[Part::HairTop], out);
        } else {
            self.piece(body, "hair", false, &[Part::HairBack, Part::HairTop], out);
        }
        if let Some(side) = order.ear {
            self.piece(body, "skin ear", false, &[Part::Ear(side)], out);
        }
    }

    fn limb(&self, body: &Skeleton, limb: Limb, far: bool, out: &mut Vec<Piece>) {
        match limb {
            Limb::Leg(s) => {
                self.piece(body, "skin", far, &[Part::Foot(s)], out);
                let split = self.moves.contains(&Part::Thigh(s)) != self.moves.contains(&Part::Shank(s));
                if split {
                    self.piece(body, "legs", far, &[Part::Shank(s)], out);
                    self.piece(body, "legs", far, &[Part::Thigh(s)], out);
                } else {
                    self.piece(body, "legs", far, &[Part::Thigh(s), Part::Shank(s)], out);
                }
            }
            Limb::Arm(s) => {
                let split = self.moves.contains(&Part::UpperArm(s)) != self.moves.contains(&Part::Forearm(s));
                if split {
                    self.piece(body, "skin", far, &[Part::UpperArm(s)], out);
                    self.piece(body, "skin", far, &[Part::Forearm(s), Part::Hand(s)], out);
                } else {
                    self.piece(body, "skin", far, &[Part::UpperArm(s), Part::Forearm(s), Part::Hand(s)], out);
                }
                self.piece(body, "shirt", far, &[Part::Sleeve(s)], out);
            }
        }
    }

    fn piece(&self, body: &Skeleton, class: &str, far: bool, parts: &[Part], out: &mut Vec<Piece>) {
        let moves = parts.first().is_some_and(|p| self.moves.contains(p));
        self.coloured(body, class, (far, moves), parts, out);
    }

    fn coloured(&self, body: &Skeleton, class: &str, (far, moves): (bool, bool), parts: &[Part], out: &mut Vec<Piece>) {
        let lines = parts.iter().flat_map(|p| solids(body, *p)).map(|s| self.camera.outline(&s)).collect();
        let class = format!("{class}{}{}", if far { " far" } else { "" }, if moves { " mv" } else { "" });
        out.push(Piece { class, lines, wire: false, closed: true, body: true });
    }
}

impl Limb {
    fn name(self) -> String {
        match self {
            Limb::Arm(s) => format!("arm_{}", s.word()),
            Limb::Leg(s) => format!("leg_{}", s.word()),
        }
    }
}
