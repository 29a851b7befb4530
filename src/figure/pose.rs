//! The data format: figures and poses as they stand in `data/*.toml`, and a pose made complete from its
//! base and the poses before it.

use super::FigureError;
use super::body::{JOINTS, Joint, Side};
use super::math::{M3, V3, v};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A figure as written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureData {
    /// The exercise it belongs to.
    pub id: String,
    #[serde(default)]
    pub view: View,
    /// Camera a little from the front (positive) or from behind, in degrees.
    #[serde(default)]
    pub yaw: Option<f64>,
    /// Camera a little from above.
    #[serde(default)]
    pub pitch: f64,
    #[serde(default)]
    pub props: Vec<PropData>,
    pub pose: Vec<PoseData>,
    /// Parts in the accent colour: what moves.
    #[serde(default)]
    pub moves: Vec<String>,
    #[serde(default)]
    pub arrow: Option<ArrowData>,
    /// The side that works, where there is one; the other side is its mirror image.
    #[serde(default)]
    pub side: Option<SideWord>,
    /// The poses go round (walking) instead of there and back.
    #[serde(default)]
    pub cycle: bool,
    /// A still picture shows every pose in its own quarter.
    #[serde(default)]
    pub strip: bool,
    /// The pose a still picture shows, from 1: usually the last, of a round the first.
    #[serde(default)]
    pub show: Option<usize>,
    /// The picture is shown as in a mirror: what the data calls right is the person's left.
    #[serde(default)]
    pub mirrored: bool,
    /// Other figures that stand on this one's picture instead of a body of its own.
    #[serde(default)]
    pub card: Vec<String>,
    /// No ghost of the start (where it would only clutter).
    #[serde(default)]
    pub no_ghost: bool,
    /// Limbs drawn in front of, or behind, the trunk whatever their depth.
    #[serde(default)]
    pub front: Vec<String>,
    #[serde(default)]
    pub behind: Vec<String>,
    pub alt: Alt,
    #[serde(default)]
    pub easier: Option<Change>,
    #[serde(default)]
    pub harder: Option<Change>,
}

/// How an easier or harder form differs: what is given replaces the main figure's; poses without a `base`
/// change the main figure's pose at the same place.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub view: Option<View>,
    pub yaw: Option<f64>,
    pub pitch: Option<f64>,
    pub props: Option<Vec<PropData>>,
    pub pose: Option<Vec<PoseData>>,
    pub moves: Option<Vec<String>>,
    pub arrow: Option<ArrowData>,
    #[serde(default)]
    pub no_arrow: bool,
    pub front: Option<Vec<String>>,
    pub behind: Option<Vec<String>>,
    pub alt: Option<Alt>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    #[default]
    Side,
    Front,
    Above,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SideWord {
    Left,
    Right,
}

/// The text alternative: what one would say to somebody who cannot see the picture.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alt {
    pub start: String,
    #[serde(default, rename = "move")]
    pub movement: String,
    #[serde(default)]
    pub end: String,
}

/// The arrow: along the way of a mark, at a distance from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArrowData {
    /// The mark whose way it follows.
    #[serde(default)]
    pub follow: String,
    /// Instead of a mark's way: points on the picture, to the right and up, in centimetres.
    #[serde(default)]
    pub path: Vec<[f64; 2]>,
    /// Moved away from the mark on the picture: to the right and up, in centimetres.
    #[serde(default)]
    pub shift: [f64; 2],
    /// Part of the way that is drawn.
    #[serde(default = "most")]
    pub part: [f64; 2],
    /// A head at both ends.
    #[serde(default)]
    pub both: bool,
    /// Not along the way but round the mark, level, at this distance; `part` is then a part of the round.
    #[serde(default)]
    pub round: Option<f64>,
}

fn most() -> [f64; 2] {
    [0.0, 1.0]
}

