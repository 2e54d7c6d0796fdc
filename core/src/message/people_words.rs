//! Words about people: who is meant by what is said beside a name or a telephone.
//!
//! Floor: message.

use super::lexicon::Words;

/// Who reports, sends, or is sent: their names and telephones are not the person's.
pub(super) static ROLES: Words = Words::new(
    "\
    报警人 报案人 举报人 联系人 经办人 签发人 派单人 接单人 民警 警官 辅警 网格员 联络员 网格长 值班员 填报人 \
    来电人 反诈专员 劝阻员 工作人员 社工 警员 承办人 负责人 责任人 接警员 楼栋长 楼长 志愿者 来电的 村干部 \
    包村干部 报警 举报 客户经理 行长 物业 反映人 大堂经理 柜员 邻居 朋友 同事 房东 报案",
);

/// Offices that stand behind a name: 王主任.
pub(super) static OFFICES: Words = Words::new(
    "\
    警官 主任 书记 所长 队长 支书 主席 镇长 村长 组长 网格员 民警 辅警 会计 科长 局长 教导员 指导员 副所长 \
    大队长 中队长 经理 乡长 网格长 委员 干事 站长 政委 支队长 警长 处长 部长",
);

/// Relatives of the person.
pub(super) static RELATIVES: Words = Words::new(
    "\
    儿子 女儿 其子 其女 其夫 其妻 其母 其父 老公 老婆 丈夫 妻子 爱人 母亲 父亲 儿媳 女婿 孙子 孙女 家属 亲属 \
    家人 子女 侄子 侄女 外甥 外孙 哥哥 弟弟 姐姐 妹妹 妈妈 爸爸 老伴 监护人 配偶 亲戚 媳妇 他妈 她妈 他爸 她爸 \
    父母 岳母 岳父 婆婆 公公",
);

/// What is said of the person right behind their name.
pub(super) static VICTIM: Words = Words::new(
    "\
    正在被 正在与 正在和 正在跟 正在向 正在给 正在遭 正在接 正在刷 正在转 正在 正被 正与 正和 正跟 正要 正向 \
    疑似 疑被 疑遭 可能 被骗 被人 被冒充 接到 接了 接听 遭遇 遭到 遭受 遭诈 涉嫌被 受骗 存在被 有被骗 点击 \
    下载 被诈 被拉 被诱 被对 近期 频繁 多次 刚刚 轻信 误信 相信 在网上 在家 通过 因 涉诈",
);

/// What is said to or of somebody behind their name.
pub(super) static TITLES: Words = Words::new(
    "\
    先生 女士 同志 老人 阿姨 大爷 大妈 大叔 大娘 大婶 奶奶 爷爷 叔叔 伯伯 小姐 师傅 老师 老太太 老太 婆婆 老伯 \
    大姐 大哥 嫂子 同学 老汉 大伯 婶 姐 哥 叔 姨 老爷子 老板 妹子 小伙 医生",
);

/// Words before a person's name.
pub(super) static BEFORE_NAME: Words = Words::new(
    "\
    居民 群众 村民 受害人 被害人 受骗人 被骗人 当事人 事主 机主 对象 住户 租户 业主 市民 女子 男子 老人 学生 \
    员工 职工 商户 受害者 预警人 被劝阻人 劝阻人 预警人员 人员 用户 客户 持卡人 开卡人 一名 名叫 叫做 叫 姓名 \
    名字 姓名为 姓名是 妇女 大学生 老年人 独居老人 店主 号主 系 户主 老太太 储户 居民群众 被害者 老太 大爷 \
    大妈 阿姨 潜在被害人 青年 中年人 教师 老师 村医 司机 工人 目标 的 辖区 你镇 你村 我镇 我村 该村 该镇 贵镇 \
    贵村 您镇 您村 本镇 本村 你社区 该社区 你乡 你街道 你区 贵辖区 租客 流动人口 常住人口 户籍人口 务工人员 \
    本名 真名 大名 全名 认识",
);

/// What may follow a name and is no part of it; the longer, the surer.
pub(super) static AFTER_NAME: Words = Words::new(
    "\
    电话 手机 联系 号码 性别 年龄 身份证 住址 地址 家住 现住 租住 住在 暂住 居住 住 家在 家里 家 目前 现在 现 \
    于 的 因 与 接 在 有可能 有被 已经 已 向 跟 称 说 收到 点 转 汇 存在 存 系 是 为 近日 近期 今 昨 刚 等 和 \
    以及 及 、 户籍 名下 本人 夫妇 一家 打 用 给 把 将 被 疑 遭 涉嫌 涉 经 也 还 又 都 可能 正 从 对 高危 中危 \
    低危 特危 高风险 预警 尾号 高 独自 一个人 不 没 未 要 想 名字 银行 微信 不在 人在 可 上 下 手机号 岁 特级 \
    吗",
);

/// Letters that no given name has.
pub(super) const NOT_GIVEN: &str =
    "的被是了吗呢们你我他她它这个该也还就请将把让接住收疑遭称说电涉骗诈转钱号村镇组街楼栋室岁诉告及与等或且若因此并很";
