//! Everything that there is or will be to tell, before it is known what was told already.
//!
//! Floor: notice. Invariants: nothing is left out because of the hour, nor because it was told before; what its
//! person did themselves is no candidate.

use sha2::{Digest, Sha256};

use super::{CaseNow, EARLY_HOURS, Inputs, LATE_HOURS, Me, NoticeKey, NoticeKind, ReviewNow, Said};
use crate::playbook::{Came, CaseResult, DueKind, DueState, DueVisit, What};
use crate::record::word::Word;
use crate::record::{AlertId, DocumentId, Level, ReviewState, Time};

/// Something to tell, now or later.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) key: NoticeKey,
    pub(super) kind: NoticeKind,
    pub(super) alert: Option<AlertId>,
    pub(super) document: Option<DocumentId>,
    /// From when on it is so.
    pub(super) since: Time,
    /// Until when it makes sense to tell.
    pub(super) until: Option<Time>,
    pub(super) urgent: bool,
    pub(super) level: Option<Level>,
    /// What need not be told beside it, nor after it.
    pub(super) swallows: Vec<NoticeKey>,
    /// Whether it only says that there may be something then, which cannot be known before.
    pub(super) unsure: bool,
}

fn key(what: &str, of: impl std::fmt::Display) -> NoticeKey {
    NoticeKey(format!("{what}:{of}"))
}

/// Everything there is and will be to tell.
pub(super) fn collect(inputs: &Inputs<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for case in &inputs.cases {
        if !matches!(case.result, CaseResult::Recalled | CaseResult::Joined) {
            View { me: inputs.me, now: inputs.now, case }.collect(&mut found);
        }
    }
    let me = inputs.me.person;
    for refused in &inputs.refused {
        let name = key("refused", format_args!("{}:{}", refused.document, refused.at.millis()));
        found.push(alone(name, NoticeKind::Refused, refused.document, refused.at.min(inputs.now)));
    }
    for review in inputs.reviews.iter().filter(|review| review.said.by != me && is_told(review)) {
        found.push(Candidate {
            document: Some(review.of),
            ..alone(review_key(review), NoticeKind::Comment, review.said.document, review.said.at.min(inputs.now))
        });
    }
    for reminder in inputs.reminders.iter().filter(|reminder| reminder.said.by != me) {
        let Said { document, at, .. } = reminder.said;
        // Unlike what happened, it may be meant for later.
        found.push(Candidate {
            until: reminder.until,
            ..alone(key("reminder", document), NoticeKind::Reminder, document, at)
        });
    }
    found
}

fn alone(key: NoticeKey, kind: NoticeKind, document: DocumentId, since: Time) -> Candidate {
    Candidate {
        key,
        kind,
        alert: None,
        document: Some(document),
        since,
        until: None,
        urgent: false,
        level: None,
        swallows: Vec::new(),
        unsure: false,
    }
}

/// Whether there is anything in a review for its record's author.
fn is_told(review: &ReviewNow) -> bool {
    review.state != ReviewState::Approved || review.comment.as_ref().is_some_and(|comment| !comment.trim().is_empty())
}

/// A review may be written anew by its author, and is told again then.
fn review_key(review: &ReviewNow) -> NoticeKey {
    let mut hash = Sha256::new();
    hash.update(review.state.word());
    hash.update([0]);
    hash.update(review.comment.as_deref().unwrap_or_default());
    let short: String = hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    key("review", format_args!("{}:{short}", review.said.document))
}

/// One alert as its person sees it.
struct View<'a> {
    me: Me,
    now: Time,
    case: &'a CaseNow,
}

