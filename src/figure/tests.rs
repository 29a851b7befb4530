//! The figures hold what their data says.

use super::body::Joint;
use super::check::{MOVING, most, on_the_floor, packed};
use super::library::{Figure, Form, figure, figures};
use super::math::{V3, v};
use super::solids::{parts_named, solids};
use super::svg::Drawing;

/// How far a touching limb may be from its target.
const TOLERANCE: f64 = 2.5;

pub(super) fn all() -> Vec<(String, Figure)> {
    let mut found = Vec::new();
    for data in figures().expect("readable data") {
        for form in [Form::Main, Form::Easier, Form::Harder] {
            match figure(&data.id, form) {
                Ok(Some(figure)) => found.push((format!("{} {form:?}", data.id), figure)),
                Ok(None) => {}
                Err(e) => panic!("{e}"),
            }
        }
    }
    found
}

#[test]
fn every_joint_of_every_pose_is_within_its_limits() {
    for (name, figure) in all() {
        for solved in &figure.solved {
            for joint in Joint::all() {
                let excess = joint.excess(joint.angles(solved.rig.joint(joint)));
                assert!(excess < 2.0, "{name}: {} is {excess:.0} past its limit", joint.full_name());
            }
        }
    }
}

#[test]
fn nothing_lies_under_the_floor_and_nobody_floats() {
    for (name, figure) in all() {
        for n in 0..figure.poses.len() {
            assert_eq!(on_the_floor(&figure, n), None, "{name}");
        }
    }
}

