//! The plan editor by keyboard, by dragging, and looked at.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, Clinic};
use serde_json::{Value, json};

#[test]
fn exercises_change_places_by_keyboard_and_by_dragging() {
    let clinic = Clinic::open(Backend::Sqlite);
    let path = format!("/pro/patients/{}/plan", clinic.ann.id());
    with_browser(&clinic.app.base, "editor", |ben| {
        sign_in(ben, &clinic.ben);
        ben.visit(&path);
        ben.check("editor");
        let order = |ben: &super::driver::Browser| -> Vec<String> {
            let ids = ben.script("return [...document.querySelectorAll('ol[data-order] > li')].map(li => li.dataset.exercise);");
            serde_json::from_value(ids).expect("ids")
        };
        let before = order(ben);
        let until = |wanted: &[String]| {
            for _ in 0..100 {
                if ben.words().contains("Kept in the draft") && order(ben)[..wanted.len()] == *wanted {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            panic!("{wanted:?} never came first: {:?}", order(ben));
        };
        // The button has the focus, Enter presses it.
        ben.script("document.querySelectorAll('ol[data-order] > li')[1].querySelector('button[value=up]').focus();");
        ben.key(thirtyfour::Key::Enter);
        until(&[before[1].clone(), before[0].clone()]);
        let moved = order(ben);
        // Dragging the first to the third place.
        let at = |row: usize| -> (f64, f64, f64) {
            let text = format!(
                "const row = document.querySelectorAll('ol[data-order] > li')[{row}]; const g = row.querySelector('.plan-grip').getBoundingClientRect(); const b = row.getBoundingClientRect(); return [g.x + g.width / 2, g.y + g.height / 2, b.bottom - 4];"
            );
            let found: Value = ben.script(&text);
            serde_json::from_value(found).expect("a place")
        };
        ben.emulate(1280, false);
        ben.script("document.querySelector('ol[data-order]').scrollIntoView();");
        let ((x, y, _), (_, _, to)) = (at(0), at(2));
        let mouse = |kind: &str, y: f64| {
            ben.devtools(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}),
            );
        };
        mouse("mousePressed", y);
        mouse("mouseMoved", y + 10.0);
        mouse("mouseMoved", to);
        mouse("mouseReleased", to);
        until(&[moved[1].clone(), moved[2].clone(), moved[0].clone()]);
        ben.fill("Words to look for", "bridge");
        ben.follow("//button[normalize-space(.) = 'Search']");
        ben.script("document.querySelectorAll('details').forEach(d => { d.open = true; });");
        ben.check("editor-open");
        for page in ["preview", "versions"] {
            ben.visit(&format!("{path}/{page}"));
            ben.check(&format!("editor-{page}"));
        }
    });
}
