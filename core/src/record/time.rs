//! Instants, local days and zones.
//!
//! Floor: record. Invariants: nothing reads a clock; every instant is whole milliseconds, UTC; a local day
//! begins at the first instant that bears its date, whatever a change of clocks does to midnight.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::invalid::{Invalid, Reason};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// A calendar day in some zone.
pub type Day = Date;

impl Time {
    /// The earliest instant a record may carry: 1900-01-01T00:00:00Z.
    pub const MIN: Self = Self(-2_208_988_800_000);
    /// The latest instant a record may carry: 2199-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(7_258_118_399_999);

    /// The instant so many milliseconds after 1970-01-01T00:00:00Z, brought into [`MIN`](Self::MIN) to
    /// [`MAX`](Self::MAX).
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, cut.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by so many milliseconds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// This instant moved by so many minutes.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_millis(minutes.saturating_mul(60_000))
    }

    /// This instant moved by so many hours.
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_minutes(hours.saturating_mul(60))
    }

    /// Milliseconds from `earlier` to this instant; negative if it is not earlier.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Whole minutes from `earlier` to this instant, cut towards zero.
    #[must_use]
    pub const fn minutes_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / 60_000
    }

    /// Reads an RFC 3339 instant with an offset or `Z`.
    ///
    /// # Errors
    /// [`Reason::Malformed`] for anything else, a time without an offset included, and
    /// [`Reason::OutOfRange`] for a year before 1900 or after 2199.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let stamp: Timestamp = text.parse().map_err(|_| Invalid::new("time", Reason::Malformed))?;
        let millis = stamp.as_millisecond();
        if !(Self::MIN.0..=Self::MAX.0).contains(&millis) {
            return Err(Invalid::new("time", Reason::OutOfRange));
        }
        Ok(Self(millis))
    }

    fn stamp(self) -> Timestamp {
        // MIN and MAX lie well inside what jiff holds.
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(self.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stamp().fmt(out)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stamp().fmt(out)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|_| serde::de::Error::custom("not a time with an offset, such as 2026-03-01T09:00:00+08:00"))
    }
}

impl<C> minicbor::Encode<C> for Time {
    fn encode<W: minicbor::encode::Write>(
        &self,
        out: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        out.i64(self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Time {
    fn decode(from: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(Self::from_millis(from.i64()?))
    }
}

/// The zone whose days a town lives by.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this IANA name, from the database compiled in.
    ///
    /// # Errors
    /// [`Reason::UnknownWord`] if there is none.
    pub fn named(name: &str) -> Result<Self, Invalid> {
        TimeZone::get(name).map(Self).map_err(|_| Invalid::new("zone", Reason::UnknownWord))
    }

    /// Asia/Shanghai, where a town sets nothing else.
    #[must_use]
    pub fn shanghai() -> Self {
        Self::named("Asia/Shanghai").unwrap_or_else(|_| Self(TimeZone::fixed(jiff::tz::offset(8))))
    }

    /// The local day on which `time` falls.
    #[must_use]
    pub fn day(&self, time: Time) -> Day {
        time.stamp().to_zoned(self.0.clone()).date()
    }

    /// The first instant of `day` here.
    #[must_use]
    pub fn start(&self, day: Day) -> Time {
        match self.0.to_zoned(day.at(0, 0, 0, 0)).and_then(|zoned| zoned.start_of_day()) {
            Ok(zoned) => Time::from_millis(zoned.timestamp().as_millisecond()),
            Err(_) if day < Date::ZERO.saturating_add(jiff::Span::new().years(1950)) => Time::MIN,
            Err(_) => Time::MAX,
        }
    }

    /// The instant at which so many minutes of `day` are shown by clocks here, from 0 to 1,439; the next one there is
    /// where a change of clocks passes over it.
    #[must_use]
    pub fn minute(&self, day: Day, minute: u16) -> Time {
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(23).min(23), i8::try_from(minute % 60).unwrap_or(0));
        match self.0.to_zoned(day.at(hour, minute, 0, 0)) {
            Ok(zoned) => Time::from_millis(zoned.timestamp().as_millisecond()),
            Err(_) => self.start(day),
        }
    }

    /// The first instant of the day after `day` here: what "by the end of `day`" means.
    #[must_use]
    pub fn end(&self, day: Day) -> Time {
        day.tomorrow().map_or(Time::MAX, |next| self.start(next))
    }

    /// Reads a local time without an offset, `2026-03-01 09:00` or with seconds.
    ///
    /// # Errors
    /// [`Reason::Malformed`], and [`Reason::OutOfRange`] for a year before 1900 or after 2199.
    pub fn parse_local(&self, text: &str) -> Result<Time, Invalid> {
        let malformed = |_| Invalid::new("time", Reason::Malformed);
        let local: jiff::civil::DateTime = text.parse().map_err(malformed)?;
        let millis = self.0.to_zoned(local).map_err(malformed)?.timestamp().as_millisecond();
        if !(Time::MIN.0..=Time::MAX.0).contains(&millis) {
            return Err(Invalid::new("time", Reason::OutOfRange));
        }
        Ok(Time(millis))
    }

    /// The offset from UTC at `time`, in milliseconds, and the stretch around it (from, until) in which no
    /// clock is changed here; the stretch ends two days short of the changes, so that whole days lie in it.
    #[must_use]
    pub fn steady(&self, time: Time) -> (i64, Time, Time) {
        let at = time.stamp();
        let from = self
            .0
            .preceding(at)
            .next()
            .map_or(Time::MIN, |change| Time::from_millis(change.timestamp().as_millisecond()).plus_hours(48));
        let until = self
            .0
            .following(at)
            .next()
            .map_or(Time::MAX, |change| Time::from_millis(change.timestamp().as_millisecond()).plus_hours(-48));
        (i64::from(self.0.to_offset(at).seconds()) * 1000, from, until)
    }

    /// `time` as people of this zone write it, `2026-03-01 09:00`.
    #[must_use]
    pub fn written(&self, time: Time) -> String {
        time.stamp().to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `time` as RFC 3339 with this zone's offset.
    #[must_use]
    pub fn rfc3339(&self, time: Time) -> String {
        time.stamp().to_zoned(self.0.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}
