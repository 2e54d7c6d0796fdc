//! One message, several people: which part of it is about whom.
//!
//! Floor: message; pure. Invariants: a list counts as one only where at least two of its parts have a name or telephone
//! of their own, so that the numbered lines of one form stay one person; what stands outside the parts belongs to
//! everybody.

use super::hours::numeral;
use super::labels::{Field, Mark};
use super::letters::{Letters, Span, is_full_stop, is_stop};
use super::lexicon::Words;
use super::names::{Name, names};
use super::phones::{Owner, Phone};

/// The most people that are read from one message.
const MOST: usize = 200;

/// Of what is about everybody only so many letters beside the list are read, for each of them again.
const NEAR: usize = 400;

/// What is about one person, and what is about everybody of their list, the nearest first.
pub(super) struct Part {
    pub(super) span: Span,
    pub(super) shared: Vec<Span>,
    /// What leads to the first name of the list: who sent it and when, but no address or number of anybody else.
    pub(super) lead: Span,
}

/// What a message is seen to hold before it is read.
pub(super) struct Seen<'a> {
    pub(super) letters: &'a Letters,
    pub(super) marks: &'a [Mark],
    pub(super) phones: &'a [Phone],
}

/// Words that turn from the last one of a list to all of them.
static EVERYBODY: Words = Words::new(
    "\
    以上 两人 三人 二人 四人 五人 几人 均 都 请 上述 — 他们 两户 各 要求 望 务必 注意 都是 这几 这两 俩人 全部 \
    收到请 备注 落款",
);

/// The parts of a message; one where it is about one person or nobody.
pub(super) fn parts(seen: &Seen<'_>) -> Vec<Part> {
    let whole = seen.letters.whole();
    let mut found = numbered(seen);
    for split in [labelled, rows, named] {
        if found.len() < 2 {
            found = split(seen);
        }
    }
    if found.len() < 2 {
        return vec![Part { span: whole, shared: Vec::new(), lead: 0..0 }];
    }
    found.truncate(MOST);
    let mut made = Vec::with_capacity(found.len());
    let head = found[0].start.saturating_sub(NEAR)..found[0].start;
    let lead = head.end..seen.name(&found[0]).map_or(head.end, |name| name.span.start.max(head.end));
    let behind = found.last().map_or(whole.end, |last| last.end);
    let tail = behind..whole.end.min(behind + NEAR);
    let mut near = head.clone();
    let mut last_end = head.end;
    for span in found {
        if last_end + 1 < span.start && last_end > head.end {
            near = last_end.max(span.start.saturating_sub(NEAR))..span.start;
        }
        last_end = span.end;
        // A heading between two lists is nearer than the first.
        let mut shared = vec![near.clone()];
        shared.extend([tail.clone(), head.clone()].into_iter().filter(|other| *other != near));
        made.push(Part { span, shared, lead: lead.clone() });
    }
    made
}

impl Seen<'_> {
    /// The name in a stretch that is surest, if one is.
    fn name(&self, span: &Span) -> Option<Name> {
        let best = names(self.letters, span.clone(), self.marks, self.phones);
        best.into_iter().max_by_key(|name| name.score)
    }

    fn phone(&self, span: &Span) -> Option<&Phone> {
        let first = self.phones.partition_point(|phone| phone.span.start < span.start);
        let inside = self.phones[first..].iter().take_while(|phone| phone.span.start < span.end);
        inside.into_iter().find(|phone| phone.owner != Owner::Others)
    }

    /// Without the stops and blanks around it.
    fn trimmed(&self, span: Span) -> Span {
        let empty = |letter: Option<char>| letter.is_none_or(|letter| letter == ' ' || is_stop(letter));
        let mut span = span;
        while span.start < span.end && empty(self.letters.at(span.start)) {
            span.start += 1;
        }
        while span.start < span.end && empty(self.letters.before(span.end)) {
            span.end -= 1;
        }
        span
    }

    /// Where a list's last part ends: like those before it at a line's or a sentence's end, or where all are meant.
    fn last_end(&self, start: usize, before: &[Span]) -> usize {
        let whole = self.letters.whole();
        let held =
            |letter: char| before.iter().any(|span| self.letters.slice(self.trimmed(span.clone())).contains(&letter));
        let (lines, sentences) = (held('\n'), held('。'));
        let paragraph = self.letters.first(start..whole.end, &["\n\n"]).map_or(whole.end, |(at, _)| at);
        let mut end = if lines { paragraph } else { self.letters.until(start..whole.end, |letter| letter == '\n') };
        if !lines && !sentences {
            end = self.letters.until(start..end, |letter| letter == '。').min(end);
        }
        let turn = (start + 1..end).find(|at| {
            self.letters
                .before(*at)
                .is_some_and(|letter| is_full_stop(letter) || letter == ',' || letter == '—' || letter == ')')
                && self.letters.longest(*at, &EVERYBODY).is_some()
                && (self.letters.before(*at) != Some(',')
                    || self.letters.longest(*at, &["两人", "以上", "均", "三人", "请各", "他们"]).is_some())
        });
        turn.unwrap_or(end)
    }
}

