//! The frames between the poses keep to the floor and to the joints too.

use super::body::Joint;
use super::check::{SINKS, lowest};
use super::solve::Solved;
use super::tests::all;

/// By how much a joint may pass its limit for rounding, in degrees.
const ROUNDING: f64 = 0.5;

/// Every frame of every moving figure, with where it is.
fn frames(mut look: impl FnMut(&str, f64, &Solved)) {
    for (name, figure) in all() {
        let count = figure.poses.len();
        let ways = (0..count).map(|i| (i, (i + 1) % count)).filter(|(i, j)| figure.data.cycle || j > i);
        for (from, to) in ways {
            let steps = figure.steps(from, to);
            for step in 1..steps {
                let t = step as f64 / steps as f64;
                let solved = figure.between(from, to, t).unwrap_or_else(|e| panic!("{name}: {e}"));
                look(&format!("{name}, {t:.2} of the way from pose {} to {}", from + 1, to + 1), figure.props.floor(), &solved);
            }
        }
    }
}

#[test]
fn nothing_goes_through_the_floor_on_the_way() {
    let mut wrong = Vec::new();
    frames(|place, floor, solved| {
        let (low, part) = lowest(&solved.body);
        if low < floor - SINKS {
            wrong.push(format!("{place}: {part} at {low:.1}"));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_joint_is_within_its_limits_on_the_way() {
    let mut wrong = Vec::new();
    frames(|place, _, solved| {
        for joint in Joint::all() {
            let angles = joint.angles(solved.rig.joint(joint));
            let excess = joint.excess(angles);
            if excess > ROUNDING {
                wrong.push(format!("{place}: {} is {excess:.0} past its limit: {angles:.0?}", joint.full_name()));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
