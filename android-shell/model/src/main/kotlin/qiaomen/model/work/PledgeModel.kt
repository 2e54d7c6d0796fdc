// Signing a pledge.
//
// Invariants: what is drawn and typed is kept within a moment; the record names the words that were on the screen; what
// is signed becomes one record (see Once.kt).
package qiaomen.model.work

import kotlinx.serialization.json.Json
import qiaomen.core.Household
import qiaomen.core.Noun
import qiaomen.core.PledgeWords
import qiaomen.core.QiaomenException
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Thrown
import qiaomen.model.Words
import qiaomen.model.became
import qiaomen.model.invalid
import qiaomen.model.once
import qiaomen.model.state.Choice
import qiaomen.model.state.FieldError
import qiaomen.model.state.PledgeEvent
import qiaomen.model.state.PledgeState
import qiaomen.model.state.Screen

class PledgeModel(desk: Desk, override val route: Route.Pledge) :
    ScreenModel<PledgeState, PledgeEvent>(desk, PledgeState(route.household), PledgeEvent::class, Screen::Pledge) {
    private var form = PledgeForm(resident = route.resident)
    private var door: Household? = null
    private var text: PledgeWords? = null
    private var signed: Map<String, qiaomen.core.Pledge> = emptyMap()
    private var ready = false
    // One for each resident, so that beginning another's loses nothing.
    private val key = "pledge.${route.household}.${route.resident.orEmpty()}"

    private class Found(val door: Household?, val text: PledgeWords, val kept: PledgeForm?, val signed: Map<String, qiaomen.core.Pledge>)

    override fun load() {
        val (told, opening) = words to !ready
        // One that was thrown away a moment ago is not begun with, and what is begun now is not thrown away with it.
        if (opening && desk.thrown?.form == key) desk.settle()
        read({
            val core = desk.core
            val pledges = all { core.pledges.ofHousehold(route.household, it) }.map { it.id to it.record }
            Found(
                core.households.get(route.household)?.record,
                core.pledges.words(told.coreLanguage),
                if (opening) kept() else null,
                standing(pledges),
            )
        }) { found ->
            if (found.door == null) {
                desk.say(words("household.missing"))
                goBack()
                return@read
            }
            door = found.door
            // The words are those that stand on the screen while somebody signs, whatever comes from the server meanwhile.
            if (text == null || text?.language != found.text.language || form.strokes.isEmpty()) text = found.text
            signed = found.signed
            if (opening) begin(found)
            render()
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns.any { it in SHOWN }) load()
    }

    /** What was typed and did not become a record; on the thread that works. */
    private fun kept(): PledgeForm? = desk.forms.get(key)?.let { runCatching { Json.decodeFromString<PledgeForm>(it) }.getOrNull() }
        ?.takeUnless { form -> desk.forms.became(key, { own(form.resident) }) }

    /** How many pledges of theirs this person has recorded, on the thread that works. */
    private fun own(resident: String?): Int {
        val me = desk.names.me()
        return all { desk.core.pledges.ofHousehold(route.household, it) }.count { it.record.resident == resident && it.about.header.author == me }
    }

    private fun begin(found: Found) {
        ready = true
        val here = people(found.door)
        val kept = found.kept?.takeIf { kept -> route.resident == null || kept.resident == route.resident }
        form = kept ?: form
        if (form.resident == null) form = form.copy(resident = here.singleOrNull()?.first)
    }

    private fun people(door: Household?): List<Pair<String, String>> =
        door?.let(::present).orEmpty().filterNot { it.resident.leftTown && it.id != form.resident }.map { it.id to it.resident.name }

    private fun render(change: (PledgeState) -> PledgeState = { it }) {
        val here = people(door)
        val now = desk.now()
        show {
            change(it).told(words, form, here, text, form.resident?.let(signed::get)?.at, now)
                .copy(address = door?.address?.let(words::address).orEmpty(), loading = !ready, canSave = ready && words.errors(form).isEmpty())
        }
    }

    private fun edit(change: (PledgeForm) -> PledgeForm) {
        form = change(form)
        render { it.copy(errors = emptyList(), keptText = null) }
        touched()
    }

    override fun on(event: PledgeEvent) {
        // What is being saved is not changed under way.
        if (!ready || busy(SAVE)) return
        when (event) {
            // Another resident's signature it is not.
            is PledgeEvent.Resident -> if (event.code != form.resident) edit { it.copy(resident = event.code, strokes = emptyList()) }
            is PledgeEvent.Mode -> edit { it.copy(mode = event.mode) }
            is PledgeEvent.Stroke -> stroke(event)
            PledgeEvent.ClearSignature -> edit { it.copy(strokes = emptyList()) }
            is PledgeEvent.Type -> edit { it.typed(event.field, event.text) }
            is PledgeEvent.ForAnother -> edit { it.copy(forAnother = event.yes) }
            PledgeEvent.Save -> save()
            PledgeEvent.Discard -> discard()
        }
    }

    private fun stroke(event: PledgeEvent.Stroke) {
        val before = form
        edit { it.drawn(event.points) }
        if (form == before && event.points.isNotEmpty()) desk.say(words("pledge.signatureTooLong"), failure = true)
    }

    override fun keep(): (() -> Unit)? {
        if (!ready) return null
        val text = Json.encodeToString(form)
        return {
            desk.forms.keep(key, text)
            desk.later(0) { show { it.copy(keptText = words("form.kept")) } }
        }
    }

    private fun save() {
        val missing = words.errors(form)
        val said = text
        if (missing.isNotEmpty() || said == null) return show { it.copy(errors = missing) }
        val record = form.record(route.household, said, desk.now())
        val name = state.residents.find { it.chosen }?.text.orEmpty()
        nothingToKeep()
        writeOnce(SAVE, { desk.forms.once(key, { own(record.resident) }) { desk.core.pledges.save(record) } }, ::complained) {
            desk.say(words("pledge.saved", "name" to name))
            desk.saved()
            goBack()
        }
    }

    /** Throws it away: for a while it is only not shown. */
    private fun discard() {
        keepNow()
        writeOnce(SAVE, {}) {
            desk.throwAway(Thrown(form = key, text = words("pledge.discarded"), undone = route))
            goBack()
        }
    }

    private fun complained(error: Throwable): Boolean {
        touched()
        if (error !is QiaomenException.Invalid) return false
        show { it.copy(errors = listOf(FieldError(pledgeField(error.field), words.invalid(error.reason)))) }
        return true
    }

    private companion object {
        const val SAVE = "save"
        val SHOWN = setOf(Noun.HOUSEHOLDS, Noun.PLEDGES, Noun.TOWN)
    }
}

