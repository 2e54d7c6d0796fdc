//! Questions about alerts that wait for a supervisor: who one is about, whether its level or what it says is right, who
//! takes it.
//!
//! Floor: console. Invariants: the list is what today counts; candidates are shown of grids that whoever asks holds, and
//! masked until revealed; what is decided goes through intake, so that a join found then follows.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::identify::{Candidate, Sought, Who, is_at, names_agree};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Address, Alert, AreaId, AreaLevel, Asked as About, DocumentId, HouseholdId, Question, Record, ResidentId, Scope,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open;
use super::told::{Hush, telephones};
use crate::console::names::{AreaName, Names, Staff};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::intake::{Matched, sought_by, who};
use crate::report::today::{Line, today};

/// How many questions stand on a page.
const PAGE: usize = 20;

/// Which questions.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct QuestionsQuery {
    /// who, lower_level, differs or no_team; all where it is absent.
    what: Option<String>,
    /// Which page, from nought.
    page: Option<usize>,
}

/// Questions that wait.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QuestionsModel {
    #[serde(skip)]
    now: Option<Moment>,
    what: Option<String>,
    total: u64,
    /// How many of each sort wait.
    counts: Vec<SortCount>,
    page: usize,
    more: bool,
    questions: Vec<QuestionLine>,
    /// The grids in which a door may be made.
    grids: Vec<AreaName>,
}

/// How many of a sort.
#[derive(Debug, Serialize, JsonSchema)]
struct SortCount {
    what: String,
    count: u64,
}

/// A question.
#[derive(Debug, Serialize, JsonSchema)]
struct QuestionLine {
    id: String,
    what: String,
    /// Since when it waits.
    since: Moment,
    alert: String,
    number: Option<String>,
    /// The level now.
    level: String,
    /// The level that the sender names.
    named_level: Option<String>,
    area: AreaName,
    owner: Option<Staff>,
    /// Whether names, telephones and addresses are shown to this session.
    revealed: bool,
    name: String,
    telephone: Option<String>,
    addresses: Vec<String>,
    /// What there is to know for an answer.
    note: Option<String>,
    /// Residents who may be meant.
    candidates: Vec<CandidateLine>,
}

/// A resident who may be meant.
#[derive(Debug, Serialize, JsonSchema)]
struct CandidateLine {
    household: String,
    resident: String,
    name: String,
    telephones: Vec<String>,
    address: String,
    grid: AreaName,
    /// Why: telephone, name, address.
    why: Vec<String>,
}

/// A door's address as people write it.
fn written(address: &Address) -> String {
    let part = |text: &Option<String>, after: &str| match text {
        Some(text) if text.ends_with(after) => text.clone(),
        Some(text) => format!("{text}{after}"),
        None => String::new(),
    };
    let room = address.room.clone().unwrap_or_default();
    let (group, number) = (part(&address.group, "组"), part(&address.number, "号"));
    format!("{group}{number}{}{}{room}", part(&address.building, "栋"), part(&address.unit, "单元"))
}

fn why(sought: &Sought, one: &Candidate) -> Vec<String> {
    let telephone = one.telephones.iter().any(|have| sought.telephones.contains(have));
    let name = sought.name == one.name || names_agree(&sought.name, &one.name);
    let address = sought.addresses.iter().any(|text| is_at(text, &one.address));
    let all = [("telephone", telephone), ("name", name), ("address", address)];
    all.into_iter().filter(|(_, is)| *is).map(|(word, _)| word.to_owned()).collect()
}

fn candidates(asked: &Asked<'_>, alert: &Alert, grids: &BTreeSet<AreaId>) -> Result<Vec<Candidate>, Trouble> {
    let mut found = match who(asked.town, &sought_by(alert))? {
        Who::One(one) => vec![*one],
        Who::Several(several) => several,
        Who::Nobody => Vec::new(),
    };
    found.retain(|one| grids.contains(&one.grid));
    Ok(found)
}

fn grids_of(asked: &Asked<'_>) -> Result<BTreeSet<AreaId>, Trouble> {
    let scopes = asked.town.scopes_of(asked.person)?.into_iter();
    Ok(scopes.filter_map(|scope| if let Scope::Grid(grid) = scope { Some(grid) } else { None }).collect())
}

