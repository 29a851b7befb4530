//! `gradus audit`: whether the record of who did and saw what is whole.

use crate::care::audit::verify;
use crate::config::Config;
use crate::store::Store;
use crate::store::chain::Head;
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Read the whole record and say which row was changed, removed, inserted or moved. Fails when one was.
    Verify {
        /// A head that was noted before, as `gradus audit head` prints it: says whether everything up to it is still there.
        #[arg(long, value_name = "SEQ:HASH", value_parser = verify::noted)]
        from: Option<Head>,
    },
    /// Print the number and the hash of the last row, to be kept where nobody can reach who can reach the database.
    Head,
}

pub(super) fn audit(config: &Config, command: &AuditCommand) -> Result<(), String> {
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    match command {
        AuditCommand::Head => {
            let head = verify::head(&store).map_err(|e| e.to_string())?;
            let head = head.ok_or("the row with the last number and hash was removed: run `gradus audit verify`")?;
            println!("{}:{}", head.seq, head.hash);
            Ok(())
        }
        AuditCommand::Verify { from } => {
            let report = verify::verify(&store, from.as_ref()).map_err(|e| e.to_string())?;
            for fault in &report.faults {
                println!("{fault}");
            }
            if report.more > 0 {
                println!("and {} more", report.more);
            }
            if report.is_whole() {
                println!("The record is whole: {} rows.", report.rows);
                return Ok(());
            }
            Err("the record of who did and saw what is not as the program wrote it".to_owned())
        }
    }
}
