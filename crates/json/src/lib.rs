//! A strict JSON reader that keeps the place of every value.
//!
//! In go bytes; out comes a [`Value`] tree in which every value and member name knows its byte [`Span`], plus the
//! [`Problem`]s that a tree can be built in spite of (duplicate keys, a byte order mark), or the one [`Problem`] that
//! ended the reading. It accepts what RFC 8259 defines and nothing else, and it never recurses deeper than it is told.
//! Events, catalogs' schemas and manifests' JSON neighbours are all read by it.
//!
//! ```
//! let text = br#"{"kind": "parcel-lost", "kind": "parcel-found"}"#;
//! let parsed = tidings_json::parse(text, 128).expect("it is JSON, if sloppy JSON");
//! assert_eq!(parsed.value.pointer("/kind").and_then(|v| v.as_str()), Some("parcel-found"));
//! assert_eq!(parsed.problems[0].kind, tidings_json::ProblemKind::DuplicateKey);
//! assert_eq!(&text[parsed.problems[0].span.range()], br#""kind""#);
//! ```

mod number;
mod parse;
mod pointer;
mod text;
mod value;

pub use number::Decimal;
pub use parse::{Parsed, Problem, ProblemKind, parse};
pub use pointer::{Pointer, PointerError, escape_token};
pub use text::{LineIndex, column};
pub use value::{Kind, Member, Span, Value};
