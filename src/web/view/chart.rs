//! Geometry of charts, all of it here: SVG styled by the tokens alone, with gaps where nothing was
//! recorded. The chart libraries looked at write inline styles, which the content security policy
//! forbids, or close gaps; what is needed is small.
//!
//! Text keeps its size at every width: x and width are per cent, y and height pixels, no viewBox.

use crate::clinical::codes::Colour;
use crate::lang::dates::short_date;
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
/// Pixels of a day, and height, of the line in a row of a table.
const SPARK_STEP: f64 = 4.0;
const SPARK_HEIGHT: f64 = 36.0;
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

/// Where days lie between the left edge and the right one, in per cent.
#[derive(Clone, Copy)]
struct Days {
    from: NaiveDate,
    to: NaiveDate,
    step: f64,
}

impl Days {
    fn new(from: NaiveDate, to: NaiveDate) -> Self {
        let days = f64::from(i32::try_from((to - from).num_days() + 1).unwrap_or(1).max(1));
        Self { from, to, step: (100.0 - LEFT) / days }
    }

    fn x(self, on: NaiveDate) -> f64 {
        LEFT + self.step * (f64::from(i32::try_from((on - self.from).num_days()).unwrap_or(0)) + 0.5)
    }

    /// Size of a dot that leaves its neighbours room on a phone.
    fn dot(self) -> f64 {
        if (self.to - self.from).num_days() > 31 { 3.0 } else { 4.0 }
    }

    /// Names of the Mondays; every second one gives way on a phone when there are many.
    fn label(self, svg: &mut String, bottom: f64) {
        let mondays = self.from.iter_days().take_while(|d| *d <= self.to).filter(|d| d.weekday() == chrono::Weekday::Mon);
        let many = (self.to - self.from).num_days() > 31;
        for (n, on) in mondays.enumerate() {
            let extra = if many && n % 2 == 1 { " label-extra" } else { "" };
            date(svg, self.x(on), bottom, on, extra);
        }
    }
}

/// A date under its place; at the right edge it ends there, or it would be cut off.
fn date(svg: &mut String, x: f64, bottom: f64, on: NaiveDate, extra: &str) {
    let (class, x) = if x > 94.0 { ("label-y", 100.0) } else { ("label-x", x) };
    let _ = write!(svg, "<text class=\"label {class}{extra}\" x=\"{x:.2}%\" y=\"{bottom:.1}\">{}</text>", short_date(on));
}

fn begin(height: f64) -> String {
    format!("<svg class=\"chart\" width=\"100%\" height=\"{height:.0}\" aria-hidden=\"true\" focusable=\"false\">")
}

fn grid(svg: &mut String, at: f64, label: &str) {
    let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}%\" x2=\"100%\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
    let _ = write!(svg, "<text class=\"label label-y\" x=\"{LABEL}%\" y=\"{:.1}\">{label}</text>", at + 4.0);
}

fn dots(svg: &mut String, days: Days, points: &[(NaiveDate, f64)], y: impl Fn(f64) -> f64) {
    for pair in points.windows(2) {
        if let [(a, pa), (b, pb)] = pair {
            // A line only between neighbouring days: a gap stays a gap.
            if (*b - *a).num_days() == 1 {
                let (from, to) = (days.x(*a), days.x(*b));
                let _ = write!(svg, "<line class=\"line\" x1=\"{from:.2}%\" y1=\"{:.1}\" x2=\"{to:.2}%\" y2=\"{:.1}\"/>", y(*pa), y(*pb));
            }
        }
    }
    for (on, value) in points {
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.2}%\" cy=\"{:.1}\" r=\"{}\"/>", days.x(*on), y(*value), days.dot());
    }
}

fn bars_at(svg: &mut String, days: Days, bars: &Bars, top: f64, tall: f64) {
    let most = bars.days.iter().map(|(_, done, planned)| done.max(*planned)).fold(1.0, f64::max);
    for (on, done, planned) in &bars.days {
        let wide = days.step * 0.72;
        let left = days.x(*on) - wide / 2.0;
        for (class, value) in [("bar-plan", planned), ("bar-done", done)] {
            let height = tall * value / most;
            let inset = if class == "bar-done" { wide * 0.2 } else { 0.0 };
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{:.2}%\" y=\"{:.1}\" width=\"{:.2}%\" height=\"{height:.1}\"/>",
                left + inset,
                top + tall - height,
                wide - 2.0 * inset
            );
        }
    }
}

