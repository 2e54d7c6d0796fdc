//! What may be done about an alert: whose it is, its level, its month, its end, its money, what is said about it.
//!
//! Floor: console. Invariants: only into case files that whoever asks holds, and only what the permission table lets them
//! write; what would change nothing is refused with a reason, so that no case file tells of decisions that were none.

use qiaomen_core::playbook::{CaseResult, Standing};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    AlertId, Clearance, Comment, CustodyDecision, Day, DocumentId, Extension, HandOver, Hands, Join, Level, PersonId,
    Raise, Recall, Record, Scope, TakeBack, Transfer, Withdrawal,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OneQuery, can_take, may_write, open, supervises};
use crate::author::Draft;
use crate::console::{Asked, Deed, Done, Trouble};
use crate::report::cases::CaseFile;
use crate::report::dossier::alerts_called;

/// Writes facts, each into the case file of its alert.
fn write(asked: &Asked<'_>, facts: Vec<(&CaseFile, Record)>) -> Result<Option<DocumentId>, Trouble> {
    let mut drafts = Vec::with_capacity(facts.len());
    let mut first = None;
    for (file, record) in facts {
        if !may_write(asked, file)?.contains(&record.kind()) {
            return Err(Trouble::forbidden());
        }
        record.validate()?;
        let id = DocumentId::fresh(asked.now, &mut asked.random());
        first = first.or(Some(id));
        drafts.push(Draft::Create { id, record: Box::new(record), scope: Scope::CaseFile(file.id) });
    }
    asked.write(drafts)?;
    Ok(first)
}

pub(super) fn done(asked: &Asked<'_>, file: &CaseFile, record: Record, zh: &str, en: &str) -> Result<Done, Trouble> {
    let id = write(asked, vec![(file, record)])?;
    let done = Done::new(asked, format!("/alerts/{}", file.id), zh, en);
    Ok(match id {
        Some(id) => done.with_id(id),
        None => done,
    })
}

fn stands(asked: &Asked<'_>, file: &CaseFile) -> Standing {
    file.standing(asked.town, asked.now)
}

/// That an alert still runs, or lies.
fn still_open(asked: &Asked<'_>, file: &CaseFile) -> Result<Standing, Trouble> {
    let stands = stands(asked, file);
    match stands.result {
        CaseResult::Running | CaseResult::Lying => Ok(stands),
        CaseResult::Cleared => Err(Trouble::invalid(
            "该预警已解除，请先撤销解除。",
            "This alert is cleared. Withdraw the clearance first.",
        )),
        CaseResult::Recalled => Err(Trouble::invalid("该预警已撤回，不能再办理。", "This alert was recalled.")),
        CaseResult::Joined => Err(Trouble::invalid(
            "该预警已并入另一条，请在那一条上办理。",
            "This alert joined another. Act on that one.",
        )),
    }
}

fn not_closed(asked: &Asked<'_>, file: &CaseFile) -> Result<(), Trouble> {
    match stands(asked, file).result {
        CaseResult::Recalled | CaseResult::Joined => still_open(asked, file).map(|_| ()),
        _ => Ok(()),
    }
}

/// Somebody who can take an alert.
fn taker(asked: &Asked<'_>, text: &str) -> Result<PersonId, Trouble> {
    let no_one = || {
        Trouble::field(
            "to",
            "此人不能办理预警，请选择网格员、志愿者、队长或民警。",
            "This person can take no alert. Choose a worker, a team head or an officer.",
        )
    };
    let person: PersonId = text.trim().parse().map_err(|_| no_one())?;
    if can_take(asked, person)? { Ok(person) } else { Err(no_one()) }
}

/// An alert's names, telephones and addresses, for a while.
pub(crate) struct Reveal;

/// Which alert, and from where it was asked.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RevealForm {
    /// The alert.
    alert: String,
    /// From which page: questions or dossier; the alert's own where it is absent.
    from: Option<String>,
}

impl Deed for Reveal {
    const ID: &'static str = "revealAlert";
    const SUMMARY: &'static str =
        "Have an alert's names, telephones and addresses shown for ten minutes; kept in the audit trail";
    type Form = RevealForm;

    fn perform(asked: &Asked<'_>, form: RevealForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        asked.reveal(&file.id.to_string())?;
        let next = match form.from.as_deref() {
            Some("questions") => format!("/alerts/questions#q-{}", file.id),
            Some("dossier") => format!("/alerts/{}/dossier", file.id),
            _ => format!("/alerts/{}", file.id),
        };
        Ok(Done::new(asked, next, "已显示，10 分钟后自动隐藏。", "Shown for ten minutes."))
    }
}