/// A numbered list: 1、 (2) ③ 四、 第五人.
fn numbered(seen: &Seen<'_>) -> Vec<Span> {
    let letters = seen.letters;
    let mut lists: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut at = 0;
    while letters.at(at).is_some() {
        if let Some((count, end)) = enumerator(letters, at) {
            match lists.last_mut() {
                Some(list) if count == list.len() as i64 + 1 && count > 1 => list.push((at, end)),
                _ if count == 1 => lists.push(vec![(at, end)]),
                _ => {}
            }
            at = end;
        } else {
            at += 1;
        }
    }
    let mut found = Vec::new();
    let starts: Vec<usize> = lists.iter().filter_map(|list| list.first()).map(|first| first.0).collect();
    for (place, list) in lists.iter().enumerate().filter(|(_, list)| list.len() > 1) {
        let limit = starts.get(place + 1).copied().unwrap_or(letters.whole().end);
        let mut spans: Vec<Span> = list.windows(2).map(|two| two[0].1..two[1].0).collect();
        if let Some((_, start)) = list.last() {
            let end = seen.last_end(*start, &spans).min(limit);
            spans.push(*start..end);
        }
        let named = spans.iter().filter(|span| seen.name(span).is_some()).count();
        let called = spans.iter().filter(|span| seen.phone(span).is_some()).count();
        let bare = spans
            .iter()
            .filter(|span| seen.phone(span).is_some_and(|phone| phone.span.start <= span.start + 8))
            .count();
        if named > 1 && called + named > 2
            || named == spans.len()
            || called > 1 && bare == called && called == spans.len()
        {
            found.extend(spans.into_iter().filter(|span| seen.name(span).is_some() || seen.phone(span).is_some()));
        }
    }
    found
}

/// The number of a list's part that begins at a place, and the end of its sign.
fn enumerator(letters: &Letters, at: usize) -> Option<(i64, usize)> {
    let letter = letters.at(at)?;
    let code = u32::from(letter);
    for (first, most) in [(0x2460, 20), (0x2474, 20), (0x2488, 20), (0x3220, 10), (0x3280, 10), (0x2776, 10)] {
        if (first..first + most).contains(&code) {
            let end = at + 1 + usize::from(matches!(letters.at(at + 1), Some('.' | '、' | ' ')));
            return Some((i64::from(code - first) + 1, end));
        }
    }
    let free = letters
        .before(at)
        .is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '.' | '-' | '/' | '(' | '*'));
    if !free {
        return None;
    }
    let open = letter == '(' || letter == '第' || letter == '【';
    let from = at + usize::from(open);
    let (count, end) =
        super::hours::number(letters, from).filter(|(count, end)| (1..=99).contains(count) && end - from < 3)?;
    let spoken = letters.at(from).and_then(numeral).is_some();
    let next = letters.at(end)?;
    if letter == '第' {
        let length = letters.longest(end, &["个", "位", "人", "名", "条", "户", "个是", "位是", "条预警", "人是"])?;
        let past = end + length;
        return Some((count, past + usize::from(matches!(letters.at(past), Some(',' | ':' | '、' | ' ')))));
    }
    if open {
        let close = matches!(next, ')' | '】');
        return close.then(|| (count, end + 1 + usize::from(matches!(letters.at(end + 1), Some('、' | '.' | ' ')))));
    }
    if spoken && letters.starts(end, "是") {
        return Some((count, end + 1));
    }
    let sign = match next {
        '、' | ')' => true,
        '.' => letters.at(end + 1).is_none_or(|after| !after.is_ascii_digit()),
        // 1 张三 at the beginning of a line, or 1:
        ' ' | ':' | ',' => {
            !spoken
                && matches!(letters.before(at), None | Some('\n'))
                && letters.at(end + 1).is_some_and(|after| !after.is_ascii_digit())
        }
        _ => {
            !spoken
                && matches!(letters.before(at), None | Some('\n'))
                && super::surnames::surname(letters.slice(end..end + 2)).is_some()
        }
    };
    sign.then(|| (count, if next == '、' || !super::letters::is_han(next) { end + 1 } else { end }))
}

