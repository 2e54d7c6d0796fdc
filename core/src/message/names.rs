//! Names of people in a message.
//!
//! Floor: message; pure. Invariants: a name is read where names stand (behind a label or a word for people, before
//! a title, a telephone, an age, what befell somebody), never because two letters look like one; whoever reports,
//! sends or is a relative is not the person, unless the message tells that the fraud is theirs.

use super::labels::{Field, Mark};
use super::letters::{Letters, Span, is_bracket, is_edge, is_han, is_stop};
use super::lexicon::Words;
use super::people_words::{AFTER_NAME, BEFORE_NAME, NOT_GIVEN, OFFICES, RELATIVES, ROLES, TITLES, VICTIM};
use super::phones::{Owner, Phone, phone_at};
use super::surnames::{is_other_word, surname};

/// What stands for letters that somebody covered.
const COVERS: &str = "*×某○＊xX□●";

/// What a name must come to, to be one.
const ENOUGH: i32 = 50;

/// A name, and how sure it is.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) span: Span,
    pub(super) text: String,
    pub(super) score: i32,
    /// Parts of it are covered or missing.
    pub(super) partial: bool,
    /// Whether it stands behind a label.
    pub(super) labelled: bool,
    /// Whether it is a relative of somebody.
    pub(super) relative: bool,
}

/// Every name in a stretch that may be a person's, in the order of the text.
pub(super) fn names(letters: &Letters, span: Span, marks: &[Mark], phones: &[Phone]) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    for mark in marks.iter().filter(|mark| mark.field == Field::Name && span.contains(&mark.value.start)) {
        found.extend(labelled(letters, mark));
    }
    let mut at = span.start;
    while at < span.end {
        let Some(name) = running(letters, at, span.clone(), phones) else {
            at += 1;
            continue;
        };
        at = name.span.end;
        let theirs = marks.iter().any(|mark| {
            matches!(mark.field, Field::Somebody | Field::Unit | Field::Address | Field::Hidden)
                && mark.value.start == name.span.start
        });
        let known = found
            .iter()
            .any(|other| other.labelled && other.span.start < name.span.end && name.span.start < other.span.end);
        if !theirs && !known {
            found.push(name);
        }
    }
    found.sort_by_key(|name| name.span.start);
    found
}

/// The name behind a label.
fn labelled(letters: &Letters, mark: &Mark) -> Option<Name> {
    let start = mark.value.start;
    let signed = letters.before(start).is_some_and(|letter| !is_han(letter));
    let exact = letters.slice(mark.start..start).contains(&'名');
    let (end, partial) = extent(letters, start, true).or_else(|| {
        // Behind 姓名： any letters are a name, whatever the surname.
        let end = letters.until(start..mark.value.end, |letter| {
            is_stop(letter) || is_bracket(letter) || letter == ' ' || letter.is_ascii_digit()
        });
        let taken = letters.slice(start..end);
        let fits = if exact { 2..=12 } else { 2..=4 };
        let group = taken.last().is_some_and(|letter| "人者员众民户家某".contains(*letter)) && !exact;
        (signed
            && !group
            && fits.contains(&taken.len())
            && taken.iter().all(|letter| letter.is_alphabetic() || *letter == '·'))
        .then_some((end, false))
    })?;
    let text = letters.text(start..end);
    let none =
        ["不详", "未知", "无", "暂无", "不明", "待核", "待查", "电话", "手机", "性别", "地址", "住址", "年龄", "空"];
    if end > mark.value.end
        || none.iter().any(|word| text.starts_with(word))
        || is_other_word(letters.slice(start..end))
    {
        return None;
    }
    if letters.longest(end, &OFFICES).is_some_and(|length| length > 1) {
        return None;
    }
    let household = letters.ends(mark.value.start, "户主:") || letters.ends(mark.value.start, "户主");
    let score = if household {
        45
    } else if exact {
        130
    } else {
        120
    };
    Some(Name {
        span: start..end,
        partial: partial || text.chars().count() < 2,
        text,
        score,
        labelled: true,
        relative: false,
    })
}

