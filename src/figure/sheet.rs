//! A contact sheet of all figures, for looking at them by eye: every form, every pose, in light and in dark.

use super::FigureError;
use super::library::{Form, figure};
use super::svg::Drawing;
use std::fmt::Write;

const TOKENS: &str = include_str!("../../static/css/tokens.css");
const CLASSES: &str = include_str!("../../static/css/figure.css");
const LAYOUT: &str = "body { margin: 0; font: 16px system-ui, sans-serif; }
.theme { padding: 16px; background: var(--paper); color: var(--ink); }
.light { color-scheme: light; } .dark { color-scheme: dark; }
.all { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 12px; }
figure { margin: 0; padding: 8px; border-radius: 8px; background: var(--sunk); }
figcaption { font-size: 14px; }";

/// The sheet as one page. `exercises` are ids with the names people know.
///
/// # Errors
/// The first figure that cannot be drawn.
pub fn sheet(exercises: &[(&str, &str)]) -> Result<String, FigureError> {
    let mut all = String::new();
    for (id, name) in exercises {
        for (form, word) in [(Form::Main, ""), (Form::Easier, ", easier"), (Form::Harder, ", harder")] {
            let Some(drawn) = figure(id, form)? else { continue };
            let mut put = |what: &str, svg: &str| {
                let name = name.replace('&', "&amp;").replace('<', "&lt;");
                let _ = write!(all, "<figure>{svg}<figcaption>{id} {name}{word}{what}</figcaption></figure>");
            };
            put("", &drawn.svg(Drawing::Still, false)?);
            if drawn.poses.len() > 1 {
                for pose in 0..drawn.poses.len() {
                    put(&format!(", pose {}", pose + 1), &drawn.svg(Drawing::Pose(pose), false)?);
                }
                put(", moving", &drawn.svg(Drawing::Moving, false)?);
            }
        }
    }
    let theme = |class: &str| {
        format!("<section class=\"theme {class}\"><h1>Exercise figures, {class}</h1><div class=\"all\">{all}</div></section>")
    };
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Exercise figures</title><style>{TOKENS}\n{CLASSES}\n{LAYOUT}</style></head><body>{}{}</body></html>\n",
        theme("light"),
        theme("dark")
    ))
}
