//! The cases to look at without being asked, samples for call-backs, and what those said who were called (L8, Q12).

use std::collections::BTreeSet;

use qiaomen_core::doors::Period;
use qiaomen_core::record::{
    Alert, AlertId, CallBack, CallOutcome, DocumentId, HouseholdId, Join, Kind, Level, MoneySent, Outcome, PersonId,
    Purpose, Raise, Recall, Record, ResidentId, Role, Said, Scope, Time, Visit,
};
use qiaomen_server::author::Author;
use qiaomen_server::intake::IntakeError;
use qiaomen_server::report::accountability::{
    Automatic, DrawnFrom, LARGE_FEN, Limits, RULE, Reason, automatic, call_back, call_backs, draw, drawn_from, draws,
    sample,
};
use qiaomen_server::report::dossier;
use sha2::{Digest as _, Sha256};

use super::command::Desk;
use super::{Fixture, alert, case, household, start, visit};

/// A town with an officer, who records, and a supervisor.
struct Town {
    fixture: Fixture,
    police: PersonId,
    sup: PersonId,
}

impl Town {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        let police = fixture.person(Role::Police, fixture.root);
        let sup = fixture.person(Role::Supervisor, fixture.root);
        Self { fixture, police, sup }
    }

    fn writes(&mut self, by: PersonId, record: impl Into<Record>, scope: Scope) -> DocumentId {
        let now = self.fixture.tick();
        let random = &mut self.fixture.random;
        let mut author = Author::new(&self.fixture.town, by, now, random).unwrap();
        let (id, verdict) = author.create(record, scope, now, random).unwrap();
        assert!(matches!(verdict, qiaomen_core::protocol::Verdict::Accepted { .. }), "{verdict:?}");
        id
    }

    fn door(&mut self, room: &str) -> HouseholdId {
        let grid = self.fixture.grids[0];
        self.writes(self.sup, household(room), Scope::Grid(grid)).into()
    }

    fn alert(&mut self, village: usize, change: impl FnOnce(&mut Alert)) -> AlertId {
        let mut said = alert(self.fixture.villages[village], start());
        change(&mut said);
        let now = self.fixture.tick();
        let id = DocumentId::fresh(now, &mut self.fixture.random);
        let draft = qiaomen_server::author::Draft::Create {
            id,
            record: Box::new(said.into()),
            scope: Scope::CaseFile(id.into()),
        };
        self.fixture.system_writes(draft);
        id.into()
    }

    fn met(&mut self, alert: AlertId, hours: i64) {
        let at = start().plus_hours(hours);
        let met = Visit {
            purpose: Purpose::Dissuasion,
            household: None,
            alert: Some(alert),
            outcome: Outcome::Met,
            ..visit(HouseholdId::from_bytes([0; 16]), at)
        };
        self.writes(self.police, met, case(alert));
    }

    fn sent(&mut self, alert: AlertId, hours: i64, fen: i64) {
        let at = start().plus_hours(hours);
        let sent = MoneySent { alert, at, sent: None, fen: Some(fen), to: None, note: None };
        self.writes(self.police, sent, case(alert));
    }

    fn list(&self, reader: PersonId, limits: Limits) -> Automatic {
        automatic(&self.fixture.town, reader, Period::ALL, limits, now()).unwrap()
    }
}

/// Ten days on.
fn now() -> Time {
    start().plus_hours(240)
}

