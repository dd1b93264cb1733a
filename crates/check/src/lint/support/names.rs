//! Names taken apart into words, and put together again in one of the forms that names have.

use tidings_catalog::manifest::{EventNames, FieldNames};

/// A form that names may have.
pub(crate) struct Form {
    /// What it is called.
    pub(crate) title: &'static str,
    /// Whether a name has it.
    pub(crate) is: fn(&str) -> bool,
    /// The same words in it.
    pub(crate) make: fn(&str) -> String,
}

/// The form that a policy wants of the names of event types.
pub(crate) fn of_events(policy: EventNames) -> Form {
    match policy {
        EventNames::Pascal => Form { title: "PascalCase", is: is_pascal, make: pascal },
        EventNames::Dotted => Form { title: "dotted.snake_case", is: is_dotted, make: dotted },
        EventNames::Kebab => Form { title: "kebab-case", is: is_kebab, make: kebab },
    }
}

/// The form that a policy wants of the names of fields.
pub(crate) fn of_fields(policy: FieldNames) -> Form {
    match policy {
        FieldNames::Snake => Form { title: "snake_case", is: is_snake, make: snake },
        FieldNames::Camel => Form { title: "camelCase", is: is_camel, make: camel },
    }
}

/// The words of a name in lower case: `OrderShipped`, `order.shipped`, `order-shipped` are `order` and `shipped`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (at, &c) in characters.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let before = at.checked_sub(1).map(|at| characters[at]);
        let next_is_lower = characters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || next_is_lower);
        if begins {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// `order_shipped`: the form of the names of files.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `OrderShipped`.
fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalized(word)).collect()
}

/// `orderShipped`.
fn camel(name: &str) -> String {
    let words = words(name);
    let rest = words.iter().skip(1).map(|word| capitalized(word));
    words.first().cloned().into_iter().chain(rest).collect()
}

/// `order-shipped`.
pub(crate) fn kebab(name: &str) -> String {
    words(name).join("-")
}

/// `order.shipped_late`: the first word is the family's, unless the name has dots already.
fn dotted(name: &str) -> String {
    if name.contains('.') {
        return name.split('.').map(snake).collect::<Vec<_>>().join(".");
    }
    let words = words(name);
    match words.split_first() {
        Some((first, rest)) if !rest.is_empty() => format!("{first}.{}", rest.join("_")),
        _ => words.join("_"),
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// Letters and digits of ASCII in one case, with single separators between them, a letter first.
fn is_separated(name: &str, separators: &[char]) -> bool {
    let parts = || name.split(separators);
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && parts().all(|part| !part.is_empty())
        && parts().flat_map(str::chars).all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn is_pascal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && (name.len() == 1 || name.chars().any(|c| c.is_ascii_lowercase()))
}

fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_snake(name: &str) -> bool {
    is_separated(name, &['_'])
}

fn is_kebab(name: &str) -> bool {
    is_separated(name, &['-'])
}

fn is_dotted(name: &str) -> bool {
    name.contains('.') && is_separated(name, &['.', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_form_has_the_same_words() {
        for name in ["OrderGiftWrapped", "order.gift_wrapped", "order-gift-wrapped", "orderGiftWrapped"] {
            assert_eq!(snake(name), "order_gift_wrapped", "{name}");
            assert_eq!(pascal(name), "OrderGiftWrapped", "{name}");
            assert_eq!(camel(name), "orderGiftWrapped", "{name}");
            assert_eq!(kebab(name), "order-gift-wrapped", "{name}");
            assert_eq!(dotted(name), "order.gift_wrapped", "{name}");
        }
        assert_eq!(words("SMSReceived2Go"), ["sms", "received2", "go"]);
        assert_eq!(words("  "), [""; 0]);
    }

    #[test]
    fn the_forms_are_told_apart() {
        let pascal = of_events(EventNames::Pascal);
        let dotted = of_events(EventNames::Dotted);
        let kebab = of_events(EventNames::Kebab);
        let (snake, camel) = (of_fields(FieldNames::Snake), of_fields(FieldNames::Camel));
        let forms: [(Form, &[&str], &[&str]); 5] = [
            (pascal, &["Order", "OrderShipped", "X"], &["order", "Order_Shipped", "ORDER", "", "Ördér"]),
            (camel, &["order", "orderNo", "x2"], &["Order", "order_no", "2x", ""]),
            (snake, &["order", "order_no_2"], &["Order", "order__no", "_order", "2x", "order-no", ""]),
            (kebab, &["order", "order-no"], &["order_no", "order-", ""]),
            (dotted, &["order.shipped", "a.b_c.d"], &["order", "order..shipped", "Order.shipped"]),
        ];
        for (form, good, bad) in forms {
            assert!(good.iter().all(|name| (form.is)(name)), "{}: {good:?}", form.title);
            assert!(!bad.iter().any(|name| (form.is)(name)), "{}: {bad:?}", form.title);
        }
    }
}
