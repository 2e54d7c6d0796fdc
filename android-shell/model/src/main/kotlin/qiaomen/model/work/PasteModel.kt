// Alerts in a pasted message, put right and saved.
//
// Invariants: nothing is saved before somebody looked at it and said so; what was put right is kept with the message, so
// that both are there again after the app was killed; an alert is written once (see Once.kt).
package qiaomen.model.work

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.AreaLevel
import qiaomen.core.Candidate
import qiaomen.core.FraudAlert
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.PastedAlert
import qiaomen.core.Place
import qiaomen.core.PlaceEntry
import qiaomen.core.QiaomenException
import qiaomen.core.WhoIsMeant
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Words
import qiaomen.model.became
import qiaomen.model.invalid
import qiaomen.model.once
import qiaomen.model.state.Choice
import qiaomen.model.state.FieldError
import qiaomen.model.state.PasteEvent
import qiaomen.model.state.PasteState
import qiaomen.model.state.PastedCard
import qiaomen.model.state.Screen

class PasteModel(desk: Desk) : ScreenModel<PasteState, PasteEvent>(desk, PasteState(), PasteEvent::class, Screen::Paste) {
    override val route: Route = Route.Paste

    /** What is kept: the message, and what was put right in what was found. */
    @Serializable
    private data class Kept(
        val text: String = "",
        val area: String? = null,
        val read: Boolean = false,
        val edits: Map<Int, PasteEdit> = emptyMap(),
        /** The alert that is being written, where the app was killed meanwhile. */
        val writing: Writing? = null,
    )

    @Serializable
    private data class Writing(val number: Int, val name: String)

    private var kept = Kept()
    private var found: List<PastedAlert> = emptyList()
    private var opened = false

    override fun load() {
        val (told, opening) = words to !opened
        read({
            (if (opening) kept() else null) to areas(told)
        }) { (old, areas) ->
            // What was typed while this was read stands.
            if (old != null && kept == Kept()) kept = old
            opened = true
            if (kept.area == null) kept = kept.copy(area = areas.firstOrNull()?.first)
            this.areas = areas
            render()
            if (opening && kept.read) understand()
        }
    }

    private var areas: List<Pair<String, String>> = emptyList()

    override fun changed(nouns: Set<Noun>) {
        if (Noun.DIRECTORY in nouns) load()
    }

    /** Where this person may enter alerts: the areas of their roles and the villages below. */
    private fun areas(words: Words): List<Pair<String, String>> {
        val names = desk.names
        val own = names.held().filter { it.role in Deed.Alert.roles }.map { it.area }.distinct()
        val below = own.flatMap { area -> if (names.area(area)?.level == AreaLevel.Town) desk.core.areas.below(area).map { it.id } else emptyList() }
        return (own + below).distinct().map { it to names.path(it, words) }.sortedWith(compareBy<Pair<String, String>> { it.first !in own }.thenBy(AS_COUNTED) { it.second })
    }

    /** On the thread that works. */
    private fun kept(): Kept? {
        val old = desk.forms.get(KEY)?.let { runCatching { Json.decodeFromString<Kept>(it) }.getOrNull() } ?: return null
        val writing = old.writing ?: return old
        val became = desk.forms.became(KEY, { own(writing.name) }, done = {})
        return if (became) old.saved(writing.number) else old.copy(writing = null)
    }

    private fun Kept.saved(number: Int) = copy(edits = edits + (number to (edits[number] ?: PasteEdit()).copy(saved = true)), writing = null)

    /** How many of the newest alerts for somebody of this name are this person's, on the thread that works. */
    private fun own(name: String): Int {
        val me = desk.names.me()
        return desk.core.alerts.list(Page(0u, 200u)).count { it.record.name == name && it.about.header.author == me }
    }

    private fun render() {
        val cards = found.mapIndexed { number, one -> words.pastedCard(number, one, kept.edits[number] ?: PasteEdit()) }
        show {
            it.copy(
                text = kept.text, areas = areas.map { (id, name) -> Choice(id, name, id == kept.area) }, found = cards,
                nothingText = if (kept.read && cards.isEmpty() && kept.text.isNotBlank()) words("paste.nothing") else null,
            )
        }
    }