fn line(
    asked: &Asked<'_>,
    names: &Names,
    grids: &BTreeSet<AreaId>,
    (id, question): (&DocumentId, &Question),
    alert: Option<&Line>,
) -> Result<Option<QuestionLine>, Trouble> {
    let (Some(stands), Some((_, document))) = (alert, asked.town.document(question.alert.into())?) else {
        return Ok(None);
    };
    let Ok(Record::Alert(about)) = document.record() else { return Ok(None) };
    let revealed = asked.is_revealed(&question.alert.to_string());
    let hush = Hush::of(asked, &about.name, revealed);
    let mut meant = Vec::new();
    if question.what == About::Who {
        let sought = sought_by(&about);
        for one in candidates(asked, &about, grids)? {
            meant.push(CandidateLine {
                household: one.household.to_string(),
                resident: one.resident.to_string(),
                name: asked.name(&one.name, revealed),
                telephones: one.telephones.iter().map(|number| asked.telephone(number, revealed)).collect(),
                address: asked.place(&written(&one.address), revealed),
                grid: names.area(one.grid),
                why: why(&sought, &one),
            });
        }
    }
    // What a sender says differs may be a name or an address.
    let note = question
        .note
        .clone()
        .map(|note| if revealed || question.what != About::Differs { hush.text(&note) } else { "***".to_owned() });
    Ok(Some(QuestionLine {
        id: id.to_string(),
        what: question.what.word().to_owned(),
        since: asked.moment(question.at),
        alert: question.alert.to_string(),
        number: about.platform_number.clone(),
        level: stands.level.word().to_owned(),
        named_level: question.level.as_ref().map(|level| level.word().to_owned()),
        area: names.area(about.area),
        owner: stands.owner.map(|owner| names.staff(owner)),
        revealed,
        name: asked.name(&about.name, revealed),
        telephone: about.telephone.as_ref().map(|telephone| telephones(asked, telephone, revealed)),
        addresses: about
            .places
            .values()
            .filter_map(|place| place.address.as_ref().map(|address| asked.place(address, revealed)))
            .collect(),
        note,
        candidates: meant,
    }))
}

impl QuestionsModel {
    /// Whether only those of this sort are shown.
    fn is(&self, what: &str) -> bool {
        self.what.as_deref() == Some(what)
    }
}

#[derive(Template)]
#[template(path = "alert_questions.html")]
struct QuestionsView<'a> {
    shell: &'a Shell,
    m: &'a QuestionsModel,
    now: &'a Moment,
}

/// Questions that wait.
pub(crate) struct Questions;

impl Page for Questions {
    const ID: &'static str = "alertQuestions";
    const SUMMARY: &'static str = "Questions about alerts that wait for a supervisor, with who may be meant and why";
    type Query = QuestionsQuery;
    type Model = QuestionsModel;

    fn read(asked: &Asked<'_>, query: QuestionsQuery) -> Result<QuestionsModel, Trouble> {
        let what = query.what.as_deref().map(About::from_word);
        if what.as_ref().is_some_and(|what| !what.is_known()) {
            return Err(Trouble::field("what", "没有这个筛选条件。", "There is no such filter."));
        }
        let (names, page, grids) = (asked.names()?, query.page.unwrap_or(0).min(100_000), grids_of(asked)?);
        let report = today(asked.town, asked.person, asked.now)?;
        let alerts: BTreeMap<_, &Line> = report.alerts.iter().map(|line| (line.alert, line)).collect();
        let those = || report.questions.iter().filter(|(_, one)| what.as_ref().is_none_or(|what| one.what == *what));
        let mut questions = Vec::new();
        for (id, question) in those().skip(page.saturating_mul(PAGE)).take(PAGE) {
            questions.extend(line(asked, &names, &grids, (id, question), alerts.get(&question.alert).copied())?);
        }
        let total = those().count();
        let count = |what: &About| SortCount {
            what: what.word().to_owned(),
            count: report.questions.iter().filter(|(_, one)| one.what == *what).count() as u64,
        };
        let mut grids: Vec<AreaName> = grids.into_iter().map(|grid| names.area(grid)).collect();
        grids.sort_by_cached_key(|area| in_order(&area.path));
        Ok(QuestionsModel {
            now: Some(asked.moment(asked.now)),
            what: query.what,
            total: total as u64,
            counts: About::KNOWN.iter().map(count).collect(),
            page,
            more: total > page.saturating_add(1).saturating_mul(PAGE),
            questions,
            grids,
        })
    }

    fn show(shell: &Shell, m: &QuestionsModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        QuestionsView { shell, m, now }.render()
    }
}

