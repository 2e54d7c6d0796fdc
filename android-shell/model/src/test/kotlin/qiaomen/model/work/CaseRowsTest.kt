// Whose an alert is, what is due, and what may be done now.

package qiaomen.model.work

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.Came
import qiaomen.core.CaseResult
import qiaomen.core.CaseStanding
import qiaomen.core.Contest
import qiaomen.core.Custody
import qiaomen.core.CustodyStep
import qiaomen.core.DueKind
import qiaomen.core.DueState
import qiaomen.core.DueVisit
import qiaomen.core.Holder
import qiaomen.core.Level
import qiaomen.core.Offer
import qiaomen.core.Place
import qiaomen.core.PlaceEntry
import qiaomen.core.Role
import qiaomen.core.StopStep
import qiaomen.core.Unconfirmed
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.CustodyCard
import qiaomen.model.state.OfferRow

class CaseRowsTest {
    private val teller = telling()

    private fun due(kind: DueKind, state: DueState, due: Long, late: Long = 0, attempts: UInt = 0u) =
        DueVisit(kind, due, due - DAY, due, null, state, if (state == DueState.DONE || state == DueState.LATE) due else null, late, attempts)

    private fun standing(result: CaseResult = CaseResult.RUNNING, met: Long? = null, level: Level = Level.High, owed: Boolean = false) =
        CaseStanding(level, NOON + 20 * DAY, result, met, null, null, null, 0, owed, false)

    // ---- What is due ----

    @Test
    fun `what is overdue comes before what has less time left`() {
        val open = due(DueKind.SECOND_VISIT, DueState.OPEN, NOON + HOUR)
        val over = due(DueKind.THREE_DAY_VISIT, DueState.OVERDUE, NOON - DAY, 1440)
        assertEquals(over, next(listOf(due(DueKind.FIRST_MEETING, DueState.DONE, NOON - 3 * DAY), open, over)))
        assertEquals(open, next(listOf(open, due(DueKind.MONTH_END_JUDGEMENT, DueState.OPEN, NOON + 20 * DAY))))
        assertNull(next(listOf(due(DueKind.FIRST_CONTACT, DueState.MISSED, NOON))))
    }

    @Test
    fun `a row says how it stands, and midnight is the end of a day`() {
        val row = teller.dueRow(due(DueKind.THREE_DAY_VISIT, DueState.OPEN, NOON + 12 * HOUR, attempts = 2u))
        assertEquals("三日回访", row.kindText)
        assertEquals("期限：今天内", row.dueText)
        assertEquals("还剩 12 小时", row.stateText)
        assertEquals("已试 2 次，没见到人", row.attemptsText)
        assertEquals("已逾期 1 天", teller.dueRow(due(DueKind.SECOND_VISIT, DueState.OVERDUE, NOON - DAY, 1440)).stateText)
        val card = teller.taskCard(ALERT, "何秀兰", "high", due(DueKind.SECOND_VISIT, DueState.OPEN, NOON + 5 * HOUR), null, false)
        assertTrue(card.soon && !card.overdue)
        assertEquals("今天 17:00", card.dueText)
    }

    // ---- Whose it is ----

    private fun custody(
        owner: String? = null, offers: List<Offer> = emptyList(), unconfirmed: List<Unconfirmed> = emptyList(), contests: List<Contest> = emptyList(),
    ): Custody {
        val holder = owner?.let { Holder(it, "r", NOON - HOUR, Came.FIRST, it) }
        return Custody(holder, listOfNotNull(holder), offers, contests, unconfirmed)
    }

    @Test
    fun `q5 what one took and the server has not confirmed is one's own and says so`() {
        val taken = custody(unconfirmed = listOf(Unconfirmed(ME, "r", NOON, CustodyStep.Taken(null))))
        assertTrue(isMine(taken, ME))
        val card = teller.custodyCard(taken, ME)
        assertEquals("我已接收，等服务器确认", card.ownerText)
        assertEquals(listOf("我接收（等服务器确认）"), card.unconfirmedTexts)
        assertFalse(isMine(custody(owner = LI, unconfirmed = taken.unconfirmed), ME))
        assertFalse(isMine(custody(), ME))
    }

    @Test
    fun `q5 an offer is somebody's only once they accept`() {
        val offer = Offer("o", LI, ME, NOON - HOUR)
        val open = custody(owner = LI, offers = listOf(offer))
        val card = teller.custodyCard(open, ME)
        assertFalse(card.mine)
        assertTrue(card.offers.single().toMe)
        assertEquals("李强请您接手（今天 11:00）", card.offers.single().text)
        val accepted = custody(owner = LI, offers = listOf(offer), unconfirmed = listOf(Unconfirmed(ME, "r", NOON, CustodyStep.Taken("o"))))
        assertTrue(isMine(accepted, ME))
        assertTrue(teller.custodyCard(accepted, ME).offers.isEmpty())
        val offered = teller.custodyCard(custody(owner = ME, unconfirmed = listOf(Unconfirmed(ME, "o2", NOON, CustodyStep.Offered(LI)))), ME)
        assertTrue(offered.mine)
        assertTrue(offered.offers.single().byMe)
    }

