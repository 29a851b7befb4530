//! Pages in the few colours that a system forces on them (high contrast).

use super::driver::{Browser, WIDE, with_browser};
use crate::support::{Backend, spawn};

/// Drawn shapes in colours that are not the system's, and how many shapes have the colour of what is chosen.
const COLOURS: &str = "const system = name => {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.forcedColorAdjust = 'none';
  probe.style.color = name;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
};
const [ground, ink, grey, chosen] = ['Canvas', 'CanvasText', 'GrayText', 'SelectedItem'].map(system);
const known = new Set([ground, ink, grey, chosen, 'none']);
const shapes = [...document.querySelectorAll('svg.figure path')].map(path => [path.getAttribute('class'), getComputedStyle(path)]);
const strange = shapes.filter(([, s]) => !known.has(s.fill) || !known.has(s.stroke)).map(([name, s]) => `${name}: ${s.fill}, ${s.stroke}`);
const hidden = shapes.filter(([name, s]) => name.startsWith('f-b') && [s.fill, s.stroke].every(c => c === ground || c === 'none'));
const moved = shapes.filter(([, s]) => s.fill === chosen).length;
return {strange: [...new Set(strange)], hidden: hidden.map(([name]) => name), moved, apart: new Set([ground, ink, chosen]).size};";

fn holds(browser: &Browser, path: &str) {
    for (word, dark) in [("light", false), ("dark", true)] {
        browser.emulate(WIDE, dark);
        browser.force_colours(dark);
        browser.visit(path);
        let found = browser.script(COLOURS);
        browser.shoot(WIDE, &format!("forced{}-{word}", path.replace('/', "-")));
        assert_eq!(found["strange"].as_array().map(Vec::len), Some(0), "{path} ({word}): {}", found["strange"]);
        assert_eq!(found["hidden"].as_array().map(Vec::len), Some(0), "{path} ({word}): {}", found["hidden"]);
        assert!(found["moved"].as_u64() > Some(0) && found["apart"] == 3, "{path} ({word}): {found}");
    }
}

#[test]
fn figures_are_drawn_in_the_colours_a_system_forces() {
    let app = spawn(Backend::Sqlite);
    with_browser(&app.base, "contrast", |browser| {
        for path in ["/exercises", "/exercises/CO5", "/exercises/AE5"] {
            holds(browser, path);
        }
    });
}
