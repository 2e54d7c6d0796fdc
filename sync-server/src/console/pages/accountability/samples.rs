//! Samples of those who sent money, and what they said when they were called back.
//!
//! Floor: console. Invariants: a draw shows, and hands out as a file, all that is needed to make it again by hand; telephones are masked until they
//! are revealed; who was drawn elsewhere is a number here.

use askama::Template;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::draw::MOST_DRAWN;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, CallBack, CallOutcome, DocumentId, Said};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::look_path;
use crate::access::Action;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::account::Nothing;
use crate::console::{Asked, Deed, Done, File, Made, Moment, Page, Shell, Trouble};
use crate::report::accountability::{
    Called, Chosen, DrawLine, DrawnFrom, Subject, call_back, call_backs, draw, drawn_from, draws, population_file,
};

/// The draws there were.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DrawsModel {
    draws: Vec<DrawModel>,
}

/// A draw.
#[derive(Debug, Serialize, JsonSchema)]
struct DrawModel {
    id: String,
    by: Staff,
    at: Moment,
    arrived: Moment,
    seed: String,
    /// The period's first day.
    from: Option<String>,
    /// Its last day.
    to: Option<String>,
    /// How many were wanted.
    count: i64,
    /// How many there were to choose from.
    population: i64,
    population_hash: String,
    /// How many were chosen.
    chosen: u64,
}

impl DrawModel {
    fn of(asked: &Asked<'_>, names: &Names, line: &DrawLine) -> Self {
        let day = |time| asked.moment(time).day().to_owned();
        let said = &line.draw;
        Self {
            id: line.id.to_string(),
            by: names.staff(line.by),
            at: asked.moment(said.at),
            arrived: asked.moment(line.arrived),
            seed: said.seed.clone(),
            from: said.from.map(day),
            to: said.to.map(|to| day(to.plus_millis(-1))),
            count: said.count,
            population: said.population,
            population_hash: said.population_hash.clone(),
            chosen: said.chosen.len() as u64,
        }
    }
}

#[derive(Template)]
#[template(path = "accountability_samples.html")]
struct DrawsView<'a> {
    shell: &'a Shell,
    m: &'a DrawsModel,
}

/// The draws there were.
pub(crate) struct Draws;

impl Page for Draws {
    const ID: &'static str = "samples";
    const SUMMARY: &'static str = "The samples that were drawn, the newest first";
    type Query = Nothing;
    type Model = DrawsModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<DrawsModel, Trouble> {
        let names = asked.names()?;
        let all = draws(asked.town, asked.person)?;
        Ok(DrawsModel { draws: all.iter().map(|line| DrawModel::of(asked, &names, line)).collect() })
    }

    fn show(shell: &Shell, m: &DrawsModel) -> askama::Result<String> {
        DrawsView { shell, m }.render()
    }
}

/// A sample to draw.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DrawForm {
    /// What the order is made from: something that nobody could choose.
    #[schemars(length(min = 1, max = 60))]
    seed: String,
    /// How many, 500 at most.
    #[schemars(range(min = 1, max = 500))]
    count: usize,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
}

/// Draws a sample.
pub(crate) struct NewDraw;

impl Deed for NewDraw {
    const ID: &'static str = "drawSample";
    const SUMMARY: &'static str = "Draw a sample of those who sent money; it is kept before anybody is called";
    type Form = DrawForm;

    fn perform(asked: &Asked<'_>, form: DrawForm) -> Result<Done, Trouble> {
        let seed = form.seed.trim();
        if seed.is_empty() {
            return Err(Trouble::field("seed", "请填写种子。", "A seed must be given."));
        }
        if !(1..=MOST_DRAWN).contains(&form.count) {
            return Err(Trouble::field(
                "count",
                format!("一次可抽 1 到 {MOST_DRAWN} 人。"),
                format!("From 1 to {MOST_DRAWN} can be drawn at a time."),
            ));
        }
        let period = asked.days(form.from.as_deref(), form.to.as_deref())?;
        let drawn = draw(asked.town, asked.person, (period, form.count, seed), asked.now, &mut asked.random())?;
        let next = format!("/accountability/samples/{}", drawn.0);
        Ok(Done::new(asked, next, "已抽样。", "The sample was drawn.").with_id(drawn.0))
    }
}

/// Which draw.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichDraw {
    /// The draw.
    draw: String,
}

/// A draw with the answers so far.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DrawnModel {
    #[serde(flatten)]
    draw: DrawModel,
    /// The rule by which it was drawn.
    rule: String,
    /// What it was drawn from, as a file of identifiers.
    file: String,
    /// Whether telephones are shown to this session.
    revealed: bool,
    people: Vec<ChosenLine>,
    /// How many others were chosen, in areas of others.
    elsewhere: usize,
    /// To how many nobody has spoken yet.
    waiting: usize,
    #[serde(skip)]
    now: Option<Moment>,
}

