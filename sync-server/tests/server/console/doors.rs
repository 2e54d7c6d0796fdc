//! Coverage and households: the numbers are the report's, nobody sees another's grids, names are masked until somebody
//! answers for seeing them.

use std::collections::BTreeMap;

use qiaomen_core::doors::Period;
use qiaomen_core::record::{
    AreaId, Door, Household, HouseholdId, Outcome, PersonId, Phase, Pledge, Record, Resident, ResidentId, Role, Scope,
    Visit,
};
use qiaomen_server::author::Draft;
use qiaomen_server::report::overview::{Wanted, overview};
use qiaomen_server::report::{Asked, By, Reports, Span, Step, history};
use qiaomen_server::store::AuditWanted;
use qiaomen_server::town::Town;
use serde_json::{Value, json};

use super::{Client, account, token};
use crate::http::Running;
use crate::{Fixture, household, visit};

const NAME: &str = "欧阳春晓";
const TELEPHONE: &str = "13800135678";

fn resident(name: &str, telephone: &str) -> Resident {
    Resident {
        name: name.to_owned(),
        telephones: [telephone.to_owned()].into(),
        birth_year: Some(1950),
        tags: Default::default(),
        app_installed: Some(false),
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }
}

fn create(fixture: &mut Fixture, record: impl Into<Record>, scope: Scope) -> qiaomen_core::record::DocumentId {
    let id = qiaomen_core::record::DocumentId::fresh(fixture.now, &mut fixture.random);
    fixture.system_writes(Draft::Create { id, record: Box::new(record.into()), scope });
    id
}

fn door(fixture: &mut Fixture, grid: usize, room: &str, state: Door, name: &str) -> (HouseholdId, ResidentId) {
    let who = ResidentId::fresh(fixture.now, &mut fixture.random);
    let residents = BTreeMap::from([(who, resident(name, TELEPHONE))]);
    let record = Household { door: state, residents, ..household(room) };
    let scope = Scope::Grid(fixture.grids[grid]);
    (HouseholdId::from(create(fixture, record, scope)), who)
}

fn met(fixture: &mut Fixture, grid: usize, (home, who): (HouseholdId, ResidentId)) {
    let at = fixture.now;
    let record = Visit { outcome: Outcome::Met, met: [who].into(), ..visit(home, at) };
    create(fixture, record, Scope::Grid(fixture.grids[grid]));
}

fn pledged(fixture: &mut Fixture, grid: usize, (household, resident): (HouseholdId, ResidentId)) {
    let record = Pledge {
        household,
        resident,
        template: "builtin-1/zh".to_owned(),
        version: 1,
        at: fixture.now,
        signature: None,
        proxy: None,
        witness: None,
        archive_number: None,
        corrects: None,
        void: false,
        note: None,
    };
    create(fixture, record, Scope::Grid(fixture.grids[grid]));
}

/// A town with doors in the first and the last grid.
fn town() -> (Fixture, Vec<(HouseholdId, ResidentId)>) {
    let mut fixture = Fixture::new();
    let mut doors = Vec::new();
    for (grid, room, state) in [
        (0, "501", Door::LivedIn),
        (0, "502", Door::LivedIn),
        (0, "503", Door::Vacant),
        (0, "504", Door::LivedIn),
        (3, "901", Door::LivedIn),
    ] {
        doors.push(door(&mut fixture, grid, room, state, NAME));
    }
    met(&mut fixture, 0, doors[0]);
    pledged(&mut fixture, 0, doors[0]);
    let grid = fixture.grids[0];
    create(&mut fixture, visit(doors[1].0, crate::start()), Scope::Grid(grid));
    (fixture, doors)
}

fn supervisor(fixture: &mut Fixture, area: AreaId) -> (PersonId, String) {
    let person = fixture.person(Role::Supervisor, area);
    let token = token(fixture, person);
    (person, token)
}

fn audit(fixture: &Fixture) -> Vec<(String, Option<String>)> {
    let wanted = AuditWanted { limit: 50, ..AuditWanted::default() };
    let trail = fixture.town.store().audit(&wanted).unwrap();
    trail.into_iter().map(|(_, entry)| (entry.action, entry.subject)).collect()
}

