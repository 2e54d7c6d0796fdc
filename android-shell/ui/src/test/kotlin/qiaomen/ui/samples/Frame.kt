package qiaomen.ui.samples

import qiaomen.model.state.AppState
import qiaomen.model.state.Banner
import qiaomen.model.state.BannerKind
import qiaomen.model.state.CallCard
import qiaomen.model.state.CorrectField
import qiaomen.model.state.CorrectState
import qiaomen.model.state.DraftRow
import qiaomen.model.state.DutyState
import qiaomen.model.state.EnrolState
import qiaomen.model.state.EventRow
import qiaomen.model.state.FieldError
import qiaomen.model.state.Gate
import qiaomen.model.state.Line
import qiaomen.model.state.Mark
import qiaomen.model.state.Progress
import qiaomen.model.state.RefusedRow
import qiaomen.model.state.ReminderCard
import qiaomen.model.state.Said
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsState
import qiaomen.model.state.StorageGauge
import qiaomen.model.state.SyncState
import qiaomen.model.state.Tab
import qiaomen.model.state.TaskCard
import qiaomen.model.state.TodayCount
import qiaomen.model.state.TodayState
import qiaomen.model.state.Undo
import qiaomen.model.state.UrgentAlert

/** The moment at which everything is shown. */
const val NOW = 1_773_972_000_000

internal fun Tongue.extreme(overdue: Boolean = true) = TaskCard(
    "a1", say("张三", "Zhang San"), "extreme", say("特危", "Extreme"), "secondVisit", say("二次回访", "Second visit"),
    say("今天 18:30 前", "By 18:30 today"), if (overdue) say("已逾期 2 小时 13 分", "2 h 13 min overdue") else say("还剩 5 小时", "5 h left"),
    overdue, !overdue, say("上门 2 次未见到", "Tried twice in vain"), say("河东村3号楼2单元501", "Building 3, unit 2, 501"),
)

private fun Tongue.today(calls: List<CallCard> = emptyList()) = TodayState(
    say("3月20日 星期五", "Friday 20 March"), say("王芳 · 河东村第一网格", "Wang Fang · Hedong, grid 1"), false,
    listOf(
        extreme(),
        TaskCard(
            "a2", say("李四", "Li Si"), "high", say("高危", "High"), "threeDayVisit", say("三日回访", "Three-day visit"),
            say("今天 24:00 前", "By midnight"), say("还剩 5 小时", "5 h left"), false, true, placeText = say("五组12号", "Group 5, no. 12"),
        ),
        TaskCard(
            "a3", say("赵大妈", "Auntie Zhao"), "medium", say("中危", "Medium"), "threeDayVisit", say("三日回访", "Three-day visit"),
            say("3月22日 24:00 前", "By the end of 22 March"), say("还剩 2 天", "2 days left"), false, false, justDone = true,
        ),
        TaskCard(
            "a4", say("钱师傅", "Mr Qian"), "low", say("低危", "Low"), "monthEndJudgement", say("月末研判", "Judgement at month's end"),
            say("3月31日 24:00 前", "By the end of 31 March"), say("还剩 11 天", "11 days left"), false, false,
        ),
    ),
    calls = calls,
    count = TodayCount(12, 9, 6, 3, 4),
    drafts = listOf(DraftRow("d1", say("3号楼2单元502 入户", "Building 3, unit 2, 502"), say("10 分钟前", "10 minutes ago"))),
    reminders = listOf(
        ReminderCard(
            "r1", say("“百万保障”来电是骗局", "Calls about a “million insurance” are a fraud"),
            say("对方让您共享屏幕、转账“验证”的，都是诈骗。", "Whoever asks you to share your screen or to send money “to verify” is a fraud."),
            say("3月31日前", "Until 31 March"),
        ),
    ),
    syncText = say("全部已发送 · 上次同步：5 分钟前", "All sent · last sync 5 minutes ago"),
)

private fun Tongue.enrol() = EnrolState(
    storedTexts = listOf(
        say("您所负责网格的住户、居民电话、走访和承诺书", "Doors, residents' telephones, visits and pledges of the grids you look after"),
        say("您所在村（社区）的预警和处置记录", "Alerts of your village, and what was done"),
        say("您在这里写下的每一条记录，加密存放", "Every record that you write here, encrypted"),
    ),
    seenByTexts = listOf(
        say("同一网格的同事、队长、督导员和派出所能看到您的记录", "Colleagues of the same grid, heads, supervisors and the station see what you record"),
        say("应用不会跟踪您的位置，只在您点“定位”时记一次", "Nobody is followed: a place is noted only when you ask for it"),
    ),
    undertakingTexts = listOf(
        say("我会对住户的姓名、电话、住址和预警内容保密，只用于反诈工作。", "I keep names, telephones, addresses and alerts to myself and use them for this work alone."),
        say("手机丢失或换人时，我马上告诉管理员。", "If the phone is lost or changes hands, I tell the administrator at once."),
    ),
)

