//! The queue of what is to be reviewed, and approving several at once.
//!
//! Floor: console. Invariant: only what this session was shown, and as it was shown, is approved in bulk.

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{DocumentId, Heads, Kind, Review, ReviewState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Wish, alert_of, area_of, filtered, is_chosen, shown_as, with};
use crate::access::Action;
use crate::author::Draft;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::exports::{Format, on_screen, shown};
use crate::console::told::{door, place};
use crate::console::{Asked, Deed, Done, File, Made, Moment, Page, Shell, Trouble};
use crate::report::ledger::{Ledger, MOST_ROWS, Wanted};
use crate::report::reviews::{Filter, Supervised, late_minutes, now_at, queue, waiting};
use crate::store::{QueueRow, QueueState};

/// How many lines a page has.
const LINES: usize = 50;

filtered! {
    /// Which part of the queue.
    QueueQuery {
        /// Which page, from nought.
        #[serde(default)]
        page: usize,
    }
}

/// The queue.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QueueModel {
    /// The records, the newest first.
    lines: Vec<QueueLine>,
    /// Which page this is.
    page: usize,
    /// Whether there are more.
    more: bool,
    /// How many changes wait for a decision.
    waiting: usize,
    /// Who may be chosen.
    #[serde(skip)]
    workers: Vec<Staff>,
    /// Where may be chosen.
    #[serde(skip)]
    areas: Vec<AreaName>,
    /// What was asked for.
    #[serde(skip)]
    chosen: Chosen,
}

/// What was asked for, as the form shows it.
#[derive(Debug, Default)]
struct Chosen {
    state: &'static str,
    kind: String,
    worker: String,
    area: String,
    from: String,
    to: String,
    by: &'static str,
    late: bool,
    doubtful: bool,
    query: String,
}

/// A record of the queue.
#[derive(Debug, Serialize, JsonSchema)]
struct QueueLine {
    record: String,
    kind: String,
    /// Of a visit, what it was for.
    purpose: Option<String>,
    /// Of a visit, what came of it.
    outcome: Option<String>,
    /// Where.
    area: Option<AreaName>,
    /// The door's address, or the name of the alert's person; masked.
    subject: String,
    worker: Staff,
    happened: Option<Moment>,
    arrived: Moment,
    /// How many minutes after it happened it was entered, where that is late.
    late_minutes: Option<i64>,
    /// Whether its clock could not be trusted.
    doubtful: bool,
    state: QueueState,
    reviewed_by: Option<Staff>,
    reviewed_at: Option<Moment>,
    /// Whether it was edited after that review.
    moved_on: bool,
    /// Its heads as this session was shown them, while they are still the same: it can be approved in bulk.
    looked: Option<String>,
}

impl QueueLine {
    fn of(asked: &Asked<'_>, names: &Names, held: &Supervised, row: QueueRow) -> Result<Self, Trouble> {
        let id = row.document.id;
        let subject = match (row.household, row.alert) {
            (_, Some(alert)) => alert_of(asked, alert)?.map(|alert| asked.name(&alert.name, false)),
            (Some(household), None) => door(asked, household)?.map(|door| place(&door.address, false)),
            (None, None) => None,
        };
        let looked = match asked.looked_at(id).filter(|_| row.state != QueueState::Approved) {
            Some(shown) if shown_as(asked, id, &now_at(asked.town, held, id)?.1)? == shown => Some(shown),
            _ => None,
        };
        Ok(Self {
            record: id.to_string(),
            kind: row.document.kind.word().to_owned(),
            purpose: row.purpose.as_ref().map(|word| word.word().to_owned()),
            outcome: row.outcome.as_ref().map(|word| word.word().to_owned()),
            area: area_of(asked, names, row.document.scope)?,
            subject: subject.unwrap_or_else(|| "—".to_owned()),
            worker: names.staff(row.document.author),
            happened: row.happened.map(|at| asked.moment(at)),
            arrived: asked.moment(row.document.arrival),
            late_minutes: late_minutes(&row),
            doubtful: row.doubtful,
            state: row.state,
            reviewed_by: row.reviewed.map(|(by, _)| names.staff(by)),
            reviewed_at: row.reviewed.map(|(_, at)| asked.moment(at)),
            moved_on: row.moved_on,
            looked,
        })
    }

