//! Column types that both databases share: coded vocabularies and JSON, both kept as text.

use diesel::backend::Backend;
use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::Deref;

/// A value of a closed vocabulary, stored by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Coded<T>(pub T);

/// Vocabularies that can stand in a column.
pub trait Code: Copy + std::fmt::Debug + std::str::FromStr {
    /// The stable text code.
    fn as_code(&self) -> &'static str;
}

macro_rules! codes {
    ($($t:ty),+ $(,)?) => { $(impl Code for $t { fn as_code(&self) -> &'static str { self.code() } })+ };
}
use crate::clinical::codes as c;
codes!(c::Category, c::Stage, c::Activity, c::Unit, c::AlertTo);

impl<T> Deref for Coded<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Code, DB: Backend> ToSql<Text, DB> for Coded<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_code().to_sql(out)
    }
}

impl<T: Code, DB: Backend> FromSql<Text, DB> for Coded<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        text.parse().map(Coded).map_err(|_| format!("unknown code in a {} column", std::any::type_name::<T>()).into())
    }
}

/// A value stored as JSON text. The text is made once, on construction, so that it outlives the
/// statement it is bound to.
#[derive(Debug, Clone, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Json<T> {
    value: T,
    text: String,
}

impl<T: Serialize> Json<T> {
    /// Wraps a value. Plain data without maps keyed by anything but text always serialises.
    pub fn new(value: T) -> Self {
        let text = serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned());
        Self { value, text }
    }
}

impl<T> Json<T> {
    /// The value, taken out.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The stored text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<T> Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: std::fmt::Debug, DB: Backend> ToSql<Text, DB> for Json<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.text.as_str().to_sql(out)
    }
}

impl<T: DeserializeOwned, DB: Backend> FromSql<Text, DB> for Json<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        let value = serde_json::from_str(&text)?;
        Ok(Self { value, text })
    }
}
