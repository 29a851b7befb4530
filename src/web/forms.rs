//! Forms: what the browser sent, as text; the fields a page shows; and the messages beside them.
//! A value that does not fit becomes a message and is shown again as it was typed.

mod data;

pub use data::FormData;

use super::error::AppError;
use crate::clinical::catalogue::{Choice, Kind, Question};
use crate::lang::{Lang, current};
use chrono::{Datelike, NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// Messages by field name.
#[derive(Debug, Clone, Default)]
pub struct Errors(BTreeMap<String, String>);

impl Errors {
    /// Whether there is nothing to complain about.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a message; the first one for a field stays.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| message.into());
    }

    /// Adds the messages of another part of the same form.
    pub fn extend(&mut self, other: Errors) {
        for (field, message) in other.0 {
            self.add(&field, message);
        }
    }

    /// The message of a field.
    pub fn of(&self, field: &str) -> String {
        self.0.get(field).cloned().unwrap_or_default()
    }

    /// Takes in further messages of the same form.
    pub fn merge(&mut self, other: Errors) {
        for (field, message) in other.0 {
            self.add(&field, message);
        }
    }

    /// Takes in the messages of a part of a form, whose fields begin with `prefix` and a point on the whole page.
    pub fn of_part(&mut self, prefix: &str, part: Errors) {
        for (field, message) in part.0 {
            self.add(&format!("{prefix}.{field}"), message);
        }
    }

    /// Takes a refusal of a use case in as a message; every other error stays one.
    ///
    /// # Errors
    /// Whatever is not a refusal.
    pub fn absorb(&mut self, error: AppError) -> Result<(), AppError> {
        match error {
            AppError::Refused { field, message } => {
                self.add(field, message.to_string());
                Ok(())
            }
            other => Err(other),
        }
    }

    /// Puts the messages beside their fields and lists them for the summary, in the fields' order;
    /// messages without a field come first.
    pub fn show(&self, fields: &mut [Field]) -> Vec<ErrorLine> {
        let mut lines: Vec<ErrorLine> = Vec::new();
        for (name, message) in &self.0 {
            if !fields.iter().any(|f| f.name == *name) {
                lines.push(ErrorLine { href: "#main".to_owned(), text: message.clone() });
            }
        }
        for field in fields {
            if let Some(message) = self.0.get(&field.name) {
                field.error.clone_from(message);
                lines.push(ErrorLine { href: format!("#{}", field.id), text: message.clone() });
            }
        }
        lines
    }
}

/// Years a date may have: PostgreSQL knows fewer of them than the calendar.
const YEARS: std::ops::Range<i32> = 1800..2300;

/// A line of the error summary.
#[derive(Debug, Clone)]
pub struct ErrorLine {
    /// Address of the field on the page.
    pub href: String,
    /// The message.
    pub text: String,
}

/// A choice of a field.
#[derive(Debug, Clone, Default)]
pub struct Opt {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A further line under it.
    pub hint: String,
    /// Chosen.
    pub checked: bool,
}

/// A field as the component `field` draws it.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Id in the page; the error summary links here.
    pub id: String,
    /// Name that is sent.
    pub name: String,
    /// `text`, `email`, `password`, `number`, `decimal`, `stepper` (a number in steps, between `low` and `high`),
    /// `date`, `time`, `textarea`, `lines` (a short one), `letter` (a long one), `radios`, `scale`, `checkboxes`, `select`, `ticks`, `file`
    /// or `hidden`.
    pub kind: String,
    /// The question.
    pub label: String,
    /// Help under it.
    pub hint: String,
    /// What was typed.
    pub value: String,
    /// Message beside it.
    pub error: String,
    /// Choices.
    pub options: Vec<Opt>,
    /// Word at the low end of a scale, the least number of a stepper, or the kinds of a file (pictures, if empty).
    pub low: String,
    /// Word at the high end.
    pub high: String,
    /// Unit after the box.
    pub suffix: String,
    /// Token for the browser's own filling in.
    pub autocomplete: String,
    /// The label is the page's heading.
    pub heading: bool,
    /// May stay empty.
    pub optional: bool,
    /// Is shown and sent, and cannot be changed.
    pub fixed: bool,
    /// Language of the question and its answers, where it is not the page's; else empty.
    pub lang: String,
}

impl Field {
    /// A field with a question.
    pub fn new(kind: &str, name: &str, label: impl Into<String>) -> Self {
        let numbers = (0..=10).map(|n| Opt { value: n.to_string(), label: n.to_string(), ..Opt::default() });
        let options = if kind == "scale" { numbers.collect() } else { Vec::new() };
        Self {
            id: format!("f-{}", name.replace('_', "-")),
            name: name.to_owned(),
            kind: kind.to_owned(),
            label: label.into(),
            options,
            ..Self::default()
        }
    }

    /// With help under it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With choices (value, label).
    pub fn options<V: Into<String>, L: Into<String>>(mut self, options: impl IntoIterator<Item = (V, L)>) -> Self {
        self.options = options.into_iter().map(|(v, l)| Opt { value: v.into(), label: l.into(), ..Opt::default() }).collect();
        self
    }

    /// With a line under the option of a value.
    pub fn option_hint(mut self, value: &str, hint: impl Into<String>) -> Self {
        if let Some(option) = self.options.iter_mut().find(|option| option.value == value) {
            option.hint = hint.into();
        }
        self
    }

