//! What volunteers write in a hurry: names, notes, next steps, put together from what is commonly said.
//!
//! Floor: tests. Invariant: nothing here is taken from a real person's record.

use super::Dice;

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜";
const GIVEN: &str = "秀英桂芳建国志强丽娟玉兰春梅伟民海燕永福小平佳怡子涵浩然文静大勇水根阿香金凤长根雪琴国栋明霞晓东美华永康素珍德胜彩云振华慧敏俊杰淑珍";

fn letter<'a>(dice: &mut Dice, from: &'a str) -> &'a str {
    let letters = from.char_indices().count() as u64;
    let at = usize::try_from(dice.below(letters)).unwrap_or(0);
    from.char_indices()
        .nth(at)
        .and_then(|(from_here, letter)| from.get(from_here..from_here + letter.len_utf8()))
        .unwrap_or("")
}

/// A person's name.
pub(super) fn name(dice: &mut Dice) -> String {
    let mut name = letter(dice, SURNAMES).to_owned();
    name += letter(dice, GIVEN);
    if dice.chance(80) {
        name += letter(dice, GIVEN);
    }
    name
}

const KIN: &[&str] =
    &["本人", "老伴", "儿子", "儿媳", "女儿", "女婿", "孙子", "邻居", "房东", "租客", "保姆", "姐姐", "侄子", "外公"];
const OPENED: &[&str] = &[
    "开门",
    "在家",
    "正在做饭",
    "刚下班回来",
    "在院子里晒谷",
    "带着小孩",
    "身体不太好",
    "耳背要大声说",
    "在打麻将",
    "准备出门",
    "听得很认真",
    "有点不耐烦",
    "很热情还倒了茶",
    "隔着门说话",
    "刚午睡起来",
    "在看直播",
];
const WHEN: &[&str] = &[
    "上周",
    "前天",
    "昨天中午",
    "年前",
    "清明时",
    "上个月",
    "半年前",
    "刚才",
    "早上",
    "国庆前后",
    "去年冬天",
    "赶集那天",
    "夜里",
    "月初",
    "过完年",
    "前阵子",
    "开学前",
    "收麦时",
    "头一回",
    "有两次",
];
const WHOM: &[&str] = &[
    "京东客服",
    "快递理赔员",
    "派出所民警",
    "医保局",
    "银保监会",
    "短视频平台会员",
    "网贷经理",
    "炒股老师",
    "军官网友",
    "班主任",
    "领导秘书",
    "社保中心",
    "航空公司",
    "电力公司",
    "老战友",
    "主播助理",
    "保健品专家",
    "中奖中心",
    "游戏买家",
    "招聘的",
    "卖黄金的",
    "流量卡代理",
    "养老院招商",
    "通信管理局",
    "信用卡中心",
    "表亲",
];
const WAY: &[&str] = &[
    "打来电话",
    "加了微信",
    "发短信带链接",
    "拉进了群",
    "要共享屏幕",
    "让下载会议软件",
    "叫买充值卡",
    "说账户要冻结",
    "寄来礼品卡",
    "让垫付任务",
    "推荐外汇平台",
    "催交保证金",
    "要人脸识别",
    "要验证码",
    "说退双倍",
    "叫去取现金",
    "说注销校园贷",
    "视频里穿警服",
    "讲内部股票",
    "叫不要告诉家人",
];
const THEN: &[&str] = &[
    "没理",
    "挂了",
    "差点信了",
    "给儿子看了才明白",
    "已拉黑",
    "转了钱才发觉",
    "去银行被柜员拦下",
    "半信半疑",
    "问过村干部",
    "只聊了几句",
    "手机号已给对方",
    "下载后又卸了",
    "打了96110",
    "说钱不多就算了",
    "现在还在联系",
    "不肯细讲",
    "不好意思说",
    "记不清了",
    "截图在手机里",
    "已劝住",
    "答应报警",
];
const STATE: &[&str] = &[
    "App已装来电预警没开",
    "手机内存不够装不上App",
    "只有老人机",
    "独居",
    "在镇上厂里做会计",
    "两个孩子读初中",
    "开小店常收扫码款",
    "银行卡借过亲戚",
    "常看直播买东西",
    "刚卖了猪有点钱",
    "女儿远嫁",
    "不识字",
    "眼睛不好",
    "爱打听理财",
    "家里网课用平板",
    "租期到六月",
    "养老金存折随身带",
    "微信零钱不设密码",
    "孙子管手机",
    "说自己不会上当",
    "对屏幕共享不了解",
    "愿帮忙提醒同楼老人",
];

