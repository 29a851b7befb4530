//! Keeping what was gained (P-08): two exercise sessions and five walks of half an hour a week, a check every
//! four weeks, and a way back in.

/// Minutes of each walk.
pub const WALK_MINUTES: f64 = 30.0;
/// Walks a week.
pub const WALK_DAYS: i32 = 5;
/// Days between two safety checks.
pub const MAINTENANCE_CHECK_DAYS: i64 = 28;

/// The two of the chosen exercise days (0 = Monday) that lie furthest apart round the week, earliest first.
pub fn maintenance_days(days: &[u8]) -> Vec<u8> {
    let apart = |a: u8, b: u8| {
        let gap = b.abs_diff(a) % 7;
        gap.min(7 - gap)
    };
    let mut best: Vec<u8> = days.iter().copied().take(2).collect();
    let mut widest = 0;
    for first in days {
        for second in days {
            if apart(*first, *second) > widest {
                widest = apart(*first, *second);
                best = vec![*first.min(second), *first.max(second)];
            }
        }
    }
    best
}
