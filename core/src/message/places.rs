//! Addresses in a message.
//!
//! Floor: message; pure. Invariants: an address begins where something leads to it (住, 辖区, a stop) and ends with the
//! last word for a place or the number behind it; one that only names an office (县反诈中心) is none.

use super::labels::{Field, Mark, Whose};
use super::letters::{Letters, Span, is_bracket, is_full_stop, is_han, is_stop};
use super::lexicon::Words;
use super::names::Name;

/// Words for places that have a name before them.
static NAMED: Words = Words::new(
    "\
    省 市 自治区 自治州 自治县 区 县 街道办事处 街道办 街道 镇 乡 苏木 社区居委会 社区 居委会 村委会 村委 \
    行政村 自然村 新村 村 屯 庄 寨 大道 大街 胡同 路 街 巷 弄 东段 西段 中段 南段 北段 小区 花园 家园 公寓 \
    新区 开发区 园区 工业园 产业园 苑 宿舍 家属院 家属楼 大院 大厦 广场 市场 商场 中学 小学 学校 大学 学院 \
    幼儿园 医院 卫生院 卫生室 工厂 厂 公司 超市 饭店 酒店 宾馆 网吧 工地 养老院 敬老院 活动室 活动中心 新城 \
    名城 山庄 嘉园 佳苑 华庭 花苑 雅苑 豪庭 名邸 里弄 农场 林场 茶场 渔场 商店 饭馆 菜场 站 桥头 祠堂 岭 湾 坪 \
    坝 沟 教学楼 宿舍楼 商铺 门面 店 家园小区 楼 银行 信用社 家苑 塘 埠 洲 浜 岗 坞 垭 坳 畈 圩 桥 坡 墅 邨 寓 \
    客运站 火车站 汽车站 车站 地铁站 供销社",
);

/// Of these a name is only believed with a clearer word beside it.
static VAGUE: Words = Words::new(
    "\
    省 市 区 县 站 岭 湾 坪 坝 沟 店 楼 银行 信用社 公司 超市 塘 埠 洲 浜 岗 坞 垭 坳 畈 圩 桥 商场 市场 广场 \
    商店 厂 工厂 学校 坡 弄 墅 寓 庄 路 街 网吧",
);

/// Words for places that have a number before them.
static COUNTED: Words = Words::new(
    "\
    村民小组 生产队 号楼 号院 号房 号铺 单元 小组 栋 幢 座 楼 层 室 房 户 组 社 队 号 排 门 弄 期 区 段 座楼 \
    村 街 路 巷 里",
);

/// Where it is beside a place.
static BESIDE: Words = Words::new(
    "\
    旁边 旁 对面 附近 后面 隔壁 东头 西头 南头 北头 东侧 西侧 南侧 北侧 门口 村口 路口 楼上 楼下 前面 里面 \
    背后 斜对面 边上 下面 上面 中间",
);

/// What leads to an address and is no part of it.
static LEADS: Words = Words::new(
    "\
    你们社区 我们社区 咱们社区 你们村 我们村 咱们村 你们镇 我们镇 咱们镇 你社区 咱社区 咱村 您社区 您村 \
    住在 家住 现住 租住在 租住 暂住 居住在 居住于 居住 位于 辖区内 辖区 你镇 我镇 贵镇 该镇 你村 我村 该村 \
    你们 我们 前往 赶到 赶往 请 速到 速去 去 到 在 住址 地址 住 至 是 系 你 我 贵 该 派 让 通知 给 和 与 由 接 \
    据 于 为 高危 中危 低危 特危 预警 家在 一趟 籍 对 的 本 涉及 转 跑 看看 上门 有个 一名 一位 有 内 被 说 \
    人员 居民 村民 群众 反映 咱们 们 您镇 您 称 需对 速找 找 告知 让去 麻烦 分别 地点 位置 下发 推送 级 条 单 \
    及时 立即 马上 赶紧 尽快 咱 他 她 其 各 岁 只知道 疑似 关于 户 就 还 属 男 女 人 机主 事主 \
    登记是 登记为 登记 可能在 最后位置",
);

/// Of one letter, those that are a lead even where nothing stands before them.
static SURE_LEADS: Words = Words::new("去 到 在 住 请 派 你 我 该 贵 咱 他 她");

