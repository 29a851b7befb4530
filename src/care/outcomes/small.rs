//! Small groups are not shown: from a handful of people one could tell who is meant. Pure.
//!
//! A count of 1 to 4 reads "fewer than 5". Where a total stands beside its parts, the hidden part could be had by
//! subtraction; so with it the next smallest is hidden, until the hidden parts of a line are at least two and come to
//! at least 5. That holds across and down: in a quarter over its parts, and in a part over the quarters.

/// Least size of a group that is shown.
pub const LEAST: u32 = 5;

/// A count as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// As it is.
    Shown(u32),
    /// Fewer than [`LEAST`].
    Few,
    /// Hidden because of another one.
    Withheld,
}

impl Cell {
    /// The count, when it may be shown.
    pub const fn shown(self) -> Option<u32> {
        match self {
            Self::Shown(n) => Some(n),
            Self::Few | Self::Withheld => None,
        }
    }
}

const fn is_small(n: u32) -> bool {
    0 < n && n < LEAST
}

/// Whether somebody who knows the sum of a line can tell what is hidden in it.
fn tells(values: &[u32], hidden: &[bool]) -> bool {
    let held: Vec<u32> = values.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| *n).collect();
    !held.is_empty() && (held.len() == 1 || held.iter().sum::<u32>() < LEAST)
}

/// The smallest of a line that is shown; nothing at all comes last.
fn smallest(values: &[u32], hidden: &[bool]) -> Option<usize> {
    (0..values.len()).filter(|at| !hidden[*at]).min_by_key(|at| (values[*at] == 0, values[*at], *at))
}

/// Hides more of a line until its sum tells nothing; `false` when that cannot be done.
fn close(values: &[u32], hidden: &mut [bool]) -> bool {
    while tells(values, hidden) {
        let Some(next) = smallest(values, hidden) else { return false };
        hidden[next] = true;
    }
    true
}

/// A line as it is shown. "Fewer than 5" is said only where it says no more than that.
fn cells(values: &[u32], hidden: &[bool]) -> Vec<Cell> {
    let held = || values.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| *n);
    let large = u32::try_from(held().filter(|n| *n >= LEAST).count()).unwrap_or(u32::MAX);
    let narrow = large > 0 && held().sum::<u32>() < LEAST.saturating_mul(large) + LEAST - 1;
    let cell = |(n, hidden): (&u32, &bool)| match (*hidden, *n >= LEAST || narrow) {
        (false, _) => Cell::Shown(*n),
        (true, true) => Cell::Withheld,
        (true, false) => Cell::Few,
    };
    values.iter().zip(hidden).map(cell).collect()
}

/// The sizes of groups, and after them all together.
pub fn groups(sizes: &[u32]) -> Vec<Cell> {
    let sum: u32 = sizes.iter().sum();
    let mut hidden: Vec<bool> = sizes.iter().map(|n| is_small(*n)).collect();
    let sum_hidden = is_small(sum) || !close(sizes, &mut hidden);
    let mut all = cells(sizes, &hidden);
    all.push(match (sum_hidden, is_small(sum)) {
        (false, _) => Cell::Shown(sum),
        (true, true) => Cell::Few,
        (true, false) => Cell::Withheld,
    });
    all
}

