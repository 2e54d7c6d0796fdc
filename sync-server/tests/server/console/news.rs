//! What changes while somebody looks.

use qiaomen_core::record::{DocumentId, Role};
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};

use super::{Client, account};
use crate::http::Running;
use crate::{Fixture, alert, case};

#[test]
fn what_was_committed_between_a_page_and_its_stream_is_told_at_once() {
    let mut fixture = Fixture::new();
    fixture.now = SystemClock.now().plus_hours(-1);
    let village = fixture.villages[0];
    let person = fixture.person(Role::TeamHead, village);
    account(&mut fixture, person, "head", "tapping softly", false);
    let server = Running::new(fixture.town.clone());
    let mut browser = Client::new(server.address);
    assert_eq!(browser.form("/sign-in", &[("login", "head"), ("password", "tapping softly")]).status, 303);
    let page = browser.get("/alerts").body;
    let seen = page.split("data-pulse=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let now = fixture.tick();
    let id = DocumentId::fresh(now, &mut fixture.random);
    let record = Box::new(alert(village, now).into());
    fixture.system_writes(Draft::Create { id, record, scope: case(id.into()) });
    // Nothing happens after this: whoever waits for the next change would wait until the stream is cut.
    let told = browser.get(&format!("/events?since={seen}"));
    assert!(told.body.contains("event: changed"), "{}", told.body);
}
