use super::*;
use crate::access::{Job, PatientAccess, Relation, as_job, authorise_read};
use crate::care::desk::caseload::{Person, Stands, people as on_the_list};
use crate::care::desk::inbox::{Rank, entries};
use crate::care::facts::{Week, gather};
use crate::care::journal::pain_days;
use crate::care::logging::coloured;
use crate::care::standing::{Pause, Standing, standing};
use crate::clinical::codes::{Category, Outcome};
use crate::clinical::plan::Role;
use crate::clinical::week::review;
use crate::ids::PatientId;
use crate::store::plans::Plan;
use crate::store::relations::Because;
use crate::store::reviews::{Review, reviews};
use crate::store::{DatabaseUrl, ReadTx, accounts, intake, journal, logs, migrate, plans};
use std::collections::{BTreeMap, BTreeSet};

/// A filled demonstration, kept for as long as it is looked at.
struct Demo {
    store: Store,
    now: UtcTime,
    _folder: tempfile::TempDir,
}

/// A Saturday afternoon and the days after it; all seven weekdays, at hours that differ.
fn now(days: i64, hour: u32) -> UtcTime {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap().and_hms_opt(hour, 30, 0).unwrap() + chrono::Duration::days(days)
}

impl Demo {
    fn at(now: UtcTime) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("demo.db"));
        migrate(&url).unwrap();
        let store = Store::open(&url).unwrap();
        let people = fill(&store, now, chrono_tz::Europe::London).unwrap();
        assert_eq!(people.len(), STAFF.len() + people::EVERYBODY.len());
        Self { store, now, _folder: folder }
    }

    fn read<T>(&self, f: impl FnOnce(&mut ReadTx) -> Result<T, CareError>) -> T {
        self.store.read(f).unwrap()
    }

    fn who(tx: &mut ReadTx, name: &str) -> PatientAccess<Job> {
        let user = accounts::user_by_email(tx, &format!("{name}@demo.example")).unwrap().expect(name);
        as_job(PatientId::from_text(user.id))
    }

    fn standing(&self, name: &str) -> Standing {
        self.read(|tx| {
            let who = Self::who(tx, name);
            standing(tx, &who, self.now.date())
        })
    }

    fn plan(tx: &mut ReadTx, name: &str) -> Option<(PatientAccess<Job>, Plan, Vec<Review>)> {
        let who = Self::who(tx, name);
        let plan = plans::active(tx, &who).unwrap()?;
        let all = reviews(tx, &who, &plan.id).unwrap();
        Some((who, plan, all))
    }

    fn rows(&self, staff: usize) -> BTreeMap<String, Person> {
        self.read(|tx| {
            let user = accounts::user_by_email(tx, STAFF[staff].0)?.unwrap();
            let rows = on_the_list(tx, &Physio::of(&Actor::from(&user)).unwrap(), self.now)?;
            Ok(rows.into_iter().map(|row| (row.listed.name.clone(), row)).collect())
        })
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    people::EVERYBODY.iter().map(|person| person.email.split('@').next().unwrap())
}

#[test]
fn everybody_answers_so_that_the_rules_find_what_their_story_says() {
    for person in people::EVERYBODY.iter().filter(|person| person.reached != people::Reached::Begun) {
        let result = crate::clinical::intake::evaluate(&history::answers(person)).expect(person.name);
        let wanted = match person.email.split('@').next().unwrap() {
            "martin" | "greta" => Category::Ext,
            "dorothy" | "samuel" => Category::Load,
            "priya" => Category::Inst,
            "leila" => Category::Unclear,
            _ => Category::Flex,
        };
        assert_eq!(result.category, wanted, "{}", person.name);
        assert_eq!(result.hold_plan, person.reached == people::Reached::Submitted, "{}", person.name);
    }
}

#[test]
fn every_state_and_category_is_there_and_no_review_is_missing_on_any_weekday() {
    for (days, hour) in [(0, 15), (1, 2), (2, 9), (3, 23), (4, 4), (5, 12), (6, 18)] {
        let demo = Demo::at(now(days, hour));
        states(&demo);
        histories(&demo);
    }
}

