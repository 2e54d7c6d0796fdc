//! What stored words are called, in both languages.
//!
//! Floor: console; pure. Invariants: every word that a record may hold has a row (a test walks the lists); one that is not
//! known is shown as it is.

use qiaomen_core::protocol::{exchange::Refusal, reasons};
use qiaomen_core::record::{Invalid, invalid::Reason};

use super::Lang;

/// Group, word, Chinese, English.
type Row = (&'static str, &'static str, &'static str, &'static str);

const WORDS: &[Row] = &[
    ("level", "low", "低危", "Low"),
    ("level", "medium", "中危", "Medium"),
    ("level", "high", "高危", "High"),
    ("level", "extreme", "特危", "Extreme"),
    ("origin", "funds_side", "资金侧", "Funds side"),
    ("origin", "other", "其他", "Other"),
    ("area_level", "county", "县（区）", "County"),
    ("area_level", "town", "镇", "Town"),
    ("area_level", "village", "村（社区）", "Village"),
    ("area_level", "courtyard", "小区", "Courtyard"),
    ("area_level", "grid", "网格", "Grid"),
    ("area_level", "building", "楼栋", "Building"),
    ("role", "volunteer", "志愿者", "Volunteer"),
    ("role", "grid_worker", "网格员", "Grid worker"),
    ("role", "team_head", "队长", "Team head"),
    ("role", "police", "民警（辅警）", "Police"),
    ("role", "supervisor", "督导员", "Supervisor"),
    ("role", "administrator", "管理员", "Administrator"),
    ("role", "integration", "对接系统", "Integration"),
    ("due", "first_contact", "首次联系", "First contact"),
    ("due", "first_meeting", "首次见面", "First meeting"),
    ("due", "feedback", "反馈", "Feedback"),
    ("due", "second_visit", "48 小时二次回访", "Second visit (48 h)"),
    ("due", "three_day_visit", "三天见面回访", "Three-day visit"),
    ("due", "month_end_judgement", "月末研判", "Month-end judgement"),
    ("state", "open", "待办", "Open"),
    ("state", "done", "已完成", "Done"),
    ("state", "late", "迟办", "Done late"),
    ("state", "overdue", "逾期", "Overdue"),
    ("state", "missed", "未办", "Missed"),
    ("state", "excused", "免办", "Excused"),
    ("result", "running", "处置中", "Running"),
    ("result", "cleared", "已解除", "Cleared"),
    ("result", "recalled", "已撤回", "Recalled"),
    ("result", "joined", "已并案", "Joined"),
    ("result", "lying", "到期未结", "Left lying"),
    ("result", "accident", "事故", "Accident"),
    ("purpose", "door", "入户宣传", "Door visit"),
    ("purpose", "first_contact", "首次联系", "First contact"),
    ("purpose", "dissuasion", "见面劝阻", "Dissuasion"),
    ("purpose", "follow_up", "回访", "Follow-up"),
    ("outcome", "met", "见到本人", "Met"),
    ("outcome", "nobody_home", "无人在家", "Nobody home"),
    ("outcome", "refused", "拒绝", "Refused"),
    ("outcome", "moved", "已搬走", "Moved"),
    ("outcome", "inaccessible", "无法进入", "Inaccessible"),
    ("outcome", "telephone_only", "仅电话联系", "Telephone only"),
    ("risk", "none", "无再次被骗风险", "No further risk"),
    ("risk", "may_be_defrauded_again", "可能再次被骗", "May be defrauded again"),
    ("given", "open_letter", "公开信", "Open letter"),
    ("given", "contact_card", "警民联系卡", "Contact card"),
    ("given", "pledge", "承诺书", "Pledge"),
    ("given", "leaflet", "宣传单", "Leaflet"),
    ("explained", "task_rebate", "刷单返利", "Task rebates"),
    ("explained", "investment", "虚假投资", "Fake investment"),
    ("explained", "loan", "虚假贷款", "Fake loans"),
    ("explained", "customer_service", "冒充客服", "Fake customer service"),
    ("explained", "impersonation", "冒充身份", "Impersonation"),
    ("explained", "romance", "网络交友", "Romance"),
    ("explained", "health_products", "保健品", "Health products"),
    ("explained", "personal_information", "个人信息保护", "Personal information"),
    ("explained", "app", "国家反诈中心 App", "The anti-fraud app"),
    ("explained", "cases", "近期案例", "Recent cases"),
    ("step", "identity_shown", "亮明身份", "Identity shown"),
    ("step", "reason_said", "说明来意", "Reason said"),
    ("step", "kind_judged", "判断诈骗类型", "Kind judged"),
    ("step", "script_used", "使用话术", "Script used"),
    ("step", "tricks_explained", "揭示手法", "Tricks explained"),
    ("step", "cases_told", "以案说法", "Cases told"),
    ("step", "questions_answered", "答疑", "Questions answered"),
    ("step", "repeated", "反复提醒", "Repeated"),
    ("brought_in", "relatives", "亲属", "Relatives"),
    ("brought_in", "friends", "朋友", "Friends"),
    ("brought_in", "colleagues", "同事", "Colleagues"),
    ("brought_in", "officer", "民警", "Officer"),
    ("way", "in_person", "当面", "In person"),
    ("way", "telephone", "电话", "By telephone"),
    ("way", "online", "线上", "Online"),
    ("way", "through_relatives", "通过亲属", "Through relatives"),
    ("care", "counselling", "心理疏导", "Counselling"),
    ("care", "guidance", "维权指引", "Guidance"),
    ("care", "legal_aid", "法律援助", "Legal aid"),
    ("care", "escalated", "上报处置", "Escalated"),
    ("recorder", "body_camera", "执法记录仪", "Body camera"),
    ("recorder", "video_recorder", "摄录设备", "Video recorder"),
    ("recorder", "telephone", "手机", "Telephone"),
    ("recorder", "other", "其他", "Other"),
    ("kept_at", "police", "公安机关", "With the police"),
    ("kept_at", "village", "村（社区）", "In the village"),
    ("kept_at", "device", "记录设备", "On the device"),
    ("kept_at", "attached", "随记录", "Attached"),
    ("first_hands", "station", "派出所", "The station"),
    ("first_hands", "team", "村（社区）队伍", "The local team"),
    ("first_hands", "joint", "派出所与队伍联合", "Both together"),
    ("language", "zh", "中文", "Chinese"),
    ("language", "en", "英文", "English"),
    ("asked", "who", "这条预警说的是谁？", "Who is this alert about?"),
    ("asked", "lower_level", "来源给出了更低的等级", "The sender names a lower level"),
    ("asked", "differs", "来源与本地的更正不一致", "The sender differs from what was put right here"),
    ("asked", "no_team", "该区域没有队伍负责", "No team answers for this area"),
    ("fraud", "refund_rebate_task", "刷单返利", "Task rebates"),
    ("fraud", "fake_investment", "虚假投资理财", "Fake investment"),
    ("fraud", "fake_loan", "虚假贷款", "Fake loan"),
    ("fraud", "fake_customer_service", "冒充电商客服", "Fake customer service"),
    ("fraud", "impersonating_authority", "冒充公检法", "Impersonating authority"),
    ("fraud", "impersonating_acquaintance", "冒充熟人领导", "Impersonating an acquaintance"),
    ("fraud", "game_trade", "游戏交易", "Game trade"),
    ("fraud", "romance", "网络婚恋交友", "Romance"),
    ("fraud", "health_products", "保健品", "Health products"),
    ("fraud", "other", "其他", "Other"),
    ("hands", "other_place", "转他处接手", "Another place"),
    ("hands", "from_afar", "异地回访", "From afar"),
    ("door", "lived_in", "有人居住", "Lived in"),
    ("door", "vacant", "空户", "Vacant"),
    ("door", "demolished", "已拆除", "Demolished"),
    ("door", "long_absent", "长期外出", "Long absent"),
    ("tag", "elderly", "老年人", "Elderly"),
    ("tag", "student", "学生", "Student"),
    ("tag", "finance_staff", "财务人员", "Finance staff"),
    ("tag", "easily_deceived", "易受骗", "Easily deceived"),
    ("stop", "asked", "已申请止付", "Stop-payment asked for"),
    ("stop", "frozen", "已止付", "Frozen"),
    ("stop", "released", "已解除止付", "Released"),
    ("review", "received", "已收到", "Received"),
    ("review", "has_issues", "有问题", "Has issues"),
    ("review", "edited", "已修改", "Edited"),
    ("review", "approved", "已通过", "Approved"),
    ("review", "rejected", "已驳回", "Rejected"),
    ("unit_sort", "school", "学校", "School"),
    ("unit_sort", "bank", "银行", "Bank"),
    ("unit_sort", "enterprise", "企业", "Enterprise"),
    ("unit_sort", "body", "机关", "Public body"),
    ("unit_sort", "institution", "事业单位", "Institution"),
    ("unit_sort", "market", "市场", "Market"),
    ("unit_sort", "other", "其他", "Other"),
    ("observation", "flustered", "慌张", "Flustered"),
    ("observation", "evasive", "躲闪", "Evasive"),
    ("observation", "incoherent", "语无伦次", "Incoherent"),
    ("observation", "on_the_telephone", "正在通话", "On the telephone"),
    ("observation", "money_sent", "已转账", "Money sent"),
    ("observation", "aware", "已有警觉", "Aware"),
    ("kind", "area", "区域", "Area"),
    ("kind", "person", "人员", "Person"),
    ("kind", "household", "住户", "Household"),
    ("kind", "unit", "单位", "Unit"),
    ("kind", "visit", "走访", "Visit"),
    ("kind", "pledge", "承诺书", "Pledge"),
    ("kind", "consent", "免计意见", "Consent"),
    ("kind", "review", "审核", "Review"),
    ("kind", "alert", "预警", "Alert"),
    ("kind", "receipt", "接收", "Taken"),
    ("kind", "feedback", "反馈", "Feedback"),
    ("kind", "sending", "派人", "Sending"),
    ("kind", "hand_over", "交接", "Hand-over"),
    ("kind", "raise", "升级", "Raise"),
    ("kind", "clearance", "解除", "Clearance"),
    ("kind", "withdrawal", "撤销解除", "Clearance withdrawn"),
    ("kind", "extension", "延期", "Extension"),
    ("kind", "recall", "撤回", "Recall"),
    ("kind", "join", "并案", "Join"),
    ("kind", "money_sent", "已转账", "Money sent"),
    ("kind", "stop_payment", "止付", "Stop-payment"),
    ("kind", "seen", "已查看", "Seen"),
    ("kind", "proposal", "解除建议", "Proposal to clear"),
    ("kind", "transfer", "移交", "Transfer"),
    ("kind", "comment", "备注", "Comment"),
    ("kind", "take_back", "收回交接", "Offer taken back"),
    ("kind", "custody_decision", "归属决定", "Custody decided"),
    ("kind", "routing", "派发规则", "Routing"),
    ("kind", "duty", "值班", "Duty"),
    ("kind", "script", "话术", "Script"),
    ("kind", "reminder", "提醒", "Reminder"),
    ("kind", "question", "待定问题", "Question"),
    ("kind", "whereabouts", "位置", "Whereabouts"),
    ("kind", "draw", "抽样", "Sample"),
    ("kind", "call_back", "电话回访", "Call back"),
    ("kind", "phase", "行动阶段", "Phase"),
    ("kind", "rulebook", "回访规则", "Rulebook"),
    ("kind", "pledge_text", "承诺书文本", "Pledge text"),
    ("kind", "decision", "更正裁定", "Decision"),
    ("call_outcome", "reached", "已接通", "Reached"),
    ("call_outcome", "no_answer", "无人接听", "No answer"),
    ("call_outcome", "refused", "拒绝回答", "Refused"),
    ("call_outcome", "wrong_number", "号码有误", "Wrong number"),
    ("said", "yes", "是", "Yes"),
    ("said", "no", "否", "No"),
    ("said", "unknown", "不清楚", "Does not know"),
    ("undone", "not_on_roster", "当时未登记在册", "Not on the roster then"),
    ("undone", "never_visited", "从未上门见到人", "Never visited"),
    ("undone", "no_pledge", "未签承诺书", "No pledge"),
    ("undone", "app_not_looked_at", "未查看国家反诈中心安装情况", "App not looked at"),
    ("undone", "reach_again_overdue", "易受骗人员逾期未再联系", "Not reached again in time"),
    ("undone", "not_accepted", "预警无人接收", "Alert not accepted"),
    ("undone", "first_contact_overdue", "首次联系逾期", "First contact overdue"),
    ("undone", "first_meeting_overdue", "见面劝阻逾期", "First meeting overdue"),
    ("undone", "no_feedback", "未按时反馈", "No feedback"),
    ("undone", "second_visit_missed", "未做二次回访", "Second visit missed"),
    ("undone", "three_day_visits_missed", "每三天回访未做", "Three-day visits missed"),
    ("undone", "no_recording", "无录音录像", "No recording"),
    ("undone", "stop_payment_not_asked", "未申请止付", "Stop-payment not asked for"),
    ("reason", "failed", "劝阻后仍被骗（事故）", "Met, and defrauded afterwards"),
    ("reason", "large", "大额损失", "Large loss"),
    ("reason", "never_visited", "预警前从未上门", "Never visited before the alert"),
    ("reason", "not_met", "应见未见", "Should have been met"),
    ("reach", "visited", "已见面", "Met"),
    ("reach", "telephone_only", "仅电话联系", "By telephone only"),
    ("reach", "refused", "拒绝", "Refused"),
    ("reach", "in_vain", "上门未果", "Tried in vain"),
    ("reach", "never_tried", "从未上门", "Never tried"),
    ("signed_on", "screen", "屏幕签名", "On the screen"),
    ("signed_on", "paper", "纸质", "On paper"),
    ("found", "roster", "在册", "On the roster"),
    ("found", "alert", "见于预警", "Named by an alert"),
    ("recording", "not_owed", "不需录制", "Not owed"),
    ("recording", "missing", "无录音录像", "No recording"),
    ("recording", "kept", "已录，存放地未说明", "Kept, nobody says where"),
    ("recording", "police", "公安机关保存", "Kept by the police"),
    ("recording", "village", "村（社区）保存", "Kept in the village"),
    ("recording", "device", "在记录设备中", "On the device"),
    ("recording", "attached", "随记录", "Attached"),
    ("answer", "visited", "此前上过门", "Visited before"),
    ("answer", "explained", "讲解过骗术", "Tricks explained"),
    ("answer", "signed", "签过承诺书", "Signed a pledge"),
    ("answer", "app", "装有反诈 App", "Had the app"),
    ("answer", "met_in_time", "劝阻及时", "Met in time"),
    ("detail", "password", "密码正确", "Password shown"),
    ("detail", "shown", "已验证", "Shown"),
    ("detail", "wrong", "验证码不对", "Wrong code"),
    ("detail", "set_up", "已启用", "Set up"),
    ("detail", "recovery_codes", "新恢复码", "New recovery codes"),
    ("detail", "search", "查找", "Search"),
    ("detail", "reached", "已接通", "Reached"),
    ("detail", "no_answer", "无人接听", "No answer"),
    ("detail", "refused", "拒绝回答", "Refused"),
    ("detail", "wrong_number", "号码有误", "Wrong number"),
    ("filter", "area", "区域", "Area"),
    ("filter", "period", "期间", "Period"),
    ("filter", "from", "开始日期", "From"),
    ("filter", "to", "结束日期", "To"),
    ("filter", "state", "审核状态", "Review"),
    ("filter", "level", "等级", "Level"),
    ("filter", "person", "人员", "Person"),
    ("filter", "action", "操作", "Action"),
    ("filter", "subject", "对象", "Subject"),
    ("ledger", "households", "住户台账", "Households"),
    ("ledger", "visits", "走访台账", "Visits"),
    ("ledger", "pledges", "承诺书台账", "Pledges"),
    ("ledger", "unsigned", "未签承诺书名单", "Not signed"),
    ("ledger", "coverage", "覆盖统计", "Coverage"),
    ("ledger", "alerts", "预警台账", "Alerts"),
    ("ledger", "due", "回访任务台账", "Due visits"),
    ("ledger", "accountability", "责任倒查清单", "Accountability list"),
    ("ledger", "people", "人员台账", "People"),
    ("ledger", "audit", "审计记录", "Audit trail"),
    ("action", "enrol", "手机登记", "Phone joined"),
    ("action", "exchange", "手机同步", "Phone exchanged"),
    ("action", "common", "手机核对", "Phone compared"),
    ("action", "salvage", "停用手机补交", "Revoked phone handed in"),
    ("action", "take_alerts", "系统推送预警", "Alerts handed in"),
    ("action", "describe", "读取接口说明", "API described"),
    ("action", "health", "存活检查", "Health asked"),
    ("action", "ready", "就绪检查", "Readiness asked"),
    ("action", "metrics", "读取指标", "Figures read"),
    ("action", "assets", "读取页面资源", "Assets fetched"),
    ("action", "sign_in", "登录", "Signed in"),
    ("action", "second_factor", "第二步验证", "Second factor"),
    ("action", "own_account", "本人账户", "Own account"),
    ("action", "today", "查看今日", "Today"),
    ("action", "read_alerts", "查看预警", "Alerts read"),
    ("action", "enter_alert", "录入预警", "Alert entered"),
    ("action", "act_on_alert", "处置预警", "Acted on an alert"),
    ("action", "decide", "裁定", "Decided"),
    ("action", "coverage", "查看覆盖", "Coverage read"),
    ("action", "consent", "不计入意见", "Left out of the count"),
    ("action", "review", "审核", "Reviewed"),
    ("action", "settle", "处理冲突与重复", "Settled or merged"),
    ("action", "read_households", "查看住户", "Households read"),
    ("action", "reveal", "显示姓名电话", "Revealed"),
    ("action", "print", "打印", "Printed"),
    ("action", "accountability", "责任倒查", "Accountability"),
    ("action", "sample", "抽样", "Sample drawn"),
    ("action", "call_back", "电话回访", "Called back"),
    ("action", "people", "人员管理", "People"),
    ("action", "invite", "发放登记码或登录链接", "Invited"),
    ("action", "revoke", "停用手机", "Revoked"),
    ("action", "areas", "区域管理", "Areas"),
    ("action", "move_doors", "移动住户", "Doors moved"),
    ("action", "settings", "设置", "Settings"),
    ("action", "import", "导入", "Imported"),
    ("action", "undo", "撤销导入", "Import undone"),
    ("action", "export", "导出", "Exported"),
    ("action", "audit", "审计", "Audit"),
    ("action", "work", "办理工作", "Work done"),
    ("action", "work_for", "代他人办理", "Work done for somebody"),
];

