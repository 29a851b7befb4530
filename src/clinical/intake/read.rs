//! From the answer map to typed answers. Absent answers take their neutral value (13 no. 1), so
//! the same reader serves the whole intake and a form that is still being filled in.

use super::answers::{Cauda, Danger, Flag, ITEM_IDS, Inflammatory, Intake, Movement, Profile, TestResult, Trend, Weakness};
use super::{AnswerMap, HOME_TEST_IDS};
use serde_json::Value;

/// Age used while the age is not known yet, years: the only band (45 to 49) in which no rule of
/// section 3 looks at the age.
const NEUTRAL_AGE: i64 = 45;
/// Confidence used while it is not known yet: fully confident, so that nothing follows from it.
const NEUTRAL_CONFIDENCE: i64 = 10;

impl Intake {
    /// Reads a map whose present values were checked. Absent answers take their neutral value
    /// (13 no. 1): no, none, 0; age 45; duration unknown; confidence 10; `sex` other; `resp`
    /// some_ok; `trend` same. A danger-sign code that is not known reads as "unsure", never "no".
    pub fn read(map: &AnswerMap) -> Intake {
        let reader = Reader(map);
        Intake { profile: reader.profile(), danger: reader.danger(), inflammatory: reader.inflammatory(), movement: reader.movement() }
    }
}

/// Typed look-ups in the answer map.
struct Reader<'a>(&'a AnswerMap);

impl Reader<'_> {
    fn code(&self, id: &str) -> Option<&str> {
        self.0.get(id).and_then(Value::as_str)
    }

    fn is(&self, id: &str, code: &str) -> bool {
        self.code(id) == Some(code)
    }

    fn yes(&self, id: &str) -> bool {
        self.is(id, "yes")
    }

    fn number(&self, id: &str) -> Option<i64> {
        self.0.get(id).and_then(Value::as_i64)
    }

    fn zero(&self, id: &str) -> i64 {
        self.number(id).unwrap_or(0)
    }

    fn flag(&self, id: &str) -> Flag {
        match self.0.get(id).map(Value::as_str) {
            None | Some(Some("no")) => Flag::No,
            Some(Some("yes")) => Flag::Yes,
            Some(_) => Flag::Unsure,
        }
    }

    fn cauda(&self, id: &str) -> Cauda {
        match self.0.get(id).map(Value::as_str) {
            None | Some(Some("no")) => Cauda::No,
            Some(Some("new")) => Cauda::New,
            Some(Some("recent_unchecked")) => Cauda::RecentUnchecked,
            Some(Some("old_unchecked")) => Cauda::OldUnchecked,
            Some(Some("old_checked")) => Cauda::OldChecked,
            Some(Some("prefer_not")) => Cauda::PreferNot,
            Some(_) => Cauda::Unsure,
        }
    }

    fn weakness(&self) -> Weakness {
        match self.0.get("r_weak").map(Value::as_str) {
            None | Some(Some("no")) => Weakness::No,
            Some(Some("one_new")) => Weakness::OneNew,
            Some(Some("both_new")) => Weakness::BothNew,
            Some(Some("old_unchecked")) => Weakness::OldUnchecked,
            Some(Some("old_checked")) => Weakness::OldChecked,
            Some(_) => Weakness::Unsure,
        }
    }

    /// Weeks that each duration code counts as (12.1).
    fn weeks(&self) -> Option<i64> {
        match self.code("dur")? {
            "lt2w" => Some(1),
            "w2_6" => Some(4),
            "w6_12" => Some(9),
            "m3_12" => Some(26),
            "gt12m" => Some(104),
            _ => None,
        }
    }

    fn profile(&self) -> Profile {
        let age = self.number("age").unwrap_or(NEUTRAL_AGE);
        Profile {
            age,
            male: self.is("sex", "m"),
            pregnant: self.is("preg", "yes"),
            postnatal: self.is("preg", "postnatal"),
            mid_upper: self.is("site", "mid_upper"),
            weeks: self.weeks(),
            onset_age: self.number("onset_age").unwrap_or(age),
            first_ever: self.yes("first_ever"),
            trend: match self.code("trend") {
                Some("improving") => Trend::Improving,
                Some("worsening") => Trend::Worsening,
                _ => Trend::Same,
            },
            leg_below_knee: self.is("leg", "below_knee"),
            leg_worse: self.yes("leg_worse"),
            tingle: self.yes("tingle"),
            pain_now: self.zero("nprs_now"),
            pain_average: self.zero("nprs_avg"),
            rmdq: self.zero("rmdq"),
            all_worse: self.is("resp", "all_worse"),
            gad2: self.zero("gad2"),
            phq2: self.zero("phq2"),
            confidence: self.number("conf").unwrap_or(NEUTRAL_CONFIDENCE),
        }
    }

    fn danger(&self) -> Danger {
        Danger {
            saddle: self.cauda("r_saddle"),
            bladder: self.cauda("r_bladder"),
            bowel: self.cauda("r_bowel"),
            sexual: self.cauda("r_sexual"),
            bilat: self.cauda("r_bilat"),
            weak: self.weakness(),
            gait: self.flag("r_gait"),
            chest: self.flag("r_chest"),
            tear: self.flag("r_tear"),
            pulse: self.flag("r_pulse"),
            trauma: self.flag("r_trauma"),
            minor: self.flag("r_minor"),
            bone: self.flag("r_bone"),
            steroid: self.flag("r_steroid"),
            shape: self.flag("r_shape"),
            cancer: self.flag("r_cancer"),
            weight: self.flag("r_weight"),
            night: self.flag("r_night"),
            lie_up: self.flag("r_lie_up"),
            strain: self.flag("r_strain"),
            unwell: self.flag("r_unwell"),
            fever: self.flag("r_fever"),
            infrisk: self.flag("r_infrisk"),
            visceral: self.flag("r_visceral"),
            nomech: self.flag("r_nomech"),
            smoke: self.flag("r_smoke"),
            surgery: self.flag("r_surgery"),
            parq: self.flag("r_parq"),
        }
    }

    fn inflammatory(&self) -> Inflammatory {
        Inflammatory {
            gradual: self.yes("ib_gradual"),
            better_moving: self.yes("ib_move"),
            not_better_resting: self.yes("ib_norest"),
            night: self.yes("ib_night"),
            stiff_over_30_min: self.yes("ib_stiff30"),
            buttock: self.yes("ib_buttock"),
            nsaid: self.yes("ib_nsaid"),
            family: self.yes("ib_family"),
            arthritis: self.yes("ib_arthritis"),
            heel: self.yes("ib_heel"),
            psoriasis: self.yes("ib_psoriasis"),
        }
    }

    fn movement(&self) -> Movement {
        Movement {
            items: ITEM_IDS.map(|id| self.zero(id)),
            giveway: self.zero("i_giveway"),
            crack: self.zero("i_crack"),
            brace: self.zero("i_brace"),
            vary: self.zero("i_vary"),
            time_of_day: self.code("tod").unwrap_or("none").to_owned(),
            trigger: self.code("trig").unwrap_or("none").to_owned(),
            home_tests: HOME_TEST_IDS.map(|id| self.home_test(id)),
        }
    }

    fn home_test(&self, id: &str) -> Option<TestResult> {
        match self.0.get("ht")?.get(id)?.as_str()? {
            "worse" => Some(TestResult::Worse),
            "same" => Some(TestResult::Same),
            "better" => Some(TestResult::Better),
            _ => None,
        }
    }
}
