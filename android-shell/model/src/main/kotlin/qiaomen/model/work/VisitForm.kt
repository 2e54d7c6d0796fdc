// A visit as it is being recorded, and the record it becomes.
//
// Invariants: pure; a form that is made from a record gives that record back, but for what the outcome rules out; what is
// asked depends on the outcome alone, so that nothing is asked that cannot have happened.
package qiaomen.model.work

import qiaomen.core.Dissuasion
import qiaomen.core.Outcome
import qiaomen.core.PhotoNote
import qiaomen.core.Position
import qiaomen.core.Visit

/** What is entered of a visit. Sets hold codes, in the order in which they were ticked. */
data class VisitForm(
    val household: String? = null,
    val alert: String? = null,
    val purpose: String = "door",
    /** Whether the person chose the purpose; else it follows from the outcome. */
    val purposeChosen: Boolean = false,
    val outcome: String? = null,
    val metTarget: Boolean? = null,
    val met: Set<String> = emptySet(),
    val metOthers: String = "",
    val given: Set<String> = emptySet(),
    val explained: Set<String> = emptySet(),
    val observations: Set<String> = emptySet(),
    val risk: String? = null,
    val note: String = "",
    val nextStep: String = "",
    val position: Position? = null,
    val started: Long = 0,
    val said: DissuasionInput = DissuasionInput(),
    val photos: PhotosInput = PhotosInput(),
)

/** What is entered of photos. */
data class PhotosInput(val takenWith: String? = null, val takenBy: String = "", val keptAt: String? = null, val keptAs: String = "")

/** What is entered of a dissuasion. */
data class DissuasionInput(
    val steps: Set<String> = emptySet(),
    val fraud: String? = null,
    val script: String? = null,
    val deeplyTakenIn: Boolean = false,
    val broughtIn: Set<String> = emptySet(),
    val ways: Set<String> = emptySet(),
    val place: String? = null,
    val officers: String = "",
    val team: String = "",
    val courtesy: Boolean = false,
    val recordedWith: String? = null,
    val recordedBy: String = "",
    val keptAt: String? = null,
    val keptAs: String = "",
    val care: Set<String> = emptySet(),
)

/** Whether the visit is for an alert. */
val VisitForm.forAlert: Boolean get() = alert != null

/** Whether the alert's person was met in person. */
val VisitForm.metPerson: Boolean get() = forAlert && outcome == "met" && metTarget == true

/** Whether anybody was spoken to, so that something can have been explained. */
val VisitForm.spoken: Boolean get() = outcome == "met" || outcome == "telephoneOnly"

/** Whether residents can be ticked: they were met, spoken to, or would not talk. */
val VisitForm.asksMet: Boolean get() = spoken || outcome == "refused"

/** Whether something can have been handed over: a letter may be left where nobody opened. */
val VisitForm.asksGiven: Boolean get() = outcome == "met" || outcome == "nobodyHome" || outcome == "refused"

/** Whether a dissuasion can be told of. */
val VisitForm.asksDissuasion: Boolean get() = forAlert && asksMet

/** Whether it has to be said that the person was met: where the outcome does not say it. */
val VisitForm.asksMetTarget: Boolean get() = forAlert && (outcome == null || outcome == "met")

/**
 * What the visit was for, where the person did not choose it: the first meeting is the dissuasion, a visit before it a first
 * contact, a later one a follow-up.
 */
fun VisitForm.settled(metBefore: Boolean): VisitForm = when {
    !forAlert -> copy(purpose = "door")
    purposeChosen -> this
    metBefore -> copy(purpose = "followUp")
    metPerson || outcome == null -> copy(purpose = "dissuasion")
    else -> copy(purpose = "firstContact")
}

/** Chooses whether the person was met: who was met in person was met. */
fun VisitForm.choosingMetTarget(yes: Boolean): VisitForm =
    if (yes) copy(outcome = "met", metTarget = true) else copy(metTarget = false)

/** Chooses what came of it; that the person was met stays only where somebody was. */
fun VisitForm.choosingOutcome(code: String): VisitForm = copy(outcome = code, metTarget = if (code == "met") metTarget else null)

