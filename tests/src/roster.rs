//! The demo town's files: a roster as untidy as real ones are, its areas, its people, its alerts.
//!
//! Floor: tests. Invariants: the same seed always makes the same files; nobody in them exists (names are put
//! together, telephones begin with an unassigned 120, ID numbers with the region 000000); what is untidy is
//! listed in [`Untidy`], so that a reader knows what an import must make of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::generator::Dice;

/// The seed of the committed files.
pub const SEED: u64 = 20_260_228;

/// The town.
const TOWN: &str = "石桥镇";
/// The villages: whether people live in houses there, by group and number, and whose team they are.
const VILLAGES: [(&str, &str, bool, &str, [&str; 2]); 6] = [
    ("南溪村", "南溪", true, "head1", ["worker1", "worker2"]),
    ("北桥社区", "北桥", false, "head2", ["worker3", "worker4"]),
    ("东坪村", "东坪", true, "head1", ["worker5", "worker5"]),
    ("西河社区", "西河", false, "head2", ["worker6", "worker6"]),
    ("上塘村", "上塘", true, "head1", ["worker7", "worker7"]),
    ("新城社区", "新城", false, "head2", ["worker8", "worker8"]),
];
const NUMERALS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "七"];
/// Doors of a grid.
const DOORS: usize = 73;
/// How many alerts there are, and over how many days before the demo's last.
const ALERTS: usize = 60;
const ALERT_DAYS: usize = 10;

const SURNAMES: &[&str] = &[
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨", "朱", "秦", "许",
    "何", "吕", "施", "张", "孔", "曹", "严", "华", "金", "魏", "陶", "姜", "谢", "邹", "单", "曾", "解", "仇", "查",
    "欧阳",
];
const MIDDLE: &[&str] = &["云", "山", "江", "石", "竹", "荷", "青", "雨", "松", "梅", "溪", "田", "星", "禾", "岩"];
const LAST: &[&str] = &["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "一", "二", "三", "四", "五", "六"];

/// The committed files, by name.
pub struct Files {
    /// The area tree.
    pub areas: String,
    /// People with their roles.
    pub people: String,
    /// The roster.
    pub roster: String,
    /// The alerts, their times as days before the demo's last.
    pub alerts: String,
    /// What is untidy in the roster.
    pub untidy: Untidy,
}

/// What a reader of the roster has to expect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Untidy {
    /// Doors that good rows make.
    pub doors: usize,
    /// Residents in good rows, those listed twice once.
    pub residents: usize,
    /// Rows whose ID number a spreadsheet has cut.
    pub cut: usize,
    /// Rows that name a grid there is not.
    pub nowhere: usize,
    /// Residents listed twice.
    pub twice: usize,
}

impl Untidy {
    /// Rows that cannot be taken.
    #[must_use]
    pub const fn bad(&self) -> usize {
        self.cut + self.nowhere
    }
}

fn below(dice: &mut Dice, limit: usize) -> usize {
    usize::try_from(dice.below(limit as u64)).unwrap_or(0)
}

fn one<'w>(dice: &mut Dice, of: &[&'w str]) -> &'w str {
    of.get(below(dice, of.len())).copied().unwrap_or_default()
}

fn telephone(dice: &mut Dice) -> String {
    format!("120{:08}", dice.below(100_000_000))
}

#[derive(Clone)]
struct Resident {
    name: String,
    relation: &'static str,
    year: usize,
    month: usize,
    day: usize,
    id: String,
    telephone: String,
    tags: Vec<&'static str>,
    app: &'static str,
}

/// A door as the roster's cells name it.
#[derive(Clone, Copy)]
struct Place<'a> {
    village: &'a str,
    grid: &'a str,
    address: &'a str,
    household: &'a str,
    state: &'a str,
}

/// The check character of GB 11643.
fn check(front: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    char::from(b"10X98765432"[(sum % 11) as usize])
}

/// The station's number, which a resident calls back.
const STATION: &str = "0371-12000000";

