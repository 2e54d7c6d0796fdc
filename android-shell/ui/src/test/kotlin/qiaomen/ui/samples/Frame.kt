// The frame: the gate, joining, today, exchanges, settings.

package qiaomen.ui.samples

import qiaomen.core.AnyRecord
import qiaomen.core.DueFigures
import qiaomen.core.DueKind
import qiaomen.core.Figures
import qiaomen.core.Network
import qiaomen.core.Outcome
import qiaomen.core.Purpose
import qiaomen.core.QiaomenException
import qiaomen.core.QuarantineEntry
import qiaomen.core.RecordKind
import qiaomen.core.Role
import qiaomen.core.Scope
import qiaomen.core.SyncMark
import qiaomen.core.SyncProgress
import qiaomen.core.Today
import qiaomen.core.WakeTestResult
import qiaomen.model.Call
import qiaomen.model.LastExchange
import qiaomen.model.Preferences
import qiaomen.model.Revocation
import qiaomen.model.clockText
import qiaomen.model.error
import qiaomen.model.failing
import qiaomen.model.progress
import qiaomen.model.notOpened
import qiaomen.model.revoked
import qiaomen.model.screens.about
import qiaomen.model.screens.callCard
import qiaomen.model.screens.counted
import qiaomen.model.screens.duty
import qiaomen.model.screens.fields
import qiaomen.model.screens.figures
import qiaomen.model.screens.gauge
import qiaomen.model.screens.keptText
import qiaomen.model.screens.lastText
import qiaomen.model.screens.meText
import qiaomen.model.screens.networkText
import qiaomen.model.screens.parts
import qiaomen.model.screens.reasonText
import qiaomen.model.screens.refusedRow
import qiaomen.model.screens.roleAt
import qiaomen.model.screens.syncText
import qiaomen.model.screens.title
import qiaomen.model.screens.with
import qiaomen.model.state.AppState
import qiaomen.model.state.Banner
import qiaomen.model.state.BannerKind
import qiaomen.model.state.CorrectState
import qiaomen.model.state.DraftRow
import qiaomen.model.state.EnrolState
import qiaomen.model.state.FieldError
import qiaomen.model.state.Gate
import qiaomen.model.state.Mark
import qiaomen.model.state.ReminderCard
import qiaomen.model.state.Said
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsState
import qiaomen.model.state.SyncState
import qiaomen.model.state.Tab
import qiaomen.model.state.TodayState
import qiaomen.model.state.Undo
import qiaomen.model.urgent
import qiaomen.model.work.taskCard

private fun Tongue.today(calls: List<Call> = emptyList()) = TodayState(
    dateText = words.weekday(NOW), meText = words.meText(nameOf(ME), listOf(Role.Volunteer)), loading = false,
    tasks = listOf(
        teller.taskCard("a1", nameOf(ZHANG), "extreme", second, words.address(flat(502)), false),
        teller.taskCard("a2", typed("李四", "Li Si"), "high", due(DueKind.THREE_DAY_VISIT, at(20, 21)), words.address(house(12)), false),
        teller.taskCard("a3", typed("赵桂花", "Zhao Guihua"), "medium", due(DueKind.THREE_DAY_VISIT, at(23)), null, true),
        teller.taskCard("a4", typed("钱贵", "Qian Gui"), "low", due(DueKind.MONTH_END_JUDGEMENT, at(31) + DAY), null, false),
    ),
    calls = calls.map { words.callCard(it, teller.person) },
    count = words.counted(Today(12uL, 9uL, 6uL, 3uL, 4uL)),
    drafts = listOf(DraftRow("d1", words.address(flat(503)), words.ago(NOW - 10 * MINUTE, NOW))),
    reminders = listOf(
        ReminderCard(
            "r1", typed("“百万保障”来电是骗局", "Calls about a “million insurance” are a fraud"),
            typed("对方让您共享屏幕、转账“验证”的，都是诈骗。", "Whoever asks you to share your screen or to send money “to verify” is a fraud."),
            words("today.reminderUntil", "moment" to words.moment(at(31, 18), NOW)),
        ),
    ),
    syncText = words.syncText(false, 0, NOW - 5 * MINUTE, NOW),
)

