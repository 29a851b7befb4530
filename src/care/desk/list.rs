//! The caseload as a list: which of the patients, in which order, and the same as a file.

use super::caseload::{Person, Stands, people};
use super::inbox::{Entry, Rank, SILENT_DAYS, entries, settled};
use crate::access::Physio;
use crate::care::CareError;
use crate::care::journal_file::guard;
use crate::clinical::codes::Category;
use crate::clock::UtcTime;
use crate::store::relations::Because;
use crate::store::{ReadTx, Store, StoreError, oversight};
use chrono::NaiveDate;
use std::cmp::Ordering;

/// Patients on a page.
pub const PAGE: usize = 50;

/// Which patients. Nothing here names anybody but `find`, which stays out of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of a name, in any case; empty: all.
    pub find: String,
    /// `mine`, `cover` or `inbox`; empty: all.
    pub whose: String,
    /// Only those who need a decision.
    pub needing: bool,
    /// Only those who stand so.
    pub stands: Option<Stands>,
    /// Only those of this category.
    pub category: Option<Category>,
    /// Only those who are silent.
    pub silent: bool,
}

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// Name.
    #[default]
    Name,
    /// Where they stand, then the week.
    Stands,
    /// Share of the planned sessions; nothing planned comes last.
    Adherence,
    /// The newest morning's pain; none comes last.
    Pain,
    /// Last record; none comes last.
    Seen,
    /// Next review; none comes last.
    Review,
    /// Category; none comes last.
    Category,
}

impl By {
    /// All of them, with the code of an address and the heading of the column.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Name, "name", "Name"),
        (Self::Stands, "stands", "Where they stand"),
        (Self::Adherence, "adherence", "Adherence"),
        (Self::Pain, "pain", "Next-morning pain"),
        (Self::Seen, "seen", "Last seen"),
        (Self::Review, "review", "Next review"),
        (Self::Category, "category", "Category"),
    ];
}

/// A patient of the list with what waits about them.
#[derive(Debug, Clone)]
pub struct Row {
    /// The patient.
    pub person: Person,
    /// The most important entry that is not put aside.
    pub waiting: Option<Entry>,
    /// Nothing recorded for a week or more.
    pub silent: bool,
}

/// All patients of a desk with what waits about them; `on` is the desk's date.
pub fn rows(tx: &mut ReadTx, physio: &Physio, on: NaiveDate, now: UtcTime) -> Result<Vec<Row>, CareError> {
    Ok(people(tx, physio, now)?.into_iter().map(|person| Row::new(person, on)).collect())
}

impl Row {
    /// What waits about somebody.
    pub fn new(person: Person, on: NaiveDate) -> Self {
        let waiting = entries(&person).into_iter().find(|entry| settled(&person.record.marks, entry, on).is_none());
        let silent = person.quiet().is_some_and(|(days, _)| days >= SILENT_DAYS);
        Self { person, waiting, silent }
    }

    /// Somebody must decide something about them.
    pub fn needs(&self) -> bool {
        self.waiting.as_ref().is_some_and(|entry| entry.rank <= Rank::Decision)
    }

    fn fits(&self, filter: &Filter) -> bool {
        let because = match self.person.listed.because {
            Because::Mine => "mine",
            Because::Cover(_) => "cover",
            Because::Inbox => "inbox",
        };
        self.person.listed.name.to_lowercase().contains(&filter.find.trim().to_lowercase())
            && (filter.whose.is_empty() || filter.whose == because)
            && (!filter.needing || self.needs())
            && (!filter.silent || self.silent)
            && filter.stands.is_none_or(|stands| self.person.stands().0 == stands)
            && filter.category.is_none_or(|category| self.person.category() == Some(category))
    }
}

