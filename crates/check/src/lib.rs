//! What is wrong with one catalog (`lint`), or between two (`breaking`).
