// A visit's screen from its form and what is known of the door and the alert.
//
// Invariants: pure; lists that cannot be asked are empty, so that the screen stays short; a visit for an alert asks first
// whether the person was met.
package qiaomen.model.work

import qiaomen.core.FraudAlert
import qiaomen.core.Household
import qiaomen.model.Words
import qiaomen.model.field
import qiaomen.model.state.Choice
import qiaomen.model.state.DissuasionForm
import qiaomen.model.state.FieldError
import qiaomen.model.state.Line
import qiaomen.model.state.PhotosForm
import qiaomen.model.state.SensitiveSpan
import qiaomen.model.state.VisitStage
import qiaomen.model.state.VisitState

/** What is known around a visit. */
data class VisitContext(
    val household: Household? = null,
    val alert: FraudAlert? = null,
    /** The alert's level now, in its code. */
    val level: String? = null,
    val title: String = "",
    val subtitle: String = "",
    /** Whether the alert's person was met before. */
    val metBefore: Boolean = false,
    /** The roles that this can be written in, the one that is taken unless another is chosen first. */
    val roles: List<String> = emptyList(),
    /** What was ticked at the last visit of each purpose. */
    val ticks: Map<String, Ticks> = emptyMap(),
    /** The script for the kind that is judged. */
    val script: Script? = null,
    /** What the worker is called: who records, unless they say another. */
    val me: String = "",
    /** Finds what should not stand in a text. */
    val sensitive: (String) -> List<SensitiveSpan> = { emptyList() },
)

/** What was handed over and explained last time. */
@kotlinx.serialization.Serializable
data class Ticks(val given: List<String> = emptyList(), val explained: List<String> = emptyList())

/** What is said at the door. */
data class Script(val name: String, val fraud: String, val title: String, val body: String)

/** How far somebody is on the screen. */
data class VisitPlace(
    val draft: String? = null,
    val stage: VisitStage = VisitStage.Form,
    val scriptOpen: Boolean = false,
    val photosOpen: Boolean = false,
    val role: String? = null,
    val errors: List<FieldError> = emptyList(),
    val keptText: String? = null,
)

/** The screen. */
fun Teller.visitState(form: VisitForm, around: VisitContext, at: VisitPlace): VisitState {
    val residents = around.household?.let(::present).orEmpty().filterNot { it.resident.leftTown && it.id !in form.met }
    return VisitState(
        draft = at.draft,
        household = form.household,
        alert = form.alert,
        title = around.title,
        subtitle = around.subtitle,
        stage = at.stage,
        purposes = if (form.forAlert) Groups.purpose.choices(words, listOf(form.purpose)).filterNot { it.code == "door" } else emptyList(),
        outcomes = outcomes(form),
        metTarget = if (!form.asksMetTarget) emptyList() else yesNo(form.metTarget),
        met = if (form.asksMet) residents.map { Choice(it.id, it.resident.name, it.id in form.met) } else emptyList(),
        metOthers = form.metOthers,
        given = if (form.asksGiven) Groups.given.choices(words, form.given) else emptyList(),
        explained = if (form.spoken) Groups.explained.choices(words, form.explained) else emptyList(),
        observations = if (form.asksMet) Groups.observation.choices(words, form.observations) else emptyList(),
        risks = if (form.metPerson) Groups.risk.choices(words, listOfNotNull(form.risk)) else emptyList(),
        note = form.note,
        noteSensitive = around.sensitive(form.note),
        nextStep = form.nextStep,
        dissuasion = if (form.asksDissuasion) dissuasionForm(form.said, around, at.scriptOpen) else null,
        photos = photosForm(form, at),
        positionText = form.position.let { place ->
            when {
                place == null -> words("visit.notLocated")
                place.accuracy == null -> words("visit.locatedRough")
                else -> words("visit.located", "metres" to place.accuracy)
            }
        },
        startedText = words("visit.started", "when" to words.moment(form.started, now)),
        keptText = at.keptText,
        summary = if (at.stage == VisitStage.Summary) summary(form, around) else emptyList(),
        warnings = if (at.stage == VisitStage.Summary) warnings(form) else emptyList(),
        errors = at.errors,
        canGoOn = words.missing(form).isEmpty(),
        roles = if (at.stage == VisitStage.Summary && around.roles.size > 1) {
            around.roles.map { words.choice("role", it, it == (at.role ?: around.roles.first())) }
        } else {
            emptyList()
        },
    )
}

/** For an alert whose person was not met, meeting somebody means that others were. */
private fun Teller.outcomes(form: VisitForm): List<Choice> = Groups.outcome.choices(words, listOfNotNull(form.outcome)).map {
    when {
        it.code != "met" || !form.forAlert -> it
        form.metTarget == false -> it.copy(text = words("outcome.othersOnly"))
        else -> it.copy(text = words("outcome.metPerson"))
    }
}