/// Where the name that begins at a place ends, and whether parts of it are covered. `sure` that one begins there.
fn extent(letters: &Letters, at: usize, sure: bool) -> Option<(usize, bool)> {
    let ahead = letters.slice(at..at + 24);
    // 阿依古丽·买买提
    let long = ahead.iter().take_while(|letter| is_han(**letter) || matches!(letter, '·' | '•' | '・')).count();
    let dot = ahead[..long].iter().position(|letter| matches!(letter, '·' | '•' | '・'));
    if let Some(dot) = dot.filter(|dot| (1..=8).contains(dot)) {
        let rest = (dot + 2..=long).take(8).find(|end| follows(letters, at + end) >= 2)?;
        return Some((at + rest, false));
    }
    let covered = |letter: Option<&char>| letter.is_some_and(|letter| COVERS.contains(*letter));
    // *秀兰
    if matches!(ahead.first(), Some('*' | '×')) && !is_han(letters.before(at).unwrap_or(' ')) {
        let given = ahead[1..].iter().take_while(|letter| is_han(**letter)).take(2).count();
        return (given > 0 && follows(letters, at + 1 + given) > 0).then_some((at + 1 + given, true));
    }
    let family = surname(ahead)?;
    if covered(ahead.get(family)) {
        let mut end = family + ahead[family..].iter().take_while(|letter| COVERS.contains(**letter)).take(3).count();
        // 陈*明
        if end == family + 1
            && ahead.get(end).is_some_and(|letter| is_han(*letter))
            && follows(letters, at + end) < 2
            && follows(letters, at + end + 1) > 0
        {
            end += 1;
        }
        return Some((at + end, true));
    }
    if covered(ahead.get(family + 1))
        && ahead.get(family).is_some_and(|letter| is_han(*letter))
        && ahead.get(family + 1) != Some(&'x')
    {
        let end =
            family + 1 + ahead[family + 1..].iter().take_while(|letter| COVERS.contains(**letter)).take(2).count();
        return Some((at + end, true));
    }
    // A surname alone before a title.
    if letters.longest(at + family, &TITLES).is_some_and(|length| length > 1 || follows(letters, at + family + 1) > 2) {
        return Some((at + family, true));
    }
    let best = (1..=2)
        .filter(|given| {
            let given = ahead.get(family..family + given).unwrap_or_default();
            !given.is_empty() && given.iter().all(|letter| is_han(*letter) && !NOT_GIVEN.contains(*letter))
        })
        .map(|given| (follows(letters, at + family + given), given))
        .filter(|(after, _)| *after > 0)
        .max();
    if let Some((_, given)) = best {
        return Some((at + family + given, false));
    }
    // Behind a label a name ends somewhere, even where nothing known follows.
    let rest = ahead[family..].iter().take_while(|letter| is_han(**letter)).count();
    (sure && (1..=2).contains(&rest)).then_some((at + family + rest, false))
}

/// How surely a name may end at a place.
fn follows(letters: &Letters, end: usize) -> usize {
    let next = letters.at(end);
    let sex = matches!(next, Some('男' | '女'))
        && letters.at(end + 1).is_none_or(|after| !is_han(after) || after == '性' || after == '现');
    if sex {
        return 5;
    }
    let word =
        [&AFTER_NAME, &VICTIM, &TITLES, &OFFICES].into_iter().filter_map(|words| letters.longest(end, words)).max();
    match word {
        Some(length) if length > 1 => length + 2,
        _ if is_edge(next) || next.is_some_and(|next| next.is_ascii_digit() || next == '+' || next == '-') => 3,
        Some(length) => length,
        None => 0,
    }
}

/// The name in running text that begins at a place, if names stand there.
fn running(letters: &Letters, at: usize, span: Span, phones: &[Phone]) -> Option<Name> {
    let first = letters.at(at).filter(|letter| is_han(*letter) || matches!(letter, '*' | '×'))?;
    let before = letters.before(at).filter(|_| at > span.start);
    let mut lead = at;
    while lead > span.start && matches!(letters.at(lead - 1), Some(' ' | ':' | '"' | '“')) {
        lead -= 1;
    }
    let called = letters.longest_before(lead, &BEFORE_NAME).filter(|length| lead - length >= span.start);
    let relative = letters.longest_before(lead, &RELATIVES).is_some();
    let role = letters.longest_before(lead, &ROLES).is_some()
        || letters.ends(lead, "老") && called.is_none()
        || letters.ends(lead, "小");
    let free = is_edge(before) || before.is_some_and(|letter| letter.is_ascii_digit());
    if !free && called.is_none() && !relative && !after_place(letters, at, span.start) || role {
        return None;
    }
    let (end, partial) = extent(letters, at, called.is_some_and(|length| length > 1))?;
    let taken = letters.slice(at..end);
    if end > span.end
        || is_other_word(taken) && called.is_none_or(|length| length < 2)
        || !"*×".contains(first) && surname(taken).is_none()
    {
        return None;
    }
    let office = letters.longest(end, &OFFICES).is_some()
        || taken.len() == 1 && matches!(letters.at(end), Some('所' | '队' | '局'));
    if office {
        return None;
    }
    let alone = surname(taken) == Some(taken.len());
    let mut score = 0;
    if let Some(length) = called {
        let strong = length > 1 || letters.before(lead) == Some('叫');
        let household = letters.ends(lead, "户主");
        score += if household {
            45
        } else if letters.before(lead) == Some('叫') {
            85
        } else if strong {
            70
        } else {
            20
        };
    } else if free {
        score += 20;
    } else {
        score += if relative { 20 } else { 40 };
    }
    let (after, number) = said_behind(letters, end, span.end, phones);
    score += after;
    if relative {
        // 其母亲…正被骗: the message is about her.
        score -= if after >= 40 || number { 5 } else { 60 };
    }
    // (柳长青) behind 柳大爷
    if before == Some('(') && letters.at(end) == Some(')') {
        let since = letters.since(span.start, at - 1, 6, is_stop);
        if letters.slice(since..at - 1).iter().any(|letter| Some(letter) == taken.first()) {
            score += 70;
        } else if letters.before(at - 1).is_some_and(|letter| letter.is_ascii_digit()) {
            score += 45;
        }
    }
    if alone {
        // 李姐，… is said to somebody.
        let spoken = letters.longest(end, &TITLES).is_some_and(|length| {
            is_edge(letters.before(at))
                && matches!(letters.at(end + length), Some(',' | ':' | '!') | None)
                && at == span.start
        });
        if spoken || before.is_some_and(|letter| letter == '@') {
            return None;
        }
        score -= 15;
    }
    // 孟凡（音）
    let heard = letters.longest(end, &["(音", "(谐音", "(同音", "(音译"]).is_some();
    if letters.longest_before(lead, &["请联系", "请找", "速找", "找到", "联系"]).is_some() {
        score += 22;
    }
    (score >= ENOUGH).then(|| Name {
        span: at..end,
        text: letters.text(at..end),
        score,
        partial: partial || alone || heard,
        labelled: false,
        relative,
    })
}

