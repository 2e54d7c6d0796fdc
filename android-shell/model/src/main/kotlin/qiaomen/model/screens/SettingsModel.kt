// Settings, being on duty, one's own figures and badge.
//
// Invariants: what is chosen holds at once and is kept; a test whether this phone is woken polls by itself until it is, and
// says what to do where it was not.
package qiaomen.model.screens

import qiaomen.core.DueFigures
import qiaomen.core.Figures
import qiaomen.core.QiaomenException
import qiaomen.core.Role
import qiaomen.core.WakeTestResult
import qiaomen.model.Desk
import qiaomen.model.Preferences
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.ShownBadge
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.error
import qiaomen.model.state.Choice
import qiaomen.model.state.DutyState
import qiaomen.model.state.Language
import qiaomen.model.state.Line
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.SettingsState
import qiaomen.model.state.Theme
import qiaomen.model.work.badgeSheet

internal class SettingsModel(desk: Desk) :
    ScreenModel<SettingsState, SettingsEvent>(desk, SettingsState(), SettingsEvent::class, Screen::Settings) {
    override val route = Route.Settings

    /** What is told of the last test as long as the screen lives. */
    private var tested: Throwable? = null
    private val shownBadge = ShownBadge(desk, { !left && state.badge != null }, ::badge, ::closeBadge)

    override fun load() {
        val (words, now) = words to desk.now()
        show { chosen(it) }
        read({ look(words, now) }) { found ->
            show {
                // While a test runs there is nothing to be said of the last one.
                val duty = if (it.duty.testing) found.duty.copy(testing = true, testText = words("duty.test.runs"), testPassed = null) else found.duty
                chosen(found).copy(badge = it.badge, duty = duty)
            }
        }
    }

    private fun chosen(of: SettingsState): SettingsState = of.with(desk.preferences, words)

    private fun look(words: Words, now: Long): SettingsState {
        val me = desk.names.record(desk.names.me())
        val held = me?.assignments.orEmpty().map { it.assignment }.filterNot { it.ended }
        val roles = held.map { words.roleAt(it.role, desk.names.path(it.area, words)) }
        return SettingsState(
            meText = me?.name.orEmpty(),
            rolesText = words.list(roles),
            duty = duty(words, now),
            figures = words.figures(core.replica.figures(), core.tasks.figures()),
            about = about(words, now),
        )
    }

    private fun duty(words: Words, now: Long): DutyState {
        val on = core.duty.isOn()
        val until = if (on) core.duty.pollAdvice().until else null
        return words.duty(on, until, core.duty.lastTest(), tested, now, desk.platform.ringsAlways)
    }

    private fun about(words: Words, now: Long): List<Line> {
        val identity = core.replica.identity()
        val (server, undertaken) = desk.preferences.server to desk.preferences.undertakenAt
        return words.about(desk.platform.version, core.town.rulesInForce(now), server, identity?.device, identity?.issued, undertaken, now)
    }

    override fun on(event: SettingsEvent) {
        when (event) {
            is SettingsEvent.Duty -> write({ core.duty.set(event.on) })
            SettingsEvent.TestDuty -> test()
            is SettingsEvent.Choose -> choose(event.field, event.code)
            SettingsEvent.Badge -> badge()
            SettingsEvent.CloseBadge -> closeBadge()
        }
    }

    private fun choose(field: String, code: String) {
        desk.opening.prefer { old ->
            when (field) {
                "languages" -> old.copy(language = Language.entries.find { it.code == code } ?: old.language)
                "networks" -> old.copy(unmeteredOnly = code == "unmetered")
                "textSizes" -> old.copy(textPercent = code.toIntOrNull()?.takeIf { it in Preferences.TEXT_SIZES } ?: old.textPercent)
                "themes" -> old.copy(theme = Theme.entries.find { it.code == code } ?: old.theme)
                "locks" -> old.copy(lockMinutes = (code.toIntOrNull() ?: 0).takeIf { it in Preferences.LOCKS } ?: old.lockMinutes)
                else -> old
            }
        }
    }

    /** A poll that waits tells the server of the test, and one that waits after that is answered by being woken. */
    private fun test() {
        if (state.duty.testing) return
        tested = null
        show { it.copy(duty = it.duty.copy(testing = true, testText = words("duty.test.runs"), testPassed = null)) }
        val until = desk.clock.wall() + desk.habits.wakeTestMillis
        write({
            core.duty.beginTest()
            while (core.duty.lastTest()?.woken == null && desk.clock.wall() < until) core.sync.poll(core.duty.pollAdvice().waitSeconds)
        }, failed = { error -> ended(error); error !is QiaomenException.Revoked }) { ended(null) }
    }

    private fun ended(error: Throwable?) {
        tested = error
        show { it.copy(duty = it.duty.copy(testing = false)) }
        load()
    }

    private fun badge(): Unit = read({ core.replica.badge() }, "badge", failed = { error ->
        if (error is QiaomenException.NotFound) desk.say(words("badge.afterSync"), failure = true) else desk.failed(error)
    }) { badge ->
        show { it.copy(badge = badgeSheet(badge, words)) }
        shownBadge.shown(badge.until)
    }

    private fun closeBadge() = show { it.copy(badge = null) }

    override fun back(): Boolean = (state.badge != null).also { if (it) closeBadge() }
}

