//! The parser against messages of our own, against what no message should look like, and piece by piece.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::record::word::Word as _;

const OWN: &str = include_str!("../../../tests/corpus/messages/own.jsonl");

/// One field of a reading as the corpus has it.
fn field(reading: &Value, name: &str) -> Option<String> {
    let text = reading.get(name)?.as_str()?;
    match name {
        "issued" | "reached_station" => Some(Time::parse(text).unwrap().to_string()),
        _ => Some(text.to_owned()),
    }
}

fn unsure(reading: &Value) -> Vec<String> {
    let words = reading.get("unsure").and_then(Value::as_array).into_iter().flatten();
    let mut words: Vec<String> = words.filter_map(Value::as_str).map(str::to_owned).collect();
    words.sort();
    words
}

/// What differs between what a line of a corpus expects and what is read.
fn differences(line: &str) -> Vec<String> {
    let message: Value = serde_json::from_str(line).unwrap();
    let text = message["text"].as_str().unwrap();
    let now = Time::parse(message["now"].as_str().unwrap()).unwrap();
    let found = read(text, now, &Zone::shanghai());
    let found: Vec<Value> = found.iter().map(|reading| serde_json::to_value(reading).unwrap()).collect();
    let expected = message["expect"].as_array().unwrap();
    let mut made = Vec::new();
    if found.len() != expected.len() {
        made.push(format!("{} people, not {}", found.len(), expected.len()));
    }
    for (found, expected) in found.iter().zip(expected) {
        for name in Item::KNOWN.iter().map(Item::word) {
            let (found, expected) = (field(found, name), field(expected, name));
            if found != expected {
                made.push(format!("{name}: {found:?}, not {expected:?}"));
            }
        }
        if unsure(found) != unsure(expected) {
            made.push(format!("unsure: {:?}, not {:?}", unsure(found), unsure(expected)));
        }
    }
    made
}

