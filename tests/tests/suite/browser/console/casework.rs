//! Alerts in the browser: taken, worked and cleared; contested, pasted and matched; and what phones then know.

use std::collections::BTreeSet;

use qiaomen_core::playbook::{CaseResult, Custody, Standing};
use qiaomen_core::record::{
    Alert, AlertId, Asked, DocumentId, HouseholdId, Level, Question, Record, Resident, ResidentId, Scope,
};
use qiaomen_server::report::cases::CaseFile;

use super::Site;
use crate::browser::{Browser, View};
use crate::harness::{Phone, records};

impl Site {
    /// An alert of Nanxi village that came half an hour ago.
    fn fresh_alert(&mut self, write: impl FnOnce(&mut Alert)) -> AlertId {
        let (village, issued) = (self.area("南溪村"), self.now().plus_minutes(-30));
        let mut alert = records::alert(village, Level::High, issued);
        alert.name = "周小满".to_owned();
        write(&mut alert);
        self.world.enter(alert)
    }

    fn custody(&self, alert: AlertId) -> Custody {
        CaseFile::read(&self.world.town(), alert).unwrap().unwrap().custody()
    }

    fn standing_on(&self, phone: &Phone, alert: AlertId) -> Standing {
        self.world.sync(phone);
        phone.replica().tasks().standing(alert, &phone.reading()).unwrap()
    }
}

/// Opens what an alert's page folds away, and fills in and sends its form.
fn act(browser: &Browser, alert: AlertId, deed: &str, fill: impl FnOnce(&str)) {
    let form = format!("form[action=\"/alerts/{alert}/{deed}\"]");
    browser.click(&format!("details.act:has({form}) > summary"));
    fill(&form);
    browser.click(&format!("{form} button"));
}

#[test]
fn l5_an_alert_is_taken_worked_and_cleared_and_everybody_sees_it() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let head = site.person("head1");
    let phone = site.world.phone(head);
    let alert = site.fresh_alert(|_| ());
    assert_eq!(site.standing_on(&phone, alert).result, CaseResult::Running);

    // The head finds it among those without an owner, and takes it.
    site.sign_in(&browser, "head1");
    site.open(&browser, "/alerts?only=unowned");
    assert_eq!(browser.count(&format!(".lines a[href=\"/alerts/{alert}\"]")), 1);
    site.open(&browser, "/work");
    browser.click(&format!("a[href=\"/work/alerts/{alert}\"]"));
    browser.click("form[action$=\"/take\"] button");
    browser.wait_for("form[action$=\"/feedback\"]");
    site.open(&browser, "/alerts?only=unowned");
    assert_eq!(browser.count(&format!(".lines a[href=\"/alerts/{alert}\"]")), 0);
    assert_eq!(site.custody(alert).owner.unwrap().person, head);

    // The person is met and judged.
    site.open(&browser, &format!("/work/alerts/{alert}"));
    let visit = "form[action$=\"/visit\"]";
    browser.click(&format!("{visit} [name=purpose][value=dissuasion]"));
    browser.click(&format!("{visit} [name=outcome][value=met]"));
    browser.click(&format!("{visit} [name=risk][value=none]"));
    for step in ["identity_shown", "reason_said", "tricks_explained"] {
        browser.click(&format!("{visit} [name=steps][value={step}]"));
    }
    browser.choose(&format!("{visit} [name=recorded_with]"), "body_camera");
    browser.choose(&format!("{visit} [name=kept_at]"), "police");
    browser.fill(&format!("{visit} [name=note]"), "已当面劝阻，未转账");
    browser.click(&format!("{visit} button"));
    browser.wait_for(".said");
    browser.click("details.act:has(form[action$=\"/feedback\"]) > summary");
    browser.fill("form[action$=\"/feedback\"] textarea", "见到本人，已报平安");
    browser.click("form[action$=\"/feedback\"] button");
    browser.wait_for_text(".said", "反馈");
    let met = site.standing_on(&phone, alert);
    assert!(met.met.is_some() && met.cleared.is_none(), "{met:?}");

    // Money had gone after all.
    site.open(&browser, &format!("/alerts/{alert}"));
    assert_eq!(browser.count(".steps li.done"), 3);
    act(&browser, alert, "money", |form| browser.fill(&format!("{form} [name=yuan]"), "5000"));
    browser.wait_for_text(".tags", "待申请止付");
    assert_eq!(site.standing_on(&phone, alert).fen_after_alert, 500_000);
    // The account is the police's to stop.
    site.turn(&browser, "police1");
    site.open(&browser, &format!("/alerts/{alert}"));
    act(&browser, alert, "stop-payment", |form| browser.choose(&format!("{form} [name=step]"), "asked"));
    browser.wait_gone(".tags .warn");

    // Cleared, once the head is sure.
    site.turn(&browser, "head1");
    site.open(&browser, &format!("/alerts/{alert}"));
    act(&browser, alert, "clear", |form| browser.fill(&format!("{form} [name=reason]"), "连续回访无异常"));
    browser.agree();
    browser.wait_for_text(".tags", "待解除止付");
    browser.assert_quiet(&[]);

    // The supervisor sees both, and that the account is to be released; a phone knows too.
    let cleared = site.standing_on(&phone, alert);
    assert_eq!((cleared.result, cleared.release_owed), (CaseResult::Cleared, true));
    site.turn(&browser, "supervisor");
    for place in ["/alerts?state=cleared", "/alerts?only=release"] {
        site.open(&browser, place);
        assert_eq!(browser.count(&format!(".lines a[href=\"/alerts/{alert}\"]")), 1, "{place}");
    }
    browser.click(&format!(".lines a[href=\"/alerts/{alert}\"]"));
    browser.wait_for_text(".timeline", "连续回访无异常");
    site.turn(&browser, "police1");
    site.open(&browser, &format!("/alerts/{alert}"));
    act(&browser, alert, "stop-payment", |form| browser.choose(&format!("{form} [name=step]"), "released"));
    browser.wait_gone(".tags .warn");
    assert!(!site.standing_on(&phone, alert).release_owed);
    browser.assert_quiet(&[]);
}

