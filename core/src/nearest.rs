//! Who is nearest to where somebody may be found (Q4).
//!
//! Floor: beside [`doors`](crate::doors), above `record`; pure, the same on the phone and the server. Invariants: nobody is
//! followed: where a worker is, is where they last recorded something today, what they shared by hand, or the middle of
//! their grids; how old a position is is always told; positions of different or unknown datums are compared, and said to
//! be rough.

use std::collections::BTreeMap;

use geographiclib_rs::{Geodesic, InverseGeodesic as _};
use serde::Serialize;

use crate::record::{Datum, PersonId, Position, Time};

/// Ten-millionths of a degree.
const DEGREE: f64 = 1e7;

/// How it is known where somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// They recorded something there.
    Recorded,
    /// They said so by hand.
    Shared,
    /// It is the middle of a grid of theirs.
    Grid,
}

/// Where somebody was, or may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Who.
    pub person: PersonId,
    /// How it is known.
    pub known: Known,
    /// When they were there; nothing for the middle of a grid.
    pub at: Option<Time>,
    /// Where.
    pub position: Position,
}

/// Somebody, and how far they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// Who.
    pub person: PersonId,
    /// How many metres it is to the nearest of the places, in a straight line on the earth.
    pub metres: i64,
    /// How it is known where they are.
    pub known: Known,
    /// How many minutes ago they were there; nothing for the middle of a grid.
    pub minutes_ago: Option<i64>,
    /// Whether the datums differ or one is not known: it may be some 700 metres off.
    pub rough: bool,
}

/// The metres between two positions, and whether their datums leave that rough.
#[must_use]
pub fn metres(one: &Position, other: &Position) -> (i64, bool) {
    let degrees = |tenth_of_millionths: i64| tenth_of_millionths as f64 / DEGREE;
    let metres: f64 = Geodesic::wgs84().inverse(
        degrees(one.latitude),
        degrees(one.longitude),
        degrees(other.latitude),
        degrees(other.longitude),
    );
    let known = |datum: &Datum| matches!(datum, Datum::Wgs84 | Datum::Gcj02 | Datum::Bd09);
    let rough = one.datum != other.datum || !known(&one.datum);
    // No two places on earth are further apart than fits.
    (if metres.is_finite() { metres.round() as i64 } else { i64::MAX }, rough)
}

/// Everybody who was seen, the nearest to any of the places first; nobody where there is no place on the map.
#[must_use]
pub fn nearest(places: &[Position], sightings: &[Sighting], now: Time) -> Vec<Near> {
    let mut last: BTreeMap<PersonId, Vec<&Sighting>> = BTreeMap::new();
    for seen in sightings.iter().filter(|seen| seen.at.is_none_or(|at| at <= now)) {
        let known = last.entry(seen.person).or_default();
        match (known.first().map(|first| first.at), seen.at) {
            // A moment says more than a grid, and a later one more than an earlier.
            (None, _) | (Some(None), None) => known.push(seen),
            (Some(have), at) if at > have => *known = vec![seen],
            _ => {}
        }
    }
    let mut found: Vec<Near> = last
        .into_iter()
        .filter_map(|(person, known)| {
            let reach =
                known.iter().flat_map(|seen| places.iter().map(move |place| (metres(&seen.position, place), seen)));
            let ((metres, rough), seen) = reach.min_by_key(|((metres, _), _)| *metres)?;
            let minutes_ago = seen.at.map(|at| now.minutes_since(at));
            Some(Near { person, metres, known: seen.known, minutes_ago, rough })
        })
        .collect();
    found.sort_by_key(|near| (near.metres, near.person));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(latitude: f64, longitude: f64, datum: Datum) -> Position {
        let tenth = |degrees: f64| (degrees * DEGREE).round() as i64;
        Position { latitude: tenth(latitude), longitude: tenth(longitude), datum, accuracy: None }
    }

    fn seen(person: u8, known: Known, at: Option<i64>, latitude: f64) -> Sighting {
        Sighting {
            person: PersonId::from_bytes([person; 16]),
            known,
            at: at.map(|minutes| Time::from_millis(0).plus_minutes(minutes)),
            position: position(latitude, 113.0, Datum::Wgs84),
        }
    }

    #[test]
    fn q4_a_degree_along_a_meridian_is_some_111_kilometres() {
        let (metres, rough) = metres(&position(34.0, 113.0, Datum::Wgs84), &position(35.0, 113.0, Datum::Wgs84));
        assert_eq!((metres, rough), (110_931, false));
        for (one, other, rough) in [
            (Datum::Wgs84, Datum::Gcj02, true),
            (Datum::Unstated, Datum::Unstated, true),
            (Datum::Gcj02, Datum::Gcj02, false),
        ] {
            assert_eq!(super::metres(&position(34.0, 113.0, one), &position(34.0, 113.0, other)), (0, rough));
        }
    }

    #[test]
    fn q4_the_nearest_is_by_where_they_were_last_and_says_how_long_ago() {
        let place = [position(34.0, 113.0, Datum::Wgs84)];
        let sightings = [
            seen(1, Known::Recorded, Some(10), 34.001),
            seen(1, Known::Shared, Some(50), 34.02),
            seen(1, Known::Grid, None, 34.0),
            seen(2, Known::Grid, None, 34.5),
            seen(2, Known::Grid, None, 34.01),
            seen(3, Known::Recorded, Some(55), 34.005),
            // Later than now: not known yet.
            seen(4, Known::Recorded, Some(99), 34.0),
        ];
        let now = Time::from_millis(0).plus_minutes(60);
        let found = nearest(&place, &sightings, now);
        let told: Vec<_> = found.iter().map(|near| (near.person.bytes()[0], near.known, near.minutes_ago)).collect();
        assert_eq!(
            told,
            [(3, Known::Recorded, Some(5)), (2, Known::Grid, None), (1, Known::Shared, Some(10))],
            "{found:?}"
        );
        assert!(nearest(&[], &sightings, now).is_empty());
        // Of several places the nearest counts.
        let places = [place[0].clone(), position(34.02, 113.0, Datum::Wgs84)];
        assert_eq!(nearest(&places, &sightings, now)[0].person.bytes()[0], 1);
    }
}
