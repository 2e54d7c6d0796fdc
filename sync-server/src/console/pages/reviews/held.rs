//! Changes that wait for a supervisor's word.
//!
//! Floor: console. Invariant: only what lies where whoever asks is a supervisor.

use askama::Template;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::protocol::reasons;
use qiaomen_core::record::Kind;
use qiaomen_core::record::word::Word as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::conflicts::PageQuery;
use super::area_of;
use crate::accept::Decided;
use crate::access::Action;
use crate::console::names::{AreaName, Staff};
use crate::console::told::{Difference, Teller, door, place};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::reviews::waiting;

/// Changes that wait.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HeldModel {
    /// The changes of this page, the oldest first.
    waiting: Vec<HeldLine>,
    /// How many wait.
    count: usize,
    page: usize,
    more: bool,
}

/// How many changes a page has.
const PAGE: usize = 20;

/// A change that waits.
#[derive(Debug, Serialize, JsonSchema)]
struct HeldLine {
    /// Its number.
    number: u64,
    record: String,
    kind: String,
    /// Of a door, where it is.
    door: Option<String>,
    /// Whether names, telephones and addresses are shown.
    revealed: bool,
    area: Option<AreaName>,
    by: Staff,
    at: Moment,
    arrived: Moment,
    /// The code of why it waits.
    code: String,
    /// Whether the record itself would be new.
    is_new: bool,
    /// Whether the record can be looked at as one to review.
    reviewed: bool,
    /// What it would change.
    fields: Vec<Difference>,
}

impl HeldLine {
    /// Why it waits.
    fn why(&self, shell: &Shell) -> &'static str {
        match self.code.as_str() {
            "approved" => shell.w(
                "这条记录已通过审核，之后又被修改；接受后改动才生效。",
                "This record had been approved. The edit counts once you accept it.",
            ),
            "needs_decision" => shell.w(
                "修改人已不再负责该区域，由您决定是否生效。",
                "Whoever wrote this no longer works in this area. You decide whether it counts.",
            ),
            // The rest is told as its author is told.
            code => {
                let reason = reasons::reason(code);
                shell.w(reason.zh, reason.en)
            }
        }
    }
}

#[derive(Template)]
#[template(path = "reviews_held.html")]
struct HeldView<'a> {
    shell: &'a Shell,
    m: &'a HeldModel,
}

/// Changes that wait.
pub(crate) struct Held;

impl Page for Held {
    const ID: &'static str = "heldChanges";
    const SUMMARY: &'static str = "Changes that wait for a supervisor's word, with what they would change";
    type Query = PageQuery;
    type Model = HeldModel;

    fn read(asked: &Asked<'_>, query: PageQuery) -> Result<HeldModel, Trouble> {
        let names = asked.names()?;
        let mut lines = Vec::new();
        let all = waiting(asked.town, asked.person, asked.now)?;
        let (count, skip) = (all.len(), query.page.saturating_mul(PAGE));
        for held in all.into_iter().skip(skip).take(PAGE) {
            let revealed = asked.is_revealed(&held.document.to_string());
            let teller = Teller::new(asked, &names, revealed);
            let kind = held.kind.word().to_owned();
            lines.push(HeldLine {
                number: held.number,
                record: held.document.to_string(),
                door: match held.kind {
                    Kind::Household => door(asked, held.document.into())?.map(|door| place(&door.address, revealed)),
                    _ => None,
                },
                area: area_of(asked, &names, held.scope)?,
                by: names.staff(held.by),
                at: asked.moment(held.at),
                arrived: asked.moment(held.arrived),
                code: held.code,
                revealed,
                is_new: held.is_new,
                reviewed: held.kind.is_reviewed() && !held.is_new,
                fields: teller.differences(&kind, &held.fields)?,
                kind,
            });
        }
        Ok(HeldModel { waiting: lines, count, page: query.page, more: count > skip.saturating_add(PAGE) })
    }

    fn show(shell: &Shell, m: &HeldModel) -> askama::Result<String> {
        HeldView { shell, m }.render()
    }
}

/// Which change.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NumberForm {
    /// The change's number.
    number: u64,
}

/// Has the names in a change that waits shown.
pub(crate) struct RevealHeld;

impl Deed for RevealHeld {
    const ID: &'static str = "revealHeld";
    const SUMMARY: &'static str = "Show the names, telephones and address in a change that waits, for a while";
    type Form = NumberForm;

    fn perform(asked: &Asked<'_>, form: NumberForm) -> Result<Done, Trouble> {
        let mine = waiting(asked.town, asked.person, asked.now)?;
        let held = mine.iter().find(|held| held.number == form.number).ok_or_else(Trouble::not_found)?;
        asked.reveal(&held.document.to_string())?;
        Ok(Done::new(asked, "/reviews/held", "已显示，并已记入审计。", "Shown, and noted in the audit trail."))
    }
}

/// What is decided of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// It counts.
    Accept,
    /// It does not.
    Refuse,
}

/// A decision about a change.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DecideForm {
    /// The change's number.
    number: u64,
    /// What is decided.
    decision: Word,
}

/// Decides on a change that waits.
pub(crate) struct DecideHeld;

impl Deed for DecideHeld {
    const ID: &'static str = "decideHeld";
    const SUMMARY: &'static str = "Let a change that waits count, or refuse it";
    type Form = DecideForm;

    fn perform(asked: &Asked<'_>, form: DecideForm) -> Result<Done, Trouble> {
        let accept = form.decision == Word::Accept;
        let record = asked.town.store().held_one(form.number)?.map(|held| held.document.to_string());
        match asked.town.decide(form.number, accept, asked.person, asked.now)? {
            Decided::Unknown => return Err(Trouble::not_found()),
            Decided::NotPermitted => return Err(Trouble::forbidden()),
            Decided::Verdict(verdict) => {
                let word = if accept { "held_accepted" } else { "held_refused" };
                asked.note(Action::Review, record.as_deref(), Some(word))?;
                if accept && !matches!(verdict, Verdict::Accepted { .. }) {
                    return Err((&verdict).into());
                }
            }
        }
        Ok(if accept {
            Done::new(asked, "/reviews/held", "已接受，改动已生效。", "Accepted: the change counts now.")
        } else {
            Done::new(
                asked,
                "/reviews/held",
                "已拒绝，工作人员的手机会收到说明。",
                "Refused. Its author's phone is told.",
            )
        })
    }
}
