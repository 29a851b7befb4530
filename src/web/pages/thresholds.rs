//! `/admin/numbers`: what the clinic may set of the rules' numbers, what it has set, and who decided so.

use crate::care::CareError;
use crate::care::desk::simulator::{Alerts, WEEKS, alerts_of_clinic};
use crate::care::thresholds::{NewNumbers, counts_from, set};
use crate::clinical::thresholds::{ClinicNumbers, Thresholds, adherence_range, alerts_range, step_range};
use crate::clock::Moment;
use crate::store::thresholds::{Timeline, timeline};
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// Longest reason, letters.
const REASON: usize = 400;
/// What the button says that saves nothing.
pub(super) const SHOW: &str = "show";

/// How many alerts there were, and would have been.
pub(super) fn alerts_words(alerts: Alerts, of: &str) -> String {
    if alerts.weeks == 0 {
        return format!("No week {of} was reviewed in the last {WEEKS} weeks, so there is nothing to compare.");
    }
    let a_week = |count: usize| {
        let tenths = (10 * count + WEEKS / 2) / WEEKS;
        let (whole, tenth) = (tenths / 10, tenths % 10);
        if tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") }
    };
    let counted = |count: usize| if count == 1 { "1 alert".to_owned() } else { format!("{count} alerts") };
    let reviewed = if alerts.weeks == 1 { format!("1 week {of} was") } else { format!("{} weeks {of} were", alerts.weeks) };
    format!(
        "{reviewed} reviewed in the last {WEEKS} weeks. They raised {}, {} a week; with these numbers it would have been {}, {} a week.",
        counted(alerts.then),
        a_week(alerts.then),
        counted(alerts.now),
        a_week(alerts.now)
    )
}

/// A time when numbers were set.
struct Row {
    from: String,
    lines: Vec<String>,
    reason: String,
    by: String,
}

#[derive(Template)]
#[template(path = "pages/pro/numbers.html")]
struct NumbersPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    now: Vec<String>,
    /// What will count later, and from when.
    next: Option<(String, Vec<String>)>,
    fields: Vec<Field>,
    history: Vec<Row>,
    from: String,
    seen: String,
    token: String,
    /// What the numbers would have done, when asked.
    simulated: String,
}

/// A range in words.
fn within(range: &std::ops::RangeInclusive<u8>) -> String {
    format!("A whole number from {} to {}.", range.start(), range.end())
}

/// The four numbers of the rules.
pub(super) fn rule_fields(rules: &Thresholds) -> Vec<Field> {
    let moves = [("-1", "One point more careful"), ("0", "As the specification says"), ("1", "One point more room")];
    vec![
        Field::new("radios", "session_pain", "Pain in a session and the morning after")
            .hint("Moves the limits that make a session amber or red. Pain of 8 is always amber and of 9 always red.")
            .options(moves)
            .value(rules.session_pain().to_string()),
        Field::new("radios", "week_pain", "Pain over a week")
            .hint("Moves the limits for a flare (P\u{2011}03), for a step back (P\u{2011}05) and for the next phase.")
            .options(moves)
            .value(rules.week_pain().to_string()),
        Field::new("number", "adherence", "Share of sessions or daily amounts below which a week holds")
            .hint(format!("The specification says 60. {}", within(&adherence_range())))
            .suffix("%")
            .value(rules.adherence().to_string()),
        Field::new("number", "quota_step", "Largest step of a daily amount in a week")
            .hint(format!(
                "In per cent of the first measurement. The specification says 20. {} New schedules are made with it; running ones stay.",
                within(&step_range())
            ))
            .suffix("%")
            .value(rules.quota_step().to_string()),
    ]
}

fn fields(shown: &ClinicNumbers) -> Vec<Field> {
    let mut fields = rule_fields(&shown.thresholds);
    fields.extend([
        Field::new("number", "alerts_a_day", "People whom the list of a day shows before the rest")
            .hint(format!(
                "{} Danger signs always come first and are always shown. Whoever is over this number stands below, in order.",
                within(&alerts_range())
            ))
            .suffix("people")
            .value(shown.alerts_a_day.to_string()),
        Field::new("textarea", "reason", "Who decided this, and why")
            .hint("Kept with the change. Name the clinician who is responsible; no names of patients."),
    ]);
    fields
}

