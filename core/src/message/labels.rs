//! Labels of forms, and what each says that the words behind it are.
//!
//! Floor: message; pure. Invariants: a label is known by its end (编号, 电话, 时间) and by what stands before that
//! (签收时间 is another time than 下发时间), so that new compositions need no new list; marks come in the order of
//! the text and do not overlap.

use super::letters::{Letters, Span, is_bracket, is_edge, is_han, is_stop};
use super::lexicon::{Lexicon as _, Words};

/// What the words behind a label are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// The person's name.
    Name,
    /// Somebody else: who reported it, the officer, the swindler.
    Somebody,
    Phone,
    Level,
    Number,
    Address,
    Issued,
    Reached,
    /// A time of something else.
    OtherTime,
    /// Who issued it.
    Unit,
    /// Where it comes from: who issued it, or which side of the fraud was seen.
    Source,
    /// The kind of fraud.
    Sort,
    /// What is none of this and holds numbers: cards, accounts, ages.
    Hidden,
    /// Running text.
    Note,
}

/// Whose a telephone or an address is, as its label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Own,
    Others,
    Unsaid,
}

/// A label and where its words are.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) start: usize,
    /// The words behind it.
    pub(super) value: Span,
    pub(super) field: Field,
    pub(super) whose: Whose,
    /// Of an address: where somebody is registered or works, not where they live.
    pub(super) second: bool,
    /// How many letters of the label name the field: 姓名 in 受害人姓名.
    core: usize,
}

