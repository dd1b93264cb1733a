//! Writes the files of a catalog: a new event type, a new catalog, one form for all.
