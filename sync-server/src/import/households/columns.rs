//! What the columns of a household roster are called, and the words that stand in them.
//!
//! Floor: sync-server, import. Data only.

use crate::import::table::{Column, Columns};

const fn column(name: &'static str, words: &'static [&'static str]) -> Column {
    Column { name, words }
}

pub(in crate::import) const COLUMNS: Columns = Columns {
    known: &[
        column(
            "village",
            &[
                "村/社区",
                "村社区",
                "村",
                "社区",
                "村名",
                "社区名称",
                "村居",
                "村/居",
                "所属村",
                "所属社区",
                "村组",
                "行政村",
                "村（社区）",
                "村社区名称",
                "community",
            ],
        ),
        column("grid", &["网格", "所属网格", "网格名称", "网格编号", "网格号", "所在网格"]),
        column(
            "address",
            &[
                "地址",
                "门牌",
                "门牌号",
                "门牌地址",
                "住址",
                "现住址",
                "家庭住址",
                "家庭地址",
                "居住地址",
                "详细地址",
                "详细住址",
                "户籍地址",
                "地址/门牌",
                "房屋地址",
                "现居住地址",
            ],
        ),
        column("building", &["楼栋", "栋", "幢", "楼号", "栋号", "楼栋号", "幢号", "楼幢"]),
        column("unit", &["单元", "单元号"]),
        column("floor", &["楼层", "层"]),
        column("room", &["房号", "室", "房间号", "室号", "房间", "户室"]),
        column("group", &["组", "组别", "村民小组", "小组", "村组号", "队"]),
        column("number", &["号", "门号", "housenumber"]),
        column("household", &["户号", "户编号", "家庭编号", "家庭户号", "户主编号", "householdnumber", "户籍号"]),
        column("head", &["户主", "户主姓名", "户主名"]),
        column("name", &["姓名", "居民姓名", "成员姓名", "人员姓名", "家庭成员", "家庭成员姓名", "住户姓名"]),
        column("relation", &["与户主关系", "关系", "户主关系", "与户主的关系", "家庭关系", "与户主之关系"]),
        column(
            "telephone",
            &[
                "电话",
                "手机号",
                "手机",
                "手机号码",
                "电话号码",
                "联系电话",
                "联系方式",
                "联系电话/手机",
                "电话/手机号",
                "本人电话",
                "phone",
                "mobile",
            ],
        ),
        column("birth_date", &["出生日期", "出生年月", "出生年月日", "生日", "出生时间", "birthday", "dateofbirth"]),
        column("birth_year", &["出生年份", "出生年", "yearofbirth"]),
        column(
            "id_number",
            &[
                "身份证号",
                "身份证",
                "身份证号码",
                "公民身份号码",
                "公民身份证号",
                "公民身份证号码",
                "证件号码",
                "证件号",
                "居民身份证号",
                "idcard",
                "id",
            ],
        ),
        column("tags", &["标签", "人员标签", "人员类别", "重点人群", "人群标签", "人员类型"]),
        column("remarks", &["标签/备注", "标签备注", "备注/标签"]),
        column("note", &["备注", "说明", "备注说明", "remark"]),
        column("door", &["居住状态", "房屋状态", "居住情况", "入住情况", "房屋使用情况", "状态"]),
        column(
            "app_installed",
            &[
                "是否安装反诈app",
                "反诈app",
                "国家反诈中心app",
                "是否安装国家反诈中心app",
                "安装反诈app",
                "反诈app安装",
                "是否安装app",
            ],
        ),
    ],
    required: &[&["grid", "village"], &["address", "building", "room", "group", "number", "household"]],
};

/// What is found behind a door.
pub(super) const DOORS: &[(&str, &[&str])] = &[
    ("lived_in", &["居住", "常住", "自住", "在住", "有人居住", "出租", "租住", "入住", "正常居住", "正常"]),
    ("vacant", &["空置", "空房", "无人居住", "无人", "空户", "闲置"]),
    ("demolished", &["拆迁", "已拆迁", "已拆除", "拆除", "灭失"]),
    ("long_absent", &["长期外出", "外出", "长期不在", "长期无人", "外出务工", "全家外出", "举家外出"]),
];

/// What a worker should know of somebody.
pub(super) const TAGS: &[(&str, &[&str])] = &[
    ("elderly", &["老人", "老年人", "独居老人", "空巢老人", "高龄老人", "60岁以上", "65岁以上", "老年"]),
    ("student", &["学生", "大学生", "中学生", "小学生", "在校学生"]),
    ("finance_staff", &["财务", "财务人员", "会计", "出纳", "企业财务"]),
    (
        "easily_deceived",
        &["易受骗", "易受骗人员", "易受骗人群", "易被骗", "易被骗人群", "易骗", "高危人群", "易受骗群体"],
    ),
];
