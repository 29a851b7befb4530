//! What a clinic may set of the rules' numbers, and how far (13 no. 11). Danger-sign rules take nothing from
//! here. The values travel in the stored decision: in the facts of a week, in the input of a schedule.

use super::intake::AnswerError;
use serde::{Deserialize, Serialize};

/// Points by which pain limits may move, either way.
const PAIN_SHIFT: i8 = 1;
/// Adherence limits, per cent.
const ADHERENCE_RANGE: std::ops::RangeInclusive<u8> = 40..=80;
/// Adherence limit unless a clinic says otherwise (P-06E, P-06Q, P-06), per cent.
const ADHERENCE_PERCENT: u8 = 60;
/// Largest weekly steps of a quota, per cent of the baseline mean.
const STEP_RANGE: std::ops::RangeInclusive<u8> = 5..=20;
/// Largest weekly step unless a clinic says otherwise (4.2 no. 4), per cent of the baseline mean.
const STEP_PERCENT: u8 = 20;
/// People whom the list of a day shows before the rest, unless a clinic says otherwise.
const ALERTS_A_DAY: u8 = 20;
/// How many it may be.
const ALERTS_RANGE: std::ops::RangeInclusive<u8> = 1..=200;

/// The numbers of a clinic; [`Thresholds::USUAL`] are the specification's own. Out of range there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Given", into = "Given")]
pub struct Thresholds {
    session_pain: i8,
    week_pain: i8,
    adherence: u8,
    quota_step: u8,
}

/// As stored; what is missing is as the specification says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    session_pain: i8,
    week_pain: i8,
    adherence: u8,
    quota_step: u8,
}

impl Default for Given {
    fn default() -> Self {
        Thresholds::default().into()
    }
}

impl From<Thresholds> for Given {
    fn from(t: Thresholds) -> Self {
        let Thresholds { session_pain, week_pain, adherence, quota_step } = t;
        Self { session_pain, week_pain, adherence, quota_step }
    }
}

impl TryFrom<Given> for Thresholds {
    type Error = String;

