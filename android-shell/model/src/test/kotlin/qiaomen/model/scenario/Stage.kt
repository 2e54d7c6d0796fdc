// Where scenarios are played: a town with its server's process, phones with their files.
//
// Invariant: everything lies in one folder, which goes with the stage; the standard town is made once a run and copied.
package qiaomen.model.scenario

import java.io.File
import java.nio.file.Files
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExecutorCoroutineDispatcher
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import qiaomen.core.Network
import qiaomen.model.FakePlatform
import qiaomen.model.Habits
import qiaomen.model.PhoneModel
import qiaomen.model.Plain
import qiaomen.model.Platform
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.Effect
import qiaomen.model.state.Language

/** Where the scenarios lie (`qiaomen.scenarios`). */
val scenarios: File get() = File(checkNotNull(System.getProperty("qiaomen.scenarios")) { "run android-shell/test, which says where the scenarios are" })

private val server: String get() = checkNotNull(System.getProperty("qiaomen.server")) { "run android-shell/test, which says where the server is" }

/** Runs one command of the server's on the town in [data]. */
private fun command(data: File, work: File, arguments: List<String>): String {
    val errors = Files.createTempFile("qiaomen-command", ".err").toFile()
    val process = ProcessBuilder(listOf(server) + arguments + listOf("--data", data.path)).directory(work).redirectError(errors).start()
    process.outputStream.close()
    val said = process.inputStream.readAllBytes().decodeToString()
    val ended = process.waitFor(60, TimeUnit.SECONDS)
    val complaint = errors.readText()
    errors.delete()
    check(ended) { "$arguments takes too long" }
    check(process.exitValue() == 0) { "$arguments: $said$complaint" }
    return said
}

/** The town that every scenario begins with, made once. */
private val template: File by lazy {
    val folder = Files.createTempDirectory("qiaomen-town-").toFile()
    Runtime.getRuntime().addShutdownHook(Thread { folder.deleteRecursively() })
    val place = scenarios.resolve("town")
    val town = folder.resolve("town")
    val commands = Json.parseToJsonElement(place.resolve("town.json").readText()).jsonObject.getValue("commands").jsonArray
    for (line in commands) command(town, place, line.jsonArray.map { it.jsonPrimitive.content })
    town
}

/** [language] is what its phones speak; [seen] is told every state that one of them shows. */
class Stage(private val language: Language = Language.Zh, private val seen: (AppState) -> Unit = {}) : AutoCloseable {
    val folder: File = Files.createTempDirectory("qiaomen-scenario-").toFile()
    private val town = folder.resolve("town").also { template.copyRecursively(it) }
    private val log = folder.resolve("serve.log")
    private lateinit var process: Process
    private val phones = HashMap<String, Phone>()

    /** Where phones find the server. */
    val address: String = serve("127.0.0.1:0")

    private fun serve(at: String): String {
        process = ProcessBuilder(server, "serve", "--listen", at, "--data", town.path).redirectError(log).start()
        return process.inputStream.bufferedReader().readLine().let { line ->
            checkNotNull(line?.let { Regex("http://127\\.0\\.0\\.1:\\d+").find(it)?.value }) { "the server did not start: $line ${log.readText()}" }
        }
    }

    /** The server answers nobody, and connections stand still; or it goes on. */
    fun hang(yes: Boolean) {
        check(ProcessBuilder("kill", if (yes) "-STOP" else "-CONT", process.pid().toString()).start().waitFor() == 0)
    }

    /** The server begins again from a backup that was made before anybody joined. */
    fun restored() {
        end()
        town.deleteRecursively()
        template.copyRecursively(town)
        serve(address.removePrefix("http://"))
    }

    private fun end() {
        hang(false)
        process.destroy()
        if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
    }

    /** One command of the server's; gives what it printed. */
    fun command(arguments: List<String>): String = command(town, folder, arguments)

    /** A one-time code for somebody. */
    fun invite(login: String): String =
        Json.parseToJsonElement(command(listOf("invite", login, "--as", "admin", "--json"))).jsonObject.getValue("code").jsonPrimitive.content

    /** The phone of that name, made and started where there is none yet. */
    fun phone(name: String): Phone = phones.getOrPut(name) { Phone(folder.resolve("$name.db"), name.hashCode(), language = language, seen = seen) }

    override fun close() {
        phones.values.forEach(Phone::close)
        end()
        folder.deleteRecursively()
    }
}

/** The patience of everything that is played here. */
val PLAYED = Habits(
    undoMillis = 400, restMillis = 3_000, draftMillis = 100, refreshMillis = 1_000, gatherMillis = 20, syncByItself = false, lockMinutes = 0, wakeTestMillis = 15_000,
)

/** A phone with its model. The file and what the platform holds outlive the model, as on a phone whose app is killed. */
class Phone(
    private val store: File, seed: Int, private val habits: Habits = PLAYED, private val language: Language = Language.Zh,
    private val seen: (AppState) -> Unit = {},
) : AutoCloseable {
    val platform = FakePlatform(seed)
    private val drawing: ExecutorCoroutineDispatcher =
        Executors.newSingleThreadExecutor { Thread(it, "drawing").apply { isDaemon = true } }.asCoroutineDispatcher()
    private var scope = CoroutineScope(drawing + SupervisorJob())
    private val effects = ArrayList<JsonElement>()

    /** The model that runs now. */
    var model: PhoneModel = begin()
        private set

    private fun begin(saved: String? = null, also: AppEvent? = null): PhoneModel {
        val model = PhoneModel(Brought(), scope, habits = habits)
        scope.launch { model.effects.collect { synchronized(effects) { effects += Plain.of(Effect.serializer(), it) } } }
        scope.launch { model.state.collect { seen(it) } }
        drawn {
            model.start()
            saved?.let(model::restore)
            also?.let(model::on)
        }
        return model
    }

    /** Does something on the thread that draws. */
    fun <T> drawn(block: suspend () -> T): T = runBlocking { withTimeout(60_000) { scope.launch { }.join(); kotlinx.coroutines.withContext(drawing) { block() } } }

    /** What is shown, as JSON. */
    fun shown(): JsonElement = Plain.of(AppState.serializer(), model.state.value)

    /** What the platform was told since [told] was last cleared. */
    fun told(): List<JsonElement> = synchronized(effects) { effects.toList() }

    fun forget(count: Int) = synchronized(effects) { repeat(count) { effects.removeAt(0) } }

    /** The app dies and is started again; to be where it was, as a system asks that puts an app back, or anew. [also] is told it at once. */
    fun restart(where: Boolean = false, also: AppEvent? = null) {
        val saved = if (where) drawn { model.saved() } else null
        model.kill()
        scope.cancel()
        scope = CoroutineScope(drawing + SupervisorJob())
        model = begin(saved, also)
    }

    /** The app is ended as it should be. */
    fun end() = drawn { model.close() }.let { job -> runBlocking { job.join() } }

    override fun close() {
        model.kill()
        scope.cancel()
        drawing.close()
    }

    private inner class Brought : Platform {
        override val keys = platform
        override val clock = platform
        override val network = platform
        override val notifier = platform
        override val storePath: String = store.path
        override val version = "1.0"
        override val deviceName = "Test phone"
        override val systemLanguage = language
        override fun freeBytes() = 40_000_000_000
        override fun usedBytes() = store.length()
        override fun totalBytes() = 64_000_000_000
    }
}

/** The network of that name. */
fun network(name: String): Network = Network.entries.first { it.name.equals(name, ignoreCase = true) }