internal val frameSamples = listOf(
    Sample("gate-opening") { AppState() },
    Sample("gate-locked") { AppState(gate = Gate.Locked) },
    Sample("gate-revoked") {
        AppState(
            gate = Gate.Revoked(
                say(
                    "这部手机已被停用，上面的记录已锁住，看不到了。还有 3 处改动没有发送。可以上交给服务器，由督导员决定怎么处理；不上交也不会删除。",
                    "This phone was taken out of use; what is on it is locked. 3 changes were not sent. You can hand them in; a supervisor decides. Nothing is deleted otherwise.",
                ),
                3,
            ),
        )
    },
    Sample("gate-revoked-handed-in") {
        AppState(
            gate = Gate.Revoked(
                say("这部手机已被停用，上面的记录已锁住，看不到了。", "This phone was taken out of use; what is on it is locked."), 0,
                resultText = say("已上交 3 处改动，由督导员处理。", "3 changes were handed in; a supervisor decides."), handedIn = true,
            ),
        )
    },
    Sample("gate-damaged") {
        AppState(gate = Gate.Damaged(say("资料文件损坏，读不出来。可以再试一次；或者把它另存，重新入网。", "The store is damaged. Try again, or put it aside and enrol anew.")))
    },
    Sample("gate-key-missing") {
        AppState(gate = Gate.KeyMissing(say("手机刚开机，还没有解锁。请先解锁手机，再试一次。", "The phone was just started. Unlock it, then try again.")))
    },
    Sample("enrol") { AppState(Gate.Enrolling, Screen.Enrol(enrol())) },
    Sample("enrol-filled", 1350) {
        AppState(
            Gate.Enrolling,
            Screen.Enrol(
                enrol().copy(
                    code = "K7QM-2XPA", server = "town.example", label = say("王芳的手机", "Wang's phone"), undertaken = true,
                    errors = listOf(FieldError("server", say("服务器地址写法不对，应像 https://town.example", "Not an address: it looks like https://town.example"))),
                    failureText = say("没有这个入网码。请核对，或向管理员要一个新的。", "There is no such code. Check it, or ask for a new one."),
                ),
            ),
        )
    },
    Sample("enrol-again") {
        open(
            Screen.Enrol(
                enrol().copy(
                    code = "K7QM-2XPA", server = "https://town.example", label = say("王芳的手机", "Wang's phone"),
                    againText = say(
                        "手机上的记录都在，还有 3 处改动没有发送。请向管理员要一个您本人的新入网码，重新入网后会自动发送。",
                        "Everything on this phone is still here, and 3 changes are not sent yet. Ask the administrator for a new code of your own; they go as soon as you have joined again.",
                    ),
                ),
            ),
        )
    },
    Sample("enrol-busy") {
        AppState(
            Gate.Enrolling,
            Screen.Enrol(enrol().copy(code = "K7QM-2XPA", busy = true, progress = Progress(0, 0, 420, 1200, say("已收到 420 条，共 1200 条", "420 of 1200 records"))))
        )
    },
    Sample("today", 1300) { open(Screen.Today(today()), Tab.Today).copy(overdue = 1, waiting = 2) },
    Sample("today-top") { open(Screen.Today(today()), Tab.Today).copy(overdue = 1) },
    Sample("today-urgent") {
        val call = CallCard(
            "a9", say("孙某", "Mr Sun"), "extreme", say("特危", "Extreme"), say("李强交接给您：“就近上门”", "Li Qiang offers it: “nearest to you”"), "o1",
        )
        open(Screen.Today(today(listOf(call)).copy(onDuty = true, canPaste = true)), Tab.Today).copy(
            urgent = UrgentAlert("a9", say("孙某，特危", "Mr Sun, extreme"), "extreme", true), overdue = 1,
            banners = listOf(Banner(BannerKind.Offline, say("没有网络。照常工作，有网络后会自动发送。", "No connection. Work goes on; it is sent later."))),
        )
    },
    Sample("today-empty") {
        open(
            Screen.Today(TodayState(say("3月20日 星期五", "Friday 20 March"), say("王芳 · 河东村第一网格", "Wang Fang · Hedong, grid 1"), false, syncText = say("还没有同步过", "Not synced yet"))),
            Tab.Today,
        ).copy(said = Said(1, say("已加入，资料已齐", "Joined; everything is here")))
    },
    Sample("sync", 900) {
        open(
            Screen.Sync(
                SyncState(
                    drafts = 1, waiting = 2, sent = 148, held = 1, lastText = say("今天 10:20：接受 2 处，退回 1 处", "Today 10:20: 2 accepted, 1 refused"),
                    refused = listOf(
                        RefusedRow(7, say("走访：3号楼2单元501", "Visit: building 3, unit 2, 501"), say("您的角色不能改别人的走访。", "Your role may not change another's visit."), say("今天 10:20", "Today 10:20"), true),
                    ),
                    heldRows = listOf(
                        EventRow("h1", say("修改：五组12号的网格", "Edit: grid of group 5, no. 12"), say("王芳 · 昨天 16:02", "Wang Fang · yesterday 16:02"), mark = Mark.Held, markText = say("等督导员决定", "Waits for a supervisor")),
                    ),
                    conflicts = 2,
                    storage = StorageGauge(say("已用 118.2 GB", "118.2 GB used"), say("只剩 0.4 GB，请尽快清理", "Only 0.4 GB left: make room soon"), 94, true),
                    networkText = say("移动网络 · 随时同步", "Mobile network · at any time"),
                ),
            ),
            Tab.Sync,
        ).copy(
            refused = 1, waiting = 2,
            banners = listOf(Banner(BannerKind.Clock, say("手机时间可能快了 2 小时。记录会注明“时间待核”，请核对手机时间。", "The clock may be 2 hours fast. Records say so; please check it."))),
        )
    },
    Sample("sync-signed-out") {
        open(
            Screen.Sync(
                SyncState(
                    waiting = 3, sent = 120, lastText = say("上次同步：3 小时前", "Last sync 3 hours ago"), failureText = say("这部手机的登录已失效。请向管理员要新的入网码，重新入网。", "This phone is no longer signed in. Ask the administrator for a new code and join again."), signedOut = true,
                    storage = StorageGauge(say("已用 31.0 GB", "31.0 GB used"), say("还剩 33.0 GB", "33.0 GB left"), 48), networkText = say("Wi-Fi", "Wi-Fi"),
                ),
            ),
            Tab.Sync,
        ).copy(waiting = 3, banners = listOf(Banner(BannerKind.SignedOut, say("登录已失效。记录照常保存，请找管理员要新的入网码。", "No longer signed in. Everything is kept; ask the administrator for a new code."))))
    },
    Sample("sync-running") {
        open(
            Screen.Sync(
                SyncState(
                    running = true, progress = Progress(12, 40, 0, 0, say("已发送 12 条，共 40 条", "12 of 40 sent")), waiting = 28, sent = 120,
                    lastText = say("上次同步：3 小时前", "Last sync 3 hours ago"),
                    storage = StorageGauge(say("已用 31.0 GB", "31.0 GB used"), say("还剩 33.0 GB", "33.0 GB left"), 48), networkText = say("无线网络", "Wi-Fi"),
                ),
            ),
            Tab.Sync,
        )
    },
    Sample("correct") {
        open(
            Screen.Correct(
                CorrectState(
                    7, say("走访：3号楼2单元501", "Visit: building 3, unit 2, 501"), say("结束时间早于开始时间。", "It ended before it began."), "ended",
                    listOf(
                        CorrectField("outcome", say("结果", "Outcome"), say("见到本人", "Met"), false),
                        CorrectField("ended", say("结束时间", "Ended"), "2026-03-20 09:10", true),
                        CorrectField("note", say("备注", "Note"), say("老人听力不好", "Hard of hearing"), true),
                    ),
                    canSend = true,
                ),
            ),
        )
    },
    Sample("settings", 1650) {
        open(
            Screen.Settings(
                SettingsState(
                    say("王芳", "Wang Fang"), say("志愿者 · 河东村第一网格", "Volunteer · Hedong, grid 1"),
                    DutyState(true, say("有预警时，锁屏也会响铃", "Rings for alerts, locked or not"), testText = say("3 秒内被唤醒，正常", "Woken within 3 seconds: it works"), testPassed = true),
                    choices("+zh|中文|中文", "en|English|English"),
                    choices("+any|随时同步|At any time", "unmetered|只用无线网络|On Wi-Fi only"),
                    choices("+100|标准|100 %", "130|大|130 %", "160|特大|160 %", "200|最大|200 %"),
                    choices("+system|跟随系统|As the phone", "light|浅色|Light", "dark|深色|Dark"),
                    choices("off|不锁定|Never", "1|离开 1 分钟|After 1 minute", "+5|离开 5 分钟|After 5 minutes", "15|离开 15 分钟|After 15 minutes"),
                    listOf(Line(say("本月入户", "Visits this month"), "86"), Line(say("按时完成", "In time"), say("21 / 23 项", "21 of 23")), Line(say("承诺书", "Pledges"), "41")),
                    listOf(Line(say("版本", "Version"), "0.1"), Line(say("服务器", "Server"), "https://town.example"), Line(say("设备编号", "Device"), "3f9a 21c0")),
                ),
            ),
            Tab.Settings,
        )
    },
    Sample("settings-test-failed") {
        open(
            Screen.Settings(
                SettingsState(
                    say("王芳", "Wang Fang"), say("志愿者 · 河东村第一网格", "Volunteer · Hedong, grid 1"),
                    DutyState(
                        true, say("有预警时，锁屏也会响铃", "Rings for alerts, locked or not"), testPassed = false,
                        testText = say("没有被唤醒。请在系统设置里允许本应用在后台运行，再测一次。", "Not woken. Let the app run in the background in the phone's settings, then test again."),
                    ),
                ),
            ),
            Tab.Settings,
        ).copy(undo = null)
    },
    Sample("undo") {
        open(Screen.Today(today()), Tab.Today).copy(undo = Undo(say("已记录：3号楼2单元501 无人在家", "Recorded: nobody home at 501"), NOW + 6_000))
    },
    Sample("said-failure") {
        open(Screen.Today(today()), Tab.Today).copy(said = Said(2, say("没有网络，稍后会自动发送。", "No connection; it is sent later."), true))
    },
)