    fn try_from(given: Given) -> Result<Self, String> {
        let read = Self::new(given.session_pain.into(), given.week_pain.into(), given.adherence.into(), given.quota_step.into());
        read.map_err(|errors| errors.into_iter().map(|e| format!("{}: {}", e.field, e.message)).collect::<Vec<_>>().join(" "))
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Thresholds {
    /// The specification's own numbers.
    pub const USUAL: Self = Self { session_pain: 0, week_pain: 0, adherence: ADHERENCE_PERCENT, quota_step: STEP_PERCENT };

    /// Points added to the pain limits of a session's colour and of a week (−1 more careful, 1 more room), the
    /// share in per cent below which adherence is low (40 to 80), and the largest weekly step of a quota in per
    /// cent of the baseline mean (5 to 20).
    ///
    /// # Errors
    /// Names each value that is out of range, all at once: `session_pain`, `week_pain`, `adherence`, `quota_step`.
    pub fn new(session_pain: i64, week_pain: i64, adherence: i64, quota_step: i64) -> Result<Self, Vec<AnswerError>> {
        let pain = |value: i64| i8::try_from(value).ok().filter(|n| (-PAIN_SHIFT..=PAIN_SHIFT).contains(n));
        let percent = |value: i64, range: &std::ops::RangeInclusive<u8>| u8::try_from(value).ok().filter(|n| range.contains(n));
        let read = (pain(session_pain), pain(week_pain), percent(adherence, &ADHERENCE_RANGE), percent(quota_step, &STEP_RANGE));
        if let (Some(session_pain), Some(week_pain), Some(adherence), Some(quota_step)) = read {
            return Ok(Self { session_pain, week_pain, adherence, quota_step });
        }
        let points = || "Choose one point more careful, as specified, or one point more room.".to_owned();
        let refused = [
            (read.0.is_none(), "session_pain", points()),
            (read.1.is_none(), "week_pain", points()),
            (read.2.is_none(), "adherence", within(&ADHERENCE_RANGE)),
            (read.3.is_none(), "quota_step", within(&STEP_RANGE)),
        ];
        Err(refused.into_iter().filter(|(bad, ..)| *bad).map(|(_, field, message)| AnswerError::range(field, message)).collect())
    }

    /// Nothing was changed.
    pub fn is_usual(&self) -> bool {
        *self == Self::USUAL
    }

    /// Points added to the limits of a session's colour (5.2), −1 to 1.
    pub const fn session_pain(&self) -> i8 {
        self.session_pain
    }

    /// Points added to the pain limits of P-03, P-05 and of the phases (5.3, 5.5), −1 to 1.
    pub const fn week_pain(&self) -> i8 {
        self.week_pain
    }

    /// Adherence below this is low, per cent, 40 to 80 (P-06).
    pub const fn adherence(&self) -> u8 {
        self.adherence
    }

    /// Largest weekly step of a quota, per cent of the baseline mean, 5 to 20 (4.2 no. 4).
    pub const fn quota_step(&self) -> u8 {
        self.quota_step
    }

    /// Low adherence: less than the agreed share; nothing planned counts as done (12.3).
    pub fn low(&self, done: u32, planned: u32) -> bool {
        100 * u64::from(done) < u64::from(self.adherence) * u64::from(planned)
    }
}

/// What a clinic may set: the rules' thresholds, and how many people its list shows first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicNumbers {
    /// What the rules take.
    pub thresholds: Thresholds,
    /// How many people who need somebody the list of a day shows before the rest, 1 to 200. Those with a danger
    /// sign always come first and are always shown; what is over it is ranked, not dropped.
    pub alerts_a_day: u8,
}

impl Default for ClinicNumbers {
    fn default() -> Self {
        Self { thresholds: Thresholds::USUAL, alerts_a_day: ALERTS_A_DAY }
    }
}

impl ClinicNumbers {
    /// As [`Thresholds::new`], with the alert budget.
    ///
    /// # Errors
    /// Names each value that is out of range; `alerts_a_day` is the budget's name.
    pub fn new(session_pain: i64, week_pain: i64, adherence: i64, quota_step: i64, alerts_a_day: i64) -> Result<Self, Vec<AnswerError>> {
        let thresholds = Thresholds::new(session_pain, week_pain, adherence, quota_step);
        let alerts = u8::try_from(alerts_a_day).ok().filter(|n| ALERTS_RANGE.contains(n));
        match (thresholds, alerts) {
            (Ok(thresholds), Some(alerts_a_day)) => Ok(Self { thresholds, alerts_a_day }),
            (read, alerts) => {
                let mut errors = read.err().unwrap_or_default();
                if alerts.is_none() {
                    errors.push(AnswerError::range("alerts_a_day", within(&ALERTS_RANGE)));
                }
                Err(errors)
            }
        }
    }
}

impl Thresholds {
    /// What is set, a line each.
    pub fn in_words(&self) -> Vec<String> {
        let pain = |shift: i8| match shift {
            0 => "as the specification says",
            i8::MIN..=-1 => "one point more careful",
            1.. => "one point more room",
        };
        vec![
            format!("Pain in a session and the morning after: {}.", pain(self.session_pain)),
            format!("Pain over a week: {}.", pain(self.week_pain)),
            format!("A week holds below {} % of the sessions or of the daily amounts.", self.adherence),
            format!("Daily amounts rise by at most {} % of the first measurement a week.", self.quota_step),
        ]
    }
}

impl ClinicNumbers {
    /// What is set, a line each.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = self.thresholds.in_words();
        lines.push(format!("The list of a day shows {} people before the rest; danger signs are always shown.", self.alerts_a_day));
        lines
    }
}

/// Adherence limits that a clinic may set, per cent.
pub const fn adherence_range() -> std::ops::RangeInclusive<u8> {
    ADHERENCE_RANGE
}

