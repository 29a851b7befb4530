//! The drawn figure of an own exercise on its form: fields of the poses, and the pictures of what they say.

use crate::clinical::exercise::Exercise;
use crate::figure::FigureError;
use crate::figure::library::{Figure, Form, figure};
use crate::figure::svg::Drawing;
use crate::web::forms::{Field, FormData};

/// Fields under a heading.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) fields: Vec<Field>,
    /// Shown without being asked for: a message stands in it.
    pub(super) open: bool,
}

/// A figure on the form: what it is, and what of it can be changed.
pub(super) struct Posed {
    /// Its data, to be stored.
    pub(super) data: String,
    /// What cannot be, by the name of the field.
    pub(super) problems: Vec<(String, String)>,
    /// The fields of the poses, part by part.
    pub(super) parts: Vec<Part>,
    /// The movement in one picture; empty where it cannot be drawn.
    pub(super) still: String,
    /// Every pose by itself, with its name.
    pub(super) poses: Vec<(String, String)>,
}

/// The figure a form says. `data` is the figure it began from; empty: that of the similar exercise.
pub(super) fn posed(base: &Exercise, _data: &str, _form: Option<&FormData>) -> Result<Posed, FigureError> {
    let Some(figure) = figure(&base.id, Form::Main)? else {
        return Ok(Posed { data: String::new(), problems: Vec::new(), parts: Vec::new(), still: String::new(), poses: Vec::new() });
    };
    let (still, poses) = pictures(&figure)?;
    Ok(Posed { data: String::new(), problems: Vec::new(), parts: Vec::new(), still, poses })
}

fn pictures(figure: &Figure) -> Result<(String, Vec<(String, String)>), FigureError> {
    let still = figure.svg(Drawing::Still, false)?;
    if !figure.data.card.is_empty() {
        return Ok((still, Vec::new()));
    }
    let pose = |n: usize| Ok((format!("Pose {}", n + 1), figure.svg(Drawing::Pose(n), false)?));
    Ok((still, (0..figure.poses.len()).map(pose).collect::<Result<_, FigureError>>()?))
}
