//! Ends of months, extensions, time in other hands, and other zones.

use super::fine_print::spans;
use super::*;
use crate::playbook::Case;
use crate::record::Level;

fn tail(lines: &[String], count: usize) -> &[String] {
    &lines[lines.len() - count..]
}

#[test]
fn l4_the_month_ends_with_the_same_day_of_the_next() {
    for (issued, ends) in [
        ("2026-01-31 18:00", "2026-03-01 00:00"),
        ("2026-01-28 00:00", "2026-03-01 00:00"),
        ("2026-01-27 23:59", "2026-02-28 00:00"),
        ("2024-01-31 18:00", "2024-03-01 00:00"),
        ("2024-01-29 18:00", "2024-03-01 00:00"),
        ("2024-01-28 18:00", "2024-02-29 00:00"),
        ("2024-02-29 12:00", "2024-03-30 00:00"),
        ("2026-02-28 12:00", "2026-03-29 00:00"),
        ("2026-03-31 12:00", "2026-05-01 00:00"),
        ("2026-08-31 12:00", "2026-10-01 00:00"),
        ("2026-12-31 12:00", "2027-02-01 00:00"),
        ("2026-12-01 00:00", "2027-01-02 00:00"),
        ("2099-01-30 00:00", "2099-03-01 00:00"),
    ] {
        let found = due(&Playbook::builtin(), &Case::new(Level::Low, at(issued)), &shanghai(), at(issued));
        assert_eq!(found.series_ends, at(ends), "{issued}");
    }
}

#[test]
fn l4_a_visit_due_at_the_very_end_is_owed() {
    // A month of thirty days is a multiple of three.
    let case = Case::new(Level::Low, at("04-10 09:00"));
    let seen = |now| three_day(&due(&Playbook::builtin(), &case, &shanghai(), at(now)));
    assert_eq!(seen("05-10 23:59").len(), 9);
    assert_eq!(tail(&seen("05-10 23:59"), 1), ["05-08 00:00 Overdue +4319"]);
    assert_eq!(tail(&seen("05-11 00:00"), 2), ["05-08 00:00 Missed +4320", "05-11 00:00 Missed"]);
}

#[test]
fn l4_extensions_carry_the_month_without_a_break() {
    let visits = ["met 03-01 10:00", "met 03-30 10:00", "met 04-03 10:00"];
    let base = scenario_of("low", "03-01 09:00", &visits);
    let series = ["03-29 00:00 Late 03-30 10:00 +2040", "04-03 00:00 Late 04-03 10:00 +600", "04-07 00:00 Open"];
    let in_time = with(base.clone(), "extensions", spans("until", &[("03-31 10:00", "04-15 08:00")]));
    let found = reckon(&in_time, "04-04 00:00");
    assert_eq!(short(found.series_ends), "04-16 00:00");
    assert_eq!(judgements(&found), ["04-02 00:00 Done 03-31 10:00", "04-16 00:00 Open"]);
    assert_eq!(tail(&three_day(&found), 3), series);
    // Recorded after the month was over: late, and the gap closes.
    let late = with(base, "extensions", spans("until", &[("04-05 10:00", "04-15 08:00")]));
    let before = reckon(&late, "04-05 09:59");
    assert_eq!(short(before.series_ends), "04-02 00:00");
    assert_eq!(three_day(&before).last().unwrap(), series[0]);
    assert_eq!(judgements(&before), ["04-02 00:00 Overdue +4919"]);
    let after = reckon(&late, "04-05 10:00");
    assert_eq!(judgements(&after), ["04-02 00:00 Late 04-05 10:00 +4920", "04-16 00:00 Open"]);
    assert_eq!(tail(&three_day(&after), 3), series);
}

#[test]
fn l4_extensions_chain_and_never_shorten() {
    let base = scenario_of("low", "03-01 09:00", &[]);
    let chain = [("04-10 10:00", "04-25 08:00"), ("03-20 10:00", "04-15 08:00")];
    let found = reckon(&with(base.clone(), "extensions", spans("until", &chain)), "04-11 00:00");
    assert_eq!(
        judgements(&found),
        ["04-02 00:00 Done 03-20 10:00", "04-16 00:00 Done 04-10 10:00", "04-26 00:00 Open"]
    );
    let shorter = [("04-10 10:00", "04-12 08:00"), ("03-20 10:00", "04-15 08:00")];
    let found = reckon(&with(base.clone(), "extensions", spans("until", &shorter)), "04-11 00:00");
    assert_eq!(judgements(&found), ["04-02 00:00 Done 03-20 10:00", "04-16 00:00 Open"]);
    // One that carries the month nowhere judges nothing.
    let nowhere = [("03-20 10:00", "04-01 23:59")];
    let found = reckon(&with(base, "extensions", spans("until", &nowhere)), "04-11 00:00");
    assert_eq!(judgements(&found), ["04-02 00:00 Overdue +12960"]);
}

