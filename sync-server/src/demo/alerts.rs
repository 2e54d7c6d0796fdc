//! What the demo does with alerts: taken, handed over, contested, talked about, paid after all, joined, taken back.
//!
//! Floor: sync-server, demo. Invariant: whatever is done is written into the books at once; what the server does of
//! itself is read off its log at once.

use qiaomen_core::clock::Watch as _;
use qiaomen_core::playbook::{Away, Cleared, Closed, Closing, Joined, Raised, Sent, Stopped};
use qiaomen_core::record::{
    AlertId, BroughtIn, Care, Comment, CustodyDecision, Day, Dissuasion, DocumentId, Duty, FraudKind, Hands, KeptAt,
    Kind, Level, MoneySent, Outcome, PersonId, Purpose, Record, Recorder, Scope, Step, StopStep, Time, Transfer, Way,
};

use super::books::Fate;
use super::script::{PHONES, POLICE, day_before};
use super::world::{World, opened};
use crate::access::SYSTEM;
use crate::author::Draft;
use crate::command::output::Failure;
use crate::intake::{Came, Sender, Told};

/// The message that reaches the station's chat group.
const MESSAGE: &str = "【预警】请速核：姓名：何晚秋，电话：12099990001，高危，疑似刷单返利，\
    现住址：南溪村一组8号，下发时间：{when}，编号：DEMO-CHAT-1，下发单位：市反诈中心";

impl World {
    /// The station's roster: its officer is on duty on every day of the demo.
    pub(super) fn roster(&mut self) -> Result<(), Failure> {
        let (person, area) = (self.person(PHONES[POLICE])?, self.root()?);
        let last: Day = self.zone.day(self.end);
        let (from, until) = (self.zone.start(day_before(last, 30)), self.zone.end(last).plus_hours(24));
        let duty = Record::from(Duty { area, from, until, person, deputy: None, cancelled: false });
        let by = self.person("supervisor")?;
        let id = DocumentId::fresh(self.now(), &mut self.random);
        self.office(by, vec![Draft::Create { id, record: Box::new(duty), scope: Scope::Town }], &[Scope::Town])
    }

    /// The server sees to alerts that came in, and to those that nobody took in time.
    pub(super) fn tend(&mut self) -> Result<(), Failure> {
        let (town, now) = (self.town.clone(), self.now());
        let before = town.store().log()?.size;
        self.intake.clone().tend(&town, now, &mut self.random)?;
        self.intake.clone().escalate(&town, now, &mut self.random)?;
        self.note_own(before)
    }

    /// Writes into the books what the server wrote by itself above a place in its log.
    fn note_own(&mut self, before: u64) -> Result<(), Failure> {
        for row in self.town.store().log_entries(before, usize::MAX)? {
            if let Some(stored) = self.town.store().document(row.entry.document)? {
                self.books.note(None, stored.scope, Fate::Accepted);
                if stored.author == SYSTEM && stored.kind == Kind::HandOver {
                    self.offered(stored.id)?;
                }
            }
        }
        Ok(())
    }

    fn offered(&mut self, id: DocumentId) -> Result<(), Failure> {
        let Some((_, document)) = self.town.document(id)? else { return Ok(()) };
        if let Ok(Record::HandOver(offer)) = document.record() {
            self.books.offers += 1;
            for (phone, login) in PHONES.iter().enumerate() {
                if self.people.get(*login) == Some(&offer.to) {
                    self.books.sent.insert((phone, offer.alert));
                }
            }
        }
        Ok(())
    }

