//! What is printed: one A4 page each, nothing cut off, with the fullest data there is, and without scripts.

use super::driver::{Browser, with_browser, with_browser_in};
use super::journey::sign_in;
use crate::course::{Day, GOOD, Life};
use crate::support::{Backend, Clinic};
use gradus::care::intake;
use gradus::care::safety::{CheckIn, check_in};
use gradus::care::today::asks_rmdq;
use gradus::clinical::intake::AnswerMap;
use gradus::ids;
use gradus::lang::Lang;
use gradus::store::reviews::CheckAnswers;
use serde_json::{Value, json};

/// Paper that is 210 mm wide with the margins of `print.css`, at 96 dots an inch.
const PAPER: u32 = 673;

/// Words on paper that reach over its right edge or are hidden in a box too small for them.
const CUT_OFF: &str = "const room = document.documentElement.clientWidth;
return [...document.querySelectorAll('main *')].filter(e => e.getClientRects().length && !e.closest('svg') && !e.classList.contains('visually-hidden')
  && (e.getBoundingClientRect().right > room + 1
    || (getComputedStyle(e).overflow !== 'visible' && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1))))
  .slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + e.className + ': ' + e.textContent.trim().slice(0, 60));";

fn decoded(base64: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let bits: Vec<u8> = base64.bytes().filter_map(value).collect();
    let mut bytes = Vec::new();
    for four in bits.chunks(4) {
        let word = four.iter().fold(0_u32, |word, six| (word << 6) | u32::from(*six)) << (6 * (4 - four.len()));
        bytes.extend(word.to_be_bytes().into_iter().skip(1).take(four.len() - 1));
    }
    bytes
}

impl Browser {
    /// Prints the open page and says how many sheets come of it.
    fn sheets(&self, what: &str) -> usize {
        let printed = self.devtools("Page.printToPDF", json!({"preferCSSPageSize": true, "printBackground": false}));
        let pdf = decoded(printed["data"].as_str().expect("a document"));
        assert!(pdf.starts_with(b"%PDF"));
        let folder = std::path::Path::new("target/screenshots/prints");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(folder.join(format!("{what}.pdf")), &pdf).expect("written");
        let text = String::from_utf8_lossy(&pdf);
        text.split("/Type /Page").skip(1).filter(|rest| !rest.starts_with('s')).count()
    }

    /// Holds the open page to one sheet with nothing cut off.
    pub fn prints_on_one_page(&self, what: &str) {
        self.emulate(PAPER, false);
        self.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
        let cut: Value = self.script(CUT_OFF);
        assert_eq!(cut, json!([]), "cut off on {} ({what})", self.path());
        self.shoot(PAPER, &format!("{what}-print"));
        self.devtools("Emulation.setEmulatedMedia", json!({"media": ""}));
        self.emulate(super::driver::WIDE, false);
        assert_eq!(self.sheets(what), 1, "{} ({what}) takes more than one page", self.path());
    }
}

