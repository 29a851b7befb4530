//! Goals (PSFS activities, the quota goal) and practical matters of the intake.

use crate::access::MayRecord;
use crate::care::{intake, joining};
use crate::clinical::codes::{Activity, Flag};
use crate::clinical::intake::AnswerMap;
use crate::lang::{dates::WEEKDAYS, say};
use crate::store::intake::Wishes;
use crate::web::error::AppError;
use crate::web::extract::{Place, Posted, Recorder};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::words;
use crate::web::view::{PageCtx, Row, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Days, NaiveDate};

/// How many activities a person rates (PSFS).
const ACTIVITIES: usize = 3;
/// Weeks to the goal when the person has no date in mind (4.2 no. 1).
const DEFAULT_WEEKS: u64 = 12;
/// Equipment that is asked for, in the words of a home.
pub const EQUIPMENT: &[(Flag, &str)] = &[
    (Flag::Chair, tr_later!("A firm chair")),
    (Flag::Step, tr_later!("A step or stairs")),
    (Flag::Weight, tr_later!("A weight, or a bag you can fill")),
    (Flag::Band, tr_later!("An elastic exercise band")),
    (Flag::Ball, tr_later!("A large exercise ball")),
    (Flag::Bike, tr_later!("A bicycle or exercise bike")),
    (Flag::Pool, tr_later!("A swimming pool nearby")),
    (Flag::Gym, tr_later!("A gym")),
];

/// The quota goal is complete.
pub fn quota_done(wishes: &Wishes) -> bool {
    wishes.quota.is_some() && wishes.goal.is_some() && wishes.goal_on.is_some()
}

fn pregnant(answers: &AnswerMap) -> bool {
    answers.get("preg").and_then(|v| v.as_str()) == Some("yes")
}

/// The practical matters are complete.
pub fn practical_done(wishes: &Wishes, answers: &AnswerMap) -> bool {
    let week = !pregnant(answers) || wishes.pregnancy_week.is_some();
    wishes.floor.is_some()
        && wishes.equipment.is_some()
        && wishes.prone.is_some()
        && wishes.days.as_ref().is_some_and(|d| !d.is_empty())
        && week
}

fn activity_name(activity: Activity) -> String {
    advice().activity(activity).name.clone()
}

fn goal_words(wishes: &Wishes) -> String {
    match (wishes.quota, wishes.goal) {
        (Some(activity), Some(goal)) => words::amount(activity, crate::care::baseline::unit(activity), goal),
        _ => String::new(),
    }
}

/// Goals and practical matters in words, for the page that checks the answers.
pub fn wish_rows(base: &str, wishes: &Wishes, answers: &AnswerMap) -> Vec<(String, Vec<Row>)> {
    let row = |label: &str, value: String, change: &str| Row {
        label: label.to_owned(),
        value,
        change: format!("{base}/{change}"),
        change_label: String::new(),
        lang: "",
    };
    let yes_no = |value: Option<bool>| value.map_or("", |v| if v { tr!("Yes") } else { tr!("No") }).to_owned();
    let mut goals: Vec<Row> =
        wishes.activities.iter().map(|(text, score)| row(text, tr!("{score} out of 10 today", score = score), "goals")).collect();
    goals.push(row(tr!("What you build up"), wishes.quota.map(activity_name).unwrap_or_default(), "quota"));
    goals.push(row(tr!("Goal"), goal_words(wishes), "quota"));
    goals.push(row(tr!("Goal date"), wishes.goal_on.map(words::date).unwrap_or_default(), "quota"));
    let equipment = wishes.equipment.as_ref().map(|have| {
        let names: Vec<String> = EQUIPMENT.iter().filter(|(flag, _)| have.contains(flag)).map(|(_, name)| say(name).to_owned()).collect();
        if names.is_empty() { tr!("None of these").to_owned() } else { words::listed(&names) }
    });
    let prone = PRONE.iter().find(|(code, _)| Some(*code) == wishes.prone.as_deref()).map(|(_, label)| say(label).to_owned());
    let mut practical = vec![
        row(tr!("Can get down to the floor"), yes_no(wishes.floor), "practical"),
        row(tr!("Lying on your front"), prone.unwrap_or_default(), "practical"),
        row(tr!("At hand"), equipment.unwrap_or_default(), "practical"),
        row(tr!("Exercise days"), wishes.days.as_deref().map(words::weekdays).unwrap_or_default(), "practical"),
    ];
    if pregnant(answers) {
        practical.push(row(tr!("Week of pregnancy"), wishes.pregnancy_week.map(|w| w.to_string()).unwrap_or_default(), "practical"));
    }
    vec![(tr!("What you want to do again").to_owned(), goals), (tr!("Practical matters").to_owned(), practical)]
}