#[test]
fn l8_alerts_that_failed_and_large_losses_and_who_was_never_met_list_themselves() {
    let mut town = Town::new();
    let (seen, unseen) = (town.door("1"), town.door("2"));
    let worker = town.fixture.person(Role::GridWorker, town.fixture.grids[0]);
    let grid = Scope::Grid(town.fixture.grids[0]);
    let before = Visit { outcome: Outcome::Met, ..visit(seen, start().plus_hours(-24)) };
    town.writes(worker, before, grid);
    // Whoever only found nobody in has not visited them.
    town.writes(worker, visit(unseen, start().plus_hours(-24)), grid);
    let failed = town.alert(0, |alert| alert.household = Some(seen));
    town.met(failed, 1);
    town.sent(failed, 5, LARGE_FEN - 1);
    let large = town.alert(0, |alert| alert.household = Some(seen));
    town.met(large, 9);
    town.sent(large, 5, LARGE_FEN / 2);
    town.sent(large, 6, LARGE_FEN / 2);
    let fine = town.alert(0, |alert| alert.household = Some(seen));
    town.met(fine, 1);
    let nobody = town.alert(1, |alert| alert.household = Some(unseen));
    let stopped = town.alert(1, |_| {});
    let recall = Recall { alert: stopped, at: start().plus_hours(1), reason: None };
    town.writes(town.police, recall, case(stopped));
    // Before the alert, so no loss after it.
    let early = town.alert(1, |_| {});
    town.met(early, 1);
    town.sent(early, -5, LARGE_FEN * 3);

    let found = town.list(town.sup, Limits::default());
    let reasons: Vec<(AlertId, Vec<Reason>)> =
        found.lines.iter().map(|line| (line.alert, line.reasons.iter().copied().collect())).collect();
    assert_eq!(
        reasons,
        [
            (large, vec![Reason::Large]),
            (failed, vec![Reason::Failed]),
            (nobody, vec![Reason::NeverVisited, Reason::NotMet]),
        ]
    );
    assert_eq!((found.lines[0].fen_after_alert, found.lines[0].village), (LARGE_FEN, town.fixture.villages[0]));
    assert_eq!(found.lines[2].missed_visits, 3);
    assert!(found.areas.is_empty());
    // A level is the one that it was raised to, here as in every other list.
    let raise = Raise { alert: failed, level: Level::Extreme, at: start().plus_hours(2), reason: None };
    town.writes(town.police, raise, case(failed));
    let levels = |found: Automatic| found.lines.into_iter().map(|line| line.level).collect::<Vec<_>>();
    assert_eq!(levels(town.list(town.sup, Limits::default())), [Level::High, Level::Extreme, Level::High]);
    let many = town.list(town.sup, Limits { many: 2, large_fen: LARGE_FEN - 1 });
    assert_eq!(many.areas.len(), 1);
    let area = &many.areas[0];
    assert_eq!((area.name.as_str(), area.sent, area.failed, area.large), ("Village 0", 2, 1, 2));
    assert_eq!(area.fen, LARGE_FEN * 2 - 1);
    // Of a period in which nothing was issued or sent nothing is listed.
    let later = Period { from: Some(start().plus_hours(24)), until: None };
    let none = automatic(&town.fixture.town, town.sup, later, Limits::default(), now()).unwrap();
    assert!(none.lines.is_empty());
    // A village's supervisor sees their village, and a worker nothing.
    let (village, root) = (town.fixture.villages[1], town.fixture.root);
    let elsewhere = town.fixture.person(Role::Supervisor, village);
    let seen: Vec<AlertId> = town.list(elsewhere, Limits::default()).lines.iter().map(|line| line.alert).collect();
    assert_eq!(seen, [nobody]);
    for role in [Role::Volunteer, Role::TeamHead, Role::Administrator] {
        let reader = town.fixture.person(role, root);
        assert!(town.list(reader, Limits::default()).lines.is_empty());
    }
}

/// A town in which money was sent in so many alerts, every third of the second village.
fn robbed(count: usize) -> (Town, Vec<AlertId>) {
    let mut town = Town::new();
    let mut alerts = Vec::new();
    for at in 0..count {
        let alert = town.alert(usize::from(at % 3 == 0), |_| {});
        town.sent(alert, at as i64 - 2, 100);
        alerts.push(alert);
    }
    (town, alerts)
}

#[test]
fn q12_anybody_makes_the_sample_again_from_its_seed_and_what_there_was_to_choose_from() {
    let (town, alerts) = robbed(12);
    let not_sent = {
        let mut town = town;
        town.alert(0, |_| {});
        town
    };
    let (town, seed) = (not_sent, "人民日报 2026-03-01");
    // From midnight of the first hour to that of the ninth: the first two came before, the last one after.
    let period = Period { from: Some(start()), until: Some(start().plus_hours(9)) };
    let drawn = sample(&town.fixture.town, town.sup, period, 4, seed).unwrap();
    // By hand, from the rule alone.
    let mut population: Vec<String> = alerts[2..11].iter().map(ToString::to_string).collect();
    population.sort();
    let mut ranked: Vec<(Vec<u8>, &String)> = population
        .iter()
        .map(|id| (Sha256::digest([seed.as_bytes(), b"\n", id.as_bytes()].concat()).to_vec(), id))
        .collect();
    ranked.sort();
    let expected: Vec<&String> = ranked.iter().take(4).map(|(_, id)| *id).collect();
    assert_eq!(
        drawn.chosen.iter().map(|one| one.alert.to_string()).collect::<Vec<_>>(),
        expected.into_iter().cloned().collect::<Vec<_>>()
    );
    assert_eq!(drawn.population.iter().map(ToString::to_string).collect::<Vec<_>>(), population);
    let hash: String = Sha256::digest(population.join("\n")).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((drawn.population_hash, drawn.rule), (hash, RULE));
    // Another seed draws others, the same seed the same, and more than there are draws all.
    let again = |seed: &str, count| sample(&town.fixture.town, town.sup, period, count, seed).unwrap().chosen;
    assert_eq!(again(seed, 4), drawn.chosen);
    assert_ne!(again("another", 4), drawn.chosen);
    assert_eq!(again(seed, 100).len(), 9);
    assert_eq!(again(seed, 100)[..4], drawn.chosen[..]);
}

