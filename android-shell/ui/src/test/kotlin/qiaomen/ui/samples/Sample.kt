// States as they come up in a township's work, in both languages, for pictures and for what must hold of every screen.
//
// Invariant: what the app itself says is told by the model's own tellers and words; what people type (names, addresses, notes,
// what a town has decided to write) is written here, by `typed`, and nothing else is. SamplesTest sees to it.

package qiaomen.ui.samples

import qiaomen.model.Words
import qiaomen.model.state.AppState
import qiaomen.model.state.Gate
import qiaomen.model.state.Language
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab
import qiaomen.model.work.Teller

/** One state; `height` where what matters does not fit on one glass. */
class Sample(val name: String, val height: Int = 640, val state: Tongue.() -> AppState)

/** Says everything in one of the languages. */
class Tongue(val language: Language) {
    val words = Words(language)
    private val typed = HashSet<String>()

    /** What somebody typed, in the one language or the other. */
    fun typed(zh: String, en: String = zh): String = (if (language == Language.Zh) zh else en).also { typed += it }

    /** What the core says of itself, in place of what a town may type. */
    fun ofCore(text: String): String = text.also { ofTheCore += it }.let(::typed)

    /** Everything that was typed so far. */
    val everythingTyped: Set<String> get() = typed
    val ofTheCore = HashSet<String>()

    /** Tells records to Wang Fang, who works here. */
    val teller = Teller(
        words, NOW,
        person = { if (it == ME) words("person.me") else name(it) ?: words("person.unknown") },
        area = { area() },
        resident = { name(it) },
        door = { if (it == DOOR) words.address(flat(502)) else null },
    )

    fun open(screen: Screen, tab: Tab? = null): AppState =
        AppState(gate = Gate.Open, screen = screen, tab = tab, canGoBack = tab == null)
}

/** All of them. */
val samples: List<Sample> = frameSamples + alertSamples + doorSamples
