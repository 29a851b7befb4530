//! Two machines of the gym: the cross-trainer, whose pedals hang between a crank and swinging poles, and the
//! rowing machine, whose seat and handle go with the body.

use super::body::Side;
use super::math::{M3, V3, v};
use super::pose::PropData;
use super::props::{Layer, Look, Place, Shape, fill, grip, surface};
use super::skeleton::Skeleton;
use super::solids::{Ball, Solid};

/// The cross-trainer: its crank at the back, and the pivot of the poles with their lengths below and above.
const CRANK: (f64, f64) = (-54.0, 31.0);
const CRANK_LONG: f64 = 17.0;
const PIVOT: (f64, f64) = (45.0, 92.0);
const POLE_DOWN: f64 = 72.0;
const POLE_UP: f64 = 40.0;
const BEAM: f64 = 98.0;
/// Where on its beam a pedal is, from the crank.
const PEDAL: f64 = 0.52;
const APART: f64 = 11.0;
/// The rowing machine: its seat's top, the slope of its foot plates and where they are.
const SEAT: f64 = 36.0;
const PLATE_SLOPE: f64 = 33.0;
const PLATE: V3 = v(56.0, 0.0, 30.0);

/// The moving parts of one side of the cross-trainer.
struct Linkage {
    pin: V3,
    foot: V3,
    pedal: V3,
    elbow: V3,
    handle: V3,
}

fn linkage(side: Side, phase: f64) -> Linkage {
    let turn = if side == Side::Left { 180.0 } else { 0.0 };
    let y = APART * side.sign();
    let (sin, cos) = (-(phase + turn)).to_radians().sin_cos();
    let pin = v(CRANK.0 + CRANK_LONG * cos, y, CRANK.1 + CRANK_LONG * sin);
    let pivot = v(PIVOT.0, y, PIVOT.1);
    // Where the circles round pin and pivot meet, below the pivot and to the front.
    let line = pivot - pin;
    let far = line.len();
    let near = (far * far + BEAM * BEAM - POLE_DOWN * POLE_DOWN) / (2.0 * far);
    let off = (BEAM * BEAM - near * near).max(0.0).sqrt();
    let along = line.unit_or(v(1.0, 0.0, 0.0));
    let foot = pin + along * near + v(along.z, 0.0, -along.x) * off;
    let pole = (pivot - foot).unit_or(v(0.0, 0.0, 1.0));
    let elbow = pivot + pole * (POLE_UP * 0.6);
    let handle = pivot + pole * POLE_UP + v(-pole.z, 0.0, pole.x) * 13.0;
    Linkage { pin, foot, pedal: pin.lerp(foot, PEDAL), elbow, handle }
}

/// Places of the machines.
pub(super) fn place(prop: &PropData, spot: &str, phase: f64) -> Option<Place> {
    let at = prop.origin();
    Some(match (prop.kind.as_str(), spot) {
        // Under the ball of the foot: the plate reaches further back.
        ("trainer", "pedal_right") => grip(at + linkage(Side::Right, phase).pedal + v(9.0, 0.0, 2.0)),
        ("trainer", "pedal_left") => grip(at + linkage(Side::Left, phase).pedal + v(9.0, 0.0, 2.0)),
        ("trainer", "handle_right") => grip(at + linkage(Side::Right, phase).handle),
        ("trainer", "handle_left") => grip(at + linkage(Side::Left, phase).handle),
        ("rower", "seat") => surface(at + v(0.0, 0.0, SEAT), v(0.0, 0.0, 1.0)),
        ("rower", "plate") => surface(at + PLATE, M3::about_y(-PLATE_SLOPE).z),
        ("rower", "handle") => grip(at),
        _ => return None,
    })
}

/// The shapes of the machines.
pub(super) fn shapes(prop: &PropData, body: &Skeleton, phase: f64) -> Vec<Shape> {
    if prop.kind == "rower" { rower(prop, body) } else { trainer(prop, phase) }
}

/// What moves is drawn as lines: they need far fewer numbers.
fn wire(class: &'static str, layer: Layer, points: Vec<V3>) -> Shape {
    Shape { class, layer, look: Look::Wire { points, closed: false } }
}

fn disc(prop: &PropData, x: f64, z: f64, r: f64, y: f64) -> Solid {
    Solid::Hull(vec![Ball { at: prop.spot(x, y, z), turn: M3::SAME, half: v(r, 3.0, r), cut: None }])
}

