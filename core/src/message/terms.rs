//! The closed words of an alert: its level, which side saw it, the kind of fraud.
//!
//! Floor: message; pure. Invariants: a word in a warning (不要刷单) is no kind; a level that is only implied by how
//! somebody speaks is said to be unsure; of several levels the one it was changed to counts, else the first.

use super::labels::{Field, Mark};
use super::letters::{Letters, Span, is_edge, is_full_stop, is_stop};
use super::lexicon::Words;
use crate::record::{FraudKind, Level, Origin};

/// A value, and whether somebody should look.
pub(super) type Found<T> = Option<(T, bool)>;

/// What issues alerts.
pub(super) static ORGANS: Words = Words::new("反诈 反电诈 公安 派出所 刑侦 刑警 分局 市局 县局 区局 省厅 网安 网警");

const LEVELS: &[(&str, Level)] = &[
    ("特危", Level::Extreme),
    ("特级", Level::Extreme),
    ("特高危", Level::Extreme),
    ("极高", Level::Extreme),
    ("极危", Level::Extreme),
    ("超高危", Level::Extreme),
    ("特高", Level::Extreme),
    ("特别高危", Level::Extreme),
    ("高危", Level::High),
    ("高风险", Level::High),
    ("高等级", Level::High),
    ("高级别", Level::High),
    ("高级预警", Level::High),
    ("高风险等级", Level::High),
    ("中危", Level::Medium),
    ("中风险", Level::Medium),
    ("中等风险", Level::Medium),
    ("中等级", Level::Medium),
    ("中级预警", Level::Medium),
    ("中高危", Level::High),
    ("低危", Level::Low),
    ("低风险", Level::Low),
    ("低等级", Level::Low),
    ("低级预警", Level::Low),
];

/// Behind a label one letter is enough.
const LABELLED: &[(&str, Level)] = &[
    ("特", Level::Extreme),
    ("极", Level::Extreme),
    ("一级", Level::Extreme),
    ("1级", Level::Extreme),
    ("I级", Level::Extreme),
    ("Ⅰ级", Level::Extreme),
    ("高", Level::High),
    ("二级", Level::High),
    ("2级", Level::High),
    ("Ⅱ级", Level::High),
    ("中", Level::Medium),
    ("三级", Level::Medium),
    ("3级", Level::Medium),
    ("Ⅲ级", Level::Medium),
    ("低", Level::Low),
    ("四级", Level::Low),
    ("4级", Level::Low),
    ("Ⅳ级", Level::Low),
];

/// Colours of warnings; which level they are, differs from place to place.
const COLOURS: &[(&str, Level)] =
    &[("红色", Level::Extreme), ("橙色", Level::High), ("黄色", Level::Medium), ("蓝色", Level::Low)];

static IMPLIED: Words = Words::new(
    "\
    很危险 非常危险 十分危险 特别危险 极其危险 危险得很 情况紧急 十分紧急 非常紧急 很紧急 特别紧急 万分紧急 \
    情况危急 紧急预警 加急 特急 十万火急 很急 危险很大 风险很高 风险很大 风险较高 风险极大 急急急 紧急劝阻 \
    紧急指令 紧急情况 比较危险 挺危险 紧急! 【紧急】 紧急: 风险大 太危险 紧急通知 情况很急 刻不容缓",
);

/// The level said in a stretch.
pub(super) fn level(letters: &Letters, span: &Span, marks: &[Mark]) -> Found<Level> {
    let value =
        marks.iter().filter(|mark| span.contains(&mark.start) && matches!(mark.field, Field::Level | Field::Sort));
    for mark in value {
        // ★★★高
        let start = letters.until(mark.value.clone(), char::is_alphanumeric);
        let end = letters.until(start..mark.value.end, is_stop);
        if let Some(found) = mentioned(letters, &(start..end)) {
            return Some(found);
        }
        if mark.field == Field::Level {
            if let Some((_, level)) = LABELLED.iter().find(|(word, _)| letters.starts(start, word)) {
                return Some((level.clone(), false));
            }
            if let Some((_, level)) = COLOURS.iter().find(|(word, _)| letters.starts(start, word)) {
                return Some((level.clone(), true));
            }
            if letters.has(start..end, &["紧急", "危险", "急"]) {
                return Some((Level::High, true));
            }
        }
    }
    if let Some(found) = mentioned(letters, span) {
        return Some(found);
    }
    // A column of a table, or a part of a list: 高.
    let column = span.clone().find_map(|at| {
        let (before, after) =
            (letters.before(at).filter(|_| at > span.start), letters.at(at + 1).filter(|_| at + 1 < span.end));
        let apart = |letter: Option<char>| {
            letter.is_none_or(|letter| is_stop(letter) || letter == ' ' || letter == '(' || letter == ')')
        };
        let level = LABELLED.iter().find(|(word, _)| word.chars().count() == 1 && letters.starts(at, word))?;
        (apart(before) && apart(after)).then(|| level.1.clone())
    });
    if let Some(level) = column {
        return Some((level, false));
    }
    // 一级预警, or 二级 between stops.
    for at in span.clone() {
        if letters.at(at) != Some('级') && !letters.starts(at, "色预警") {
            continue;
        }
        let start = at.saturating_sub(1).max(span.start);
        let named = letters.longest(at + 1, &["预警", "指令", "风险", "响应", "劝阻", "警情"]).is_some();
        let alone = is_edge(letters.before(start)) && is_edge(letters.at(at + 1));
        let known = LABELLED
            .iter()
            .find(|(word, _)| word.chars().count() == 2 && letters.ends(at + 1, word) && (named || alone));
        if let Some((_, level)) = known {
            return Some((level.clone(), false));
        }
        if let Some((_, level)) = COLOURS.iter().find(|(word, _)| letters.ends(at + 1, word)) {
            return Some((level.clone(), true));
        }
    }
    letters.has(span.clone(), &IMPLIED).then_some((Level::High, true))
}

