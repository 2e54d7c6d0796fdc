// What may be done about an alert now, and the sheets in which it is done.
//
// Invariants: pure; the order is that of the buttons: what is most urgent first; whoever may not do something has no button
// for it (the server decides all the same).
package qiaomen.model.work

import java.math.BigDecimal
import kotlinx.serialization.Serializable
import qiaomen.core.AnyRecord
import qiaomen.core.CaseResult
import qiaomen.core.CaseStanding
import qiaomen.core.DueKind
import qiaomen.core.DueState
import qiaomen.core.DueVisit
import qiaomen.core.Level
import qiaomen.core.StopStep
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.Choice
import qiaomen.model.state.CustodyCard
import qiaomen.model.state.FieldError
import qiaomen.model.state.PersonRow

/** How an alert stands, as far as it decides what may be done. */
class CaseNow(
    val held: List<Held>,
    val custody: CustodyCard,
    val owned: Boolean,
    val standing: CaseStanding,
    val due: List<DueVisit>,
    /** The steps of a stop-payment that were taken. */
    val stopped: Set<StopStep>,
    val hasTelephone: Boolean,
    val hasPlace: Boolean,
)

/** What may be done, in the order of the buttons. */
fun actions(now: CaseNow): List<AlertAction> = buildList {
    val standing = now.standing
    val over = standing.result == CaseResult.RECALLED || standing.result == CaseResult.JOINED
    fun may(deed: Deed) = now.held.may(deed)
    fun add(action: AlertAction, whether: Boolean) {
        if (whether) add(action)
    }
    val offered = now.custody.offers.any { it.toMe }
    val works = !over && may(Deed.CaseFact)
    val feedbackDue = now.due.any { it.kind == DueKind.FEEDBACK && (it.state == DueState.OPEN || it.state == DueState.OVERDUE) }
    add(AlertAction.Accept, !over && offered && may(Deed.Receipt))
    add(AlertAction.Take, !over && !now.owned && !now.custody.mine && !offered && may(Deed.Receipt))
    add(AlertAction.StopPayment, works && standing.stopPaymentOwed)
    add(AlertAction.Dissuade, works && standing.met == null)
    add(AlertAction.RecordVisit, works)
    add(AlertAction.Feedback, works && feedbackDue)
    add(AlertAction.Call, now.hasTelephone)
    add(AlertAction.Navigate, now.hasPlace)
    add(AlertAction.Badge, true)
    add(AlertAction.Script, works)
    add(AlertAction.MoneySent, works)
    add(AlertAction.StopPayment, works && !standing.stopPaymentOwed && StopStep.Released !in now.stopped)
    add(AlertAction.HandOver, !over && may(Deed.HandOver) && (now.custody.mine || now.held.any { it.role == qiaomen.core.Role.Supervisor }))
    add(AlertAction.Clear, !over && standing.result != CaseResult.CLEARED && may(Deed.Clear))
    add(AlertAction.Propose, works && standing.result != CaseResult.CLEARED && standing.met != null && !may(Deed.Clear))
    add(AlertAction.Raise, !over && standing.level != Level.Extreme && may(Deed.Raise))
    add(AlertAction.Comment, may(Deed.Comment))
    add(AlertAction.Dossier, true)
}

/** Whether this is what the action's sheet writes. */
fun AlertAction.wrote(record: AnyRecord): Boolean = when (this) {
    AlertAction.HandOver -> record is AnyRecord.OfHandOver
    AlertAction.MoneySent -> record is AnyRecord.OfMoneySent
    AlertAction.StopPayment -> record is AnyRecord.OfStopPayment
    AlertAction.Raise -> record is AnyRecord.OfRaise
    AlertAction.Feedback -> record is AnyRecord.OfFeedback
    AlertAction.Propose -> record is AnyRecord.OfProposal
    AlertAction.Clear -> record is AnyRecord.OfClearance
    AlertAction.Comment -> record is AnyRecord.OfComment
    AlertAction.Take, AlertAction.Accept, AlertAction.RecordVisit, AlertAction.Dissuade, AlertAction.Call, AlertAction.Navigate,
    AlertAction.Badge, AlertAction.Script, AlertAction.Dossier,
    -> false
}