    /// With words at the ends of a scale.
    pub fn ends(mut self, low: &str, high: &str) -> Self {
        // The words continue a sentence: "0 is no pain". German nouns keep their capital.
        let continued = |text: &str| match current() {
            Lang::En => text.chars().take(1).flat_map(char::to_lowercase).chain(text.chars().skip(1)).collect(),
            Lang::De => text.to_owned(),
        };
        (self.low, self.high) = (continued(low), continued(high));
        self
    }

    /// With a unit after the box.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = suffix.into();
        self
    }

    /// With a token for the browser's own filling in.
    pub fn autocomplete(mut self, token: &str) -> Self {
        self.autocomplete = token.to_owned();
        self
    }

    /// May stay empty.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Cannot be changed.
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Shows a value: text in the box, or the choice with that value.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        for option in &mut self.options {
            option.checked = option.value == self.value;
        }
        self
    }

    /// Shows several choices as chosen.
    pub fn values(mut self, values: &[String]) -> Self {
        for option in &mut self.options {
            option.checked = values.contains(&option.value);
        }
        self
    }

    /// Shows what a form sent for this field. A password is never shown again.
    pub fn sent(self, form: &FormData) -> Self {
        match self.kind.as_str() {
            "password" => self,
            "checkboxes" | "ticks" => {
                let values = form.all(&self.name);
                self.values(&values)
            }
            _ => {
                let value = form.text(&self.name).to_owned();
                self.value(value)
            }
        }
    }

    /// The field of a question of the catalogue.
    pub fn of_question(question: &Question) -> Self {
        let kind = match question.kind {
            Kind::Number => "number",
            Kind::Choice => "radios",
            Kind::Scale => "scale",
            Kind::Ticks => "ticks",
        };
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut field = Self::new(kind, &question.id, question.text.clone())
            .hint(words(&question.hint))
            .ends(&words(&question.low), &words(&question.high))
            .suffix(words(&question.unit));
        if question.kind == Kind::Choice {
            let choice = |c: &Choice| Opt { value: c.value.clone(), label: c.label.clone(), hint: words(&c.hint), checked: false };
            field.options = question.options.iter().map(choice).collect();
        }
        field.optional = question.optional;
        field
    }
}

/// Reads the values of a form, collecting messages.
pub struct Reader<'a> {
    form: &'a FormData,
    /// What did not fit.
    pub errors: Errors,
}

impl<'a> Reader<'a> {
    /// Begins to read.
    pub fn new(form: &'a FormData) -> Self {
        Self { form, errors: Errors::default() }
    }

    /// A text of at most `max` characters; with `missing` set, an empty one is refused with it.
    pub fn text(&mut self, name: &str, max: usize, missing: Option<&str>) -> String {
        let text = self.form.text(name).replace("\r\n", "\n");
        if let (true, Some(message)) = (text.is_empty(), missing) {
            self.errors.add(name, message);
        }
        if text.chars().count() > max {
            self.errors.add(name, tr!("Use at most {max} characters", max = max));
        }
        text
    }

    /// A whole number in a range, or nothing when the field is empty.
    pub fn whole(&mut self, name: &str, range: std::ops::RangeInclusive<i64>, message: &str) -> Option<i64> {
        let text = self.form.text(name);
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<i64>().ok().filter(|n| range.contains(n));
        if number.is_none() {
            self.errors.add(name, message);
        }
        number
    }

    /// 0–10, or nothing when not answered.
    pub fn scale(&mut self, name: &str) -> Option<u8> {
        self.whole(name, 0..=10, tr!("Choose a number from 0 to 10")).and_then(|n| u8::try_from(n).ok())
    }

    /// A number with decimals (comma or point) in a range, or nothing when the field is empty.
    pub fn decimal(&mut self, name: &str, range: std::ops::RangeInclusive<f64>, message: &str) -> Option<f64> {
        let text = self.form.text(name).replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && range.contains(n));
        if number.is_none() {
            self.errors.add(name, message);
        }
        number
    }

    /// A date as browsers send it, or nothing when the field is empty.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        self.parse(name, tr!("Enter a date, for example 2026-11-21"), |t| {
            t.parse().ok().filter(|on: &NaiveDate| YEARS.contains(&on.year()))
        })
    }

    /// A time of day as browsers send it, or nothing when the field is empty.
    pub fn time(&mut self, name: &str) -> Option<NaiveTime> {
        self.parse(name, tr!("Enter a time, for example 14:30"), |t| {
            NaiveTime::parse_from_str(t, "%H:%M").or_else(|_| NaiveTime::parse_from_str(t, "%H:%M:%S")).ok()
        })
    }

    fn parse<T>(&mut self, name: &str, message: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.form.text(name);
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.errors.add(name, message);
        }
        value
    }

    /// `yes` or `no`, or nothing when not answered; anything else is refused.
    pub fn yes_no(&mut self, name: &str) -> Option<bool> {
        self.parse(name, tr!("Choose yes or no"), |t| match t {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        })
    }

    /// Complains when a value is missing.
    pub fn need<T>(&mut self, name: &str, value: Option<T>, message: &str) -> Option<T> {
        if value.is_none() {
            self.errors.add(name, message);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_does_not_fit_becomes_a_message_and_is_shown_again() {
        let form = FormData::parse(b"pain=11&tags=a&tags=b&note=%00hi");
        let mut reader = Reader::new(&form);
        assert_eq!(reader.scale("pain"), None);
        let mut fields = [Field::new("scale", "pain", "Pain").sent(&form)];
        let lines = reader.errors.show(&mut fields);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].href, "#f-pain");
        assert_eq!(fields[0].value, "11");
        assert_eq!(form.all("tags"), ["a", "b"]);
        assert_eq!(form.text("note"), "hi");
    }
}
