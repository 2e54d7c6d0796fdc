//! What an alert's paper says of itself: its number and who issued it.
//!
//! Floor: message; pure. Invariants: a number without a label is believed only if it has the form of one and is no
//! telephone, card or ID number; an office is the issuer where it sends (下发, 来电, 接…预警), not where it is to be told.

use super::labels::{Field, Mark};
use super::letters::{Letters, Span, is_bracket, is_full_stop, is_han, is_stop};
use super::lexicon::Words;
use super::terms::ORGANS;

/// The longest number that is believed.
const LONGEST: usize = 60;

/// The alert's number on the issuer's platform.
pub(super) fn number(letters: &Letters, span: &Span, marks: &[Mark]) -> Option<String> {
    for mark in marks.iter().filter(|mark| mark.field == Field::Number && span.contains(&mark.start)) {
        if let Some(found) = token(letters, mark.value.start, mark.value.end) {
            return Some(found);
        }
    }
    // 第2026030512号指令, 预警[2026]12号, YJ202603050012
    let mut at = span.start;
    while at < span.end {
        if letters.at(at) == Some('第') {
            let end = letters
                .until(at + 1..(at + 30).min(span.end), |letter| !letter.is_ascii_alphanumeric() && letter != '-');
            if letters.at(end) == Some('号') && end - at > 3 {
                return Some(letters.text(at + 1..end));
            }
        }
        let free = letters.before(at).is_none_or(|before| !before.is_ascii_alphanumeric() && before != '-');
        if free && letters.at(at).is_some_and(|letter| letter.is_ascii_alphabetic()) {
            let end = letters.until(at..(at + LONGEST).min(span.end), |letter| {
                !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_'
            });
            let digits = letters.slice(at..end).iter().filter(|letter| letter.is_ascii_digit()).count();
            let place = letters.longest(end, &["栋", "幢", "座", "室", "号楼", "单元", "区"]).is_some();
            let hidden = marks
                .iter()
                .any(|mark| matches!(mark.field, Field::Hidden | Field::Address) && mark.value.contains(&at));
            if digits >= 5 && !place && !hidden {
                return Some(letters.text(at..end));
            }
            at = end.max(at + 1);
            continue;
        }
        if free && letters.at(at).is_some_and(|letter| letter.is_ascii_digit()) {
            let end = letters.until(at..(at + LONGEST).min(span.end), |letter| !letter.is_ascii_digit());
            let named = letters
                .longest_before(at, &["指令", "预警", "工单", "指令#", "预警#", "#", "指令(", "预警(", "指令【", "No."])
                .is_some();
            if named && end - at >= 6 && end - at != 11 {
                return Some(letters.text(at..end));
            }
            at = end.max(at + 1);
            continue;
        }
        at += 1;
    }
    None
}

/// The number in the first column of a table that has one.
pub(super) fn column(letters: &Letters, row: &Span, heads: &[Span]) -> Option<String> {
    let headed = heads.iter().any(|head| letters.has(head.clone(), &["编号", "单号", "指令号", "预警号"]));
    let start = letters.until(row.clone(), |letter| letter.is_alphanumeric());
    let end = letters.until(start..row.end, |letter| !letter.is_ascii_alphanumeric() && letter != '-');
    let digits = letters.slice(start..end).iter().filter(|letter| letter.is_ascii_digit()).count();
    (headed && digits > 2 && end - start != 11).then(|| letters.text(start..end))
}

/// The number that begins at a place: letters, digits, and what joins them.
fn token(letters: &Letters, mut start: usize, limit: usize) -> Option<String> {
    while start < limit && matches!(letters.at(start), Some('#' | ' ' | '[' | '【' | '"' | '“')) {
        if letters.at(start) == Some('[') && letters.at(start + 1).is_some_and(|letter| letter.is_ascii_digit()) {
            break;
        }
        start += 1;
    }
    let mut end = letters.until(start..limit.min(start + LONGEST), |letter| {
        is_stop(letter) && letter != '—'
            || letter == ' '
            || is_bracket(letter) && !matches!(letter, '〔' | '〕' | '[' | ']' | '(' | ')')
            || letter == ':'
    });
    // Of Chinese letters only those that lead to the number's year and the last 号 belong to it.
    let digits = letters.slice(start..end).iter().rposition(|letter| letter.is_ascii_digit())?;
    let last = start + digits + 1;
    end = end.min(last + letters.slice(last..end).iter().take_while(|letter| letter.is_ascii_alphanumeric()).count());
    let closes = |open: char, close: char| letters.at(end) == Some(close) && letters.slice(start..end).contains(&open);
    if letters.at(end) == Some('号') && !letters.starts(end, "号码") || closes('[', ']') || closes('(', ')') {
        end += 1;
    }
    // 第26030501号 is 26030501; within a longer one the words stay.
    if letters.at(start) == Some('第') && letters.before(end) == Some('号') {
        return Some(letters.text(start + 1..end - 1));
    }
    let sentence = letters.slice(start..end).windows(2).position(|two| two[0] == '.' && is_han(two[1]));
    if let Some(cut) = sentence {
        end = start + cut;
    }
    // A word between the number and another one: 编号YJ01姓名.
    let han = letters.slice(start..end).windows(2).position(|two| {
        two[0].is_ascii_digit() && is_han(two[1]) && two[1] != '号' && two[1] != '第' && two[1] != '年'
    });
    if let Some(cut) = han {
        end = start + cut + 1;
    }
    let text = letters.text(start..end);
    let counted = text.chars().filter(char::is_ascii_digit).count() > 0;
    let plain = if letters.slice(start..end).iter().any(|letter| is_han(*letter)) {
        text
    } else {
        text.trim_end_matches('号').to_owned()
    };
    (counted && plain.len() > 1).then_some(plain)
}