/** What was entered into a sheet so far: kept until it is confirmed. */
@Serializable
data class SheetInput(val chosen: String? = null, val texts: Map<String, String> = emptyMap(), val open: Boolean = true) {
    fun text(field: String): String = texts[field].orEmpty()
    val isEmpty: Boolean get() = chosen == null && texts.values.all(String::isBlank)
}

/** What a sheet shows besides what is entered. */
class SheetFacts(
    val level: Level,
    val stopped: Set<StopStep>,
    val people: List<PersonRow> = emptyList(),
    val script: Script? = null,
)

/** The sheet in which something is done; none for what needs none, and for the badge, which is made by the core. */
fun Words.sheet(action: AlertAction, input: SheetInput, facts: SheetFacts, errors: List<FieldError> = emptyList()): AlertSheet? = when (action) {
    AlertAction.HandOver -> AlertSheet.HandOver(facts.people, input.chosen, input.text("note"))
    AlertAction.Script -> AlertSheet.Script(
        Groups.fraud.choices(this, listOfNotNull(input.chosen ?: facts.script?.fraud)), facts.script?.title.orEmpty(), facts.script?.body.orEmpty(),
    )
    AlertAction.MoneySent -> AlertSheet.MoneySent(input.text("yuan"), input.text("account"), input.text("note"), errors)
    AlertAction.StopPayment -> {
        val step = input.chosen ?: nextStep(facts.stopped).code
        AlertSheet.StopPayment(Groups.stop.known.map { Choice(it.code, word("stop", it.code), it in facts.stopped) }, step, input.text("institution"))
    }
    AlertAction.Raise -> {
        val above = Groups.level.known.takeWhile { it != facts.level }
        val chosen = input.chosen ?: above.lastOrNull()?.code
        AlertSheet.Raise(above.reversed().map { choice("level", it.code, it.code == chosen) }, input.text("reason"))
    }
    AlertAction.Feedback, AlertAction.Propose, AlertAction.Clear, AlertAction.Comment ->
        AlertSheet.Words(action, input.text("text"), required = true, sensitive = sensitiveSpans(input.text("text")))
    AlertAction.Take, AlertAction.Accept, AlertAction.RecordVisit, AlertAction.Dissuade, AlertAction.Call, AlertAction.Navigate,
    AlertAction.Badge, AlertAction.Dossier,
    -> null
}

/** The step of a stop-payment that comes next. */
fun nextStep(taken: Set<StopStep>): StopStep = Groups.stop.known.find { it !in taken } ?: StopStep.Released

/** An amount that somebody typed, in fen; none where it is no amount. */
fun fen(typed: String): Long? {
    val text = java.text.Normalizer.normalize(typed, java.text.Normalizer.Form.NFKC).filterNot { it.isWhitespace() || it in ",，元¥" }
    val (number, times) = if (text.endsWith('万')) text.dropLast(1) to BigDecimal(10_000) else text to BigDecimal.ONE
    if (!Regex("[0-9]{1,12}(\\.[0-9]{1,6})?").matches(number)) return null
    val fen = (BigDecimal(number) * times).movePointRight(2).stripTrailingZeros()
    return if (fen.scale() <= 0) fen.toBigInteger().toLong().takeIf { it <= MOST_FEN } else null
}

/** More than anybody has: a slip of the finger. */
private const val MOST_FEN = 1_000_000_000_000L

/** What is wrong with what was entered about money. */
fun Words.moneyErrors(input: SheetInput): List<FieldError> = buildList {
    if (input.text("yuan").isNotBlank() && fen(input.text("yuan")) == null) add(FieldError("yuan", this@moneyErrors("money.amountWrong")))
    if (sensitiveSpans(input.text("account")).isNotEmpty()) add(FieldError("account", this@moneyErrors("money.accountNumber")))
    if (sensitiveSpans(input.text("note")).isNotEmpty()) add(FieldError("note", this@moneyErrors("money.accountNumber")))
}
