//! What happens in the demo town: a list of events, computed from a seed and the day it ends.
//!
//! Floor: sync-server, demo. Pure. Invariant: the list depends on the seed, the zone and `now` only, so that a
//! run can be repeated.

use qiaomen_core::record::random::{self, Random, SeededRandom};
use qiaomen_core::record::{Day, Time, Zone};

/// The people of the demo who carry a phone, by login; where they are in this list is their number.
pub(super) const PHONES: [&str; 12] = [
    "worker1",
    "worker2",
    "worker3",
    "worker4",
    "worker5",
    "worker6",
    "worker7",
    "worker8",
    "volunteer1",
    "head1",
    "head2",
    "police1",
];
/// How many days are worked through before the last one.
pub(super) const DAYS: i64 = 12;

pub(super) const WORKER_1: usize = 0;
pub(super) const WORKER_2: usize = 1;
pub(super) const WORKER_3: usize = 2;
pub(super) const WORKER_4: usize = 3;
pub(super) const HEAD_1: usize = 9;
pub(super) const HEAD_2: usize = 10;
pub(super) const POLICE: usize = 11;

/// What a phone does, or the town's office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// The phone exchanges with the server until it has everything.
    Exchange,
    /// All phones exchange at the same time.
    Storm,
    /// The office imports an alert that has just reached it.
    Import { alert: usize },
    /// The next door of the phone's grids is visited. `met` is false where nobody opens.
    Door { met: bool },
    /// A household visited before is put right: the app is on a resident's telephone now.
    Edit,
    /// The phone takes an alert, and reaches its person.
    Contact { alert: usize, met: bool },
    /// The person is met.
    Dissuade { alert: usize, at_risk: bool },
    /// What was found is reported back.
    Report { alert: usize },
    /// A worker is given the case file.
    Send { alert: usize, to: usize },
    /// The worker comes back.
    FollowUp { alert: usize, met: bool, at_risk: bool },
    /// The police raise the level.
    Raise { alert: usize },
    /// The head finds that the person is out of danger.
    Clear { alert: usize },
    /// Whoever has the alert offers it to another phone's user.
    HandOver { alert: usize, to: usize },
    /// The alert is taken as it was offered.
    Accept { alert: usize },
    /// The alert is taken by somebody who does not know that another has it.
    TakeFirst { alert: usize },
    /// A supervisor says whose it is.
    Decide { alert: usize, to: usize },
    /// Money went although the person had been met; the account is stopped.
    Money { alert: usize },
    /// The account is released.
    Release { alert: usize },
    /// A worker proposes that the person is out of danger.
    Propose { alert: usize },
    /// The alert was issued in error.
    Recall { alert: usize },
    /// A system hands in another alert about the same person.
    Another { alert: usize, number: usize },
    /// The station's officer pastes a message into the phone.
    Paste { number: usize, head: usize },
    /// The person is followed up from afar.
    Away { alert: usize },
    /// A supervisor says something about a case.
    Comment { alert: usize },
    /// A worker raises the level, which is not theirs to do.
    Forbidden { alert: usize },
    /// Two phones write the note of the same door of the first grid; what each writes differs.
    SameField { door: usize },
    /// Two phones write different fields of the same door of the first grid.
    OtherField { door: usize },
    /// A worker enters a door that is on the roster once more.
    Again { same_address: bool },
    /// The office moves a worker out of a grid.
    Move,
    /// The worker who was moved, not knowing it yet, visits a door of that grid and puts it right.
    AfterMove,
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// When.
    pub at: Time,
    /// On which phone, where it is a phone's doing.
    pub phone: usize,
    /// What.
    pub act: Act,
}

/// An alert of the demo's file: when it reached the town, and whose village it is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    /// When.
    pub at: Time,
    /// The village's head.
    pub head: usize,
    /// The workers of the village.
    pub workers: [usize; 2],
}

/// So many draws from a seed.
struct Dice(SeededRandom);

impl Dice {
    fn below(&mut self, limit: u64) -> i64 {
        let drawn = u64::from_be_bytes(random::bytes(&mut self.0 as &mut dyn Random));
        i64::try_from(drawn % limit.max(1)).unwrap_or(0)
    }

    fn percent(&mut self, chance: i64) -> bool {
        self.below(100) < chance
    }
}

/// The day so many days before `last`.
pub(super) fn day_before(last: Day, days: i64) -> Day {
    use jiff::ToSpan as _;
    last.saturating_sub(days.days())
}

/// Everything that happens up to `now`, in order.
pub(super) fn script(seed: u64, now: Time, zone: &Zone, alerts: &[Reached]) -> Vec<Event> {
    let mut dice = Dice(SeededRandom::new(seed));
    let last = zone.day(now);
    let mut events = Vec::new();
    for ago in (0..=DAYS).rev() {
        let start = zone.start(day_before(last, ago));
        day(&mut events, &mut dice, start, ago);
    }
    for (number, alert) in alerts.iter().enumerate() {
        case(&mut events, &mut dice, number, *alert);
    }
    special(&mut events, last, zone, alerts);
    events.retain(|event| event.at < now);
    // Stable: what falls on the same minute stays in the order in which it was thought of.
    events.sort_by_key(|event| event.at);
    events
}