/// `None` comes last in either direction.
fn last<T: Ord>(a: Option<T>, b: Option<T>, down: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if down => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// The rows that fit, in order; equal ones by name.
pub fn select(rows: Vec<Row>, filter: &Filter, (by, down): (By, bool)) -> Vec<Row> {
    let mut chosen: Vec<Row> = rows.into_iter().filter(|row| row.fits(filter)).collect();
    let name = |row: &Row| (row.person.listed.name.to_lowercase(), row.person.listed.patient.as_str().to_owned());
    let pain = |row: &Row| row.person.mornings().last().map(|(_, pain)| *pain);
    chosen.sort_by(|a, b| {
        let (x, y) = (&a.person, &b.person);
        let order = match by {
            By::Name => last(Some(name(a)), Some(name(b)), down),
            By::Stands => last(Some(x.stands()), Some(y.stands()), down),
            // Exact: fractions are compared crosswise.
            By::Adherence => match (x.adherence(), y.adherence()) {
                (Some((done, of)), Some((other, of_other))) => {
                    let (left, right) = (u64::from(done) * u64::from(of_other), u64::from(other) * u64::from(of));
                    last(Some(left), Some(right), down)
                }
                (left, right) => last(left, right, down),
            },
            By::Pain => last(pain(a), pain(b), down),
            By::Seen => last(x.last_seen(), y.last_seen(), down),
            By::Review => last(x.next_review(), y.next_review(), down),
            By::Category => last(x.category(), y.category(), down),
        };
        order.then_with(|| name(a).cmp(&name(b)))
    });
    chosen
}

/// The list as a file for a spreadsheet, every cell guarded. That it was taken is noted.
pub fn file(store: &Store, physio: &Physio, filter: &Filter, order: (By, bool), on: NaiveDate, now: UtcTime) -> Result<String, CareError> {
    let rows = store.write(|tx| {
        oversight::note(tx, Some(physio.user()), None, "took the list of patients as a file", now)?;
        rows(tx, physio, on, now)
    })?;
    to_csv(&select(rows, filter, order))
}

/// Headings of the file.
const COLUMNS: [&str; 12] = [
    "name",
    "listed_because",
    "stands",
    "week",
    "sessions_done_14_days",
    "sessions_planned_14_days",
    "last_morning_pain",
    "last_morning_pain_on",
    "last_seen",
    "next_review",
    "category",
    "waiting",
];

fn to_csv(rows: &[Row]) -> Result<String, CareError> {
    let broken = |error: &dyn std::fmt::Display| CareError::Store(StoreError::Broken(format!("the list as a file: {error}")));
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(COLUMNS).map_err(|e| broken(&e))?;
    let text = |value: Option<String>| value.unwrap_or_default();
    for row in rows {
        let (person, morning) = (&row.person, row.person.mornings().last().copied());
        let because = match &person.listed.because {
            Because::Mine => "in charge".to_owned(),
            Because::Cover(name) => format!("standing in for {name}"),
            Because::Inbox => "nobody in charge".to_owned(),
        };
        let cells = [
            person.listed.name.clone(),
            because,
            person.stands_words(),
            text(Some(person.stands().1).filter(|week| *week > 0).map(|week| week.to_string())),
            text(person.adherence().map(|(done, _)| done.to_string())),
            text(person.adherence().map(|(_, planned)| planned.to_string())),
            text(morning.map(|(_, pain)| pain.to_string())),
            text(morning.map(|(on, _)| on.to_string())),
            text(person.last_seen().map(|on| on.to_string())),
            text(person.next_review().map(|on| on.to_string())),
            text(person.category().map(|category| category.to_string())),
            text(row.waiting.as_ref().map(|entry| entry.reason.clone())),
        ];
        file.write_record(cells.iter().map(|cell| guard(cell))).map_err(|e| broken(&e))?;
    }
    let bytes = file.into_inner().map_err(|e| broken(&e))?;
    // The mark at the beginning tells spreadsheet programs that the letters are UTF-8.
    Ok(format!("\u{feff}{}", String::from_utf8(bytes).map_err(|e| broken(&e))?))
}