#[test]
fn q9_an_extension_keeps_a_second_visit_from_being_missed() {
    let base = scenario_of("high", "03-01 09:00", &["met 03-01 10:00", "met 04-05 10:00"]);
    assert_eq!(second(&reckon(&base, "04-06 00:00")), ["03-03 10:00 Missed +42600"]);
    let extended = with(base, "extensions", spans("until", &[("04-01 10:00", "04-15 08:00")]));
    assert_eq!(second(&reckon(&extended, "04-06 00:00")), ["03-03 10:00 Late 04-05 10:00 +47520"]);
    assert_eq!(feedback(&reckon(&extended, "04-06 00:00")), ["03-01 12:00 Overdue +51120"]);
}

#[test]
fn l5_a_clearance_and_an_extension_both_judge() {
    let base = scenario_of("low", "03-01 09:00", &[]);
    let extended = with(base, "extensions", spans("until", &[("03-20 10:00", "04-15 08:00")]));
    let cleared = with(extended.clone(), "clearances", spans("withdrawn", &[("04-10 10:00", "")]));
    let found = reckon(&cleared, "04-11 00:00");
    assert_eq!(judgements(&found), ["04-02 00:00 Done 03-20 10:00", "04-16 00:00 Done 04-10 10:00"]);
    let earlier = with(extended, "clearances", spans("withdrawn", &[("03-10 10:00", "03-25 10:00")]));
    assert_eq!(
        judgements(&reckon(&earlier, "03-21 00:00")),
        ["04-02 00:00 Done 03-10 10:00", "04-16 00:00 Done 03-10 10:00"]
    );
    assert_eq!(judgements(&reckon(&earlier, "03-25 10:00")), ["04-02 00:00 Done 03-20 10:00", "04-16 00:00 Open"]);
}

#[test]
fn l4_in_other_hands_it_is_excused() {
    let base = scenario_of("high", "03-01 09:00", &["met 03-01 10:00", "nobody_home 03-04 10:00", "met 03-12 10:00"]);
    // From the instant of the due time (03-05) to that of another (03-08), both included.
    let away = with(base.clone(), "transfers", spans("until", &[("03-05 00:00", "03-08 00:00")]));
    let found = reckon(&away, "03-12 12:00");
    assert_eq!(
        three_day(&found),
        ["03-05 00:00 Excused x1", "03-08 00:00 Excused", "03-11 00:00 Late 03-12 10:00 +2040", "03-16 00:00 Open"]
    );
    // All others are untouched.
    assert_eq!(second(&found), ["03-03 10:00 Late 03-12 10:00 +12960 x1"]);
    // Instead of open, too, and to the end of the series.
    let away = with(base, "transfers", spans("until", &[("03-04 12:00", "")]));
    assert_eq!(three_day(&reckon(&away, "03-04 11:59")), ["03-05 00:00 Open x1"]);
    assert_eq!(three_day(&reckon(&away, "03-04 12:00")), ["03-05 00:00 Excused x1"]);
    let found = reckon(&away, "04-02 00:00");
    assert_eq!(count(&found, DueKind::ThreeDayVisit, DueState::Missed), 0);
    assert_eq!(three_day(&found)[2], "03-11 00:00 Late 03-12 10:00 +2040");
    assert_eq!(count(&found, DueKind::ThreeDayVisit, DueState::Excused), three_day(&found).len() - 1);
    assert_eq!(judgements(&found), ["04-02 00:00 Overdue"]);
    // Not what fell due before it, or after it was over.
    let away =
        with(scenario_of("low", "03-01 09:00", &[]), "transfers", spans("until", &[("03-05 00:01", "03-07 23:59")]));
    assert_eq!(three_day(&reckon(&away, "03-08 00:00")), ["03-05 00:00 Missed +4320", "03-08 00:00 Overdue"]);
}

