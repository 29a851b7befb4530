//! A figure of one's own: a library figure whose poses a physiotherapist has changed for one person.
//!
//! It is kept as text in the figure format, whole: the one figure, the base poses it speaks of and, for a card,
//! the figures on it. So it draws the same whatever becomes of the library. Only what is changed is written
//! into it, as `knee_right = …` under the pose, so that a later reader sees what was done.
//!
//! The form is made of `fields` (numbers) and `choices` (one of several words), both by stable names
//! (`p2.knee_right.bend`); `with` takes what was typed. **A value that was the same in the pose before goes
//! along with it** unless it is changed itself: crossed arms are crossed once, not in every pose.

mod change;
mod choices;
mod fields;
mod limbs;
mod sentences;
mod stored;
#[cfg(test)]
mod tests;
mod words;

pub use choices::Choice;
pub use fields::PoseField;

use super::FigureError;
use super::check::faults;
use super::library::{Figure, Form};
use super::pose::{Alt, Pose, PoseData};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stored::Stored;

/// What stands beside which field.
pub type Messages = Vec<(String, String)>;
/// The name for messages that concern the whole figure.
pub const FIGURE: &str = "figure";
/// The most poses a figure has.
pub const POSES: usize = 6;
/// The longest sentence of a text alternative, in characters.
pub const SENTENCE: usize = 400;

/// A figure of one's own, as text in the figure format. Whatever the text is, nothing but `build` trusts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnFigure {
    data: String,
}

/// The figure of an exercise to begin with; `None` where it has none in that form.
///
/// # Errors
/// The library's data cannot be read.
pub fn from_library(id: &str, form: Form) -> Result<Option<OwnFigure>, FigureError> {
    Stored::from_library(id, form)?.map(|stored| OwnFigure::of(&stored)).transpose()
}

impl OwnFigure {
    /// A figure from stored text, if it is one.
    ///
    /// # Errors
    /// It is no figure, or one that cannot be.
    pub fn from_text(text: &str) -> Result<OwnFigure, FigureError> {
        let own = OwnFigure { data: text.to_owned() };
        own.build().map(|_| own)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.data
    }

    /// The figure with its poses carried out.
    ///
    /// # Errors
    /// The text is no figure, is out of bounds, or has a pose that cannot be.
    pub fn build(&self) -> Result<Figure, FigureError> {
        Stored::read(&self.data)?.build()
    }

    /// The text alternative.
    ///
    /// # Errors
    /// The text is no figure.
    pub fn alt(&self) -> Result<Alt, FigureError> {
        Ok(Stored::read(&self.data)?.figure.alt)
    }

    /// Every number of the poses that does something, pose by pose and part by part. An angle that has no effect
    /// (of a leg whose foot stays where it is) is left out; one that only says where a knee or an elbow points
    /// has a `hint`.
    ///
    /// # Errors
    /// The text is no figure.
    pub fn fields(&self) -> Result<Vec<PoseField>, FigureError> {
        Ok(fields::offered(&self.build()?))
    }

    /// What can be chosen: what hands and feet do, which foot carries, view, accents, the arrow.
    ///
    /// # Errors
    /// The text is no figure.
    pub fn choices(&self) -> Result<Vec<Choice>, FigureError> {
        Ok(choices::offered(&self.build()?))
    }

    /// The figure with what was typed into its fields and choices; names that are not there leave all as it is.
    ///
    /// # Errors
    /// Sentences beside the fields they concern, or beside `figure`.
    pub fn with(&self, typed: &BTreeMap<String, String>, alt: Alt) -> Result<OwnFigure, Messages> {
        let whole = |e: FigureError| vec![(FIGURE.to_owned(), sentences::unreadable(&e))];
        let before = Stored::read(&self.data).map_err(whole)?;
        let figure = before.build().map_err(whole)?;
        let mut after = before;
        let mut messages = Messages::new();
        let poses = change::typed_poses(&figure, typed, &mut messages);
        choices::apply(&mut after.figure, typed, &mut messages);
        messages.extend(change::alt_messages(&alt, poses.len()));
        after.figure.alt = alt;
        let written = after.write_poses(&poses);
        if !messages.is_empty() {
            return Err(messages);
        }
        written.map_err(whole)?;
        // What the form shows is found by trying, so only where there is something to say.
        let words = || sentences::Words::of(&figure);
        let built = after.build().map_err(|e| vec![words().impossible(&e)])?;
        let faults = faults(&built);
        if faults.is_empty() {
            return OwnFigure::of(&after).map_err(whole);
        }
        let words = words();
        Err(faults.iter().map(|fault| words.fault(fault)).collect())
    }

    /// One pose more, after the `n`th (from 1) and the same as it; nothing happens where there are enough.
    ///
    /// # Errors
    /// The text is no figure.
    pub fn with_pose_after(&self, n: usize) -> Result<OwnFigure, FigureError> {
        let mut stored = Stored::read(&self.data)?;
        let poses = &mut stored.figure.pose;
        if !(1..=poses.len()).contains(&n) || poses.len() >= POSES {
            return Ok(self.clone());
        }
        poses.insert(n, PoseData::default());
        if let Some(show) = stored.figure.show.as_mut().filter(|show| **show > n) {
            *show += 1;
        }
        stored.build()?;
        OwnFigure::of(&stored)
    }

    /// One pose less; the first stays, for the others hold on to it.
    ///
    /// # Errors
    /// The text is no figure.
    pub fn without_pose(&self, n: usize) -> Result<OwnFigure, FigureError> {
        let mut stored = Stored::read(&self.data)?;
        if !(2..=stored.figure.pose.len()).contains(&n) {
            return Ok(self.clone());
        }
        let mut poses: Vec<Pose> = stored.build()?.poses;
        poses.remove(n - 1);
        stored.figure.pose.remove(n - 1);
        stored.write_poses(&poses)?;
        if let Some(show) = stored.figure.show.as_mut().filter(|show| **show >= n) {
            *show = show.saturating_sub(1).max(1);
        }
        stored.build()?;
        OwnFigure::of(&stored)
    }

    fn of(stored: &Stored) -> Result<OwnFigure, FigureError> {
        Ok(OwnFigure { data: stored.text()? })
    }
}