const PLACES: &[&str] = &[
    "五金厂",
    "超市",
    "棋牌室",
    "理发店",
    "小学",
    "卫生院",
    "快递站",
    "工地",
    "菜场",
    "养鸡场",
    "服装厂",
    "修车铺",
    "祠堂",
    "茶叶合作社",
    "民宿",
    "物业",
    "幼儿园",
    "早餐店",
    "砂石场",
    "渔业队",
];

/// Where somebody works or is to be found.
fn place(dice: &mut Dice) -> String {
    let mut place = letter(dice, GIVEN).to_owned();
    place += letter(dice, GIVEN);
    place += dice.pick(PLACES);
    place
}

/// One thing that was told, or that a worker should know.
fn tale(dice: &mut Dice) -> String {
    if dice.chance(70) {
        format!("{}{}{}，{}", dice.pick(WHEN), dice.pick(WHOM), dice.pick(WAY), dice.pick(THEN))
    } else {
        dice.pick(STATE).to_owned()
    }
}

const CLOSING: &[&str] = &[
    "已留联系卡",
    "公开信已读已签",
    "约好下次带子女一起听",
    "帮他把来电预警打开了",
    "拉进网格微信群",
    "提醒转账前先打电话问社区",
    "让把验证码三个字记牢",
    "材料贴在门后",
    "已当面卸载可疑软件",
    "讲了同村的例子",
    "回头把案例发给家里人",
    "还需再来一次",
];
const DAYS: &[&str] = &["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const HOURS: &[&str] = &["上午", "中午", "下午", "傍晚", "晚上七点后", "八点前"];

/// A note after somebody was met.
pub(super) fn note(dice: &mut Dice) -> String {
    let mut note = match dice.below(3) {
        0 => format!("{}{}", name(dice), dice.pick(OPENED)),
        1 => format!("{}{}", dice.pick(KIN), dice.pick(OPENED)),
        _ => format!("{}的{}{}", name(dice), dice.pick(KIN), dice.pick(OPENED)),
    };
    note += dice.pick(&["，", "。", "；"]);
    note += &tale(dice);
    if dice.chance(55) {
        note += dice.pick(&["。", "；", "，另外"]);
        note += &tale(dice);
    }
    if dice.chance(65) {
        let verb = dice.pick(&["在", "常去", "以前在", "搬到", "一早去了", "介绍人是"]);
        note += &format!("，{}{verb}{}", dice.pick(KIN), place(dice));
    }
    if dice.chance(30) {
        note += &format!("，涉及{}元", dice.between(2, 480) * 50);
    }
    if dice.chance(40) {
        let digits = dice.between(3_000_000_000, 9_999_999_999);
        note += &format!("，{}1{digits}", dice.pick(&["对方号码", "来电", "可打", "子女电话"]));
    }
    if dice.chance(60) {
        note += dice.pick(&["，", "。"]);
        note += dice.pick(CLOSING);
    }
    note
}

/// A note after nobody was met.
pub(super) fn missed(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("敲门{}次没人应，邻居{}说{}在{}", dice.between(2, 5), name(dice), dice.pick(HOURS), place(dice)),
        1 => format!("门口贴了公开信，{}{}再来，{}", dice.pick(DAYS), dice.pick(HOURS), dice.pick(STATE)),
        2 => format!(
            "电话1{}打通，{}说在外地{}天",
            dice.between(3_000_000_000, 9_999_999_999),
            dice.pick(KIN),
            dice.between(2, 90)
        ),
        _ => format!("房东{}说{}月搬走，去了{}", name(dice), dice.between(1, 12), place(dice)),
    }
}

/// Who else was met.
pub(super) fn others(dice: &mut Dice) -> String {
    format!("{}{}，{}", dice.pick(KIN), name(dice), place(dice))
}

/// What is to happen next.
pub(super) fn next_step(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("{}{}再访", dice.pick(DAYS), dice.pick(HOURS)),
        1 => format!("请{}{}电话联系", dice.pick(KIN), dice.pick(DAYS)),
        2 => format!("{}带{}来装App", dice.pick(DAYS), name(dice)),
        _ => format!("{}月{}日回访", dice.between(3, 12), dice.between(1, 28)),
    }
}
