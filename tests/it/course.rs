//! The whole course of a plan, day by day under a moved clock.

use crate::support::{Clinic, Someone, TestApp};
use chrono::Duration;
use gradus::care;
use gradus::care::checkins::take_up;
use gradus::care::intake;
use gradus::care::logging::{NewLog, log, record_day};
use gradus::care::safety::{CheckIn, check_in};
use gradus::care::standing::{Active, Standing, standing};
use gradus::care::today::{DayState, Today, press_flare, settle_flare, today};
use gradus::ids;
use gradus::store::logs::{Done, ItemLog, QuotaLog};
use gradus::store::plans::Change;
use gradus::store::reviews::CheckAnswers;
use gradus::store::{oversight, plans};

/// What a day was like.
#[derive(Clone, Copy)]
pub struct Day {
    /// Pain on waking, worst in the session, and on average.
    pub pain: u8,
    pub effort: u8,
    /// RMDQ statements ticked where the weekly check asks.
    pub rmdq: usize,
}

pub const GOOD: Day = Day { pain: 2, effort: 4, rmdq: 2 };

/// Somebody who does what each day asks.
pub struct Life<'a> {
    pub app: &'a TestApp,
    pub who: &'a Someone,
}

impl Life<'_> {
    pub fn active(&self) -> Option<Active> {
        care::review::run_due(self.app.store(), &self.who.own(), self.app.moment()).expect("reviewed");
        let found = self.app.store().read(|tx| standing(tx, &self.who.own(), self.app.moment().today())).expect("a standing");
        match found {
            Standing::Active(active) => Some(*active),
            _ => None,
        }
    }

    pub fn today(&self) -> Today {
        let active = self.active().expect("a plan under way");
        self.app.store().read(|tx| today(tx, &self.who.own(), &active, self.app.moment().today())).expect("today")
    }

    /// Does everything the day asks, answers everything, and goes on to the next morning.
    pub fn live(&self, day: Day) {
        let (store, own, moment) = (self.app.store(), self.who.own(), self.app.moment());
        let asked = self.today();
        let done = |item: &gradus::clinical::plan::Prescribed| ItemLog {
            exercise: item.exercise.clone(),
            done: Done::Done,
            reason: String::new(),
            brought_on: false,
        };
        let quota = |q: &care::today::DayQuota| QuotaLog {
            activity: q.quota.activity.0,
            quota: q.amount,
            amount: Some(q.amount),
            reason: String::new(),
        };
        let new = NewLog {
            on: asked.on,
            items: asked.training.iter().map(done).collect(),
            quotas: asked.quotas.iter().map(quota).collect(),
            during: Some(day.pain),
            effort: Some(day.effort),
            stop_symptom: false,
            anything_new: false,
            note: String::new(),
            token: ids::fresh(),
        };
        log(store, &own, &new, moment).expect("logged");
        record_day(store, &own, asked.on, Some(day.pain), Some(day.pain), moment).expect("kept");
        if asked.check_due {
            let ticked = (1..=day.rmdq).map(|n| format!("rmdq_{n:02}")).collect();
            let given = CheckIn {
                answers: CheckAnswers::default(),
                psfs: vec![8, 8],
                rmdq: care::today::asks_rmdq(asked.week).then_some(ticked),
                token: ids::fresh(),
            };
            check_in(store, &own, &given, moment).expect("checked");
        }
        self.app.wait(Duration::days(1));
    }

    /// A day on which the pain is noted and nothing else.
    pub fn only_noted(&self) {
        let moment = self.app.moment();
        record_day(self.app.store(), &self.who.own(), moment.today(), Some(2), Some(2), moment).expect("kept");
        self.app.wait(Duration::days(1));
    }

    pub fn weeks(&self, count: u32, day: Day) {
        (0..7 * count).for_each(|_| self.live(day));
    }

    fn alerts(&self) -> Vec<String> {
        let all = self.app.store().read(|tx| oversight::alerts(tx, &self.who.own())).expect("alerts");
        all.into_iter().map(|alert| alert.reason).collect()
    }

    fn changes(&self) -> Vec<Change> {
        self.app.store().read(|tx| plans::changes(tx, &self.who.own())).expect("changes")
    }

    pub fn lines(&self) -> Vec<String> {
        let line = |c: Change| format!("{} {}: {} → {} ({})", c.effective_on, c.subject, c.before, c.after, c.rule);
        self.changes().into_iter().rev().map(line).collect()
    }
}

