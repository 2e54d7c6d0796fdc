// What is typed becomes one record whatever is killed in between, and what a person works on stays when a screen reads again.

package qiaomen.model

import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.BeforeClass
import org.junit.Test
import qiaomen.core.Page
import qiaomen.model.scenario.PLAYED
import qiaomen.model.scenario.Phone
import qiaomen.model.scenario.Stage
import qiaomen.model.scenario.joined
import qiaomen.model.scenario.replica
import qiaomen.model.scenario.wait
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.AlertState
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.DoorsState
import qiaomen.model.state.DoorsView
import qiaomen.model.state.PasteEvent
import qiaomen.model.state.PasteState
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.Tab
import qiaomen.model.state.TodayEvent
import qiaomen.model.state.TodayState

class OnceTest {
    private fun joined(login: String, name: String, habits: Habits = PLAYED): Phone =
        Phone(stage.folder.resolve("$name.db"), name.hashCode(), habits).joined(stage, login)

    private val AppState.today: TodayState? get() = (screen as? Screen.Today)?.state
    private val AppState.alert: AlertState? get() = (screen as? Screen.Alert)?.state
    private val AppState.doors: DoorsState? get() = (screen as? Screen.Doors)?.state
    private val AppState.paste: PasteState? get() = (screen as? Screen.Paste)?.state
    private fun Phone.opened(alert: String) {
        drawn { model.on(TodayEvent.OpenAlert(alert)) }
        wait("the alert") { it.alert?.loading == false }
    }

    /** Types a comment, and leaves the phone as a kill does that hits between the steps of sending it. */
    private fun half(name: String, sent: Boolean, then: (Phone, String) -> Unit) = joined("sun", name).use { phone ->
        assertNull(runBlocking { phone.model.exchange() })
        phone.wait("a call") { it.today?.calls?.isNotEmpty() == true }
        val alert = checkNotNull(phone.model.state.value.today).calls.first().alert
        phone.opened(alert)
        phone.drawn {
            phone.model.on(AlertEvent.Act(AlertAction.Comment))
            phone.model.on(AlertEvent.Type("text", name))
        }
        val forms = phone.replica.forms()
        phone.wait("that it is kept") { forms.get("alert.$alert.Comment")?.contains(name) == true }
        forms.keep("writing.alert.$alert.Comment", "0")
        if (sent) phone.replica.alerts().comment(alert, name)
        phone.restart()
        phone.wait("today") { it.today?.loading == false }
        phone.opened(alert)
        then(phone, alert)
        assertEquals(emptyList(), phone.replica.forms().keys().filter { it.startsWith("writing.") })
    }

    @Test
    fun `a kill after the record was written does not offer to write it again`() = half("已经写了", sent = true) { phone, alert ->
        Thread.sleep(200)
        assertNull(phone.model.state.value.alert?.sheet)
        assertNull(phone.replica.forms().get("alert.$alert.Comment"))
    }

    @Test
    fun `a kill before the record was written loses nothing`() = half("还没有写", sent = false) { phone, _ ->
        phone.wait("the sheet") { (it.alert?.sheet as? AlertSheet.Words)?.text == "还没有写" }
    }

    @Test
    fun `a pasted alert that was written before the kill is marked so`() = joined("zhao", "paste").use { phone ->
        fun open() {
            phone.wait("today") { it.today?.canPaste == true }
            phone.drawn { phone.model.on(TodayEvent.Paste) }
            phone.wait("areas") { it.paste?.areas?.isNotEmpty() == true }
        }
        open()
        phone.drawn {
            phone.model.on(PasteEvent.Text("【预警劝阻指令】\n指令编号：SC-031\n预警等级：高危\n潜在受害人：何秀兰\n住址：青石镇河东村3号楼1单元201\n下发单位：市反诈中心"))
            phone.model.on(PasteEvent.Read)
        }
        phone.wait("what was found") { it.paste?.found?.size == 1 }
        val forms = phone.replica.forms()
        phone.wait("that it is kept") { forms.get("paste")?.contains("SC-031") == true }
        // As in the middle of a save: what is being written is kept first.
        val kept = checkNotNull(forms.get("paste"))
        val alert = phone.replica.alerts().understand(
            "【预警劝阻指令】\n指令编号：SC-031\n预警等级：高危\n潜在受害人：何秀兰\n住址：青石镇河东村3号楼1单元201\n下发单位：市反诈中心",
            checkNotNull(phone.model.state.value.paste).areas.first().code,
        ).single().draft
        forms.keep("paste", kept.dropLast(1) + ""","writing":{"number":0,"name":"何秀兰"}}""")
        forms.keep("writing.paste", "0")
        phone.replica.alerts().create(alert)
        phone.restart()
        open()
        phone.wait("the card that is saved") { it.paste?.found?.singleOrNull()?.saved == true }
        phone.drawn { phone.model.on(PasteEvent.Save(0)) }
        Thread.sleep(200)
        assertEquals(1, phone.replica.alerts().list(Page(0u, 50u)).count { it.record.platformNumber == "SC-031" })
    }

    @Test
    fun `the next page comes also where the list is read again meanwhile`() = joined("wang", "pages", PLAYED.copy(page = 3)).use { phone ->
        phone.drawn { phone.model.on(AppEvent.Choose(Tab.Doors)) }
        phone.wait("the grid") { it.doors?.grid != null && it.doors?.loading == false }
        phone.drawn { phone.model.on(DoorsEvent.View(DoorsView.List)) }
        phone.wait("a page") { it.doors?.rows?.size == 3 && it.doors?.more == true }
        repeat(3) { turn ->
            phone.drawn {
                phone.model.on(DoorsEvent.More)
                // The store says at once that doors are others now.
                phone.model.heard(setOf(qiaomen.core.Noun.HOUSEHOLDS))
            }
            val size = 3 * (turn + 2)
            phone.wait("$size rows") { it.doors?.rows?.size == minOf(size, 11) }
        }
    }

    @Test
    fun `while a test of being woken runs, nothing is said of the last one`() = joined("wang", "woken").use { phone ->
        phone.drawn { phone.model.on(AppEvent.Choose(Tab.Settings)) }
        phone.wait("settings") { (it.screen as? Screen.Settings)?.state?.figures?.isNotEmpty() == true }
        phone.drawn { phone.model.on(SettingsEvent.TestDuty) }
        val runs = Words(qiaomen.model.state.Language.Zh)("duty.test.runs")
        var seen = 0
        phone.wait("the end") {
            val duty = (it.screen as Screen.Settings).state.duty
            if (duty.testing) {
                seen++
                assertEquals(runs, duty.testText)
                phone.drawn { phone.model.heard(setOf(qiaomen.core.Noun.DUTY)) }
            }
            !duty.testing
        }
        assertTrue(seen > 0)
    }

    companion object {
        private lateinit var stage: Stage

        @BeforeClass
        @JvmStatic
        fun begin() {
            stage = Stage()
            val at = java.time.Instant.now().minusSeconds(600).atOffset(java.time.ZoneOffset.ofHours(8)).withNano(0)
            val file = stage.folder.resolve("alerts.csv")
            file.writeText(
                "name,level,area,issuer,issued,telephone,place,number,origin,reached_station\n" +
                    "何秀兰,high,河东村,市反诈中心,$at,12000010001,,SC-030,funds_side,$at\n",
            )
            stage.command(listOf("import", "alerts", file.path, "--as", "zhao", "--apply"))
        }

        @AfterClass
        @JvmStatic
        fun end() = stage.close()
    }
}
