//! The people of two case files, and what each may write into them without a connection.

use proptest::prelude::*;
use qiaomen_core::record::{
    AlertId, DocumentId, Hands, Level, MoneySent, Outcome, PersonId, Purpose, Record, Risk, Role, StopStep, Time,
    Transfer,
};
use qiaomen_core::replica::{Kept, ReplicaError};

use crate::harness::{Phone, World, at, records};

/// Whose phone is which.
pub const POLICE: usize = 0;
pub const HEAD: usize = 1;
pub const OTHER: usize = 2;
pub const WORKER: usize = 3;
pub const SUPERVISOR: usize = 4;

/// Somebody does something on their phone, some minutes after what was done before.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// Of those who may do such a thing the n-th.
    pub who: usize,
    /// In the first case file or the second.
    pub alert: usize,
    pub minutes: i64,
    pub what: What,
}

/// What is written. Numbers pick one of what there is.
#[derive(Clone, Copy, Debug)]
pub enum What {
    Receipt,
    Offer { to: usize },
    Accept { which: usize },
    TakeBack { which: usize },
    Decide { owner: usize },
    Send { to: usize },
    Visit { outcome: usize, risk: usize },
    Raise { level: usize },
    Feedback,
    Clear,
    Withdraw { which: usize },
    Money { ago: i64, fen: i64 },
    Stop { step: usize },
    Recall,
    Join { turned: bool },
    Transfer { afar: bool, days: i64 },
    Extend { days: i64 },
    Propose,
    Seen,
    Comment,
}

impl What {
    /// Who may.
    const fn by(self) -> &'static [usize] {
        match self {
            Self::Offer { .. } | Self::TakeBack { .. } | Self::Send { .. } | Self::Comment => {
                &[POLICE, HEAD, OTHER, WORKER, SUPERVISOR]
            }
            Self::Decide { .. } | Self::Extend { .. } => &[SUPERVISOR],
            Self::Raise { .. } | Self::Recall => &[POLICE, SUPERVISOR],
            // Both case files take two facts, and only these hold both.
            Self::Join { .. } => &[POLICE, SUPERVISOR],
            Self::Clear => &[POLICE, HEAD, OTHER],
            Self::Withdraw { .. } | Self::Transfer { .. } => &[POLICE, HEAD, OTHER, SUPERVISOR],
            _ => &[POLICE, HEAD, OTHER, WORKER],
        }
    }
}

fn what() -> impl Strategy<Value = What> {
    let number = 0..8_usize;
    prop_oneof![
        6 => Just(What::Receipt),
        4 => number.clone().prop_map(|to| What::Offer { to }),
        5 => number.clone().prop_map(|which| What::Accept { which }),
        2 => number.clone().prop_map(|which| What::TakeBack { which }),
        2 => number.clone().prop_map(|owner| What::Decide { owner }),
        1 => number.clone().prop_map(|to| What::Send { to }),
        6 => (number.clone(), number.clone()).prop_map(|(outcome, risk)| What::Visit { outcome, risk }),
        2 => number.clone().prop_map(|level| What::Raise { level }),
        1 => Just(What::Feedback),
        3 => Just(What::Clear),
        2 => number.clone().prop_map(|which| What::Withdraw { which }),
        3 => (-300..3_000_i64, 0..9_000_000_i64).prop_map(|(ago, fen)| What::Money { ago, fen }),
        3 => number.prop_map(|step| What::Stop { step }),
        1 => Just(What::Recall),
        1 => any::<bool>().prop_map(|turned| What::Join { turned }),
        1 => (any::<bool>(), 0..20_i64).prop_map(|(afar, days)| What::Transfer { afar, days }),
        1 => (1..60_i64).prop_map(|days| What::Extend { days }),
        1 => Just(What::Propose),
        1 => Just(What::Seen),
        1 => Just(What::Comment),
    ]
}

pub fn act() -> impl Strategy<Value = Act> {
    let minutes = prop_oneof![3 => 0..90_i64, 1 => 0..3_000_i64];
    (0..8_usize, prop_oneof![4 => Just(0), 1 => Just(1)], minutes, what()).prop_map(|(who, alert, minutes, what)| Act {
        who,
        alert,
        minutes,
        what,
    })
}

/// Five people, each with a phone; two alerts about one person, the first of which they all hold.
pub struct Cast {
    pub world: World,
    /// The five phones, and whatever phones joined later.
    pub phones: Vec<Phone>,
    pub alerts: [AlertId; 2],
}

impl Cast {
    pub fn new() -> Self {
        let mut world = World::new();
        // What is written here is the phones' alone.
        world.intake.pause(true);
        let phones = vec![
            world.with_role(Role::Police, world.root),
            world.with_role(Role::TeamHead, world.villages[0]),
            world.with_role(Role::TeamHead, world.villages[1]),
            world.worker(2),
            world.with_role(Role::Supervisor, world.root),
        ];
        let alerts = [(Level::High, "03-01 09:00"), (Level::Medium, "03-01 09:30")].map(|(level, when)| {
            world.clock.set(at(when));
            let alert = records::alert(world.villages[0], level, at(when));
            phones[POLICE].replica().alerts().create(&alert, phones[POLICE].reading()).unwrap()
        });
        let sends = phones[POLICE].replica().alerts();
        sends.send(alerts[0], phones[WORKER].person, None, phones[POLICE].reading()).unwrap();
        sends.hand_over(alerts[0], phones[OTHER].person, None, phones[POLICE].reading()).unwrap();
        world.settle(&phones.iter().collect::<Vec<_>>());
        for phone in &phones {
            assert!(phone.has(alerts[0]));
        }
        Self { world, phones, alerts }
    }

