//! The lists behind the numbers: who and which doors, page by page (L1, W2, W5, B5, P4).
//!
//! Floor: console. Invariants: of the grids that whoever looks holds; masked until they are revealed to the session, which
//! is noted, and printed only after that was noted too.

use askama::Template;
use qiaomen_core::doors::{Contact, Who};
use qiaomen_core::record::word::Word as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Choice, Told, area_of, choices, held};
use crate::access::Action;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::exports::{Format, on_screen, shown};
use crate::console::pages::households::address_text;
use crate::console::pages::today::word;
use crate::console::{Asked, Deed, Done, File, Made, Moment, Page, Shell, Trouble};
use crate::report::ledger::{Ledger, MOST_ROWS, Wanted};
use crate::report::{Asked as Of, DoorLine, Reports};

/// How many lines stand on a page.
const PAGE: usize = 50;
/// The lists there are.
const LISTS: [&str; 7] = ["never", "unsigned", "app", "reach_again", "left_out", "unfiled", "left_town"];
/// Those that are told of a period.
const OF_PERIOD: [&str; 3] = ["never", "unsigned", "unfiled"];

/// What is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ListQuery {
    /// Which list: `never`, `unsigned`, `app`, `reach_again`, `left_out`, `unfiled` or `left_town`.
    what: Option<String>,
    /// Of which area; all that one holds where absent.
    area: Option<String>,
    /// In which phase of a campaign.
    phase: Option<String>,
    /// From which day on.
    from: Option<String>,
    /// Up to which day, that day too.
    to: Option<String>,
    /// Which page, from nought.
    page: usize,
    /// Whether it is about to be printed.
    print: bool,
}

/// A line of a list.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct ListLine {
    household: String,
    /// The grid.
    place: String,
    /// Masked unless it was revealed.
    address: String,
    resident: Option<String>,
    /// Masked unless it was revealed.
    name: Option<String>,
    /// Masked unless they were revealed.
    telephones: Vec<String>,
    /// When something happened: a paper was signed.
    at: Option<Moment>,
    /// By when it is to be done; at once where somebody was never reached.
    due: Option<Moment>,
    overdue: bool,
    /// When they were last reached, or the door last visited.
    last: Option<Moment>,
    /// Whether that was face to face.
    in_person: Option<bool>,
    /// What is known of the app.
    app: Option<String>,
    /// What is found behind the door.
    door: Option<String>,
    /// How it stands to the count.
    count: Option<String>,
    /// How many people live there.
    residents: Option<u64>,
    left_to: Option<String>,
    /// Masked unless it was revealed.
    left_contact: Option<String>,
    /// Who should have the paper.
    worker: Option<Staff>,
}

/// A list behind a number.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListModel {
    what: String,
    area: Option<AreaName>,
    areas: Vec<Choice>,
    /// The period, where the list is told of one.
    told: Told,
    of_period: bool,
    /// Whether names and telephones are shown.
    revealed: bool,
    /// How many grids are looked through.
    grids: usize,
    page: usize,
    more: bool,
    lines: Vec<ListLine>,
    #[serde(skip)]
    print: bool,
    #[serde(skip)]
    consents: bool,
}

/// What is noted where a list is revealed or printed.
fn subject(what: &str, area: Option<&str>) -> String {
    match area {
        Some(area) => format!("list/{what}/{area}"),
        None => format!("list/{what}"),
    }
}

fn known(what: Option<String>) -> Result<String, Trouble> {
    let what = what.unwrap_or_else(|| LISTS[0].to_owned());
    if LISTS.contains(&what.as_str()) { Ok(what) } else { Err(Trouble::not_found()) }
}

struct Writer<'a> {
    asked: &'a Asked<'a>,
    names: &'a Names,
    revealed: bool,
}

impl Writer<'_> {
    fn who(&self, place: String, who: Who) -> ListLine {
        let (asked, revealed) = (self.asked, self.revealed);
        ListLine {
            household: who.household.to_string(),
            place,
            address: asked.place(&address_text(&who.address), revealed),
            resident: Some(who.resident.to_string()),
            name: who.name.map(|name| asked.name(&name, revealed)),
            telephones: who.telephones.iter().map(|number| asked.telephone(number, revealed)).collect(),
            ..ListLine::default()
        }
    }

    fn door(&self, place: String, door: DoorLine) -> ListLine {
        ListLine {
            household: door.household.to_string(),
            place,
            address: self.asked.place(&address_text(&door.address), self.revealed),
            door: Some(door.door.word().to_owned()),
            count: Some(word(door.count)),
            residents: Some(door.residents),
            last: door.last.map(|last| self.asked.moment(last)),
            ..ListLine::default()
        }
    }

    fn reached(&self, line: ListLine, last: Option<Contact>) -> ListLine {
        ListLine {
            in_person: last.as_ref().map(|last| last.in_person),
            last: last.map(|last| self.asked.moment(last.at)),
            ..line
        }
    }
}

