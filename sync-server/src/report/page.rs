//! Pages for printing.
//!
//! Floor: sync-server, report. Invariants: whatever somebody wrote is text and nothing else, whatever it is made of; a
//! page needs no other file and no network; it names who had it made and when.

use std::collections::BTreeMap;
use std::fmt::Write;

use qiaomen_core::dossier::{Entry, Recording};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{KeptAt, Kind, PersonId, Record, Recorder, Time, Value, Zone};

use super::dossier::Dossier;

const STYLE: &str = "\
:root{--ink:#1d2129;--soft:#5c6470;--line:#d9dde3;--alarm:#b3261e}\
*{box-sizing:border-box}body{font:14px/1.5 system-ui,\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;color:var(--ink);\
margin:24px auto;max-width:1080px;padding:0 16px}h1{font-size:22px;margin:0}p{margin:4px 0 16px;color:var(--soft)}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:7px 10px;\
border-bottom:1px solid var(--line)}th{font-weight:600;color:var(--soft);font-size:12px;white-space:nowrap}\
td.t{font-variant-numeric:tabular-nums;white-space:nowrap}td small{color:var(--soft);display:block}b.a{color:var(--alarm)}\
tr{break-inside:avoid}thead{display:table-header-group}dl{margin:0;display:grid;grid-template-columns:auto 1fr;gap:0 10px}\
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;unicode-bidi:isolate}h1,td b{unicode-bidi:isolate}\
@media(max-width:640px){table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:3px 0}\
tr{border-bottom:1px solid var(--line);padding:8px 0}}@media print{body{margin:0;max-width:none;font-size:11px}@page{margin:14mm}}";

/// Text as it stands in a page: nothing in it is a mark, and what cannot be seen is shown.
fn text(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            // Marks that turn the direction of what follows, and those that control a terminal.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => out.push('\u{fffd}'),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
}

/// What a kind is called.
const fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Alert => "预警指令",
        Kind::Visit => "走访",
        Kind::Raise => "提高等级",
        Kind::Receipt => "接收",
        Kind::Feedback => "反馈",
        Kind::Clearance => "解除风险",
        Kind::Withdrawal => "撤回解除",
        Kind::Extension => "延长回访",
        Kind::Sending => "派人",
        Kind::HandOver => "移交",
        Kind::Pledge => "承诺书",
        Kind::Consent => "不计入统计",
        Kind::Review => "审核",
        Kind::MoneySent => "已转账",
        Kind::StopPayment => "止付",
        Kind::Seen => "已查看",
        Kind::Recall => "指令撤销",
        Kind::Join => "并案",
        Kind::Transfer => "移交外地",
        Kind::Proposal => "建议解除",
        Kind::Comment => "批注",
        Kind::TakeBack => "收回移交",
        Kind::CustodyDecision => "责任裁定",
        Kind::Routing => "流转规则",
        Kind::Duty => "值班",
        Kind::Script => "话术",
        Kind::Reminder => "提醒",
        Kind::Phase => "行动阶段",
        Kind::Rulebook => "回访规则",
        Kind::PledgeText => "承诺书文本",
        Kind::Question => "待核问题",
        Kind::Whereabouts => "位置共享",
        Kind::Decision => "更正裁定",
        Kind::Draw => "抽样",
        Kind::CallBack => "电话回访",
        Kind::Area => "区域",
        Kind::Person => "人员",
        Kind::Household => "住户",
        Kind::Unit => "单位",
        Kind::Unknown(_) => "其他",
    }
}

