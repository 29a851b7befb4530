//! Exercise figures: a jointed body posed by data, drawn as one small SVG. Pure: no clock, no files, no web.
//!
//! `body` has the proportions and the joints' limits, `pose` the data format, `solve` puts a pose on its
//! supports and brings limbs to what they touch, `props` are the things around, `solids` the flesh, `outline`
//! the camera and curves, `scene` the order of drawing, `svg` the picture, `library` the figures by exercise,
//! `check` what all of them keep to, `edit` a figure changed for one person.
//!
//! # Writing a figure
//! Figures stand in `data/<group>.toml`, base poses in `data/bases.toml`. Lengths are centimetres (the body
//! is 172 tall), angles degrees. x points forward, y to the body's left, z up; the floor is z = 0. The pelvis
//! of a first pose starts above x = 0. Seen from the side the figure faces right; lying on its back its head
//! is on the left, on its front and on all fours on the right. The body's right side is the near one, so let
//! the right side work; the page mirrors the picture for the other side.
//!
//! ```toml
//! [[figure]]
//! id = "HL6"                                # the exercise
//! view = "side"                             # side (usual), front, above
//! # yaw = 8 (usual from the side: seen a little from the front), pitch = 0 (from higher up)
//! side = "right"                            # only where one side works
//! props = [{ kind = "chair", at = [0, 0, 0] }]
//! moves = ["legs", "pelvis"]                # accent colour: legs leg_right thigh shank foot arms arm_left
//!                                           # upper_arm forearm hand trunk pelvis head
//! arrow = { follow = "tail", shift = [-9, 14], part = [0.05, 0.9] }  # way of a mark from pose 1 to 2
//!                                           # both = true: two heads
//!                                           # round = 20: not along the way but a level ring of that
//!                                           # distance round the mark, to the right; part of the ring
//! # cycle = true: poses go round (walking); no_ghost = true; strip = true: every pose (at most four) in its
//! # own numbered quarter, or two side by side, for a movement of several steps
//! # front / behind = ["arm_left"]: limbs before / behind the trunk if their depth misleads
//! alt = { start = "…", move = "…", end = "…" }
//! [[figure.pose]]                           # the start
//! base = "sit"
//! at = [8, 0, 0]                            # where the pelvis is before it is put down
//! hip = { bend = 84, out = 4 }              # both sides; hip_left = … for one; a number alone is the bend
//! knee = 98
//! touch = { feet = "floor 44 10" }
//! [[figure.pose]]                           # only what changes; or `base` to begin anew
//! base = "stand"
//! touch = { foot_left = "keep" }
//! ```
//! The last pose is the end: it is what a still picture shows, with a ghost of the first (of a round it is the
//! first; `show = 2` chooses another). Poses between are gone through without a rest. In between, feet and
//! hands that are down in both poses stay down.
//!
//! **Joints** (zero is standing with hanging arms): `low` `mid` `high` (three zones of the trunk; `back` sets
//! all three), `neck`, `head`: bend forward, `side` and `turn` to the right. `shoulder`, `hip`: bend forward,
//! `out` to the side, `turn` outward. `elbow`, `knee`: bend. `ankle`: toes up. `wrist`: bend. Trunk in all:
//! slumped about 50, neutral 0, arched about -40.
//!
//! **Root**: `root = up|back|front|left|right`, then `lean` (forward), `roll` (to its right), `twist` (about
//! its long axis, to its right), `turn` (on the floor, to its right). A lean turns thighs along, so a hinge
//! of 50 with shins upright is `lean = 50, hip = 50 + a little`; on all fours a tucked pelvis of `lean = -30`
//! needs `hip = 60` to keep the thighs upright.
//!
//! **rest**: what carries the body, `"foot_right"`, `"knees"`, `"pelvis on chair.seat"`, `"back"` (trunk and
//! pelvis), `"feet"` (the lower one, free to slide), `"seat on rower.seat"` (the pelvis, free to slide), `"toes"`,
//! `"ankle_right"` (the edge of a foot lying on its side), `"elbow_right"`, `"hands"`, `"head"`, `"body"`.
//! The first stays where it was in the first pose. With a second (`["knee_right", "elbow_right"]`) the body
//! tips until both rest.
//!
//! **touch**: limb = target, for `hands`, `hand_left`, `feet`, `foot_right`, `calves`, `forearms`. Targets:
//! - `"floor"` (straight below), `"floor 44 10"` (44 ahead, 10 outward), `"keep"` (as in the first pose),
//!   `"none"` (no longer);
//! - surfaces: `chair.seat`, `chair.back`, `table.top -18 15` (from its middle), `wall.face 120 15` (height,
//!   outward), `step.top`, `box.top`, `ball.top`, `pillow.top`; points: `chair.arm`, `chair.backrest`,
//!   `table.edge`, `bike.bar`, `bike.pedal_right`, with a shift after them;
//! - marks of the body, with a shift: `belly chest tail low_back mid_back upper_back neck head head_back nose
//!   crown pelvis` and with a side (`_near` is the limb's own) `hip hipside hipback knee thigh hamstring shin
//!   ankle foot heel toe shoulder elbow wrist hand fingers`.
//!
//! The angles given for a touching limb are its hint: knees point where the hip turns them; elbows point
//! backward of the upper arm (shoulder bend 0: behind the body; 80: towards the feet; turn -60: outward).
//! `fists = true` closes the hands; then marks are gripped. `breath = 6` lets the tummy stand out by 6.
//!
//! **Props** (`at`, and `size`, `height`, `turn`, `lean` where they mean something): chair (45 high, turn =
//! 180 faces left; size: armrests; back: the backrest's height above the seat), table (90), wall (turn = 180: behind the body), step, box, mat, bed (its
//! top is z = 0), pillow, cushion (at, or from / to marks), roll (from), ball (at, or rolling along under from / to),
//! post (a band's ring at its height), stick (from, to), band, strap (from, to: marks or `"x y z"`), bag, weight (from a
//! hand, or half way to another), dumbbell (from a hand), loop (a band round both legs, from = "thighs" | "ankles"),
//! rail (`.near .top .far`; rises forward by `lean`), water (up to `height`), and machines,
//! whose cranks a pose turns by `phase`: bike (`.saddle .bar .pedal_near`), trainer (`.pedal_near .handle_near`),
//! rower (`.seat .plate .handle`; hands hold its handle). Of the scene: clock (its long hand goes with
//! `phase`), pad (warm, from a mark), load (a box from hand to hand), bowl, moon,
//! scan (a light along dots, from above a mark to above a mark by `phase`).
//! `layer = "front" | "middle" | "between" (the legs) | "back"` where depth misleads.
//!
//! **Forms**: `[figure.easier]` and `[figure.harder]` take the same words; `pose` there changes the main poses
//! one by one, unless a `base` begins anew.
//!
//! A pose that cannot be is an error with the pose's number: `past its limit: knee_left …`, `cannot reach …`.

