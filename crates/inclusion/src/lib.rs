//! Whether all that one JSON Schema (Draft-07) accepts, another accepts too.