#[derive(Template)]
#[template(path = "coverage_list.html")]
struct ListView<'a> {
    shell: &'a Shell,
    m: &'a ListModel,
    lists: [&'static str; 7],
}

/// A list behind a number.
pub(crate) struct List;

impl Page for List {
    const ID: &'static str = "coverageList";
    const SUMMARY: &'static str =
        "Who has not signed or has no app, which doors nobody visited, and other lists of what is still to do";
    type Query = ListQuery;
    type Model = ListModel;

    fn read(asked: &Asked<'_>, query: ListQuery) -> Result<ListModel, Trouble> {
        Self::lines(asked, query, PAGE)
    }

    fn show(shell: &Shell, m: &ListModel) -> askama::Result<String> {
        ListView { shell, m, lists: LISTS }.render()
    }
}

impl List {
    /// A page of so many lines.
    fn lines(asked: &Asked<'_>, query: ListQuery, take: usize) -> Result<ListModel, Trouble> {
        let (names, reports) = (asked.names()?, Reports::of(asked.town)?);
        let what = known(query.what)?;
        let area = area_of(asked, &names, query.area.as_deref())?;
        let told = Told::of(asked, query.phase.as_deref(), query.from.as_deref(), query.to.as_deref())?;
        let subject = subject(&what, query.area.as_deref());
        let (revealed, print) = (asked.is_revealed(&subject), asked.prints(query.print, &subject));
        let of = Of { person: asked.person, area, skip: query.page.saturating_mul(take), take };
        let (period, now) = (told.period, asked.now);
        let writer = Writer { asked, names: &names, revealed };
        let place = |grid| names.tree().path(grid);
        let (grids, more);
        // Each list has lines of its own.
        macro_rules! lines {
            ($listed:expr, $line:ident => $made:expr) => {{
                let listed = $listed;
                (grids, more) = (listed.grids, listed.more);
                listed
                    .list
                    .into_iter()
                    .map(|found| {
                        let $line = found.line;
                        $made
                    })
                    .collect()
            }};
        }
        let lines: Vec<ListLine> = match what.as_str() {
            "unsigned" => lines!(reports.unsigned(&of, period)?, line => writer.who(place(line.grid), line)),
            "app" => lines!(reports.app(&of)?, line => {
                let app = word(line.app);
                ListLine { app: Some(app), ..writer.who(place(line.who.grid), line.who) }
            }),
            "reach_again" => lines!(reports.reach_again(&of, now)?, line => {
                let (due, overdue) = (line.due.map(|due| asked.moment(due)), line.overdue);
                let made = writer.who(place(line.who.grid), line.who);
                ListLine { due, overdue, ..writer.reached(made, line.last) }
            }),
            "left_town" => lines!(reports.left_town(&of, now)?, line => {
                let contact = line.left_contact.as_deref().map(|contact| if revealed {
                    contact.to_owned()
                } else {
                    "***".to_owned()
                });
                let made = writer.who(place(line.who.grid), line.who);
                ListLine { left_to: line.left_to, left_contact: contact, ..writer.reached(made, line.last) }
            }),
            "unfiled" => lines!(reports.unfiled(&of, period)?, line => {
                let (at, worker) = (asked.moment(line.at), line.worker.map(|worker| writer.names.staff(worker)));
                ListLine { at: Some(at), worker, ..writer.who(place(line.who.grid), line.who) }
            }),
            "left_out" => lines!(reports.left_out(&of)?, line => writer.door(place(line.grid), line)),
            _ => lines!(reports.never(&of, period)?, line => writer.door(place(line.grid), line)),
        };
        Ok(ListModel {
            of_period: OF_PERIOD.contains(&what.as_str()),
            what,
            area: area.map(|area| names.area(area)),
            areas: choices(&names, &held(asked)?),
            told,
            revealed,
            grids,
            page: query.page,
            more,
            lines,
            print,
            consents: asked.may(Action::Consent),
        })
    }
}

