//! Which part of a week's decision moves the plan on. Where a person approves each step, that part waits for them;
//! all that eases, holds or stops happens at once.

use crate::clinical::codes::{ExerciseStep, Outcome, QuotaStep};
use crate::clinical::week::WeekReview;

/// The decision without what moves the plan on: no larger quota, no harder form or dose, nothing new, no next phase,
/// no turning to maintenance. Rules and alerts stay as they are.
pub fn held_back(review: &WeekReview) -> WeekReview {
    let outcome = match review.outcome {
        Outcome::Progress | Outcome::Maintain => Outcome::Hold,
        other => other,
    };
    let quota = match review.quota {
        QuotaStep::Up => QuotaStep::Same,
        other => other,
    };
    let exercise = match review.exercise {
        ExerciseStep::Rise => ExerciseStep::Hold,
        other => other,
    };
    WeekReview { outcome, quota, exercise, ..review.clone() }
}

/// Whether a part of the decision moves the plan on.
pub fn moves_on(review: &WeekReview) -> bool {
    held_back(review) != *review
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::codes::{Colour, Disposition};
    use crate::clinical::course::{PhaseStep, Reviewed, after_week, next_index};
    use crate::clinical::plan::{ItemState, PlanFacts, Role, compose, tests::facts};
    use crate::clinical::tests_support::{generated, thresholds};
    use crate::clinical::week::{WeekFacts, review};
    use proptest::prelude::*;
    use proptest::sample::select;

    fn any_week() -> impl Strategy<Value = WeekFacts> {
        let sessions = (0u32..=5, 0u32..=4, 0u32..=4, proptest::option::of(0.0f64..10.0));
        let pain = proptest::option::of(0.0f64..10.0);
        let signs = (0u8..20, 0u8..20, 0u8..10, any::<bool>());
        (sessions, (pain.clone(), pain.clone(), pain), signs, (0u32..=5, 0u32..=4, 0u32..=7, proptest::option::of(0u32..24)), thresholds())
            .prop_map(|(sessions, pain, signs, amounts, clinic)| WeekFacts {
                week: 5,
                red_flag: (signs.0 == 0).then_some(Disposition::SameDay),
                new_leg: signs.1 == 0,
                flare: signs.2 == 0,
                goals_met: signs.3,
                done: sessions.0,
                planned: 3,
                red: sessions.1,
                amber: sessions.2,
                rpe: sessions.3,
                nprs: pain.0,
                nprs_prev: pain.1,
                nprs_last3: pain.2,
                nprs_intake: Some(6.0),
                quotas_met: amounts.0,
                quotas_planned: 5,
                over: amounts.1,
                days: amounts.2,
                rmdq: amounts.3,
                clinic,
                ..WeekFacts::default()
            })
    }

    /// Items that are all ready to rise, some of them with a RED that asks to be eased.
    fn states(plan: &PlanFacts, red: usize) -> Vec<ItemState> {
        let items = compose(plan).items.into_iter().enumerate();
        let state = |(at, prescribed)| ItemState {
            prescribed,
            recent_colours: if at == red { vec![Colour::Red] } else { vec![Colour::Green; 3] },
            red_unanswered: at == red,
            last_rpe: Some(4.0),
            all_sets_done: true,
        };
        items.map(state).collect()
    }

    proptest! {
        #![proptest_config(generated(3_000))]

        /// Whatever the week was: what happens without anybody's yes raises no amount, no dose, no form and no phase
        /// and brings nothing new; and what stops or eases is the same as ever.
        #[test]
        fn what_happens_at_once_never_raises_anything(
            week in any_week(),
            phase in 1u8..=3,
            red in 0usize..8,
            before in proptest::collection::vec((select(Outcome::ALL.to_vec()), select(ExerciseStep::ALL.to_vec())), 0..4),
            index in 0usize..10,
        ) {
            let plan = PlanFacts { phase, ..facts(crate::clinical::codes::Category::Flex) };
            let states = states(&plan, red);
            let earlier: Vec<Reviewed> = before.into_iter().map(|(outcome, exercise)| Reviewed { outcome, exercise }).collect();
            let decision = review(&week);
            let at_once = held_back(&decision);
            prop_assert!(next_index(at_once.quota, index, 10) <= index);
            prop_assert!(!matches!(at_once.outcome, Outcome::Progress | Outcome::Maintain));
            let change = after_week(&states, &plan, &week, &at_once, &earlier, &[]);
            prop_assert!(change.phase != PhaseStep::Up && change.facts.phase <= phase);
            prop_assert!(change.new_item.is_none());
            prop_assert!(change.doses.iter().all(|dose| dose.rule.starts_with("ease")));
            prop_assert!(states.iter().any(|state| state.prescribed.role == Role::Training));
            prop_assert_eq!((&at_once.alerts, &at_once.rules), (&decision.alerts, &decision.rules));
            if !moves_on(&decision) {
                prop_assert_eq!(&at_once, &decision);
            } else {
                // What moves on eases nothing, so nothing that eases waits.
                let whole = after_week(&states, &plan, &week, &decision, &earlier, &[]);
                prop_assert!(whole.phase != PhaseStep::Down && whole.leaving.is_empty());
                prop_assert!(whole.doses.iter().all(|dose| dose.rule.starts_with("rise")));
                prop_assert!(next_index(decision.quota, index, 10) >= index);
            }
        }
    }
}
