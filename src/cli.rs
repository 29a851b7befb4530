//! The command line. Without a command it serves.

mod access;
mod audit;
mod clinic;
mod factors;
mod retention;
mod rules;
mod serve;
mod supply;
mod user;

use crate::clock::Clock;
use crate::config::{Config, SETTINGS};
use crate::simulation::Setup;
use crate::source::{self, Source};
use audit::{AuditCommand, audit};
use clap::{Parser, Subcommand};
use clinic::{ClinicCommand, clinic};
use factors::FactorsCommand;
use retention::RetentionCommand;
use rules::{ExerciseCommand, RuleKind, replay, rules, sheet, simulated};
use serve::{demo, serve};
use std::path::PathBuf;
use std::process::ExitCode;
use user::{MailCommand, UserCommand, mail_test, migrated, user};

/// A self-management programme for low back pain that a clinic can run itself.
#[derive(Parser)]
#[command(name = "gradus", version, after_help = settings_help())]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the clinic (what happens without a command).
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Serve a made-up clinic on data that is thrown away at the end.
    Demo,
    /// Ask the clinical rules: one JSON object in, one out.
    Rules {
        /// Which rules.
        kind: RuleKind,
        /// One object a line in, one a line out.
        #[arg(long)]
        lines: bool,
    },
    /// Make a physiotherapist's account, or let somebody set a new password.
    #[command(subcommand)]
    User(UserCommand),
    /// Keep several clinics in one database, apart from each other.
    #[command(subcommand)]
    Clinic(ClinicCommand),
    /// Check the record of who did and saw what.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The second step of signing in: take it away from somebody who lost it, print a key to seal secrets with, or replace it.
    #[command(subcommand)]
    Factors(FactorsCommand),
    /// See whether e-mail works.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Let virtual patients live under the rules and count what comes of it, safety first. A model, not a trial.
    Simulate {
        /// How many patients.
        #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
        patients: u64,
        /// How many weeks each.
        #[arg(long, default_value_t = 26, value_parser = clap::value_parser!(u32).range(1..=104))]
        weeks: u32,
        /// The same seed gives the same patients.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Also write a page with plots to this file.
        #[arg(long)]
        html: Option<PathBuf>,
    },
    /// Look at the pictures of the exercises.
    #[command(subcommand)]
    Exercises(ExerciseCommand),
    /// Print who may what, and every route with what it asks for, as Markdown.
    Access,
    /// Show what the rules of retention would delete now, do it, or open a record that is kept by law.
    Retention {
        /// Delete it now; without this it is only counted.
        #[arg(long)]
        apply: bool,
        #[command(subcommand)]
        command: Option<RetentionCommand>,
    },
    /// Print the licences of everything that is in the program.
    Licences,
    /// Print the bill of materials of the program as CycloneDX JSON.
    Sbom,
}

fn settings_help() -> String {
    let lines: Vec<String> = SETTINGS.iter().map(|(name, default, what)| format!("  {name:<24} {what} [{default}]")).collect();
    format!(
        "Settings come from the environment, or from the TOML file named by GRADUS_CONFIG (bind = \"…\");\nNAME_FILE names a file that holds the value of NAME:\n{}",
        lines.join("\n")
    )
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command.unwrap_or(Command::Serve) {
        Command::Rules { kind: RuleKind::Replay, .. } => config().and_then(|config| replay(&config)),
        Command::Rules { kind, lines } => return rules(kind, lines),
        Command::Simulate { patients, weeks, seed, html } => simulated(Setup { patients, weeks, seed }, html.as_deref()),
        Command::Exercises(ExerciseCommand::Sheet { file }) => sheet(&file),
        Command::Mail(MailCommand::Test { address }) => config().and_then(|config| mail_test(&config, &address)),
        Command::Access => access::access(),
        Command::Factors(FactorsCommand::Key) => {
            factors::key();
            Ok(())
        }
        Command::Factors(FactorsCommand::ReplaceKey { new_key }) => by_hand(|config| factors::replace_key(config, new_key.as_deref())),
        Command::Factors(FactorsCommand::Reset { email }) => by_hand(|config| factors::reset(config, &email)),
        Command::Retention { apply, command } => by_hand(|config| retention::retention(config, apply, command.as_ref())),
        Command::Licences => supply::licences(),
        Command::Sbom => supply::sbom(),
        Command::Serve => config().and_then(serve),
        Command::Demo => config().and_then(demo),
        Command::Migrate => config().and_then(|config| migrated(&config)),
        Command::Clinic(command) => by_hand(|config| clinic(config, &command)),
        Command::Audit(command) => by_hand(|config| audit(config, &command)),
        Command::User(command) => by_hand(|config| user(config, &command)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("gradus: {message}");
            ExitCode::FAILURE
        }
    }
}

fn config() -> Result<Config, String> {
    let config = Config::from_env().map_err(|e| e.to_string())?;
    let filter = format!("{},actix_session=error", config.log);
    let filter = tracing_subscriber::EnvFilter::try_new(filter).map_err(|e| format!("GRADUS_LOG: {e}"))?;
    // A second initialisation (tests in one process) keeps the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    Ok(config)
}

/// What somebody does at the clinic's server: the record of who did what says so.
fn by_hand(work: impl FnOnce(&Config) -> Result<(), String>) -> Result<(), String> {
    let config = config()?;
    source::within(Source::command_line(), || work(&config))
}

fn clock(config: &Config) -> Clock {
    Clock::System(chrono::Duration::days(config.shift_days))
}
