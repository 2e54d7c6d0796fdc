//! Doors: what a phone records, and what the server's report makes of it; and the other way round.

use std::collections::BTreeSet;

use qiaomen_core::doors::{AppState, Coverage, Period};
use qiaomen_core::record::{
    AreaId, DocumentId, Door, Explained, Given, HouseholdId, Level, Outcome, Pledge, Purpose, Resident, ResidentId,
    ReviewState, Role, Tag, Time, Visit,
};
use qiaomen_core::replica::Part;
use qiaomen_server::report::{Asked, By, CoverageReport, Listed, Reports};
use serde::Serialize;
use serde_json::Value;

use crate::harness::{Phone, World, at, records};

/// A grid's worker, and the supervisor of the town.
struct Town {
    world: World,
    worker: Phone,
    sup: Phone,
    grid: AreaId,
}

fn town() -> Town {
    let mut world = World::new();
    let worker = world.worker(0);
    let sup = world.with_role(Role::Supervisor, world.root);
    let grid = world.grids[0];
    Town { world, worker, sup, grid }
}

impl Town {
    /// A door with these people behind it, who have nothing and of whom nothing is known.
    fn door(&mut self, room: &str, residents: &[&str]) -> (HouseholdId, Vec<ResidentId>) {
        let mut household = records::household(room);
        let mut ids = Vec::new();
        for name in residents {
            let id = ResidentId::fresh(self.world.clock.pass(1_000), &mut self.world.random);
            household.residents.insert(id, records::resident(name));
            ids.push(id);
        }
        let door = self.worker.replica().households().save(self.grid, &household, self.worker.reading()).unwrap();
        (door, ids)
    }

    fn resident(&self, door: HouseholdId, id: ResidentId, write: impl FnOnce(&mut Resident)) {
        assert!(self.worker.edit_door(door, |door| write(door.residents.get_mut(&id).unwrap())));
    }

    fn visit(&self, door: HouseholdId, outcome: Outcome, write: impl FnOnce(&mut Visit)) -> DocumentId {
        let now = self.world.clock.pass(60_000);
        let mut visit = Visit { outcome, ..records::door_visit(door, now) };
        write(&mut visit);
        self.worker.replica().visits().save(&visit, self.worker.reading()).unwrap()
    }

    fn pledge(&self, door: HouseholdId, who: ResidentId, write: impl FnOnce(&mut Pledge)) -> DocumentId {
        let mut pledge = records::pledge(door, who, self.world.clock.pass(60_000));
        write(&mut pledge);
        self.worker.replica().pledges().save(&pledge, self.worker.reading()).unwrap()
    }

    fn consent(&self, door: HouseholdId, reason: Option<Door>) {
        let consent = records::consent(door, reason, self.world.clock.pass(1_000));
        self.sup.replica().pledges().consent(&consent, self.sup.reading()).unwrap();
    }

    fn review(&self, of: DocumentId, state: ReviewState) {
        let reviews = self.sup.replica().reviews();
        let heads = reviews.heads(of).unwrap();
        reviews.save(of, heads, state, None, self.sup.reading()).unwrap();
    }

    fn settle(&self) {
        self.world.settle_and_agree(&[&self.worker, &self.sup]);
    }

    fn coverage_in(&self, period: Period) -> Coverage {
        report(&self.world, Some(self.grid), By::Grid, period).total
    }

    /// All exchange; the grid as the server's report has it, with which the phones agree.
    fn coverage(&self) -> Coverage {
        self.settle();
        self.coverage_in(Period::ALL)
    }

    fn asked(&self, phone: &Phone) -> Asked {
        Asked { person: phone.person, area: None, skip: 0, take: 100 }
    }

    /// The names of those who have not signed, as the server lists them for the worker, and as the phone does.
    fn unsigned(&self) -> Vec<String> {
        self.settle();
        let there =
            with_reports(&self.world, |reports| reports.unsigned(&self.asked(&self.worker), Period::ALL).unwrap());
        let there: Vec<_> = there.list.into_iter().map(|line| line.line).collect();
        assert_eq!(self.worker.replica().doors().unsigned(None, Period::ALL, Part::all()).unwrap(), there);
        there.into_iter().map(|who| who.name.unwrap()).collect()
    }
}