#[test]
fn l1_w5_the_numbers_on_the_page_are_the_reports_and_of_ones_own_grids() {
    let (mut fixture, doors) = town();
    let (root, village) = (fixture.root, fixture.villages[0]);
    let (_, all) = supervisor(&mut fixture, root);
    let (_, one) = supervisor(&mut fixture, village);
    let server = Running::new(fixture.town.clone());
    let mut town = Client::with_token(server.address, &all);
    let mut local = Client::with_token(server.address, &one);
    let report = Reports::of(&fixture.town).unwrap().coverage(None, By::Grid, Period::ALL).unwrap();
    let page = town.get("/api/v1/coverage").json();
    let total = &page["total"];
    for (key, value) in [
        ("doors", report.total.doors),
        ("counted", report.total.counted),
        ("met", report.total.visited),
        ("in_vain", report.total.in_vain),
        ("never", report.total.never_tried),
        ("pledged", report.total.pledged),
        ("app_missing", report.total.residents.app_missing),
    ] {
        assert_eq!(total[key], json!(value), "{key}: {total}");
    }
    assert_eq!((total["waiting"]["vacant"].as_u64(), total["left_out"]["all"].as_u64()), (Some(1), Some(0)));
    assert_eq!(page["grids"].as_array().unwrap().len(), 4);
    // Whoever holds one village sees what lies there, and asks for nothing else.
    let mine = local.get("/api/v1/coverage").json();
    assert_eq!((mine["total"]["doors"].as_u64(), mine["grids"].as_array().unwrap().len()), (Some(4), 2));
    let (other, foreign) = (fixture.villages[1], fixture.grids[3]);
    for path in [
        format!("/api/v1/coverage?area={other}"),
        format!("/api/v1/coverage/list?what=never&area={foreign}"),
        format!("/api/v1/households?area={foreign}"),
        format!("/api/v1/households/{}", doors[4].0),
        format!("/api/v1/households/{}/residents/{}/dossier", doors[4].0, doors[4].1),
    ] {
        assert_eq!(local.get(&path).status, 403, "{path}");
        assert_eq!(town.get(&path).status, 200, "{path}");
    }
    let reveal = format!("/api/v1/households/{}/reveal", doors[4].0);
    assert_eq!(local.post(&reveal, &json!({})).status, 403);
    let nobody = "018f0000-0000-7000-8000-000000000001";
    assert_eq!(local.get(&format!("/api/v1/households/{nobody}")).status, 404);
    assert_eq!(local.get(&format!("/api/v1/coverage?area={nobody}")).status, 404);
    // A consent takes the door out of the count, and none for another state does.
    let consent = format!("/api/v1/households/{}/consent", doors[2].0);
    assert_eq!(local.post(&consent, &json!({"out": true, "reason": "demolished"})).status, 422);
    let foreign = format!("/api/v1/households/{}/consent", doors[4].0);
    assert_eq!(local.post(&foreign, &json!({"out": true, "reason": "vacant"})).status, 403);
    let said = local.post(&consent, &json!({"out": true, "reason": "vacant", "note": "since 2024"}));
    assert_eq!(said.status, 200, "{}", said.body);
    let left = local.get("/api/v1/coverage").json()["total"].clone();
    assert_eq!((left["counted"].as_u64(), left["left_out"]["vacant"].as_u64()), (Some(3), Some(1)));
    assert_eq!(left["waiting"]["all"].as_u64(), Some(0));
}

#[test]
fn w2_lists_are_masked_until_somebody_answers_for_seeing_them() {
    let (mut fixture, doors) = town();
    let root = fixture.root;
    let (_, token) = supervisor(&mut fixture, root);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    let shown = |body: &str| body.contains(NAME) || body.contains(TELEPHONE) || body.contains("501室");
    let lists = ["never", "unsigned", "app", "reach_again", "left_out", "unfiled", "left_town"];
    let household = format!("/api/v1/households/{}", doors[0].0);
    let dossier = format!("{household}/residents/{}/dossier", doors[0].1);
    for path in lists.map(|what| format!("/api/v1/coverage/list?what={what}")).iter().chain([&household, &dossier]) {
        let answer = client.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(!shown(&answer.body), "{path}: {}", answer.body);
    }
    let unsigned: Value = client.get("/api/v1/coverage/list?what=unsigned").json();
    // Of those four doors where nobody signed, that of the vacant one too: nobody has left it out yet.
    assert_eq!(unsigned["lines"].as_array().unwrap().len(), 4);
    assert_eq!(unsigned["lines"][0]["telephones"][0], "138****5678");
    assert_eq!(client.post("/api/v1/coverage/list/reveal", &json!({"what": "unsigned"})).status, 200);
    assert!(shown(&client.get("/api/v1/coverage/list?what=unsigned").body));
    assert!(!shown(&client.get("/api/v1/coverage/list?what=app").body));
    // Revealed is not printed: whoever writes the address of the print form has noted nothing.
    let page = format!("/households/{}", doors[0].0);
    assert_eq!(client.post(&format!("{household}/reveal"), &json!({})).status, 200);
    assert!(!client.get(&format!("{page}?print=true")).body.contains("data-print-now"));
    assert_eq!(client.post(&format!("{household}/print"), &json!({})).status, 200);
    assert!(client.get(&format!("{page}?print=true")).body.contains("data-print-now"));
    assert!(shown(&client.get(&household).body));
    assert!(!shown(&client.get(&format!("/api/v1/households/{}", doors[1].0)).body));
    let trail = audit(&fixture);
    assert!(trail.contains(&("reveal".to_owned(), Some("list/unsigned".to_owned()))), "{trail:?}");
    assert!(trail.contains(&("print".to_owned(), Some(doors[0].0.to_string()))), "{trail:?}");
    let file = client.get(&household).json();
    assert_eq!(file["pledges"][0]["stands"], true);
    assert!(file["pledges"][0]["text"].as_str().is_some_and(|text| !text.is_empty()));
    assert_eq!(file["edits"][0]["first"], true);
}

