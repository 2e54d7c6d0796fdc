//! Who asks for a page or a deed, when, from where, and what they may.
//!
//! Floor: console. Invariant: what is written goes through the person's own replica here; what must be answered for is
//! noted in the audit trail before it is shown.

use std::str::FromStr;
use std::sync::Arc;

use parking_lot::Mutex;
use qiaomen_core::doors::Period;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{DocumentId, PersonId, Random, Record, Scope, Time};

use super::desk::{Desk, Search, Who};
use super::lockout::Source;
use super::mask;
use super::moment::Moment;
use super::names::Names;
use super::{Lang, Trouble};
use crate::access::{Action, Asker, Ground};
use crate::author::{Draft, Written};
use crate::intake::Intake;
use crate::report::accountability::Automatic;
use crate::report::today::Reach;
use crate::store::{AuditEntry, Context, Standing, StoreError};
use crate::town::Town;

/// The server's randomness, a moment at a time.
pub(crate) struct Drawn<'a>(pub(crate) &'a Mutex<Box<dyn Random>>);

impl Random for Drawn<'_> {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.lock().fill(bytes);
    }
}

/// By what somebody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// A browser's session.
    Session(u64),
    /// A token of theirs.
    Token(u64),
}

impl Via {
    const fn who(self) -> Who {
        match self {
            Self::Session(number) => (true, number),
            Self::Token(number) => (false, number),
        }
    }
}

/// A request of somebody who may make it.
pub(crate) struct Asked<'a> {
    pub(crate) town: &'a Town,
    pub(crate) intake: &'a Intake,
    pub(crate) desk: &'a Desk,
    pub(crate) random: &'a Mutex<Box<dyn Random>>,
    pub(crate) person: PersonId,
    pub(crate) standing: Standing,
    /// The areas that their roles are held in, and all above them.
    pub(crate) context: Context,
    pub(crate) via: Via,
    pub(crate) now: Time,
    pub(crate) lang: Lang,
    /// From which address, where that is known.
    pub(crate) address: Option<String>,
    /// From where they try what may fail.
    pub(crate) source: Source,
    /// Whether their second factor is still to be shown.
    pub(crate) half_in: bool,
    /// Whether nobody looks: a page that is open somewhere only asks whether it has changed.
    pub(crate) peeks: bool,
    /// By which scheme and host the server was reached.
    pub(crate) origin: String,
}

