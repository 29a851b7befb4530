//! `gradus rules`, `gradus simulate`, `gradus exercises`: the clinical rules and pictures, without a server.

use crate::care::replay;
use crate::clinical::exercise::library;
use crate::clinical::handbook::handbook;
use crate::clinical::rules_json::{Kind, run};
use crate::config::Config;
use crate::simulation::{self, Setup};
use crate::store::Store;
use clap::{Subcommand, ValueEnum};
use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub(super) enum ExerciseCommand {
    /// Write a page with the pictures of all exercises, every pose, in light and in dark.
    Sheet {
        /// The HTML file.
        file: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RuleKind {
    /// Danger signs, disposition and category from the answers of an intake.
    Intake,
    /// Outcome of a week from its facts.
    Week,
    /// Quota schedule from baseline trials and a goal.
    Quota,
    /// Colour of an exercise session.
    Session,
    /// Print every question, rule, number and source as a Markdown handbook.
    Handbook,
    /// Run the stored decisions again and list those that would differ now.
    Replay,
}

/// `simulate`: the summary on standard output, progress on the terminal. Fails when a safety property did not hold.
pub(super) fn simulated(setup: Setup, html: Option<&Path>) -> Result<(), String> {
    let bar = indicatif::ProgressBar::new(setup.patients);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{bar:40} {pos}/{len} patients, {eta} left") {
        bar.set_style(style);
    }
    let summary = simulation::simulate(setup, &|done| bar.inc(done));
    bar.finish_and_clear();
    println!("{}", serde_json::to_string_pretty(&summary).map_err(|e| e.to_string())?);
    if let Some(file) = html {
        std::fs::write(file, simulation::html(&summary)).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    match summary.violations_total {
        0 => Ok(()),
        n => Err(format!("{n} safety violations")),
    }
}

/// `exercises sheet`: the pictures as one page.
pub(super) fn sheet(file: &Path) -> Result<(), String> {
    let exercises: Vec<(&str, &str)> = library().all().iter().map(|e| (e.id.as_str(), e.title.as_str())).collect();
    let page = crate::figure::sheet::sheet(&exercises).map_err(|e| e.to_string())?;
    std::fs::write(file, page).map_err(|e| format!("{}: {e}", file.display()))
}

/// `rules …`: reads standard input, writes standard output, touches nothing else.
pub(super) fn rules(kind: RuleKind, lines: bool) -> ExitCode {
    let kind = match kind {
        RuleKind::Intake => Kind::Intake,
        RuleKind::Week => Kind::Week,
        RuleKind::Quota => Kind::Quota,
        RuleKind::Session => Kind::Session,
        // A reader that has seen enough is no failure here either.
        RuleKind::Handbook | RuleKind::Replay => {
            let _ = writeln!(std::io::stdout(), "{}", handbook().markdown());
            return ExitCode::SUCCESS;
        }
    };
    let done = if lines { rules_lines(kind) } else { rules_once(kind) };
    done.unwrap_or_else(|error| {
        // A reader that has seen enough (head, a closed pipe) is no failure of the rules.
        eprintln!("gradus: {error}");
        ExitCode::FAILURE
    })
}

/// `rules replay`: a line for each stored decision that would differ now, then how many there were.
pub(super) fn replay(config: &Config) -> Result<(), String> {
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let count = replay::replay(&store, |found| writeln!(output, "{}", serde_json::to_string(found)?)).map_err(|e| e.to_string())?;
    let line = serde_json::to_string(&count).map_err(|e| e.to_string())?;
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(|e| e.to_string())
}

fn rules_once(kind: Kind) -> std::io::Result<ExitCode> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let (text, code) = match run(kind, &String::from_utf8_lossy(&bytes)) {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(text) => (text, ExitCode::FAILURE),
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(code)
}

fn rules_lines(kind: Kind) -> std::io::Result<ExitCode> {
    let mut input = std::io::BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let mut output = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let text = run(kind, &String::from_utf8_lossy(&line)).unwrap_or_else(|errors| errors);
        output.write_all(text.as_bytes())?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
