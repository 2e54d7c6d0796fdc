// How a case stands, in rows: what is due, whose it is, where the person may be found.
//
// Invariants: pure; what is overdue stands before what is not; nothing is reckoned here that the core reckons.
package qiaomen.model.work

import qiaomen.core.CaseStanding
import qiaomen.core.Custody
import qiaomen.core.CustodyStep
import qiaomen.core.DueState
import qiaomen.core.DueVisit
import qiaomen.core.FraudAlert
import qiaomen.core.Unconfirmed
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.field
import qiaomen.model.state.CustodyCard
import qiaomen.model.state.DueRow
import qiaomen.model.state.Line
import qiaomen.model.state.OfferRow
import qiaomen.model.state.PlaceRow
import qiaomen.model.state.TaskCard

/** Within this a task is due soon. */
const val SOON_MILLIS = 6 * 3_600_000L

/** The place of an alert whose person lives at a door of the roster: that door. */
const val DOOR_PLACE = "door"

/** "Tried twice in vain"; none where it was not. */
fun Words.attempts(attempts: UInt): String? = attempts.toInt().takeIf { it > 0 }?.let { count("due.attempts", it) }

/** One visit that is or was due, with how it stands. */
fun Teller.dueRow(visit: DueVisit): DueRow = DueRow(
    kind = visit.kind.code,
    kindText = words.word("due", visit.kind.code),
    state = visit.state.code,
    stateText = when (visit.state) {
        DueState.OPEN -> words.left(visit.due - now)
        DueState.OVERDUE -> words("dueState.overdueBy", "length" to words.length(visit.lateMinutes * 60_000))
        DueState.DONE -> words("dueState.doneAt", "when" to words.moment(visit.doneAt ?: visit.due, now))
        DueState.LATE -> words("dueState.lateBy", "when" to words.moment(visit.doneAt ?: visit.due, now), "length" to words.length(visit.lateMinutes * 60_000))
        DueState.MISSED -> words("dueState.missed")
        DueState.EXCUSED -> words("dueState.excused")
    },
    dueText = words("due.by", "when" to words.deadline(visit.due, now)),
    attemptsText = words.attempts(visit.attempts),
)

/** A moment by which something is due: midnight is the end of the day before it. */
fun Words.deadline(at: Long, now: Long): String =
    if (time(at) == "00:00") this("due.endOf", "day" to day(at - 1, now)) else moment(at, now)

/** What is to be done next: what is overdue first, then what has less time left; none where nothing is. */
fun next(due: List<DueVisit>): DueVisit? =
    due.filter { it.state == DueState.OPEN || it.state == DueState.OVERDUE }.minWithOrNull(compareBy({ it.state != DueState.OVERDUE }, { it.due }))

/** A task's card. */
fun Teller.taskCard(alert: String, name: String, level: String, visit: DueVisit, place: String?, justDone: Boolean): TaskCard {
    val left = visit.due - now
    val overdue = visit.state == DueState.OVERDUE
    return TaskCard(
        alert = alert,
        name = name,
        level = level,
        levelText = words.word("level", level),
        kind = visit.kind.code,
        kindText = words.word("due", visit.kind.code),
        dueText = words.deadline(visit.due, now),
        leftText = words.left(left),
        overdue = overdue,
        soon = !overdue && left <= SOON_MILLIS,
        attemptsText = words.attempts(visit.attempts),
        placeText = place,
        justDone = justDone,
    )
}

/** Whether it is this person's, as far as this phone knows: what they took or accepted and the server has not confirmed counts. */
fun isMine(custody: Custody, me: String): Boolean {
    val owner = custody.owner
    val taken = custody.unconfirmed.filter { it.person == me }.mapNotNull { it.what as? CustodyStep.Taken }
    val accepted = taken.any { step -> step.offer != null && custody.offers.any { it.document == step.offer && it.to == me } }
    return owner?.person == me || accepted || (owner == null && taken.any { it.offer == null })
}

