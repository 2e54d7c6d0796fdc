// States as they come up in a township's work, in both languages, for pictures and for what must hold of every screen.

package qiaomen.ui.samples

import qiaomen.model.state.AppState
import qiaomen.model.state.Choice
import qiaomen.model.state.Gate
import qiaomen.model.state.Language
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab

/** One state; `height` where what matters does not fit on one glass. */
class Sample(val name: String, val height: Int = 640, val state: Tongue.() -> AppState)

/** Says everything in one of the languages. */
class Tongue(val language: Language) {
    fun say(zh: String, en: String): String = if (language == Language.Zh) zh else en

    /** Choices out of "code|Chinese|English"; those that begin with + are chosen. */
    fun choices(vararg rows: String): List<Choice> = rows.map { row ->
        val (code, zh, en) = row.removePrefix("+").split("|")
        Choice(code, say(zh, en), row.startsWith("+"))
    }

    fun open(screen: Screen, tab: Tab? = null): AppState =
        AppState(gate = Gate.Open, screen = screen, tab = tab, canGoBack = tab == null)
}

/** All of them. */
val samples: List<Sample> = frameSamples + alertSamples + doorSamples