/// Somebody who was chosen.
#[derive(Debug, Serialize, JsonSchema)]
struct ChosenLine {
    alert: String,
    /// The SHA-256 that put them in their place.
    rank: String,
    /// Masked until it is revealed.
    name: String,
    /// Likewise.
    telephone: Option<String>,
    area: AreaName,
    calls: Vec<CallLine>,
    /// The look-up.
    look: String,
}

/// A call.
#[derive(Debug, Serialize, JsonSchema)]
struct CallLine {
    id: String,
    by: Staff,
    at: Moment,
    arrived: Moment,
    outcome: String,
    /// What was asked, and what they said.
    answers: Vec<Answer>,
    satisfied: Option<i64>,
    /// What else they said; hidden until it is revealed.
    note: Option<String>,
    corrected: bool,
}

/// What was asked, and what they said.
#[derive(Debug, Serialize, JsonSchema)]
struct Answer {
    asked: String,
    said: String,
}

impl CallLine {
    fn of(asked: &Asked<'_>, names: &Names, called: &Called, revealed: bool) -> Self {
        let call = &called.call;
        let all = [
            ("visited", &call.visited),
            ("explained", &call.explained),
            ("signed", &call.signed),
            ("app", &call.app),
            ("met_in_time", &call.met_in_time),
        ];
        let answers = all.into_iter().filter_map(|(asked, said)| {
            said.as_ref().map(|said| Answer { asked: asked.to_owned(), said: said.word().to_owned() })
        });
        Self {
            id: called.id.to_string(),
            by: names.staff(called.by),
            at: asked.moment(call.at),
            arrived: asked.moment(called.arrived),
            outcome: call.outcome.word().to_owned(),
            answers: answers.collect(),
            satisfied: call.satisfied,
            note: call.note.clone().filter(|_| revealed),
            corrected: called.corrected,
        }
    }
}

impl ChosenLine {
    fn of(asked: &Asked<'_>, names: &Names, (chosen, calls): &(Chosen, Vec<Called>), revealed: bool) -> Self {
        Self {
            alert: chosen.alert.to_string(),
            rank: chosen.rank.clone(),
            name: asked.name(&chosen.name, revealed),
            telephone: chosen.telephone.as_deref().map(|telephone| asked.telephone(telephone, revealed)),
            area: names.area(chosen.area),
            calls: calls.iter().map(|called| CallLine::of(asked, names, called, revealed)).collect(),
            look: look_path(&Subject::alert(chosen.alert), None, false),
        }
    }
}

#[derive(Template)]
#[template(path = "accountability_draw.html")]
struct DrawnView<'a> {
    shell: &'a Shell,
    m: &'a DrawnModel,
    now: &'a Moment,
}

/// One draw, with the answers.
pub(crate) struct OneDraw;

impl Page for OneDraw {
    const ID: &'static str = "sample";
    const SUMMARY: &'static str = "A sample: how it was drawn, who is to be called, what they said";
    type Query = WhichDraw;
    type Model = DrawnModel;

    fn read(asked: &Asked<'_>, query: WhichDraw) -> Result<DrawnModel, Trouble> {
        let id: DocumentId = asked.id(&query.draw)?;
        let drawn = call_backs(asked.town, asked.person, id)?.ok_or_else(Trouble::not_found)?;
        let names = asked.names()?;
        let revealed = asked.is_revealed(&id.to_string());
        Ok(DrawnModel {
            draw: DrawModel::of(asked, &names, &drawn.line),
            rule: drawn.rule.to_owned(),
            file: format!("/accountability/samples/{id}/population"),
            revealed,
            people: drawn.people.iter().map(|person| ChosenLine::of(asked, &names, person, revealed)).collect(),
            elsewhere: drawn.elsewhere,
            waiting: drawn.waiting,
            now: Some(asked.moment(asked.now)),
        })
    }

    fn show(shell: &Shell, m: &DrawnModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        DrawnView { shell, m, now }.render()
    }
}

/// What a sample was drawn from, so that anybody can make it again.
pub(crate) struct Population;

