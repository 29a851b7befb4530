//! `/pro/outcomes`: what the clinic's plans came to, in groups; as a page and as a file.

use crate::care::outcomes::small::{Cell, LEAST};
use crate::care::outcomes::{INSTRUMENTS, MARKS, Outcomes, RECENT_DAYS, outcomes, to_csv};
use crate::clinical::instruments::instruments;
use crate::web::error::AppError;
use crate::web::extract::Desk;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use askama::Template;

/// A table with a sentence before it: a row a quarter, and one for all together.
struct Block {
    heading: String,
    sentence: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<(String, String)>)>,
}

#[derive(Template)]
#[template(path = "pages/pro/outcomes.html")]
struct OutcomesPage {
    ctx: PageCtx,
    blocks: Vec<Block>,
    least: u32,
}

fn count(cell: Cell) -> String {
    match cell {
        Cell::Shown(n) => n.to_string(),
        Cell::Few => format!("fewer than {LEAST}"),
        Cell::Withheld => "not shown".to_owned(),
    }
}

/// "12 of 17 (71 %)".
fn share(yes: Cell, no: Cell) -> String {
    match (yes.shown(), no.shown()) {
        (Some(0), Some(0)) => "nobody yet".to_owned(),
        (Some(some), Some(rest)) => format!("{some} of {} ({} %)", some + rest, (100 * some + (some + rest) / 2) / (some + rest)),
        _ => count(yes),
    }
}

fn points(gain: Option<f64>) -> String {
    match gain {
        None => "not shown".to_owned(),
        Some(gain) if gain >= 0.05 => format!("{} better", words::number(gain)),
        Some(gain) if gain <= -0.05 => format!("{} worse", words::number(-gain)),
        Some(_) => "no change".to_owned(),
    }
}

/// Names of the groups: the quarters, and all together.
fn groups(all: &Outcomes) -> Vec<String> {
    let quarters = all.quarters.iter().map(|q| format!("{} to {}", q.from.format("%B"), q.to.format("%B %Y")));
    quarters.chain(["All together".to_owned()]).collect()
}

fn block(all: &Outcomes, heading: &str, sentence: String, columns: &[&str], row: impl Fn(usize) -> Vec<String>) -> Block {
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let cells = |group: usize| columns.iter().cloned().zip(row(group)).collect();
    let rows = groups(all).into_iter().enumerate().map(|(group, name)| (name, cells(group))).collect();
    Block { heading: heading.to_owned(), sentence, columns, rows }
}

fn active(all: &Outcomes) -> Block {
    let of = |mark: usize, group: usize| share(all.active[mark][group][0], all.active[mark][group][1]);
    let last = all.quarters.len();
    let sentence = format!(
        "Still writing something down after {} days: {}. After six months: {}. After twelve: {}. Asked is who made any record (a session, a day\u{2019}s pain or a journal entry) in the {RECENT_DAYS} days up to that day; whose day has not passed yet is not counted.",
        MARKS[0],
        of(0, last),
        of(1, last),
        of(2, last)
    );
    block(all, "Who is still there", sentence, &["After 30 days", "After 6 months", "After 12 months"], |group| {
        (0..MARKS.len()).map(|mark| of(mark, group)).collect()
    })
}

fn ends(all: &Outcomes) -> Block {
    let whole = &all.ends[all.quarters.len()];
    let sentence = format!(
        "Running: {}. Ended with the way back open: {}. Discharged: {}. Ended after four silent weeks: {}.",
        count(whole[0]),
        count(whole[1]),
        count(whole[2]),
        count(whole[3])
    );
    let columns = ["Running", "Ended, may come back", "Discharged", "Fell silent", "Another reason"];
    block(all, "How the plans stand, and why they ended", sentence, &columns, |group| {
        all.ends[group].iter().map(|cell| count(*cell)).collect()
    })
}

fn measured(all: &Outcomes, at: usize) -> Block {
    let (measured, last) = (&all.measures[at], all.quarters.len());
    let name = instruments().iter().find(|i| i.id == INSTRUMENTS[at]).map_or(INSTRUMENTS[at], |i| &i.name);
    let with = |group: usize| {
        let cells = &measured.parts[group];
        cells[0].shown().zip(cells[1].shown()).map_or_else(|| "not shown".to_owned(), |(a, b)| (a + b).to_string())
    };
    let mean = |group: usize| match measured.parts[group][..] {
        [Cell::Shown(0), Cell::Shown(0), ..] => "nobody yet".to_owned(),
        _ => points(measured.gain[group]),
    };
    let matters = |group: usize| share(measured.parts[group][0], measured.parts[group][1]);
    let sentence = format!(
        "With a first and a later score: {}. Mean change in points: {}. Better by as much as matters: {}.",
        with(last),
        mean(last),
        matters(last)
    );
    let columns = ["With two scores", "Mean change in points", "Change that matters"];
    block(all, name, sentence, &columns, |group| vec![with(group), mean(group), matters(group)])
}

fn blocks(all: &Outcomes) -> Vec<Block> {
    let last = all.quarters.len();
    let rate = |group: usize| all.alerts[group].map_or_else(|| "not shown".to_owned(), words::number);
    let since = all.quarters.first().map_or_else(
        || "No plan has begun yet.".to_owned(),
        |first| {
            format!(
                "{} plans began since {}. A plan that was replaced before it counted is left out.",
                count(all.started[last]),
                words::date(first.from)
            )
        },
    );
    let mut blocks =
        vec![block(all, "Plans that began", since, &["Plans"], |group| vec![count(all.started[group])]), active(all), ends(all)];
    blocks.extend((0..INSTRUMENTS.len()).map(|at| measured(all, at)));
    let sentence = format!("Ten people on a plan raise {} alerts a week between them.", rate(last));
    blocks.push(block(all, "Alerts", sentence, &["Alerts a week for ten people"], |group| vec![rate(group)]));
    let sentence = format!("People with an adverse event during their plan: {}.", share(all.events[last][0], all.events[last][1]));
    blocks.push(block(all, "Adverse events", sentence, &["People with an adverse event"], |group| {
        vec![share(all.events[group][0], all.events[group][1])]
    }));
    blocks
}

async fn load(desk: &Desk) -> Result<Outcomes, AppError> {
    let (physio, today) = (desk.physio.clone(), desk.visitor.app.moment("").today());
    desk.visitor.run(move |store| store.read(|tx| outcomes(tx, &physio, today))).await
}

/// The outcomes in words and tables.
pub async fn show(desk: Desk) -> Result<HttpResponse, AppError> {
    let all = load(&desk).await?;
    let blocks = if all.quarters.is_empty() { Vec::new() } else { blocks(&all) };
    page(&OutcomesPage { ctx: desk.visitor.reading(), blocks, least: LEAST })
}

/// The outcomes as a file.
pub async fn file(desk: Desk) -> Result<HttpResponse, AppError> {
    let csv = to_csv(&load(&desk).await?)?;
    let name = format!("attachment; filename=\"gradus-outcomes-{}.csv\"", desk.visitor.app.moment("").today());
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header((CONTENT_DISPOSITION, name)).body(csv))
}
