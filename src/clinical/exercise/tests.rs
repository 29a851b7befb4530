//! The data against the specification table, and the arithmetic and words of doses.
#![allow(clippy::unwrap_used)]

use super::*;
use std::collections::BTreeSet;

const CSV: &str = include_str!("../../../tests/cases/exercises.csv");

/// Rows of a CSV with quoted fields and no line breaks inside them.
fn rows() -> Vec<Vec<String>> {
    CSV.lines()
        .map(|line| {
            let mut fields = vec![String::new()];
            let mut quoted = false;
            for c in line.trim_end().chars() {
                match c {
                    '"' => quoted = !quoted,
                    ',' if !quoted => fields.push(String::new()),
                    _ => fields.last_mut().unwrap().push(c),
                }
            }
            fields
        })
        .collect()
}

#[test]
fn library_equals_the_specification_table() {
    let rows = rows();
    assert_eq!(
        rows[0].join(","),
        "id,group,name,purpose,phase_FLEX,phase_EXT,phase_LOAD,phase_INST,start_dose,easier,harder,cue,stop_if,flags"
    );
    assert_eq!(library().all().len(), 66);
    assert_eq!(rows.len(), 67);
    for (row, item) in rows[1..].iter().zip(library().all()) {
        let phases = [Category::Flex, Category::Ext, Category::Load, Category::Inst].map(|category| item.phase(category).to_string());
        let flags: Vec<&str> = item.flags.iter().map(|flag| flag.code()).collect();
        let ours = [
            item.id.clone(),
            row[1].clone(),
            item.name.clone(),
            item.purpose.clone(),
            phases[0].clone(),
            phases[1].clone(),
            phases[2].clone(),
            phases[3].clone(),
            item.dose_text.clone(),
            item.easier.clone(),
            item.harder.clone(),
            item.cue.clone(),
            item.stop_if.clone(),
            flags.join(","),
        ];
        assert_eq!(row.as_slice(), ours.as_slice(), "{}", item.id);
    }
    let groups: BTreeSet<(String, Group)> = rows[1..].iter().zip(library().all()).map(|(row, item)| (row[1].clone(), item.group)).collect();
    assert_eq!(groups.len(), Group::ALL.len(), "one group key for each group name");
}

#[test]
fn every_item_has_its_texts() {
    for item in library().all() {
        let id = &item.id;
        for text in [&item.family, &item.title, &item.purpose, &item.start, &item.why] {
            assert!(!text.trim().is_empty(), "{id}");
        }
        assert!((2..=4).contains(&item.steps.len()), "{id}");
        assert_eq!(item.easier.is_empty(), item.easier_how.is_empty(), "{id} easier");
        assert_eq!(item.harder.is_empty(), item.harder_how.is_empty(), "{id} harder");
        assert_eq!(item.stop_if.is_empty(), item.stop.is_empty(), "{id} stop");
        let sentences = item.steps.iter().chain([&item.start, &item.why]);
        for text in sentences.chain([&item.easier_how, &item.harder_how, &item.stop]) {
            assert!(text.is_empty() || text.ends_with('.'), "{id}: {text}");
            let longest = text.split(['.', ';', ':']).map(|s| s.split_whitespace().count());
            assert!(longest.max() <= Some(26), "{id}: long sentence: {text}");
        }
    }
}

#[test]
fn patient_texts_avoid_frightening_and_overclaiming_words() {
    const NOT_SAID: [&str; 14] = [
        "weak core",
        "unstable",
        "instabil",
        "damage",
        "slipped",
        "crumbl",
        "wear and tear",
        "out of place",
        "align",
        "cure",
        "guarantee",
        "always works",
        "tablet",
        "painkiller",
    ];
    for item in library().all() {
        let own = [&item.title, &item.start, &item.why, &item.easier_how, &item.harder_how];
        for text in own.into_iter().chain(&item.steps).chain([&item.stop]) {
            let lower = text.to_lowercase();
            for word in NOT_SAID {
                assert!(!lower.contains(word), "{}: {text}", item.id);
            }
        }
    }
}

#[test]
fn doses_are_complete_and_within_limits() {
    let known = serde_json::to_value(Dose {
        ladder: Some(Ladder::L321),
        ladder_top: Some(Ladder::L864),
        per_side: true,
        every_other_day: true,
        note: "x".to_owned(),
        ..all_ones()
    })
    .unwrap();
    let raw: toml::Table = toml::from_str(DATA).unwrap();
    for entry in raw["exercise"].as_array().unwrap() {
        for key in entry["dose"].as_table().unwrap().keys() {
            assert!(known.get(key).is_some(), "{}: dose.{key}", entry["id"]);
        }
    }
    for item in library().all() {
        assert_eq!(item.dose.check(), Ok(()), "{}", item.id);
        assert!(!item.dose.sentence().is_empty());
        let json = serde_json::to_string(&item.dose).unwrap();
        assert_eq!(serde_json::from_str::<Dose>(&json).unwrap(), item.dose);
    }
}

fn all_ones() -> Dose {
    Dose {
        sets: 1,
        reps: 1,
        hold_s: 1,
        seconds: 1,
        seconds_max: 1,
        minutes: 1,
        minutes_max: 1,
        times_per_day: 1,
        times_per_day_max: 1,
        days_per_week: 1,
        days_per_week_max: 1,
        top: 1,
        ..Dose::new(DoseKind::Reps)
    }
}