fn states(demo: &Demo) {
    let at = demo.now;
    assert!(matches!(demo.standing("aisha"), Standing::Intake), "{at}");
    assert!(matches!(demo.standing("dorothy"), Standing::Held(_)), "{at}");
    assert!(matches!(demo.standing("jonas"), Standing::Ready(_)), "{at}");
    let active = |name| match demo.standing(name) {
        Standing::Active(active) => *active,
        other => panic!("{name} at {at}: {other:?}"),
    };
    assert!((5..=6).contains(&active("hannah").week(at.date())), "{at}");
    assert_eq!((active("hannah").pause, active("hannah").flare.is_none()), (None, true), "{at}");
    assert!(active("martin").flare.is_some_and(|flare| flare.pressed && (at.date() - flare.started_on).num_days() == 2), "{at}");
    // Walking is on the page of somebody whose goal is standing, and so are two positions of relief.
    let support = demo.read(|tx| {
        let who = Demo::who(tx, "martin");
        Ok(crate::care::today::today(tx, &who, &active("martin"), at.date())?.support)
    });
    let of = |role| support.iter().filter(|item| item.role == role).count();
    assert_eq!((of(Role::Relief), of(Role::Quota)), (2, 1), "{support:?}");
    assert_eq!(active("priya").pause, Some(Pause::DangerSign), "{at}");
    assert_eq!(active("samuel").pause, None, "{at}");
    assert_eq!(active("leila").week(at.date()), 2, "{at}");
    let (ines, daniel) = (demo.rows(0), demo.rows(1));
    let first = |person: &Person| entries(person).into_iter().next().map(|entry| (entry.rank, entry.reason));
    assert_eq!(first(&ines["Dorothy Marsh"]).map(|(rank, _)| rank), Some(Rank::Danger));
    assert_eq!(first(&daniel["Priya Nair"]).map(|(rank, _)| rank), Some(Rank::Danger));
    let silent = entries(&daniel["Owen Pryce"]).into_iter().find(|entry| entry.rank == Rank::Silence);
    assert!(silent.is_some_and(|entry| entry.reason.starts_with("Silent: nothing recorded for 12 days")), "{at}");
    assert_eq!(ines["Greta Lindholm"].stands().0, Stands::Maintaining, "{at}");
    assert_eq!(ines["Martin Doyle"].stands().0, Stands::Flare, "{at}");
    desk_alive(demo, &ines);
    together(demo, ines.values().chain(daniel.values()));
    assert!([&ines, &daniel].iter().all(|list| list["Jonas Weber"].listed.because == Because::Inbox), "the inbox is everybody's");
    assert!(!daniel.contains_key("Hannah Reyes") && !ines.contains_key("Owen Pryce"));
}

