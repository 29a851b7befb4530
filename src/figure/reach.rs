//! Two-bone inverse kinematics: limbs to points and along surfaces.

use super::FigureError;
use super::body::{self, Joint, Side};
use super::math::{M3, V3, v};
use super::props::Place;
use super::skeleton::{Limb, Rig};

const UP: V3 = v(0.0, 0.0, 1.0);
/// A limb may be this much too short: the joint gives a little.
const GIVE: f64 = 2.0;

/// Two-bone inverse kinematics: the end of a limb to a point, the middle joint on the side where it was.
pub fn reach(rig: &mut Rig, side: Side, arm: bool, to: V3, limb: &str, target: &str) -> Result<(), FigureError> {
    let (one, two) = if arm { (body::UPPER_ARM, body::FOREARM) } else { (body::THIGH, body::SHANK) };
    // Folded as far as elbow or knee allow.
    let shortest = if arm { 15.6 } else { 17.8 };
    let start = limb_of(rig, side, arm);
    // Elbows point backward, knees forward.
    let pole = if arm { -start.upper.turn.x } else { start.upper.turn.x };
    // A shoulder goes along with its arm, so an arm takes a few rounds.
    for round in 0..5 {
        let l = limb_of(rig, side, arm);
        let line = to - l.upper.at;
        let far = line.len();
        let short = (far - one - two).max(shortest - far);
        if short > GIVE && (round == 4 || !arm) {
            return Err(FigureError::Reach { limb: limb.to_owned(), target: target.to_owned(), short });
        }
        let far = far.clamp(shortest, one + two - 0.02);
        let along = line.unit_or(-UP);
        let pole = pole.across(along).unit_or(start.upper.turn.z.across(along).unit_or(UP));
        let near = (far * far + one * one - two * two) / (2.0 * far);
        let out = (one * one - near * near).max(0.0).sqrt();
        let centre = l.upper.at + along * near;
        let pole = above_floor(centre, along, pole * out, if arm { 3.8 } else { 5.4 });
        aim(rig, side, arm, centre + pole * out, l.upper.at + along * far, pole);
        if !arm {
            break;
        }
    }
    Ok(())
}

/// The side to which a limb bends, turned about the limb's line just so far that elbow or knee stays above
/// the floor. Takes the way from the line to the joint, gives its direction.
fn above_floor(centre: V3, along: V3, out: V3, thick: f64) -> V3 {
    let pole = out.unit_or(UP);
    let sunk = |p: V3| centre.z + p.z * out.len() < thick;
    if !sunk(pole) {
        return pole;
    }
    let turned = |deg: f64| M3::about(along, deg).apply(pole);
    let mut tries = (1..=18).flat_map(|i| [f64::from(i) * 5.0, f64::from(i) * -5.0]);
    tries.find(|deg| !sunk(turned(*deg))).map_or(pole, turned)
}

pub fn limb_of(rig: &Rig, side: Side, arm: bool) -> Limb {
    rig.one_limb(side, arm)
}

/// Turns a limb's two bones so that they run over two points.
fn aim(rig: &mut Rig, side: Side, arm: bool, middle: V3, end: V3, pole: V3) {
    let l = limb_of(rig, side, arm);
    let (first, second) = ((middle - l.upper.at).unit_or(-UP), (end - middle).unit_or(-UP));
    let bend = if arm { second.cross(first) } else { first.cross(second) };
    let y = bend.unit().filter(|_| bend.len() > 0.02).unwrap_or_else(|| {
        let x = if arm { -pole } else { pole };
        (-first).cross(x.across(first).unit_or(UP)).unit_or(v(0.0, 1.0, 0.0))
    });
    let upper = M3 { x: y.cross(-first), y, z: -first };
    let lower = M3 { x: y.cross(-second), y, z: -second };
    let (a, b) = if arm { (Joint::Shoulder(side), Joint::Elbow(side)) } else { (Joint::Hip(side), Joint::Knee(side)) };
    let parent = if arm { rig.chest() } else { rig.root };
    rig.set(a, parent.inverse().then(&upper));
    rig.set(b, upper.inverse().then(&lower));
}

/// The shank lies along a surface: the knee at its height, the foot away from the body.
pub fn lay_calf(rig: &mut Rig, side: Side, place: Place, limb: &str, target: &str) -> Result<(), FigureError> {
    let leg = limb_of(rig, side, false);
    let rise = (place.point - leg.upper.at).dot(place.normal) + 5.2;
    if rise.abs() > body::THIGH {
        return Err(FigureError::Reach { limb: limb.to_owned(), target: target.to_owned(), short: rise.abs() - body::THIGH });
    }
    let ahead = (-leg.lower.turn.z).across(place.normal).unit_or(v(1.0, 0.0, 0.0));
    let thigh = -leg.upper.turn.z;
    let flat = (body::THIGH.powi(2) - rise * rise).max(0.0).sqrt();
    let toward = thigh.across(place.normal).unit_or(ahead);
    let knee = leg.upper.at + place.normal * rise + toward * flat;
    aim(rig, side, false, knee, knee + ahead * body::SHANK, place.normal);
    Ok(())
}

/// The elbow and the whole forearm on a surface.
pub fn lay_forearm(rig: &mut Rig, side: Side, place: &Place, limb: &str, target: &str) -> Result<(), FigureError> {
    const ELBOW: f64 = 3.8;
    const WRIST: f64 = 2.8;
    for _ in 0..4 {
        let arm = limb_of(rig, side, true);
        let gap = (arm.lower.at - place.point).dot(place.normal) - ELBOW;
        if gap.abs() > 0.1 {
            // The upper arm goes up or down on the side where it is.
            let rise = (place.point - arm.upper.at).dot(place.normal) + ELBOW;
            if rise.abs() > body::UPPER_ARM + GIVE {
                let short = rise.abs() - body::UPPER_ARM;
                return Err(FigureError::Reach { limb: limb.to_owned(), target: target.to_owned(), short });
            }
            let flat = (body::UPPER_ARM.powi(2) - rise * rise).max(0.0).sqrt();
            let away = (-arm.upper.turn.z).across(place.normal).unit_or(arm.upper.turn.x.across(place.normal).unit_or(UP));
            let elbow = arm.upper.at + place.normal * rise + away * flat;
            aim(rig, side, true, elbow, elbow - arm.lower.turn.z * body::FOREARM, -arm.upper.turn.x);
        }
        let arm = limb_of(rig, side, true);
        let ahead = (-arm.lower.turn.z).across(place.normal).unit_or(v(1.0, 0.0, 0.0));
        let drop = WRIST - (arm.lower.at - place.point).dot(place.normal);
        let flat = (body::FOREARM.powi(2) - drop * drop).max(0.0).sqrt();
        aim(rig, side, true, arm.lower.at, arm.lower.at + place.normal * drop + ahead * flat, -arm.upper.turn.x);
        let y = place.normal * side.sign();
        let hand = M3 { x: y.cross(-ahead), y, z: -ahead };
        let lower = limb_of(rig, side, true).lower.turn;
        rig.set(Joint::Wrist(side), lower.inverse().then(&hand));
    }
    Ok(())
}