fn trainer(prop: &PropData, phase: f64) -> Vec<Shape> {
    let bar = |a: V3, b: V3, r: f64| prop.bar(a, b, r);
    let put = |p: &V3| prop.spot(p.x, p.y, p.z);
    let side = |s: Side, layer: Layer| {
        let l = linkage(s, phase);
        let y = APART * s.sign();
        let hub = v(CRANK.0, y, CRANK.1);
        let plate = |x: f64| v(l.pedal.x + x, y, l.pedal.z + 1.0);
        vec![
            wire("lever dark", layer, [hub, l.pin].iter().map(put).collect()),
            wire("lever", layer, [l.pin, l.foot].iter().map(put).collect()),
            wire("lever", layer, [l.foot, l.elbow, l.handle].iter().map(put).collect()),
            wire("lever dark", layer, [plate(-9.0), plate(17.0)].iter().map(put).collect()),
        ]
    };
    let mast = vec![
        bar(v(-76.0, 0.0, 3.0), v(70.0, 0.0, 3.0), 3.0),
        bar(v(58.0, 0.0, 3.0), v(48.0, 0.0, 108.0), 3.4),
        bar(v(-76.0, -18.0, 2.2), v(-76.0, 18.0, 2.2), 2.2),
        bar(v(70.0, -18.0, 2.2), v(70.0, 18.0, 2.2), 2.2),
    ];
    let console = vec![bar(v(44.0, 0.0, 112.0), v(53.0, 0.0, 126.0), 3.6)];
    let wheel = vec![disc(prop, CRANK.0, CRANK.1, 24.0, 0.0)];
    let mut all = side(Side::Left, Layer::Back);
    all.extend([fill("wood", Layer::Back, wheel), fill("frame", Layer::Back, mast), fill("metal", Layer::Back, console)]);
    all.extend(side(Side::Right, Layer::Middle));
    all
}

fn rower(prop: &PropData, body: &Skeleton) -> Vec<Shape> {
    let bar = |a: V3, b: V3, r: f64| prop.bar(a, b, r);
    let x = body.spine_at(0.0).at.x - prop.origin().x;
    let hand = |s: &str| body.mark(s).map_or(V3::default(), |(p, _)| p);
    let (left, right) = (hand("hand_left"), hand("hand_right"));
    let middle = (left + right) * 0.5;
    let along = (right - left).unit_or(v(0.0, -1.0, 0.0)) * 5.0;
    let slope = M3::about_y(-PLATE_SLOPE);
    let plate = |y: f64| {
        let p = |d: f64| PLATE + v(0.0, y, 0.0) + slope.apply(v(d, 0.0, -1.6));
        bar(p(-22.0), p(6.0), 1.6)
    };
    let frame = vec![
        bar(v(-74.0, 0.0, SEAT - 9.0), v(74.0, 0.0, SEAT - 9.0), 2.6),
        bar(v(-70.0, 0.0, SEAT - 9.0), v(-73.0, 0.0, 2.0), 2.0),
        bar(v(-73.0, -16.0, 2.0), v(-73.0, 16.0, 2.0), 2.0),
        bar(v(66.0, 0.0, SEAT - 9.0), v(62.0, 0.0, 2.0), 2.4),
        bar(v(62.0, -16.0, 2.0), v(62.0, 16.0, 2.0), 2.0),
        bar(v(84.0, 0.0, 30.0), v(94.0, 0.0, 2.0), 2.4),
    ];
    let mast = vec![bar(v(84.0, 0.0, 50.0), v(82.0, 0.0, 86.0), 2.0), bar(v(76.0, 0.0, 84.0), v(80.0, 0.0, 94.0), 3.0)];
    let seat = |half: f64, z: f64| wire("seat dark", Layer::Middle, vec![prop.spot(x - half, 0.0, z), prop.spot(x + half, 0.0, z)]);
    let chain = vec![prop.spot(74.0, 0.0, 58.0), middle];
    vec![
        fill("frame", Layer::Back, frame),
        fill("metal", Layer::Back, vec![plate(9.0)]),
        fill("frame", Layer::Back, mast),
        fill("wood", Layer::Back, vec![disc(prop, 84.0, 40.0, 26.0, 0.0)]),
        fill("metal", Layer::Back, vec![disc(prop, 84.0, 40.0, 8.0, -4.0)]),
        wire("chain", Layer::Middle, chain),
        seat(10.0, SEAT - 2.4),
        seat(4.0, SEAT - 6.0),
        fill("metal", Layer::Middle, vec![plate(-9.0)]),
        wire("lever dark", Layer::Middle, vec![left - along, right + along]),
    ]
}
