//! The answers of one intake as typed values. Rules read these, never the raw map, so that a
//! mistyped question id cannot turn a danger sign into "no" unnoticed.

/// Answer to a plain danger-sign question. "Unsure" is an answer of its own, never "no" (0.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Clearly no (or not asked yet).
    No,
    /// Yes.
    Yes,
    /// The person does not know.
    Unsure,
}

impl Flag {
    /// Only "yes" counts.
    pub fn yes(self) -> bool {
        self == Flag::Yes
    }

    /// Only "unsure" counts.
    pub fn unsure(self) -> bool {
        self == Flag::Unsure
    }

    /// "Yes" and "unsure" count alike.
    pub fn possible(self) -> bool {
        self != Flag::No
    }
}

/// Answer to one of the five cauda equina questions (12.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cauda {
    /// No change (or not asked yet).
    No,
    /// Began or got worse in the last 2 weeks.
    New,
    /// Began 2 weeks to 3 months ago, never checked.
    RecentUnchecked,
    /// Older than 3 months, unchanged, never checked.
    OldUnchecked,
    /// Older and checked.
    OldChecked,
    /// The person does not know.
    Unsure,
    /// Prefers not to say (`r_sexual` only): shows the card, fires nothing.
    PreferNot,
}

/// Answer to `r_weak` (12.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// No weakness (or not asked yet).
    No,
    /// New weakness of one leg.
    OneNew,
    /// New weakness of both legs.
    BothNew,
    /// Old weakness that nobody checked.
    OldUnchecked,
    /// Old weakness that was checked.
    OldChecked,
    /// The person does not know.
    Unsure,
}

/// How the episode has been going (`trend`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Getting better.
    Improving,
    /// No change.
    Same,
    /// Getting worse.
    Worsening,
}

/// Result of a home test that was performed (2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestResult {
    /// The test made it worse.
    Worse,
    /// The test changed nothing.
    Same,
    /// The test made it better.
    Better,
}

/// The movement items that rules look at by themselves, with their column in the weight table (3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Sitting slumped.
    SitSlump = 0,
    /// Sitting tall.
    SitTall = 1,
    /// Bending forward.
    Bend = 2,
    /// Standing still.
    Stand = 3,
    /// Walking.
    Walk = 4,
    /// Arching back.
    Arch = 5,
    /// Lying with the knees bent.
    LieBent = 7,
    /// Getting up, turning in bed.
    Change = 10,
    /// Small sudden movements.
    Trivial = 11,
}

/// Question ids of the twelve movement items, in the order of the weight table (3.6).
pub const ITEM_IDS: [&str; 12] = [
    "p_sit_slump",
    "p_sit_tall",
    "p_bend",
    "p_stand",
    "p_walk",
    "p_arch",
    "p_lie_flat",
    "p_lie_bent",
    "p_carry",
    "p_jolt",
    "p_change",
    "p_trivial",
];

/// Who the person is and how the episode behaves. Pain in points 0 to 10, ages in years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Years.
    pub age: i64,
    /// `sex` is `m`.
    pub male: bool,
    /// Pregnant now.
    pub pregnant: bool,
    /// Up to 12 weeks after a birth.
    pub postnatal: bool,
    /// Main pain between the shoulder blades (`site` = `mid_upper`).
    pub mid_upper: bool,
    /// Duration on the scale 1, 4, 9, 26, 104 weeks; none while not asked yet.
    pub weeks: Option<i64>,
    /// Age when back pain first began; the age now where it was left open.
    pub onset_age: i64,
    /// First back pain ever.
    pub first_ever: bool,
    /// How the episode has been going.
    pub trend: Trend,
    /// Pain reaches below the knee.
    pub leg_below_knee: bool,
    /// The leg is worse than the back.
    pub leg_worse: bool,
    /// Tingling.
    pub tingle: bool,
    /// Pain now, 0 to 10.
    pub pain_now: i64,
    /// Average pain, 0 to 10.
    pub pain_average: i64,
    /// RMDQ-24 count, 0 to 24.
    pub rmdq: i64,
    /// Every movement makes it worse (`resp` = `all_worse`).
    pub all_worse: bool,
    /// Worry subscale, 0 to 6.
    pub gad2: i64,
    /// Low mood subscale, 0 to 6.
    pub phq2: i64,
    /// Confidence to be active despite the pain, 0 to 10.
    pub confidence: i64,
}