/// The level that words in a stretch say.
fn mentioned(letters: &Letters, span: &Span) -> Found<Level> {
    let mut found: Option<(usize, Level)> = None;
    let mut unsure = false;
    let mut at = span.start;
    while at < span.end {
        let longest =
            LEVELS.iter().filter(|(word, _)| letters.starts(at, word)).max_by_key(|(word, _)| word.chars().count());
        let Some((word, level)) = longest else {
            at += 1;
            continue;
        };
        let end = at + word.chars().count();
        // 高危人群 are people, 高危5条 a count.
        let other = letters.longest(end, &["人群", "行业", "地区", "行为", "群体", "人员库", "场所", "时段"]).is_some()
            || letters.before(at) == Some('非')
            || letters.ends(at, "不是")
            || letters.ends(at, "原");
        if !other {
            match &found {
                None => found = Some((end, level.clone())),
                Some((before, first)) if first != level => {
                    let between = *before..at;
                    let changed = between.len() <= 10
                        && letters.has(between.clone(), &["升", "调", "变", "改", "转", "至", "提"]);
                    if changed
                        || letters.has(
                            at.saturating_sub(6)..at,
                            &["升级为", "上调", "调整为", "升为", "提升", "更正", "改为", "升到", "调为"],
                        )
                    {
                        found = Some((end, level.clone()));
                        unsure = false;
                    } else {
                        unsure = true;
                    }
                }
                Some(_) => {}
            }
        }
        at = end;
    }
    found.map(|(_, level)| (level, unsure))
}

static FUNDS: Words = Words::new(
    "\
    资金流 资金侧 资金预警 银行预警 涉案资金 资金查控 银行侧 资金端 支付侧 资金类 资金面 银行推送 银行方面 \
    资金链 资金监测 银行系统 银行风控 资金异动 银行端 资金模型 涉诈资金 资金线 资金方 资金来源 银行卡预警 \
    资金穿透 资金交易",
);
static OTHER_SIDE: Words = Words::new(
    "\
    信息流 通信流 通信侧 通讯侧 电信侧 网络侧 网络流 话单预警 运营商 信息侧 互联网侧 通讯流 通话侧 电话侧 话务 \
    通信预警 短信侧 网络预警 电信流 通讯预警 人工预警 APP预警 通联侧",
);

/// Which side of the fraud was seen.
pub(super) fn origin(letters: &Letters, span: &Span, marks: &[Mark]) -> Option<Origin> {
    for mark in marks.iter().filter(|mark| mark.field == Field::Source && span.contains(&mark.start)) {
        let value = mark.value.start..letters.until(mark.value.clone(), is_stop);
        if letters.has(value.clone(), &FUNDS) || letters.has(value.clone(), &["资金", "银行", "支付"]) {
            return Some(Origin::FundsSide);
        }
        if letters.has(value.clone(), &OTHER_SIDE)
            || letters
                .has(value.clone(), &["通信", "通讯", "电信", "网络", "话单", "短信", "群众", "电话", "家属", "报警"])
                && !letters.has(value, &ORGANS)
        {
            return Some(Origin::Other);
        }
    }
    if letters.has(span.clone(), &FUNDS) {
        return Some(Origin::FundsSide);
    }
    letters.has(span.clone(), &OTHER_SIDE).then_some(Origin::Other)
}

