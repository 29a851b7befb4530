//! Machines: a bicycle, a cross-trainer, a rowing machine; and water.

use super::body::Side;
use super::math::{V3, v};
use super::pose::PropData;
use super::props::{Layer, Look, Place, Shape, fill, grip, surface};
use super::skeleton::Skeleton;
use super::solids::{Ball, Solid};

const UP: V3 = v(0.0, 0.0, 1.0);

impl PropData {
    /// The places of a machine.
    pub(super) fn machine_place(&self, spot: &str, phase: f64) -> Option<Place> {
        let (word, side) = super::skeleton::sided(spot).unwrap_or((spot, Side::Right));
        let k = side.sign();
        Some(match (self.kind.as_str(), word) {
            ("bike", "saddle") => surface(self.spot(-21.0, 0.0, self.tall(84.0)), UP),
            ("bike", "bar") => grip(self.spot(40.0, 0.0, 103.0)),
            ("bike", "pedal") => grip(self.origin() + crank(side, phase)),
            ("trainer", "pedal") => grip(self.origin() + glide(side, phase)),
            ("trainer", "handle") => grip(self.origin() + pole(side, phase)),
            ("rower", "seat") => surface(self.spot(0.0, 0.0, 34.0), UP),
            ("rower", "foot") => Place { normal: v(-0.64, 0.0, 0.77), ..grip(self.spot(66.0, 9.0 * k, 33.0)) },
            _ => return None,
        })
    }

    pub(super) fn bike(&self, phase: f64) -> Vec<Shape> {
        let saddle = self.tall(84.0);
        let wheel = |x: f64| {
            let round = (0..12).map(|i| f64::from(i) * std::f64::consts::TAU / 12.0);
            let points = round.map(|a| self.spot(x + 32.0 * a.cos(), 0.0, 32.4 + 32.0 * a.sin())).collect();
            Shape { class: "tyre", layer: Layer::Back, look: Look::Wire { points, closed: true } }
        };
        let (hub, front, crank_at) = (v(-45.0, 0.0, 33.0), v(60.0, 0.0, 33.0), v(0.0, 0.0, 28.0));
        let (seat, head) = (v(-15.0, 0.0, saddle - 22.0), v(38.0, 0.0, 82.0));
        let tube = |a: V3, b: V3| self.bar(a, b, 1.5);
        let frame = vec![
            tube(hub, crank_at),
            tube(hub, seat),
            tube(crank_at, v(-21.0, 0.0, saddle - 3.0)),
            tube(seat, head),
            tube(crank_at, v(40.0, 0.0, 74.0)),
            tube(v(36.0, 0.0, 88.0), front),
            tube(v(36.0, 0.0, 88.0), v(35.0, 0.0, 98.0)),
            tube(v(35.0, 0.0, 98.0), v(42.0, 0.0, 102.0)),
        ];
        let top = vec![Ball::round(self.spot(-31.0, 0.0, saddle - 2.2), 2.2), Ball::round(self.spot(-10.0, 0.0, saddle - 1.8), 1.6)];
        let arm = |side: Side| {
            let end = self.origin() + crank(side, phase);
            let pedal = [-4.5, 4.5].map(|x| Ball::round(end + v(x, 0.0, -1.2), 1.2));
            vec![Solid::Hull(vec![Ball::round(self.spot(0.0, 0.0, 28.0), 1.9), Ball::round(end, 1.3)]), Solid::Hull(pedal.to_vec())]
        };
        let ring = Solid::Hull(vec![Ball::round(self.spot(0.0, 0.0, 28.0), 7.0)]);
        vec![
            wheel(-45.0),
            wheel(60.0),
            fill("metal", Layer::Back, arm(Side::Left)),
            fill("frame", Layer::Middle, frame),
            fill("metal", Layer::Middle, vec![Solid::Hull(top)]),
            fill("frame", Layer::Middle, vec![ring]),
            fill("metal", Layer::Middle, arm(Side::Right)),
        ]
    }

