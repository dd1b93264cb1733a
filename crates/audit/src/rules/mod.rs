//! Every rule of the audit, in one table.

pub(crate) mod dedupe;
pub(crate) mod lifecycle;
pub(crate) mod order;
pub(crate) mod reference;

use tidings_finding::Rule;

/// The rules of the audit, sorted by id.
pub static RULES: &[&Rule] = &[
    &dedupe::EVENT_ID_CONFLICT,
    &dedupe::LOGICAL_DUPLICATE,
    &lifecycle::ALREADY_EXISTS,
    &lifecycle::IDENTITY_TAKEN,
    &lifecycle::MEMBERSHIP,
    &lifecycle::TRANSITION,
    &lifecycle::UNKNOWN_AGGREGATE,
    &order::TIME_REGRESSION,
    &order::ULID_TIME_SKEW,
    &reference::MISSING,
    &reference::NOT_LIVE,
    &reference::OTHER_SCOPE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_holds_every_rule_of_the_folder() {
        assert!(RULES.windows(2).all(|pair| pair[0].id < pair[1].id));
        let files = [
            include_str!("dedupe.rs"),
            include_str!("lifecycle.rs"),
            include_str!("order.rs"),
            include_str!("reference.rs"),
        ];
        let declared: usize = files.iter().map(|file| file.matches("Rule = ").count()).sum();
        assert_eq!(declared, RULES.len());
    }

    #[test]
    fn every_rule_says_what_it_finds_and_how_to_mend_it() {
        for rule in RULES {
            assert!(!rule.summary.ends_with('.') && rule.explanation.ends_with('.'), "{}", rule.id);
            assert!(rule.explanation.len() > 80, "{}: say more", rule.id);
        }
    }
}
