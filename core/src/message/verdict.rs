//! Whether a message is an alert at all.
//!
//! Floor: message; pure. Invariants: there is a person in it and somebody asks that they be reached; notices, news,
//! reports of what was done and talk about alerts are none. When in doubt it is one: a person looks at what is read,
//! and nobody looks at what was not.

use super::labels::{Field, Mark};
use super::letters::{Letters, Span};
use super::lexicon::Words;

/// What is known of the message besides its words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    pub(super) name: bool,
    pub(super) phone: bool,
    pub(super) address: bool,
    pub(super) level: bool,
    pub(super) kind: bool,
    pub(super) number: bool,
    pub(super) masked: bool,
}

/// Words of an alert, and what each says for it; a word counts once.
static FOR: [(i32, Words); 7] = [
    (
        4,
        Words::new(
            "\
        指令编号 预警编号 预警对象 潜在受害 劝阻对象 被预警人 预警劝阻指令 劝阻指令 指令单号 预警单号 预警人员 \
        被劝阻人 预警指令",
        ),
    ),
    (
        3,
        Words::new(
            "\
        预警 疑似被骗 正在被骗 疑似遭 可能被骗 被骗风险 诈骗风险 正在遭 疑被 疑似正 疑似受骗 可能遭 正被骗 \
        涉诈风险 潜在被害 正被",
        ),
    ),
    (2, Words::new("特危 高危 中危 低危 高风险 中风险 低风险")),
    (2, Words::new("反诈中心 指令 刑侦 公安局 反诈民警 派出所 反诈平台 反诈")),
    (
        2,
        Words::new(
            "\
        诈骗 被骗 骗子 受骗 涉诈 骗 冒充 杀猪盘 刷单 转账 汇款 安全账户 打钱 指定账户 屏幕共享 汇钱 转钱 网贷 \
        裸聊",
        ),
    ),
    (2, Words::new("正在 马上要 正要 正准备 准备去")),
    (
        2,
        Words::new(
            "\
        劝阻 见面 上门 核查 核实 到场 拦 去一趟 赶紧 速去 立即 立刻 尽快 马上 跑一下 去看看 赶快 抓紧 速来 \
        速找 务必 急 接单 跑一趟 请网格 看一下 配合",
        ),
    ),
];

/// Words of what is none.
static AGAINST: [(i32, Words); 4] = [
    (
        6,
        Words::new(
            "\
        宣传 培训 演练 讲座 工作例会 通报: 工作通报 周报 月报 日报 统计 总结 简报 招聘 考核 承诺书 倡议书 签到 \
        典型案例 案例 测试 模板 样例 示例 格式如下 值班表 排班 志愿服务 表彰 答题 问卷",
        ),
    ),
    (
        5,
        Words::new(
            "\
        近日 日前 警方提醒 温馨提示 提醒大家 广大居民 广大群众 请大家 高发 据报道 据悉 提醒广大 请各位家长 \
        转发给 转发提醒 防骗提醒 居民朋友 市民朋友 请扩散 来源:网络 谨防",
        ),
    ),
    (5, Words::new("开会 会议 停电 停水 领取 快递 体检 报名 物资 缴费 疫苗 接种 志愿者 比赛 活动 优惠 促销 中奖名单")),
    (5, Words::new("了吗 了没 怎么样了 处理得 谁去 办得 是谁 有没有人 什么情况")),
];

/// Words of a report of what was done.
static DONE: Words = Words::new(
    "\
    表示未转账 未造成损失 本人表示未 没有损失 已见到 无财产损失 已见面 已劝阻 劝阻成功 劝阻完毕 已上门 \
    处置完毕 已处置 已完成见面 经核实 见面率 已解除 已反馈 成功劝阻 已联系上 没有被骗 未被骗 已止付 劝阻完成 \
    已与本人见面 已签订 已当面 处理完毕 已到家 已撤销 误报 作废 撤销 已找到 已挽 已成功 劝住了 已回访 劝好了 \
    见上面了 见到了",
);

/// Whether it is one.
pub(super) fn is_alert(letters: &Letters, span: &Span, marks: &[Mark], evidence: Evidence) -> bool {
    let mut score = 0;
    for (weight, words) in &FOR {
        if letters.has(span.clone(), words) {
            score += weight;
        }
    }
    let mut against = 0;
    for (weight, words) in &AGAINST {
        if let Some((at, length)) = letters.first(span.clone(), words) {
            // 冒充快递理赔 is no parcel, nor is what a swindler's task or a fraud's name says.
            let told = letters.has(at.saturating_sub(4)..at, &["冒充", "虚假", "自称", "假冒", "未", "尚未", "涉诈"])
                || letters.has(at..at + length + 4, &["诈骗", "理赔", "客服", "被骗", "退款"]);
            against += if told { 0 } else { *weight };
        }
    }
    let again = letters.has(span.clone(), &["再次", "第二次", "又接到", "又被"]);
    let done = !again && letters.has(span.clone(), &DONE);
    let form = marks
        .iter()
        .filter(|mark| {
            matches!(mark.field, Field::Name | Field::Phone | Field::Level | Field::Number | Field::Address)
                && !letters.text(mark.value.clone()).is_empty()
        })
        .count();
    let labelled =
        |field: Field| marks.iter().any(|mark| mark.field == field && !letters.text(mark.value.clone()).is_empty());
    score += i32::from(evidence.name && evidence.phone) * 3
        + i32::from(evidence.level) * 2
        + i32::from(evidence.kind)
        + i32::from(evidence.number) * 3;
    if labelled(Field::Name) && labelled(Field::Phone) {
        // A form that is filled in asks for something, whatever else its words are.
        score += 3;
        against = against * 2 / 3;
    }
    score += if form > 3 { 3 } else { 0 };
    let somebody = evidence.phone
        || evidence.name && (!evidence.masked || evidence.address || evidence.level)
        || evidence.address && score > 5;
    let words = score - i32::from(evidence.name && evidence.phone) * 3;
    somebody && !done && words > 2 && score - against >= 4
}
