package qiaomen.ui.samples

import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.AlertState
import qiaomen.model.state.ConflictCard
import qiaomen.model.state.ConflictChoice
import qiaomen.model.state.ConflictField
import qiaomen.model.state.ConflictsState
import qiaomen.model.state.CustodyCard
import qiaomen.model.state.DossierRow
import qiaomen.model.state.DossierState
import qiaomen.model.state.DueRow
import qiaomen.model.state.EventRow
import qiaomen.model.state.FieldError
import qiaomen.model.state.Line
import qiaomen.model.state.Mark
import qiaomen.model.state.OfferRow
import qiaomen.model.state.PasteState
import qiaomen.model.state.PastedCard
import qiaomen.model.state.PersonRow
import qiaomen.model.state.PlaceRow
import qiaomen.model.state.Qr
import qiaomen.model.state.Screen
import qiaomen.model.state.SensitiveSpan

private fun Tongue.alert() = AlertState(
    "a1", false, name = say("张三", "Zhang San"), level = "extreme", levelText = say("特危", "Extreme"), telephone = "120 0001 0000",
    facts = listOf(
        Line(say("发布单位", "Issued by"), say("市反诈中心", "City anti-fraud centre")),
        Line(say("平台编号", "Platform number"), "YJ-20260318-0071"),
        Line(say("发布时间", "Issued"), say("3月18日 09:00", "18 March, 09:00")),
        Line(say("到所时间", "Reached the station"), say("3月18日 09:12", "18 March, 09:12")),
    ),
    note = say("疑似冒充客服，要求共享屏幕", "Probably a false customer service that asks to share the screen"),
    resultText = say("处置中", "Running"),
    custody = CustodyCard(true, say("王芳（您）", "Wang Fang (you)"), listOf(say("李强 3月18日 09:15 首接", "Li Qiang took it first, 18 March 09:15"), say("王芳 3月18日 10:02 接受交接", "Wang Fang accepted it, 18 March 10:02"))),
    places = listOf(
        PlaceRow("p1", say("住址", "Home"), say("河东村3号楼2单元501", "Building 3, unit 2, 501, Hedong"), true),
        PlaceRow("p2", say("单位", "Work"), say("青石镇建材市场", "Building market, Qingshi"), false),
    ),
    next = extreme(),
    due = listOf(
        DueRow("firstContact", say("首次联系", "First contact"), "done", say("按时", "In time"), say("3月18日 09:10 前", "By 18 March 09:10")),
        DueRow("firstMeeting", say("首次见面", "First meeting"), "late", say("迟 20 分", "20 min late"), say("3月18日 10:00 前", "By 18 March 10:00")),
        DueRow("secondVisit", say("二次回访", "Second visit"), "overdue", say("已逾期 2 小时 13 分", "2 h 13 min overdue"), say("今天 18:30 前", "By 18:30 today"), say("上门 2 次未见到", "Tried twice in vain")),
        DueRow("threeDayVisit", say("三日回访", "Three-day visit"), "open", say("还剩 1 天", "1 day left"), say("明天 24:00 前", "By the end of tomorrow")),
    ),
    actions = listOf(
        AlertAction.RecordVisit, AlertAction.Call, AlertAction.Navigate, AlertAction.Badge, AlertAction.Script, AlertAction.Dissuade, AlertAction.MoneySent,
        AlertAction.StopPayment, AlertAction.HandOver, AlertAction.Feedback, AlertAction.Propose, AlertAction.Comment, AlertAction.Dossier,
    ),
    file = listOf(
        EventRow("e2", say("未见到：家中无人", "In vain: nobody home"), say("王芳 · 今天 16:40", "Wang Fang · today 16:40"), say("邻居说去了女儿家，晚上回来", "A neighbour says: at the daughter's, back tonight"), Mark.Waiting),
        EventRow("e1", say("见面劝阻：见到本人", "Dissuasion: met"), say("李强 · 3月18日 10:20 · 手机时间待核", "Li Qiang · 18 March 10:20 · clock doubtful"), mark = Mark.Sent, doubtful = true),
    ),
)

