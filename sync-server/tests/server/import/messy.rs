//! Files as towns really have them: each holds a mistake that was seen in a real spreadsheet, with made-up people.

use insta::assert_json_snapshot;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::Value;

use qiaomen_core::record::{Household, Kind, OsRandom, Record, Scope, Time};
use qiaomen_server::town::Town;

use crate::command::{Desk, Done};

/// A town with villages and grids that have Chinese names.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.run(&["user", "add", "admin", "--name", "A", "--role", "administrator"]).done();
    let areas = "代码,名称,上级\n1,平安镇,\n101,幸福村,平安镇\n102,和平社区,1\n10101,第一网格,101\n10102,第二网格,幸福村\n\
                 10201,和平一网格,102\n";
    desk.import("areas", areas, "admin").done();
    let people = "姓名,账号,职务,区域\n督导,sup,督导员,平安镇\n所长,pol,民警,平安镇\n小陈,worker,网格员,第一网格\n";
    desk.import("people", people, "admin").done();
    desk
}

fn town(desk: &Desk) -> Town {
    let now = Time::parse("2026-03-20T02:00:00Z").unwrap();
    Town::open(&desk.path("qiaomen-data"), now, &mut OsRandom::new().unwrap()).unwrap()
}

/// Households by grid and address, each resident in one line.
fn doors(desk: &Desk) -> Vec<String> {
    let town = town(desk);
    let areas = town.areas().unwrap();
    let mut doors: Vec<String> = town
        .records(&Kind::Household)
        .unwrap()
        .into_iter()
        .filter_map(|(document, record)| match (document.scope, record) {
            (Scope::Grid(grid), Record::Household(household)) => {
                let grid = &areas.iter().find(|(id, _)| *id == grid).unwrap().1.name;
                Some(format!("{grid} {}", shown(&household)))
            }
            _ => None,
        })
        .collect();
    doors.sort();
    doors
}

fn shown(household: &Household) -> String {
    let address = &household.address;
    let floor = address.floor.map(|floor| floor.to_string());
    let parts = [&address.building, &address.unit, &floor, &address.room, &address.group, &address.number];
    let address = parts.map(|part| part.as_deref().unwrap_or("-")).join("/");
    let mut residents: Vec<String> = household
        .residents
        .values()
        .map(|resident| {
            let year = resident.birth_year.map(|year| year.to_string()).unwrap_or_default();
            let telephones: Vec<&str> = resident.telephones.iter().map(String::as_str).collect();
            let tags: Vec<String> = resident.tags.iter().map(ToString::to_string).collect();
            let app = resident.app_installed.map(|app| if app { " app" } else { " no app" }).unwrap_or_default();
            format!("{} {year} {} {}{app}", resident.name, telephones.join("+"), tags.join("+")).trim().to_owned()
        })
        .collect();
    residents.sort();
    let note = household.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{address} {}{note}: {}", household.door, residents.join("; "))
}

fn run(desk: &Desk, noun: &str, name: &str, file: impl AsRef<[u8]>, more: &[&str]) -> Done {
    desk.write(name, file);
    desk.run(&[&["import", noun, name, "--as", if noun == "alerts" { "pol" } else { "sup" }, "--json"], more].concat())
}

/// Writes a roster; says what came of it and what is there then.
fn roster(desk: &Desk, name: &str, file: impl AsRef<[u8]>, more: &[&str]) -> (Value, Vec<String>) {
    let done = run(desk, "households", name, file, &[&["--apply"], more].concat());
    (done.json(), doors(desk))
}