/** The record as far as it is told; an outcome that was not chosen yet counts as met, which nothing reckons with in a draft. */
fun VisitForm.record(ended: Long): Visit = Visit(
    purpose = Groups.purpose.of(purpose),
    household = household,
    alert = alert,
    outcome = outcome?.let(Groups.outcome::of) ?: UNSAID,
    metTarget = if (asksMetTarget) metTarget else null,
    met = if (asksMet) met.toList() else emptyList(),
    metOthers = if (asksMet) metOthers.trim().ifEmpty { null } else null,
    started = minOf(started, ended),
    ended = ended,
    position = position,
    given = if (asksGiven) given.map(Groups.given::of) else emptyList(),
    explained = if (spoken) explained.map(Groups.explained::of) else emptyList(),
    observations = if (asksMet) observations.map(Groups.observation::of) else emptyList(),
    note = note.trim().ifEmpty { null },
    risk = if (metPerson) risk?.let(Groups.risk::of) else null,
    nextStep = nextStep.trim().ifEmpty { null },
    dissuasion = if (asksDissuasion && said != DissuasionInput()) said.record() else null,
    photos = photos.record(),
)

/** There are photos where it is said what they were taken with. */
private fun PhotosInput.record(): PhotoNote? = takenWith?.let {
    PhotoNote(Groups.takenWith.of(it), takenBy.trim().ifEmpty { null }, keptAt?.let(Groups.keptAt::of), keptAs.trim().ifEmpty { null })
}

private fun DissuasionInput.record(): Dissuasion = Dissuasion(
    steps = steps.map(Groups.step::of),
    fraud = fraud?.let(Groups.fraud::of),
    script = script,
    deeplyTakenIn = deeplyTakenIn,
    broughtIn = broughtIn.map(Groups.broughtIn::of),
    ways = ways.map(Groups.way::of),
    place = place,
    officers = officers.trim().ifEmpty { null },
    team = team.trim().ifEmpty { null },
    courtesy = courtesy,
    recordedWith = recordedWith?.let(Groups.recorder::of),
    recordedBy = if (recordedWith == null) null else recordedBy.trim().ifEmpty { null },
    keptAt = if (recordedWith == null) null else keptAt?.let(Groups.keptAt::of),
    keptAs = if (recordedWith == null) null else keptAs.trim().ifEmpty { null },
    care = care.map(Groups.care::of),
)

/** The form of a draft. */
fun Visit.form(): VisitForm = VisitForm(
    household = household,
    alert = alert,
    purpose = purpose.code,
    purposeChosen = true,
    outcome = outcome.takeUnless { it == UNSAID }?.code,
    metTarget = metTarget ?: if (alert != null && outcome == Outcome.Met) true else null,
    met = met.toSet(),
    metOthers = metOthers.orEmpty(),
    given = given.map { it.code }.toSet(),
    explained = explained.map { it.code }.toSet(),
    observations = observations.map { it.code }.toSet(),
    risk = risk?.code,
    note = note.orEmpty(),
    nextStep = nextStep.orEmpty(),
    position = position,
    started = started,
    said = dissuasion?.form() ?: DissuasionInput(),
    photos = photos?.let { PhotosInput(it.takenWith?.code, it.takenBy.orEmpty(), it.keptAt?.code, it.keptAs.orEmpty()) } ?: PhotosInput(),
)

private fun Dissuasion.form(): DissuasionInput = DissuasionInput(
    steps = steps.map { it.code }.toSet(),
    fraud = fraud?.code,
    script = script,
    deeplyTakenIn = deeplyTakenIn,
    broughtIn = broughtIn.map { it.code }.toSet(),
    ways = ways.map { it.code }.toSet(),
    place = place,
    officers = officers.orEmpty(),
    team = team.orEmpty(),
    courtesy = courtesy,
    recordedWith = recordedWith?.code,
    recordedBy = recordedBy.orEmpty(),
    keptAt = keptAt?.code,
    keptAs = keptAs.orEmpty(),
    care = care.map { it.code }.toSet(),
)

/** A visit to a door that nobody opened: one tap. */
fun closedDoor(household: String, now: Long): Visit =
    VisitForm(household = household, outcome = "nobodyHome", started = now).record(now)

/** What stands in a draft as the outcome until one is chosen: a word that no server is ever sent. */
private val UNSAID = Outcome.Unknown("unsaid")

/** Ticks what was not ticked, and the other way round. */
fun Set<String>.toggled(code: String): Set<String> = if (code in this) this - code else this + code
