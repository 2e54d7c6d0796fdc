//! What stands around every page: language, navigation, who has signed in, what is to be said.
//!
//! Floor: console. Invariants: Chinese unless somebody chose English; nothing in it hangs on what a page shows.

use std::borrow::Cow;

use askama::Template;

use super::words;
use crate::access::Action;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    pub(crate) const fn pick<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The language of a word that somebody chose.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Its word.
    pub(crate) const fn word(self) -> &'static str {
        self.pick("zh", "en")
    }

    const fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }
}

/// A place of the navigation.
struct Room {
    path: &'static str,
    action: Action,
    zh: &'static str,
    en: &'static str,
}

const fn room(path: &'static str, action: Action, zh: &'static str, en: &'static str) -> Room {
    Room { path, action, zh, en }
}

const ROOMS: &[Room] = &[
    room("/today", Action::Today, "今日", "Today"),
    room("/alerts", Action::ReadAlerts, "预警", "Alerts"),
    room("/coverage", Action::Coverage, "覆盖", "Coverage"),
    room("/households", Action::ReadHouseholds, "住户", "Households"),
    room("/reviews", Action::Review, "审核", "Review"),
    room("/conflicts", Action::Settle, "冲突与重复", "Conflicts"),
    room("/accountability", Action::Accountability, "责任倒查", "Accountability"),
    room("/work", Action::WorkAtAll, "我的工作", "My work"),
    room("/people", Action::People, "人员与设备", "People"),
    room("/settings", Action::Settings, "设置", "Settings"),
    room("/imports", Action::Import, "导入", "Import"),
    room("/exports", Action::Export, "导出", "Export"),
    room("/audit", Action::Audit, "审计", "Audit"),
];

/// What stands around a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shell {
    pub(crate) lang: Lang,
    /// The path that is shown, with its query.
    pub(crate) here: String,
    /// What whoever has signed in is called; nobody has where it is empty.
    pub(crate) person: String,
    /// What they may begin.
    pub(crate) may: Vec<Action>,
    /// What every form carries.
    pub(crate) csrf: String,
    /// What the deed before has done.
    pub(crate) said: Option<String>,
    /// This moment, for the watermark.
    pub(crate) now: String,
    /// What the page shows, in short: another one where that has changed.
    pub(crate) fingerprint: String,
    /// What had been committed when the page was read.
    pub(crate) pulse: u64,
}