impl File for Population {
    const ID: &'static str = "samplePopulation";
    const SUMMARY: &'static str = "What a sample was drawn from: identifiers, one a line, as it was known then; noted";
    const MEDIA: &'static [&'static str] = &["text/plain; charset=utf-8"];
    type Query = WhichDraw;

    fn make(asked: &Asked<'_>, query: WhichDraw) -> Result<Made, Trouble> {
        let id: DocumentId = asked.id(&query.draw)?;
        let found = drawn_from(asked.town, asked.person, id)?.ok_or_else(Trouble::not_found)?;
        let DrawnFrom::Same(population) = found else {
            return Err(Trouble::new(
                Code::MovedOn,
                "抽样前的记录已与当时不同（服务器从备份恢复过，或抽样用的是旧规则），无法再生成当时的总数。",
                "The records before this draw are not as they were (the server was restored from a backup, or an older rule \
                 was used): what it was drawn from cannot be made again.",
            ));
        };
        let detail = format!("sample rows={}", population.len());
        asked.note(Action::Export, Some(&id.to_string()), Some(&detail))?;
        Ok(Made {
            name: format!("population-{id}.txt"),
            media: Self::MEDIA[0],
            bytes: population_file(&population).into_bytes(),
        })
    }
}

/// Has the names and telephones of a sample shown.
pub(crate) struct RevealDraw;

impl Deed for RevealDraw {
    const ID: &'static str = "revealSample";
    const SUMMARY: &'static str =
        "Have the names and telephones of a sample shown to this session for ten minutes; noted";
    type Form = WhichDraw;

    fn perform(asked: &Asked<'_>, form: WhichDraw) -> Result<Done, Trouble> {
        let id: DocumentId = asked.id(&form.draw)?;
        if call_backs(asked.town, asked.person, id)?.is_none() {
            return Err(Trouble::not_found());
        }
        asked.reveal(&id.to_string())?;
        Ok(Done::new(
            asked,
            format!("/accountability/samples/{id}"),
            "已显示姓名和电话，10 分钟内有效，已记入审计。",
            "Names and telephones are shown for ten minutes. This was noted in the audit trail.",
        ))
    }
}

/// What somebody said who was called back.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CallForm {
    /// The draw that chose them.
    draw: String,
    /// The alert.
    alert: String,
    /// reached, no_answer, refused or wrong_number.
    outcome: String,
    /// When they were called; now where it is left out.
    at: Option<String>,
    /// Whether somebody had been at the door before: yes, no, unknown.
    visited: Option<String>,
    /// Whether the tricks were explained to them.
    explained: Option<String>,
    /// Whether they signed a pledge.
    signed: Option<String>,
    /// Whether they had the app.
    app: Option<String>,
    /// Whether somebody came in time to stop them.
    met_in_time: Option<String>,
    /// How satisfied they are, from 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    satisfied: Option<i64>,
    /// What else they said.
    #[schemars(length(max = 1000))]
    note: Option<String>,
    /// The call that this one is written in the place of.
    corrects: Option<String>,
}

fn said(field: &str, word: Option<&str>) -> Result<Option<Said>, Trouble> {
    word.map(|word| {
        let said = Said::from_word(word);
        if Said::KNOWN.contains(&said) { Ok(said) } else { Err(not_one(field)) }
    })
    .transpose()
}

fn not_one(field: &str) -> Trouble {
    Trouble::field(field, "这一项不是允许的取值。", "This is none of the values that may be given.")
}

/// Writes down what somebody said who was called back.
pub(crate) struct Call;

impl Deed for Call {
    const ID: &'static str = "recordCallBack";
    const SUMMARY: &'static str = "Write down what somebody said who was called back";
    type Form = CallForm;

    fn perform(asked: &Asked<'_>, form: CallForm) -> Result<Done, Trouble> {
        let draw: DocumentId = asked.id(&form.draw)?;
        let alert: AlertId = asked.id(&form.alert)?;
        let outcome = CallOutcome::from_word(&form.outcome);
        if !CallOutcome::KNOWN.contains(&outcome) {
            return Err(not_one("outcome"));
        }
        let at = form.at.as_deref().map(|at| asked.time("at", at)).transpose()?.unwrap_or(asked.now);
        if at > asked.now {
            return Err(Trouble::field("at", "通话时间不能晚于现在。", "A call cannot have been later than now."));
        }
        let call = CallBack {
            alert,
            draw,
            at,
            outcome,
            visited: said("visited", form.visited.as_deref())?,
            explained: said("explained", form.explained.as_deref())?,
            signed: said("signed", form.signed.as_deref())?,
            app: said("app", form.app.as_deref())?,
            met_in_time: said("met_in_time", form.met_in_time.as_deref())?,
            satisfied: form.satisfied,
            corrects: form.corrects.as_deref().map(|id| asked.id(id)).transpose()?,
            note: form.note,
        };
        let id = call_back(asked.town, asked.person, call, asked.now, &mut asked.random())?;
        asked.note(Action::CallBack, Some(&alert.to_string()), Some(&form.outcome))?;
        let next = format!("/accountability/samples/{draw}#p-{alert}");
        Ok(Done::new(asked, next, "回访已记录。", "The call was written down.").with_id(id))
    }
}
