//! What each time in a message is the time of: the issuing, the station's receiving, or something else.
//!
//! Floor: message; pure. Invariants: a label decides; without one the words around do; a deadline (前, 内) and the time of
//! a transfer or call are neither.

use super::labels::{Field, Mark};
use super::letters::{Letters, Span, is_edge, is_full_stop, is_stop};
use super::lexicon::Words;
use super::phones::mark_of;
use super::terms::ORGANS;
use super::times::{Moment, sentence};

/// The times of one alert.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    pub(super) issued: Option<Moment>,
    pub(super) reached: Option<Moment>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Issued,
    Reached,
    Else,
}

static ISSUING: Words = Words::new(
    "\
    下发 下达 推送 发布 发来 签发 派发 派单 通报 通知 转来 发出 下的 下了 生成 交办 指令 预警 推来 推: 推了 \
    推给 发的 派来 派的 转办 发: 电话通知 推 下派 传来 来的预警 来了 来电说 来电话 打电话说 打来电话 派给 发给 \
    派下 流转 来单 来指令 来预警 弹出 触发 来电",
);

static REACHING: Words = Words::new(
    "\
    签收 派出所接到 派出所收到 派出所接收 所里接 所里收 我所接 我所收 本所接 本所收 所内接 接收 所接到 所收到 \
    所于 到所 所里签 转到所 派出所接报 所已接 所已签 所接",
);

const STATION: &[&str] = &["派出所", "我所", "本所", "所里"];

static ELSE: Words = Words::new(
    "\
    转账 汇款 通话 被骗 转出 取钱 取款 见面 反馈 上门 报警 报案 消费 支付 打钱 转走 汇出 接到诈骗 接到陌生 \
    接到自称 接到境外 接到一 接到冒充 接到可疑 点击 下载 登录 联系不上 出门 离家 开会 集合 培训 交易 充值 购买 \
    拦截 截止 出生 入职 接听 聊天 开始 添加 回来 到家 下班 上班 加了 拨打 付款 打电话给骗 收到短信 收到陌生 \
    存入 贷出 办理 出院",
);

/// The times in a stretch.
pub(super) fn times(letters: &Letters, span: &Span, marks: &[Mark], moments: &[Moment]) -> Times {
    let mut made = Times::default();
    let inside: Vec<&Moment> = moments.iter().filter(|moment| span.contains(&moment.span.start)).collect();
    let mut left: Vec<&Moment> = Vec::new();
    for (place, moment) in inside.iter().enumerate() {
        let next = inside.get(place + 1).map_or(span.end, |next| next.span.start);
        let since =
            place.checked_sub(1).and_then(|before| inside.get(before)).map_or(span.start, |before| before.span.end);
        match of(letters, span, marks, moment, since, next) {
            Some(Of::Issued) if made.issued.is_none() => made.issued = Some((*moment).clone()),
            Some(Of::Reached) if made.reached.is_none() => made.reached = Some((*moment).clone()),
            None => left.push(moment),
            _ => {}
        }
    }
    if made.issued.is_none() {
        // A chat's or letter's own time stands at its head, or below its end.
        let at_edge = |moment: &&&Moment| {
            let head =
                letters.slice(span.start..moment.span.start).iter().filter(|letter| letter.is_alphanumeric()).count()
                    <= 8
                    && letters.first(span.start..moment.span.start, &["\n\n"]).is_none();
            let foot = letters.slice(moment.span.end..span.end).iter().all(|letter| !letter.is_alphanumeric())
                && letters.has(
                    letters.since(span.start, moment.span.start, 16, |letter| letter == '。')..moment.span.start,
                    &ORGANS,
                );
            head && !moment.whole_day || foot
        };
        made.issued = left.iter().find(at_edge).map(|moment| (**moment).clone());
    }
    made
}

/// What a time is the time of; none where nothing says so.
fn of(letters: &Letters, span: &Span, marks: &[Mark], moment: &Moment, since: usize, next: usize) -> Option<Of> {
    let (start, end) = (moment.span.start, moment.span.end);
    if let Some(length) = letters.longest(end, &["前", "之前", "以前", "内", "以内", "起", "至", "-", "到"])
        && length > 0
    {
        return Some(Of::Else);
    }
    // 8:00至9:00 is a time of neither.
    if matches!(letters.before(start), Some('至' | '到' | '-' | '~')) {
        return Some(Of::Else);
    }
    if let Some(mark) = mark_of(marks, start).filter(|mark| mark.value.start + 3 > start) {
        match mark.field {
            Field::Issued => return Some(Of::Issued),
            Field::Reached => return Some(Of::Reached),
            Field::OtherTime | Field::Number | Field::Hidden => return Some(Of::Else),
            _ => {}
        }
    }
    // 市反诈10:02转
    if letters.at(end).is_some_and(|letter| "转发推下派".contains(letter))
        && is_edge(letters.at(end + 1))
        && !moment.whole_day
    {
        return Some(Of::Issued);
    }
    let sentence = sentence(letters, span, start);
    let after = end..letters.until(end..next.min(sentence.end).min(end + 24), is_full_stop);
    let before = since.max(letters.since(span.start, start, 14, is_full_stop))..start;
    // Before it in the same part of the sentence: 派出所于9时30分签收.
    let near = letters.since(before.start, start, 14, is_stop)..start;
    if letters
        .has(near.clone(), &["要求", "请于", "请在", "务必", "限", "最迟", "截至", "截止", "定于", "计划", "将于"])
    {
        return Some(Of::Else);
    }
    if moment.whole_day {
        // A day alone is the issuing's only where that is said of it: 3月5日下发.
        let here = end..letters.until(end..after.end.min(end + 8), is_stop);
        return (letters.has(here, &ISSUING) && letters.at(end) != Some('第')).then_some(Of::Issued);
    }
    let verb = |words: &Words| letters.first(after.clone(), words).map(|(at, _)| at);
    let (issuing, reaching, other) = (verb(&ISSUING), verb(&REACHING), verb(&ELSE));
    let station = letters.has(near.clone(), STATION);
    let taken =
        letters.first(after.start..after.end.min(after.start + 4), &["接到", "收到", "签收", "接收", "接报", "接"]);
    if station && taken.is_some() {
        return Some(Of::Reached);
    }
    let least =
        [issuing.map(|at| (at, Of::Issued)), reaching.map(|at| (at, Of::Reached)), other.map(|at| (at, Of::Else))]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at);
    // The verb right before it: 推送于9:12, 市反诈中心下发 9:12.
    let told = letters
        .last(near.clone(), &ISSUING)
        .map(|(at, length)| (at + length, Of::Issued))
        .into_iter()
        .chain(letters.last(near.clone(), &REACHING).map(|(at, length)| (at + length, Of::Reached)))
        .chain(letters.last(near.clone(), &ELSE).map(|(at, length)| (at + length, Of::Else)))
        .max_by_key(|(at, _)| *at);
    match (least, told) {
        (Some((at, found)), told) => {
            // A stop between says that the verb belongs to what follows.
            let apart = letters.until(end..at, is_stop) < at;
            match told {
                Some((_, told)) if apart => Some(told),
                _ => Some(found),
            }
        }
        (None, Some((_, told))) => Some(told),
        (None, None) => None,
    }
}
