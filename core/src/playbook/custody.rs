//! Whose an alert is (Q5), from its receipts, offers and a supervisor's decisions.
//!
//! Floor: playbook. Invariants: the order is the server's acceptance numbers, whatever the phones' clocks say; once
//! it is somebody's it is never nobody's again; an offer changes nothing until the one it was made to accepts, and
//! only while it is open; an earlier time changes no owner, it only opens a contest, which a decision ends; the
//! answer does not depend on the order of the input.

use std::cmp::Ordering;

use crate::record::{DocumentId, Header, PersonId, Record, Role, Time};

/// Something that bears on whose an alert is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Who did it.
    pub person: PersonId,
    /// The role they did it in.
    pub role: Role,
    /// Its document.
    pub document: DocumentId,
    /// The number under which the server accepted it; none yet where it has not.
    pub acceptance: Option<u64>,
    /// Whether it was sent again after the server was restored, and kept its number.
    pub healed: bool,
    /// The hash of its first change.
    pub change_hash: [u8; 32],
    /// When, corrected; a receipt's is no earlier than the server first sent the alert to that phone, where that is
    /// known.
    pub at: Time,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// They took it: for the first time, or as it was offered to them.
    Taken {
        /// The offer that is accepted.
        offer: Option<DocumentId>,
    },
    /// They offered it to somebody.
    Offered {
        /// To whom.
        to: PersonId,
    },
    /// An offer was taken back.
    TakenBack {
        /// Which.
        offer: DocumentId,
    },
    /// A supervisor said whose it is.
    Decided {
        /// Whose.
        owner: PersonId,
    },
}

impl What {
    /// What a record does to an alert's custody; nothing for most.
    #[must_use]
    pub const fn of(record: &Record) -> Option<(Self, Time)> {
        match record {
            Record::Receipt(receipt) => Some((Self::Taken { offer: receipt.offer }, receipt.at)),
            Record::HandOver(offer) => Some((Self::Offered { to: offer.to }, offer.at)),
            Record::TakeBack(back) => Some((Self::TakenBack { offer: back.offer }, back.at)),
            Record::CustodyDecision(decision) => Some((Self::Decided { owner: decision.owner }, decision.at)),
            _ => None,
        }
    }
}

/// How the server has a fact: its number, whether it was healed, the hash of its first change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number under which the server accepted it.
    pub acceptance: Option<u64>,
    /// Whether it was sent again after the server was restored, and kept its number.
    pub healed: bool,
    /// The hash of its first change.
    pub change_hash: [u8; 32],
    /// When the server first sent the alert to the phone that wrote it.
    pub sent: Option<Time>,
}

impl Event {
    /// The event of a fact; none for one that does not bear on custody.
    #[must_use]
    pub fn of(document: DocumentId, header: &Header, record: &Record, place: Place) -> Option<Self> {
        Self::by(document, (header.author, &header.role), record, place)
    }

    /// The same, of a fact that somebody wrote in a role.
    #[must_use]
    pub fn by(document: DocumentId, (person, role): (PersonId, &Role), record: &Record, place: Place) -> Option<Self> {
        let (what, at) = What::of(record)?;
        let at = match what {
            What::Taken { .. } => place.sent.map_or(at, |sent| at.max(sent)),
            _ => at,
        };
        Some(Self {
            person,
            role: role.clone(),
            document,
            acceptance: place.acceptance,
            healed: place.healed,
            change_hash: place.change_hash,
            at,
            what,
        })
    }
}

/// How somebody came to have an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// They were the first to take it.
    First,
    /// It was handed over to them, and they accepted.
    HandedOver,
    /// A supervisor said so.
    Decided,
}

/// Whose it is or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: PersonId,
    /// The record by which.
    pub document: DocumentId,
    /// When.
    pub at: Time,
    /// How.
    pub came: Came,
    /// Who gave it to them: the one who offered it, the supervisor who decided; themselves where they took it.
    pub by: PersonId,
}

/// Somebody took the alert earlier than its first receiver, by their phone's account, and was heard of later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// Who.
    pub person: PersonId,
    /// Their receipt.
    pub document: DocumentId,
    /// When they say they took it.
    pub at: Time,
}

/// An offer that can still be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The hand-over.
    pub document: DocumentId,
    /// Who offers.
    pub from: PersonId,
    /// To whom.
    pub to: PersonId,
    /// When.
    pub at: Time,
}

/// Whose an alert is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custody {
    /// Whose it is.
    pub owner: Option<Holder>,
    /// Everybody whose it was, the first receiver first, the owner last.
    pub holders: Vec<Holder>,
    /// Offers that are open, in the order of acceptance.
    pub offers: Vec<Offer>,
    /// Receipts accepted later with an earlier time, in the order of acceptance, since the last decision.
    pub contests: Vec<Contest>,
    /// What the server has not accepted yet.
    pub unconfirmed: Vec<Event>,
}

/// Whose the alert of these events is.
#[must_use]
pub fn custody(events: &[Event]) -> Custody {
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_unstable_by(|one, other| order(one, other));
    let mut custody = Custody::default();
    // Who took it first of all, and when.
    let mut first: Option<(PersonId, Time)> = None;
    for event in sorted {
        if event.acceptance.is_none() {
            custody.unconfirmed.push(event.clone());
            continue;
        }
        custody.follow(event, &mut first);
    }
    custody
}

impl Custody {
    fn follow(&mut self, event: &Event, first: &mut Option<(PersonId, Time)>) {
        let supervisor = event.role == Role::Supervisor;
        match event.what {
            What::Taken { offer: Some(offer) } => {
                let open = self.offers.iter().find(|open| open.document == offer && open.to == event.person);
                if let Some(from) = open.map(|open| open.from) {
                    first.get_or_insert((event.person, event.at));
                    self.goes_to(event.person, event, (Came::HandedOver, from));
                }
            }
            What::Taken { offer: None } => match (&self.owner, *first) {
                (None, _) => {
                    *first = Some((event.person, event.at));
                    self.goes_to(event.person, event, (Came::First, event.person));
                }
                (Some(_), Some((receiver, at))) if event.at < at && event.person != receiver => {
                    self.contests.push(Contest { person: event.person, document: event.document, at: event.at });
                }
                _ => {}
            },
            What::Offered { to } => {
                let may = supervisor || self.owner.as_ref().is_none_or(|owner| owner.person == event.person);
                if may {
                    self.offers.push(Offer { document: event.document, from: event.person, to, at: event.at });
                }
            }
            What::TakenBack { offer } => {
                self.offers.retain(|open| open.document != offer || (open.from != event.person && !supervisor));
            }
            What::Decided { owner } if supervisor => {
                self.contests.clear();
                self.goes_to(owner, event, (Came::Decided, event.person));
            }
            What::Decided { .. } => {}
        }
    }

    /// It is theirs; what the one before offered is off.
    fn goes_to(&mut self, person: PersonId, event: &Event, (came, by): (Came, PersonId)) {
        let holder = Holder { person, document: event.document, at: event.at, came, by };
        self.offers.clear();
        self.holders.push(holder.clone());
        self.owner = Some(holder);
    }
}

/// By acceptance number, those without one last; of equals the healed one first, then the smaller hash.
fn order(one: &Event, other: &Event) -> Ordering {
    let key = |event: &Event| (event.acceptance.is_none(), event.acceptance, !event.healed);
    key(one)
        .cmp(&key(other))
        .then_with(|| one.change_hash.cmp(&other.change_hash))
        .then_with(|| one.document.cmp(&other.document))
}