pub mod body;
pub mod card;
pub mod check;
pub mod edit;
pub mod library;
pub mod machines;
pub mod math;
pub mod outline;
pub mod pose;
pub mod props;
mod props_core;
pub mod props_machines;
pub mod props_scene;
mod props_strength;
pub mod reach;
pub mod scene;
pub mod sheet;
pub mod skeleton;
pub mod solids;
pub mod solve;
pub mod svg;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_way;

pub use library::{Figure, Form, figure, figures};
pub use svg::Drawing;

/// Why a figure cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FigureError {
    /// A word of the data names nothing.
    #[error("no such {0}: {1}")]
    Unknown(&'static str, String),
    /// A limb is too short, or cannot fold enough.
    #[error("cannot reach: {limb} is {short:.1} cm short of {target}")]
    Reach {
        /// The limb.
        limb: String,
        /// What it should touch.
        target: String,
        /// Missing centimetres.
        short: f64,
    },
    /// A joint would have to go further than it can.
    #[error("past its limit: {joint} {angles}")]
    Limit {
        /// The joint.
        joint: String,
        /// Its angles.
        angles: String,
    },
    /// The data is not as `pose` says.
    #[error("the figure's data cannot be read: {0}")]
    Data(String),
    /// Where the error is: a figure or a pose.
    #[error("{0}: {1}")]
    In(String, Box<FigureError>),
}
