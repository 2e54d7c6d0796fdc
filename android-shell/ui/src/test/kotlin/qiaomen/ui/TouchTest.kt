// What a person does is told as events: the usual visit, a signature, a sheet that keeps what is under it away, lists.

package qiaomen.ui

import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.click
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertIsNotEnabled
import androidx.compose.ui.test.assertTextEquals
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasScrollToIndexAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTouchInput
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.DoorRow
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.DoorsState
import qiaomen.model.state.DoorsView
import qiaomen.model.state.FieldError
import qiaomen.model.state.Gate
import qiaomen.model.state.GridRow
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.Language
import qiaomen.model.state.PledgeEvent
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab
import qiaomen.model.state.TodayEvent
import qiaomen.model.state.VisitEvent
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.ListPage
import qiaomen.ui.parts.Say
import qiaomen.ui.pictures.Look
import qiaomen.ui.pictures.shown
import qiaomen.ui.samples.NOW
import qiaomen.ui.samples.SUN
import qiaomen.ui.samples.Tongue
import qiaomen.ui.samples.samples

@OptIn(ExperimentalTestApi::class)
class TouchTest {
    private val told = Told()

    private fun state(name: String, language: Language = Language.Zh): AppState = samples.single { it.name == name }.state(Tongue(language))

    private fun on(state: AppState, height: Int = 640, look: Look = Look(Language.Zh), see: ComposeUiTest.() -> Unit) =
        shown(look, height, { words -> PhoneScreen(state, words, { NOW }, told) }, see)

    @Test
    fun `today's tasks open, are recorded and go on`() = on(state("today"), 1300) {
        onNodeWithText("李四", substring = true).performClick()
        onNodeWithContentDescription("记录走访：张三，二次回访").performClick()
        onNodeWithContentDescription("继续写：3号楼2单元503").performClick()
        assertEquals<List<Any>>(listOf(TodayEvent.OpenAlert("a2"), TodayEvent.Record("a1"), TodayEvent.GoOn("d1")), told.events)
    }

    @Test
    fun `a gate says why it stands and what could not be done there, and offers what may help`() {
        val why = "旧数据没能移开"
        val gates = listOf(
            Gate.Revoked("停用了", 1, failureText = why), Gate.Damaged("坏了", why), Gate.KeyMissing("没有密钥", why),
            Gate.NotOpened("记录打不开", "请重启手机", canBeginAnew = true, why),
        )
        for (gate in gates) on(AppState(gate)) {
            onNodeWithText(why).performScrollTo().assertIsDisplayed()
            onNode(hasText("重新入网", substring = true) and hasClickAction()).performClick()
        }
        assertEquals<List<Any>>(List(gates.size) { AppEvent.BeginAnew }, told.events)
        told.events.clear()
        on(AppState(Gate.NotOpened("手机存储满了", "请删掉一些照片", canBeginAnew = false))) {
            onNodeWithText("手机存储满了").assertIsDisplayed()
            onNodeWithText("请删掉一些照片").assertIsDisplayed()
            onNode(hasText("重新入网", substring = true) and hasClickAction()).assertDoesNotExist()
            onNodeWithText("再试一次").performClick()
        }
        assertEquals<List<Any>>(listOf(AppEvent.RetryOpen), told.events)
        on(AppState(Gate.Revoked("停用了", 0, lateText = "有 1 条没来得及"))) { onNodeWithText("有 1 条没来得及").performScrollTo().assertIsDisplayed() }
    }

    @Test
    fun `in the largest letters, what came of a tap on a gate is seen without scrolling, and a question can be answered`() {
        val long = "这部手机已被停用，上面的记录已锁住，看不到了。".repeat(8)
        val large = Look(Language.Zh, 200)
        on(AppState(Gate.Revoked(long, 1, resultText = "没有交上")), look = large) { onNodeWithText("没有交上").assertIsDisplayed() }
        on(AppState(Gate.Damaged(long, "旧数据没能移开")), look = large) { onNodeWithText("旧数据没能移开").assertIsDisplayed() }
        on(AppState(Gate.Revoked("停用了", 1, askText = "还有 1 处改动没有上交"))) {
            onNodeWithText("还有 1 处改动没有上交").assertIsDisplayed()
            onNodeWithText("先不入网").performClick()
            onNodeWithText("仍要重新入网").performClick()
        }
        assertEquals<List<Any>>(listOf(AppEvent.DoNotBeginAnew, AppEvent.BeginAnew), told.events)
    }

