//! A new event type in a catalog: its schema, examples, near misses and what they must give, its entry in the manifest, a
//! line in the changelog, and `catalog.md` made again. In go the catalog's files and a request; out come edits that hold:
//! the catalog with them loads, its examples are one clean story, and each near miss gives what it is to give.
//!
//! ```text
//! request ─→ place (name, aggregate, transitions) ─→ schema ─→ manifest ─→ samples ─→ examples ─→ near misses ─→ held
//! ```

mod changelog;
mod examples;
mod manifest;
mod near_misses;
mod place;
mod samples;
mod schema;
mod story;
mod trial;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tidings_catalog::{Catalog, Effect, MANIFEST, Tree};
use tidings_engine::{Engine, Options};
use tidings_json::Pointer;

use crate::edits::Edits;
use crate::error::Kind;
use crate::insert::{self, Where};
use crate::{Error, json_file};
pub(crate) use place::capital;

use examples::Making;
use near_misses::NearMiss;
use place::Plan;
use samples::Samples;
use schema::Model;
use trial::Trial;

const CHANGELOG: &str = "CHANGELOG.md";
const EXPECTED: &str = "near-misses/expected.json";
const CATALOG_MD: &str = "catalog.md";

/// How many event types a schema is tried to be made after.
const MODELS: usize = 4;

/// The event type that is wanted.
#[derive(Clone, Debug, Default)]
pub struct NewEvent {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: About,
    /// What it does to the state of its aggregate. Empty for what the event type does that it is made from; without one it
    /// is allowed in every state that isn't final, and keeps it.
    pub effects: Vec<Effect>,
    /// The event type whose payload it begins with. Without one it has no more than every event of its family has.
    pub from: Option<String>,
    /// What it says, in one sentence. Without one, a sentence is made of its name.
    pub purpose: Option<String>,
}

/// What an event type is about.
#[derive(Clone, Debug, Default)]
pub enum About {
    /// The aggregate that its name begins with.
    #[default]
    Inferred,
    /// The aggregate of this name.
    Aggregate(String),
    /// None.
    Nothing,
}

/// Adds an event type to a catalog. Nothing is written: that is for the edits to do.
///
/// ```
/// use tidings_author::{NewEvent, init, new_event};
/// use tidings_catalog::MemoryTree;
///
/// let mut tree = MemoryTree::new();
/// for (path, content) in init("tasks")?.iter() {
///     tree = tree.with(path, content);
/// }
/// let request = NewEvent { name: "TaskPostponed".to_owned(), ..NewEvent::default() };
/// let edits = new_event(&tree, &request)?;
/// let made: Vec<&str> = edits.iter().map(|(path, _)| path).filter(|path| edits.is_new(path)).collect();
/// assert_eq!(made[0], "examples/task_postponed.example.json");
/// assert_eq!(made.last(), Some(&"schemas/task_postponed.schema.json"));
/// # Ok::<(), tidings_author::Error>(())
/// ```
///
/// # Errors
/// If the catalog can't be used as it is, if what is asked for can't be, or if nothing was found that holds.
pub fn new_event(tree: &dyn Tree, request: &NewEvent) -> Result<Edits, Error> {
    let catalog = Arc::new(Catalog::from_tree(tree).map_err(Kind::Catalog)?);
    Engine::new(Arc::clone(&catalog), Options::default()).map_err(Kind::Catalog)?;
    let paths = tree.list().map_err(|error| Kind::Read { path: ".".to_owned(), error })?;
    let changelog =
        if paths.iter().any(|path| path == CHANGELOG) { text(tree, CHANGELOG)? } else { String::new() };
    let plan = place::plan(&catalog, request, &changelog, &paths)?;
    let mut first_error = None;
    for model in models(&catalog, request, &plan) {
        let adding = Adding { tree, catalog: &catalog, plan: &plan, changelog: &changelog };
        match adding.after(model) {
            Ok(edits) => return Ok(edits),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| Kind::result("the catalog has no event type to make another after")))
}

/// The event types that the schema may be made after, the best first.
fn models<'c>(catalog: &'c Catalog, request: &NewEvent, plan: &Plan<'_>) -> Vec<Model<'c>> {
    if let Some(from) = request.from.as_ref().and_then(|from| catalog.event_types.get(from)) {
        return vec![Model { event_type: from, with_payload: true }];
    }
    let family = plan.aggregate.map(|aggregate| &aggregate.name);
    let creates = |name: &str| {
        plan.aggregate.is_some_and(|aggregate| {
            let mut own = aggregate.transitions.iter().filter(|transition| transition.event == name);
            own.any(|transition| matches!(transition.effect, Effect::Creates(_)))
        })
    };
    let wants_creating = plan.effects.iter().any(|effect| matches!(effect, Effect::Creates(_)));
    let mut models: Vec<Model<'c>> = catalog
        .event_types
        .values()
        .map(|event_type| {
            // What an aggregate is created with is needed by whatever creates it.
            let with_payload = wants_creating && creates(&event_type.name);
            Model { event_type, with_payload }
        })
        .collect();
    models.sort_by_key(|Model { event_type, .. }| {
        (event_type.aggregate.as_ref() != family, creates(&event_type.name) != wants_creating)
    });
    models.truncate(MODELS);
    models
}