/// Twelve weeks with everything: long words of the person's own, reasons, questions, a week of less and one of more.
fn a_full_record(clinic: &Clinic) {
    let long = "Kneeling down in the garden to pull weeds for a whole hour and getting up again without holding on to anything";
    let third = "Carrying both shopping bags up to the third floor without a break on the stairs, as I did before all of this";
    let fuller = format!(r#"["{long}",4],["{third}",2]"#);
    clinic.app.database.execute(&format!("UPDATE intakes SET wishes = REPLACE(wishes, '[\"Tying my shoes\",4]', '{fuller}')"));
    let life = Life { app: &clinic.app, who: &clinic.ann };
    life.weeks(4, Day { pain: 5, ..GOOD });
    let own = clinic.app.own_exercise(&clinic.ben, "CO5");
    clinic.app.give_own(&clinic.ben, &clinic.ann, &own);
    life.weeks(4, GOOD);
    clinic.app.database.execute(
        "UPDATE training_logs SET items = REPLACE(items, '\"reason\":\"\"', '\"reason\":\"no_time\"') WHERE on_date > '2026-04-01'",
    );
    clinic.app.database.execute(
        "UPDATE training_logs SET quotas = REPLACE(quotas, '\"reason\":\"\"', '\"reason\":\"pain\"') WHERE on_date > '2026-04-10'",
    );
    let questions = (1..=5)
        .map(|n| format!("Question {n}: is it all right that the stiffness in the morning lasts so long, and what"))
        .collect::<Vec<_>>();
    gradus::care::progress::ask(clinic.app.store(), &clinic.ann.own(), &questions.join("\n"), clinic.app.moment()).expect("kept");
    let given = CheckIn { answers: CheckAnswers::default(), psfs: vec![6, 5, 7], rmdq: asks_rmdq(8).then(Vec::new), token: ids::fresh() };
    check_in(clinic.app.store(), &clinic.ann.own(), &given, clinic.app.moment()).expect("checked");
}

/// Somebody who answers every danger-sign question in the worst way.
fn worst(clinic: &Clinic) -> crate::support::Someone {
    let fay = clinic.app.patient_of(&clinic.ben, "Fay");
    clinic.app.hand_in(&fay, "V20");
    let stored = clinic.app.database.line(&format!("SELECT answers AS line FROM evaluations WHERE patient_id = '{}'", fay.id()));
    let mut answers: AnswerMap = serde_json::from_str(&stored).expect("answers");
    for (id, value) in answers.iter_mut().filter(|(id, _)| id.starts_with("r_")) {
        let telling = match id.as_str() {
            "r_saddle" | "r_bladder" | "r_bowel" | "r_sexual" | "r_bilat" => "new",
            "r_weak" => "both_new",
            _ => "yes",
        };
        *value = telling.into();
    }
    let (own, moment) = (fay.own(), clinic.app.moment());
    intake::draft(clinic.app.store(), &own, moment).expect("a draft");
    intake::save_answers(clinic.app.store(), &own, &answers, moment).expect("saved");
    intake::submit(clinic.app.store(), &own, moment).expect("submitted").expect("complete");
    fay
}

/// As many rows as a sheet can have: twelve exercises with long names, two daily amounts.
fn fill_the_sheet(clinic: &Clinic) {
    let mut asks: Value = serde_json::from_str(&clinic.app.database.line("SELECT asks AS line FROM paper_sheets")).expect("JSON");
    let exercises: Vec<Value> = (0..12)
        .map(|n| json!({"id": format!("CO{n}"), "title": format!("Slow forward bend with both hands on a chair {n}"), "dose": "2 sets of 10 on each side, 5 days a week, easier form"}))
        .collect();
    let ids: Vec<Value> = (0..12).map(|n| json!(format!("CO{n}"))).collect();
    asks["exercises"] = json!(exercises);
    for day in asks["days"].as_array_mut().expect("days") {
        day["exercises"] = json!(ids);
        let mut second = day["quotas"][0].clone();
        second["activity"] = json!("sit");
        day["quotas"].as_array_mut().expect("amounts").push(second);
    }
    clinic.app.database.execute(&format!("UPDATE paper_sheets SET asks = '{}'", asks.to_string().replace('\'', "''")));
}

fn every_print(lang: Lang, without_scripts: bool) {
    let clinic = Clinic::open(Backend::Sqlite);
    a_full_record(&clinic);
    let code = clinic.app.print_sheet(&clinic.ann);
    fill_the_sheet(&clinic);
    let fay = worst(&clinic);
    clinic.app.database.execute(&format!("UPDATE users SET language = '{}' WHERE is_patient", lang.code()));
    let name = if without_scripts { "prints-no-script" } else { "prints" };
    let shot = |what: &str| format!("{what}{}", if without_scripts { "-no-script" } else { "" });
    with_browser_in(lang, &clinic.app.base, name, |browser| {
        if without_scripts {
            browser.forbid_scripts();
        }
        sign_in(browser, &clinic.ann);
        for (path, what) in [("/plan", "plan"), ("/progress/card", "card"), (format!("/sheet/{code}").as_str(), "sheet")] {
            browser.visit(path);
            assert!(browser.path().starts_with(path), "{}", browser.path());
            browser.prints_on_one_page(&shot(what));
        }
    });
    with_browser_in(lang, &clinic.app.base, name, |browser| {
        if without_scripts {
            browser.forbid_scripts();
        }
        sign_in(browser, &fay);
        browser.visit("/result");
        browser.click("Letter for a clinician, on one page");
        browser.prints_on_one_page(&shot("letter"));
    });
    with_browser(&clinic.app.base, name, |browser| {
        if without_scripts {
            browser.forbid_scripts();
        }
        sign_in(browser, &clinic.ben);
        let file = format!("/pro/patients/{}", clinic.ann.id());
        browser.visit(&format!("{file}/card"));
        browser.prints_on_one_page(&shot("card-of-patient"));
        browser.visit(&format!("{file}/sheet/{code}"));
        browser.prints_on_one_page(&shot("sheet-of-patient"));
        let file = format!("/pro/patients/{}", fay.id());
        browser.visit(&format!("{file}/letters"));
        browser.follow(&format!("//main//a[starts-with(@href, '{file}/letter/')]"));
        browser.prints_on_one_page(&shot("letter-of-patient"));
    });
}

#[test]
fn every_print_is_one_page() {
    every_print(Lang::En, false);
}

#[test]
fn every_print_is_one_page_in_german_and_without_scripts() {
    every_print(Lang::De, true);
}

#[test]
fn progress_and_paper_look_right_at_every_width() {
    let clinic = Clinic::open(Backend::Sqlite);
    a_full_record(&clinic);
    let life = Life { app: &clinic.app, who: &clinic.ann };
    life.weeks(1, Day { pain: 6, ..GOOD });
    let code = clinic.app.print_sheet(&clinic.ann);
    let fay = worst(&clinic);
    with_browser(&clinic.app.base, "progress", |browser| {
        sign_in(browser, &clinic.ann);
        for (path, what) in [
            ("/progress", "progress"),
            ("/progress/card", "card"),
            ("/changes", "changes"),
            ("/sheet", "sheets"),
            (format!("/sheet/{code}").as_str(), "sheet"),
            (format!("/sheet/{code}/enter").as_str(), "enter"),
        ] {
            browser.visit(path);
            browser.check(what);
        }
        browser.click("Save the week");
        browser.check("enter-empty");
        sign_out(browser);
        sign_in(browser, &fay);
        browser.visit("/result");
        browser.click("Letter for a clinician, on one page");
        browser.check("letter");
        sign_out(browser);
        sign_in(browser, &clinic.ben);
        browser.visit("/pro/sheets");
        browser.check("find");
        browser.fill("Code on the sheet", &code.to_lowercase());
        browser.click("Find the sheet");
        browser.check("enter-of-patient");
        browser.visit(&format!("/pro/patients/{}/card", clinic.ann.id()));
        browser.check("card-of-patient");
        let file = format!("/pro/patients/{}", clinic.ann.id());
        for (path, what) in [("", "file"), ("/answers", "answers"), ("/override", "override"), ("/notes", "notes"), ("/letters", "letters")]
        {
            browser.visit(&format!("{file}{path}"));
            browser.check(what);
        }
    });
}

fn sign_out(browser: &Browser) {
    browser.visit("/account");
    browser.click("Sign out");
}
