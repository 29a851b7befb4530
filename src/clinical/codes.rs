//! The closed vocabularies of the clinical contract, each with the code used in stored records,
//! in the audit command line and in the specification (section 12). Codes never change; words that
//! people read live with the pages and in the data files.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares an enum whose variants have a stable text code, used alike by serde, the database and
/// `FromStr`. One macro so that the three can never disagree.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable code of this value.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.code()) }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownCode;
            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                match text { $($code => Ok($name::$variant),)+ _ => Err(UnknownCode) }
            }
        }
    };
}

/// A text that is not a code of the vocabulary asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown code")]
pub struct UnknownCode;

coded! {
    /// What must happen next, least to most urgent; `Ord` is clinical urgency (specification 0.2).
    Disposition {
        Continue = "CONTINUE",
        PhysioReview = "PHYSIO_REVIEW",
        RoutineGp = "ROUTINE_GP",
        Urgent2Weeks = "URGENT_2_WEEKS",
        SameDay = "SAME_DAY",
        EmergencyNow = "EMERGENCY_NOW",
    }
}
coded! {
    /// Movement-intolerance category: a starting bias, never a diagnosis (specification 0.1, 0.5).
    /// Declaration order is the order that breaks ranking ties (3.6).
    Category { Flex = "FLEX", Ext = "EXT", Load = "LOAD", Inst = "INST", Unclear = "UNCLEAR" }
}
coded! {
    /// How sure the classification is (3.6); shown as clear, likely, tentative.
    Confidence { High = "high", Moderate = "moderate", Low = "low", None = "none" }
}
coded! {
    /// How hard to start (3.7).
    Stage { Settle = "SETTLE", Control = "CONTROL", Build = "BUILD" }
}
coded! {
    /// Colour of an exercise session (5.2).
    Colour { Green = "GREEN", Amber = "AMBER", Red = "RED" }
}
coded! {
    /// Outcome of a weekly review (0.8, 5.3).
    Outcome {
        PauseAlert = "PAUSE_ALERT",
        Flare = "FLARE",
        StepBack = "STEP_BACK",
        Hold = "HOLD",
        Progress = "PROGRESS",
        Maintain = "MAINTAIN",
    }
}
coded! {
    /// What the time-contingent quota track does next week (5.3).
    QuotaStep { Up = "up", Same = "same", Down = "down", Flare = "flare", Frozen = "frozen" }
}
coded! {
    /// What the pain-monitored exercise track does next week (5.3).
    ExerciseStep { Rise = "rise", Hold = "hold", Ease = "ease", Flare = "flare", Frozen = "frozen" }
}
coded! {
    /// Unit of a quota and with it the rounding step (12.2).
    Unit { Min = "min", Rep = "rep", Kg = "kg", Step = "step", Metre = "metre" }
}
coded! {
    /// How much of a planned day's quota was done (4.2 no. 6).
    DayClass { Missed = "missed", Short = "short", Met = "met", Over = "over" }
}
coded! {
    /// Who an alert is for (12.5).
    AlertTo { Triage = "triage", Physio = "physio", Gp = "gp" }
}
coded! {
    /// Restrictions and equipment an exercise carries (section 10).
    Flag {
        Floor = "floor", Preg = "preg", Bone = "bone", Radic = "radic", RadicCheck = "radic_check",
        Bike = "bike", Pool = "pool", Gym = "gym", Weight = "weight", Band = "band", Ball = "ball",
        Chair = "chair", Step = "step",
    }
}
coded! {
    /// Quota activities a person can choose (4.2 no. 1). Stands are sit-to-stands in repetitions.
    Activity { Walk = "walk", Sit = "sit", Stand = "stand", Lift = "lift", Rise = "rise" }
}
