// A town made by the server's own command line, served by a process of its own: what phones in the tests talk to.
// Invariant: everything of it lies in one folder, which goes with it.

package qiaomen.model

import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The server's process, by the path that the build gives (`qiaomen.server`). */
private val server: String = checkNotNull(System.getProperty("qiaomen.server")) { "run android-shell/test, which says where the server is" }

/** A town with one village, one grid and a person of each role that phones are given to. */
class Town : AutoCloseable {
    /** Where phones may put their stores, too. */
    val folder: File = Files.createTempDirectory("qiaomen-shell-").toFile()
    private val data = folder.resolve("town").path
    private val log = folder.resolve("serve.log")
    private var process: Process
    private var port = 0

    /** Where phones find it. */
    val address: String get() = "http://127.0.0.1:$port"

    init {
        run("user", "add", "admin", "--name", "管理员", "--role", "administrator")
        val areas = folder.resolve("areas.csv")
        areas.writeText("name,level,parent\n青石镇,town,\n河东村,village,青石镇\n第一网格,grid,河东村\n第二网格,grid,河东村\n")
        run("import", "areas", areas.path, "--as", "admin", "--apply")
        for ((login, name, role) in listOf(
            Triple("wang", "王芳", "volunteer@河东村/第一网格"),
            Triple("li", "李强", "volunteer@河东村/第一网格"),
            Triple("zhao", "赵警官", "police@青石镇"),
            Triple("sun", "孙队长", "team_head@河东村"),
        )) {
            addPerson(login, name, role)
        }
        process = serve()
    }

    /** Adds a person with a role such as `volunteer@河东村/第一网格`. */
    fun addPerson(login: String, name: String, role: String) {
        run("user", "add", login, "--name", name, "--role", role, "--as", "admin")
    }

    /** A new enrolment code for a person. */
    fun invite(login: String): String =
        Json.parseToJsonElement(run("invite", login, "--as", "admin", "--json")).jsonObject.getValue("code").jsonPrimitive.content

    /** Takes a phone out of use. */
    fun revoke(device: String) {
        run("device", "revoke", device)
    }

    /** Runs one command of the server's and gives what it printed. */
    fun run(vararg arguments: String): String {
        val errors = Files.createTempFile(folder.toPath(), "command", ".err").toFile()
        val command = ProcessBuilder(listOf(server) + arguments + listOf("--data", data)).redirectError(errors).start()
        val said = command.inputStream.readAllBytes().decodeToString()
        check(command.waitFor(60, TimeUnit.SECONDS)) { "${arguments.first()} takes too long" }
        check(command.exitValue() == 0) { "${arguments.toList()}: $said${errors.readText()}" }
        errors.delete()
        return said
    }

    /** As if the server's machine were switched off. */
    fun goAway() {
        process.destroyForcibly().waitFor()
    }

    /** The same town again, at the same address. */
    fun comeBack() {
        process = serve()
    }

    private fun serve(): Process {
        val started = ProcessBuilder(server, "serve", "--listen", "127.0.0.1:$port", "--data", data)
            .redirectError(ProcessBuilder.Redirect.appendTo(log)).start()
        val line = started.inputStream.bufferedReader().readLine() ?: error("the server did not start: ${log.readText()}")
        port = checkNotNull(Regex("http://127\\.0\\.0\\.1:(\\d+)").find(line)) { "no address in: $line" }.groupValues[1].toInt()
        return started
    }

    override fun close() {
        process.destroy()
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
        folder.deleteRecursively()
    }

    companion object {
        /** One town for all tests of a run that do not mind what others do there. */
        val shared: Town by lazy { Town().also { town -> Runtime.getRuntime().addShutdownHook(Thread(town::close)) } }
    }
}
