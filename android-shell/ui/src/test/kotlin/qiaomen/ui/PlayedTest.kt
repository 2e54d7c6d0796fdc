// What phones really show while the scenarios are played, in the largest letters on a small glass: with words on everything that
// can be touched, and nothing cut off. No pictures are kept of it: times and identifiers are others each time.

package qiaomen.ui

import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import java.util.concurrent.Callable
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import org.junit.Test
import qiaomen.model.Plain
import qiaomen.model.Words
import qiaomen.model.scenario.play
import qiaomen.model.scenario.scenarios
import qiaomen.model.state.AppState
import qiaomen.model.state.Gate
import qiaomen.model.state.Language
import qiaomen.model.state.Screen
import qiaomen.ui.pictures.Goldens
import qiaomen.ui.pictures.Look
import qiaomen.ui.pictures.picture
import qiaomen.ui.pictures.shown
import qiaomen.ui.pictures.whatIsCut
import qiaomen.ui.pictures.wrongWithTouch

@OptIn(ExperimentalTestApi::class)
class PlayedTest {
    /** Writes pictures of all that was tried, where somebody wants to see them (`PICTURES=played`); of what is wrong, always. */
    private val pictures = System.getenv("PICTURES") == "played"
    private val only = System.getProperty("qiaomen.scenario").orEmpty()

    @Test
    fun `what phones really show is whole in the largest letters, in both languages`() {
        Words.missing.clear()
        val seen = played()
        val wrong = Language.entries.flatMap { language ->
            val told = seen.filter { it.look.language == language }
            val chosen = new(told)
            println("${language.name}: ${told.size} states were shown, ${chosen.size} of them with texts that others did not have")
            assertTrue(only.isNotEmpty() || chosen.size > 50, "only ${chosen.size} states in $language: the scenarios tell more")
            drawn(language, chosen)
        }
        assertTrue(wrong.isEmpty(), wrong.joinToString("\n"))
        assertEquals(emptySet(), Words.missing, "words that are missing")
    }

    /** Every state that was shown in any scenario, in Chinese and in English. */
    private fun played(): Collection<AppState> {
        val seen = ConcurrentLinkedQueue<AppState>()
        val pool = Executors.newFixedThreadPool(4)
        try {
            val files = scenarios.listFiles { file -> file.extension == "json" && file.name.startsWith(only) }.orEmpty().sorted()
            assertTrue(files.isNotEmpty(), "there are no scenarios in $scenarios")
            // Most of a scenario's time is waiting.
            val told = pool.invokeAll(
                files.flatMap { file ->
                    Language.entries.filter { it == Language.Zh || file.nameWithoutExtension !in ABOUT_CHINESE }.map { Callable { runCatching { play(file, it, seen::add) }.exceptionOrNull()?.message?.let { said -> "$it $said" } } }
                },
            ).mapNotNull { it.get() }
            assertTrue(told.isEmpty(), told.joinToString("\n\n"))
        } finally {
            pool.shutdownNow()
        }
        return seen.distinct()
    }

    /** Those that say something at some place that no other one said: the fullest first, so that few are enough. */
    private fun new(states: Collection<AppState>): List<AppState> {
        val tried = HashSet<String>()
        return states.map { it to texts(it) }.sortedByDescending { it.second.size }.filter { (_, texts) -> tried.addAll(texts) }.map { it.first }
    }

    /** What stands where, but for numbers. What lies under a gate is not seen. */
    private fun texts(state: AppState): Set<String> {
        val open = state.gate == Gate.Open || state.gate == Gate.Enrolling
        val found = HashSet<String>()
        fun look(element: JsonElement, at: String) {
            when (element) {
                is JsonObject -> for ((name, inner) in element) if (name !in UNSEEN) look(inner, "$at.$name")
                is JsonArray -> element.forEach { look(it, at) }
                is JsonPrimitive -> found += "$at ${element.content.replace(NUMBER, "0").replace(IDENTIFIER, "id")}"
            }
        }
        look(Plain.of(AppState.serializer(), if (open) state else AppState(gate = state.gate)), "")
        return found
    }

    /** What is wrong with them. Lists, of which only what is seen is laid out, are seen on a glass on which all of it is. */
    private fun drawn(language: Language, states: List<AppState>): List<String> {
        val look = Look(language, 200)
        val (short, long) = states.partition { it.screen !is Screen.Today && it.screen !is Screen.Doors && it.screen !is Screen.Dossier || it.gate != Gate.Open }
        return drawn(look, 640, short + long) + drawn(look, 4000, long)
    }

    private fun drawn(look: Look, height: Int, states: List<AppState>): List<String> {
        var at by mutableStateOf(0)
        return shown(look, height, { words -> states.getOrNull(at)?.let { state -> key(at) { PhoneScreen(state, words, { 0 }, NoEvents) } } }) {
            states.indices.flatMap { number ->
                at = number
                waitForIdle()
                wrong("played-${look.language.name.lowercase()}-${where(states[number])}-$height-$number")
            }
        }
    }

    private fun where(state: AppState): String = checkNotNull(if (state.gate == Gate.Open) state.screen::class.simpleName else state.gate::class.simpleName).lowercase()

    private fun ComposeUiTest.wrong(name: String): List<String> {
        val wrong = wrongWithTouch() + whatIsCut()
        if (pictures || wrong.isNotEmpty()) Goldens.write(name, picture())
        return wrong.map { "$name: $it" }
    }

    private companion object {
        /** Stories about the language itself: they begin in Chinese. */
        val ABOUT_CHINESE = setOf("settings-kept")

        /** What of a state is not seen, or is seen as a colour alone. */
        val UNSEEN = setOf("id", "alert", "household", "draft", "number", "until", "grid", "dark", "strokes", "url", "millis", "item", "offer", "person")
        val NUMBER = Regex("[0-9]+")
        val IDENTIFIER = Regex("[0-9a-f]*-[0-9a-f-]{8,}")
    }
}