/// A prop and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropData {
    pub kind: String,
    /// Place on the floor (x forward, y to the left) and height; meaning as the kind says.
    #[serde(default)]
    pub at: [f64; 3],
    /// Size in its main direction, where the kind has one to choose.
    #[serde(default)]
    pub size: Option<f64>,
    #[serde(default)]
    pub height: Option<f64>,
    /// Turned about the upright axis, or leaning, in degrees.
    #[serde(default)]
    pub turn: f64,
    #[serde(default)]
    pub lean: f64,
    /// How far a chair's backrest stands above its seat.
    #[serde(default)]
    pub back: Option<f64>,
    /// Marks of the body it hangs on or stretches between.
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    /// `front`, `middle` (between far and near limbs) or `back`.
    #[serde(default)]
    pub layer: Option<String>,
}

/// Angles of a joint: its bend alone, or by name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Angles {
    Bend(f64),
    Named(Named),
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    #[serde(default)]
    pub bend: f64,
    #[serde(default, alias = "side")]
    pub out: f64,
    #[serde(default)]
    pub turn: f64,
}

/// One support, or several.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Words {
    One(String),
    Many(Vec<String>),
}

impl Words {
    pub fn list(&self) -> Vec<&str> {
        match self {
            Words::One(w) => vec![w.as_str()],
            Words::Many(list) => list.iter().map(String::as_str).collect(),
        }
    }
}

/// A pose as written: what differs from its base or from the pose before.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PoseData {
    pub base: Option<String>,
    /// up, back, front, left, right: where the body lies or that it is upright.
    pub root: Option<String>,
    /// The whole body tipped forward, to its right, turned to its right.
    pub lean: Option<f64>,
    pub roll: Option<f64>,
    pub turn: Option<f64>,
    /// Turned about its own long axis, to its right: rolling over while lying.
    pub twist: Option<f64>,
    /// Where the pelvis is before it is put on its supports.
    pub at: Option<[f64; 3]>,
    pub rest: Option<Words>,
    #[serde(default)]
    pub touch: BTreeMap<String, String>,
    /// Hands closed round something.
    pub fists: Option<bool>,
    /// How far the tummy stands out with a breath, in centimetres.
    pub breath: Option<f64>,
    /// Where a crank or a glide stands, in degrees.
    pub phase: Option<f64>,
    /// Joints by name, with or without side.
    #[serde(flatten)]
    pub joints: BTreeMap<String, Angles>,
}

impl PoseData {
    /// This pose with another's words over it.
    pub fn with(&self, change: &PoseData) -> PoseData {
        if change.base.is_some() {
            return change.clone();
        }
        let mut out = self.clone();
        let over = change.clone();
        out.root = over.root.or(out.root);
        out.lean = over.lean.or(out.lean);
        out.roll = over.roll.or(out.roll);
        out.turn = over.turn.or(out.turn);
        out.twist = over.twist.or(out.twist);
        out.at = over.at.or(out.at);
        out.rest = over.rest.or(out.rest);
        out.fists = over.fists.or(out.fists);
        out.phase = over.phase.or(out.phase);
        out.breath = over.breath.or(out.breath);
        out.touch.extend(over.touch);
        out.joints.extend(over.joints);
        out
    }
}

/// A pose with nothing left open.
#[derive(Debug, Clone)]
pub struct Pose {
    pub facing: String,
    pub lean: f64,
    pub roll: f64,
    pub turn: f64,
    pub twist: f64,
    pub at: V3,
    pub angles: [[f64; 3]; JOINTS],
    pub rest: Vec<String>,
    /// What each limb's end touches, by limb: `hand_left` to `floor`.
    pub touch: BTreeMap<String, String>,
    pub fists: bool,
    pub phase: f64,
    pub breath: f64,
}

impl Default for Pose {
    fn default() -> Pose {
        let angles = [[0.0; 3]; JOINTS];
        let (facing, rest, touch) = ("up".to_owned(), Vec::new(), BTreeMap::new());
        Pose {
            facing,
            lean: 0.0,
            roll: 0.0,
            turn: 0.0,
            twist: 0.0,
            at: V3::default(),
            angles,
            rest,
            touch,
            fists: false,
            phase: 0.0,
            breath: 0.0,
        }
    }
}

/// Named base poses, by name.
pub type Bases = BTreeMap<String, PoseData>;

/// Words that mean both sides.
const PLURALS: [(&str, &str); 3] = [("hands", "hand"), ("feet", "foot"), ("calves", "calf")];

