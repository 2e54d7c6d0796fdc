// A refused record, put right and sent again in the place of the refused one.
//
// Invariants: what was typed is kept as the form `correct.<item>`; the refused one stays until the new one is written.
package qiaomen.model.screens

import kotlinx.serialization.json.Json
import qiaomen.core.AnyRecord
import qiaomen.core.QiaomenException
import qiaomen.core.QuarantineEntry
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.error
import qiaomen.model.invalid
import qiaomen.model.state.CorrectEvent
import qiaomen.model.state.CorrectField
import qiaomen.model.state.CorrectState
import qiaomen.model.state.FieldError
import qiaomen.model.state.Screen

internal class CorrectModel(desk: Desk, override val route: Route.Correct) :
    ScreenModel<CorrectState, CorrectEvent>(desk, CorrectState(item = route.item), CorrectEvent::class, Screen::Correct) {
    private var entry: QuarantineEntry? = null
    private var record: AnyRecord? = null
    private var parts: List<Part> = emptyList()

    /** What was typed, by the field's name. */
    private var typed: Map<String, String> = emptyMap()

    private val form = "correct.${route.item}"

    override fun load() {
        val (words, now) = words to desk.now()
        read({
            val entry = core.quarantine.get(route.item)
            val teller = Places(desk, words).teller(now)
            val typed = desk.forms.get(form)?.let { runCatching { Json.decodeFromString<Map<String, String>>(it) }.getOrNull() }
            val record = toCorrect(entry, core, teller)
            Found(entry, record, record?.let { parts(it, teller) } ?: edits(entry, words), title(entry, record, teller), typed.orEmpty())
        }, failed = ::gone) { found ->
            entry = found.entry
            record = found.record
            parts = found.parts
            typed = found.typed + typed
            show { old ->
                old.copy(title = found.title, reasonText = reasonText(found.entry, words), field = found.entry.field, fields = fields())
            }
            show { it.copy(canSend = found.record != null && !busy(SEND)) }
        }
    }

    private class Found(val entry: QuarantineEntry, val record: AnyRecord?, val parts: List<Part>, val title: String, val typed: Map<String, String>)

    private fun fields(): List<CorrectField> = fields(parts, entry, typed)

    /** It was sent again or given up meanwhile. */
    private fun gone(error: Throwable) {
        // What is being sent again answers itself.
        if (busy(SEND)) return
        if (error is QiaomenException.NotFound) goBack()
        desk.failed(error)
    }

    override fun on(event: CorrectEvent) {
        when (event) {
            is CorrectEvent.Type -> {
                if (busy(SEND)) return
                if (parts.none { it.name == event.name && it.set != null }) return
                typed = typed + (event.name to event.text)
                show { it.copy(fields = fields(), errors = it.errors.filterNot { error -> error.field == event.name }) }
                touched()
            }
            CorrectEvent.Send -> send()
        }
    }

    override fun keep(): () -> Unit {
        val text = Json.encodeToString(typed)
        return { desk.forms.keep(form, text) }
    }

    private fun send() {
        val entry = entry ?: return
        val record = record ?: return
        if (busy(SEND)) return
        show { it.copy(canSend = false, errors = emptyList()) }
        val corrected = parts.fold(record) { sofar: AnyRecord, part ->
            val text = typed[part.name]
            if (text == null || text == part.text) sofar else part.set?.invoke(sofar, text) ?: sofar
        }
        nothingToKeep()
        // A kill in between leaves the form of something that is not refused any more: nobody is led to it again.
        writeOnce(SEND, {
            // A role that one has no more would be refused again; the core then picks one that will do.
            core.quarantine.resend(entry.item, corrected, entry.role.takeIf { it in desk.roles() })
            desk.forms.discard(form)
        }, failed = ::refused) {
            desk.say(words("sync.sentAgain"))
            goBack()
            desk.saved()
        }
    }

    private fun refused(error: Throwable): Boolean {
        show { it.copy(canSend = true) }
        touched()
        if (error !is QiaomenException.Invalid) return false
        val known = parts.any { it.name == error.field }
        if (!known) return false
        show { it.copy(errors = listOf(FieldError(error.field, words.invalid(error.reason)))) }
        desk.say(words.error(error), failure = true)
        return true
    }

    private companion object {
        const val SEND = "send"
    }
}

/** What can be put right, with what was [typed] so far: what the server complained of and what the edit wrote stand first. */
fun fields(parts: List<Part>, entry: QuarantineEntry?, typed: Map<String, String> = emptyMap()): List<CorrectField> {
    val edits = entry?.takeIf { !it.whole }?.edits.orEmpty().map(::name)
    val order = parts.sortedBy { part -> if (part.name == entry?.field || part.name in edits) 0 else if (part.set != null) 1 else 2 }
    return order.map { CorrectField(it.name, it.label, typed[it.name] ?: it.text, editable = it.set != null) }
}
