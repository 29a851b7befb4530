//! The fields of a dose, for an item of a plan and for an exercise of the clinic's own.

use crate::clinical::exercise::{Dose, Ladder};
use crate::web::forms::{Field, Reader};

/// What of a dose can be typed: name of the field, question, unit.
const NUMBERS: [(&str, &str, &str); 6] = [
    ("sets", "Sets", "sets"),
    ("reps", "Repetitions", "times"),
    ("hold_s", "Hold", "seconds"),
    ("seconds", "Time", "seconds"),
    ("minutes", "Minutes", "minutes"),
    ("times_per_day", "Times a day", "times"),
];

fn number<'a>(dose: &'a mut Dose, name: &str) -> &'a mut u32 {
    match name {
        "sets" => &mut dose.sets,
        "reps" => &mut dose.reps,
        "hold_s" => &mut dose.hold_s,
        "seconds" => &mut dose.seconds,
        "minutes" => &mut dose.minutes,
        _ => &mut dose.times_per_day,
    }
}

/// Only numbers that this dose has now can be changed; a hold ladder has its own field.
pub(super) fn fields(dose: &Dose) -> Vec<Field> {
    let mut dose = dose.clone();
    let mut fields: Vec<Field> = NUMBERS
        .iter()
        .filter_map(|(name, label, unit)| {
            let value = *number(&mut dose, name);
            (value > 0).then(|| Field::new("number", name, *label).suffix(*unit).value(value.to_string()))
        })
        .collect();
    if let Some(ladder) = dose.ladder {
        // A ladder that ends lower offers nothing above its end.
        let top = dose.ladder_top.unwrap_or(Ladder::L864).max(ladder);
        let choices = Ladder::ALL.iter().filter(|l| **l <= top).map(|l| (ladder_code(*l), ladder_code(*l)));
        fields.push(Field::new("radios", "ladder", "Repetitions of the three sets").options(choices).value(ladder_code(ladder)));
    }
    fields
}

fn ladder_code(ladder: Ladder) -> String {
    ladder.reps().map(|n| n.to_string()).join("-")
}

/// The dose a form says, in the shape of `start`.
pub(super) fn read(reader: &mut Reader, text: impl Fn(&str) -> String, start: &Dose) -> Dose {
    let mut dose = start.clone();
    for (name, label, _) in NUMBERS {
        if *number(&mut dose, name) == 0 {
            continue;
        }
        let typed = reader.whole(name, 1..=600, "Enter a whole number above zero");
        if let Some(value) = reader.need(name, typed, &format!("Enter a number for “{label}”")).and_then(|n| u32::try_from(n).ok()) {
            *number(&mut dose, name) = value;
        }
    }
    if dose.ladder.is_some() {
        let chosen = Ladder::ALL.iter().copied().find(|l| ladder_code(*l) == text("ladder"));
        dose.ladder = reader.need("ladder", chosen, "Choose the repetitions of the three sets").or(dose.ladder);
    }
    dose
}