private val Language.code get() = name.lowercase()
private val Theme.code get() = name.lowercase()

/** With what can be chosen, and what was. */
fun SettingsState.with(chosen: Preferences, words: Words): SettingsState {
    fun <T> choices(all: List<T>, one: T, key: String, code: (T) -> String) = all.map { Choice(code(it), words("$key.${code(it)}"), it == one) }
    return copy(
        // Each in its own tongue, so that whoever cannot read the one that is chosen finds theirs.
        languages = Language.entries.map { Choice(it.code, Words(it)("language.name"), it == chosen.language) },
        networks = choices(listOf(false, true), chosen.unmeteredOnly, "networks") { if (it) "unmetered" else "any" },
        textSizes = choices(Preferences.TEXT_SIZES, chosen.textPercent, "textSize") { it.toString() },
        themes = choices(Theme.entries, chosen.theme, "theme") { it.code },
        locks = choices(Preferences.LOCKS, chosen.lockMinutes, "lock") { if (it == 0) "off" else it.toString() },
    )
}

/** A role and where it is held. */
fun Words.roleAt(role: Role, area: String): String = this("settings.role", "role" to word("role", role.code), "area" to area)

/** Being on duty, and what came of the last test: no more is promised than this phone can do. */
fun Words.duty(on: Boolean, until: Long?, last: WakeTestResult?, failure: Throwable?, now: Long, ringsAlways: Boolean): DutyState {
    val woken = last?.woken
    fun word(name: String, vararg places: Pair<String, Any?>) = this(if (ringsAlways) "duty.$name" else "duty.$name.inFront", *places)
    val testText = when {
        last == null -> null
        woken != null -> word("test.passed", "moment" to moment(woken, now), "length" to length(woken - last.asked))
        failure is QiaomenException.Offline -> this("duty.test.offline")
        failure != null -> this("duty.test.failed", "why" to error(failure))
        else -> word("test.notWoken")
    }
    return DutyState(
        on = on,
        text = if (!on) this("duty.off") else until?.let { word("until", "moment" to moment(it, now)) } ?: word("on"),
        testText = testText,
        testPassed = last?.let { woken != null },
    )
}

/** A worker's own figures. */
fun Words.figures(mine: Figures, due: DueFigures): List<Line> = listOf(
    "recorded" to mine.recorded, "sent" to mine.sent, "waiting" to mine.waiting, "held" to mine.held, "quarantined" to mine.quarantined,
    "due" to due.due, "done" to due.done, "late" to due.late, "overdue" to due.overdue, "missed" to due.missed,
).map { (name, count) -> Line(this("figures.$name"), count.toString()) }

/** What this app and phone are. */
fun Words.about(version: String, rules: String, server: String?, device: String?, joined: Long?, undertaken: Long?, now: Long): List<Line> = listOfNotNull(
    Line(this("about.version"), version),
    Line(this("about.rules"), rules),
    server?.let { Line(this("about.server"), it) },
    device?.let { Line(this("about.device"), it.take(8)) },
    joined?.let { Line(this("about.joined"), moment(it, now)) },
    undertaken?.let { Line(this("about.undertaken"), moment(it, now)) },
)
