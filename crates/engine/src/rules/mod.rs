//! Every rule that validation knows, in one table.
//!
//! A rule is a `static` in the file of its group, with its explanation beside it. Everything that tells of rules (help,
//! documentation, SARIF) reads [`RULES`].

pub(crate) mod envelope;
pub(crate) mod json;
pub(crate) mod privacy;
pub(crate) mod schema;

use tidings_finding::Rule;

/// The rules of validation, sorted by id.
pub static RULES: &[&Rule] = &[
    &envelope::AGGREGATE_MISMATCH,
    &envelope::NO_EVENT,
    &envelope::UNKNOWN_EVENT,
    &envelope::VERSION_NEWER,
    &json::BYTE_ORDER_MARK,
    &json::DUPLICATE_KEY,
    &json::INVALID_UTF8,
    &json::SYNTAX,
    &json::TOO_DEEP,
    &json::TOO_LARGE,
    &json::TRAILING_DATA,
    &privacy::SUSPECTED_PERSONAL_DATA,
    &privacy::SUSPECTED_SECRET,
    &schema::ADDITIONAL_ITEMS,
    &schema::ADDITIONAL_PROPERTIES,
    &schema::ANY_OF,
    &schema::CONST,
    &schema::CONTAINS,
    &schema::CONTENT_ENCODING,
    &schema::CONTENT_MEDIA_TYPE,
    &schema::DEPENDENCIES,
    &schema::ENUM,
    &schema::EXCLUSIVE_MAXIMUM,
    &schema::EXCLUSIVE_MINIMUM,
    &schema::FALSE_SCHEMA,
    &schema::FORMAT,
    &schema::MAX_ITEMS,
    &schema::MAX_LENGTH,
    &schema::MAX_PROPERTIES,
    &schema::MAXIMUM,
    &schema::MIN_ITEMS,
    &schema::MIN_LENGTH,
    &schema::MIN_PROPERTIES,
    &schema::MINIMUM,
    &schema::MULTIPLE_OF,
    &schema::NOT,
    &schema::ONE_OF,
    &schema::PATTERN,
    &schema::PROPERTY_NAMES,
    &schema::REQUIRED,
    &schema::TYPE,
    &schema::UNIQUE_ITEMS,
    &schema::UNKNOWN_FIELD,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_ids_are_kebab_case_in_a_group() {
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "sorted, without duplicates: {ids:#?}");
        for id in ids {
            let (group, name) = id.split_once('/').expect("a group and a name");
            for part in [group, name] {
                assert!(part.starts_with(|c: char| c.is_ascii_lowercase()), "{id}");
                assert!(
                    part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                    "{id}"
                );
            }
        }
    }

    #[test]
    fn every_rule_says_what_it_finds_and_how_to_mend_it() {
        for rule in RULES {
            assert!(rule.summary.starts_with(|c: char| c.is_lowercase() || c == '`'), "{}", rule.id);
            assert!(!rule.summary.ends_with('.'), "{}", rule.id);
            assert!(rule.explanation.ends_with('.'), "{}", rule.id);
            assert!(rule.explanation.len() > 80, "{}: say more", rule.id);
        }
    }

    #[test]
    fn every_rule_static_of_the_folder_is_in_the_table() {
        let files = [
            include_str!("envelope.rs"),
            include_str!("json.rs"),
            include_str!("privacy.rs"),
            include_str!("schema.rs"),
        ];
        let declared: usize = files.iter().map(|file| file.matches("Rule = ").count()).sum();
        assert_eq!(declared, RULES.len());
    }
}
