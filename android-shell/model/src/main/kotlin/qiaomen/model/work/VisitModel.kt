// Recording a visit.
//
// Invariants: what was entered is a draft of the core's within a moment; the draft's identifier lives on the thread that
// works, so that two writings never make two drafts; saving is what the desk's `finish` does: it can be taken back.
package qiaomen.model.work

import kotlinx.serialization.json.Json
import qiaomen.core.AnyRecord
import qiaomen.core.Datum
import qiaomen.core.Language as CoreLanguage
import qiaomen.core.Noun
import qiaomen.core.Position
import qiaomen.core.QiaomenException
import qiaomen.core.masked
import qiaomen.model.Desk
import qiaomen.model.Finished
import qiaomen.model.Finishing
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Thrown
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.invalid
import qiaomen.model.roleOf
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Effect
import qiaomen.model.state.FieldError
import qiaomen.model.state.Language
import qiaomen.model.state.Screen
import qiaomen.model.state.VisitEvent
import qiaomen.model.state.VisitStage
import qiaomen.model.state.VisitState

class VisitModel(desk: Desk, private val first: Route.Visit) :
    ScreenModel<VisitState, VisitEvent>(desk, VisitState(draft = first.draft, household = first.household, alert = first.alert), VisitEvent::class, Screen::Visit) {
    private var form = VisitForm(household = first.household, alert = first.alert, started = desk.now())
    private var around = VisitContext()
    private var at = VisitPlace(draft = first.draft)
    private var ready = false

    /** When it ended, where that is not now: a draft that lay about is told as of when it was last kept. */
    private var endedBefore: Long? = null

    /** Written and read on the thread that works alone. */
    private val kept = object { var id: String? = first.draft }

    override val route: Route get() = at.draft?.let { Route.Visit(draft = it) } ?: first

    // ---- What is known ----

    private class Found(val draft: String?, val form: VisitForm?, val keptAt: Long, val around: VisitContext, val missing: Boolean)

    override fun load() {
        val (told, now, opening) = Triple(words, desk.now(), !ready)
        val (household, alert, fraud) = Triple(form.household, form.alert, form.said.fraud)
        val thrown = desk.thrown?.draft
        read({ if (opening) find(now, told, thrown) else Found(null, null, 0, context(household, alert, fraud, told), false) }) { found ->
            if (opening && found.missing) {
                desk.say(words("visit.gone"))
                goBack()
                return@read
            }
            around = found.around
            if (opening) begin(found, now)
            render()
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns.any { it in SHOWN }) load()
    }

    /** A draft that is gone on with: the one that is named, else one of the same door or alert that was left. */
    private fun find(now: Long, words: Words, thrown: String?): Found {
        val core = desk.core
        val finishing = desk.forms.keys().filter { it.startsWith(Finishing.PREFIX) }.map { it.removePrefix(Finishing.PREFIX) }
        val draft = first.draft?.let(core.drafts::get) ?: if (first.draft != null) null else core.drafts.list().find { left ->
            val visit = (left.record as? AnyRecord.OfVisit)?.record
            left.id !in finishing && left.id != thrown && visit != null && visit.alert == first.alert && (first.alert != null || visit.household == first.household)
        }
        val visit = (draft?.record as? AnyRecord.OfVisit)?.record
        if (first.draft != null && visit == null) return Found(null, null, now, VisitContext(), true)
        val alert = visit?.alert ?: first.alert
        val household = visit?.household ?: first.household ?: alert?.let { core.alerts.get(it)?.record?.household }
        val around = context(household, alert, visit?.dissuasion?.fraud?.code, words)
        kept.id = draft?.id
        val gone = around.household == null && around.alert == null
        return Found(draft?.id, visit?.form()?.copy(household = household), draft?.at ?: now, around, gone)
    }

    private fun context(household: String?, alert: String?, fraud: String?, words: Words): VisitContext {
        val core = desk.core
        val door = household?.let(core.households::get)
        val about = alert?.let { core.alerts.get(it) }
        val standing = about?.let { core.tasks.standing(it.id) }
        val address = door?.record?.address?.let(words::address)
        val people = door?.let { present(it.record).map { one -> one.resident.name } }.orEmpty()
        return VisitContext(
            household = door?.record,
            alert = about?.record,
            level = standing?.level?.code,
            title = about?.record?.name ?: address.orEmpty(),
            subtitle = if (about != null) {
                words.dotted(standing?.level?.let { words.word("level", it.code) }, address ?: about.record.places.firstNotNullOfOrNull { it.place.address })
            } else {
                words.list(people)
            },
            metBefore = standing?.met != null,
            roles = desk.names.rolesFor(Deed.Visit, about?.record?.area ?: door?.about?.scope?.grid).map { it.code },
            ticks = Groups.purpose.known.mapNotNull { purpose -> ticks(purpose.code)?.let { purpose.code to it } }.toMap(),
            script = fraud?.let { script(it, words) },
            me = desk.names.record(desk.names.me())?.name.orEmpty(),
            sensitive = { words.sensitiveSpans(it) },
        )
    }

    private fun script(fraud: String, words: Words): Script =
        desk.core.scripts.forKind(Groups.fraud.of(fraud), words.coreLanguage).let { Script(it.name, fraud, it.title, it.body) }

    private fun begin(found: Found, now: Long) {
        ready = true
        val old = found.form
        if (old != null) {
            val settled = old.copy(purposeChosen = false).settled(around.metBefore).purpose
            form = old.copy(purposeChosen = old.purpose != settled)
            if (now - found.keptAt > SITTING) endedBefore = found.keptAt
            at = at.copy(draft = found.draft)
            return
        }
        val household = around.household?.let { first.household ?: around.alert?.household }
        form = form.copy(household = household, purpose = first.purpose ?: "door", purposeChosen = first.purpose != null).settled(around.metBefore)
        val people = around.household?.let(::present).orEmpty().filterNot { it.resident.leftTown }
        // The usual case: one lives there, and opened.
        if (form.alert == null && people.size == 1) form = form.copy(outcome = "met", met = setOf(people.single().id)).ticked(around.ticks["door"])
    }

    private fun render() {
        val teller = teller(desk, words, desk.now(), listOfNotNull(around.household))
        show { teller.visitState(form, around, at) }
    }

    // ---- What the person does ----

    override fun on(event: VisitEvent) {
        // What is being saved is not changed under way.
        if (!ready || busy(SAVE)) return
        when (event) {
            is VisitEvent.Choose -> choose(event.field, event.code)
            is VisitEvent.Type -> type(event.field, event.text)
            is VisitEvent.Set -> set(event.field, event.yes)
            VisitEvent.Mask -> edit { it.copy(note = masked(it.note)) }
            VisitEvent.Locate -> desk.effect(Effect.Locate)
            VisitEvent.RecordVideo -> desk.effect(Effect.RecordVideo)
            VisitEvent.GoOn -> goOn()
            VisitEvent.BackToForm -> place { it.copy(stage = VisitStage.Form) }
            VisitEvent.Save -> save()
            VisitEvent.Discard -> discard()
        }
    }

    override fun answer(event: AppEvent) {
        when (event) {
            is AppEvent.Recorded -> edit {
                it.copy(said = it.said.copy(recordedWith = "telephone", recordedBy = around.me, keptAt = "device", keptAs = event.name))
            }
            is AppEvent.Positioned -> edit {
                val datum = listOf(Datum.Wgs84, Datum.Gcj02, Datum.Bd09).find { known -> known.code == event.datum } ?: Datum.Unstated
                it.copy(position = Position(tens(event.latitude), tens(event.longitude), datum, event.accuracyMetres?.toLong()))
            }
            else -> Unit
        }
    }

    private fun tens(degrees: Double): Long = Math.round(degrees * 1e7)

    private fun choose(field: String, code: String) {
        val said = { change: (DissuasionInput) -> DissuasionInput -> edit { it.copy(said = change(it.said)) } }
        when (field) {
            "outcomes" -> edit { it.choosingOutcome(code).settled(around.metBefore).let { now -> now.ticked(around.ticks[now.purpose]) } }
            "metTarget" -> edit { it.choosingMetTarget(code == "yes").settled(around.metBefore).let { now -> now.ticked(around.ticks[now.purpose]) } }
            "purposes" -> edit { it.copy(purpose = code, purposeChosen = true) }
            "met" -> edit { it.copy(met = it.met.toggled(code)) }
            "given" -> edit { it.copy(given = it.given.toggled(code)) }
            "explained" -> edit { it.copy(explained = it.explained.toggled(code)) }
            "observations" -> edit { it.copy(observations = it.observations.toggled(code)) }
            "risks" -> edit { it.copy(risk = code.takeIf { _ -> it.risk != code }) }
            "roles" -> place { it.copy(role = code) }
            "dissuasion.steps" -> said { it.copy(steps = it.steps.toggled(code)) }
            "dissuasion.kinds" -> judge(code)
            "dissuasion.broughtIn" -> said { it.copy(broughtIn = it.broughtIn.toggled(code)) }
            "dissuasion.ways" -> said { it.copy(ways = it.ways.toggled(code)) }
            "dissuasion.places" -> said { it.copy(place = code.takeIf { _ -> it.place != code }) }
            "dissuasion.recordedWith" -> said {
                if (it.recordedWith == code) it.copy(recordedWith = null) else it.copy(recordedWith = code, recordedBy = it.recordedBy.ifEmpty { around.me })
            }
            "dissuasion.keptAt" -> said { it.copy(keptAt = code.takeIf { _ -> it.keptAt != code }) }
            "dissuasion.care" -> said { it.copy(care = it.care.toggled(code)) }
            "photos.takenWith" -> photos {
                if (it.takenWith == code) it.copy(takenWith = null) else it.copy(takenWith = code, takenBy = it.takenBy.ifEmpty { around.me })
            }
            "photos.keptAt" -> photos { it.copy(keptAt = code.takeIf { _ -> it.keptAt != code }) }
        }
    }

    private fun photos(change: (PhotosInput) -> PhotosInput) = edit { it.copy(photos = change(it.photos)) }

    /** Whoever chooses a kind has judged it; its script is at hand. */
    private fun judge(code: String) {
        val off = form.said.fraud == code
        edit {
            val steps = if (off) it.said.steps else it.said.steps + "kindJudged"
            it.copy(said = it.said.copy(fraud = code.takeUnless { off }, script = null, steps = steps))
        }
        val words = words
        around = around.copy(script = null)
        if (!off) read({ script(code, words) }, "script") { found ->
            around = around.copy(script = found)
            render()
        }
    }

    private fun type(field: String, text: String) = edit {
        val said = it.said
        when (field) {
            "note" -> it.copy(note = text)
            "nextStep" -> it.copy(nextStep = text)
            "metOthers" -> it.copy(metOthers = text)
            "dissuasion.officers" -> it.copy(said = said.copy(officers = text))
            "dissuasion.team" -> it.copy(said = said.copy(team = text))
            "dissuasion.recordedBy" -> it.copy(said = said.copy(recordedBy = text))
            "dissuasion.keptAs" -> it.copy(said = said.copy(keptAs = text))
            "photos.takenBy" -> it.copy(photos = it.photos.copy(takenBy = text))
            "photos.keptAs" -> it.copy(photos = it.photos.copy(keptAs = text))
            else -> it
        }
    }

    private fun set(field: String, yes: Boolean) {
        when (field) {
            "dissuasion.courtesy" -> edit { it.copy(said = it.said.copy(courtesy = yes)) }
            "dissuasion.deeplyTakenIn" -> edit { it.copy(said = it.said.copy(deeplyTakenIn = yes)) }
            "photos.open" -> place { it.copy(photosOpen = yes) }
            "dissuasion.scriptOpen" -> {
                at = at.copy(scriptOpen = yes)
                val script = around.script
                // Whoever opens the script uses it: which one is kept.
                if (yes && script != null && form.said.script != script.name) {
                    edit { it.copy(said = it.said.copy(script = script.name, steps = it.said.steps + "scriptUsed")) }
                } else {
                    render()
                }
            }
        }
    }

    private fun edit(change: (VisitForm) -> VisitForm) {
        form = change(form)
        at = at.copy(errors = emptyList(), keptText = null)
        render()
        touched()
    }

    private fun place(change: (VisitPlace) -> VisitPlace) {
        at = change(at)
        render()
    }

    override fun back(): Boolean {
        if (at.stage != VisitStage.Summary) return false
        place { it.copy(stage = VisitStage.Form) }
        return true
    }

    // ---- What is kept ----

    override fun keep(): (() -> Unit)? {
        if (!ready) return null
        val record = form.record(endedBefore ?: desk.now())
        return {
            val id = desk.core.visits.draft(kept.id, record)
            kept.id = id
            desk.later(0) { place { it.copy(draft = id, keptText = words("visit.kept")) } }
        }
    }

    private fun goOn() {
        val missing = words.missing(form)
        place { if (missing.isEmpty()) it.copy(stage = VisitStage.Summary, errors = emptyList()) else it.copy(errors = missing) }
    }

    private fun save() {
        val missing = words.missing(form)
        if (missing.isNotEmpty()) return place { it.copy(stage = VisitStage.Form, errors = missing) }
        if (around.roles.isEmpty()) return desk.say(words("visit.noRole"), failure = true)
        val record = form.record(endedBefore ?: desk.now())
        val role = at.role ?: around.roles.first().takeIf { around.roles.size > 1 }
        val (ticks, purpose) = Ticks(form.given.toList(), form.explained.toList()) to form.purpose
        val met = form.outcome == "met"
        nothingToKeep()
        // Behind whatever is still being kept, so that the draft has its identifier.
        writeOnce(SAVE, {
            desk.core.visits.check(record, role?.let(::roleOf))
            if (met) desk.forms.keep(TICKS + purpose, Json.encodeToString(ticks))
            kept.id
        }, ::complained) { id ->
            val text = words("visit.saved", "title" to around.title)
            finishOnce(SAVE, Finished(id, record, role, text, { Route.Visit(draft = it) }), ::complained) { goBack() }
        }
    }

    /** What the core complains of stands beside its field. */
    private fun complained(error: Throwable): Boolean {
        touched()
        if (error !is QiaomenException.Invalid) return false
        place { it.copy(stage = VisitStage.Form, errors = listOf(FieldError(visitField(error.field), words.invalid(error.reason)))) }
        return true
    }

    /** Throws the draft away: for a while it is only not shown, as it was last. */
    private fun discard() {
        keepNow()
        writeOnce(SAVE, { kept.id }) { id ->
            if (id != null) desk.throwAway(Thrown(draft = id, text = words("visit.discarded"), undone = Route.Visit(draft = id)))
            goBack()
        }
    }

    private fun ticks(purpose: String): Ticks? =
        desk.forms.get(TICKS + purpose)?.let { runCatching { Json.decodeFromString<Ticks>(it) }.getOrNull() }

    private companion object {
        val SHOWN = setOf(Noun.HOUSEHOLDS, Noun.ALERTS, Noun.DIRECTORY, Noun.TOWN)

        const val SAVE = "save"

        /** The form that remembers what was ticked last, by what the visit was for. */
        const val TICKS = "ticks."

        /** A draft that was kept longer ago than this is told as of then. */
        const val SITTING = 30 * 60_000L
    }
}

/** The language that the core keeps texts in. */
val Words.coreLanguage: CoreLanguage
    get() = when (language) {
        Language.Zh -> CoreLanguage.Zh
        Language.En -> CoreLanguage.En
    }
