//! `schema`: the JSON Schema of a record.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use schemars::Schema;

use crate::alert::record::AlertRecord;
use crate::cli::args::{RecordName, SchemaArguments};

/// Prints the schema of a record. `item` makes that of the item record.
///
/// # Errors
/// When `out` cannot be written.
pub fn run(arguments: &SchemaArguments, item: impl FnOnce() -> Schema, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let schema = match arguments.record {
        RecordName::Item => item(),
        RecordName::Alert => schemars::schema_for!(AlertRecord),
    };
    serde_json::to_writer_pretty(&mut *out, &schema).context("cannot write the schema")?;
    writeln!(out)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::cli::args::{RecordName, SchemaArguments};

    fn shown(record: RecordName) -> serde_json::Value {
        let mut out = Vec::new();
        run(&SchemaArguments { record }, || schemars::schema_for!(String), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn each_record_has_its_own() {
        assert_eq!(shown(RecordName::Alert)["title"], "AlertRecord");
        assert_eq!(shown(RecordName::Item)["title"], "string");
    }
}
