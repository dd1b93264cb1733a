//! The anchors that GitHub gives headings.

use std::collections::HashMap;

/// Hands out the anchors of a page's headings. Every heading must be told, in the order of the page: of two with the
/// same text the second gets `-1`.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of the next heading, given its text without markup.
    pub(crate) fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let mut anchor = slug.clone();
        let mut count = self.taken.get(&slug).copied().unwrap_or_default();
        while self.taken.contains_key(&anchor) {
            count += 1;
            anchor = format!("{slug}-{count}");
        }
        self.taken.insert(slug, count);
        self.taken.entry(anchor.clone()).or_default();
        anchor
    }
}

/// Lower case, no punctuation but hyphens and underscores, hyphens for spaces.
fn slug(heading: &str) -> String {
    let kept = |c: &char| {
        matches!(c, '-' | ' ')
            || regex_syntax::try_is_word_character(*c).unwrap_or_else(|_| c.is_alphanumeric() || *c == '_')
    };
    heading.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_what_github_makes_of_headings() {
        let mut anchors = Anchors::default();
        for (heading, anchor) in [
            ("Wallet domain events", "wallet-domain-events"),
            ("wallet.cosigner_added", "walletcosigner_added"),
            ("depot-opened", "depot-opened"),
            ("Größe & Maß (in cm)", "größe--maß-in-cm"),
            ("Parcel", "parcel"),
            ("parcel", "parcel-1"),
            ("parcel-1", "parcel-1-1"),
            ("Parcel", "parcel-2"),
        ] {
            assert_eq!(anchors.next(heading), anchor, "{heading}");
        }
    }
}
