// An alert and its case file, a pasted message, a dossier, conflicts.

package qiaomen.ui.samples

import qiaomen.core.AnyRecord
import qiaomen.core.Badge
import qiaomen.core.Candidate
import qiaomen.core.ConflictValue
import qiaomen.core.ConflictedRecord
import qiaomen.core.Contest
import qiaomen.core.Custody
import qiaomen.core.CustodyStep
import qiaomen.core.DossierEntry
import qiaomen.core.FieldConflict
import qiaomen.core.FieldValue
import qiaomen.core.FraudKind
import qiaomen.core.KeptAt
import qiaomen.core.Level
import qiaomen.core.MoneySent
import qiaomen.core.NearBy
import qiaomen.core.NearWorker
import qiaomen.core.Offer
import qiaomen.core.Outcome
import qiaomen.core.PastedAlert
import qiaomen.core.PastedField
import qiaomen.core.PastedReading
import qiaomen.core.Purpose
import qiaomen.core.QrPicture
import qiaomen.core.RecordKind
import qiaomen.core.Recorder
import qiaomen.core.RecordingState
import qiaomen.core.Role
import qiaomen.core.StopStep
import qiaomen.core.SyncMark
import qiaomen.core.Unconfirmed
import qiaomen.core.WhoIsMeant
import qiaomen.model.code
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.AlertState
import qiaomen.model.state.AppState
import qiaomen.model.state.Choice
import qiaomen.model.state.ConflictsState
import qiaomen.model.state.DossierState
import qiaomen.model.state.FieldError
import qiaomen.model.state.PasteState
import qiaomen.model.state.PersonRow
import qiaomen.model.state.Screen
import qiaomen.model.work.CaseNow
import qiaomen.model.work.DissuasionInput
import qiaomen.model.work.Held
import qiaomen.model.work.NOBODY
import qiaomen.model.work.PasteEdit
import qiaomen.model.work.SheetFacts
import qiaomen.model.work.SheetInput
import qiaomen.model.work.VisitForm
import qiaomen.model.work.accidentText
import qiaomen.model.work.actions
import qiaomen.model.work.badgeSheet
import qiaomen.model.work.code
import qiaomen.model.work.conflictCard
import qiaomen.model.work.custodyCard
import qiaomen.model.work.dossierRow
import qiaomen.model.work.dueRow
import qiaomen.model.work.facts
import qiaomen.model.work.moneyErrors
import qiaomen.model.work.near
import qiaomen.model.work.next
import qiaomen.model.work.pasteErrors
import qiaomen.model.work.pastedCard
import qiaomen.model.work.places
import qiaomen.model.work.record
import qiaomen.model.work.resultText
import qiaomen.model.work.sheet
import qiaomen.model.work.taskCard

/** The case as it stands, to somebody of that role. */
private fun Tongue.alert(case: qiaomen.core.CaseStanding = standing(), custody: Custody = qiaomen.ui.samples.custody, role: Role = Role.Volunteer): AlertState {
    val alert = fraudAlert()
    val level = case.level.code
    val card = teller.custodyCard(custody, ME)
    val places = teller.places(alert, teller.door(DOOR))
    val (vain, met) = visit(Purpose.FollowUp, Outcome.NobodyHome, at(20, 14, 10), note = typed("邻居说去了女儿家，晚上回来", "A neighbour says: at the daughter's, back tonight")) to
        visit(Purpose.Dissuasion, Outcome.Met, at(18, 10, 20))
    return AlertState(
        id = "a1", loading = false, name = alert.name, level = level, levelText = words.word("level", level), telephone = alert.telephone,
        facts = teller.facts(alert), note = alert.note, result = case.result.code, resultText = teller.resultText(case), custody = card, places = places,
        next = next(dues)?.let { teller.taskCard("a1", alert.name, level, it, places.firstNotNullOf { place -> place.address }, false) },
        due = dues.map(teller::dueRow),
        actions = actions(CaseNow(listOf(Held(role, "grid")), card, custody.owner != null, case, dues, emptySet(), true, true)),
        stopPaymentOwed = case.stopPaymentOwed, releaseOwed = case.releaseOwed,
        file = listOf(
            teller.row(kept("e2", AnyRecord.OfVisit(vain), ME, at(20, 14, 12), SyncMark.WAITING)),
            teller.row(kept("e1", AnyRecord.OfVisit(met), LI, at(18, 10, 22), doubtful = true)),
        ),
        accidentText = teller.accidentText(case),
    )
}

