//! What every figure must keep to, the library's and a person's own: nothing under the floor, every way
//! between poses goable, pictures small and clean.

use super::FigureError;
use super::library::Figure;
use super::math::v;
use super::skeleton::Skeleton;
use super::solids::{parts_named, solids};
use super::svg::Drawing;

/// How far a part may sink into the floor: flesh gives way.
pub const SINKS: f64 = 2.6;
/// The largest pictures, in bytes after compression: still, still with several pictures in one, moving.
pub const STILL: usize = 3_000;
pub const SEVERAL: usize = 5_000;
pub const MOVING: usize = 7_600;
/// Everything with a shape that could sink, by the words of the data.
const PARTS: [&str; 11] = [
    "trunk",
    "pelvis",
    "face",
    "leg_left",
    "leg_right",
    "upper_arm_left",
    "upper_arm_right",
    "forearm_left",
    "forearm_right",
    "hand_left",
    "hand_right",
];

/// A figure that draws, but not as it should.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A part of the body under the floor.
    Sinks { pose: usize, part: &'static str, deep: f64 },
    /// Nothing of the body is down.
    Floats { pose: usize, high: f64 },
    /// The way between two poses cannot be gone.
    Way(FigureError),
    /// A picture with too many changes in it.
    Large,
}

/// Everything wrong with a figure whose poses can be carried out.
pub fn faults(figure: &Figure) -> Vec<Fault> {
    let mut found: Vec<Fault> = (0..figure.poses.len()).filter_map(|n| on_the_floor(figure, n)).collect();
    let size = |drawing| figure.svg(drawing, false).map(|svg| packed(&svg));
    match (size(Drawing::Still), size(Drawing::Moving)) {
        (Ok(still), Ok(moving)) if still > most(figure) || moving > MOVING => found.push(Fault::Large),
        (Err(e), _) | (_, Err(e)) => found.push(Fault::Way(e)),
        _ => {}
    }
    found
}

/// The largest still picture that a figure may have.
pub fn most(figure: &Figure) -> usize {
    if figure.data.strip || !figure.data.card.is_empty() { SEVERAL } else { STILL }
}

/// Nothing lies under the floor and nobody floats.
pub fn on_the_floor(figure: &Figure, n: usize) -> Option<Fault> {
    let (pose, solved) = (figure.poses.get(n)?, figure.solved.get(n)?);
    let (low, part) = lowest(&solved.body);
    let floor = figure.props.floor();
    let carried = pose.rest.iter().all(|r| r.contains(" on ") && !r.ends_with(" on floor"));
    let on_props = carried && !pose.touch.values().any(|t| t.starts_with("floor"));
    if low < floor - SINKS {
        return Some(Fault::Sinks { pose: n + 1, part, deep: floor - low });
    }
    (low > 1.0 && !on_props).then_some(Fault::Floats { pose: n + 1, high: low })
}

/// The height of the body's lowest point, and the part to which it belongs.
pub fn lowest(body: &Skeleton) -> (f64, &'static str) {
    let low = |part: &'static str| {
        let solids = parts_named(part).into_iter().flatten().flat_map(|p| solids(body, p));
        (-solids.map(|s| s.reach(v(0.0, 0.0, -1.0))).fold(f64::MIN, f64::max), part)
    };
    PARTS.map(low).into_iter().fold((f64::MAX, "trunk"), |a, b| if b.0 < a.0 { b } else { a })
}

/// About the size after compression: what comes again costs little, of the rest not half remains (measured
/// with gzip).
pub fn packed(svg: &str) -> usize {
    let mut seen = std::collections::BTreeSet::new();
    svg.split(['"', ';']).map(|word| if seen.insert(word) { word.len() * 40 / 100 + 1 } else { 3 }).sum()
}