    override fun on(event: PasteEvent) {
        // What is being saved is not changed under way.
        if (busy(SAVE)) return
        when (event) {
            is PasteEvent.Text -> keep { it.copy(text = event.text, read = false) }
            is PasteEvent.Area -> keep { it.copy(area = event.code) }
            PasteEvent.Read -> {
                // Read once more, what was saved of it stays saved.
                if (!kept.read) kept = kept.copy(read = true, edits = emptyMap())
                touched()
                understand()
            }
            is PasteEvent.Edit -> edit(event.number) { it.copy(fields = it.fields + (event.field to event.text)) }
            is PasteEvent.Level -> edit(event.number) { it.copy(level = event.code) }
            is PasteEvent.Who -> edit(event.number) { it.copy(who = event.code) }
            is PasteEvent.Save -> save(event.number)
        }
    }

    private fun keep(change: (Kept) -> Kept) {
        kept = change(kept)
        render()
        touched()
    }

    private fun edit(number: Int, change: (PasteEdit) -> PasteEdit) =
        keep { it.copy(edits = it.edits + (number to change(it.edits[number] ?: PasteEdit()).copy(errors = emptyMap()))) }

    override fun keep(): (() -> Unit)? {
        val text = Json.encodeToString(kept)
        return { desk.forms.keep(KEY, text) }
    }

    private fun understand() {
        val (text, area) = kept.text to kept.area
        if (area == null) return desk.say(words("paste.noArea"), failure = true)
        if (text.isBlank()) return desk.say(words("paste.empty"), failure = true)
        read({ desk.core.alerts.understand(text, area) }, "understand") { now ->
            found = now
            render()
        }
    }

    private fun save(number: Int) {
        val one = found.getOrNull(number) ?: return
        val edit = kept.edits[number] ?: PasteEdit()
        if (edit.saved) return
        val errors = words.pasteErrors(one, edit)
        if (errors.isNotEmpty()) return edit(number, errors)
        val name = (edit.fields["name"] ?: one.draft.name).trim()
        val (before, after) = kept.copy(writing = Writing(number, name)) to kept.saved(number)
        // Once everything in the message was saved it is not needed any more.
        val all = found.indices.all { after.edits[it]?.saved == true }
        nothingToKeep()
        writeOnce(SAVE, {
            val place = edit.fields["address"]?.let { one.draft.places.firstOrNull()?.id ?: desk.core.replica.newId() }
            desk.forms.keep(KEY, Json.encodeToString(before))
            desk.forms.once(KEY, { own(name) }, { if (all) desk.forms.discard(KEY) else desk.forms.keep(KEY, Json.encodeToString(after)) }) {
                desk.core.alerts.create(edited(one, edit, before.area, place))
            }
        }, { complained(it, number) }) { id ->
            kept = after
            render()
            desk.saved()
            desk.say(words("paste.saved", "name" to name))
            if (all && found.size == 1) giveWay(Route.Alert(id))
        }
    }

    private fun edit(number: Int, errors: List<FieldError>) =
        keep { it.copy(edits = it.edits + (number to (it.edits[number] ?: PasteEdit()).copy(errors = errors.associate { one -> one.field to one.text }))) }

    private fun complained(error: Throwable, number: Int): Boolean {
        touched()
        if (error !is QiaomenException.Invalid) return false
        edit(number, listOf(FieldError(pasteField(error.field), words.invalid(error.reason))))
        return true
    }

    private companion object {
        const val KEY = "paste"
        const val SAVE = "save"
    }
}

/** What was put right in one alert of a message. */
@Serializable
data class PasteEdit(
    val fields: Map<String, String> = emptyMap(),
    val level: String? = null,
    val who: String? = null,
    val saved: Boolean = false,
    val errors: Map<String, String> = emptyMap(),
)

