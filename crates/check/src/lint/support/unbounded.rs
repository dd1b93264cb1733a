//! What the rules about values without a bound have in common: where to look, and how it is told.

use tidings_catalog::SchemaRef;

use super::{Context, Sink, Target};

/// Reports values of a type, once for each schema that lets them through, that nothing `bounds`. `what` they may have is
/// said of them.
pub(crate) fn report(
    context: &Context<'_>,
    sink: &mut Sink<'_>,
    (kind, what): (&str, &str),
    bounds: fn(SchemaRef<'_>) -> bool,
    help: &str,
) {
    for (event_type, _) in context.event_schemas() {
        for place in context.places_of(event_type) {
            for schema in place.without(bounds, kind).into_iter().filter(|schema| !context.is_test(*schema)) {
                let target = context.of_owner(Target::keyword(schema, "type"), schema);
                let name =
                    if place.path.is_root() { event_type.name.clone() } else { place.path.to_string() };
                if let Some(found) = sink.report_once(target, format!("the {kind} `{name}` may have {what}"))
                {
                    found.help(help);
                }
            }
        }
    }
}
