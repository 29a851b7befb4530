//! The bicycle.

use super::body::Side;
use super::math::{V3, v};
use super::pose::PropData;
use super::props::{Layer, Look, Place, Shape, fill, grip, surface};
use super::solids::{Ball, Solid};

const UP: V3 = v(0.0, 0.0, 1.0);

impl PropData {
    /// The places of a bicycle.
    pub(super) fn machine_place(&self, spot: &str, phase: f64) -> Option<Place> {
        let (word, side) = super::skeleton::sided(spot).unwrap_or((spot, Side::Right));
        Some(match (self.kind.as_str(), word) {
            ("bike", "saddle") => surface(self.spot(-21.0, 0.0, self.tall(84.0)), UP),
            ("bike", "bar") => grip(self.spot(40.0, 0.0, 103.0)),
            ("bike", "pedal") => grip(self.origin() + crank(side, phase)),
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
}

/// A pedal from the foot of the bicycle: the right one at `phase`, clockwise from the front as one rides
/// to the right.
fn crank(side: Side, phase: f64) -> V3 {
    let turn = if side == Side::Left { 180.0 } else { 0.0 };
    let (sin, cos) = (-(phase + turn)).to_radians().sin_cos();
    v(17.0 * cos, 9.0 * side.sign(), 28.0 + 17.0 * sin)
}