/// Two letters that end like a word for a place and are another word.
static NO_PLACES: Words = Words::new(
    "\
    超市局 市局 城市 市场价 市民 市反 市公 市刑 市里 上市 股市 区反 区公 区分局 区局 县局 县反 县公 县里 省厅 \
    省反 省公 辖区 地区 社区民 社区网 社区干 网路 思路 路费 路过 小组长 法院 检察院 一路 走路 账户 客户 用户 \
    开户 门店 网店 上街 套路 线路 电路 公司客 银行卡 银行预 银行账 银行流 银行转 银行工 银行柜 乡亲 老乡 镇政 \
    镇里 镇反 镇综 村里 村干 村支 村主 村书 村两 街道综 街道平 村网 居民 居住 居委 邻居 店铺 集团 集资 收集 \
    冲动 冲账 平台 桥接 里面 那里 家里 这里 所里 局里 手里 群里 卡里 网站 冒充 首付 政府 铺货 商城 网上商城 \
    集中 集合 路上 网购 购物公司 快递公司 保险公司 证券公司 贷款公司 投资公司 集体 商铺号 店员 省钱 省心 节省 \
    市值 区块 区别 区域 里的 里有 电商 派出 公司名 公司老 公司领 公司财 公司的 该公司 某公司 刷单平 里转 店主 \
    开店 居然 站内 加油站 小区网 楼长 楼栋长 居多 独居 游戏城 同城 城管 集市",
);

/// Words behind a place that make it an office, or those who are sent.
static OFFICES: Words = Words::new(
    "\
    反诈 反电诈 公安 派出所 刑侦 刑警 分局 政府 检察 人民法院 法院 网安 网格 民警 社工 干部 书记 主任 党 全体 \
    接单 综治 平安办 各 警务 劝阻 值班 综合 领导 工作 打击 网格员 请 认领 尽快 平台 联络 志愿 大队 支队 两委 \
    支书",
);

/// A stretch that may be an address.
struct Place {
    span: Span,
    weight: usize,
}

/// The address in a stretch: that of a label, else the fullest, else where somebody is registered or works.
pub(super) fn address(letters: &Letters, span: Span, marks: &[Mark], name: Option<&Name>) -> Option<Span> {
    let mut second = None;
    let labelled = marks.iter().filter(|mark| mark.field == Field::Address && span.contains(&mark.start));
    for mark in labelled.filter(|mark| mark.whose != Whose::Others) {
        if let Some(found) = behind(letters, mark) {
            if !mark.second {
                return Some(found);
            }
            second = second.or(Some(found));
        }
    }
    let mut best: Option<Place> = None;
    let mut at = span.start;
    while at < span.end {
        if !is_part(letters.at(at)) || letters.at(at) == Some(' ') {
            at += 1;
            continue;
        }
        let run = letters.until(at..span.end, |letter| !is_part(Some(letter)));
        for place in places(letters, at..run, name) {
            let hidden = marks.iter().any(|mark| {
                let other =
                    matches!(mark.field, Field::Unit | Field::Somebody | Field::Number | Field::Hidden | Field::Source)
                        || mark.field == Field::Address && (mark.second || mark.whose == Whose::Others);
                other
                    && (mark.value.start
                        ..letters.until(mark.value.clone(), |letter| is_stop(letter) || is_bracket(letter)))
                        .contains(&place.span.start)
            });
            if !hidden && best.as_ref().is_none_or(|best| place.weight > best.weight) {
                best = Some(place);
            }
        }
        at = run.max(at + 1);
    }
    best.map(|place| place.span).or(second)
}

/// What an address is written with.
fn is_part(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| {
        is_han(letter) || letter.is_ascii_alphanumeric() || matches!(letter, '-' | '#' | '·' | ' ')
    })
}

/// The address behind a label.
fn behind(letters: &Letters, mark: &Mark) -> Option<Span> {
    let mut end = letters.until(mark.value.clone(), |letter| {
        is_full_stop(letter) || matches!(letter, ',' | '|' | '、' | '"' | '”' | '→')
    });
    // A blank goes on only to more of the address, a comma only to its numbers.
    loop {
        let start = mark.value.start;
        let blank = letters.until(start..end, |letter| letter == ' ');
        let cut = std::iter::successors(Some(blank), |blank| {
            Some(letters.until(blank + 1..end, |letter| letter == ' ')).filter(|next| next > blank)
        })
        .take(12)
        .find(|blank| {
            *blank < end && !goes_on(letters, blank + 1..letters.until(blank + 1..end, |letter| letter == ' '))
        });
        if let Some(cut) = cut {
            end = cut;
            break;
        }
        let next = letters.until(end + 1..mark.value.end, |letter| {
            is_full_stop(letter) || matches!(letter, ',' | '|' | '、' | ' ' | '(')
        });
        if letters.at(end) == Some(',') && end < mark.value.end && is_counted(letters, end + 1..next) {
            end = next;
        } else {
            break;
        }
    }
    let mut start = mark.value.start;
    // 你镇南街15号
    if letters.at(start).is_some_and(|letter| "你您我贵该本".contains(letter))
        && letters.at(start + 1).is_some_and(|letter| "镇村县区乡".contains(letter))
        && start + 2 < end
    {
        start += 2;
    }
    for lead in ["住在", "位于", "现住", "家住", "在", "住"] {
        if letters.starts(start, lead) {
            start += lead.chars().count();
            break;
        }
    }
    while end > start && letters.before(end).is_some_and(|letter| !letter.is_alphanumeric() && !is_bracket(letter)) {
        end -= 1;
    }
    let opened = |open: char, close: char| {
        letters.slice(start..end).iter().filter(|letter| **letter == open).count()
            != letters.slice(start..end).iter().filter(|letter| **letter == close).count()
    };
    // What is in brackets without an end is not part of it.
    if opened('(', ')') {
        end = letters.until(start..end, |letter| letter == '(' || letter == ')');
    }
    let text = letters.text(start..end);
    let none = [
        "不详",
        "未知",
        "不明",
        "待核",
        "待查",
        "无",
        "暂无",
        "不清楚",
        "没有",
        "空",
        "同上",
        "不知",
        "未提供",
        "未登记",
    ];
    let known = text.chars().any(|letter| is_han(letter) || letter.is_ascii_digit());
    (known && text.chars().count() > 1 && !none.iter().any(|word| text.starts_with(word))).then_some(start..end)
}