    /// Takes an alert: as it was offered, where it was offered to this phone, else as the first who comes.
    pub(super) fn receive(&mut self, phone: usize, alert: usize) -> Result<(), Failure> {
        self.fact(phone, alert, |world, id| {
            let replica = &world.phones[phone].replica;
            let reading = world.phones[phone].clock.read();
            let me = world.people.get(PHONES[phone]).copied();
            let custody = replica.tasks().custody(id)?;
            let offer = custody.offers.iter().find(|offer| Some(offer.to) == me).map(|offer| offer.document);
            match offer {
                Some(offer) => replica.alerts().accept(id, offer, reading)?,
                None => replica.alerts().receipt(id, reading)?,
            };
            Ok(Fate::Accepted)
        })?;
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().seen(id, reading)?;
            Ok(Fate::Accepted)
        })
    }

    /// Offers an alert to somebody with a phone.
    pub(super) fn hand_over(&mut self, phone: usize, alert: usize, to: usize) -> Result<(), Failure> {
        let person = self.person(PHONES[to])?;
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().hand_over(id, person, None, reading)?;
            world.books.sent.insert((to, id));
            world.books.offers += 1;
            Ok(Fate::Accepted)
        })
    }

    /// Takes an alert as the first, whatever was offered: somebody does so before they know better.
    pub(super) fn take_first(&mut self, phone: usize, alert: usize) -> Result<(), Failure> {
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().receipt(id, reading)?;
            Ok(Fate::Accepted)
        })
    }

    /// A supervisor says whose an alert is.
    pub(super) fn decide(&mut self, alert: usize, to: usize) -> Result<(), Failure> {
        let owner = self.person(PHONES[to])?;
        self.office_fact(alert, |id, at| {
            CustodyDecision { alert: id, owner, at, reason: Some("以实际先到者为准".to_owned()) }.into()
        })?;
        if let Some(id) = self.alerts.get(&alert).copied() {
            self.books.sent.insert((to, id));
        }
        Ok(())
    }

    /// The person is followed up from afar for some days.
    pub(super) fn away(&mut self, alert: usize) -> Result<(), Failure> {
        let until = Some(self.now().plus_hours(4 * 24));
        let at = self.now();
        self.office_fact(alert, |id, at| {
            Transfer {
                alert: id,
                hands: Hands::FromAfar,
                place: Some("外地务工".to_owned()),
                accepted_by: None,
                at,
                until,
                reason: Some("本人在外，电话回访".to_owned()),
            }
            .into()
        })?;
        self.with_case(alert, |case| case.transfers.push(Away { at, until }));
        Ok(())
    }

    /// A supervisor says something about a case.
    pub(super) fn comment(&mut self, alert: usize) -> Result<(), Failure> {
        self.office_fact(alert, |id, at| Comment { alert: id, at, text: "请补录劝阻录像编号".to_owned() }.into())
    }

    fn office_fact(&mut self, alert: usize, make: impl FnOnce(AlertId, Time) -> Record) -> Result<(), Failure> {
        let Some(id) = self.alerts.get(&alert).copied() else { return Ok(()) };
        let by = self.person("supervisor")?;
        let record = make(id, self.now());
        let scope = Scope::CaseFile(id);
        let document = DocumentId::fresh(self.now(), &mut self.random);
        self.office(by, vec![Draft::Create { id: document, record: Box::new(record), scope }], &[scope])
    }

    fn with_case(&mut self, alert: usize, write: impl FnOnce(&mut qiaomen_core::playbook::Case)) {
        if let Some(id) = self.alerts.get(&alert).copied() {
            self.case(id, write);
        }
    }

    /// Money went although the person had been met, and the account is stopped; in the end it is released.
    pub(super) fn money(&mut self, phone: usize, alert: usize) -> Result<(), Failure> {
        let now = self.now();
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            let money = MoneySent {
                alert: id,
                at: now,
                sent: Some(now.plus_minutes(-30)),
                fen: Some(1_260_000),
                to: Some("网上的客服".to_owned()),
                note: None,
            };
            world.phones[phone].replica.alerts().money_sent(&money, reading)?;
            world.case(id, |case| case.money_sent.push(Sent { at: money.when(), fen: money.fen }));
            Ok(Fate::Accepted)
        })?;
        self.stop(phone, alert, StopStep::Asked)?;
        self.stop(phone, alert, StopStep::Frozen)
    }

    pub(super) fn stop(&mut self, phone: usize, alert: usize, step: StopStep) -> Result<(), Failure> {
        let now = self.now();
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().stop_payment(id, step.clone(), None, reading)?;
            world.case(id, |case| case.stops.push(Stopped { at: now, step }));
            Ok(Fate::Accepted)
        })
    }

    /// A worker finds the person out of danger, and their head says so.
    pub(super) fn propose(&mut self, phone: usize, alert: usize) -> Result<(), Failure> {
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().propose(id, Some("已连续回访，未再接触".to_owned()), reading)?;
            Ok(Fate::Accepted)
        })
    }

    pub(super) fn clear(&mut self, phone: usize, alert: usize) -> Result<(), Failure> {
        let now = self.now();
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().clear(id, None, reading)?;
            world.case(id, |case| case.clearances.push(Cleared { at: now, withdrawn: None }));
            Ok(Fate::Accepted)
        })
    }

    /// The issuer takes an alert back.
    pub(super) fn recall(&mut self, phone: usize, alert: usize) -> Result<(), Failure> {
        let now = self.now();
        self.fact(phone, alert, |world, id| {
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.alerts().recall(id, Some("误报".to_owned()), reading)?;
            world.case(id, |case| case.closed = Some(Closing { at: now, why: Closed::Recalled }));
            Ok(Fate::Accepted)
        })
    }

    /// A system hands in another alert about the person of one that is open: it joins that one.
    pub(super) fn another(&mut self, alert: usize, number: usize) -> Result<(), Failure> {
        let Some(first) = self.alerts.get(&alert).copied() else { return Ok(()) };
        let Some((_, document)) = self.town.document(first.into())? else { return Ok(()) };
        let Ok(Record::Alert(about)) = document.record() else { return Ok(()) };
        let (now, person) = (self.now(), self.person_named("市反诈平台")?);
        let told = Told {
            number: Some(format!("DEMO-API-{number}")),
            name: about.name.clone(),
            telephone: about.telephone.clone(),
            level: Level::Extreme,
            issuer: "市反诈平台".to_owned(),
            origin: None,
            area: Some(about.area),
            places: Vec::new(),
            issued: now.plus_minutes(-5),
            reached_station: Some(now.plus_minutes(-2)),
            passed_on: None,
            note: None,
            recalled: None,
        };
        let (town, before) = (self.town.clone(), self.town.store().log()?.size);
        let sender = Sender { person, is_integration: true };
        let taken = self.intake.clone().take(&town, sender, told, now, &mut self.random)?;
        self.note_own(before)?;
        if taken.came == Came::Created {
            self.adopt(number, taken.alert)?;
        }
        if taken.joined == Some(first) {
            let at = now;
            let issued = now.plus_minutes(-5);
            self.case(first, |case| {
                case.raises.push(Raised { level: Level::Extreme, at });
                case.joins.push(Joined { issued, at });
            });
            self.case(taken.alert, |case| {
                case.closed = Some(Closing { at, why: Closed::Joined });
            });
            let head = self.heads.get(&first).copied();
            self.heads.extend(head.map(|head| (taken.alert, head)));
        }
        Ok(())
    }

    /// An alert that did not come by the demo's file.
    fn adopt(&mut self, number: usize, id: AlertId) -> Result<(), Failure> {
        let Some((_, document)) = self.town.document(id.into())? else { return Ok(()) };
        if let Ok(Record::Alert(record)) = document.record() {
            self.alerts.insert(number, id);
            self.books.cases.insert(id, opened(&record));
        }
        Ok(())
    }

    /// The station's officer pastes a message from the chat group into their phone, which has no signal.
    pub(super) fn paste(&mut self, number: usize, head: usize) -> Result<(), Failure> {
        let now = self.now();
        let message = MESSAGE.replace("{when}", &self.zone.written(now.plus_minutes(-20)));
        let area = self.grid("南溪村")?;
        let phone = &self.phones[POLICE];
        let reading = phone.clock.read();
        let understood = phone.replica.alerts().understand(&message, &reading)?;
        let Some(first) = understood.first() else {
            return Err(Failure::new("the demo's message was not understood as an alert"));
        };
        let alert = first.draft(area, now, &mut self.random);
        let id = phone.replica.alerts().create(&alert, reading)?;
        self.alerts.insert(number, id);
        self.heads.insert(id, head);
        self.books.cases.insert(id, opened(&alert));
        self.books.note(Some(POLICE), Scope::CaseFile(id), Fate::Accepted);
        Ok(())
    }

    /// The person is met and talked to, step by step, with a recording.
    pub(super) fn dissuade(&mut self, phone: usize, alert: usize, at_risk: bool) -> Result<(), Failure> {
        let deep = at_risk && alert.is_multiple_of(3);
        let dissuasion = Dissuasion {
            steps: [Step::IdentityShown, Step::ReasonSaid, Step::KindJudged, Step::ScriptUsed, Step::TricksExplained]
                .into(),
            fraud: Some(FraudKind::KNOWN[alert % FraudKind::KNOWN.len()].clone()),
            script: Some("builtin-1".to_owned()),
            deeply_taken_in: deep,
            brought_in: deep.then_some(BroughtIn::Relatives).into_iter().collect(),
            ways: [Way::InPerson].into(),
            place: None,
            officers: None,
            team: None,
            courtesy: true,
            // Now and then it was forgotten, and that shows.
            recorded_with: (!alert.is_multiple_of(5)).then_some(Recorder::VideoRecorder),
            recorded_by: None,
            kept_at: (!alert.is_multiple_of(5)).then_some(KeptAt::Police),
            kept_as: None,
            care: at_risk.then_some(Care::Counselling).into_iter().collect(),
        };
        self.visit(phone, alert, Purpose::Dissuasion, Outcome::Met, Some(at_risk), Some(dissuasion))
    }

    fn person_named(&self, name: &str) -> Result<PersonId, Failure> {
        let people = self.town.people()?;
        let found = people.into_iter().find(|(_, person)| person.name == name).map(|(id, _)| id);
        found.ok_or_else(|| Failure::new(format!("the demo's town has no {name}")))
    }

    /// A system that hands in alerts.
    pub(super) fn integration(&mut self) -> Result<(), Failure> {
        use qiaomen_core::record::{Assignment, AssignmentId, Person, Role};
        let (area, now) = (self.root()?, self.now());
        let held = Assignment { role: Role::Integration, area, ended: false };
        let person = Person {
            name: "市反诈平台".to_owned(),
            login: None,
            telephone: None,
            left: false,
            assignments: [(AssignmentId::fresh(now, &mut self.random), held)].into(),
        };
        let by = self.person("supervisor")?;
        let id = PersonId::fresh(now, &mut self.random).into();
        self.office(by, vec![Draft::Create { id, record: Box::new(person.into()), scope: Scope::Town }], &[Scope::Town])
    }
}
