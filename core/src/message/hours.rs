//! Hours and numbers as people write them: 9点一刻, 09:12, 二十时零五分.
//!
//! Floor: message; pure. Invariant: what is no hour of a day (25:00, 3点赞) is none.

use super::letters::Letters;

/// Words for a part of the day, and how they change the hour.
const PARTS: &[(&str, Part)] = &[
    ("凌晨", Part::Early),
    ("清晨", Part::Morning),
    ("早上", Part::Morning),
    ("早晨", Part::Morning),
    ("上午", Part::Morning),
    ("中午", Part::Noon),
    ("下午", Part::Afternoon),
    ("午后", Part::Afternoon),
    ("傍晚", Part::Afternoon),
    ("晚上", Part::Evening),
    ("晚间", Part::Evening),
    ("夜里", Part::Evening),
    ("深夜", Part::Evening),
    ("夜间", Part::Evening),
    ("半夜", Part::Early),
    ("晚", Part::Evening),
    ("早", Part::Morning),
    ("晨", Part::Morning),
    ("AM", Part::Morning),
    ("PM", Part::Afternoon),
    ("am", Part::Morning),
    ("pm", Part::Afternoon),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Early,
    Morning,
    Noon,
    Afternoon,
    Evening,
}

pub(super) struct Hour {
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) end: usize,
    pub(super) vague: bool,
    /// 三点 and not 03:00.
    pub(super) spoken: bool,
}

/// An hour with its minutes.
pub(super) fn hour(letters: &Letters, at: usize) -> Option<Hour> {
    let at = if letters.at(at) == Some('T') { at + 1 } else { at };
    let (hour, end) = number(letters, at)?;
    if hour > 24 || end - at > 3 {
        return None;
    }
    let mut made = Hour { hour, minute: 0, second: 0, end, vague: false, spoken: false };
    let two = |at: usize| {
        let (value, end) = number(letters, at)?;
        (value < 60 && letters.slice(at..end).iter().all(char::is_ascii_digit) && end - at == 2).then_some((value, end))
    };
    if letters.at(end) == Some(':') {
        let (minute, mut after) = two(end + 1)?;
        made.minute = minute;
        if letters.at(after) == Some(':')
            && let Some((second, end)) = two(after + 1)
        {
            made.second = second;
            after = end;
        }
        if letters.at(after).is_some_and(|letter| letter.is_ascii_digit() || letter == ':') {
            return None;
        }
        made.end = after;
        return Some(made);
    }
    let next = letters.past_blanks(end);
    let length = letters.longest(next, &["点钟", "点", "时", "時", "點"])?;
    if letters
        .longest(next, &["点击", "点赞", "点开", "时间", "点半价", "时段", "时限", "点券", "点数", "点位"])
        .is_some()
    {
        return None;
    }
    made.spoken = letters.at(next) == Some('点');
    made.end = next + length;
    let mut rest = letters.past_blanks(made.end);
    if matches!(letters.at(rest), Some('过' | '零'))
        && letters.at(letters.past_blanks(rest + 1)).is_some_and(|letter| letter.is_ascii_digit())
    {
        rest = letters.past_blanks(rest + 1);
    }
    if letters.at(rest) == Some('半') {
        made.minute = 30;
        made.end = rest + 1;
    } else if letters.at(rest) == Some('整') {
        made.end = rest + 1;
    } else if let Some((quarters, after)) = number(letters, rest).filter(|(_, after)| letters.at(*after) == Some('刻'))
    {
        made.minute = quarters.min(3) * 15;
        made.end = after + 1;
    } else if let Some((minute, after)) =
        number(letters, rest).filter(|(minute, after)| *minute < 60 && after - rest <= 3)
    {
        let sign = letters.past_blanks(after);
        let minutes = letters.at(sign) == Some('分') && !letters.starts(sign, "分钟前");
        // 九点二十 has no sign; 9点3人 no minutes.
        let plain = !letters.at(after).is_some_and(|letter| {
            letter.is_alphanumeric() && "人条个名号组万元岁栋幢楼室年月笔块千百多".contains(letter)
        }) && !letters.at(after).is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        if minutes || made.spoken && plain && rest <= made.end + 1 && letters.at(rest) != Some(' ') {
            made.minute = minute;
            made.end = if minutes { sign + 1 } else { after };
            if minutes && letters.starts(made.end, "钟") {
                made.end += 1;
            }
            if let Some((second, after)) =
                number(letters, made.end).filter(|(_, after)| minutes && letters.at(*after) == Some('秒'))
            {
                made.second = second.min(59);
                made.end = after + 1;
            }
        }
    }
    if let Some(length) = letters.longest(made.end, &["许", "左右", "多", "前后", "来钟", "多钟"]) {
        made.vague = true;
        made.end += length;
    }
    Some(made)
}

pub(super) fn part_of(letters: &Letters, at: usize) -> Option<(Part, usize)> {
    let part = PARTS.iter().filter(|(word, _)| letters.starts(at, word)).max_by_key(|(word, _)| word.chars().count());
    part.map(|(word, part)| (*part, word.chars().count()))
}

/// The hour of the day, and whether it could be another one.
pub(super) const fn in_day(hour: i64, part: Option<Part>) -> (i64, bool) {
    match part {
        Some(Part::Afternoon) if hour < 12 => (hour + 12, false),
        Some(Part::Evening) if hour >= 5 && hour < 12 => (hour + 12, false),
        Some(Part::Evening) if hour == 12 => (24, true),
        Some(Part::Evening) if hour < 5 => (hour, true),
        Some(Part::Noon) if hour < 4 => (hour + 12, false),
        Some(Part::Early) if hour == 12 => (0, false),
        _ => (hour, false),
    }
}

/// The number that begins at a place, in digits or numerals, and its end.
pub(super) fn number(letters: &Letters, at: usize) -> Option<(i64, usize)> {
    let end = letters.until(at..at + 10, |letter| !letter.is_ascii_digit());
    if end > at {
        let value = letters.text(at..end).parse().ok()?;
        return (end - at <= 8).then_some((value, end));
    }
    let end = letters.until(at..at + 6, |letter| numeral(letter).is_none());
    let run: Vec<i64> = letters.slice(at..end).iter().filter_map(|letter| numeral(*letter)).collect();
    if run.is_empty() {
        return None;
    }
    if !run.contains(&10) {
        return Some((run.iter().fold(0, |whole, digit| whole * 10 + digit), end));
    }
    let ten = run.iter().position(|digit| *digit == 10)?;
    let (tens, ones) = (&run[..ten], &run[ten + 1..]);
    if tens.len() > 1 || ones.len() > 1 {
        return None;
    }
    Some((tens.first().copied().unwrap_or(1) * 10 + ones.first().copied().unwrap_or(0), end))
}

/// The value of a numeral.
pub(super) const fn numeral(letter: char) -> Option<i64> {
    Some(match letter {
        '零' | '〇' | '○' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        _ => return None,
    })
}
