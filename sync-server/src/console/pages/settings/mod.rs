//! What the town sets: the rooms below `/settings`, and what they have in common.
//!
//! Floor: console. Invariants: every deed calls the service that the command line calls, and is noted in the audit trail
//! with identifiers and words alone; only the town's own supervisors and administrators come here.

pub(crate) mod draft;
pub(crate) mod duties;
pub(crate) mod integrations;
pub(crate) mod phases;
pub(crate) mod playbook;
pub(crate) mod pledge_texts;
pub(crate) mod reminders;
pub(crate) mod routing;
pub(crate) mod scripts;
pub(crate) mod webhooks;

mod overview;
mod rules;

pub(crate) use overview::Overview;

use qiaomen_core::playbook::PlaybookError;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{Day, DocumentId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Action;
use crate::console::{Asked, Shell, Trouble};
use crate::settings::SettingError;

/// The most lines of one page of a list.
const PAGE: usize = 50;

/// Nothing is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Nothing {}

/// Whether what is over is shown too.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AllQuery {
    /// Whether what is over is listed too.
    #[serde(default)]
    all: bool,
}

/// The rooms below, for the tabs: path, name, whether it is this one.
fn rooms(shell: &Shell) -> Vec<(&'static str, &'static str, bool)> {
    const ROOMS: &[(&str, &str, &str)] = &[
        ("/settings", "概览", "Overview"),
        ("/settings/playbook", "回访规则", "Follow-up rules"),
        ("/settings/routing", "派发", "Routing"),
        ("/settings/duties", "值班", "Duties"),
        ("/settings/phases", "活动阶段", "Phases"),
        ("/settings/pledge-texts", "承诺书", "Pledge texts"),
        ("/settings/scripts", "话术", "Scripts"),
        ("/settings/reminders", "提醒", "Reminders"),
        ("/settings/webhooks", "消息推送", "Webhooks"),
        ("/settings/integrations", "对接系统", "Integrations"),
    ];
    let here = shell.here.split('?').next().unwrap_or_default();
    let is_here = |path: &str| here == path || (path != "/settings" && here.starts_with(&format!("{path}/")));
    ROOMS.iter().map(|(path, zh, en)| (*path, shell.w(zh, en), is_here(path))).collect()
}

/// Notes that something was set.
fn note(asked: &Asked<'_>, subject: impl std::fmt::Display, what: &str) -> Result<(), Trouble> {
    Ok(asked.note(Action::Settings, Some(&subject.to_string()), Some(what))?)
}

/// A word of a closed list.
fn known<W: Word>(field: &str, text: &str) -> Result<W, Trouble> {
    let word = W::from_word(text.trim());
    if word.is_known() {
        return Ok(word);
    }
    Err(Trouble::field(field, "不是允许的取值。", "There is no such choice."))
}

/// A day, as browsers send it.
fn day(field: &str, text: &str) -> Result<Day, Trouble> {
    text.trim().parse().map_err(|_| {
        Trouble::field(field, "日期写法不对，请写成 2026-03-01。", "This is no day; write it as 2026-03-01.")
    })
}

