//! How often somebody may mistype, without anybody being able to lock others out.
//!
//! Floor: console; pure but for its memory. Invariants: a browser from which somebody has signed in before is counted by
//! itself, so that strangers who try their login cannot keep them out; passwords and codes are counted apart, so that
//! failures at one close no other; only failures count; the maps are bounded, and what somebody wrote is no part of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use parking_lot::Mutex;
use qiaomen_core::record::{PersonId, Time};
use sha2::{Digest as _, Sha256};

/// How many failures in a row are let pass.
const FREE: u32 = 5;
/// The longest wait, in minutes.
const LONGEST: i64 = 15;
/// After how long failures are forgotten, in minutes.
const FORGOTTEN: i64 = 60;
/// How many failures of strangers at one login, or of one address at any, are let pass in that time.
const STRANGERS: u32 = 30;
/// How much is remembered.
const MOST: usize = 20_000;

/// Whether a failure is one to note: the first, the one after which they wait, and then ever fewer, as whoever guesses may
/// go on for as long as they like.
pub(crate) const fn is_noted(failures: u32) -> bool {
    failures <= 1 || failures == FREE || failures > FREE && failures.is_power_of_two()
}

/// What somebody tries.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tried<'a> {
    /// A password, at a login that may be nobody's.
    SignIn(&'a str),
    /// A code of somebody's second factor, or a recovery code.
    Code(PersonId),
    /// Somebody's password, by whoever has signed in as them.
    Password(PersonId),
}

/// From where somebody tries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The address.
    pub(crate) address: Option<IpAddr>,
    /// The browser, where whoever they say they are has signed in from it before.
    pub(crate) browser: Option<String>,
}

/// Stands for a text of whatever length.
type Mark = [u8; 16];

/// Whose failures are counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Counted {
    /// Those of a browser that is known for whoever it is.
    Browser(Mark, Mark),
    /// Those at one thing from an address.
    Pair(Mark, IpAddr),
    /// Those of all strangers at one thing.
    Anywhere(Mark),
    /// Those of an address.
    Address(IpAddr),
}

/// Failures.
#[derive(Default)]
pub(crate) struct Lockout(Mutex<HashMap<Counted, (Time, u32)>>);

/// An address as it counts: an IPv6 site has as many as it likes, so that its network stands for it.
pub(crate) fn site(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

fn mark(parts: &[&[u8]]) -> Mark {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mut mark = Mark::default();
    mark.copy_from_slice(&hash.finalize()[..16]);
    mark
}

impl Tried<'_> {
    fn mark(self) -> Mark {
        match self {
            Self::SignIn(login) => mark(&[b"login", login.to_lowercase().as_bytes()]),
            Self::Code(person) => mark(&[b"code", person.bytes()]),
            Self::Password(person) => mark(&[b"password", person.bytes()]),
        }
    }
}

fn wait(counted: &Counted, failures: u32) -> i64 {
    let free = match counted {
        Counted::Browser(..) | Counted::Pair(..) => FREE,
        Counted::Anywhere(_) | Counted::Address(_) => STRANGERS,
    };
    if failures < free { 0 } else { (1_i64 << (failures - free).min(4)).min(LONGEST) }
}

fn keys(tried: Tried<'_>, source: &Source) -> Vec<Counted> {
    let tried = tried.mark();
    if let Some(browser) = &source.browser {
        return vec![Counted::Browser(tried, mark(&[browser.as_bytes()]))];
    }
    let mut keys = vec![Counted::Anywhere(tried)];
    if let Some(address) = source.address.map(site) {
        keys.push(Counted::Pair(tried, address));
        keys.push(Counted::Address(address));
    }
    keys
}

impl Lockout {
    /// How many minutes whoever tries must still wait; nought lets them try.
    pub(crate) fn wait(&self, tried: Tried<'_>, source: &Source, now: Time) -> i64 {
        let map = self.0.lock();
        let still = keys(tried, source).into_iter().filter_map(|key| {
            let (last, failures) = map.get(&key)?;
            Some(wait(&key, *failures) - now.minutes_since(*last).max(0))
        });
        still.max().unwrap_or(0).max(0)
    }

