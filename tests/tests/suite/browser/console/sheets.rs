//! Spreadsheets in the browser: a messy one brought in and taken back; ledgers taken along.

use std::path::PathBuf;

use qiaomen_core::record::{AreaId, HouseholdId, Level};
use qiaomen_core::replica::{Order, Part};
use rust_xlsxwriter::Workbook;

use super::Site;
use crate::browser::files::{formulas, sheet};
use crate::browser::{Browser, View};
use crate::harness::{Phone, records};

/// A list as offices keep them: a title above, blank rows, headings with marks in them, a household over two rows, a
/// formula's letters in a note, and two rows that cannot be read.
fn messy(browser: &Browser) -> PathBuf {
    let rows: &[&[&str]] = &[
        &["石桥镇人员补充登记表（第三批）"],
        &["填表单位：综治中心", "", "", "填表日期：2026年3月20日"],
        &["序号", "所属网格*", "门牌地址\n（楼栋-单元-房号）", "户主", "姓名*", "联系电话", "备注"],
        &["1", "南溪第一网格", "99栋1单元101室", "周一", "周一", "120 0000 8801", "=1+1"],
        &["", "南溪第一网格", "99栋1单元101室", "周一", "周二", "", ""],
        &[],
        &["2", "没有这个网格", "99栋1单元102室", "吴三", "吴三", "12000008803", ""],
        &["3", "南溪第二网格", "", "郑四", "郑四", "12000008804", "地址待补"],
        &["4", "南溪第二网格", "99栋2单元201室", "王五", "王五", "１２０００００８８０５", ""],
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *cell).unwrap();
        }
    }
    let file = browser.folder().join("补充登记表.xlsx");
    book.save(&file).unwrap();
    file
}

/// The doors of a grid as its worker's phone lists them.
fn doors(site: &Site, phone: &Phone, grid: AreaId) -> Vec<HouseholdId> {
    site.world.sync(phone);
    let lines = phone.replica().households().list(Some(grid), Order::Walking, Part::all()).unwrap();
    let mut doors: Vec<HouseholdId> = lines.iter().map(|line| line.household.id.into()).collect();
    doors.sort_unstable();
    doors
}

#[test]
fn a_messy_spreadsheet_is_looked_at_brought_in_and_taken_back() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let (worker, grid) = (site.person("worker1"), site.area("南溪第一网格"));
    let phone = site.world.phone(worker);
    let before = doors(&site, &phone, grid);
    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/imports");
    browser.choose("[name=noun]", "households");
    browser.attach("[name=file]", &messy(&browser));
    browser.click_text("main", "读取并预览");
    browser.wait_for_place("/imports/staged/");
    browser.wait_for(".tiles");
    let tiles = browser.texts_of(".tiles li");
    let count = |named: &str| {
        let tile = tiles.iter().find(|tile| tile.ends_with(&format!("\n{named}")));
        tile.unwrap_or_else(|| panic!("{named}: {tiles:?}")).split('\n').next().unwrap().to_owned()
    };
    assert_eq!(["新增", "变更", "新增居民", "不能写入的行"].map(count), ["2", "0", "3", "2"], "{tiles:?}");
    // Rows are counted as the sheet counts them.
    let bad = browser.texts_of("table:has(td.keep + td) tbody tr");
    assert!(bad.iter().any(|row| row.starts_with('7')) && bad.iter().any(|row| row.starts_with('8')), "{bad:?}");
    // A look at it shows no name in full, and writes nothing.
    assert!(!browser.text_of("main").contains("12000008801"));
    assert_eq!(doors(&site, &phone, grid), before);
    browser.assert_accessible();
    browser.picture("messy");

    // With bad rows in it, it is written only by somebody who says so.
    browser.click("form[action$=\"/apply\"] button");
    browser.wait_for("form[action$=\"/apply\"] [data-wrong]:not([hidden])");
    assert_eq!(doors(&site, &phone, grid), before);
    browser.click("[name=skip_bad]");
    browser.click("form[action$=\"/apply\"] button");
    browser.wait_for("form[action$=\"/undo\"]");
    browser.assert_quiet(&["status of 422"]);
    let during = doors(&site, &phone, grid);
    let came: Vec<_> = during.iter().filter(|door| !before.contains(door)).collect();
    assert_eq!(came.len(), 1, "{} doors, then {}", before.len(), during.len());
    let door = phone.door(*came[0]);
    let mut names: Vec<&str> = door.residents.values().map(|resident| resident.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["周一", "周二"]);
    assert!(door.residents.values().any(|resident| resident.telephones.contains("12000008801")), "{door:?}");

    // Taken back, on phones too.
    browser.click("form[action$=\"/undo\"] button");
    browser.agree();
    browser.wait_gone("form[action$=\"/undo\"]");
    browser.wait_for_text("main", "撤销结果");
    browser.picture("messy_undone");
    assert_eq!(doors(&site, &phone, grid), before);
    site.open(&browser, "/imports");
    assert!(browser.texts_of("tbody tr")[0].contains("已撤销"), "{:?}", browser.texts_of("tbody tr"));
    browser.assert_quiet(&[]);
}

