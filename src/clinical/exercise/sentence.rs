//! A dose in words, such as "2 sets of 8, three times a week". No capital and no full stop, so that pages can
//! set it into a line or a sentence.

use super::{Dose, DoseKind};

/// Small numbers as words, for "three times a week".
fn word(number: u32) -> String {
    const WORDS: [&str; 8] = ["no", "one", "two", "three", "four", "five", "six", "seven"];
    WORDS.get(number as usize).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// "20 seconds", "20 to 30 seconds", "up to 20 minutes", "1 minute".
fn span(low: u32, high: u32, unit: &str) -> String {
    match (low, high) {
        (0, high) => format!("up to {high} {unit}s"),
        (1, 0 | 1) => format!("1 {unit}"),
        (low, high) if high > low => format!("{low} to {high} {unit}s"),
        (low, _) => format!("{low} {unit}s"),
    }
}

impl Dose {
    /// The whole dose in words: amount, side, how often, note.
    pub fn sentence(&self) -> String {
        let mut parts = vec![self.amount()];
        if self.per_side {
            parts.push("each side".to_owned());
        }
        parts.extend(self.per_day());
        parts.extend(self.per_week());
        if !self.note.is_empty() {
            parts.push(self.note.clone());
        }
        parts.join(", ")
    }

    /// The amount of one session in words, without side and frequency.
    pub fn amount(&self) -> String {
        match self.kind {
            DoseKind::Reps => {
                let amount = match self.sets() {
                    1 => span(self.reps, 0, "repetition"),
                    sets => format!("{sets} sets of {}", self.reps),
                };
                if self.hold_s == 0 { amount } else { format!("{amount}, {} each", span(self.hold_s, 0, "second")) }
            }
            DoseKind::Holds => {
                let [a, b, c] = self.ladder.unwrap_or(super::Ladder::L321).reps();
                let hold = span(self.hold_s, 0, "second");
                format!("hold {hold}: {a}, then {b}, then {c} repetitions")
            }
            DoseKind::Time => {
                let time = span(self.seconds, self.seconds_max, "second");
                match self.sets() {
                    1 => time,
                    sets => format!("{sets} times {time}"),
                }
            }
            DoseKind::Minutes => span(self.minutes, self.minutes_max, "minute"),
            DoseKind::Quota => "your quota for the day".to_owned(),
            DoseKind::AsNeeded => "whenever it helps".to_owned(),
        }
    }

    fn per_day(&self) -> Option<String> {
        let (low, high) = (self.times_per_day, self.times_per_day_max);
        let range = high > low;
        if low == 0 {
            return None;
        }
        Some(match (low, high) {
            // A quota is one amount for the day, so here the numbers say into how many bouts it is split.
            _ if self.kind == DoseKind::Quota && range => format!("in {low} to {high} short bouts"),
            _ if self.kind == DoseKind::Quota => format!("in {low} short bouts"),
            (1, 2) => "once or twice a day".to_owned(),
            _ if range => format!("{low} to {high} times a day"),
            (1, _) => "once a day".to_owned(),
            (2, _) => "twice a day".to_owned(),
            _ => format!("{low} times a day"),
        })
    }

    fn per_week(&self) -> Option<String> {
        if self.every_other_day {
            return Some("every other day".to_owned());
        }
        match (self.days_per_week, self.days_per_week_max) {
            (0, _) => None,
            // "3 times a day" says it already.
            (7, _) => (self.times_per_day == 0).then(|| "every day".to_owned()),
            (low, high) if high > low => Some(format!("{} to {} times a week", word(low), word(high))),
            (1, _) => Some("once a week".to_owned()),
            (2, _) => Some("twice a week".to_owned()),
            (low, _) => Some(format!("{} times a week", word(low))),
        }
    }
}