    @Test
    fun `tabs, back, banners, undo and the urgent bar are the app's own`() {
        on(state("today-urgent")) {
            onNodeWithText("立即查看").performClick()
            onNodeWithText("稍后").performClick()
            onNode(hasText("同步") and isTab).performClick()
        }
        on(state("undo")) { onNodeWithText("撤销").performClick() }
        on(state("sync"), 900) { onNodeWithText("手机时间", substring = true).performClick() }
        on(state("alert-top")) { onNodeWithContentDescription("返回").performClick() }
        assertEquals<List<Any>>(
            listOf(
                AppEvent.OpenUrgent, AppEvent.Later, AppEvent.Choose(Tab.Sync), AppEvent.TakeBack,
                AppEvent.OpenBanner(qiaomen.model.state.BannerKind.Clock), AppEvent.Back,
            ),
            told.events,
        )
    }

    private val isTab = SemanticsMatcher.expectValue(SemanticsProperties.Role, androidx.compose.ui.semantics.Role.Tab)

    @Test
    fun `a visit is recorded`() {
        on(state("household-top")) {
            onNode(hasText("无人在家") and hasClickAction()).performClick()
            onNodeWithText("记录入户").performClick()
        }
        on(state("visit"), 1700) {
            onNodeWithText("拒绝交谈").performClick()
            onNodeWithText("承诺书").performClick()
            onNode(hasSetTextAction() and androidx.compose.ui.test.hasContentDescription("备注")).performTextInput("狗")
            onNodeWithText("下一步").performClick()
        }
        on(state("visit-summary")) { onNodeWithText("确认保存").performClick() }
        assertEquals<List<Any>>(
            listOf(
                HouseholdEvent.Closed, HouseholdEvent.Record, VisitEvent.Choose("outcomes", "refused"), VisitEvent.Choose("given", "pledge"),
                VisitEvent.Type("note", "狗"), VisitEvent.GoOn, VisitEvent.Save,
            ),
            told.events,
        )
    }

    @Test
    fun `what is missing keeps the button shut, and stands beside what it is`() {
        val whole = state("visit-dissuasion")
        val visit = (whole.screen as Screen.Visit).state
        val complained = visit.copy(canGoOn = false, errors = listOf(FieldError("dissuasion.recordedWith", "换一种设备")))
        on(whole.copy(screen = Screen.Visit(complained)), 3300) {
            onNodeWithText("下一步").assertIsNotEnabled()
            onNodeWithText("换一种设备").performScrollTo().assertIsDisplayed()
        }
    }

    @Test
    fun `a signature keeps its first points, its dots and its times`() = on(state("pledge-empty"), 1600) {
        val pad = onNodeWithContentDescription("签名区")
        var period = 0
        pad.performTouchInput {
            period = eventPeriodMillis.toInt()
            down(Offset(width * 0.25f, height * 0.5f))
            for (step in 1..5) {
                advanceEventTime(20)
                moveTo(Offset(width * (0.25f + 0.001f * step), height * 0.5f))
            }
            up()
            advanceEventTime(300)
            down(Offset(width * 0.5f, height * 0.9f))
            up()
        }
        val (stroke, dot) = told.events.map { (it as PledgeEvent.Stroke).points }
        // Moves far smaller than what a drag would wait for.
        assertEquals(6, stroke.size)
        assertEquals(2500, stroke.first().x, "x")
        assertEquals(2500, stroke.first().y, "half of a pad that is half as high as wide")
        assertEquals(0, stroke.first().millis)
        // Each step waits 20 ms and takes one.
        assertEquals(5 * (20 + period), stroke.last().millis)
        assertEquals(1, dot.size)
        assertEquals(4500, dot.single().y)
    }

    private fun assertEquals(expected: Int, actual: Int, what: String) = assertTrue(kotlin.math.abs(expected - actual) <= 15, "$what: $actual, not $expected")

    @Test
    fun `times go on from stroke to stroke`() {
        var state by mutableStateOf(state("pledge-empty"))
        shown(Look(Language.Zh), 1600, { words -> PhoneScreen(state, words, { NOW }, told) }) {
            val pad = onNodeWithContentDescription("签名区")
            for (x in listOf(0.2f, 0.6f)) {
                pad.performTouchInput {
                    down(Offset(width * x, height * 0.5f))
                    advanceEventTime(50)
                    up()
                }
                mainClock.advanceTimeBy(400)
                val pledge = (state.screen as Screen.Pledge).state
                state = state.copy(screen = Screen.Pledge(pledge.copy(strokes = told.events.map { (it as PledgeEvent.Stroke).points })))
                waitForIdle()
            }
            val (first, second) = told.events.map { (it as PledgeEvent.Stroke).points }
            assertEquals(0, first.first().millis)
            assertTrue(second.first().millis >= 400, "${second.first().millis}")
        }
    }