impl Mark {
    /// The label without its sign, to see whether two are the same.
    pub(super) fn label(&self, letters: &Letters) -> String {
        letters.text(self.start..self.start + self.core)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Core {
    /// A name and nothing else.
    Name,
    /// A role whose name follows.
    Person,
    Somebody,
    Phone,
    Level,
    Number,
    Address,
    Time,
    Unit,
    /// 发布：, behind which stands who did or when.
    Sent,
    Source,
    Sort,
    Hidden,
    Note,
}

static CORES: [(Core, Words); 14] = [
    (Core::Name, Words::new("姓名 名字 名叫 名字叫 名称")),
    (
        Core::Person,
        Words::new(
            "\
        受害人 被害人 受骗人 被骗人 当事人 事主 机主 号主 预警人 被预警人 劝阻人 被劝阻人 对象 人员 用户 客户 \
        开卡人 持卡人 居民 村民 群众 当事群众 受害者 被害者 户主 业主 使用人 使用者 目标人 易受骗人 高危人 \
        事主信息 人员信息 受害人信息 机主信息 对象信息 被劝人",
        ),
    ),
    (
        Core::Somebody,
        Words::new(
            "\
        报警人 报案人 举报人 联系人 经办人 签发人 下发人 派单人 接单人 民警 警官 网格员 联络员 家属 亲属 \
        来电人 填报人 审核人 承办人 负责人 责任人 审批人 对方 嫌疑人 收款人 主叫 签收人 接警人 反馈人 操作员 \
        专员 接听人 记录人 收款方 骗子 转发人 发布人 推送人 儿子 女儿 子女 配偶 监护人 丈夫 妻子 报送人 辅警 \
        指令人 接收人 通知人 反映人 求助人",
        ),
    ),
    (
        Core::Phone,
        Words::new(
            "\
        电话 联系电话 联系方式 联系号码 电话号码 手机号码 手机号 手机 号码 座机 固话 固定电话 座机号 被叫 \
        被叫号 Tel TEL tel 联系手机 联系 电联",
        ),
    ),
    (Core::Level, Words::new("等级 级别 程度 风险 危险性 风险级 预警级 风险度 星级")),
    (
        Core::Number,
        Words::new(
            "\
        编号 单号 流水号 指令号 预警号 工单号 任务号 派单号 序列号 平台号 文号 ID Id id 指令码 线索号 工单 \
        号令 编码 NO No NO. No. no. 预警单 指令单",
        ),
    ),
    (
        Core::Address,
        Words::new(
            "\
        地址 住址 住所 居住地 住地 户籍地 户籍 所在地 位置 定位 地点 落脚点 住处 住宅 居所 归属地 住房 家住 \
        现住 居住 户籍所在地 所在村 所在社区 村居 村社 住",
        ),
    ),
    (Core::Time, Words::new("时间 日期 时刻 时限 期限")),
    (Core::Unit, Words::new("单位 部门 机关 机构 发布方 推送方 下发方")),
    (Core::Sent, Words::new("发布 下发 签发 推送 下达 派发 转发自 落款")),
    (Core::Source, Words::new("来源 渠道 途径 来源于 发起方 预警侧")),
    (Core::Sort, Words::new("类型 类别 手法 骗术 种类 套路 案由 事由 手段 骗局 方式")),
    (
        Core::Hidden,
        Words::new(
            "\
        身份证 身份证号 身份证号码 证件号 证件号码 公民身份号码 银行卡 银行卡号 卡号 银行卡号码 账号 账户 帐号 \
        帐户 QQ QQ号 QQ号码 微信 微信号 序号 警号 金额 损失 年龄 性别 民族 职业 车牌 车牌号 邮编 密码 验证码 \
        会议号 群号 订单号 快递单号 取件码 出生 出生年月 开户行 学历 人数 尾号 序 车牌号码 余额 涉案金额",
        ),
    ),
    (
        Core::Note,
        Words::new(
            "\
        备注 要求 内容 案情 情况 说明 简要 简要案情 提示 描述 详情 建议 经过 风险点 提醒 原因 理由 指令内容 \
        预警内容 预警 指令 紧急预警 预警指令 指令如下 如下 通知 注意 转发 反馈",
        ),
    ),
];

const OWN: u8 = 1;
const OTHERS: u8 = 2;
const REACHED: u8 = 4;
const ISSUED: u8 = 8;
const OTHER_TIME: u8 = 16;
const RECEIVER: u8 = 32;
const SECOND: u8 = 64;

/// What may stand before the end of a label, and what it makes of it.
static MODIFIERS: [(u8, Words); 8] = [
    (
        OWN,
        Words::new(
            "\
        潜在 受害人 被害人 受骗人 被骗人 当事人 事主 机主 本人 被预警人 预警对象 劝阻对象 预警人员 被劝阻人 \
        对象 群众 居民 村民 用户 客户 人员 被叫 受害者 受害 被害 老人 户主 预警人 被劝阻 疑似受害人",
        ),
    ),
    (
        OTHERS,
        Words::new(
            "\
        报警人 报警 报案人 报案 举报人 举报 联系人 紧急联系人 经办人 经办 签发人 下发人 派单人 接单人 民警 \
        警官 反诈民警 责任民警 社区民警 网格员 网格 联络员 家属 亲属 来电 主叫 审核人 承办人 负责人 责任人 \
        嫌疑人 嫌疑 涉诈 诈骗 骗子 对方 可疑 陌生 境外 涉案 值班 办公 办公室 咨询 收款 收款人 派出所 中心 \
        反诈中心 警方 社区 村干部 儿子 女儿 子女 丈夫 妻子 老公 老婆 父亲 母亲 配偶 监护人 接警 客服 平台客服 \
        行骗 作案 诈骗分子 辅警 填报人 记录人 来电人 审批人 其子 其女 警务室 所长 队长 主任 书记 单位 反映人 \
        求助人 儿媳 女婿 孙子",
        ),
    ),
    (REACHED, Words::new("签收 接收 接到 收到 接单 到所 派出所 所内 流转")),
    (ISSUED, Words::new("下发 指令 预警 签发 发布 推送 派发 派单 下达 生成 发送 通报 下派 交办 派警 流出")),
    (
        OTHER_TIME,
        Words::new(
            "\
        反馈 截止 通话 转账 报警 报案 案发 发案 发生 见面 劝阻 完成 办结 处置 出生 登记 接警 来电 汇款 拦截 \
        上门 接电话 来电话 最迟 被骗 打印 要求 回访 涉案 交易 受骗 入住 办理",
        ),
    ),
    (
        RECEIVER,
        Words::new("接收 签收 责任 管辖 处置 工作 办理 落实 承办 辖区 属地 反馈 接单 所属 就职 受理 主办 协办 劝阻"),
    ),
    (SECOND, Words::new("户籍 户口 身份证 原籍 籍贯 工作 单位 公司 上班 归属 IP 注册 开户 收货 学校")),
    (
        0,
        Words::new(
            "\
        平台 系统 的 所在 现 家庭 居住 常住 详细 联系 家 手机 电话 真实 风险 危险 紧急 案件 疑似 类 信息 人 \
        姓名 等 主要 具体 目前 当前 暂 及 和 与 / 预 案 被 骗 本次 该 其 其他 常用 备用 另 别 号 线索 工单 \
        任务 派单 流水 单 序列 业务 案事件 移动 主 起 数据 劝导 见面 拟 易 需 重点 高危 暂住 租住 现居 实际 常 \
        户 租 诈骗 涉诈 骗局 作案 欺诈 受骗 指挥 警情 二级 现在 人物 涉 登记 市 县 省",
        ),
    ),
];

/// Fields whose label must be known by a sign or a value that fits; the others may stand anywhere.
const AFTER: &[char] = &[':', '=', '】', ']', '」'];

/// Every label of a message.
pub(super) fn marks(letters: &Letters) -> Vec<Mark> {
    let mut found: Vec<Mark> = Vec::new();
    let whole = letters.whole();
    let mut at = 0;
    while at < whole.end {
        match mark_at(letters, at, found.last().map_or(0, |last| last.value.start)) {
            Some(mark) => {
                at = mark.value.start.max(at + 1);
                found.push(mark);
            }
            None => at += 1,
        }
    }
    let starts: Vec<usize> = found.iter().skip(1).map(|mark| mark.start).chain([whole.end]).collect();
    for (mark, next) in found.iter_mut().zip(starts) {
        let line = letters.until(mark.value.start..whole.end, |letter| letter == '\n');
        mark.value.end = line.min(next).max(mark.value.start);
    }
    found
}

/// The label whose end begins at a place; what stands before `floor` belongs to another.
fn mark_at(letters: &Letters, at: usize, floor: usize) -> Option<Mark> {
    let (core, length) = CORES
        .iter()
        .filter_map(|(core, words)| Some((*core, words.at(letters, at)?)))
        .max_by_key(|(_, length)| *length)?;
    let (start, effects) = modified(letters, at, floor);
    let (value, signed) = behind(letters, at + length, core)?;
    if !signed && !fits_bare(letters, core, start..at + length, value) {
        return None;
    }
    let has = |effect: u8| effects & effect != 0;
    let field = match core {
        Core::Name | Core::Person if has(OTHERS) => Field::Somebody,
        Core::Name | Core::Person => Field::Name,
        Core::Somebody => Field::Somebody,
        Core::Phone => Field::Phone,
        Core::Level => Field::Level,
        Core::Number => Field::Number,
        Core::Address => Field::Address,
        Core::Time if letters.starts(at, "时限") || letters.starts(at, "期限") => Field::OtherTime,
        Core::Time if has(REACHED) => Field::Reached,
        Core::Time if has(OTHER_TIME) && !has(ISSUED) => Field::OtherTime,
        Core::Time => Field::Issued,
        Core::Unit if has(RECEIVER) && !has(ISSUED) || has(OWN) => Field::Note,
        Core::Unit | Core::Sent => Field::Unit,
        Core::Source => Field::Source,
        Core::Sort => Field::Sort,
        Core::Hidden => Field::Hidden,
        Core::Note => Field::Note,
    };
    let whose = match (has(OTHERS), has(OWN)) {
        (true, _) => Whose::Others,
        (_, true) => Whose::Own,
        _ => Whose::Unsaid,
    };
    let second = has(SECOND) || letters.starts(at, "户籍") || letters.starts(at, "归属");
    Some(Mark { start, value: value..value, field, whose, second, core: at + length - start })
}

/// Where the label begins, taking in what modifies it, and what that makes of it.
fn modified(letters: &Letters, at: usize, floor: usize) -> (usize, u8) {
    let (mut start, mut effects) = (at, 0);
    for _ in 0..6 {
        let lengths = MODIFIERS.each_ref().map(|(effect, words)| (words.before(letters, start).unwrap_or(0), *effect));
        let length = lengths.iter().map(|(length, _)| *length).max().unwrap_or(0);
        if length == 0 || start - length < floor {
            break;
        }
        effects |= lengths.iter().filter(|(size, _)| *size == length).fold(0, |all, (_, effect)| all | effect);
        start -= length;
    }
    (start, effects)
}

/// Where the words behind a label begin, and whether a sign leads to them. None where the word goes on.
fn behind(letters: &Letters, end: usize, core: Core) -> Option<(usize, bool)> {
    let mut at = letters.past_blanks(end);
    // What is explained in brackets: 联系电话（本人）：
    if letters.at(at) == Some('(')
        && let close = letters.until(at..at + 12, |letter| letter == ')')
        && letters.at(close) == Some(')')
        && letters.at(letters.past_blanks(close + 1)) == Some(':')
    {
        at = letters.past_blanks(close + 1);
    }
    let mut signed = false;
    while letters.at(at).is_some_and(|letter| AFTER.contains(&letter)) {
        signed = true;
        at = letters.past_blanks(at + 1);
    }
    if signed {
        // The words may stand in the next line, as long as that is no label itself.
        if letters.at(at) == Some('\n') && core != Core::Note {
            at = letters.past_blanks(at + 1);
        }
        return Some((at, true));
    }
    // 等级写的是高, 住址登记是…
    let said = [
        "是",
        "为",
        "叫",
        "系",
        "写的是",
        "写着",
        "定为",
        "评为",
        "判定为",
        "显示为",
        "显示",
        "标的是",
        "登记是",
        "登记为",
    ];
    if let Some(length) = letters.longest(at, &said) {
        at = letters.past_blanks(at + length);
    }
    Some((at, false))
}

/// Whether words without a sign between them may be a label and what it labels.
fn fits_bare(letters: &Letters, core: Core, label: Span, value: usize) -> bool {
    let next = letters.at(value);
    let apart = value > label.end;
    let free = is_edge(letters.before(label.start));
    match core {
        Core::Phone if letters.starts(label.start, "联系") && label.len() == 2 => false,
        Core::Phone => next.is_some_and(|letter| letter.is_ascii_digit() || letter == '+' || letter == '('),
        Core::Number => match next {
            Some('第' | '#' | '〔' | '[') => true,
            Some(letter) if letter.is_ascii_alphanumeric() => {
                let end = letters.until(value..value + 40, |letter| !letter.is_ascii_alphanumeric() && letter != '-');
                letters.slice(value..end).iter().filter(|letter| letter.is_ascii_digit()).count() > 2
            }
            _ => false,
        },
        Core::Level => {
            next.is_some_and(|letter| "特高中低极一二三四".contains(letter)) && !letters.starts(value, "中心")
        }
        Core::Name => free && next.is_some_and(is_han) || letters.ends(label.end, "叫") && next.is_some_and(is_han),
        // Without a sign, such words are read as those before a name.
        Core::Person | Core::Somebody | Core::Note | Core::Sent => false,
        Core::Address => {
            let word = letters.slice(label.clone());
            next.is_some_and(|letter| is_han(letter) || letter.is_alphanumeric())
                && (word.ends_with(&['址']) && (free || apart) || free && apart && !letters.starts(label.start, "住"))
        }
        Core::Time => {
            next.is_some_and(|letter| letter.is_ascii_digit())
                || free
                    && letters
                        .longest(
                            value,
                            &["大概", "约", "大约", "上午", "下午", "早上", "晚上", "今", "昨", "凌晨", "中午"],
                        )
                        .is_some()
        }
        // 下发单位省反诈中心, 诈骗类型冒充公检法
        Core::Unit | Core::Source | Core::Sort => {
            free && (apart || label.len() > 2 && letters.longest(label.end, &["的", "及", "、", "和"]).is_none())
                && next.is_some_and(is_han)
        }
        Core::Hidden => {
            next.is_some_and(|letter| letter.is_ascii_digit())
                || free && apart && next.is_some_and(|letter| !is_stop(letter) && !is_bracket(letter))
        }
    }
}