/// The longest words that an office's name ends with.
static OFFICES: Words = Words::new(
    "\
    反诈中心 反电诈中心 反诈骗中心 反诈办 反诈专班 反诈大队 反诈支队 反诈联席办 反诈办公室 反诈工作专班 \
    刑侦支队 刑侦大队 刑警支队 刑警大队 网安支队 网安大队 公安局 公安分局 分局 派出所 公安厅 公安部 省厅 市局 \
    县局 区局 总队 反诈 刑侦 警务室 联席办 打击治理办 新型犯罪打击中心 新型犯罪侦查中心 犯罪侦查支队 预警中心 \
    反诈指挥部 经侦支队 经侦大队 网警支队 刑大 合成作战中心 反诈预警中心 预警劝阻中心 反诈中队 打击电诈专班 \
    反诈平台 反诈骗平台 公安 反诈预警平台 预警平台 指挥中心 反诈劝阻中心 劝阻中心 专班 反诈队",
);

/// What may stand before it as a part of its name.
static PLACES: Words = Words::new("省 市 县 区 州 镇 局 部 厅 乡 旗 街道 分局 公安局 支队 大队 总队 公安");

/// What comes before an office and is no part of its name.
static LEADS: Words = Words::new(
    "\
    接到 收到 接 据 根据 由 经 按 来自 请 向 到 与 联系 致电 以上 转 转发 已 刚 刚刚 刚才 和 是 今天 昨天 的 \
    于 从 在 被 给 至 报 对 时 分 点 日 上午 下午 晚上 晚 我 您 你 说 今日 昨日 昨晚 早上 中午 前 半 得 称 \
    接报 许 及 让 拨打 下载 安装 冒充 自称 应 依 系 落款 来源 各位 转自 据悉 关于 核 为 该 刻 整 钟",
);

/// What an office does that issues.
static SENDS: Words = Words::new(
    "\
    下发 推送 发布 发来 签发 派发 派单 通报 通知 转来 来电 交办 下达 指令 预警 打来 推来 推了 推 下的 下了 \
    发的 转办 流转 电话 刚刚 刚 发现 监测 研判 转 提示 反映 告知 派 来了 提供 发出 来指令 消息 要求 传来 发 说 \
    来",
);

/// What is to be done towards an office: it is told, not telling.
static TOWARDS: Words =
    Words::new("反馈 报 拨打 下载 安装 冒充 自称 汇报 到 送 去 咨询 致电 假 回复 联系 假冒 报送 带至 向 请");

/// Who issued the alert.
pub(super) fn issuer(letters: &Letters, span: &Span, marks: &[Mark]) -> Option<String> {
    for field in [Field::Unit, Field::Source] {
        for mark in marks.iter().filter(|mark| mark.field == field && span.contains(&mark.start)) {
            let end =
                letters.until(mark.value.clone(), |letter| is_stop(letter) || letter == ' ' || is_bracket(letter));
            let value = mark.value.start..end;
            if let Some((found, _)) = office(letters, &value, &value) {
                // A label names it whole, also where it ends with what is no office of ours.
                return Some(if field == Field::Unit { letters.text(value) } else { letters.text(found) });
            }
            let text = letters.text(value.clone());
            let named = letters.has(mark.start..mark.value.start, &["单位", "部门", "机关", "机构", "方"]);
            if field == Field::Unit
                && named
                && (3..=30).contains(&text.chars().count())
                && letters.at(value.start).is_some_and(is_han)
                && letters.slice(value).iter().all(|letter| is_han(*letter) || letter.is_ascii_alphanumeric())
            {
                return Some(text);
            }
        }
    }
    let mut best: Option<(Span, i32)> = None;
    let mut at = span.start;
    while at < span.end {
        let Some((found, score)) = office(letters, &(at..span.end), span) else { break };
        at = found.end.max(at + 1);
        let hidden = marks.iter().any(|mark| {
            matches!(mark.field, Field::OtherTime | Field::Hidden | Field::Somebody)
                && mark.value.contains(&found.start)
                || mark.field == Field::Note
                    && mark.value.start == found.start
                    && letters.slice(mark.start..mark.value.start).contains(&'位')
                || mark.field == Field::Number && mark.value.contains(&found.start)
                || mark.field != Field::Note && mark.start <= found.start && found.start < mark.value.start
        });
        if score > 0 && !hidden && best.as_ref().is_none_or(|(_, most)| score > *most) {
            best = Some((found, score));
        }
    }
    best.map(|(span, _)| letters.text(span))
}

