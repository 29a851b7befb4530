//! A dose in words, such as "2 sets of 8, three times a week". No capital and no full stop, so that pages can
//! set it into a line or a sentence.

use super::{Dose, DoseKind};
use crate::lang::Text;

/// Small numbers as words, for "three times a week".
fn word(number: u32) -> Text {
    const WORDS: [&str; 8] =
        ["", "", tr_later!("two"), tr_later!("three"), tr_later!("four"), tr_later!("five"), tr_later!("six"), tr_later!("seven")];
    let known = WORDS.get(number as usize).filter(|word| !word.is_empty());
    known.map_or_else(|| Text::from(number.to_string()), |word| Text::fixed(word))
}

/// The ways to say an amount of one unit.
struct Unit {
    one: &'static str,
    many: &'static str,
    range: &'static str,
    up_to: &'static str,
}

const SECONDS: Unit = Unit {
    one: tr_later!("1 second"),
    many: tr_later!("{n} seconds"),
    range: tr_later!("{n} to {high} seconds"),
    up_to: tr_later!("up to {n} seconds"),
};
const MINUTES: Unit = Unit {
    one: tr_later!("1 minute"),
    many: tr_later!("{n} minutes"),
    range: tr_later!("{n} to {high} minutes"),
    up_to: tr_later!("up to {n} minutes"),
};

/// "20 seconds", "20 to 30 seconds", "up to 20 minutes", "1 minute".
fn span(low: u32, high: u32, unit: &Unit) -> Text {
    match (low, high) {
        (0, high) => Text::fixed(unit.up_to).with("n", high),
        (1, 0 | 1) => Text::fixed(unit.one),
        (low, high) if high > low => Text::fixed(unit.range).with("n", low).with("high", high),
        (low, _) => Text::fixed(unit.many).with("n", low),
    }
}

impl Dose {
    /// The whole dose in words: amount, side, how often, note.
    pub fn sentence(&self) -> Text {
        let note = (!self.note.is_empty()).then(|| Text::from(self.note.clone()));
        let further = self.per_day().into_iter().chain(self.per_week()).chain(note);
        further.fold(self.session(), |all, part| text!("{items}, {item}", items = all, item = part))
    }

    /// What one session asks in words: amount and side.
    pub fn session(&self) -> Text {
        if self.per_side { text!("{amount}, each side", amount = self.amount()) } else { self.amount() }
    }

    /// The amount of one session in words, without side and frequency.
    pub fn amount(&self) -> Text {
        match self.kind {
            DoseKind::Reps => {
                let amount = match (self.sets(), self.reps) {
                    (1, 1) => text!("1 repetition"),
                    (1, reps) => text!("{n} repetitions", n = reps),
                    (sets, reps) => text!("{sets} sets of {reps}", sets = sets, reps = reps),
                };
                if self.hold_s == 0 {
                    amount
                } else {
                    text!("{amount}, {time} each", amount = amount, time = span(self.hold_s, 0, &SECONDS))
                }
            }
            DoseKind::Holds => {
                let [a, b, c] = self.ladder.unwrap_or(super::Ladder::L321).reps();
                text!("hold {time}: {a}, then {b}, then {c} repetitions", time = span(self.hold_s, 0, &SECONDS), a = a, b = b, c = c)
            }
            DoseKind::Time => {
                let time = span(self.seconds, self.seconds_max, &SECONDS);
                match self.sets() {
                    1 => time,
                    sets => text!("{sets} times {time}", sets = sets, time = time),
                }
            }
            DoseKind::Minutes => span(self.minutes, self.minutes_max, &MINUTES),
            DoseKind::Quota => text!("your quota for the day"),
            DoseKind::AsNeeded => text!("whenever it helps"),
        }
    }

    fn per_day(&self) -> Option<Text> {
        let (low, high) = (self.times_per_day, self.times_per_day_max);
        let range = high > low;
        if low == 0 {
            return None;
        }
        Some(match (low, high) {
            // A quota is one amount for the day, so here the numbers say into how many bouts it is split.
            _ if self.kind == DoseKind::Quota && range => text!("in {low} to {high} short bouts", low = low, high = high),
            _ if self.kind == DoseKind::Quota => text!("in {n} short bouts", n = low),
            (1, 2) => text!("once or twice a day"),
            _ if range => text!("{low} to {high} times a day", low = low, high = high),
            (1, _) => text!("once a day"),
            (2, _) => text!("twice a day"),
            _ => text!("{n} times a day", n = low),
        })
    }

    fn per_week(&self) -> Option<Text> {
        if self.every_other_day {
            return Some(text!("every other day"));
        }
        match (self.days_per_week, self.days_per_week_max) {
            (0, _) => None,
            // "3 times a day" says it already.
            (7, _) => (self.times_per_day == 0).then(|| text!("every day")),
            (1, 2) => Some(text!("once or twice a week")),
            (low, high) if high > low => Some(text!("{low} to {high} times a week", low = word(low), high = word(high))),
            (1, _) => Some(text!("once a week")),
            (2, _) => Some(text!("twice a week")),
            (low, _) => Some(text!("{number} times a week", number = word(low))),
        }
    }
}