/** Whose an alert is. */
fun Teller.custodyCard(custody: Custody, me: String): CustodyCard {
    val mine = isMine(custody, me)
    val owner = custody.owner
    val accepted = custody.unconfirmed.filter { it.person == me }.mapNotNull { (it.what as? CustodyStep.Taken)?.offer }
    val takenBack = custody.unconfirmed.mapNotNull { (it.what as? CustodyStep.TakenBack)?.offer }
    val offers = custody.offers.filterNot { it.document in accepted || it.document in takenBack }
        .map { OfferRow(it.document, offerText(it.from, it.to, it.at, me), it.to == me, it.from == me) }
    // What this worker offered and the server does not have yet is an offer to them all the same.
    val own = custody.unconfirmed.filter { it.document !in takenBack }
        .mapNotNull { event -> (event.what as? CustodyStep.Offered)?.let { event to it.to } }
        .map { (event, to) -> OfferRow(event.document, offerText(event.person, to, event.at, me), to == me, event.person == me) }
    return CustodyCard(
        mine = mine,
        ownerText = when {
            mine && owner?.person == me -> words("custody.mine", "when" to words.moment(owner.at, now))
            mine -> words("custody.mineUnconfirmed")
            owner == null -> words("custody.nobody")
            else -> words("custody.theirs", "name" to person(owner.person), "when" to words.moment(owner.at, now))
        },
        historyTexts = custody.holders.map {
            words("custody.history", "name" to person(it.person), "when" to words.moment(it.at, now), "how" to words("came.${it.came.code}", "name" to person(it.by)))
        },
        offers = offers + own,
        contestTexts = custody.contests.map { words("custody.contest", "name" to person(it.person), "when" to words.moment(it.at, now)) },
        unconfirmedTexts = custody.unconfirmed.map(::unconfirmed),
    )
}

private fun Teller.offerText(from: String, to: String, at: Long, me: String): String = when {
    to == me -> words("offer.toMe", "name" to person(from), "when" to words.moment(at, now))
    from == me -> words("offer.byMe", "name" to person(to), "when" to words.moment(at, now))
    else -> words("offer.other", "from" to person(from), "to" to person(to), "when" to words.moment(at, now))
}

private fun Teller.unconfirmed(event: Unconfirmed): String {
    val what = when (val step = event.what) {
        is CustodyStep.Taken -> words(if (step.offer == null) "unconfirmed.taken" else "unconfirmed.accepted", "name" to person(event.person))
        is CustodyStep.Offered -> words("unconfirmed.offered", "name" to person(event.person), "to" to person(step.to))
        is CustodyStep.TakenBack -> words("unconfirmed.takenBack", "name" to person(event.person))
        is CustodyStep.Decided -> words("unconfirmed.decided", "name" to person(event.person), "owner" to person(step.owner))
    }
    return words("unconfirmed", "what" to what)
}

/** Issuer, number, the four times, the area. */
fun Teller.facts(alert: FraudAlert): List<Line> = buildList {
    fun line(field: String, text: String?) {
        if (!text.isNullOrBlank()) add(Line(words.field(field), text))
    }
    line("issuer", alert.issuer)
    line("platform_number", alert.platformNumber)
    line("origin", words.word("origin", alert.origin.code))
    line("issued", words.moment(alert.issued, now))
    line("reached_station", alert.reachedStation?.let { words.moment(it, now) })
    line("passed_on", alert.passedOn?.let { words.moment(it, now) })
    line("entered", words.moment(alert.entered, now))
    line("area", area(alert.area))
}

/** Where the person may be found: the alert's places, and their door. */
fun Teller.places(alert: FraudAlert, door: String?): List<PlaceRow> {
    val told = alert.places.map { PlaceRow(it.id, placeLabel(it.place.label), it.place.address, it.place.position != null) }
    val own = door?.let { PlaceRow(DOOR_PLACE, words("place.door"), it, false) }
    return told + listOfNotNull(own)
}

/** What a place is to the person: the words that come from sheets and messages in the language of the interface, others as they are. */
fun Teller.placeLabel(label: String): String = words.known("place.$label") ?: label

/** What became of a case, with its month. */
fun Teller.resultText(standing: CaseStanding): String {
    val ends = words.day(standing.seriesEnds - 1, now)
    return words("result.${standing.result.code}", "until" to ends, "when" to (standing.cleared?.let { words.moment(it, now) } ?: ""))
}

/** Met, and defrauded afterwards. */
fun Teller.accidentText(standing: CaseStanding): String? = standing.accident?.let {
    words("case.accident", "when" to words.moment(it, now), "amount" to words.yuan(standing.fenAfterAlert))
}
