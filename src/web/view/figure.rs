//! The pictures of exercises as pages show them: drawn once, kept, and put into the page itself so that they
//! follow its colours.

use crate::figure::library::{Form, figure};
use crate::figure::svg::Drawing;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// The pictures of one form of an exercise, each a whole `<svg>`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// The movement in one picture: its end, a ghost of its start, an arrow.
    pub still: String,
    /// The same, moving; empty for a position that is held.
    pub moving: String,
    /// Start and end side by side, for paper.
    pub pair: String,
    /// As `still`, the other side working; empty where both sides do the same.
    pub other_side: String,
}

type Key = (String, Form);
static DRAWN: LazyLock<Mutex<HashMap<Key, Arc<Pictures>>>> = LazyLock::new(Mutex::default);

/// The pictures of an exercise; `None` where it has no picture in that form. A figure that cannot be drawn is
/// reported and left out: the words say everything. Tests draw them all.
pub fn pictures(id: &str, form: Form) -> Option<Arc<Pictures>> {
    let key = (id.to_owned(), form);
    let kept = || DRAWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = kept().get(&key) {
        return Some(known.clone());
    }
    let drawn = match draw(id, form) {
        Ok(drawn) => Arc::new(drawn?),
        Err(error) => {
            tracing::error!(%error, "an exercise cannot be drawn");
            return None;
        }
    };
    kept().insert(key, drawn.clone());
    Some(drawn)
}

fn draw(id: &str, form: Form) -> Result<Option<Pictures>, crate::figure::FigureError> {
    let Some(figure) = figure(id, form)? else { return Ok(None) };
    let moves = figure.poses.len() > 1;
    Ok(Some(Pictures {
        still: figure.svg(Drawing::Still, false)?,
        moving: if moves { figure.svg(Drawing::Moving, false)? } else { String::new() },
        pair: figure.svg(Drawing::Pair, false)?,
        other_side: if figure.data.side.is_some() { figure.svg(Drawing::Still, true)? } else { String::new() },
    }))
}

/// The small picture beside the name of an exercise; empty where it has none.
pub fn thumbnail(id: &str) -> String {
    pictures(id, Form::Main).map(|drawn| drawn.still.clone()).unwrap_or_default()
}
