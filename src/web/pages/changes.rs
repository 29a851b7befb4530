//! `/changes`: what changed in the plan, why, and who decided. The physiotherapist reads the same lines.

use crate::care::CareError;
use crate::care::agreement::mark_seen;
use crate::clinical::plan::Difference;
use crate::clinical::week::WeekFacts;
use crate::clock::UtcTime;
use crate::lang::{Lang, dates, say};
use crate::store::plans::Change;
use crate::store::reviews::Review;
use crate::store::{course, plans, reviews};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate;

/// A decision of one moment with everything it changed.
pub struct ChangeView {
    /// The day it holds from.
    pub date: String,
    /// The month it holds from, for the headings of a long list.
    pub month: String,
    /// Who decided, for its mark: `rules`, `person` or `you`.
    pub kind: &'static str,
    /// What happened, as a heading.
    pub title: String,
    /// Why, in a sentence.
    pub why: String,
    /// The numbers of the week it was decided from; empty when it was no review.
    pub facts: String,
    /// Who decided.
    pub who: String,
    /// What changed: subject, before and after, and a reason of its own.
    pub lines: Vec<(String, String, String)>,
}

/// The review that a line of the ledger sums up.
fn review_of<'a>(change: &Change, reviews: &'a [Review]) -> Option<&'a Review> {
    let number: i32 = Lang::En.tell(&change.before).strip_prefix("Week ")?.parse().ok()?;
    // An earlier plan had a week of this number too: its line is of another moment.
    reviews.iter().find(|review| review.week == number && review.reviewed_at == change.at)
}

fn title(change: &Change, reviews: &[Review]) -> String {
    match change.subject.as_str() {
        // The week's step waits for somebody.
        "Week" if !change.after.is_empty() => format!("{}: {}", change.before, change.after),
        "Week" => match review_of(change, reviews) {
            Some(review) => format!("{}: {}", change.before, advice().outcome(review.result.outcome).title),
            None => change.before.to_string(),
        },
        "Plan" => change.after.to_string(),
        subject => say(subject).to_owned(),
    }
}

/// What a week was decided from, in numbers. What was not recorded is said to be missing.
pub fn week_facts(facts: &WeekFacts) -> String {
    let mut parts = vec![match (facts.nprs, facts.nprs_prev) {
        (Some(now), Some(before)) => {
            let (now, before) = (words::number(now), words::number(before));
            tr!("Pain {now} on average on {days} of 7 days, {before} before.", now = now, days = facts.days, before = before)
        }
        (Some(now), None) => tr!("Pain {now} on average on {days} of 7 days.", now = words::number(now), days = facts.days),
        (None, _) => tr!("No day with a pain answer.").to_owned(),
    }];
    if facts.planned > 0 {
        parts.push(tr!("Exercise sessions: {done} done, {planned} planned.", done = facts.done, planned = facts.planned));
    }
    if facts.red + facts.amber > 0 {
        parts.push(tr!("Of these {amber} amber and {red} red.", amber = facts.amber, red = facts.red));
    }
    if facts.quotas_planned > 0 {
        parts.push(tr!(
            "Daily amount: reached on {reached}, planned on {planned}.",
            reached = days(facts.quotas_met),
            planned = days(facts.quotas_planned)
        ));
    }
    if facts.over > 0 {
        parts.push(tr!("Clearly more than planned on {days}.", days = days(facts.over)));
    }
    parts.join(" ")
}

/// How many days something happened on.
fn days(count: u32) -> String {
    if count == 1 { tr!("1 day").to_owned() } else { tr!("{n} days", n = count) }
}

fn kind(change: &Change) -> &'static str {
    match (&change.by, change.rule.as_str()) {
        (Some(_), _) => "person",
        (None, "patient") => "you",
        (None, _) => "rules",
    }
}

fn who(change: &Change) -> String {
    match (&change.by, change.rule.as_str()) {
        (Some(name), "physio") => tr!("{name}, physiotherapist", name = name),
        (Some(name), rules) if rules.ends_with(" physio") => {
            let rules = rules.trim_end_matches(" physio").split(' ').collect::<Vec<_>>().join(", ");
            tr!("{name}, physiotherapist, after the written rules ({rules})", name = name, rules = rules)
        }
        (Some(name), _) => name.clone(),
        (None, "patient") => tr!("You").to_owned(),
        (None, rules) => tr!("By the written rules ({rules})", rules = rules.split(' ').collect::<Vec<_>>().join(", ")),
    }
}

/// The ledger grouped by the decision, newest first: the week's outcome, then what it changed.
pub fn change_views(changes: &[Change], reviews: &[Review]) -> Vec<ChangeView> {
    let mut views: Vec<(UtcTime, NaiveDate, ChangeView)> = Vec::new();
    for change in changes {
        // A person's decisions stand each for itself, unless one of them heads the others.
        let headed = changes.iter().any(|head| is_head(head) && head.at == change.at && head.by == change.by);
        let same = |(at, effective, view): &(UtcTime, NaiveDate, ChangeView)| {
            let one_decision = view.kind == kind(change) && (change.by.is_none() || (headed && view.who == who(change)));
            one_decision && *at == change.at && *effective == change.effective_on
        };
        if !views.last().is_some_and(same) {
            let fresh = ChangeView {
                date: tr!("From {date}", date = words::date(change.effective_on)),
                month: dates::month_and_year(change.effective_on).to_string(),
                kind: kind(change),
                title: title(change, reviews),
                why: change.reason.to_string(),
                facts: String::new(),
                who: who(change),
                lines: Vec::new(),
            };
            views.push((change.at, change.effective_on, fresh));
        }
        let Some((.., view)) = views.last_mut() else { continue };
        if is_head(change) {
            (view.title, view.why) = (title(change, reviews), change.reason.to_string());
            view.facts = review_of(change, reviews).map(|review| week_facts(&review.facts)).unwrap_or_default();
        } else {
            view.lines.push(line(change, headed));
        }
    }
    for (.., view) in &mut views {
        view.lines.sort_by_key(|(subject, ..)| !is_weighty(subject));
        for (subject, ..) in &mut view.lines {
            *subject = say(subject).to_owned();
        }
    }
    views.into_iter().map(|(.., view)| view).collect()
}

