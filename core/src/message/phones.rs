//! Telephones in a message, and whose they are.
//!
//! Floor: message; pure. Invariants: a number is a telephone by its prefix and length and by nothing beside it being a
//! part of it (cards, ID numbers and amounts are none); the telephone of whoever reports, sends or swindles is never
//! the person's.

use super::labels::{Field, Mark, Whose};
use super::letters::{Letters, Span, is_full_stop, is_han, is_stop};
use super::lexicon::Words;
use super::people_words::{OFFICES, RELATIVES, ROLES, VICTIM};

/// Whose a telephone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The person's own, or nothing says otherwise.
    Person,
    /// A relative's: the person's only where the message is about that relative.
    Relative,
    Others,
}

/// A telephone.
#[derive(Clone, Debug)]
pub(super) struct Phone {
    pub(super) span: Span,
    /// Its digits; none where some are covered (138****1234).
    pub(super) digits: Option<String>,
    pub(super) owner: Owner,
}

/// Words before a telephone that is there to be called back.
static CALL_BACK: Words = Words::new(
    "反馈 疑问 咨询 回复 汇报 值班 办公室 请联系我 联系我 报至 报送至 群号 热线 请拨打 可拨打 回电 有事联系",
);

/// Words before whoever's number is the fraud's.
static SWINDLERS: Words = Words::new(
    "\
    对方 嫌疑 骗子 诈骗电话 涉诈号码 诈骗号码 涉诈电话 陌生 来电号码 主叫 境外 可疑号码 可疑电话 诈骗分子 对端 \
    涉案电话 涉案号码 假客服 自称 不法分子 客服电话 拨入 骗方",
);

/// Words before the person's own.
static OWN: Words = Words::new(
    "\
    本人 机主 事主 当事人 受害人 被害人 对象 群众 居民 村民 受害者 预警人 手机号 老人 住户 其电话 用户 被叫 \
    她的 他的 业主 其手机",
);

/// Every telephone of a message.
pub(super) fn phones(letters: &Letters, marks: &[Mark]) -> Vec<Phone> {
    let mut found: Vec<Phone> = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.at(at) {
        let begins = letter.is_ascii_digit()
            || letter == '+'
            || letter == '(' && letters.at(at + 1) == Some('0')
            || matches!(letter, '一' | '幺') && spoken(letters, at).is_some();
        let free =
            letters.before(at).is_none_or(|letter| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '*');
        if begins && free {
            if let Some((end, digits)) = number(letters, at, marks) {
                let since = found.last().map_or(0, |phone| phone.span.end);
                let owner = owner(letters, marks, since, at..end);
                found.push(Phone { span: at..end, digits, owner });
                at = end;
                continue;
            }
            // What is left of a longer number is no number of its own.
            at = letters.until(at + 1..letters.whole().end, |letter| !letter.is_ascii_alphanumeric());
            continue;
        }
        at += 1;
    }
    found
}

/// The telephone that begins at a place, and where it ends.
fn number(letters: &Letters, at: usize, marks: &[Mark]) -> Option<(usize, Option<String>)> {
    if let Some(mark) = mark_of(marks, at)
        && (mark.field == Field::Hidden || mark.field == Field::Number)
        && letters.until(mark.value.clone(), |letter| !letter.is_ascii_alphanumeric() && letter != '-') > at
    {
        return None;
    }
    let mut start = at;
    for code in ["+86", "0086", "86"] {
        if letters.starts(at, code)
            && (code != "86" || letters.at(at + 2).is_some_and(|next| next == '1' || next == '-' || next == ' '))
        {
            start = at + code.len();
            while matches!(letters.at(start), Some(' ' | '-')) {
                start += 1;
            }
            break;
        }
    }
    spoken(letters, at).or_else(|| mobile(letters, start)).or_else(|| fixed(letters, start, marks))
}

/// 一八九 幺二三四 零零二三, as a voice is written down.
fn spoken(letters: &Letters, at: usize) -> Option<(usize, Option<String>)> {
    let (mut digits, mut end) = (String::new(), at);
    while digits.len() < 12 {
        match letters.at(end) {
            Some(' ' | '-') if !digits.is_empty() => {}
            Some(letter) => match numeral(letter) {
                Some(digit) => digits.push(digit),
                None => break,
            },
            None => break,
        }
        end += 1;
    }
    while matches!(letters.before(end), Some(' ' | '-')) {
        end -= 1;
    }
    let mobile = digits.len() == 11
        && digits.starts_with('1')
        && digits.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second));
    mobile.then_some((end, Some(digits)))
}

