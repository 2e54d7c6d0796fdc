//! Every table, a row of every kind, and rows of what does not fit together.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::document::tests::{header, household, sample, time};
use crate::record::{Kind, Record, Shape};

fn walk_of(address: &[(&str, Value)]) -> String {
    let fields = address.iter().map(|(key, value)| (*key, value.clone())).collect();
    match rows(&header(Kind::Household), &fields, None)[0].cell("walk").unwrap() {
        Cell::Text(walk) => walk.clone(),
        other => panic!("{other:?}"),
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Blob(bytes) => uuid::Uuid::from_slice(bytes).map_or_else(|_| format!("{bytes:?}"), |id| id.to_string()),
        other => format!("{other:?}"),
    }
}

#[test]
fn tables() {
    insta::assert_debug_snapshot!(TABLES);
}

#[test]
fn a_row_of_every_kind() {
    let shown: Vec<_> = Kind::KNOWN
        .iter()
        .flat_map(|kind| {
            let record = match kind {
                Kind::Household => Record::from(household()),
                other => sample::record(other, 6),
            };
            rows(&header(kind.clone()), &record.fields(), Some(time(100_000_000)))
        })
        .map(|row| {
            let cells = row.table.columns.iter().zip(&row.cells);
            (
                row.table.name,
                row.part,
                cells.map(|(column, cell)| format!("{}: {}", column.name, shown(cell))).collect::<Vec<_>>(),
            )
        })
        .collect();
    insta::assert_debug_snapshot!(shown);
}

#[test]
fn every_field_has_its_column_and_every_cell_its_kind() {
    for kind in Kind::KNOWN {
        for seed in 0..40 {
            let record = sample::record(kind, seed);
            for row in rows(&header(kind.clone()), &record.fields(), None) {
                assert_eq!(row.cells.len(), row.table.columns.len());
                assert_eq!(row.part.is_some(), row.table.parts);
                for (column, cell) in row.table.columns.iter().zip(&row.cells) {
                    match (column.kind, cell) {
                        (_, Cell::Null)
                        | (ColumnKind::Integer, Cell::Integer(_))
                        | (ColumnKind::Text, Cell::Text(_))
                        | (ColumnKind::Blob, Cell::Blob(_)) => {}
                        (kind, cell) => panic!("{} is {kind:?} and holds {cell:?}", column.name),
                    }
                }
            }
        }
        let table = table_named(kind.fields().first().map_or("", |_| crate::record::word::Word::word(kind))).unwrap();
        let mut wanted: Vec<&str> = Vec::new();
        for spec in kind.fields() {
            match spec.shape {
                // A person at a unit, or who signed for a resident, stands under the group's own name.
                Shape::Group(_) if ["responsible", "deputy", "proxy"].contains(&spec.key) => wanted.push(spec.key),
                // A group with a table of its own has all its fields there.
                Shape::Group(fields) if table_named(spec.key).is_some_and(|own| own.of == table.of) => {
                    let own = table_named(spec.key).unwrap();
                    for field in fields {
                        assert!(own.columns.iter().any(|column| column.name == field.key), "{}", field.key);
                    }
                }
                Shape::Group(fields) => wanted.extend(fields.iter().map(|spec| spec.key)),
                Shape::Map(fields) => {
                    let parts = TABLES.iter().find(|parts| parts.map == spec.key).unwrap();
                    for field in fields.iter().filter(|field| !matches!(field.shape, Shape::Group(_))) {
                        assert!(parts.columns.iter().any(|column| column.name == field.key), "{}", field.key);
                    }
                }
                _ => wanted.push(spec.key),
            }
        }
        for key in wanted.into_iter().filter(|key| *key != "met_target") {
            assert!(table.columns.iter().any(|column| column.name == key), "{kind} lacks {key}");
        }
    }
    for table in TABLES {
        for index in table.indexes.iter().chain(table.filled) {
            for name in *index {
                assert!(table.columns.iter().any(|column| column.name == *name), "{} {name}", table.name);
            }
        }
    }
}

#[test]
fn what_does_not_fit_together_still_makes_rows() {
    for kind in Kind::KNOWN {
        let empty = rows(&header(kind.clone()), &Fields::new(), None);
        assert_eq!(empty.len(), 1);
        let record = sample::record(kind, 2);
        for (gone, _) in record.fields().iter() {
            let mut fields = Fields::new();
            record.fields().iter().filter(|(key, _)| *key != gone).for_each(|(key, value)| {
                fields.set(key, value.clone());
            });
            assert!(!rows(&header(kind.clone()), &fields, None).is_empty());
            fields.set(gone, Value::Bytes([1].into()));
            assert!(!rows(&header(kind.clone()), &fields, None).is_empty());
        }
    }
    let unknown = Kind::Unknown("kind_of_tomorrow".into());
    assert!(rows(&header(unknown), &Fields::new(), None).is_empty());
}

