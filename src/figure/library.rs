//! The figures of all exercises, read once; each solved when it is asked for.

use super::FigureError;
use super::outline::Camera;
use super::pose::{Alt, Bases, Change, FigureData, Pose, PoseData, View};
use super::props::Props;
use super::scene::Stage;
use super::skeleton::Rig;
use super::solids::parts_named;
use super::solve::{Solved, hold, settle, solve};
use serde::Deserialize;
use std::sync::LazyLock;

/// From the side, a little from the front: far limbs are seen beside near ones.
const YAW: f64 = 8.0;
const BASES: &str = include_str!("data/bases.toml");
const GROUPS: [&str; 6] = [
    include_str!("data/relief.toml"),
    include_str!("data/mobility.toml"),
    include_str!("data/core.toml"),
    include_str!("data/strength.toml"),
    include_str!("data/aerobic.toml"),
    include_str!("data/relaxation.toml"),
];

#[derive(Debug, Deserialize)]
struct Group {
    #[serde(default)]
    figure: Vec<FigureData>,
}

static LIBRARY: LazyLock<Result<(Bases, Vec<FigureData>), FigureError>> = LazyLock::new(|| {
    let bad = |e: toml::de::Error| FigureError::Data(e.to_string());
    let bases: Bases = toml::from_str(BASES).map_err(bad)?;
    let mut figures = Vec::new();
    for text in GROUPS {
        figures.extend(toml::from_str::<Group>(text).map_err(bad)?.figure);
    }
    Ok((bases, figures))
});

/// The form of an exercise that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    #[default]
    Main,
    Easier,
    Harder,
}

/// A figure with its poses carried out.
#[derive(Debug, Clone)]
pub struct Figure {
    pub data: FigureData,
    pub poses: Vec<Pose>,
    pub solved: Vec<Solved>,
    pub props: Props,
    /// The figures of a card.
    pub parts: Vec<Figure>,
}

/// The data of every figure.
///
/// # Errors
/// The data cannot be read.
pub fn figures() -> Result<&'static [FigureData], FigureError> {
    LIBRARY.as_ref().map(|(_, figures)| figures.as_slice()).map_err(Clone::clone)
}

/// The figure of an exercise; `None` where it has none in that form.
///
/// # Errors
/// Its data cannot be carried out.
pub fn figure(id: &str, form: Form) -> Result<Option<Figure>, FigureError> {
    let Some((data, bases)) = words(id, form)? else { return Ok(None) };
    let mut parts = Vec::new();
    for part in &data.card {
        let (data, bases) = part_words(part)?;
        parts.push(Figure::build(data, bases)?);
    }
    Ok(Some(Figure { parts, ..Figure::build(data, bases)? }))
}

/// The words of a figure in one form, and the base poses they speak of.
pub(super) fn words(id: &str, form: Form) -> Result<Option<(FigureData, &'static Bases)>, FigureError> {
    let (bases, figures) = LIBRARY.as_ref().map_err(Clone::clone)?;
    let Some(main) = figures.iter().find(|f| f.id == id) else { return Ok(None) };
    let change = match form {
        Form::Main => return Ok(Some((main.clone(), bases))),
        Form::Easier => main.easier.as_ref(),
        Form::Harder => main.harder.as_ref(),
    };
    Ok(change.map(|change| (changed(main, change), bases)))
}

/// The words of a figure on a card, which is no card itself.
pub(super) fn part_words(id: &str) -> Result<(FigureData, &'static Bases), FigureError> {
    words(id, Form::Main)?.filter(|(data, _)| data.card.is_empty()).ok_or_else(|| FigureError::Unknown("figure", id.to_owned()))
}

/// The main figure with a form's changes.
fn changed(main: &FigureData, change: &Change) -> FigureData {
    let mut data = main.clone();
    data.view = change.view.unwrap_or(data.view);
    data.yaw = change.yaw.or(data.yaw);
    data.pitch = change.pitch.unwrap_or(data.pitch);
    data.moves = change.moves.clone().unwrap_or(data.moves);
    data.arrow = if change.no_arrow { None } else { change.arrow.clone().or(data.arrow) };
    data.props = change.props.clone().unwrap_or(data.props);
    data.front = change.front.clone().unwrap_or(data.front);
    data.behind = change.behind.clone().unwrap_or(data.behind);
    data.alt = change.alt.clone().unwrap_or(data.alt);
    if let Some(poses) = &change.pose {
        let none = PoseData::default();
        data.pose = poses.iter().enumerate().map(|(i, p)| main.pose.get(i).unwrap_or(&none).with(p)).collect();
    }
    data
}

impl Figure {
    /// Carries out a figure's data.
    ///
    /// # Errors
    /// Any pose that cannot be carried out, with the figure's id.
    pub fn build(data: FigureData, bases: &Bases) -> Result<Figure, FigureError> {
        let id = data.id.clone();
        Figure::carry_out(data, bases).map_err(|e| FigureError::In(id, Box::new(e)))
    }

