// Joining a server, and the first exchange; or joining it again, over a store whose phone the server does not know any more.
//
// Invariants: what was typed is kept as the form `enrol` until the phone has joined; the undertaking is given before anything
// is asked of the server; when it was given, and which server it is, is kept before that too, so that a phone that is killed the
// moment it has joined knows whom to ask. Joining again loses nothing: the core sends on what was not sent, and takes no code of
// another person's.
package qiaomen.model.screens

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.Noun
import qiaomen.core.QiaomenException
import qiaomen.core.readInvitation
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Words
import qiaomen.model.error
import qiaomen.model.progress
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Effect
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.EnrolState
import qiaomen.model.state.FieldError
import qiaomen.model.state.Gate
import qiaomen.model.state.Screen

internal class EnrolModel(desk: Desk) : ScreenModel<EnrolState, EnrolEvent>(
    desk, EnrolState(server = desk.preferences.server.orEmpty(), label = desk.platform.deviceName), EnrolEvent::class, Screen::Enrol,
) {
    override val route = Route.Enrol

    /** What was typed. */
    @Serializable
    private data class Typed(val code: String, val server: String, val label: String, val undertaken: Boolean)

    private var remembered = false

    /** What was typed before the kept form was read: that stands. */
    private val mine = HashSet<String>()

    /** Whether the phone is somebody's already. */
    private val again = desk.glass.value.gate == Gate.Open

    override fun load() {
        show { it.with(words) }
        if (again) read({ core.sync.waiting().toInt() }, "unsent") { count -> show { it.copy(againText = words.keptText(count)) } }
        if (remembered) return
        remembered = true
        read({ desk.forms.get(FORM)?.let { runCatching { Json.decodeFromString<Typed>(it) }.getOrNull() } }) { typed ->
            if (typed != null) edit {
                it.copy(
                    code = if (CODE in mine) it.code else typed.code,
                    server = if (SERVER in mine) it.server else typed.server,
                    label = if (LABEL in mine) it.label else typed.label,
                    undertaken = if (UNDERTAKEN in mine) it.undertaken else typed.undertaken,
                )
            }
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (!state.busy) return
        val progress = desk.exchanges.progress ?: return
        show { it.copy(progress = words.progress(progress)) }
    }

    override fun on(event: EnrolEvent) {
        when (event) {
            is EnrolEvent.Code -> typed(CODE) { taken(it, event.text) }
            is EnrolEvent.Server -> typed(SERVER) { it.copy(server = event.text) }
            is EnrolEvent.Label -> typed(LABEL) { it.copy(label = event.text) }
            is EnrolEvent.Undertake -> typed(UNDERTAKEN) { it.copy(undertaken = event.yes) }
            EnrolEvent.Scan -> desk.effect(Effect.Scan)
            EnrolEvent.Enrol -> enrol()
            EnrolEvent.Cancel -> if (state.busy) write({ desk.core.replica.cancel() })
        }
    }

    override fun answer(event: AppEvent) {
        if (event is AppEvent.Scanned) typed(CODE) { taken(it, event.text) }
    }

    /** A QR picture's text says the server too; anything else is the code. */
    private fun taken(state: EnrolState, text: String): EnrolState {
        val found = readInvitation(text.trim()) ?: return state.copy(code = text)
        mine += SERVER
        return state.copy(code = found.code, server = found.server)
    }

    private fun typed(field: String, change: (EnrolState) -> EnrolState) {
        if (state.busy) return
        mine += field
        edit { change(it).copy(errors = emptyList(), failureText = null) }
        touched()
    }

    private fun edit(change: (EnrolState) -> EnrolState) = show { old ->
        change(old).let { it.copy(canEnrol = !it.busy && it.undertaken && it.code.isNotBlank() && it.server.isNotBlank()) }
    }

    override fun keep(): () -> Unit {
        val typed = with(state) { Typed(code, server, label, undertaken) }
        return { desk.forms.keep(FORM, Json.encodeToString(typed)) }
    }

    private fun enrol() {
        if (!state.canEnrol) return
        val (code, server) = state.code.trim() to address(state.server)
        val label = state.label.trim().ifEmpty { desk.platform.deviceName }
        val before = desk.preferences
        val now = before.copy(server = server, undertakenAt = desk.clock.wall())
        edit { it.copy(busy = true, errors = emptyList(), failureText = null, progress = null) }
        write(
            {
                val replica = core.replica
                desk.opening.setServer(replica, server)
                now.keep(desk.defaults, desk.forms)
                try {
                    replica.enrol(code, label)
                } catch (error: QiaomenException) {
                    // One that was somebody's before goes on asking whom it asked.
                    if (again) before.server?.takeIf { it != server }?.let {
                        desk.opening.setServer(replica, it)
                        before.keep(desk.defaults, desk.forms)
                    }
                    throw error
                }
                checkNotNull(replica.identity()).zone
            },
            failed = { failed(it); true },
        ) { zone ->
            nothingToKeep()
            desk.opening.prefer { it.copy(server = now.server, undertakenAt = now.undertakenAt) }
            write({ desk.forms.discard(FORM) })
            // Without a first exchange there is nothing to be seen yet, but the phone has joined: it is tried again later.
            desk.exchanges.now { error ->
                // It was under way before the phone joined again.
                if (error is QiaomenException.SignedOut) desk.exchanges.now { desk.opening.enrolled(zone) } else desk.opening.enrolled(zone)
            }
        }
    }

    /** An address as people type it. */
    private fun address(typed: String): String {
        val address = typed.trim().trimEnd('/')
        return if ("://" in address || ' ' in address) address else "https://$address"
    }

    private fun failed(error: Throwable) = edit {
        val field = (error as? QiaomenException.Invalid)?.field
        val errors = when (field) {
            "address" -> listOf(FieldError("server", words("enrol.badServer")))
            "code" -> listOf(FieldError("code", words("enrol.badCode")))
            "label" -> listOf(FieldError("label", words.error(error)))
            else -> emptyList()
        }
        val text = if ((error as? QiaomenException.Unexpected)?.what == OTHER_PERSON) words("enrol.otherPerson") else words.error(error)
        it.copy(busy = false, progress = null, errors = errors, failureText = text.takeIf { errors.isEmpty() })
    }

    private companion object {
        const val FORM = "enrol"
        const val CODE = "code"
        const val SERVER = "server"
        const val LABEL = "label"
        const val UNDERTAKEN = "undertaken"

        /** What the core says of a code of another person's than the store is of. */
        const val OTHER_PERSON = "this phone holds another person's records"
    }
}

/** With what is said before one joins. */
fun EnrolState.with(words: Words): EnrolState {
    /** The sentences `key.1`, `key.2` … */
    fun lines(key: String): List<String> = generateSequence(1) { it + 1 }.map { words.known("$key.$it") }.takeWhile { it != null }.filterNotNull().toList()
    return copy(storedTexts = lines("enrol.stored"), seenByTexts = lines("enrol.seenBy"), undertakingTexts = lines("enrol.undertaking"))
}

/** What becomes of what is on a phone that joins again, of which [unsent] was not sent. */
fun Words.keptText(unsent: Int): String = if (unsent == 0) this("enrol.again") else count("enrol.again.unsent", unsent)
