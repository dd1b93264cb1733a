//! The catalogs of this repository load.

use tidings_catalog::Catalog;

#[test]
fn the_messaging_catalog_is_compiled_in() {
    let catalog = Catalog::messaging().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(catalog.event_types.len(), 21);
    assert_eq!(catalog.aggregates.len(), 5);
    assert!(catalog.envelope().is_some());
    for event_type in catalog.event_types.values() {
        assert!(catalog.aggregate_of(event_type).is_some(), "{}", event_type.name);
        assert!(catalog.schema(event_type).applied_in_place().len() > 1, "{}", event_type.name);
    }
}

#[test]
fn the_test_catalogs_load_from_disk() {
    for name in ["wallet", "parcel"] {
        let dir = format!("{}/../../tests/catalogs/{name}", env!("CARGO_MANIFEST_DIR"));
        let catalog = Catalog::load(dir).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(catalog.name, name);
        assert_eq!(catalog.envelope().is_some(), name == "wallet");
    }
}
