//! References between schemas resolve as Draft-07 says.

use tidings_catalog::{Catalog, MemoryTree, Resolved, SchemaRef};

fn catalog(files: &[(&str, &str)]) -> Catalog {
    let manifest = "[catalog]\nname = \"c\"\ntitle = \"C\"\nversion = \"1\"\n[events.e]\nschema = \"a.json\"\nversion = 1\npurpose = \"P.\"\n";
    let tree = files
        .iter()
        .fold(MemoryTree::new().with("catalog.toml", manifest), |tree, (path, text)| tree.with(*path, *text));
    Catalog::from_tree(&tree).unwrap_or_else(|error| panic!("{error}"))
}

fn title_at<'c>(catalog: &'c Catalog, property: &str) -> Option<&'c str> {
    let root = catalog.schema(&catalog.event_types[0]);
    match root.named_subschema("properties", property)?.resolve()? {
        Resolved::Schema(target) => SchemaRef::keyword(target, "title")?.as_str(),
        Resolved::MetaSchema(_) => Some("the meta-schema"),
    }
}

#[test]
fn references_resolve_by_path_pointer_id_and_anchor() {
    let catalog = catalog(&[
        (
            "a.json",
            r##"{
              "definitions": {
                "b/c%": {"title": "escaped"},
                "d": {"$id": "#anchor", "title": "anchored"},
                "e": {"$id": "https://example.com/e/", "definitions": {"f": {"title": "inner"}}, "title": "by id"}
              },
              "x-own": [{"title": "no schema place"}],
              "properties": {
                "pointer": {"$ref": "#/definitions/b~1c%25"},
                "anchor": {"$ref": "#anchor"},
                "path": {"$ref": "sub/b.schema.json"},
                "id": {"$ref": "https://example.com/e/"},
                "id-and-pointer": {"$ref": "https://example.com/e/#/definitions/f"},
                "own": {"$ref": "#/x-own/0"},
                "meta": {"$ref": "http://json-schema.org/draft-07/schema#"},
                "beside": {"$ref": "#anchor", "title": "ignored"}
              }
            }"##,
        ),
        ("sub/b.schema.json", r#"{"title": "file b", "allOf": [{"$ref": "../c.schema.json"}]}"#),
        ("c.schema.json", r#"{"title": "file c"}"#),
    ]);
    for (property, title) in [
        ("pointer", "escaped"),
        ("anchor", "anchored"),
        ("path", "file b"),
        ("id", "by id"),
        ("id-and-pointer", "inner"),
        ("own", "no schema place"),
        ("meta", "the meta-schema"),
        ("beside", "anchored"),
    ] {
        assert_eq!(title_at(&catalog, property), Some(title), "{property}");
    }
}

#[test]
fn what_applies_in_place_is_found_once_with_whether_it_always_does() {
    let catalog = catalog(&[(
        "a.json",
        r##"{
          "title": "root",
          "allOf": [{"$ref": "#/definitions/x"}, {"title": "all"}],
          "anyOf": [{"title": "any"}, {"$ref": "#/definitions/x"}],
          "if": {"title": "if"}, "then": {"title": "then"}, "else": {"title": "else"},
          "dependencies": {"a": ["b"], "c": {"title": "dependency"}},
          "not": {"title": "not"},
          "definitions": {"x": {"title": "x"}}
        }"##,
    )]);
    let mut found: Vec<(String, bool)> = catalog
        .schema(&catalog.event_types[0])
        .applied_in_place()
        .into_iter()
        .filter_map(|(schema, always)| Some((schema.keyword("title")?.as_str()?.to_owned(), always)))
        .collect();
    found.sort();
    let expected = [
        ("all", true),
        ("any", false),
        ("dependency", false),
        ("else", false),
        ("if", false),
        ("root", true),
        ("then", false),
        ("x", true),
    ];
    assert_eq!(found, expected.map(|(title, always)| (title.to_owned(), always)));
}

#[test]
fn a_schema_knows_its_uri_and_is_found_by_it() {
    let catalog = catalog(&[("a.json", r#"{"properties": {"a/b": {"items": [{}, {"title": "here"}]}}}"#)]);
    let root = catalog.schema(&catalog.event_types[0]);
    let deep = root
        .named_subschema("properties", "a/b")
        .and_then(|s| s.subschema_list("items").pop())
        .expect("there");
    assert_eq!(deep.uri(), "tidings-catalog:///a.json#/properties/a~1b/items/1");
    assert_eq!(catalog.schemas.schema(deep.key()).uri(), deep.uri());
}
