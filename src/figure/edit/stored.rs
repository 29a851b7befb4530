//! The text of a figure of one's own: what it holds, its bounds, and writing poses into it.

use super::POSES;
use crate::figure::FigureError;
use crate::figure::body::Joint;
use crate::figure::library::{Figure, Form, part_words, words};
use crate::figure::pose::{Angles, Bases, FigureData, Named, Pose, PoseData, Words, one_sided};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Value;

/// Bounds of what is read: the text in bytes, a list, a table, a string, a number, how deep they stand in each
/// other, and how many base poses lead to each other.
const TEXT: usize = 24_000;
const LIST: usize = 24;
const TABLE: usize = 48;
const STRING: usize = 600;
const NUMBER: f64 = 1_000.0;
const DEEP: usize = 8;
const CHAIN: usize = 4;
const PARTS: usize = 4;
/// A prop's own numbers: its size and height.
const SIZE: std::ops::RangeInclusive<f64> = 0.5..=400.0;

/// A whole figure: nothing of it is anywhere else.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    pub figure: FigureData,
    #[serde(default)]
    pub base: Bases,
    /// The figures of a card.
    #[serde(default)]
    pub part: Vec<FigureData>,
}

impl Stored {
    pub fn from_library(id: &str, form: Form) -> Result<Option<Stored>, FigureError> {
        let Some((mut figure, library)) = words(id, form)? else { return Ok(None) };
        (figure.easier, figure.harder) = (None, None);
        let mut stored = Stored { figure, base: Bases::new(), part: Vec::new() };
        for part in &stored.figure.card {
            let (mut part, _) = part_words(part)?;
            (part.easier, part.harder) = (None, None);
            stored.part.push(part);
        }
        let figures = std::iter::once(&stored.figure).chain(&stored.part);
        let mut open: Vec<String> = figures.flat_map(|f| f.pose.iter().filter_map(|p| p.base.clone())).collect();
        while let Some(name) = open.pop() {
            let Some(base) = library.get(&name).filter(|_| !stored.base.contains_key(&name)) else { continue };
            open.extend(base.base.clone());
            stored.base.insert(name, base.clone());
        }
        Ok(Some(stored))
    }

    /// Reads text that may be anything.
    pub fn read(text: &str) -> Result<Stored, FigureError> {
        if text.len() > TEXT {
            return Err(bounds("the text"));
        }
        let table: toml::Table = toml::from_str(text).map_err(|e| FigureError::Data(e.to_string()))?;
        bounded("", &Value::Table(table.clone()), 0)?;
        let stored: Stored = table.try_into().map_err(|e: toml::de::Error| FigureError::Data(e.to_string()))?;
        stored.within()?;
        Ok(stored)
    }

    /// Bounds that need the meaning of what was read.
    fn within(&self) -> Result<(), FigureError> {
        let figures = || std::iter::once(&self.figure).chain(&self.part);
        if figures().any(|f| f.pose.is_empty() || f.pose.len() > POSES) {
            return Err(bounds("the number of poses"));
        }
        if self.part.len() > PARTS || self.part.len() != self.figure.card.len() || self.part.iter().any(|p| !p.card.is_empty()) {
            return Err(bounds("the figures of a card"));
        }
        let sized = |x: Option<f64>| x.is_none_or(|x| SIZE.contains(&x));
        if figures().flat_map(|f| &f.props).any(|p| !sized(p.size) || !sized(p.height) || !sized(p.back)) {
            return Err(bounds("the size of a thing"));
        }
        if figures().any(|f| f.easier.is_some() || f.harder.is_some()) {
            return Err(bounds("the forms"));
        }
        for mut pose in self.base.values() {
            for step in 0.. {
                let Some(next) = pose.base.as_ref().and_then(|name| self.base.get(name)) else { break };
                if step >= CHAIN {
                    return Err(bounds("the base poses"));
                }
                pose = next;
            }
        }
        Ok(())
    }

    pub fn text(&self) -> Result<String, FigureError> {
        let bad = |e: toml::ser::Error| FigureError::Data(e.to_string());
        let mut table = Value::try_from(self).map_err(bad)?;
        bare(&mut table);
        toml::to_string(&table).map_err(bad)
    }

    pub fn build(&self) -> Result<Figure, FigureError> {
        let built = |data: &FigureData| Figure::build(data.clone(), &self.base);
        let parts = self.part.iter().map(built).collect::<Result<Vec<_>, _>>()?;
        Ok(Figure { parts, ..built(&self.figure)? })
    }