impl Asked<'_> {
    pub(crate) fn random(&self) -> Drawn<'_> {
        Drawn(self.random)
    }

    /// A moment in the town's zone.
    pub(crate) fn moment(&self, time: Time) -> Moment {
        Moment::new(time, self.town.zone())
    }

    /// What people and areas are called.
    pub(crate) fn names(&self) -> Result<Names, StoreError> {
        Names::read(self.town)
    }

    /// Which case files they hold.
    pub(crate) fn reach(&self) -> Result<Reach, StoreError> {
        Reach::of(self.town, self.person)
    }

    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker::Person(&self.standing)
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground { areas: &self.context.areas, alerts: &self.context.alerts }
    }

    /// Whether they may begin this.
    pub(crate) fn may(&self, action: Action) -> bool {
        action.may(&self.standing, self.ground())
    }

    /// Reads an identifier that stands in a path or form.
    pub(crate) fn id<T: FromStr>(&self, text: &str) -> Result<T, Trouble> {
        text.trim().parse().map_err(|_| Trouble::not_found())
    }

    /// Reads a time that somebody wrote: RFC 3339, or as it stands on the wall in the town's zone.
    pub(crate) fn time(&self, field: &str, text: &str) -> Result<Time, Trouble> {
        let text = text.trim().replacen('T', " ", usize::from(!text.contains('+') && !text.ends_with('Z')));
        let read = Time::parse(&text).or_else(|_| self.town.zone().parse_local(&text));
        read.map_err(|_| {
            Trouble::field(field, "时间写法不对，请写成 2026-03-01 09:00。", "This is no time; write 2026-03-01 09:00.")
        })
    }

    /// Notes something in the audit trail.
    pub(crate) fn note(&self, action: Action, subject: Option<&str>, detail: Option<&str>) -> Result<(), StoreError> {
        self.town.store().audit_add(&AuditEntry {
            at: self.now,
            person: Some(self.person),
            action: action.word().to_owned(),
            subject: subject.map(str::to_owned),
            detail: detail.map(str::to_owned),
            address: self.address.clone(),
        })
    }

    /// Has a subject's names and telephones shown to this session for a while; noted in the trail.
    pub(crate) fn reveal(&self, subject: &str) -> Result<(), StoreError> {
        self.note(Action::Reveal, Some(subject), None)?;
        self.desk.reveal(self.via.who(), subject, self.now);
        Ok(())
    }

    /// The same, of what the caller has noted itself.
    pub(crate) fn show_noted(&self, subject: &str) {
        self.desk.reveal(self.via.who(), subject, self.now);
    }

    /// Whether a subject's names and telephones are shown to this session.
    pub(crate) fn is_revealed(&self, subject: &str) -> bool {
        self.desk.is_revealed(self.via.who(), subject, self.now)
    }

    /// Notes that a subject is printed, and has it shown whole to this session for a while, for printing.
    pub(crate) fn allow_printing(&self, subject: &str, detail: Option<&str>) -> Result<(), StoreError> {
        self.note(Action::Print, Some(subject), detail)?;
        self.show_noted(&format!("print:{subject}"));
        Ok(())
    }

    /// Whether a subject is shown for printing: that was asked for, and was noted for this session.
    pub(crate) fn prints(&self, asked_for: bool, subject: &str) -> bool {
        asked_for && self.is_revealed(&format!("print:{subject}"))
    }

    /// Whether this session looks at something for the first time, so that it is to be noted; whoever only asks whether a
    /// page has changed looks at nothing.
    pub(crate) fn opens(&self, what: &str) -> bool {
        !self.peeks && self.desk.opens(self.via.who(), what)
    }

    /// Keeps a text for this session for a while, under a name that may stand in an address.
    pub(crate) fn keep(&self, name: &str, text: String) {
        self.desk.keep(self.via.who(), name, text, self.now);
    }

    /// A text that was kept for this session.
    pub(crate) fn kept(&self, name: &str) -> Option<String> {
        self.desk.kept(self.via.who(), name, self.now)
    }

    /// Notes that this session was shown a record as this text names it.
    pub(crate) fn looked(&self, record: DocumentId, shown: String) {
        if self.peeks {
            return;
        }
        self.desk.looked(self.via.who(), record, shown);
    }

    /// As what this session was shown a record last.
    pub(crate) fn looked_at(&self, record: DocumentId) -> Option<String> {
        self.desk.looked_at(self.via.who(), record)
    }

    /// Keeps what somebody looks for out of addresses: returns what it is called there.
    pub(crate) fn keep_search(&self, text: String, moment: Time) -> String {
        self.desk.keep_search(self.via.who(), (text, moment), self.now, &mut self.random())
    }

    /// A search of this session's, while it is remembered.
    pub(crate) fn search(&self, id: &str) -> Option<Search> {
        self.desk.search(self.via.who(), id, self.now)
    }

    /// What they are to look at without being asked, a minute old at most.
    pub(crate) fn automatic(&self, period: Period) -> Result<Arc<Automatic>, StoreError> {
        self.desk.automatic(self.town, self.person, period, self.now)
    }

    /// A period of whole days, as forms say it: both of them belong to it.
    pub(crate) fn days(&self, from: Option<&str>, to: Option<&str>) -> Result<Period, Trouble> {
        let zone = self.town.zone();
        let day = |field: &str, text: &str| Ok::<_, Trouble>(zone.day(self.time(field, text)?));
        let from = from.map(|text| day("from", text)).transpose()?.map(|day| zone.start(day));
        let until = to.map(|text| day("to", text)).transpose()?.map(|day| zone.end(day));
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            return Err(Trouble::field("to", "结束日期早于开始日期。", "The last day lies before the first."));
        }
        Ok(Period { from, until })
    }

    /// A resident's name as it is shown here.
    pub(crate) fn name(&self, name: &str, revealed: bool) -> String {
        if revealed { name.to_owned() } else { mask::name(name) }
    }

    /// A telephone as it is shown here.
    pub(crate) fn telephone(&self, telephone: &str, revealed: bool) -> String {
        if revealed { telephone.to_owned() } else { mask::telephone(telephone) }
    }

    /// An alert's address as it is shown here.
    pub(crate) fn place(&self, address: &str, revealed: bool) -> String {
        if revealed { address.to_owned() } else { mask::address(address) }
    }

    /// The server's own replica for somebody in whose name whoever asks may write.
    pub(crate) fn author_of(
        &self,
        person: PersonId,
    ) -> Result<std::sync::Arc<Mutex<crate::author::Author>>, StoreError> {
        self.town.author(person, self.now, &mut self.random())
    }

    /// Writes what somebody decided, in their name; every change must be accepted.
    pub(crate) fn write(&self, drafts: Vec<Draft>) -> Result<(), Trouble> {
        let author = self.author_of(self.person)?;
        let written = author.lock().write(drafts, self.now, &mut self.random())?;
        for written in &written {
            match written {
                Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {}
                Written::Verdict(verdict) => return Err(verdict.into()),
            }
        }
        Ok(())
    }

    /// Writes a new record in their name; returns its identifier.
    pub(crate) fn create(&self, record: impl Into<Record>, scope: Scope) -> Result<DocumentId, Trouble> {
        let record = record.into();
        record.validate()?;
        let id = DocumentId::fresh(self.now, &mut self.random());
        self.write(vec![Draft::Create { id, record: Box::new(record), scope }])?;
        Ok(id)
    }
}