private fun Tongue.over(sheet: AlertSheet) = open(Screen.Alert(alert().copy(sheet = sheet)))

/** Not a true QR picture, but as dense as one. */
private val qr = Qr(33, List(33 * 33) { at ->
    val (row, column) = at / 33 to at % 33
    fun eye(r: Int, c: Int) = maxOf(kotlin.math.abs(row - r), kotlin.math.abs(column - c)).let { if (it <= 4) it != 4 && it != 2 else null }
    eye(3, 3) ?: eye(3, 29) ?: eye(29, 3) ?: ((at * 7919 + row * row * 31) % 7 < 3)
})

internal val alertSamples = listOf(
    Sample("alert", 1900) { open(Screen.Alert(alert().copy(stopPaymentOwed = true))) },
    Sample("alert-top") { open(Screen.Alert(alert())) },
    Sample("alert-offered") {
        open(
            Screen.Alert(
                alert().copy(
                    level = "high", levelText = say("高危", "High"), next = extreme(false),
                    custody = CustodyCard(
                        false, say("李强", "Li Qiang"), offers = listOf(OfferRow("o1", say("李强交接给您：“就近上门”", "Li Qiang offers it to you: “nearest”"), true, false)),
                        contestTexts = listOf(say("孙队长也在 09:14 接了，等督导员决定", "Head Sun took it at 09:14 too; a supervisor decides")),
                        unconfirmedTexts = listOf(say("您的接受还没有发送", "Your acceptance was not sent yet")),
                    ),
                    actions = listOf(AlertAction.Accept, AlertAction.Call, AlertAction.Navigate), accidentText = say("见面之后又被骗 3 万元", "Defrauded of 30,000 yuan after the meeting"), releaseOwed = true,
                    due = emptyList(), facts = emptyList(), note = null, file = emptyList(),
                ),
            ),
        )
    },
    Sample("alert-missing") { open(Screen.Alert(AlertState("x", false, missing = true))) },
    Sample("alert-hand-over") {
        over(
            AlertSheet.HandOver(
                listOf(
                    PersonRow("li", say("李强", "Li Qiang"), say("志愿者", "Volunteer"), say("约 400 米，10 分钟前", "About 400 m, 10 minutes ago")),
                    PersonRow("sun", say("孙队长", "Head Sun"), say("队长", "Team head")),
                ),
                "li", say("我在镇上开会", "I am at a meeting in town"),
            ),
        )
    },
    Sample("alert-badge") {
        over(
            AlertSheet.Badge(say("王芳", "Wang Fang"), say("青石镇反诈工作队", "Qingshi town, fraud prevention"), "0571-110-0000", "https://town.example/badge/7Q2M", qr, NOW, say("19:45 前有效", "Valid until 19:45")),
        )
    },
    Sample("alert-script") {
        over(
            AlertSheet.Script(
                choices("+customerService|冒充客服|Customer service", "loan|虚假贷款|False loan", "order|刷单返利|Fake orders"), say("冒充客服：这样说", "False customer service: what to say"),
                say(
                    "您好，我是河东村网格员，这是我的工作证。您刚接到的电话是骗子打来的。真客服不会让您转账，也不会让您共享屏幕。请先不要操作手机，我陪您一起给银行打电话。",
                    "Good day, I am your grid worker; here is my badge. The call that you had came from a fraudster. No customer service asks you to send money or to share your screen. Please leave the phone be; we call your bank together.",
                ),
            ),
        )
    },
    Sample("alert-money") {
        over(AlertSheet.MoneySent("3万", "", "", listOf(FieldError("yuan", say("请写数字，例如 30000", "Write a number, such as 30000")))))
    },
    Sample("alert-stop-payment") {
        over(AlertSheet.StopPayment(choices("+asked|已申请止付|Asked for", "frozen|已止付|Frozen", "released|已解除|Released"), "frozen", say("农商银行青石支行", "Rural bank, Qingshi")))
    },
    Sample("alert-words") {
        over(
            AlertSheet.Words(
                AlertAction.Feedback, say("已见到本人，答应不再转账，儿子电话 12000010001", "Met; will not send money; son's number 12000010001"), true,
                listOf(SensitiveSpan(16, 27, "12000010001")),
            ),
        )
    },
    Sample("alert-raise") { over(AlertSheet.Raise(choices("+extreme|特危|Extreme", "high|高危|High"), say("仍在与对方联系", "Still in touch with them"))) },
    Sample("paste") {
        open(Screen.Paste(PasteState(say("预警信息：张伟，电话12000010002，高危，涉嫌刷单返利，住河东村3号楼2单元。", "Alert: Zhang Wei, 12000010002, high, fake orders, building 3 unit 2, Hedong."), choices("+v1|河东村|Hedong", "v2|河西村|Hexi"))))
    },
    Sample("paste-found", 1450) {
        open(
            Screen.Paste(
                PasteState(
                    say("预警信息：张伟，电话12000010002，高危…", "Alert: Zhang Wei, 12000010002, high …"), choices("+v1|河东村|Hedong", "v2|河西村|Hexi"),
                    listOf(
                        PastedCard(
                            1, say("张伟", "Zhang Wei"), "1200001000", choices("extreme|特危|Extreme", "+high|高危|High", "medium|中危|Medium", "low|低危|Low"), "YJ-0072", say("河东村3号楼2单元", "Building 3, unit 2"),
                            listOf(say("住址不完整，请核对房号", "The address is not complete: check the room")),
                            choices("+r1|张伟，3号楼2单元502|Zhang Wei, building 3, unit 2, 502", "none|都不是|None of them"), say("可能是这位居民", "This resident may be meant"),
                            listOf(FieldError("telephone", say("手机号应为 11 位", "A mobile number has 11 digits"))),
                        ),
                        PastedCard(2, say("刘某", "Mrs Liu"), "12000010003", emptyList(), "", "", emptyList(), emptyList(), "", saved = true),
                    ),
                ),
            ),
        )
    },
    Sample("dossier") {
        open(
            Screen.Dossier(
                DossierState(
                    "a1", false, say("张三", "Zhang San"),
                    listOf(
                        DossierRow(EventRow("1", say("预警：特危", "Alert: extreme"), say("市反诈中心 · 3月18日 09:00", "City centre · 18 March 09:00"), mark = Mark.Sent)),
                        DossierRow(EventRow("2", say("见面劝阻：见到本人", "Dissuasion: met"), say("李强 · 3月18日 10:20", "Li Qiang · 18 March 10:20"), mark = Mark.Sent), say("执法记录仪 · 赵警官 · 存派出所 A-17", "Body camera · Officer Zhao · at the station, A-17")),
                        DossierRow(EventRow("3", say("二次回访：见到本人", "Second visit: met"), say("王芳 · 今天 10:31", "Wang Fang · today 10:31"), mark = Mark.Waiting), say("没有录像", "No recording"), true),
                    ),
                ),
            ),
        )
    },
    Sample("conflicts") {
        val field = ConflictField(
            listOf("residents", "r1", "telephone"), say("电话", "Telephone"),
            listOf(ConflictChoice(0, "12000010002", say("王芳 · 今天 09:12", "Wang Fang · today 09:12"), true), ConflictChoice(1, "12000010009", say("李强 · 今天 09:40", "Li Qiang · today 09:40"), false)),
        )
        open(Screen.Conflicts(ConflictsState(false, listOf(ConflictCard("h1", say("张伟，3号楼2单元502", "Zhang Wei, building 3, unit 2, 502"), listOf(field))), true)))
    },
    Sample("conflicts-read-only") {
        val field = ConflictField(
            listOf("note"), say("备注", "Note"),
            listOf(ConflictChoice(0, say("家里有狗", "A dog"), say("王芳 · 今天 09:12", "Wang Fang · today 09:12"), true), ConflictChoice(1, say("门铃坏了", "The bell is broken"), say("李强 · 今天 09:40", "Li Qiang · today 09:40"), false)),
        )
        open(Screen.Conflicts(ConflictsState(false, listOf(ConflictCard("h1", say("3号楼2单元501", "Building 3, unit 2, 501"), listOf(field))), false, say("由督导员选定。", "A supervisor says what holds."))))
    },
)
