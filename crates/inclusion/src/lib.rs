//! Whether all that one JSON Schema (Draft-07) accepts, another accepts too.
//!
//! In go schema documents; out comes, of two schemas, one of three answers: everything that the *left* accepts the
//! *right* accepts; here are values that the left accepts and the right refuses; or it could not be decided, with the
//! reason. A value is only ever given after an [`Oracle`], which the caller brings, has confirmed it on both sides.
//! The crate knows no catalog, reads no file and asks no clock: its limits count steps.
//!
//! ```
//! use serde_json::{Value, json};
//! use tidings_inclusion::{Documents, Limits, Operand, Oracle, Prover, Question, Side, Verdict};
//!
//! // In real use a validator; it must agree with the schemas that are compared.
//! struct Weights;
//! impl Oracle for Weights {
//!     fn accepts(&self, side: Side, value: &Value) -> bool {
//!         let weight = value["weight"].as_i64();
//!         weight.is_some_and(|weight| weight >= 1 && (side == Side::Left || weight <= 1000))
//!     }
//! }
//!
//! let weight = |schema: Value| json!({"required": ["weight"], "properties": {"weight": schema}, "type": "object"});
//! let mut old = Documents::new();
//! old.add("urn:parcel", &weight(json!({"type": "integer", "minimum": 1})))?;
//! let mut new = Documents::new();
//! new.add("urn:parcel", &weight(json!({"type": "integer", "minimum": 1, "maximum": 1000})))?;
//!
//! let mut prover = Prover::new(Limits::default());
//! let (old, new) = (prover.add(old), prover.add(new));
//! let left = prover.schema(&Operand::open(old, "urn:parcel"))?;
//! let right = prover.schema(&Operand::open(new, "urn:parcel"))?;
//!
//! let example = json!({"weight": 5, "colour": "red"});
//! let question = Question { near: Some(&example), ..Question::new(left, right) };
//! let comparison = prover.compare(&question, &Weights);
//! assert_eq!(comparison.verdict(), Verdict::Breaking);
//! assert_eq!(comparison.witnesses[0].value, json!({"weight": 1001, "colour": "red"}));
//! assert_eq!(comparison.witnesses[0].pointer, "/weight");
//! assert_eq!(comparison.witnesses[0].keyword, "maximum");
//!
//! let narrower = prover.compare(&Question::new(right, left), &Weights);
//! assert_eq!(narrower.verdict(), Verdict::Compatible);
//! # Ok::<(), tidings_inclusion::SchemaError>(())
//! ```

mod answer;
mod automaton;
mod compare;
mod compile;
mod documents;
mod ecma;
mod evaluate;
mod formats;
mod formula;
mod json;
mod number;
mod patterns;
mod prover;
mod search;
mod words;

pub use answer::{Comparison, Oracle, Question, Side, Unproven, Verdict, Witness};
pub use documents::{Documents, SchemaError};
pub use prover::{Library, Limits, Operand, Prover, Schema, View};
