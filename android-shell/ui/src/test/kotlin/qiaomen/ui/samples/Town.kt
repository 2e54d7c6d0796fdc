// The town of the samples: who works and lives there, and records as they come up there.

package qiaomen.ui.samples

import java.nio.file.Files
import java.time.LocalDateTime
import qiaomen.core.About
import qiaomen.core.Address
import qiaomen.core.AlertOrigin
import qiaomen.core.AnyRecord
import qiaomen.core.Came
import qiaomen.core.CaseResult
import qiaomen.core.CaseStanding
import qiaomen.core.Custody
import qiaomen.core.DueKind
import qiaomen.core.DueState
import qiaomen.core.DueVisit
import qiaomen.core.FraudAlert
import qiaomen.core.FraudKind
import qiaomen.core.Header
import qiaomen.core.Holder
import qiaomen.core.Household
import qiaomen.core.KeptRecord
import qiaomen.core.Level
import qiaomen.core.Outcome
import qiaomen.core.Place
import qiaomen.core.PlaceEntry
import qiaomen.core.PledgeWords
import qiaomen.core.Position
import qiaomen.core.Purpose
import qiaomen.core.RecordKind
import qiaomen.core.Replica
import qiaomen.core.ResidentEntry
import qiaomen.core.ResidentTag
import qiaomen.core.Role
import qiaomen.core.Scope
import qiaomen.core.SyncMark
import qiaomen.core.Visit
import qiaomen.model.FakePlatform
import qiaomen.model.Words
import qiaomen.model.state.Language
import qiaomen.model.work.Groups
import qiaomen.model.work.Script
import qiaomen.model.work.code
import qiaomen.model.work.coreLanguage
import qiaomen.model.work.newHousehold
import qiaomen.model.work.newResident

/** The moment at which everything is shown. */
val NOW = at(20, 16, 43)

/** A moment of March 2026 in the town. */
internal fun at(day: Int, hour: Int = 0, minute: Int = 0): Long =
    LocalDateTime.of(2026, 3, day, hour, minute).atZone(Words.DEFAULT_ZONE).toInstant().toEpochMilli()

internal const val MINUTE = 60_000L
internal const val HOUR = 60 * MINUTE
internal const val DAY = 24 * HOUR

internal const val ME = "00000000-0000-7000-8000-00000000000a"
internal const val LI = "00000000-0000-7000-8000-00000000000b"
internal const val SUN = "00000000-0000-7000-8000-00000000000c"
internal const val ZHAO = "00000000-0000-7000-8000-00000000000d"
internal const val ZHANG = "00000000-0000-7000-8000-0000000000c1"
internal const val JIAN = "00000000-0000-7000-8000-0000000000c2"
internal const val XIU = "00000000-0000-7000-8000-0000000000c3"
internal const val DOOR = "00000000-0000-7000-8000-0000000000d1"
internal const val WORK = "00000000-0000-7000-8000-0000000000f1"

/** What somebody is called. */
internal fun Tongue.name(id: String): String? = when (id) {
    ME -> typed("王芳", "Wang Fang")
    LI -> typed("李强", "Li Qiang")
    SUN -> typed("孙海", "Sun Hai")
    ZHAO -> typed("赵明", "Zhao Ming")
    ZHANG -> typed("张三", "Zhang San")
    JIAN -> typed("王建", "Wang Jian")
    XIU -> typed("张秀", "Zhang Xiu")
    else -> null
}

internal fun Tongue.nameOf(id: String): String = checkNotNull(name(id))

internal fun Tongue.village() = typed("河东村", "Hedong")
internal fun Tongue.area() = typed("河东村第一网格", "Hedong, grid 1")

internal fun address(building: String? = null, unit: String? = null, floor: Long? = null, room: String? = null, group: String? = null, number: String? = null) =
    Address(building, unit, floor, room, group, number)

/** A flat of unit 2 of building 3. */
internal fun flat(room: Int) = address("3", "2", room / 100L, "$room")

/** A house of the village. */
internal fun house(number: Int) = address(group = "5", number = "$number")

internal fun Tongue.fraudAlert() = FraudAlert(
    name = nameOf(ZHANG), telephone = typed("12000010000"), household = DOOR, resident = ZHANG, outsider = false, area = "grid",
    places = listOf(PlaceEntry(WORK, Place("work", typed("青石镇建材市场", "Qingshi building market"), Position(302_000_000, 1_202_000_000, qiaomen.core.Datum.Wgs84, 20)))),
    level = Level.Extreme, issuer = typed("市反诈中心", "City anti-fraud centre"), platformNumber = typed("YJ-20260318-0071"), origin = AlertOrigin.FundsSide,
    issued = at(18, 9), reachedStation = at(18, 9, 12), passedOn = null, entered = at(18, 9, 20), playbook = "builtin-1",
    note = typed("疑似冒充客服，要求共享屏幕", "Probably a false customer service that asks to share the screen"),
)

