//! What is different between two versions of an own exercise, in words.

use super::own::{EQUIPMENT, OwnExercise, RESTRICTIONS};

/// One line for each part that changed; empty when nothing did.
pub fn differs(before: &OwnExercise, after: &OwnExercise) -> Vec<String> {
    let (old, new) = (&before.exercise, &after.exercise);
    let mut lines = Vec::new();
    let texts = [
        ("Name", &old.title, &new.title),
        ("Why", &old.why, &new.why),
        ("Start", &old.start, &new.start),
        ("Think of this", &old.cue, &new.cue),
        ("Stop rule", &old.stop, &new.stop),
        ("Easier form", &old.easier_how, &new.easier_how),
        ("Harder form", &old.harder_how, &new.harder_how),
    ];
    for (part, was, is) in texts {
        lines.extend(changed(part, was, is));
    }
    for n in 0..old.steps.len().max(new.steps.len()) {
        let step = |steps: &[String]| steps.get(n).cloned().unwrap_or_default();
        lines.extend(changed(&format!("Step {}", n + 1), &step(&old.steps), &step(&new.steps)));
    }
    lines.extend(changed("Dose", &old.dose.sentence().to_string(), &new.dose.sentence().to_string()));
    for flag in RESTRICTIONS.into_iter().chain(EQUIPMENT) {
        let words = super::own::flag_words(flag);
        match (old.has(flag), new.has(flag)) {
            (false, true) => lines.push(format!("Marked now: {words}")),
            (true, false) => lines.push(format!("No longer marked: {words}")),
            _ => {}
        }
    }
    if before.figure != after.figure {
        lines.push("The drawn figure".to_owned());
    }
    match (&before.picture, &after.picture) {
        (None, Some(_)) => lines.push("An uploaded picture in place of the figure".to_owned()),
        (Some(_), None) => lines.push("The figure in place of the uploaded picture".to_owned()),
        (Some(was), Some(is)) if was.id != is.id => lines.push("Another picture".to_owned()),
        (Some(was), Some(is)) => lines.extend(changed("What the picture shows", &was.alt, &is.alt)),
        (None, None) => {}
    }
    lines
}

fn changed(part: &str, was: &str, is: &str) -> Option<String> {
    match (was, is) {
        (was, is) if was == is => None,
        ("", is) => Some(format!("{part}, new: {is}")),
        (was, "") => Some(format!("{part}, left out: {was}")),
        (was, is) => Some(format!("{part}: {is} (before: {was})")),
    }
}
