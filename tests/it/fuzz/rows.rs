//! Every row of every table, so that a test can say what a request changed.

use crate::support::Database;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// One question that answers with every row of every table, a line a table.
pub struct Rows(String);

impl Rows {
    pub fn new(database: &Database) -> Self {
        let part = |table: &String| match database {
            Database::Sqlite { .. } => {
                let columns = database.lines(&format!("SELECT 'quote(\"' || name || '\")' AS line FROM pragma_table_info('{table}')"));
                let row = columns.join(" || ',' || ");
                format!(
                    "SELECT '{table} ' || coalesce(group_concat(x, char(10)), '') AS line FROM (SELECT {row} AS x FROM {table} ORDER BY 1)"
                )
            }
            Database::Postgres(_) => {
                format!("SELECT '{table} ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS line FROM {table} t")
            }
        };
        let tables = database.lines(match database {
            Database::Sqlite { .. } => {
                "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'"
            }
            Database::Postgres(_) => {
                "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'"
            }
        });
        assert!(tables.len() > 50, "{tables:?}");
        Self(tables.iter().map(part).collect::<Vec<_>>().join(" UNION ALL "))
    }

    /// What the tables hold now, each as a number that changes with any of its rows.
    pub fn now(&self, database: &Database) -> BTreeMap<String, u64> {
        let hashed = |line: String| {
            let (table, rows) = line.split_once(' ').expect("a table's name");
            let mut hasher = DefaultHasher::new();
            rows.hash(&mut hasher);
            (table.to_owned(), hasher.finish())
        };
        database.lines(&self.0).into_iter().map(hashed).collect()
    }
}

/// The tables that are not what they were.
pub fn changed(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeSet<String> {
    after.iter().filter(|(table, rows)| before.get(*table) != Some(rows)).map(|(table, _)| table.clone()).collect()
}
