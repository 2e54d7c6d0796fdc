//! What people type into cells, as it is meant: widths, blanks, dates, telephones, words for yes and no.
//!
//! Floor: sync-server, import; pure. Invariant: what cannot be read is said to be unreadable, never guessed.

use super::sheet::{Cell, is_invisible};

/// A letter that belongs to Chinese writing.
pub(super) const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Wide digits, letters and blanks made narrow; other wide signs stay, as a sentence has them.
fn narrow(letter: char) -> char {
    match letter {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// Every wide sign made narrow.
pub(crate) fn narrow_signs(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            '—' | '–' | '─' | '‐' | '‑' | '−' => '-',
            '、' | '﹑' => ',',
            '。' => '.',
            '【' => '[',
            '】' => ']',
            other => other,
        })
        .collect()
}

/// A cell's text without what is not seen, its blanks one at a time; its lines stay lines.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let seen = line.chars().filter(|letter| !is_invisible(*letter)).map(narrow);
        let mut blank = true;
        if !out.is_empty() {
            out.push('\n');
        }
        for letter in seen {
            if letter.is_whitespace() {
                if !blank {
                    out.push(' ');
                }
                blank = true;
            } else {
                out.push(letter);
                blank = false;
            }
        }
        while out.ends_with(' ') {
            out.pop();
        }
    }
    let tidied = out.trim_matches(|letter: char| letter.is_whitespace());
    // A spreadsheet shows a leading apostrophe to nobody; a text file keeps it.
    tidied.strip_prefix(['\'', '’']).unwrap_or(tidied).to_owned()
}

/// On one line, without blanks beside Chinese letters: `张　三` is 张三.
pub(crate) fn word(text: &str) -> String {
    let tidied = tidy(text);
    let letters: Vec<char> = tidied.chars().map(|letter| if letter == '\n' { ' ' } else { letter }).collect();
    let mut out = String::with_capacity(tidied.len());
    for (at, letter) in letters.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| is_han(*letter));
        if *letter == ' ' && (beside(at.checked_sub(1)) || beside(Some(at + 1))) {
            continue;
        }
        out.push(*letter);
    }
    out
}

/// Whether the cell says in words that there is nothing to say.
pub(crate) fn is_nothing(text: &str) -> bool {
    matches!(
        text,
        "无" | "没有" | "暂无" | "不详" | "未知" | "/" | "-" | "--" | "—" | "——" | "\\" | "N/A" | "n/a" | "无电话"
    )
}

/// Yes or no.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "是" | "有" | "已安装" | "已装" | "已下载" | "安装" | "√" | "✓" | "✔" | "对" => {
            Some(true)
        }
        "no" | "n" | "false" | "0" | "否" | "无" | "未安装" | "未装" | "未下载" | "没装" | "×" | "x" | "✗" | "没有" => {
            Some(false)
        }
        _ => None,
    }
}

/// Whether a spreadsheet has made a number of it and cut its digits: `1.38E+10`.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['e', 'E']) else { return false };
    let power = power.strip_prefix(['+', '-']).unwrap_or(power);
    let number = |text: &str, dot: bool| {
        !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit() || (dot && letter == '.'))
    };
    number(digits, true) && number(power, false) && power.len() <= 3
}

/// A date, and the time of day if there is one, as `2026-03-01 09:00:00`; a lone date ends after the day.
/// Reads `2026年3月1日 9时5分`, `2026/3/1`, `2026.3.1`, `20260301`, `2026-03-01T09:00`, and the number of a day
/// as a spreadsheet counts.
pub(super) fn date(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Date(text) => Some(text.strip_suffix(" 00:00:00").unwrap_or(text).to_owned()),
        Cell::Number(number) if (3_000.0..80_000.0).contains(number) => serial(*number),
        Cell::Number(number) if number.fract() == 0.0 => date_text(&format!("{number:.0}")),
        Cell::Text(text) => date_text(text),
        Cell::Blank | Cell::Number(_) | Cell::Broken => None,
    }
}

/// The day that a spreadsheet counts so from the end of 1899, with its part of a day.
fn serial(number: f64) -> Option<String> {
    #[allow(clippy::cast_possible_truncation, reason = "it lies between 3,000 and 80,000 days")]
    let seconds = (number * 86_400.0).round() as i64;
    let first = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    let at = first.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
    let text = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    Some(text.strip_suffix(" 00:00:00").unwrap_or(&text).to_owned())
}