#[derive(Template)]
#[template(path = "pages/intake/wishes.html")]
struct WishesPage {
    ctx: PageCtx,
    place: Place,
    errors: Vec<ErrorLine>,
    caption: &'static str,
    title: &'static str,
    intro: &'static str,
    action: String,
    fields: Vec<Field>,
}

fn wishes_page<M: MayRecord>(by: &Recorder<M>, which: &Which, mut fields: Vec<Field>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let errors = errors.show(&mut fields);
    let Which { caption, title, intro, at } = *which;
    let (caption, title, intro) = (say(caption), say(title), say(intro));
    let action = format!("{}/{at}", by.place.intake);
    let shown = WishesPage { ctx: by.visitor.ctx(), place: by.place.clone(), errors, caption, title, intro, action, fields };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

struct Which {
    caption: &'static str,
    title: &'static str,
    intro: &'static str,
    /// Last part of the page's path.
    at: &'static str,
}

const GOALS: Which = Which {
    caption: tr_later!("What you want to do again"),
    title: tr_later!("Three things your back keeps you from"),
    intro: tr_later!(
        "Name up to three activities that matter to you, in your own words, and say how well you can do each one today. We ask again each week."
    ),
    at: "goals",
};
const QUOTA: Which = Which {
    caption: tr_later!("What you want to do again"),
    title: tr_later!("One thing to build up"),
    intro: tr_later!(
        "Your plan builds this up in small steps, the same on easier and harder days. You measure where you are now in the next part."
    ),
    at: "quota",
};
const PRACTICAL: Which = Which {
    caption: tr_later!("Practical matters"),
    title: tr_later!("So that the plan fits your life"),
    intro: tr_later!("Leave nothing out because it seems small. Everything here can be changed later."),
    at: "practical",
};

fn goal_fields() -> Vec<Field> {
    let mut fields = Vec::new();
    for n in 1..=ACTIVITIES {
        let activity = Field::new("text", &format!("activity_{n}"), tr!("Activity {n}", n = n));
        let activity =
            if n == 1 { activity.hint(tr!("For example: walk the dog, sit through a film, put on socks")) } else { activity.optional() };
        fields.push(activity);
        let score = Field::new("scale", &format!("score_{n}"), tr!("How well can you do activity {n} today?", n = n))
            .ends(tr!("cannot do it"), tr!("as well as before"));
        fields.push(if n == 1 { score } else { score.optional() });
    }
    fields
}

/// The PSFS activities.
pub async fn goals<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    let wishes = by.run(intake::draft).await?.wishes.into_inner();
    let mut fields = goal_fields();
    for (n, (text, score)) in wishes.activities.iter().enumerate() {
        for field in &mut fields {
            let value = match field.name.as_str() {
                name if name == format!("activity_{}", n + 1) => text.clone(),
                name if name == format!("score_{}", n + 1) => score.to_string(),
                _ => continue,
            };
            *field = field.clone().value(value);
        }
    }
    wishes_page(&by, &GOALS, fields, &Errors::default())
}

