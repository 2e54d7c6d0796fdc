//! Positions from one datum to another, for maps that know but one.
//!
//! Floor: beside [`nearest`](crate::nearest), above `record`; pure. Invariants: there and back is the same to a tenth of a
//! metre inside China; outside, where the datums are one, nothing is moved; a position whose datum is not known stays as it
//! is, since nobody can say where it is.

use std::f64::consts::PI;

use crate::record::{Datum, Position};

/// Ten-millionths of a degree.
const DEGREE: f64 = 1e7;
/// The ellipsoid that Chinese maps shift by (Krasovsky's): half its axis, and its eccentricity squared.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
/// Where the shift is made: degrees east and north.
const EAST: std::ops::Range<f64> = 72.004..137.8347;
const NORTH: std::ops::Range<f64> = 0.8293..55.8271;
/// Where Baidu's datum winds about the other one.
const WIND: f64 = PI * 3000.0 / 180.0;

/// Degrees north and east.
type Degrees = (f64, f64);

fn is_shifted((north, east): Degrees) -> bool {
    EAST.contains(&east) && NORTH.contains(&north)
}

/// From WGS-84 to GCJ-02.
fn shifted((north, east): Degrees) -> Degrees {
    let (x, y) = (east - 105.0, north - 35.0);
    let waves = |one: f64, third: f64, far: f64, farther: f64| {
        (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0
            + (20.0 * (one * PI).sin() + 40.0 * (third * PI).sin()) * 2.0 / 3.0
            + far * 2.0 / 3.0
            + farther * 2.0 / 3.0
    };
    let up = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + waves(y, y / 3.0, 160.0 * (y / 12.0 * PI).sin(), 320.0 * (y * PI / 30.0).sin());
    let right = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + waves(x, x / 3.0, 150.0 * (x / 12.0 * PI).sin(), 300.0 * (x / 30.0 * PI).sin());
    let radians = north / 180.0 * PI;
    let magic = 1.0 - ECCENTRICITY * radians.sin().powi(2);
    let root = magic.sqrt();
    let up = up * 180.0 / ((AXIS * (1.0 - ECCENTRICITY)) / (magic * root) * PI);
    let right = right * 180.0 / (AXIS / root * radians.cos() * PI);
    (north + up, east + right)
}

/// From GCJ-02 to BD-09.
fn wound((north, east): Degrees) -> Degrees {
    let far = east.hypot(north) + 0.000_02 * (north * WIND).sin();
    let angle = north.atan2(east) + 0.000_003 * (east * WIND).cos();
    (far * angle.sin() + 0.006, far * angle.cos() + 0.0065)
}

/// What `forth` brings to `there`, found by coming nearer.
fn back(forth: impl Fn(Degrees) -> Degrees, there: Degrees) -> Degrees {
    let mut at = there;
    // Each step leaves less than a tenth of what was missing; twelve leave less than a float can tell.
    for _ in 0..12 {
        let found = forth(at);
        at = (at.0 + there.0 - found.0, at.1 + there.1 - found.1);
    }
    at
}

/// A position as another datum has it; none where either is not known.
#[must_use]
pub fn position_as(position: &Position, datum: &Datum) -> Option<Position> {
    let known = |datum: &Datum| matches!(datum, Datum::Wgs84 | Datum::Gcj02 | Datum::Bd09);
    if !known(&position.datum) || !known(datum) {
        return None;
    }
    let from: Degrees = (position.latitude as f64 / DEGREE, position.longitude as f64 / DEGREE);
    let to = if position.datum == *datum || !is_shifted(from) {
        from
    } else {
        let chinese = match position.datum {
            Datum::Wgs84 => shifted(from),
            Datum::Bd09 => back(wound, from),
            _ => from,
        };
        match datum {
            Datum::Wgs84 => back(shifted, chinese),
            Datum::Bd09 => wound(chinese),
            _ => chinese,
        }
    };
    let tenth = |degrees: f64| (degrees * DEGREE).round() as i64;
    Some(Position { latitude: tenth(to.0), longitude: tenth(to.1), datum: datum.clone(), accuracy: position.accuracy })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::nearest::metres;

    fn position(north: f64, east: f64, datum: Datum) -> Position {
        let tenth = |degrees: f64| (degrees * DEGREE).round() as i64;
        Position { latitude: tenth(north), longitude: tenth(east), datum, accuracy: Some(8) }
    }

    /// The metres between two positions, whatever their datums are called.
    fn apart(one: &Position, other: &Position) -> i64 {
        metres(&Position { datum: Datum::Wgs84, ..one.clone() }, &Position { datum: Datum::Wgs84, ..other.clone() }).0
    }

    #[test]
    fn positions_that_others_have_published_are_met() {
        for ((north, east), (to_north, to_east)) in [
            ((31.177_427_6, 121.527_210_6), (31.175_303_983_6, 121.531_541_859_2)),
            ((22.543_847, 113.912_316), (22.540_796_131_7, 113.917_176_480_8)),
            ((39.911_954, 116.377_817), (39.913_345_455_4, 116.384_047_224_6)),
        ] {
            let chinese = position_as(&position(north, east, Datum::Wgs84), &Datum::Gcj02).unwrap();
            assert_eq!(apart(&chinese, &position(to_north, to_east, Datum::Gcj02)), 0, "{chinese:?}");
            assert_eq!((chinese.datum.clone(), chinese.accuracy), (Datum::Gcj02, Some(8)));
        }
        let baidu = position_as(&position(39.915, 116.404, Datum::Gcj02), &Datum::Bd09).unwrap();
        assert_eq!(apart(&baidu, &position(39.921_336_993_5, 116.410_369_493_7, Datum::Bd09)), 0, "{baidu:?}");
        let chinese = position_as(&position(39.915, 116.404, Datum::Bd09), &Datum::Gcj02).unwrap();
        assert!(apart(&chinese, &position(39.908_656_739_6, 116.397_627_291_2, Datum::Gcj02)) <= 1, "{chinese:?}");
    }

    #[test]
    fn outside_of_china_and_without_a_datum_nothing_is_moved() {
        let elsewhere = position(48.8566, 2.3522, Datum::Gcj02);
        assert_eq!(position_as(&elsewhere, &Datum::Wgs84), Some(Position { datum: Datum::Wgs84, ..elsewhere }));
        let unknown = position(34.0, 113.0, Datum::Unstated);
        assert_eq!(position_as(&unknown, &Datum::Wgs84), None);
        for datum in [Datum::Unstated, Datum::Unknown("cgcs2000".into())] {
            assert_eq!(position_as(&position(34.0, 113.0, Datum::Wgs84), &datum), None);
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(north in 18.0_f64..53.0, east in 74.0_f64..135.0) {
            let start = position(north, east, Datum::Wgs84);
            for datum in [Datum::Gcj02, Datum::Bd09] {
                let there = position_as(&start, &datum).unwrap();
                prop_assert!((1..2_000).contains(&apart(&start, &there)), "{:?}", there);
                let back = position_as(&there, &Datum::Wgs84).unwrap();
                let off = (back.latitude - start.latitude).abs().max((back.longitude - start.longitude).abs());
                // A tenth of a metre.
                prop_assert!(off <= 10, "{} off: {:?}", off, back);
            }
        }

        #[test]
        fn nothing_breaks_it(north: i64, east: i64) {
            let start = Position { latitude: north, longitude: east, datum: Datum::Bd09, accuracy: None };
            prop_assert!(position_as(&start, &Datum::Wgs84).is_some());
        }
    }
}
