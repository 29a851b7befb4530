//! Which topic comes in which week, and why.

use super::{Learn, Topic};
use crate::clinical::codes::Category;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How things are in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Now {
    /// The plan goes on.
    Usual,
    /// A flare is under way.
    Flare,
    /// The plan is held or paused.
    Pause,
}

/// What brought a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Its week.
    Week,
    /// A flare or a pause that began: this one leads then.
    Began(Now),
    /// It suits a flare or a pause that goes on.
    Suits(Now),
    /// All that fit were there once.
    Again,
}

/// The topic of a week, and why.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// The topic.
    pub topic: &'a Topic,
    /// What brought it.
    pub because: Because,
}

impl Learn {
    /// The topic of the last of `weeks`, which say how things were in each week of the plan up to now. `read` has the
    /// topics somebody has read, with the week in which they did (0 before the plan).
    ///
    /// A flare or a pause that begins brings the topic that leads then. Otherwise it is the first in the order of the
    /// category that fits how things are and has not been there yet, whether chosen in an earlier week or read
    /// before this one; when all have, the one that has been there least often. The weeks are gone through from the
    /// first, so that nothing but what happened decides. `None` only without a week.
    pub fn choose(&self, category: Category, weeks: &[Now], read: &BTreeMap<String, i64>) -> Option<Chosen<'_>> {
        let order: Vec<&Topic> = self.weeks.get(&category)?.iter().filter_map(|id| self.topic(id)).collect();
        let mut there: BTreeMap<&str, u32> = BTreeMap::new();
        let mut chosen = None;
        let mut before = Now::Usual;
        for (now, week) in weeks.iter().copied().zip(1_i64..) {
            let often = |topic: &Topic| {
                let read_before = read.get(&topic.id).is_some_and(|in_week| *in_week < week);
                there.get(topic.id.as_str()).copied().unwrap_or(0).max(u32::from(read_before))
            };
            let leads = order.iter().find(|t| now != before && t.leads == Some(now));
            let (topic, because) = match leads {
                Some(topic) => (*topic, Because::Began(now)),
                None => {
                    let next = order.iter().filter(|t| t.fits(now)).min_by_key(|t| often(t))?;
                    let because = match now {
                        _ if often(next) > 0 && now == Now::Usual => Because::Again,
                        Now::Usual => Because::Week,
                        _ => Because::Suits(now),
                    };
                    (*next, because)
                }
            };
            *there.entry(topic.id.as_str()).or_default() += 1;
            chosen = Some(Chosen { topic, because });
            before = now;
        }
        chosen
    }

    /// Why a topic came, in a sentence.
    pub fn why(&self, chosen: &Chosen<'_>, category: Category) -> String {
        let reasons = &self.because;
        let words = match chosen.because {
            Because::Week | Because::Began(Now::Usual) | Because::Suits(Now::Usual) => chosen.topic.why(category),
            Because::Began(Now::Flare) => &reasons.flare_began,
            Because::Suits(Now::Flare) => &reasons.flare,
            Because::Began(Now::Pause) => &reasons.pause_began,
            Because::Suits(Now::Pause) => &reasons.pause,
            Because::Again => &reasons.again,
        };
        words.to_owned()
    }
}
