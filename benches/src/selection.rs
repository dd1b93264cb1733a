//! What of the benchmark is run: all of it, or what somebody who tunes one thing asked for.

use anyhow::bail;

use crate::data::Name;
use crate::peers::{PEERS, Peer};

/// The word for whole processes, among the names of peers.
pub(crate) const PROCESSES: &str = "processes";

/// What is measured.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) peers: Vec<&'static Peer>,
    pub(crate) sets: Vec<Name>,
    /// Whether whole processes are measured, and their memory and start.
    pub(crate) processes: bool,
}

impl Selection {
    /// What the names stand for; no names mean everything. A name stands for itself and for what begins with it and a
    /// dash, so that `tidings` is both of `tidings-1` and `tidings-2`.
    pub(crate) fn new(only: &[String], input: &[String]) -> anyhow::Result<Self> {
        let is_meant = |id: &str, name: &str| {
            id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        for name in only {
            if name != PROCESSES && !PEERS.iter().any(|peer| is_meant(peer.id, name)) {
                let ids: Vec<&str> = PEERS.iter().map(|peer| peer.id).collect();
                bail!("`--only {name}`: there are {}, and {PROCESSES}", ids.join(", "));
            }
        }
        for name in input {
            if !Name::ALL.iter().any(|set| set.as_str() == name) {
                bail!("`--input {name}`: there are {}", Name::ALL.map(Name::as_str).join(", "));
            }
        }
        let peers = PEERS.iter();
        let sets = Name::ALL.into_iter();
        Ok(Self {
            peers: peers
                .filter(|peer| only.is_empty() || only.iter().any(|name| is_meant(peer.id, name)))
                .collect(),
            sets: sets
                .filter(|set| input.is_empty() || input.iter().any(|name| name == set.as_str()))
                .collect(),
            processes: only.is_empty() || only.iter().any(|name| name == PROCESSES),
        })
    }

    /// Whether nothing is left out.
    pub(crate) fn is_whole(&self) -> bool {
        self.processes && self.peers.len() == PEERS.len() && self.sets.len() == Name::ALL.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(only: &[&str]) -> anyhow::Result<Vec<&'static str>> {
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        Ok(Selection::new(&only, &[])?.peers.iter().map(|peer| peer.id).collect())
    }

    #[test]
    fn a_name_stands_for_itself_and_for_what_begins_with_it() {
        assert_eq!(ids(&["tidings", "newlines"]).unwrap(), ["tidings-1", "tidings-2", "newlines"]);
        assert_eq!(ids(&["tidings-2"]).unwrap(), ["tidings-2"]);
        assert_eq!(ids(&["jsonschema-sonic"]).unwrap(), ["jsonschema-sonic"]);
        assert!(ids(&["tid"]).is_err());
        assert!(ids(&["processes"]).unwrap().is_empty());
    }

    #[test]
    fn no_names_mean_everything_and_any_name_leaves_something_out() {
        assert!(Selection::new(&[], &[]).unwrap().is_whole());
        assert!(!Selection::new(&[], &["ordered".to_owned()]).unwrap().is_whole());
        assert!(!Selection::new(&["tidings".to_owned()], &[]).unwrap().is_whole());
        assert!(Selection::new(&[], &["odd".to_owned()]).is_err());
    }
}
