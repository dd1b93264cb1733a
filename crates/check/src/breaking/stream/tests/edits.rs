//! Edits of a manifest, each in one thing.

use toml::{Table, Value};

pub(super) struct Edit {
    pub(super) label: String,
    pub(super) manifest: Table,
    /// Which rules may tell of it, forth or back.
    pub(super) rules: &'static [&'static str],
    /// Whether it is one thing the other way round too.
    pub(super) back: bool,
}

/// Edits of a manifest.
struct Edits<'m> {
    manifest: &'m Table,
    all: Vec<Edit>,
}

pub(super) fn all(manifest: &Table) -> Vec<Edit> {
    let mut edits = Edits { manifest, all: Vec::new() };
    let names: Vec<String> = manifest["aggregates"].as_table().expect("a table").keys().cloned().collect();
    for name in &names {
        edits.transitions(name);
        edits.states(name);
        edits.references(name, &names);
        edits.rest(name);
    }
    edits.roles();
    edits.all
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).cloned().unwrap_or_default();
    items.iter().map(|item| item.as_str().expect("a string").to_owned()).collect()
}

fn array(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(|text| Value::from(text.as_str())).collect())
}

fn tables<'t>(aggregate: &'t mut Table, key: &str) -> Vec<&'t mut Table> {
    let items = aggregate.get_mut(key).and_then(Value::as_array_mut);
    items.into_iter().flatten().map(|item| item.as_table_mut().expect("a table")).collect()
}

