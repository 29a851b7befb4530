//! How long a sign-in lasts. Two limits each: without use (idle) and altogether (absolute). Staff see many people's
//! health data on devices that others pass by, so theirs are short; patients see their own, mostly on their own
//! telephone, and a way of training that asks for a password each morning is not followed.

use chrono::Duration;

/// The limits of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a request for so long it ends.
    pub idle: Duration,
    /// However much it is used, it ends then.
    pub absolute: Duration,
}

/// Nobody signed in: a visitor's suitability check, a form that came too late, or somebody who typed a password and owes
/// the second factor. Use does not make it longer: answers about health are not kept for more than a day (specification
/// 13 no. 1).
pub const VISITOR: Limits = Limits { idle: Duration::hours(24), absolute: Duration::hours(24) };
/// A patient.
pub const PATIENT: Limits = Limits { idle: Duration::days(14), absolute: Duration::days(30) };
/// Whoever treats patients or runs the clinic's accounts, also when they are a patient too.
pub const STAFF: Limits = Limits { idle: Duration::minutes(30), absolute: Duration::hours(12) };

/// How long a password, a passkey or a code that was given stays good for what asks for it anew
/// (`web::routes::proven`).
pub const PROOF: Duration = Duration::minutes(10);
/// How long before its end a session's person is warned and may extend it.
pub const WARNING: Duration = Duration::minutes(2);
/// How long before its absolute end, which nothing extends, a page says so.
pub const LAST_CALL: Duration = Duration::minutes(15);

impl Limits {
    /// The limits of somebody signed in.
    pub fn of(is_staff: bool) -> Self {
        if is_staff { STAFF } else { PATIENT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_have_less_time_than_patients_and_everybody_is_warned_before_the_end() {
        assert_eq!(Limits::of(true), STAFF);
        assert_eq!(Limits::of(false), PATIENT);
        assert!(STAFF.idle < PATIENT.idle && STAFF.absolute < PATIENT.absolute);
        for limits in [VISITOR, PATIENT, STAFF] {
            assert!(limits.idle <= limits.absolute);
            assert!(WARNING < limits.idle && PROOF < limits.idle && LAST_CALL < limits.absolute);
        }
    }
}