/// The parts of each group, and after them the parts of all together. `sizes` is what [`groups`] says of the same
/// groups: a group that is not shown shows no part.
pub fn parts(counts: &[Vec<u32>], sizes: &[Cell]) -> Vec<Vec<Cell>> {
    let width = counts.first().map_or(0, Vec::len);
    let sum = |part: usize| counts.iter().map(|row| row[part]).sum();
    let mut values: Vec<Vec<u32>> = counts.to_vec();
    values.push((0..width).map(sum).collect());
    let is_open = |row: usize| sizes.get(row).is_some_and(|size| size.shown().is_some());
    let mut hidden: Vec<Vec<bool>> =
        values.iter().enumerate().map(|(row, line)| line.iter().map(|n| !is_open(row) || is_small(*n)).collect()).collect();
    let last = counts.len();
    loop {
        let before = hidden.clone();
        for row in (0..=last).filter(|row| is_open(*row)) {
            close(&values[row], &mut hidden[row]);
        }
        for part in 0..width {
            let down: Vec<u32> = (0..last).map(|row| values[row][part]).collect();
            let mut held: Vec<bool> = (0..last).map(|row| hidden[row][part]).collect();
            if hidden[last][part] {
                // Hidden below, it must not come out as the sum of what stands above.
                if !held.contains(&true)
                    && let Some(next) = smallest(&down, &held)
                {
                    held[next] = true;
                }
            } else {
                hidden[last][part] = !close(&down, &mut held);
            }
            for (row, held) in held.into_iter().enumerate() {
                hidden[row][part] = held;
            }
        }
        if hidden == before {
            break;
        }
    }
    values.iter().zip(&hidden).map(|(line, hidden)| cells(line, hidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::Cell::{Few, Shown, Withheld};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_small_group_is_hidden_and_with_it_the_next_smallest() {
        assert_eq!(groups(&[20, 3, 8]), [Shown(20), Few, Withheld, Shown(31)]);
        assert_eq!(groups(&[20, 8]), [Shown(20), Shown(8), Shown(28)]);
        assert_eq!(groups(&[3]), [Few, Few]);
        assert_eq!(groups(&[2, 4]), [Few, Few, Shown(6)]);
        assert_eq!(groups(&[1, 1, 30]), [Few, Few, Withheld, Shown(32)], "two of two are as good as named");
        assert_eq!(groups(&[0, 9]), [Shown(0), Shown(9), Shown(9)], "nobody is no small group");
        assert!(groups(&[]) == [Shown(0)]);
    }

    #[test]
    fn few_says_no_more_than_fewer_than_five() {
        // 1 and 5 of 6: "fewer than 5" beside "5 or more" would be exact.
        assert_eq!(groups(&[1, 5]), [Withheld, Withheld, Shown(6)]);
    }

    #[test]
    fn the_parts_of_a_group_do_not_give_each_other_away() {
        let sizes = groups(&[20, 20]);
        assert_eq!(
            parts(&[vec![12, 8], vec![10, 10]], &sizes),
            [vec![Shown(12), Shown(8)], vec![Shown(10), Shown(10)], vec![Shown(22), Shown(18)]]
        );
        // 18 of 20: the two who are missing could be had by subtraction, and by the other quarter too.
        let shown = parts(&[vec![18, 2, 0], vec![10, 10, 0]], &sizes);
        assert_eq!(shown[0], [Withheld, Few, Shown(0)]);
        assert_eq!(shown[1], [Withheld, Withheld, Shown(0)]);
        assert_eq!(shown[2], [Shown(28), Shown(12), Shown(0)]);
    }

    #[test]
    fn a_group_that_is_not_shown_shows_no_part() {
        let sizes = groups(&[3, 20, 30]);
        let shown = parts(&[vec![3, 0], vec![10, 10], vec![15, 15]], &sizes);
        assert_eq!(shown[0], [Few, Few]);
        assert_eq!(shown[1], [Withheld, Withheld]);
        assert_eq!(shown[2], [Shown(15), Shown(15)]);
        assert_eq!(shown[3], [Shown(28), Shown(25)]);
    }

    /// Whether one unknown stands alone in a line whose sum is known.
    fn alone(line: &[Cell], sum: Cell) -> bool {
        sum.shown().is_some() && line.iter().filter(|cell| cell.shown().is_none()).count() == 1
    }

    proptest! {
        #[test]
        fn no_small_count_is_shown_or_had_by_subtraction(counts in prop::collection::vec(prop::collection::vec(0_u32..30, 3), 1..7)) {
            let sizes = groups(&counts.iter().map(|row| row.iter().sum()).collect::<Vec<u32>>());
            let shown = parts(&counts, &sizes);
            let (quarters, all) = shown.split_at(counts.len());
            prop_assert!(!alone(&sizes[..counts.len()], sizes[counts.len()]));
            for (line, size) in shown.iter().zip(&sizes) {
                prop_assert!(!alone(line, *size), "{:?}", line);
            }
            for part in 0..3 {
                let down: Vec<Cell> = quarters.iter().map(|line| line[part]).collect();
                prop_assert!(!alone(&down, all[0][part]), "{:?}", down);
                let held = down.iter().any(|cell| cell.shown().is_none());
                prop_assert!(held || all[0][part].shown().is_some() , "{:?} {:?}", down, all);
            }
            for cell in shown.iter().flatten().chain(&sizes) {
                prop_assert!(cell.shown().is_none_or(|n| n == 0 || n >= LEAST));
            }
        }
    }
}
