//! What the browser sent, as text.

/// Longest text that is kept from one field, in characters: far more than any field takes, so that what is too long is
/// shown again whole.
const MAX_TEXT: usize = 8000;

/// The pairs of a form in the order they were sent; a name may come several times.
#[derive(Debug, Clone, Default)]
pub struct FormData(Vec<(String, String)>);

impl FormData {
    /// Takes a body apart.
    pub fn parse(body: &[u8]) -> Self {
        Self::of_text(url::form_urlencoded::parse(body).map(|(k, v)| (k.into_owned(), v.into_owned())))
    }

    /// Pairs that a browser sent, in whatever way. Characters a database may not hold are dropped.
    pub fn of_text(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let clean = |text: String| text.chars().filter(|c| *c != '\0').take(MAX_TEXT + 1).collect::<String>();
        Self(pairs.into_iter().map(|(name, text)| (name, clean(text))).collect())
    }

    /// Pairs that the program fills in itself.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    /// The same with one value for a name, whatever was sent for it.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first value of a name, trimmed; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// The first value exactly as it was sent, for passwords.
    pub fn exact(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// The token that makes a repeated submission harmless; a fresh one when the form had none, so
    /// that two forms without a token are never taken for one.
    pub fn token(&self) -> String {
        match self.text("token") {
            "" => crate::ids::fresh(),
            token => token.to_owned(),
        }
    }

    /// The part of the form whose names begin with `prefix` and a point, by what follows it.
    pub fn part(&self, prefix: &str) -> Self {
        let named = |name: &str| name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned);
        Self(self.0.iter().filter_map(|(name, value)| Some((named(name)?, value.clone()))).collect())
    }

    /// Every pair, in the order it was sent.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect()
    }
}