/** Nobody of those who were found. */
const val NOBODY = "nobody"

/** One alert of a message, to be looked at. */
fun Words.pastedCard(number: Int, one: PastedAlert, edit: PasteEdit): PastedCard {
    val draft = one.draft
    val level = edit.level ?: one.reading.level?.let { Groups.level.codeOf(it) }
    val candidates = candidates(one)
    val who = edit.who ?: candidates.singleOrNull()?.resident ?: NOBODY.takeIf { candidates.isEmpty() }
    return PastedCard(
        number = number,
        name = edit.fields["name"] ?: draft.name,
        telephone = edit.fields["telephone"] ?: draft.telephone.orEmpty(),
        levels = Groups.level.choices(this, listOfNotNull(level)),
        platformNumber = edit.fields["platformNumber"] ?: draft.platformNumber.orEmpty(),
        address = edit.fields["address"] ?: draft.places.firstOrNull()?.place?.address.orEmpty(),
        unsureTexts = one.reading.unsure.map { this("paste.unsure", "field" to word("pasted", it.code)) },
        who = if (candidates.isEmpty()) emptyList() else candidates.map { Choice(it.resident, dotted(it.name, address(it.address)), it.resident == who) } +
            Choice(NOBODY, this("paste.nobody"), who == NOBODY),
        whoText = when (one.who) {
            is WhoIsMeant.One -> this("paste.whoOne")
            is WhoIsMeant.Several -> count("paste.whoSeveral", candidates.size)
            is WhoIsMeant.Nobody -> this("paste.whoNobody")
        },
        errors = edit.errors.map { FieldError(it.key, it.value) },
        saved = edit.saved,
    )
}

private fun candidates(one: PastedAlert): List<Candidate> = when (val who = one.who) {
    is WhoIsMeant.One -> listOf(who.candidate)
    is WhoIsMeant.Several -> who.candidates
    is WhoIsMeant.Nobody -> emptyList()
}

/** What is missing or has to be looked at. */
fun Words.pasteErrors(one: PastedAlert, edit: PasteEdit): List<FieldError> = buildList {
    if ((edit.fields["name"] ?: one.draft.name).isBlank()) add(FieldError("name", this@pasteErrors("paste.nameMissing")))
    if (edit.level == null && one.reading.level == null) add(FieldError("levels", this@pasteErrors("paste.levelMissing")))
    if (one.who is WhoIsMeant.Several && edit.who == null) add(FieldError("who", this@pasteErrors("paste.whoMissing")))
}

/** The alert as it was put right; [place] is the identifier of a place that was typed, [area] where it belongs where no door says another. */
fun edited(one: PastedAlert, edit: PasteEdit, area: String?, place: String?): FraudAlert {
    val draft = one.draft
    fun text(field: String, old: String?): String? = if (field in edit.fields) edit.fields.getValue(field).trim().ifEmpty { null } else old
    val chosen = candidates(one).let { all -> if (edit.who == null) all.singleOrNull() else all.find { it.resident == edit.who } }
    val address = text("address", draft.places.firstOrNull()?.place?.address)
    val places = when {
        place == null -> draft.places
        address == null -> draft.places.drop(1)
        else -> listOf(PlaceEntry(place, draft.places.firstOrNull()?.place?.copy(address = address, position = null) ?: Place("home", address, null))) + draft.places.drop(1)
    }
    return draft.copy(
        name = text("name", draft.name).orEmpty(),
        telephone = text("telephone", draft.telephone),
        platformNumber = text("platformNumber", draft.platformNumber),
        places = places,
        level = edit.level?.let(Groups.level::of) ?: draft.level,
        household = chosen?.household,
        resident = chosen?.resident,
        area = chosen?.grid ?: area ?: draft.area,
    )
}

/** The field of a card that a field of the core's record is entered in. */
fun pasteField(field: String): String = when (val last = field.substringAfterLast('.')) {
    "platform_number" -> "platformNumber"
    "level" -> "levels"
    else -> last
}