/// Everything, from one seed.
#[must_use]
pub fn make(seed: u64) -> Files {
    let mut dice = Dice::new(seed);
    let mut areas = format!("name,level,parent,code,telephone\n{TOWN},town,,,{STATION}\n");
    let mut people = format!(
        "login,name,telephone,roles\nsupervisor,镇督导员,{},supervisor@{TOWN}\npolice1,派出所民警,{},police@{TOWN}\n",
        telephone(&mut dice),
        telephone(&mut dice)
    );
    let mut roles: Vec<(String, Vec<String>)> = Vec::new();
    let mut give = |login: &str, role: String| match roles.iter_mut().find(|(have, _)| have == login) {
        Some((_, held)) => held.push(role),
        None => roles.push((login.to_owned(), vec![role])),
    };
    for (village, short, _, head, workers) in VILLAGES {
        let _ = writeln!(areas, "{village},village,{TOWN},,");
        give(head, format!("team_head@{village}"));
        for (at, numeral) in NUMERALS.iter().enumerate() {
            let grid = format!("{short}第{numeral}网格");
            let _ = writeln!(areas, "{grid},grid,{village},,");
            give(workers[usize::from(at >= 4)], format!("grid_worker@{grid}"));
        }
    }
    give("volunteer1", "volunteer@北桥第一网格".to_owned());
    roles.sort();
    for (login, held) in roles {
        let name = match login.split_at(login.len() - 1) {
            ("head", number) => format!("{number}号队长"),
            ("worker", number) => format!("{number}号网格员"),
            (_, number) => format!("{number}号志愿者"),
        };
        let _ = writeln!(people, "{login},{name},{},{}", telephone(&mut dice), held.join(";"));
    }
    let mut roster = Roster { dice, ..Roster::default() };
    roster.fill();
    let alerts = roster.alerts();
    Files { areas, people, roster: roster.text, alerts, untidy: roster.untidy }
}

/// Doors whose residents an alert can be about: village, address, name, telephone.
type Known = (usize, String, String, String);

struct Roster {
    dice: Dice,
    text: String,
    untidy: Untidy,
    number: usize,
    rows: usize,
    known: Vec<Known>,
    /// ID numbers given so far.
    numbers: BTreeSet<String>,
}

impl Default for Roster {
    fn default() -> Self {
        Self {
            dice: Dice::new(0),
            text: String::new(),
            untidy: Untidy::default(),
            number: 0,
            rows: 0,
            known: Vec::new(),
            numbers: BTreeSet::new(),
        }
    }
}

