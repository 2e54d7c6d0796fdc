//! The demo town's roster through the real import: what its generator put in is what comes out.

use std::io::Cursor;

use qiaomen_core::record::{Kind, Record, SeededRandom, Time};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::import::{self, Noun, Report, Request};
use qiaomen_server::town::Town;
use qiaomen_tests::roster::{SEED, make};

const NOW: Time = Time::from_millis(1_773_972_000_000);

fn read(town: &Town, noun: Noun, text: &str, skip_bad: bool) -> Report {
    let request = Request { skip_bad, ..Request::apply(noun, "file.csv", SYSTEM) };
    let mut random = SeededRandom::new(5);
    import::run(town, &request, &mut Cursor::new(text.as_bytes()), NOW, &mut random, &mut |_| ()).unwrap()
}

#[test]
fn p4_an_untidy_roster_is_read_as_it_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path(), NOW, &mut SeededRandom::new(4)).unwrap();
    let files = make(SEED);
    assert_eq!(read(&town, Noun::Areas, &files.areas, false).records.new, 49);
    let report = read(&town, Noun::Households, &files.roster, true);
    let untidy = files.untidy;
    assert_eq!(report.bad.len(), untidy.bad());
    let about = |field: &str| report.bad.iter().filter(|bad| bad.field == field).count();
    assert_eq!((about("id_number"), about("grid")), (untidy.cut, untidy.nowhere));
    assert_eq!((report.records.new, report.residents.new), (untidy.doors as u64, untidy.residents as u64));
    assert_eq!(report.duplicates.len(), untidy.twice);
    // Every door has an address that a worker can walk by, and nobody's ID number is in any document.
    let mut residents = 0;
    for (_, record) in town.records(&Kind::Household).unwrap() {
        let Record::Household(household) = record else { panic!("{record:?}") };
        let address = &household.address;
        let flat = address.building.is_some() && address.unit.is_some() && address.room.is_some();
        assert!(flat || (address.group.is_some() && address.number.is_some()), "{address:?}");
        residents += household.residents.len();
        for resident in household.residents.values() {
            let told = format!("{resident:?} {:?}", household.note);
            // The region and the century of every ID number in the file.
            assert!(!told.contains("00000019") && !told.contains("00000020"));
        }
    }
    assert_eq!(residents, untidy.residents);
    // The same file again changes nothing.
    let size = town.store().log().unwrap().size;
    let again = read(&town, Noun::Households, &files.roster, true);
    assert_eq!((again.records.new, again.records.changed, again.residents.new), (0, 0, 0));
    assert_eq!(town.store().log().unwrap().size, size);
}
