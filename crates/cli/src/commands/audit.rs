//! `tidings audit`: checks a stream as a whole.

use tidings::AuditOptions;

use crate::args::{Args, Audit, Order};
use crate::console::Console;
use crate::exit::Outcome;
use crate::reading;

pub(crate) fn run(args: &Args, command: &Audit) -> anyhow::Result<Outcome> {
    let Audit { reading, output, .. } = command;
    let engine = reading::engine(args, reading, output)?;
    let (sources, all_found) = reading::sources(reading)?;
    let options = AuditOptions {
        order: match command.order {
            Order::Delivery => tidings::Order::Delivery,
            Order::Occurred => tidings::Order::Occurred,
        },
        max_skew: command.max_skew,
        starts_mid_stream: command.starts_mid_stream,
    };
    let mut console = Console::new(args, output, !command.all);
    let summary =
        tidings::audit(&engine, sources.into_iter(), reading::threads(reading), options, &mut console)?;
    console.finish(summary, all_found, output)
}
