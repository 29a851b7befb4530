//! Cut-offs of the classification (3.6) [D]: decisions of this project, not validated.

/// C0: INST competes from this percentage on.
pub const INST_PERCENT: i64 = 40;
/// C0: and with this many markers.
pub const INST_MARKERS: u8 = 3;
/// C6: this many markers decide for INST.
pub const INST_SURE_MARKERS: u8 = 4;
/// Giving way at least weekly is a marker, and decides C6 with three markers.
pub const GIVEWAY_MARKER: i64 = 2;
/// C1: fewer informative answers give UNCLEAR.
pub const INFORMATIVE: usize = 3;
/// C3, C4: a category needs this percentage to be named.
pub const CATEGORY_PERCENT: i64 = 30;
/// C4: distance to the second that decides; also needed for moderate confidence.
pub const MARGIN: i64 = 15;
/// C4: high confidence.
pub const HIGH_PERCENT: i64 = 50;
/// C4: high confidence.
pub const HIGH_MARGIN: i64 = 25;
/// C4: moderate confidence.
pub const MODERATE_PERCENT: i64 = 40;
/// C5: slump + bend, and stand + arch, at least this.
pub const BOTH_DIRECTIONS: i64 = 2;
/// C6h: lead in home-test points.
pub const HOME_TEST_LEAD: i64 = 4;
