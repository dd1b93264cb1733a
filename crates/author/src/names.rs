//! Names of event types: their words, the case that a catalog writes them in, and the file names made of them.

use std::fmt;

/// How the names of a catalog's event types are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Pascal,
    Camel,
    Dotted,
    Kebab,
    Snake,
}

impl Case {
    /// From the narrowest to the widest.
    const ALL: [Self; 5] = [Self::Pascal, Self::Camel, Self::Dotted, Self::Kebab, Self::Snake];

    /// The case in which all of these are written.
    pub(crate) fn of_all<'n>(names: &(impl Iterator<Item = &'n str> + Clone)) -> Option<Self> {
        let mut some = names.clone();
        some.next()?;
        Self::ALL.into_iter().find(|case| names.clone().all(|name| case.fits(name)))
    }

    /// Whether a name is written in it.
    pub(crate) fn fits(self, name: &str) -> bool {
        let begins_with = |is: fn(&char) -> bool| name.chars().next().is_some_and(|first| is(&first));
        let joined = |joint: char, text: &str| {
            text.split(joint).all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            }) && text.starts_with(|c: char| c.is_ascii_lowercase())
        };
        match self {
            Self::Pascal => {
                begins_with(char::is_ascii_uppercase) && name.chars().all(|c| c.is_ascii_alphanumeric())
            }
            Self::Camel => {
                begins_with(char::is_ascii_lowercase)
                    && name.chars().all(|c| c.is_ascii_alphanumeric())
                    && name.chars().any(|c| c.is_ascii_uppercase())
            }
            Self::Dotted => {
                name.contains('.') && name.split('.').all(|part| joined('_', part) || joined('-', part))
            }
            Self::Kebab => joined('-', name),
            Self::Snake => joined('_', name),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pascal => "PascalCase",
            Self::Camel => "camelCase",
            Self::Dotted => "lower case with dots (`order.placed`)",
            Self::Kebab => "kebab-case",
            Self::Snake => "snake_case",
        })
    }
}

/// The words of a name in lower case: `LampHungUp`, `lamp.hung_up` and `lamp-hung-up` have the same three.
pub(crate) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What the files of an event type are called: its words with `_` between them.
pub(crate) fn stem(name: &str) -> String {
    words(name).join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        for name in
            ["LampHungUp", "lampHungUp", "lamp.hung_up", "lamp-hung-up", "lamp_hung_up", "..Lamp Hung/Up"]
        {
            assert_eq!(words(name), ["lamp", "hung", "up"], "{name}");
        }
        assert_eq!(words("HTTPServerUp2Date"), ["http", "server", "up2", "date"]);
        assert!(words("…").is_empty());
        assert_eq!(stem("wallet.limits_changed"), "wallet_limits_changed");
    }

    #[test]
    fn a_catalog_s_case_is_the_narrowest_that_all_its_names_have() {
        for (names, wanted) in [
            (&["LampHung", "LampLit"][..], Some(Case::Pascal)),
            (&["lampHung", "lampLit"], Some(Case::Camel)),
            (&["lamp.hung_up", "lamp.lit"], Some(Case::Dotted)),
            (&["lamp-hung", "lit"], Some(Case::Kebab)),
            (&["lamp_hung", "lit"], Some(Case::Snake)),
            (&["lamp_hung", "LampLit"], None),
            (&[], None),
        ] {
            assert_eq!(Case::of_all(&names.iter().copied()), wanted, "{names:?}");
        }
        for (case, name) in [
            (Case::Pascal, "lampHung"),
            (Case::Pascal, "Lamp_Hung"),
            (Case::Dotted, "lamp"),
            (Case::Dotted, "lamp..hung"),
            (Case::Kebab, "lamp--hung"),
            (Case::Kebab, "-lamp"),
            (Case::Snake, "Lamp"),
            (Case::Snake, ""),
        ] {
            assert!(!case.fits(name), "{name} in {case}");
        }
    }
}