#[test]
fn a_ledger_holds_what_the_page_lists_and_no_formula() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let village = site.area("南溪村");
    let mut alert = records::alert(village, Level::Extreme, site.now().plus_minutes(-30));
    alert.name = "=HYPERLINK(\"http://127.0.0.1/\")".to_owned();
    alert.issuer = "@SUM(1,1)".to_owned();
    let alert = site.world.enter(alert).to_string();
    site.sign_in(&browser, "supervisor");
    // What the page lists, whatever became of it.
    let mut listed = Vec::new();
    for state in ["running", "cleared", "recalled", "joined", "lying"] {
        let mut page = 0;
        loop {
            site.open(&browser, &format!("/alerts?level=extreme&area={village}&state={state}&page={page}"));
            let links = "return [...document.querySelectorAll('.lines a.cover')].map(it => it.pathname.split('/')[2]);";
            let found: Vec<String> = serde_json::from_value(browser.run(links, vec![])).unwrap();
            listed.extend(found);
            if browser.count("a[rel=next]") == 0 {
                break;
            }
            page += 1;
        }
    }
    listed.sort_unstable();
    assert!(listed.len() > 1 && listed.contains(&alert), "{listed:?}");

    site.open(&browser, "/exports");
    browser.choose("[name=level]", "extreme");
    browser.choose("[name=area]", &village.to_string());
    browser.click_text("main form", "筛选");
    browser.wait_until("the filter", || browser.place().contains("level=extreme"));
    browser.click("a[href^=\"/exports/alerts/xlsx\"]");
    let file = browser.downloaded(".xlsx");
    let rows = sheet(&file);
    let (at, head) = rows.iter().enumerate().find(|(_, row)| row.iter().any(|cell| cell == "编号")).unwrap();
    let column = |name: &str| head.iter().position(|cell| cell == name).unwrap();
    let body: Vec<&Vec<String>> = rows[at + 1..].iter().filter(|row| !row[column("编号")].is_empty()).collect();
    let mut taken: Vec<String> = body.iter().map(|row| row[column("编号")].clone()).collect();
    taken.sort_unstable();
    assert_eq!(taken, listed);
    let one = body.iter().find(|row| row[column("编号")] == alert).unwrap();
    assert!(one[column("姓名")].contains("=HYPERLINK"), "{one:?}");
    assert_eq!(formulas(&file), 0);

    // The same as text, in which a spreadsheet program reads no formula either.
    browser.click("a[href^=\"/exports/alerts/csv\"]");
    let text = std::fs::read_to_string(browser.downloaded(".csv")).unwrap();
    assert!(text.contains("HYPERLINK") && !text.contains(",=HYPERLINK") && !text.contains(",\"=HYPERLINK"), "{text}");
    // It is known who took it.
    site.open(&browser, "/audit");
    assert!(browser.texts_of("tbody tr").iter().take(5).any(|row| row.contains("导出")), "{}", browser.text_of("main"));
    browser.assert_quiet(&[]);
}
