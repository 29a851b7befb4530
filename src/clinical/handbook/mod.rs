//! The handbook: every question, rule, number and source in words a clinician can review, put together from the
//! code and the data that run. One model; Markdown is written here, the page by `web`.

mod book;
mod markdown;
mod plan;
mod rules;
#[cfg(test)]
mod tests;

pub use rules::{Procedure, Rule, RuleBook, rule_book};

use std::sync::LazyLock;

/// The whole handbook.
#[derive(Debug)]
pub struct Handbook {
    /// Its title.
    pub title: &'static str,
    /// First sentences.
    pub lead: String,
    /// In reading order.
    pub sections: Vec<Section>,
}

/// A section with its heading.
#[derive(Debug)]
pub struct Section {
    /// Anchor, made of the title.
    pub id: String,
    /// Heading.
    pub title: &'static str,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug)]
pub enum Block {
    /// A smaller heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A table.
    Table(Table),
}

/// A table; the first cell of a row is its heading.
#[derive(Debug)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The heading above says the same, so that only those who cannot see need the caption.
    pub titled: bool,
    /// Headings of the columns.
    pub head: &'static [&'static str],
    /// Cells, as many a row as `head`.
    pub rows: Vec<Vec<String>>,
}

impl Section {
    fn new(title: &'static str, blocks: Vec<Block>) -> Self {
        let letters = title.to_lowercase().replace(|c: char| !c.is_alphanumeric() && c != ' ', "");
        Self { id: letters.replace(' ', "-"), title, blocks }
    }
}

impl Block {
    fn table(caption: impl Into<String>, head: &'static [&'static str], rows: Vec<Vec<String>>) -> Self {
        Self::Table(Table { caption: caption.into(), titled: false, head, rows })
    }

    /// A table right below a heading that names it.
    fn titled(title: &str, head: &'static [&'static str], rows: Vec<Vec<String>>) -> Self {
        Self::Table(Table { caption: title.to_owned(), titled: true, head, rows })
    }
}

static HANDBOOK: LazyLock<Handbook> = LazyLock::new(book::build);

/// The handbook of the rules this program runs.
pub fn handbook() -> &'static Handbook {
    &HANDBOOK
}