fn with_reports<T>(world: &World, read: impl FnOnce(&Reports<'_>) -> T) -> T {
    let town = world.town();
    read(&Reports::of(&town).unwrap())
}

fn report(world: &World, area: Option<AreaId>, by: By, period: Period) -> CoverageReport {
    with_reports(world, |reports| reports.coverage(area, by, period).unwrap())
}

/// An answer with its identifiers numbered, so that it can be kept.
fn kept(answer: &impl Serialize) -> Value {
    fn number(value: &mut Value, seen: &mut Vec<String>) {
        match value {
            Value::String(text) if text.len() == 36 && text.matches('-').count() == 4 => {
                let at = seen.iter().position(|have| have == text).unwrap_or_else(|| {
                    seen.push(text.clone());
                    seen.len() - 1
                });
                *text = format!("id {at}");
            }
            Value::Array(values) => values.iter_mut().for_each(|value| number(value, seen)),
            Value::Object(fields) => fields.values_mut().for_each(|value| number(value, seen)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(answer).unwrap();
    number(&mut value, &mut Vec::new());
    value
}

#[test]
fn l1_every_counted_door_was_reached_in_exactly_one_way() {
    let mut town = town();
    let doors: Vec<_> = ["1", "2", "3", "4", "5", "6", "7", "8"].map(|room| town.door(room, &[]).0).into();
    let tried = [
        (0, Outcome::NobodyHome),
        (0, Outcome::Refused),
        (0, Outcome::Met),
        (0, Outcome::NobodyHome),
        (1, Outcome::NobodyHome),
        (1, Outcome::TelephoneOnly),
        (1, Outcome::Refused),
        (2, Outcome::Inaccessible),
        (2, Outcome::Refused),
        (3, Outcome::NobodyHome),
        (4, Outcome::Moved),
        (5, Outcome::Inaccessible),
    ];
    for (door, outcome) in tried {
        town.visit(doors[door], outcome, |_| {});
    }
    // A door that was listed by mistake is none.
    town.settle();
    assert!(town.sup.edit_door(doors[7], |door| door.removed = true));
    let found = town.coverage();
    assert_eq!((found.doors, found.counted), (7, 7));
    assert_eq!((found.visited, found.telephone_only, found.refused, found.in_vain, found.never_tried), (1, 1, 1, 3, 1));
    // Elsewhere in the tree.
    let whole = report(&town.world, None, By::Below, Period::ALL);
    assert_eq!(whole.area.unwrap().id, town.world.root);
    let parts: Vec<_> = whole.parts.iter().map(|part| (part.area.id, part.coverage.doors)).collect();
    assert_eq!(parts, [(town.world.villages[0], 7), (town.world.villages[1], 0)]);
    assert_eq!(whole.total, found);
    let grids = report(&town.world, None, By::Grid, Period::ALL).parts;
    assert_eq!(grids.iter().map(|part| part.area.id).collect::<Vec<_>>(), town.world.grids);
    let village = report(&town.world, Some(town.world.villages[0]), By::Village, Period::ALL);
    assert_eq!((village.parts.len(), village.parts[0].coverage), (1, village.total));
    assert_eq!(report(&town.world, Some(town.world.villages[1]), By::Below, Period::ALL).parts.len(), 2);
}

#[test]
fn l1_a_door_leaves_the_count_only_with_a_supervisors_consent_and_while_it_is_so() {
    let mut town = town();
    let (door, _) = town.door("1", &["甲"]);
    let (other, _) = town.door("2", &[]);
    town.worker.edit_door(door, |door| door.door = Door::Vacant);
    assert_eq!(town.coverage().counted, 2, "nobody agreed");
    town.consent(door, Some(Door::LongAbsent));
    assert_eq!(town.coverage().counted, 2, "to something else");
    town.consent(door, Some(Door::Vacant));
    town.visit(door, Outcome::Met, |_| {});
    let here = town.sup.replica().doors().coverage(Some(town.grid), Period::ALL).unwrap();
    assert_eq!((here.left_out.vacant, here.left_out.not_confirmed), (1, 1));
    let found = town.coverage();
    assert_eq!((found.doors, found.counted, found.left_out.vacant, found.left_out.not_confirmed), (2, 1, 1, 0));
    assert_eq!((found.visited, found.residents.here), (0, 0), "it stands in its own column only");
    assert_eq!(town.unsigned(), [""; 0]);
    let whole = town.worker.replica().doors().coverage(None, Period::ALL).unwrap();
    assert_eq!(whole, found);
    // Somebody moved in.
    town.worker.edit_door(door, |door| door.door = Door::LivedIn);
    assert_eq!(town.coverage().visited, 1);
    town.worker.edit_door(door, |door| door.door = Door::Vacant);
    assert_eq!(town.coverage().left_out.vacant, 1, "the consent stands for that state");
    town.consent(door, None);
    town.worker.edit_door(other, |door| door.door = Door::Demolished);
    town.consent(other, Some(Door::Demolished));
    let found = town.coverage();
    assert_eq!((found.counted, found.left_out.vacant, found.left_out.demolished), (1, 0, 1));
}

#[test]
fn l1_of_several_words_on_a_door_the_last_accepted_one_counts() {
    let mut town = town();
    let second = town.world.with_role(Role::Supervisor, town.world.villages[0]);
    let (door, _) = town.door("1", &[]);
    town.worker.edit_door(door, |door| door.door = Door::LongAbsent);
    town.settle();
    town.world.sync(&second);
    // Said first, and heard last.
    town.consent(door, Some(Door::LongAbsent));
    let again = records::consent(door, None, town.world.clock.pass(60_000));
    second.replica().pledges().consent(&again, second.reading()).unwrap();
    town.world.sync(&second);
    assert_eq!(town.coverage_in(Period::ALL).counted, 1);
    town.world.settle_and_agree(&[&town.sup, &second]);
    assert_eq!(town.coverage().left_out.long_absent, 1);
    assert_eq!(second.replica().doors().coverage(None, Period::ALL).unwrap().left_out.long_absent, 1);
}

#[test]
fn l1_what_a_supervisor_rejected_counts_for_nothing() {
    let mut town = town();
    let (door, who) = town.door("1", &["甲"]);
    let visit = town.visit(door, Outcome::Met, |visit| visit.given = [Given::OpenLetter].into());
    let pledge = town.pledge(door, who[0], |_| {});
    let found = town.coverage();
    assert_eq!((found.visited, found.letter, found.pledged, found.pledges.unfiled), (1, 1, 1, 1));
    for of in [visit, pledge] {
        town.review(of, ReviewState::Rejected);
    }
    let found = town.coverage();
    assert_eq!((found.never_tried, found.letter, found.pledged, found.pledges.on_paper), (1, 0, 0, 0));
    assert_eq!(town.unsigned(), ["甲"]);
    for of in [visit, pledge] {
        town.review(of, ReviewState::HasIssues);
    }
    assert_eq!((town.coverage().visited, town.coverage().pledged), (1, 1));
}

#[test]
fn l1_paper_is_listed_until_it_is_filed() {
    let mut town = town();
    let (door, who) = town.door("1", &["甲", "乙"]);
    let paper = town.pledge(door, who[0], |_| {});
    town.pledge(door, who[1], |pledge| pledge.signature = Some(records::signature()));
    let found = town.coverage();
    assert_eq!((found.pledges.on_screen, found.pledges.on_paper, found.pledges.unfiled), (1, 1, 1));
    let asked = town.asked(&town.sup);
    let listed = with_reports(&town.world, |reports| reports.unfiled(&asked, Period::ALL).unwrap());
    insta::assert_json_snapshot!("unfiled", kept(&listed));
    assert_eq!((listed.list[0].line.pledge, listed.list[0].line.worker), (paper, Some(town.worker.person)));
    let here = town.worker.replica().doors().unfiled(Some(town.grid), Period::ALL, Part::all()).unwrap();
    assert_eq!(here[0], listed.list[0].line);
    // Brought back and filed: another record in its place.
    town.pledge(door, who[0], |pledge| {
        pledge.corrects = Some(paper);
        pledge.archive_number = Some("2026-17".to_owned());
    });
    let found = town.coverage();
    assert_eq!((found.pledges.on_paper, found.pledges.unfiled, found.residents.signed), (1, 0, 2));
    assert!(with_reports(&town.world, |reports| reports.unfiled(&asked, Period::ALL).unwrap()).list.is_empty());
}

#[test]
fn l2_what_was_handed_over_and_explained_stands_in_columns_and_in_the_period() {
    let mut town = town();
    let doors: Vec<_> = ["1", "2", "3"].map(|room| town.door(room, &[]).0).into();
    let told: BTreeSet<_> = [Explained::Loan, Explained::PersonalInformation, Explained::App, Explained::Cases].into();
    let given: BTreeSet<_> = [Given::OpenLetter, Given::ContactCard, Given::Pledge].into();
    town.world.clock.set(at("03-02 10:00"));
    town.visit(doors[0], Outcome::Met, |visit| (visit.given, visit.explained) = (given, told.clone()));
    town.visit(doors[1], Outcome::Met, |visit| visit.explained = [Explained::Romance].into());
    // A letter may lie at the door; to nobody nothing is explained.
    town.visit(doors[2], Outcome::NobodyHome, |visit| {
        (visit.given, visit.explained) = ([Given::OpenLetter, Given::Leaflet].into(), told);
    });
    town.world.clock.set(at("03-09 10:00"));
    town.visit(doors[1], Outcome::TelephoneOnly, |_| {});
    town.visit(doors[1], Outcome::Met, |visit| {
        visit.explained = [Explained::App, Explained::Cases, Explained::PersonalInformation].into();
    });
    let found = town.coverage();
    assert_eq!((found.letter, found.card, found.pledge_given), (2, 1, 1));
    let of = |found: Coverage| {
        let told = found.explained;
        (told.fraud, told.personal_information, told.app, told.cases, told.all)
    };
    assert_eq!(of(found), (2, 2, 2, 2, 2));
    let week = |from: &str, until: &str| Period { from: Some(at(from)), until: Some(at(until)) };
    let first = town.coverage_in(week("03-02 00:00", "03-09 00:00"));
    assert_eq!((of(first), first.visited, first.in_vain), ((2, 1, 1, 1, 1), 2, 1));
    let second = town.coverage_in(week("03-09 00:00", "03-16 00:00"));
    assert_eq!((of(second), second.visited, second.never_tried, second.letter), ((0, 1, 1, 1, 0), 1, 2, 0));
    let here = town.worker.replica().doors().coverage(None, week("03-09 00:00", "03-16 00:00")).unwrap();
    assert_eq!(here, second);
    insta::assert_json_snapshot!(
        "coverage",
        kept(&report(&town.world, None, By::Below, week("03-02 00:00", "03-09 00:00")))
    );
}

#[test]
fn w2_who_has_not_signed_is_listed_door_by_door() {
    let mut town = town();
    let (second, b) = town.door("10", &["丁"]);
    let (first, a) = town.door("9", &["甲", "乙", "丙", "戊"]);
    assert_eq!(town.unsigned(), ["甲", "乙", "丙", "戊", "丁"], "as a worker walks");
    town.resident(first, a[2], |who| who.left_town = true);
    town.resident(first, a[3], |who| who.removed = true);
    let signed = town.pledge(first, a[0], |pledge| pledge.signature = Some(records::signature()));
    assert_eq!(town.unsigned(), ["乙", "丁"]);
    let found = town.coverage();
    assert_eq!((found.pledged, found.residents.here, found.residents.signed, found.residents.unsigned), (1, 3, 1, 2));
    // It was another who signed.
    town.pledge(first, a[1], |pledge| pledge.corrects = Some(signed));
    assert_eq!(town.unsigned(), ["甲", "丁"]);
    let taken = town.pledge(second, b[0], |_| {});
    town.settle();
    town.pledge(second, b[0], |pledge| (pledge.corrects, pledge.void) = (Some(taken), true));
    assert_eq!(town.unsigned(), ["甲", "丁"]);
    // A correction that was rejected corrects nothing, wherever it was filed.
    let wrong = town.pledge(first, a[0], |pledge| (pledge.corrects, pledge.void) = (Some(signed), true));
    town.settle();
    town.review(wrong, ReviewState::Rejected);
    assert_eq!(town.unsigned(), ["甲", "丁"], "the first correction stands");
    // In parts, and only for whoever holds the grid.
    let asked = Asked { skip: 1, take: 1, ..town.asked(&town.sup) };
    let part = with_reports(&town.world, |reports| reports.unsigned(&asked, Period::ALL).unwrap());
    assert_eq!((part.more, part.grids, part.list.len()), (false, 4, 1));
    assert_eq!(part.list[0].line.name.as_deref(), Some("丁"));
    let part = with_reports(&town.world, |reports| reports.unsigned(&Asked { skip: 0, ..asked }, Period::ALL).unwrap());
    assert!(part.more);
    insta::assert_json_snapshot!("unsigned", kept(&part));
    let elsewhere = town.world.worker(3);
    let part = with_reports(&town.world, |reports| reports.unsigned(&town.asked(&elsewhere), Period::ALL).unwrap());
    assert_eq!((part.grids, part.list.len()), (1, 0));
    let of_grid = Asked { area: Some(town.grid), ..town.asked(&elsewhere) };
    assert_eq!(with_reports(&town.world, |reports| reports.unsigned(&of_grid, Period::ALL).unwrap()).grids, 0);
}

#[test]
fn w5_the_app_is_known_by_resident() {
    let mut town = town();
    let (door, who) = town.door("1", &["甲", "乙", "丙", "丁"]);
    town.resident(door, who[0], |who| who.app_installed = Some(true));
    town.resident(door, who[1], |who| who.app_installed = Some(false));
    town.resident(door, who[3], |who| (who.app_installed, who.left_town) = (Some(false), true));
    let of = town.coverage().residents;
    assert_eq!((of.here, of.app_installed, of.app_missing, of.app_not_looked), (3, 1, 1, 1));
    let asked = town.asked(&town.worker);
    let listed = with_reports(&town.world, |reports| reports.app(&asked).unwrap());
    insta::assert_json_snapshot!("app", kept(&listed));
    let listed: Vec<_> = listed.list.into_iter().map(|line| line.line).collect();
    let states: Vec<_> = listed.iter().map(|line| (line.who.resident, line.app)).collect();
    assert_eq!(states, [(who[1], AppState::Missing), (who[2], AppState::NotLooked)]);
    assert_eq!(town.worker.replica().doors().app(None, Part::all()).unwrap(), listed);
}

#[test]
fn l1_l2_w2_a_door_that_is_moved_takes_what_was_done_at_it_along() {
    let mut town = town();
    let (door, who) = town.door("1", &["甲"]);
    let visit = town.visit(door, Outcome::Met, |visit| visit.given = [Given::OpenLetter].into());
    town.visit(door, Outcome::Refused, |_| {});
    let paper = town.pledge(door, who[0], |_| {});
    town.pledge(door, who[0], |pledge| pledge.corrects = Some(paper));
    town.settle();
    town.review(visit, ReviewState::Rejected);
    let before = town.coverage();
    assert_eq!((before.refused, before.visited, before.letter, before.pledges.on_paper), (1, 0, 0, 1));
    town.world.move_door(door, 2);
    // Done in the meantime by somebody who has not heard of it.
    town.visit(door, Outcome::TelephoneOnly, |_| {});
    assert_eq!(town.coverage(), Coverage::default());
    let there = report(&town.world, Some(town.world.grids[2]), By::Grid, Period::ALL).total;
    assert_eq!(there, Coverage { refused: 0, telephone_only: 1, ..before });
    assert_eq!(town.sup.replica().doors().coverage(Some(town.world.villages[1]), Period::ALL).unwrap(), there);
    assert_eq!(town.unsigned(), [""; 0]);
}

/// Who is to be reached again, as the server lists it for somebody.
fn again(town: &Town, phone: &Phone, now: Time) -> Vec<(String, Option<Time>, Option<Time>, bool)> {
    let listed = with_reports(&town.world, |reports| reports.reach_again(&town.asked(phone), now).unwrap());
    let lines = listed.list.into_iter().map(|line| line.line);
    lines.map(|line| (line.who.name.unwrap(), line.last.map(|last| last.at), line.due, line.overdue)).collect()
}

#[test]
fn b5_the_easily_deceived_are_reached_again_and_show_when_they_last_were() {
    let mut town = town();
    let head = town.world.with_role(Role::TeamHead, town.world.villages[0]);
    let (door, who) = town.door("1", &["甲", "乙", "丙", "丁"]);
    for one in &who[..3] {
        town.resident(door, *one, |who| who.tags = [Tag::EasilyDeceived].into());
    }
    let all = [&town.worker, &town.sup, &head];
    town.world.settle_and_agree(&all);
    let name = |name: &str| name.to_owned();
    let never = |who: &str| (name(who), None, None, true);
    assert_eq!(again(&town, &town.worker, at("03-02 00:00")), [never("甲"), never("乙"), never("丙")]);
    // Met, spoken to by telephone, and not at home: who was reached is named.
    town.world.clock.set(at("03-02 10:00"));
    let visit = |outcome, met: &[ResidentId], when| {
        let visit = Visit { outcome, met: met.iter().copied().collect(), ..records::door_visit(door, at(when)) };
        town.worker.replica().visits().save(&visit, town.worker.reading()).unwrap()
    };
    visit(Outcome::Met, &[who[0]], "03-02 10:00");
    town.world.clock.set(at("03-03 10:00"));
    visit(Outcome::TelephoneOnly, &[who[1]], "03-03 10:00");
    visit(Outcome::NobodyHome, &[who[2]], "03-03 10:00");
    let rejected = visit(Outcome::Met, &[who[2]], "03-03 09:00");
    town.world.settle(&all);
    town.review(rejected, ReviewState::Rejected);
    town.world.settle_and_agree(&all);
    let (first, second) = ((name("甲"), Some(at("03-02 10:00"))), (name("乙"), Some(at("03-03 10:00"))));
    let due = [at("04-02 00:00"), at("04-03 00:00")];
    let expected = |overdue| {
        [
            never("丙"),
            (first.0.clone(), first.1, Some(due[0]), overdue),
            (second.0.clone(), second.1, Some(due[1]), false),
        ]
    };
    assert_eq!(again(&town, &town.worker, at("04-01 23:59")), expected(false));
    assert_eq!(again(&town, &town.worker, at("04-02 00:00")), expected(true));
    // A visit for an alert that names the door is a contact for whoever holds the case file, and no visit to the door.
    let alert = town.world.alert(0, Level::Low, at("03-04 09:00"));
    town.world.clock.set(at("03-05 10:00"));
    town.world.settle(&all);
    let met = records::alert_visit(alert, Purpose::Dissuasion, Outcome::Met, None, at("03-05 10:00"));
    let met = Visit { household: Some(door), met: [who[2]].into(), ..met };
    let before = town.coverage();
    head.replica().visits().save(&met, head.reading()).unwrap();
    town.world.settle_and_agree(&all);
    assert_eq!(town.coverage(), before);
    let now = at("03-06 00:00");
    assert_eq!(again(&town, &town.worker, now)[0], never("丙"));
    let of_head = again(&town, &head, now);
    assert_eq!(of_head[2], (name("丙"), Some(at("03-05 10:00")), Some(at("04-05 00:00")), false));
    let listed = with_reports(&town.world, |reports| reports.reach_again(&town.asked(&head), now).unwrap());
    insta::assert_json_snapshot!("reach_again", kept(&listed));
    let page = head.replica().doors().reach_again(None, &head.reading(), Part { skip: 1, take: 1 }).unwrap();
    assert_eq!(page[0].who.name.as_deref(), Some("乙"));
}

#[test]
fn p4_who_left_the_town_is_listed_with_where_and_when_last_spoken_to() {
    let mut town = town();
    let (door, who) = town.door("1", &["甲", "乙", "丙"]);
    town.resident(door, who[0], |who| {
        who.left_town = true;
        who.left_to = Some("邻县".to_owned());
        who.left_contact = Some("工厂门卫".to_owned());
        who.telephones = ["12000000001".to_owned()].into();
    });
    town.resident(door, who[2], |who| (who.left_town, who.removed) = (true, true));
    town.visit(door, Outcome::TelephoneOnly, |visit| visit.met = [who[0]].into());
    town.visit(door, Outcome::Met, |visit| visit.met = [who[1]].into());
    town.settle();
    let now = town.world.now();
    let listed: Listed<_> =
        with_reports(&town.world, |reports| reports.left_town(&town.asked(&town.worker), now).unwrap());
    insta::assert_json_snapshot!("left_town", kept(&listed));
    let listed: Vec<_> = listed.list.into_iter().map(|line| line.line).collect();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].last.as_ref().is_some_and(|last| !last.in_person));
    let here = town.worker.replica().doors().left_town(None, &town.worker.reading(), Part::all()).unwrap();
    assert_eq!(here, listed);
}