fn xlsx(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn write(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
}

/// An ID number of nobody: the region 000000 does not exist.
fn made_up(birth: &str, order: &str) -> String {
    let front = format!("000000{birth}{order}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front.bytes().zip(weights).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    format!("{front}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

#[test]
fn titles_above_totals_and_signatures_below() {
    let desk = desk();
    let file = "幸福村居民花名册（2026年）,,,,\n填报单位：幸福村,,,,制表日期：2026.3.1\n\n序号,网格,门牌号,姓名,联系电话\n\
                1,第一网格,3栋2单元501,张三,12000000001\n2,第一网格,3栋2单元502,李四,12000000002\n小计,,,2人,\n\
                序号,网格,门牌号,姓名,联系电话\n3,第二网格,七组12号,王五,12000000003\n合计：3人,,,,\n\
                填表人：小陈,,审核人：,,\n";
    assert_json_snapshot!(roster(&desk, "花名册.csv", file, &[]));
}

#[test]
fn gb18030_without_a_mark() {
    let desk = desk();
    // 网格,地址,姓名 / 第一网格,七组12号,张三
    let file = b"\xcd\xf8\xb8\xf1,\xb5\xd8\xd6\xb7,\xd0\xd5\xc3\xfb\r\n\xb5\xda\xd2\xbb\xcd\xf8\xb8\xf1,\xc6\xdf\xd7\xe912\xba\xc5,\xd5\xc5\xc8\xfd\r\n";
    assert_json_snapshot!(roster(&desk, "gb.csv", file, &[]));
}

#[test]
fn unicode_text_and_semicolons() {
    let desk = desk();
    let text = "网格\t地址\t姓名\r\n第一网格\t3栋501\t张三\r\n";
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    roster(&desk, "unicode.txt", wide, &[]);
    let file = "\u{feff}网格;地址;姓名\n第一网格;\"3栋;502\";李四\n第一网格;3栋503;王五\n";
    assert_json_snapshot!(roster(&desk, "semicolons.csv", file, &[]));
}

#[test]
fn wide_digits_blanks_in_names_and_remarks_in_headings() {
    let desk = desk();
    let file = "网 格*,地址(必填),\"姓\n名＊\",手机号码（11位）,出生年月\n\
                第一网格 ,３栋２单元５０１室,张　三,１２０ ００００ ０００１,１９５２年３月\n\
                \u{3000}第一网格,3号楼2单元502,欧阳 小 明,+86 12000000002、0755-1234567,1960.05\n";
    assert_json_snapshot!(roster(&desk, "wide.csv", file, &[]));
}

#[test]
fn merged_cells_stand_for_every_row_they_cover() {
    let desk = desk();
    let file = xlsx(|sheet| {
        let plain = Format::new();
        write(sheet, &[&["幸福村花名册"], &["网格", "户号", "地址", "姓名", "与户主关系", "出生日期"]]);
        sheet.merge_range(0, 0, 0, 5, "幸福村花名册", &plain).unwrap();
        sheet.merge_range(2, 0, 5, 0, "第一网格", &plain).unwrap();
        sheet.merge_range(2, 1, 4, 1, "001", &plain).unwrap();
        sheet.merge_range(2, 2, 4, 2, "3栋2单元501", &plain).unwrap();
        for (row, name, relation) in [(2, "张三", "户主"), (3, "李四", "配偶"), (4, "张小三", "子")] {
            sheet.write(row, 3, name).unwrap();
            sheet.write(row, 4, relation).unwrap();
        }
        // The last row's number and address are blank without being merged: that is no household.
        sheet.write(5, 3, "王五").unwrap();
        // A date that is one, and the number of a day.
        let date = ExcelDateTime::from_ymd(1952, 3, 1).unwrap();
        sheet.write_with_format(2, 5, &date, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        sheet.write(3, 5, 19_998).unwrap();
        sheet.write(4, 5, 30_000).unwrap();
    });
    assert_json_snapshot!(roster(&desk, "merged.xlsx", file, &["--skip-bad"]));
}

#[test]
fn p4_id_numbers_that_a_spreadsheet_has_cut_are_bad_rows() {
    let desk = desk();
    let (good, whole) = (made_up("19520301", "001"), made_up("19600505", "002"));
    let file = xlsx(|sheet| {
        write(sheet, &[&["网格", "地址", "姓名", "身份证号"]]);
        for (row, name) in [(1, "张三"), (2, "李四"), (3, "王五"), (4, "赵六"), (5, "钱七"), (6, "孙八"), (7, "周九")]
        {
            sheet.write(row, 0, "第一网格").unwrap();
            sheet.write(row, 1, format!("3栋{row}01")).unwrap();
            sheet.write(row, 2, name).unwrap();
        }
        sheet.write(1, 3, good.as_str()).unwrap();
        sheet.write(2, 3, 1.234_567_890_123_45e17).unwrap();
        sheet.write(3, 3, "1.23457E+17").unwrap();
        sheet.write(4, 3, format!("{}000", &whole[..15])).unwrap();
        sheet.write(5, 3, format!("{}0{}", &whole[..8], &whole[9..])).unwrap();
        // The old form, of fifteen digits, as text and as a number.
        let old = format!("{}{}", &whole[..6], &whole[8..17]);
        sheet.write(6, 3, old.as_str()).unwrap();
        sheet.write(7, 3, old.parse::<f64>().unwrap()).unwrap();
    });
    let done = run(&desk, "households", "ids.xlsx", file, &["--apply", "--skip-bad"]);
    assert_eq!(done.code, 2);
    assert_json_snapshot!((done.json(), doors(&desk)));
    for number in [&good[6..], &whole[6..], "123456789"] {
        assert!(!done.out.contains(number) && !done.err.contains(number), "an ID number was said");
    }
}

#[test]
fn a_heading_of_two_rows() {
    let desk = desk();
    let file = "村/社区,网格,地址,,,姓名,备注\n,,楼栋,单元,房号,,\n幸福村,第一网格,3,2,501,张三,独居\n\
                ,,,,,,\n和平社区,,3,2,502,李四,\n幸福村,,3,2,503,王五,\n";
    assert_json_snapshot!(roster(&desk, "two.csv", file, &["--skip-bad"]));
}

#[test]
fn members_above_their_head_and_numbers_shared_by_a_door() {
    let desk = desk();
    let file = "村,网格,户号,门牌,姓名,电话\n幸福村,第一网格,7,,张小三,12000000001\n幸福村,第一网格,7,3栋501,张三,\n\
                幸福村,第一网格,8,三栋501室,李四,12000000002\n幸福村,第一网格,7,3栋502,王五,\n\
                幸福村,第二网格,7,3栋501,赵六,\n幸福村,第一网格,9,,钱七,\n幸福村,第二网格,,3栋501,李四,12000000002\n";
    assert_json_snapshot!(roster(&desk, "numbers.csv", file, &["--skip-bad"]));
}

#[test]
fn telephones_and_tags_as_people_type_them() {
    let desk = desk();
    let file = "网格,地址,户主姓名,联系方式,标签/备注,是否安装反诈APP\n第一网格,3栋501,张三,12000000001/12000000002,老年人、独居,是\n\
                第一网格,3栋502,李四,1.2E+10,学生,否\n第一网格,3栋503,王五,1200000000,财务,√\n\
                第一网格,3栋504,赵六,12000000003(儿子),易受骗人群,\n第一网格,3栋505,钱七,无,不详,未安装\n\
                第一网格,3栋506,12000000006,,,\n";
    assert_json_snapshot!(roster(&desk, "telephones.csv", file, &["--skip-bad"]));
}

#[test]
fn unknown_places_errors_of_formulas_and_cells_that_slipped() {
    let desk = desk();
    let file = "村/社区,网格,地址,姓名\n福星村,第一网格,3栋501,张三\n幸福村,第九网格,3栋502,李四\n幸福村,和平一网格,3栋503,王五\n\
                幸福村,第一网格,建设路,12号,赵六\n,第一网格,3栋504,钱七\n,,3栋505,孙八\n幸福村,第一网格,,周九\n";
    let first = run(&desk, "households", "places.csv", file, &[]).json();
    let broken = xlsx(|sheet| {
        write(sheet, &[&["网格", "地址", "姓名", "备注"], &["第一网格", "3栋501", "张三"], &["", "", "旁边的话"]]);
        sheet.write_formula(1, 3, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    });
    let second = run(&desk, "households", "broken.xlsx", broken, &[]).json();
    assert_json_snapshot!((first, second));
    assert!(doors(&desk).is_empty());
}

#[test]
fn addresses_that_became_dates_and_two_columns_for_one_thing() {
    let desk = desk();
    let book = xlsx(|sheet| {
        write(sheet, &[&["网格", "户籍地址", "现住址", "姓名", "房号"], &["第一网格", "外地", "", "张三", ""]]);
        let date = ExcelDateTime::from_ymd(2026, 3, 2).unwrap();
        sheet.write_with_format(1, 2, &date, &Format::new().set_num_format("m-d")).unwrap();
        write_row(sheet, 2, &["第一网格", "外地", "3栋502", "李四", ""]);
        sheet.write(3, 0, "第一网格").unwrap();
        sheet.write(3, 3, "王五").unwrap();
        sheet.write(3, 4, 503).unwrap();
    });
    let done = run(&desk, "households", "dates.xlsx", book, &["--apply", "--skip-bad"]);
    assert!(done.err.contains("户籍地址") && !done.err.contains("现住址"), "{}", done.err);
    let first = (done.json(), doors(&desk));
    // The same, saved as a text file.
    let file = "网格,门牌号,姓名\n第一网格,3月2日,张三\n";
    assert_json_snapshot!((first, run(&desk, "households", "dates.csv", file, &[]).json()));
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate() {
        sheet.write(row, column as u16, *cell).unwrap();
    }
}

#[test]
fn other_sheets_and_hidden_ones_are_named_or_passed_over() {
    let desk = desk();
    let mut book = Workbook::new();
    write(book.add_worksheet().set_name("说明").unwrap(), &[&["请按要求填写"]]);
    write(
        book.add_worksheet().set_name("隐藏").unwrap().set_hidden(true),
        &[&["网格", "地址", "姓名"], &["第一网格", "1栋1", "错"]],
    );
    write(
        book.add_worksheet().set_name("一组").unwrap(),
        &[&["网格", "地址", "姓名"], &["第一网格", "3栋501", "张三"]],
    );
    write(
        book.add_worksheet().set_name("二组").unwrap(),
        &[&["网格", "地址", "姓名"], &["第二网格", "3栋502", "李四"]],
    );
    let done = run(&desk, "households", "sheets.xlsx", book.save_to_buffer().unwrap(), &["--apply"]);
    assert_eq!(done.done().json()["households"]["new"], 1);
    assert!(done.err.contains("二组") && !done.err.contains("说明"), "{}", done.err);
    assert_eq!(doors(&desk), ["第一网格 3/-/-/501/-/- lived_in: 张三"]);
}

#[test]
fn a_roster_that_is_only_a_list_of_doors() {
    let desk = desk();
    let file = "所属网格,门牌地址,居住情况,备注\n第一网格,3栋501,空置,钥匙在物业\n第一网格,3栋502,常住,\n第一网格,3栋503,已拆迁,\n\
                第一网格,3栋504,长期外出,去深圳\n第一网格,3栋505,不知道,\n";
    assert_json_snapshot!(roster(&desk, "doors.csv", file, &["--skip-bad"]));
}

#[test]
fn q14_alerts_as_the_platform_exports_them() {
    let desk = desk();
    let file = "预警指令台账\n指令编号,潜在受害人,联系电话,现住址,预警等级,村/社区,下发单位,下发时间,接收时间,资金类,预警内容\n\
                A1,张三,12000000001,3栋501,特危,幸福村,市中心,2026年3月1日 9时5分,2026/3/1 9:20,是,\"冒充客服\n已转账\"\n\
                A2,李四,12000000002,,低危,和平一网格,市中心,20260301093000,,否,\nA3,王五,,,高,福星村,市中心,2026-03-01 10:00,,,\n\
                A4,赵六,,,高危,幸福村,市中心,2026-03-01 10:00,2026-03-01 09:59,,\nA1,张三,,,特危,幸福村,市中心,2026-03-01 09:05,,,\n";
    assert_json_snapshot!(run(&desk, "alerts", "alerts.csv", file, &["--apply", "--skip-bad"]).json());
    let again = run(&desk, "alerts", "alerts.csv", file, &["--apply", "--skip-bad"]).json();
    assert_eq!(again["alerts"], serde_json::json!({"new": 0, "changed": 0, "unchanged": 2}));
    assert_eq!(again["id"], Value::Null);
}

#[test]
fn l14_units_with_their_people() {
    let desk = desk();
    let file = "单位名称,所属村,网格,单位类型,单位地址,负责人,联系电话,分管负责人,备注\n\
                幸福小学,幸福村,第一网格,,建设路1号,陈校长,0755-1234567,林副校长,\n农商银行幸福支行,幸福村,第一网格,银行,,黄行长,12000000001,,\n\
                幸福小学,幸福村,第一网格,学校,,,,,\n某某公司,幸福村,第八网格,企业,,,,,\n,幸福村,第一网格,企业,,,,,\n某店,幸福村,第一网格,小店,,,,,\n";
    let first = run(&desk, "units", "units.csv", file, &["--apply", "--skip-bad"]).json();
    let again = run(&desk, "units", "units.csv", file, &["--apply", "--skip-bad"]).json();
    let undone = desk.run(&["import", "undo", "3", "--as", "sup", "--json"]).json();
    assert_json_snapshot!((first, again, undone));
    let units = town(&desk).records(&Kind::Unit).unwrap();
    assert!(units.iter().all(|(_, record)| matches!(record, Record::Unit(unit) if unit.removed)));
}

#[test]
fn l14_the_staff_list_has_its_own_headings() {
    let desk = desk();
    let file = "序号,姓名,岗位,所属村,负责网格,手机号\n1,甲,网格员,幸福村,第二网格,12000000001\n2,乙,志愿者,和平社区,,12000000002\n\
                3,丙,队长,幸福村,,\n4,丁,保安,幸福村,,12000000004\n";
    assert_json_snapshot!(run(&desk, "people", "staff.csv", file, &["--apply", "--skip-bad"]).json());
    // Moved to another grid in the next list: the old role ends.
    let file = "姓名,岗位,所属村,负责网格,手机号\n甲,网格员,幸福村,第一网格,12000000001\n";
    let report = run(&desk, "people", "staff.csv", file, &["--apply"]).json();
    assert_eq!(report["people"], serde_json::json!({"new": 0, "changed": 1, "unchanged": 0}));
    let people = town(&desk).people().unwrap();
    let (_, person) = people.iter().find(|(_, person)| person.name == "甲").unwrap();
    assert_eq!((person.assignments.len(), person.roles().count()), (2, 1));
}
