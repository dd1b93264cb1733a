//! `tidings sample`: writes a made-up stream of valid events.

use std::io::Write as _;

use tidings::emit::sample::{Options, Sampler};

use crate::args::{Args, Sample};
use crate::exit::Outcome;
use crate::{catalog, output};

pub(crate) fn run(args: &Args, command: &Sample) -> anyhow::Result<Outcome> {
    let loaded = catalog::load(args)?;
    let options = Options { events: command.events, seed: command.seed, redelivered: command.redelivered };
    let mut sampler = Sampler::new(&loaded.catalog, options)?;
    let mut out = output::stdout();
    while let Some(event) = sampler.next_event()? {
        out.write_all(event)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
