//! The place of a field in an event, as people write it: `data.card.id`, `attempts[].when`.

use std::fmt;

use tidings_json::Pointer;

/// The place of a field, from the event down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// To the member of this name.
    Member(String),
    /// To any member of a map.
    AnyMember,
    /// To any element of an array.
    AnyElement,
    /// To the element at this index.
    Element(usize),
}

impl Path {
    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it is the place of the event itself.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// The place of what the field is in; the event's for the event.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self { steps: self.steps[..self.steps.len().saturating_sub(1)].to_vec() }
    }

    /// The place one step further down.
    #[must_use]
    pub fn join(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { steps }
    }

    /// The place of a member.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        self.join(Step::Member(name.to_owned()))
    }
}

/// Every token of a pointer that comes from a manifest names a member.
impl From<&Pointer> for Path {
    fn from(pointer: &Pointer) -> Self {
        Self { steps: pointer.tokens().iter().cloned().map(Step::Member).collect() }
    }
}

/// As people write it. A name that would be misread stands in brackets: `limits["per.day"]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            match step {
                Step::Member(name) if is_plain(name) => write!(f, "{dot}{name}")?,
                Step::Member(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str()))?,
                Step::AnyMember => write!(f, "{dot}*")?,
                Step::AnyElement => f.write_str("[]")?,
                Step::Element(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    let misread = |c: char| c.is_whitespace() || c.is_control() || ".[]*\"`\\".contains(c);
    !name.is_empty() && !name.contains(misread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_like_code() {
        let data = Path::default().member("data");
        let when = data.member("attempts").join(Step::AnyElement).member("when");
        assert_eq!(when.to_string(), "data.attempts[].when");
        assert_eq!(
            data.member("limits").join(Step::AnyMember).member("cents").to_string(),
            "data.limits.*.cents"
        );
        assert_eq!(data.member("at").join(Step::Element(1)).to_string(), "data.at[1]");
        assert_eq!(data.member("size/cm").to_string(), "data.size/cm");
        assert_eq!(when.parent().parent(), data.member("attempts"));
    }

    #[test]
    fn a_name_that_would_be_misread_is_quoted() {
        let data = Path::default().member("data");
        assert_eq!(data.member("per.day").member("").to_string(), r#"data["per.day"][""]"#);
        assert_eq!(data.member("a \"b\"").to_string(), r#"data["a \"b\""]"#);
    }

    #[test]
    fn a_pointer_is_a_path_of_members() {
        let pointer: Pointer = "/meta/a~1b".parse().unwrap();
        assert_eq!(Path::from(&pointer).to_string(), "meta.a/b");
    }
}
