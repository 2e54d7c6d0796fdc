// A record field by field, to be put right.
//
// Invariants: every kind of record is told; what is text (or a number, or numbers of telephones) can be put right here, what is
// chosen or measured is only shown; a part's `set` changes nothing but its own field.
package qiaomen.model.screens

import qiaomen.core.AnyRecord
import qiaomen.core.Address
import qiaomen.core.Dissuasion
import qiaomen.core.Household
import qiaomen.core.Resident
import qiaomen.model.field
import qiaomen.model.work.Teller
import qiaomen.model.work.visitLines

/** One field. [name] is its path in the record; [set] puts another text in its place, none where it is only shown. */
class Part(val name: String, val label: String, val text: String, val set: ((AnyRecord, String) -> AnyRecord)?)

/** The fields of [record]; those that can be put right first. */
fun parts(record: AnyRecord, teller: Teller): List<Part> {
    val gathered = Gathered(teller)
    gathered.of(record)
    return gathered.parts
}

private class Gathered(private val teller: Teller) {
    val parts = ArrayList<Part>()
    private val words get() = teller.words

    /** A text that may be absent. */
    private inline fun <reified R : AnyRecord> text(name: String, value: String?, crossinline set: (R, String?) -> R) {
        parts += Part(name, words.field(name), value.orEmpty()) { record, text -> set(record as R, text.trim().ifEmpty { null }) }
    }

    /** A text that must be there; an empty one is for the core to complain of. */
    private inline fun <reified R : AnyRecord> must(name: String, value: String, crossinline set: (R, String) -> R) {
        parts += Part(name, words.field(name), value) { record, text -> set(record as R, text.trim()) }
    }

    /** What is only shown. */
    private fun shown(name: String, text: String?) {
        if (!text.isNullOrBlank()) parts += Part(name, words.field(name), text, null)
    }

    fun of(record: AnyRecord) {
        when (record) {
            is AnyRecord.OfVisit -> visit(record)
            is AnyRecord.OfHousehold -> household(record)
            is AnyRecord.OfFraudAlert -> alert(record)
            is AnyRecord.OfPledge -> pledge(record)
            is AnyRecord.OfOrganisation -> organisation(record)
            else -> fact(record)
        }
    }

    private fun visit(of: AnyRecord.OfVisit) {
        fun with(set: qiaomen.core.Visit.(String?) -> qiaomen.core.Visit) = { record: AnyRecord.OfVisit, text: String? ->
            AnyRecord.OfVisit(record.record.set(text))
        }
        val visit = of.record
        text("note", visit.note, with { copy(note = it) })
        text("next_step", visit.nextStep, with { copy(nextStep = it) })
        text("met_others", visit.metOthers, with { copy(metOthers = it) })
        visit.dissuasion?.let { said ->
            fun inside(set: Dissuasion.(String?) -> Dissuasion) = with { text -> copy(dissuasion = dissuasion?.set(text)) }
            text("dissuasion.officers", said.officers, inside { copy(officers = it) })
            text("dissuasion.team", said.team, inside { copy(team = it) })
            text("dissuasion.recorded_by", said.recordedBy, inside { copy(recordedBy = it) })
            text("dissuasion.kept_as", said.keptAs, inside { copy(keptAs = it) })
        }
        shown("household", visit.household?.let { teller.door(it) })
        shown("started", words.moment(visit.started, teller.now))
        val editable = parts.map { it.label }
        teller.visitLines(visit).filterNot { it.label in editable }.forEach { parts += Part(it.label, it.label, it.text, null) }
    }

