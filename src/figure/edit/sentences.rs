//! What the solver says, in sentences for the form.

use super::FIGURE;
use super::fields;
use super::words::{joint_words, part_words, place_words};
use crate::figure::FigureError;
use crate::figure::body::Joint;
use crate::figure::check::Fault;
use crate::figure::library::Figure;
use crate::figure::skeleton::sided;
use std::collections::BTreeSet;

/// What is said of a text that is no figure.
pub(super) fn unreadable(_: &FigureError) -> String {
    "This figure cannot be read any more. Begin again from the library.".to_owned()
}

/// Knows which fields the form shows, and which side is which.
pub(super) struct Words {
    mirrored: bool,
    shown: BTreeSet<String>,
}

impl Words {
    pub fn of(figure: &Figure) -> Words {
        let numbers = fields::offered(figure).into_iter().map(|f| f.name);
        let choices = super::choices::offered(figure).into_iter().map(|c| c.name);
        Words { mirrored: figure.data.mirrored, shown: numbers.chain(choices).collect() }
    }

    /// The first of the names that the form shows.
    fn at(&self, names: &[String]) -> String {
        names.iter().find(|name| self.shown.contains(*name)).cloned().unwrap_or_else(|| FIGURE.to_owned())
    }

    /// A pose that cannot be.
    pub fn impossible(&self, error: &FigureError) -> (String, String) {
        let (pose, cause) = leaf(error);
        let n = pose.unwrap_or(1);
        let place = pose.map_or_else(String::new, |n| format!("In pose {n} "));
        let (names, rest) = match cause {
            FigureError::Limit { joint, .. } => {
                let found = Joint::all().into_iter().find(|j| j.full_name() == *joint);
                let words = found.map_or_else(|| joint.clone(), |j| joint_words(j, self.mirrored));
                let names = ["bend", "out", "turn"].map(|axis| format!("p{n}.{joint}.{axis}"));
                (
                    names.to_vec(),
                    format!("the {words} would have to go further than it can. Change it less, or change the joints beside it too."),
                )
            }
            FigureError::Reach { limb, target, short } => {
                let (limb_words, to) = (part_words(limb, self.mirrored), place_words(target, self.mirrored));
                let missing = short.ceil().max(1.0);
                let names = vec![format!("p{n}.{limb}.touch")];
                (names, format!("the {limb_words} cannot reach {to}: {missing} cm too far or too near. Move the body, or let the limb go."))
            }
            _ => return (FIGURE.to_owned(), unreadable(error)),
        };
        (self.at(&names), sentence(&place, &rest))
    }

    /// A figure that draws, but not as it should.
    pub fn fault(&self, fault: &Fault) -> (String, String) {
        match fault {
            Fault::Sinks { pose, part, deep } => {
                let side = sided(part).map(|(_, side)| side.word());
                let (joint, tip) = if part.starts_with("leg") { ("hip", "foot") } else { ("shoulder", "hand") };
                let names = side.map(|side| vec![format!("p{pose}.{joint}_{side}.bend"), format!("p{pose}.{tip}_{side}.touch")]);
                let names = names.unwrap_or_default();
                let what = part_words(part, self.mirrored);
                (self.at(&names), format!("In pose {pose} the {what} would be {:.0} cm under the floor.", deep.ceil()))
            }
            Fault::Floats { pose, high } => {
                (FIGURE.to_owned(), format!("In pose {pose} nothing is down: the body hangs {:.0} cm above the floor.", high.ceil()))
            }
            Fault::Way(error) => {
                let (_, text) = self.impossible(error);
                (FIGURE.to_owned(), format!("The way between the poses cannot be drawn. {text}"))
            }
            Fault::Large => {
                let text = "Too much moves at once for one small picture. Leave out a pose, or let fewer parts move.";
                (FIGURE.to_owned(), text.to_owned())
            }
        }
    }
}

fn sentence(place: &str, rest: &str) -> String {
    if place.is_empty() { super::words::capital(rest) } else { format!("{place}{rest}") }
}

/// The cause of an error and the pose it names.
fn leaf(error: &FigureError) -> (Option<usize>, &FigureError) {
    match error {
        FigureError::In(place, inner) => {
            let (pose, cause) = leaf(inner);
            (pose.or_else(|| place.strip_prefix("pose ").and_then(|n| n.parse().ok())), cause)
        }
        other => (None, other),
    }
}