/** The pledge's words and who signs: [here] are those who live there, [earlier] is when the one who signs signed last. */
fun PledgeState.told(words: Words, form: PledgeForm, here: List<Pair<String, String>>, text: PledgeWords?, earlier: Long?, now: Long): PledgeState {
    val name = here.find { it.first == form.resident }?.second
    return with(form).copy(
        residents = here.map { (id, called) -> Choice(id, called, id == form.resident) },
        title = text?.title.orEmpty(),
        body = text?.let { said -> words("pledge.body", "name" to (name ?: words("pledge.noName")), "body" to said.body) }.orEmpty(),
        versionText = text?.let { said -> words("pledge.version", "version" to said.version) }.orEmpty(),
        earlierText = earlier?.let { words("pledge.earlier", "day" to words.day(it, now)) },
    )
}

/** What is typed. */
fun PledgeForm.typed(field: String, text: String): PledgeForm = when (field) {
    "witness" -> copy(witness = text)
    "proxyName" -> copy(proxyName = text)
    "proxyRelation" -> copy(proxyRelation = text)
    "archiveNumber" -> copy(archiveNumber = text)
    "note" -> copy(note = text)
    else -> this
}

/** The field of the state that a field of the core's record is entered in. */
fun pledgeField(field: String): String = when (field) {
    "signature" -> "strokes"
    "proxy.name" -> "proxyName"
    "proxy.relation" -> "proxyRelation"
    "archive_number" -> "archiveNumber"
    "resident", "household" -> "residents"
    else -> field
}
