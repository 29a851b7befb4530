//! The pictures of exercises as pages show them: drawn once, kept, and put into the page itself so that they
//! follow its colours.

use crate::clinical::exercise::{OwnExercise, kin};
use crate::clinical::plan::{Level, Prescribed};
use crate::figure::FigureError;
use crate::figure::edit::OwnFigure;
use crate::figure::library::{Figure, Form, figure};
use crate::figure::svg::Drawing;
use crate::lang::{Lang, current};
use crate::web::view::told::library;
use askama::filters::{Html, escape};
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

/// The language is that of the words for those who cannot see the picture.
type Key = (String, Form, Kind, Lang);
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
    kept_as((id.to_owned(), form, kind, current()), || Ok(figure(id, form)?.map(told)))
}

/// A figure of the library with its words in the language of whoever asks; where they have no translation it is named,
/// because the page around it says the movement.
fn told(mut figure: Figure) -> Figure {
    let lang = current();
    let alt = &mut figure.data.alt;
    let parts = [&mut alt.start, &mut alt.movement, &mut alt.end];
    if parts.iter().all(|part| part.is_empty() || lang.knows(part)) {
        for part in parts {
            *part = lang.say(part).to_owned();
        }
        return figure;
    }
    let title = library().get(&figure.data.id).map_or("", |exercise| exercise.title.as_str());
    let named = tr!("Picture: {exercise}", exercise = title);
    alt.movement.clear();
    alt.end.clear();
    alt.start = named;
    figure
}

fn kept_as(key: Key, figure: impl FnOnce() -> Result<Option<Figure>, FigureError>) -> Arc<str> {
    let kind = key.2;
    let drawn = || DRAWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = drawn().get(&key) {
        return known.clone();
    }
    let svg: Arc<str> = match figure().and_then(|figure| draw(figure.as_ref(), kind)) {
        Ok(svg) => svg.into(),
        Err(error) => {
            tracing::error!(%error, "an exercise cannot be drawn");
            "".into()
        }
    };
    drawn().insert(key, svg.clone());
    svg
}

fn draw(figure: Option<&Figure>, kind: Kind) -> Result<String, FigureError> {
    let Some(figure) = figure else { return Ok(String::new()) };
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

/// The small picture beside the name of an exercise of the library; empty where it has none.
pub fn thumbnail(id: &str) -> Arc<str> {
    kept(id, Form::Main, Kind::Still)
}

/// One picture of a version of a clinic's own exercise: the uploaded one, else the drawn figure. A version never
/// changes, so what was drawn is kept under its number.
fn own(own: &OwnExercise, kind: Kind) -> Arc<str> {
    match &own.picture {
        Some(picture) if kind == Kind::Still => format!(
            "<img class=\"figure-photo\" src=\"/exercises/picture/{}\" alt=\"{}\" width=\"{}\" height=\"{}\">",
            escape(&picture.id, Html).map(|id| id.to_string()).unwrap_or_default(),
            escape(&picture.alt, Html).map(|alt| alt.to_string()).unwrap_or_default(),
            picture.width,
            picture.height
        )
        .into(),
        Some(_) => "".into(),
        None if own.figure.is_empty() => kept(kin(own.id()), Form::Main, kind),
        None => kept_as((format!("{}/{}", own.id(), own.version), Form::Main, kind, Lang::En), || {
            OwnFigure::from_text(&own.figure)?.build().map(Some)
        }),
    }
}

/// All pictures of a version of a clinic's own exercise.
pub fn own_pictures(version: &OwnExercise) -> Pictures {
    let of = |kind| own(version, kind);
    Pictures {
        still: of(Kind::Still),
        moving: of(Kind::Moving),
        pair: of(Kind::Pair),
        other_side: of(Kind::OtherSide),
        other_moving: of(Kind::OtherMoving),
    }
}

/// The small picture of a version of a clinic's own exercise.
pub fn own_thumbnail(version: &OwnExercise) -> Arc<str> {
    own(version, Kind::Still)
}

/// All pictures of what an item of a plan prescribes.
pub fn pictures_of(item: &Prescribed) -> Option<Pictures> {
    match &item.own {
        Some(version) => Some(own_pictures(version)).filter(|pictures| !pictures.still.is_empty()),
        None => pictures(&item.exercise, Form::Main),
    }
}

/// The same in the form it is prescribed in, and whether it is the usual form's picture for want of another.
pub fn pictures_in_form(item: &Prescribed) -> (Option<Pictures>, bool) {
    let of = |id: Option<&String>| id.and_then(|id| pictures(id, Form::Main));
    let exercise = item.definition();
    let form = |form| item.own.is_none().then(|| pictures(&item.exercise, form)).flatten();
    let found = match item.level {
        Level::Standard => return (pictures_of(item), false),
        Level::Easier => form(Form::Easier).or_else(|| of(exercise.and_then(|e| e.easier_id.as_ref()))),
        Level::Harder => form(Form::Harder).or_else(|| of(exercise.and_then(|e| e.harder_id.as_ref()))),
    };
    let usual = found.is_none();
    (found.or_else(|| pictures_of(item)), usual)
}

/// The small picture of what an item of a plan prescribes.
pub fn thumbnail_of(item: &Prescribed) -> Arc<str> {
    match &item.own {
        Some(version) => own_thumbnail(version),
        None => thumbnail(&item.exercise),
    }
}
