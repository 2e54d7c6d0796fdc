//! Times as people write them, brought to instants.
//!
//! Floor: message; pure. Invariants: what is written without a date or year lies on the last such moment not after
//! now; what could be read in two ways is read in one and said to be unsure; no clock is read.

use jiff::civil::date;

use super::hours::{Part, hour, in_day, number, numeral, part_of};
use super::letters::{Letters, Span, is_full_stop};
use crate::record::{Day, Time, Zone};

/// A time that is written in a message.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) span: Span,
    pub(super) time: Time,
    pub(super) unsure: bool,
    /// Whether it has a day of its own.
    pub(super) dated: bool,
    /// Whether only the day is said.
    pub(super) whole_day: bool,
}

/// When it is, and where.
pub(super) struct Clock<'z> {
    pub(super) now: Time,
    pub(super) zone: &'z Zone,
}

const HOUR: i64 = 60 * 60 * 1000;

/// Words for a day, by how many days it lies back.
const DAYS: &[(&str, i64)] = &[
    ("今天", 0),
    ("今日", 0),
    ("今晨", 0),
    ("今早", 0),
    ("今晚", 0),
    ("今夜", 0),
    ("今", 0),
    ("当天", 0),
    ("当日", 0),
    ("本日", 0),
    ("昨天", 1),
    ("昨日", 1),
    ("昨晚", 1),
    ("昨夜", 1),
    ("昨", 1),
    ("前天", 2),
    ("前日", 2),
    ("前晚", 2),
    ("大前天", 3),
];

/// What is read of a day: its date, or what is known of it.
#[derive(Clone, Copy)]
enum Date {
    Whole(Day),
    /// Month and day of the last such year.
    Yearless(i8, i8),
    Back(i64),
}

/// Every time of a message, in order.
pub(super) fn moments(letters: &Letters, clock: &Clock<'_>) -> Vec<Moment> {
    let mut found: Vec<Moment> = Vec::new();
    let mut at = 0;
    while letters.at(at).is_some() {
        let last =
            found.last().filter(|last| last.dated && letters.until(last.span.end..at, |letter| letter == '\n') == at);
        match moment(letters, at, clock, last) {
            Some(moment) => {
                at = moment.span.end.max(at + 1);
                found.push(moment);
            }
            None => at += 1,
        }
    }
    found
}

fn moment(letters: &Letters, at: usize, clock: &Clock<'_>, last: Option<&Moment>) -> Option<Moment> {
    if letters.before(at).is_some_and(|before| {
        before.is_ascii_alphanumeric()
            || matches!(before, '.' | '/' | '-' | '*')
            || before == ':' && letters.before(at - 1).is_some_and(|before| before.is_ascii_digit())
    }) && letters.at(at).is_some_and(|letter| letter.is_ascii_digit())
    {
        return None;
    }
    if letters.before(at).is_some_and(|before| numeral(before).is_some())
        && letters.at(at).is_some_and(|letter| numeral(letter).is_some())
    {
        return None;
    }
    rfc3339(letters, at).or_else(|| ago(letters, at, clock)).or_else(|| written(letters, at, clock, last))
}

/// 2026-03-05T09:12:00+08:00
fn rfc3339(letters: &Letters, at: usize) -> Option<Moment> {
    if letters.at(at + 4) != Some('-') || !matches!(letters.at(at + 10), Some('T' | 't')) {
        return None;
    }
    let end = letters.until(at..at + 36, |letter| !letter.is_ascii_digit() && !"-:.TtZz+".contains(letter));
    let time = Time::parse(&letters.text(at..end)).ok()?;
    Some(Moment { span: at..end, time, unsure: false, dated: true, whole_day: false })
}

/// 刚刚, 10分钟前, 半小时前
fn ago(letters: &Letters, at: usize, clock: &Clock<'_>) -> Option<Moment> {
    if let Some(length) =
        letters.longest(at, &["刚刚", "刚才", "方才", "刚接", "刚收", "刚推", "刚下", "刚来", "刚发", "刚打", "刚通知"])
    {
        let length = if letters.starts(at, "刚刚") || letters.starts(at + 1, "才") { length } else { 1 };
        return Some(Moment { span: at..at + length, time: clock.now, unsure: false, dated: true, whole_day: false });
    }
    let half = letters.at(at) == Some('半');
    let (count, mut end) = if half { (0, at + 1) } else { number(letters, at)? };
    end = letters.past_blanks(end);
    if letters.at(end) == Some('个') {
        end += 1;
    }
    let more = letters.at(end) == Some('半');
    end += usize::from(more);
    let (unit, length) = [("分钟", 1), ("分", 1), ("小时", 60), ("钟头", 60)]
        .iter()
        .find(|(word, _)| letters.starts(end, word))
        .map(|(word, minutes)| (*minutes, word.chars().count()))?;
    end += length;
    let suffix = letters.longest(end, &["前", "以前", "之前"])?;
    let minutes = count * unit + if half || more { unit / 2 } else { 0 };
    (minutes > 0 && minutes < 3 * 24 * 60).then(|| Moment {
        span: at..end + suffix,
        time: clock.now.plus_minutes(-minutes),
        unsure: false,
        dated: true,
        whole_day: false,
    })
}

