//! Units: one row a school, bank, enterprise or public body, with whoever answers for it.
//!
//! Floor: sync-server, import. Invariant: a unit is the same by its name within its grid, or, where the file moves
//! it, by its name within the village.

use std::collections::HashSet;

use qiaomen_core::projection::Cell;
use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AreaId, Contact, DocumentId, Kind, Scope, Unit, UnitSort, Value};

use super::compare::Say;
use super::desk::{Desk, Planned};
use super::sheet::Source;
use super::table::{BadRow, Column, Columns, Line, Lines, each};
use super::{ImportError, Planner, Twin, clean};

pub(super) const COLUMNS: Columns = Columns {
    known: &[
        Column {
            name: "village", words: &["村/社区", "村社区", "村", "社区", "所属村", "所属社区", "村居"]
        },
        Column { name: "grid", words: &["网格", "所属网格", "网格名称", "所在网格"] },
        Column {
            name: "name",
            words: &["单位名称", "单位", "名称", "企业名称", "学校名称", "机构名称", "企业", "学校"],
        },
        Column { name: "sort", words: &["类型", "单位类型", "单位类别", "类别", "性质", "单位性质"] },
        Column { name: "address", words: &["地址", "单位地址", "详细地址", "经营地址", "住所"] },
        Column {
            name: "responsible",
            words: &["负责人", "责任人", "法人", "法定代表人", "负责人姓名", "主要负责人", "联系人", "单位负责人"],
        },
        Column {
            name: "responsible_telephone",
            words: &[
                "负责人电话",
                "责任人电话",
                "联系电话",
                "电话",
                "负责人手机",
                "手机号",
                "电话/手机号",
                "负责人联系电话",
                "telephone",
            ],
        },
        Column {
            name: "deputy", words: &["副职", "副负责人", "代理人", "备用联系人", "分管负责人", "副责任人"]
        },
        Column {
            name: "deputy_telephone",
            words: &["副职电话", "副负责人电话", "备用联系人电话", "分管负责人电话", "副责任人电话"],
        },
        Column { name: "note", words: &["备注", "说明"] },
    ],
    required: &[&["name"], &["grid", "village"]],
};

const SORTS: &[(&str, &[&str])] = &[
    ("school", &["学校", "幼儿园", "小学", "中学", "大学", "高校"]),
    ("bank", &["银行", "银行网点", "金融机构", "网点", "信用社"]),
    ("enterprise", &["企业", "公司", "工厂", "厂"]),
    ("body", &["机关", "党政机关", "政府机关", "行政机关"]),
    ("institution", &["事业单位", "医院", "卫生院"]),
    ("market", &["市场", "商场", "农贸市场", "超市"]),
    ("other", &["其他", "其它", "个体户", "个体工商户"]),
];

struct Good {
    row: u64,
    grid: AreaId,
    unit: Unit,
    /// Whether the file says what it is.
    says_sort: bool,
}

pub(super) struct Units {
    good: Vec<Good>,
    /// What is there: grid, name, whether it was taken out.
    here: Vec<(AreaId, String, bool, DocumentId)>,
}

struct Reader<'r, 'd> {
    units: Units,
    desk: &'r mut Desk<'d>,
}

impl Lines for Reader<'_, '_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        self.desk.count_row();
        let good = match self.unit(line) {
            Ok(good) => good,
            Err(bad) => {
                self.desk.bad(bad);
                return Ok(());
            }
        };
        if let Err(bad) = self.desk.permit(&Kind::Unit, good.grid, line.number, "grid")? {
            self.desk.bad(bad);
            return Ok(());
        }
        let same = |other: &&Good| other.grid == good.grid && other.unit.name == good.unit.name;
        match self.units.good.iter().find(same) {
            Some(other) => self.desk.twin(line.number, Twin::Row(other.row)),
            None => self.units.good.push(good),
        }
        Ok(())
    }

    fn bad(&mut self, bad: BadRow) {
        self.desk.count_row();
        self.desk.bad(bad);
    }
}

impl Reader<'_, '_> {
    fn unit(&mut self, line: &Line<'_>) -> Result<Good, BadRow> {
        let found = self.desk.areas.grid(line.cell("grid"), line.cell("village"));
        let grid = found.map_err(|(column, reason)| line.bad(column, reason))?;
        let sort = line.word("sort", SORTS)?;
        let contact = |name: &str, telephone: &str| -> Result<Option<Contact>, BadRow> {
            let telephones = line.telephones(telephone)?;
            let telephone = (!telephones.is_empty()).then(|| telephones.join("; "));
            let name = line.cell(name).filter(|text| !clean::is_nothing(text));
            Ok((name.is_some() || telephone.is_some()).then_some(Contact { name, telephone }))
        };
        let name = line.required("name")?;
        let unit = Unit {
            sort: sort.map_or_else(|| guess(&name), UnitSort::from_word),
            name,
            address: line.cell("address"),
            responsible: contact("responsible", "responsible_telephone")?,
            deputy: contact("deputy", "deputy_telephone")?,
            note: line.prose("note").filter(|text| !clean::is_nothing(text)),
            grid: None,
            removed: false,
        };
        unit.validate().map_err(|invalid| match invalid.field.as_ref() {
            "responsible.telephone" => line.bad("responsible_telephone", invalid.reason.to_string()),
            "deputy.telephone" => line.bad("deputy_telephone", invalid.reason.to_string()),
            field if field.starts_with("responsible") => line.bad("responsible", invalid.reason.to_string()),
            field if field.starts_with("deputy") => line.bad("deputy", invalid.reason.to_string()),
            _ => BadRow::invalid(line.number, &invalid),
        })?;
        Ok(Good { row: line.number, grid, unit, says_sort: sort.is_some() })
    }
}