/// A comment.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct CommentForm {
    /// The alert.
    alert: String,
    /// What.
    #[schemars(length(min = 1, max = 1300))]
    text: String,
}

/// Says something about a case.
pub(crate) struct Say;

impl Deed for Say {
    const ID: &'static str = "commentAlert";
    const SUMMARY: &'static str = "Say something about a case; it reaches whoever has the case file";
    type Form = CommentForm;

    fn perform(asked: &Asked<'_>, form: CommentForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let comment = Comment { alert: file.id, at: asked.now, text: form.text.trim().to_owned() };
        done(
            asked,
            &file,
            comment.into(),
            "备注已写入，会同步到承办人的手机。",
            "The comment was written; it reaches the workers' phones.",
        )
    }
}

/// To whom, and why.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ToForm {
    /// The alert.
    alert: String,
    /// The person.
    to: String,
    /// Why.
    #[schemars(length(max = 600))]
    reason: Option<String>,
}

/// Offers an alert.
pub(crate) struct Offer;

impl Deed for Offer {
    const ID: &'static str = "offerAlert";
    const SUMMARY: &'static str = "Offer an alert to somebody; it is theirs once they accept";
    type Form = ToForm;

    fn perform(asked: &Asked<'_>, form: ToForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        not_closed(asked, &file)?;
        let (to, custody) = (taker(asked, &form.to)?, file.custody());
        let owner = custody.owner.as_ref().map(|owner| owner.person);
        if owner == Some(to) {
            return Err(Trouble::field("to", "此人已是承办人。", "It is this person's already."));
        }
        if custody.offers.iter().any(|offer| offer.to == to) {
            return Err(Trouble::field("to", "已交给此人，正等待接收。", "It is offered to this person already."));
        }
        if owner.is_some_and(|owner| owner != asked.person) && !supervises(asked, &file)? {
            return Err(Trouble::forbidden());
        }
        let offer = HandOver { alert: file.id, to, at: asked.now, note: form.reason };
        done(asked, &file, offer.into(), "已提出交接，对方接收后生效。", "Offered. It is theirs once they accept.")
    }
}

/// An offer.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TakeBackForm {
    /// The alert.
    alert: String,
    /// The offer.
    offer: String,
    /// Why.
    #[schemars(length(max = 600))]
    reason: Option<String>,
}

/// Takes an offer back.
pub(crate) struct TakeOfferBack;

impl Deed for TakeOfferBack {
    const ID: &'static str = "takeBackOffer";
    const SUMMARY: &'static str = "Take an offer of an alert back before it is accepted";
    type Form = TakeBackForm;

    fn perform(asked: &Asked<'_>, form: TakeBackForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let offer: DocumentId = asked.id(&form.offer)?;
        let custody = file.custody();
        let Some(open) = custody.offers.iter().find(|open| open.document == offer) else {
            return Err(Trouble::invalid("这次交接已被接收或收回。", "This offer is open no more."));
        };
        if open.from != asked.person && !supervises(asked, &file)? {
            return Err(Trouble::forbidden());
        }
        let back = TakeBack { alert: file.id, offer, at: asked.now, reason: form.reason };
        done(asked, &file, back.into(), "交接已收回。", "The offer was taken back.")
    }
}

/// Says whose an alert is.
pub(crate) struct Assign;

impl Deed for Assign {
    const ID: &'static str = "assignAlert";
    const SUMMARY: &'static str = "Say whose an alert is: ends a contest, or gives it to somebody else";
    type Form = ToForm;

    fn perform(asked: &Asked<'_>, form: ToForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        not_closed(asked, &file)?;
        let (owner, custody) = (taker(asked, &form.to)?, file.custody());
        let is_theirs = custody.owner.as_ref().is_some_and(|have| have.person == owner);
        if is_theirs && custody.contests.is_empty() {
            return Err(Trouble::field("to", "此人已是承办人，无需改派。", "It is this person's already."));
        }
        let decision = CustodyDecision { alert: file.id, owner, at: asked.now, reason: form.reason };
        done(asked, &file, decision.into(), "已确定承办人。", "It is decided whose this alert is.")
    }
}

/// A level, and why.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RaiseForm {
    /// The alert.
    alert: String,
    /// The level: low, medium, high, extreme.
    level: String,
    /// Why.
    #[schemars(length(max = 600))]
    reason: Option<String>,
}

/// Raises an alert's level.
pub(crate) struct RaiseLevel;

impl Deed for RaiseLevel {
    const ID: &'static str = "raiseAlert";
    const SUMMARY: &'static str = "Raise an alert's level";
    type Form = RaiseForm;

