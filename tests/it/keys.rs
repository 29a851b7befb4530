//! Another key in the place of the one that seals secrets of code apps and locked records: what opens afterwards, and that
//! nothing is changed where not everything can be.

use crate::factors::{Phone, turn_on};
use crate::own_data_erase::{address_of, close};
use crate::rules_cli::program;
use crate::support::{Backend, Clinic, FACTOR_KEY, Someone, TestApp, spawn};
use gradus::accounts::factors::Sealer;
use gradus::app::round;
use gradus::care::factors::{Checked, anew, check_app, key_fits};
use gradus::care::own_data::WAIT;
use gradus::config::SealingKey;
use gradus::store::factors::{App, apps, set_app};
use gradus::store::{StoreError, archives};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Output;

/// A clinic in which Dan has a code app and Ann's record is locked.
fn sealed(backend: Backend) -> (Clinic, Phone) {
    let clinic = Clinic::open(backend);
    let (phone, _) = turn_on(&clinic.app, &clinic.app.signed_in(&clinic.dan));
    close(&clinic.app, &clinic.ann);
    clinic.app.wait(WAIT);
    round(&clinic.app.state).expect("a round");
    (clinic, phone)
}

/// The key file, beside an SQLite database.
fn beside(app: &TestApp) -> Option<PathBuf> {
    Some(app.database.path()?.with_extension("factor-key"))
}

/// The key in the file, or the one that is set.
fn present(app: &TestApp) -> SealingKey {
    let text = beside(app).map_or_else(|| FACTOR_KEY.to_owned(), |file| std::fs::read_to_string(file).expect("a key file"));
    SealingKey::read(&text).expect("a key")
}

fn sealer(key: &SealingKey) -> Sealer {
    Sealer::new(key.reveal())
}

/// Runs a command with this key set; with none where it lies beside the database.
fn run(app: &TestApp, arguments: &[&str], key: Option<&SealingKey>) -> Output {
    let mut program = program();
    program.args(arguments).env("GRADUS_DATABASE_URL", address_of(&app.database)).env("GRADUS_BIND", "127.0.0.1:0");
    program.env("GRADUS_FACTOR_KEY", key.map(SealingKey::written).unwrap_or_default()).output().expect("the program runs")
}

/// Replaces a key that is set.
fn replace_set(app: &TestApp, key: &SealingKey, new: &SealingKey) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("new-key");
    std::fs::write(&file, new.written()).expect("written");
    run(app, &["factors", "replace-key", "--new-key", &file.to_string_lossy()], Some(key))
}

/// Replaces the key as the clinic's technician does: `new` is taken where the key is set.
fn replace(app: &TestApp, new: &SealingKey) -> Output {
    if beside(app).is_some() { run(app, &["factors", "replace-key"], None) } else { replace_set(app, &present(app), new) }
}

/// Replaces the key of Dan's code app and Ann's record; the new one.
fn replaced(app: &TestApp) -> SealingKey {
    let new = SealingKey::fresh();
    let output = replace(app, &new);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.contains("1 secret of a code app and 1 locked record."), "{said}");
    if beside(app).is_some() { present(app) } else { new }
}