#[test]
fn q5_a_contest_is_decided_and_both_phones_know() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/alerts?only=contested");
    let alert = browser.attribute(".lines a.cover", "href").unwrap().replace("/alerts/", "");
    let alert: AlertId = alert.parse().unwrap();
    let before = site.custody(alert);
    let (owner, claimant) = (before.owner.unwrap().person, before.contests[0].person);
    assert_ne!(owner, claimant);
    let phones = [owner, claimant].map(|person| site.world.phone(person));
    browser.click(".lines a.cover");
    browser.wait_for_text(".tags", "归属争议");
    browser.picture("contest");
    browser.click_text("main", "定为此人");
    browser.wait_until("the contest to end", || !browser.text_of(".tags").contains("归属争议"));
    for phone in &phones {
        site.world.sync(phone);
        let custody = phone.replica().tasks().custody(alert).unwrap();
        assert_eq!(custody.owner.unwrap().person, claimant);
        assert!(custody.contests.is_empty());
    }
    browser.assert_quiet(&[]);
}

#[test]
fn q4_a_pasted_message_is_looked_over_and_becomes_an_alert() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/alerts");
    browser.click_text("main", "录入预警");
    browser.wait_for_place("/alerts/new");
    browser.fill(
        "form[action=\"/alerts/new/paste\"] textarea",
        "【预警】请速核：姓名：何晚夏，电话：13800009907，高危，疑似刷单返利，现住址：南溪村一组8号，\
         编号：E2E-CHAT-1，下发单位：市反诈中心",
    );
    browser.click("form[action=\"/alerts/new/paste\"] button");
    browser.wait_for("[name=part]");
    assert_eq!(browser.value_of("[name=name]"), "何晚夏");
    assert_eq!(browser.value_of("[name=telephone]"), "13800009907");
    assert_eq!(browser.value_of("[name=level]"), "high");
    assert_eq!(browser.value_of("[name=number]"), "E2E-CHAT-1");
    browser.picture("pasted");
    browser.choose("[name=area]", &site.area("南溪村").to_string());
    browser.click("form[action=\"/alerts/new\"] button");
    browser.wait_until("its page", || browser.text_of("main").contains("E2E-CHAT-1") && browser.count("#acts") == 1);
    // Nobody reads a name or number off the screen before asking to.
    assert!(!browser.text_of("main").contains("13800009907"));
    browser.click_text("main", "显示姓名、电话和地址");
    browser.wait_for_text("main", "13800009907");
    let alert: AlertId = browser.place().split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let head = site.person("head1");
    let phone = site.world.phone(head);
    assert_eq!(phone.replica().alerts().get(alert).unwrap().unwrap().record.name, "何晚夏");
    browser.assert_quiet(&[]);
}

#[test]
fn q4_who_an_alert_is_about_is_answered_from_those_who_may_be_meant() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let grid = site.area("南溪第一网格");
    let who = ResidentId::fresh(site.now(), &mut site.world.random);
    let door: HouseholdId = HouseholdId::fresh(site.now(), &mut site.world.random);
    let mut household = records::household("1901");
    let telephones = BTreeSet::from(["12000009911".to_owned()]);
    household.residents.insert(who, Resident { telephones, ..records::resident("周小满") });
    site.world.create(door.into(), household, Scope::Grid(grid));
    let alert = site.fresh_alert(|alert| alert.telephone = Some("12000009911".to_owned()));
    let question = DocumentId::fresh(site.now(), &mut site.world.random);
    site.world.create(question, Question::new(alert, Asked::Who, site.now()), Scope::Intake);

    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/alerts/questions?what=who");
    let card = format!("#q-{alert}");
    let choice = format!("{card} input[value=\"{door}/{who}\"]");
    browser.wait_for(&choice);
    // Whose name and telephone it is, is why they may be meant.
    assert_eq!(browser.count(&format!("{card} li:has(input[value=\"{door}/{who}\"]) .tag.good")), 2);
    browser.picture("questions");
    browser.click(&choice);
    browser.click(&format!("{card} form[action$=\"/match\"] button"));
    browser.wait_for(".said");
    site.open(&browser, "/alerts/questions?what=who");
    assert_eq!(browser.count(&card), 0);
    site.open(&browser, &format!("/alerts/{alert}"));
    browser.wait_for(&format!("a[href=\"/households/{door}\"]"));
    let worker = site.person("worker1");
    let phone = site.world.phone(worker);
    let found = site.world.town().document(alert.into()).unwrap().unwrap().1.record().unwrap();
    let Record::Alert(found) = found else { panic!("{found:?}") };
    assert_eq!((found.household, found.resident), (Some(door), Some(who)));
    assert!(phone.has(door));
    browser.assert_quiet(&[]);
}