    fn perform(asked: &Asked<'_>, form: RaiseForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let (stands, level) = (still_open(asked, &file)?, level(&form.level)?);
        if stands.level.effective() >= level.effective() {
            return Err(Trouble::field(
                "level",
                "等级只升不降，该预警已是此等级或更高。",
                "A level only goes up, and this alert is at it or above.",
            ));
        }
        let raise = Raise { alert: file.id, level, at: asked.now, reason: form.reason };
        done(asked, &file, raise.into(), "等级已提高。", "The level was raised.")
    }
}

/// A level of this word.
pub(super) fn level(word: &str) -> Result<Level, Trouble> {
    let level = Level::from_word(word);
    if level.is_known() {
        return Ok(level);
    }
    Err(Trouble::field("level", "请选择等级。", "Write low, medium, high or extreme."))
}

/// A day, and why.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ExtendForm {
    /// The alert.
    alert: String,
    /// The last day: 2026-05-01.
    until: String,
    /// Why.
    #[schemars(length(max = 600))]
    reason: Option<String>,
}

/// Carries the month on.
pub(crate) struct Extend;

impl Deed for Extend {
    const ID: &'static str = "extendAlert";
    const SUMMARY: &'static str = "Carry an alert's month on to a day";
    type Form = ExtendForm;

    fn perform(asked: &Asked<'_>, form: ExtendForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let stands = still_open(asked, &file)?;
        let zone = asked.town.zone();
        let day: Day = form.until.trim().parse().map_err(|_| {
            Trouble::field("until", "日期写法不对，例如 2026-05-01。", "Write a day such as 2026-05-01.")
        })?;
        if zone.end(day) <= stands.series_ends.max(asked.now) {
            return Err(Trouble::field(
                "until",
                "这一天不晚于现在的回访期末。",
                "This day is no later than the month's end as it is.",
            ));
        }
        let extension = Extension { alert: file.id, at: asked.now, until: zone.start(day), reason: form.reason };
        done(asked, &file, extension.into(), "回访期已延长。", "The month was carried on.")
    }
}

/// Why.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ReasonForm {
    /// The alert.
    alert: String,
    /// Why.
    #[schemars(length(max = 600))]
    reason: Option<String>,
}

/// Closes an alert that was issued in error.
pub(crate) struct TakeBackAlert;

impl Deed for TakeBackAlert {
    const ID: &'static str = "recallAlert";
    const SUMMARY: &'static str = "Close an alert that was issued in error; it stays visible";
    type Form = ReasonForm;

    fn perform(asked: &Asked<'_>, form: ReasonForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        not_closed(asked, &file)?;
        let recall = Recall { alert: file.id, at: asked.now, reason: form.reason };
        done(asked, &file, recall.into(), "预警已撤回，记录仍可查看。", "The alert was recalled; it stays visible.")
    }
}

/// Finds that the person is out of danger.
pub(crate) struct Clear;

impl Deed for Clear {
    const ID: &'static str = "clearAlert";
    const SUMMARY: &'static str = "Find that an alert's person is out of danger: the team's head or the police";
    type Form = ReasonForm;

    fn perform(asked: &Asked<'_>, form: ReasonForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        still_open(asked, &file)?;
        let clearance = Clearance { alert: file.id, at: asked.now, reason: form.reason };
        done(asked, &file, clearance.into(), "已解除。", "The alert is cleared.")
    }
}

/// Takes a clearance back.
pub(crate) struct Withdraw;

impl Deed for Withdraw {
    const ID: &'static str = "withdrawClearance";
    const SUMMARY: &'static str = "Take an alert's clearance back";
    type Form = ReasonForm;

    fn perform(asked: &Asked<'_>, form: ReasonForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        let none = || Trouble::invalid("该预警没有生效的解除。", "No clearance of this alert stands.");
        stands(asked, &file).cleared.ok_or_else(none)?;
        let back = |id: DocumentId| {
            file.facts.iter().any(|fact| matches!(&fact.record, Record::Withdrawal(one) if one.clearance == id))
        };
        // Every one that stands: a head and an officer may both have cleared it.
        let standing: Vec<DocumentId> = file
            .facts
            .iter()
            .filter(|fact| matches!(fact.record, Record::Clearance(_)) && !back(fact.stored.id))
            .map(|fact| fact.stored.id)
            .collect();
        if standing.is_empty() {
            return Err(none());
        }
        let facts = standing.into_iter().map(|clearance| {
            let reason = form.reason.clone();
            (&file, Withdrawal { alert: file.id, clearance, at: asked.now, reason }.into())
        });
        write(asked, facts.collect())?;
        Ok(Done::new(
            asked,
            format!("/alerts/{}", file.id),
            "解除已撤销，预警恢复处置。",
            "The clearance was taken back.",
        ))
    }
}

