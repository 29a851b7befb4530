//! The cast: who is who, what they answer, and how their weeks go. Only data; `history` lives it.

use crate::clinical::codes::Activity;
use crate::clinical::codes::Flag::{self, Band, Chair, Step, Weight};

/// An answer that differs from the neutral one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    /// A code.
    Word(&'static str),
    /// A number.
    Number(i64),
}
use Answer::{Number as N, Word as W};

/// How far somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// Some pages of the intake.
    Begun,
    /// The whole intake, and no further: held.
    Submitted,
    /// Some baseline trials.
    Measuring,
    /// A plan.
    Plan,
}

/// Something particular that happens on a day of the plan (from 0).
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// Presses "I am having a flare".
    Flare,
    /// Says yes to a danger-sign question of the weekly check, and answers what lies behind it.
    DangerSign(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// Says yes to the leg question of the weekly check.
    LegSymptoms,
    /// The physiotherapist records clearance.
    Cleared(&'static str),
    /// The physiotherapist sets the first core exercise to its easier form.
    Easier(&'static str),
    /// The physiotherapist swaps the last training exercise for the first one offered.
    Swapped(&'static str),
    /// The physiotherapist begins to look at each next step first.
    Proposing(&'static str),
    /// The physiotherapist keeps the plan as a template with a second phase, and lets it follow the first.
    Template(&'static str),
    /// Does far more than planned.
    TooMuch,
    /// A session that hurts more than usual, by so many points.
    Sore(u8),
}

/// A journal entry with words: day of the plan, time, tags, text, shared with the physiotherapist.
pub(super) type Note = (i64, (u32, u32), &'static [&'static str], &'static str, bool);

/// One patient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub story: &'static str,
    /// Which physiotherapist invited them; nobody: the clinic's inbox.
    pub physio: Option<usize>,
    pub reached: Reached,
    /// Day on which the plan begins (or would), counted from today.
    pub starts: i64,
    pub answers: &'static [(&'static str, Answer)],
    /// RMDQ statements ticked at the intake, and when it is asked again.
    pub rmdq: (&'static [u8], &'static [u8]),
    /// The two worry and the two mood items.
    pub mood: [i64; 4],
    /// PSFS activities with their first scores, and how many points they gain a week.
    pub activities: &'static [(&'static str, u8)],
    pub gain: f64,
    pub quota: Activity,
    pub goal: f64,
    pub goal_weeks: u64,
    pub trials: &'static [f64],
    pub equipment: &'static [Flag],
    /// Training days, 0 = Monday.
    pub days: &'static [u8],
    pub cue: &'static str,
    /// Usual pain at the start of each week of the plan.
    pub pain: &'static [f64],
    /// How often a planned session is done, and a day written down: 0 to 1.
    pub does: f64,
    pub writes: f64,
    /// Usual effort of a session.
    pub effort: u8,
    /// What makes a day worse, and what makes one better.
    pub tags: (&'static str, &'static str),
    /// Nothing is recorded from this day of the plan on.
    pub quiet_from: i64,
    pub events: &'static [(i64, Event)],
    pub notes: &'static [Note],
}

/// A steady person with a walking goal, from whom the others differ.
const STEADY: Person = Person {
    name: "",
    email: "",
    story: "",
    physio: Some(0),
    reached: Reached::Plan,
    starts: 0,
    answers: &[],
    rmdq: (&[2, 3, 5, 6, 10, 13, 17, 21, 22], &[2, 3, 13, 21]),
    mood: [1, 0, 0, 0],
    activities: &[("Sitting through a meeting", 4), ("Putting on socks", 5), ("Playing with my children", 3)],
    gain: 0.5,
    quota: Activity::Walk,
    goal: 30.0,
    goal_weeks: 12,
    trials: &[12.0, 11.0, 13.0],
    equipment: &[Chair],
    days: &[0, 2, 4, 5],
    cue: "",
    pain: &[4.0],
    does: 0.9,
    writes: 0.9,
    effort: 4,
    tags: ("busy_day", "good_walk"),
    quiet_from: i64::MAX,
    events: &[],
    notes: &[],
};

/// Movements that ease in standing and walking and hurt in sitting and bending.
const FLEX: &[(&str, Answer)] = &[
    ("p_sit_slump", N(2)),
    ("p_sit_tall", N(1)),
    ("p_bend", N(2)),
    ("p_stand", N(-1)),
    ("p_walk", N(-2)),
    ("tod", W("am_worse")),
    ("trig", W("sit_lift")),
    ("nprs_avg", N(5)),
];

const HANNAH: Person = Person {
    name: "Hannah Reyes",
    email: "hannah@demo.example",
    story: "week 6, sitting and bending hurt (FLEX), getting on well",
    starts: -37,
    answers: FLEX,
    mood: [1, 1, 0, 1],
    goal: 32.0,
    cue: "When I have put the coffee on, I do my exercises in the kitchen.",
    pain: &[5.0, 4.6, 4.1, 3.6, 3.2, 2.8, 2.5],
    tags: ("long_sitting", "good_walk"),
    does: 0.97,
    writes: 0.97,
    events: &[(9, Event::TooMuch), (29, Event::Proposing("The next steps are bigger ones: we look at each of them together first."))],
    notes: &[
        (2, (20, 40), &["long_sitting"], "Two calls in a row without getting up. The walk after work loosened it.", true),
        (9, (21, 5), &["new_activity"], "Sunny, so I walked all the way round the lake. More than planned, I know.", true),
        (17, (20, 10), &["poor_sleep"], "Little one was ill, hardly slept.", false),
        (23, (19, 30), &["good_walk"], "Socks on without sitting down. First time since spring!", true),
        (33, (20, 20), &["good_company"], "Sat through the whole school concert.", false),
    ],
    ..STEADY
};

