//! What stands in the journal, in short facts: the same for what it says now and for what it said before.

use crate::store::journal::EntryBody;
use crate::store::logs::{DayNumbers, Done, SessionSaid};
use crate::web::view::told::advice;
use crate::web::view::words;

/// Something of the journal in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Facts, each a whole one.
    pub facts: Vec<String>,
    /// Labels of tags.
    pub tags: Vec<String>,
    /// Free words.
    pub note: String,
    /// Whether the physiotherapist may read them; nothing where that is no question.
    pub shared: Option<bool>,
}

fn out_of_ten(what: &str, pain: i32) -> String {
    tr!("{what}: {n} out of 10", what = what, n = pain)
}

fn slept(hours: f64) -> String {
    tr!("Slept: {hours} hours", hours = words::number(hours))
}

impl Told {
    /// An entry.
    pub fn entry(body: &EntryBody) -> Self {
        let pain = |name: &str, pain: Option<u8>| pain.map(|pain| out_of_ten(name, i32::from(pain)));
        let facts = [
            pain(tr!("Pain in the back"), body.back),
            pain(tr!("Pain in the buttock"), body.buttock),
            pain(tr!("Pain in the leg"), body.leg),
            body.sleep_hours.map(slept),
            pain(tr!("Sleep quality"), body.sleep_quality),
            body.stiffness_minutes.map(|minutes| tr!("Stiff in the morning: {minutes} minutes", minutes = minutes)),
            pain(tr!("Mood"), body.mood),
            pain(tr!("Stress"), body.stress),
            body.medicine.map(|taken| if taken { tr!("Medicine: yes") } else { tr!("Medicine: no") }.to_owned()),
        ];
        Self {
            facts: facts.into_iter().flatten().collect(),
            tags: body.tags.iter().filter_map(|key| advice().tag(key)).map(|tag| tag.label.clone()).collect(),
            note: body.note.clone(),
            shared: (!body.note.is_empty()).then_some(body.share_note),
        }
    }

    /// The numbers of a day.
    pub fn day(day: DayNumbers) -> Self {
        let pain = |name: &str, pain: Option<i32>| pain.map(|pain| out_of_ten(name, pain));
        let facts = [pain(tr!("On waking"), day.morning), pain(tr!("Day on average"), day.average), pain(tr!("At its worst"), day.worst)];
        Self { facts: facts.into_iter().flatten().collect(), ..Self::default() }
    }

    /// A session.
    pub fn session(said: &SessionSaid) -> Self {
        let mut facts = Vec::new();
        if !said.items.is_empty() {
            let done = said.items.iter().filter(|item| item.done != Done::Not).count();
            facts.push(tr!("Exercises: {done} of {all}", done = done, all = said.items.len()));
        }
        for bout in &said.quotas {
            let activity = advice().activity(bout.activity);
            if let Some(amount) = bout.amount {
                let unit = crate::care::baseline::unit(bout.activity);
                facts.push(format!("{}: {}", activity.name, words::amount(bout.activity, unit, amount)));
            }
        }
        facts.extend(said.worst_during.map(|pain| out_of_ten(tr!("Worst pain during"), pain)));
        facts.extend(said.effort.map(|effort| out_of_ten(tr!("Effort"), effort)));
        if said.stop_symptom {
            facts.push(tr!("Stopped because of a symptom").to_owned());
        }
        Self { facts, note: said.note.clone(), ..Self::default() }
    }
}