#[test]
fn what_is_searched_for_stands_in_no_address() {
    let (mut fixture, doors) = town();
    let (root, village) = (fixture.root, fixture.villages[0]);
    let person = fixture.person(Role::TeamHead, village);
    account(&mut fixture, person, "head", "tapping softly", false);
    let (_, other) = supervisor(&mut fixture, root);
    let server = Running::new(fixture.town.clone());
    let mut browser = Client::new(server.address);
    assert_eq!(browser.form("/sign-in", &[("login", "head"), ("password", "tapping softly")]).status, 303);
    let csrf = browser.csrf("/households");
    // Signs alone would find everybody.
    for typed in ["%", "_", "，", "。。"] {
        assert_eq!(browser.form("/households/search", &[("csrf", &csrf), ("text", typed)]).status, 422, "{typed}");
    }
    for typed in [NAME, "ouyang", "oycx", "5678", "501"] {
        let answer = browser.form("/households/search", &[("csrf", &csrf), ("text", typed)]);
        let next = answer.header("location").unwrap().to_owned();
        assert!(answer.status == 303 && next.starts_with("/households?search="), "{answer:?}");
        let page = browser.get(&next);
        assert!(page.body.contains(&format!("/households/{}", doors[0].0)), "{typed}");
        // Doors that are not theirs are not found either, and nothing on the page leads to an address with the text.
        assert!(!page.body.contains(&doors[4].0.to_string()), "{typed}");
        // Identifiers may have these digits in them: what they are called in an address is looked at with its name.
        let hrefs = page.body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let mut values = hrefs.filter_map(|href| href.split_once('?')).flat_map(|(_, query)| query.split('&'));
        assert!(!values.any(|pair| pair.split_once('=').is_some_and(|(_, value)| value == typed)));
        let name = next.rsplit('=').next().unwrap();
        // It is whose search it was.
        let theirs =
            Client::with_token(server.address, &other).get(&format!("/api/v1/households?search={name}")).json();
        assert_eq!((theirs["searched"].as_bool(), theirs["forgotten"].as_bool()), (Some(false), Some(true)));
    }
    let answer = browser.form("/households/search", &[("csrf", &csrf), ("text", "nobody of that name")]);
    let page = browser.get(answer.header("location").unwrap());
    assert!(!page.body.contains(&doors[0].0.to_string()));
}

#[test]
fn p1_coverage_is_cut_by_phase_and_by_dates() {
    let (mut fixture, _) = town();
    let from = crate::start().plus_hours(-48);
    let phase = Phase {
        campaign: "Spring".to_owned(),
        name: "Before".to_owned(),
        from,
        to: crate::start().plus_hours(-24),
        note: None,
        cancelled: false,
    };
    let phase = create(&mut fixture, phase, Scope::Town);
    let root = fixture.root;
    let (_, token) = supervisor(&mut fixture, root);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    let page = client.get(&format!("/api/v1/coverage?phase={phase}")).json();
    assert_eq!((page["total"]["met"].as_u64(), page["told"]["from"].as_str()), (Some(0), Some("2026-02-27")));
    assert_eq!(page["phases"][0]["sums"]["met"].as_u64(), Some(0));
    let day = client.get("/api/v1/coverage?from=2026-03-01&to=2026-03-01").json();
    assert_eq!((day["total"]["met"].as_u64(), day["total"]["pledged"].as_u64()), (Some(1), Some(1)));
    assert_eq!(day["history"].as_array().unwrap().last().unwrap()["met"].as_u64(), Some(1));
    assert_eq!(client.get("/api/v1/coverage?from=2026-03-02&to=2026-03-01").status, 422);
    for lang in ["zh", "en"] {
        let mut page = client.clone();
        let list = page.get(&format!("/coverage/list?what=never&phase={phase}&lang={lang}"));
        assert_eq!(list.status, 200, "{}", list.body);
        assert_eq!(page.get(&format!("/coverage?lang={lang}")).status, 200);
    }
}