/// What the fields that are printed are called, in the order in which they are printed. Identifiers are not, nor what
/// stands in columns of its own.
const FIELDS: &[(&str, &str)] = &[
    ("name", "姓名"),
    ("telephone", "电话"),
    ("level", "等级"),
    ("issuer", "发布单位"),
    ("issued", "下发时间"),
    ("reached_station", "到所时间"),
    ("passed_on", "转办时间"),
    ("until", "截至"),
    ("platform_number", "指令编号"),
    ("purpose", "事由"),
    ("outcome", "结果"),
    ("risk", "风险判断"),
    ("met_others", "其他在场人"),
    ("state", "审核结果"),
    ("step", "进度"),
    ("fen", "金额（元）"),
    ("to", "收款方"),
    ("institution", "机构"),
    ("hands", "去向"),
    ("place", "地点"),
    ("accepted_by", "接收人"),
    ("dissuasion.fraud", "诈骗类型"),
    ("dissuasion.script", "话术"),
    ("dissuasion.deeply_taken_in", "深度受骗"),
    ("dissuasion.officers", "民警"),
    ("dissuasion.team", "队员"),
    ("dissuasion.courtesy", "文明礼貌、保护隐私"),
    ("dissuasion.recorded_with", "录制设备"),
    ("dissuasion.recorded_by", "录制人"),
    ("dissuasion.kept_as", "录像编号"),
    ("photos.taken_with", "拍照设备"),
    ("photos.taken_by", "拍照人"),
    ("photos.kept_at", "照片存放处"),
    ("photos.kept_as", "照片编号"),
    ("template", "承诺书版本"),
    ("archive_number", "归档号"),
    ("visited", "此前上门"),
    ("explained", "讲解过骗术"),
    ("signed", "签过承诺书"),
    ("app", "装有国家反诈中心"),
    ("met_in_time", "劝阻及时"),
    ("satisfied", "满意度（1–5）"),
    ("note", "备注"),
    ("reason", "原因"),
    ("text", "内容"),
    ("comment", "意见"),
    ("next_step", "下一步"),
];

/// Of these fields the value is a moment.
const TIMES: &[&str] = &["issued", "reached_station", "passed_on", "until"];

/// What the sets that are printed are called.
const SETS: &[(&str, &str)] = &[
    ("given", "发放"),
    ("explained", "讲解"),
    ("observations", "神情表现"),
    ("dissuasion.steps", "劝阻步骤"),
    ("dissuasion.brought_in", "请来协助"),
    ("dissuasion.ways", "方式"),
    ("dissuasion.care", "善后"),
];

/// What the members of sets are called; others stand as they are.
const MEMBERS: &[(&str, &str)] = &[
    ("identity_shown", "出示身份"),
    ("reason_said", "说明来意"),
    ("kind_judged", "判断类型"),
    ("script_used", "使用话术"),
    ("tricks_explained", "讲解骗术"),
    ("cases_told", "以案说法"),
    ("questions_answered", "答疑"),
    ("repeated", "再次强调"),
    ("relatives", "亲属"),
    ("friends", "朋友邻居"),
    ("colleagues", "同事"),
    ("officer", "社区民警"),
    ("in_person", "当面"),
    ("telephone", "电话"),
    ("online", "线上"),
    ("through_relatives", "通过亲属"),
    ("counselling", "心理疏导"),
    ("guidance", "维权指引"),
    ("legal_aid", "法律援助"),
    ("escalated", "上报"),
    ("flustered", "慌张"),
    ("evasive", "回避"),
    ("incoherent", "语无伦次"),
    ("body_camera", "执法记录仪"),
    ("video_recorder", "录像机"),
    ("camera", "相机"),
];

/// What words that are printed are called; others stand as they are.
const WORDS: &[(&str, &str)] = &[
    ("low", "低危"),
    ("medium", "中危"),
    ("high", "高危"),
    ("extreme", "特危"),
    ("door", "入户宣传"),
    ("first_contact", "首次联系"),
    ("dissuasion", "见面劝阻"),
    ("follow_up", "回访"),
    ("met", "见面"),
    ("nobody_home", "家中无人"),
    ("refused", "拒绝"),
    ("moved", "已搬走"),
    ("inaccessible", "无法到达"),
    ("telephone_only", "仅电话"),
    ("none", "无风险"),
    ("may_be_defrauded_again", "可能再次被骗"),
    ("asked", "已申请止付"),
    ("frozen", "已止付"),
    ("released", "已解除止付"),
    ("has_issues", "有问题"),
    ("approved", "通过"),
    ("rejected", "不通过"),
    ("other_place", "外地接管"),
    ("from_afar", "远程回访"),
    ("refund_rebate_task", "刷单返利"),
    ("fake_investment", "虚假投资理财"),
    ("fake_loan", "虚假贷款"),
    ("fake_customer_service", "冒充客服"),
    ("impersonating_authority", "冒充公检法"),
    ("impersonating_acquaintance", "冒充熟人"),
    ("game_trade", "游戏交易"),
    ("romance", "网络婚恋"),
    ("health_products", "养老、保健品"),
    ("other", "其他"),
    ("reached", "已接通"),
    ("no_answer", "无人接听"),
    ("wrong_number", "号码有误"),
    ("yes", "是"),
    ("no", "否"),
    ("unknown", "不清楚"),
];

