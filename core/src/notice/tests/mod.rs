//! One test a rule, and what holds for any case however often it is asked.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod custody;
mod due;
mod nights;
mod properties;

use std::collections::BTreeSet;

use super::*;
use crate::playbook::{Case, Event, What, custody as reckon};
use crate::record::Role;

const ME: u8 = 1;

fn at(short: &str) -> Time {
    let (day, time) = short.split_once(' ').unwrap();
    Time::parse(&format!("2026-{day}T{time}:00+08:00")).unwrap()
}

fn person(name: u8) -> PersonId {
    PersonId::from_bytes([name; 16])
}

fn document(number: u8) -> DocumentId {
    DocumentId::from_bytes([number; 16])
}

fn said(number: u8, by: u8, when: &str) -> Said {
    Said { document: document(number), by: person(by), at: at(when) }
}

/// A phone, and what it was told before.
struct Phone {
    zone: Zone,
    me: Me,
    cases: Vec<(CaseNow, Case)>,
    events: Vec<Vec<Event>>,
    refused: Vec<RefusedNow>,
    reviews: Vec<ReviewNow>,
    reminders: Vec<ReminderNow>,
    shown: BTreeSet<NoticeKey>,
    floor: Time,
    settings: Settings,
}

impl Phone {
    fn of(takes: bool) -> Self {
        Self {
            zone: Zone::shanghai(),
            me: Me { person: person(ME), takes, decides: false },
            cases: Vec::new(),
            events: Vec::new(),
            refused: Vec::new(),
            reviews: Vec::new(),
            reminders: Vec::new(),
            shown: BTreeSet::new(),
            floor: Time::MIN,
            settings: Settings::default(),
        }
    }

    /// An alert of this level, which somebody else entered; returns its place.
    fn alert(&mut self, level: Level, issued: Time) -> usize {
        let case = Case {
            alert: level,
            issued,
            reached_station: issued,
            raises: Vec::new(),
            visits: Vec::new(),
            feedbacks: Vec::new(),
            money_sent: Vec::new(),
            stops: Vec::new(),
            clearances: Vec::new(),
            extensions: Vec::new(),
            transfers: Vec::new(),
            joins: Vec::new(),
            closed: None,
        };
        self.case(case)
    }

    fn case(&mut self, case: Case) -> usize {
        let number = 100 + u8::try_from(self.cases.len()).unwrap();
        let alert = AlertId::from_bytes([number; 16]);
        let now = CaseNow {
            alert,
            level: case.alert.clone(),
            result: CaseResult::Running,
            entered: Said { document: alert.into(), by: person(90), at: case.issued },
            custody: Custody::default(),
            due: Vec::new(),
            sendings: Vec::new(),
            comments: Vec::new(),
        };
        self.cases.push((now, case));
        self.events.push(Vec::new());
        self.cases.len() - 1
    }

    /// Somebody does something to an alert's custody.
    fn does(&mut self, case: usize, who: u8, role: Role, when: &str, what: What) -> DocumentId {
        let number = self.events.iter().map(Vec::len).sum::<usize>() as u64 + 1;
        let document = document(200 + u8::try_from(number).unwrap());
        self.events[case].push(Event {
            person: person(who),
            role,
            document,
            acceptance: Some(number),
            healed: false,
            change_hash: [0; 32],
            at: at(when),
            what,
        });
        document
    }

    fn takes(&mut self, case: usize, who: u8, when: &str) -> DocumentId {
        self.does(case, who, Role::GridWorker, when, What::Taken { offer: None })
    }

    fn offers(&mut self, case: usize, who: u8, to: u8, when: &str) -> DocumentId {
        self.does(case, who, Role::GridWorker, when, What::Offered { to: person(to) })
    }

    fn accepts(&mut self, case: usize, who: u8, offer: DocumentId, when: &str) -> DocumentId {
        self.does(case, who, Role::GridWorker, when, What::Taken { offer: Some(offer) })
    }

    fn decides(&mut self, case: usize, who: u8, owner: u8, when: &str) -> DocumentId {
        self.does(case, who, Role::Supervisor, when, What::Decided { owner: person(owner) })
    }

    fn inputs(&self, now: Time) -> Inputs<'_> {
        let rules = crate::playbook::Playbook::builtin();
        let cases = self.cases.iter().zip(&self.events).map(|((case, facts), events)| CaseNow {
            custody: reckon(events),
            due: crate::playbook::due(&rules, facts, &self.zone, now).list,
            ..case.clone()
        });
        Inputs {
            me: self.me,
            cases: cases.collect(),
            refused: self.refused.clone(),
            reviews: self.reviews.clone(),
            reminders: self.reminders.clone(),
            shown: self.shown.clone(),
            floor: self.floor,
            now,
            zone: &self.zone,
            settings: self.settings,
        }
    }

    fn plan(&self, now: Time) -> Plan {
        plan(&self.inputs(now))
    }

    /// Asks, and is told.
    fn tells(&mut self, when: &str) -> Vec<NoticeKind> {
        let plan = self.plan(at(when));
        self.shown.extend(plan.show.iter().flat_map(Notice::keys).cloned());
        plan.show.iter().map(|notice| notice.kind).collect()
    }
}