/// Whether the words behind a blank may still be the address.
fn goes_on(letters: &Letters, span: Span) -> bool {
    let counted = letters.slice(span.clone()).first().is_some_and(char::is_ascii_digit) && span.len() <= 6;
    counted
        || particles(letters, span.clone()).iter().any(|(_, _, vague)| !vague)
        || is_counted(letters, span.clone())
        || letters.longest(span.start, &BESIDE).is_some()
}

/// Whether a stretch is only numbers of a door: 3组18号.
fn is_counted(letters: &Letters, span: Span) -> bool {
    let first = letters.at(span.start).is_some_and(is_number);
    first && span.len() <= 16 && particles(letters, span.clone()).last().is_some_and(|(_, end, _)| *end + 6 >= span.end)
}

/// What counts.
fn is_number(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "零〇一二三四五六七八九十百甲乙丙丁东西南北中AB".contains(letter)
}

/// Words for places in a stretch: where each begins and ends, and whether it is vague.
fn particles(letters: &Letters, span: Span) -> Vec<(usize, usize, bool)> {
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    let mut at = span.start;
    while at < span.end {
        // 水岸名都7-2-1102
        if at > span.start
            && letters.before(at).is_some_and(is_han)
            && let Some(end) = door(letters, at, span.end)
        {
            found.push((at, end, false));
            at = end;
            continue;
        }
        let counted =
            letters.longest(at, &COUNTED).filter(|_| at > span.start && letters.before(at).is_some_and(is_number));
        let named = letters.longest(at, &NAMED).filter(|_| at > span.start);
        let Some(length) = counted.max(named).filter(|length| at + length <= span.end) else {
            at += 1;
            continue;
        };
        let another = (0..4).any(|back| {
            at >= span.start + back && letters.longest(at - back, &NO_PLACES).is_some_and(|length| length > back)
        });
        let label = length == 1 && counted.is_some() && (letters.starts(at, "号码") || letters.starts(at, "号令"));
        if another || label {
            at += 1;
            continue;
        }
        // 你镇, 该村 are no names.
        if counted.is_none()
            && letters.before(at).is_some_and(|before| "你您我该贵本各咱们这那同某邻外".contains(before))
        {
            at += length;
            continue;
        }
        let led = letters.longest_before(at, &SURE_LEADS).is_some() && length == 1;
        if counted.is_none() && led {
            at += 1;
            continue;
        }
        let vague = counted == Some(length) && named != Some(length)
            || letters.longest(at, &VAGUE) == Some(length) && counted.is_none();
        found.push((at, at + length, vague));
        at += length;
    }
    found
}

/// The end of a door in three numbers that begins at a place.
fn door(letters: &Letters, at: usize, limit: usize) -> Option<usize> {
    let end = letters.until(at..limit.min(at + 12), |letter| !letter.is_ascii_digit() && letter != '-');
    let groups: Vec<usize> = letters.slice(at..end).split(|letter| *letter == '-').map(<[char]>::len).collect();
    matches!(groups[..], [1..=2, 1..=2, 3..=4]).then_some(end)
}

