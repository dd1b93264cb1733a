//! What the rules stand on, so that a rule is only a decision: the catalog as far as it can be read ([`Context`]), its
//! places one by one (nodes of schemas, places in events, fields), where a finding points ([`Target`]), names and
//! patterns taken apart, and edits.

pub(crate) mod context;
pub(crate) mod edits;
pub(crate) mod example;
pub(crate) mod keywords;
pub(crate) mod lifecycles;
pub(crate) mod names;
pub(crate) mod nodes;
pub(crate) mod patterns;
pub(crate) mod places;
pub(crate) mod reserved;
pub(crate) mod satisfiable;
pub(crate) mod sink;
pub(crate) mod target;
pub(crate) mod unbounded;

pub(crate) use context::{Context, Loaded};
pub(crate) use edits::{Edit, Fix};
pub(crate) use sink::Sink;
pub(crate) use target::Target;
