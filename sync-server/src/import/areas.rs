//! Areas: one row an area, in any order.
//!
//! Floor: sync-server, import. Invariants: a parent is known or stands in the file; an area is the same by its
//! code, else by its name within its parent; a level that is not given is taken from the name or the parent.

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Area, AreaId, AreaLevel, Kind, Scope, Value};

use super::compare::Say;
use super::desk::{Desk, Planned};
use super::places;
use super::sheet::Source;
use super::table::{BadRow, Column, Columns, Line, Lines, each};
use super::{ImportError, Planner, Twin};

pub(super) const COLUMNS: Columns = Columns {
    known: &[
        Column {
            name: "name", words: &["名称", "区域名称", "网格名称", "村名", "名字", "区域", "村/社区名称"]
        },
        Column { name: "level", words: &["级别", "层级", "类型", "区域级别", "类别"] },
        Column {
            name: "parent",
            words: &["上级", "上级名称", "上级区域", "所属村", "所属", "上级代码", "上级区域名称", "所属区域"],
        },
        Column {
            name: "code", words: &["代码", "编码", "区划代码", "区域代码", "网格编码", "行政区划代码", "编号"]
        },
        Column {
            name: "telephone",
            words: &["电话", "联系电话", "值班电话", "核实电话", "派出所电话", "警务室电话", "办公电话"],
        },
    ],
    required: &[&["name"]],
};

const LEVELS: &[(&str, &[&str])] = &[
    ("county", &["县", "区", "区县", "县区"]),
    ("town", &["镇", "乡", "乡镇", "街道", "镇街"]),
    ("village", &["村", "社区", "村社区", "村/社区", "行政村"]),
    ("courtyard", &["小区", "院落", "小区院落", "自然村", "村民小组"]),
    ("grid", &["网格"]),
    ("building", &["楼栋", "楼", "栋"]),
];

struct Told {
    row: u64,
    name: String,
    level: Option<AreaLevel>,
    parent: Option<String>,
    code: Option<String>,
    telephone: Option<String>,
}

/// An area of the file that holds together.
struct Good {
    row: u64,
    id: AreaId,
    is_new: bool,
    area: Area,
    /// Whether the file says these.
    says_parent: bool,
}

pub(super) struct Areas(Vec<Good>);

struct Reader<'r, 'd> {
    told: Vec<Told>,
    desk: &'r mut Desk<'d>,
}

impl Lines for Reader<'_, '_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        self.desk.count_row();
        match told(line) {
            Ok(told) => self.told.push(told),
            Err(bad) => self.desk.bad(bad),
        }
        Ok(())
    }

    fn bad(&mut self, bad: BadRow) {
        self.desk.count_row();
        self.desk.bad(bad);
    }
}

fn told(line: &Line<'_>) -> Result<Told, BadRow> {
    let level = line.word("level", LEVELS)?.map(AreaLevel::from_word);
    let name = line.required("name")?;
    if name.contains('/') {
        return Err(line.bad("name", "must not contain a slash; it stands between an area and the one above"));
    }
    let (parent, code, telephone) = (line.cell("parent"), line.cell("code"), line.cell("telephone"));
    Ok(Told { row: line.number, name, level, parent, code, telephone })
}

pub(super) fn read(source: &mut dyn Source, desk: &mut Desk<'_>) -> Result<Areas, ImportError> {
    let mut reader = Reader { told: Vec::new(), desk };
    let aside = each(source, &COLUMNS, &mut reader)?;
    let mut waiting = reader.told;
    desk.aside(aside);
    let mut areas = desk.areas.all.clone();
    let mut good: Vec<Good> = Vec::new();
    // Whatever order they stand in: each as soon as the one above it is known.
    loop {
        let mut later = Vec::new();
        let before = waiting.len();
        for told in waiting {
            if told.parent.as_ref().is_some_and(|parent| find(&areas, parent).is_err()) {
                later.push(told);
                continue;
            }
            match place(&told, &areas, desk) {
                Ok(found) => {
                    if let Some(other) = good.iter().find(|other| other.id == found.id) {
                        desk.twin(told.row, Twin::Row(other.row));
                        continue;
                    }
                    areas.retain(|(id, _)| *id != found.id);
                    areas.push((found.id, found.area.clone()));
                    if desk.may(&Kind::Area, None)? {
                        good.push(found);
                    }
                }
                Err(bad) => desk.bad(bad),
            }
        }
        if later.len() == before || later.is_empty() {
            for told in later {
                let reason = find(&areas, told.parent.as_deref().unwrap_or_default()).err().unwrap_or_default();
                desk.bad(BadRow::new(told.row, "parent", reason));
            }
            return Ok(Areas(good));
        }
        waiting = later;
    }
}

/// An area by its code, or by its name.
fn find(areas: &[(AreaId, Area)], text: &str) -> Result<AreaId, &'static str> {
    let mut coded = areas.iter().filter(|(_, area)| area.code.as_deref() == Some(text));
    match (coded.next(), coded.next()) {
        (Some((id, _)), None) => Ok(*id),
        _ => places::find(areas, text, None),
    }
}

