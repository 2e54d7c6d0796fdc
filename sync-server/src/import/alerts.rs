//! Alerts: one row an alert.
//!
//! Floor: sync-server, import. Invariants: an alert is the same by its number on the issuer's platform, else by
//! name, issuer, area and the moment it was issued; its level and that moment are never edited: another
//! level is told to whoever imports it.

use std::collections::HashMap;

use qiaomen_core::projection::Cell;
use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Alert, AlertId, AreaId, DocumentId, Kind, Level, Origin, Place, PlaceId, Scope, Value};
use sha2::{Digest as _, Sha256};

use super::compare::{Part, Say};
use super::desk::{Desk, Planned};
use super::sheet::Source;
use super::table::{BadRow, Column, Columns, Line, Lines, each};
use super::{ImportError, Planner, Twin, clean};

pub(super) const COLUMNS: Columns = Columns {
    known: &[
        Column {
            name: "name",
            words: &[
                "姓名",
                "预警对象",
                "潜在受害人",
                "受害人姓名",
                "事主",
                "事主姓名",
                "被预警人",
                "预警对象姓名",
                "潜在受害人姓名",
                "受害人",
            ],
        },
        Column {
            name: "telephone",
            words: &[
                "电话",
                "手机",
                "手机号",
                "手机号码",
                "联系电话",
                "受害人电话",
                "预警号码",
                "电话/手机号",
                "事主电话",
                "联系方式",
            ],
        },
        Column {
            name: "level", words: &["等级", "预警等级", "级别", "预警级别", "危险等级", "风险等级"]
        },
        Column {
            name: "area",
            words: &[
                "区域",
                "所属区域",
                "辖区",
                "网格",
                "村/社区",
                "村社区",
                "村",
                "社区",
                "所属村",
                "所属网格",
                "责任区域",
            ],
        },
        Column {
            name: "place", words: &["地址", "现住址", "住址", "受害人地址", "详细地址", "家庭住址", "落地地址"]
        },
        Column {
            name: "issuer",
            words: &["下发单位", "来源", "指令来源", "预警来源", "下发部门", "签发单位", "推送单位"],
        },
        Column {
            name: "number", words: &["编号", "指令编号", "预警编号", "预警单号", "序列号", "平台编号", "指令号"]
        },
        Column { name: "origin", words: &["资金类", "类别", "预警类别", "预警类型", "类型"] },
        Column {
            name: "issued", words: &["下发时间", "预警时间", "指令下发时间", "签发时间", "推送时间", "下发日期"]
        },
        Column {
            name: "reached_station",
            words: &["到所时间", "派出所接收时间", "接收时间", "派出所签收时间", "签收时间"],
        },
        Column {
            name: "passed_on", words: &["转办时间", "流转时间", "转发时间", "派发时间", "转派时间"]
        },
        Column { name: "note", words: &["备注", "预警内容", "说明", "内容", "指令内容", "简要情况"] },
    ],
    required: &[&["name"], &["level"], &["area"], &["issuer"], &["issued"]],
};

const LEVELS: &[(&str, &[&str])] = &[
    ("low", &["低危", "低", "低级", "四级", "低风险"]),
    ("medium", &["中危", "中", "中级", "三级", "中风险"]),
    ("high", &["高危", "高", "高级", "二级", "高风险"]),
    ("extreme", &["特危", "特级", "特高", "特高危", "极高", "紧急", "一级"]),
];

const ORIGINS: &[(&str, &[&str])] = &[
    ("funds_side", &["资金类", "资金侧", "资金预警", "资金端", "资金", "是", "资金流"]),
    ("other", &["其他", "其它", "否", "通讯类", "通信类", "网络类", "信息流"]),
];

struct Good {
    row: u64,
    id: AlertId,
    alert: Alert,
    key: Option<String>,
    /// Whether the file says where it came from.
    says_origin: bool,
}

pub(super) struct Alerts {
    good: Vec<Good>,
    /// What is there, by number.
    numbers: HashMap<String, DocumentId>,
    /// What the file has: by number, or by what else an alert is known by.
    seen: HashMap<String, u64>,
}

struct Reader<'r, 'd> {
    alerts: Alerts,
    desk: &'r mut Desk<'d>,
}

impl Lines for Reader<'_, '_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        self.desk.count_row();
        let (alert, key) = match alert(line, self.desk) {
            Ok(good) => good,
            Err(bad) => {
                self.desk.bad(bad);
                return Ok(());
            }
        };
        if let Err(bad) = self.desk.permit(&Kind::Alert, alert.area, line.number, "area")? {
            self.desk.bad(bad);
            return Ok(());
        }
        let known = alert.platform_number.clone().or_else(|| key.clone()).unwrap_or_default();
        if let Some(other) = self.alerts.seen.get(&known) {
            self.desk.twin(line.number, Twin::Row(*other));
            return Ok(());
        }
        self.alerts.seen.insert(known, line.number);
        let id = AlertId::fresh(self.desk.now, self.desk.random);
        self.alerts.good.push(Good { row: line.number, id, alert, key, says_origin: !line.raw("origin").is_blank() });
        Ok(())
    }

    fn bad(&mut self, bad: BadRow) {
        self.desk.count_row();
        self.desk.bad(bad);
    }
}

pub(super) fn read(source: &mut dyn Source, desk: &mut Desk<'_>) -> Result<Alerts, ImportError> {
    let mut numbers = HashMap::new();
    desk.store().walk_rows("alert", &mut |row| {
        if let Some(Cell::Text(number)) = row.cell("alert", "platform_number") {
            numbers.insert(number.clone(), row.document.id);
        }
        Ok(())
    })?;
    let mut reader = Reader { alerts: Alerts { good: Vec::new(), numbers, seen: HashMap::new() }, desk };
    let aside = each(source, &COLUMNS, &mut reader)?;
    let alerts = reader.alerts;
    desk.aside(aside);
    Ok(alerts)
}

