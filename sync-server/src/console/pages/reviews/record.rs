//! One record as a supervisor reviews it: what it says, how it came to say so, what was made of it.
//!
//! Floor: console. Invariants: a review names what this page showed; names are masked until they were revealed.

use askama::Template;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{DocumentId, Pledge, Record, Review, ReviewState, Visit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::account::is_inside;
use super::{Wish, alert_of, area_of, filtered, shown_as, with};
use crate::access::Action;
use crate::author::Draft;
use crate::console::names::{AreaName, Staff};
use crate::console::told::{Difference, Teller, Told};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::reviews::{Supervised, beside, look, now_at};
use crate::store::QueueState;

filtered! {
    /// Which record, and the part of the queue that it is looked at in.
    LookQuery {
        /// The record.
        record: String,
    }
}

/// A record to review.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LookModel {
    record: String,
    kind: String,
    /// How far its review has come.
    state: QueueState,
    /// Where it lies.
    area: Option<AreaName>,
    /// The door's address; masked until it was revealed.
    door: Option<String>,
    household: Option<String>,
    /// The name of the alert's person; masked until it was revealed.
    person: Option<String>,
    alert: Option<String>,
    /// Whether names and addresses are shown.
    revealed: bool,
    worker: Staff,
    /// In which role they wrote it.
    role: String,
    happened: Option<Moment>,
    written: Moment,
    arrived: Moment,
    /// How many minutes after it happened it was entered, where that is late.
    late_minutes: Option<i64>,
    /// Whether its clock could not be trusted.
    doubtful: bool,
    /// What it says.
    fields: Vec<Told>,
    /// Its heads, which a review of it names.
    heads: String,
    /// Its versions, the newest first.
    versions: Vec<VersionLine>,
    /// Its reviews, the one that counts first.
    reviews: Vec<ReviewShown>,
    /// The next newer record of the queue.
    newer: Option<String>,
    /// The next older one.
    older: Option<String>,
    /// The part of the queue, as it stands in an address.
    #[serde(skip)]
    query: String,
}

/// A version.
#[derive(Debug, Serialize, JsonSchema)]
struct VersionLine {
    by: Option<Staff>,
    at: Moment,
    arrived: Moment,
    /// Whether it is the first.
    first: bool,
    /// What it changed.
    fields: Vec<Difference>,
}

/// A review.
#[derive(Debug, Serialize, JsonSchema)]
struct ReviewShown {
    by: Staff,
    at: Moment,
    state: String,
    comment: Option<String>,
    /// Whether the record was edited since.
    moved_on: bool,
}

/// How late something was entered, in words.
pub(super) fn lateness(shell: &Shell, minutes: Option<i64>) -> String {
    match minutes.unwrap_or(0) {
        minutes @ ..1440 => format!("{} {}", minutes / 60, shell.w("小时", "h")),
        minutes => format!("{} {}", minutes / 1440, shell.w("天", "days")),
    }
}

impl LookModel {
    fn late(&self, shell: &Shell) -> String {
        lateness(shell, self.late_minutes)
    }

    /// The page of another record in the same part of the queue; the queue itself where there is none.
    fn at(&self, record: &Option<String>) -> String {
        let path = record.as_ref().map_or_else(|| "/reviews".to_owned(), |record| format!("/reviews/{record}"));
        with(path, &self.query)
    }

    /// The queue.
    fn back(&self) -> String {
        self.at(&None)
    }
}

#[derive(Template)]
#[template(path = "review.html")]
struct LookView<'a> {
    shell: &'a Shell,
    m: &'a LookModel,
}

/// One record.
pub(crate) struct Look;

impl Page for Look {
    const ID: &'static str = "reviewRecord";
    const SUMMARY: &'static str = "One record to review, with its versions and reviews";
    type Query = LookQuery;
    type Model = LookModel;

