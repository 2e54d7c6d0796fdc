//! Truth in time on a phone whose clock nobody guarantees.
//!
//! Floor: beside `store` and `transport`, below `sync`. Invariants: nothing here reads a clock, a reading is
//! always given; only a short exchange moves the mark, never a long poll; what cannot be known is doubtful,
//! and says so.

use minicbor::{Decode, Encode};

use crate::record::Time;

/// The longest round trip, in milliseconds, from which the server's time is taken.
pub const GOOD_ROUND_TRIP: i64 = 5_000;

/// What the phone's clocks say at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The clock that people see and set.
    pub wall: Time,
    /// Milliseconds since some moment of this boot, sleep included; never set by anybody.
    pub monotonic_ms: i64,
    /// Which boot this is.
    pub boot: [u8; 16],
}

/// Reads the phone's clocks whenever it is asked, for work that takes a while.
pub trait Watch: Send + Sync {
    /// What they say now.
    fn read(&self) -> Reading;
}

impl<F: Fn() -> Reading + Send + Sync> Watch for F {
    fn read(&self) -> Reading {
        self()
    }
}

/// Clocks that stand still, for a single moment's work.
impl Watch for Reading {
    fn read(&self) -> Reading {
        *self
    }
}

/// The server's time as it was last learnt, and the phone's clocks at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ClockMark {
    /// The server's time.
    #[n(0)]
    pub server: Time,
    /// What the wall clock said then.
    #[n(1)]
    pub wall: Time,
    /// What the monotonic clock said then.
    #[n(2)]
    pub monotonic_ms: i64,
    /// The boot it said it in.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub boot: [u8; 16],
}

/// Corrected time, and how far it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// The server's time, as well as it can be known.
    pub time: Time,
    /// Corrected time less what the phone's clock says, in milliseconds; none before any exchange.
    pub offset: Option<i64>,
    /// Whether it may be wrong.
    pub doubtful: bool,
}

/// Corrected time at `reading`.
#[must_use]
pub fn corrected(mark: Option<&ClockMark>, reading: &Reading) -> Corrected {
    match mark {
        None => Corrected { time: reading.wall, offset: None, doubtful: true },
        Some(mark) if mark.boot == reading.boot && reading.monotonic_ms >= mark.monotonic_ms => {
            let time = mark.server.plus_millis(reading.monotonic_ms - mark.monotonic_ms);
            Corrected { time, offset: Some(time.millis_since(reading.wall)), doubtful: false }
        }
        Some(mark) => {
            let offset = mark.server.millis_since(mark.wall);
            Corrected { time: reading.wall.plus_millis(offset), offset: Some(offset), doubtful: true }
        }
    }
}

/// The mark that an exchange leaves, if it was short enough: `server` is the time the server gave with its
/// answer, `before` and `after` are readings around the exchange.
#[must_use]
pub fn learn(server: Time, before: &Reading, after: &Reading) -> Option<ClockMark> {
    if before.boot != after.boot {
        return None;
    }
    let round_trip = after.monotonic_ms.checked_sub(before.monotonic_ms)?;
    (0..GOOD_ROUND_TRIP).contains(&round_trip).then(|| ClockMark {
        // The answer spent about half of the round trip on its way.
        server: server.plus_millis(round_trip / 2),
        wall: after.wall,
        monotonic_ms: after.monotonic_ms,
        boot: after.boot,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn reading(wall: i64, monotonic_ms: i64, boot: u8) -> Reading {
        Reading { wall: Time::from_millis(wall), monotonic_ms, boot: [boot; 16] }
    }

    #[test]
    fn a_wall_clock_wrong_by_hours_is_corrected() {
        let server = Time::from_millis(100 * HOUR);
        let mark = learn(server, &reading(93 * HOUR, 1_000, 1), &reading(93 * HOUR + 200, 1_200, 1)).unwrap();
        let later = corrected(Some(&mark), &reading(94 * HOUR + 200, 1_200 + HOUR, 1));
        assert_eq!(later.time, Time::from_millis(101 * HOUR + 100));
        assert_eq!(later.offset, Some(7 * HOUR - 100));
        assert!(!later.doubtful);
    }

    #[test]
    fn a_clock_set_back_between_two_exchanges_changes_nothing() {
        let server = Time::from_millis(100 * HOUR);
        let mark = learn(server, &reading(100 * HOUR, 0, 1), &reading(100 * HOUR, 0, 1)).unwrap();
        let back = corrected(Some(&mark), &reading(52 * HOUR, 2 * HOUR, 1));
        assert_eq!(back.time, Time::from_millis(102 * HOUR));
        assert_eq!(back.offset, Some(50 * HOUR));
        assert!(!back.doubtful);
    }

    #[test]
    fn after_a_reboot_the_known_offset_serves_and_is_doubtful() {
        let server = Time::from_millis(100 * HOUR);
        let mark = learn(server, &reading(98 * HOUR, 5_000, 1), &reading(98 * HOUR, 5_000, 1)).unwrap();
        let rebooted = corrected(Some(&mark), &reading(99 * HOUR, 10, 2));
        assert_eq!(rebooted.time, Time::from_millis(101 * HOUR));
        assert!(rebooted.doubtful);
        // The same boot with a monotonic clock that ran backwards is no better.
        assert!(corrected(Some(&mark), &reading(99 * HOUR, 4_999, 1)).doubtful);
    }

    #[test]
    fn before_any_exchange_the_wall_clock_is_all_there_is() {
        let first = corrected(None, &reading(5 * HOUR, 0, 1));
        assert_eq!((first.time, first.offset, first.doubtful), (Time::from_millis(5 * HOUR), None, true));
    }

    #[test]
    fn long_exchanges_teach_nothing() {
        let server = Time::from_millis(100 * HOUR);
        assert!(learn(server, &reading(0, 0, 1), &reading(0, GOOD_ROUND_TRIP, 1)).is_none());
        assert!(learn(server, &reading(0, 10, 1), &reading(0, 5, 1)).is_none());
        assert!(learn(server, &reading(0, 0, 1), &reading(0, 10, 2)).is_none());
    }
}