impl View<'_> {
    fn collect(&self, found: &mut Vec<Candidate>) {
        self.came(found);
        self.sent(found);
        self.lies_there(found);
        self.goes(found);
        self.said(found);
        if self.is_for_me() {
            for visit in &self.case.due {
                self.due(visit, found);
            }
        }
    }

    fn owner(&self) -> Option<crate::record::PersonId> {
        self.case.custody.owner.as_ref().map(|owner| owner.person)
    }

    /// Whether they have taken it and the server does not know yet.
    fn has_taken(&self) -> bool {
        let taken = |event: &&crate::playbook::Event| {
            event.person == self.me.person && matches!(event.what, What::Taken { .. })
        };
        self.case.custody.unconfirmed.iter().any(|event| taken(&event))
    }

    /// Whether it is theirs, or nobody's and theirs to take.
    fn is_for_me(&self) -> bool {
        match self.owner() {
            Some(owner) => owner == self.me.person,
            None => self.has_taken() || self.me.takes || !self.case.sendings.is_empty(),
        }
    }

    fn about(&self, key: NoticeKey, kind: NoticeKind, document: Option<DocumentId>, since: Time) -> Candidate {
        let wakes = matches!(
            kind,
            NoticeKind::NewAlert | NoticeKind::HandedOver | NoticeKind::Overdue | NoticeKind::DueInOneHour
        );
        Candidate {
            key,
            kind,
            alert: Some(self.case.alert),
            document,
            since,
            until: None,
            urgent: wakes && self.case.level.effective() >= Level::High,
            level: Some(self.case.level.effective()),
            swallows: Vec::new(),
            unsure: false,
        }
    }

    fn new_key(&self) -> NoticeKey {
        key("new", self.case.alert)
    }

    fn sent_keys(&self) -> impl Iterator<Item = NoticeKey> {
        self.case.sendings.iter().map(|sent| key("sent", sent.document))
    }

    /// It is offered to them, or a supervisor has given it to them.
    fn came(&self, found: &mut Vec<Candidate>) {
        let me = self.me.person;
        let custody = &self.case.custody;
        let swallows: Vec<NoticeKey> = self.sent_keys().chain([self.new_key()]).collect();
        let accepted = |offer: DocumentId| {
            let accepts = What::Taken { offer: Some(offer) };
            custody.unconfirmed.iter().any(|event| event.person == me && event.what == accepts)
        };
        for offer in &custody.offers {
            if offer.to == me && offer.from != me && !accepted(offer.document) {
                let kind = if custody.owner.is_none() { NoticeKind::NewAlert } else { NoticeKind::HandedOver };
                let since = offer.at.min(self.now);
                let about = self.about(key("offer", offer.document), kind, Some(offer.document), since);
                found.push(Candidate { swallows: swallows.clone(), ..about });
            }
        }
        if let Some(owner) = &custody.owner
            && (owner.person, owner.came) == (me, Came::Decided)
            && owner.by != me
            && !self.was_mine_before()
        {
            let name = key("owner", owner.document);
            let about = self.about(name, NoticeKind::HandedOver, Some(owner.document), owner.at.min(self.now));
            found.push(Candidate { swallows, ..about });
        }
    }

    /// Whether the last word on whose it is left it theirs, as where a contest ended for them.
    fn was_mine_before(&self) -> bool {
        self.case.custody.holders.iter().rev().nth(1).is_some_and(|before| before.person == self.me.person)
    }

    /// They were sent to it.
    fn sent(&self, found: &mut Vec<Candidate>) {
        let others = self.case.sendings.iter().filter(|sent| sent.by != self.me.person);
        let Some(last) = others.max_by_key(|sent| (sent.at, sent.document)) else { return };
        if self.owner() == Some(self.me.person) || self.has_taken() {
            return;
        }
        let name = key("sent", last.document);
        let swallows = self.sent_keys().chain([self.new_key()]).filter(|key| *key != name).collect();
        let about = self.about(name, NoticeKind::NewAlert, Some(last.document), last.at.min(self.now));
        found.push(Candidate { swallows, ..about });
    }

    /// Nobody has it, and it is theirs to take.
    fn lies_there(&self, found: &mut Vec<Candidate>) {
        let nobodys = self.owner().is_none() && !self.has_taken() && self.case.result == CaseResult::Running;
        if self.me.takes && nobodys && self.case.entered.by != self.me.person {
            let document = Some(self.case.alert.into());
            found.push(self.about(self.new_key(), NoticeKind::NewAlert, document, self.case.entered.at.min(self.now)));
        }
    }

    /// It was theirs and is no more, or somebody says that they were first.
    fn goes(&self, found: &mut Vec<Candidate>) {
        let me = self.me.person;
        let custody = &self.case.custody;
        let last = custody.holders.iter().rposition(|holder| holder.person == me);
        if let Some(next) = last.and_then(|last| custody.holders.get(last + 1))
            && next.by != me
        {
            let name = key("taken", next.document);
            found.push(self.about(name, NoticeKind::TakenFromMe, Some(next.document), next.at.min(self.now)));
        }
        let concerns = self.owner() == Some(me) || self.me.decides;
        for contest in custody.contests.iter().filter(|contest| concerns && contest.person != me) {
            // Its own time lies before its first receiver's by its nature: it cannot have been heard of before that.
            let first = custody.holders.first().map_or(contest.at, |first| first.at);
            let since = first.max(contest.at).min(self.now);
            let name = key("contest", contest.document);
            found.push(self.about(name, NoticeKind::Contest, Some(contest.document), since));
        }
    }

    /// Somebody said something about a case of theirs, since it is theirs.
    fn said(&self, found: &mut Vec<Candidate>) {
        let Some(owner) = self.case.custody.owner.as_ref().filter(|owner| owner.person == self.me.person) else {
            return;
        };
        for said in self.case.comments.iter().filter(|said| said.by != self.me.person && said.at >= owner.at) {
            let name = key("comment", said.document);
            found.push(self.about(name, NoticeKind::Comment, Some(said.document), said.at.min(self.now)));
        }
    }

    /// A visit is due soon, or its time has passed.
    fn due(&self, visit: &DueVisit, found: &mut Vec<Candidate>) {
        let by_days = matches!(visit.kind, DueKind::ThreeDayVisit | DueKind::MonthEndJudgement);
        let name = |when: &str| {
            let kind = kind_name(visit.kind);
            key("due", format_args!("{}:{kind}:{}:{when}", self.case.alert, visit.due.millis()))
        };
        let make = |when, kind, since: Time, until, swallows| {
            let about = self.about(name(when), kind, Some(self.case.alert.into()), since);
            // What is owed by the end of a day has its time at midnight, when nobody can go to a door.
            Candidate { urgent: about.urgent && !by_days, until, swallows, ..about }
        };
        if visit.kind == DueKind::ThreeDayVisit && visit.ends.is_some_and(|ends| ends > self.now) {
            // In that instant the next one is overdue from birth.
            let since = visit.ends.unwrap_or(self.now);
            found.push(Candidate { unsure: true, ..make("next", NoticeKind::Overdue, since, None, Vec::new()) });
        }
        if !matches!(visit.state, DueState::Open | DueState::Overdue) {
            return;
        }
        let (early, late) = (visit.due.plus_hours(-EARLY_HOURS), visit.due.plus_hours(-LATE_HOURS));
        // Who has just heard of a visit need not be told that it is due within the hours that it was given.
        if early > visit.born {
            found.push(make("6h", NoticeKind::DueInSixHours, early, Some(late), Vec::new()));
        }
        if late > visit.born {
            found.push(make("1h", NoticeKind::DueInOneHour, late, Some(visit.passes), vec![name("6h")]));
        }
        let since = visit.passes.max(visit.born);
        found.push(make("over", NoticeKind::Overdue, since, visit.ends, vec![name("1h"), name("6h")]));
    }
}

/// The kind's name, which is never another.
const fn kind_name(kind: DueKind) -> &'static str {
    match kind {
        DueKind::FirstContact => "first_contact",
        DueKind::FirstMeeting => "first_meeting",
        DueKind::Feedback => "feedback",
        DueKind::SecondVisit => "second_visit",
        DueKind::ThreeDayVisit => "three_day_visit",
        DueKind::MonthEndJudgement => "month_end_judgement",
    }
}
