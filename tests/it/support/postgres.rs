//! PostgreSQL for the tests: the server that `TEST_DATABASE_URL` names, or a private cluster that is
//! made once for this process and goes with it.

use super::backend::pg;
use super::watched;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use gradus::accounts::password::fingerprint;
use gradus::ids;
use gradus::store::DatabaseUrl;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};
use url::Url;

/// A server on which tests may make databases.
pub struct Server {
    /// Address of a database that is there already.
    home: Url,
    /// Ends the private cluster when this process does.
    _watch: Option<Child>,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| match std::env::var("TEST_DATABASE_URL") {
    Ok(text) => Some(Server { home: text.parse().expect("TEST_DATABASE_URL is an address"), _watch: None }),
    Err(_) => programs().map(|programs| private_cluster(&programs)),
});

/// The server, when there is one.
pub fn server() -> Option<&'static Server> {
    SERVER.as_ref()
}

fn here() -> &'static Server {
    server().expect("`Backend::is_here` was asked first")
}

impl Server {
    fn url(&self, database: &str) -> String {
        let mut url = self.home.clone();
        url.set_path(&format!("/{database}"));
        url.into()
    }

    fn home(&self) -> PgConnection {
        pg(self.home.as_str()).expect("the test server answers")
    }
}

/// The folder with `initdb` and `postgres`: Debian keeps them off the PATH, a folder for each version.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path()).collect();
    versions.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let folders: Vec<PathBuf> = versions.into_iter().rev().map(|path| path.join("bin")).collect();
    // The real folder: a link on the PATH may stand alone.
    let folder = watched::find(&["initdb"], &folders)?.canonicalize().ok()?.parent()?.to_owned();
    folder.join("postgres").is_file().then_some(folder)
}

/// User and group number of somebody who is not root, because PostgreSQL refuses to run as root.
fn somebody() -> (String, String) {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let line_of = |name: &str| passwd.lines().find(|line| line.starts_with(&format!("{name}:"))).map(str::to_owned);
    let line = line_of("postgres").or_else(|| line_of("nobody")).expect("there is a user postgres or nobody");
    let fields: Vec<&str> = line.split(':').collect();
    (fields[2].to_owned(), fields[3].to_owned())
}

/// A shell that is allowed to run PostgreSQL and owns `folder`.
fn shell_for(folder: &Path) -> Command {
    if std::fs::metadata(folder).expect("the folder is there").uid() != 0 {
        return Command::new("sh");
    }
    let (user, group) = somebody();
    let owned = Command::new("chown").arg(format!("{user}:{group}")).arg(folder).status();
    assert!(owned.is_ok_and(|status| status.success()), "the folder could not be given to user {user}");
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "sh"]);
    command
}

/// `$1` programs, `$2` folder. Speed stands over safety: nothing of this outlives the tests.
const SCRIPT: &str = r#"
cd "$2" || exit 1
"$1/initdb" -D "$2/data" -U postgres -A trust --no-sync --encoding=UTF8 --no-locale >"$2/log" 2>&1
"$1/postgres" -D "$2/data" -k "$2" -h '' -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=400 -c shared_buffers=64MB >>"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
"#;

fn private_cluster(programs: &Path) -> Server {
    // Not below TMPDIR: the path of a socket may have 107 characters, and another user must reach it.
    let folder = tempfile::Builder::new().prefix("gradus-pg-").tempdir_in("/tmp").expect("a temporary folder").keep();
    let text = folder.to_str().expect("a plain path");
    let (watch, _) = watched::start(shell_for(&folder), SCRIPT, &[programs.to_str().expect("a plain path"), text]);
    let home: Url = format!("postgres:///postgres?host={text}&user=postgres").parse().expect("an address");
    let began = Instant::now();
    while pg(home.as_str()).is_err() {
        if began.elapsed() > Duration::from_secs(60) {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("PostgreSQL in {} did not start:\n{log}", programs.display());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Server { home, _watch: Some(watch) }
}

/// A database that is dropped with this value.
pub struct Created {
    name: String,
}

impl Created {
    pub fn url(&self) -> String {
        here().url(&self.name)
    }

    pub fn connect(&self) -> PgConnection {
        pg(&self.url()).expect("the database answers")
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        let _ = here().home().batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// A new database, like `template` when one is named.
pub fn create(template: Option<&str>) -> Created {
    let name = format!("gradus_test_{}", ids::fresh());
    let like = template.unwrap_or("template0");
    // Another process may be looking into the template just now: try again for a while.
    let mut last = None;
    for _ in 0..50 {
        match here().home().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {like} STRATEGY = FILE_COPY")) {
            Ok(()) => return Created { name },
            Err(error) => last = Some(error),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no database could be made: {last:?}");
}

/// A migrated database to copy. Its name changes with the migrations, so that one left on a server
/// by an earlier run is never out of date.
pub fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let mut folders: Vec<_> = std::fs::read_dir("migrations").expect("the migrations").flatten().map(|e| e.path()).collect();
        folders.sort();
        let text: String = folders.iter().filter_map(|folder| std::fs::read_to_string(folder.join("up.sql")).ok()).collect();
        let name = format!("gradus_template_{}", &fingerprint(&text)[..16]);
        // There already, from an earlier run or by another process: migrating it again does nothing.
        let _ = here().home().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        gradus::store::migrate(&DatabaseUrl::Postgres(here().url(&name))).expect("PostgreSQL migrates");
        name
    })
}
