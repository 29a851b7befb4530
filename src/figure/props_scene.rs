//! Things round the figure: water, a clock, a warm pad, a box in the hands, and marks for what cannot be seen
//! (the mind's way through the body).

use super::FigureError;
use super::math::{M3, V3, v};
use super::pose::PropData;
use super::props::{Layer, Look, Shape, fill};
use super::skeleton::Skeleton;
use super::solids::{Ball, Solid};

/// The shapes of a thing of the scene.
///
/// # Errors
/// A kind or a mark that does not exist.
pub(super) fn shapes(prop: &PropData, body: &Skeleton, phase: f64) -> Result<Vec<Shape>, FigureError> {
    Ok(match prop.kind.as_str() {
        "water" => water(prop),
        "clock" => clock(prop, phase),
        "pad" => pad(prop, body)?,
        "load" => vec![load(prop, body)?],
        "moon" => moon(prop),
        "bowl" => bowl(prop),
        "scan" => scan(prop, body, phase)?,
        other => return Err(FigureError::Unknown("prop", other.to_owned())),
    })
}

fn line(class: &'static str, layer: Layer, points: Vec<V3>) -> Shape {
    Shape { class, layer, look: Look::Wire { points, closed: false } }
}

/// Clear water up to a height, with two small waves on it.
fn water(prop: &PropData) -> Vec<Shape> {
    let (half, deep) = (prop.long(190.0) / 2.0, prop.tall(115.0));
    let wave = |from: f64, to: f64, z: f64| {
        let steps = (((to - from) / 7.0).round() as i32).max(1);
        (0..=steps)
            .map(|i| prop.spot(from + (to - from) * f64::from(i) / f64::from(steps), 0.0, z + if i % 2 == 0 { 1.3 } else { -1.3 }))
            .collect()
    };
    let corners = [(-half, 0.0), (half, 0.0), (half, deep), (-half, deep)].map(|(x, z)| prop.spot(x, 0.0, z));
    vec![
        fill("water", Layer::Front, vec![Solid::Block(corners.to_vec(), 1.0)]),
        line("wave", Layer::Front, wave(-half, half, deep)),
        line("wave thin", Layer::Front, wave(-half * 0.9, -half * 0.5, deep - 13.0)),
        line("wave thin", Layer::Front, wave(half * 0.45, half * 0.9, deep - 10.0)),
    ]
}

/// A clock on the wall; its long hand goes with the phase.
fn clock(prop: &PropData, phase: f64) -> Vec<Shape> {
    let r = prop.long(12.0);
    let at = |angle: f64, r: f64| prop.spot(r * angle.to_radians().sin(), 0.0, r * angle.to_radians().cos());
    let rim = (0..12).map(|i| at(f64::from(i) * 30.0, r)).collect();
    vec![
        fill("dial", Layer::Back, vec![Solid::Hull(vec![Ball { at: prop.origin(), turn: M3::SAME, half: v(r, 1.0, r), cut: None }])]),
        Shape { class: "rim", layer: Layer::Back, look: Look::Wire { points: rim, closed: true } },
        line("rim", Layer::Back, vec![at(0.0, 0.0), at(300.0, r * 0.45)]),
        line("rim", Layer::Back, vec![at(0.0, 0.0), at(phase, r * 0.68)]),
    ]
}

/// A warm pad on the body, with three threads of warmth beside it.
fn pad(prop: &PropData, body: &Skeleton) -> Result<Vec<Shape>, FigureError> {
    let at = prop.mark(body, &prop.from)?;
    let turn = body.spine_at(16.0).turn;
    let half = prop.long(26.0) / 2.0;
    let out = prop.tall(2.6);
    let corner = |z: f64, y: f64| Ball::round(at + turn.apply(v(-out + 0.6, y, z)), out);
    let balls = vec![corner(-half, -11.0), corner(-half, 11.0), corner(half, -11.0), corner(half, 11.0)];
    let thread = |s: f64| {
        let point = |i: i32| {
            let wave = if i % 2 == 0 { 1.7 } else { -1.7 };
            prop.origin() + at + turn.apply(v(-out * 2.0 - 3.0 - 3.4 * f64::from(i), 0.0, s + wave))
        };
        line("heat", Layer::Back, (0..5).map(point).collect())
    };
    Ok(vec![fill("warm", Layer::Middle, vec![Solid::Hull(balls)]), thread(-half * 0.6), thread(0.0), thread(half * 0.6)])
}

/// A box held between the hands, or standing at its place.
fn load(prop: &PropData, body: &Skeleton) -> Result<Shape, FigureError> {
    let middle = match (&prop.from, &prop.to) {
        (Some(_), Some(_)) => (prop.mark(body, &prop.from)? + prop.mark(body, &prop.to)?) * 0.5 + prop.origin(),
        _ => prop.origin(),
    };
    let (x, z) = (prop.long(32.0) / 2.0, prop.tall(24.0) / 2.0);
    let mut corners = Vec::new();
    for dx in [-x, x] {
        for dy in [-15.0, 15.0] {
            corners.extend([-z, z].map(|dz| middle + prop.frame().apply(v(dx, dy, dz))));
        }
    }
    Ok(fill("load", Layer::Between, vec![Solid::Block(corners, 1.6)]))
}

/// A crescent moon: evening, low light.
fn moon(prop: &PropData) -> Vec<Shape> {
    let r = prop.long(9.0);
    let at = |x: f64, z: f64| prop.spot(x * r, 0.0, z * r);
    let arc = |from: i32, to: i32| {
        let part = move |i: i32| f64::from(from) + f64::from(to - from) * f64::from(i) / 6.0;
        (0..=6).map(move |i| part(i).to_radians().sin_cos())
    };
    let mut points: Vec<V3> = arc(60, 300).map(|(s, c)| at(c, s)).collect();
    points.extend(arc(300, 60).skip(1).take(5).map(|(s, c)| at(0.42 + c * 0.62 - 0.1, s * 0.86)));
    vec![Shape { class: "moon", layer: Layer::Back, look: Look::Wire { points, closed: true } }]
}

/// A mixing bowl on its place.
fn bowl(prop: &PropData) -> Vec<Shape> {
    let r = prop.long(11.0);
    let ball = |x: f64, z: f64, r: f64| Ball::round(prop.spot(x, 0.0, z), r);
    vec![fill(
        "bowl",
        Layer::Middle,
        vec![Solid::Hull(vec![ball(-r, 10.0, 1.0), ball(r, 10.0, 1.0), ball(-r * 0.45, 1.2, 1.2), ball(r * 0.45, 1.2, 1.2)])],
    )]
}

/// The mind's way over the body: dots above it from the feet to the head. The light one is where the mind is,
/// at the feet (0) or the head (100); the last are the largest, so that a still picture shows the way.
fn scan(prop: &PropData, body: &Skeleton, phase: f64) -> Result<Vec<Shape>, FigureError> {
    const DOTS: i32 = 8;
    let (from, to) = (prop.mark(body, &prop.from)?, prop.mark(body, &prop.to)?);
    let at = |part: f64| {
        let p = from.lerp(to, part);
        v(p.x, p.y, 0.0) + v(0.0, 0.0, prop.tall(38.0)) + prop.origin()
    };
    let dot = |i: i32| Solid::Hull(vec![Ball::round(at(f64::from(i) / f64::from(DOTS)), 1.5 + 0.14 * f64::from(i))]);
    let light = Solid::Hull(vec![Ball::round(at(phase / 100.0), prop.long(5.0))]);
    Ok(vec![fill("glow", Layer::Front, (0..=DOTS).map(dot).collect()), fill("moon", Layer::Front, vec![light])])
}
