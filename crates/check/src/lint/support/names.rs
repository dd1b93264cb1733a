//! Names taken apart into words, and put together again in one of the forms that names have.

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
pub(crate) fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalized(word)).collect()
}

/// `orderShipped`.
pub(crate) fn camel(name: &str) -> String {
    let words = words(name);
    let rest = words.iter().skip(1).map(|word| capitalized(word));
    words.first().cloned().into_iter().chain(rest).collect()
}

/// `order-shipped`.
pub(crate) fn kebab(name: &str) -> String {
    words(name).join("-")
}

/// `order.shipped_late`: the first word is the family's, unless the name has dots already.
pub(crate) fn dotted(name: &str) -> String {
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

pub(crate) fn is_pascal(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && (name.len() == 1 || name.chars().any(|c| c.is_ascii_lowercase()))
}

pub(crate) fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

pub(crate) fn is_snake(name: &str) -> bool {
    is_separated(name, &['_'])
}

pub(crate) fn is_kebab(name: &str) -> bool {
    is_separated(name, &['-'])
}

pub(crate) fn is_dotted(name: &str) -> bool {
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
        let forms: [(fn(&str) -> bool, &[&str], &[&str]); 5] = [
            (is_pascal, &["Order", "OrderShipped", "X"], &["order", "Order_Shipped", "ORDER", "", "Ördér"]),
            (is_camel, &["order", "orderNo", "x2"], &["Order", "order_no", "2x", ""]),
            (is_snake, &["order", "order_no_2"], &["Order", "order__no", "_order", "2x", "order-no", ""]),
            (is_kebab, &["order", "order-no"], &["order_no", "order-", ""]),
            (is_dotted, &["order.shipped", "a.b_c.d"], &["order", "order..shipped", "Order.shipped"]),
        ];
        for (is, good, bad) in forms {
            assert!(good.iter().all(|name| is(name)), "{good:?}");
            assert!(!bad.iter().any(|name| is(name)), "{bad:?}");
        }
    }
}