/// The first office in a stretch, and how surely it issues.
fn office(letters: &Letters, within: &Span, span: &Span) -> Option<(Span, i32)> {
    let (at, length) = letters.first(within.clone(), &OFFICES)?;
    let mut end = at + length;
    // 市公安局刑侦支队反诈中心 is one.
    while let Some((next, length)) = letters.first(end..within.end.min(end + 14), &OFFICES) {
        let between = letters.slice(end..next);
        let joined = between.iter().all(|letter| is_han(*letter))
            && between.len() <= 4
            && !letters.has(end..next, &SENDS)
            && !letters.has(end..next, &LEADS);
        if !joined {
            break;
        }
        end = next + length;
    }
    if letters.starts(end, "平台") {
        end += 2;
    }
    let mut start = at;
    while start > within.start && at - start < 12 && letters.before(start).is_some_and(is_han) {
        if letters.longest_before(start, &LEADS).is_some() && letters.longest_before(start, &PLACES).is_none() {
            break;
        }
        start -= 1;
    }
    // What cannot be a part of the name: an office begins with the name of a place.
    let name = letters.slice(start..at);
    if let Some(cut) = name.iter().rposition(|letter| "在正是要请说把们个条时分点,有与给并需了至".contains(*letter))
    {
        start += cut + 1;
    }
    let text: String = letters.slice(start..end).iter().collect();
    let station = text.ends_with("派出所") || text.ends_with("警务室");
    let before = letters
        .longest_before(
            start,
            &[
                "我是",
                "这里是",
                "我们是",
                "接",
                "接到",
                "据",
                "收到",
                "根据",
                "由",
                "经",
                "来自",
                "转",
                "按",
                "转自",
                "接到了",
                "接报",
                "转发",
            ],
        )
        .is_some();
    let towards = letters.longest_before(start, &TOWARDS).is_some() && !before;
    let mut next = letters.past_blanks(end);
    // (…), a name and an office-holder's title may stand between.
    let near = letters.until(next..span.end.min(next + 24), is_full_stop);
    let sends = letters.first(next..near, &SENDS).filter(|(at, _)| *at <= next + 16);
    let mut score = 0;
    if before {
        score += 40;
    }
    // A station is heard of for many reasons; it issues where it sends.
    let sends = sends.filter(|(verb, _)| {
        !station || letters.longest(*verb, &["预警", "说", "提示", "要求", "发现", "反映", "发"]).is_none()
    });
    if let Some((verb, _)) = sends {
        let stop = letters.until(next..verb, is_stop) < verb;
        score += if verb <= next + 1 {
            40
        } else if stop {
            8
        } else {
            22
        };
    }
    if letters.at(next) == Some(':')
        || letters.before(start) == Some('【')
        || letters.before(start) == Some('[')
        || letters.before(start) == Some('—')
        || letters.before(start) == Some('-')
    {
        score += 40;
        next += 1;
    }
    // Under or above everything, as a letter has it.
    let line_start = matches!(letters.before(start), None | Some('\n' | '“' | '"' | ' ' | '(' | '。'));
    let line_end = matches!(letters.at(next), None | Some('\n' | '”' | ' '))
        || letters.at(next).is_some_and(|letter| letter.is_ascii_digit())
        || letters.at(next) == Some(')') && letters.at(next + 1).is_none();
    if line_start && line_end {
        score += 30;
    }
    let receives = letters
        .longest(
            end,
            &[
                "接到", "签收", "接收", "收到", "接", "于", "APP", "app", "请", "认领", "处置", "负责", "联系", "尽快",
                "和", "及", "核查",
            ],
        )
        .is_some();
    if station {
        score -= 15;
    }
    if receives || towards || letters.starts(end, "APP") || letters.starts(end, "宣传") {
        score -= 60;
    }
    if ["所属", "管辖", "辖区", "责任", "接收", "属地", "处置", "签收", "归属", "所在"]
        .iter()
        .any(|word| text.starts_with(word))
    {
        score -= 100;
    }
    let mut label = start;
    while matches!(letters.before(label), Some(' ' | ':')) {
        label -= 1;
    }
    if letters
        .longest_before(
            label,
            &[
                "签收派出所",
                "所属派出所",
                "管辖派出所",
                "辖区派出所",
                "接收派出所",
                "属地派出所",
                "责任派出所",
                "接收单位",
                "签收单位",
                "责任单位",
                "管辖单位",
                "接警单位",
            ],
        )
        .is_some()
    {
        score -= 100;
    }
    let bare = start == at && ["反诈", "刑侦", "公安", "专班", "总队", "分局", "公安局"].contains(&text.as_str());
    if bare || !ORGANS.iter().any(|organ| text.contains(organ)) && start == at {
        score -= 30;
    }
    Some((start..end, score))
}
