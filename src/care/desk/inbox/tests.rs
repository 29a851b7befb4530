use super::*;
use crate::clinical::codes::{AlertTo, Category, ExerciseStep, QuotaStep, Stage};
use crate::clinical::plan::PlanFacts;
use crate::clinical::plan::template::{Phase, Template};
use crate::clinical::week::{WeekAlert, WeekFacts, WeekReview};
use crate::ids::PatientId;
use crate::store::caseload::{Draft, Event, Proposal, Record};
use crate::store::intake::Hold;
use crate::store::oversight::Alert;
use crate::store::plans::Plan;
use crate::store::relations::Because;
use crate::store::reviews::{CheckAnswers, Flare, Review, WeeklyCheck};
use crate::store::templates::Use;
use crate::store::{Coded, Json};

fn on(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn at(month: u32, day: u32) -> UtcTime {
    on(month, day).and_hms_opt(9, 0, 0).unwrap()
}

/// Today of every test.
const TODAY: (u32, u32) = (5, 4);

fn now() -> Moment {
    Moment { utc: at(TODAY.0, TODAY.1), zone: chrono_tz::Europe::London }
}

fn plan() -> Plan {
    let facts = PlanFacts {
        category: Category::Flex,
        secondary: None,
        stage: Stage::Control,
        phase: 1,
        bone_caution: false,
        radicular: false,
        physio_seen_radic: false,
        centralised: false,
        pregnant_late_or_postnatal: false,
        can_floor: true,
        equipment: Vec::new(),
        prone_hurts: false,
        prone_better: false,
        activities: Vec::new(),
    };
    Plan {
        id: "plan".to_owned(),
        patient_id: "p".to_owned(),
        intake_id: "i".to_owned(),
        status: "active".to_owned(),
        category: Coded(Category::Flex),
        stage: Coded(Stage::Control),
        phase: 1,
        facts: Json::new(facts),
        training_days: Json::new(vec![0, 2, 4]),
        cue: String::new(),
        ruleset_version: String::new(),
        agreed_at: at(3, 2),
        started_on: on(3, 2),
        ended_on: None,
        phase_since: None,
        maintenance: None,
        end_reason: None,
        smaller: None,
        agreed_minutes: None,
    }
}

/// Somebody in week 10 who did everything until today.
fn calm() -> Record {
    Record { plan: Some(plan()), latest: Some(plan()), agreed: true, last_on: Some(on(5, 4)), ..Record::default() }
}

fn person(name: &str, record: Record) -> Person {
    let (patient, time_zone) = (PatientId::from_text(name), "Europe/London".to_owned());
    let listed = Listed { patient, name: name.to_owned(), time_zone, since: at(3, 1), because: Because::Mine, closing_at: None };
    Person::new(listed, record, at(TODAY.0, TODAY.1))
}

fn alert(rule: &str, to: AlertTo) -> Alert {
    Alert {
        id: format!("{rule}-{to}"),
        patient_id: "p".to_owned(),
        rule: rule.to_owned(),
        addressee: Coded(to),
        reason: "Something the rule says.".to_owned(),
        raised_at: at(5, 1),
        resolved_at: None,
        resolved_by: None,
    }
}

fn hold(cause: &str) -> Hold {
    Hold {
        id: cause.to_owned(),
        patient_id: "p".to_owned(),
        evaluation_id: None,
        cause: cause.to_owned(),
        answers_changed: false,
        placed_at: at(5, 2),
        cleared_at: None,
        cleared_by: None,
        clearance_note: None,
        override_id: None,
    }
}

fn flare(id: &str, from: NaiveDate, to: Option<NaiveDate>) -> Flare {
    Flare { id: id.to_owned(), patient_id: "p".to_owned(), plan_id: "plan".to_owned(), pressed: true, started_on: from, ended_on: to }
}

fn review(week: u32, outcome: Outcome, rule: &str, told: bool) -> Review {
    let facts = WeekFacts {
        week,
        done: 3,
        planned: 3,
        nprs: Some(5.6),
        nprs_intake: Some(5.8),
        rmdq: Some(10),
        rmdq_intake: Some(11),
        ..WeekFacts::default()
    };
    let alert = WeekAlert { rule: rule.to_owned(), to: AlertTo::Gp, reason: "Told.".to_owned() };
    let result = WeekReview {
        outcome,
        rules: vec!["P-09".to_owned()],
        quota: QuotaStep::Up,
        exercise: ExerciseStep::Rise,
        alerts: told.then_some(alert).into_iter().collect(),
    };
    Review {
        id: format!("review-{week}"),
        patient_id: "p".to_owned(),
        plan_id: "plan".to_owned(),
        week: i32::try_from(week).unwrap(),
        ruleset_version: String::new(),
        facts: Json::new(facts),
        result: Json::new(result),
        reviewed_at: at(5, 1),
    }
}

fn ranks(record: Record) -> Vec<Rank> {
    entries(&person("Ann", record)).into_iter().map(|entry| entry.rank).collect()
}

fn keys(record: Record) -> Vec<String> {
    entries(&person("Ann", record)).into_iter().map(|entry| entry.key).collect()
}

#[test]
fn all_that_can_wait_about_somebody_is_ranked_as_the_desk_reads_it() {
    let proposal = Proposal { review_id: "review-9".to_owned(), plan_id: "plan".to_owned(), made_at: at(5, 4) };
    let all = Record {
        holds: vec![hold("danger_sign")],
        events: vec![event()],
        alerts: vec![
            alert("P-01", AlertTo::Triage),
            alert("P-03", AlertTo::Physio),
            alert("P-10", AlertTo::Gp),
            alert("P-06", AlertTo::Physio),
        ],
        proposals: vec![proposal],
        messages: vec![("m2".to_owned(), at(5, 3)), ("m1".to_owned(), at(5, 1))],
        ..calm()
    };
    let (expected, found) =
        ([Rank::Danger, Rank::Event, Rank::Flare, Rank::NoGain, Rank::Decision, Rank::Decision, Rank::Message], ranks(all.clone()));
    assert_eq!(found, expected, "the triage alert stands in the hold's entry");
    assert_eq!(keys(all)[0], "hold:danger_sign");
    let leg = Record { holds: vec![hold("leg_symptoms")], alerts: vec![alert("P-02", AlertTo::Physio)], ..calm() };
    assert_eq!(ranks(leg), [Rank::Paused], "one matter, one entry");
    assert_eq!(ranks(Record { alerts: vec![alert("P-01", AlertTo::Triage)], ..calm() }), [Rank::Danger]);
    assert!(ranks(calm()).is_empty());
}

fn draft(status: &str) -> Draft {
    Draft { id: "d".to_owned(), plan_id: "plan".to_owned(), status: status.to_owned(), settled_at: Some(at(5, 3)), made_at: at(5, 1) }
}

fn event() -> Event {
    Event { id: "e".to_owned(), exercise: "CO5".to_owned(), happened_on: on(5, 3), severity: "moderate".to_owned(), opened_at: at(5, 3) }
}

#[test]
fn one_matter_is_one_entry_and_its_alert_stands_for_itself_only_when_that_is_gone() {
    let told = |rule: &str| vec![alert(rule, AlertTo::Physio)];
    let matters = [
        ("adverse", Record { events: vec![event()], ..calm() }, "event:e", Rank::Event, Action::Events),
        ("draft", Record { drafts: vec![draft("declined")], ..calm() }, "draft:d", Rank::Decision, Action::Edit),
        ("C-again", Record { patterns: vec![("look".to_owned(), at(5, 2))], ..calm() }, "pattern:look", Rank::Decision, Action::Patterns),
    ];
    for (rule, matter, key, rank, action) in matters {
        assert_eq!(keys(Record { alerts: told(rule), ..matter.clone() }), [key], "{rule}: both are one");
        assert_eq!(keys(matter), [key], "{rule}: without its alert");
        let alone = entries(&person("Ann", Record { alerts: told(rule), ..calm() }));
        assert_eq!((alone.len(), alone[0].rank, &alone[0].action), (1, rank, &action), "{rule} alone");
        assert_eq!(alone[0].approval, Some(Approval::Resolve(format!("{rule}-physio"))));
    }
    // A newer draft stands in its place.
    let again = Record { drafts: vec![draft("open"), draft("declined")], alerts: told("draft"), ..calm() };
    assert_eq!(keys(again), ["alert:draft-physio"]);
    let declined = Record { drafts: vec![draft("declined")], alerts: told("draft"), ..calm() };
    let found = entries(&person("Ann", declined)).remove(0);
    assert_eq!(found.reason, "Something the rule says. The plan goes on as it was.", "in the patient's words");
    assert_eq!(found.alerts, ["draft-physio"], "done deals with it");
}

#[test]
fn every_rule_that_raises_an_alert_has_its_rank_its_sentence_and_what_to_do() {
    let of = |rule: &str, to| {
        let found = entries(&person("Ann", Record { alerts: vec![alert(rule, to)], ..calm() })).remove(0);
        (found.rank, found.action, found.reason)
    };
    let plain = "Something the rule says.";
    for (rule, rank, action, reason) in [
        ("adverse", Rank::Event, Action::Events, plain.to_owned()),
        ("access", Rank::Decision, Action::Team, plain.to_owned()),
        ("draft", Rank::Decision, Action::Edit, format!("{plain} The plan goes on as it was.")),
        ("4.2", Rank::Silence, Action::Write, format!("{plain} (4.2)")),
        ("C-again", Rank::Decision, Action::Patterns, format!("{plain} (C-again)")),
        ("R42", Rank::Decision, Action::Answers, format!("{plain} (R42)")),
        ("R85", Rank::Decision, Action::Measures, format!("{plain} (R85)")),
        ("R86", Rank::Decision, Action::Measures, format!("{plain} (R86)")),
        ("P-02", Rank::Decision, Action::Weeks, format!("{plain} (P-02)")),
        ("P-03", Rank::Flare, Action::Weeks, format!("{plain} (P-03)")),
        ("P-04", Rank::Decision, Action::Weeks, format!("{plain} (P-04)")),
        ("P-05", Rank::Decision, Action::Weeks, format!("{plain} (P-05)")),
        ("P-06", Rank::Decision, Action::Weeks, format!("{plain} (P-06)")),
        ("P-10", Rank::NoGain, Action::Measures, format!("{plain} (P-10)")),
        ("P-11", Rank::Decision, Action::Weeks, format!("{plain} (P-11)")),
    ] {
        assert_eq!(of(rule, AlertTo::Physio), (rank, action, reason), "{rule}");
    }
    for rule in ["3.5", "R42", "P-01"] {
        assert_eq!(of(rule, AlertTo::Triage), (Rank::Danger, Action::Call, format!("{plain} ({rule})")), "{rule}");
    }
}

#[test]
fn the_next_phase_of_a_template_is_a_decision_once_its_weeks_are_over() {
    let phase = |name: &str| Phase { name: name.to_owned(), weeks: 4, items: Vec::new(), quotas: Vec::new() };
    let body = Template {
        name: "Steady start".to_owned(),
        sentence: String::new(),
        suits: Vec::new(),
        days_per_week: 3,
        explain: Vec::new(),
        phases: vec![phase("First weeks"), phase("Building up")],
    };
    let follows = |from_on: NaiveDate, phase: i32, plan: &str| {
        let used = Use {
            id: "u".to_owned(),
            plan_id: plan.to_owned(),
            template_id: "t".to_owned(),
            version: 1,
            phase,
            from_on,
            made_by: None,
            made_at: at(4, 1),
        };
        Record { template: Some((used, std::sync::Arc::new(body.clone()))), ..calm() }
    };
    let due = follows(on(4, 6), 0, "plan");
    let found = entries(&person("Ann", due.clone())).remove(0);
    assert_eq!(
        (found.rank, found.key.as_str(), &found.action),
        (Rank::Decision, "phase:t:0:2026-05-04", &Action::Template("t".to_owned()))
    );
    assert_eq!(
        found.reason,
        "\u{201c}First weeks\u{201d} of the template \u{201c}Steady start\u{201d} has had its weeks: since 4 May \u{201c}Building up\u{201d} could begin."
    );
    assert!(ranks(follows(on(4, 7), 0, "plan")).is_empty(), "one day too early");
    assert!(ranks(follows(on(3, 2), 1, "plan")).is_empty(), "the last phase has no next");
    assert!(ranks(follows(on(4, 6), 0, "another")).is_empty(), "of a plan that has ended");
    // Nothing moves on while the plan stands still or is in a flare.
    assert_eq!(ranks(Record { holds: vec![hold("leg_symptoms")], ..due.clone() }), [Rank::Paused]);
    assert!(ranks(Record { flares: vec![flare("b", on(5, 2), None)], ..due }).is_empty());
}

#[test]
fn a_yes_without_its_details_is_a_danger_sign() {
    let answers = CheckAnswers { danger: vec!["saddle".to_owned()], leg: false };
    let check = WeeklyCheck {
        id: "c".to_owned(),
        patient_id: "p".to_owned(),
        plan_id: "plan".to_owned(),
        on_date: on(5, 3),
        token: "t".to_owned(),
        answers: Json::new(answers),
        evaluation_id: None,
        answered_at: at(5, 3),
    };
    let found = entries(&person("Ann", Record { checks: vec![check.clone()], ..calm() }));
    assert_eq!((found[0].rank, found[0].key.as_str(), &found[0].action), (Rank::Danger, "signs:c", &Action::Call));
    assert!(found[0].reason.contains("P-01") && found[0].reason.contains("3 May"), "{}", found[0].reason);
    let answered = WeeklyCheck { evaluation_id: Some("e".to_owned()), ..check };
    assert!(ranks(Record { checks: vec![answered], ..calm() }).is_empty());
}

#[test]
fn a_sentence_names_the_rule_and_its_numbers() {
    let said = |record: Record| entries(&person("Ann", record)).remove(0).reason;
    let gain = Record { alerts: vec![alert("P-10", AlertTo::Gp)], reviews: vec![review(8, Outcome::Hold, "P-10", true)], ..calm() };
    assert_eq!(
        said(gain),
        "No lasting gain after 8 weeks (P-10): pain 5.8 at the start, 5.6 now; RMDQ 11, then 10. Needs an examination in person."
    );
    assert_eq!(
        said(Record { alerts: vec![alert("P-10", AlertTo::Physio)], ..calm() }),
        "Something the rule says. (P-10)",
        "its review is not known"
    );
    let silent = Record { last_on: Some(on(4, 22)), ..calm() };
    assert_eq!(said(silent.clone()), "Silent: nothing recorded for 12 days (7 are silence), since 22 April.");
    assert_eq!(keys(silent), ["silent:2026-04-22"], "a new silence is another entry");
    assert!(ranks(Record { last_on: Some(on(4, 28)), ..calm() }).is_empty(), "six days are none");
    let pains = (1..=4).map(|day| (on(5, day), Some(6))).chain((20..=30).map(|day| (on(4, day), Some(3)))).collect();
    let again = Record { flares: vec![flare("b", on(5, 2), None), flare("a", on(3, 20), Some(on(3, 27)))], pains, ..calm() };
    assert_eq!(
        said(again.clone()),
        "Flare again (P-03), the second within 8 weeks: since 2 May; pain 6 in the last three days, 3.3 in the two weeks before."
    );
    assert!(ranks(Record { flares: vec![again.flares[0].clone()], ..again }).is_empty(), "the first flare runs by its plan");
}

#[test]
fn somebody_who_joined_and_stands_still_comes_up_after_two_weeks() {
    let mut ann = person("Ann", Record::default());
    ann.listed.since = at(4, 21);
    assert!(entries(&ann).is_empty(), "13 days");
    ann.listed.since = at(4, 20);
    let found = entries(&ann);
    assert_eq!((found[0].rank, found[0].key.as_str()), (Rank::Silence, "joining:2026-04-20"));
    ann.record.came_on_at = Some(at(5, 1));
    assert!(entries(&ann).is_empty(), "an answer of the intake is progress");
}

#[test]
fn a_mark_holds_until_its_day_or_until_it_is_taken_back() {
    let mark = |mark: &str, until| Mark { item: "alert:x".to_owned(), mark: mark.to_owned(), until_on: until, by: None, made_at: at(5, 4) };
    let entry = Entry::new(Rank::Decision, "alert:x".to_owned(), String::new(), at(5, 1), Action::Weeks);
    let said = |marks: &[Mark], entry: &Entry, day| settled(marks, entry, on(5, day)).map(|(said, _)| said);
    let snoozed = [mark("snoozed", Some(on(5, 6)))];
    assert_eq!(said(&snoozed, &entry, 5), Some(Settled::Snoozed(on(5, 6))));
    assert_eq!(said(&snoozed, &entry, 6), None, "it is back on its day");
    assert_eq!(said(&[mark("done", None)], &entry, 9), Some(Settled::Done));
    assert_eq!(said(&[mark("done", None), mark("again", None)], &entry, 4), None);
    let danger = Entry { rank: Rank::Danger, ..entry };
    assert_eq!(said(&[mark("done", None)], &danger, 4), None, "a danger sign is not clicked away");
    let problem = Entry { rank: Rank::Event, ..danger };
    assert_eq!(said(&[mark("done", None)], &problem, 4), None, "a problem is closed with what became of it");
    assert_eq!(said(&snoozed, &problem, 5), Some(Settled::Snoozed(on(5, 6))));
}

#[test]
fn the_list_of_the_day_holds_the_clinics_number_of_people_and_every_danger_sign() {
    let people = || {
        let one = |name: &str, record: Record| person(name, record);
        let waiting = || Record { alerts: vec![alert("P-06", AlertTo::Physio)], ..calm() };
        vec![
            one("Ann", waiting()),
            one("Bea", Record { messages: vec![("m".to_owned(), at(5, 1))], ..waiting() }),
            one("Cid", Record { holds: vec![hold("danger_sign")], ..calm() }),
            one("Dot", Record { holds: vec![hold("danger_sign")], ..calm() }),
            one("Eli", calm()),
        ]
    };
    let names = |items: &[Item]| items.iter().map(|item| item.listed.name.clone()).collect::<Vec<_>>();
    let sorted = |budget| sort(people(), budget, now());
    assert_eq!(names(&sorted(20).today), ["Cid", "Dot", "Ann", "Bea", "Bea"]);
    let tight = sorted(1);
    assert_eq!(
        (names(&tight.today), names(&tight.more)),
        (vec!["Cid".to_owned(), "Dot".to_owned()], vec!["Ann".to_owned(), "Bea".to_owned(), "Bea".to_owned()])
    );
    assert_eq!((names(&sorted(3).today).len(), sorted(3).needing, sorted(3).patients), (3, 4, 5));
}

#[test]
fn a_week_is_waved_through_only_when_nothing_else_waits() {
    let weeks = |record: Record| sort(vec![person("Ann", record)], 20, now()).weeks.into_iter().map(|item| item.entry).collect::<Vec<_>>();
    let reviewed = |outcome, told| Record { reviews: vec![review(9, outcome, "P-06", told)], ..calm() };
    let plain = weeks(reviewed(Outcome::Progress, false));
    assert_eq!(plain[0].reason, "Week 9: a step up (P-09). 3 of 3 sessions, pain 5.6.");
    assert_eq!(plain[0].key, "week:review-9");
    for outcome in [Outcome::StepBack, Outcome::Flare, Outcome::PauseAlert] {
        assert!(weeks(reviewed(outcome, false)).is_empty(), "{outcome}");
    }
    assert!(weeks(reviewed(Outcome::Hold, true)).is_empty(), "somebody was told");
    assert!(weeks(Record { holds: vec![hold("danger_sign")], ..reviewed(Outcome::Hold, false) }).is_empty());
    assert!(weeks(Record { messages: vec![("m".to_owned(), at(5, 3))], ..reviewed(Outcome::Hold, false) }).is_empty());
    let seen = Mark { item: "week:review-9".to_owned(), mark: "done".to_owned(), until_on: None, by: None, made_at: at(5, 4) };
    let aside = sort(vec![person("Ann", Record { marks: vec![seen], ..reviewed(Outcome::Hold, false) })], 20, now());
    assert_eq!((aside.weeks.len(), aside.aside.len()), (0, 1));
}