    fn read(asked: &Asked<'_>, query: LookQuery) -> Result<LookModel, Trouble> {
        let id: DocumentId = asked.id(&query.record)?;
        let Wish { filter, query: text } = query.filter(asked)?;
        let found = look(asked.town, asked.person, id)?;
        let names = asked.names()?;
        let revealed = asked.is_revealed(&id.to_string());
        let mut teller = Teller::new(asked, &names, revealed);
        let (household, alert) = match &found.record {
            Some(Record::Visit(Visit { household, alert, .. })) => (*household, *alert),
            Some(Record::Pledge(Pledge { household, .. })) => (Some(*household), None),
            _ => (None, None),
        };
        let door = match household {
            Some(household) => teller.behind(household)?,
            None => None,
        };
        let person = match alert {
            Some(alert) => alert_of(asked, alert)?.map(|alert| asked.name(&alert.name, revealed)),
            None => None,
        };
        let kind = found.stored.kind.word().to_owned();
        let mut versions = Vec::with_capacity(found.versions.len());
        for (at, version) in found.versions.iter().enumerate() {
            versions.push(VersionLine {
                by: version.by.map(|by| names.staff(by)),
                at: asked.moment(version.at),
                arrived: asked.moment(version.arrived),
                first: at + 1 == found.versions.len(),
                fields: teller.differences(&kind, &version.fields)?,
            });
        }
        let reviews = found.reviews.iter().map(|line| ReviewShown {
            by: names.staff(line.by),
            at: asked.moment(line.review.at),
            state: line.review.state.word().to_owned(),
            comment: line.review.comment.clone(),
            moved_on: line.moved_on,
        });
        let (newer, older) = beside(asked.town, asked.person, &filter, found.stored.acceptance)?;
        let heads = shown_as(asked, id, &found.heads)?;
        asked.looked(id, heads.clone());
        Ok(LookModel {
            record: id.to_string(),
            fields: teller.all(&kind, &found.fields)?,
            kind,
            state: found.state,
            area: area_of(asked, &names, found.stored.scope)?,
            door,
            household: household.map(|id| id.to_string()),
            person,
            alert: alert.map(|id| id.to_string()),
            revealed,
            worker: names.staff(found.stored.author),
            role: found.stored.role.word().to_owned(),
            happened: found.record.as_ref().and_then(Record::moment).map(|at| asked.moment(at)),
            written: asked.moment(found.header.written()),
            arrived: asked.moment(found.stored.arrival),
            late_minutes: found.late_minutes,
            doubtful: found.doubtful,
            heads,
            versions,
            reviews: reviews.collect(),
            newer: newer.map(|id| id.to_string()),
            older: older.map(|id| id.to_string()),
            query: text,
        })
    }

    fn show(shell: &Shell, m: &LookModel) -> askama::Result<String> {
        LookView { shell, m }.render()
    }
}

/// What is made of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Judgement {
    /// It stands.
    Approved,
    /// Something is to be put right.
    HasIssues,
    /// It does not count.
    Rejected,
}

/// A review.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ReviewForm {
    record: String,
    /// The record's heads and last review, as they were shown.
    heads: String,
    /// What is made of it.
    judgement: Judgement,
    /// What its author is told; must be given unless it is approved.
    comment: Option<String>,
    /// Where to go on.
    next: Option<String>,
}

/// Reviews a record.
pub(crate) struct SaveReview;

impl Deed for SaveReview {
    const ID: &'static str = "saveReview";
    const SUMMARY: &'static str = "Approve a record, send it back, or reject it";
    type Form = ReviewForm;

    fn perform(asked: &Asked<'_>, form: ReviewForm) -> Result<Done, Trouble> {
        let id: DocumentId = asked.id(&form.record)?;
        let held = Supervised::of(asked.town, asked.person)?;
        let (scope, heads) = now_at(asked.town, &held, id)?;
        let comment = form.comment.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if comment.is_none() && form.judgement != Judgement::Approved {
            return Err(Trouble::field(
                "comment",
                "请写明哪里有问题，工作人员会在手机上看到。",
                "Say what is wrong: its author reads it on their phone.",
            ));
        }
        if shown_as(asked, id, &heads)? != form.heads {
            return Err(Trouble::moved_on());
        }
        let (state, zh, en) = match form.judgement {
            Judgement::Approved => (ReviewState::Approved, "已通过。", "Approved."),
            Judgement::HasIssues => (
                ReviewState::HasIssues,
                "已退回。意见会在工作人员的手机下次联网时送达。",
                "Sent back. Its author's phone gets the comment when it next connects.",
            ),
            Judgement::Rejected => (
                ReviewState::Rejected,
                "已驳回。意见会在工作人员的手机下次联网时送达。",
                "Rejected. Its author's phone gets the comment when it next connects.",
            ),
        };
        let word = state.word().to_owned();
        let review = Record::from(Review { of: id, heads, state, at: asked.now, comment });
        review.validate()?;
        let new = DocumentId::fresh(asked.now, &mut asked.random());
        asked.write(vec![Draft::Create { id: new, record: Box::new(review), scope }])?;
        asked.note(Action::Review, Some(&id.to_string()), Some(&word))?;
        let next = form.next.filter(|next| is_inside(next)).unwrap_or_else(|| format!("/reviews/{id}"));
        Ok(Done::new(asked, next, zh, en).with_id(new))
    }
}

/// A record whose names are to be shown.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RevealForm {
    record: String,
    /// Where to go on.
    next: Option<String>,
}

/// Has a record's names and addresses shown.
pub(crate) struct Reveal;

impl Deed for Reveal {
    const ID: &'static str = "revealReviewed";
    const SUMMARY: &'static str = "Show the names and the address in a record to review, for a while";
    type Form = RevealForm;

    fn perform(asked: &Asked<'_>, form: RevealForm) -> Result<Done, Trouble> {
        let id: DocumentId = asked.id(&form.record)?;
        now_at(asked.town, &Supervised::of(asked.town, asked.person)?, id)?;
        asked.reveal(&id.to_string())?;
        let next = form.next.filter(|next| is_inside(next)).unwrap_or_else(|| format!("/reviews/{id}"));
        Ok(Done::new(
            asked,
            next,
            "已显示姓名和地址，十分钟内有效，已记入审计。",
            "Names and addresses are shown for ten minutes. This is in the audit trail.",
        ))
    }
}