/// A form that is filled in several times.
fn labelled(seen: &Seen<'_>) -> Vec<Span> {
    let letters = seen.letters;
    let mut same: Vec<&Mark> = Vec::new();
    for mark in seen.marks.iter().filter(|mark| mark.field == Field::Name) {
        let again = same.first().is_none_or(|first| first.label(letters) == mark.label(letters));
        let line = |mark: &Mark| letters.text(mark.value.clone());
        if again && !line(mark).is_empty() && same.last().is_none_or(|last| line(last) != line(mark)) {
            same.push(mark);
        }
    }
    if same.len() < 2 {
        return Vec::new();
    }
    let first = same[0];
    let paragraph = |from: usize, to: usize| letters.last(from..to, &["\n\n"]).map(|(at, _)| at + 2);
    // The label each form begins with, and whether a heading stands over it.
    let block = paragraph(0, first.start).unwrap_or(0);
    let leading =
        seen.marks.iter().find(|mark| mark.start >= block && mark.start < first.start && mark.field != Field::Note);
    let repeats = leading.filter(|leading| {
        seen.marks.iter().filter(|mark| mark.label(letters) == leading.label(letters)).count() >= same.len()
    });
    let line_of = |at: usize| letters.since(0, at, usize::MAX, |letter| letter == '\n');
    let heading = |begin: usize, floor: usize| {
        let start = line_of(begin);
        let over = (start > floor + 1).then(|| line_of(start - 1)).filter(|over| *over >= floor);
        over.filter(|over| {
            let line = *over..start;
            line.len() > 2 && !seen.marks.iter().any(|mark| line.contains(&mark.start)) && seen.phone(&line).is_none()
        })
    };
    let begin = |mark: &Mark, floor: usize| {
        if let Some(at) = paragraph(floor, mark.start) {
            return at;
        }
        repeats
            .and_then(|leading| {
                seen.marks.iter().rev().find(|other| {
                    other.start < mark.start && other.start >= floor && other.label(letters) == leading.label(letters)
                })
            })
            .map_or(mark.start, |other| other.start)
    };
    let headed = heading(begin(first, 0), 0).is_some();
    let mut starts = vec![first.start.min(repeats.map_or(first.start, |leading| leading.start))];
    for mark in &same[1..] {
        let floor = starts.last().copied().unwrap_or(0) + 1;
        let mut start = begin(mark, floor);
        if headed && let Some(over) = heading(start, floor) {
            start = over;
        }
        starts.push(start);
    }
    let mut spans: Vec<Span> = starts.windows(2).map(|two| two[0]..two[1]).collect();
    if let Some(start) = starts.last() {
        let end = seen.last_end(*start, &spans);
        let end = seen
            .marks
            .iter()
            .filter(|mark| {
                mark.start >= *start
                    && mark.start < letters.whole().end
                    && matches!(mark.field, Field::Phone | Field::Address | Field::Level | Field::Number)
            })
            .map(|mark| letters.until(mark.value.start..mark.value.end, is_full_stop))
            .max()
            .map_or(end, |last| last.max(end));
        spans.push(*start..end);
    }
    spans
}