/// The addresses in a run of letters without stops.
fn places(letters: &Letters, run: Span, name: Option<&Name>) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let particles = particles(letters, run.clone());
    let mut next = 0;
    while next < particles.len() {
        let first = next;
        // Those that follow one another closely, with no name or blank between that ends the address.
        while next + 1 < particles.len() && joined(letters, particles[next].1, particles[next + 1].0, name) {
            next += 1;
        }
        let group = &particles[first..=next];
        next += 1;
        let floor = found.last().map_or(run.start, |place| place.span.end).max(if first == 0 {
            run.start
        } else {
            particles[first - 1].1
        });
        let start = beginning(letters, floor, group[0].0, name);
        let mut end = group[group.len() - 1].1;
        if start >= group[0].0 && group.len() == 1 || start >= end {
            continue;
        }
        end = ending(letters, end, run.end);
        if letters.before(start) == Some('@') {
            continue;
        }
        let clear = group.iter().filter(|(_, _, vague)| !vague).count();
        if clear == 0 && group.len() < 2 || letters.longest(end, &OFFICES).is_some() {
            continue;
        }
        let text = letters.slice(start..end);
        if text.len() < 3 && clear == 0
            || text.starts_with(&['各'])
            || text.first().is_some_and(|letter| letter.is_ascii_digit()) && clear == 0 && group.len() < 2
        {
            continue;
        }
        let led = letters.longest_before(start, &["住", "住在", "家在", "家住", "他家在", "住址", "地址"]).is_some();
        found.push(Place {
            span: start..end,
            weight: clear * 20 + group.len() * 10 + usize::from(led) * 25 + text.len().min(20),
        });
    }
    found
}

/// Whether a word for a place goes on to the next one.
fn joined(letters: &Letters, end: usize, next: usize, name: Option<&Name>) -> bool {
    let between = letters.slice(end..next);
    if name.is_some_and(|name| name.span.start >= end && name.span.start < next) || between.len() > 9 {
        return false;
    }
    // Leads that no place's name has.
    let led = letters.has(
        end..next,
        &[
            "住", "上班", "的", "请", "辖区", "通知", "居民", "村民", "群众", "疑似", "被", "高危", "中危", "特危",
            "正在", "户籍", "工作", "电话", "手机", "下发", "接到", "单号", "编号",
        ],
    );
    let blanks = between.first() == Some(&' ') && between.iter().skip(1).any(|letter| *letter == ' ');
    !led && !blanks
}

/// Where the address begins whose first word for a place stands at `first`.
fn beginning(letters: &Letters, floor: usize, first: usize, name: Option<&Name>) -> usize {
    let mut start = floor.max(first.saturating_sub(12));
    if let Some(name) = name.filter(|name| name.span.end <= first) {
        start = start.max(name.span.end);
    }
    let blank = letters.since(start, first, 12, |letter| letter == ' ');
    start = start.max(blank);
    // The last lead before it, unless that would leave nothing. At the beginning most of them are a part of the name:
    // 和平社区, 高桥镇.
    for end in (start + 1..first).rev() {
        if let Some(length) = letters.longest_before(end, &LEADS)
            && (length > 1 || end > start + 1 || letters.longest_before(end, &SURE_LEADS).is_some())
        {
            // Behind another lead it is the name's own: 家住和平社区.
            let own = length == 1
                && letters.longest_before(end, &SURE_LEADS).is_none()
                && letters.longest_before(end - 1, &LEADS).is_some();
            return if own { end - 1 } else { end };
        }
    }
    while start < first && matches!(letters.at(start), Some(' ' | '-' | '#' | '·')) {
        start += 1;
    }
    // Numbers and words of another thing before the name of a place.
    let digits = letters.until(start..first, |letter| !letter.is_ascii_digit());
    if digits - start >= 5 { digits } else { start }
}

/// Where the address ends whose last word for a place ends at `end`: behind the number or what it is beside.
fn ending(letters: &Letters, mut end: usize, limit: usize) -> usize {
    let mut number = end;
    if letters.at(number) == Some(' ') && letters.at(number + 1).is_some_and(|letter| letter.is_ascii_digit()) {
        number += 1;
    }
    let stop = letters.until(number..limit, |letter| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '#');
    let text = letters.slice(number..stop);
    let digits = text.iter().filter(|letter| letter.is_ascii_digit()).count();
    let longest = text.split(|letter| !letter.is_ascii_digit()).map(<[char]>::len).max().unwrap_or(0);
    let more = letters.at(stop).is_some_and(|letter| "岁点时分月年万元条人个名笔".contains(letter));
    if digits > 0
        && longest <= 5
        && stop - number <= 12
        && !more
        && letters.before(stop).is_some_and(|last| last != '-')
    {
        end = stop;
    }
    // 二单元 五零一
    let spoken = end + usize::from(letters.at(end) == Some(' '));
    let stop = letters.until(spoken..limit, |letter| !"零〇一二三四五六七八九".contains(letter));
    if (2..=4).contains(&(stop - spoken.min(stop)))
        && !letters.at(stop).is_some_and(|letter| "岁点时分月年万元条人个名笔十".contains(letter))
    {
        end = stop;
    }
    if letters.ends(end, "楼") && matches!(letters.at(end), Some('上' | '下')) {
        end += 1;
    }
    if let Some(length) = letters.longest(end, &BESIDE) {
        end += length;
    }
    end
}