fn date_text(text: &str) -> Option<String> {
    let text = narrow_signs(&tidy(text));
    let mut rest = text.trim();
    let bare = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (year, month, day) = if bare == 8 || bare == 14 {
        let digits = &rest[..8];
        let after = &rest[8..];
        rest = after;
        (digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..8].parse().ok()?)
    } else {
        let year = number(&mut rest, 4, 4)?;
        sign(&mut rest, &["年", "-", "/", "."])?;
        let month = number(&mut rest, 1, 2)?;
        sign(&mut rest, &["月", "-", "/", "."])?;
        let day = number(&mut rest, 1, 2)?;
        let _ = sign(&mut rest, &["日", "号"]);
        (year, month, day)
    };
    jiff::civil::Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let day = format!("{year:04}-{month:02}-{day:02}");
    rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    if rest.starts_with("星期") || rest.starts_with('周') {
        rest = rest.trim_start_matches(is_han).trim_start();
    }
    if rest.is_empty() {
        return Some(day);
    }
    let mut later = 0;
    for (word, hours) in [("上午", 0), ("凌晨", 0), ("中午", 12), ("下午", 12), ("晚上", 12), ("晚", 12)] {
        if let Some(after) = rest.strip_prefix(word) {
            rest = after.trim_start();
            later = hours;
            break;
        }
    }
    let stamp = bare == 14;
    let hour = number(&mut rest, if stamp { 2 } else { 1 }, 2)?;
    let mut minute = 0;
    let mut second = 0;
    if stamp {
        minute = number(&mut rest, 2, 2)?;
        second = number(&mut rest, 2, 2)?;
    } else {
        let hours_only = sign(&mut rest, &[":", "时", "点"])? != ":" && rest.is_empty();
        if !hours_only {
            minute = number(&mut rest, 1, 2)?;
            if sign(&mut rest, &[":", "分"]).is_some() && !rest.is_empty() {
                second = number(&mut rest, 1, 2)?;
                let _ = sign(&mut rest, &["秒"]);
                // Parts of a second are cut.
                if let Some(parts) = rest.strip_prefix('.') {
                    rest = parts.trim_start_matches(|letter: char| letter.is_ascii_digit());
                }
            }
        }
    }
    let hour = if hour < 12 { hour + later } else { hour };
    let offset = if rest.is_empty() { "" } else { rest.trim() };
    let offset_fits = offset.is_empty() || offset == "Z" || offset.starts_with(['+', '-']);
    if hour > 23 || minute > 59 || second > 59 || !offset_fits {
        return None;
    }
    Some(format!("{day} {hour:02}:{minute:02}:{second:02}{offset}"))
}

/// A number of so many digits at the beginning of `rest`, which goes on behind it.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<i16> {
    let text = rest.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits < least || (digits > most && least == most && least == 4) {
        return None;
    }
    let (found, after) = text.split_at(digits.min(most));
    *rest = after;
    found.parse().ok()
}

fn sign<'w>(rest: &mut &str, words: &[&'w str]) -> Option<&'w str> {
    let text = rest.trim_start();
    let word = words.iter().find(|word| text.starts_with(**word))?;
    *rest = text[word.len()..].trim_start();
    Some(word)
}

/// The year of a date of birth, of which the day, or the month too, may be missing.
pub(super) fn birth_year(cell: &Cell) -> Option<i64> {
    if let Some(date) = date(cell) {
        return date.get(..4)?.parse().ok();
    }
    let text = match cell {
        // Not the number of a day: that was a date.
        Cell::Number(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Cell::Number(number) => format!("{number:.2}"),
        other => narrow_signs(&tidy(&other.text())),
    };
    let mut rest = text.trim();
    let year = i64::from(number(&mut rest, 4, 4).or_else(|| {
        // 195203: a year and a month.
        let digits = rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_digit());
        let year = rest.get(..4).filter(|_| digits)?.parse().ok();
        rest = if digits { "" } else { rest };
        year
    })?);
    let rest = rest.trim_matches(|letter: char| "年-/.月日生 ".contains(letter));
    let month: Option<u8> = if rest.is_empty() { Some(1) } else { rest.parse().ok() };
    month.filter(|month| (1..=12).contains(month)).map(|_| year)
}

/// A telephone number, by the way it is dialled.
///
/// # Errors
/// What is wrong with it.
pub(super) fn telephone(text: &str) -> Result<String, &'static str> {
    let text = narrow_signs(text);
    let text = text.trim();
    if is_scientific(text) {
        return Err("was cut by the spreadsheet (it is written with an E); set the column to text and type it again");
    }
    if text.is_empty() || !text.chars().all(|letter| letter.is_ascii_digit() || "+-() ".contains(letter)) {
        return Err(
            "holds something else than digits, +, - and blanks; put remarks into the note, and a ; between two numbers",
        );
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = text.starts_with('+') || digits.starts_with("0086");
    let national = digits.strip_prefix("0086").unwrap_or(&digits);
    let national = match national.strip_prefix("86") {
        Some(rest) if rest.len() == 11 && rest.starts_with('1') => rest,
        _ => national,
    };
    if national.len() == 11 && national.starts_with('1') {
        return Ok(national.to_owned());
    }
    if !international && national.starts_with('1') && (9..=13).contains(&national.len()) && !text.contains('-') {
        return Err("is no mobile number: one has 11 digits; check what is missing or too much");
    }
    if digits.len() < 3 || digits.len() > 20 {
        return Err("is too short or too long for a telephone number");
    }
    Ok(text.replace(' ', "-").trim_matches('-').to_owned())
}