private fun Tongue.over(sheet: AlertSheet): AppState = open(Screen.Alert(alert().copy(sheet = sheet)))

private fun Tongue.over(action: AlertAction, input: SheetInput, facts: SheetFacts = SheetFacts(Level.Extreme, emptySet()), errors: List<FieldError> = emptyList()): AppState =
    over(checkNotNull(words.sheet(action, input, facts, errors)))

/** Not a true QR picture, but as dense as one. */
private val qr = QrPicture(33u, List(33 * 33) { at ->
    val (row, column) = at / 33 to at % 33
    fun eye(r: Int, c: Int) = maxOf(kotlin.math.abs(row - r), kotlin.math.abs(column - c)).let { if (it <= 4) it != 4 && it != 2 else null }
    eye(3, 3) ?: eye(3, 29) ?: eye(29, 3) ?: ((at * 7919 + row * row * 31) % 7 < 3)
})

internal fun Tongue.badge(): AlertSheet.Badge =
    badgeSheet(Badge(typed("https://town.example/badge/7Q2M"), at(20, 19, 45), nameOf(ME), typed("青石镇反诈工作队", "Qingshi town, fraud prevention"), typed("0571-110-0000"), qr), words)

private fun Tongue.person(id: String, role: Role, near: NearWorker? = null) =
    PersonRow(id, nameOf(id), words("person.roleAt", "role" to words.word("role", role.code), "area" to area()), near?.let(words::near))

private fun Tongue.areas() = listOf(Choice("v1", village(), true), Choice("v2", typed("河西村", "Hexi")))

private fun Tongue.pasted(name: String, telephone: String, level: Level?, number: String?, place: String?, who: WhoIsMeant, vararg unsure: PastedField) = PastedAlert(
    PastedReading(name, telephone, level, number, place, null, null, null, null, FraudKind.RefundRebateTask, "", unsure.toList()), who,
    fraudAlert().copy(name = name, telephone = telephone, platformNumber = number, places = listOf(qiaomen.core.PlaceEntry("p", qiaomen.core.Place("home", place, null)))),
)

private fun Tongue.found() = WhoIsMeant.One(Candidate(DOOR, JIAN, "grid", typed("张伟", "Zhang Wei"), emptyList(), flat(502)))

private fun Tongue.conflict(id: String, kind: RecordKind, record: AnyRecord?, title: String, path: List<String>, one: String, other: String) = conflictCard(
    teller,
    ConflictedRecord(id, kind, listOf(FieldConflict(path, listOf(ConflictValue(FieldValue.Text(one), ME, at(20, 9, 12)), ConflictValue(FieldValue.Text(other), LI, at(20, 9, 40)))))),
    record, title,
)

private fun entry(id: String, record: AnyRecord, by: String, role: Role, at: Long, arrived: Long?, recording: RecordingState = RecordingState.NotOwed, late: Long? = null) =
    DossierEntry(at, id, RecordKind.Visit, by, role, arrived, false, late, recording, record)