/// Words for kinds of fraud: the first number is how much a word says, where several stand in one message.
static KINDS: [(FraudKind, u8, Words); 20] = [
    (
        FraudKind::RefundRebateTask,
        3,
        Words::new(
            "\
        刷单 返利 做任务返 点赞 垫付 做单 抢单 刷信誉 刷流水 返佣 兼职刷 返现 做任务 任务单 关注公众号返 \
        连环单 联单",
        ),
    ),
    (FraudKind::RefundRebateTask, 1, Words::new("兼职 佣金 任务")),
    (
        FraudKind::FakeInvestment,
        3,
        Words::new(
            "\
        虚假投资 投资理财 投资诈骗 荐股 炒股 虚拟币 虚拟货币 数字货币 炒币 原始股 外汇 期货 区块链 投资群 \
        投资平台 股票群 理财诈骗 虚假理财 炒黄金 投资类 投资APP",
        ),
    ),
    (FraudKind::FakeInvestment, 2, Words::new("投资 理财 股票 USDT 基金 内幕消息 高回报 高收益 充值平台 炒")),
    (
        FraudKind::FakeLoan,
        4,
        Words::new(
            "\
        注销金条 注销京东金条 注销校园贷 注销网贷 注销借呗 注销白条 影响征信 征信修复 消除征信 注销贷款 \
        注销京东白条 关闭京东金条",
        ),
    ),
    (
        FraudKind::FakeLoan,
        3,
        Words::new(
            "\
        虚假贷款 网贷 征信 贷款诈骗 网络贷款 校园贷 注销贷 无抵押 贷款类 虚假征信 金条 借呗 花呗 白条 提额 \
        办贷款 贷款手续 办理贷款 低息贷 套现",
        ),
    ),
    (FraudKind::FakeLoan, 2, Words::new("贷款 放款 解冻费 借款平台")),
    (
        FraudKind::FakeCustomerService,
        3,
        Words::new(
            "\
        冒充客服 假冒客服 冒充电商 冒充物流 冒充快递 冒充京东 冒充淘宝 冒充抖音 冒充平台客服 百万保障 快递理赔 \
        退款诈骗 虚假客服 假客服 理赔 退改签 客服类 电商客服 物流客服 冒充微信客服 冒充支付宝 冒充航空 \
        取消会员 会员扣费 关闭会员 退费 快递丢失 直播会员 关闭直播 冒充航班 冒充银行客服 冒充拼多多 冒充保险 \
        冒充天猫 冒充店家 冒充商家 冒充卖家 航班取消 航班延误",
        ),
    ),
    (FraudKind::FakeCustomerService, 2, Words::new("客服 退款 物流 快递 电商 退货 扣费 自动续费 会员")),
    (
        FraudKind::ImpersonatingAuthority,
        3,
        Words::new(
            "\
        公检法 冒充公安 冒充警察 冒充民警 冒充检察 冒充法院 冒充法官 假警察 假公安 假民警 安全账户 涉嫌洗钱 \
        涉嫌犯罪 通缉令 冒充社保 冒充医保 自称医保 自称社保 自称公安 自称警察 自称民警 自称检察 自称法院 \
        自称是公安 自称是警察 自称是民警 自称是检察 自称是社保 自称是医保 冒充通信管理 冒充银保监 冒充国家机关 \
        冒充政府 冒充市监 冒充税务 冒充海关 自称某地公安 冒充军 冒充刑警 自称刑警 自称通信管理 自称通管 \
        冒充通管 自称银保监 冒充人社 冒充工作人员 机关工作人员 资金核查 资金审查 资金清查 涉案要求转 冒充网警 \
        自称海关 自称税务 冒充政法 冒充执法 冒充教育局 冒充反诈 自称反诈 自称检察官 冒充消防 冒充部队 假冒公安 \
        假冒警察 假冒公检",
        ),
    ),
    (
        FraudKind::ImpersonatingAuthority,
        2,
        Words::new(
            "医保局 社保局 银保监 通信管理局 “公安” “警察” “民警” “警官” 公安局打来 检察院 通缉 洗钱 冒充派出所",
        ),
    ),
    (
        FraudKind::ImpersonatingAcquaintance,
        3,
        Words::new(
            "\
        “领导” “老板” “孙子” “儿子” “女儿” “班主任” “老同学” “熟人” “亲戚” “战友” 冒充领导 冒充熟人 冒充老板 \
        冒充亲友 冒充亲戚 冒充同学 冒充孙子 冒充他孙子 冒充她孙子 冒充儿子 冒充女儿 冒充其 冒充子女 冒充老师 \
        冒充班主任 冒充校领导 冒充校长 冒充朋友 冒充好友 冒充战友 冒充侄子 冒充外甥 冒充家人 冒充上级 \
        冒充单位领导 冒充公司 冒充总经理 冒充书记 AI换脸 换脸 语音合成 拟声 合成语音 猜猜我是谁 冒充镇领导 \
        冒充同事 领导熟人 熟人领导 假领导 假冒领导 冒充董事长 冒充学生 冒充局长 冒充镇长 AI语音 AI合成 \
        冒充孙女 冒充外孙 自称是他孙子 自称是她孙子 自称孙子 假冒熟人 自称领导 自称是领导 冒充县领导 \
        自称是他领导 自称其 自称老板 自称是其 冒充村 冒充经理 冒充客户",
        ),
    ),
    (
        FraudKind::GameTrade,
        3,
        Words::new(
            "\
        游戏交易 游戏账号 卖账号 买账号 游戏装备 游戏皮肤 点券 代练 账号交易 游戏币 网游 卖号 卖游戏 买游戏 \
        游戏号 道具 买皮肤 游戏充值 解除防沉迷",
        ),
    ),
    (FraudKind::GameTrade, 2, Words::new("游戏 皮肤 装备")),
    (FraudKind::Romance, 4, Words::new("杀猪盘 “女友” “男友” “女朋友” “男朋友” “对象” “恋人” “网恋”")),
    (
        FraudKind::Romance,
        3,
        Words::new(
            "\
        婚恋 网恋 裸聊 征婚 交友诱导 网络交友 网上交友 相亲平台 婚恋交友 谈恋爱 交友对象 网络恋人 网上谈的 \
        网上谈了 网络对象 网上认识的对象 网聊对象 交友类 色情 招嫖 约炮 网上男友 网上女友 网络男友 网络女友 \
        交友诈骗",
        ),
    ),
    (FraudKind::Romance, 2, Words::new("交友 相亲 对象借钱 男朋友 女朋友 网友")),
    (
        FraudKind::HealthProducts,
        3,
        Words::new("保健品 养老诈骗 养老服务 养生 保健 神药 养老保健 养老投资 以房养老 养老项目 理疗 特效药 保健仪"),
    ),
    (FraudKind::HealthProducts, 1, Words::new("养老")),
    (
        FraudKind::Other,
        3,
        Words::new(
            "\
        虚假购物 中奖 购物诈骗 电话卡 两卡 引流 虚假中奖 机票诈骗 网购诈骗 虚假网购 低价购物 招工诈骗 求职诈骗 \
        租房诈骗 钓鱼 收藏品 虚假招聘 ETC 票务 购物类 集资 扶贫款 补贴 二手 送礼品",
        ),
    ),
];

