//! Where widgets stand.

use proptest::prelude::*;

use super::*;

fn places(widgets: &[Value]) -> Vec<Place> {
    parse(&json!({ "widgets": widgets })).widgets().iter().map(Widget::place).collect()
}

fn text(place: Value) -> Value {
    let mut widget = json!({"type": "text", "properties": {"markdown": "a"}});
    widget.as_object_mut().expect("an object").extend(place.as_object().expect("an object").clone());
    widget
}

fn overlap(one: &Place, other: &Place) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

#[test]
fn widgets_without_a_place_flow() {
    let found = places(&[
        text(json!({})),
        text(json!({"width": 12})),
        text(json!({"width": 6, "height": 3})),
        text(json!({"width": 24, "height": 1})),
        text(json!({"x": 0, "y": 6, "width": 3, "height": 2})),
        text(json!({})),
    ]);
    let corners: Vec<(u32, u32)> = found.iter().map(|place| (place.x, place.y)).collect();
    assert_eq!(corners, [(0, 0), (6, 0), (18, 0), (0, 8), (0, 6), (0, 9)]);
    assert_eq!((found[0].width, found[0].height), (6, 6));
}

#[test]
fn a_place_that_is_said_is_kept() {
    let found = places(&[text(json!({"x": 20, "y": 500_000, "width": 4, "height": 1000}))]);
    assert_eq!(found, [Place { x: 20, y: 500_000, width: 4, height: 1000 }]);
}

fn widget() -> impl Strategy<Value = (Option<(u32, u32)>, u32, u32)> {
    (1..=24_u32, 1..=9_u32)
        .prop_flat_map(|(width, height)| (proptest::option::of((0..=24 - width, 0..30_u32)), Just(width), Just(height)))
}

proptest! {
    #[test]
    fn a_widget_that_is_placed_overlaps_no_other(widgets in proptest::collection::vec(widget(), 1..40)) {
        let bodies: Vec<Value> = widgets
            .iter()
            .map(|(at, width, height)| match at {
                Some((x, y)) => text(json!({"x": x, "y": y, "width": width, "height": height})),
                None => text(json!({"width": width, "height": height})),
            })
            .collect();
        let found = places(&bodies);
        for (index, place) in found.iter().enumerate() {
            prop_assert!(place.x + place.width <= 24);
            prop_assert_eq!((place.width, place.height), (widgets[index].1, widgets[index].2));
            if widgets[index].0.is_some() {
                continue;
            }
            for (other, other_place) in found.iter().enumerate().filter(|(other, _)| *other != index) {
                prop_assert!(!overlap(place, other_place), "{index} and {other} overlap: {place:?}, {other_place:?}");
            }
        }
    }
}

/// However they lie, no arrangement takes long.
#[test]
fn five_hundred_tall_widgets_are_placed() {
    let widgets: Vec<Value> =
        (0..500_u32).map(|index| text(json!({"width": 1 + index % 24, "height": 1000 - index % 7}))).collect();
    assert_eq!(places(&widgets).len(), 500);
}
