//! The simulation as a page of its own: words, then a picture, then the numbers. It opens without a server.

use super::{Shares, Summary};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Colours told apart without colour sight as well (the order is that of the legend).
const COLOURS: [&str; 7] = ["#0f5c63", "#c9d6d3", "#8a5a00", "#b3261e", "#5b4a9c", "#6a8f3c", "#3b6ea8"];
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;

/// The report as one HTML file.
pub fn html(summary: &Summary) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Gradus: simulation</title><style>\
         body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;color:#1d2327;background:#fbf8f2}\
         svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
         td.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#b3261e;font-weight:700}.key span{display:inline-block;width:.9em;height:.9em;margin-right:.3em}\
         @media(prefers-color-scheme:dark){body{background:#171b1d;color:#e8e6e1}}</style></head><body><h1>Virtual patients under the rules</h1>",
    );
    let _ = write!(
        page,
        "<p>{} {} patients of {} weeks each lived under rule set {} (seed {}): {} patient-weeks.</p>",
        summary.note, summary.patients, summary.weeks, summary.ruleset, summary.seed, summary.patient_weeks
    );
    let median =
        summary.median_weeks_to_goal.map_or_else(|| "nobody reached it".to_owned(), |week| format!("half of those by week {week}"));
    let _ = write!(page, "<p>{} % reached the goal of their daily amount ({median}).</p>", summary.goal_reached_percent);
    page.push_str("<h2>Safety</h2>");
    if summary.violations_total == 0 {
        page.push_str("<p>Every property held every time it was looked at.</p>");
    } else {
        let _ = write!(page, "<p class=\"bad\">{} violations: the rules have a fault.</p>", summary.violations_total);
    }
    page.push_str("<table><tr><th>Property</th><th>Looked at</th><th>Did not hold</th></tr>");
    for (name, looked) in &summary.checks {
        let found = summary.violations.get(name).copied().unwrap_or(0);
        let class = if found > 0 { " bad" } else { "" };
        let _ = write!(page, "<tr><td>{name}</td><td class=\"n\">{looked}</td><td class=\"n{class}\">{found}</td></tr>");
    }
    page.push_str("</table>");
    stacked(&mut page, "What each week came to", "Share of outcomes, week by week, in per cent.", &summary.outcomes_by_week);
    stacked(&mut page, "Where the plans stand", "Share of plans in each phase and in maintenance, in per cent.", &summary.phases_by_week);
    table(&mut page, "Rules that decided, per 100 patient-weeks", &summary.rules_per_100_weeks);
    table(&mut page, "Alerts, per 100 patient-weeks", &summary.alerts_per_100_weeks);
    table(&mut page, "What single sessions did to exercises, per 100 patient-weeks", &summary.session_steps_per_100_weeks);
    let _ = write!(
        page,
        "<h2>Events</h2><p>{} flares and {} weeks on hold per 100 patient-weeks; {} pauses for a danger sign and {} plans ended by silence per 100 patients.</p></body></html>",
        summary.flares_per_100_weeks, summary.holds_per_100_weeks, summary.pauses_per_100_patients, summary.lapsed_per_100_patients
    );
    page
}

fn table(page: &mut String, title: &str, shares: &Shares) {
    let _ = write!(page, "<h2>{title}</h2><table>");
    for (name, value) in shares {
        let _ = write!(page, "<tr><td>{name}</td><td class=\"n\">{value}</td></tr>");
    }
    page.push_str("</table>");
}

/// Bars of shares stacked to a hundred, one for each week.
fn stacked(page: &mut String, title: &str, sentence: &str, weeks: &[Shares]) {
    let names: BTreeSet<&String> = weeks.iter().flat_map(|week| week.keys()).collect();
    let colour = |at: usize| COLOURS[at % COLOURS.len()];
    let _ = write!(page, "<h2>{title}</h2><p>{sentence}</p><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">");
    #[expect(clippy::cast_precision_loss, reason = "at most 104 weeks")]
    let step = WIDTH / weeks.len().max(1) as f64;
    for (at, week) in weeks.iter().enumerate() {
        let mut y = HEIGHT;
        #[expect(clippy::cast_precision_loss, reason = "at most 104 weeks")]
        let x = step * at as f64;
        for (n, name) in names.iter().enumerate() {
            let height = HEIGHT * week.get(*name).copied().unwrap_or(0.0) / 100.0;
            y -= height;
            let _ = write!(
                page,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"{}\"><title>Week {}: {name} {:.1} %</title></rect>",
                step * 0.9,
                colour(n),
                at + 1,
                week.get(*name).copied().unwrap_or(0.0)
            );
        }
    }
    page.push_str("</svg><p class=\"key\">");
    for (n, name) in names.iter().enumerate() {
        let _ = write!(page, "<span style=\"background:{}\"></span>{name} &ensp;", colour(n));
    }
    page.push_str("</p><details><summary>The numbers</summary><table><tr><th>Week</th>");
    names.iter().for_each(|name| {
        let _ = write!(page, "<th>{name}</th>");
    });
    page.push_str("</tr>");
    for (at, week) in weeks.iter().enumerate() {
        let _ = write!(page, "<tr><td>{}</td>", at + 1);
        names.iter().for_each(|name| {
            let _ = write!(page, "<td class=\"n\">{:.1}</td>", week.get(*name).copied().unwrap_or(0.0));
        });
        page.push_str("</tr>");
    }
    page.push_str("</table></details>");
}