#[test]
fn q12_each_person_is_drawn_once_whatever_number_of_alerts_they_have() {
    let mut town = Town::new();
    let door = town.door("1");
    let resident = ResidentId::fresh(town.fixture.now, &mut town.fixture.random);
    let mut robbed = |change: &dyn Fn(&mut Alert)| {
        let alert = town.alert(0, change);
        town.sent(alert, 1, 100);
        alert
    };
    // Somebody on the roster twice, with a third alert that names their door and name alone.
    let named = |alert: &mut Alert| (alert.household, alert.resident) = (Some(door), Some(resident));
    let on_roster = [robbed(&named), robbed(&named), robbed(&|alert| alert.household = Some(door))];
    // Somebody else behind that door, and a stranger with two alerts that were joined.
    let family = robbed(&|alert| (alert.household, alert.name) = (Some(door), "Their mother".to_owned()));
    let (first, second) = (robbed(&|_| {}), robbed(&|_| {}));
    // One whose alert was recalled; one of whose two only the first was, which goes on for the other; one of whose both.
    let (recalled, half, other_half) = (robbed(&|_| {}), robbed(&|_| {}), robbed(&|_| {}));
    let both = [robbed(&|_| {}), robbed(&|_| {})];
    let join = |town: &mut Town, one: AlertId, other: AlertId| {
        let said = alert(town.fixture.villages[0], start());
        for fact in Join::between((one, &said), (other, &said), start().plus_hours(1)) {
            let scope = case(fact.alert);
            town.writes(town.police, fact, scope);
        }
    };
    join(&mut town, first, second);
    join(&mut town, half, other_half);
    join(&mut town, both[0], both[1]);
    for alert in [recalled, half, both[0], both[1]] {
        let recall = Recall { alert, at: start().plus_hours(2), reason: None };
        town.writes(town.police, recall, case(alert));
    }

    let drawn = sample(&town.fixture.town, town.sup, Period::ALL, 10, "七").unwrap();
    let mut expected = vec![on_roster[0], family, first, half];
    expected.sort();
    assert_eq!(drawn.population, expected);
    assert_eq!(drawn.chosen.len(), 4);
}

#[test]
fn q12_what_came_after_a_draw_changes_nothing_of_what_it_was_drawn_from() {
    let (mut town, alerts) = robbed(6);
    let fixture = &mut town.fixture;
    let period = Period { from: Some(start().plus_hours(-1)), until: Some(start().plus_hours(9)) };
    let (place, random) = (fixture.town.clone(), &mut fixture.random);
    let (id, drawn) = draw(&place, town.sup, (period, 2, "七"), now(), random).unwrap();
    assert_eq!(drawn.population.len(), 5);
    // Money of the period that is recorded later, of alerts there were and of a new one; one of those drawn is recalled,
    // a case moves, and who drew is a supervisor no more.
    town.sent(alerts[0], 1, 100);
    let new = town.alert(0, |_| {});
    town.sent(new, 1, 100);
    let recall = Recall { alert: alerts[2], at: start().plus_hours(1), reason: None };
    town.writes(town.police, recall, case(alerts[2]));
    let (sup, village) = (town.sup, town.fixture.villages[1]);
    town.fixture.reassign(sup, &[(Role::Supervisor, village)]);
    let same = DrawnFrom::Same(drawn.population.iter().copied().collect());
    assert_eq!(drawn_from(&place, sup, id).unwrap(), Some(same));
    assert_ne!(sample(&place, sup, period, 2, "七").unwrap().population, drawn.population);
    assert!(drawn_from(&place, town.police, id).unwrap().is_none());
}

