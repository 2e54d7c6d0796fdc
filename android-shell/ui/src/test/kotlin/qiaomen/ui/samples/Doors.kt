package qiaomen.ui.samples

import qiaomen.model.state.Block
import qiaomen.model.state.BlockRow
import qiaomen.model.state.CallCard
import qiaomen.model.state.DissuasionForm
import qiaomen.model.state.DoorCell
import qiaomen.model.state.DoorMark
import qiaomen.model.state.DoorRow
import qiaomen.model.state.DoorsState
import qiaomen.model.state.DoorsView
import qiaomen.model.state.EventRow
import qiaomen.model.state.FieldError
import qiaomen.model.state.FloorRow
import qiaomen.model.state.GridRow
import qiaomen.model.state.HouseholdSheet
import qiaomen.model.state.HouseholdState
import qiaomen.model.state.Line
import qiaomen.model.state.Mark
import qiaomen.model.state.PledgeMode
import qiaomen.model.state.PledgeState
import qiaomen.model.state.ResidentRow
import qiaomen.model.state.Screen
import qiaomen.model.state.SignPoint
import qiaomen.model.state.Tab
import qiaomen.model.state.UnitBlock
import qiaomen.model.state.VisitStage
import qiaomen.model.state.VisitState

private fun Tongue.grid(n: Int) = GridRow("g$n", say("第${if (n == 1) "一" else "二"}网格", "Grid $n"), say("青石镇 河东村", "Qingshi, Hedong"), 120, 86, say("已走访 86 / 120 户", "86 of 120 doors visited"))

private fun Tongue.doors() = DoorsState(
    false, listOf(grid(1), grid(2)), grid(1),
    blocks = listOf(
        BlockRow("3", say("3号楼", "Building 3"), 48, 40, say("已走访 40 / 48 户", "40 of 48 doors visited")),
        BlockRow("5", say("5号楼", "Building 5"), 24, 6, say("已走访 6 / 24 户", "6 of 24 doors visited")),
        BlockRow("g5", say("五组", "Group 5"), 31, 31, say("全部走访 31 户", "All 31 doors visited")),
    ),
)

private fun Tongue.floors(unit: Int) = (1..4).map { floor ->
    FloorRow(say("${floor}楼", "$floor"), (1..4).map { room ->
        val state = DoorMark.entries[(unit * 7 + floor * 5 + room * room) % DoorMark.entries.size]
        DoorCell("$unit-$floor-$room", "${floor}0$room", state, say("3号楼${unit}单元${floor}0$room，${state.name}", "Unit $unit, ${floor}0$room, ${state.name}"))
    })
}

private fun Tongue.household() = HouseholdState(
    "h1", false, address = say("3号楼2单元501", "Building 3, unit 2, 501"), gridText = say("河东村第一网格", "Hedong, grid 1"), mark = Mark.Waiting,
    doorText = say("有人居住", "Lived in"), note = say("老人听力不好，请大声敲门", "Hard of hearing: knock loudly"),
    residents = listOf(
        ResidentRow("r1", say("王建", "Wang Jian"), listOf("12000010000"), listOf(say("老年人", "Elderly")), "yes", say("已装国家反诈中心 App", "Has the national app"), true, say("3月12日已签承诺书", "Pledged on 12 March")),
        ResidentRow("r2", say("张秀", "Zhang Xiu"), emptyList(), emptyList(), "no", say("未装国家反诈中心 App", "Has not the national app"), false, say("未签承诺书", "Has not pledged")),
    ),
    lastText = say("12 天前走访", "Visited 12 days ago"), next = "h2", nextText = say("3号楼2单元502", "Building 3, unit 2, 502"),
    history = listOf(
        EventRow("e1", say("入户：见到本人", "Visit: met"), say("王芳 · 3月8日 16:20", "Wang Fang · 8 March 16:20"), say("发放：公开信、承诺书", "Handed out: open letter, pledge"), Mark.Sent),
        EventRow("e0", say("无人在家", "Nobody home"), say("李强 · 2月11日 10:05", "Li Qiang · 11 February 10:05"), mark = Mark.Sent),
    ),
    historyMore = true,
)

private fun Tongue.visit() = VisitState(
    "d1", "h1", null, say("3号楼2单元501", "Building 3, unit 2, 501"), say("王建、张秀", "Wang Jian, Zhang Xiu"),
    outcomes = choices("+met|见到本人|Met", "nobodyHome|无人在家|Nobody home", "refused|拒绝|Refused", "moved|已搬走|Moved away", "telephone|电话联系|By telephone"),
    met = choices("+r1|王建|Wang Jian", "r2|张秀|Zhang Xiu"),
    given = choices("+openLetter|公开信|Open letter", "+contactCard|警民联系卡|Contact card", "pledge|承诺书|Pledge"),
    explained = choices("+kinds|诈骗类型|Kinds of fraud", "+tricks|常见手法|Tricks", "cases|最新案例|Cases", "+app|反诈 App|The app", "data|保护个人信息|Personal data"),
    observations = choices("calm|情绪平稳|Calm", "flustered|慌张|Flustered", "evasive|躲闪|Evasive"),
    startedText = say("10:31 开始", "Began at 10:31"), keptText = say("已自动保存 · 刚刚", "Kept a moment ago"), positionText = say("已定位，误差 12 米", "Located, within 12 m"), canGoOn = true,
)

