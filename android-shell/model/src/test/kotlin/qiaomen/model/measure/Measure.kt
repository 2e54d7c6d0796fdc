// How long the app takes, and how much of that is the shell's own: against the core alone, called directly.
//
// Usage: MeasureKt FOLDER   makes a phone of 10,000 documents in FOLDER, once, then measures and prints medians.
//        MeasureKt pure     only the core's functions that are called on the thread that draws, at each letter typed.
// Cold starts are processes of their own, the two kinds by turns; savings are made in one process, as in an app in use.
// No test: it holds nothing up to anything.
package qiaomen.model.measure

import java.io.File
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import qiaomen.core.HouseholdOrder
import qiaomen.core.Outcome
import qiaomen.core.Page
import qiaomen.core.Purpose
import qiaomen.core.Replica
import qiaomen.core.Server
import qiaomen.core.Visit
import qiaomen.model.FakePlatform
import qiaomen.model.Habits
import qiaomen.model.scenario.Phone
import qiaomen.model.scenario.Stage
import qiaomen.model.state.AppEvent
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.Gate
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab
import qiaomen.model.state.VisitEvent

private const val SEED = 5
private const val DOORS = 3_000
private const val ALERTS = 60
private const val ALL = 10_000
private const val STARTS = 9
private const val SAVES = 40
private val FIRST = Page(0u, 31u)

fun main(arguments: Array<String>) {
    val begun = System.nanoTime()
    when (arguments.first()) {
        "start-shell" -> startShell(File(arguments[1]), begun)
        "start-core" -> startCore(File(arguments[1]), begun)
        "pure" -> pure()
        else -> measure(File(arguments.first()))
    }
}

private fun measure(folder: File) {
    folder.mkdirs()
    val store = folder.resolve("phone.db")
    if (!folder.resolve("filled").exists()) fill(folder, store)
    val starts = (1..STARTS).map { start("start-shell", store) to start("start-core", store) }
    println("Median milliseconds on ${System.getProperty("java.vm.version")}, ${folder.resolve("filled").readText().trim()}")
    println("%-44s %8s %8s %8s".format("", "app", "core", "shell"))
    row("cold start to the task list", starts.map { it.first.getValue("list") }, starts.map { it.second.getValue("same") })
    println("   of which the core: opening %.0f, the first page of tasks %.0f".format(
        median(starts.map { it.second.getValue("open") }), median(starts.map { it.second.getValue("tasks") }),
    ))
    saving(store)
    pure()
}

/** What is called on the thread that draws: functions of their arguments alone. */
private fun pure() {
    val note = "上午见到本人，讲了刷单、冒充客服两种骗法，卡号 6222 0000 0000 0000 004，身份证 11010519491231002X。".repeat(8)
    val calls = listOf<Pair<String, () -> Unit>>(
        "sensitive, ${note.length} letters" to { qiaomen.core.sensitive(note) },
        "masked, ${note.length} letters" to { qiaomen.core.masked(note) },
        "readInvitation" to { qiaomen.core.readInvitation("qiaomen:https://qiaomen.example.org#ABCD-EFGH-JKLM-NPQR") },
    )
    for ((what, call) in calls) {
        val times = (1..400).map { System.nanoTime().let { begun -> call(); since(begun) } }
        println("%-44s %8.3f median, %.3f the first, %.3f the slowest of the rest".format(what, median(times), times.first(), times.drop(1).max()))
    }
}

private fun row(what: String, app: List<Double>, core: List<Double>) {
    val (all, alone) = median(app) to median(core)
    println("%-44s %8.1f %8.1f %8.1f".format(what, all, alone, all - alone))
}

private fun median(of: List<Double>): Double = of.sorted()[of.size / 2]

private fun since(begun: Long): Double = (System.nanoTime() - begun) / 1e6

/** Starts a process and reads what it says: `name=milliseconds` each. */
private fun start(kind: String, store: File): Map<String, Double> {
    val command = listOf(
        File(System.getProperty("java.home"), "bin/java").path, "-Djna.library.path=${System.getProperty("jna.library.path")}",
        "-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path"), "qiaomen.model.measure.MeasureKt", kind, store.path,
    )
    val process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    val said = process.inputStream.readAllBytes().decodeToString()
    check(process.waitFor() == 0) { "$kind failed" }
    return said.trim().split(' ').associate { it.substringBefore('=') to it.substringAfter('=').toDouble() }
}