private fun Teller.yesNo(chosen: Boolean?): List<Choice> = listOf(
    Choice("yes", words("visit.metYes"), chosen == true),
    Choice("no", words("visit.metNo"), chosen == false),
)

private fun Teller.dissuasionForm(said: DissuasionInput, around: VisitContext, open: Boolean) = DissuasionForm(
    steps = Groups.step.choices(words, said.steps),
    kinds = Groups.fraud.choices(words, listOfNotNull(said.fraud)),
    scriptTitle = around.script?.title,
    scriptBody = around.script?.body,
    scriptOpen = open && around.script != null,
    deeplyTakenIn = said.deeplyTakenIn,
    broughtIn = Groups.broughtIn.choices(words, said.broughtIn),
    ways = Groups.way.choices(words, said.ways),
    places = around.alert?.places.orEmpty().map { Choice(it.id, words.dotted(placeLabel(it.place.label), it.place.address), it.id == said.place) },
    officers = said.officers,
    team = said.team,
    courtesy = said.courtesy,
    recordedWith = Groups.recorder.choices(words, listOfNotNull(said.recordedWith)),
    // Asked once there is a recording: what is said of none is kept nowhere.
    recordedBy = if (said.recordedWith == null) "" else said.recordedBy,
    keptAt = if (said.recordedWith == null) emptyList() else keptAt(said.keptAt),
    keptAs = if (said.recordedWith == null) "" else said.keptAs,
    care = Groups.care.choices(words, said.care),
)

/** Where a recording or photos can be kept: no file goes with a record yet. */
private fun Teller.keptAt(chosen: String?): List<Choice> =
    Groups.keptAt.choices(words, listOfNotNull(chosen)).filter { it.chosen || it.code != "attached" }

/** Folded until it is opened, or something in it is complained of. */
private fun Teller.photosForm(form: VisitForm, at: VisitPlace): PhotosForm {
    val said = form.photos
    val open = at.photosOpen || at.errors.any { it.field.startsWith("photos.") }
    val told = open && said.takenWith != null
    return PhotosForm(
        open = open,
        text = photosText(form.record(now).photos) ?: words("visit.noPhotos"),
        takenWith = if (open) Groups.takenWith.choices(words, listOfNotNull(said.takenWith)) else emptyList(),
        takenBy = if (told) said.takenBy else "",
        keptAt = if (told) keptAt(said.keptAt) else emptyList(),
        keptAs = if (told) said.keptAs else "",
    )
}

/** What will be saved, line by line. */
private fun Teller.summary(form: VisitForm, around: VisitContext): List<Line> {
    val record = form.record(now)
    return listOf(
        Line(words.field(if (form.forAlert) "alert" else "household"), around.title),
        Line(words.field("purpose"), words.word("purpose", form.purpose)),
        Line(words.field("outcome"), outcomeText(form.outcome.orEmpty(), form.forAlert, form.metTarget)),
    ) + visitLines(record)
}

/** What is missing but does not stand in the way. */
private fun Teller.warnings(form: VisitForm): List<String> = buildList {
    if (!form.metPerson) return@buildList
    if (form.said.recordedWith == null) add(words("visit.recordingMissing"))
    if (form.risk == null) add(words("visit.riskMissing"))
    if (!form.said.courtesy) add(words("visit.courtesyMissing"))
    if (form.said.deeplyTakenIn && form.said.broughtIn.isEmpty()) add(words("visit.nobodyBroughtIn"))
}

/** What stands in the way of going on. */
fun Words.missing(form: VisitForm): List<FieldError> = buildList {
    if (form.asksMetTarget && form.metTarget == null) add(FieldError("metTarget", this@missing("visit.metTargetMissing")))
    if (form.outcome == null) add(FieldError("outcomes", this@missing("visit.outcomeMissing")))
}

/** The field of the state that a field of the core's record is entered in. */
fun visitField(field: String): String = if (field.startsWith("photos.")) "photos.${camel(field.removePrefix("photos."))}" else when (val name = field.substringBefore('/').removePrefix("dissuasion.")) {
    "outcome" -> "outcomes"
    "met_target" -> "metTarget"
    "met_others" -> "metOthers"
    "next_step" -> "nextStep"
    "risk" -> "risks"
    "purpose" -> "purposes"
    "met", "given", "explained", "observations", "note" -> name
    "fraud" -> "dissuasion.kinds"
    "place" -> "dissuasion.places"
    "recorded_with", "recorded_by", "kept_at", "kept_as", "brought_in", "deeply_taken_in" -> "dissuasion.${camel(name)}"
    else -> if (field.startsWith("dissuasion.")) "dissuasion.$name" else name
}

/** What was done last time at such a visit is ticked again, where nothing was ticked yet. */
fun VisitForm.ticked(ticks: Ticks?): VisitForm = when {
    outcome != "met" || ticks == null || given.isNotEmpty() || explained.isNotEmpty() -> this
    else -> copy(given = ticks.given.toSet(), explained = ticks.explained.toSet())
}