impl Edits<'_> {
    fn aggregate(&self, name: &str) -> &Table {
        self.manifest["aggregates"][name].as_table().expect("a table")
    }

    fn edit(
        &mut self,
        label: String,
        rules: &'static [&'static str],
        name: &str,
        edit: impl FnOnce(&mut Table),
    ) {
        let mut manifest = self.manifest.clone();
        edit(manifest["aggregates"][name].as_table_mut().expect("a table"));
        self.all.push(Edit { label, manifest, rules, back: true });
    }

    fn transitions(&mut self, name: &str) {
        let own = self.aggregate(name).clone();
        let transitions = own["transitions"].as_array().expect("an array").clone();
        let (states, finals) = (texts(own.get("states")), texts(own.get("final")));
        for (at, transition) in transitions.iter().enumerate() {
            let event = transition["event"].as_str().expect("a name").to_owned();
            let taken: Vec<String> = transitions
                .iter()
                .filter(|other| other["event"].as_str() == Some(&event))
                .flat_map(|other| texts(other.get("from")))
                .collect();
            let set = |value: Value, key: &'static str| {
                move |own: &mut Table| {
                    tables(own, "transitions")[at].insert(key.to_owned(), value);
                }
            };
            if let Some(creates) = transition.get("creates").and_then(Value::as_str) {
                if let Some(other) = states.iter().find(|state| *state != creates && !finals.contains(state))
                {
                    let label = format!("{event} creates {other}");
                    self.edit(
                        label,
                        &["transition-moved"],
                        name,
                        set(Value::from(other.as_str()), "creates"),
                    );
                }
                continue;
            }
            let from = texts(transition.get("from"));
            for state in &from {
                let fewer: Vec<String> = from.iter().filter(|own| *own != state).cloned().collect();
                let label = format!("{event} not from {state}");
                self.edit(
                    label,
                    &["transition-removed", "transition-added"],
                    name,
                    set(array(&fewer), "from"),
                );
            }
            let free = states.iter().filter(|state| !taken.contains(state) && !finals.contains(state));
            for state in free.take(2) {
                let more: Vec<String> = from.iter().chain([state]).cloned().collect();
                let label = format!("{event} also from {state}");
                self.edit(
                    label,
                    &["transition-removed", "transition-added"],
                    name,
                    set(array(&more), "from"),
                );
            }
            let to = transition.get("to").and_then(Value::as_str);
            for other in states.iter().filter(|state| to.is_some_and(|to| to != *state)).take(2) {
                let label = format!("{event} from {} to {other}", from.join("+"));
                self.edit(label, &["transition-moved"], name, set(Value::from(other.as_str()), "to"));
            }
            // The event is no longer about the aggregate.
            if taken.len() == from.len() && own.get("members").is_none() {
                let mut manifest = self.manifest.clone();
                let aggregate = manifest["aggregates"][name].as_table_mut().expect("a table");
                aggregate["transitions"].as_array_mut().expect("an array").remove(at);
                manifest["events"][event.as_str()].as_table_mut().expect("a table").remove("aggregate");
                self.all.push(Edit {
                    label: format!("{event} about nothing"),
                    manifest,
                    rules: &["event-moved"],
                    back: true,
                });
            }
        }
    }

    fn states(&mut self, name: &str) {
        let own = self.aggregate(name).clone();
        let (states, live, finals) =
            (texts(own.get("states")), texts(own.get("live")), texts(own.get("final")));
        for state in &states {
            let without =
                |all: &[String]| -> Vec<String> { all.iter().filter(|own| *own != state).cloned().collect() };
            let with = |all: &[String]| -> Vec<String> { all.iter().chain([state]).cloned().collect() };
            let change = if live.contains(state) { without(&live) } else { with(&live) };
            self.edit(format!("{name} {state} live or not"), &["state-live"], name, |own| {
                own.insert("live".to_owned(), array(&change));
            });
            self.without(name, state);
            let is_final = finals.contains(state);
            let change = if is_final { without(&finals) } else { with(&finals) };
            self.edit(format!("{name} {state} final or not"), &["state-final"], name, |own| {
                own.insert("final".to_owned(), array(&change));
                for transition in tables(own, "transitions") {
                    let from = without(&texts(transition.get("from")));
                    if transition.contains_key("from") {
                        transition.insert("from".to_owned(), array(&from));
                    }
                }
            });
        }
    }

    /// Without a state, what is allowed in it, and what leads to it.
    fn without(&mut self, name: &str, state: &str) {
        let own = self.aggregate(name);
        let creates = |own: &Value| own.get("creates").and_then(Value::as_str) == Some(state);
        if own["transitions"].as_array().expect("an array").iter().any(creates) {
            return;
        }
        let label = format!("{name} without {state}");
        self.edit(label, &["state-removed"], name, |own| {
            for key in ["states", "live", "final"] {
                if let Some(states) = own.get_mut(key).and_then(Value::as_array_mut) {
                    states.retain(|own| own.as_str() != Some(state));
                }
            }
            let transitions = own["transitions"].as_array_mut().expect("an array");
            transitions.retain(|own| own.get("to").and_then(Value::as_str) != Some(state));
            for transition in transitions {
                if let Some(from) = transition.get_mut("from").and_then(Value::as_array_mut) {
                    from.retain(|own| own.as_str() != Some(state));
                }
            }
        });
        // The other way round, each event that leads to it is a change of its own.
        if let Some(edit) = self.all.last_mut() {
            edit.back = false;
        }
    }

    fn references(&mut self, name: &str, names: &[String]) {
        let own = self.aggregate(name).clone();
        let references = own.get("references").and_then(Value::as_array).cloned().unwrap_or_default();
        for (at, reference) in references.iter().enumerate() {
            let field = reference["field"].as_str().expect("a place").to_owned();
            self.edit(format!("{name} {field} names nothing"), &["reference-changed"], name, |own| {
                own["references"].as_array_mut().expect("an array").remove(at);
            });
            let to = reference["to"].as_str().expect("a name");
            for other in names.iter().filter(|other| *other != to) {
                self.edit(format!("{name} {field} names {other}"), &["reference-changed"], name, |own| {
                    tables(own, "references")[at].insert("to".to_owned(), Value::from(other.as_str()));
                });
            }
        }
    }

    fn rest(&mut self, name: &str) {
        let own = self.aggregate(name).clone();
        let identity = texts(own.get("identity"));
        for field in &identity {
            let fewer: Vec<String> = identity.iter().filter(|own| *own != field).cloned().collect();
            self.edit(format!("{name} identity without {field}"), &["identity-changed"], name, |own| {
                own.insert("identity".to_owned(), array(&fewer));
            });
        }
        if !identity.is_empty() {
            self.edit(format!("{name} without identity"), &["identity-changed"], name, |own| {
                own.remove("identity");
            });
        }
        if own.contains_key("members") {
            self.edit(format!("{name} without members"), &["members-changed"], name, |own| {
                own.remove("members");
            });
            self.edit(format!("{name} members the other way"), &["members-changed"], name, |own| {
                for set in tables(own, "members") {
                    let (add, remove) = (set["add"].clone(), set["remove"].clone());
                    set.insert("add".to_owned(), remove);
                    set.insert("remove".to_owned(), add);
                }
            });
        }
        // The aggregate type is no longer there, if nothing names it.
        let is_named = toml::to_string(&self.manifest["aggregates"])
            .expect("TOML")
            .contains(&format!("to = \"{name}\""));
        if !is_named {
            let mut manifest = self.manifest.clone();
            manifest["aggregates"].as_table_mut().expect("a table").remove(name);
            for (_, event) in manifest["events"].as_table_mut().expect("a table") {
                let event = event.as_table_mut().expect("a table");
                if event.get("aggregate").and_then(Value::as_str) == Some(name) {
                    event.remove("aggregate");
                }
            }
            let label = format!("{name} gone");
            self.all.push(Edit { label, manifest, rules: &["aggregate-removed", "event-moved"], back: true });
        }
    }

    fn roles(&mut self) {
        let roles = self.manifest["roles"].as_table().expect("a table");
        for role in ["event_id", "aggregate_type", "aggregate_id", "scope"] {
            if roles.contains_key(role) {
                let mut manifest = self.manifest.clone();
                manifest["roles"].as_table_mut().expect("a table").remove(role);
                let label = format!("no role {role}");
                self.all.push(Edit { label, manifest, rules: &["role-moved"], back: true });
            }
        }
    }
}