/// Which list is to be taken along, and as what.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TakeQuery {
    /// csv or xlsx.
    format: String,
    /// Which list.
    what: Option<String>,
    /// Of which area.
    area: Option<String>,
    /// In which phase.
    phase: Option<String>,
    /// From which day on.
    from: Option<String>,
    /// Up to which day.
    to: Option<String>,
}

/// The doors or residents of a list.
pub(crate) struct Take;

impl File for Take {
    const ID: &'static str = "exportList";
    const SUMMARY: &'static str =
        "The doors or residents of a list, all of its pages, as a spreadsheet or as text; noted";
    const MEDIA: &'static [&'static str] = Format::MEDIA;
    type Query = TakeQuery;

    fn make(asked: &Asked<'_>, query: TakeQuery) -> Result<Made, Trouble> {
        let TakeQuery { format, what, area, phase, from, to } = query;
        let wish = ListQuery { what, area, phase, from, to, page: 0, print: false };
        let model = List::lines(asked, wish, MOST_ROWS)?;
        let people: Option<Vec<&str>> = model.lines.iter().map(|line| line.resident.as_deref()).collect();
        let (which, only, residents) = match people.filter(|people| !people.is_empty()) {
            Some(people) => {
                let people = people.into_iter().map(|id| asked.id(id)).collect::<Result<_, _>>()?;
                (Ledger::Residents, None, Some(people))
            }
            None => {
                let doors = model.lines.iter().map(|line| asked.id(&line.household)).collect::<Result<_, _>>()?;
                (Ledger::Households, Some(doors), None)
            }
        };
        let said = [
            ("list", Some(model.what)),
            ("area", model.area.map(|area| area.id)),
            ("from", model.told.from.filter(|_| model.of_period)),
            ("to", model.told.to.filter(|_| model.of_period)),
        ];
        let on_screen = on_screen(said);
        shown(asked, which, &Wanted { only, residents, on_screen, ..Wanted::default() }, &format)
    }
}

/// Which list is to be revealed or printed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListForm {
    /// Which list.
    what: String,
    /// Of which area.
    area: Option<String>,
    /// In which phase.
    phase: Option<String>,
    /// From which day on.
    from: Option<String>,
    /// Up to which day.
    to: Option<String>,
    /// Which page.
    page: Option<usize>,
}

impl ListForm {
    fn checked(self, asked: &Asked<'_>) -> Result<Self, Trouble> {
        known(Some(self.what.clone()))?;
        area_of(asked, &asked.names()?, self.area.as_deref())?;
        Ok(self)
    }

    fn address(&self, print: bool) -> String {
        let page = self.page.filter(|page| *page > 0).map(|page| page.to_string());
        let said = [
            ("what", Some(self.what.as_str())),
            ("area", self.area.as_deref()),
            ("phase", self.phase.as_deref()),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("page", page.as_deref()),
            ("print", print.then_some("true")),
        ];
        let said: Vec<_> = said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        format!("/coverage/list?{}", serde_html_form::to_string(said).unwrap_or_default())
    }
}

/// Has a list's names shown for a while.
pub(crate) struct RevealList;

impl Deed for RevealList {
    const ID: &'static str = "revealList";
    const SUMMARY: &'static str =
        "Has the names, telephones and addresses of a list shown to this session for ten minutes";
    type Form = ListForm;

    fn perform(asked: &Asked<'_>, form: ListForm) -> Result<Done, Trouble> {
        let form = form.checked(asked)?;
        asked.reveal(&subject(&form.what, form.area.as_deref()))?;
        Ok(Done::new(asked, form.address(false), "已显示，并已记入审计。", "Shown, and noted in the audit trail."))
    }
}

/// Prints a list.
pub(crate) struct PrintList;

impl Deed for PrintList {
    const ID: &'static str = "printList";
    const SUMMARY: &'static str = "Notes that a list is printed, with its names shown";
    type Form = ListForm;

    fn perform(asked: &Asked<'_>, form: ListForm) -> Result<Done, Trouble> {
        let form = form.checked(asked)?;
        let subject = subject(&form.what, form.area.as_deref());
        asked.reveal(&subject)?;
        asked.allow_printing(&subject, None)?;
        Ok(Done::new(asked, form.address(true), "已记入审计，可以打印。", "Noted in the audit trail; print it now."))
    }
}