    /// How late it was entered, in words.
    fn late(&self, shell: &Shell) -> String {
        super::record::lateness(shell, self.late_minutes)
    }
}

impl QueueModel {
    /// The queue in another state, as it is filtered otherwise.
    #[allow(clippy::unused_self, reason = "the template calls it so")]
    fn link(&self, shell: &Shell, state: &str) -> String {
        shell.with(&[("state", state), ("page", "")])
    }

    /// One record, as it is looked at in this part of the queue.
    fn open(&self, record: &str) -> String {
        with(format!("/reviews/{record}"), &self.chosen.query)
    }

    /// Whether anything can be ticked.
    fn ticks(&self) -> bool {
        self.lines.iter().any(|line| line.looked.is_some())
    }

    /// Whether anything was asked for.
    const fn filters(&self) -> bool {
        !self.chosen.query.is_empty()
    }
}

#[derive(Template)]
#[template(path = "reviews.html")]
struct QueueView<'a> {
    shell: &'a Shell,
    m: &'a QueueModel,
}

/// What whoever asks supervises, the area that they ask for among it.
fn supervised(asked: &Asked<'_>, filter: &Filter) -> Result<Supervised, Trouble> {
    let held = Supervised::of(asked.town, asked.person)?;
    if filter.area.is_some_and(|area| !held.areas().contains(&area)) {
        return Err(Trouble::forbidden());
    }
    Ok(held)
}

/// The queue.
pub(crate) struct Queue;

impl Page for Queue {
    const ID: &'static str = "reviewQueue";
    const SUMMARY: &'static str = "Records to review, by how far their reviews have come";
    type Query = QueueQuery;
    type Model = QueueModel;

    fn read(asked: &Asked<'_>, query: QueueQuery) -> Result<QueueModel, Trouble> {
        let Wish { filter, query: text } = query.filter(asked)?;
        let (names, held) = (asked.names()?, supervised(asked, &filter)?);
        let skip = query.page.saturating_mul(LINES);
        let (rows, more) = queue(asked.town, asked.person, &filter, (skip, LINES))?;
        let lines = rows.into_iter().map(|row| QueueLine::of(asked, &names, &held, row)).collect::<Result<_, _>>()?;
        let mut workers: Vec<Staff> = Vec::new();
        for (person, _, area) in asked.town.roles()? {
            let id = person.to_string();
            if held.areas().contains(&area) && !workers.iter().any(|have| have.id == id) {
                workers.push(names.staff(person));
            }
        }
        workers.sort_by(|one, other| one.name.cmp(&other.name));
        let tree = names.tree();
        let chosen = held.areas().iter().filter(|area| tree.get(**area).is_some_and(|area| is_chosen(&area.level)));
        let mut areas: Vec<AreaName> = chosen.map(|area| names.area(*area)).collect();
        areas.sort_by_cached_key(|area| in_order(&area.path));
        let word = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(QueueModel {
            lines,
            page: query.page,
            more,
            waiting: waiting(asked.town, asked.person, asked.now)?.len(),
            workers,
            areas,
            chosen: Chosen {
                state: query.state.map_or("", QueueState::word),
                kind: filter.kind.as_ref().map(|kind| kind.word().to_owned()).unwrap_or_default(),
                worker: word(&query.worker),
                area: word(&query.area),
                from: word(&query.from),
                to: word(&query.to),
                by: if query.by == super::By::Arrived { "arrived" } else { "happened" },
                late: query.late,
                doubtful: query.doubtful,
                query: text,
            },
        })
    }

    fn show(shell: &Shell, m: &QueueModel) -> askama::Result<String> {
        QueueView { shell, m }.render()
    }
}

super::filtered! {
    /// Which of the records are to be taken along, and as what.
    TakeQuery {
        /// csv or xlsx.
        format: String,
        /// visits or pledges.
        ledger: String,
    }
}

/// The records of a part of the queue.
pub(crate) struct Take;