/// Of these fields the value is one of the words.
const WORDED: &[&str] = &[
    "level",
    "purpose",
    "outcome",
    "risk",
    "state",
    "step",
    "hands",
    "visited",
    "explained",
    "signed",
    "app",
    "met_in_time",
    "dissuasion.fraud",
    "dissuasion.recorded_with",
    "photos.taken_with",
    "photos.kept_at",
];

/// Of these fields the value is a device: a telephone is one here, and not a call.
const DEVICES: &[&str] = &["dissuasion.recorded_with", "photos.taken_with"];

fn value(out: &mut String, key: &str, value: &Value) {
    match value {
        Value::Text(word) if DEVICES.contains(&key) && **word == *Recorder::Telephone.word() => text(out, "手机"),
        Value::Text(word) if key == "photos.kept_at" => text(out, kept(&KeptAt::from_word(word))),
        Value::Text(word) if WORDED.contains(&key) => {
            let known = WORDS.iter().chain(MEMBERS).find(|(have, _)| **have == **word).map(|(_, name)| *name);
            text(out, known.unwrap_or(word));
        }
        Value::Text(said) => text(out, said),
        // Writing into a String cannot fail.
        Value::Int(fen) if key == "fen" => {
            let _ = write!(out, "{}.{:02}", fen.div_euclid(100), fen.rem_euclid(100));
        }
        Value::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Bool(true) => out.push('是'),
        Value::Bool(false) => out.push('否'),
        _ => {}
    }
}

/// Whom a record is about besides who wrote it: to whom an alert goes.
const fn other(record: &Record) -> Option<(&'static str, PersonId)> {
    match record {
        Record::HandOver(offer) => Some(("移交给", offer.to)),
        Record::Sending(sent) => Some(("派出", sent.person)),
        Record::CustodyDecision(decision) => Some(("责任人", decision.owner)),
        _ => None,
    }
}

fn details(out: &mut String, record: &Record, names: &BTreeMap<PersonId, String>, zone: &Zone) {
    let fields = record.fields();
    out.push_str("<dl>");
    if let Some((what, person)) = other(record) {
        let _ = write!(out, "<dt>{what}</dt><dd>");
        text(out, names.get(&person).map_or("（不明）", String::as_str));
        out.push_str("</dd>");
    }
    for (key, name) in FIELDS {
        let Some(found) = fields.get(key).filter(|found| !found.is_null() && !matches!(found, Value::Bytes(_))) else {
            continue;
        };
        let _ = write!(out, "<dt>{name}</dt><dd>");
        match found {
            Value::Int(millis) if TIMES.contains(key) => out.push_str(&zone.written(Time::from_millis(*millis))),
            found => value(out, key, found),
        }
        out.push_str("</dd>");
    }
    for (key, name) in SETS {
        let prefix = format!("{key}/");
        let members: Vec<&str> = fields
            .under(&prefix)
            .filter(|(_, value)| **value == Value::Bool(true))
            .map(|(member, _)| MEMBERS.iter().find(|(have, _)| *have == member).map_or(member, |(_, name)| name))
            .collect();
        if !members.is_empty() {
            let _ = write!(out, "<dt>{name}</dt><dd>");
            text(out, &members.join("、"));
            out.push_str("</dd>");
        }
    }
    if let Some(Value::Map(places)) = fields.get("places") {
        for (_, place) in places.iter() {
            if let Value::Map(place) = place {
                out.push_str("<dt>地点</dt><dd>");
                text(out, place.text("address").or_else(|_| place.text("label")).unwrap_or_default());
                out.push_str("</dd>");
            }
        }
    }
    out.push_str("</dl>");
}

fn recording(recording: &Recording) -> &str {
    match recording {
        Recording::NotOwed => "",
        Recording::Missing => "<b class=a>无录音录像</b>",
        Recording::Kept(Some(KeptAt::Unknown(_)) | None) => "已录，存放地未说明",
        Recording::Kept(Some(place)) => kept(place),
    }
}