/// The alert that joins.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct JoinForm {
    /// The alert that is joined: the open one.
    alert: String,
    /// The one that joins it: its identifier, or its number on the issuer's platform.
    other: String,
}

/// Has another alert about the same person join this one.
pub(crate) struct JoinOther;

impl Deed for JoinOther {
    const ID: &'static str = "joinAlerts";
    const SUMMARY: &'static str = "Have another alert about the same person join an open one";
    type Form = JoinForm;

    fn perform(asked: &Asked<'_>, form: JoinForm) -> Result<Done, Trouble> {
        let first = open(asked, &form.alert)?;
        if stands(asked, &first).result != CaseResult::Running {
            return Err(Trouble::invalid(
                "只能并入正在处置的预警，请从未结的那一条操作。",
                "This alert does not run. Begin from the one that does.",
            ));
        }
        let wrong = |zh: &str, en: &str| Trouble::field("other", zh, en);
        let reach = asked.reach()?;
        let mut found: Vec<CaseFile> = Vec::new();
        let called: Vec<AlertId> = alerts_called(asked.town, form.other.trim())?;
        for id in called {
            found.extend(CaseFile::read(asked.town, id)?.filter(|file| reach.holds(id, file.alert.area)));
        }
        let second = match found.len() {
            1 => found.remove(0),
            0 => return Err(wrong("您的辖区内没有这个编号的预警。", "No alert of yours is called so.")),
            _ => return Err(wrong("有多条预警符合，请填写预警标识。", "Several are called so; give the identifier.")),
        };
        if second.id == first.id {
            return Err(wrong("不能与自身并案。", "An alert does not join itself."));
        }
        if matches!(stands(asked, &second).result, CaseResult::Recalled | CaseResult::Joined) {
            return Err(wrong("那条预警已撤回或已并案。", "That alert was recalled, or has joined one already."));
        }
        let [mine, its] = Join::between((first.id, &first.alert), (second.id, &second.alert), asked.now);
        write(asked, vec![(&first, mine.into()), (&second, its.into())])?;
        Ok(Done::new(asked, format!("/alerts/{}", first.id), "已并案。", "It joined this alert."))
    }
}

/// In whose hands the person is.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TransferForm {
    /// The alert.
    alert: String,
    /// other_place, which has accepted, or from_afar, with a supervisor's consent.
    hands: String,
    /// Where.
    #[schemars(length(max = 120))]
    place: Option<String>,
    /// Who there has accepted.
    #[schemars(length(max = 120))]
    accepted_by: Option<String>,
    /// The last day; to the end of the month where it is absent.
    until: Option<String>,
    /// Why.
    #[schemars(length(max = 600))]
    reason: Option<String>,
}

/// Says that the person is elsewhere, and in whose hands.
pub(crate) struct HandAway;

impl Deed for HandAway {
    const ID: &'static str = "transferAlert";
    const SUMMARY: &'static str =
        "Say that an alert's person is elsewhere, and in whose hands or followed up from afar";
    type Form = TransferForm;

    fn perform(asked: &Asked<'_>, form: TransferForm) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        still_open(asked, &file)?;
        let hands = Hands::from_word(&form.hands);
        match hands {
            Hands::OtherPlace => {}
            Hands::FromAfar => {
                if !supervises(asked, &file)? {
                    return Err(Trouble::forbidden());
                }
            }
            Hands::Unknown(_) => {
                return Err(Trouble::field("hands", "请选择去向。", "Write other_place or from_afar."));
            }
        }
        let day = |text: &String| text.trim().parse::<Day>().map(|day| asked.town.zone().end(day));
        let until = form.until.as_ref().map(day).transpose().map_err(|_| {
            Trouble::field("until", "日期写法不对，例如 2026-05-01。", "Write a day such as 2026-05-01.")
        })?;
        let (alert, at) = (file.id, asked.now);
        let fact =
            Transfer { alert, hands, place: form.place, accepted_by: form.accepted_by, at, until, reason: form.reason };
        done(asked, &file, fact.into(), "去向已登记。", "It is recorded in whose hands they are.")
    }
}

/// Has a dossier ready for printing; kept in the audit trail.
pub(crate) struct PrintDossier;

impl Deed for PrintDossier {
    const ID: &'static str = "printDossier";
    const SUMMARY: &'static str = "Have a dossier shown whole for printing; kept in the audit trail";
    type Form = OneQuery;

    fn perform(asked: &Asked<'_>, form: OneQuery) -> Result<Done, Trouble> {
        let file = open(asked, &form.alert)?;
        super::dossier::allow_printing(asked, file.id)?;
        let next = format!("/alerts/{}/dossier?print=true", file.id);
        Ok(Done::new(asked, next, "已记入审计，可以打印。", "Noted in the audit trail; you may print."))
    }
}