#[test]
fn our_own_messages_are_read_in_every_field() {
    let mut failed = String::new();
    for (at, line) in OWN.lines().enumerate() {
        let differences = differences(line);
        if !differences.is_empty() {
            failed += &format!("{}: {line}\n    {}\n", at + 1, differences.join("\n    "));
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

fn now() -> Time {
    Time::parse("2026-03-05T10:00:00+08:00").unwrap()
}

fn only(text: &str) -> Reading {
    let mut found = read(text, now(), &Zone::shanghai());
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

/// Something of everything that the parser looks for, to put beside each other in any order.
const PIECES: &[&str] = &[
    "姓名：",
    "王秀兰",
    "张*",
    "138",
    "13800001234",
    "0571-",
    "88001234",
    "高危",
    "预警",
    "太平镇东风村3组18号",
    "（",
    "）",
    "【",
    "〔2026〕",
    "第",
    "号",
    "3月5日",
    "9点",
    "一刻",
    "昨晚",
    "\n",
    "\n\n",
    "1、",
    "2、",
    "①",
    "，",
    "。",
    "市反诈中心",
    "下发",
    "派出所",
    "其母亲",
    "报警人",
    "·",
    "*",
    "\u{202e}",
    "\u{200b}",
    "\u{0}",
    "\u{fe0f}\u{20e3}",
    "😀",
    "é",
    "𠀀",
    "欧阳",
    "某某",
    "２０２６－０３－０５",
    "99999999999999999999",
    "住",
    "编号",
    "10分钟前",
    "-",
    " ",
    "女",
    "2026-02-30T25:61:61+99:99",
    "百万保障",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is pasted is read, and what is read can be stored.
    #[test]
    fn no_text_is_too_strange(text in any::<String>(), pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60), millis in any::<i64>()) {
        for text in [text, pieces.concat()] {
            for now in [now(), Time::from_millis(millis)] {
                for reading in read(&text, now, &Zone::shanghai()) {
                    prop_assert!(text.contains(&reading.text));
                    prop_assert!(reading.name.is_none_or(|name| !name.trim().is_empty() && name.len() <= 200));
                    prop_assert!(reading.telephone.is_none_or(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()) && (7..=12).contains(&digits.len())));
                    prop_assert!(reading.address.is_none_or(|address| !address.is_empty() && address.len() <= 800));
                    prop_assert!(reading.platform_number.is_none_or(|number| !number.is_empty() && number.len() <= 200));
                }
            }
        }
    }
}

#[test]
fn long_texts_are_cut_between_letters() {
    let alert = "高危预警：周海，13800009901，青石镇柳湾村3组\n";
    let fillers = [
        "张",
        "1",
        "(",
        "13800001234 ",
        "1、",
        "镇",
        "姓名：",
        "9点",
        "市反诈中心",
        " ",
        "\n",
        "王小军，13600004401，白河村1组；",
        "1、王小军；",
    ];
    for filler in fillers {
        let text = format!("{alert}{}", filler.repeat(1_000_000 / filler.len()));
        let begun = std::time::Instant::now();
        let found = read(&text, now(), &Zone::shanghai());
        println!("{filler:?}: {:?}", begun.elapsed());
        assert_eq!(found, read(&text[..text.floor_char_boundary(MAX_BYTES)], now(), &Zone::shanghai()), "{filler}");
        assert!(found.iter().all(|reading| reading.text.len() <= MAX_BYTES), "{filler}");
    }
}

#[test]
fn what_is_not_seen_changes_nothing() {
    let plain = only("预警：周海，13800009901，高危，青石镇柳湾村3组");
    let strange = only("\u{202e}预警\u{200b}：\u{feff}周海，138\u{200d}00009901\u{0}，高\u{2066}危，青石镇柳湾村3组");
    assert_eq!(Reading { text: String::new(), ..plain }, Reading { text: String::new(), ..strange });
}

#[test]
fn numbers_that_are_no_telephones() {
    for number in
        ["6222000013800001234", "330100198001013800", "13800001234567", "YJ13800001234", "120000000000", "1380000123"]
    {
        assert_eq!(only(&format!("高危预警：周海，{number}，青石镇柳湾村3组，被骗")).telephone, None, "{number}");
    }
}

#[test]
fn telephones_of_others() {
    for other in [
        "报警人王强 13800000001",
        "反诈民警小王（13800000001）",
        "联系人：王强，电话：13800000001",
        "对方号码17000000001",
        "请反馈至13800000001",
        "王警官13800000001",
        "13800000001（民警）",
    ] {
        let reading = only(&format!("高危预警：周海，13800009901，青石镇柳湾村3组，疑似被骗。{other}"));
        assert_eq!(reading.telephone.as_deref(), Some("13800009901"), "{other}");
        assert!(reading.unsure.is_empty(), "{other}: {:?}", reading.unsure);
        let reading = only(&format!("高危预警：周海，青石镇柳湾村3组，疑似被骗。{other}"));
        assert_eq!(reading.telephone, None, "{other}");
    }
}

#[test]
fn times_in_words() {
    for (said, time) in [
        ("3月5日9时12分", "2026-03-05T09:12:00+08:00"),
        ("2026年3月5日上午9点12分", "2026-03-05T09:12:00+08:00"),
        ("二〇二六年三月四日二十时整", "2026-03-04T20:00:00+08:00"),
        ("2026.3.5 09:12:30", "2026-03-05T09:12:30+08:00"),
        ("20260305 09:12", "2026-03-05T09:12:00+08:00"),
        ("3-5 9:12", "2026-03-05T09:12:00+08:00"),
        ("今早七点半", "2026-03-05T07:30:00+08:00"),
        ("昨晚8点", "2026-03-04T20:00:00+08:00"),
        ("昨天下午三点一刻", "2026-03-04T15:15:00+08:00"),
        ("前天中午12点", "2026-03-03T12:00:00+08:00"),
        ("凌晨两点", "2026-03-05T02:00:00+08:00"),
        ("9:12", "2026-03-05T09:12:00+08:00"),
        ("23:40", "2026-03-04T23:40:00+08:00"),
        ("12月31日23:05", "2025-12-31T23:05:00+08:00"),
        ("半小时前", "2026-03-05T09:30:00+08:00"),
        ("一个半小时前", "2026-03-05T08:30:00+08:00"),
        ("刚刚", "2026-03-05T10:00:00+08:00"),
        ("4号晚上9点", "2026-03-04T21:00:00+08:00"),
    ] {
        let reading = only(&format!("{said}市反诈中心下发高危预警：周海，13800009901"));
        assert_eq!(reading.issued, Some(Time::parse(time).unwrap()), "{said}");
    }
    for said in ["9点左右", "约9点", "9点多"] {
        assert_eq!(
            only(&format!("今天{said}市反诈中心下发高危预警：周海，13800009901")).unsure,
            [Item::Issued],
            "{said}"
        );
    }
    for said in ["请于今天12点前见面", "昨晚8点转账两万", "2小时内反馈"] {
        assert_eq!(only(&format!("高危预警：周海，13800009901，疑似被骗，{said}")).issued, None, "{said}");
    }
}

#[test]
fn what_is_left_over_is_not_lost() {
    let text = "1、周海，１３８００００９９０１，高危，爱下棋；\n2、周江，13800009902，中危，养鸽子。\n市反诈中心";
    let found = read(text, now(), &Zone::shanghai());
    let texts: Vec<&str> = found.iter().map(|reading| reading.text.as_str()).collect();
    assert_eq!(texts, ["周海，１３８００００９９０１，高危，爱下棋；", "周江，13800009902，中危，养鸽子"]);
    assert!(found.iter().all(|reading| reading.issuer.as_deref() == Some("市反诈中心")));
}

#[test]
fn words_of_fields_are_those_of_the_reading() {
    let value = serde_json::to_value(Reading::default()).unwrap();
    for item in Item::KNOWN {
        assert!(value.get(item.word()).is_some(), "{item}");
    }
}
