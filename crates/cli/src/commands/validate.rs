//! `tidings validate`: checks events one by one.

use crate::args::{Args, Validate};
use crate::console::Console;
use crate::exit::Outcome;
use crate::reading;

pub(crate) fn run(args: &Args, command: &Validate) -> anyhow::Result<Outcome> {
    let Validate { reading, output } = command;
    let engine = reading::engine(args, reading, output)?;
    let (sources, all_found) = reading::sources(reading)?;
    let mut console = Console::new(args, output, false)?;
    let summary = tidings::run(&engine, sources.into_iter(), reading::threads(reading), &mut console)?;
    console.finish(summary, all_found, output)
}