fn call(alert: AlertId, draw: DocumentId, outcome: CallOutcome) -> CallBack {
    CallBack {
        alert,
        draw,
        at: now(),
        outcome,
        visited: None,
        explained: None,
        signed: None,
        app: None,
        met_in_time: None,
        satisfied: None,
        corrects: None,
        note: None,
    }
}

#[test]
fn q12_those_drawn_are_called_back_and_their_answers_kept_in_their_case_files() {
    let (mut town, alerts) = robbed(6);
    let fixture = &mut town.fixture;
    let village = fixture.person(Role::Supervisor, fixture.villages[0]);
    let elsewhere = fixture.person(Role::Supervisor, fixture.villages[1]);
    let volunteer = fixture.person(Role::Volunteer, fixture.root);
    let (place, random) = (fixture.town.clone(), &mut fixture.random);
    let (id, sample) = draw(&place, town.sup, (Period::ALL, 6, "七"), now(), random).unwrap();
    assert_eq!(sample.chosen.len(), 6);
    for by in [town.police, volunteer] {
        let refused = draw(&place, by, (Period::ALL, 6, "七"), now(), random);
        assert!(matches!(refused, Err(IntakeError::Denied(_))));
    }
    assert!(draw(&place, town.sup, (Period::ALL, 0, "七"), now(), random).is_err());
    assert!(draw(&place, town.sup, (Period::ALL, 1, " "), now(), random).is_err());
    assert_eq!(place.count(&Kind::Draw).unwrap(), 1);

    // Nobody answers, then somebody does, then what was written is put right.
    let alert = alerts[1];
    call_back(&place, village, call(alert, id, CallOutcome::NoAnswer), now(), random).unwrap();
    let reached = CallBack {
        visited: Some(Said::No),
        met_in_time: Some(Said::NotSure),
        satisfied: Some(2),
        ..call(alert, id, CallOutcome::Reached)
    };
    let first = call_back(&place, town.police, reached.clone(), now(), random).unwrap();
    let right = CallBack { visited: Some(Said::Yes), corrects: Some(first), ..reached.clone() };
    let second = call_back(&place, village, right, now().plus_minutes(1), random).unwrap();
    // Who does not hold the case file writes nothing into it; nor does anybody of somebody who was not drawn.
    for by in [elsewhere, volunteer] {
        let refused = call_back(&place, by, reached.clone(), now(), random);
        assert!(matches!(refused, Err(IntakeError::Unknown)));
    }
    // Nor does anybody put right what was said by somebody else.
    for (by, theirs) in [(elsewhere, alerts[0]), (town.police, alerts[2])] {
        let wrong = CallBack { corrects: Some(first), ..call(theirs, id, CallOutcome::Reached) };
        assert!(matches!(call_back(&place, by, wrong, now(), random), Err(IntakeError::Unknown)));
    }
    let other = CallBack { draw: second, ..reached.clone() };
    assert!(matches!(call_back(&place, village, other, now(), random), Err(IntakeError::Unknown)));
    let silent = CallBack { outcome: CallOutcome::NoAnswer, ..reached.clone() };
    assert!(matches!(call_back(&place, village, silent, now(), random), Err(IntakeError::Invalid(_))));
    let six = CallBack { satisfied: Some(6), ..reached };
    assert!(matches!(call_back(&place, village, six, now(), random), Err(IntakeError::Invalid(_))));

    let all = call_backs(&place, town.sup, id).unwrap().unwrap();
    assert_eq!((all.people.len(), all.elsewhere, all.waiting), (6, 0, 5));
    let calls = &all.people.iter().find(|(chosen, _)| chosen.alert == alert).unwrap().1;
    let seen: Vec<(bool, Option<Said>)> =
        calls.iter().map(|called| (called.corrected, called.call.visited.clone())).collect();
    assert_eq!(seen, [(false, None), (true, Some(Said::No)), (false, Some(Said::Yes))]);
    // A village's supervisor sees their own, and how many others there are.
    let part = call_backs(&place, village, id).unwrap().unwrap();
    assert_eq!((part.people.len(), part.elsewhere), (4, 2));
    assert!(part.people.iter().all(|(chosen, _)| chosen.area == town.fixture.villages[0]));
    assert!(call_backs(&place, volunteer, id).unwrap().is_none() && draws(&place, town.police).unwrap().is_empty());
    assert_eq!(draws(&place, village).unwrap()[0].draw.seed, "七");
    // They stand in the dossier of the person.
    let found = dossier::dossier(&place, alert, town.sup).unwrap().unwrap();
    let kept: BTreeSet<DocumentId> =
        found.entries.iter().filter(|entry| entry.kind == Kind::CallBack).map(|entry| entry.id).collect();
    assert_eq!(kept.len(), 3);
    assert!(kept.contains(&second));
}