/// What an event type is added to.
struct Adding<'a> {
    tree: &'a dyn Tree,
    catalog: &'a Catalog,
    plan: &'a Plan<'a>,
    changelog: &'a str,
}

impl Adding<'_> {
    /// The edits, with a schema made after the model.
    fn after(&self, model: Model<'_>) -> Result<Edits, Error> {
        let plan = self.plan;
        let mut edits = Edits::default();
        let reference = schema::add(self.tree, self.catalog, plan, model, &mut edits)?;
        let manifest = manifest::with_event(&text(self.tree, MANIFEST)?, self.catalog, plan, &reference)?;
        edits.change(MANIFEST, manifest);
        edits.change(CHANGELOG, changelog::with_line(self.changelog, &plan.name));

        let catalog = Arc::new(load(self.tree, &edits)?);
        let engine = Engine::new(Arc::clone(&catalog), Options::default())
            .map_err(|error| Kind::result(format!("the catalog could not be used:\n{error}")))?;
        let mut states: BTreeSet<Option<String>> =
            plan.effects.iter().flat_map(Effect::from).cloned().map(Some).collect();
        if states.is_empty() {
            states.insert(None);
        }
        let samples =
            Samples::make(&catalog, &plan.name, &states).map_err(|error| self.no_sample(&engine, &error))?;
        let trial = Trial::new(&engine, &catalog)
            .map_err(|error| Kind::result(format!("the examples can't be audited: {error}")))?;
        let story = story::of_examples(&catalog);
        let mut making = Making { catalog: &catalog, engine: &engine, plan, model, trial, samples, story };
        let examples = making.examples()?;
        for (path, event) in &examples {
            edits.create(path, json_file(event));
        }
        let first = &examples.first().ok_or_else(|| Kind::result("there is no example"))?.1;
        let near_misses = near_misses::of_example(&catalog, &engine, plan, first)?;
        self.add_near_misses(&near_misses, &mut edits)?;

        let catalog = load(self.tree, &edits)?;
        edits.change(CATALOG_MD, tidings_emit::docs::catalog_md(&catalog));
        self.hold(&catalog, &making, &near_misses)?;
        Ok(edits)
    }

    /// Why no event can be made, as well as it can be told: most often the envelope refuses the name.
    fn no_sample(&self, engine: &Engine, error: &tidings_emit::sample::Error) -> Error {
        if let Some(place) = &self.catalog.roles.event_name {
            let mut event = json!({});
            story::set(&mut event, place, self.plan.name.as_str().into());
            let place = place.to_string();
            let verdict = engine.validate(event.to_string().as_bytes());
            let about_name =
                |finding: &&tidings_finding::Finding| finding.pointer.as_deref() == Some(place.as_str());
            if let Some(finding) = verdict.findings().iter().find(about_name) {
                return Kind::result(format!("the envelope refuses the name: {}", finding.message));
            }
        }
        Kind::result(error.to_string())
    }

    fn add_near_misses(&self, near_misses: &[NearMiss], edits: &mut Edits) -> Result<(), Error> {
        let there = self.tree.list().is_ok_and(|paths| paths.iter().any(|path| path == EXPECTED));
        let mut expected = if there { text(self.tree, EXPECTED)? } else { "{}\n".to_owned() };
        for near_miss in near_misses {
            edits.create(format!("near-misses/{}", near_miss.file), json_file(&near_miss.event));
            let findings = json!([{"rule": near_miss.rule, "pointer": near_miss.pointer}]);
            expected =
                insert::member(&expected, &Pointer::default(), Where::Sorted, &near_miss.file, &findings)
                    .ok_or_else(|| Kind::result(format!("`{EXPECTED}` is no object")))?;
        }
        edits.change(EXPECTED, expected);
        Ok(())
    }

    /// Holds what is to be written to what it must be.
    fn hold(&self, catalog: &Catalog, making: &Making<'_>, near_misses: &[NearMiss]) -> Result<(), Error> {
        let failed = |what: &str| Kind::result(format!("{what} doesn't hold; please report it"));
        let listed = catalog.near_misses.iter().filter(|near_miss| {
            let file = near_miss.path.trim_start_matches("near-misses/");
            let own = near_misses.iter().find(|own| own.file == file);
            own.is_some_and(|own| match near_miss.expected.as_deref() {
                Some([only]) => only.rule == own.rule && only.pointer.as_ref() == Some(&own.pointer),
                _ => false,
            })
        });
        if listed.count() != near_misses.len() {
            return Err(failed("the list of what near misses give"));
        }
        let transitions = if self.plan.aggregate.is_some() { making.transitions() } else { Vec::new() };
        match making.trial.holds(&transitions) {
            Ok(true) => Ok(()),
            _ => Err(failed("an example for each transition")),
        }
    }
}

fn load(tree: &dyn Tree, edits: &Edits) -> Result<Catalog, Error> {
    let edited = edits.over(tree);
    Catalog::from_tree(&edited)
        .map_err(|error| Kind::result(format!("the catalog could not be used:\n{error}")))
}

fn text(tree: &dyn Tree, path: &str) -> Result<String, Error> {
    let read = |error| Kind::Read { path: path.to_owned(), error };
    let bytes = tree.read(path).map_err(read)?;
    String::from_utf8(bytes).map_err(|_| Kind::result(format!("`{path}` is not UTF-8")))
}
