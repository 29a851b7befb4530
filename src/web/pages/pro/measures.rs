//! Outcome measures in words: scores, and whether a change matters (section 6).

use crate::clinical::instruments::{PGIC_MATTERS, pgic, phq4_band};
use crate::store::intake::Measure;
use crate::web::pages::progress::change_words;
use crate::web::view::words;

/// What the newest score means, for measures that have levels instead of a change that matters.
fn level_words(instrument: &str, last: &Measure) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scores of 0 to 12")]
    let score = last.score.clamp(0.0, 12.0) as u8;
    if instrument == "pgic" {
        let words = pgic().answers.get(usize::from(score).saturating_sub(1)).cloned().unwrap_or_default().to_lowercase();
        return if score >= PGIC_MATTERS { format!("{words}: a change that matters") } else { words };
    }
    let positive = |part: &str| last.items.get(part).and_then(serde_json::Value::as_f64).is_some_and(|value| value >= 3.0);
    let parts: Vec<&str> =
        [("gad2", "worry"), ("phq2", "low mood")].into_iter().filter(|(part, _)| positive(part)).map(|(_, name)| name).collect();
    match parts.as_slice() {
        [] => format!("now {}", phq4_band(score)),
        parts => format!("now {}; screening positive for {}", phq4_band(score), parts.join(" and ")),
    }
}

/// The measures that have a score: name, scores, and what they mean.
pub(super) fn measures(all: &[Measure]) -> Vec<(String, String, String)> {
    let names = [
        ("nprs", "Pain, average of the week before (NPRS 0–10)"),
        ("rmdq", "Daily life (RMDQ 0–24)"),
        ("psfs", "Own activities (PSFS 0–10, high is good)"),
        ("pgic", "Change since the start, own view (PGIC 1–7, high is good)"),
        ("phq4", "Worry and low mood (PHQ-4 0–12)"),
    ];
    let row = |(code, name): &(&str, &str)| {
        let of: Vec<&Measure> = all.iter().filter(|m| m.instrument == *code).collect();
        let (first, last) = (of.first()?, of.last()?);
        let day = |m: &Measure| match &m.entered_by {
            None => words::short_day(m.on_date),
            Some(by) => words::on_paper(&words::short_day(m.on_date), by),
        };
        let scores: Vec<String> = of.iter().map(|m| format!("{} ({})", words::number(m.score), day(m))).collect();
        let change = match *code {
            "pgic" | "phq4" => level_words(code, last),
            _ if of.len() > 1 => change_words(code, first.score, last.score),
            _ => String::new(),
        };
        Some(((*name).to_owned(), scores.join(", "), change))
    };
    names.iter().filter_map(row).collect()
}
