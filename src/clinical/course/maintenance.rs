//! Keeping what was gained (P-08): two exercise sessions and five walks of half an hour a week, a check every
//! four weeks, and a way back in.

/// Minutes of each walk.
pub const WALK_MINUTES: f64 = 30.0;
/// Walks a week.
pub const WALK_DAYS: i32 = 5;
/// Days between two safety checks.
pub const MAINTENANCE_CHECK_DAYS: i64 = 28;

/// Days after turning to keeping, or after the end, on which a short check-in is asked.
pub const CHECK_IN_DAYS: [i64; 3] = [30, 90, 180];
/// Days for which the last of them waits; an earlier one waits until the next.
const CHECK_IN_WAITS_DAYS: i64 = 30;

/// The check-in that waits so many days afterwards, when it was not answered. Never two at once, never twice.
pub fn check_in_due(days: i64, answered: &[i64]) -> Option<i64> {
    let latest = CHECK_IN_DAYS.into_iter().rev().find(|after| days >= *after)?;
    let last = CHECK_IN_DAYS.last().is_some_and(|last| days >= last + CHECK_IN_WAITS_DAYS);
    (!last && !answered.contains(&latest)).then_some(latest)
}

/// The two of the chosen exercise days (0 = Monday) that lie furthest apart round the week, earliest first.
pub fn maintenance_days(days: &[u8]) -> Vec<u8> {
    spread(days, 2)
}

/// So many of the chosen days (0 = Monday), those whose nearest neighbours lie furthest apart round the week; the
/// earliest of several such choices.
pub(super) fn spread(days: &[u8], count: usize) -> Vec<u8> {
    let mut days = days.to_vec();
    days.sort_unstable();
    days.dedup();
    if days.len() <= count || days.len() > 7 {
        return days;
    }
    let narrowest = |chosen: &[u8]| {
        let next = chosen.iter().skip(1).copied().chain(chosen.first().map(|first| first + 7));
        chosen.iter().zip(next).map(|(day, next)| next - day).min().unwrap_or(7)
    };
    let choices = (0_u32..1 << days.len()).filter(|mask| mask.count_ones() as usize == count);
    let chosen =
        choices.map(|mask| (0..).zip(&days).filter(|(place, _)| mask & (1 << place) != 0).map(|(_, day)| *day).collect::<Vec<u8>>());
    let mut best: Vec<Vec<u8>> = chosen.collect();
    best.sort_by_key(|choice| (std::cmp::Reverse(narrowest(choice)), choice.clone()));
    best.into_iter().next().unwrap_or(days)
}