/// Where a recording is, or photos are.
fn kept(place: &KeptAt) -> &str {
    match place {
        KeptAt::Police => "公安机关保存",
        KeptAt::Village => "村（社区）保存",
        KeptAt::Device => "设备中",
        KeptAt::Attached => "已附",
        KeptAt::Unknown(word) => word,
    }
}

fn entry(out: &mut String, entry: &Entry, names: &BTreeMap<PersonId, String>, zone: &Zone) {
    let _ = write!(out, "<tr><td class=t>{}", zone.written(entry.at));
    if entry.doubtful {
        out.push_str("<small><b class=a>时钟存疑</b></small>");
    }
    out.push_str("</td><td class=t>");
    match entry.arrived {
        Some(arrived) => out.push_str(&zone.written(arrived)),
        None => out.push_str("未到"),
    }
    if let Some(late) = entry.entered_late_minutes {
        let _ = write!(out, "<small>补录，晚 {late} 分钟</small>");
    }
    let _ = write!(out, "</td><td><b>{}</b><small>", kind(&entry.kind));
    text(out, names.get(&entry.by).map_or("系统", String::as_str));
    out.push_str("</small></td><td>");
    details(out, &entry.record, names, zone);
    let _ = write!(out, "</td><td>{}</td></tr>", recording(&entry.recording));
}

/// A dossier as a page, which says for whom and when it was made.
#[must_use]
pub fn dossier(
    found: &Dossier,
    names: &BTreeMap<PersonId, String>,
    zone: &Zone,
    (reader, now): (&str, Time),
) -> String {
    let mut out = String::with_capacity(4_096 + found.entries.len() * 512);
    out.push_str("<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width\"><title>一人一档</title><style>");
    out.push_str(STYLE);
    out.push_str("</style><h1>一人一档 · ");
    text(&mut out, &found.name);
    let _ = write!(out, "</h1><p>共 {} 条记录 · 打印人 ", found.entries.len());
    text(&mut out, reader);
    let _ = write!(out, " · {}</p><table><thead><tr>", zone.written(now));
    for head in ["发生时间", "到达时间", "事项 / 记录人", "内容", "录音录像"] {
        let _ = write!(out, "<th scope=col>{head}</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for found in &found.entries {
        entry(&mut out, found, names, zone);
    }
    out.push_str("</tbody></table>");
    if !found.corrections.is_empty() {
        out.push_str("<h1>更正记录</h1><table><thead><tr>");
        for head in ["到达时间", "更正人", "字段", "原为", "改为"] {
            let _ = write!(out, "<th scope=col>{head}</th>");
        }
        out.push_str("</tr></thead><tbody>");
        for one in &found.corrections {
            let _ = write!(out, "<tr><td class=t>{}</td><td>", zone.written(one.arrived));
            text(&mut out, names.get(&one.by).map_or("系统", String::as_str));
            let last = one.field.rsplit('.').next().unwrap_or_default();
            let name = FIELDS.iter().find(|(key, _)| *key == last).map_or(last, |(_, name)| name);
            for cell in [name, one.before.as_deref().unwrap_or("—"), one.after.as_deref().unwrap_or("—")] {
                out.push_str("</td><td>");
                text(&mut out, cell);
            }
            out.push_str("</td></tr>");
        }
        out.push_str("</tbody></table>");
    }
    out.push_str("</html>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_is_text_whatever_it_is_made_of() {
        let mut out = String::new();
        text(&mut out, "<script>\"&'\u{202e}\u{7}\n王");
        assert_eq!(out, "&lt;script&gt;&quot;&amp;&#39;\u{fffd}\u{fffd}<br>王");
    }

    #[test]
    fn every_printed_field_is_a_field_of_some_kind_and_every_kind_has_a_name() {
        let mut all: Vec<String> = Vec::new();
        for kind in Kind::KNOWN {
            for spec in kind.fields() {
                all.push(spec.key.to_owned());
                if let qiaomen_core::record::Shape::Group(inner) = spec.shape {
                    all.extend(inner.iter().map(|inner| format!("{}.{}", spec.key, inner.key)));
                }
            }
            assert_ne!(super::kind(kind), "其他", "{}", kind.word());
        }
        for (key, _) in FIELDS {
            assert!(all.iter().any(|have| have == key), "{key}");
        }
        for key in WORDED {
            assert!(FIELDS.iter().any(|(have, _)| have == key), "{key}");
        }
    }
}
