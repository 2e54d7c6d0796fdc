// Plays one scenario: its steps one after the other, as tests/scenarios/README.md states them.
package qiaomen.model.scenario

import java.io.File
import kotlin.random.Random
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import qiaomen.model.Plain
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.Language

/**
 * Plays the scenario in [file] on phones in [language]; what does not hold is told with its step. What is expected is written in
 * Chinese: in another language every text will do where a Chinese one is expected. [seen] is told every state that a phone shows.
 */
fun play(file: File, language: Language = Language.Zh, seen: (AppState) -> Unit = {}) {
    val scenario = Json.parseToJsonElement(file.readText()).jsonObject
    Stage(language, seen).use { stage ->
        val play = Play(stage, Compared(anyTextForChinese = language != Language.Zh))
        scenario.getValue("steps").jsonArray.forEachIndexed { number, step ->
            try {
                play.step(step.jsonObject)
            } catch (error: Throwable) {
                throw AssertionError("${file.name}, step ${number + 1}: $step\n${error.message}", error)
            }
        }
    }
}

private class Play(private val stage: Stage, private val compared: Compared) {
    private val remembered = Remembered()
    private var acting: Phone? = null
    private val phone: Phone get() = checkNotNull(acting) { "no phone acts yet" }

    init {
        remembered["server"] = JsonPrimitive(stage.address)
        remembered["folder"] = JsonPrimitive(stage.folder.path)
    }

    fun step(raw: JsonObject) {
        // What is to be remembered are paths, not texts.
        val step = JsonObject(raw.mapValues { (name, value) -> if (name == "remember") value else remembered.fill(value) })
        fun word(name: String) = step.getValue(name).jsonPrimitive.content
        when {
            "enrol" in step -> enrol(word("enrol"))
            "phone" in step -> acting = stage.phone(word("phone")).also { it.settled() }
            "on" in step -> send(word("on"), step.getValue("do"))
            "sync" in step -> phone.drawn { phone.model.exchange() }
            "network" in step -> phone.platform.connection = network(word("network"))
            "clock" in step -> clock(step.getValue("clock").jsonObject)
            "restart" in step -> {
                val also = step["also"]?.let { Plain.read(AppEvent.serializer(), it) }
                phone.restart(where = word("restart") == "where", also = also)
                phone.settled()
            }
            "key" in step -> phone.platform.run {
                keyIsLocked = word("key") == "away"
                keyIsBroken = word("key") == "broken"
            }
            "pause" in step -> {
                // The machine may be busy; what was to be kept is written by then.
                Thread.sleep(PLAYED.draftMillis + 400)
                phone.drawn { phone.model.kept() }.let { job -> runBlocking { job.join() } }
            }
            "hang" in step -> stage.hang(word("hang") == "true")
            "restored" in step -> stage.restored()
            "hide" in step -> {
                send("app", JsonObject(mapOf((if (word("hide") == "true") "hidden" else "shown") to JsonObject(emptyMap()))))
                // The system leaves an app that much time.
                phone.drawn { phone.model.kept() }.let { job -> runBlocking { job.join() } }
            }
            "close" in step -> stage.phone(word("close")).end()
            "file" in step -> step.getValue("file").jsonObject.let { file ->
                val lines = file.getValue("lines").jsonArray.map { it.jsonPrimitive.content }
                stage.folder.resolve(file.getValue("name").jsonPrimitive.content).writeText(lines.joinToString("\n", postfix = "\n"))
            }
            "server" in step -> {
                val said = stage.command(step.getValue("server").jsonArray.map { it.jsonPrimitive.content })
                step["remember"]?.let { remember(it.jsonObject, Json.parseToJsonElement(said)) }
            }
            "invite" in step -> remembered[word("as")] = JsonPrimitive(stage.invite(word("invite")))
            "expect" in step -> expect(step.getValue("expect"))
            "never" in step -> never(step.getValue("never"))
            "remember" in step -> remember(step.getValue("remember").jsonObject, phone.shown())
            "effects" in step -> effects(step.getValue("effects").jsonArray)
            else -> error("no such step")
        }
    }

    private fun send(screen: String, event: JsonElement) = phone.drawn { Plain.send(phone.model, screen, event) }

    private fun enrol(login: String) {
        val phone = stage.phone(login)
        acting = phone
        phone.settled()
        fun say(event: String) = send("enrol", Json.parseToJsonElement(event))
        say("""{"server":{"text":"${stage.address}"}}""")
        say("""{"code":{"text":"${stage.invite(login)}"}}""")
        say("""{"undertake":{"yes":true}}""")
        say("""{"enrol":{}}""")
        expect(Json.parseToJsonElement("""{"gate":{"open":{}},"screen":{"today":{"state":{"loading":false}}}}"""))
    }

    /** Waits until the store is open, or does not open. */
    private fun Phone.settled() {
        val opening = Json.parseToJsonElement("""{"gate":{"opening":{}}}""")
        until { if (compared.differs(opening, shown()) == null) "it is still opening" else null }
    }

    private fun clock(move: JsonObject) {
        move["minutes"]?.let { phone.platform.aheadMs += it.jsonPrimitive.int * 60_000L }
        move["wall"]?.let { phone.platform.clockIsWrongByMs += it.jsonPrimitive.int * 60_000L }
        if ("boot" in move) phone.platform.boot = Random.nextBytes(16)
    }

    private fun expect(expected: JsonElement) {
        until { compared.differs(expected, phone.shown()) }
        if (!compared.loose(expected)) return
        // It may have been met too early: what was begun comes to its end first.
        var before = phone.shown()
        until { phone.shown().let { now -> "it changes still".takeIf { now != before }.also { before = now; Thread.sleep(SETTLED) } } }
    }

    private fun never(unwanted: JsonElement) {
        if (!compared.loose(unwanted)) checkNotNull(compared.differs(unwanted, phone.shown())) { "it is shown: ${phone.shown()}" }
    }

    private fun effects(expected: List<JsonElement>) = until {
        val told = phone.told()
        var at = 0
        for (wanted in expected) {
            val found = (at until told.size).firstOrNull { compared.differs(wanted, told[it]) == null }
                ?: return@until "$wanted was not told, or not in this order: $told"
            at = found + 1
        }
        phone.forget(at)
        null
    }

    private fun remember(paths: JsonObject, from: JsonElement) {
        for ((name, path) in paths) {
            remembered[name] = checkNotNull(at(from, path.jsonPrimitive.content)) { "there is nothing at $path in $from" }
        }
    }

    /** Looks again and again, for 20 seconds, until [wrong] has nothing to say. */
    private fun until(wrong: () -> String?) {
        val end = System.nanoTime() + PATIENCE
        while (true) {
            val said = wrong() ?: return
            if (System.nanoTime() > end) throw AssertionError(said)
            Thread.sleep(15)
        }
    }

    private companion object {
        const val SETTLED = 150L
        val PATIENCE = (System.getProperty("qiaomen.patience") ?: "20").toLong() * 1_000_000_000
    }
}
