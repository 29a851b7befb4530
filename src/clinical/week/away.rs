//! Announced days without the plan (4.2 no. 9, 5.3). Missing is not zero, and announced is not done: a week is
//! decided on all of its days, so that a holiday or an illness never moves anything on and coming back follows the
//! rules of any other gap. What the announcement changes is what is made of it: days on which nothing was asked
//! are not low adherence, and an empty diary that a holiday explains is told to nobody.
//!
//! An illness explains no empty diary: somebody ill for two weeks is worth a call.

use super::{DIARY_DAYS, WeekFacts};
use serde::{Deserialize, Serialize};

/// Announced days of a week, and what was planned on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Away {
    /// Days of holiday.
    pub holiday: u32,
    /// Days of illness.
    pub ill: u32,
    /// Exercise sessions planned on these days.
    pub sessions: u32,
    /// Quota days that do not fit into the other days of the week.
    pub quotas: u32,
}

impl Away {
    /// Nothing was announced.
    pub fn is_none(&self) -> bool {
        self.days() == 0
    }

    /// Announced days, whatever the reason.
    pub fn days(&self) -> u32 {
        self.holiday + self.ill
    }

    /// Quota days of one quota, planned on so many days a week, that the announced days leave no room for.
    pub fn quota_days(&self, days_per_week: u32) -> u32 {
        days_per_week - days_per_week.min(left_of_week(self.days()))
    }
}

impl WeekFacts {
    /// Fewer sessions or quotas than agreed, of those the announced days left. Decides no step: it says whether
    /// the plan was too much (P-06), and what was asked of nobody was not too much.
    pub fn low_adherence(&self) -> bool {
        let left = |planned: u32, away: u32| planned.saturating_sub(away);
        self.clinic.low(self.done, left(self.planned, self.away.sessions))
            || self.clinic.low(self.quotas_met, left(self.quotas_planned, self.away.quotas))
    }

    /// The announced days left nothing that was planned, so the week says nothing about adherence.
    pub fn asked_nothing(&self) -> bool {
        !self.away.is_none() && self.away.sessions >= self.planned && self.away.quotas >= self.quotas_planned
    }

    /// A holiday left fewer days than a diary needs (P-04).
    pub(super) fn holiday_explains_diary(&self) -> bool {
        left_of_week(self.away.holiday) < DIARY_DAYS
    }
}