/// Something of everything that the desk can have waits there.
fn desk_alive(demo: &Demo, ines: &BTreeMap<String, Person>) {
    let at = demo.now;
    let keys = |name: &str| entries(&ines[name]).into_iter().map(|entry| entry.key).collect::<Vec<_>>();
    let has = |name: &str, kind: &str| keys(name).iter().any(|key| key.starts_with(kind));
    for (name, kind) in [("Samuel Boateng", "phase:"), ("Samuel Boateng", "message:"), ("Greta Lindholm", "event:")] {
        assert!(has(name, kind), "{kind} of {name} at {at}: {:?}", keys(name));
    }
    // A week proposes a step where it moves the plan on; of one of the two it does.
    assert!(["Hannah Reyes", "Samuel Boateng"].iter().any(|name| has(name, "proposal:")), "{at}: {:?}", keys("Hannah Reyes"));
    assert!(!has("Greta Lindholm", "alert:"), "one matter is one entry: {:?}", keys("Greta Lindholm"));
    let leila = ines["Leila Haddad"].record.drafts.first().map(|draft| draft.status.clone());
    assert_eq!(leila.as_deref(), Some("sent"), "{at}");
    demo.read(|tx| {
        let first = accounts::user_by_email(tx, STAFF[0].0)?.unwrap();
        let physio = Physio::of(&Actor::from(&first)).unwrap();
        let leaves = crate::care::leave::leaves(tx, &physio, at)?;
        assert_eq!(leaves.covering.iter().map(|leave| leave.away.as_str()).collect::<Vec<_>>(), ["Daniel Adeyemi"], "{at}");
        let unused = crate::care::joining::unused(tx, &physio, at)?;
        assert_eq!(unused.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Tomasz Nowak"], "{at}");
        let martin = authorise_read(&Actor::from(&first), Relation::InCharge, Demo::who(tx, "martin").patient().clone()).unwrap();
        assert_eq!(crate::store::notes::all(tx, &martin)?.len(), 1, "{at}");
        let samuel = Demo::who(tx, "samuel");
        let given =
            plans::changes(tx, &samuel)?.into_iter().filter(|change| change.reason.to_string().starts_with("Everything fits")).count();
        assert_eq!(given, 0, "the plan is the first phase already, at {at}");
        Ok(())
    });
}

/// What the lists say of people who were read together is what the pages of one say.
fn together<'p>(demo: &Demo, people: impl Iterator<Item = &'p Person>) {
    for person in people {
        let (name, on) = (&person.listed.name, person.moment.today());
        let who = as_job(person.listed.patient.clone());
        let from = on - chrono::Days::new(27);
        let (alone, pain, sessions, weeks) = demo.read(|tx| {
            let alone = standing(tx, &who, on)?;
            let weeks = match &alone {
                Standing::Active(active) => {
                    let last = u32::try_from((active.week(on) - 1).max(0)).unwrap();
                    let weeks = (last.saturating_sub(2).max(1)..=last).map(|number| Week::of(active.plan.started_on, number));
                    weeks.map(|week| Ok((week, gather(tx, &who, &active.plan, week)?))).collect::<Result<Vec<_>, CareError>>()?
                }
                _ => Vec::new(),
            };
            Ok((alone, pain_days(tx, &who, from, on)?, coloured(tx, &who, from, on)?, weeks))
        });
        assert_eq!(format!("{:?}", person.standing), format!("{alone:?}"), "{name} at {}", demo.now);
        assert_eq!(person.pain(from, on), pain, "{name} at {}", demo.now);
        let logs: Vec<_> = person.record.logs.iter().filter(|log| log.on_date >= from && log.on_date <= on).collect();
        assert_eq!(format!("{logs:?}"), format!("{:?}", sessions.iter().map(|s| &s.log).collect::<Vec<_>>()), "{name} at {}", demo.now);
        let mornings: BTreeMap<_, _> = person.mornings().into_iter().collect();
        for session in sessions.iter().filter(|session| session.log.on_date < on) {
            let next = mornings.get(&(session.log.on_date + chrono::Days::new(1)));
            assert_eq!(next.map(|pain| f64::from(*pain)), session.after(), "{name} at {}", demo.now);
        }
        for (week, facts) in weeks {
            let asked = facts.planned - facts.away.sessions;
            assert_eq!(person.sessions(week.from, week.to), Some((facts.done, asked)), "{name}, week {} at {}", week.number, demo.now);
        }
    }
}