/// A line small enough for a row of a table: values 0–10 of the days from `from` to `to` inclusive, gaps left open. `title`
/// says in words what it shows; it must be plain text of the program.
pub fn spark(from: NaiveDate, to: NaiveDate, points: &[(NaiveDate, f64)], title: &str) -> String {
    let at = |on: NaiveDate| 3.0 + SPARK_STEP * f64::from(i32::try_from((on - from).num_days()).unwrap_or(0));
    let y = |value: f64| 3.0 + (SPARK_HEIGHT - 6.0) * (1.0 - value.clamp(0.0, 10.0) / 10.0);
    let wide = at(to) + 3.0;
    let mut svg = format!("<svg class=\"chart sparkline\" viewBox=\"0 0 {wide:.0} {SPARK_HEIGHT:.0}\" role=\"img\"><title>{title}</title>");
    let base = y(0.0);
    let _ = write!(svg, "<line class=\"grid\" x1=\"0\" x2=\"{wide:.0}\" y1=\"{base:.1}\" y2=\"{base:.1}\"/>");
    for (place, (on, value)) in points.iter().enumerate() {
        if let Some((next, after)) = points.get(place + 1).filter(|(next, _)| (*next - *on).num_days() == 1) {
            let (x1, x2) = (at(*on), at(*next));
            let _ = write!(svg, "<line class=\"line\" x1=\"{x1:.1}\" y1=\"{:.1}\" x2=\"{x2:.1}\" y2=\"{:.1}\"/>", y(*value), y(*after));
        }
        // A day by itself, and the newest one, are dots: a line needs two.
        let joined = |other: Option<&(NaiveDate, f64)>| other.is_some_and(|(other, _)| (*other - *on).num_days().abs() == 1);
        let alone = !joined(points.get(place + 1)) && !joined(place.checked_sub(1).and_then(|before| points.get(before)));
        if alone || place + 1 == points.len() {
            let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.75\"/>", at(*on), y(*value));
        }
    }
    svg + "</svg>"
}

/// A chart of daily pain (0–10) from `from` to `to` inclusive, over bars if there are any.
pub fn pain(from: NaiveDate, to: NaiveDate, pain: &[(NaiveDate, f64)], bars: &Bars) -> String {
    let days = Days::new(from, to);
    let y = |value: f64| PAIN_TOP + PAIN_HEIGHT * (1.0 - value.clamp(0.0, 10.0) / 10.0);
    let mut svg = begin(if bars.days.is_empty() { BAR_TOP - 4.0 } else { HEIGHT });
    for (level, label) in [(0.0, "0"), (5.0, "5"), (10.0, "10")] {
        grid(&mut svg, y(level), label);
    }
    dots(&mut svg, days, pain, y);
    bars_at(&mut svg, days, bars, BAR_TOP, BAR_HEIGHT);
    days.label(&mut svg, if bars.days.is_empty() { BAR_TOP - 14.0 } else { HEIGHT - 8.0 });
    svg.push_str("</svg>");
    svg
}

/// Bars alone, low enough for a card.
pub fn amounts(from: NaiveDate, to: NaiveDate, bars: &Bars) -> String {
    let days = Days::new(from, to);
    let mut svg = begin(94.0);
    let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}%\" x2=\"100%\" y1=\"72\" y2=\"72\"/>");
    bars_at(&mut svg, days, bars, 6.0, 66.0);
    days.label(&mut svg, 89.0);
    svg.push_str("</svg>");
    svg
}

/// Days about their amount: a share of 1 lies on the line, the band is what counts as kept. More than twice the
/// amount is drawn at the upper edge.
pub fn pace(from: NaiveDate, to: NaiveDate, shares: &[(NaiveDate, f64)], kept: (f64, f64)) -> String {
    let days = Days::new(from, to);
    let y = |share: f64| 12.0 + 130.0 * (1.0 - share.clamp(0.0, 2.0) / 2.0);
    let mut svg = begin(172.0);
    let _ = write!(
        svg,
        "<rect class=\"band\" x=\"{LEFT}%\" width=\"{:.2}%\" y=\"{:.1}\" height=\"{:.1}\"/>",
        100.0 - LEFT,
        y(kept.1),
        y(kept.0) - y(kept.1)
    );
    for (share, label) in [(0.0, "0"), (1.0, "1"), (2.0, "2")] {
        grid(&mut svg, y(share), label);
    }
    dots(&mut svg, days, shares, y);
    days.label(&mut svg, 164.0);
    svg.push_str("</svg>");
    svg
}