/// Days of a week beside so many others.
fn left_of_week(days: u32) -> u32 {
    7_u32.saturating_sub(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::codes::Outcome;
    use crate::clinical::course::{offers_new_baseline, offers_smaller_plan};
    use crate::clinical::tests_support::generated;
    use crate::clinical::week::tests::any_facts;
    use crate::clinical::week::{WeekReview, away_sentence, review};
    use proptest::prelude::*;

    fn away(holiday: u32, ill: u32, sessions: u32, quotas: u32) -> Away {
        Away { holiday, ill, sessions, quotas }
    }

    fn rules_told(facts: &WeekFacts) -> Vec<String> {
        review(facts).alerts.into_iter().map(|alert| alert.rule).collect()
    }

    #[test]
    fn a_second_empty_diary_is_told_unless_a_holiday_left_fewer_than_three_days() {
        let empty = |days: Away| WeekFacts { low_data_previous: true, away: days, ..WeekFacts::default() };
        assert_eq!(rules_told(&empty(Away::default())), ["P-04"]);
        assert_eq!(rules_told(&empty(away(4, 0, 0, 0))), ["P-04"], "three days were left");
        assert_eq!(rules_told(&empty(away(5, 0, 0, 0))), [""; 0], "two days were left");
        assert_eq!(rules_told(&empty(away(7, 0, 0, 0))), [""; 0]);
        assert_eq!(rules_told(&empty(away(0, 7, 0, 0))), ["P-04"], "an illness of two weeks is worth a call");
        assert_eq!(rules_told(&empty(away(4, 3, 0, 0))), ["P-04"]);
    }

    #[test]
    fn days_on_which_nothing_was_asked_are_no_low_adherence() {
        // 1 of 4 sessions, 5 of 5 quotas; a diary of six days.
        let week = WeekFacts {
            week: 5,
            days: 6,
            done: 1,
            planned: 4,
            quotas_met: 5,
            quotas_planned: 5,
            low_adherence_weeks: 2,
            ..WeekFacts::default()
        };
        let with = |sessions: u32| WeekFacts { away: away(sessions, 0, sessions, 0), ..week.clone() };
        assert_eq!(rules_told(&with(0)), ["P-06"]);
        assert_eq!(rules_told(&with(2)), ["P-06"], "1 of 2 is below 60 %");
        assert_eq!(rules_told(&with(3)), [""; 0], "1 of 1 that was left");
        for sessions in 0..=4 {
            let facts = with(sessions);
            assert_eq!(review(&facts).rules, ["P-06E"], "the exercises stay, whatever was announced");
            assert_eq!(offers_smaller_plan(&facts, &review(&facts)), sessions < 3);
        }
        assert!(!with(3).asked_nothing());
        let all = WeekFacts { away: away(7, 0, 4, 5), ..week.clone() };
        assert!(all.asked_nothing() && !all.low_adherence());
        assert!(!WeekFacts { planned: 0, quotas_planned: 0, away: Away::default(), ..week }.asked_nothing(), "only what was announced");
    }

    #[test]
    fn a_quota_of_five_days_fits_beside_two_announced_ones_and_not_beside_three() {
        assert_eq!([0, 1, 2, 3, 6, 7, 9].map(|days| away(days, 0, 0, 0).quota_days(5)), [0, 0, 0, 1, 4, 5, 5]);
        assert_eq!(away(0, 7, 0, 0).quota_days(0), 0);
    }

    #[test]
    fn an_ordinary_week_is_stored_as_before() {
        let facts = WeekFacts { week: 2, ..WeekFacts::default() };
        let stored = serde_json::to_string(&facts).unwrap();
        assert!(!stored.contains("away"), "{stored}");
        let away = WeekFacts { away: away(3, 1, 2, 1), ..facts };
        assert_eq!(serde_json::from_str::<WeekFacts>(&serde_json::to_string(&away).unwrap()).unwrap(), away);
    }

    #[test]
    fn a_person_is_told_what_the_announced_days_were_and_nothing_of_an_ordinary_week() {
        let told = |holiday, ill| {
            away_sentence(&WeekFacts { away: away(holiday, ill, 0, 0), ..WeekFacts::default() }).map(|text| text.to_string())
        };
        assert_eq!(told(0, 0), None);
        let [holiday, ill, both] = [(2, 0), (0, 3), (1, 1)].map(|(holiday, ill)| told(holiday, ill).unwrap());
        assert!(holiday.starts_with("You were on holiday for part of this week"));
        assert!(ill.starts_with("You were ill for part of this week"));
        assert!(both.starts_with("You were away and ill for part of this week"));
    }

    proptest! {
        #![proptest_config(generated(25_000))]

        /// Announced days move nothing: the same week with these days simply unlogged has the same outcome, rules
        /// and steps, its danger signs are told alike, and nothing more is told or offered.
        #[test]
        fn announced_days_move_nothing_and_lower_no_danger_sign(
            facts in any_facts(), holiday in 0u32..=7, ill in 0u32..=7, sessions in 0u32..=7, quotas in 0u32..=10,
        ) {
            let unlogged = WeekFacts { away: Away::default(), ..facts.clone() };
            let announced = WeekFacts { away: away(holiday, ill.min(7 - holiday), sessions, quotas), ..facts };
            let (plain, told): (WeekReview, WeekReview) = (review(&unlogged), review(&announced));
            prop_assert_eq!((plain.outcome, &plain.rules, plain.quota, plain.exercise), (told.outcome, &told.rules, told.quota, told.exercise));
            let kept: Vec<_> = plain.alerts.iter().filter(|alert| told.alerts.contains(alert)).cloned().collect();
            prop_assert_eq!(&kept, &told.alerts, "nothing is told that was not told before");
            let lost = plain.alerts.iter().filter(|alert| !told.alerts.contains(alert));
            for alert in lost {
                prop_assert!(matches!(alert.rule.as_str(), "P-04" | "P-06"), "{} is lost", alert.rule);
            }
            if plain.outcome == Outcome::PauseAlert {
                prop_assert_eq!(&plain.alerts, &told.alerts);
            }
            prop_assert!(!offers_smaller_plan(&announced, &told) || offers_smaller_plan(&unlogged, &plain));
            prop_assert_eq!(offers_new_baseline(&announced, &told), offers_new_baseline(&unlogged, &plain));
        }
    }
}