/// The kind of fraud that is named in a stretch.
pub(super) fn kind(letters: &Letters, span: &Span, marks: &[Mark]) -> Found<FraudKind> {
    for mark in marks.iter().filter(|mark| mark.field == Field::Sort && span.contains(&mark.start)) {
        let value = mark.value.start..letters.until(mark.value.clone(), is_full_stop);
        if let Some(found) = named(letters, &value) {
            return Some((found.0, false));
        }
        let text = letters.text(value.clone());
        let level = mentioned(letters, &value).is_some() || LABELLED.iter().any(|(word, _)| text.starts_with(word));
        if text.contains("其他")
            || text.contains("其它")
            || !level
                && text.chars().count() > 1
                && !["不详", "未知", "待核", "不明"].iter().any(|word| text.starts_with(word))
                && letters.has(value, &["诈", "骗", "冒充", "虚假"])
        {
            return Some((FraudKind::Other, false));
        }
    }
    named(letters, span)
}

fn named(letters: &Letters, span: &Span) -> Found<FraudKind> {
    let mut found: Vec<(u8, usize, &FraudKind)> = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let best = KINDS
            .iter()
            .filter_map(|(kind, weight, words)| Some((letters.longest(at, words)?, *weight, kind)))
            .filter(|(length, ..)| at + length <= span.end)
            .max_by_key(|(length, weight, _)| (*length, *weight));
        let Some((length, weight, kind)) = best else {
            at += 1;
            continue;
        };
        let clause = letters.since(span.start, at, 12, is_stop);
        let warned = letters.has(clause..at, &["不要", "勿", "别", "谨防", "不得", "警惕", "防范", "凡是", "不"]);
        if !warned && weight > 1 || weight == 1 && !warned && !found.iter().any(|(weight, ..)| *weight > 1) {
            found.push((weight, at, kind));
        }
        at += length;
    }
    let most = found.iter().map(|(weight, ..)| *weight).max()?;
    let strongest: Vec<_> = found.iter().filter(|(weight, ..)| *weight == most).collect();
    let kind = strongest.first()?.2;
    // One word of little weight alone names nothing.
    if most == 1 {
        return None;
    }
    let two = strongest.iter().any(|(_, _, other)| *other != kind);
    Some((kind.clone(), two))
}
