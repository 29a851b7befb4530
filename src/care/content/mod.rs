//! What of the program must be looked at again from time to time: clinical content, the privacy notice, backups. The first
//! dates come with the program (`reviews.toml`); a clinic records its own reviews, which are only ever added.

use super::CareError;
use super::people::still_admin;
use crate::access::Admin;
use crate::clock::UtcTime;
use crate::store::{ReadTx, Store, StoreError, accounts, oversight};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Name of the setting.
const SETTING: &str = "content reviews";
/// Longest name of who reviewed, letters.
pub const LONGEST_BY: usize = 120;
/// Longest note, letters.
pub const LONGEST_NOTE: usize = 500;
/// How many reviews of one thing are kept.
const KEPT: usize = 50;

/// Who must look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A clinician.
    Clinical,
    /// Whoever runs the server.
    Operations,
}

/// Something that must be looked at from time to time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Identity.
    pub id: String,
    /// What it is.
    pub what: String,
    /// Who must look at it.
    pub kind: Kind,
    /// When those who made it last did; none where it is a clinic's own to do.
    #[serde(default, deserialize_with = "date")]
    pub reviewed: Option<NaiveDate>,
    /// Who that was.
    #[serde(default)]
    pub by: String,
    /// After how many months it is looked at again.
    pub every_months: u32,
    /// Where to read it.
    pub place: String,
}

fn date<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let date = toml::value::Datetime::deserialize(from)?;
    date.to_string().parse().map(Some).map_err(serde::de::Error::custom)
}

#[derive(Deserialize)]
struct File {
    content: Vec<Content>,
}

/// Everything that must be looked at. A test reads the file; where it cannot be read there is nothing.
pub fn contents() -> &'static [Content] {
    static CONTENTS: LazyLock<Vec<Content>> =
        LazyLock::new(|| toml::from_str::<File>(include_str!("reviews.toml")).map(|file| file.content).unwrap_or_default());
    &CONTENTS
}

/// A review that a clinic recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// On which day.
    pub on: NaiveDate,
    /// Who reviewed, and as what.
    pub by: String,
    /// What came of it; may be empty.
    pub note: String,
    /// Name of who entered it.
    pub entered_by: String,
    /// When it was entered.
    pub at: UtcTime,
}

/// How something stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What.
    pub content: &'static Content,
    /// The clinic's own reviews, the newest first.
    pub reviews: Vec<Review>,
    /// When it is due next; none where nobody ever did it: at once.
    pub due: Option<NaiveDate>,
}

impl Standing {
    /// Its day has come.
    pub fn is_due(&self, today: NaiveDate) -> bool {
        self.due.is_none_or(|due| due <= today)
    }

    /// The clinic itself has looked at it once.
    pub fn is_reviewed_here(&self) -> bool {
        !self.reviews.is_empty()
    }
}

type Kept = BTreeMap<String, Vec<Review>>;

fn kept(tx: &mut ReadTx, admin: &Admin) -> Result<Kept, CareError> {
    match accounts::clinic_setting(tx, admin.clinic(), SETTING)? {
        Some(stored) => Ok(serde_json::from_str(&stored).map_err(StoreError::broken)?),
        None => Ok(Kept::new()),
    }
}

fn due(content: &Content, reviews: &[Review]) -> Option<NaiveDate> {
    let last = reviews.iter().map(|review| review.on).max().or(content.reviewed)?;
    last.checked_add_months(Months::new(content.every_months))
}

/// Everything with its reviews, what is due first first.
pub fn standings(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<Standing>, CareError> {
    let mut kept = kept(tx, admin)?;
    let standing = |content: &'static Content| {
        let reviews = kept.remove(&content.id).unwrap_or_default();
        Standing { due: due(content, &reviews), content, reviews }
    };
    let mut all: Vec<Standing> = contents().iter().map(standing).collect();
    all.sort_by_key(|standing| standing.due);
    Ok(all)
}

/// Records a review. The same one twice is kept once.
///
/// # Errors
/// Refused for a day to come; `NotFound` for what is not in the list.
pub fn record(
    store: &Store,
    admin: &Admin,
    id: &str,
    (on, by, note): (NaiveDate, &str, &str),
    today: NaiveDate,
    now: UtcTime,
) -> Result<(), CareError> {
    let content = contents().iter().find(|content| content.id == id).ok_or(StoreError::NotFound)?;
    if on > today {
        return Err(CareError::refused("on", "The day of a review cannot be in the future"));
    }
    store.write(|tx| {
        let entered_by = still_admin(tx, admin)?.name;
        let mut kept = kept(tx, admin)?;
        let reviews = kept.entry(content.id.clone()).or_default();
        if reviews.iter().any(|review| review.on == on && review.by == by && review.note == note) {
            return Ok(());
        }
        reviews.insert(0, Review { on, by: by.to_owned(), note: note.to_owned(), entered_by, at: now });
        reviews.truncate(KEPT);
        accounts::set_clinic_setting(tx, admin, SETTING, &serde_json::to_string(&kept).map_err(StoreError::broken)?)?;
        Ok(oversight::note(tx, Some(admin.user()), None, "recorded a review of content", now)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_every_part_of_the_clinical_content_is_in_it() {
        for id in ["rules", "danger-signs", "safety", "questionnaires", "exercises", "learn", "backup"] {
            assert_eq!(contents().iter().filter(|content| content.id == id).count(), 1, "{id}");
        }
        for content in contents() {
            assert!((1..=24).contains(&content.every_months) && content.place.starts_with('/'), "{content:?}");
            assert_eq!(content.reviewed.is_some(), !content.by.is_empty(), "{content:?}");
            assert!(content.kind == Kind::Operations || content.reviewed.is_some(), "{content:?}");
        }
    }

    #[test]
    fn the_newest_review_counts_and_not_the_last_one_entered() {
        let content = &contents()[0];
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let at = crate::clock::Clock::system().now();
        let review = |on: &str| Review { on: day(on), by: "Dr Weaver".to_owned(), note: String::new(), entered_by: "Eve".to_owned(), at };
        let later = |from: NaiveDate| from.checked_add_months(Months::new(content.every_months));
        assert_eq!(due(content, &[]), content.reviewed.and_then(later));
        let reviews = [review("2027-01-31"), review("2028-05-31")];
        assert_eq!(due(content, &reviews), later(day("2028-05-31")));
    }
}