each_backend! {
    fn twelve_good_weeks_lead_through_the_phases_to_keeping_what_was_gained(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(12, GOOD);
        let _ = life.today();
        let lines = life.lines();
        let at = |part: &str| lines.iter().position(|line| line.contains(part)).unwrap_or_else(|| panic!("no {part:?} in\n{}", lines.join("\n")));
        let order = [
            "Your plan began", "phase 1 of 3 → phase 2 of 3", "phase 2 of 3 → phase 3 of 3",
            "Slow forward bend: 5 repetitions, every other day, slowly (", "Slow forward bend: 5 repetitions, every other day, slowly → 10 repetitions",
            "Keeping what you have gained",
        ];
        assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{}", lines.join("\n"));
        for week in 1..=12 {
            let from = format!("2026-{}", (chrono::NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date") + chrono::Days::new(7 * week)).format("%m-%d"));
            let of_week: Vec<&String> = lines.iter().filter(|line| line.starts_with(&from)).collect();
            assert!(of_week.iter().filter(|line| line.contains("New exercise")).count() <= 1, "one new exercise a week: {of_week:?}");
        }
        let kept = life.today();
        assert!(kept.maintaining && kept.strip.iter().filter(|day| day.state == DayState::Planned).count() <= 2);
        assert_eq!(kept.quotas[0].amount, 30.0);
        // Four weeks without a diary are as agreed: nobody is told, nothing lapses, the check comes once.
        clinic.app.wait(Duration::days(28));
        assert!(life.today().check_due);
        assert!(life.alerts().is_empty(), "{:?}", life.alerts());
        assert!(take_up(clinic.app.store(), &clinic.ann.own(), false, "back", clinic.app.moment()).expect("back in"));
        let back = life.today();
        assert!(!back.maintaining && life.active().expect("a plan").plan.training_days.len() == 3);
    }

    fn two_silent_weeks_restart_the_amount_lower_and_four_end_the_plan(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(3, GOOD);
        assert_eq!(life.today().quotas[0].amount, 15.0);
        clinic.app.wait(Duration::days(3));
        assert!(life.today().quiet, "two quiet days are noticed gently");
        clinic.app.wait(Duration::days(4));
        assert_eq!(life.today().quotas[0].amount, 15.0, "one missed week is held");
        clinic.app.wait(Duration::days(7));
        assert_eq!(life.today().quotas[0].amount, 10.0, "80 % of the 13 minutes completed");
        clinic.app.wait(Duration::days(14));
        assert!(life.active().is_none(), "the plan has ended");
        assert!(life.alerts().iter().any(|alert| alert.contains("four weeks")), "{:?}", life.alerts());
        let ann = clinic.app.signed_in(&clinic.ann);
        let page = ann.open("/today");
        assert_eq!(page.heading(), "Good to see you again");
        let draft = intake::draft(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).expect("a draft");
        assert!(!draft.answers.contains_key("r_saddle") && draft.answers.contains_key("sex"), "danger signs are asked anew");
        // The way back: the questions, a new starting point, a new plan.
        clinic.app.start_plan(&clinic.ann);
        assert_eq!(life.active().expect("a new plan").week(clinic.app.moment().today()), 1);
    }

    fn an_exercise_that_goes_red_eases_and_the_second_time_gives_way(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.live(GOOD);
        let red = Day { pain: 9, ..GOOD };
        let of = |id: &str| life.lines().into_iter().filter(|line| line.contains(id)).collect::<Vec<_>>();
        let mut seen = Vec::new();
        for _ in 0..14 {
            let asked = life.today();
            if let Some(item) = asked.training.iter().find(|item| item.core) {
                seen.push(item.exercise.clone());
            }
            life.live(red);
        }
        assert!(!of("easier form (5.2)").is_empty(), "{}", life.lines().join("\n"));
        assert!(of("Exercise: ").iter().any(|line| line.contains("(5.2)")), "{}", life.lines().join("\n"));
        let reasons: Vec<String> = life.changes().into_iter().map(|c| c.reason.to_string()).collect();
        assert!(reasons.iter().any(|reason| reason.contains("twice in a row")), "{reasons:?}");
        assert_eq!(clinic.app.database.count("session_steps WHERE step = 'swap'"), reasons.iter().filter(|r| r.contains("takes its place")).count());
    }

    fn only_the_exercise_that_brought_the_pain_on_eases(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let asked = life.today();
        let browser = clinic.app.signed_in(&clinic.ann);
        let sore = asked.training[1].exercise.clone();
        let form = browser.get("/today/as-planned").is(200).form();
        let form = form.set("during", "8").set("effort", "4").set("unusual", "no").set("brought_on", &sore);
        browser.submit(&form).goes_to("/today");
        assert_eq!(clinic.app.database.lines("SELECT exercise AS line FROM session_steps"), std::slice::from_ref(&sore));
        // The entry shows what was said, and can be changed.
        let id = clinic.app.database.line("SELECT id AS line FROM training_logs");
        let edit = browser.get(&format!("/sessions/{id}/edit")).is(200);
        assert_eq!(edit.attributes("input[name=brought_on][checked]", "value"), [sore]);
    }

    fn a_flare_of_more_than_two_weeks_resumes_one_phase_down(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(3, GOOD);
        assert_eq!(life.active().expect("a plan").plan.phase, 2);
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).expect("pressed");
        life.weeks(2, GOOD);
        clinic.app.wait(Duration::days(1));
        settle_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).expect("settled");
        let plan = life.active().expect("a plan").plan;
        assert_eq!((plan.phase, plan.facts.phase), (1, 1), "{}", life.lines().join("\n"));
    }

    fn a_physiotherapist_ends_the_programme_and_the_patient_reads_why(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let path = format!("/pro/patients/{}/discharge", clinic.ann.id());
        ben.submit(&ben.get(&path).form_to(&path)).is(422);
        ben.submit(&ben.get(&path).form_to(&path).fill("Why the programme ends", "You reached what you wanted.").set("again", "no")).is(303);
        let ann = clinic.app.signed_in(&clinic.ann);
        let page = ann.open("/today");
        assert!(page.words().contains("You reached what you wanted."), "{}", page.words());
        assert!(ann.open("/plan").words().contains("Answer the questions again"));
        assert!(ben.get(&format!("/pro/patients/{}", clinic.ann.id())).words().contains("Programme ended on"));
    }
}