    private fun household(of: AnyRecord.OfHousehold) {
        fun with(set: Household.(String?) -> Household) = { record: AnyRecord.OfHousehold, text: String? ->
            AnyRecord.OfHousehold(record.record.set(text))
        }
        fun address(set: Address.(String?) -> Address) = with { copy(address = address.set(it)) }
        val door = of.record
        text("note", door.note, with { copy(note = it) })
        with(door.address) {
            text("address.building", building, address { copy(building = it) })
            text("address.unit", unit, address { copy(unit = it) })
            // What is no number is kept as it was: the core could not be given it.
            text("address.floor", floor?.toString(), address { copy(floor = if (it == null) null else it.toLongOrNull() ?: floor) })
            text("address.room", room, address { copy(room = it) })
            text("address.group", group, address { copy(group = it) })
            text("address.number", number, address { copy(number = it) })
        }
        for ((id, resident) in door.residents) {
            fun one(set: Resident.(String?) -> Resident) = with { text ->
                copy(residents = residents.map { if (it.id == id) it.copy(resident = it.resident.set(text)) else it })
            }
            text("residents.$id.name", resident.name, one { copy(name = it.orEmpty()) })
            text("residents.$id.telephones", resident.telephones.joinToString(" "), one { copy(telephones = numbers(it)) })
            if (resident.leftTown) {
                text("residents.$id.left_to", resident.leftTo, one { copy(leftTo = it) })
                text("residents.$id.left_contact", resident.leftContact, one { copy(leftContact = it) })
            }
        }
    }

    private fun numbers(text: String?): List<String> = text.orEmpty().split(' ', ',', '，', '、', ';', '；').filter(String::isNotBlank)

    private fun alert(of: AnyRecord.OfFraudAlert) {
        val alert = of.record
        must<AnyRecord.OfFraudAlert>("name", alert.name) { it, text -> AnyRecord.OfFraudAlert(it.record.copy(name = text)) }
        text<AnyRecord.OfFraudAlert>("telephone", alert.telephone) { it, text -> AnyRecord.OfFraudAlert(it.record.copy(telephone = text)) }
        must<AnyRecord.OfFraudAlert>("issuer", alert.issuer) { it, text -> AnyRecord.OfFraudAlert(it.record.copy(issuer = text)) }
        text<AnyRecord.OfFraudAlert>("platform_number", alert.platformNumber) { it, text ->
            AnyRecord.OfFraudAlert(it.record.copy(platformNumber = text))
        }
        text<AnyRecord.OfFraudAlert>("note", alert.note) { it, text -> AnyRecord.OfFraudAlert(it.record.copy(note = text)) }
        for ((id, place) in alert.places) text<AnyRecord.OfFraudAlert>("places.$id.address", place.address) { it, text ->
            val places = it.record.places.map { entry -> if (entry.id == id) entry.copy(place = entry.place.copy(address = text)) else entry }
            AnyRecord.OfFraudAlert(it.record.copy(places = places))
        }
        shown("area", teller.area(alert.area))
        shown("issued", words.moment(alert.issued, teller.now))
    }

    private fun pledge(of: AnyRecord.OfPledge) {
        val pledge = of.record
        text<AnyRecord.OfPledge>("witness", pledge.witness) { it, text -> AnyRecord.OfPledge(it.record.copy(witness = text)) }
        text<AnyRecord.OfPledge>("archive_number", pledge.archiveNumber) { it, text -> AnyRecord.OfPledge(it.record.copy(archiveNumber = text)) }
        pledge.proxy?.let { proxy ->
            text<AnyRecord.OfPledge>("proxy.name", proxy.name) { it, text -> AnyRecord.OfPledge(it.record.copy(proxy = it.record.proxy?.copy(name = text))) }
            text<AnyRecord.OfPledge>("proxy.relation", proxy.relation) { it, text ->
                AnyRecord.OfPledge(it.record.copy(proxy = it.record.proxy?.copy(relation = text)))
            }
        }
        text<AnyRecord.OfPledge>("note", pledge.note) { it, text -> AnyRecord.OfPledge(it.record.copy(note = text)) }
        shown("household", teller.door(pledge.household))
        shown("at", words.moment(pledge.at, teller.now))
    }

    private fun organisation(of: AnyRecord.OfOrganisation) {
        must<AnyRecord.OfOrganisation>("name", of.record.name) { it, text -> AnyRecord.OfOrganisation(it.record.copy(name = text)) }
        text<AnyRecord.OfOrganisation>("address", of.record.address) { it, text -> AnyRecord.OfOrganisation(it.record.copy(address = text)) }
        text<AnyRecord.OfOrganisation>("note", of.record.note) { it, text -> AnyRecord.OfOrganisation(it.record.copy(note = text)) }
    }

