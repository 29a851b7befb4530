//! The handbook as Markdown.

use super::{Block, Handbook, Table};
use std::fmt::{Result, Write};

impl Handbook {
    /// As Markdown with tables, for reading, diffing and printing.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> Result {
        writeln!(out, "# {}\n\n{}\n", self.title, self.lead)?;
        for section in &self.sections {
            writeln!(out, "- [{}](#{})", section.title, section.id)?;
        }
        for section in &self.sections {
            writeln!(out, "\n## {}", section.title)?;
            for block in &section.blocks {
                match block {
                    Block::Heading(title) => writeln!(out, "\n### {title}")?,
                    Block::Text(words) => writeln!(out, "\n{words}")?,
                    Block::List(lines) => writeln!(out, "\n- {}", lines.join("\n- "))?,
                    Block::Table(table) => table.write(out)?,
                }
            }
        }
        Ok(())
    }
}

impl Table {
    fn write(&self, out: &mut String) -> Result {
        let row = |cells: &mut dyn Iterator<Item = String>| format!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        match self.titled {
            true => writeln!(out)?,
            false => writeln!(out, "\n{}:\n", self.caption)?,
        }
        writeln!(out, "{}", row(&mut self.head.iter().map(|cell| (*cell).to_owned())))?;
        writeln!(out, "{}", row(&mut self.head.iter().map(|_| "---".to_owned())))?;
        for cells in &self.rows {
            writeln!(out, "{}", row(&mut cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " "))))?;
        }
        Ok(())
    }
}