/// An ordinary day: exchanges morning and evening where there is a signal, doors in between.
fn day(events: &mut Vec<Event>, dice: &mut Dice, start: Time, ago: i64) {
    for phone in 0..PHONES.len() {
        let at = |minutes: i64| start.plus_minutes(minutes + i64::try_from(phone).unwrap_or(0) * 2);
        // No signal in the morning for some, in the evening for others.
        if ago == DAYS || !dice.percent(20) {
            events.push(Event { at: at(7 * 60 + 30), phone, act: Act::Exchange });
        }
        if phone < HEAD_1 {
            for round in 0..4 + dice.below(5) {
                let met = dice.percent(72);
                let minutes = 9 * 60 + round * 40 + dice.below(30);
                events.push(Event { at: at(minutes), phone, act: Act::Door { met } });
                if met && dice.percent(35) {
                    events.push(Event { at: at(minutes + 5), phone, act: Act::Edit });
                }
            }
        }
        if !dice.percent(25) {
            events.push(Event { at: at(18 * 60), phone, act: Act::Exchange });
        }
    }
}

/// What is done for one alert; some of it late, some of it never.
fn case(events: &mut Vec<Event>, dice: &mut Dice, number: usize, alert: Reached) {
    let Reached { at, head, workers } = alert;
    let mut push = |minutes: i64, phone: usize, act: Act| {
        events.push(Event { at: at.plus_minutes(minutes), phone, act });
    };
    push(0, head, Act::Import { alert: number });
    // Whoever has a signal has it within a minute.
    for phone in [head, POLICE, workers[0], workers[1]] {
        push(1, phone, Act::Exchange);
    }
    if dice.percent(10) {
        return;
    }
    let contacted = 4 + dice.below(40);
    push(contacted, head, Act::Contact { alert: number, met: dice.percent(30) });
    let met = contacted + 15 + dice.below(240);
    let at_risk = dice.percent(40);
    push(met, head, Act::Dissuade { alert: number, at_risk });
    push(met + 20 + dice.below(150), head, Act::Report { alert: number });
    let to = workers[usize::try_from(dice.below(2)).unwrap_or(0)];
    push(met + 30, head, Act::Send { alert: number, to });
    push(met + 35, head, Act::Exchange);
    push(met + 40, to, Act::Exchange);
    let mut minutes = met;
    for _ in 0..4 {
        minutes += 24 * 60 + dice.below(60 * 60);
        let (home, at_risk) = (dice.percent(75), dice.percent(12));
        push(minutes, to, Act::FollowUp { alert: number, met: home, at_risk });
    }
    if dice.percent(25) {
        push(met + 3 * 24 * 60, head, Act::Clear { alert: number });
    }
}

/// The numbers of alerts that come by other ways than the file.
pub(super) const BY_API: usize = 1_000;
pub(super) const BY_CHAT: usize = 1_001;

