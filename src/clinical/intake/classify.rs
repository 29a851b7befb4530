//! The classification of 3.6: four scores, then the rules C0 to C9 in order. Whole numbers only.

use super::answers::{Item, Movement};
use super::score::{CATEGORIES, home_points, percent_of};
use super::{Percent, limits_classify as limit};
use crate::clinical::codes::{Category, Confidence};

/// What the classification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Classification {
    pub category: Category,
    pub secondary: Option<Category>,
    pub confidence: Confidence,
    /// Id of the rule that decided, `C1` to `C9` or `C6h`.
    pub rule: &'static str,
    pub percent: Percent,
    /// Control signs, 0 to 6.
    pub markers: u8,
}

/// One category with its percentage, in the ranking.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    category: Category,
    percent: i64,
}

/// What a rule decides: rule id, category, secondary, confidence.
type Verdict = (&'static str, Category, Option<Category>, Confidence);

fn unclear(rule: &'static str, secondary: Option<Category>) -> Verdict {
    (rule, Category::Unclear, secondary, Confidence::None)
}

/// Classifies the movement answers.
pub(super) fn classify(movement: &Movement) -> Classification {
    let scores = CATEGORIES.map(|category| Ranked { category, percent: percent_of(movement, category) });
    let markers = markers(movement);
    let (rule, category, secondary, confidence) = verdict(movement, &scores, markers);
    Classification {
        category,
        secondary,
        confidence,
        rule,
        percent: Percent { flex: scores[0].percent, ext: scores[1].percent, load: scores[2].percent, inst: scores[3].percent },
        markers,
    }
}

/// Control signs that INST needs (3.6 "Markers").
fn markers(movement: &Movement) -> u8 {
    [
        movement.giveway >= limit::GIVEWAY_MARKER,
        movement.crack == 1,
        movement.brace == 1,
        movement.vary == 1,
        movement.item(Item::Trivial) >= 1,
        movement.item(Item::Change) >= 1,
    ]
    .into_iter()
    .map(u8::from)
    .sum()
}

/// C0 to C4, then the near ties.
fn verdict(movement: &Movement, scores: &[Ranked; 4], markers: u8) -> Verdict {
    let informative = movement.items.iter().filter(|value| **value != 0).count()
        + [movement.giveway, movement.crack, movement.brace, movement.vary].iter().filter(|value| **value != 0).count();
    if informative < limit::INFORMATIVE {
        return unclear("C1", None);
    }
    let straight = |sign: i64| movement.items.iter().all(|value| value.signum() == sign);
    if straight(1) || straight(-1) {
        return unclear("C2", None);
    }
    let inst_competes = scores[3].percent >= limit::INST_PERCENT && markers >= limit::INST_MARKERS;
    let (top, second) = ranking(scores, inst_competes);
    if top.percent < limit::CATEGORY_PERCENT {
        return unclear("C3", Some(top.category));
    }
    let margin = top.percent - second.percent;
    if margin >= limit::MARGIN || second.percent < limit::CATEGORY_PERCENT {
        let secondary = (second.percent >= limit::CATEGORY_PERCENT).then_some(second.category);
        return ("C4", top.category, secondary, confidence(top.percent, margin));
    }
    near_tie(movement, top.category, second.category, inst_competes, markers)
}

/// The two best competitors (C0). The stable sort keeps the fixed order of 3.6 for equal scores.
fn ranking(scores: &[Ranked; 4], inst_competes: bool) -> (Ranked, Ranked) {
    let mut ranked = *scores;
    if !inst_competes {
        // Below every real score, so that INST can be neither first nor second.
        ranked[3].percent = -1;
    }
    ranked.sort_by_key(|entry| std::cmp::Reverse(entry.percent));
    (ranked[0], ranked[1])
}

/// Confidence of C4.
fn confidence(percent: i64, margin: i64) -> Confidence {
    if percent >= limit::HIGH_PERCENT && margin >= limit::HIGH_MARGIN {
        Confidence::High
    } else if percent >= limit::MODERATE_PERCENT && margin >= limit::MARGIN {
        Confidence::Moderate
    } else {
        Confidence::Low
    }
}

/// C5 to C9: first against second with less than 15 points between them; confidence always low.
fn near_tie(movement: &Movement, first: Category, second: Category, inst_competes: bool, markers: u8) -> Verdict {
    let pick = |rule, category, secondary| (rule, category, Some(secondary), Confidence::Low);
    let sum = |a: Item, b: Item| movement.item(a) + movement.item(b);
    if inst_competes && sum(Item::SitSlump, Item::Bend) >= limit::BOTH_DIRECTIONS && sum(Item::Stand, Item::Arch) >= limit::BOTH_DIRECTIONS
    {
        // INST need not be in the pair; its companion is the best of the others.
        let other = if first == Category::Inst { second } else { first };
        return pick("C5", Category::Inst, other);
    }
    let home = home_points(movement, first) - home_points(movement, second);
    if home >= limit::HOME_TEST_LEAD {
        return pick("C6h", first, second);
    }
    if home <= -limit::HOME_TEST_LEAD {
        return pick("C6h", second, first);
    }
    if first == Category::Inst || second == Category::Inst {
        let other = if first == Category::Inst { second } else { first };
        let convincing =
            markers >= limit::INST_SURE_MARKERS || (markers == limit::INST_MARKERS && movement.giveway >= limit::GIVEWAY_MARKER);
        return if convincing { pick("C6", Category::Inst, other) } else { pick("C6", other, Category::Inst) };
    }
    match against_load(movement, first, second) {
        Some((rule, winner)) => {
            let other = if winner == first { second } else { first };
            pick(rule, winner, other)
        }
        None => unclear("C9", None),
    }
}

/// C7 (FLEX against LOAD) and C8 (EXT against LOAD); none = neither decides.
fn against_load(movement: &Movement, first: Category, second: Category) -> Option<(&'static str, Category)> {
    let is_pair = |a: Category, b: Category| [(a, b), (b, a)].contains(&(first, second));
    let value = |item: Item| movement.item(item);
    let lying_eases = value(Item::LieBent) <= -1;
    if is_pair(Category::Flex, Category::Load) {
        let (stand, walk) = (value(Item::Stand), value(Item::Walk));
        if stand <= 0 && walk <= 0 && (stand < 0 || walk < 0) {
            return Some(("C7", Category::Flex));
        }
        if stand >= 1 && lying_eases {
            return Some(("C7", Category::Load));
        }
    }
    if is_pair(Category::Ext, Category::Load) {
        if value(Item::SitSlump) <= -1 || value(Item::Bend) <= -1 {
            return Some(("C8", Category::Ext));
        }
        if value(Item::SitTall) >= 1 && lying_eases {
            return Some(("C8", Category::Load));
        }
    }
    None
}
