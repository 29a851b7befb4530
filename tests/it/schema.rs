//! The schema in the code, in SQLite and in PostgreSQL: one and the same.

use crate::support::{Backend, Database};
use std::collections::BTreeSet;

/// One fact of a schema as a line of text, so that a difference reads by itself.
type Facts = BTreeSet<String>;

/// What `src/store/schema.rs` says: a line for each column and each primary key.
fn in_the_code() -> Facts {
    let text = std::fs::read_to_string("src/store/schema.rs").expect("the schema");
    let mut facts = Facts::new();
    for block in text.split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let head = lines.next().expect("a table's name");
        let (table, rest) = head.split_once(' ').expect("a name and a key");
        let key: Vec<&str> = rest.trim_matches(|c| "() {".contains(c)).split(", ").collect();
        facts.insert(format!("{table} key {}", key.join(",")));
        for line in lines.take_while(|line| *line != "}") {
            let (column, kind) = line.trim_end_matches(',').split_once(" -> ").expect("a column and its type");
            let (kind, null) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), " null"),
                None => (kind, ""),
            };
            facts.insert(format!("{table}.{column} {kind}{null}"));
        }
    }
    facts
}

/// The type of the code's schema that a column type of either database stands for.
const KIND: &str = "CASE lower(KIND) WHEN 'text' THEN 'Text' WHEN 'boolean' THEN 'Bool' WHEN 'integer' THEN 'Integer' \
     WHEN 'double precision' THEN 'Double' WHEN 'date' THEN 'Date' WHEN 'timestamp' THEN 'Timestamp' \
     WHEN 'timestamp without time zone' THEN 'Timestamp' WHEN 'bytea' THEN 'Binary' ELSE KIND END";

/// Columns and primary keys, as [`in_the_code`] writes them.
fn columns(database: &Database) -> Facts {
    let (columns, keys) = match database {
        Database::Sqlite { .. } => (
            format!(
                "SELECT t.name || '.' || c.name || ' ' || {} || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' null' END AS line \
                 FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
                KIND.replace("KIND", "c.type")
            ),
            "SELECT name || ' key ' || (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_table_info(t.name) WHERE pk > 0 ORDER BY pk)) \
             AS line FROM sqlite_schema t WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
        ),
        Database::Postgres(_) => (
            format!(
                "SELECT table_name || '.' || column_name || ' ' || {} || CASE is_nullable WHEN 'NO' THEN '' ELSE ' null' END AS line \
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
                KIND.replace("KIND", "data_type")
            ),
            "SELECT c.conrelid::regclass::text || ' key ' || (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
             FROM unnest(c.conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS line \
             FROM pg_constraint c WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text NOT LIKE '\\_\\_%'",
        ),
    };
    database.lines(&columns).into_iter().chain(database.lines(keys)).collect()
}

/// Uniques, foreign keys with what happens on delete, indexes, and the names of checks.
fn constraints(database: &Database) -> Facts {
    let queries: &[&str] = match database {
        Database::Sqlite { .. } => &[
            "SELECT t.name || ' unique ' || (SELECT group_concat(name, ',') FROM pragma_index_info(i.name)) AS line \
             FROM sqlite_schema t JOIN pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'u'",
            "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' on delete ' || f.on_delete AS line \
             FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
            "SELECT tbl_name || ' index ' || name || ' (' || (SELECT group_concat(name, ',') FROM pragma_index_info(i.name)) || ')' AS line \
             FROM sqlite_schema i WHERE type = 'index' AND sql IS NOT NULL",
        ],
        Database::Postgres(_) => &[
            "SELECT c.conrelid::regclass::text || ' unique ' || (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
             FROM unnest(c.conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS line \
             FROM pg_constraint c WHERE c.contype = 'u' AND c.connamespace = 'public'::regnamespace",
            "SELECT c.conrelid::regclass::text || '.' || a.attname || ' -> ' || c.confrelid::regclass::text || '.' || b.attname || ' on delete ' || \
             CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'a' THEN 'NO ACTION' ELSE c.confdeltype::text END AS line \
             FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] WHERE c.contype = 'f'",
            "SELECT t.relname || ' index ' || i.relname || ' (' || (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
             FROM unnest(x.indkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')' AS line \
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
             JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' \
             AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))",
        ],
    };
    queries.iter().flat_map(|sql| database.lines(sql)).collect()
}

fn assert_same(left: &Facts, right: &Facts, names: (&str, &str)) {
    let only_left: Vec<_> = left.difference(right).collect();
    let only_right: Vec<_> = right.difference(left).collect();
    assert!(only_left.is_empty() && only_right.is_empty(), "only in {}: {only_left:#?}\nonly in {}: {only_right:#?}", names.0, names.1);
}

each_backend! {
    fn the_code_and_the_database_know_the_same_tables_and_columns(backend) {
        let code = in_the_code();
        assert!(code.len() > 100 && code.contains("users.email Text") && code.contains("day_records key patient_id,on_date"), "{code:#?}");
        assert_same(&code, &columns(&backend.migrated()), ("the code", "the database"));
    }
}

#[test]
fn both_databases_have_the_same_uniques_foreign_keys_and_indexes() {
    if !Backend::Postgres.is_here() {
        return;
    }
    let (sqlite, postgres) = (constraints(&Backend::Sqlite.migrated()), constraints(&Backend::Postgres.migrated()));
    assert!(sqlite.contains("sessions.user_id -> users.id on delete CASCADE"), "{sqlite:#?}");
    assert!(sqlite.contains("training_logs unique patient_id,token"), "{sqlite:#?}");
    assert_same(&sqlite, &postgres, ("SQLite", "PostgreSQL"));
}

#[test]
fn postgres_constraints_have_the_names_that_the_migrations_promise() {
    if !Backend::Postgres.is_here() {
        return;
    }
    let database = Backend::Postgres.migrated();
    let names = database
        .lines("SELECT conname AS line FROM pg_constraint c WHERE connamespace = 'public'::regnamespace AND contype IN ('u', 'f', 'c')");
    let wrong: Vec<_> = names.iter().filter(|name| !["_key", "_fkey", "_check"].iter().any(|end| name.ends_with(end))).collect();
    assert!(names.len() > 40 && wrong.is_empty(), "{wrong:?}");
}

each_backend! {
    fn migrating_twice_does_nothing_the_second_time(backend) {
        let database = backend.empty();
        let first = gradus::store::migrate(&database.url()).expect("migrated");
        assert!(!first.is_empty());
        database.execute("INSERT INTO settings (name, value) VALUES ('kept', 'yes')");
        assert_eq!(gradus::store::migrate(&database.url()).expect("migrated again"), Vec::<String>::new());
        assert_eq!(database.line("SELECT value AS line FROM settings WHERE name = 'kept'"), "yes");
    }

    fn servers_that_start_together_migrate_once(backend) {
        let database = backend.empty();
        let url = database.url();
        let ran: Vec<usize> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(|| gradus::store::migrate(&url).expect("migrated").len())).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        let most = ran.iter().max().copied().unwrap_or_default();
        assert!(most > 0 && ran.iter().sum::<usize>() == most, "each migration ran once: {ran:?}");
    }
}
