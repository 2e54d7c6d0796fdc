// A town made by the server's own command line, served by a process of its own, that a test's phone belongs to.
//
// Invariant: everything lies in one folder, which goes with it.
package qiaomen.app

import java.io.File
import java.nio.file.Files
import java.time.Instant
import java.time.ZoneOffset
import java.util.concurrent.TimeUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The town that the shells' scenarios begin with. */
class AppTown : AutoCloseable {
    private val server = property("qiaomen.server")
    private val folder: File = Files.createTempDirectory("qiaomen-app-").toFile()
    private val town = File(property("qiaomen.scenarios"), "town")
    private val process: Process

    /** Where phones find it. */
    val address: String

    init {
        val commands = Json.parseToJsonElement(File(town, "town.json").readText()).jsonObject.getValue("commands").jsonArray
        for (command in commands) run(*command.jsonArray.map { it.jsonPrimitive.content }.toTypedArray())
        process = ProcessBuilder(server, "serve", "--listen", "127.0.0.1:0", "--data", data)
            .redirectError(File(folder, "serve.log")).start()
        val line = process.inputStream.bufferedReader().readLine() ?: error("the server did not start: ${File(folder, "serve.log").readText()}")
        address = checkNotNull(Regex("http://127\\.0\\.0\\.1:\\d+").find(line)) { "no address in: $line" }.value
    }

    private val data get() = File(folder, "town").path

    /** A new enrolment code for a person. */
    fun invite(login: String): String =
        Json.parseToJsonElement(run("invite", login, "--as", "admin", "--json")).jsonObject.getValue("code").jsonPrimitive.content

    /** An alert about somebody of the village, just issued. */
    fun alert(name: String, level: String) {
        val file = File(folder, "alerts-${System.nanoTime()}.csv")
        val now = Instant.now().atOffset(ZoneOffset.ofHours(8)).withNano(0)
        file.writeText(
            "name,level,area,issuer,issued,place,number,origin,reached_station\n" +
                "$name,$level,河东村,市反诈中心,$now,青石镇河东村3号楼,SC-${System.nanoTime()},funds_side,$now\n",
        )
        run("import", "alerts", file.path, "--as", "zhao", "--apply")
    }

    /** Takes a phone out of use. */
    fun revoke(device: String) {
        run("device", "revoke", device)
    }

    private fun run(vararg arguments: String): String {
        val errors = Files.createTempFile(folder.toPath(), "command", ".err").toFile()
        val command = ProcessBuilder(listOf(server) + arguments + listOf("--data", data)).directory(town).redirectError(errors).start()
        val said = command.inputStream.readAllBytes().decodeToString()
        check(command.waitFor(60, TimeUnit.SECONDS)) { "${arguments.first()} takes too long" }
        check(command.exitValue() == 0) { "${arguments.toList()}: $said${errors.readText()}" }
        errors.delete()
        return said
    }

    override fun close() {
        process.destroy()
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
        folder.deleteRecursively()
    }

    private fun property(name: String) = checkNotNull(System.getProperty(name)) { "run android-shell/test, which says what $name is" }

    companion object {
        /** One for all tests of a run: each has a phone of its own. */
        val shared: AppTown by lazy { AppTown().also { town -> Runtime.getRuntime().addShutdownHook(Thread(town::close)) } }
    }
}