#[test]
fn limbs_touch_what_they_say_they_touch() {
    let mut wrong = Vec::new();
    for (name, figure) in all() {
        for (pose, solved) in figure.poses.iter().zip(&figure.solved) {
            for (limb, target) in &pose.touch {
                if let Some(gap) = gap(&figure, solved, limb, target).filter(|gap| *gap > TOLERANCE) {
                    wrong.push(format!("{name}: {limb} is {gap:.1} from {target}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The distance between a limb's flesh and the surface it touches, or the point it grips.
fn gap(figure: &Figure, solved: &super::solve::Solved, limb: &str, target: &str) -> Option<f64> {
    let (part, side) = super::skeleton::sided(limb)?;
    let word = if part == "calf" { format!("shank_{}", side.word()) } else { limb.to_owned() };
    let reach =
        |n: V3| parts_named(&word).into_iter().flatten().flat_map(|p| solids(&solved.body, p)).map(|s| s.reach(n)).fold(f64::MIN, f64::max);
    let place = figure.props.place(target.split(' ').next()?, solved.phase).ok()?;
    if place.grip {
        let (hand, _) = solved.body.mark(&format!("{part}_{}", side.word()))?;
        // A grip's point may be shifted.
        let numbers: Vec<f64> = target.split(' ').filter_map(|w| w.parse().ok()).collect();
        let number = |i: usize| numbers.get(i).copied().unwrap_or(0.0);
        return Some((hand - place.point - v(number(0), 0.0, number(2))).across(v(0.0, 1.0, 0.0)).len() - 6.0);
    }
    Some((reach(-place.normal) + place.point.dot(place.normal)).abs())
}

#[test]
fn ways_between_poses_can_be_gone() {
    for (name, figure) in all() {
        let drawn = figure.svg(Drawing::Moving, false).unwrap_or_else(|e| panic!("{name}: {e}"));
        let moving = drawn.contains("<animate ");
        assert_eq!(moving, figure.poses.len() > 1, "{name}");
    }
}

#[test]
fn pictures_are_well_formed_and_have_no_style_or_script() {
    for (name, figure) in all() {
        for drawing in [Drawing::Still, Drawing::Moving, Drawing::Pair, Drawing::Pose(0)] {
            let svg = figure.svg(drawing, true).expect("a picture");
            assert!(!svg.contains("style") && !svg.contains("<script") && !svg.contains(" id="), "{name}");
            let mut open: Vec<String> = Vec::new();
            for tag in svg.split('<').skip(1).filter_map(|t| t.split('>').next()) {
                if let Some(word) = tag.strip_prefix('/') {
                    assert_eq!(open.pop().as_deref(), Some(word), "{name}");
                } else if !tag.ends_with('/') {
                    open.push(tag.split(' ').next().unwrap_or_default().to_owned());
                }
                assert_eq!(tag.matches('"').count() % 2, 0, "{name}: <{tag}");
            }
            assert!(open.is_empty(), "{name}: {open:?} left open");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        }
    }
}

#[test]
fn moving_pictures_stay_small() {
    for (name, figure) in all() {
        let size = |drawing| packed(&figure.svg(drawing, false).expect("a picture"));
        let (still, moving) = (size(Drawing::Still), size(Drawing::Moving));
        assert!(moving < MOVING, "{name}: {moving} bytes moving");
        assert!(still < most(&figure), "{name}: {still} bytes still");
    }
}

#[test]
fn the_mirror_is_exact() {
    for (_, figure) in all() {
        for solved in &figure.solved {
            let there = solved.rig.mirrored();
            let back = there.mirrored().stand();
            let (a, b) = (there.stand(), &solved.body);
            for (left, right) in [("hand_left", "hand_right"), ("knee_left", "knee_right"), ("toe_right", "toe_left")] {
                let (p, q) = (a.mark(left).expect("a mark").0, b.mark(right).expect("a mark").0);
                assert!((v(p.x, -p.y, p.z) - q).len() < 0.01);
                assert!((back.mark(left).expect("a mark").0 - b.mark(left).expect("a mark").0).len() < 0.01);
            }
        }
    }
}

#[test]
fn the_text_names_the_side_that_works() {
    use super::pose::SideWord;
    for (name, figure) in all() {
        let words = figure.words().to_lowercase();
        match figure.data.side {
            Some(SideWord::Right) => assert!(words.contains("right"), "{name} works on the right and does not say so"),
            Some(SideWord::Left) => assert!(words.contains("left"), "{name} works on the left and does not say so"),
            None => {}
        }
        assert!(!figure.alt().start.is_empty(), "{name}");
        assert_eq!(figure.poses.len() > 1, !figure.alt().movement.is_empty() && !figure.alt().end.is_empty(), "{name}");
    }
}

#[test]
fn a_slump_and_an_arch_are_seen() {
    let back = |low: f64| {
        let mut rig = figure("AE1", Form::Main).expect("data").expect("a figure").solved[0].rig.clone();
        for joint in [Joint::Low, Joint::Mid, Joint::High] {
            rig.set(joint, joint.rotation([low, 0.0, 0.0]));
        }
        let body = rig.stand();
        body.spine_at(50.0).at.x - body.spine_at(0.0).at.x
    };
    assert!(back(15.0) > back(0.0) + 8.0 && back(0.0) > back(-12.0) + 6.0);
}

#[test]
fn errors_have_names() {
    let build = |text: &str| {
        let data: super::pose::FigureData = toml::from_str(text).expect("a figure");
        Figure::build(data, &super::pose::Bases::new()).map(|_| ()).expect_err("cannot be").to_string()
    };
    let with = |pose: &str| build(&format!("id = \"X\"\npose = [{{ {pose} }}]\n[alt]\nstart = \"x\""));
    assert_eq!(with("knee_left = 190"), "X: pose 1: past its limit: knee_left bend 190, out 0, turn 0");
    assert_eq!(with("tail = 3"), "X: no such joint: tail");
    assert_eq!(with("rest = \"feet\", touch = { hand_left = \"moon.face\" }"), "X: pose 1: no such place: moon.face");
    assert!(with("rest = \"feet\", touch = { hand_left = \"floor 200 0\" }").contains("cannot reach: hand_left"));
    assert_eq!(with("base = \"moon\""), "X: no such base pose: moon");
}