private fun tell(vararg times: Pair<String, Double>) {
    println(times.joinToString(" ") { "${it.first}=${it.second}" })
    // Nothing of an orderly end is measured.
    System.out.flush()
    Runtime.getRuntime().halt(0)
}

/** As a worker starts the app: until the first page of tasks is shown. */
private fun startShell(store: File, begun: Long) {
    val phone = Phone(store, SEED, Habits(syncByItself = false, lockMinutes = 0))
    runBlocking { phone.model.state.first { (it.screen as? Screen.Today)?.state?.loading == false } }
    tell("list" to since(begun))
}

/** The same calls of the core, one after the other. */
private fun startCore(store: File, begun: Long) {
    val platform = FakePlatform(SEED)
    val replica = Replica.open(store.path, platform, platform, platform, platform, platform)
    val opened = since(begun)
    replica.setServer(Server("http://127.0.0.1:1"))
    val before = since(begun)
    val (tasks, people) = replica.tasks() to replica.people()
    val due = tasks.list(FIRST)
    val listed = since(begun)
    val (forms, alerts, households) = Triple(replica.forms(), replica.alerts(), replica.households())
    repeat(8) { forms.get("preference.$it") }
    replica.correctedTime()
    replica.identity()
    replica.isLocked()
    repeat(2) { forms.keys() }
    replica.sync().waiting()
    people.get(people.me())
    replica.figures()
    for (task in due.take(30)) alerts.get(task.alert)?.record?.household?.let(households::get)
    tasks.list(Page(0u, 100u)).map { it.alert }.distinct().forEach { tasks.custody(it) }
    tasks.today()
    replica.drafts().list()
    replica.reminders().current()
    replica.duty().isOn()
    tell("open" to opened, "tasks" to listed - before, "same" to since(begun))
}

private fun visit(household: String, now: Long) = Visit(
    purpose = Purpose.Door, household = household, alert = null, outcome = Outcome.NobodyHome, metTarget = null, met = emptyList(),
    metOthers = null, started = now - 60_000, ended = now, position = null, given = emptyList(), explained = emptyList(),
    observations = emptyList(), note = null, risk = null, nextStep = null, dissuasion = null, photos = null,
)

/** From the tap on "save" until the app says that it is saved, and the same two writes alone. */
private fun saving(store: File) {
    Phone(store, SEED, Habits(syncByItself = false, lockMinutes = 0)).use { phone ->
        val model = phone.model
        val replica = runBlocking { checkNotNull(model.replica()) }
        runBlocking { model.state.first { it.gate == Gate.Open } }
        val doors = replica.households().list(null, HouseholdOrder.WALKING, Page(0u, SAVES.toUInt())).map { it.household.id }
        val (app, drawn) = doors.map { save(phone, it) }.unzip()
        val (visits, forms) = replica.visits() to replica.forms()
        val pending = """{"draft":"","household":"","text":"","undone":{"type":"today"}}"""
        val alone = doors.map { door ->
            val now = replica.correctedTime().time
            val begun = System.nanoTime()
            val draft = visits.draft(null, visit(door, now))
            forms.keep("measured.$draft", pending)
            since(begun).also { visits.finish(draft); forms.discard("measured.$draft") }
        }
        val whole = doors.map { door ->
            val now = replica.correctedTime().time
            val begun = System.nanoTime()
            visits.save(visit(door, now))
            since(begun)
        }
        row("saving a visit, from tap to mark", app, alone)
        println("   of which on the thread that draws, until the tap is answered: %.2f".format(median(drawn)))
        println("   a visit saved at once by the core: %.1f".format(median(whole)))
    }
}