/// The members of a cell that holds several.
pub(super) fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；', ',', '，', '、', '\n', '|', '/']).map(str::trim).filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_chinese_spreadsheets_write_them() {
        let read = |text: &str| date(&Cell::Text(text.to_owned()));
        for text in [
            "2026年3月1日",
            "2026年03月01日 ",
            "2026/3/1",
            "2026.3.1",
            "2026-3-01",
            "20260301",
            "２０２６年３月１日",
            "2026 年 3 月 1 日",
            "2026年3月1日 星期日",
            "2026。3。1",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-03-01"), "{text}");
        }
        for text in [
            "2026年3月1日 9时5分",
            "2026/3/1 9:05",
            "2026-03-01T09:05:00",
            "2026.3.1 上午9:05:00",
            "20260301090500",
            "2026-03-01 09:05:00.000",
            "2026年3月1日9点05分",
            "2026年3月1日 09：05",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-03-01 09:05:00"), "{text}");
        }
        assert_eq!(read("2026/3/1 下午9:05").as_deref(), Some("2026-03-01 21:05:00"));
        assert_eq!(read("2026-03-01T09:05:00+08:00").as_deref(), Some("2026-03-01 09:05:00+08:00"));
        for text in [
            "",
            "3月1日",
            "26.3.1",
            "2026-02-30",
            "2026-13-01",
            "2026/3",
            "2026-03-01 25:00",
            "昨天",
            "2026-03-01 9:05 yes",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(date(&Cell::Number(46_082.0)).as_deref(), Some("2026-03-01"));
        assert_eq!(date(&Cell::Number(46_082.5)).as_deref(), Some("2026-03-01 12:00:00"));
        assert_eq!(date(&Cell::Number(20_260_301.0)).as_deref(), Some("2026-03-01"));
        assert_eq!(date(&Cell::Date("2026-03-01 00:00:00".to_owned())).as_deref(), Some("2026-03-01"));
    }

    #[test]
    fn years_of_birth_need_no_day() {
        for (text, year) in [
            ("1952", Some(1952)),
            ("1952年", Some(1952)),
            ("1952-03", Some(1952)),
            ("1952.3", Some(1952)),
            ("195203", Some(1952)),
            ("1952年3月", Some(1952)),
            ("1952/3/1", Some(1952)),
            ("19520301", Some(1952)),
            ("52.3.1", None),
            ("195O", None),
            ("72岁", None),
            ("1952-13", None),
            ("", None),
        ] {
            assert_eq!(birth_year(&Cell::Text(text.to_owned())), year, "{text}");
        }
        assert_eq!(birth_year(&Cell::Number(1952.0)), Some(1952));
        assert_eq!(birth_year(&Cell::Number(1952.03)), Some(1952));
        assert_eq!(birth_year(&Cell::Number(19_520_301.0)), Some(1952));
    }

    #[test]
    fn telephones_are_as_they_are_dialled() {
        for (text, dialled) in [
            ("12000138000", "12000138000"),
            ("120 0013 8000", "12000138000"),
            ("120-0013-8000", "12000138000"),
            ("+86 12000138000", "12000138000"),
            ("008612000138000", "12000138000"),
            ("0755-1234567", "0755-1234567"),
            ("１２０００１３８０００", "12000138000"),
            ("0755－1234567", "0755-1234567"),
            ("66123", "66123"),
        ] {
            assert_eq!(telephone(text).as_deref(), Ok(dialled), "{text}");
        }
        for text in ["1.38E+10", "1200013800", "120001380001", "abc", "12000138000(son)儿", "1"] {
            assert!(telephone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_lose_the_blanks_that_only_fill_a_column() {
        assert_eq!(word("张　三"), "张三");
        assert_eq!(word(" 张 三\u{200b}\n"), "张三");
        assert_eq!(word("N 1"), "N 1");
        assert_eq!(word("Ｎ１"), "N1");
        assert_eq!(tidy("'120"), "120");
        assert_eq!(tidy("one \r\n  two"), "one\ntwo");
    }
}