#[test]
fn doses_climb_to_their_top_and_come_back() {
    for item in library().all() {
        let mut dose = item.dose.clone();
        let mut climbed = vec![dose.clone()];
        while let Some(next) = dose.raised() {
            assert_eq!(next.check(), Ok(()), "{}", item.id);
            assert!(next.hold_s <= MAX_HOLD_S);
            climbed.push(next.clone());
            assert!(climbed.len() < 40, "{} never ends", item.id);
            dose = next;
        }
        for _ in 0..60 {
            match dose.lowered() {
                Some(lower) => dose = lower,
                None => break,
            }
        }
        assert_eq!(dose.lowered(), None, "{}", item.id);
    }
    let reps = |id: &str| -> Vec<u32> {
        let first = library().get(id).unwrap().dose.clone();
        std::iter::successors(Some(first), Dose::raised).map(|d| d.reps).collect()
    };
    assert_eq!(reps("HL1"), [8, 10, 12]);
    assert_eq!(reps("MO1"), [6, 8]);
    let rungs = |id: &str| {
        let first = library().get(id).unwrap().dose.clone();
        std::iter::successors(Some(first), Dose::raised).filter_map(|d| d.ladder).collect::<Vec<_>>()
    };
    assert_eq!(rungs("CO2"), Ladder::ALL);
    assert_eq!(rungs("CO3"), &Ladder::ALL[..3]);
}

#[test]
fn doses_read_well() {
    let sentence = |id: &str| library().get(id).unwrap().dose.sentence().to_string();
    assert_eq!(sentence("HL7"), "2 sets of 8, three times a week");
    assert_eq!(sentence("CO3"), "hold 8 seconds: 3, then 2, then 1 repetitions, each side, three to five times a week");
    assert_eq!(sentence("RP1"), "5 to 10 minutes, 1 to 4 times a day");
    assert_eq!(sentence("RP8"), "up to 20 minutes, then stand up");
    assert_eq!(sentence("MO10"), "3 times 20 seconds, each side, every day");
    assert_eq!(sentence("CO1"), "6 repetitions, 10 seconds each, every day");
    assert_eq!(sentence("HL13"), "5 repetitions, every other day, slowly");
    assert_eq!(sentence("RB2"), "10 minutes, in the evening");
    assert_eq!(sentence("AE7"), "your quota for the day, five times a week");
}

#[test]
fn forms_that_are_items_exist_and_are_no_later_and_no_riskier() {
    for item in library().all() {
        for (id, easier) in [(&item.easier_id, true), (&item.harder_id, false)] {
            let Some(id) = id else { continue };
            let form = library().get(id).unwrap_or_else(|| panic!("{}: {id}", item.id));
            if easier {
                for category in Category::ALL {
                    assert!(form.phase(*category) <= item.phase(*category), "{}", item.id);
                }
            }
        }
    }
    let ids: BTreeSet<&str> = library().all().iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids.len(), 66);
}

#[test]
fn unclear_and_secondary_take_the_larger_phase() {
    let rp4 = library().get("RP4").unwrap();
    assert_eq!(rp4.phase(Category::Flex), 1);
    assert_eq!(rp4.phase(Category::Unclear), 3);
    assert_eq!(rp4.phase_with(Category::Flex, Some(Category::Ext)), 3);
    assert_eq!(rp4.phase_with(Category::Flex, None), 1);
}

#[test]
fn unsafe_doses_are_refused() {
    let mut dose = library().get("CO2").unwrap().dose.clone();
    dose.hold_s = 11;
    assert_eq!(dose.check(), Err(DoseError::HoldTooLong));
    assert_eq!(Dose::new(DoseKind::Reps).check(), Err(DoseError::Empty));
    dose.hold_s = 8;
    dose.days_per_week_max = 2;
    assert_eq!(dose.check(), Err(DoseError::Range));
    dose.days_per_week_max = 8;
    assert_eq!(dose.check(), Err(DoseError::TooLarge));
}

#[test]
fn a_dose_asks_for_more_when_any_number_does_or_it_is_counted_otherwise() {
    let reps = |sets, reps| Dose { sets, reps, ..Dose::new(DoseKind::Reps) };
    assert!(reps(2, 10).asks_more_than(&reps(2, 8)));
    assert!(reps(3, 6).asks_more_than(&reps(2, 8)), "more sets of fewer");
    assert!(!reps(2, 8).asks_more_than(&reps(2, 8)));
    assert!(!reps(1, 8).asks_more_than(&reps(2, 8)));
    let held = Dose { hold_s: 5, ..reps(2, 8) };
    assert!(held.asks_more_than(&reps(2, 8)) && !reps(2, 8).asks_more_than(&held));
    let rung = |ladder| Dose { ladder: Some(ladder), ..Dose::new(DoseKind::Holds) };
    assert!(rung(Ladder::L432).asks_more_than(&rung(Ladder::L321)) && !rung(Ladder::L321).asks_more_than(&rung(Ladder::L432)));
    assert!(reps(1, 1).asks_more_than(&Dose { seconds: 30, ..Dose::new(DoseKind::Time) }), "nobody can say");
    let days = |days_per_week| Dose { days_per_week, ..reps(2, 8) };
    assert!(!days(2).asks_more_than(&days(3)) && days(3).asks_more_than(&days(2)));
    assert!(days(0).asks_more_than(&days(3)) && days(3).asks_more_than(&days(0)), "on other days");
    let daily = |times_per_day| Dose { times_per_day, ..reps(2, 8) };
    assert!(daily(3).asks_more_than(&daily(2)) && !daily(1).asks_more_than(&daily(0)), "none is once");
}