#[test]
fn records_later_than_now_do_not_count_yet() {
    let scenario = scenario_of("high", "03-01 09:00", &["met 03-01 10:00", "met 03-03 09:00"]);
    assert_eq!(reckon(&scenario, "03-01 08:59").list, []);
    assert_eq!(short(reckon(&scenario, "03-01 08:59").series_ends), "04-02 00:00");
    assert_eq!(meeting(&reckon(&scenario, "03-01 09:59")), ["03-01 11:00 Open"]);
    assert_eq!(second(&reckon(&scenario, "03-01 09:59")), [""; 0]);
    assert_eq!(second(&reckon(&scenario, "03-03 08:59")), ["03-03 10:00 Open"]);
    assert_eq!(second(&reckon(&scenario, "03-03 09:00")), ["03-03 10:00 Done 03-03 09:00"]);
}

/// What falls due in `zone`, as that zone writes it.
fn series_in(zone: &str, issued: &str, met: &[&str], now: &str) -> (String, Vec<(String, DueState, i64)>) {
    let zone = Zone::named(zone).unwrap();
    let mut case = Case::new(Level::Low, Time::parse(issued).unwrap());
    case.visits = met.iter().map(|ended| properties::met(Time::parse(ended).unwrap())).collect();
    let found = due(&Playbook::builtin(), &case, &zone, Time::parse(now).unwrap());
    let series = found.list.iter().filter(|visit| visit.kind == DueKind::ThreeDayVisit);
    let series = series.map(|visit| (zone.rfc3339(visit.due), visit.state, visit.late_minutes)).collect();
    (zone.rfc3339(found.series_ends), series)
}

#[test]
fn l4_days_are_the_zone_s_own_across_changes_of_clocks() {
    // Berlin puts its clocks forward on 29 March 2026: that day has 23 hours.
    let (ends, series) = series_in("Europe/Berlin", "2026-03-27T12:00:00+01:00", &[], "2026-04-02T12:00:00+02:00");
    assert_eq!(ends, "2026-04-28T00:00:00+02:00");
    assert_eq!(series, [("2026-03-31T00:00:00+02:00".to_owned(), DueState::Overdue, 3600)]);
    let met = ["2026-03-25T12:00:00+01:00", "2026-03-30T23:30:00+02:00"];
    let (_, series) = series_in("Europe/Berlin", "2026-03-25T08:00:00+01:00", &met, "2026-03-31T12:00:00+02:00");
    assert_eq!(
        series,
        [
            ("2026-03-29T00:00:00+01:00".to_owned(), DueState::Late, 46 * 60 + 30),
            ("2026-04-03T00:00:00+02:00".to_owned(), DueState::Open, 0),
        ]
    );
    // The instant belongs to the zone's day, not to Shanghai's.
    let (ends, _) = series_in("America/Los_Angeles", "2026-01-31T23:30:00-08:00", &[], "2026-02-01T12:00:00-08:00");
    assert_eq!(ends, "2026-03-01T00:00:00-08:00");
}

#[test]
fn l4_a_day_without_a_midnight_begins_at_its_first_instant() {
    // Cairo skips the first hour of 24 April 2026.
    let (_, series) = series_in("Africa/Cairo", "2026-04-20T12:00:00+02:00", &[], "2026-04-24T12:00:00+03:00");
    assert_eq!(series, [("2026-04-24T01:00:00+03:00".to_owned(), DueState::Overdue, 660)]);
}

#[test]
fn local_days_by_number_are_the_zone_s() {
    for name in [
        "Asia/Shanghai",
        "Europe/Berlin",
        "Africa/Casablanca",
        "Africa/Cairo",
        "America/St_Johns",
        "Pacific/Apia",
        "UTC",
    ] {
        let zone = Zone::named(name).unwrap();
        for around in ["2011-12-20T00:00:00Z", "2026-03-01T00:00:00Z", "2026-10-20T00:00:00Z", "1950-06-01T00:00:00Z"] {
            let around = Time::parse(around).unwrap();
            let calendar = crate::playbook::calendar::Calendar::around(&zone, around);
            let first = calendar.day(around);
            for hour in -400..1200 {
                let time = around.plus_minutes(hour * 60 - 1);
                let day = calendar.day(time);
                let days = i64::from(zone.day(time).since(zone.day(around)).unwrap().get_days());
                assert_eq!(day - first, days, "{name} {time}");
                assert_eq!(calendar.end(day), zone.end(zone.day(time)), "{name} {time}");
            }
        }
    }
}
