use super::*;
use crate::access::as_job;
use crate::care::review::why;
use crate::store::{DatabaseUrl, accounts, migrate, plans, reviews};

#[test]
#[ignore]
fn show() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("t.db"));
    migrate(&url).unwrap();
    let store = Store::open(&url).unwrap();
    let now = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap().and_hms_opt(15, 0, 0).unwrap();
    let t = std::time::Instant::now();
    let people = fill(&store, now, chrono_tz::Europe::London).unwrap();
    println!("took {:?}", t.elapsed());
    for p in people.iter().skip(2) {
        println!("== {} {}", p.email, p.story);
        store
            .read::<_, CareError>(|tx| {
                let user = accounts::user_by_email(tx, &p.email)?.unwrap();
                let who = as_job(crate::ids::PatientId::from_text(user.id));
                if let Some(plan) = plans::active(tx, &who)? {
                    for q in plans::quotas(tx, &who, &plan)? {
                        println!("  quota {:?} {:?} at {} goal_on {}", q.activity.0, q.schedule.quotas, q.step_index, q.goal_on);
                    }
                    for r in reviews::reviews(tx, &who, &plan.id)? {
                        println!(
                            "  week {} {:?}\n     {}\n     -> {}",
                            r.week,
                            r.result.outcome,
                            serde_json::to_string(&*r.facts).unwrap(),
                            serde_json::to_string(&*r.result).unwrap()
                        );
                        let _ = why(&r.result);
                    }
                    for c in plans::changes(tx, &who)? {
                        println!("    {} {} {}: {} -> {} [{}]", c.effective_on, c.rule, c.subject, c.before, c.after, c.reason);
                    }
                }
                for a in crate::store::oversight::alerts(tx, &who)? {
                    println!("  alert {} {:?} {} {:?}", a.rule, a.addressee.0, a.reason, a.resolved_at);
                }
                println!("  holds {:?}", crate::store::intake::holds(tx, &who)?);
                println!(
                    "  decisions {:?}",
                    crate::store::intake::evaluations(tx, &who)?
                        .iter()
                        .map(|e| (e.occasion.clone(), e.result.category, e.result.disposition, e.result.confidence))
                        .collect::<Vec<_>>()
                );
                Ok(())
            })
            .unwrap();
    }
    let ines = accounts::user_by_email;
    for (email, ..) in STAFF {
        store
            .read::<_, CareError>(|tx| {
                let user = ines(tx, email)?.unwrap();
                for row in crate::care::desk::caseload(tx, &Physio::of(&Actor::from(&user)).unwrap(), now)? {
                    println!(
                        "{email}: {} | {:?} | {} | {} | {:?} {:?}",
                        row.listed.name, row.need, row.stands, row.reason, row.last_seen, row.sessions
                    );
                }
                Ok(())
            })
            .unwrap();
    }
}