private val strokes = listOf(
    List(40) { SignPoint(2200 + it * 45, 2600 + (900 * kotlin.math.sin(it / 4.0)).toInt(), it * 16) },
    List(30) { SignPoint(4600 + it * 80, 2400 + (1100 * kotlin.math.cos(it / 3.0)).toInt(), 900 + it * 16) },
    List(12) { SignPoint(7300 + it * 10, 1400 + it * 200, 1700 + it * 16) },
)

private fun Tongue.pledge() = PledgeState(
    "h1", say("3号楼2单元501", "Building 3, unit 2, 501"), false, choices("+r1|王建|Wang Jian", "r2|张秀|Zhang Xiu"),
    say("防范电信网络诈骗承诺书", "Pledge against telecom fraud"),
    say(
        "本人王建郑重承诺：不轻信陌生来电，不点击不明链接，不透露验证码和银行卡信息，不向陌生账户转账；发现可疑情况立即拨打96110。",
        "I, Wang Jian, pledge: I trust no unknown caller, open no unknown link, give away no code and no bank data, and send no money to strangers; when in doubt I call 96110.",
    ),
    say("版本 2026-01", "Version 2026-01"), keptText = say("已自动保存", "Kept"),
)

internal val doorSamples = listOf(
    Sample("doors") { open(Screen.Doors(doors()), Tab.Doors) },
    Sample("doors-grids") { open(Screen.Doors(doors().copy(grid = null)), Tab.Doors) },
    Sample("doors-block", 1000) {
        open(Screen.Doors(doors().copy(block = Block("3", say("3号楼", "Building 3"), listOf(UnitBlock(say("1单元", "Unit 1"), floors(1)), UnitBlock(say("2单元", "Unit 2"), floors(2)))))), Tab.Doors)
    },
    Sample("doors-group") {
        val cells = (1..14).map { DoorCell("$it", say("${it}号", "$it"), DoorMark.entries[it % 5], say("五组${it}号", "Group 5, no. $it")) }
        open(Screen.Doors(doors().copy(block = Block("g5", say("五组", "Group 5"), listOf(UnitBlock("", listOf(FloorRow("", cells))))))), Tab.Doors)
    },
    Sample("doors-list") {
        open(
            Screen.Doors(
                doors().copy(
                    view = DoorsView.List,
                    rows = listOf(
                        DoorRow("1", say("3号楼2单元501", "Building 3, unit 2, 501"), say("王建、张秀", "Wang Jian, Zhang Xiu"), say("从未走访", "Never visited"), true),
                        DoorRow("2", say("3号楼2单元502", "Building 3, unit 2, 502"), say("刘某", "Liu"), say("92 天前走访", "Visited 92 days ago"), false, mark = Mark.Refused),
                        DoorRow("3", say("五组12号", "Group 5, no. 12"), say("赵大妈", "Auntie Zhao"), say("12 天前走访", "Visited 12 days ago"), false, mark = Mark.Waiting),
                    ),
                ),
            ),
            Tab.Doors,
        )
    },
    Sample("doors-search") {
        open(
            Screen.Doors(
                doors().copy(
                    query = "wj",
                    rows = listOf(DoorRow("1", say("3号楼2单元501", "Building 3, unit 2, 501"), say("王建、张秀", "Wang Jian, Zhang Xiu"), say("从未走访", "Never visited"), true, say("拼音：王建", "Pinyin: Wang Jian"))),
                ),
            ),
            Tab.Doors,
        )
    },
    Sample("doors-nothing") { open(Screen.Doors(doors().copy(query = "999")), Tab.Doors) },
    Sample("household", 1200) { open(Screen.Household(household())) },
    Sample("household-top") { open(Screen.Household(household())) },
    Sample("household-alert") {
        open(
            Screen.Household(
                household().copy(
                    alerts = listOf(CallCard("a1", say("王建", "Wang Jian"), "high", say("高危", "High"), say("三日回访，还剩 5 小时", "Three-day visit, 5 h left"))),
                    conflictTexts = listOf(say("电话：王芳写 12000010002，李强写 12000010009", "Telephone: Wang Fang wrote 12000010002, Li Qiang 12000010009")),
                ),
            ),
        )
    },
    Sample("household-resident", 1100) {
        open(
            Screen.Household(
                household().copy(
                    sheet = HouseholdSheet.Resident(
                        null, say("李秋", "Li Qiu"), "1200001", "1950", choices("+elderly|老年人|Elderly", "alone|独居|Lives alone", "student|学生|Student", "finance|财务人员|Finance staff"),
                        choices("yes|已装|Has it", "no|未装|Has not", "+notLooked|没看|Not looked"), true, say("杭州", "Hangzhou"), "",
                        listOf(FieldError("telephone", say("手机号应为 11 位", "A mobile number has 11 digits"))),
                    ),
                ),
            ),
        )
    },
    Sample("household-door", 900) {
        open(
            Screen.Household(
                HouseholdState(
                    null, false,
                    sheet = HouseholdSheet.Door(
                        "3", "2", "5", "", door = choices("+livedIn|有人居住|Lived in", "vacant|空户|Vacant", "demolished|已拆除|Demolished", "longAbsent|长期外出|Long absent"),
                        errors = listOf(FieldError("room", say("请填房号", "Name the room"))),
                    ),
                ),
            ),
        )
    },
    Sample("visit", 1700) { open(Screen.Visit(visit())) },
    Sample("visit-top") { open(Screen.Visit(visit())) },
    Sample("visit-summary") {
        open(
            Screen.Visit(
                visit().copy(
                    stage = VisitStage.Summary,
                    summary = listOf(
                        Line(say("结果", "Outcome"), say("见到本人", "Met")), Line(say("见到", "Met"), say("王建", "Wang Jian")),
                        Line(say("发放", "Handed out"), say("公开信、警民联系卡", "Open letter, contact card")), Line(say("讲解", "Explained"), say("诈骗类型、常见手法、反诈 App", "Kinds, tricks, the app")),
                    ),
                    warnings = listOf(say("没有发放承诺书", "No pledge was handed out")),
                    roles = choices("volunteer|志愿者|Volunteer", "+teamHead|队长|Team head"),
                ),
            ),
        )
    },
    Sample("visit-dissuasion", 3300) {
        open(
            Screen.Visit(
                visit().copy(
                    alert = "a1", title = say("张三 · 见面劝阻", "Zhang San · dissuasion"), subtitle = say("特危", "Extreme"),
                    metTarget = choices("+yes|是|Yes", "no|不是|No"), given = emptyList(), explained = emptyList(),
                    risks = choices("noFurther|没有再被骗风险|No further risk", "+mayBeDefraudedAgain|可能再次被骗|May be defrauded again"),
                    dissuasion = DissuasionForm(
                        choices("+identity|出示证件、说明来意|Showed identity, said why", "+judged|判断诈骗类型|Judged the kind", "script|使用话术|Used the script", "cases|用案例警示|Warned by cases", "questions|答疑、反复劝|Answered, repeated"),
                        choices("+customerService|冒充客服|Customer service", "loan|虚假贷款|False loan"), say("冒充客服：这样说", "False customer service: what to say"),
                        say("真客服不会让您转账，也不会让您共享屏幕。", "No customer service asks you to send money or to share your screen."), true, true,
                        choices("+family|家属|Family", "friends|朋友|Friends", "colleagues|同事|Colleagues"), choices("+faceToFace|当面|Face to face", "telephone|电话|Telephone"),
                        choices("+home|家中|At home", "work|单位|At work"), say("赵警官", "Officer Zhao"), "", true,
                        choices("+recorder|录像机|Recorder", "bodyCamera|执法记录仪|Body camera", "none|没有录像|None"), say("王芳", "Wang Fang"),
                        choices("+phone|在手机里|On the phone", "station|存派出所|At the station"), "IMG_2031", choices("guidance|心理疏导|Guidance", "legalAid|法律援助|Legal aid"),
                    ),
                    errors = listOf(FieldError("dissuasion.places", say("请选见面地点", "Say where you met"))), canGoOn = false,
                ),
            ),
        )
    },
    Sample("pledge", 1100) { open(Screen.Pledge(pledge().copy(strokes = strokes, canSave = true, witness = say("李强", "Li Qiang")))) },
    Sample("pledge-empty") { open(Screen.Pledge(pledge().copy(earlierText = say("2025年3月5日签过一份", "Signed one on 5 March 2025")))) },
    Sample("pledge-paper", 900) {
        open(
            Screen.Pledge(
                pledge().copy(
                    mode = PledgeMode.Paper, archiveNumber = "HD-2026-041", forAnother = true, proxyName = say("王小", "Wang Xiao"),
                    errors = listOf(FieldError("proxyRelation", say("请写与本人的关系", "Say how they are related"))),
                ),
            ),
        )
    },
)
