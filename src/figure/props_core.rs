//! Things for core exercises: a post to fix a band to, a large ball that rolls under the forearms.

use super::math::{V3, v};
use super::props::{Layer, Look, Shape};
use super::solids::{Ball, Solid};

/// A post with a foot, and a ring at `height` where a band is fixed.
pub fn post(at: V3, height: f64) -> Vec<Shape> {
    let p = |x: f64, y: f64, z: f64| at + v(x, y, z);
    let rod = |a: V3, b: V3, r: f64| Solid::Hull(vec![Ball::round(a, r), Ball::round(b, r)]);
    let foot =
        Solid::Hull([(-13.0, -13.0), (13.0, -13.0), (-13.0, 13.0), (13.0, 13.0)].map(|(x, y)| Ball::round(p(x, y, 1.6), 1.6)).to_vec());
    let ring = rod(p(0.0, 0.0, height - 3.0), p(0.0, 0.0, height + 3.0), 4.0);
    vec![
        Shape { class: "frame", layer: Layer::Back, look: Look::Fill(vec![foot]) },
        Shape { class: "frame", layer: Layer::Back, look: Look::Fill(vec![rod(p(0.0, 0.0, 2.0), p(0.0, 0.0, 186.0), 2.6)]) },
        Shape { class: "metal", layer: Layer::Back, look: Look::Fill(vec![ring]) },
    ]
}