impl File for Take {
    const ID: &'static str = "exportReviews";
    const SUMMARY: &'static str =
        "The records of a part of the queue, all of its pages, as a spreadsheet or as text; noted";
    const MEDIA: &'static [&'static str] = Format::MEDIA;
    type Query = TakeQuery;

    fn make(asked: &Asked<'_>, query: TakeQuery) -> Result<Made, Trouble> {
        let (which, kind) = match query.ledger.as_str() {
            "visits" => (Ledger::Visits, Kind::Visit),
            "pledges" => (Ledger::Pledges, Kind::Pledge),
            _ => return Err(Trouble::not_found()),
        };
        let Wish { mut filter, .. } = query.filter(asked)?;
        supervised(asked, &filter)?;
        filter.kind = Some(kind);
        let (rows, _) = queue(asked.town, asked.person, &filter, (0, MOST_ROWS))?;
        let day = |text: &Option<String>| text.as_ref().map(|text| text.trim().to_owned());
        let flag = |yes: bool| yes.then(|| "yes".to_owned());
        let said = [
            ("state", query.state.map(|state| state.word().to_owned())),
            ("worker", query.worker.clone()),
            ("area", query.area.clone()),
            ("from", day(&query.from)),
            ("to", day(&query.to)),
            ("by", flag(query.by == super::By::Arrived)),
            ("late", flag(query.late)),
            ("doubtful", flag(query.doubtful)),
        ];
        let wanted = Wanted {
            only: Some(rows.into_iter().map(|row| row.document.id).collect()),
            on_screen: on_screen(said),
            ..Wanted::default()
        };
        shown(asked, which, &wanted, &query.format)
    }
}

/// Several records to approve.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ApproveForm {
    /// Each record with its heads as it was shown: `RECORD:HEADS`.
    #[serde(default)]
    seen: Vec<String>,
    /// Where to go on.
    next: Option<String>,
}

/// Approves several records that were looked at.
pub(crate) struct Approve;

impl Deed for Approve {
    const ID: &'static str = "approveReviewed";
    const SUMMARY: &'static str = "Approve several records, each of which was looked at";
    type Form = ApproveForm;

    fn perform(asked: &Asked<'_>, form: ApproveForm) -> Result<Done, Trouble> {
        if form.seen.is_empty() {
            return Err(Trouble::field("seen", "请先勾选要通过的记录。", "Tick the records to approve first."));
        }
        if form.seen.len() > LINES * 4 {
            return Err(Trouble::field("seen", "一次最多通过 200 条。", "200 at a time at most."));
        }
        let held = Supervised::of(asked.town, asked.person)?;
        let mut drafts = Vec::with_capacity(form.seen.len());
        let mut records: Vec<DocumentId> = Vec::with_capacity(form.seen.len());
        for seen in &form.seen {
            let (record, shown) = seen.split_once(':').ok_or_else(Trouble::not_found)?;
            let id: DocumentId = asked.id(record)?;
            let (scope, heads) = now_at(asked.town, &held, id)?;
            if asked.looked_at(id).is_none_or(|looked| looked != shown) {
                return Err(Trouble::field(
                    "seen",
                    "批量通过只限本次登录中逐条打开看过的记录，请先打开查看。",
                    "Only records that were opened in this session can be approved together. Open each first.",
                ));
            }
            if shown_as(asked, id, &heads)? != shown {
                return Err(Trouble::moved_on());
            }
            if !records.contains(&id) {
                records.push(id);
                let new = DocumentId::fresh(asked.now, &mut asked.random());
                drafts.push(Draft::Create { id: new, record: Box::new(approval(asked, id, heads).into()), scope });
            }
        }
        asked.write(drafts)?;
        for record in &records {
            asked.note(Action::Review, Some(&record.to_string()), Some("approved"))?;
        }
        let next = form.next.filter(|next| super::super::account::is_inside(next));
        let count = records.len();
        Ok(Done::new(
            asked,
            next.unwrap_or_else(|| with("/reviews".to_owned(), "")),
            &format!("已通过 {count} 条。"),
            &format!("Approved: {count}."),
        ))
    }
}

fn approval(asked: &Asked<'_>, of: DocumentId, heads: Heads) -> Review {
    Review { of, heads, state: ReviewState::Approved, at: asked.now, comment: None }
}