/// A day, a part of it, an hour: any of them but not only the part.
fn written(letters: &Letters, at: usize, clock: &Clock<'_>, last: Option<&Moment>) -> Option<Moment> {
    let (date, mut part, doubtful, mut end) = day(letters, at, clock);
    let mut next = past(letters, end);
    if let Some((found, length)) = part_of(letters, next) {
        part = Some(found);
        end = next + length;
        next = past(letters, end);
    }
    if date.is_none()
        && part.is_none()
        && !letters.at(at).is_some_and(|letter| letter.is_ascii_digit() || numeral(letter).is_some())
    {
        return None;
    }
    let mut about_then = false;
    for about in ["约", "大约", "大概"] {
        if letters.starts(next, about) {
            next += about.chars().count();
            about_then = true;
        }
    }
    let hour = hour(letters, next).filter(|_| date.is_none() || next > at);
    let Some(hour) = hour else {
        // A date alone, as under a letter.
        let date = match date? {
            Date::Back(_) => return None,
            date => date,
        };
        if part.is_some() {
            return None;
        }
        let time = at_time(clock, date, 0, clock.now)?;
        return Some(Moment { span: at..end, time, unsure: true, dated: true, whole_day: true });
    };
    let (offset, two_ways) = in_day(hour.hour, part);
    let millis = offset * HOUR + hour.minute * 60_000 + hour.second * 1000;
    let mut unsure = doubtful
        || hour.vague
        || about_then
        || two_ways
        || letters.longest_before(at, &["约", "大概", "大致", "好像是", "好像"]).is_some();
    let time = match (date, last) {
        (Some(date), _) => at_time(clock, date, millis, clock.now)?,
        (None, Some(last)) => clock.zone.start(clock.zone.day(last.time)).plus_millis(millis),
        (None, None) => {
            let mut time = clock.zone.start(clock.zone.day(clock.now)).plus_millis(millis);
            if time > clock.now {
                time = at_time(clock, Date::Back(1), millis, clock.now)?;
            }
            // 3点 in the evening may be the afternoon's.
            unsure |= hour.spoken
                && part.is_none()
                && hour.hour < 12
                && hour.hour > 0
                && time.plus_hours(12) <= clock.now
                && hour.hour < 7;
            time
        }
    };
    // What is said of today but has not been yet.
    unsure |= matches!(date, Some(Date::Back(_))) && time > clock.now;
    Some(Moment { span: at..hour.end, time, unsure, dated: date.is_some(), whole_day: false })
}

fn past(letters: &Letters, end: usize) -> usize {
    let at = letters.past_blanks(end);
    if letters.at(at) == Some(',') || letters.at(at) == Some('的') { letters.past_blanks(at + 1) } else { at }
}

/// The day that begins at a place, the part of the day that its word tells, whether it could be another, its end.
fn day(letters: &Letters, at: usize, clock: &Clock<'_>) -> (Option<Date>, Option<Part>, bool, usize) {
    let word = DAYS.iter().filter(|(word, _)| letters.starts(at, word)).max_by_key(|(word, _)| word.chars().count());
    if let Some((word, back)) = word {
        let part = match word.chars().last() {
            Some('晚' | '夜') => Some(Part::Evening),
            Some('晨' | '早') => Some(Part::Morning),
            _ => None,
        };
        return (Some(Date::Back(*back)), part, false, at + word.chars().count());
    }
    match calendar(letters, at, clock) {
        Some((date, doubtful, mut end)) => {
            // 3月5日（周四）
            let week = letters.past_blanks(end);
            let open = usize::from(letters.at(week) == Some('('));
            if let Some(length) = letters.longest(week + open, &["周", "星期", "礼拜"]) {
                let close = week + open + length + 1;
                end = if open == 1 && letters.at(close) == Some(')') { close + 1 } else { close };
            }
            (Some(date), None, doubtful, end)
        }
        None => (None, None, false, at),
    }
}