    /// Two gliding plates and two poles that swing against them.
    pub(super) fn trainer(&self, phase: f64) -> Vec<Shape> {
        let wheel = Solid::Hull(vec![Ball::round(self.spot(-62.0, 0.0, 32.0), 24.0)]);
        let base = vec![
            self.bar(v(-84.0, 0.0, 3.0), v(58.0, 0.0, 3.0), 2.6),
            self.bar(v(46.0, 0.0, 4.0), v(36.0, 0.0, 132.0), 2.6),
            self.bar(v(36.0, 0.0, 132.0), v(26.0, 0.0, 136.0), 3.2),
        ];
        let half = |side: Side| {
            let (plate, hand) = (self.origin() + glide(side, phase), self.origin() + pole(side, phase));
            let k = side.sign();
            let joint = self.spot(40.0, 9.0 * k, 78.0);
            let foot = joint + (joint - hand) * 0.72;
            let rod = |a: V3, b: V3, r: f64| Solid::Hull(vec![Ball::round(a, r), Ball::round(b, r)]);
            vec![
                rod(self.spot(-62.0, 9.0 * k, 32.0), plate + v(0.0, 0.0, -3.0), 1.7),
                rod(plate + v(0.0, 0.0, -3.0), foot, 1.7),
                rod(foot, hand + v(0.0, 0.0, 4.0), 1.6),
                rod(plate + v(-16.0, 0.0, -1.8), plate + v(13.0, 0.0, -1.8), 1.8),
            ]
        };
        vec![
            fill("metal", Layer::Back, half(Side::Left)),
            fill("frame", Layer::Back, base),
            fill("wall", Layer::Back, vec![wheel]),
            fill("metal", Layer::Middle, half(Side::Right)),
        ]
    }

    /// A rail with a sliding seat, a fan in front and a handle on a cord.
    pub(super) fn rower(&self, body: &Skeleton) -> Vec<Shape> {
        let hips = body.spine_at(0.0).at;
        let hands = Side::BOTH.map(|s| body.arm(s).tip.point(v(0.0, 0.0, -6.5)));
        let rail = vec![
            self.bar(v(-66.0, 0.0, 24.0), v(84.0, 0.0, 30.0), 2.4),
            self.bar(v(-62.0, 0.0, 24.0), v(-66.0, 0.0, 1.8), 1.8),
            self.bar(v(80.0, 0.0, 26.0), v(72.0, 0.0, 1.8), 1.8),
            self.bar(v(100.0, 0.0, 30.0), v(108.0, 0.0, 1.8), 1.8),
        ];
        let fan = Solid::Hull(vec![Ball::round(self.spot(98.0, 0.0, 44.0), 25.0)]);
        let plate = self.bar(v(62.0, 9.0, 22.0), v(76.0, 9.0, 42.0), 1.6);
        let seat = [-12.0, 10.0].map(|x| Ball::round(v(hips.x + x, hips.y, 31.6), 2.4));
        let middle = hands[0].lerp(hands[1], 0.5);
        vec![
            fill("wall", Layer::Back, vec![fan]),
            fill("frame", Layer::Back, rail),
            fill("metal", Layer::Back, vec![Solid::Hull(seat.to_vec()), plate]),
            Shape {
                class: "strap",
                layer: Layer::Middle,
                look: Look::Wire { points: vec![self.spot(84.0, 0.0, 52.0), middle], closed: false },
            },
            fill("metal", Layer::Middle, vec![Solid::Hull(hands.map(|h| Ball::round(h, 1.6)).to_vec())]),
        ]
    }

    /// Water up to a height, with a wavy surface, before the figure.
    pub(super) fn water(&self) -> Vec<Shape> {
        let (half, height) = (self.long(210.0) / 2.0, self.tall(122.0));
        let mut body = self.block("water", (-half, half), (-60.0, -58.0), (0.0, height), 2.0);
        body.layer = Layer::Front;
        let waves = (0..=16).map(|i| {
            let lift = if i % 2 == 0 { 1.8 } else { -1.8 };
            self.spot(-half + f64::from(i) * half / 8.0, -60.0, height + lift)
        });
        vec![body, Shape { class: "wave", layer: Layer::Front, look: Look::Wire { points: waves.collect(), closed: false } }]
    }
}

/// Where a foot glides: a long flat round.
fn glide(side: Side, phase: f64) -> V3 {
    let turn = if side == Side::Left { 180.0 } else { 0.0 };
    let (sin, cos) = (-(phase + turn)).to_radians().sin_cos();
    v(20.0 * cos, 10.0 * side.sign(), 24.0 + 7.0 * sin)
}

/// Where a hand holds its pole: back when the foot of its side is in front.
fn pole(side: Side, phase: f64) -> V3 {
    let ahead = glide(side, phase).x;
    v(31.0 - ahead * 0.55, 20.0 * side.sign(), 122.0)
}

/// A pedal from the foot of the bicycle: the right one at `phase`, clockwise from the front as one rides
/// to the right.
fn crank(side: Side, phase: f64) -> V3 {
    let turn = if side == Side::Left { 180.0 } else { 0.0 };
    let (sin, cos) = (-(phase + turn)).to_radians().sin_cos();
    v(17.0 * cos, 9.0 * side.sign(), 28.0 + 17.0 * sin)
}