const MARTIN: Person = Person {
    name: "Martin Doyle",
    email: "martin@demo.example",
    story: "week 5, standing and arching hurt (EXT), a flare since two days ago",
    starts: -31,
    answers: &[
        ("age", N(58)),
        ("sex", W("m")),
        ("p_sit_slump", N(-1)),
        ("p_bend", N(-1)),
        ("p_stand", N(2)),
        ("p_walk", N(1)),
        ("p_arch", N(2)),
        ("p_lie_flat", N(1)),
        ("trig", W("stand_walk")),
        ("nprs_avg", N(5)),
        ("r_smoke", W("yes")),
    ],
    rmdq: (&[2, 3, 5, 6, 8, 11, 12, 14, 17, 21, 22], &[2, 5, 8, 11, 14, 17, 21]),
    activities: &[("Standing at the workbench", 3), ("Walking the dog", 4), ("Reaching the top shelf", 5)],
    gain: 0.3,
    quota: Activity::Stand,
    goal: 25.0,
    goal_weeks: 10,
    trials: &[11.0, 10.0, 13.0],
    equipment: &[Chair, Step],
    days: &[1, 3, 5, 6],
    cue: "After the dog's evening walk I do my set in the garage.",
    pain: &[5.0, 4.7, 4.5, 4.2, 4.2, 4.2],
    does: 0.85,
    tags: ("long_standing", "warmth"),
    events: &[(16, Event::Sore(3)), (29, Event::Flare)],
    notes: &[
        (5, (18, 50), &["long_standing"], "Whole afternoon at the bench.", false),
        (16, (20, 15), &["lifting"], "Moved timber for a neighbour before the exercises. Felt it.", true),
        (29, (19, 10), &["long_standing", "stress"], "Craft fair, on my feet from seven to five. It has really caught me.", true),
        (30, (8, 30), &["poor_sleep"], "Stiff night. The position with my legs on the chair helps.", true),
    ],
    ..STEADY
};

const DOROTHY: Person = Person {
    name: "Dorothy Marsh",
    email: "dorothy@demo.example",
    story: "held at the intake (LOAD): had cancer once, waits for clearance",
    reached: Reached::Submitted,
    starts: 3,
    answers: &[
        ("age", N(67)),
        ("p_sit_slump", N(1)),
        ("p_sit_tall", N(1)),
        ("p_stand", N(1)),
        ("p_walk", N(1)),
        ("p_lie_bent", N(-2)),
        ("p_carry", N(2)),
        ("p_jolt", N(2)),
        ("tod", W("pm_worse")),
        ("r_cancer", W("yes")),
    ],
    activities: &[("Carrying the shopping home", 4), ("Gardening for half an hour", 3), ("Riding the bus", 6)],
    equipment: &[],
    days: &[0, 2, 4],
    ..STEADY
};

const PRIYA: Person = Person {
    name: "Priya Nair",
    email: "priya@demo.example",
    story: "week 4, small movements catch (INST), paused by a danger sign (P-01)",
    physio: Some(1),
    starts: -22,
    answers: &[
        ("age", N(36)),
        ("p_change", N(2)),
        ("p_trivial", N(1)),
        ("i_giveway", N(2)),
        ("i_crack", N(1)),
        ("i_brace", N(1)),
        ("i_vary", N(1)),
        ("trig", W("repeat_sprain")),
        ("nprs_avg", N(6)),
        ("nprs_worst", N(8)),
    ],
    rmdq: (&[2, 3, 4, 5, 6, 9, 10, 11, 13, 14, 18, 21], &[]),
    activities: &[("Getting out of the car", 4), ("Turning over in bed", 3), ("Netball training", 1)],
    quota: Activity::Rise,
    goal: 20.0,
    trials: &[8.0, 9.0, 10.0],
    equipment: &[Chair, Band],
    days: &[0, 1, 3, 5],
    cue: "Straight after brushing my teeth in the evening.",
    pain: &[6.0, 5.6, 5.2, 5.0],
    tags: ("bending", "good_sleep"),
    events: &[(
        19,
        Event::DangerSign(&["saddle_bladder_bowel"], &[("r_saddle", "no"), ("r_bladder", "unsure"), ("r_bowel", "no"), ("r_sexual", "no")]),
    )],
    notes: &[
        (4, (21, 30), &["bending"], "Caught me when I reached for the seat belt.", true),
        (12, (20, 45), &["good_sleep"], "Turning over went better than last week.", false),
        (19, (19, 50), &[], "Since yesterday I need a moment before I can pass water. Not sure it means anything.", true),
    ],
    ..STEADY
};

mod more;
pub(super) use more::EVERYBODY;
