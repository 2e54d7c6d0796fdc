//! How well pasted messages are read, and how long it takes.

use std::time::Instant;

use qiaomen_core::message;
use qiaomen_core::record::Zone;
use qiaomen_tests::figures::{Runs, Table};
use qiaomen_tests::messages::{OTHER, OWN, corpus, score};

use crate::{Outcome, Report};

/// Reads the corpora in this process: it is a pure function without anything beside it.
pub(crate) fn run(report: &mut Report, rounds: usize) -> Outcome<()> {
    let messages = corpus(OWN)?;
    let found = score(&messages);
    let zone = Zone::shanghai();
    let mut each = Runs::default();
    for _ in 0..rounds {
        let begun = Instant::now();
        let people: usize = messages.iter().map(|message| message::read(&message.text, message.now, &zone).len()).sum();
        each.add(begun.elapsed().as_secs_f64() * 1e6 / messages.len() as f64);
        if people == 0 {
            return Err("nobody was read".into());
        }
    }
    let mut table = Table::new(format!("{} pasted messages of our own, and some by other hands", found.messages));
    table.count("message.own_fields_right_percent", found.fields_percent(), "%", "empty ones included");
    table.count("message.own_said_right_percent", found.said_percent(), "%", "of those with something in them");
    table.count("message.own_whole_right_percent", found.messages_percent(), "%", "messages right in everything");
    let other = score(&corpus(OTHER)?);
    table.count("message.other_fields_right_percent", other.fields_percent(), "%", "by other hands");
    table.count("message.other_said_right_percent", other.said_percent(), "%", "of those with something in them");
    table.count("message.other_whole_right_percent", other.messages_percent(), "%", "messages right in everything");
    table.runs("message.read_us", &each, "us", "a message");
    report.print(&table);
    Ok(())
}
