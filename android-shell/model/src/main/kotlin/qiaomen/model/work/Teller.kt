// Records in plain words: what happened, who wrote it when, what it says.
//
// Invariants: pure; every kind of record has its words (the tables are exhaustive); a record entered late or under a
// doubtful clock says so.
package qiaomen.model.work

import java.math.BigDecimal
import qiaomen.core.About
import qiaomen.core.AnyRecord
import qiaomen.core.KeptRecord
import qiaomen.core.Pledge
import qiaomen.core.Visit
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.field
import qiaomen.model.mark
import qiaomen.model.state.EventRow
import qiaomen.model.state.Mark

/** Tells records in the language of [words], to the person [me]. */
class Teller(
    val words: Words,
    val now: Long,
    /** What somebody who works here is called. */
    val person: (String) -> String,
    /** What an area is called, with those above it. */
    val area: (String) -> String = { words("person.unknown") },
    /** What a resident is called, where this is known. */
    val resident: (String) -> String? = { null },
    /** What a door is called, where this is known. */
    val door: (String) -> String? = { null },
) {
    /** One row of a case file or of a door's history. */
    fun row(kept: KeptRecord, because: String? = null): EventRow {
        val about = kept.about
        val at = moment(kept.record) ?: about.written
        val late = ((about.written - at) / 60_000).takeIf { it >= LATE_MINUTES }
        return EventRow(
            id = kept.id,
            title = title(kept.record),
            metaText = meta(about.header.author, about.header.role.code, at, about.header.doubtful, late),
            bodyText = body(kept.record),
            mark = about.mark.mark.takeUnless { it == Mark.Sent },
            markText = markText(about, because),
            doubtful = about.header.doubtful || late != null,
        )
    }

    /** Who and when, and whether the time is to be relied upon. */
    fun meta(by: String, role: String, at: Long, doubtful: Boolean, lateMinutes: Long?): String = words.dotted(
        words("event.by", "name" to person(by), "role" to words.word("role", role)),
        words.moment(at, now),
        if (doubtful) words("event.doubtful") else null,
        lateMinutes?.let { words("event.late", "length" to words.length(it * 60_000)) },
    )

    /** Why a record is held, where that is known; how far it has come its mark says. */
    fun markText(about: About, because: String?): String? =
        because?.takeIf { about.mark.mark == Mark.Held }?.let { words("mark.heldBecause", "why" to it) }

    /** When it happened; none where a record only says when it was written. */
    fun moment(record: AnyRecord): Long? = when (record) {
        is AnyRecord.OfVisit -> record.record.ended
        is AnyRecord.OfFraudAlert -> record.record.issued
        is AnyRecord.OfRaise -> record.record.at
        is AnyRecord.OfReceipt -> record.record.at
        is AnyRecord.OfFeedback -> record.record.at
        is AnyRecord.OfClearance -> record.record.at
        is AnyRecord.OfWithdrawal -> record.record.at
        is AnyRecord.OfExtension -> record.record.at
        is AnyRecord.OfSending -> record.record.at
        is AnyRecord.OfHandOver -> record.record.at
        is AnyRecord.OfPledge -> record.record.at
        is AnyRecord.OfConsent -> record.record.at
        is AnyRecord.OfReview -> record.record.at
        is AnyRecord.OfMoneySent -> record.record.at
        is AnyRecord.OfStopPayment -> record.record.at
        is AnyRecord.OfSeen -> record.record.at
        is AnyRecord.OfRecall -> record.record.at
        is AnyRecord.OfJoin -> record.record.at
        is AnyRecord.OfTransfer -> record.record.at
        is AnyRecord.OfProposal -> record.record.at
        is AnyRecord.OfComment -> record.record.at
        is AnyRecord.OfTakeBack -> record.record.at
        is AnyRecord.OfCustodyDecision -> record.record.at
        is AnyRecord.OfReminder -> record.record.at
        is AnyRecord.OfQuestion -> record.record.at
        is AnyRecord.OfWhereabouts -> record.record.at
        is AnyRecord.OfDecision -> record.record.at
        is AnyRecord.OfDraw -> record.record.at
        is AnyRecord.OfCallBack -> record.record.at
        is AnyRecord.OfArea, is AnyRecord.OfPerson, is AnyRecord.OfHousehold, is AnyRecord.OfOrganisation, is AnyRecord.OfRouting,
        is AnyRecord.OfDuty, is AnyRecord.OfScript, is AnyRecord.OfCampaignPhase, is AnyRecord.OfRulebook, is AnyRecord.OfPledgeText,
        -> null
    }

    /** What happened, in a few words. */
    fun title(record: AnyRecord): String = when (record) {
        is AnyRecord.OfVisit -> visitTitle(record.record)
        is AnyRecord.OfFraudAlert -> words("event.alert", "level" to words.word("level", record.record.level.code))
        is AnyRecord.OfRaise -> words("event.raise", "level" to words.word("level", record.record.level.code))
        is AnyRecord.OfReceipt -> words(if (record.record.offer == null) "event.taken" else "event.accepted")
        is AnyRecord.OfFeedback -> words("event.feedback")
        is AnyRecord.OfClearance -> words("event.clearance")
        is AnyRecord.OfWithdrawal -> words("event.withdrawal")
        is AnyRecord.OfExtension -> words("event.extension", "until" to words.day(record.record.until, now))
        is AnyRecord.OfSending -> words("event.sending", "name" to person(record.record.person))
        is AnyRecord.OfHandOver -> words("event.handOver", "name" to person(record.record.to))
        is AnyRecord.OfPledge -> pledgeTitle(record.record)
        is AnyRecord.OfConsent -> record.record.let {
            if (it.outOfCount) words("event.outOfCount", "reason" to words.word("door", it.reason?.code.orEmpty())) else words("event.inCount")
        }
        is AnyRecord.OfReview -> words("event.review", "state" to words.word("review", record.record.state.code))
        is AnyRecord.OfMoneySent -> record.record.fen?.let { words("event.moneySent", "amount" to words.yuan(it)) } ?: words("event.moneySentUnknown")
        is AnyRecord.OfStopPayment -> words.word("stop", record.record.step.code)
        is AnyRecord.OfSeen -> words("event.seen")
        is AnyRecord.OfRecall -> words("event.recall")
        is AnyRecord.OfJoin -> words(if (record.record.intoOther) "event.joinedOther" else "event.otherJoined")
        is AnyRecord.OfTransfer -> words.word("hands", record.record.hands.code)
        is AnyRecord.OfProposal -> words("event.proposal")
        is AnyRecord.OfComment -> words("event.comment")
        is AnyRecord.OfTakeBack -> words("event.takeBack")
        is AnyRecord.OfCustodyDecision -> words("event.decided", "name" to person(record.record.owner))
        is AnyRecord.OfQuestion -> words.word("asked", record.record.what.code)
        is AnyRecord.OfDecision -> words("event.decision", "about" to words.word("about", record.record.about.code))
        is AnyRecord.OfCallBack -> words("event.callBack", "outcome" to words.word("call", record.record.outcome.code))
        is AnyRecord.OfHousehold -> words("event.named", "kind" to words("kind.household"), "name" to words.address(record.record.address))
        is AnyRecord.OfArea -> words("event.named", "kind" to words("kind.area"), "name" to record.record.name)
        is AnyRecord.OfPerson -> words("event.named", "kind" to words("kind.person"), "name" to record.record.name)
        is AnyRecord.OfOrganisation -> words("event.named", "kind" to words("kind.organisation"), "name" to record.record.name)
        is AnyRecord.OfScript -> words("event.named", "kind" to words("kind.script"), "name" to record.record.title)
        is AnyRecord.OfReminder -> words("event.named", "kind" to words("kind.reminder"), "name" to record.record.title)
        is AnyRecord.OfCampaignPhase -> words("event.named", "kind" to words("kind.campaignPhase"), "name" to record.record.name)
        is AnyRecord.OfRulebook -> words("event.named", "kind" to words("kind.rulebook"), "name" to record.record.version)
        is AnyRecord.OfPledgeText -> words("event.named", "kind" to words("kind.pledgeText"), "name" to record.record.title)
        is AnyRecord.OfRouting -> words("event.named", "kind" to words("kind.routing"), "name" to words.word("level", record.record.level.code))
        is AnyRecord.OfDuty -> words("event.named", "kind" to words("kind.duty"), "name" to person(record.record.person))
        is AnyRecord.OfWhereabouts -> words("kind.whereabouts")
        is AnyRecord.OfDraw -> words("kind.draw")
    }

    /** What a record says besides; none where its title says all. Without the [recording] where that is told beside it. */
    fun body(record: AnyRecord, recording: Boolean = true): String? = when (record) {
        is AnyRecord.OfVisit -> visitLines(record.record).filter { recording || it.label != words.field("dissuasion.recording") }
            .joinToString("\n") { words("event.line", "label" to it.label, "text" to it.text) }
        is AnyRecord.OfFraudAlert -> record.record.let {
            words.lines(
                words.dotted(it.issuer, it.platformNumber?.let { number -> words("event.number", "number" to number) }),
                it.note,
            )
        }
        is AnyRecord.OfRaise -> record.record.reason
        is AnyRecord.OfFeedback -> record.record.note
        is AnyRecord.OfClearance -> record.record.reason
        is AnyRecord.OfWithdrawal -> record.record.reason
        is AnyRecord.OfExtension -> record.record.reason
        is AnyRecord.OfSending -> record.record.note
        is AnyRecord.OfHandOver -> record.record.note
        is AnyRecord.OfPledge -> pledgeBody(record.record)
        is AnyRecord.OfConsent -> record.record.note
        is AnyRecord.OfReview -> record.record.comment
        is AnyRecord.OfMoneySent -> record.record.let {
            words.lines(
                it.sent?.let { at -> words("event.sentAt", "when" to words.moment(at, now)) },
                it.to?.let { to -> words("event.sentTo", "to" to to) },
                it.note,
            )
        }
        is AnyRecord.OfStopPayment -> record.record.let { words.lines(it.institution, it.fen?.let(words::yuan), it.note) }
        is AnyRecord.OfRecall -> record.record.reason
        is AnyRecord.OfJoin -> words("event.joinAbout", "level" to words.word("level", record.record.level.code), "when" to words.moment(record.record.issued, now))
        is AnyRecord.OfTransfer -> record.record.let {
            words.lines(
                words.dotted(it.place, it.acceptedBy, it.until?.let { until -> words("event.until", "until" to words.day(until, now)) }).ifEmpty { null },
                it.reason,
            )
        }
        is AnyRecord.OfProposal -> record.record.reason
        is AnyRecord.OfComment -> record.record.text
        is AnyRecord.OfTakeBack -> record.record.reason
        is AnyRecord.OfCustodyDecision -> record.record.reason
        is AnyRecord.OfQuestion -> words.lines(record.record.note, record.record.answer)
        is AnyRecord.OfDecision -> record.record.reason
        is AnyRecord.OfCallBack -> record.record.note
        is AnyRecord.OfHousehold -> record.record.note
        is AnyRecord.OfOrganisation -> record.record.note
        is AnyRecord.OfScript -> record.record.body
        is AnyRecord.OfReminder -> record.record.body
        is AnyRecord.OfPledgeText -> record.record.body
        is AnyRecord.OfCampaignPhase -> record.record.note
        is AnyRecord.OfRulebook -> record.record.reason
        is AnyRecord.OfArea, is AnyRecord.OfPerson, is AnyRecord.OfReceipt, is AnyRecord.OfSeen, is AnyRecord.OfRouting,
        is AnyRecord.OfDuty, is AnyRecord.OfWhereabouts, is AnyRecord.OfDraw,
        -> null
    }?.ifBlank { null }

    private fun visitTitle(visit: Visit): String =
        words.dotted(words.word("purpose", visit.purpose.code), outcomeText(visit.outcome.code, visit.alert != null, visit.metTarget))

    /** What came of a visit; for an alert, whether its person was met. */
    fun outcomeText(outcome: String, forAlert: Boolean, metTarget: Boolean?): String = when {
        outcome != "met" || !forAlert -> words.word("outcome", outcome)
        metTarget == false -> words("outcome.othersOnly")
        else -> words("outcome.metPerson")
    }

    private fun pledgeTitle(pledge: Pledge): String {
        val name = resident(pledge.resident) ?: words("person.unknown")
        return words(
            when {
                pledge.void -> "event.pledgeVoid"
                pledge.corrects != null -> "event.pledgeCorrected"
                else -> "event.pledge"
            },
            "name" to name,
        )
    }

    private fun pledgeBody(pledge: Pledge): String? {
        if (pledge.void) return pledge.note
        val archive = pledge.archiveNumber
        return words.lines(
            when {
                pledge.signature != null -> words("pledge.onScreen")
                archive != null -> words("pledge.onPaperFiled", "number" to archive)
                else -> words("pledge.onPaper")
            },
            pledge.proxy?.let { words("pledge.byProxy", "name" to it.name.orEmpty(), "relation" to (it.relation ?: words("pledge.relationUnknown"))) },
            pledge.witness?.let { words("pledge.witnessed", "name" to it) },
            pledge.note,
        )
    }

    private companion object {
        /** From how many minutes after the fact on a record counts as entered late, as the core's dossier has it. */
        const val LATE_MINUTES = 120L
    }
}

/** Those that are there, with a dot between them. */
fun Words.dotted(vararg parts: String?): String = parts.filterNot(String?::isNullOrBlank).joinToString(" · ")

/** Those that are there, each on its line; none where there are none. */
fun Words.lines(vararg lines: String?): String? = lines.filterNot(String?::isNullOrBlank).joinToString("\n").ifEmpty { null }

/** An amount of money: "3,000 yuan". */
fun Words.yuan(fen: Long): String {
    val yuan = BigDecimal.valueOf(fen, 2).stripTrailingZeros()
    val text = if (yuan.scale() > 0) "%,.2f".format(java.util.Locale.ROOT, yuan) else "%,d".format(java.util.Locale.ROOT, yuan.toBigInteger())
    return this("money", "amount" to text)
}