/// A touch of one limb, or of both where the word means both.
pub(super) fn one_sided(limb: &str, target: &str) -> Vec<(String, String)> {
    let Some((_, one)) = PLURALS.iter().find(|(many, _)| *many == limb) else { return vec![(limb.to_owned(), target.to_owned())] };
    let each = |side: Side| (format!("{one}_{}", side.word()), target.replace("_near", &format!("_{}", side.word())));
    Side::BOTH.map(each).to_vec()
}

impl Pose {
    /// A pose from its words, its base and the pose before.
    ///
    /// # Errors
    /// An unknown base or joint.
    pub fn resolve(data: &PoseData, before: Option<&Pose>, bases: &Bases) -> Result<Pose, FigureError> {
        let mut pose = match &data.base {
            Some(name) => {
                let base = bases.get(name).ok_or_else(|| FigureError::Unknown("base pose", name.clone()))?;
                Pose::resolve(base, None, bases)?
            }
            None => before.cloned().unwrap_or_default(),
        };
        if let Some(root) = &data.root {
            pose.facing.clone_from(root);
        }
        pose.lean = data.lean.unwrap_or(pose.lean);
        pose.roll = data.roll.unwrap_or(pose.roll);
        pose.turn = data.turn.unwrap_or(pose.turn);
        pose.twist = data.twist.unwrap_or(pose.twist);
        pose.fists = data.fists.unwrap_or(pose.fists);
        pose.phase = data.phase.unwrap_or(pose.phase);
        pose.breath = data.breath.unwrap_or(pose.breath);
        if let Some([x, y, z]) = data.at {
            pose.at = v(x, y, z);
        }
        if let Some(rest) = &data.rest {
            pose.rest = rest.list().into_iter().filter(|w| *w != "none").map(str::to_owned).collect();
        }
        pose.set_joints(&data.joints)?;
        pose.touch.extend(data.touch.iter().flat_map(|(limb, target)| one_sided(limb, target)));
        pose.touch.retain(|_, target| target != "none");
        Ok(pose)
    }

    /// Both-sided words first, so that a word for one side can differ.
    fn set_joints(&mut self, joints: &BTreeMap<String, Angles>) -> Result<(), FigureError> {
        let mut names: Vec<&String> = joints.keys().collect();
        names.sort_by_key(|name| name.ends_with("_left") || name.ends_with("_right"));
        for name in names {
            let value = match joints[name] {
                Angles::Bend(bend) => Change3([Some(bend), None, None]),
                Angles::Named(n) => Change3([Some(n.bend), Some(n.out), Some(n.turn)]),
            };
            let mut found = false;
            for joint in Joint::all() {
                let trunk = name == "back" && matches!(joint, Joint::Low | Joint::Mid | Joint::High);
                if trunk || joint.name() == name || joint.full_name() == *name {
                    value.put(&mut self.angles[joint.index()]);
                    found = true;
                }
            }
            if !found {
                return Err(FigureError::Unknown("joint", name.clone()));
            }
        }
        Ok(())
    }

    /// How the pelvis stands in the room.
    ///
    /// # Errors
    /// An unknown word for it.
    pub fn orientation(&self) -> Result<M3, FigureError> {
        let base = match self.facing.as_str() {
            "up" => M3::SAME,
            "back" => M3::about_y(-90.0),
            "front" => M3::about_y(90.0),
            // On the side, face to the viewer: head to the left on the right side, to the right on the left.
            "right" => M3 { x: v(0.0, -1.0, 0.0), y: v(0.0, 0.0, 1.0), z: v(-1.0, 0.0, 0.0) },
            "left" => M3 { x: v(0.0, -1.0, 0.0), y: v(0.0, 0.0, -1.0), z: v(1.0, 0.0, 0.0) },
            other => return Err(FigureError::Unknown("root", other.to_owned())),
        };
        Ok(M3::about_z(-self.turn).then(&base).then(&M3::of_angles(self.lean, self.roll, -self.twist)))
    }
}

/// New values for some of three angles: a bend alone leaves the others as they were.
struct Change3([Option<f64>; 3]);

impl Change3 {
    fn put(&self, angles: &mut [f64; 3]) {
        for (old, new) in angles.iter_mut().zip(self.0) {
            *old = new.unwrap_or(*old);
        }
    }
}
