//! Who is meant.
//!
//! Floor: console. Invariant: what was looked for is kept by the server for the session that asked, and for a while.

use askama::Template;
use qiaomen_core::projection::search::Search as Asks;
use qiaomen_core::record::AlertId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::look_path;
use crate::access::Action;
use crate::amend::address;
use crate::console::names::AreaName;
use crate::console::pages::today::word;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::accountability::{Match, Query, lookup};

/// The most letters of what somebody looks for.
const MOST_LETTERS: usize = 200;

/// Which search.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SearchQuery {
    /// The search whose matches are shown.
    search: Option<String>,
}

/// Who may be meant.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SearchModel {
    /// This moment.
    now: Moment,
    /// The moment that is asked about; none where nothing was looked for.
    at: Option<Moment>,
    /// Whether the search is remembered no longer.
    forgotten: bool,
    /// Who may be meant; none where nothing was looked for.
    matches: Option<Vec<MatchLine>>,
}

/// Somebody who may be meant.
#[derive(Debug, Serialize, JsonSchema)]
struct MatchLine {
    /// The name, masked; none for a door behind which nobody is known.
    name: Option<String>,
    /// Telephones, masked.
    telephones: Vec<String>,
    /// The address, masked.
    address: Option<String>,
    area: AreaName,
    /// By what they were found: roster or alert.
    found: String,
    /// Alerts about them that had been issued by then.
    alerts: Vec<String>,
    /// Where the answer is.
    look: String,
}

impl MatchLine {
    fn of(asked: &Asked<'_>, names: &crate::console::names::Names, at: &Moment, found: Match) -> Self {
        Self {
            look: look_path(&found.subject, Some(at.full()), false),
            name: found.name.map(|name| asked.name(&name, false)),
            telephones: found.telephones.iter().map(|telephone| asked.telephone(telephone, false)).collect(),
            address: found.address.map(|found| asked.place(&address(&found), false)),
            area: names.area(found.area),
            found: word(found.found),
            alerts: found.alerts.iter().map(AlertId::to_string).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "accountability.html")]
struct SearchView<'a> {
    shell: &'a Shell,
    m: &'a SearchModel,
}

/// Who is meant.
pub(crate) struct Search;

impl Page for Search {
    const ID: &'static str = "accountability";
    const SUMMARY: &'static str = "Look somebody up: the matches of a search that was made before";
    const FLEETING: &'static [&'static str] = &["now"];
    type Query = SearchQuery;
    type Model = SearchModel;

    fn read(asked: &Asked<'_>, query: SearchQuery) -> Result<SearchModel, Trouble> {
        let now = asked.moment(asked.now);
        let Some(id) = query.search else {
            return Ok(SearchModel { now, at: None, forgotten: false, matches: None });
        };
        let Some(search) = asked.search(&id) else {
            return Ok(SearchModel { now, at: None, forgotten: true, matches: None });
        };
        let at = asked.moment(search.moment);
        let names = asked.names()?;
        let found = lookup(asked.town, asked.person, &Query { text: search.text, moment: search.moment })?;
        let matches = found.into_iter().map(|found| MatchLine::of(asked, &names, &at, found)).collect();
        Ok(SearchModel { now, at: Some(at), forgotten: false, matches: Some(matches) })
    }

    fn show(shell: &Shell, m: &SearchModel) -> askama::Result<String> {
        SearchView { shell, m }.render()
    }
}

/// What somebody looks for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SearchForm {
    /// A name, telephone, address, an alert's number or an identifier.
    #[schemars(length(min = 1, max = 200))]
    text: String,
    /// The moment that is asked about; this one where it is left out.
    at: Option<String>,
}

/// Looks for somebody.
pub(crate) struct Find;

impl Deed for Find {
    const ID: &'static str = "findAccountable";
    const SUMMARY: &'static str =
        "Look for somebody by name, telephone or address; what was written stands in no address";
    type Form = SearchForm;

    fn perform(asked: &Asked<'_>, form: SearchForm) -> Result<Done, Trouble> {
        let text = form.text.trim();
        if Asks::new(text).is_empty() || text.chars().count() > MOST_LETTERS {
            return Err(Trouble::field(
                "text",
                "请写姓名、电话、地址或预警编号（200 字以内）。",
                "Write a name, telephone, address or an alert's number, in 200 letters.",
            ));
        }
        let moment = form.at.as_deref().map(|at| asked.time("at", at)).transpose()?.unwrap_or(asked.now);
        // That somebody was looked for is noted; for whom, when the answer is opened.
        asked.note(Action::Accountability, None, Some("search"))?;
        let id = asked.keep_search(text.to_owned(), moment);
        Ok(Done::new(asked, format!("/accountability?search={id}"), "已查找。", "Searched.").with_id(id))
    }
}
