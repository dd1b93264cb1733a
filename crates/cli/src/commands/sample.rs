//! `tidings sample`: writes a made-up stream, valid or with faults that are known.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::Context as _;
use serde_json::json;
use tidings::emit::sample::{Options, Sampler};

use crate::args::{Args, Sample};
use crate::exit::Outcome;
use crate::{catalog, output};

pub(crate) fn run(args: &Args, command: &Sample) -> anyhow::Result<Outcome> {
    let loaded = catalog::load(args)?;
    let options = Options {
        events: command.events,
        seed: command.seed,
        redelivered: command.redelivered,
        faults: command.faults.clone().unwrap_or_default(),
        shuffle_keys: command.shuffle_keys,
        late: command.late,
    };
    let mut sampler = Sampler::new(&loaded.catalog, &options)?;
    let mut truth = match &command.truth {
        Some(path) => {
            let cannot = || format!("cannot write {}", path.display());
            Some((BufWriter::new(File::create(path).with_context(cannot)?), path))
        }
        None => None,
    };
    let mut out = output::stdout();
    let mut line = 0_u64;
    while let Some(event) = sampler.next_event()? {
        line += 1;
        out.write_all(event)?;
        out.write_all(b"\n")?;
        if let Some((file, path)) = &mut truth {
            for fault in sampler.truth() {
                let told = json!({"line": line, "rule": fault.rule, "pointer": fault.pointer});
                writeln!(file, "{told}").with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
    }
    out.flush()?;
    if let Some((mut file, path)) = truth {
        file.flush().with_context(|| format!("cannot write {}", path.display()))?;
    }
    let unplanted = sampler.unplanted();
    if !unplanted.is_empty() {
        let rules = unplanted.join(", ");
        output::note(&format!("nothing in these events could break {rules}"));
    }
    Ok(Outcome::Clean)
}
