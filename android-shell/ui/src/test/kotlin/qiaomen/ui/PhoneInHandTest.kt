// The drawn screens in a worker's hand: touched by what stands on them, on the real model and core, against a real server.

package qiaomen.ui

import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasScrollAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isEnabled
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.model.scenario.Phone
import qiaomen.model.scenario.Stage
import qiaomen.model.state.AppEvent
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.Language
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.VisitEvent
import qiaomen.ui.pictures.Look
import qiaomen.ui.pictures.shown

@OptIn(ExperimentalTestApi::class)
class PhoneInHandTest {
    @Test
    fun `a phone joins by typing, a visit takes six taps at most, and its mark changes once it was sent`() = Stage().use { stage ->
        val phone = stage.phone("wang")
        val code = stage.invite("wang")
        shown(Look(Language.Zh), content = { words ->
            val state by phone.model.state.collectAsState()
            PhoneScreen(state, words, System::currentTimeMillis, Hand(phone))
        }) {
            val hand = Finger(this)
            hand.type("入网码", code)
            hand.type("服务器地址", stage.address)
            hand.tap("我已阅读并承诺遵守")
            hand.tap("加入")
            hand.see("今日", "王芳")

            hand.tab("入户")
            hand.see("3号楼")
            hand.taps = 0
            hand.tap("3号楼")
            hand.tap("201")
            hand.tap("记录入户")
            hand.tap("拒绝交谈")
            hand.tap("下一步")
            hand.tap("确认保存")
            assertTrue(hand.taps in 1..6, "${hand.taps} taps")

            hand.open201()
            hand.see("拒绝交谈")
            hand.see("待发送")
            val (waiting, others) = hand.count("待发送") to hand.count("已发送")
            assertEquals(1, waiting, "the visit alone")
            hand.backToTheTabs()
            hand.see("1 条待发送")

            hand.tab("同步")
            hand.see(hasText("待发送") and hasText("1"))
            val sent = hand.number("已发送")
            hand.tap("立即同步")
            hand.see(hasText("待发送") and hasText("0"))
            // The one visit, and nothing else, was sent.
            hand.see(hasText("已发送") and hasText("${sent + 1}"))
            hand.gone("1 条待发送")
            hand.tab("入户")
            hand.open201()
            hand.see("拒绝交谈")
            hand.gone("待发送")
            // What the server has bears no mark; the door's own stays as it was.
            assertEquals(others, hand.count("已发送"))
        }
    }

    /** Does on the thread that draws the model's what the person does. */
    private class Hand(private val phone: Phone) : Told() {
        private fun tell(what: PhoneEvents.() -> Unit) = phone.drawn { ModelEvents(phone.model).what() }
        override fun on(event: AppEvent) = tell { on(event) }
        override fun on(event: EnrolEvent) = tell { on(event) }
        override fun on(event: DoorsEvent) = tell { on(event) }
        override fun on(event: HouseholdEvent) = tell { on(event) }
        override fun on(event: VisitEvent) = tell { on(event) }
        override fun on(event: SyncEvent) = tell { on(event) }
    }

    /** Looks for what stands on the glass, waits for it, and touches it. */
    private class Finger(private val glass: ComposeUiTest) {
        var taps = 0

        private fun all(what: SemanticsMatcher) = glass.onAllNodes(what).fetchSemanticsNodes(atLeastOneRootRequired = false)

        private fun await(what: SemanticsMatcher): SemanticsNodeInteraction {
            glass.waitUntil(what.description, 20_000) { all(what).isNotEmpty() }
            return glass.onAllNodes(what)[0]
        }

        private fun said(words: String) = hasText(words, substring = true) or hasContentDescription(words, substring = true) or
            SemanticsMatcher("is \"$words\"") { words in it.config.getOrElse(SemanticsProperties.StateDescription) { "" } }

        fun count(words: String): Int = all(said(words)).size

        /** The number that stands beside these words. */
        fun number(words: String): Int {
            val row = hasText(words) and SemanticsMatcher("has a number") { node -> texts(node).any { it.toIntOrNull() != null } }
            return texts(await(row).fetchSemanticsNode()).firstNotNullOf { it.toIntOrNull() }
        }

        private fun texts(node: SemanticsNode) = node.config.getOrElse(SemanticsProperties.Text) { emptyList() }.map { it.text }

        /** What stands at the top is told by another part of the model, a moment later. */
        fun gone(words: String) = glass.waitUntil("no $words", 20_000) { count(words) == 0 }

        fun see(what: SemanticsMatcher) {
            await(what)
        }

        fun see(vararg words: String) = words.forEach { await(said(it)) }

        fun tap(words: String) =
            touch((hasText(words) or hasContentDescription(words, substring = true)) and hasClickAction() and isEnabled() and hasSetTextAction().not())

        fun tab(words: String) = touch(hasText(words) and SemanticsMatcher.expectValue(SemanticsProperties.Role, Role.Tab))

        private fun touch(what: SemanticsMatcher) {
            await(what).reach().performClick()
            taps++
        }

        fun type(label: String, text: String) = await(hasContentDescription(label) and hasSetTextAction()).reach().performTextReplacement(text)

        private val back = hasContentDescription("返回")
        private val building = hasContentDescription("返回楼栋列表")

        /** The door where somebody was, from the one that came next or from the buildings. */
        fun open201() {
            see(back or building or said("3号楼"))
            if (all(back).isNotEmpty()) {
                touch(back)
                see(building or (said("3号楼") and hasClickAction()))
            }
            if (all(building).isEmpty()) tap("3号楼")
            see(building)
            tap("201")
            see("何秀兰")
        }

        fun backToTheTabs() {
            touch(back)
            touch(building)
        }

        /** What is below the glass's edge comes up first; what does not scroll is there. */
        private fun SemanticsNodeInteraction.reach() = apply { if (glass.onAllNodes(hasScrollAction()).fetchSemanticsNodes().isNotEmpty()) runCatching { performScrollTo() } }
    }
}
