//! A person's copy of everything as one ZIP: a page to read that opens without a network, a table for each kind of thing,
//! everything as JSON, who looked, the journal, what was uploaded, and the checksums of it all.

mod readable;

use crate::care::CareError;
use crate::care::journal_file::guard;
use crate::care::own_data::{Copy, Part};
use crate::store::StoreError;
use crate::store::belongings::{Column, Kind, Value};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// The list of checksums, as `sha256sum --check` reads it.
const SUMS: &str = "SHA256SUMS";

fn broken(error: impl std::fmt::Display) -> CareError {
    CareError::Store(StoreError::Broken(format!("the copy of somebody's data: {error}")))
}

/// Puts files into a ZIP one after the other and keeps their checksums.
struct Packer {
    zip: zip::ZipWriter<Cursor<Vec<u8>>>,
    sums: String,
}

impl Packer {
    fn new() -> Self {
        Self { zip: zip::ZipWriter::new(Cursor::new(Vec::new())), sums: String::new() }
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<(), CareError> {
        self.zip.start_file(name, SimpleFileOptions::default()).map_err(broken)?;
        self.zip.write_all(content).map_err(broken)?;
        let hex = Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        // Writing to a text cannot fail.
        let _ = writeln!(self.sums, "{hex}  {name}");
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, CareError> {
        let sums = std::mem::take(&mut self.sums);
        self.zip.start_file(SUMS, SimpleFileOptions::default()).map_err(broken)?;
        self.zip.write_all(sums.as_bytes()).map_err(broken)?;
        Ok(self.zip.finish().map_err(broken)?.into_inner())
    }
}

/// The whole as a ZIP, in the language of whoever asks. One table at a time is written out, so that beside the person's
/// data only one file of it stands in memory.
pub fn pack(copy: &Copy, clinic: &str) -> Result<Vec<u8>, CareError> {
    let mut packer = Packer::new();
    packer.put("README.txt", readme(copy).as_bytes())?;
    packer.put("index.html", readable::page(copy, clinic)?.as_bytes())?;
    for part in copy.parts.iter().filter(|part| !part.rows.is_empty()) {
        let name = if part.table.name == "audit" { "who-looked.csv".to_owned() } else { format!("csv/{}.csv", part.table.name) };
        packer.put(&name, csv(part)?.as_bytes())?;
    }
    packer.put("journal.csv", copy.journal.as_bytes())?;
    for (name, content) in &copy.uploads {
        packer.put(&format!("uploads/{name}"), content.as_bytes())?;
    }
    packer.put("data.json", &everything(copy)?)?;
    packer.finish()
}

/// What each file is.
fn readme(copy: &Copy) -> String {
    let lines = [
        tr!("This is a copy of everything that Gradus keeps about you.").to_owned(),
        String::new(),
        format!("index.html: {}", tr!("everything to read. Open it in any browser; it needs no network.")),
        format!("who-looked.csv: {}", tr!("who looked at your record and what was done, yours too.")),
        format!("journal.csv: {}", tr!("your journal. Another Gradus account can take it in.")),
        format!("csv/: {}", tr!("one table for each kind of thing, for a spreadsheet.")),
        format!("data.json: {}", tr!("the same once more, for programs.")),
        format!("uploads/: {}", tr!("files that you uploaded, as they came.")),
        format!("{SUMS}: {}", tr!("checksums. With them anybody can see that no file was changed.")),
        String::new(),
        tr!("Not in it: your password and the keys by which you sign in. Whoever had them could act as you.").to_owned(),
        tr!("Times in the tables are UTC. Keep this file where nobody else reads it: it is about your health.").to_owned(),
        String::new(),
        copy.made.utc.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        String::new(),
    ];
    lines.join("\r\n")
}

/// A table as CSV: UTF-8 with its mark, commas, CRLF, every cell guarded against spreadsheets that would run it.
fn csv(part: &Part) -> Result<String, CareError> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(part.table.exported().map(|column| column.name)).map_err(broken)?;
    for row in &part.rows {
        file.write_record(row.iter().map(|cell| guard(cell.as_deref().unwrap_or_default()))).map_err(broken)?;
    }
    let bytes = file.into_inner().map_err(broken)?;
    Ok(format!("\u{feff}{}", String::from_utf8(bytes).map_err(broken)?))
}

/// A value as JSON says it: yes and no, numbers, what was stored as JSON as it was, and else text.
fn value(column: &Column, cell: &Value) -> serde_json::Value {
    let Some(text) = cell else { return serde_json::Value::Null };
    let read = || serde_json::from_str::<serde_json::Value>(text).ok();
    match column.kind {
        Kind::Yes => json!(text == "true"),
        Kind::Number => read().filter(serde_json::Value::is_number).unwrap_or_else(|| json!(text)),
        Kind::Text if text.starts_with(['{', '[']) => read().unwrap_or_else(|| json!(text)),
        _ => json!(text),
    }
}

fn everything(copy: &Copy) -> Result<Vec<u8>, CareError> {
    let mut tables = Map::new();
    for part in &copy.parts {
        let row = |row: &Vec<Value>| {
            let cells = part.table.exported().zip(row).map(|(column, cell)| (column.name.to_owned(), value(column, cell)));
            serde_json::Value::Object(cells.collect())
        };
        tables.insert(part.table.name.to_owned(), part.rows.iter().map(row).collect());
    }
    let whole = json!({
        "format": "gradus-copy-1",
        "made_at": copy.made.utc.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "tables": tables,
    });
    serde_json::to_vec_pretty(&whole).map_err(broken)
}
