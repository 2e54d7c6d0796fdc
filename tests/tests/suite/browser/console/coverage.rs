//! Coverage in the browser: the whole is the sum of its grids, a phase of the campaign counts its own days alone, and a
//! visit that a phone brings moves what it should.

use super::Site;
use crate::browser::{Browser, View};

/// The numbers of a row of the table of areas: doors on the roster, counted, visited, met.
fn row(browser: &Browser, selector: &str) -> Vec<u64> {
    let cells = browser.texts_of(&format!("{selector} td.num"));
    let number = |cell: &String| {
        let digits = cell.split_whitespace().next().unwrap_or_default().replace(',', "");
        digits.parse().unwrap_or_else(|_| panic!("no number in {cell}"))
    };
    cells.iter().take(4).map(number).collect()
}

#[test]
fn p1_coverage_adds_up_and_a_phase_counts_its_own_days() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/settings/phases");
    let add = "form[action=\"/settings/phases\"]";
    browser.fill(&format!("{add} [name=campaign]"), "春季敲门行动");
    browser.fill(&format!("{add} [name=name]"), "第一轮入户");
    browser.set(&format!("{add} [name=from]"), "2026-03-09");
    browser.set(&format!("{add} [name=to]"), "2026-03-13");
    browser.click(&format!("{add} button"));
    browser.wait_for_text("main li.card", "第一轮入户");

    // One village: its grids add up to it.
    let village = site.area("南溪村");
    let place = format!("/coverage?area={village}");
    site.open(&browser, &place);
    let whole = row(&browser, "table.coverage tfoot tr");
    let grids = browser.count("table.coverage tr.below");
    assert!(grids > 1 && whole[0] > 0 && whole[2] > whole[3] && whole[3] > 0, "{grids} grids, {whole:?}");
    let mut sum = vec![0; 4];
    for grid in browser.texts_of("table.coverage tr.below th") {
        let area = site.area(&grid);
        let selector = format!("table.coverage tr.below:has(a[href*=\"area={area}\"])");
        for (sum, one) in sum.iter_mut().zip(row(&browser, &selector)) {
            *sum += one;
        }
    }
    assert_eq!(sum, whole);
    // What is drawn stands in a table too.
    let over_time = "section:has(> #time)";
    assert!(browser.count(&format!("{over_time} svg")) > 0);
    assert!(browser.count(&format!("{over_time} details tbody tr")) > 1);

    // The phase's days alone.
    browser.click_text("section:has(#phases)", "第一轮入户");
    browser.wait_for_text(".head", "第一轮入户");
    let phase = row(&browser, "table.coverage tfoot tr");
    assert!(phase[2] > 0 && phase[2] < whole[2], "{phase:?} of {whole:?}");
    let phase_place = browser.place();

    // A door that nobody had been to, today.
    let worker = site.person("worker1");
    let phone = site.world.phone(worker);
    let door = phone.add_door(site.area("南溪第一网格"), "1901");
    phone.visit_door(door);
    site.world.sync(&phone);
    site.open(&browser, &place);
    let more: Vec<u64> = whole.iter().map(|number| number + 1).collect();
    assert_eq!(row(&browser, "table.coverage tfoot tr"), more);
    site.open(&browser, &phase_place);
    let now = row(&browser, "table.coverage tfoot tr");
    assert_eq!((now[0], now[2]), (phase[0] + 1, phase[2]));
    // A phase is not for whoever holds another village.
    site.turn(&browser, "head2");
    browser.goto(&site.at(&place));
    assert_eq!(browser.status(), 403);
    browser.assert_quiet(&["status of 403"]);
}
