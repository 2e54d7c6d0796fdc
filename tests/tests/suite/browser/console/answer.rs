//! Answering for what was done: somebody looked up as of a moment, with what came in later.

use qiaomen_core::record::{Level, Purpose};

use super::Site;
use crate::browser::{Browser, View};
use crate::harness::records;

#[test]
fn l8_q12_somebody_is_looked_up_as_of_a_moment_by_their_telephone() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let (village, head) = (site.area("南溪村"), site.person("head1"));
    let issued = site.now().plus_minutes(-600);
    let mut alert = records::alert(village, Level::High, issued);
    alert.name = "周小满".to_owned();
    alert.telephone = Some("12000009922".to_owned());
    let alert = site.world.enter(alert);
    let phone = site.world.phone(head);
    // Met before the moment, as the phone says; the server heard of it only after it.
    let moment = site.now().plus_minutes(60);
    let met = site.now();
    phone
        .replica()
        .visits()
        .save(
            &records::alert_visit(alert, Purpose::Dissuasion, qiaomen_core::record::Outcome::Met, None, met),
            phone.reading(),
        )
        .unwrap();
    site.world.clock.pass(2 * 3_600_000);
    site.world.sync(&phone);

    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/accountability");
    browser.fill("main [name=text]", "12000009922");
    browser.set("main [name=at]", &site.world.town().zone().written(moment).replace(' ', "T"));
    browser.click_text("main", "查找");
    browser.wait_for("a.cover");
    // What was looked for stands in no address.
    assert!(!browser.url().contains("12000009922"), "{}", browser.url());
    assert_eq!(browser.count("a.cover"), 1);
    browser.picture("accountability_found");
    browser.click("a.cover");
    browser.wait_for(".compare");
    let sections = browser.texts_of("main .grid.three section");
    assert!(!sections[0].contains("走访") && sections[1].contains("走访"), "{sections:#?}");
    let row = browser.texts_of(".compare tr.differs");
    assert!(row.iter().any(|row| row.starts_with("首次见面") || row.contains("见面")), "{row:#?}");
    browser.assert_accessible();
    browser.picture("accountability_look");

    // An hour later the server knew.
    browser.set("form.moment [name=at]", &site.world.town().zone().written(site.now()).replace(' ', "T"));
    browser.click("form.moment button");
    browser.wait_until("the other moment", || {
        browser.texts_of("main .grid.three section").first().is_some_and(|known| known.contains("走访"))
    });
    browser.assert_quiet(&[]);
}
