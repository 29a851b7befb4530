//! The drawn figure of an own exercise on its form: fields of the poses, and the pictures of what they say.

use crate::clinical::exercise::Exercise;
use crate::figure::FigureError;
use crate::figure::edit::{Choice, OwnFigure, PoseField, from_library};
use crate::figure::library::{Figure, Form};
use crate::figure::pose::Alt;
use crate::figure::svg::Drawing;
use crate::web::forms::{Field, FormData};
use std::collections::BTreeMap;

/// Fields of one part of the body in one pose.
pub(super) struct Part {
    /// The pose, where this is its first part.
    pub(super) heading: String,
    pub(super) title: String,
    pub(super) fields: Vec<Field>,
    /// Shown without being asked for: a message stands in it.
    pub(super) open: bool,
}

/// A figure on the form: what it is, and what of it can be changed.
#[derive(Default)]
pub(super) struct Posed {
    /// Its data, to be stored; empty where there is nothing to draw.
    pub(super) data: String,
    /// What cannot be, by the name of the field.
    pub(super) problems: Vec<(String, String)>,
    /// The fields of the poses, part by part.
    pub(super) parts: Vec<Part>,
    /// The movement in one picture.
    pub(super) still: String,
    /// Every pose by itself, with its name.
    pub(super) poses: Vec<(String, String)>,
}

/// The figure a form says. `data` is the figure it began from; empty: that of the similar exercise. Where the form
/// says what cannot be, the figure is that of the beginning. Finding out which numbers do something takes longest;
/// where only the picture is wanted, `with_fields` is left out.
pub(super) fn posed(base: &Exercise, data: &str, form: Option<&FormData>, with_fields: bool) -> Result<Posed, FigureError> {
    let began = if data.is_empty() { from_library(&base.id, Form::Main)? } else { Some(OwnFigure::from_text(data)?) };
    let Some(began) = began else { return Ok(Posed::default()) };
    let typed: BTreeMap<String, String> = form.map(|form| form.pairs().iter().rev().cloned().collect()).unwrap_or_default();
    let (shown, problems) = match form {
        None => (began, Vec::new()),
        Some(_) => match began.with(&typed, typed_alt(&typed, began.alt()?)) {
            Ok(changed) => (changed, Vec::new()),
            Err(messages) => (began, messages),
        },
    };
    let figure = shown.build()?;
    let names = pose_names(&figure);
    let (still, poses) = pictures(&figure, &names)?;
    let parts = if with_fields { parts(&shown, &names, &typed)? } else { Vec::new() };
    Ok(Posed { data: shown.text().to_owned(), problems, parts, still, poses })
}

/// The words that were typed for whoever cannot see the picture; what was not asked stays.
fn typed_alt(typed: &BTreeMap<String, String>, now: Alt) -> Alt {
    let said = |name: &str, was: String| typed.get(name).map_or(was, |text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    Alt { start: said("alt.start", now.start), movement: said("alt.move", now.movement), end: said("alt.end", now.end) }
}

/// How the poses are called.
fn pose_names(figure: &Figure) -> Vec<String> {
    let last = figure.poses.len();
    let name = |n: usize| match n {
        1 if last == 1 => "The position".to_owned(),
        1 => "The start".to_owned(),
        n if n == last && !figure.data.cycle => "The end".to_owned(),
        n => format!("Pose {n}"),
    };
    (1..=last).map(name).collect()
}

fn pictures(figure: &Figure, names: &[String]) -> Result<(String, Vec<(String, String)>), FigureError> {
    let still = figure.svg(Drawing::Still, false)?;
    if !figure.data.card.is_empty() {
        return Ok((still, Vec::new()));
    }
    let pose = |(n, name): (usize, &String)| Ok((name.clone(), figure.svg(Drawing::Pose(n), false)?));
    Ok((still, names.iter().enumerate().map(pose).collect::<Result<_, FigureError>>()?))
}

/// A number as it is typed.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") }
}

fn number_field(field: &PoseField) -> Field {
    let (low, high) = (number(field.min), number(field.max));
    let unit = format!("{} ({low} to {high})", field.unit).replace('-', "\u{2212}");
    let mut shown = Field::new("stepper", &field.name, field.label.clone()).suffix(unit.trim_start()).value(number(field.value));
    (shown.low, shown.high) = (low, high);
    match field.hint {
        Some(hint) => shown.hint(hint),
        None => shown,
    }
}

fn choice_field(choice: &Choice) -> Field {
    Field::new("select", &choice.name, choice.label.clone()).options(choice.options.iter().cloned()).value(choice.value.clone())
}

/// Everything that can be changed, with what was typed, the whole figure last.
fn parts(figure: &OwnFigure, names: &[String], typed: &BTreeMap<String, String>) -> Result<Vec<Part>, FigureError> {
    let numbers = figure.fields()?.into_iter().map(|f| (Some(f.pose), f.group, number_field(&f))).collect::<Vec<_>>();
    let choices = figure.choices()?.into_iter().map(|c| (c.pose, c.group, choice_field(&c))).collect::<Vec<_>>();
    let mut found: Vec<(Option<usize>, Part)> = Vec::new();
    for (pose, group, field) in numbers.into_iter().chain(choices) {
        let field = match typed.get(&field.name) {
            Some(text) => field.value(text.trim()),
            None => field,
        };
        match found.iter_mut().find(|(of, part)| *of == pose && part.title == group) {
            Some((_, part)) => part.fields.push(field),
            None => found.push((pose, Part { heading: String::new(), title: group.to_owned(), fields: vec![field], open: false })),
        }
    }
    found.sort_by_key(|(pose, _)| pose.unwrap_or(usize::MAX));
    let alt = figure.alt()?;
    let lines = |name: &str, label: &str, was: String| Field::new("lines", name, label).value(typed.get(name).cloned().unwrap_or(was));
    let mut words = vec![lines("alt.start", "How the start looks", alt.start)];
    if names.len() > 1 {
        words.extend([lines("alt.move", "What moves", alt.movement), lines("alt.end", "How the end looks", alt.end)]);
    }
    let title = "In words, for whoever cannot see it".to_owned();
    found.push((None, Part { heading: String::new(), title, fields: words, open: false }));
    let mut last = Some(0);
    for (pose, part) in &mut found {
        if *pose != last {
            part.heading = pose.and_then(|n| names.get(n.saturating_sub(1)).cloned()).unwrap_or_else(|| "The whole picture".to_owned());
            last = *pose;
        }
    }
    Ok(found.into_iter().map(|(_, part)| part).collect())
}