/// What a word of a group is called; as it is where nobody knows.
pub(super) fn word<'w>(lang: Lang, group: &str, word: &'w str) -> &'w str {
    let row = WORDS.iter().find(|(of, have, ..)| *of == group && *have == word);
    row.map_or(word, |(_, _, zh, en)| lang.pick(zh, en))
}

/// The words of a group, in their order, with what they are called.
pub(super) fn group(lang: Lang, group: &str) -> Vec<(&'static str, &'static str)> {
    let rows = WORDS.iter().filter(|(of, ..)| *of == group);
    rows.map(|(_, word, zh, en)| (*word, lang.pick(zh, en))).collect()
}

/// Why a field cannot stand as it is.
pub(super) fn reason_zh(invalid: &Invalid) -> String {
    let reason = match &invalid.reason {
        Reason::Missing => "必须填写".to_owned(),
        Reason::WrongType => "类型不对".to_owned(),
        Reason::TooLong(limit) => format!("超过 {limit} 字节（约 {} 个汉字）", limit / 3),
        Reason::TooMany(limit) => format!("超过 {limit} 项"),
        Reason::OutOfRange => "超出允许范围".to_owned(),
        Reason::Before(other) => format!("早于 {other}"),
        Reason::Contradicts(other) => format!("与 {other} 不符"),
        Reason::UnknownWord => "不是允许的取值".to_owned(),
        Reason::Mismatch => "与所指对象不一致".to_owned(),
        _ => "写法不对".to_owned(),
    };
    format!("{}：{reason}", invalid.field)
}