const fn numeral(letter: char) -> Option<char> {
    Some(match letter {
        '零' | '〇' | '洞' => '0',
        '一' | '幺' => '1',
        '二' | '两' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' | '拐' => '7',
        '八' => '8',
        '九' | '勾' => '9',
        _ => return None,
    })
}

/// Eleven digits that begin with 13 to 19, in groups as people write them, or with some of them covered.
fn mobile(letters: &Letters, start: usize) -> Option<(usize, Option<String>)> {
    let (mut digits, mut groups, mut at, mut covered) = (String::new(), vec![0_usize], start, false);
    while digits.len() < 11 {
        match letters.at(at) {
            Some(digit) if digit.is_ascii_digit() => digits.push(digit),
            Some('*' | '×' | 'x' | 'X') if digits.len() >= 3 => {
                covered = true;
                digits.push('*');
            }
            Some(' ' | '-') if groups.last() != Some(&0) => {
                groups.push(0);
                at += 1;
                continue;
            }
            _ => break,
        }
        if let Some(last) = groups.last_mut() {
            *last += 1;
        }
        at += 1;
    }
    let begun =
        digits.starts_with('1') && digits.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second));
    let over = letters.at(at).is_some_and(|next| next.is_ascii_alphanumeric() || next == '*');
    if !begun || over {
        return None;
    }
    if covered && digits.len() >= 7 {
        // Of a number that is covered people do not count the stars.
        return Some((at, None));
    }
    let grouped = groups.iter().all(|size| *size >= 3) || groups.iter().all(|size| *size == 1);
    (digits.len() == 11 && grouped).then_some((at, Some(digits)))
}

/// A fixed line: an area code and seven or eight digits, or these alone behind a label.
fn fixed(letters: &Letters, start: usize, marks: &[Mark]) -> Option<(usize, Option<String>)> {
    let run = |from: usize| letters.until(from..from + 20, |letter| !letter.is_ascii_digit());
    let open = usize::from(letters.at(start) == Some('('));
    let code_end = run(start + open);
    let first = letters.slice(start + open..code_end);
    let text = |letters: &[char]| letters.iter().collect::<String>();
    let over = |end: usize| {
        letters.at(end).is_some_and(|next| {
            next.is_ascii_alphanumeric()
                || next == '-' && letters.at(end + 1).is_some_and(|after| after.is_ascii_digit())
        })
    };
    if first.first() == Some(&'0') && first.get(1).is_some_and(|second| *second != '0') {
        if (10..=12).contains(&first.len()) && open == 0 && !over(code_end) {
            return Some((code_end, Some(text(first))));
        }
        if (3..=4).contains(&first.len()) {
            let mut rest = code_end;
            while matches!(letters.at(rest), Some('-' | ' ' | ')')) && rest < code_end + 2 {
                rest += 1;
            }
            let mut end = run(rest);
            let mut local = text(letters.slice(rest..end));
            if local.len() == 4 && matches!(letters.at(end), Some(' ' | '-')) {
                let more = run(end + 1);
                if more - end - 1 == 4 {
                    local.push_str(&text(letters.slice(end + 1..more)));
                    end = more;
                }
            }
            if (7..=8).contains(&local.len()) && rest > code_end && !over(end) {
                return Some((end, Some(text(first) + &local)));
            }
        }
        return None;
    }
    let labelled = mark_of(marks, start).is_some_and(|mark| mark.field == Field::Phone && mark.value.start == start);
    ((7..=8).contains(&first.len()) && open == 0 && labelled && !over(code_end)).then(|| (code_end, Some(text(first))))
}

/// The telephone in which a place lies.
pub(super) fn phone_at(phones: &[Phone], at: usize) -> Option<&Phone> {
    let next = phones.partition_point(|phone| phone.span.start <= at);
    phones[..next].last().filter(|phone| phone.span.contains(&at))
}

/// The label in whose words a place lies.
pub(super) fn mark_of(marks: &[Mark], at: usize) -> Option<&Mark> {
    let next = marks.partition_point(|mark| mark.value.start <= at);
    marks[..next].last().filter(|mark| at < mark.value.end)
}