/// Takes the PSFS activities.
pub async fn save_goals<M: MayRecord>(by: Recorder<M>, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let mut activities = Vec::new();
    for n in 1..=ACTIVITIES {
        let (name, score_name) = (format!("activity_{n}"), format!("score_{n}"));
        let missing = (n == 1).then_some(tr!("Name one activity you want to do again"));
        let text = reader.text(&name, 120, missing);
        let score = reader.scale(&score_name);
        match (text.is_empty(), score) {
            (false, Some(score)) => activities.push((text, score)),
            (false, None) => reader.errors.add(&score_name, tr!("Choose how well you can do it today, from 0 to 10")),
            (true, Some(_)) => reader.errors.add(&name, tr!("Name the activity, or leave its number out")),
            (true, None) => {}
        }
    }
    if !reader.errors.is_empty() {
        let fields = goal_fields().into_iter().map(|f| f.sent(&form.0)).collect();
        return wishes_page(&by, &GOALS, fields, &reader.errors);
    }
    by.run(move |store, who, moment| intake::save_wishes(store, who, |w| w.activities.clone_from(&activities), moment)).await?;
    Ok(go("quota"))
}

fn quota_fields(today: NaiveDate) -> Vec<Field> {
    let choices = Activity::ALL.iter().map(|a| (a.code(), activity_name(*a)));
    let default = today + Days::new(7 * DEFAULT_WEEKS);
    vec![
        Field::new("radios", "quota", tr!("What do you want to build up?")).options(choices),
        Field::new("number", "goal", tr!("How much do you want to manage?")).hint(tr!(
            "In minutes for walking, sitting and standing; in times for lifting and for standing up from a chair. For example 30."
        )),
        Field::new("date", "goal_on", tr!("By when?"))
            .hint(tr!("Twelve weeks is usual: {date}", date = words::date(default)))
            .value(default.to_string()),
    ]
}

/// The quota goal.
pub async fn quota<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    let wishes = by.run(intake::draft).await?.wishes.into_inner();
    let fields = quota_fields(by.moment.today())
        .into_iter()
        .map(|field| match field.name.as_str() {
            "quota" => field.value(wishes.quota.map(Activity::code).unwrap_or_default()),
            "goal" => field.value(wishes.goal.map(words::number).unwrap_or_default()),
            _ => match wishes.goal_on {
                Some(on) => field.value(on.to_string()),
                None => field,
            },
        })
        .collect();
    wishes_page(&by, &QUOTA, fields, &Errors::default())
}

/// Takes the quota goal.
pub async fn save_quota<M: MayRecord>(by: Recorder<M>, form: Posted) -> Result<HttpResponse, AppError> {
    let today = by.moment.today();
    let mut reader = Reader::new(&form.0);
    let activity = form.0.text("quota").parse::<Activity>().ok();
    reader.need("quota", activity, tr!("Choose what you want to build up"));
    let goal = reader.whole("goal", 1..=600, tr!("Enter a whole number from 1 to 600"));
    reader.need("goal", goal, tr!("Enter how much you want to manage, for example 30"));
    let on = reader.date("goal_on");
    reader.need("goal_on", on, tr!("Choose a date for your goal"));
    if on.is_some_and(|on| on < today + Days::new(14) || on > today + Days::new(365)) {
        reader.errors.add("goal_on", tr!("Choose a date between two weeks and one year from now"));
    }
    if !reader.errors.is_empty() {
        let fields = quota_fields(today).into_iter().map(|f| f.sent(&form.0)).collect();
        return wishes_page(&by, &QUOTA, fields, &reader.errors);
    }
    #[expect(clippy::cast_precision_loss, reason = "a goal has at most three digits")]
    let goal = goal.map(|g| g as f64);
    let change = move |wishes: &mut Wishes| (wishes.quota, wishes.goal, wishes.goal_on) = (activity, goal, on);
    by.run(move |store, who, moment| intake::save_wishes(store, who, change, moment)).await?;
    Ok(go(&by.place.intake))
}

const PRONE: &[(&str, &str)] = &[
    ("yes", tr_later!("It hurts")),
    ("no", tr_later!("It makes no difference")),
    ("better", tr_later!("It eases my back")),
    ("unknown", tr_later!("I do not know, or I cannot")),
];