    /// Notes a failure. Returns how many there were in a row: of `tried` from there, or of the whole address where what was
    /// tried is `nobody`'s, as names can be made up without end.
    pub(crate) fn failed(&self, tried: Tried<'_>, source: &Source, nobody: bool, now: Time) -> u32 {
        let mut map = self.0.lock();
        let mut count = 0;
        for key in keys(tried, source) {
            if map.len() >= MOST && !map.contains_key(&key) {
                map.retain(|_, (last, _)| now.minutes_since(*last) < FORGOTTEN);
                // So many at once: whoever failed longest ago is forgotten, and nobody else.
                let oldest = map.iter().min_by_key(|(_, (last, _))| *last).map(|(key, _)| key.clone());
                if let Some(oldest) = oldest.filter(|_| map.len() >= MOST) {
                    map.remove(&oldest);
                }
            }
            let weighs = match key {
                Counted::Browser(..) | Counted::Pair(..) => !nobody,
                Counted::Address(_) => nobody,
                Counted::Anywhere(_) => source.address.is_none(),
            };
            let entry = map.entry(key).or_insert((now, 0));
            if now.minutes_since(entry.0) >= FORGOTTEN {
                entry.1 = 0;
            }
            *entry = (now, entry.1.saturating_add(1));
            if weighs {
                count = entry.1;
            }
        }
        count
    }

    /// Forgets the failures of whoever got in.
    pub(crate) fn passed(&self, tried: Tried<'_>, source: &Source) {
        let mut map = self.0.lock();
        for key in keys(tried, source) {
            // What strangers did at this login, or this address at others, is not undone by it.
            if matches!(key, Counted::Browser(..) | Counted::Pair(..)) {
                map.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_000_000_000);
    const WANG: Tried<'_> = Tried::SignIn("wang");

    fn at(last: u8) -> Source {
        Source { address: Some(IpAddr::from([10, 0, 0, last])), browser: None }
    }

    fn browser(id: &str) -> Source {
        Source { browser: Some(id.to_owned()), ..at(7) }
    }

    #[test]
    fn whoever_mistypes_waits_longer_and_longer() {
        let lockout = Lockout::default();
        for _ in 0..FREE {
            assert_eq!(lockout.wait(WANG, &at(1), NOW), 0);
            lockout.failed(WANG, &at(1), false, NOW);
        }
        assert_eq!(lockout.wait(WANG, &at(1), NOW), 1);
        assert_eq!(lockout.wait(Tried::SignIn("WANG"), &at(1), NOW), 1);
        assert_eq!(lockout.wait(Tried::SignIn("WANG"), &at(1), NOW.plus_minutes(1)), 0);
        lockout.failed(WANG, &at(1), false, NOW.plus_minutes(1));
        assert_eq!(lockout.wait(WANG, &at(1), NOW.plus_minutes(1)), 2);
        // Somebody elsewhere may still try.
        assert_eq!(lockout.wait(WANG, &at(2), NOW), 0);
        lockout.passed(WANG, &at(1));
        assert_eq!(lockout.wait(WANG, &at(1), NOW.plus_minutes(1)), 0);
    }

    #[test]
    fn strangers_cannot_lock_somebody_out_of_their_own_browser() {
        for tried in [WANG, Tried::Code(PersonId::from_bytes([1; 16])), Tried::Password(PersonId::from_bytes([1; 16]))]
        {
            let lockout = Lockout::default();
            for stranger in 0..=u8::MAX {
                lockout.failed(tried, &at(stranger), false, NOW);
            }
            assert!(lockout.wait(tried, &at(7), NOW) > 0);
            assert_eq!(lockout.wait(tried, &browser("their own"), NOW), 0);
        }
    }

    #[test]
    fn one_known_browser_does_not_lock_another() {
        let lockout = Lockout::default();
        for _ in 0..FREE {
            lockout.failed(WANG, &browser("taken"), false, NOW);
        }
        assert!(lockout.wait(WANG, &browser("taken"), NOW) > 0);
        assert_eq!(lockout.wait(WANG, &browser("their own"), NOW), 0);
    }

    #[test]
    fn a_network_of_addresses_is_one() {
        let lockout = Lockout::default();
        let six = |last: u128| Source {
            address: Some(Ipv6Addr::from_bits((0x2001_0db8 << 96) | last).into()),
            browser: None,
        };
        for host in 0..u128::from(FREE) {
            lockout.failed(WANG, &six(host), false, NOW);
        }
        assert!(lockout.wait(WANG, &six(99), NOW) > 0);
        assert_eq!(lockout.wait(WANG, &six(1 << 64), NOW), 0);
    }

    #[test]
    fn many_others_make_nobody_be_forgotten_who_failed_since() {
        let lockout = Lockout::default();
        for _ in 0..FREE {
            lockout.failed(WANG, &browser("mine"), false, NOW.plus_minutes(2));
        }
        for other in 0..MOST + 10 {
            lockout.failed(Tried::SignIn(&"x".repeat(other % 7 + 1)), &browser(&other.to_string()), false, NOW);
        }
        assert!(lockout.0.lock().len() <= MOST);
        assert!(lockout.wait(WANG, &browser("mine"), NOW.plus_minutes(2)) > 0);
    }
}