/// What happens to some of the alerts besides, each once.
fn cases(push: &mut impl FnMut(Time, usize, Act), alerts: &[Reached]) {
    // The n-th alert of this head's villages.
    let of = |head: usize, nth: usize| alerts.iter().enumerate().filter(move |(_, alert)| alert.head == head).nth(nth);
    let both = |push: &mut dyn FnMut(Time, usize, Act), at: Time, phones: &[usize]| {
        for phone in phones {
            push(at, *phone, Act::Exchange);
        }
    };
    // Handed over to the other head, who accepts; the case file goes with it.
    if let Some((alert, reached)) = of(HEAD_1, 2) {
        let at = |minutes: i64| reached.at.plus_minutes(minutes);
        push(at(2), HEAD_1, Act::Accept { alert });
        push(at(300), HEAD_1, Act::HandOver { alert, to: HEAD_2 });
        both(push, at(301), &[HEAD_1, HEAD_2]);
        push(at(320), HEAD_2, Act::Accept { alert });
        both(push, at(330), &[HEAD_2, HEAD_1]);
    }
    // Two take one without a signal; the later one is heard of first, and a supervisor decides.
    if let Some((alert, reached)) = of(HEAD_2, 1) {
        let at = |minutes: i64| reached.at.plus_minutes(minutes);
        push(at(2), POLICE, Act::TakeFirst { alert });
        push(at(3), HEAD_2, Act::TakeFirst { alert });
        both(push, at(4), &[HEAD_2, POLICE, HEAD_2]);
        push(at(200), POLICE, Act::Decide { alert, to: POLICE });
        both(push, at(201), &[HEAD_2, POLICE]);
    }
    // One that nobody decides on yet.
    if let Some((alert, reached)) = of(HEAD_2, 6) {
        let at = |minutes: i64| reached.at.plus_minutes(minutes);
        push(at(2), POLICE, Act::TakeFirst { alert });
        push(at(3), HEAD_2, Act::TakeFirst { alert });
        both(push, at(4), &[HEAD_2, POLICE, HEAD_2]);
    }
    // Met, and defrauded afterwards; the account is stopped, and for one of them released once they are out of danger.
    for (head, nth, released) in [(HEAD_1, 4, true), (HEAD_2, 3, false)] {
        let Some((alert, reached)) = of(head, nth) else { continue };
        let at = |hours: i64| reached.at.plus_hours(hours);
        push(at(1), head, Act::Dissuade { alert, at_risk: true });
        push(at(26), head, Act::Money { alert });
        push(at(27), head, Act::Exchange);
        if released {
            push(at(50), head, Act::Clear { alert });
            push(at(51), POLICE, Act::Exchange);
            push(at(52), POLICE, Act::Release { alert });
            push(at(53), POLICE, Act::Exchange);
        }
    }
    if let Some((alert, reached)) = of(HEAD_1, 6) {
        push(reached.at.plus_hours(3), POLICE, Act::Exchange);
        push(reached.at.plus_hours(4), POLICE, Act::Recall { alert });
    }
    if let Some((alert, reached)) = of(HEAD_1, 8) {
        push(reached.at.plus_hours(20), 0, Act::Another { alert, number: BY_API });
    }
    if let Some((alert, reached)) = of(HEAD_2, 8) {
        push(reached.at.plus_hours(30), 0, Act::Away { alert });
        push(reached.at.plus_hours(31), 0, Act::Comment { alert });
    }
    if let Some((alert, reached)) = of(HEAD_2, 10) {
        let worker = reached.workers[0];
        push(reached.at.plus_hours(60), worker, Act::Exchange);
        push(reached.at.plus_hours(61), worker, Act::Propose { alert });
    }
    if let Some((_, reached)) = of(HEAD_1, 10) {
        let at = |minutes: i64| reached.at.plus_minutes(minutes);
        push(at(90), POLICE, Act::Paste { number: BY_CHAT, head: HEAD_1 });
        both(push, at(140), &[POLICE, HEAD_1]);
        push(at(150), HEAD_1, Act::Accept { alert: BY_CHAT });
        push(at(200), HEAD_1, Act::Dissuade { alert: BY_CHAT, at_risk: false });
    }
}

/// What a demo must show whatever its seed.
fn special(events: &mut Vec<Event>, last: Day, zone: &Zone, alerts: &[Reached]) {
    let at = |ago: i64, minutes: i64| zone.start(day_before(last, ago)).plus_minutes(minutes);
    let mut push = |at: Time, phone: usize, act: Act| events.push(Event { at, phone, act });
    // Both have what the other has; then both are out of reach and write at the same door.
    for (ago, act) in [(9, Act::SameField { door: 0 }), (6, Act::OtherField { door: 1 })] {
        for phone in [WORKER_1, HEAD_1] {
            push(at(ago, 12 * 60 + 50), phone, Act::Exchange);
        }
        for phone in [WORKER_1, HEAD_1] {
            push(at(ago, 13 * 60), phone, act.clone());
        }
        for phone in [HEAD_1, WORKER_1, HEAD_1] {
            push(at(ago, 13 * 60 + 30), phone, Act::Exchange);
        }
    }
    // A worker raises an alert they were sent to, and is refused.
    if let Some((number, alert)) = alerts.iter().enumerate().find(|(_, alert)| alert.workers.contains(&WORKER_3)) {
        let sent = alert.at.plus_hours(5);
        push(sent, alert.head, Act::Exchange);
        push(sent.plus_minutes(1), alert.head, Act::Send { alert: number, to: WORKER_3 });
        push(sent.plus_minutes(2), alert.head, Act::Exchange);
        push(sent.plus_minutes(3), WORKER_3, Act::Exchange);
        push(sent.plus_minutes(5), WORKER_3, Act::Forbidden { alert: number });
    }
    if let Some(number) = alerts.iter().position(|alert| alert.head == HEAD_1) {
        push(alerts[number].at.plus_hours(30), POLICE, Act::Raise { alert: number });
    }
    cases(&mut push, alerts);
    // A worker is moved out of a grid while their phone has no signal.
    push(at(4, 12 * 60), WORKER_2, Act::Exchange);
    push(at(4, 12 * 60 + 10), WORKER_2, Act::Move);
    push(at(4, 12 * 60 + 20), WORKER_2, Act::AfterMove);
    push(at(4, 12 * 60 + 40), WORKER_2, Act::Exchange);
    for (phone, same_address) in [(WORKER_3, true), (WORKER_4, false), (WORKER_1, false)] {
        push(at(3, 11 * 60), phone, Act::Again { same_address });
    }
    push(at(2, 21 * 60), 0, Act::Storm);
}