/// Largest weekly steps that a clinic may set, per cent of the baseline mean.
pub const fn step_range() -> std::ops::RangeInclusive<u8> {
    STEP_RANGE
}

/// How many people the list of a day may show before the rest.
pub const fn alerts_range() -> std::ops::RangeInclusive<u8> {
    ALERTS_RANGE
}

fn within(range: &std::ops::RangeInclusive<u8>) -> String {
    format!("Enter a whole number from {} to {}.", range.start(), range.end())
}

/// Whether a largest weekly step may be set (per cent of the baseline mean).
pub(super) fn step_in_range(percent: u8) -> bool {
    STEP_RANGE.contains(&percent)
}

/// The specification's largest weekly step, per cent of the baseline mean.
pub(super) const fn usual_step() -> u8 {
    STEP_PERCENT
}

/// Whether it is that (such a step is not written into a stored input).
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
pub(super) const fn is_usual_step(percent: &u8) -> bool {
    *percent == STEP_PERCENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_ranges_of_the_specification_becomes_a_value() {
        let refused = |a, b, c, d| Thresholds::new(a, b, c, d).err().map(|e| e.into_iter().map(|e| e.field).collect::<Vec<_>>());
        assert_eq!(refused(-1, 1, 40, 5), None);
        assert_eq!(refused(1, -1, 80, 20), None);
        assert_eq!(refused(2, 0, 60, 20).unwrap(), ["session_pain"]);
        assert_eq!(refused(0, -2, 60, 20).unwrap(), ["week_pain"]);
        assert_eq!(refused(0, 0, 39, 20).unwrap(), ["adherence"]);
        assert_eq!(refused(0, 0, 81, 21).unwrap(), ["adherence", "quota_step"]);
        assert_eq!(refused(300, 256, 316, 4).unwrap(), ["session_pain", "week_pain", "adherence", "quota_step"], "no wrapping round");
    }

    #[test]
    fn a_refusal_says_what_may_be_entered() {
        let messages: Vec<String> = ClinicNumbers::new(2, 0, 30, 21, 0).unwrap_err().into_iter().map(|e| e.message).collect();
        let expected = [
            "Choose one point more careful, as specified, or one point more room.",
            "Enter a whole number from 40 to 80.",
            "Enter a whole number from 5 to 20.",
            "Enter a whole number from 1 to 200.",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn what_is_set_is_said_in_words() {
        let set = ClinicNumbers::new(-1, 1, 50, 10, 12).unwrap();
        let expected = [
            "Pain in a session and the morning after: one point more careful.",
            "Pain over a week: one point more room.",
            "A week holds below 50 % of the sessions or of the daily amounts.",
            "Daily amounts rise by at most 10 % of the first measurement a week.",
            "The list of a day shows 12 people before the rest; danger signs are always shown.",
        ];
        assert_eq!(set.in_words(), expected);
        assert!(ClinicNumbers::default().in_words()[0].ends_with("as the specification says."));
    }

    #[test]
    fn a_stored_value_is_read_back_and_one_out_of_range_is_not() {
        let set = Thresholds::new(-1, 1, 50, 10).unwrap();
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<Thresholds>(&text).unwrap(), set);
        assert_eq!(serde_json::from_str::<Thresholds>("{}").unwrap(), Thresholds::default());
        assert!(serde_json::from_str::<Thresholds>(r#"{"adherence": 30}"#).is_err());
        assert!(serde_json::from_str::<Thresholds>(r#"{"red_flags": 1}"#).is_err());
    }

    #[test]
    fn low_adherence_is_below_the_share_and_never_when_nothing_was_planned() {
        let half = Thresholds::new(0, 0, 50, 20).unwrap();
        assert!(!half.low(2, 4) && half.low(1, 4) && !half.low(0, 0));
        assert!(Thresholds::USUAL.low(2, 4) && !Thresholds::USUAL.low(3, 5));
    }
}
