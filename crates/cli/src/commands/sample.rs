//! `tidings sample`: writes a made-up stream of valid events.

use crate::args::{Args, Sample};
use crate::exit::Outcome;

pub(crate) fn run(_: &Args, _: &Sample) -> anyhow::Result<Outcome> {
    Ok(Outcome::Clean)
}
