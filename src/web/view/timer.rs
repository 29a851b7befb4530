//! A timer in words: what the small script counts, and what stands there to read without it.

use crate::clinical::exercise::timer::{Beat, Phase, Side, beats, seconds};
use crate::clinical::exercise::{Dose, DoseKind, Exercise, Group};
use serde::Serialize;

/// A beat as the script gets it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
struct BeatView {
    /// Code of the phase.
    phase: &'static str,
    /// Seconds; 0: until a button is pressed.
    seconds: u32,
    /// `right`, `left` or empty.
    side: &'static str,
    /// What to do now, large.
    word: String,
    /// Where in the exercise this is.
    place: String,
}

/// A timer as a page shows it.
#[derive(Debug, Clone)]
pub struct TimerView {
    /// The beats, for the script.
    pub data: String,
    /// First word and number, before the script counts.
    pub word: String,
    /// The first beat's seconds on a clock.
    pub clock: String,
    /// How long it takes, in words; empty where nothing is timed.
    pub length: String,
}

/// "1:05".
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn word(beat: &Beat, dose: &Dose, going: bool) -> String {
    let word = match beat.phase {
        Phase::Ready => tr!("Get ready"),
        Phase::Hold if going => tr!("Keep going"),
        Phase::Hold => tr!("Hold"),
        Phase::Move if beat.reps == 1 => tr!("Once, slowly"),
        Phase::Move => return tr!("{n} times", n = beat.reps),
        Phase::Between if dose.per_side && dose.kind == DoseKind::Reps => tr!("Other side"),
        Phase::Between => tr!("Back, and again"),
        Phase::Sides => tr!("Change sides"),
        Phase::Rest => tr!("Rest"),
    };
    word.to_owned()
}

fn place(beat: &Beat, dose: &Dose, going: bool) -> String {
    let mut parts = Vec::new();
    let sets = dose.sets();
    if sets > 1 {
        parts.push(match beat.phase {
            Phase::Rest => tr!("Then set {n} of {of}", n = beat.set, of = sets),
            _ => tr!("Set {n} of {of}", n = beat.set, of = sets),
        });
    }
    if beat.reps > 1 && beat.phase == Phase::Hold {
        parts.push(match going {
            true => tr!("round {n} of {of}", n = beat.rep, of = beat.reps),
            false => tr!("hold {n} of {of}", n = beat.rep, of = beat.reps),
        });
    }
    match (beat.phase, beat.side) {
        (Phase::Rest, _) | (_, None) => {}
        (Phase::Sides | Phase::Between, Some(Side::Right)) => parts.push(tr!("now right").to_owned()),
        (Phase::Sides | Phase::Between, Some(Side::Left)) => parts.push(tr!("now left").to_owned()),
        (_, Some(Side::Right)) => parts.push(tr!("right side").to_owned()),
        (_, Some(Side::Left)) => parts.push(tr!("left side").to_owned()),
    }
    parts.join(", ")
}

/// The code the script and the styles know a side by.
fn name(side: Side) -> &'static str {
    match side {
        Side::Right => "right",
        Side::Left => "left",
    }
}

/// The timer of an exercise's dose; `None` where there is nothing to count.
pub fn timer(exercise: &Exercise, dose: &Dose) -> Option<TimerView> {
    let all = beats(dose);
    let first = all.first()?;
    let going = dose.kind == DoseKind::Minutes || exercise.group == Group::Strength;
    let view = |beat: &Beat| BeatView {
        phase: beat.phase.code(),
        seconds: beat.seconds,
        side: beat.side.map_or("", name),
        word: word(beat, dose, going),
        place: place(beat, dose, going),
    };
    let waits = all.iter().any(|beat| beat.phase == Phase::Move);
    let length = match seconds(&all) {
        _ if waits => String::new(),
        s if s < 90 => tr!("About {n} seconds with the pauses.", n = s),
        s => tr!("About {n} minutes with the pauses.", n = (s + 30) / 60),
    };
    Some(TimerView {
        word: word(first, dose, going),
        clock: clock(first.seconds),
        data: serde_json::to_string(&all.iter().map(view).collect::<Vec<_>>()).unwrap_or_default(),
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::exercise::library;

    fn lines(id: &str) -> Vec<String> {
        let item = library().get(id).expect("an exercise");
        let data = timer(item, &item.dose).expect("a timer").data;
        let beats: Vec<serde_json::Value> = serde_json::from_str(&data).expect("beats");
        let text = |b: &serde_json::Value| format!("{} {} [{}]", b["word"].as_str().unwrap(), b["seconds"], b["place"].as_str().unwrap());
        beats.iter().map(text).collect()
    }

    #[test]
    fn words_say_where_one_is() {
        assert_eq!(
            lines("CO5")[..3],
            [
                "Get ready 5 [Set 1 of 3, right side]",
                "Hold 6 [Set 1 of 3, hold 1 of 3, right side]",
                "Back, and again 4 [Set 1 of 3, now right]"
            ]
        );
        assert_eq!(
            lines("HL3"),
            [
                "Get ready 5 [Set 1 of 2, right side]",
                "10 times 0 [Set 1 of 2, right side]",
                "Change sides 10 [Set 1 of 2, now left]",
                "10 times 0 [Set 1 of 2, left side]",
                "Rest 30 [Then set 2 of 2]",
                "10 times 0 [Set 2 of 2, right side]",
                "Change sides 10 [Set 2 of 2, now left]",
                "10 times 0 [Set 2 of 2, left side]",
            ]
        );
        assert_eq!(lines("RP1"), ["Get ready 5 []", "Keep going 300 []"]);
        assert_eq!(lines("MO3")[..3], ["Get ready 5 [right side]", "Hold 2 [hold 1 of 5, right side]", "Other side 4 [now left]"]);
    }
}