/** How long until it is said to be saved, and how long the drawing thread was busy with the tap. */
private fun save(phone: Phone, door: String): Pair<Double, Double> {
    val model = phone.model
    fun wait(until: (Screen) -> Boolean) = runBlocking { model.state.first { until(it.screen) } }
    phone.drawn { model.on(AppEvent.Choose(Tab.Doors)) }
    phone.drawn { model.on(DoorsEvent.Open(door)) }
    wait { (it as? Screen.Household)?.state?.run { !loading && id == door } == true }
    phone.drawn { model.on(HouseholdEvent.Record) }
    wait { (it as? Screen.Visit)?.state?.outcomes?.isNotEmpty() == true }
    phone.drawn { model.on(VisitEvent.Choose("outcomes", "nobodyHome")) }
    phone.drawn { model.on(VisitEvent.GoOn) }
    wait { (it as? Screen.Visit)?.state?.summary?.isNotEmpty() == true }
    Thread.sleep(150)
    val begun = System.nanoTime()
    val drawn = phone.drawn { System.nanoTime().let { at -> model.on(VisitEvent.Save); since(at) } }
    runBlocking { model.state.first { it.undo != null } }
    val all = since(begun)
    phone.drawn { model.on(AppEvent.Hidden) }
    runBlocking { model.state.first { it.undo == null } }
    Thread.sleep(150)
    return all to drawn
}

/** Makes the phone: a team head's, with all doors of the village, alerts of three weeks, and visits until there are enough documents. */
private fun fill(folder: File, store: File) {
    val begun = System.nanoTime()
    folder.listFiles { file -> file.name.startsWith("phone.db") }.orEmpty().forEach { it.delete() }
    Stage().use { stage ->
        val rows = (1..DOORS).joinToString("\n") { n ->
            "河东村,第二网格,${20 + n / 60},${1 + n % 60 / 30},${1 + n % 30 / 3},${1 + n % 30 / 3}0${1 + n % 3},,,住户$n,住户$n,${12_100_000_000 + n},1970,,"
        }
        stage.folder.resolve("doors.csv").writeText("village,grid,building,unit,floor,room,group,number,name,head,telephone,birth_year,tags,app_installed\n$rows\n")
        stage.command(listOf("import", "households", stage.folder.resolve("doors.csv").path, "--as", "qian", "--apply"))
        val day = java.time.Instant.now()
        val levels = listOf("low", "medium", "high", "extreme")
        val alerts = (1..ALERTS).joinToString("\n") { n ->
            val at = day.minusSeconds(n * 8L * 3_600).atOffset(java.time.ZoneOffset.ofHours(8)).withNano(0)
            "住户$n,${levels[n % 4]},河东村,市反诈中心,$at,${12_100_000_000 + n},,M-$n,funds_side,$at"
        }
        stage.folder.resolve("alerts.csv").writeText("name,level,area,issuer,issued,telephone,place,number,origin,reached_station\n$alerts\n")
        stage.command(listOf("import", "alerts", stage.folder.resolve("alerts.csv").path, "--as", "zhao", "--apply"))
        println("The town is made: %.0f s".format(since(begun) / 1000))
        Phone(store, SEED, Habits(syncByItself = false, lockMinutes = 0)).use { phone ->
            val code = stage.invite("sun")
            val replica = runBlocking { checkNotNull(phone.model.replica()) }
            phone.drawn {
                phone.model.on(EnrolEvent.Server(stage.address))
                phone.model.on(EnrolEvent.Code(code))
                phone.model.on(EnrolEvent.Undertake(true))
                phone.model.on(EnrolEvent.Enrol)
            }
            runBlocking { phone.model.state.first { it.gate == Gate.Open } }
            println("The phone has joined: %.0f s".format(since(begun) / 1000))
            val doors = replica.households().list(null, HouseholdOrder.WALKING, Page(0u, DOORS.toUInt())).map { it.household.id }
            var number = 0
            while (replica.figures().documents < ALL.toULong()) {
                val now = replica.correctedTime().time
                repeat(200) { replica.visits().save(visit(doors[number++ % doors.size], now - number * 1_000L)) }
                // Little by little, as in daily work.
                if (number % 1_000 == 0) runBlocking { phone.model.exchange() }
            }
            runBlocking { phone.model.exchange() }
            val figures = replica.figures()
            folder.resolve("filled").writeText("${figures.documents} documents, ${figures.waiting} changes waiting, ${replica.tasks().list(Page(0u, 1_000u)).size} tasks\n")
            runBlocking { phone.end() }
        }
    }
    println("The phone is filled: %.0f s".format(since(begun) / 1000))
}