    @Test
    fun `what lies under a sheet can neither be touched nor read`() = on(state("alert-hand-over")) {
        assertEquals(0, onAllNodes(hasText("打电话")).fetchSemanticsNodes().size)
        onRoot().performTouchInput { click(Offset(width / 2f, height * 0.2f)) }
        onNodeWithContentDescription("关闭").performClick()
        onNodeWithText("孙海").performClick()
        onNodeWithText("提出交接").performClick()
        assertEquals<List<Any>>(
            listOf(AlertEvent.CloseSheet, AlertEvent.CloseSheet, AlertEvent.Choose(SUN), AlertEvent.Confirm), told.events,
            "beside the sheet is out of it, and nothing else",
        )
    }

    @Test
    fun `a sheet is read part by part, and what falls between its parts does nothing`() = on(state("alert-hand-over")) {
        val sheet = onNode(SemanticsMatcher.keyIsDefined(SemanticsProperties.PaneTitle)).fetchSemanticsNode()
        assertTrue(!sheet.config.isMergingSemanticsOfDescendants && SemanticsProperties.Disabled !in sheet.config, "one thing to a screen reader")
        for (part in listOf("交接给谁", "对方接受之前，仍由您负责。", "孙海", "提出交接")) {
            val node = onNode(hasText(part, substring = true)).fetchSemanticsNode()
            assertTrue(node.id != sheet.id, part)
        }
        onNodeWithText("对方接受之前，仍由您负责。").performTouchInput { click() }
        onNodeWithText("交接给谁").performTouchInput { click() }
        assertEquals(emptyList<Any>(), told.events)
    }

    @Test
    fun `ten thousand doors are laid out as they are seen, and asked for by pages`() {
        val rows = List(10_000) { DoorRow("$it", "3号楼$it", "王某", "从未走访", true) }
        val doors = DoorsState(false, grid = GridRow("g", "第一网格", "", 10_000, 0, ""), view = DoorsView.List, rows = rows, more = true)
        on(AppState(gate = qiaomen.model.state.Gate.Open, screen = Screen.Doors(doors), tab = Tab.Doors)) {
            val laid = onAllNodes(hasText("3号楼", substring = true) and hasClickAction()).fetchSemanticsNodes().size
            assertTrue(laid in 1..20, "$laid rows")
            assertEquals(emptyList<Any>(), told.events)
            onNode(hasScrollToIndexAction()).performScrollToIndex(9_999)
            waitForIdle()
            assertEquals<List<Any>>(listOf(DoorsEvent.More), told.events)
        }
    }

    @Test
    fun `a page that came is followed by the next one only further down`() {
        var asked = 0
        var count by mutableStateOf(30)
        shown(Look(Language.Zh), content = { _ -> ListPage(more = true, onMore = { asked++ }) { items(List(count) { it }) { Say("$it") } } }) {
            val first = asked
            onNode(hasScrollToIndexAction()).performScrollToIndex(29)
            waitForIdle()
            assertEquals(1, asked)
            count = 60
            waitForIdle()
            assertEquals(1, asked, "the new rows are out of sight")
            onNode(hasScrollToIndexAction()).performScrollToIndex(59)
            waitForIdle()
            assertEquals(2, asked)
            assertTrue(first <= 1)
        }
    }

    @Test
    fun `a state that comes late takes no letters away, one that was put right is shown`() {
        var text by mutableStateOf("")
        val typed = mutableListOf<String>()
        shown(Look(Language.Zh), content = { _ -> Field("备注", text) { typed += it } }) {
            val field = onNode(hasSetTextAction())
            field.performTextInput("李")
            field.performTextInput("强")
            field.assertTextEquals("李强")
            // The state of a moment ago, then the one of now.
            for (late in listOf("李", "李强")) {
                text = late
                waitForIdle()
                field.assertTextEquals("李强")
            }
            text = "李强 1****"
            waitForIdle()
            field.assertTextEquals("李强 1****")
            assertEquals(listOf("李", "李强"), typed)
        }
    }

    @Test
    fun `all of a long form can be reached with letters at their largest`() = on(state("pledge-paper"), look = Look(Language.Zh, 200)) {
        onNodeWithText("备注", substring = true).performScrollTo().assertIsDisplayed()
    }
}