    @Test
    fun `q5 who held it and who says they took it earlier is shown`() {
        val card = teller.custodyCard(custody(owner = LI, contests = listOf(Contest(ME, "c", NOON - 2 * HOUR))), ME)
        assertEquals(listOf("李强：今天 11:00，首先接收"), card.historyTexts)
        assertEquals(listOf("我说 今天 10:00 就已接收"), card.contestTexts)
        assertEquals("李强负责（今天 11:00 起）", card.ownerText)
    }

    @Test
    fun `a map app is told where, and not to whom`() {
        val named = alert().copy(places = listOf(PlaceEntry(PLACE, Place("work", "镇政府旁的超市", null)), PlaceEntry(DOOR, Place("home", "", null))))
        val told = teller.places(named, "3号楼1单元201").map { it.map(30.2 to 120.1) }
        assertEquals(listOf("镇政府旁的超市", "住处", "3号楼1单元201"), told.map { it.label })
        for (map in told) {
            assertEquals(30.2 to 120.1, map.latitude to map.longitude)
            for (secret in listOf(named.name, named.telephone)) assertFalse(checkNotNull(secret) in map.toString(), "$map")
        }
    }

    // ---- What may be done ----

    private fun may(
        vararg roles: Role, mine: Boolean = false, owned: Boolean = mine, standing: CaseStanding = standing(), due: List<DueVisit> = emptyList(),
        stopped: Set<StopStep> = emptySet(), offers: List<OfferRow> = emptyList(),
    ) = actions(CaseNow(roles.map { Held(it, "area") }, CustodyCard(mine = mine, offers = offers), owned, standing, due, stopped, true, true))

    @Test
    fun `only whoever may has the button`() {
        assertTrue(AlertAction.Clear in may(Role.TeamHead) && AlertAction.Clear in may(Role.Police))
        assertFalse(AlertAction.Clear in may(Role.Volunteer) || AlertAction.Clear in may(Role.Supervisor))
        assertTrue(AlertAction.Raise in may(Role.Police) && AlertAction.Raise in may(Role.Supervisor))
        assertFalse(AlertAction.Raise in may(Role.TeamHead) || AlertAction.Raise in may(Role.Police, standing = standing(level = Level.Extreme)))
        assertTrue(AlertAction.HandOver in may(Role.Volunteer, mine = true) && AlertAction.HandOver in may(Role.Supervisor))
        assertFalse(AlertAction.HandOver in may(Role.TeamHead, owned = true))
        assertFalse(AlertAction.Take in may(Role.Supervisor) || AlertAction.RecordVisit in may(Role.Supervisor))
        assertEquals(listOf(AlertAction.Call, AlertAction.Navigate, AlertAction.Badge, AlertAction.Dossier), may(Role.Administrator))
    }

    @Test
    fun `what is urgent comes first`() {
        assertEquals(AlertAction.Take, may(Role.Volunteer).first())
        assertEquals(AlertAction.Accept, may(Role.Volunteer, owned = true, offers = listOf(OfferRow("o", "", true, false))).first())
        assertEquals(AlertAction.Dissuade, may(Role.Volunteer, mine = true).first())
        assertEquals(AlertAction.StopPayment, may(Role.Volunteer, mine = true, standing = standing(owed = true)).first())
        val met = may(Role.Volunteer, mine = true, standing = standing(met = NOON), due = listOf(due(DueKind.FEEDBACK, DueState.OPEN, NOON + HOUR)))
        assertEquals(listOf(AlertAction.RecordVisit, AlertAction.Feedback), met.take(2))
        assertTrue(AlertAction.Propose in met)
        assertEquals(met.size, met.toSet().size)
    }

    @Test
    fun `nothing more is done about an alert that was recalled or joined another`() {
        for (result in listOf(CaseResult.RECALLED, CaseResult.JOINED)) {
            val left = may(Role.TeamHead, Role.Police, standing = standing(result), mine = true)
            assertEquals(listOf(AlertAction.Call, AlertAction.Navigate, AlertAction.Badge, AlertAction.Comment, AlertAction.Dossier), left)
        }
        assertFalse(AlertAction.Clear in may(Role.TeamHead, standing = standing(CaseResult.CLEARED)))
    }

    // ---- Sheets ----

    @Test
    fun `the next step of a stop-payment and the next higher level stand there already`() {
        val facts = SheetFacts(Level.Medium, setOf(StopStep.Asked))
        assertEquals("frozen", (zh.sheet(AlertAction.StopPayment, SheetInput(), facts) as AlertSheet.StopPayment).step)
        val raise = zh.sheet(AlertAction.Raise, SheetInput(), facts) as AlertSheet.Raise
        assertEquals(listOf("high" to true, "extreme" to false), raise.levels.map { it.code to it.chosen })
    }

    @Test
    fun `q8 amounts are read as people write them`() {
        for ((typed, fen) in mapOf("3000" to 300_000L, "3,000.5" to 300_050L, "１２３" to 12_300L, "1.5万" to 1_500_000L, "3000元" to 300_000L)) {
            assertEquals(fen, fen(typed), typed)
        }
        for (wrong in listOf("", "三千", "-5", "3.001", "1e9", "12345678901234")) assertNull(fen(wrong), wrong)
        assertEquals("3,000 元", zh.yuan(300_000))
        assertEquals("0.05 yuan", en.yuan(5))
        assertEquals(listOf("yuan"), zh.moneyErrors(SheetInput(texts = mapOf("yuan" to "三千"))).map { it.field })
    }
}
