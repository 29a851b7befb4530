//! The catalogue against the data contract.
#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::json;

const CAUDA: &[&str] = &["no", "new", "recent_unchecked", "old_unchecked", "old_checked", "unsure"];
const YNU: &[&str] = &["yes", "no", "unsure"];
const YN: &[&str] = &["yes", "no"];
const MOVEMENT: &[&str] = &["-2", "-1", "0", "1", "2"];

/// Ids of 12.1 with their codes, as lines `ids: codes`.
const CODED: &[(&str, &[&str])] = &[
    ("sex", &["f", "m", "other"]),
    ("preg", &["no", "yes", "postnatal"]),
    ("site", &["low_back", "mid_upper"]),
    ("dur", &["lt2w", "w2_6", "w6_12", "m3_12", "gt12m"]),
    ("first_ever leg_worse tingle", YN),
    ("trend", &["improving", "same", "worsening"]),
    ("leg", &["none", "thigh", "below_knee"]),
    ("resp", &["all_worse", "some_ok", "better_active"]),
    ("r_saddle r_bladder r_bowel r_bilat", CAUDA),
    ("r_sexual", &["no", "new", "recent_unchecked", "old_unchecked", "old_checked", "unsure", "prefer_not"]),
    ("r_weak", &["no", "one_new", "both_new", "old_unchecked", "old_checked", "unsure"]),
    (
        "r_gait r_chest r_tear r_pulse r_trauma r_minor r_bone r_steroid r_shape r_cancer \
         r_weight r_night r_lie_up r_strain r_unwell r_fever r_infrisk r_visceral r_nomech \
         r_smoke r_surgery r_parq",
        YNU,
    ),
    (
        "ib_gradual ib_move ib_norest ib_night ib_stiff30 ib_buttock ib_nsaid ib_family \
         ib_arthritis ib_heel ib_psoriasis",
        YN,
    ),
    (
        "p_sit_slump p_sit_tall p_bend p_stand p_walk p_arch p_lie_flat p_lie_bent p_carry \
         p_jolt p_change p_trivial",
        MOVEMENT,
    ),
    ("i_giveway", &["0", "1", "2", "3"]),
    ("i_crack i_brace i_vary", &["1", "0"]),
    ("tod", &["am_worse", "pm_worse", "none"]),
    ("trig", &["sit_lift", "stand_walk", "impact_load", "repeat_sprain", "none"]),
];
const NUMBERS: &str = "age onset_age";
const SCALES: &str = "nprs_now nprs_avg nprs_worst conf";
const SUMS: &[(&str, usize, i64)] = &[("rmdq", 24, 24), ("gad2", 2, 6), ("phq2", 2, 6)];

fn coded() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    CODED.iter().flat_map(|(ids, codes)| ids.split_whitespace().map(move |id| (id, *codes)))
}

fn required() -> Vec<&'static str> {
    let plain = NUMBERS.split_whitespace().chain(SCALES.split_whitespace());
    coded().map(|(id, _)| id).chain(plain).collect()
}

fn answer(id: &str, raw: &str) -> Result<Value, String> {
    catalogue().question(id).unwrap().parse(raw).map_err(|message| message.to_string())
}

#[test]
fn options_are_the_codes_of_the_contract() {
    for (id, codes) in coded() {
        let question = catalogue().question(id).unwrap_or_else(|| panic!("{id}"));
        let values: Vec<&str> = question.options.iter().map(|o| o.value.as_str()).collect();
        assert_eq!(values, codes, "{id}");
        let numbers = codes.iter().all(|code| code.parse::<i64>().is_ok());
        assert_eq!(question.numeric, numbers, "{id}");
    }
    for id in SCALES.split_whitespace() {
        assert_eq!(catalogue().question(id).unwrap().kind, Kind::Scale, "{id}");
    }
    for id in NUMBERS.split_whitespace() {
        let question = catalogue().question(id).unwrap();
        assert_eq!(question.range(), (0, 110), "{id}");
        assert_eq!(question.optional, id == "onset_age", "{id}");
    }
}

#[test]
fn every_question_is_on_one_intake_screen_and_none_is_left_over() {
    for id in required() {
        assert!(catalogue().screen_asking(Journey::Intake, id).is_some(), "{id}");
    }
    let raw: usize = SUMS.iter().map(|(_, parts, _)| parts).sum();
    assert_eq!(catalogue().questions().len(), required().len() + raw);
    for question in catalogue().questions() {
        let screen = catalogue().screen_asking(Journey::Intake, &question.id);
        assert!(screen.is_some(), "{}", question.id);
    }
    for task in catalogue().tasks() {
        assert!(catalogue().task_screens(&task.id).count() > 0, "{}", task.id);
    }
    let most = |screen: &Screen| screen.questions.len() <= 4 || screen.slug == "day";
    assert!(catalogue().screens(Journey::Intake).iter().all(most));
}

