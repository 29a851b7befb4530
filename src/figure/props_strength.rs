//! Props of the strength exercises: a dumb-bell, a band round both legs, a handrail.

use super::body::{self, Side};
use super::math::{M3, V3, v};
use super::pose::PropData;
use super::props::{Layer, Look, Place, Shape, fill, grip};
use super::skeleton::{Frame, Skeleton, sided};
use super::solids::{Ball, Solid};

/// The usual length of a rail.
const RAIL: f64 = 90.0;

/// The shapes of a kind that is kept here.
pub fn shapes(prop: &PropData, body: &Skeleton) -> Option<Vec<Shape>> {
    match prop.kind.as_str() {
        "dumbbell" => dumbbell(prop, body),
        "loop" => loop_band(prop, body),
        "rail" => Some(rail(prop)),
        _ => None,
    }
}

/// A place of a kind that is kept here.
pub fn place(prop: &PropData, spot: &str) -> Option<Place> {
    let part = match (prop.kind.as_str(), spot) {
        ("rail", "near") => -0.25,
        ("rail", "top") => 0.0,
        ("rail", "far") => 0.25,
        _ => return None,
    };
    let x = prop.long(RAIL) * part;
    Some(grip(prop.spot(x, 0.0, prop.tall(92.0) + x * prop.lean.to_radians().tan())))
}

/// A short bar with a round weight at each end, in a closed hand.
fn dumbbell(prop: &PropData, body: &Skeleton) -> Option<Vec<Shape>> {
    let (_, side) = sided(prop.from.as_deref()?)?;
    let hand = body.arm(side).tip;
    let at = hand.point(v(0.0, 0.0, -6.0));
    let along = hand.turn.x;
    let half = prop.long(8.0);
    let bar = Solid::Hull([-half, half].map(|d| Ball::round(at + along * d, 1.4)).to_vec());
    let plate = |d: f64| {
        let turn = M3::of_z_x(hand.turn.z, along);
        Solid::Hull(vec![Ball { at: at + along * d, turn, half: v(2.6, 5.2, 5.2), cut: None }])
    };
    let far = if side == Side::Left { Layer::Middle } else { Layer::Front };
    Some(vec![fill("metal", far, vec![bar, plate(half), plate(-half)])])
}

/// A band round both thighs just above the knees, or round both ankles: its half that is in front.
fn loop_band(prop: &PropData, body: &Skeleton) -> Option<Vec<Shape>> {
    let (frame, down, thick): (fn(&Skeleton, Side) -> Frame, f64, f64) = match prop.from.as_deref()? {
        "thighs" => (|b, s| b.leg(s).upper, body::THIGH * 0.82, 7.0),
        "ankles" => (|b, s| b.leg(s).lower, body::SHANK * 0.88, 4.4),
        _ => return None,
    };
    let at = |s: Side| frame(body, s).point(v(0.0, 0.0, -down));
    let (a, b) = (at(Side::Right), at(Side::Left));
    let apart = (b - a).unit_or(v(0.0, 1.0, 0.0));
    let front = frame(body, Side::Right).turn.x + frame(body, Side::Left).turn.x;
    let front = front.across(apart).unit_or(v(1.0, 0.0, 0.0));
    let points = vec![
        a - apart * thick,
        a + (front - apart) * (thick * 0.7),
        a + front * thick,
        b + front * thick,
        b + (front + apart) * (thick * 0.7),
        b + apart * thick,
    ];
    Some(vec![Shape { class: "band", layer: Layer::Front, look: Look::Wire { points, closed: false } }])
}

/// A rail on two posts beside the way, rising forward by `lean` degrees; `size` is its length.
fn rail(prop: &PropData) -> Vec<Shape> {
    let (half, high) = (prop.long(RAIL) / 2.0, prop.tall(92.0));
    let rise = prop.lean.to_radians().tan();
    let end = |x: f64| v(x, 0.0, high + x * rise);
    let post = |x: f64| prop.bar(end(x), V3 { z: 1.0, ..end(x) }, 1.5);
    let inner = half * 0.8;
    vec![fill("frame", Layer::Back, vec![post(-inner), post(inner), prop.bar(end(-half), end(half), 2.2)])]
}