/// Why it was refused.
fn refusal(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything that is sealed, as it is kept.
fn everything(app: &TestApp) -> Vec<Vec<u8>> {
    let read = app.store().read::<_, StoreError>(|tx| {
        let mut all: Vec<Vec<u8>> = apps(tx)?.into_iter().map(|app| app.sealed_secret).collect();
        for kept in archives::all(tx)? {
            all.push(archives::sealed(tx, &kept.id)?);
        }
        Ok(all)
    });
    read.expect("read")
}

/// Gives somebody a code app whose secret is sealed with this key.
fn give_app(app: &TestApp, who: &Someone, key: &Sealer) {
    let sealed_secret = key.seal(who.id().as_str(), b"twenty secret bytes!").expect("sealed");
    let given = App { user_id: who.id().to_string(), sealed_secret, made_at: app.now(), last_step: 0 };
    app.store().write::<_, StoreError>(|tx| set_app(tx, &given)).expect("kept");
}

fn noted(app: &TestApp) -> usize {
    app.database.count("audit WHERE action = 'replaced the key that seals, at the command line'")
}

each_backend! {
    fn with_the_new_key_codes_and_locked_records_open_and_with_the_old_one_they_do_not(backend) {
        let (clinic, phone) = sealed(backend);
        let (app, dan, ann) = (&clinic.app, clinic.dan.id(), clinic.ann.id());
        let old = present(app);
        let new = replaced(app);
        let (was, is) = (sealer(&old), sealer(&new));
        assert!(!key_fits(app.store(), Some(&was)).expect("looked"), "a server with the old key does not start");
        assert!(key_fits(app.store(), Some(&is)).expect("looked"));
        let code = phone.shows(app);
        let checked = |sealer: &Sealer| check_app(app.store(), Some(sealer), &dan, &code, app.now()).expect("checked");
        assert_eq!([checked(&was), checked(&is)], [Checked::Wrong, Checked::Right]);
        let open = |key: &SealingKey| run(app, &["retention", "open", ann.as_str(), "--reason", "a request of Ann"], Some(key));
        refusal(&open(&old));
        assert!(String::from_utf8_lossy(&open(&new).stdout).contains(ann.as_str()));
        assert_eq!(noted(app), 1);
    }

    fn a_key_that_opens_nothing_replaces_nothing(backend) {
        let (clinic, _) = sealed(backend);
        let before = everything(&clinic.app);
        let said = refusal(&replace_set(&clinic.app, &SealingKey::fresh(), &SealingKey::fresh()));
        assert!(said.contains("1 secret of a code app and 1 locked record."), "{said}");
        assert_eq!((everything(&clinic.app), noted(&clinic.app)), (before, 0));
    }

    fn one_secret_that_does_not_open_leaves_everything_as_it_is(backend) {
        let (clinic, _) = sealed(backend);
        let app = &clinic.app;
        give_app(app, &clinic.ben, &Sealer::new(&[9; 32]));
        let before = everything(app);
        let said = refusal(&replace(app, &SealingKey::fresh()));
        assert!(said.contains("1 secret of a code app and 0 locked records."), "{said}");
        assert_eq!((everything(app), noted(app)), (before, 0));
        assert!(beside(app).is_none_or(|file| !file.with_extension("factor-key-new").exists()), "no key is made for nothing");
    }

    fn what_a_server_sealed_with_the_old_key_meanwhile_is_sealed_anew_when_it_is_done_again(backend) {
        let (clinic, _) = sealed(backend);
        let app = &clinic.app;
        let old = present(app);
        let new = replaced(app);
        give_app(app, &clinic.ben, &sealer(&old));
        let again = replace_set(app, &old, &new);
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        anew::check(app.store(), &sealer(&new)).expect("everything opens with the new key");
    }
}

/// As if the power had gone after the transaction, before the new file took the place of the old one; the new key.
fn cut_short(app: &TestApp) -> SealingKey {
    let new = replaced(app);
    let file = beside(app).expect("a key file");
    std::fs::rename(&file, file.with_extension("factor-key-new")).expect("put back");
    let aside = key_files(app).into_iter().find(|path| path.to_string_lossy().contains("-until-")).expect("the old one is kept");
    std::fs::rename(aside, file).expect("put back");
    new
}

/// The key files beside an SQLite database, by name.
fn key_files(app: &TestApp) -> Vec<PathBuf> {
    let folder = app.database.path().and_then(|file| file.parent()).expect("a folder");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().contains("factor-key")).collect();
    files.sort();
    files
}

#[test]
fn the_old_key_file_is_kept_aside_and_both_are_nobody_elses_to_read() {
    let app = spawn(Backend::Sqlite);
    let old = present(&app);
    assert!(replace(&app, &old).status.success());
    let files = key_files(&app);
    let keys: Vec<SealingKey> =
        files.iter().map(|file| SealingKey::read(&std::fs::read_to_string(file).expect("text")).expect("a key")).collect();
    let [new, aside] = keys.as_slice() else { panic!("{files:?}") };
    assert!(*new == present(&app) && *new != old && *aside == old);
    for file in &files {
        assert_eq!(std::fs::metadata(file).expect("there").permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}

#[test]
fn a_replacement_that_was_cut_short_is_named_at_the_start_and_gone_on_with() {
    let (clinic, _) = sealed(Backend::Sqlite);
    let app = &clinic.app;
    let new = cut_short(app);
    let said = refusal(&run(app, &["serve"], None));
    assert!(said.contains("gradus.factor-key-new") && said.contains("`gradus factors replace-key`"), "{said}");
    let output = replace(app, &new);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(present(app), new);
    assert_eq!(noted(app), 1, "it was done once");
}

#[test]
fn no_record_is_lost_while_the_new_key_waits_for_its_place() {
    let (clinic, _) = sealed(Backend::Sqlite);
    cut_short(&clinic.app);
    let lost = run(&clinic.app, &["retention", "lost", "--delete"], None);
    assert!(lost.status.success() && lost.stdout.is_empty(), "{}", String::from_utf8_lossy(&lost.stdout));
    assert_eq!(clinic.app.database.count("archives"), 1);
}