impl Roster {
    fn line(&mut self, cells: &[&str]) {
        let quoted = |cell: &&str| {
            if cell.contains([',', '"', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                (*cell).to_owned()
            }
        };
        let line: Vec<String> = cells.iter().map(quoted).collect();
        self.text.push_str(&line.join(","));
        self.text.push_str("\r\n");
    }

    fn fill(&mut self) {
        // A title, who filled it in, a heading with line breaks and marks, as such sheets have them.
        self.text.push('\u{feff}');
        self.line(&["石桥镇网格户籍人员信息登记表（2026年春季摸排）"]);
        self.line(&["填表单位：石桥镇综治中心", "", "", "", "", "", "填表日期：2026年2月28日"]);
        self.line(&[
            "序号",
            "村/社区*",
            "所属网格*",
            "门牌地址\n（楼栋-单元-房号）",
            "户号",
            "户主",
            "姓名*",
            "与户主关系",
            "身份证号码",
            "出生日期",
            "联系电话",
            "人员标签",
            "居住状态",
            "是否安装反诈APP",
            "备注",
        ]);
        for (at, (village, short, houses, ..)) in VILLAGES.iter().enumerate() {
            for (grid, numeral) in NUMERALS.iter().enumerate() {
                for door in 0..DOORS {
                    let address = if *houses { self.house(grid, door) } else { self.flat(grid, door) };
                    let grid = format!("{short}第{numeral}网格");
                    self.door(at, village, &grid, &address);
                }
            }
            // Somebody summed every village up.
            let sum = format!("共{}户", NUMERALS.len() * DOORS);
            self.line(&["小计", "", "", &sum]);
        }
        let sum = format!("{}人", self.rows);
        self.line(&["合计", "", "", "", "", "", &sum]);
        self.line(&["注：长期外出人员请在备注中注明去向。"]);
    }

    fn house(&mut self, grid: usize, door: usize) -> String {
        let number = door + 1;
        match below(&mut self.dice, 4) {
            0 => format!("{}组{number}号", NUMERALS[grid]),
            1 => format!("{}组 {number} 号", grid + 1),
            2 => format!("第{}小组{number}号", grid + 1),
            _ => format!("{}组{number}号", grid + 1),
        }
    }

    fn flat(&mut self, grid: usize, door: usize) -> String {
        // Two stairwells of six floors with two doors each, then the next building.
        let (building, rest) = (grid * 4 + door / 24 + 1, door % 24);
        let (unit, rest) = (rest / 12 + 1, rest % 12);
        let (floor, room) = (rest / 2 + 1, rest % 2 + 1);
        match below(&mut self.dice, 5) {
            0 => format!("{building}#-{unit}-{floor}0{room}"),
            1 => format!("{building}幢{unit}单元{floor}楼{floor}0{room}室"),
            2 => wide(&format!("{building}栋{unit}单元{floor}0{room}")),
            3 => format!("{building}号楼{unit}单元{floor}0{room}室"),
            _ => format!("{building}栋{unit}单元{floor}0{room}"),
        }
    }

    fn door(&mut self, at: usize, village: &str, grid: &str, address: &str) {
        self.number += 1;
        let household = format!("H{:05}", self.number);
        let state = match below(&mut self.dice, 40) {
            0 => "空置",
            1 => "长期外出",
            2 => "已拆除",
            _ => "常住",
        };
        let place = Place { village, grid, address, household: &household, state };
        self.untidy.doors += 1;
        if matches!(state, "空置" | "已拆除") {
            self.row(&place, None, "");
            return;
        }
        let count = 1 + below(&mut self.dice, 4) + below(&mut self.dice, 2);
        let surname = one(&mut self.dice, SURNAMES).to_owned();
        let mut residents: Vec<Resident> = Vec::new();
        for position in 0..count {
            let other = one(&mut self.dice, SURNAMES).to_owned();
            let resident = self.resident(position, if position == 1 { &other } else { &surname }, &residents);
            residents.push(resident);
        }
        let head = residents.first().map(|first| first.name.clone()).unwrap_or_default();
        for (position, resident) in residents.iter().enumerate() {
            // The head of the household stands in the first row only where somebody was tired of typing.
            let shown = if position == 0 || self.dice.chance(60) { head.as_str() } else { "" };
            let note = match below(&mut self.dice, 60) {
                0 => "长期在外务工，春节返乡",
                1 => "独居，听力不好，请大声敲门",
                2 => "家中有狗",
                _ => "",
            };
            self.row(&place, Some((shown, resident)), note);
            self.untidy.residents += 1;
            if position == 0 {
                self.known.push((at, format!("{village}{address}"), resident.name.clone(), resident.telephone.clone()));
            }
        }
        if let Some(first) = residents.first().filter(|first| !first.id.is_empty())
            && self.dice.chance(1)
        {
            // Copied once too often.
            self.row(&place, Some((&head, first)), "");
            self.untidy.twice += 1;
        }
        if below(&mut self.dice, 400) == 0 {
            // A guest of the family, in a grid that was renamed long ago.
            let guest = self.resident(4, &surname, &residents);
            let gone = format!("{}旧网格", grid.get(..6).unwrap_or(grid));
            self.row(&Place { grid: &gone, ..place }, Some((&head, &guest)), "");
            self.untidy.nowhere += 1;
        }
        if below(&mut self.dice, 300) == 0 {
            // Typed as a number: the spreadsheet keeps fifteen digits.
            let mut cut = self.resident(3, &surname, &residents);
            cut.id.replace_range(15.., "000");
            if check(&cut.id[..17]) != '0' {
                self.row(&place, Some((&head, &cut)), "");
                self.untidy.cut += 1;
            }
        }
    }

    fn resident(&mut self, position: usize, surname: &str, others: &[Resident]) -> Resident {
        let dice = &mut self.dice;
        let name = loop {
            let name = format!("{surname}{}{}", one(dice, MIDDLE), one(dice, LAST));
            if others.iter().all(|other| other.name != name) {
                break name;
            }
        };
        let first = others.first().map_or(1970, |first| first.year);
        let (relation, year) = match position {
            0 => ("户主", 1940 + below(dice, 60)),
            1 => ("配偶", first.saturating_sub(4) + below(dice, 9)),
            3 if first > 1958 => (one(dice, &["父", "母"]), first - 22 - below(dice, 12)),
            3 => ("儿媳", first + 24 + below(dice, 9)),
            4.. if first < 1975 => ("孙子女", (first + 46 + below(dice, 9)).min(2024)),
            _ => (one(dice, &["子", "女"]), (first + 22 + below(dice, 14)).min(2024)),
        };
        let (month, day) = (1 + below(dice, 12), 1 + below(dice, 28));
        let id = loop {
            let front = format!("000000{year}{month:02}{day:02}{:03}", below(dice, 999) + 1);
            let last = check(&front);
            if self.numbers.insert(front.clone()) {
                break format!("{front}{last}");
            }
        };
        let mut tags = Vec::new();
        if year < 1962 {
            tags.push("老人");
        }
        if (2004..2020).contains(&year) {
            tags.push("学生");
        }
        if below(dice, 40) == 0 {
            tags.push("财务");
        }
        if dice.chance(4) {
            tags.push("易受骗");
        }
        Resident {
            name,
            relation,
            year,
            month,
            day,
            id,
            telephone: if year > 2014 { String::new() } else { telephone(dice) },
            tags,
            app: ["是", "否", "", "已安装"][below(dice, 4)],
        }
    }

    fn row(&mut self, door: &Place<'_>, who: Option<(&str, &Resident)>, note: &str) {
        let Place { village, grid, address, household, state } = *door;
        self.rows += 1;
        let place = self.rows.to_string();
        let Some((head, who)) = who else {
            self.line(&[&place, village, grid, address, household, "", "", "", "", "", "", "", state, "", note]);
            return;
        };
        let Resident { name, relation, year, month, day, id, telephone, tags, app } = who;
        // Each village filled the sheet in after its own fashion.
        let born = match below(&mut self.dice, 4) {
            0 => format!("{year}年{month}月{day}日"),
            1 => format!("{year}/{month}/{day}"),
            2 => format!("{year}.{month:02}.{day:02}"),
            _ => format!("{year}-{month:02}-{day:02}"),
        };
        let cut = id.ends_with("000");
        let id = match below(&mut self.dice, 12) {
            _ if cut => id.clone(),
            // Nobody had the number at hand.
            0 => String::new(),
            1 => wide(id),
            2 => format!(" {id}"),
            _ => id.clone(),
        };
        let telephone = match below(&mut self.dice, 8) {
            _ if telephone.is_empty() => String::new(),
            0 => format!("{} {} {}", &telephone[..3], &telephone[3..7], &telephone[7..]),
            1 => wide(telephone),
            2 => format!("{}-{}-{}", &telephone[..3], &telephone[3..7], &telephone[7..]),
            _ => telephone.clone(),
        };
        let name = if below(&mut self.dice, 30) == 0 { format!("{name}\u{3000}") } else { name.clone() };
        let tags = tags.join(if self.dice.chance(50) { "、" } else { "，" });
        self.line(&[
            &place, village, grid, address, household, head, &name, relation, &id, &born, &telephone, &tags, state,
            app, note,
        ]);
    }

    fn alerts(&mut self) -> String {
        let mut text = "name,telephone,level,area,place,issuer,number,origin,issued,reached_station\n".to_owned();
        let mut lines = Vec::new();
        for number in 1..=ALERTS {
            let (village, address, name, telephone) = self.known.swap_remove(below(&mut self.dice, self.known.len()));
            let level = ["extreme", "high", "high", "medium", "medium", "low"][below(&mut self.dice, 6)];
            let origin = if self.dice.chance(30) { "funds_side" } else { "other" };
            let days = 1 + below(&mut self.dice, ALERT_DAYS);
            let minutes = 8 * 60 + below(&mut self.dice, 9 * 12) * 5;
            let clock = |minutes: usize| format!("{:02}:{:02}", minutes / 60, minutes % 60);
            let line = format!(
                "{name},{telephone},{level},{},{address},市反诈中心,DEMO-{number:03},{origin},@-{days} {},@-{days} {}\n",
                VILLAGES[village].0,
                clock(minutes),
                clock(minutes + 3),
            );
            lines.push((std::cmp::Reverse(days), minutes, line));
        }
        lines.sort();
        for (_, _, line) in lines {
            text.push_str(&line);
        }
        text
    }
}

/// In the wide digits and letters of a Chinese keyboard.
fn wide(text: &str) -> String {
    let wider = |letter: char| match letter {
        '0'..='9' | 'A'..='Z' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(wider).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demos_files_are_what_the_generator_makes() {
        let files = make(SEED);
        assert_eq!(files.areas, include_str!("../../sync-server/src/demo/town/areas.csv"));
        assert_eq!(files.people, include_str!("../../sync-server/src/demo/town/people.csv"));
        assert_eq!(files.alerts, include_str!("../../sync-server/src/demo/town/alerts.csv"));
        // Too long to print where it differs.
        assert!(files.roster == include_str!("../../sync-server/src/demo/town/roster.csv"), "roster.csv differs");
    }
}
