//! Records in the browser: reviewed and sent back, settled where two wrote at once, merged and taken apart again.

use std::collections::BTreeSet;

use qiaomen_core::record::{Household, HouseholdId, Resident, ResidentId, ReviewState};
use qiaomen_core::replica::Part;

use super::Site;
use crate::browser::{Browser, View};
use crate::harness::{Phone, records};

/// A worker of Nanxi village's first grid, with a phone.
fn worker(site: &mut Site) -> Phone {
    let person = site.person("worker1");
    site.world.phone(person)
}

#[test]
fn a_record_is_sent_back_with_a_comment_that_reaches_its_author_s_phone() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let phone = worker(&mut site);
    let door = phone.add_door(site.area("南溪第一网格"), "1801");
    let visit = phone.visit_door(door);
    site.world.sync(&phone);
    site.sign_in(&browser, "supervisor");
    site.open(&browser, "/reviews?state=received");
    browser.click(&format!("a.cover[href^=\"/reviews/{visit}\"]"));
    browser.wait_for("[name=comment]");

    // Nobody sends a record back without a reason.
    browser.click("[name=judgement][value=has_issues]");
    browser.wait_for("form [data-wrong]:not([hidden])");
    assert!(phone.replica().reviews().of(visit, Part::all()).unwrap().is_empty());
    browser.fill("[name=comment]", "请补拍门牌照片");
    browser.click("[name=judgement][value=has_issues]");
    browser.wait_for(".said");
    site.world.sync(&phone);
    let seen = phone.replica().reviews().of(visit, Part::all()).unwrap();
    let review = &seen[0].review.record;
    assert_eq!((&review.state, review.comment.as_deref()), (&ReviewState::HasIssues, Some("请补拍门牌照片")));
    site.open(&browser, "/reviews?state=has_issues");
    assert_eq!(browser.count(&format!("a.cover[href^=\"/reviews/{visit}\"]")), 1);

    // The worker puts it right, and it is approved from the queue once it was looked at again.
    let before = phone.replica().visits().get(visit).unwrap().unwrap().record;
    let after = qiaomen_core::record::Visit { note: Some("已补拍".to_owned()), ..before.clone() };
    assert!(phone.replica().visits().edit(visit, &before, &after, phone.reading()).unwrap());
    site.world.sync(&phone);
    site.open(&browser, "/reviews?state=edited");
    browser.click(&format!("a.cover[href^=\"/reviews/{visit}\"]"));
    browser.wait_for_text(".changes ins", "已补拍");
    browser.picture("review_edited");
    site.open(&browser, "/reviews?state=edited");
    browser.click(&format!("[name=seen][value^=\"{visit}:\"]"));
    browser.click_text(".bulk", "通过所勾选的");
    browser.wait_for(".said");
    site.world.sync(&phone);
    let seen = phone.replica().reviews().of(visit, Part::all()).unwrap();
    assert!(seen.iter().any(|one| one.review.record.state == ReviewState::Approved && !one.edited), "{seen:?}");
    browser.assert_quiet(&["status of 422"]);
}