impl Profile {
    /// Weeks ≤ `limit`; false while the duration is not known, so that nothing fires from absence.
    pub fn weeks_at_most(&self, limit: i64) -> bool {
        self.weeks.is_some_and(|weeks| weeks <= limit)
    }

    /// Weeks ≥ `limit`; false while the duration is not known.
    pub fn weeks_at_least(&self, limit: i64) -> bool {
        self.weeks.is_some_and(|weeks| weeks >= limit)
    }

    /// The episode is getting worse.
    pub fn worsening(&self) -> bool {
        self.trend == Trend::Worsening
    }
}

/// The danger-sign answers (`r_…`, 3.1), one field per question without its prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// Feeling between the legs.
    pub saddle: Cauda,
    /// Passing urine.
    pub bladder: Cauda,
    /// Bowel control.
    pub bowel: Cauda,
    /// Feeling or function during sex.
    pub sexual: Cauda,
    /// Symptoms in both legs.
    pub bilat: Cauda,
    /// Leg weakness.
    pub weak: Weakness,
    /// Newly unsteady walking.
    pub gait: Flag,
    /// Chest pain or breathlessness.
    pub chest: Flag,
    /// Sudden tearing pain, faint, cold sweat.
    pub tear: Flag,
    /// Pulsing lump in the tummy.
    pub pulse: Flag,
    /// Serious accident.
    pub trauma: Flag,
    /// Small fall, bend, lift, cough.
    pub minor: Flag,
    /// Osteoporosis or a bone broken by a small fall.
    pub bone: Flag,
    /// Steroid tablets for 3 months or more.
    pub steroid: Flag,
    /// New lump, stoop, loss of height.
    pub shape: Flag,
    /// Ever had cancer.
    pub cancer: Flag,
    /// Weight loss without trying.
    pub weight: Flag,
    /// Constant pain, worse at night.
    pub night: Flag,
    /// Comes on lying flat, goes on sitting up.
    pub lie_up: Flag,
    /// Much worse on straining.
    pub strain: Flag,
    /// Generally unwell.
    pub unwell: Flag,
    /// Fever, chills, night sweats.
    pub fever: Flag,
    /// Raised risk of infection.
    pub infrisk: Flag,
    /// Urine, tummy or bleeding signs.
    pub visceral: Flag,
    /// Nothing ever changes the pain.
    pub nomech: Flag,
    /// Ever smoked.
    pub smoke: Flag,
    /// Spine operation in the last 12 weeks.
    pub surgery: Flag,
    /// Told not to exercise, or signs that say so.
    pub parq: Flag,
}

/// The inflammatory back pain answers (`ib_…`, 3.3), true for yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflammatory {
    /// Began gradually.
    pub gradual: bool,
    /// Better moving.
    pub better_moving: bool,
    /// Not better resting.
    pub not_better_resting: bool,
    /// Wakes in the second half of the night, better up.
    pub night: bool,
    /// Stiff for more than 30 minutes.
    pub stiff_over_30_min: bool,
    /// Buttock pain.
    pub buttock: bool,
    /// Clearly better within 48 hours of an anti-inflammatory.
    pub nsaid: bool,
    /// Parent, sibling or child with spondyloarthritis.
    pub family: bool,
    /// Joint swelling ever.
    pub arthritis: bool,
    /// Heel or heel-cord pain.
    pub heel: bool,
    /// Psoriasis.
    pub psoriasis: bool,
}

/// The answers that the classification uses (3.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Movement items in the order of [`ITEM_IDS`], −2 much easier to +2 much worse.
    pub items: [i64; 12],
    /// Giving way: 0 never to 3 daily.
    pub giveway: i64,
    /// Needs to crack it: 0 or 1.
    pub crack: i64,
    /// Tightening the tummy or a belt helps: 0 or 1.
    pub brace: i64,
    /// Which movement hurts changes from day to day: 0 or 1.
    pub vary: i64,
    /// Time of day, code of `tod`.
    pub time_of_day: String,
    /// What set it off, code of `trig`.
    pub trigger: String,
    /// Home tests in the order of [`HOME_TEST_IDS`]; none = not performed.
    pub home_tests: [Option<TestResult>; 7],
}

impl Movement {
    /// Value of one movement item.
    pub fn item(&self, item: Item) -> i64 {
        self.items[item as usize]
    }
}

/// One intake, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Person and episode.
    pub profile: Profile,
    /// Danger signs.
    pub danger: Danger,
    /// Inflammatory back pain.
    pub inflammatory: Inflammatory,
    /// Movements, control signs, home tests.
    pub movement: Movement,
}
