//! What an own exercise may say.
#![allow(clippy::unwrap_used)]

use super::own::{Draft, Problem, define, is_own, kin, may_begin, own_id};
use super::*;

fn base(id: &str) -> &'static Exercise {
    library().get(id).unwrap()
}

fn fields(result: Result<(Exercise, Vec<Flag>), Vec<Problem>>) -> Vec<&'static str> {
    result.err().unwrap_or_default().into_iter().map(|(field, _)| field).collect()
}

#[test]
fn its_id_says_what_it_was_made_from_and_is_never_one_of_the_library() {
    let id = own_id("CO5", "7k2m9pq4");
    assert_eq!(id, "XCO5-7k2m9pq4");
    assert_eq!((kin(&id), is_own(&id)), ("CO5", true));
    for item in library().all() {
        assert_eq!((kin(&item.id), is_own(&item.id)), (item.id.as_str(), false));
        assert!(library().get(&own_id(&item.id, "a")).is_none());
    }
    assert_eq!(kin("X"), "X");
}

#[test]
fn every_exercise_that_may_begin_one_makes_one_that_says_the_same() {
    for item in library().all().iter().filter(|item| may_begin(item)) {
        let id = own_id(&item.id, "0");
        let (made, lifted) = define(&id, item, &Draft::like(item, false)).unwrap_or_else(|why| panic!("{}: {why:?}", item.id));
        assert!(lifted.is_empty());
        let mut flags = item.flags.clone();
        let mut ours = made.flags.clone();
        flags.sort_by_key(|f| f.code());
        ours.sort_by_key(|f| f.code());
        assert_eq!(ours, flags, "{}", item.id);
        let same = Exercise {
            id: item.id.clone(),
            name: item.name.clone(),
            dose_text: item.dose_text.clone(),
            flags: item.flags.clone(),
            cue: item.cue.clone(),
            ..made.clone()
        };
        assert_eq!(&same, item);
        let json = serde_json::to_string(&made).unwrap();
        assert_eq!(serde_json::from_str::<Exercise>(&json).unwrap(), made, "a stored one reads back");
    }
    for paced in ["AE1", "AE7", "AE8", "AE9", "RB6"] {
        assert!(!may_begin(base(paced)), "{paced}");
    }
}

#[test]
fn what_is_missing_or_too_long_is_said_beside_its_field() {
    let bird_dog = base("CO5");
    let like = || Draft::like(bird_dog, false);
    let with = |change: &dyn Fn(&mut Draft)| {
        let mut draft = like();
        change(&mut draft);
        fields(define("XCO5-1", bird_dog, &draft))
    };
    assert_eq!(with(&|d| d.title.clear()), ["title"]);
    assert_eq!(with(&|d| d.title = "a".repeat(61)), ["title"]);
    assert_eq!(with(&|d| d.steps.truncate(1)), ["step2"]);
    assert_eq!(with(&|d| d.steps = vec![String::new(), "Lift.".to_owned(), " ".to_owned()]), ["step1"]);
    assert_eq!(with(&|d| d.steps[2] = "a".repeat(301)), ["step3"]);
    assert_eq!(with(&|d| d.easier_how.clear()), ["easier_how"]);
    assert_eq!(with(&|d| d.stop = "  ".to_owned()), ["stop"]);
    assert_eq!(with(&|d| d.harder_how.clear()), [""; 0], "a harder form is no must");
    let (made, _) = define("XCO5-1", bird_dog, &Draft { start: "Kneel  on a mat".to_owned(), cue: "long.".to_owned(), ..like() }).unwrap();
    assert_eq!((made.start.as_str(), made.cue.as_str()), ("Kneel on a mat.", "long"));
}

#[test]
fn the_dose_keeps_its_shape_and_its_end() {
    let with = |id: &str, change: &dyn Fn(&mut Dose)| {
        let mut draft = Draft::like(base(id), false);
        change(&mut draft.dose);
        fields(define("XCO5-1", base(id), &draft))
    };
    assert_eq!(with("CO5", &|d| d.hold_s = MAX_HOLD_S), [""; 0]);
    assert_eq!(with("CO5", &|d| d.hold_s = MAX_HOLD_S + 1), ["hold_s"]);
    assert_eq!(with("CO5", &|d| d.ladder = Some(Ladder::L642)), [""; 0]);
    assert_eq!(with("CO5", &|d| d.ladder = Some(Ladder::L864)), ["ladder"], "its steps end at six, four, two");
    assert_eq!(with("CO5", &|d| d.ladder_top = None), ["hold_s"]);
    let top = base("HL1").dose.top;
    assert_eq!(with("HL1", &|d| d.reps = top), [""; 0]);
    assert_eq!(with("HL1", &|d| d.reps = top + 1), ["reps"]);
    assert_eq!(with("HL1", &|d| d.top += 2), ["reps"]);
    assert_eq!(with("HL1", &|d| d.reps = 0), ["reps"]);
    assert_eq!(with("HL1", &|d| d.kind = DoseKind::Minutes), ["minutes"]);
}

#[test]
fn a_restriction_of_the_similar_exercise_comes_off_only_by_a_tick_and_is_kept() {
    let item = library().all().iter().find(|e| e.has(Flag::Bone) && may_begin(e)).unwrap();
    let mut draft = Draft::like(item, false);
    draft.flags.retain(|flag| *flag != Flag::Bone);
    assert_eq!(fields(define("XA-1", item, &draft)), ["lifts"]);
    draft.lifts = true;
    let (made, lifted) = define("XA-1", item, &draft).unwrap();
    assert_eq!(lifted, [Flag::Bone]);
    assert!(!made.has(Flag::Bone));
    // Equipment may come and go, and a restriction may be added.
    let mut other = Draft::like(base("CO5"), false);
    other.flags = vec![Flag::Floor, Flag::Band, Flag::Preg];
    assert_eq!(define("XCO5-1", base("CO5"), &other).unwrap().1, []);
}

#[test]
fn a_form_stays_the_item_of_the_library_only_while_its_words_do() {
    let superman = base("CO12");
    assert_eq!(superman.easier_id.as_deref(), Some("CO5"));
    let kept = define("XCO12-1", superman, &Draft::like(superman, false)).unwrap().0;
    assert_eq!(kept.easier_id.as_deref(), Some("CO5"));
    let own = Draft { easier_how: "Lift one arm only.".to_owned(), ..Draft::like(superman, false) };
    assert_eq!(define("XCO12-1", superman, &own).unwrap().0.easier_id, None);
}