/// The same town as whoever has read nothing yet sees it.
fn afresh(fixture: &mut Fixture) -> Town {
    Town::with_store(fixture.town.store().clone(), "Asia/Shanghai", fixture.now, &mut fixture.random).unwrap()
}

#[test]
fn l1_what_is_kept_of_doors_is_never_other_than_what_is_read_afresh() {
    let (mut fixture, mut doors) = town();
    let root = fixture.root;
    let reader = fixture.person(Role::Supervisor, root);
    let told = |town: &Town, now| {
        let span = Span { from: crate::start().plus_hours(-24), to: now, step: Step::Days, before: true };
        let reports = Reports::of(town).unwrap();
        let asked = Asked { person: reader, area: None, skip: 0, take: 1_000 };
        let wanted = Wanted { reader, area: None, period: Period::ALL, span };
        let all = (
            reports.coverage(None, By::Grid, Period::ALL).unwrap(),
            history(town, None, span).unwrap(),
            reports.unsigned(&asked, Period::ALL).unwrap(),
            reports.reach_again(&asked, now).unwrap(),
            reports.left_out(&asked).unwrap(),
            format!("{:?}", overview(town, &wanted).unwrap()),
        );
        format!("{all:?}")
    };
    for step in 0..24_u32 {
        let grid = (step % 4) as usize;
        let one = doors[(step as usize * 7) % doors.len()];
        let lies = fixture.town.store().document(one.0.into()).unwrap().unwrap().scope;
        match step % 6 {
            0 => doors.push(door(&mut fixture, grid, &format!("7{step:02}"), Door::LivedIn, "赵")),
            1 => {
                let record = Visit { outcome: Outcome::Met, met: [one.1].into(), ..visit(one.0, fixture.now) };
                create(&mut fixture, record, lies);
            }
            2 => {
                // The door goes to another grid with everything that was recorded at it.
                let (_, document) = fixture.town.document(one.0.into()).unwrap().unwrap();
                let before = document.fields();
                let Record::Household(mut record) = document.record().unwrap() else { unreachable!() };
                record.grid = Some(fixture.grids[grid]);
                let edits = before.difference(&Record::from(record).fields());
                if !edits.is_empty() {
                    fixture.system_writes(Draft::Edit { id: one.0.into(), edits });
                }
            }
            3 => {
                let (_, document) = fixture.town.document(one.0.into()).unwrap().unwrap();
                let before = document.fields();
                let Record::Household(mut record) = document.record().unwrap() else { unreachable!() };
                let resident = record.residents.get_mut(&one.1).unwrap();
                resident.tags = [qiaomen_core::record::Tag::EasilyDeceived].into();
                resident.app_installed = Some(step % 2 == 0);
                let edits = before.difference(&Record::from(record).fields());
                if !edits.is_empty() {
                    fixture.system_writes(Draft::Edit { id: one.0.into(), edits });
                }
            }
            4 => {
                // A visit for an alert lies in a case file, and touches no grid.
                let alert = qiaomen_core::record::AlertId::fresh(fixture.now, &mut fixture.random);
                let record = crate::alert(fixture.grids[grid], fixture.now);
                let scope = crate::case(alert);
                fixture.system_writes(Draft::Create { id: alert.into(), record: Box::new(record.into()), scope });
                let record = Visit {
                    purpose: qiaomen_core::record::Purpose::FirstContact,
                    alert: Some(alert),
                    outcome: Outcome::TelephoneOnly,
                    met: [one.1].into(),
                    ..visit(one.0, fixture.now)
                };
                create(&mut fixture, record, scope);
            }
            _ => {
                let at = fixture.now;
                let consent = qiaomen_core::record::Consent {
                    household: one.0,
                    out_of_count: true,
                    reason: Some(Door::Vacant),
                    at,
                    note: None,
                };
                create(&mut fixture, consent, lies);
            }
        }
        let fresh = afresh(&mut fixture);
        assert_eq!(told(&fixture.town, fixture.now), told(&fresh, fixture.now), "after step {step}");
    }
}