private fun Tongue.enrol() = EnrolState(label = typed("Test phone")).with(words)

private fun Tongue.code() = typed("K7QM-2XPA-9D4F-HB3T")
private fun Tongue.server() = typed("https://town.example")
private fun Tongue.label() = typed("王芳的手机", "Wang's phone")

private fun Tongue.refused(field: String? = null) = QuarantineEntry(
    7, "v1", RecordKind.Visit, Scope.Grid("grid"), Role.Volunteer, true, "before", field, at(20, 10, 20),
    typed("结束时间早于开始时间。"), typed("It ended before it began."), AnyRecord.OfVisit(visit(Purpose.Door, Outcome.Met, at(20, 9, 10), note = typed("老人听力不好", "Hard of hearing"))), emptyList(),
)

private const val GB = 1_000_000_000L

private fun progress(sent: Int, toSend: Int, fetched: Int, toFetch: Int) = SyncProgress(sent.toULong(), toSend.toULong(), fetched.toULong(), toFetch.toULong(), 0uL)

private fun Tongue.settings(test: WakeTestResult?, failure: Throwable? = null, ringsAlways: Boolean = true) = SettingsState(
    nameOf(ME), words.list(listOf(words.roleAt(Role.Volunteer, area()), words.roleAt(Role.TeamHead, village()))),
    words.duty(true, at(21, 8), test, failure, NOW, ringsAlways),
    figures = words.figures(Figures(148uL, 140uL, 0uL, 5uL, 2uL, 0uL, 1uL, 0uL, 900uL, 0uL, 1uL), DueFigures(26uL, 21uL, 2uL, 1uL, 0uL, 2uL, 0uL)),
    about = words.about("1.0", typed("builtin-1"), server(), typed("3f9a21c0"), at(2, 9), at(2, 9), NOW),
).with(Preferences(language, unmeteredOnly = true, lockMinutes = 5), words)

