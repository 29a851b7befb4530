//! The command line. Without a command it serves.

use crate::app::Application;
use crate::care::demo::DemoPerson;
use crate::care::{account, replay};
use crate::clinical::exercise::library;
use crate::clinical::handbook::handbook;
use crate::clinical::rules_json::{Kind, run};
use crate::clock::{Clock, UtcTime};
use crate::config::{Config, SETTINGS};
use crate::post::letter::{Letter, fill};
use crate::post::texts;
use crate::simulation::{self, Setup};
use crate::smtp::Mailer;
use crate::store::{DatabaseUrl, Store, migrate};
use clap::{Parser, Subcommand, ValueEnum};
use futures_util::future::{Either, select};
use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll};

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
}

#[derive(Subcommand)]
enum MailCommand {
    /// Send a test message and say what the mail server answered.
    Test {
        /// Where to.
        address: String,
    },
}

#[derive(Subcommand)]
enum ExerciseCommand {
    /// Write a page with the pictures of all exercises, every pose, in light and in dark.
    Sheet {
        /// The HTML file.
        file: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RuleKind {
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

#[derive(Subcommand)]
enum UserCommand {
    /// Print a single-use link with which a physiotherapist makes their account.
    Physio {
        /// Name the link greets them with.
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Print a single-use link with which the owner of an account sets a new password.
    Reset {
        /// The account's e-mail address.
        email: String,
    },
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
        Command::Serve => config().and_then(serve),
        Command::Demo => config().and_then(demo),
        Command::Migrate => config().and_then(|config| migrated(&config)),
        Command::User(command) => config().and_then(|config| user(&config, &command)),
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

fn clock(config: &Config) -> Clock {
    Clock::System(chrono::Duration::days(config.shift_days))
}

fn serve(config: Config) -> Result<(), String> {
    actix_web::rt::System::new().block_on(serving(config))
}

async fn serving(config: Config) -> Result<(), String> {
    let clock = clock(&config);
    if config.shift_days != 0 {
        println!("The clock is moved by {} days. Use this to try things out, never with real patients.", config.shift_days);
    }
    let application = Application::build(config, clock)?;
    announce(&application);
    application.run().await.map_err(|e| e.to_string())
}

fn announce(application: &Application) {
    println!("Gradus is ready: {}", application.state().base_url);
    if let Some(link) = &application.first_link {
        println!("\nMake the clinic's first account (administrator and physiotherapist) here; the link works once:\n  {link}\n");
    }
}

/// A folder that goes with its owner, after a failure too.
struct Throwaway(PathBuf);

impl Drop for Throwaway {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The demonstration's data lives in a folder of its own that goes when the program ends.
fn demo(mut config: Config) -> Result<(), String> {
    let folder = Throwaway(std::env::temp_dir().join(format!("gradus-demo-{}", crate::ids::fresh())));
    config.database = DatabaseUrl::Sqlite(folder.0.join("demo.db"));
    config.demo = true;
    actix_web::rt::System::new().block_on(async {
        let mut ended = pin!(ended()?);
        println!("Making the demonstration clinic …");
        let (database, now, zone) = (config.database.clone(), clock(&config).now(), config.time_zone);
        let filled = actix_web::rt::task::spawn_blocking(move || filled(&database, now, zone)).await;
        let people = filled.map_err(|e| e.to_string())??;
        if let Either::Left(_) = select(ended.as_mut(), std::future::ready(())).await {
            return Ok(());
        }
        println!("\nWho can sign in, all with the password \"{}\":", crate::care::demo::PASSWORD);
        for person in people {
            println!("  {:<28} {}", person.email, person.story);
        }
        println!();
        // Nothing is kept, so the server need not be waited for.
        match select(pin!(serving(config)), ended).await {
            Either::Left((served, _)) => served,
            Either::Right(_) => Ok(()),
        }
    })
}

fn filled(database: &DatabaseUrl, now: UtcTime, zone: chrono_tz::Tz) -> Result<Vec<DemoPerson>, String> {
    migrate(database).map_err(|e| e.to_string())?;
    let store = Store::open(database).map_err(|e| e.to_string())?;
    crate::care::demo::fill(&store, now, zone).map_err(|e| e.to_string())
}

/// Comes when the program is asked to end or its terminal is closed. It listens from the call on,
/// so that nothing in between is missed.
#[cfg(unix)]
fn ended() -> Result<impl Future<Output = ()>, String> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals = kinds.into_iter().map(signal).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    let mut any = move |cx: &mut Context<'_>| signals.iter_mut().any(|signal| signal.poll_recv(cx).is_ready());
    Ok(std::future::poll_fn(move |cx| if any(cx) { Poll::Ready(()) } else { Poll::Pending }))
}

#[cfg(not(unix))]
fn ended() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        let _ = actix_web::rt::signal::ctrl_c().await;
    })
}

/// `mail test`: one message, and the mail server's own words when it did not take it.
fn mail_test(config: &Config, address: &str) -> Result<(), String> {
    let server =
        config.mail.as_ref().ok_or("no mail server is set, so this clinic sends no e-mail: set GRADUS_SMTP_HOST (see README.md)")?;
    let base = config.base_url(config.bind.port());
    let (subject, body) = fill(&texts().test, &base, &format!("{base}/account/reminders"));
    let letter = Letter { id: crate::ids::fresh(), to: address.to_owned(), subject, body, one_click: None };
    let mailer = Mailer::new(server, &base)?;
    let sent = mailer.open().and_then(|sending| sending.send(&letter));
    sent.map_err(|told| format!("{}:{} did not take the message ({}): {}", server.host, server.port, told.failure.code(), told.detail))?;
    println!("{}:{} took the message for {address}. Look whether it arrives, and not among spam.", server.host, server.port);
    Ok(())
}

fn migrated(config: &Config) -> Result<(), String> {
    let ran = migrate(&config.database).map_err(|e| e.to_string())?;
    match ran.as_slice() {
        [] => println!("The database is up to date."),
        names => println!("Ran {}.", names.join(", ")),
    }
    Ok(())
}

fn user(config: &Config, command: &UserCommand) -> Result<(), String> {
    migrated(config)?;
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    let now = clock(config).now();
    let base = config.base_url(config.bind.port());
    match command {
        UserCommand::Physio { name } => {
            let secret = account::staff_secret(&store, name, now).map_err(|e| e.to_string())?;
            println!("This link makes one physiotherapist's account and works for 14 days:\n  {base}/invite/{secret}");
        }
        UserCommand::Reset { email } => {
            let secret = account::reset_secret(&store, email, now).map_err(|e| e.to_string())?;
            let secret = secret.ok_or_else(|| format!("no account has the address {email}"))?;
            println!("This link sets a new password once and works for 24 hours:\n  {base}/reset/{secret}");
        }
    }
    Ok(())
}

/// `simulate`: the summary on standard output, progress on the terminal. Fails when a safety property did not hold.
fn simulated(setup: Setup, html: Option<&Path>) -> Result<(), String> {
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
fn sheet(file: &Path) -> Result<(), String> {
    let exercises: Vec<(&str, &str)> = library().all().iter().map(|e| (e.id.as_str(), e.title.as_str())).collect();
    let page = crate::figure::sheet::sheet(&exercises).map_err(|e| e.to_string())?;
    std::fs::write(file, page).map_err(|e| format!("{}: {e}", file.display()))
}

/// `rules …`: reads standard input, writes standard output, touches nothing else.
fn rules(kind: RuleKind, lines: bool) -> ExitCode {
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
fn replay(config: &Config) -> Result<(), String> {
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
