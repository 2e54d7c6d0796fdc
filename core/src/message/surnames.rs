//! The surnames by which a name in running text is known.
//!
//! Floor: message. Invariant: surnames that are first of all everyday words (有, 从, 对, 会) are left out: they would
//! make names of half of what is written; a name behind a label needs no surname from here.

use super::lexicon::Words;

/// Surnames of one letter.
const SINGLE: &str = "\
王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅\
方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝\
包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费\
卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟\
冼蔺楼盘满闻厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初云容敬扈晁芮普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿\
鲜印逯隆茹诺战慕亢嵇哈湛宾戎茅于揭尉冶斯元束檀展阴昝智幸奉富尧洪韶濮宰郦璩隗钮荀羿於麹邴糜弓宓蓬郗仰暴钭蓟鄂赖苍莘贡逄宦慎庾暨禄桓仉郇";

/// Surnames of two letters.
static DOUBLE: Words = Words::new(
    "\
    欧阳 上官 司马 诸葛 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 东方 端木 宇文 长孙 轩辕 百里 南宫 独孤 拓跋 呼延 \
    申屠 闻人 淳于 钟离 澹台 万俟 太史 第五 西门 东郭 公冶 濮阳 赫连 鲜于 闾丘 司空 亓官 仲孙 贺兰 完颜 纳兰 \
    单于 宗政 太叔 公羊 左丘 梁丘",
);

/// Words that begin like a name and are none.
static NO_NAMES: Words = Words::new(
    "\
    高危 高风 高度 高级 高等 高发 高额 高中 高校 安全 安装 安排 安置 安抚 安心 金额 金融 金条 平台 平安 平时 \
    平常 方式 方法 方面 方案 任务 任何 时间 时段 时候 时刻 马上 马路 支付 支队 支行 支出 支援 应该 应当 应用 \
    应急 应于 应在 于今 于昨 于上 于下 于本 于是 向其 向他 向她 向对 向骗 向陌 向境 成功 成员 成立 温馨 温情 \
    居民 居委 居住 车辆 车站 车间 项目 文明 文件 文化 关于 关注 关闭 关机 关系 关键 单位 单号 单元 单笔 全镇 \
    全部 全村 全体 全程 全市 全县 全省 全区 全家 全国 计划 计算 路口 路边 路上 连续 连同 连忙 水电 万元 万分 \
    万余 万块 钱款 钱包 钱已 钱没 通知 付款 付费 付给 付了 宣传 宣称 包括 包含 包村 包保 左右 左侧 边上 边走 \
    党员 党委 党群 党支 公安 公司 公检 公民 公共 公寓 国家 国内 国外 国庆 信息 信用 信贷 来电 来源 来自 来人 \
    来处 但是 但其 但未 但对 但他 但她 那边 那个 那家 那里 都是 都在 都要 由于 由市 由县 由省 由派 由我 由中 \
    由高 由低 和对 和他 和她 和其 和骗 和陌 和老 相关 相信 相应 相识 游戏 官方 明天 明日 明早 明显 明确 海外 \
    管控 管辖 管理 利用 利息 利诱 原因 原则 原籍 门口 门牌 位于 位置 商场 商户 商店 商城 商家 施工 申请 申报 \
    常住 常见 常用 何时 何人 何地 尚未 尚在 谈话 强烈 强制 权限 解除 解冻 解决 解释 路段 后台 师傅 老师 初步 \
    初查 普通 容易 展开 幸福 元钱 银行 危险 危急 房东 房屋 房产 房间 司机 司法 农村 农户 农业 农行 农信 华为 \
    花园 花费 花钱 江边 区域 区县 区反 区公 区局 镇里 荣誉 阳光 南方 云闪 成都 安徽 江苏 江西 华南 海南 河南 \
    广东 程序 程度 许多 余额 余下 余元 石油 田地 牛奶 谢谢 严重 严防 严格 严禁 孙子 孙女 黄金 黄色 蓝色 白天 \
    武装 武警 毛病 顾客 游客 楼上 楼下 楼栋 楼道 费用 米店 皮肤 简要 简单 简称 经侦 查询 查看 查收 查明 查控 \
    查证 查找 查实 别让 储蓄 封控 乐园 班主 原来 全名 时许 时左 时分 时接 时下 时推 时发 时在 宾馆 公务 车主 \
    那头 干部 干预 干警 商品 尤其 项下 连线 路过 于近 公里 来我 来办 来访 到位 由本 由该 由反 由刑 由网 由村 \
    由社 由镇 明细 海报 国反 和谐 和平 童装 温州 福利 文字 文书 连夜 荣获 常规 常年 冷静 金店 金沙 万家 高坡 \
    高铁 高速 高息 高薪 高利 高回 高价",
);

/// How many letters of a surname stand at the beginning of `letters`; none if there is none.
pub(super) fn surname(letters: &[char]) -> Option<usize> {
    if DOUBLE.iter().any(|name| name.chars().eq(letters.iter().take(2).copied())) {
        return Some(2);
    }
    letters.first().filter(|letter| SINGLE.contains(**letter)).map(|_| 1)
}

/// Whether `letters` begin with a word that only looks like a name.
pub(super) fn is_other_word(letters: &[char]) -> bool {
    NO_NAMES.iter().any(|word| word.chars().eq(letters.iter().take(2).copied()))
}
