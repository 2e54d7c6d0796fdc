//! The area tree and the period. How doors stand is shown from a phone to the server's report, in the suites.

use super::*;
use crate::projection::Cell;
use crate::record::{AreaId, Time};

fn id(number: u8) -> AreaId {
    AreaId::from_bytes([number; 16])
}

/// Number, name, level, parent, code.
type Node<'t> = (u8, &'t str, &'t str, Option<u8>, Option<&'t str>);

fn tree(areas: &[Node<'_>]) -> AreaTree {
    let mut tree = AreaTree::default();
    for (number, name, level, parent, code) in areas {
        let text = |text: &str| Cell::Text(text.to_owned());
        let parent = parent.map_or(Cell::Null, |parent| Cell::Blob(vec![parent; 16]));
        tree.take(id(*number), &[text(name), text(level), parent, code.map_or(Cell::Null, text)]);
    }
    tree
}

fn town() -> AreaTree {
    tree(&[
        (9, "镇", "town", None, None),
        (7, "东村", "village", Some(9), Some("02")),
        (8, "西村", "village", Some(9), Some("01")),
        (1, "一格", "grid", Some(7), None),
        (2, "二格", "grid", Some(7), None),
        (3, "一格", "grid", Some(8), None),
        (4, "三栋", "building", Some(3), None),
    ])
}

#[test]
fn grids_stand_as_the_tree_has_them() {
    let town = town();
    assert_eq!(town.only_root(), Some(id(9)));
    assert_eq!(town.grids(None), [id(3), id(1), id(2)]);
    assert_eq!(town.grids(Some(id(7))), [id(1), id(2)]);
    assert_eq!(town.grids(Some(id(1))), [id(1)]);
    assert_eq!(town.grids(Some(id(4))), []);
    assert_eq!(town.path(id(3)), "西村/一格");
    assert_eq!(town.path(id(9)), "镇");
}

#[test]
fn an_area_is_found_by_identifier_code_or_name() {
    let town = town();
    assert_eq!(town.find(&id(2).to_string()), Ok(id(2)));
    assert_eq!(town.find("01"), Ok(id(8)));
    assert_eq!(town.find("二格"), Ok(id(2)));
    assert_eq!(town.find("一格"), Err(NotOne::Several));
    assert_eq!(town.find("东村/一格"), Ok(id(1)));
    assert_eq!(town.find("镇/一格"), Err(NotOne::Several));
    assert_eq!(town.find("镇/西村/三栋"), Ok(id(4)));
    assert_eq!(town.find("西村/二格"), Err(NotOne::Unknown));
    assert_eq!(town.find("村"), Err(NotOne::Unknown));
}

#[test]
fn a_ring_of_areas_ends_and_a_lost_parent_hides_no_grid() {
    let ring = tree(&[(1, "a", "village", Some(2), None), (2, "b", "grid", Some(1), None)]);
    assert_eq!(ring.grids(Some(id(1))), [id(2)]);
    assert_eq!(ring.upward(id(1)).count(), 2);
    assert_eq!(ring.find("x"), Err(NotOne::Unknown));
    let lost = tree(&[(3, "c", "grid", Some(5), None)]);
    assert_eq!(lost.grids(None), [id(3)]);
}

#[test]
fn a_period_begins_with_its_first_instant_and_ends_before_its_last() {
    let [from, until] = [1_000, 2_000].map(Time::from_millis);
    let period = Period { from: Some(from), until: Some(until) };
    assert!(period.contains(from) && period.contains(Time::from_millis(1_999)) && !period.contains(until));
    assert!(!period.contains(Time::from_millis(999)) && Period::ALL.contains(until));
}