    fn carry_out(data: FigureData, bases: &Bases) -> Result<Figure, FigureError> {
        let props = Props(data.props.clone());
        let mut poses: Vec<Pose> = Vec::new();
        let mut solved: Vec<Solved> = Vec::new();
        for words in &data.pose {
            let pose = Pose::resolve(words, poses.last(), bases)?;
            let first = if data.cycle { None } else { solved.first() };
            let named = |e| FigureError::In(format!("pose {}", poses.len() + 1), Box::new(e));
            solved.push(solve(&pose, &props, first).map_err(named)?);
            poses.push(pose);
        }
        if poses.is_empty() {
            return Err(FigureError::Data("no pose".to_owned()));
        }
        for word in &data.moves {
            parts_named(word).ok_or_else(|| FigureError::Unknown("part", word.clone()))?;
        }
        Ok(Figure { data, poses, solved, props, parts: Vec::new() })
    }

    pub fn alt(&self) -> &Alt {
        &self.data.alt
    }

    /// How it is looked at.
    pub fn stage(&self) -> Stage<'_> {
        let usual = if self.data.view == View::Side { YAW } else { 0.0 };
        Stage {
            depth: Camera::new(self.data.view, 0.0, self.data.pitch).toward,
            camera: Camera::new(self.data.view, self.data.yaw.unwrap_or(usual), self.data.pitch),
            props: &self.props,
            moves: self.data.moves.iter().filter_map(|w| parts_named(w)).flatten().collect(),
            front: &self.data.front,
            behind: &self.data.behind,
        }
    }

    /// Part of the way between two of its poses: supports and touches that both have are kept.
    ///
    /// # Errors
    /// A touch that is lost on the way.
    pub fn between(&self, from: usize, to: usize, t: f64) -> Result<Solved, FigureError> {
        let (a, b) = (&self.poses[from], &self.poses[to]);
        let rig: Rig = self.solved[from].rig.blend(&self.solved[to].rig, t);
        let mut pose = a.clone();
        // A crank that has gone round goes on from where it is.
        let onward = if self.data.cycle && b.phase < a.phase { b.phase + 360.0 } else { b.phase };
        pose.phase = a.phase + (onward - a.phase) * t;
        if a.rest != b.rest {
            pose.rest.clear();
        }
        // A tilt is already in the blend; only the first support is kept in place.
        pose.rest.truncate(1);
        pose.touch.retain(|limb, target| b.touch.get(limb) == Some(target));
        if from == 0 {
            // A limb that was posed at the start and stays there (a foot on its toes).
            let kept = b.touch.iter().filter(|(limb, target)| *target == "keep" && !a.touch.contains_key(*limb) && !a.rest.contains(limb));
            pose.touch.extend(kept.map(|(limb, target)| (limb.clone(), target.clone())));
        }
        let first = if self.data.cycle { None } else { self.solved.first() };
        let mut solved = settle(rig, &pose, &self.props, first)?;
        // A limb that is down in both poses does not leave the ground between them.
        let down = |p: &Pose, limb: &String| p.touch.contains_key(limb) || p.rest.contains(limb);
        for limb in ["foot_left", "foot_right", "hand_left", "hand_right"].map(str::to_owned) {
            let kept = pose.touch.contains_key(&limb) || pose.rest.contains(&limb);
            if !kept && down(a, &limb) && down(b, &limb) {
                hold(&mut solved, &limb, (&self.solved[from].body, &self.solved[to].body), t)?;
            }
        }
        Ok(solved)
    }

    /// The pose a still picture shows.
    pub fn shown(&self) -> usize {
        let last = self.poses.len() - 1;
        let usual = if self.data.cycle { 0 } else { last };
        self.data.show.map_or(usual, |n| n.saturating_sub(1)).min(last)
    }

    /// Part of the way from the start to the shown pose, through the poses between.
    ///
    /// # Errors
    /// As `between`.
    pub fn along(&self, t: f64) -> Result<Solved, FigureError> {
        let ways = self.shown().max(1);
        let at = t.clamp(0.0, 1.0) * ways as f64;
        let from = (at.floor() as usize).min(ways - 1);
        self.between(from, from + 1, at - from as f64)
    }

    /// How many steps a way between two poses needs so that limbs keep their length.
    pub fn steps(&self, from: usize, to: usize) -> usize {
        let (a, b) = (&self.solved[from].rig, &self.solved[to].rig);
        let turn = |x: &super::math::M3, y: &super::math::M3| {
            let m = x.inverse().then(y);
            ((m.x.x + m.y.y + m.z.z - 1.0) / 2.0).clamp(-1.0, 1.0).acos().to_degrees()
        };
        let joints = a.joints.iter().zip(&b.joints).map(|(x, y)| turn(x, y)).fold(turn(&a.root, &b.root), f64::max);
        // A crank goes round; other machines swing gently.
        let crank = self.data.props.iter().any(|p| p.kind == "bike");
        let phase = if crank { (self.poses[to].phase - self.poses[from].phase).rem_euclid(360.0).min(180.0) } else { 0.0 };
        // Longer figures take coarser steps, to stay small.
        let step = if self.poses.len() > 2 && !self.data.cycle { 40.0 } else { 28.0 };
        ((joints.max(phase * 0.7) / step).ceil() as usize).clamp(2, if self.data.strip { 2 } else { 5 })
    }
}