/// What concerns more than one exercise's dose comes first: a long list is folded after it.
fn is_weighty(subject: &str) -> bool {
    matches!(subject, "Phase" | "New exercise" | "Exercise" | "Exercise days")
}

/// The line that says what happened as a whole.
fn is_head(change: &Change) -> bool {
    matches!(change.subject.as_str(), "Week" | "Plan")
}

/// A change under its heading. A person's single change has its reason in the heading already
/// (`headed` is false then); a sentence that only says the new dose again is left out.
fn line(change: &Change, headed: bool) -> (String, String, String) {
    let (before, after) = (change.before.to_string(), change.after.to_string());
    let reason = change.reason.to_string();
    let reason = reason.trim_start_matches(&format!("{}: ", say(&change.subject)));
    let repeats = (change.by.is_some() && !headed) || (!after.is_empty() && reason.contains(&after));
    let lead = reason.chars().take(1).flat_map(char::to_uppercase).chain(reason.chars().skip(1)).collect();
    (change.subject.clone(), moved(&before, &after), if repeats { String::new() } else { lead })
}

/// What two plans differ in, as the ledger will say it: the subject, and what happens to it.
pub fn difference(of: &Difference) -> (String, String) {
    (of.subject.to_string(), moved(&of.before.to_string(), &of.after.to_string()))
}

/// "from 9 minutes to 11 minutes".
fn moved(before: &str, after: &str) -> String {
    match (before, after) {
        ("", after) => after.to_owned(),
        (before, "") => tr!("no longer {before}", before = before),
        (before, after) => tr!("from {before} to {after}", before = before, after = after),
    }
}

#[derive(Template)]
#[template(path = "pages/plan/changes.html")]
struct ChangesPage {
    ctx: PageCtx,
    /// Month by month, the newest first.
    months: Vec<(String, Vec<ChangeView>)>,
}

/// Changes under the months they hold from, the newest first.
pub fn by_month(views: Vec<ChangeView>) -> Vec<(String, Vec<ChangeView>)> {
    let mut months: Vec<(String, Vec<ChangeView>)> = Vec::new();
    for view in views {
        match months.last_mut() {
            Some((month, of_month)) if *month == view.month => of_month.push(view),
            _ => months.push((view.month.clone(), vec![view])),
        }
    }
    months
}

/// What changed and why.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let (mut changes, reviews) = me
        .run(|store, who, _| {
            store.read(|tx| {
                let reviews = match course::latest(tx, who)? {
                    Some(plan) => reviews::reviews(tx, who, &plan.id)?,
                    None => Vec::new(),
                };
                Ok::<_, CareError>((plans::changes(tx, who)?, reviews))
            })
        })
        .await?;
    for change in changes.iter_mut().filter(|change| change.rule == "patient") {
        change.by = None; // to themselves the person is "you"
    }
    page(&ChangesPage { ctx: me.visitor.reading(), months: by_month(change_views(&changes, &reviews)) })
}

/// Decisions shown at once on the day's page.
const SHOWN: usize = 2;

/// What changed since the person last looked, and the tick that says that they have.
pub struct SeenView {
    /// The newest decisions.
    pub changes: Vec<ChangeView>,
    /// Decisions before these.
    pub more: usize,
    /// The newest change among them.
    pub until: String,
}

/// The words of changes that were not seen yet; none when there is none.
pub fn news_of(changes: &[Change], reviews: &[Review]) -> Option<SeenView> {
    let until = changes.first()?.at;
    let mut views = change_views(changes, reviews);
    let more = views.len().saturating_sub(SHOWN);
    views.truncate(SHOWN);
    Some(SeenView { changes: views, more, until: until.and_utc().timestamp_micros().to_string() })
}

/// "I have seen this", up to the newest change that the page showed.
pub async fn seen(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let until = form.0.text("until").parse().ok().and_then(chrono::DateTime::from_timestamp_micros).map(|at| at.naive_utc());
    if let Some(until) = until {
        me.run(move |store, who, moment| mark_seen(store, who, until, moment)).await?;
        me.visitor.flash(tr!("Thank you."));
    }
    Ok(go("/today"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_week_name_what_is_missing_and_never_count_it_as_zero() {
        let bare = WeekFacts { planned: 3, ..WeekFacts::default() };
        assert_eq!(week_facts(&bare), "No day with a pain answer. Exercise sessions: 0 done, 3 planned.");
        let week = WeekFacts {
            days: 6,
            nprs: Some(4.25),
            nprs_prev: Some(5.0),
            planned: 3,
            done: 3,
            amber: 1,
            quotas_planned: 5,
            quotas_met: 1,
            ..WeekFacts::default()
        };
        let said = week_facts(&week);
        assert!(said.starts_with("Pain 4.3 on average on 6 of 7 days, 5 before."), "{said}");
        assert!(said.ends_with("Of these 1 amber and 0 red. Daily amount: reached on 1 day, planned on 5 days."), "{said}");
    }
}
