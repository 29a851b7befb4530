//! Geometry of charts, all of it here: SVG styled by the tokens alone, with gaps where nothing was
//! recorded. The chart libraries looked at write inline styles, which the content security policy
//! forbids, or close gaps; what is needed is small.
//!
//! Text keeps its size at every width: x and width are per cent, y and height pixels, no viewBox.

use chrono::{Datelike, NaiveDate};
use std::fmt::Write;

/// Height of the pain panel and of the bar panel, in pixels.
const PAIN_TOP: f64 = 12.0;
const PAIN_HEIGHT: f64 = 150.0;
const BAR_TOP: f64 = 196.0;
const BAR_HEIGHT: f64 = 70.0;
const HEIGHT: f64 = 296.0;
/// Per cent of the width kept for the labels of the axis.
const LEFT: f64 = 7.0;
/// Per cent of the width at which they end.
const LABEL: f64 = 5.0;

/// Bars under the pain line: done against planned.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// Heading of the panel, already in words.
    pub title: String,
    /// Date, done, planned, in the same unit.
    pub days: Vec<(NaiveDate, f64, f64)>,
}

/// A chart of daily pain (0–10) from `from` to `to` inclusive, over bars if there are any.
pub fn pain(from: NaiveDate, to: NaiveDate, pain: &[(NaiveDate, f64)], bars: &Bars) -> String {
    let days = f64::from(i32::try_from((to - from).num_days() + 1).unwrap_or(1).max(1));
    let step = (100.0 - LEFT) / days;
    let x = |on: NaiveDate| LEFT + step * (f64::from(i32::try_from((on - from).num_days()).unwrap_or(0)) + 0.5);
    let y = |value: f64| PAIN_TOP + PAIN_HEIGHT * (1.0 - value.clamp(0.0, 10.0) / 10.0);
    let height = if bars.days.is_empty() { BAR_TOP - 4.0 } else { HEIGHT };
    let mut svg = format!("<svg class=\"chart\" width=\"100%\" height=\"{height:.0}\" aria-hidden=\"true\" focusable=\"false\">");
    for level in [0.0, 5.0, 10.0] {
        let at = y(level);
        let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}%\" x2=\"100%\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
        let _ = write!(svg, "<text class=\"label label-y\" x=\"{LABEL}%\" y=\"{:.1}\">{level:.0}</text>", at + 4.0);
    }
    for pair in pain.windows(2) {
        if let [(a, pa), (b, pb)] = pair {
            // A line only between neighbouring days: a gap stays a gap.
            if (*b - *a).num_days() == 1 {
                let _ = write!(
                    svg,
                    "<line class=\"line\" x1=\"{:.2}%\" y1=\"{:.1}\" x2=\"{:.2}%\" y2=\"{:.1}\"/>",
                    x(*a),
                    y(*pa),
                    x(*b),
                    y(*pb)
                );
            }
        }
    }
    for (on, value) in pain {
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.2}%\" cy=\"{:.1}\" r=\"4\"/>", x(*on), y(*value));
    }
    let top = bars.days.iter().map(|(_, done, planned)| done.max(*planned)).fold(1.0, f64::max);
    for (on, done, planned) in &bars.days {
        let wide = step * 0.72;
        let left = x(*on) - wide / 2.0;
        for (class, value) in [("bar-plan", planned), ("bar-done", done)] {
            let tall = BAR_HEIGHT * value / top;
            let inset = if class == "bar-done" { wide * 0.2 } else { 0.0 };
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{:.2}%\" y=\"{:.1}\" width=\"{:.2}%\" height=\"{tall:.1}\"/>",
                left + inset,
                BAR_TOP + BAR_HEIGHT - tall,
                wide - 2.0 * inset
            );
        }
    }
    let bottom = if bars.days.is_empty() { BAR_TOP - 14.0 } else { HEIGHT - 8.0 };
    for on in from.iter_days().take_while(|d| *d <= to).filter(|d| d.weekday() == chrono::Weekday::Mon) {
        let _ = write!(svg, "<text class=\"label label-x\" x=\"{:.2}%\" y=\"{bottom:.1}\">{}</text>", x(on), on.format("%-d %b"));
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).expect("a date")
    }

    #[test]
    fn a_day_without_a_record_leaves_a_gap_in_the_line_and_no_dot() {
        let svg = pain(day(1), day(5), &[(day(1), 4.0), (day(2), 5.0), (day(4), 3.0)], &Bars::default());
        assert_eq!(svg.matches("<circle").count(), 3);
        assert_eq!(svg.matches("class=\"line\"").count(), 1);
        assert!(!svg.contains("style="));
    }
}