fn practical_fields(pregnant: bool) -> Vec<Field> {
    let mut fields = vec![
        Field::new("radios", "floor", tr!("Can you get down to the floor and up again?"))
            .options([("yes", tr!("Yes")), ("no", tr!("No, or only with trouble"))]),
        Field::new("radios", "prone", tr!("What does lying on your front do to your back?"))
            .options(PRONE.iter().map(|(code, label)| (*code, say(label)))),
        Field::new("checkboxes", "equipment", tr!("What do you have at hand?"))
            .hint(tr!("Nothing is needed. Tick what there is."))
            .options(EQUIPMENT.iter().map(|(flag, name)| (flag.code(), say(name)))),
        Field::new("checkboxes", "days", tr!("Which days suit you for exercises?"))
            .hint(tr!("Choose three to five. On each of them 20 to 25 minutes are enough."))
            .options(WEEKDAYS.iter().enumerate().map(|(n, name)| (n.to_string(), say(name)))),
    ];
    if pregnant {
        fields.push(Field::new("number", "pregnancy_week", tr!("Which week of pregnancy are you in?")).suffix(tr!("weeks")));
    }
    fields
}

/// Practical matters.
pub async fn practical<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    let draft = by.run(intake::draft).await?;
    let wishes: &Wishes = &draft.wishes;
    // What the invitation suggests stands there until the person has chosen.
    let brought = by.run(|store, who, _| store.read(|tx| joining::brought(tx, who))).await?;
    let days = wishes.days.clone().unwrap_or(brought.days);
    let fields = practical_fields(pregnant(&draft.answers))
        .into_iter()
        .map(|field| match field.name.as_str() {
            "floor" => field.value(wishes.floor.map_or("", |f| if f { "yes" } else { "no" })),
            "prone" => field.value(wishes.prone.clone().unwrap_or_default()),
            "equipment" => field.values(&wishes.equipment.iter().flatten().map(|f| f.code().to_owned()).collect::<Vec<_>>()),
            "days" => field.values(&days.iter().map(u8::to_string).collect::<Vec<_>>()),
            _ => field.value(wishes.pregnancy_week.map(|w| w.to_string()).unwrap_or_default()),
        })
        .collect();
    wishes_page(&by, &PRACTICAL, fields, &Errors::default())
}

/// Training days as a form sends them: three to five different ones.
pub fn read_days(form: &FormData, errors: &mut Errors) -> Vec<u8> {
    let mut days: Vec<u8> = form.all("days").iter().filter_map(|d| d.parse().ok()).filter(|d| *d < 7).collect();
    days.sort_unstable();
    days.dedup();
    if !(3..=5).contains(&days.len()) {
        errors.add("days", tr!("Choose three, four or five days"));
    }
    days
}

/// Takes the practical matters.
pub async fn save_practical<M: MayRecord>(by: Recorder<M>, form: Posted) -> Result<HttpResponse, AppError> {
    let pregnant = pregnant(&by.run(intake::draft).await?.answers);
    let mut reader = Reader::new(&form.0);
    let floor = reader.yes_no("floor");
    reader.need("floor", floor, tr!("Choose yes or no"));
    let prone = PRONE.iter().find(|(code, _)| *code == form.0.text("prone")).map(|(code, _)| (*code).to_owned());
    reader.need("prone", prone.as_ref(), tr!("Choose what lying on your front does"));
    let equipment: Vec<Flag> = form.0.all("equipment").iter().filter_map(|code| code.parse().ok()).collect();
    let days = read_days(&form.0, &mut reader.errors);
    let week = if pregnant {
        reader.whole("pregnancy_week", 1..=42, tr!("Enter the week as a whole number, 1 to 42")).and_then(|w| u8::try_from(w).ok())
    } else {
        None
    };
    if pregnant {
        reader.need("pregnancy_week", week, tr!("Enter the week of pregnancy, for example 20"));
    }
    if !reader.errors.is_empty() {
        let fields = practical_fields(pregnant).into_iter().map(|f| f.sent(&form.0)).collect();
        return wishes_page(&by, &PRACTICAL, fields, &reader.errors);
    }
    let change = move |wishes: &mut Wishes| {
        (wishes.floor, wishes.pregnancy_week) = (floor, week);
        (wishes.prone, wishes.equipment, wishes.days) = (prone.clone(), Some(equipment.clone()), Some(days.clone()));
    };
    by.run(move |store, who, moment| intake::save_wishes(store, who, change.clone(), moment)).await?;
    Ok(go(&by.place.intake))
}
