//! Why a catalog can't be sampled.

use tidings_catalog::LoadError;

/// A stream could not be made, or not to its end.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    /// The engine has something against the catalog.
    #[error(transparent)]
    Catalog(LoadError),
    /// An option is not one.
    #[error("a share of the events must be from 0 to 1, not {0}")]
    Share(f64),
    /// Redelivered events are asked for, but nobody could tell one.
    #[error("events of this catalog have no id, so a redelivered one can't be told from a new one")]
    NothingToRedeliver,
    /// An event type that no event can be made of.
    #[error("no sample of `{event_type}` can be made: {}{why}", at(.pointer))]
    NoPlan { event_type: String, pointer: String, why: String },
    /// Events can be made, but the engine has something against them.
    #[error("samples of `{event_type}` don't pass validation: {}{why}", at(.pointer))]
    Refused { event_type: String, pointer: String, why: String },
    /// No next event was found.
    #[error(
        "the stream can't go on after {after} events: every id, or every identity, that the schemas allow is taken"
    )]
    Exhausted { after: u64 },
}

fn at(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!("at `{pointer}`, ") }
}

impl Error {
    /// The event type that is to blame, if it is one.
    pub fn event_type(&self) -> Option<&str> {
        match &self.0 {
            Kind::NoPlan { event_type, .. } | Kind::Refused { event_type, .. } => Some(event_type),
            _ => None,
        }
    }

    /// The place in the event, as a JSON Pointer, where the trouble is, if it is in one place.
    pub fn pointer(&self) -> Option<&str> {
        match &self.0 {
            Kind::NoPlan { pointer, .. } | Kind::Refused { pointer, .. } => {
                Some(pointer.as_str()).filter(|pointer| !pointer.is_empty())
            }
            _ => None,
        }
    }
}