/// Whose the telephone is, by its label or by the last word about somebody before it.
fn owner(letters: &Letters, marks: &[Mark], since: usize, span: Span) -> Owner {
    // Said behind it: 138…（其儿子）, 138…王警官.
    let behind = letters.past_blanks(span.end);
    if letters.at(behind) == Some('(') {
        let close = letters.until(behind + 1..behind + 12, |letter| letter == ')');
        if let Some(owner) = said(letters, behind + 1..close) {
            return owner;
        }
    } else if letters.at(behind).is_some_and(is_han) {
        let near = letters.until(behind..behind + 4, |letter| !is_han(letter));
        if letters.first(behind..near, &OFFICES).is_some_and(|(at, _)| at > behind) {
            return Owner::Others;
        }
    }
    let sentence = letters.since(since, span.start, 60, is_full_stop);
    let mark = mark_of(marks, span.start).filter(|mark| {
        mark.field == Field::Phone && mark.value.start + 2 >= span.start || mark.field == Field::Somebody
    });
    if letters.has(sentence..span.start, &CALL_BACK) {
        return Owner::Others;
    }
    if let Some(mark) = mark {
        match mark.whose {
            _ if mark.field == Field::Somebody => return Owner::Others,
            Whose::Others => return relative_or_others(letters, mark.start..mark.value.start),
            Whose::Own => return Owner::Person,
            Whose::Unsaid => {}
        }
        // The name before it in the form: 联系人：…，电话：….
        let of = marks
            .iter()
            .rev()
            .find(|other| other.start < mark.start && matches!(other.field, Field::Name | Field::Somebody));
        if let Some(of) = of
            && of.field == Field::Somebody
        {
            let between = letters.slice(of.value.end.min(mark.start)..mark.start);
            let told = said(letters, of.value.end.min(mark.start)..mark.start);
            if between.len() < 30 && told != Some(Owner::Person) {
                return relative_or_others(letters, of.start..of.value.start);
            }
        }
        if of.is_some_and(|of| {
            of.field == Field::Name && letters.until(of.value.start..mark.start, is_full_stop) == mark.start
        }) {
            return said(letters, of.map_or(sentence, |of| of.value.start)..mark.start).unwrap_or(Owner::Person);
        }
    }
    let near = letters.since(since, span.start, 24, is_full_stop);
    said(letters, near..span.start).unwrap_or(Owner::Person)
}

fn relative_or_others(letters: &Letters, span: Span) -> Owner {
    if letters.has(span.clone(), &RELATIVES) && !letters.has(span, &["联系人", "报警", "报案", "举报"]) {
        Owner::Relative
    } else {
        Owner::Others
    }
}

/// Whom the last word about somebody in a stretch is about.
fn said(letters: &Letters, span: Span) -> Option<Owner> {
    let end = span.end;
    let stops = |from: usize| letters.slice(from..end).iter().filter(|letter| is_stop(**letter)).count();
    // What is said in an earlier part of the sentence is about somebody else: 王警官来电，说崔有才，138….
    let near = |from: usize, most: usize| {
        let between = letters.slice(from..end);
        let described = between.contains(&'岁') || between.contains(&'男') || between.contains(&'女');
        between.len() <= most && stops(from) <= 1 || described && between.len() <= most + 6
    };
    let last = |words: &Words| letters.last(span.clone(), words).map(|(at, length)| (at, at + length));
    let swindler = last(&SWINDLERS).filter(|(_, from)| stops(*from) == 0);
    let role = last(&ROLES).filter(|(_, from)| near(*from, 12)).max(last(&OFFICES).filter(|(_, from)| near(*from, 5)));
    // 冒充他孙子 is no grandson.
    let relative = last(&RELATIVES)
        .filter(|(at, from)| near(*from, 10) && !letters.has(at.saturating_sub(4)..*at, &["冒充", "自称", "假冒"]));
    [
        (swindler, Owner::Others),
        (role, Owner::Others),
        (relative, Owner::Relative),
        (last(&OWN).max(last(&VICTIM)), Owner::Person),
    ]
    .into_iter()
    .filter_map(|(found, owner)| Some((found?.1, owner)))
    .max_by_key(|(at, _)| *at)
    .map(|(_, owner)| owner)
}
