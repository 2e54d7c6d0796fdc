//! Reviewing what workers recorded: the queue, one record, and changes that wait for a word.
//!
//! Floor: console. Invariant: nobody approves what this session has not shown them.

mod held;
mod queue;
mod record;

use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AreaId, AreaLevel, DocumentId, Heads, Kind, PersonId, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::console::names::{AreaName, Names};
use crate::console::{Asked, Trouble};
use crate::report::reviews::Filter;
use crate::store::QueueState;

pub(crate) use held::{DecideHeld, Held, RevealHeld};
pub(crate) use queue::{Approve, Queue, Take};
pub(crate) use record::{Look, Reveal, SaveReview};

/// Which of a record's two times a span is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// When it happened.
    #[default]
    Happened,
    /// When it arrived.
    Arrived,
}

/// A kind that is reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewedKind {
    /// A visit.
    Visit,
    /// A pledge.
    Pledge,
}

/// What the queue is asked for; each in a struct of its own, since a path's names stand in it too.
macro_rules! filtered {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
        pub(crate) struct $name {
            $($(#[$field_meta])* pub(super) $field: $type,)*
            /// How far their reviews have come.
            #[serde(default)]
            pub(super) state: Option<crate::store::QueueState>,
            /// What they are.
            #[serde(default)]
            pub(super) kind: Option<super::ReviewedKind>,
            /// Who wrote them: a person's identifier.
            #[serde(default)]
            pub(super) worker: Option<String>,
            /// Where: an area's identifier.
            #[serde(default)]
            pub(super) area: Option<String>,
            /// From this day on: 2026-03-01.
            #[serde(default)]
            pub(super) from: Option<String>,
            /// Up to this day, and with it.
            #[serde(default)]
            pub(super) to: Option<String>,
            /// Of which times these days are.
            #[serde(default)]
            pub(super) by: super::By,
            /// Only those that were entered late.
            #[serde(default)]
            pub(super) late: bool,
            /// Only those whose clock could not be trusted.
            #[serde(default)]
            pub(super) doubtful: bool,
        }

        impl $name {
            pub(super) fn filter(&self, asked: &crate::console::Asked<'_>) -> Result<super::Wish, crate::console::Trouble> {
                super::wish(asked, super::Raw {
                    state: self.state,
                    kind: self.kind,
                    worker: self.worker.as_deref(),
                    area: self.area.as_deref(),
                    from: self.from.as_deref(),
                    to: self.to.as_deref(),
                    by: self.by,
                    late: self.late,
                    doubtful: self.doubtful,
                })
            }
        }
    };
}
use filtered;

/// As it was asked for.
struct Raw<'r> {
    state: Option<QueueState>,
    kind: Option<ReviewedKind>,
    worker: Option<&'r str>,
    area: Option<&'r str>,
    from: Option<&'r str>,
    to: Option<&'r str>,
    by: By,
    late: bool,
    doubtful: bool,
}

/// What was asked for, read; and the same as it stands in an address.
struct Wish {
    filter: Filter,
    query: String,
}

fn wish(asked: &Asked<'_>, raw: Raw<'_>) -> Result<Wish, Trouble> {
    let day = |field: &str, text: Option<&str>| match text {
        None => Ok(None),
        Some(text) => asked.time(field, &format!("{} 00:00", text.trim())).map(Some),
    };
    let zone = asked.town.zone();
    let span = (day("from", raw.from)?, day("to", raw.to)?.map(|to| zone.end(zone.day(to))));
    let (happened, arrived) = match raw.by {
        By::Happened => (span, (None, None)),
        By::Arrived => ((None, None), span),
    };
    let kind = raw.kind.map(|kind| match kind {
        ReviewedKind::Visit => Kind::Visit,
        ReviewedKind::Pledge => Kind::Pledge,
    });
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let by = match raw.by {
        By::Happened => None,
        By::Arrived => Some("arrived"),
    };
    let texts = [
        ("state", raw.state.map(QueueState::word)),
        ("kind", kind.as_ref().map(|kind| kind.word())),
        ("worker", raw.worker),
        ("area", raw.area),
        ("from", raw.from),
        ("to", raw.to),
        ("by", by),
        ("late", raw.late.then_some("true")),
        ("doubtful", raw.doubtful.then_some("true")),
    ];
    pairs.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text?))));
    let query = serde_html_form::to_string(&pairs).unwrap_or_default();
    let filter = Filter {
        state: raw.state,
        worker: raw.worker.map(|text| asked.id::<PersonId>(text)).transpose()?,
        area: raw.area.map(|text| asked.id::<AreaId>(text)).transpose()?,
        kind: kind.clone(),
        happened,
        arrived,
        late: raw.late,
        doubtful: raw.doubtful,
    };
    Ok(Wish { filter, query })
}

/// An address with a query, if there is one.
fn with(path: String, query: &str) -> String {
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// A record as it was shown, as a form names it: its heads and its last review.
fn shown_as(asked: &Asked<'_>, id: DocumentId, heads: &Heads) -> Result<String, Trouble> {
    let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut parts: Vec<String> = heads.hashes().iter().map(hex).collect();
    // What a colleague has decided since is not overruled unseen either.
    parts.extend(asked.town.store().reviews_of(id)?.first().map(ToString::to_string));
    Ok(parts.join("."))
}

/// Where a record lies, for whoever reads of it.
fn area_of(asked: &Asked<'_>, names: &Names, scope: Scope) -> Result<Option<AreaName>, Trouble> {
    Ok(match scope {
        Scope::Grid(grid) => Some(names.area(grid)),
        Scope::CaseFile(alert) => alert_of(asked, alert)?.map(|alert| names.area(alert.area)),
        Scope::Town | Scope::Intake | Scope::Police => None,
    })
}

fn alert_of(
    asked: &Asked<'_>,
    id: qiaomen_core::record::AlertId,
) -> Result<Option<qiaomen_core::record::Alert>, Trouble> {
    Ok(match asked.town.document(id.into())? {
        Some((_, document)) => match document.record() {
            Ok(qiaomen_core::record::Record::Alert(alert)) => Some(alert),
            _ => None,
        },
        None => None,
    })
}

/// Whether an area is worth a line where areas are chosen.
const fn is_chosen(level: &AreaLevel) -> bool {
    matches!(level, AreaLevel::Village | AreaLevel::Courtyard | AreaLevel::Grid)
}
