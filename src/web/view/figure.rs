//! The pictures of exercises as pages show them: drawn once, kept, and put into the page itself so that they
//! follow its colours.

use crate::figure::FigureError;
use crate::figure::library::{Form, figure};
use crate::figure::svg::Drawing;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// The pictures of one form of an exercise, each a whole `<svg>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictures {
    /// The movement in one picture: its end, a ghost of its start, an arrow.
    pub still: Arc<str>,
    /// The same, moving; empty for a position that is held.
    pub moving: Arc<str>,
    /// Start and end side by side, for paper.
    pub pair: Arc<str>,
    /// As `still`, the other side working; empty where both sides do the same.
    pub other_side: Arc<str>,
    /// As `moving`, the other side working; empty where both sides do the same or nothing moves.
    pub other_moving: Arc<str>,
}

type Key = (String, Form, Kind);
static DRAWN: LazyLock<Mutex<HashMap<Key, Arc<str>>>> = LazyLock::new(Mutex::default);

/// The pictures that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Still,
    Moving,
    Pair,
    OtherSide,
    OtherMoving,
}

/// One picture; empty where the exercise has none of this kind. A figure that cannot be drawn is reported and
/// left out: the words say everything. Tests draw them all.
fn kept(id: &str, form: Form, kind: Kind) -> Arc<str> {
    let key = (id.to_owned(), form, kind);
    let drawn = || DRAWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = drawn().get(&key) {
        return known.clone();
    }
    let svg: Arc<str> = match draw(id, form, kind) {
        Ok(svg) => svg.into(),
        Err(error) => {
            tracing::error!(%error, "an exercise cannot be drawn");
            "".into()
        }
    };
    drawn().insert(key, svg.clone());
    svg
}

fn draw(id: &str, form: Form, kind: Kind) -> Result<String, FigureError> {
    let Some(figure) = figure(id, form)? else { return Ok(String::new()) };
    match kind {
        Kind::Still => figure.svg(Drawing::Still, false),
        Kind::Moving if figure.poses.len() > 1 => figure.svg(Drawing::Moving, false),
        Kind::Pair => figure.svg(Drawing::Pair, false),
        Kind::OtherSide if figure.data.side.is_some() => figure.svg(Drawing::Still, true),
        Kind::OtherMoving if figure.data.side.is_some() && figure.poses.len() > 1 => figure.svg(Drawing::Moving, true),
        Kind::Moving | Kind::OtherSide | Kind::OtherMoving => Ok(String::new()),
    }
}

/// All pictures of an exercise; `None` where it has none in that form.
pub fn pictures(id: &str, form: Form) -> Option<Pictures> {
    let of = |kind| kept(id, form, kind);
    let still = of(Kind::Still);
    (!still.is_empty()).then(|| Pictures {
        still,
        moving: of(Kind::Moving),
        pair: of(Kind::Pair),
        other_side: of(Kind::OtherSide),
        other_moving: of(Kind::OtherMoving),
    })
}

/// The picture of a form alone: the movement in one picture.
pub fn still(id: &str, form: Form) -> Option<Arc<str>> {
    Some(kept(id, form, Kind::Still)).filter(|svg| !svg.is_empty())
}

/// The small picture beside the name of an exercise; empty where it has none.
pub fn thumbnail(id: &str) -> Arc<str> {
    kept(id, Form::Main, Kind::Still)
}
