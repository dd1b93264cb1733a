//! What the privacy classes mean, which fields are restricted, and what to do before a stream is shared.

use tidings_catalog::PrivacyClass;

use super::fields::{Effect, Field, Presence, all_of};
use super::markdown::{Page, Table, code};
use super::view::{PRIVACY, View};

pub(super) fn write(view: &View<'_>, page: &mut Page) {
    page.heading(2, PRIVACY);
    page.paragraph(
        "How sensitive a field is stands in its schema as `x-privacy`. Fields of a *restricted* class never go into a \
         broadly shared stream, and no finding shows their values.",
    );
    page.table(&classes());
    let restricted = of_class(view, |class| class.is_some_and(PrivacyClass::is_restricted));
    if restricted.is_empty() {
        page.paragraph("This catalog has no restricted field.");
    } else {
        page.paragraph("**Restricted fields:**");
        page.table(&advice(restricted));
    }
    let unclassed = of_class(view, |class| class.is_none());
    if !unclassed.is_empty() {
        let fields: Vec<String> = unclassed.iter().map(|group| code(&group.path)).collect();
        let fields = all_of(&fields);
        page.paragraph(&format!("**Without a class,** so nobody has decided about them yet: {fields}."));
    }
    page.paragraph("**Before a stream is shared broadly:**");
    page.list(&[
        "Validate it with `tidings validate --deny-warnings`. A field that is not listed here has no class, and text that \
         looks like personal data or a secret is a warning.",
        "Remove restricted fields that are optional.",
        "Replace restricted fields that are required by a constant that their schema allows, the same each time. Not by a \
         hash: few enough addresses exist to try them all.",
        "Ask who can look up the identifiers. They say nothing by themselves, but whoever can resolve them learns who is \
         meant.",
    ]);
}

fn advice(restricted: Vec<Group>) -> Table {
    let mut table = Table::new(["field", "privacy class", "in", "before sharing"]);
    for Group { path, class, events, required } in restricted {
        let advice = match (required.len(), events.len()) {
            (0, _) => "remove it".to_owned(),
            (some, all) if some == all => "replace it".to_owned(),
            _ => format!("replace it in {}, remove it in the others", all_of(&required)),
        };
        let class = class.map_or_else(String::new, |class| code(class.name()));
        table.row([code(&path), class, all_of(&events), advice]);
    }
    table
}

fn classes() -> Table {
    let mut table = Table::new(["privacy class", "what it is", "restricted"]);
    for (name, class) in PrivacyClass::ALL {
        let meaning = match class {
            PrivacyClass::Identifier => "an opaque, stable identifier",
            PrivacyClass::Public => "what anyone may see",
            PrivacyClass::FreeText => {
                "text that a person wrote; it may hold anything, so it is scanned for personal data and secrets"
            }
            PrivacyClass::ContactAddress => "an address at which a person can be reached",
        };
        table.row([
            code(name),
            meaning.to_owned(),
            if class.is_restricted() { "yes" } else { "no" }.to_owned(),
        ]);
    }
    table
}

/// A field of the same class in several event types.
struct Group {
    path: String,
    class: Option<PrivacyClass>,
    /// Links to the event types that have it, and to those that can't be without it.
    events: Vec<String>,
    required: Vec<String>,
}

fn of_class(view: &View<'_>, wanted: fn(Option<PrivacyClass>) -> bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (_, event) in view.events() {
        let link = view.event_link(&event.kind.name);
        for field in event.fields.list.iter().filter(|field| !field.has_fields && wanted(field.class)) {
            let path = field.path.to_string();
            let same = |group: &&mut Group| group.path == path && group.class == field.class;
            let at = groups.iter_mut().position(|group| same(&&mut *group));
            let at = at.unwrap_or_else(|| {
                groups.push(Group {
                    path: path.clone(),
                    class: field.class,
                    events: Vec::new(),
                    required: Vec::new(),
                });
                groups.len() - 1
            });
            let group = &mut groups[at];
            group.events.push(link.clone());
            if must_be_there(field) {
                group.required.push(link.clone());
            }
        }
    }
    groups.sort_by(|a, b| (b.class, &a.path).cmp(&(a.class, &b.path)));
    groups
}

/// Whether it can't be removed without making the event invalid.
fn must_be_there(field: &Field<'_>) -> bool {
    let required = |(_, effect): &(_, Effect<'_>)| matches!(effect, Effect::Required);
    field.presence != Presence::Optional || field.conditions.iter().any(required)
}