/// What a unit is, by its name.
fn guess(name: &str) -> UnitSort {
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["学校", "幼儿园", "小学", "中学", "大学", "学院"]) {
        UnitSort::School
    } else if has(&["银行", "信用社"]) {
        UnitSort::Bank
    } else if has(&["公司", "厂"]) {
        UnitSort::Enterprise
    } else if has(&["市场", "商场", "超市"]) {
        UnitSort::Market
    } else {
        UnitSort::Other
    }
}

pub(super) fn read(source: &mut dyn Source, desk: &mut Desk<'_>) -> Result<Units, ImportError> {
    let mut here = Vec::new();
    desk.store().walk_rows("unit", &mut |row| {
        if let (Scope::Grid(grid), Some(Cell::Text(name))) = (row.document.scope, row.cell("unit", "name")) {
            let removed = row.cell("unit", "removed") == Some(&Cell::Integer(1));
            here.push((grid, name.clone(), removed, row.document.id));
        }
        Ok(())
    })?;
    here.sort_by_key(|(_, _, removed, id)| (*removed, *id));
    let mut reader = Reader { units: Units { good: Vec::new(), here }, desk };
    let aside = each(source, &COLUMNS, &mut reader)?;
    let units = reader.units;
    desk.aside(aside);
    Ok(units)
}

fn says(good: &Good) -> Vec<Say> {
    let (row, unit) = (good.row, &good.unit);
    let mut says = vec![Say::text(row, "name", "name", &unit.name)];
    let mut say = |column: &'static str, key: &str, text: Option<&String>| {
        says.extend(text.map(|text| Say::text(row, column, key, text)));
    };
    let sort = unit.sort.word().to_owned();
    say("sort", "sort", Some(&sort).filter(|_| good.says_sort));
    say("address", "address", unit.address.as_ref());
    let name = |contact: &'_ Option<Contact>| contact.as_ref().and_then(|contact| contact.name.clone());
    let telephone = |contact: &'_ Option<Contact>| contact.as_ref().and_then(|contact| contact.telephone.clone());
    say("responsible", "responsible.name", name(&unit.responsible).as_ref());
    say("responsible_telephone", "responsible.telephone", telephone(&unit.responsible).as_ref());
    say("deputy", "deputy.name", name(&unit.deputy).as_ref());
    say("deputy_telephone", "deputy.telephone", telephone(&unit.deputy).as_ref());
    say("note", "note", unit.note.as_ref());
    says.push(Say::new(row, "removed", "removed", Value::Bool(false)));
    says
}

impl Planner for Units {
    fn plan(&mut self, desk: &mut Desk<'_>) -> Result<(), ImportError> {
        let mut met: HashSet<DocumentId> = HashSet::new();
        for good in &self.good {
            let called =
                |(_, name, _, id): &&(AreaId, String, bool, DocumentId)| *name == good.unit.name && !met.contains(id);
            let in_grid = self.here.iter().filter(called).find(|(grid, ..)| *grid == good.grid);
            let village = desk.areas.above(good.grid);
            let nearby = || {
                let near = |(grid, _, removed, _): &&(AreaId, String, bool, DocumentId)| {
                    !*removed
                        && desk.areas.above(*grid) == village
                        && !self.good.iter().any(|other| other.grid == *grid && other.unit.name == good.unit.name)
                };
                self.here.iter().filter(called).find(near)
            };
            let here = in_grid.or_else(nearby).map(|(.., id)| *id);
            let present = here.map(|id| desk.present(id)).transpose()?.flatten();
            let mut says = says(good);
            let Some(mut present) = present else {
                let id = DocumentId::fresh(desk.now, desk.random);
                let record = (id, Scope::Grid(good.grid), good.unit.clone().into());
                desk.make(good.row, record, &says, &[], Planned::default())?;
                continue;
            };
            met.insert(present.stored.id);
            if let Scope::Grid(grid) = present.stored.scope
                && grid != good.grid
                && let Err(bad) = desk.permit(&Kind::Unit, grid, good.row, "grid")?
            {
                desk.bad(bad);
                continue;
            }
            says.extend(desk.elsewhere(good.row, &mut present, good.grid));
            let read = present.memory.get(&None).and_then(|memory| memory.get("removed"));
            if present.fields.get("removed") == Some(&Value::Bool(true))
                && read != Some(&Value::Bool(true))
                && !desk.takes(good.row, "removed")
            {
                says.retain(|say| say.key == "removed");
            }
            desk.meet(good.row, &present, &says, ("", &[]), Planned::default())?;
        }
        Ok(())
    }
}