    /// Writes into each pose what it needs to become the wanted one.
    pub fn write_poses(&mut self, wanted: &[Pose]) -> Result<(), FigureError> {
        let mut before: Option<&Pose> = None;
        for (words, pose) in self.figure.pose.iter_mut().zip(wanted) {
            let has = Pose::resolve(words, before, &self.base)?;
            write(words, &has, pose);
            before = Some(pose);
        }
        Ok(())
    }
}

/// What differs from the wanted pose goes into the words.
fn write(words: &mut PoseData, has: &Pose, wanted: &Pose) {
    let put = |word: &mut Option<f64>, has: f64, wanted: f64| {
        if has != wanted {
            *word = Some(wanted);
        }
    };
    put(&mut words.lean, has.lean, wanted.lean);
    put(&mut words.roll, has.roll, wanted.roll);
    put(&mut words.turn, has.turn, wanted.turn);
    put(&mut words.twist, has.twist, wanted.twist);
    put(&mut words.phase, has.phase, wanted.phase);
    put(&mut words.breath, has.breath, wanted.breath);
    if has.facing != wanted.facing {
        words.root = Some(wanted.facing.clone());
    }
    if has.at != wanted.at {
        words.at = Some([wanted.at.x, wanted.at.y, wanted.at.z]);
    }
    if has.fists != wanted.fists {
        words.fists = Some(wanted.fists);
    }
    if has.rest != wanted.rest {
        words.rest = Some(match &wanted.rest[..] {
            [] => Words::One("none".to_owned()),
            [one] => Words::One(one.clone()),
            many => Words::Many(many.to_vec()),
        });
    }
    if has.touch != wanted.touch {
        write_touches(&mut words.touch, &has.touch, &wanted.touch);
    }
    for joint in Joint::all() {
        let [bend, out, turn] = wanted.angles[joint.index()];
        if has.angles[joint.index()] != [bend, out, turn] {
            words.joints.insert(joint.full_name(), Angles::Named(Named { bend, out, turn }));
        }
    }
}

fn write_touches(words: &mut BTreeMap<String, String>, has: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) {
    // A word for both sides would overrule one for a side.
    *words = words.iter().flat_map(|(limb, target)| one_sided(limb, target)).collect();
    for limb in has.keys().filter(|limb| !wanted.contains_key(*limb)) {
        words.insert(limb.clone(), "none".to_owned());
    }
    for (limb, target) in wanted.iter().filter(|(limb, target)| has.get(*limb) != Some(*target)) {
        words.insert(limb.clone(), target.clone());
    }
}

fn bounds(what: &str) -> FigureError {
    FigureError::Data(format!("{what} is out of bounds"))
}

/// Everything finite, small and shallow, whatever it means.
fn bounded(name: &str, value: &Value, deep: usize) -> Result<(), FigureError> {
    let number = |x: f64| x.is_finite() && x.abs() <= NUMBER;
    let good = deep <= DEEP
        && match value {
            Value::Float(x) => number(*x),
            Value::Integer(x) => number(*x as f64),
            Value::Boolean(_) => true,
            Value::Datetime(_) => false,
            // Words may be numbers too.
            Value::String(text) => text.len() <= STRING && text.split_whitespace().filter_map(|w| w.parse().ok()).all(number),
            Value::Array(list) => list.len() <= LIST,
            Value::Table(table) => table.len() <= TABLE && table.keys().all(|key| key.len() <= STRING),
        };
    if !good {
        return Err(bounds(name));
    }
    match value {
        Value::Array(list) => list.iter().try_for_each(|item| bounded(name, item, deep + 1)),
        Value::Table(table) if name == "alt" => {
            let text = |v: &Value| v.as_str().is_some_and(|t| t.chars().count() <= super::SENTENCE);
            if table.values().all(text) { Ok(()) } else { Err(bounds(name)) }
        }
        Value::Table(table) => table.iter().try_for_each(|(key, item)| bounded(key, item, deep + 1)),
        _ => Ok(()),
    }
}

/// What says nothing is not written.
fn bare(value: &mut Value) {
    match value {
        Value::Table(table) => {
            table.iter_mut().for_each(|(_, item)| bare(item));
            // Every word that can be false is false unless it is there, but for closed hands, which may open again.
            let empty = |value: &Value| match value {
                Value::Array(list) => list.is_empty(),
                Value::Boolean(yes) => !yes,
                Value::Table(table) => table.is_empty(),
                _ => false,
            };
            let keys: Vec<String> =
                table.iter().filter(|(key, v)| empty(v) && *key != "pose" && *key != "fists").map(|(key, _)| key.clone()).collect();
            for key in keys {
                table.remove(&key);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(bare),
        _ => {}
    }
}