/// Who an alert is about.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MatchForm {
    /// The alert.
    alert: String,
    /// A household and its resident, as `HOUSEHOLD/RESIDENT`; "outsider", or "new" for a door that is not on the roster.
    who: String,
    /// The new door's address.
    #[schemars(length(max = 200))]
    address: Option<String>,
    /// The grid of the new door.
    grid: Option<String>,
}

fn newcomer(asked: &Asked<'_>, alert: &Alert, form: &MatchForm) -> Result<Matched, Trouble> {
    let must =
        |field: &str| Trouble::field(field, "请填写新住户的地址和网格。", "Give the new door's address and grid.");
    let address =
        form.address.as_deref().map(str::trim).filter(|text| !text.is_empty()).ok_or_else(|| must("address"))?;
    let grid: AreaId = form.grid.as_deref().and_then(|text| text.trim().parse().ok()).ok_or_else(|| must("grid"))?;
    let names = asked.names()?;
    if names.tree().get(grid).is_none_or(|area| area.level != AreaLevel::Grid) {
        return Err(must("grid"));
    }
    if !grids_of(asked)?.contains(&grid) {
        return Err(Trouble::forbidden());
    }
    Ok(Matched::newcomer(alert, address, grid, asked.now, &mut asked.random()))
}

/// Says who an alert is about.
pub(crate) struct Match;

impl Deed for Match {
    const ID: &'static str = "matchAlert";
    const SUMMARY: &'static str =
        "Say who an alert is about: a resident, somebody at a new door, or nobody who lives here";
    type Form = MatchForm;

    fn perform(asked: &Asked<'_>, form: MatchForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let wrong = || Trouble::field("who", "请选择是谁。", "Choose who it is.");
        let matched = match form.who.trim() {
            "outsider" if file.alert.outsider => {
                return Err(Trouble::field("who", "已确认不是本地住户。", "This is known already."));
            }
            "outsider" => Matched::Outsider,
            "new" if file.alert.resident.is_some() => {
                return Err(Trouble::field(
                    "who",
                    "已确认是谁；如有误请选择另一位住户。",
                    "It is known who this is about. Choose another resident where that is wrong.",
                ));
            }
            "new" => newcomer(asked, &file.alert, &form)?,
            text => {
                let (household, resident) = text.split_once('/').ok_or_else(wrong)?;
                let household: HouseholdId = household.parse().map_err(|_| wrong())?;
                let resident: ResidentId = resident.parse().map_err(|_| wrong())?;
                if file.alert.resident == Some(resident) {
                    return Err(Trouble::field("who", "已确认是此人。", "This is known already."));
                }
                let stored = asked.town.store().document(household.into())?.ok_or_else(wrong)?;
                if !matches!(stored.scope, Scope::Grid(grid) if grids_of(asked)?.contains(&grid)) {
                    return Err(Trouble::forbidden());
                }
                Matched::Resident(household, resident)
            }
        };
        let joined =
            asked.intake.matched(asked.town, asked.person, file.id, &matched, asked.now, &mut asked.random())?;
        Ok(match joined {
            Some(other) => Done::new(
                asked,
                format!("/alerts/{other}"),
                "已确认，并入同一人的在办预警。",
                "It is known who it is; the alert joined an open one about the same person.",
            ),
            None => Done::new(asked, "/alerts/questions", "已确认是谁。", "It is known who it is."),
        })
    }
}

/// An answer.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AnswerForm {
    /// The question.
    question: String,
    /// What was decided.
    #[schemars(length(max = 600))]
    answer: Option<String>,
}

/// Answers a question.
pub(crate) struct Answer;

impl Deed for Answer {
    const ID: &'static str = "answerQuestion";
    const SUMMARY: &'static str = "Answer a question about an alert";
    type Form = AnswerForm;

    fn perform(asked: &Asked<'_>, form: AnswerForm) -> Result<Done, Trouble> {
        let id: DocumentId = asked.id(&form.question)?;
        let Some((_, document)) = asked.town.document(id)? else { return Err(Trouble::not_found()) };
        let Ok(Record::Question(question)) = document.record() else { return Err(Trouble::not_found()) };
        open(asked, &question.alert.to_string())?;
        if question.answered.is_some() {
            return Err(Trouble::moved_on());
        }
        if question.what == About::Who {
            return Err(Trouble::field("answer", "请确认预警说的是谁。", "Say who the alert is about instead."));
        }
        let answer = (id, form.answer);
        asked.intake.answer(asked.town, asked.person, answer, asked.now, &mut asked.random())?;
        Ok(Done::new(asked, "/alerts/questions", "已答复。", "The question is answered."))
    }
}