#[test]
fn sums_have_all_their_parts() {
    for (id, parts, max) in SUMS {
        let sum = catalogue().sums().iter().find(|s| s.id == *id).unwrap();
        assert_eq!((sum.of.len(), sum.max), (*parts, *max));
    }
    let mut answers = Map::new();
    answers.insert("gad_1".into(), json!(3));
    assert_eq!(catalogue().total("gad2", &answers), None);
    answers.insert("gad_2".into(), json!(2));
    assert_eq!(catalogue().total("gad2", &answers), Some(5));
    assert_eq!(catalogue().total("nothing", &answers), None);
}

#[test]
fn the_check_is_short_and_asks_for_emergencies_first() {
    let screens = catalogue().screens(Journey::Check);
    assert!(screens.len() <= 11);
    let order: Vec<&str> = screens.iter().flat_map(|s| s.questions.iter().map(String::as_str)).collect();
    let emergency = "r_saddle r_bladder r_bowel r_sexual r_bilat r_weak r_gait r_chest r_tear \
                     r_pulse r_trauma r_fever r_cancer";
    let emergency: Vec<&str> = emergency.split_whitespace().collect();
    assert_eq!(order[..3], ["age", "dur", "nprs_now"]);
    assert_eq!(order[3..3 + emergency.len()], emergency);
    let signs = required().into_iter().filter(|id| id.starts_with("r_"));
    let rest = ["site", "preg", "first_ever", "trend", "nprs_avg", "resp"];
    for id in signs.chain(rest) {
        assert!(order.contains(&id), "{id}");
    }
}

#[test]
fn the_intake_repeats_the_danger_signs_screen_by_screen() {
    for screen in catalogue().screens(Journey::Check) {
        if !screen.questions[0].starts_with("r_") {
            continue;
        }
        let slug = format!("signs-{}", screen.slug);
        let again = catalogue().screen(Journey::Intake, &slug).unwrap();
        assert_eq!(again.questions, screen.questions);
        assert_eq!(again.title, screen.title);
    }
}

#[test]
fn answers_are_typed() {
    assert_eq!(answer("age", " 46 "), Ok(json!(46)));
    assert_eq!(answer("onset_age", ""), Ok(Value::Null));
    assert_eq!(answer("p_bend", "-2"), Ok(json!(-2)));
    assert_eq!(answer("i_crack", "1"), Ok(json!(1)));
    assert_eq!(answer("r_bladder", "new"), Ok(json!("new")));
    assert_eq!(answer("nprs_now", "10"), Ok(json!(10)));
    assert_eq!(answer("rmdq_01", "on"), Ok(json!(1)));
    assert_eq!(answer("rmdq_01", ""), Ok(json!(0)));
}

#[test]
fn what_cannot_be_read_gets_a_friendly_message() {
    let age = "Enter your age as a whole number, for example 46";
    for raw in ["", "old", "4.5"] {
        assert_eq!(answer("age", raw), Err(age.into()));
    }
    assert_eq!(answer("age", "111"), Err("Age must be between 0 and 110".into()));
    assert_eq!(answer("r_chest", "maybe"), Err("Choose one answer for “Chest pain or breathlessness”".into()));
    assert_eq!(answer("nprs_now", "11"), Err("Choose a number from 0 to 10 for “Pain now”".into()));
    assert!(answer("rmdq_01", "perhaps").is_err());
}

#[test]
fn every_answer_has_words() {
    for question in catalogue().questions() {
        for option in &question.options {
            let value = question.parse(&option.value).unwrap();
            assert_eq!(question.label_for(&value), option.label, "{}", question.id);
        }
        assert_eq!(question.label_for(&json!({})), NOT_ANSWERED);
    }
    let label = |id: &str, value: Value| catalogue().question(id).unwrap().label_for(&value);
    assert_eq!(label("age", json!(46)), "46 years");
    assert_eq!(label("onset_age", Value::Null), "Same as age now");
    assert_eq!(label("nprs_now", json!(4)), "4 out of 10");
    assert_eq!(label("rmdq_03", json!(1)), "Yes");
    assert_eq!(catalogue().short("phq2"), "Low mood in the last 2 weeks");
    assert_eq!(catalogue().short("ht"), "ht");
}

#[test]
fn a_faulty_file_is_refused() {
    let good = include_str!("../data/questions.toml");
    let broken = [
        ("set = \"movement\"", "set = \"moves\""),
        ("id = \"r_gait\"", "id = \"r_weak\""),
        ("numeric = true", "numeric = 1"),
        ("\"gad_1\", \"gad_2\"]", "\"gad_1\", \"gad_9\"]"),
        ("slug = \"legs\"", "slug = \"chest\""),
        ("task = \"mood\"", "task = \"moods\""),
        ("low = \"No pain\"\n", ""),
        ("group = \"phq4\"", "group = \"phq9\""),
    ];
    for (from, to) in broken {
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);
        assert!(Catalogue::from_toml(&text).is_err(), "{from}");
    }
}
