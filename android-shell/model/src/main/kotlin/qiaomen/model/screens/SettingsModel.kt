// Settings, being on duty, one's own figures and badge.
//
// Invariants: what is chosen holds at once and is kept; a test whether this phone is woken polls by itself until it is, and
// says what to do where it was not.
package qiaomen.model.screens

import qiaomen.core.QiaomenException
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

    private fun chosen(of: SettingsState): SettingsState {
        val now = desk.preferences
        fun <T> choices(all: List<T>, chosen: T, key: String, code: (T) -> String) =
            all.map { Choice(code(it), words("$key.${code(it)}"), it == chosen) }
        return of.copy(
            // Each in its own tongue, so that whoever cannot read the one that is chosen finds theirs.
            languages = Language.entries.map { Choice(it.code, Words(it)("language.name"), it == now.language) },
            networks = choices(listOf(false, true), now.unmeteredOnly, "networks") { if (it) "unmetered" else "any" },
            textSizes = choices(Preferences.TEXT_SIZES, now.textPercent, "textSize") { it.toString() },
            themes = choices(Theme.entries, now.theme, "theme") { it.code },
            locks = choices(Preferences.LOCKS, now.lockMinutes, "lock") { if (it == 0) "off" else it.toString() },
        )
    }

    private val Language.code get() = name.lowercase()
    private val Theme.code get() = name.lowercase()

    private fun look(words: Words, now: Long): SettingsState {
        val me = desk.names.record(desk.names.me())
        val held = me?.assignments.orEmpty().map { it.assignment }.filterNot { it.ended }
        val roles = held.map { words("settings.role", "role" to words.word("role", it.role.code), "area" to desk.names.path(it.area, words)) }
        return SettingsState(
            meText = me?.name.orEmpty(),
            rolesText = words.list(roles),
            duty = duty(words, now),
            figures = figures(words),
            about = about(words, now),
        )
    }

    private fun duty(words: Words, now: Long): DutyState {
        val on = core.duty.isOn()
        val until = if (on) core.duty.pollAdvice().until else null
        val last = core.duty.lastTest()
        val woken = last?.woken
        val failure = tested
        // What is promised, and what the test proved: no more than this phone can do.
        fun word(name: String, vararg places: Pair<String, Any?>) =
            words(if (desk.platform.ringsAlways) "duty.$name" else "duty.$name.inFront", *places)
        val testText = when {
            last == null -> null
            woken != null -> word("test.passed", "moment" to words.moment(woken, now), "length" to words.length(woken - last.asked))
            failure is QiaomenException.Offline -> words("duty.test.offline")
            failure != null -> words("duty.test.failed", "why" to words.error(failure))
            else -> word("test.notWoken")
        }
        return DutyState(
            on = on,
            text = if (!on) words("duty.off") else until?.let { word("until", "moment" to words.moment(it, now)) } ?: word("on"),
            testText = testText,
            testPassed = last?.let { woken != null },
        )
    }

    private fun figures(words: Words): List<Line> {
        val (mine, due) = core.replica.figures() to core.tasks.figures()
        return listOf(
            "recorded" to mine.recorded, "sent" to mine.sent, "waiting" to mine.waiting, "held" to mine.held, "quarantined" to mine.quarantined,
            "due" to due.due, "done" to due.done, "late" to due.late, "overdue" to due.overdue, "missed" to due.missed,
        ).map { (name, count) -> Line(words("figures.$name"), count.toString()) }
    }

    private fun about(words: Words, now: Long): List<Line> {
        val identity = core.replica.identity()
        return listOfNotNull(
            Line(words("about.version"), desk.platform.version),
            Line(words("about.rules"), core.town.rulesInForce(now)),
            desk.preferences.server?.let { Line(words("about.server"), it) },
            identity?.let { Line(words("about.device"), it.device.take(8)) },
            identity?.let { Line(words("about.joined"), words.moment(it.issued, now)) },
            desk.preferences.undertakenAt?.let { Line(words("about.undertaken"), words.moment(it, now)) },
        )
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