/// Words that are kept: lines end as they do here, without blanks at the end.
fn words(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// The identifier of something that is set.
fn id(asked: &Asked<'_>, text: &str) -> Result<DocumentId, Trouble> {
    asked.id(text)
}

impl From<SettingError> for Trouble {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Invalid(invalid) => invalid.into(),
            SettingError::Playbook(error) => {
                let (zh, en) = (wrong_rules_zh(&error), error.to_string());
                Self::field("rules", format!("规则有误，{zh}"), format!("The rules are wrong at {en}."))
            }
            SettingError::Denied => Self::forbidden(),
            SettingError::Unknown => Self::not_found(),
            SettingError::Over => {
                Self::new(Code::MovedOn, "它已经结束、取消或停用了。", "This is over, called off or retired already.")
            }
            SettingError::Past => {
                Self::invalid("这个时间已经过去，请填写以后的时间。", "This moment has passed. Give a later one.")
            }
            SettingError::Taken => {
                Self::invalid("已经有一个同样的了，请换一个。", "There is one already. Choose another.")
            }
            SettingError::Unable(_) => Self::field(
                "person",
                "所选人员没有能接收预警的角色。",
                "This person holds no role in which they could take an alert.",
            ),
            SettingError::Nothing => Self::invalid("没有填写要改的内容。", "Nothing was named that is to be set."),
            SettingError::Refused(code) => Self::new(
                Code::NotPermitted,
                format!(
                    "服务器没有接受：{}。",
                    qiaomen_core::protocol::reasons::reason(&code).zh.trim_end_matches('。')
                ),
                format!(
                    "The server did not take it: {}.",
                    qiaomen_core::protocol::reasons::reason(&code).en.trim_end_matches('.')
                ),
            ),
            SettingError::Store(error) => error.into(),
        }
    }
}

/// Where a playbook is wrong and what to write there, in Chinese.
fn wrong_rules_zh(error: &PlaybookError) -> String {
    let PlaybookError { place, problem } = error;
    let place = match place.strip_prefix("line ") {
        Some(rest) => match rest.split_once(", ") {
            Some((line, key)) => format!("第 {line} 行 {key}"),
            None => format!("第 {rest} 行"),
        },
        None => place.clone(),
    };
    let number = || {
        let rest = problem.strip_prefix("write a whole number of ")?;
        let (unit, range) = rest.split_once(" from ")?;
        let (least, most) = range.split_once(" to ")?;
        let unit = match unit {
            "minutes" => "分钟",
            "hours" => "小时",
            _ => "天",
        };
        Some(format!("应为 {least} 到 {most} 的整数（{unit}）"))
    };
    let problem = number().unwrap_or_else(|| match problem.as_str() {
        text if text.starts_with("there is no such level") => {
            "没有这个等级，请写 extreme、high、medium 或 low".to_owned()
        }
        text if text.starts_with("stands twice") => "重复了，每个等级只写一次".to_owned(),
        text if text.starts_with("there is no such zone") => "没有这个时区，请写如 \"Asia/Shanghai\"".to_owned(),
        text if text.starts_with("write a name of 1 to 64") => "请写一行 1 到 64 字节的名称，如 \"town-2\"".to_owned(),
        text if text.starts_with("only the built-in") || text.starts_with("write a name of its own") => {
            "builtin 是内置规则的名称，请另取一个，如 version = \"town-2\"".to_owned()
        }
        text if text.starts_with("unknown field") => {
            let field = text.split('`').nth(1).unwrap_or_default();
            format!("没有“{field}”这一项，请检查拼写")
        }
        text if text.starts_with("invalid type") => "值的类型不对".to_owned(),
        text if text.starts_with("duplicate key") => "同一项写了两次".to_owned(),
        other => format!("写法有误（{other}）"),
    });
    format!("{place}：{problem}")
}

#[cfg(test)]
mod tests {
    use qiaomen_core::playbook::Playbook;

    use super::*;

    #[test]
    fn what_is_wrong_with_rules_is_told_in_chinese_with_its_place() {
        for (rules, expected) in [
            ("feedback_minutes = 0", "feedback_minutes：应为 1 到 44640 的整数（分钟）"),
            ("second_visit_levels = [\"top\"]", "second_visit_levels[0]：没有这个等级"),
            ("version = \"a\"\nsecond_visits = 2", "第 2 行 second_visits：没有“second_visits”这一项"),
            ("zone = \"Moon\"", "zone：没有这个时区"),
            ("version = \"builtin-1\"\nfeedback_minutes = 9", "version：builtin 是内置规则的名称"),
            ("feedback_minutes = \"a\"", "第 1 行 feedback_minutes：值的类型不对"),
        ] {
            let error = Playbook::parse(rules).unwrap_err();
            assert!(wrong_rules_zh(&error).starts_with(expected), "{} / {error}", wrong_rules_zh(&error));
        }
    }
}
