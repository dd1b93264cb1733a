//! JSON Pointers (RFC 6901).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A JSON Pointer: a path of member names and array indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// A text is not a JSON Pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a JSON Pointer is empty or begins with `/`, and `~` stands only in `~0` and `~1`")]
pub struct PointerError;

impl Pointer {
    /// The path, unescaped, outermost first.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Whether it points at the whole document.
    pub fn is_root(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The last token, if it isn't the root.
    pub fn last(&self) -> Option<&str> {
        self.tokens.last().map(String::as_str)
    }

    /// What it is in; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, tokens) = self.tokens.split_last()?;
        Some(Self { tokens: tokens.to_vec() })
    }
}

impl<T: Into<String>> FromIterator<T> for Pointer {
    /// The pointer with these tokens, given unescaped.
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        Self { tokens: tokens.into_iter().map(Into::into).collect() }
    }
}

impl FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let tokens = text.strip_prefix('/').ok_or(PointerError)?.split('/').map(unescape_token);
        Ok(Self { tokens: tokens.collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(f, "/{}", escape_token(token)))
    }
}

/// A member name as a token of a pointer: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape_token(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

fn unescape_token(token: &str) -> Result<String, PointerError> {
    let mut name = String::with_capacity(token.len());
    let mut rest = token;
    while let Some(at) = rest.find('~') {
        name.push_str(&rest[..at]);
        name.push(match rest.as_bytes().get(at + 1) {
            Some(b'0') => '~',
            Some(b'1') => '/',
            _ => return Err(PointerError),
        });
        rest = &rest[at + 2..];
    }
    name.push_str(rest);
    Ok(name)
}