fn histories(demo: &Demo) {
    let mut categories = BTreeSet::new();
    for name in names() {
        let Some((plan, all)) = demo.read(|tx| {
            let found = Demo::plan(tx, name);
            if let Some((who, plan, all)) = &found {
                all.iter().for_each(|review| recount(tx, who, plan, review));
            }
            Ok(found.map(|(_, plan, all)| (plan, all)))
        }) else {
            continue;
        };
        categories.insert(plan.category.0);
        let moment = Moment { utc: demo.now, zone: chrono_tz::Europe::London };
        let ended = (moment.today() - plan.started_on).num_days() / 7;
        let night = (moment.today() - plan.started_on).num_days() % 7 == 0 && moment.time() < NaiveTime::from_hms_opt(3, 5, 0).unwrap();
        let weeks: Vec<i64> = all.iter().map(|r| i64::from(r.week)).collect();
        assert_eq!(weeks, (1..=ended - i64::from(night)).collect::<Vec<_>>(), "{name} at {}", demo.now);
        assert!(all.iter().all(|r| *r.result == review(&r.facts)), "{name}");
        let rules = |week: usize| all.get(week - 1).map(|r| r.result.rules.join(" ")).unwrap_or_default();
        match name {
            "hannah" => assert!(all.iter().filter(|r| r.result.outcome == Outcome::Progress).count() >= 4, "{name} at {}", demo.now),
            "priya" => assert_eq!(rules(3), "P-01"),
            "samuel" => assert_eq!((rules(3).as_str(), rules(4) == "P-02"), ("P-02", false)),
            "greta" => assert_eq!(all.last().map(|r| r.result.outcome), Some(Outcome::Maintain), "at {}", demo.now),
            "leila" => assert!(rules(1).starts_with("P-06E"), "{} at {}", rules(1), demo.now),
            _ => {}
        }
    }
    assert_eq!(categories.len(), Category::ALL.len(), "every category has a plan");
}

/// Counts a week again from the bare records, by another way than the review's facts.
fn recount(tx: &mut ReadTx, who: &PatientAccess<Job>, plan: &Plan, review: &Review) {
    let week = Week::of(plan.started_on, u32::try_from(review.week).unwrap());
    let records = logs::days(tx, who, week.from, week.to).unwrap();
    let mut days: BTreeMap<NaiveDate, f64> = BTreeMap::new();
    for record in &records {
        days.extend(record.average.or(record.morning).map(|pain| (record.on_date, f64::from(pain))));
    }
    let averaged = |on: NaiveDate| records.iter().any(|r| r.on_date == on && r.average.is_some());
    for entry in journal::between(tx, who, week.from, week.to).unwrap() {
        if let Some(pain) = entry.body.pain().filter(|_| !averaged(entry.on_date)) {
            days.insert(entry.on_date, f64::from(pain));
        }
    }
    let facts = &review.facts;
    assert_eq!(facts.days as usize, days.len(), "{facts:?}");
    let mean = days.values().sum::<f64>() / f64::from(facts.days.max(1));
    assert!(facts.nprs.is_none_or(|pain| (pain - mean).abs() < 1e-9), "{facts:?} against {days:?}");
    let sessions = logs::between(tx, who, week.from, week.to).unwrap();
    assert_eq!(facts.done as usize, sessions.iter().filter(|s| s.has_exercise()).count(), "{facts:?}");
    let reached = sessions.iter().flat_map(|s| s.quotas.iter()).filter(|q| q.amount.is_some_and(|amount| amount >= 0.9 * q.quota));
    assert_eq!(facts.quotas_met as usize, reached.count(), "one bout a day in this cast: {facts:?}");
    let asked: Vec<_> = intake::measures(tx, who, "psfs").unwrap().into_iter().filter(|m| m.on_date <= week.to).collect();
    assert_eq!(facts.psfs, asked.last().filter(|m| m.on_date >= week.from).map(|m| m.score));
}

#[test]
fn the_same_now_gives_the_same_history() {
    let told = |demo: &Demo| {
        demo.read(|tx| {
            let mut lines = Vec::new();
            for name in names() {
                let Some((who, plan, all)) = Demo::plan(tx, name) else { continue };
                let decided = all.iter().map(|r| format!("{name} {} {} {}", r.week, r.facts.text(), r.result.text()));
                lines.extend(decided);
                let changed = plans::changes(tx, &who)?.into_iter();
                lines.extend(changed.map(|c| format!("{name} {} {} {} {}", c.at, c.subject, c.after, c.reason)));
                let logged = logs::between(tx, &who, plan.started_on, demo.now.date())?;
                lines.extend(logged.iter().map(|l| format!("{name} {} {:?} {}", l.logged_at, l.worst_during, l.items.text())));
            }
            lines.sort();
            Ok(lines)
        })
    };
    let (one, two) = (Demo::at(now(0, 15)), Demo::at(now(0, 15)));
    assert_eq!(told(&one), told(&two));
    assert!(told(&one).len() > 200, "six weeks of history");
}