impl Shell {
    /// A text in the page's language.
    pub(crate) const fn w<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.lang.pick(zh, en)
    }

    /// What a stored word is called.
    pub(crate) fn word<'w>(&self, group: &str, word: &'w str) -> &'w str {
        words::word(self.lang, group, word)
    }

    /// The words of a group with what they are called.
    pub(crate) fn words(&self, group: &str) -> Vec<(&'static str, &'static str)> {
        words::group(self.lang, group)
    }

    /// As [`words`](Self::words), without one of them.
    pub(crate) fn words_but(&self, group: &str, but: &str) -> Vec<(&'static str, &'static str)> {
        self.words(group).into_iter().filter(|(word, _)| *word != but).collect()
    }

    /// The page's language as HTML has it.
    pub(crate) const fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// Whether whoever looks may begin the action of this word.
    pub(crate) fn can(&self, action: &str) -> bool {
        self.may.iter().any(|may| may.word() == action)
    }

    /// The rooms that may be entered: path, name, and whether it is this one.
    pub(crate) fn rooms(&self) -> Vec<(&'static str, &'static str, bool)> {
        let path = self.here.split('?').next().unwrap_or_default();
        let rooms = ROOMS.iter().filter(|room| self.may.contains(&room.action));
        let is_here = |room: &Room| path == room.path || path.starts_with(&format!("{}/", room.path));
        rooms.map(|room| (room.path, self.lang.pick(room.zh, room.en), is_here(room))).collect()
    }

    /// The room where whoever has just signed in begins.
    pub(crate) fn first_room(may: &[Action]) -> &'static str {
        ROOMS.iter().find(|room| may.contains(&room.action)).map_or("/account", |room| room.path)
    }

    /// This page in the other language.
    pub(crate) fn other(&self) -> (String, &'static str) {
        let (word, name) = match self.lang {
            Lang::Zh => ("en", "English"),
            Lang::En => ("zh", "中文"),
        };
        (self.with(&[("lang", word)]), name)
    }

    /// This address with some of its query put otherwise; an empty value takes a name out.
    pub(crate) fn with(&self, put: &[(&str, &str)]) -> String {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_html_form::from_str(query).unwrap_or_default();
        pairs.retain(|(name, _)| name != "lang" && !put.iter().any(|(other, _)| name == other));
        let filled = put.iter().filter(|(_, value)| !value.is_empty());
        pairs.extend(filled.map(|(name, value)| (Cow::from(*name), Cow::from(*value))));
        let query = serde_html_form::to_string(&pairs).unwrap_or_default();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The address under which what this page lists is taken along, all of its pages.
    pub(crate) fn take(&self, path: &str, format: &str) -> String {
        let all = self.with(&[("page", ""), ("print", "")]);
        let query = all.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        format!("{path}/{format}{query}")
    }

    /// As [`with`](Self::with), for one name and a number.
    pub(crate) fn page(&self, name: &str, number: &usize) -> String {
        self.with(&[(name, &number.to_string())])
    }

    /// The address of the stylesheet, script or icon: another one whenever one of them changes.
    pub(crate) fn asset(&self, name: &str) -> String {
        format!("/assets/{name}?v={}", super::assets::mark())
    }

    /// An amount in fen as people write it: 12,345.67.
    #[allow(clippy::unused_self, reason = "templates call it so")]
    pub(crate) fn yuan(&self, fen: &i64) -> String {
        let (whole, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
        let sign = if *fen < 0 { "-" } else { "" };
        format!("{sign}{}.{rest:02}", grouped(whole))
    }

    /// A share of a whole in percent: 12.3 %; a dash where there is no whole.
    #[allow(clippy::unused_self, reason = "templates call it so")]
    pub(crate) fn percent(&self, part: &u64, whole: &u64) -> String {
        if *whole == 0 {
            return "—".to_owned();
        }
        let tenths = (u128::from(*part) * 1000 / u128::from(*whole)) as u64;
        format!("{}.{}%", tenths / 10, tenths % 10)
    }

    /// A number with its thousands parted.
    #[allow(clippy::unused_self, reason = "templates call it so")]
    pub(crate) fn number(&self, number: &u64) -> String {
        grouped(*number)
    }

    /// So many minutes as people say it: "3 小时 5 分", "2 天".
    pub(crate) fn span(&self, minutes: &i64) -> String {
        let size = minutes.unsigned_abs();
        match (size / 1440, size % 1440 / 60, size % 60) {
            (0, 0, rest) => format!("{rest} {}", self.w("分钟", "min")),
            (0, hours, 0) => format!("{hours} {}", self.w("小时", "h")),
            (0, hours, rest) => format!("{hours} {} {rest} {}", self.w("小时", "h"), self.w("分", "min")),
            (days, 0, _) => format!("{days} {}", self.w("天", "days")),
            (days, hours, _) => format!("{days} {} {hours} {}", self.w("天", "days"), self.w("小时", "h")),
        }
    }

    /// A span of minutes: "45 分钟", "3 小时 5 分", "2 天".
    pub(crate) fn minutes(&self, minutes: &i64) -> String {
        let size = minutes.unsigned_abs();
        match size {
            0..60 => format!("{size} {}", self.w("分钟", "min")),
            60..1440 => match (size / 60, size % 60) {
                (hours, 0) => format!("{hours} {}", self.w("小时", "h")),
                (hours, rest) => format!("{hours} {} {rest} {}", self.w("小时", "h"), self.w("分", "min")),
            },
            _ => format!("{} {}", size / 1440, self.w("天", "days")),
        }
    }

    /// How far a moment is from now: "3 小时 5 分后", "2 天前".
    pub(crate) fn ago(&self, moment: &super::Moment, now: &super::Moment) -> String {
        let minutes = moment.time().minutes_since(now.time());
        if minutes == 0 {
            return self.w("此刻", "now").to_owned();
        }
        let (span, after) = (self.minutes(&minutes), minutes > 0);
        match (self.lang, after) {
            (Lang::Zh, true) => format!("{span}后"),
            (Lang::Zh, false) => format!("{span}前"),
            (Lang::En, true) => format!("in {span}"),
            (Lang::En, false) => format!("{span} ago"),
        }
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A page that says why there is none.
#[derive(Template)]
#[template(path = "trouble.html")]
pub(crate) struct TroublePage<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
}

/// A page with what is shown once.
#[derive(Template)]
#[template(path = "once.html")]
pub(crate) struct OncePage<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) done: &'a super::Done,
    pub(crate) once: &'a super::Once,
}

/// The page on which somebody signs in.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) next: &'a str,
    pub(crate) login: &'a str,
    pub(crate) wrong: Option<&'a str>,
}

/// The page of a one-time link.
#[derive(Template)]
#[template(path = "link.html")]
pub(crate) struct LinkPage<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) token: &'a str,
    /// Whether the first administrator is made by it.
    pub(crate) first: bool,
    /// Whether the town has no area yet.
    pub(crate) empty: bool,
    /// Whose password it sets.
    pub(crate) login: &'a str,
    pub(crate) name: &'a str,
    pub(crate) town: &'a str,
    pub(crate) wrong: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_put_otherwise() {
        let shell = Shell { here: "/alerts?level=high&page=2&lang=en".to_owned(), ..Shell::default() };
        assert_eq!(shell.with(&[("page", "3")]), "/alerts?level=high&page=3");
        assert_eq!(shell.with(&[("level", ""), ("page", "")]), "/alerts");
        assert_eq!(shell.other(), ("/alerts?level=high&page=2&lang=en".to_owned(), "English"));
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let shell = Shell::default();
        assert_eq!(shell.yuan(&123_456_789), "1,234,567.89");
        assert_eq!(shell.yuan(&-5), "-0.05");
        assert_eq!(shell.percent(&1, &3), "33.3%");
        assert_eq!(shell.percent(&0, &0), "—");
    }
}