internal fun standing(level: Level = Level.Extreme, met: Long? = at(18, 10, 20), accident: Long? = null, stopPaymentOwed: Boolean = false, releaseOwed: Boolean = false) =
    CaseStanding(level, at(31) + DAY, CaseResult.RUNNING, met, null, null, accident, if (accident == null) 0 else 3_000_000, stopPaymentOwed, releaseOwed)

/** A visit that is due; done at `doneAt`. */
internal fun due(kind: DueKind, due: Long, doneAt: Long? = null, attempts: Int = 0): DueVisit {
    val late = ((doneAt ?: NOW) - due) / MINUTE
    val state = if (doneAt != null) (if (late > 0) DueState.LATE else DueState.DONE) else if (late > 0) DueState.OVERDUE else DueState.OPEN
    return DueVisit(kind, due, due - DAY, due + DAY, null, state, doneAt, late.coerceAtLeast(0), attempts.toUInt())
}

internal val second = due(DueKind.SECOND_VISIT, at(20, 14, 30), attempts = 2)
internal val dues = listOf(
    due(DueKind.FIRST_CONTACT, at(18, 10), at(18, 9, 30)), due(DueKind.FIRST_MEETING, at(18, 10), at(18, 10, 20)), second,
    due(DueKind.THREE_DAY_VISIT, at(22)),
)

internal val custody = listOf(Holder(LI, "r1", at(18, 9, 15), Came.FIRST, LI), Holder(ME, "r2", at(18, 10, 2), Came.HANDED_OVER, LI)).let { Custody(it.last(), it, emptyList(), emptyList(), emptyList()) }

internal fun visit(purpose: Purpose, outcome: Outcome, ended: Long, household: String? = DOOR, note: String? = null) = Visit(
    purpose = purpose, household = household, alert = if (purpose == Purpose.Door) null else "a1", outcome = outcome,
    metTarget = if (purpose != Purpose.Door && outcome == Outcome.Met) true else null, met = emptyList(), metOthers = null, started = ended - 20 * MINUTE, ended = ended,
    position = null, given = emptyList(), explained = emptyList(), observations = emptyList(), note = note, risk = null, nextStep = null, dissuasion = null, photos = null,
)

internal fun kept(id: String, record: AnyRecord, by: String, written: Long, mark: SyncMark = SyncMark.SENT, role: Role = Role.Volunteer, doubtful: Boolean = false) = KeptRecord(
    id, record,
    About(Header(id, RecordKind.Visit, Scope.Grid("grid"), by, role, written, 0, doubtful), written, Scope.Grid("grid"), mark, 1uL, written, 0uL),
)

internal fun Tongue.home(): Household = newHousehold().copy(
    address = flat(502), note = typed("老人听力不好，请大声敲门", "Hard of hearing: knock loudly"),
    residents = listOf(
        ResidentEntry(JIAN, newResident().copy(name = nameOf(JIAN), telephones = listOf(typed("12000010000")), tags = listOf(ResidentTag.Elderly), appInstalled = true)),
        ResidentEntry(XIU, newResident().copy(name = nameOf(XIU), appInstalled = false)),
    ),
)

/** What the core itself says until a town has words of its own: read from a store of nobody's. */
internal object Builtin {
    private val replica: Replica by lazy {
        val folder = Files.createTempDirectory("qiaomen-builtin").toFile()
        Runtime.getRuntime().addShutdownHook(Thread { folder.deleteRecursively() })
        FakePlatform().let { Replica.open(folder.resolve("store.db").path, it, it, it, it, it) }
    }
    private val pledges by lazy { Language.entries.associateWith { replica.pledges().words(Words(it).coreLanguage) } }

    fun pledge(language: Language): PledgeWords = pledges.getValue(language)

    fun script(kind: FraudKind, language: Language): Script =
        replica.scripts().forKind(kind, Words(language).coreLanguage).let { Script(it.name, Groups.fraud.codeOf(kind), it.title, it.body) }
}

/** The pledge and a script as they stand in the core, which is not the words of the interface. */
internal fun Tongue.pledgeWords(): PledgeWords = Builtin.pledge(language).also { ofCore(it.title); ofCore(it.body) }

internal fun Tongue.script(kind: FraudKind): Script = Builtin.script(kind, language).also { ofCore(it.title); ofCore(it.body) }
