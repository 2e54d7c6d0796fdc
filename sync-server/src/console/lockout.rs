//! How often somebody may mistype, without anybody being able to lock others out.
//!
//! Floor: console; pure but for its memory. Invariants: a browser from which somebody has signed in before is counted by
//! itself, so that strangers who try their login cannot keep them out; only failures count; the maps are bounded.

use std::collections::HashMap;
use std::net::IpAddr;

use parking_lot::Mutex;
use qiaomen_core::record::Time;

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

/// Whose failures are counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Counted {
    /// Those of a browser that is known for a login.
    Browser(String),
    /// Those at a login from an address.
    Pair(String, IpAddr),
    /// Those of all strangers at a login.
    Login(String),
    /// Those of an address.
    Address(IpAddr),
}

/// Failures.
#[derive(Default)]
pub(crate) struct Lockout(Mutex<HashMap<Counted, (Time, u32)>>);

fn wait(counted: &Counted, failures: u32) -> i64 {
    let free = match counted {
        Counted::Browser(_) | Counted::Pair(..) => FREE,
        Counted::Login(_) | Counted::Address(_) => STRANGERS,
    };
    if failures < free { 0 } else { (1_i64 << (failures - free).min(4)).min(LONGEST) }
}

fn keys(login: &str, address: Option<IpAddr>, known: bool) -> Vec<Counted> {
    let login = login.to_lowercase();
    if known {
        return vec![Counted::Browser(login)];
    }
    let mut keys = vec![Counted::Login(login.clone())];
    if let Some(address) = address {
        keys.push(Counted::Pair(login, address));
        keys.push(Counted::Address(address));
    }
    keys
}

impl Lockout {
    /// How many minutes whoever tries must still wait; nought lets them try.
    pub(crate) fn wait(&self, login: &str, address: Option<IpAddr>, known: bool, now: Time) -> i64 {
        let map = self.0.lock();
        let still = keys(login, address, known).into_iter().filter_map(|key| {
            let (last, failures) = map.get(&key)?;
            Some(wait(&key, *failures) - now.minutes_since(*last).max(0))
        });
        still.max().unwrap_or(0).max(0)
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, login: &str, address: Option<IpAddr>, known: bool, now: Time) {
        let mut map = self.0.lock();
        if map.len() >= MOST {
            map.retain(|_, (last, _)| now.minutes_since(*last) < FORGOTTEN);
            if map.len() >= MOST {
                map.clear();
            }
        }
        for key in keys(login, address, known) {
            let entry = map.entry(key).or_insert((now, 0));
            if now.minutes_since(entry.0) >= FORGOTTEN {
                entry.1 = 0;
            }
            *entry = (now, entry.1.saturating_add(1));
        }
    }

    /// Forgets the failures of whoever got in.
    pub(crate) fn passed(&self, login: &str, address: Option<IpAddr>, known: bool) {
        let mut map = self.0.lock();
        for key in keys(login, address, known) {
            // What strangers did at this login, or this address at others, is not undone by it.
            if matches!(key, Counted::Browser(_) | Counted::Pair(..)) {
                map.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_000_000_000);

    fn at(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, last]))
    }

    #[test]
    fn whoever_mistypes_waits_longer_and_longer() {
        let lockout = Lockout::default();
        for _ in 0..FREE {
            assert_eq!(lockout.wait("wang", at(1), false, NOW), 0);
            lockout.failed("wang", at(1), false, NOW);
        }
        assert_eq!(lockout.wait("wang", at(1), false, NOW), 1);
        assert_eq!(lockout.wait("WANG", at(1), false, NOW.plus_minutes(1)), 0);
        lockout.failed("wang", at(1), false, NOW.plus_minutes(1));
        assert_eq!(lockout.wait("wang", at(1), false, NOW.plus_minutes(1)), 2);
        // Somebody elsewhere may still try.
        assert_eq!(lockout.wait("wang", at(2), false, NOW), 0);
        lockout.passed("wang", at(1), false);
        assert_eq!(lockout.wait("wang", at(1), false, NOW.plus_minutes(1)), 0);
    }

    #[test]
    fn strangers_cannot_lock_somebody_out_of_their_own_browser() {
        let lockout = Lockout::default();
        for stranger in 0..=u8::MAX {
            lockout.failed("wang", at(stranger), false, NOW);
        }
        assert!(lockout.wait("wang", at(7), false, NOW) > 0);
        assert_eq!(lockout.wait("wang", at(7), true, NOW), 0);
    }
}