#[test]
fn doors_stand_in_the_order_of_a_walk() {
    let door = |building: &str, unit: &str, floor: i64, room: &str| {
        walk_of(&[
            ("address.building", text(building)),
            ("address.unit", text(unit)),
            ("address.floor", Value::Int(floor)),
            ("address.room", text(room)),
        ])
    };
    let village =
        |group: &str, number: &str| walk_of(&[("address.group", text(group)), ("address.number", text(number))]);
    let order = [
        door("2号楼", "1单元", -2, "负201"),
        door("2号楼", "1单元", -1, "101"),
        door("二号楼", "1单元", 1, "101"),
        door("2栋", "一单元", 2, "201"),
        door("2号楼", "1单元", 2, "201A"),
        door("２号楼", "1", 2, "202室"),
        door("第2幢", "1单元", 10, "1001"),
        door("2号楼", "2单元", 1, "101"),
        door("2号楼", "10单元", 1, "101"),
        door("三号楼", "甲单元", 1, "101"),
        door("3号楼", "乙单元", 1, "东户"),
        door("3号楼", "乙单元", 1, "中户"),
        door("3号楼", "乙单元", 1, "西户"),
        door("3号楼", "丙单元", 1, "101"),
        door("3号楼", "丁单元", 1, "101"),
        door("10号楼", "1单元", 1, "101"),
        door("十一号楼", "1单元", 1, "101"),
        door("二十号楼", "1单元", 1, "101"),
        door("一百零二号楼", "1单元", 1, "101"),
        door("A座", "1单元", 1, "101"),
        door("Ｂ座", "1单元", 1, "101"),
        door("丙座", "1单元", 1, "101"),
        door("紫荆苑3号楼", "1单元", 1, "101"),
        door("紫荆苑十号楼", "1单元", 1, "101"),
        village("1组", "9"),
        village("第一村民小组", "9-1"),
        village("一组", "9号附2"),
        village("1组", "10号"),
        village("2组", "1"),
        village("九组", "1"),
        village("十二组", "1"),
        village("12社", "二号"),
        village("王家湾组", "1"),
    ];
    assert!(order.is_sorted_by(|one, other| one < other), "{order:#?}");
    assert_eq!(door("2号楼", "1单元", 1, "101"), door("2号楼", " 1单元", 1, "0101"));
    // Where nobody wrote the floor, the room says it.
    let without = |room: &str| {
        walk_of(&[("address.building", text("2")), ("address.unit", text("1")), ("address.room", text(room))])
    };
    assert_eq!(without("1203"), door("2号楼", "1单元", 12, "1203室"));
    assert!(door("2", "1", 3, "301") < without("502") && without("502") < door("2", "1", 10, "1001"));
}

#[test]
fn a_record_dated_after_its_arrival_is_doubtful() {
    let record = sample::record(&Kind::Receipt, 1);
    let Some(Value::Int(at)) = record.fields().get("at").cloned() else { panic!() };
    let at = Time::from_millis(at);
    let mut header = header(Kind::Receipt);
    assert!(!doubtful(&header, &record.fields(), None));
    assert!(!doubtful(&header, &record.fields(), Some(at)));
    assert!(doubtful(&header, &record.fields(), Some(at.plus_millis(-1))));
    header.said = at.plus_minutes(5);
    assert!(doubtful(&header, &record.fields(), Some(at)));
    header.said = at;
    header.doubtful = true;
    assert!(doubtful(&header, &record.fields(), None));
}

#[test]
fn a_row_gives_back_what_it_was_made_from() {
    let flat = |kind: &Kind| {
        let told = |spec: &crate::record::FieldSpec| !matches!(spec.shape, Shape::Group(_) | Shape::Map(_));
        kind.fields().iter().all(told)
            && !matches!(kind, Kind::Area | Kind::Pledge | Kind::Review | Kind::Household | Kind::Visit)
    };
    let mut kinds = 0;
    for kind in Kind::KNOWN.iter().filter(|kind| flat(kind)) {
        kinds += 1;
        for seed in 0..40 {
            let record = sample::record(kind, seed);
            let rows = rows(&header(kind.clone()), &record.fields(), None);
            assert_eq!(record_of(rows[0].table, &rows[0].cells).as_ref(), Some(&record), "{kind} {seed}");
        }
    }
    assert!(kinds > 20, "{kinds}");
    for seed in 0..200 {
        let Record::Visit(visit) = sample::record(&Kind::Visit, seed) else { panic!() };
        let rows = rows(&header(Kind::Visit), &Record::from(visit.clone()).fields(), None);
        let Some(Record::Visit(back)) = record_of(rows[0].table, &rows[0].cells) else { panic!("{seed}") };
        assert_eq!((back.met_person(), &back.met), (visit.met_person(), &visit.met));
        assert_eq!((back.ended, &back.risk, &back.outcome), (visit.ended, &visit.risk, &visit.outcome));
        // A part is no record, and what stands beside one is none either.
        assert!(rows[1..].iter().all(|row| record_of(row.table, &row.cells).is_none()));
    }
}
