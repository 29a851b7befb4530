//! The rest of the cast.

use super::Answer::{Number as N, Word as W};
use super::{Activity, Band, Chair, DOROTHY, Event, FLEX, HANNAH, MARTIN, PRIYA, Person, Reached, STEADY, Step, Weight};

/// All patients of the demonstration.
pub(in crate::care::demo) const EVERYBODY: &[Person] = &[HANNAH, MARTIN, DOROTHY, PRIYA, SAMUEL, GRETA, OWEN, LEILA, JONAS, AISHA];

const SAMUEL: Person = Person {
    name: "Samuel Boateng",
    email: "samuel@demo.example",
    story: "week 6, load and jolts hurt (LOAD), leg symptoms in week 3 (P-02), cleared",
    starts: -40,
    answers: &[
        ("age", N(49)),
        ("sex", W("m")),
        ("p_sit_slump", N(1)),
        ("p_sit_tall", N(1)),
        ("p_stand", N(1)),
        ("p_walk", N(1)),
        ("p_lie_bent", N(-2)),
        ("p_carry", N(2)),
        ("p_jolt", N(2)),
        ("tod", W("pm_worse")),
        ("trig", W("impact_load")),
        ("nprs_avg", N(5)),
    ],
    rmdq: (&[3, 5, 6, 10, 11, 13, 17, 21], &[3, 5, 11, 17, 21]),
    activities: &[("Carrying boxes at work", 3), ("Driving for an hour", 5), ("Five-a-side football", 0)],
    quota: Activity::Lift,
    goal: 24.0,
    trials: &[10.0, 12.0, 11.0],
    equipment: &[Chair, Weight, Step],
    days: &[0, 2, 4],
    cue: "When I come home and before I sit down.",
    pain: &[5.0, 4.8, 5.0, 4.6, 4.2, 3.8, 3.4],
    effort: 5,
    tags: ("lifting", "quiet_day"),
    events: &[
        (2, Event::Template("Everything fits: this is the start that most people with this pattern get.")),
        (19, Event::LegSymptoms),
        (22, Event::Cleared("Seen in clinic: reflexes, power and straight leg raise normal, pain gone from the calf. Go on.")),
        (22, Event::Easier("A gentler start again after the pause.")),
        (29, Event::Proposing("After the pain in your leg we look at each next step together.")),
        (29, Event::Swapped("You asked for a change. This one works the same muscles.")),
    ],
    notes: &[
        (6, (19, 40), &["lifting"], "Delivery day. Felt heavy by four o'clock.", false),
        (19, (20, 30), &["long_drive"], "Pain into the left calf after the drive, tingly. Said so in the check.", true),
        (24, (20, 0), &["quiet_day"], "Calf is quiet again. Good to be back at it.", true),
        (35, (18, 45), &["good_company"], "Kicked a ball about with the lads, ten minutes. Fine next day.", true),
    ],
    ..STEADY
};

const GRETA: Person = Person {
    name: "Greta Lindholm",
    email: "greta@demo.example",
    story: "week 6, goals reached (EXT): the plan keeps what was gained (P-08)",
    starts: -41,
    answers: &[
        ("age", N(52)),
        ("p_sit_slump", N(-1)),
        ("p_bend", N(-1)),
        ("p_stand", N(2)),
        ("p_walk", N(1)),
        ("p_arch", N(2)),
        ("p_lie_flat", N(1)),
        ("nprs_now", N(2)),
        ("nprs_avg", N(3)),
        ("nprs_worst", N(5)),
        ("conf", N(8)),
        ("trend", W("improving")),
    ],
    rmdq: (&[5, 11, 13, 17, 22], &[11, 17]),
    activities: &[("Standing in the choir", 6), ("Walking to the market", 7), ("Ironing", 6)],
    goal: 28.0,
    goal_weeks: 4,
    trials: &[23.0, 24.0, 25.0],
    equipment: &[Chair, Band, Step],
    days: &[0, 1, 3, 5],
    cue: "After the morning news.",
    pain: &[2.4, 1.7, 1.3, 1.0, 0.9, 0.8, 0.7],
    does: 0.95,
    effort: 3,
    tags: ("long_standing", "good_walk"),
    notes: &[
        (8, (18, 0), &["good_walk"], "Market and back without a rest.", false),
        (20, (21, 40), &["long_standing", "good_company"], "Choir concert, stood for all of it.", true),
        (34, (18, 20), &["good_walk"], "I hardly think of my back now.", true),
    ],
    ..STEADY
};

const OWEN: Person = Person {
    name: "Owen Pryce",
    email: "owen@demo.example",
    story: "week 4 (FLEX), has recorded nothing for 12 days",
    physio: Some(1),
    starts: -26,
    answers: FLEX,
    activities: &[("Driving to work", 5), ("Lifting my daughter", 4), ("Mowing the lawn", 4)],
    quota: Activity::Sit,
    goal: 60.0,
    trials: &[30.0, 25.0, 28.0],
    days: &[1, 3, 6],
    pain: &[5.0, 4.6, 4.2, 4.0, 4.0],
    does: 0.8,
    writes: 0.75,
    tags: ("long_drive", "quiet_day"),
    quiet_from: 15,
    notes: &[
        (7, (21, 15), &["long_drive"], "Cardiff and back in a day.", false),
        (13, (22, 0), &["stress", "busy_day"], "Month end. No idea when I am meant to fit this in.", true),
    ],
    ..STEADY
};

const LEILA: Person = Person {
    name: "Leila Haddad",
    email: "leila@demo.example",
    story: "week 2, no clear pattern (UNCLEAR), few sessions so far",
    starts: -10,
    answers: &[
        ("age", N(29)),
        ("dur", W("w6_12")),
        ("p_sit_slump", N(1)),
        ("p_stand", N(1)),
        ("p_carry", N(1)),
        ("nprs_now", N(5)),
        ("nprs_avg", N(6)),
        ("nprs_worst", N(7)),
        ("conf", N(4)),
    ],
    rmdq: (&[2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 17, 18, 21], &[]),
    mood: [1, 1, 1, 0],
    activities: &[("Carrying my laptop bag", 4), ("Sleeping through", 3), ("Yoga class", 2)],
    gain: 0.0,
    trials: &[9.0, 12.0, 8.0],
    days: &[0, 2, 4, 6],
    cue: "Before my shower.",
    pain: &[6.0, 5.8],
    does: 0.2,
    writes: 0.85,
    effort: 5,
    tags: ("stress", "good_sleep"),
    notes: &[
        (1, (22, 10), &["busy_day"], "Got home at nine, could not face it.", true),
        (6, (21, 20), &["stress"], "Exam week. I will start properly after Thursday.", true),
    ],
    ..STEADY
};

const JONAS: Person = Person {
    name: "Jonas Weber",
    email: "jonas@demo.example",
    story: "nobody's patient yet (clinic inbox), measuring the baseline",
    physio: None,
    reached: Reached::Measuring,
    starts: 2,
    answers: FLEX,
    activities: &[("Sitting at my desk", 4), ("Cycling to work", 5), ("Tying my laces", 5)],
    trials: &[15.0, 17.0],
    equipment: &[Chair, Band, Weight],
    ..STEADY
};

const AISHA: Person = Person {
    name: "Aisha Rahman",
    email: "aisha@demo.example",
    story: "new: has begun the intake",
    reached: Reached::Begun,
    starts: 5,
    answers: &[("age", N(41))],
    ..STEADY
};