fn alert(line: &Line<'_>, desk: &mut Desk<'_>) -> Result<(Alert, Option<String>), BadRow> {
    let level = line.word("level", LEVELS)?.ok_or_else(|| line.bad("level", "must be given"))?;
    let origin = line.word("origin", ORIGINS)?.unwrap_or("other");
    let past = |column: &str| line.past(column, desk.zone(), desk.now);
    let issued = past("issued")?.ok_or_else(|| line.bad("issued", "must be given"))?;
    let (reached_station, passed_on) = (past("reached_station")?, past("passed_on")?);
    if reached_station.zip(passed_on).is_some_and(|(reached, passed)| passed < reached) {
        return Err(line.bad("passed_on", "is before reached_station"));
    }
    let area: AreaId = desk.areas.find(&line.required("area")?, None).map_err(|reason| line.bad("area", reason))?;
    let name = line.required("name")?;
    let issuer = line.required("issuer")?;
    let telephones = line.telephones("telephone")?;
    let places = line.cell("place").filter(|text| !clean::is_nothing(text)).map(|address| {
        let place = Place { label: "home".to_owned(), address: Some(address), position: None };
        (PlaceId::fresh(desk.now, desk.random), place)
    });
    let alert = Alert {
        telephone: (!telephones.is_empty()).then(|| telephones.join("; ")),
        household: None,
        resident: None,
        outsider: false,
        area,
        places: places.into_iter().collect(),
        level: Level::from_word(level),
        platform_number: line.cell("number").filter(|text| !clean::is_nothing(text)),
        origin: Origin::from_word(origin),
        issued,
        reached_station,
        passed_on,
        entered: desk.now,
        playbook: desk.books.in_force(issued).version().to_owned(),
        note: line.prose("note"),
        name,
        issuer,
    };
    alert.validate().map_err(|invalid| BadRow::invalid(line.number, &invalid))?;
    // Without a number it is known again by what it says.
    let key = alert.platform_number.is_none().then(|| {
        let text = format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", alert.name, alert.issuer, alert.issued, alert.area);
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("alert:{hex}")
    });
    Ok((alert, key))
}

fn says(good: &Good) -> Vec<Say> {
    let (row, alert) = (good.row, &good.alert);
    let mut says = vec![
        Say::text(row, "name", "name", &alert.name),
        Say::text(row, "issuer", "issuer", &alert.issuer),
        Say::new(row, "area", "area", Value::Bytes(alert.area.bytes().as_slice().into())),
        Say::new(row, "issued", "issued", Value::Int(alert.issued.millis())).fixed(),
    ];
    if good.says_origin {
        says.push(Say::text(row, "origin", "origin", alert.origin.word()));
    }
    let mut text = |column: &'static str, key: &str, text: Option<&String>| {
        says.extend(text.map(|text| Say::text(row, column, key, text)));
    };
    text("telephone", "telephone", alert.telephone.as_ref());
    text("number", "platform_number", alert.platform_number.as_ref());
    text("note", "note", alert.note.as_ref());
    for (column, time) in [("reached_station", alert.reached_station), ("passed_on", alert.passed_on)] {
        says.extend(time.map(|time| Say::new(row, column, column, Value::Int(time.millis()))));
    }
    says
}

fn place_says(row: u64, place: &Place) -> Vec<Say> {
    place.address.iter().map(|address| Say::text(row, "place", "address", address)).collect()
}

impl Planner for Alerts {
    fn plan(&mut self, desk: &mut Desk<'_>) -> Result<(), ImportError> {
        for good in &self.good {
            let here = match (&good.alert.platform_number, &good.key) {
                (Some(number), _) => self.numbers.get(number).copied(),
                (None, Some(key)) => desk.called(key)?,
                (None, None) => None,
            };
            let present = here.map(|id| desk.present(id)).transpose()?.flatten();
            let says = says(good);
            if let Some(present) = &present
                && present.fields.text("level").is_ok_and(|level| level != good.alert.level.word())
            {
                desk.level(good.row, present.stored.id.into(), good.alert.level.clone());
            }
            let Some(present) = present else {
                let id: DocumentId = good.id.into();
                let mut also = Planned::default();
                also.keys.extend(good.key.iter().map(|key| (key.clone(), id)));
                let parts: Vec<Part> = good
                    .alert
                    .places
                    .iter()
                    .map(|(id, place)| Part {
                        row: good.row,
                        id: *id.bytes(),
                        fresh: None,
                        says: place_says(good.row, place),
                    })
                    .collect();
                let record = (id, Scope::CaseFile(good.id), good.alert.clone().into());
                desk.make(good.row, record, &says, &parts, also)?;
                continue;
            };
            let there = present.parts("places");
            let mut parts = Vec::new();
            for (fresh, place) in &good.alert.places {
                let home = there.iter().find(|(id, fields)| {
                    present.memory.contains_key(&Some(*id)) || fields.text("label").is_ok_and(|label| label == "home")
                });
                let mut fields = qiaomen_core::record::Fields::new();
                place.write_fields("", &mut fields);
                parts.push(Part {
                    row: good.row,
                    id: home.map_or(*fresh.bytes(), |(id, _)| *id),
                    fresh: home.is_none().then_some(fields),
                    says: place_says(good.row, place),
                });
            }
            desk.meet(good.row, &present, &says, ("places", &parts), Planned::default())?;
        }
        Ok(())
    }
}