    pub fn person(&self, number: usize) -> PersonId {
        self.phones[number % 5].person
    }

    /// Writes it on the phone of whom it names, where there is anything to write about; nothing is sent.
    pub fn act(&self, act: &Act) {
        self.world.clock.pass(act.minutes * 60_000);
        let may = act.what.by();
        let phone = &self.phones[may[act.who % may.len()]];
        let alert = self.alerts[if phone.has(self.alerts[act.alert]) { act.alert } else { 0 }];
        match self.write(phone, alert, act.what) {
            Ok(_) | Err(ReplicaError::NotFound) => {}
            Err(error) => panic!("{act:?}: {error}"),
        }
    }

    fn write(&self, phone: &Phone, alert: AlertId, what: What) -> Result<DocumentId, ReplicaError> {
        let (alerts, reading) = (phone.replica().alerts(), phone.reading());
        let now = phone.replica().corrected(&reading)?.time;
        match what {
            What::Receipt => alerts.receipt(alert, reading),
            What::Offer { to } => alerts.hand_over(alert, self.person(to), None, reading),
            What::Accept { which } => {
                // Mostly what was offered to them, and now and then what was not.
                let to_me = |fact: &Kept<Record>| matches!(&fact.record, Record::HandOver(it) if it.to == phone.person);
                let offer = one_of(phone, alert, which, to_me)
                    .or_else(|| one_of(phone, alert, which, |fact| matches!(fact.record, Record::HandOver(_))));
                alerts.accept(alert, offer.ok_or(ReplicaError::NotFound)?, reading)
            }
            What::TakeBack { which } => {
                let offer = one_of(phone, alert, which, |fact| matches!(fact.record, Record::HandOver(_)));
                alerts.take_back(alert, offer.ok_or(ReplicaError::NotFound)?, None, reading)
            }
            What::Decide { owner } => alerts.decide(alert, self.person(owner), None, reading),
            What::Send { to } => alerts.send(alert, self.person(to), None, reading),
            What::Visit { outcome, risk } => {
                let outcome =
                    [Outcome::Met, Outcome::Met, Outcome::NobodyHome, Outcome::TelephoneOnly][outcome % 4].clone();
                let risk = [None, Some(Risk::None), Some(Risk::MayBeDefraudedAgain)][risk % 3].clone();
                let visit = records::alert_visit(alert, Purpose::FollowUp, outcome, risk, now);
                phone.replica().visits().save(&visit, reading)
            }
            What::Raise { level } => alerts.raise(alert, Level::KNOWN[level % 4].clone(), None, reading),
            What::Feedback => alerts.feedback(alert, None, reading),
            What::Clear => alerts.clear(alert, None, reading),
            What::Withdraw { which } => {
                let cleared = one_of(phone, alert, which, |fact| matches!(fact.record, Record::Clearance(_)));
                alerts.withdraw(alert, cleared.ok_or(ReplicaError::NotFound)?, None, reading)
            }
            What::Money { ago, fen } => {
                let sent = (ago >= 0).then(|| now.plus_minutes(-ago));
                alerts.money_sent(&MoneySent { alert, at: now, sent, fen: Some(fen), to: None, note: None }, reading)
            }
            What::Stop { step } => alerts.stop_payment(alert, StopStep::KNOWN[step % 3].clone(), None, reading),
            What::Recall => alerts.recall(alert, None, reading),
            What::Join { turned } => {
                let [one, other] = if turned { [1, 0] } else { [0, 1] }.map(|which: usize| self.alerts[which]);
                alerts.join(one, other, reading).map(|(joined, _)| joined)
            }
            What::Transfer { afar, days } => alerts.transfer(&transfer(alert, afar, now, days), reading),
            What::Extend { days } => alerts.extend(alert, now.plus_hours(days * 24), None, reading),
            What::Propose => alerts.propose(alert, None, reading),
            What::Seen => alerts.seen(alert, reading),
            What::Comment => alerts.comment(alert, "看过".to_owned(), reading),
        }
    }
}

fn transfer(alert: AlertId, afar: bool, now: Time, days: i64) -> Transfer {
    let (hands, accepted_by) =
        if afar { (Hands::FromAfar, None) } else { (Hands::OtherPlace, Some("当地派出所".to_owned())) };
    let until = (days > 0).then(|| now.plus_hours(days * 24));
    Transfer { alert, hands, place: None, accepted_by, at: now, until, reason: None }
}

/// The n-th fact of this sort that the phone knows.
fn one_of(phone: &Phone, alert: AlertId, which: usize, sort: impl Fn(&Kept<Record>) -> bool) -> Option<DocumentId> {
    let mut found: Vec<DocumentId> =
        phone.replica().alerts().file(alert).unwrap().iter().filter(|fact| sort(fact)).map(|fact| fact.id).collect();
    found.sort_unstable();
    (!found.is_empty()).then(|| found[which % found.len()])
}