internal val frameSamples = listOf(
    Sample("gate-opening") { AppState() },
    Sample("gate-locked") { AppState(gate = Gate.Locked) },
    Sample("gate-revoked") { AppState(gate = revoked(words, 3, Revocation())) },
    Sample("gate-revoked-late") { AppState(gate = revoked(words, 3, Revocation(late = 1))) },
    Sample("gate-revoked-handed-in") { AppState(gate = revoked(words, 0, Revocation(handedIn = 3))) },
    Sample("gate-damaged") { AppState(gate = notOpened(words, QiaomenException.DamagedStore())) },
    Sample("gate-damaged-failed", 900) {
        val why = words("gate.notPutAside", "why" to words.error(QiaomenException.StorageFull()))
        AppState(gate = notOpened(words, QiaomenException.DamagedStore()).failing(why))
    },
    Sample("gate-key-missing") { AppState(gate = notOpened(words, QiaomenException.KeyUnavailable())) },
    Sample("gate-full") { AppState(gate = notOpened(words, QiaomenException.StorageFull())) },
    Sample("gate-not-opened") { AppState(gate = notOpened(words, QiaomenException.Unexpected(typed("disk I/O error")))) },
    Sample("enrol") { AppState(Gate.Enrolling, Screen.Enrol(enrol())) },
    Sample("enrol-filled", 1350) {
        AppState(
            Gate.Enrolling,
            Screen.Enrol(
                enrol().copy(
                    code = code(), server = typed("town example"), label = label(), undertaken = true, canEnrol = true,
                    errors = listOf(FieldError("server", words("enrol.badServer"))), failureText = words.error(QiaomenException.Refused("code_unknown")),
                ),
            ),
        )
    },
    Sample("enrol-again") { open(Screen.Enrol(enrol().copy(code = code(), server = server(), label = label(), againText = words.keptText(3)))) },
    Sample("enrol-busy") { AppState(Gate.Enrolling, Screen.Enrol(enrol().copy(code = code(), busy = true, progress = words.progress(progress(0, 0, 420, 1200))))) },
    Sample("today", 1300) { open(Screen.Today(today()), Tab.Today).copy(overdue = 1, waiting = 2) },
    Sample("today-top") { open(Screen.Today(today()), Tab.Today).copy(overdue = 1) },
    Sample("today-urgent") {
        val call = Call("a9", typed("孙某", "Mr Sun"), "extreme", "o1", LI)
        open(Screen.Today(today(listOf(call)).copy(onDuty = true, canPaste = true)), Tab.Today).copy(
            urgent = words.urgent(call), overdue = 1, banners = listOf(Banner(BannerKind.Offline, words("banner.offline"))),
        )
    },
    Sample("today-empty") {
        val empty = TodayState(words.weekday(NOW), words.meText(nameOf(ME), listOf(Role.Volunteer)), false, syncText = words.syncText(false, 0, null, NOW))
        open(Screen.Today(empty), Tab.Today).copy(said = Said(1, words("today.taken")))
    },
    Sample("sync", 1000) {
        val held = kept("h1", AnyRecord.OfHousehold(home().copy(address = house(12))), ME, at(19, 16, 2), SyncMark.HELD)
        open(
            Screen.Sync(
                SyncState(
                    drafts = 1, waiting = 2, sent = 148, held = 1, lastText = words.lastText(LastExchange(at(20, 10, 20), 2, 1, 0, 14), NOW),
                    refused = listOf(refused().let { teller.refusedRow(it, it.record) }),
                    heldRows = listOf(teller.row(held, typed("等督导员决定", "waits for a supervisor")).copy(mark = Mark.Held)),
                    conflicts = 2, storage = words.gauge(GB / 10, 118 * GB / 1000, 64 * GB), networkText = words.networkText(Network.METERED, true),
                    asideText = words.count("sync.aside", 2),
                ),
            ),
            Tab.Sync,
        ).copy(refused = 1, waiting = 2, banners = listOf(Banner(BannerKind.Clock, words.clockText(-2 * HOUR))))
    },
    Sample("sync-signed-out") {
        open(
            Screen.Sync(
                SyncState(
                    waiting = 3, sent = 120, lastText = words.lastText(LastExchange(at(20, 13, 40), documents = 3), NOW), failureText = words.error(QiaomenException.SignedOut()), signedOut = true,
                    storage = words.gauge(33 * GB, GB / 5, 64 * GB), networkText = words.networkText(Network.UNMETERED, false),
                ),
            ),
            Tab.Sync,
        ).copy(waiting = 3, banners = listOf(Banner(BannerKind.SignedOut, words("banner.signedOut"))))
    },
    Sample("sync-running") {
        open(
            Screen.Sync(
                SyncState(
                    running = true, progress = words.progress(progress(12, 40, 0, 0)), waiting = 28, sent = 120, lastText = words.lastText(null, NOW),
                    storage = words.gauge(33 * GB, GB / 5, 64 * GB), networkText = words.networkText(Network.UNMETERED, false),
                ),
            ),
            Tab.Sync,
        )
    },
    Sample("correct") {
        val entry = refused("ended")
        val record = checkNotNull(entry.record)
        open(Screen.Correct(CorrectState(7, title(entry, record, teller), reasonText(entry, words), entry.field, fields(parts(record, teller), entry), canSend = true)))
    },
    Sample("settings", 2000) { open(Screen.Settings(settings(WakeTestResult(NOW - 33 * MINUTE, NOW - 32 * MINUTE))), Tab.Settings) },
    Sample("settings-test-failed") { open(Screen.Settings(settings(WakeTestResult(NOW - 33 * MINUTE, null))), Tab.Settings) },
    Sample("settings-badge") { open(Screen.Settings(settings(null).copy(badge = badge())), Tab.Settings) },
    Sample("undo") {
        open(Screen.Today(today()), Tab.Today).copy(undo = Undo(words("household.closedSaved", "address" to words.address(flat(501))), NOW + 6_000))
    },
    Sample("said-failure") { open(Screen.Today(today()), Tab.Today).copy(said = Said(2, words.error(QiaomenException.Offline()), true)) },
)
