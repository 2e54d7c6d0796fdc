//! How often an address may fail: to enrol, to look a badge up.
//!
//! Floor: api. Invariants: only failures count; the map of addresses is bounded.

use std::collections::HashMap;
use std::net::IpAddr;

use parking_lot::Mutex;
use qiaomen_core::record::Time;

use crate::console::lockout::site;

/// How many failures a minute are let pass.
const FAILURES: u32 = 10;
/// How many addresses are remembered.
const ADDRESSES: usize = 10_000;

/// Failures by address.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<IpAddr, (Time, u32)>>);

fn is_over(since: Time, now: Time) -> bool {
    now < since || now.minutes_since(since) >= 1
}

impl Attempts {
    /// Whether this address may try.
    pub(super) fn may_try(&self, address: IpAddr, now: Time) -> bool {
        self.0.lock().get(&site(address)).is_none_or(|(since, failures)| is_over(*since, now) || *failures < FAILURES)
    }

    /// Notes a failure.
    pub(super) fn failed(&self, address: IpAddr, now: Time) {
        let mut map = self.0.lock();
        if map.len() >= ADDRESSES && !map.contains_key(&site(address)) {
            map.retain(|_, (since, _)| !is_over(*since, now));
            if map.len() >= ADDRESSES {
                // So many at once: forgetting all of them is the smaller harm, codes have 80 bits.
                map.clear();
            }
        }
        let entry = map.entry(site(address)).or_insert((now, 0));
        if is_over(entry.0, now) {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_a_minute_and_no_more() {
        let attempts = Attempts::default();
        let address = IpAddr::from([10, 0, 0, 1]);
        let now = Time::from_millis(1_000_000);
        for _ in 0..FAILURES {
            assert!(attempts.may_try(address, now));
            attempts.failed(address, now);
        }
        assert!(!attempts.may_try(address, now));
        assert!(attempts.may_try(IpAddr::from([10, 0, 0, 2]), now));
        assert!(attempts.may_try(address, now.plus_minutes(1)));
    }

    #[test]
    fn the_map_is_bounded() {
        let attempts = Attempts::default();
        let now = Time::from_millis(1_000_000);
        for at in 0..u32::try_from(ADDRESSES).unwrap() + 10 {
            attempts.failed(IpAddr::from(at.to_be_bytes()), now);
        }
        assert!(attempts.0.lock().len() <= ADDRESSES);
    }
}