#[test]
fn q12_only_who_sent_money_of_what_is_held_can_be_drawn() {
    let (mut town, alerts) = robbed(6);
    town.alert(0, |alert| alert.level = Level::Low);
    let fixture = &mut town.fixture;
    let (village, root) = (fixture.villages[1], fixture.root);
    let (elsewhere, head) = (fixture.person(Role::Supervisor, village), fixture.person(Role::TeamHead, root));
    let of = |reader| sample(&town.fixture.town, reader, Period::ALL, 10, "七").unwrap().population;
    assert_eq!(of(town.sup).len(), 6);
    assert_eq!(of(elsewhere), [alerts[0], alerts[3]]);
    assert!(of(head).is_empty());
}

#[test]
fn l8_q12_the_command_line_looks_up_lists_and_draws() {
    let (mut town, alerts) = robbed(3);
    let stranger = town.fixture.person(Role::Volunteer, town.fixture.root);
    let (sup, stranger) = (town.sup.to_string(), stranger.to_string());
    let data = town.fixture.folder.path().to_str().unwrap().to_owned();
    let desk = Desk::new();
    let run = |arguments: &[&str]| desk.run(&[&["accountability"], arguments, &["--data", &data]].concat());
    let look = |text: &str, by: &str, more: &[&str]| {
        run(&[&["look", text, "--at", "2026-03-02 09:00", "--as", by], more].concat())
    };
    let one = look(&alerts[0].to_string(), &sup, &["--json"]).done().json();
    assert_eq!(one["person"]["subject"]["alert"], alerts[0].to_string());
    assert_eq!(one["then"]["missed"][0]["what"], "not_accepted");
    assert_eq!(one["moment"], "2026-03-02T01:00:00Z");
    let words = look(&alerts[0].to_string(), &sup, &[]).done().out.clone();
    for word in ["As the server knew it then", "As it is known now", "MISSED first_meeting_overdue", "Came later"] {
        assert!(words.to_lowercase().contains(&word.to_lowercase()), "{word}: {words}");
    }
    let several = look("Somebody", &sup, &["--json"]).done().json();
    assert_eq!(several["matches"].as_array().unwrap().len(), 3);
    look("Somebody", &stranger, &[]).fails(2, &["nobody is found"]);
    run(&["look", "x", "--at", "yesterday", "--as", &sup]).fails(2, &["--at", "2026-03-04 12:00"]);

    let list = run(&["list", "--as", &sup, "--many", "1", "--json"]).done().json();
    assert_eq!((list["large_fen"].as_i64(), list["many"].as_i64()), (Some(LARGE_FEN), Some(1)));
    assert_eq!(list["lines"][0]["reasons"][0], "not_met");
    assert!(run(&["list", "--as", &stranger]).done().err.contains("Nothing"));
    run(&["list", "--as", &sup, "--from", "2026-03-02", "--to", "2026-03-01"]).fails(2, &["turn them round"]);

    let drawn =
        |more: &[&str]| run(&[&["sample", "--seed", "七", "--count", "2", "--as", &sup, "--json"], more].concat());
    let shown = drawn(&[]).done().json();
    assert!(shown["draw"].is_null() && shown["rule"] == RULE);
    assert!(draws(&town.fixture.town, town.sup).unwrap().is_empty(), "nothing was written");
    let kept = drawn(&["--keep"]).done().json();
    assert_eq!(kept["chosen"], shown["chosen"]);
    assert_eq!(draws(&town.fixture.town, town.sup).unwrap()[0].id.to_string(), kept["draw"]);
    let refused = run(&["sample", "--seed", "七", "--keep", "--as", &stranger]);
    refused.fails(2, &["only a supervisor"]);
}