/// Whether what stands before a place may be the end of an address: 东风村3组王秀兰.
fn after_place(letters: &Letters, at: usize, from: usize) -> bool {
    static ENDS: Words = Words::new(
        "\
    村 组 社区 号 室 户 街道 镇 乡 楼 栋 幢 小区 队 单元 村民小组 屯 庄 路 街 巷 苑 花园 公寓 家园 厂 中学 \
    小学 大学 医院 公司 店 超市 附近 旁 对面 东头 西头 后面 隔壁",
    );
    at > from && letters.longest_before(at, &ENDS).is_some()
}

/// What is said behind a name, and whether a telephone stands there.
fn said_behind(letters: &Letters, end: usize, limit: usize, phones: &[Phone]) -> (i32, bool) {
    let mut at = end;
    if let Some(length) = letters.longest(at, &TITLES) {
        let (after, number) = told(letters, at + length, limit, phones);
        return (45 + after / 2, number);
    }
    while at < limit && matches!(letters.at(at), Some(' ')) {
        at += 1;
    }
    told(letters, at, limit, phones)
}

fn told(letters: &Letters, from: usize, limit: usize, phones: &[Phone]) -> (i32, bool) {
    let mut at = from;
    // What is explained in brackets is passed over, unless it is the telephone.
    let close = letters.until(at..limit.min(at + 24), |letter| letter == ')');
    if letters.at(at) == Some('(')
        && letters.at(close) == Some(')')
        && !letters.slice(at..close).iter().any(|letter| letter.is_ascii_digit() || matches!(letter, '男' | '女'))
    {
        at = close + 1;
    }
    while at < limit
        && letters
            .at(at)
            .is_some_and(|letter| matches!(letter, ' ' | ',' | '(' | ':' | '、' | '-' | '/' | '|' | '\n' | '['))
    {
        at += 1;
    }
    let sex = matches!(letters.at(at), Some('男' | '女'))
        && letters.at(at + 1).is_none_or(|after| !is_han(after) || after == '性');
    let digits = letters.until(at..at + 4, |letter| !letter.is_ascii_digit());
    let aged = digits > at && letters.at(digits) == Some('岁');
    let near = letters
        .longest(
            at,
            &[
                "电话",
                "手机",
                "手机号",
                "联系电话",
                "手机号码",
                "联系方式",
                "号码",
                "电话号码",
                "固话",
                "座机",
                "电话是",
                "电话为",
                "的电话",
                "的手机",
                "的手机号",
                "本人电话",
                "tel",
                "Tel",
            ],
        )
        .unwrap_or(0);
    let skip = letters.until(at + near..at + near + 3, |letter| letter.is_ascii_digit() || letter == '+');
    let number = phone_at(phones, skip).filter(|phone| phone.owner != Owner::Others);
    let mut score = 0;
    if let Some(phone) = number {
        score += 50;
        let behind = letters.past_blanks(phone.span.end);
        let behind = behind + usize::from(matches!(letters.at(behind), Some(',' | ')')));
        score += if letters.longest(behind, &VICTIM).is_some() { 15 } else { 0 };
    } else if near > 0 {
        score += 35;
    }
    if sex || aged {
        score += 50;
    }
    if letters.longest(at, &VICTIM).is_some_and(|length| length > 1) {
        score += 42;
    }
    if letters
        .longest(
            at,
            &["家住", "住在", "现住", "租住", "住址", "地址", "身份证", "暂住", "居住", "户籍", "住", "名下", "籍贯"],
        )
        .is_some()
    {
        score += 42;
    }
    if letters.longest(at, &["高危", "中危", "低危", "特危", "高风险", "极高", "中风险", "低风险", "特级"]).is_some()
    {
        score += 35;
    }
    if letters.starts(at, "家") || letters.starts(at, "的") {
        score += 12;
    }
    if is_edge(letters.at(from)) {
        score += 10;
    }
    (score, number.is_some())
}