/// A strip of sessions, each with the shape of its colour, at its day.
pub fn colours(from: NaiveDate, to: NaiveDate, sessions: &[(NaiveDate, Colour)]) -> String {
    let days = Days::new(from, to);
    let mut svg = begin(62.0);
    let _ = write!(svg, "<line class=\"grid\" x1=\"{LEFT}%\" x2=\"100%\" y1=\"18\" y2=\"18\"/>");
    for (on, colour) in sessions {
        // The shape is drawn in pixels inside a window at the day's place.
        let (class, shape) = match colour {
            Colour::Green => ("green", "<circle r=\"6\"/>"),
            Colour::Amber => ("amber", "<path d=\"M0-7 7 6H-7z\"/>"),
            Colour::Red => ("red", "<path d=\"M-6-6H6V6H-6z\"/>"),
        };
        let _ = write!(svg, "<svg class=\"strip strip-{class}\" x=\"{:.2}%\" y=\"18\" overflow=\"visible\">{shape}</svg>", days.x(*on));
    }
    days.label(&mut svg, 54.0);
    svg.push_str("</svg>");
    svg
}

/// Scores over time from 0 to `top`, with a line where the change from the first matters, if the instrument has one.
pub fn scores(points: &[(NaiveDate, f64)], top: f64, target: Option<f64>) -> String {
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else { return String::new() };
    // The first and the last stand a little inside.
    let room = ((*last - *first).num_days() / 12).max(3);
    let days = Days::new(*first - chrono::Duration::days(room), *last + chrono::Duration::days(room));
    let y = |value: f64| 12.0 + 110.0 * (1.0 - value.clamp(0.0, top) / top);
    let mut svg = begin(156.0);
    for level in [0.0, top / 2.0, top] {
        grid(&mut svg, y(level), &format!("{level:.0}"));
    }
    if let Some(target) = target.filter(|target| (0.0..=top).contains(target)) {
        let at = y(target);
        let _ = write!(svg, "<line class=\"target\" x1=\"{LEFT}%\" x2=\"100%\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
    }
    for pair in points.windows(2) {
        if let [(a, va), (b, vb)] = pair {
            let (from, to) = (days.x(*a), days.x(*b));
            let _ = write!(svg, "<line class=\"line\" x1=\"{from:.2}%\" y1=\"{:.1}\" x2=\"{to:.2}%\" y2=\"{:.1}\"/>", y(*va), y(*vb));
        }
    }
    for (on, value) in points {
        let _ = write!(svg, "<circle class=\"dot\" cx=\"{:.2}%\" cy=\"{:.1}\" r=\"4\"/>", days.x(*on), y(*value));
    }
    for on in [*first, *last].iter().take(if first == last { 1 } else { 2 }) {
        date(&mut svg, days.x(*on), 150.0, *on, "");
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

    #[test]
    fn a_colour_has_its_own_shape_and_a_share_over_two_stays_on_the_chart() {
        let strip = colours(day(1), day(7), &[(day(1), Colour::Green), (day(3), Colour::Amber), (day(5), Colour::Red)]);
        for class in ["strip-green", "strip-amber", "strip-red"] {
            assert_eq!(strip.matches(class).count(), 1);
        }
        let high = pace(day(1), day(2), &[(day(1), 7.0)], (0.9, 1.2));
        assert!(high.contains("cy=\"12.0\""), "{high}");
        assert_eq!(scores(&[], 10.0, None), "");
        assert_eq!(scores(&[(day(1), 3.0)], 10.0, Some(1.0)).matches("label-x").count(), 1);
    }

    #[test]
    fn the_line_of_a_row_keeps_its_gaps_and_a_day_by_itself_is_a_dot() {
        let svg = spark(day(1), day(8), &[(day(1), 3.0), (day(2), 4.0), (day(5), 2.0), (day(7), 6.0), (day(8), 5.0)], "Mornings");
        assert_eq!((svg.matches("class=\"line\"").count(), svg.matches("<circle").count()), (2, 2), "{svg}");
        assert!(svg.contains("<title>Mornings</title>"));
        assert_eq!(spark(day(1), day(8), &[], "Nothing").matches("<circle").count(), 0);
    }
}
