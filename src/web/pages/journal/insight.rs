//! What the journal shows over a longer time (specification 8): even days, and tags beside pain. Never
//! a cause, and nothing from few days.

use crate::care::CareError;
use crate::care::journal::pain_days;
use crate::care::today::progress;
use crate::clinical::advice::advice;
use crate::clinical::journal::{Evenness, TagDays, evenness, tag_days};
use crate::store::journal;
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::view::words;
use chrono::{Days, NaiveDate};

/// Days over which tags are compared: twelve weeks.
const TAG_SPAN: u64 = 84;

/// What there is to say.
pub struct Insight {
    /// How even the week was; empty without an answer.
    pub even: String,
    /// A sentence for each tag with enough days.
    pub tags: Vec<String>,
}

impl Insight {
    /// Nothing to say.
    pub fn is_empty(&self) -> bool {
        self.even.is_empty() && self.tags.is_empty()
    }
}

fn days(count: usize) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// The week's boom-bust ratio in one sentence.
fn even_words(even: Evenness) -> String {
    let Evenness { over, under, days: of } = even;
    let counted = format!("In the last seven days you were over your daily amount on {} and under it on {}", days(over), days(under));
    match (over, under) {
        (0, 0) => format!("In the last seven days you kept to your daily amount on {}.", days(of)),
        (0, _) => format!("{counted}, of {} with an answer.", days(of)),
        _ => format!("{counted}, of {} with an answer: try the middle.", days(of)),
    }
}

fn tag_words(found: &TagDays) -> Option<String> {
    let label = &advice().tag(&found.tag)?.label;
    let (with, without) = (words::number(found.with), words::number(found.without));
    Some(format!(
        "On days with \u{201c}{label}\u{201d} your average was {with}, on other days {without} ({} and {}).",
        days(found.days_with),
        days(found.days_without)
    ))
}

/// What the record has to say up to a day.
pub async fn insight(me: &Me, to: NaiveDate) -> Result<Insight, AppError> {
    me.run(move |store, who, _| {
        store.read(|tx| {
            let from = to - Days::new(TAG_SPAN - 1);
            let pain = pain_days(tx, who, from, to)?;
            let entries = journal::between(tx, who, from, to)?;
            let tagged: Vec<_> = entries.iter().map(|entry| (entry.on_date, entry.body.tags.as_slice())).collect();
            let keys: Vec<&str> = advice().tags.iter().map(|tag| tag.key.as_str()).collect();
            let quotas = progress(tx, who, to, 7)?.quota_days;
            let classes: Vec<_> = quotas.iter().flat_map(|(_, days)| days.iter().map(|day| day.class)).collect();
            Ok::<_, CareError>(Insight {
                even: evenness(&classes).map(even_words).unwrap_or_default(),
                tags: tag_days(&keys, &pain, &tagged).iter().filter_map(tag_words).collect(),
            })
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_told_in_one_sentence_and_a_tag_never_as_a_cause() {
        assert_eq!(
            even_words(Evenness { over: 2, under: 1, days: 5 }),
            "In the last seven days you were over your daily amount on 2 days and under it on 1 day, of 5 days with an answer: try the middle."
        );
        assert_eq!(even_words(Evenness { over: 0, under: 0, days: 1 }), "In the last seven days you kept to your daily amount on 1 day.");
        let found = TagDays { tag: "stress".into(), with: 5.25, without: 4.0, days_with: 10, days_without: 12 };
        let said = tag_words(&found).expect("a known tag");
        assert!(said.ends_with("your average was 5.3, on other days 4 (10 days and 12 days)."), "{said}");
        assert!(!["because", "cause", "due to", "leads"].iter().any(|word| said.contains(word)), "{said}");
    }
}
