//! Pages about a catalog.