fn numbers_page(
    manager: &Manager,
    form: &FormData,
    errors: &Errors,
    all: &Timeline,
    simulated: Option<Alerts>,
) -> Result<HttpResponse, AppError> {
    let (now, zone) = (manager.visitor.app.clock.now(), manager.visitor.moment().zone);
    let day = |date| words::date(date);
    let mut shown = fields(&all.latest());
    if !errors.is_empty() || simulated.is_some() {
        shown = shown.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut shown);
    let present = all.on(now.date());
    let waiting = all.settings().first().filter(|setting| setting.effective_on > now.date());
    let made = NumbersPage {
        ctx: manager.visitor.ctx(),
        errors: lines,
        now: present.in_words(),
        next: waiting.map(|setting| (day(setting.effective_on), setting.numbers.in_words())),
        fields: shown,
        history: all
            .settings()
            .iter()
            .map(|setting| Row {
                from: day(setting.effective_on),
                lines: setting.numbers.in_words(),
                reason: setting.reason.clone(),
                by: format!(
                    "{}, {}",
                    setting.by.as_deref().unwrap_or("An account that is closed"),
                    day(Moment { utc: setting.at, zone }.today())
                ),
            })
            .collect(),
        from: day(counts_from(now)),
        seen: all.settings().first().map(|setting| setting.id.clone()).unwrap_or_default(),
        token: form.token(),
        simulated: simulated.map(|alerts| alerts_words(alerts, "in the clinic")).unwrap_or_default(),
    };
    if errors.is_empty() { page(&made) } else { page_again(&made) }
}

async fn all(manager: &Manager) -> Result<Timeline, AppError> {
    let clinic = manager.admin.clinic().clone();
    manager.visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(timeline(tx, &clinic)?))).await
}

/// The numbers and the form that changes them.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let all = all(&manager).await?;
    numbers_page(&manager, &FormData::default(), &Errors::default(), &all, None)
}

/// Sets the numbers from the next day on.
pub async fn save(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let only_show = form.0.text("do") == SHOW;
    let missing = (!only_show).then_some("Say who decided this, and why");
    let reason = reader.text("reason", REASON, missing);
    let mut errors = reader.errors;
    // What is no whole number is out of every range.
    let [session, week, adherence, step, alerts] = ["session_pain", "week_pain", "adherence", "quota_step", "alerts_a_day"]
        .map(|name| form.0.text(name).parse::<i64>().unwrap_or(i64::MIN));
    match ClinicNumbers::new(session, week, adherence, step, alerts) {
        Err(refused) => refused.into_iter().for_each(|e| errors.add(&e.field, e.message)),
        Ok(numbers) if errors.is_empty() && only_show => {
            let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
            let (all, alerts) = manager
                .visitor
                .run(move |store| {
                    store.read(|tx| Ok((timeline(tx, admin.clinic())?, alerts_of_clinic(tx, &admin, numbers.thresholds, now)?)))
                })
                .await?;
            return numbers_page(&manager, &form.0, &errors, &all, Some(alerts));
        }
        Ok(numbers) if errors.is_empty() => {
            let new = NewNumbers { numbers, reason, seen: form.0.text("seen").to_owned(), token: form.0.token() };
            let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
            match manager.visitor.run(move |store| set(store, &admin, &new, now)).await {
                Ok(()) => {
                    manager.visitor.flash(&format!("Saved. The numbers count from {} on.", words::date(counts_from(now))));
                    return Ok(go("/admin/numbers"));
                }
                Err(error) => errors.absorb(error)?,
            }
        }
        Ok(_) => {}
    }
    let all = all(&manager).await?;
    numbers_page(&manager, &form.0, &errors, &all, None)
}
