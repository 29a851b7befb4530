//! Reading the inputs of 12.2 to 12.4 field by field, so that all errors come together and each
//! names its field. Type and range only; unknown keys are ignored (12.5).

use crate::clinical::codes::{Disposition, Unit};
use crate::clinical::intake::{AnswerError, AnswerMap};
use crate::clinical::quota;
use serde_json::Value;

/// The fields of one input and the errors found so far. After an error a getter returns an
/// arbitrary value that nobody sees, because [`Fields::finish`] then refuses the whole input.
pub(super) struct Fields<'a> {
    map: &'a AnswerMap,
    errors: Vec<AnswerError>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(map: &'a AnswerMap) -> Self {
        Fields { map, errors: Vec::new() }
    }

    /// All errors, or nothing to complain about.
    pub(super) fn finish(self) -> Result<(), Vec<AnswerError>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    fn required(&mut self, id: &str) -> Option<&'a Value> {
        let value = self.map.get(id);
        if value.is_none() {
            self.errors.push(AnswerError { message: "This value is missing.".to_owned(), ..AnswerError::missing(id) });
        }
        value
    }

    fn range<T>(&mut self, id: &str, message: impl Into<String>) -> Option<T> {
        self.errors.push(AnswerError::range(id, message));
        None
    }

    fn parse_number(&mut self, id: &str, value: &Value, max: f64) -> Option<f64> {
        match value.as_f64() {
            Some(number) if (0.0..=max).contains(&number) => Some(number),
            _ => self.range(id, format!("This must be a number from 0 to {max}.")),
        }
    }

    fn parse_count(&mut self, id: &str, value: &Value, min: u32, max: u32) -> Option<u32> {
        let whole = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match whole {
            Some(number) if (min..=max).contains(&number) => Some(number),
            _ => self.range(id, format!("This must be a whole number from {min} to {max}.")),
        }
    }

    /// Required number from 0 to `max`.
    pub(super) fn number(&mut self, id: &str, max: f64) -> f64 {
        self.required(id).and_then(|value| self.parse_number(id, value, max)).unwrap_or(0.0)
    }

    /// Required key with a number from 0 to `max` or null.
    pub(super) fn number_or_null(&mut self, id: &str, max: f64) -> Option<f64> {
        match self.required(id)? {
            Value::Null => None,
            value => self.parse_number(id, value, max),
        }
    }

    /// Number from 0 to `max`, null or no key.
    pub(super) fn optional_number(&mut self, id: &str, max: f64) -> Option<f64> {
        match self.map.get(id)? {
            Value::Null => None,
            value => self.parse_number(id, value, max),
        }
    }

    /// Required whole number.
    pub(super) fn count(&mut self, id: &str, min: u32, max: u32) -> u32 {
        self.required(id).and_then(|value| self.parse_count(id, value, min, max)).unwrap_or(0)
    }

    /// Whole number from 0 to `max`, or no key.
    pub(super) fn optional_count(&mut self, id: &str, max: u32) -> Option<u32> {
        let value = self.map.get(id)?;
        self.parse_count(id, value, 0, max)
    }

    /// Whole number from 0 to `max`, null or no key.
    pub(super) fn optional_nullable_count(&mut self, id: &str, max: u32) -> Option<u32> {
        match self.map.get(id)? {
            Value::Null => None,
            value => self.parse_count(id, value, 0, max),
        }
    }

    /// True or false; no key is false.
    pub(super) fn optional_bool(&mut self, id: &str) -> bool {
        match self.map.get(id) {
            None => false,
            Some(Value::Bool(value)) => *value,
            Some(_) => self.range(id, "This must be true or false.").unwrap_or(false),
        }
    }

    /// A disposition code, null or no key.
    pub(super) fn optional_disposition(&mut self, id: &str) -> Option<Disposition> {
        match self.map.get(id)? {
            Value::Null => None,
            value => match value.as_str().and_then(|code| code.parse().ok()) {
                Some(disposition) => Some(disposition),
                None => self.range(id, "This must be null or a disposition."),
            },
        }
    }

    /// Required unit of a quota.
    pub(super) fn unit(&mut self, id: &str) -> Unit {
        let Some(value) = self.required(id) else {
            return Unit::Min;
        };
        match value.as_str().and_then(|code| code.parse().ok()) {
            Some(unit) => unit,
            None => self.range(id, "This must be a unit.").unwrap_or(Unit::Min),
        }
    }

    /// Required number that passes a check.
    pub(super) fn checked(&mut self, id: &str, fits: fn(f64) -> bool) -> f64 {
        let Some(value) = self.required(id) else {
            return 0.0;
        };
        match value.as_f64() {
            Some(number) if fits(number) => number,
            _ => self.range(id, "This number is out of range.").unwrap_or(0.0),
        }
    }

    /// Required list of amounts above 0.
    pub(super) fn amounts(&mut self, id: &str) -> Vec<f64> {
        let Some(value) = self.required(id) else {
            return Vec::new();
        };
        let amounts: Option<Vec<f64>> = value
            .as_array()
            .filter(|list| list.len() <= quota::MAX_TRIALS)
            .and_then(|list| list.iter().map(|entry| entry.as_f64().filter(|n| quota::amount_in_range(*n))).collect());
        match amounts {
            Some(list) => list,
            None => self.range(id, "This must be a list of numbers above 0.").unwrap_or_default(),
        }
    }
}