internal val alertSamples = listOf(
    Sample("alert", 1900) { open(Screen.Alert(alert(standing(stopPaymentOwed = true)))) },
    Sample("alert-top") { open(Screen.Alert(alert())) },
    Sample("alert-offered", 1150) {
        val theirs = Custody(
            qiaomen.core.Holder(LI, "r1", at(20, 9, 15), qiaomen.core.Came.FIRST, LI), emptyList(), listOf(Offer("o1", LI, ME, at(20, 16, 20))),
            listOf(Contest(SUN, "c1", at(20, 9, 14))), listOf(Unconfirmed(LI, "r4", at(20, 16, 30), CustodyStep.Offered(SUN))),
        )
        open(Screen.Alert(alert(standing(Level.High, accident = at(19, 15), releaseOwed = true), theirs).copy(due = emptyList(), facts = emptyList(), note = null, file = emptyList())))
    },
    Sample("alert-missing") { open(Screen.Alert(AlertState("x", false, missing = true))) },
    Sample("alert-hand-over") {
        val people = listOf(person(LI, Role.Volunteer, NearWorker(LI, 400, NearBy.RECORDED, 10, true)), person(SUN, Role.TeamHead))
        over(AlertAction.HandOver, SheetInput(LI, mapOf("note" to typed("我在镇上开会", "I am at a meeting in town"))), SheetFacts(Level.Extreme, emptySet(), people))
    },
    Sample("alert-badge") { over(badge()) },
    Sample("alert-script") { over(AlertAction.Script, SheetInput(), SheetFacts(Level.Extreme, emptySet(), script = script(FraudKind.FakeCustomerService))) },
    Sample("alert-money") {
        val input = SheetInput(texts = mapOf("yuan" to typed("三万", "thirty")))
        over(AlertAction.MoneySent, input, errors = words.moneyErrors(input))
    },
    Sample("alert-stop-payment") {
        over(AlertAction.StopPayment, SheetInput(texts = mapOf("institution" to typed("农商银行青石支行", "Rural bank, Qingshi"))), SheetFacts(Level.Extreme, setOf(StopStep.Asked)))
    },
    Sample("alert-words") {
        over(
            AlertAction.Feedback,
            SheetInput(texts = mapOf("text" to typed("已见到本人，答应不再转账，卡号6222021234567890128", "Met; will not send money; card 6222021234567890128"))),
        )
    },
    Sample("alert-raise") {
        over(AlertAction.Raise, SheetInput(texts = mapOf("reason" to typed("仍在与对方联系", "Still in touch with them"))), SheetFacts(Level.Medium, emptySet()))
    },
    Sample("paste") {
        open(Screen.Paste(PasteState(typed("预警信息：张伟，电话12000010002，高危，涉嫌刷单返利，住河东村3号楼2单元。", "Alert: Zhang Wei, 12000010002, high, fake orders, building 3 unit 2, Hedong."), areas())))
    },
    Sample("paste-found", 1600) {
        val place = typed("河东村3号楼2单元", "Building 3, unit 2")
        val one = pasted(typed("张伟", "Zhang Wei"), typed("12000010002"), null, typed("YJ-0072"), place, found(), PastedField.Address, PastedField.Level)
        val two = pasted(typed("刘某", "Mrs Liu"), typed("12000010003"), Level.Medium, null, null, WhoIsMeant.Nobody)
        open(
            Screen.Paste(
                PasteState(
                    typed("预警信息：张伟，电话12000010002…", "Alert: Zhang Wei, 12000010002 …"), areas(),
                    listOf(
                        words.pastedCard(0, one, PasteEdit(errors = words.pasteErrors(one, PasteEdit()).associate { it.field to it.text })),
                        words.pastedCard(1, two, PasteEdit(who = NOBODY, saved = true)),
                    ),
                ),
            ),
        )
    },
    Sample("paste-nothing") { open(Screen.Paste(PasteState(typed("明天上午九点开会", "Meeting at nine tomorrow"), areas(), nothingText = words("paste.nothing")))) },
    Sample("dossier", 900) {
        val met = VisitForm(
            DOOR, "a1", "dissuasion", outcome = "met", metTarget = true, started = at(18, 10),
            said = DissuasionInput(recordedWith = "bodyCamera", recordedBy = nameOf(ZHAO), keptAt = "police", keptAs = typed("A-17")),
        ).record(at(18, 10, 20))
        open(
            Screen.Dossier(
                DossierState(
                    "a1", false, nameOf(ZHANG),
                    listOf(
                        entry("1", AnyRecord.OfFraudAlert(fraudAlert()), ZHAO, Role.Police, at(18, 9), at(18, 9, 20)),
                        entry("2", AnyRecord.OfVisit(met), LI, Role.Volunteer, at(18, 10, 20), at(18, 10, 30), RecordingState.Kept(KeptAt.Police)),
                        entry("3", AnyRecord.OfMoneySent(MoneySent("a1", at(19, 15), at(19, 14), 300_000, null, null)), LI, Role.Volunteer, at(19, 15), at(19, 18), late = 170),
                        entry("4", AnyRecord.OfVisit(visit(Purpose.FollowUp, Outcome.Met, at(20, 10, 31))), ME, Role.Volunteer, at(20, 10, 31), null, RecordingState.Missing),
                    ).map(teller::dossierRow),
                ),
            ),
        )
    },
    Sample("conflicts") {
        val title = words.address(flat(502))
        val card = conflict("h1", RecordKind.Household, null, title, listOf("residents", JIAN, "telephones"), typed("12000010002"), typed("12000010009"))
        open(Screen.Conflicts(ConflictsState(false, listOf(card), true, words("conflicts.youSettle"))))
    },
    Sample("conflicts-read-only") {
        val card = conflict("h1", RecordKind.Household, null, words.address(flat(501)), listOf("note"), typed("家里有狗", "A dog"), typed("门铃坏了", "The bell is broken"))
        open(Screen.Conflicts(ConflictsState(false, listOf(card), false, words("conflicts.supervisorSettles"))))
    },
)