fn place(told: &Told, areas: &[(AreaId, Area)], desk: &mut Desk<'_>) -> Result<Good, BadRow> {
    let bad = |field: &str, reason: &'static str| BadRow::new(told.row, field, reason);
    let mut parent = match &told.parent {
        Some(text) => Some(find(areas, text).map_err(|reason| bad("parent", reason))?),
        None => None,
    };
    let by_code = told.code.as_ref().and_then(|code| {
        let mut found = areas.iter().filter(|(_, area)| area.code.as_ref() == Some(code));
        found.next().filter(|_| found.next().is_none())
    });
    let by_name = || {
        // Without a parent the name must do, as long as it is there once.
        let mut found = areas.iter().filter(|(_, area)| {
            area.name == told.name
                && (parent.is_none() || area.parent == parent)
                && (parent.is_some() || told.level.is_none() || told.level.as_ref() == Some(&area.level))
        });
        found.next().filter(|_| found.next().is_none())
    };
    let here = by_code.or_else(by_name);
    let says_parent = parent.is_some();
    let known_level = here.map(|(_, area)| area.level.clone());
    parent = parent.or_else(|| here.and_then(|(_, area)| area.parent));
    let above = parent.and_then(|parent| areas.iter().find(|(id, _)| *id == parent)).map(|(_, area)| area);
    let level = told
        .level
        .clone()
        .or(known_level)
        .or_else(|| guess(&told.name, above))
        .ok_or_else(|| bad("level", "must be given: county, town, village, courtyard, grid or building"))?;
    let (code, telephone) = (told.code.clone(), told.telephone.clone());
    let area = Area { name: told.name.clone(), level, parent, code, telephone };
    area.validate().map_err(|invalid| BadRow::invalid(told.row, &invalid))?;
    let is_top = |level: &AreaLevel| matches!(level, AreaLevel::County | AreaLevel::Town);
    match above {
        None if !is_top(&area.level) => {
            return Err(bad("parent", "must be given; only a town or a county lies in nothing"));
        }
        Some(above) if is_top(&area.level) && above.level != AreaLevel::County => {
            return Err(bad("parent", "must be a county, or be left out, where the level is town or county"));
        }
        _ => {}
    }
    if parent.is_some() && here.is_some_and(|(id, _)| below(areas, parent, *id)) {
        return Err(bad("parent", "lies in this very area; no area can lie in itself"));
    }
    let id = here.map_or_else(|| AreaId::fresh(desk.now, desk.random), |(id, _)| *id);
    let is_new = !desk.areas.all.iter().any(|(other, _)| *other == id);
    Ok(Good { row: told.row, id, is_new, area, says_parent })
}

/// Whether `area` is `above`, or lies in it.
fn below(areas: &[(AreaId, Area)], area: Option<AreaId>, above: AreaId) -> bool {
    let mut at = area;
    for _ in 0..=areas.len() {
        match at {
            Some(area) if area == above => return true,
            Some(area) => at = areas.iter().find(|(id, _)| *id == area).and_then(|(_, area)| area.parent),
            None => return false,
        }
    }
    true
}

/// The level that a name tells, or that lies below the one above.
fn guess(name: &str, above: Option<&Area>) -> Option<AreaLevel> {
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let named = if name.contains("网格") {
        Some(AreaLevel::Grid)
    } else if ends(&["镇", "乡", "街道", "街道办事处", "办事处"]) {
        Some(AreaLevel::Town)
    } else if ends(&["社区", "村委会", "居委会", "村"]) && above.is_none_or(|above| above.level != AreaLevel::Village)
    {
        Some(AreaLevel::Village)
    } else if ends(&["小区", "花园", "院", "组", "苑"]) {
        Some(AreaLevel::Courtyard)
    } else if ends(&["栋", "幢", "号楼", "座"]) {
        Some(AreaLevel::Building)
    } else {
        None
    };
    named.or_else(|| match above.map(|above| &above.level) {
        Some(AreaLevel::County) => Some(AreaLevel::Town),
        Some(AreaLevel::Town) => Some(AreaLevel::Village),
        Some(AreaLevel::Village | AreaLevel::Courtyard) => Some(AreaLevel::Grid),
        Some(AreaLevel::Grid) => Some(AreaLevel::Building),
        _ => None,
    })
}

impl Planner for Areas {
    fn plan(&mut self, desk: &mut Desk<'_>) -> Result<(), ImportError> {
        for good in &self.0 {
            let area = &good.area;
            let mut says = vec![
                Say::text(good.row, "name", "name", &area.name),
                Say::text(good.row, "level", "level", area.level.word()),
            ];
            if good.says_parent || good.is_new {
                says.extend(area.parent.map(|parent| {
                    Say::new(good.row, "parent", "parent", Value::Bytes(parent.bytes().as_slice().into()))
                }));
            }
            let own = [("code", &area.code), ("telephone", &area.telephone)];
            says.extend(own.into_iter().filter_map(|(key, text)| Some(Say::text(good.row, key, key, text.as_ref()?))));
            match desk.present(good.id.into())? {
                Some(present) => desk.meet(good.row, &present, &says, ("", &[]), Planned::default())?,
                None => {
                    let record = (good.id.into(), Scope::Town, area.clone().into());
                    desk.make(good.row, record, &says, &[], Planned::default())?;
                }
            }
        }
        Ok(())
    }
}
