//! Makes the files of the name tagger again: `cargo run --release --example train_tagger -- FOLDER [LEFT-OUT-SET]…`.
//!
//! FOLDER holds `names.tsv` (a piece and its label a line) and `clusters.tsv` (a word and its three clusters a line), both
//! unpacked. The weights and the cluster table are written into the folder `src/extract/tagger`; their hashes and those of
//! the inputs are printed for the model card.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use sha2::{Digest, Sha256};
use wirewatch::extract::tagger::train;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("name the folder that holds names.tsv and clusters.tsv")?;
    let left_out: Vec<String> = arguments.collect();
    let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
    let read = |name: &str| std::fs::read_to_string(Path::new(&folder).join(name)).with_context(|| format!("cannot read {name}"));
    let (names, table) = (read("names.tsv")?, read("clusters.tsv")?);
    let clusters = train::compact_clusters(&table);
    let weights = train::weights(&names, &clusters, &left_out);
    let any = train::weights_any(&names, &left_out);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/extract/tagger");
    std::fs::write(target.join("clusters.txt"), &clusters)?;
    std::fs::write(target.join("weights.bin"), &weights)?;
    std::fs::write(target.join("weights_any.bin"), &any)?;
    let mut out = std::io::stdout().lock();
    let files = [
        ("names.tsv", names.as_bytes()),
        ("clusters.tsv", table.as_bytes()),
        ("clusters.txt", clusters.as_bytes()),
        ("weights.bin", &weights),
        ("weights_any.bin", &any),
    ];
    for (name, bytes) in files {
        let mut hash = String::new();
        for byte in Sha256::digest(bytes) {
            write!(hash, "{byte:02x}")?;
        }
        writeln!(out, "{hash}  {name} ({} bytes)", bytes.len())?;
    }
    Ok(())
}