/// A date in digits or numerals: 2026年3月5日, 2026-03-05, 20260305 09:12, 3月5日, 3-5, 3/5, 3.5 before an hour.
fn calendar(letters: &Letters, at: usize, clock: &Clock<'_>) -> Option<(Date, bool, usize)> {
    let (first, end) = number(letters, at)?;
    let digits = end - at;
    let of = |year: i64, month: i64, day: i64| {
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && (1950..2150).contains(&year);
        fits.then_some((year as i16, month as i8, day as i8))
            .and_then(|(year, month, day)| Day::new(year, month, day).ok())
    };
    let spelled = |at: usize, sign: char| {
        let at = letters.past_blanks(at);
        (letters.at(at) == Some(sign)).then(|| letters.past_blanks(at + 1))
    };
    let closing = |end: usize| {
        let at = letters.past_blanks(end);
        if matches!(letters.at(at), Some('日' | '号')) { at + 1 } else { end }
    };
    if digits == 8 && letters.slice(at..end).iter().all(char::is_ascii_digit) {
        let date = of(first / 10_000, first / 100 % 100, first % 100)?;
        let timed = hour(letters, letters.past_blanks(end)).is_some_and(|_| letters.at(end) == Some(' '));
        return timed.then_some((Date::Whole(date), false, end));
    }
    let year = if digits == 4 {
        Some(first)
    } else if digits == 2 && letters.at(end) == Some('年') && first >= 20 {
        Some(2000 + first)
    } else {
        None
    };
    if let Some(year) = year {
        for sign in ['年', '-', '/', '.'] {
            let Some((month, after)) = spelled(end, sign).and_then(|next| number(letters, next)) else { continue };
            let second = if sign == '年' { '月' } else { sign };
            let (day, after) = spelled(after, second).and_then(|next| number(letters, next))?;
            return Some((Date::Whole(of(year, month, day)?), false, closing(after)));
        }
        return None;
    }
    let this = i64::from(clock.zone.day(clock.now).year());
    if let Some((day, after)) = spelled(end, '月').and_then(|next| number(letters, next)) {
        of(if first == 2 && day == 29 { 2024 } else { this }, first, day)?;
        return Some((Date::Yearless(first as i8, day as i8), false, closing(after)));
    }
    for sign in ['-', '/', '.'] {
        let Some((day, after)) = spelled(end, sign).filter(|_| digits < 3).and_then(|next| number(letters, next))
        else {
            continue;
        };
        // Only with an hour behind it: 3-5 alone may be anything.
        let timed = letters.at(after) == Some(' ') && hour(letters, letters.past_blanks(after)).is_some()
            || part_of(letters, letters.past_blanks(after))
                .is_some_and(|(_, length)| hour(letters, letters.past_blanks(after) + length).is_some());
        if !timed || after - end > 3 {
            return None;
        }
        return Some((Date::Yearless(first as i8, of(2024, first, day).map(|_| day as i8)?), false, after));
    }
    // 5号上午9点
    if letters.at(end) == Some('号')
        && (1..=31).contains(&first)
        && part_of(letters, end + 1).or(hour(letters, end + 1).map(|_| (Part::Noon, 0))).is_some()
    {
        let today = clock.zone.day(clock.now);
        let month = if i64::from(today.day()) >= first { today } else { today.first_of_month().yesterday().ok()? };
        let date = of(i64::from(month.year()), i64::from(month.month()), first)?;
        return Some((Date::Whole(date), false, end + 1));
    }
    None
}

/// The instant of a day's milliseconds; one without a year in the last year in which it was.
fn at_time(clock: &Clock<'_>, date_: Date, millis: i64, now: Time) -> Option<Time> {
    let today = clock.zone.day(now);
    let start = |day: Day| clock.zone.start(day).plus_millis(millis);
    match date_ {
        Date::Whole(day) => Some(start(day)),
        Date::Back(days) => Some(start(today.saturating_sub(jiff::Span::new().days(days)))),
        Date::Yearless(month, day) => (0..8_i16).find_map(|back| {
            let date = Day::new(today.year() - back, month, day).ok()?;
            (date <= today && date > date_floor()).then(|| start(date))
        }),
    }
}

const fn date_floor() -> Day {
    date(1900, 1, 2)
}

/// Whether a place is at the beginning of a sentence's stretch.
pub(super) fn sentence(letters: &Letters, span: &Span, at: usize) -> Span {
    let start = letters.since(span.start, at, 60, is_full_stop);
    start..letters.until(at..span.end.min(at + 60), is_full_stop)
}
