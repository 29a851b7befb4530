//! `/progress`: what the last weeks say, in words first, then in pictures with their tables. The consult card and the
//! hand-over letter are here as well: one view each, for the patient and for their physiotherapist.

pub mod card;
pub mod letter;
pub mod views;

pub use views::{change_words, tag_words};

use crate::care::CareError;
use crate::care::progress::{record, tags};
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::view::told::say;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Days;
use views::{Figure, MeasureView};

/// Days the page looks back: six weeks.
const DAYS: u64 = 42;

#[derive(Template)]
#[template(path = "pages/progress/show.html")]
struct ProgressPage {
    ctx: PageCtx,
    leads: Vec<String>,
    /// Nothing is recorded yet.
    nothing_yet: bool,
    pain: Figure,
    bars: String,
    sessions: Figure,
    pace: Figure,
    measures: Vec<MeasureView>,
    tags: Vec<String>,
    no_tags: String,
}

/// The page.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let (record, tags) = me
        .run(|store, who, moment| store.read(|tx| Ok::<_, CareError>((record(tx, who, moment.utc, DAYS)?, tags(tx, who, moment.today())?))))
        .await?;
    let to = me.moment.today();
    let from = to - Days::new(DAYS - 1);
    let (pain, bars) = views::pain(&record, from, to);
    let (sessions, pace, measures) = (views::sessions(&record, from, to), views::evenness(&record, from, to), views::measures(&record));
    page(&ProgressPage {
        ctx: me.visitor.reading(),
        leads: views::leads(&record),
        nothing_yet: pain.rows.is_empty() && sessions.rows.is_empty() && measures.is_empty(),
        pain,
        bars,
        sessions,
        pace,
        measures,
        tags: tags.iter().filter_map(tag_words).collect(),
        no_tags: say("progress.tags.none", &[]),
    })
}