/// Why the server did not take a change.
pub(super) fn refusal_zh(refusal: &Refusal) -> &'static str {
    reasons::reason(&refusal.code).zh.trim_end_matches('。')
}

/// Why the server did not take a change.
pub(super) fn refusal_en(refusal: &Refusal) -> &'static str {
    reasons::reason(&refusal.code).en.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use qiaomen_core::record::word::Word;
    use qiaomen_core::record::{
        AreaLevel, Door, FraudKind, Kind, Level, Outcome, Purpose, ReviewState, Risk, Role, Tag,
    };

    use super::*;

    fn all<W: Word>(of: &str, words: &[W]) {
        for known in words {
            let have = WORDS.iter().any(|(group, word, ..)| *group == of && *word == known.word());
            assert!(have, "{of} {} has no name", known.word());
        }
    }

    #[test]
    fn every_word_has_a_name_in_both_languages() {
        all("level", Level::KNOWN);
        all("role", Role::KNOWN);
        all("area_level", AreaLevel::KNOWN);
        all("outcome", Outcome::KNOWN);
        all("purpose", Purpose::KNOWN);
        all("risk", Risk::KNOWN);
        all("door", Door::KNOWN);
        all("tag", Tag::KNOWN);
        all("fraud", FraudKind::KNOWN);
        all("review", ReviewState::KNOWN);
        for kind in Kind::KNOWN {
            let have = WORDS.iter().any(|(group, word, ..)| *group == "kind" && *word == kind.to_string());
            assert!(have, "{kind} has no name");
        }
        for action in crate::access::Action::ALL {
            assert_ne!(word(Lang::Zh, "action", action.word()), action.word(), "{action:?} has no name");
        }
        for ledger in crate::report::ledger::Ledger::ALL {
            assert_ne!(word(Lang::Zh, "ledger", ledger.word()), ledger.word(), "{ledger:?} has no name");
        }
        for (group, word, zh, en) in WORDS {
            assert!(!zh.is_empty() && !en.is_empty() && en.is_ascii(), "{group} {word}");
        }
    }
}
