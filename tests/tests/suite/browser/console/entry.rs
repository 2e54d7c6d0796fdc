//! Getting in: the first administrator, a second factor, signing out.

use qiaomen_core::record::{Level, Role};
use qiaomen_server::access::account;
use qiaomen_server::store::LinkUse;

use super::{PASSWORD, Site};
use crate::browser::second_factor::code;
use crate::browser::{Browser, View};

#[test]
fn the_first_administrator_is_made_by_a_link_and_sets_up_a_second_factor() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::empty();
    let (store, now) = (site.world.town().store().clone(), site.now());
    let link = account::link(&*store, LinkUse::First, None, now, &mut site.world.random).unwrap();
    browser.goto(&site.at(&format!("/link/{link}")));
    browser.picture("link");
    browser.assert_accessible();
    browser.fill("[name=name]", "赵管理");
    browser.fill("[name=login]", "zhao");
    browser.fill("[name=password]", PASSWORD);
    browser.fill("[name=again]", "something else");
    browser.click("main button.primary");
    browser.wait_for_text("[role=alert]", "两次输入的密码不一样");
    // What was filled in is still there.
    assert_eq!(browser.value_of("[name=login]"), "zhao");
    browser.fill("[name=password]", PASSWORD);
    browser.fill("[name=again]", PASSWORD);
    browser.click("main button.primary");
    browser.wait_for("[data-secret]");
    browser.picture("second_factor");
    browser.assert_accessible();
    browser.fill("[name=code]", "000000");
    browser.click("main button.primary");
    browser.wait_for_text("[data-wrong]", "验证码不对");
    browser.fill("[name=code]", &code(&browser.text_of("[data-secret]"), site.now()));
    browser.click("main button.primary");
    browser.wait_for_text("h1", "已登录");
    assert_eq!(browser.count(".codes li"), 10);
    browser.click("a.primary");
    browser.wait_for_place("/people");
    let person = site.person("zhao");
    let roles = site.world.town().store().standing(person).unwrap().roles;
    assert!(roles.iter().any(|(role, _)| *role == Role::Administrator));
    // The link is spent.
    browser.goto(&site.at(&format!("/link/{link}")));
    assert_eq!(browser.status(), 404);
    browser.assert_quiet(&["status of 404", "status of 422"]);
}

#[test]
fn a_supervisor_signs_in_sees_today_and_signs_out() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    browser.goto(&site.at("/today"));
    assert_eq!(browser.status(), 401);
    site.sign_in(&browser, "supervisor");
    browser.goto(&site.at("/today"));
    browser.wait_for(".tiles");
    browser.assert_accessible();
    browser.assert_fits();
    // Somebody else writes: the page says so and does not move.
    let before = browser.text_of(".tiles");
    assert_eq!(browser.count("[data-news]:not([hidden])"), 0);
    let village = site.world.villages[0];
    let now = site.now();
    let mut alert = crate::harness::records::alert(village, Level::High, now);
    alert.name = "突然".to_owned();
    site.world.enter(alert);
    browser.wait_for("[data-news]:not([hidden])");
    assert_eq!(browser.text_of(".tiles"), before);
    browser.click_text(".news", "刷新");
    browser.wait_until("another count", || browser.text_of(".tiles") != before);
    browser.click_text(".top", "退出");
    browser.wait_for("[name=password]");
    browser.goto(&site.at("/today"));
    assert_eq!(browser.status(), 401);
}
