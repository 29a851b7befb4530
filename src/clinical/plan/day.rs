//! Which training items a day shows (13 no. 6).

use super::{Prescribed, Role};

/// Most training items on one day.
pub const MAX_TRAINING_A_DAY: usize = 4;

/// Indices into `items` of the training items of a training day: core items first, then the others, at most
/// [`MAX_TRAINING_A_DAY`]. `training_day_index` counts training days from the start of the plan (0, 1, 2 …),
/// `days_per_week` is how many there are in a week (1 to 7).
///
/// Up to four training items come every day. With more, every item comes at least twice in a week if there are
/// places enough (twice the items ≤ four times the days), and the places left over go to the core items.
/// Otherwise core items come twice as far as three places a day allow and the others share the rest, rotating
/// over the weeks so that none is forgotten; with three days and eight items, for instance, four core items
/// come twice and the other four once.
///
/// A movement that comes back every second day (5.5) has its place before the rest, on as many training days as
/// leave everything else its two, and on two at least; that it is left out on the day after it was done is the
/// caller's business, who knows the dates.
pub fn training_day(items: &[Prescribed], training_day_index: u32, days_per_week: u32) -> Vec<usize> {
    let training: Vec<usize> = (0..items.len()).filter(|at| items[*at].role == Role::Training).collect();
    let returning = training.iter().copied().find(|at| items[*at].dose.every_other_day);
    let (core, other): (Vec<usize>, Vec<usize>) = training.into_iter().filter(|at| Some(*at) != returning).partition(|at| items[*at].core);
    let rest = core.len() + other.len();
    if rest + usize::from(returning.is_some()) <= MAX_TRAINING_A_DAY {
        return returning.into_iter().chain(core).chain(other).collect();
    }
    let days = days_per_week.clamp(1, 7) as usize;
    let week = training_day_index as usize / days;
    let day = training_day_index as usize % days;
    let often = match returning {
        Some(_) => (MAX_TRAINING_A_DAY * days).saturating_sub(2 * rest).clamp(2.min(days), days),
        None => 0,
    };
    // Places before day `d` of the week, of each kind, spread evenly.
    let returning_before = |d: usize| (d * often).div_ceil(days);
    let core_places = core_places(core.len(), other.len(), days, MAX_TRAINING_A_DAY * days - often);
    let core_before = |d: usize| d * core_places / days;
    let other_before = |d: usize| (MAX_TRAINING_A_DAY * d - returning_before(d)).saturating_sub(core_before(d));
    let other_places = other_before(days);
    let mut shown: Vec<usize> = returning.filter(|_| returning_before(day + 1) > returning_before(day)).into_iter().collect();
    shown.extend(rotate(&core, week * core_places + core_before(day), core_before(day + 1) - core_before(day)));
    shown.extend(rotate(&other, week * other_places + other_before(day), other_before(day + 1).saturating_sub(other_before(day))));
    shown
}

/// How many of the week's places the core items get, never more than each of them daily.
fn core_places(core: usize, other: usize, days: usize, places: usize) -> usize {
    let enough = 2 * (core + other) <= places;
    let wish = match (enough, other) {
        (_, 0) => places,
        (true, _) => places - 2 * other,
        // One place a day stays with the others, so that many core items cannot push them out for ever.
        (false, _) => (2 * core).min(places - days),
    };
    wish.min(core * days)
}

/// `count` different neighbours of the ring, from position `from` on, in list order.
fn rotate(ring: &[usize], from: usize, count: usize) -> Vec<usize> {
    let count = count.min(ring.len());
    let mut picked: Vec<usize> = (0..count).map(|k| ring[(from + k) % ring.len()]).collect();
    picked.sort_unstable();
    picked
}