/// Lines, or sentences, each with a name and a telephone.
fn rows(seen: &Seen<'_>) -> Vec<Span> {
    let letters = seen.letters;
    let whole = letters.whole();
    let paragraphs = letters.has(whole.clone(), &["\n\n"]);
    let ways: [(bool, &dyn Fn(usize) -> bool); 4] = [
        (paragraphs, &|at| letters.starts(at, "\n\n")),
        (true, &|at| letters.at(at) == Some('\n')),
        (true, &|at| matches!(letters.at(at), Some('\n' | ';'))),
        (true, &|at| matches!(letters.at(at), Some('\n' | ';' | '。'))),
    ];
    for (_, ends) in ways.iter().filter(|(there, _)| *there) {
        let mut pieces: Vec<Span> = Vec::new();
        let mut start = 0;
        for at in whole.clone().filter(|at| ends(*at)).chain([whole.end]) {
            if start < at {
                pieces.push(start..at);
            }
            start = at + 1;
        }
        let full: Vec<bool> =
            pieces.iter().map(|piece| seen.phone(piece).is_some() && seen.name(piece).is_some()).collect();
        let count = full.iter().filter(|full| **full).count();
        // Where a piece holds two people, it is no row.
        let crowded = pieces.iter().any(|piece| {
            let names = names(letters, piece.clone(), seen.marks, seen.phones);
            let with_phone = names.iter().filter(|name| followed(seen, name, piece.end)).count();
            with_phone > 1
        });
        if count < 2 || crowded {
            continue;
        }
        let mut spans: Vec<Span> = Vec::new();
        for (piece, full) in pieces.iter().zip(full) {
            let first = seen.trimmed(piece.clone()).start;
            if full {
                spans.push(piece.clone());
            } else if let Some(last) = spans.last_mut() {
                let everybody = letters.longest(first, &EVERYBODY).is_some();
                let more = seen.marks.iter().any(|mark| mark.field == Field::Address && piece.contains(&mark.start))
                    || letters.at(piece.start.saturating_sub(1)) != Some('\n')
                    || letters.longest(first, &["住", "地址", "家住", "现住"]).is_some();
                if !everybody && more && last.end + 2 >= piece.start {
                    last.end = piece.end;
                }
            }
        }
        if let Some(last) = spans.pop() {
            let end = seen.last_end(last.start, &spans).clamp(last.start, last.end);
            spans.push(last.start..end);
        }
        return spans;
    }
    Vec::new()
}

/// Whether a telephone of the person stands close behind a name.
fn followed(seen: &Seen<'_>, name: &Name, limit: usize) -> bool {
    let phone = seen.phones.iter().find(|phone| phone.span.start >= name.span.end && phone.span.start < limit);
    phone.is_some_and(|phone| phone.owner == Owner::Person && phone.span.start - name.span.end <= 40)
}

/// Names in running text, each with its telephone behind it.
fn named(seen: &Seen<'_>) -> Vec<Span> {
    let letters = seen.letters;
    let whole = letters.whole();
    let all = names(letters, whole.clone(), seen.marks, seen.phones);
    let mut people: Vec<&Name> = Vec::new();
    let mut last_phone = 0;
    for name in &all {
        let phone = seen.phones.iter().find(|phone| phone.span.start >= name.span.end && phone.owner == Owner::Person);
        let Some(phone) =
            phone.filter(|phone| phone.span.start - name.span.end <= 40 && phone.span.start >= last_phone)
        else {
            continue;
        };
        let between = all.iter().any(|other| {
            other.span.start > name.span.start && other.span.end <= phone.span.start && other.score >= name.score
        });
        if between || people.iter().any(|other| other.text == name.text) {
            continue;
        }
        last_phone = phone.span.end;
        people.push(name);
    }
    if people.len() < 2 {
        return Vec::new();
    }
    // A person's part begins with the part of the sentence that the name stands in.
    let mut starts: Vec<usize> = Vec::new();
    for name in &people {
        let floor = starts.last().map_or(0, |last| last + 1);
        let floor = seen
            .phones
            .iter()
            .filter(|phone| phone.span.end <= name.span.start)
            .map(|phone| phone.span.end)
            .max()
            .unwrap_or(0)
            .max(floor);
        starts.push(letters.since(floor, name.span.start, 40, |letter| is_stop(letter) && letter != '、').max(floor));
    }
    let mut spans: Vec<Span> = starts.windows(2).map(|two| two[0]..two[1]).collect();
    if let Some(start) = starts.last() {
        spans.push(*start..seen.last_end(*start, &spans));
    }
    spans
}