#[test]
fn a_conflict_is_settled_with_a_reason_and_every_phone_agrees() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let (one, head) = (worker(&mut site), site.person("head1"));
    let other = site.world.phone(head);
    let door = one.add_door(site.area("南溪第一网格"), "1802");
    site.world.settle(&[&one, &other]);
    one.note(door, "家中有狗");
    other.note(door, "夜班，白天在家");
    site.world.settle(&[&one, &other]);
    let shown = one.door(door).note.unwrap();
    assert_eq!(other.door(door).note.as_deref(), Some(shown.as_str()));
    // The other of the two is the one that is to count.
    let loser = if shown == "家中有狗" { "夜班，白天在家" } else { "家中有狗" };

    site.sign_in(&browser, "supervisor");
    let card = format!("form.settle:has([name=record][value=\"{door}\"])");
    let mut page = 0;
    site.open(&browser, "/conflicts");
    while browser.count(&card) == 0 {
        page += 1;
        assert!(page < 10, "the conflict is not listed");
        site.open(&browser, &format!("/conflicts?page={page}"));
    }
    let values = browser.texts_of(&format!("{card} .values b"));
    assert_eq!(values.len(), 2);
    let at = values.iter().position(|value| value.contains(loser)).unwrap_or_else(|| panic!("{values:?}"));
    browser.click(&format!("{card} .values li:nth-child({}) input", at + 1));
    browser.fill(&format!("{card} [name=reason]"), "已电话核实");
    browser.click(&format!("{card} button.primary"));
    browser.wait_for(".said");
    assert_eq!(browser.count(&card), 0);
    site.world.settle(&[&one, &other]);
    for phone in [&one, &other] {
        assert_eq!(phone.door(door).note.as_deref(), Some(loser));
        assert!(phone.replica().conflicts().get(door.into()).unwrap().is_none_or(|it| it.fields.is_empty()));
    }
    browser.assert_quiet(&[]);
}

/// A door of building 77 that a phone entered, with one person of this name and telephone.
fn entered(site: &mut Site, phone: &Phone, building: &str, name: &str) -> HouseholdId {
    let who = ResidentId::fresh(site.now(), &mut site.world.random);
    let mut household: Household = records::household("301");
    household.address.building = Some(building.to_owned());
    let telephones = BTreeSet::from(["12000007701".to_owned()]);
    household.residents.insert(who, Resident { telephones, ..records::resident(name) });
    let grid = site.area("南溪第一网格");
    phone.replica().households().save(grid, &household, phone.reading()).unwrap()
}

#[test]
fn duplicates_are_merged_as_the_preview_says_and_taken_apart_again() {
    let Some(browser) = Browser::start(View::default()) else { return };
    let mut site = Site::new();
    let phone = worker(&mut site);
    let keep = entered(&mut site, &phone, "77", "周小满");
    let gone = entered(&mut site, &phone, "七十七号楼", "周小满");
    phone.visit_door(gone);
    site.world.sync(&phone);
    let resident = *phone.door(gone).residents.keys().next().unwrap();

    site.sign_in(&browser, "supervisor");
    let pair = [(keep, gone), (gone, keep)].map(|(one, other)| format!("a[href=\"/conflicts/doubles/{one}/{other}\"]"));
    let grid = site.area("南溪第一网格");
    site.open(&browser, &format!("/conflicts/doubles?area={grid}"));
    assert_eq!(browser.count(&pair.join(",")), 1, "{}", browser.text_of("main"));
    site.open(&browser, &format!("/conflicts/doubles/{keep}/{gone}"));
    // What moves: the visit; and the person is proposed to be the same.
    assert!(browser.texts_of(".moves li")[0].starts_with('1'), "{:?}", browser.texts_of(".moves li"));
    let chosen = browser.value_of(".person select");
    assert!(chosen.starts_with(&format!("{resident}:same:")), "{chosen}");
    assert!(phone.door(gone).merged_into.is_none());
    browser.picture("merge_preview");
    browser.fill("[name=reason]", "同一户登记了两次");
    browser.click_text("main", "按上面的预览合并");
    browser.wait_for(".said");
    site.world.sync(&phone);
    assert_eq!(phone.door(gone).merged_into, Some(keep));

    site.open(&browser, "/conflicts/merged");
    let form = format!("form[action=\"/conflicts/merged/{gone}\"]");
    browser.click(&format!("details.act:has({form}) > summary"));
    browser.fill(&format!("{form} [name=reason]"), "原来是两户");
    browser.click(&format!("{form} button"));
    browser.wait_for(".said");
    assert_eq!(browser.count(&form), 0);
    site.world.sync(&phone);
    assert!(phone.door(gone).merged_into.is_none());
    site.open(&browser, &format!("/conflicts/doubles?area={grid}"));
    browser.assert_quiet(&[]);
}