    /** Facts of a case file have a sentence at most; everything else a phone does not write. */
    private fun fact(of: AnyRecord) {
        when (of) {
            is AnyRecord.OfRaise -> text<AnyRecord.OfRaise>("reason", of.record.reason) { it, text -> AnyRecord.OfRaise(it.record.copy(reason = text)) }
            is AnyRecord.OfFeedback -> text<AnyRecord.OfFeedback>("note", of.record.note) { it, text -> AnyRecord.OfFeedback(it.record.copy(note = text)) }
            is AnyRecord.OfClearance -> text<AnyRecord.OfClearance>("reason", of.record.reason) { it, text -> AnyRecord.OfClearance(it.record.copy(reason = text)) }
            is AnyRecord.OfWithdrawal -> text<AnyRecord.OfWithdrawal>("reason", of.record.reason) { it, text -> AnyRecord.OfWithdrawal(it.record.copy(reason = text)) }
            is AnyRecord.OfExtension -> text<AnyRecord.OfExtension>("reason", of.record.reason) { it, text -> AnyRecord.OfExtension(it.record.copy(reason = text)) }
            is AnyRecord.OfSending -> text<AnyRecord.OfSending>("note", of.record.note) { it, text -> AnyRecord.OfSending(it.record.copy(note = text)) }
            is AnyRecord.OfHandOver -> text<AnyRecord.OfHandOver>("note", of.record.note) { it, text -> AnyRecord.OfHandOver(it.record.copy(note = text)) }
            is AnyRecord.OfRecall -> text<AnyRecord.OfRecall>("reason", of.record.reason) { it, text -> AnyRecord.OfRecall(it.record.copy(reason = text)) }
            is AnyRecord.OfProposal -> text<AnyRecord.OfProposal>("reason", of.record.reason) { it, text -> AnyRecord.OfProposal(it.record.copy(reason = text)) }
            is AnyRecord.OfTakeBack -> text<AnyRecord.OfTakeBack>("reason", of.record.reason) { it, text -> AnyRecord.OfTakeBack(it.record.copy(reason = text)) }
            is AnyRecord.OfComment -> must<AnyRecord.OfComment>("text", of.record.text) { it, text -> AnyRecord.OfComment(it.record.copy(text = text)) }
            is AnyRecord.OfTransfer -> {
                text<AnyRecord.OfTransfer>("place", of.record.place) { it, text -> AnyRecord.OfTransfer(it.record.copy(place = text)) }
                text<AnyRecord.OfTransfer>("accepted_by", of.record.acceptedBy) { it, text -> AnyRecord.OfTransfer(it.record.copy(acceptedBy = text)) }
                text<AnyRecord.OfTransfer>("reason", of.record.reason) { it, text -> AnyRecord.OfTransfer(it.record.copy(reason = text)) }
            }
            is AnyRecord.OfMoneySent -> {
                text<AnyRecord.OfMoneySent>("to", of.record.to) { it, text -> AnyRecord.OfMoneySent(it.record.copy(to = text)) }
                text<AnyRecord.OfMoneySent>("note", of.record.note) { it, text -> AnyRecord.OfMoneySent(it.record.copy(note = text)) }
            }
            is AnyRecord.OfStopPayment -> {
                text<AnyRecord.OfStopPayment>("institution", of.record.institution) { it, text -> AnyRecord.OfStopPayment(it.record.copy(institution = text)) }
                text<AnyRecord.OfStopPayment>("note", of.record.note) { it, text -> AnyRecord.OfStopPayment(it.record.copy(note = text)) }
            }
            is AnyRecord.OfReview -> text<AnyRecord.OfReview>("comment", of.record.comment) { it, text -> AnyRecord.OfReview(it.record.copy(comment = text)) }
            else -> shown("text", teller.body(of))
        }
    }
}
