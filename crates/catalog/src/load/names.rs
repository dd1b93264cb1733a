//! Checks of the manifest's names: the catalog's own, and that event types can be told apart.

use super::Problems;
use crate::manifest::Manifest;

pub(super) fn check(manifest: &Manifest, problems: &mut Problems) {
    let head = &manifest.catalog;
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if head.name.is_empty() || !head.name.chars().all(kebab) {
        problems.manifest(
            head.name.span(),
            format!("the catalog's name `{}` is not in kebab-case", head.name.as_str()),
        );
    }
    if head.version.is_empty() {
        problems.manifest(head.version.span(), "the catalog's version is empty");
    }
    if let Some(uri) = &head.base_uri
        && fluent_uri::Uri::parse(uri.as_str()).is_err()
    {
        problems.manifest(uri.span(), format!("`{}` is not an absolute URI", uri.as_str()));
    }
    match (manifest.events.len(), &manifest.roles.event_name) {
        (0, _) => problems.file(crate::MANIFEST, "the catalog has no event types"),
        (2.., None) => problems.file(
            crate::MANIFEST,
            "`roles.event_name` is missing: with more than one event type, an event must say which it is",
        ),
        _ => {}
    }
}
