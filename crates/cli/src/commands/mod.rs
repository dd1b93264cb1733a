//! The commands, a file each.

pub(crate) mod audit;
pub(crate) mod breaking;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod new;
pub(crate) mod rules;
pub(crate) mod sample;
pub(crate) mod validate;
