// The closed words that can be chosen in forms, in the order in which they are shown; and back from a code.
//
// Invariant: what a newer version wrote and this one does not know goes through a form unchanged.
package qiaomen.model.work

import qiaomen.core.BroughtIn
import qiaomen.core.Care
import qiaomen.core.DissuasionStep
import qiaomen.core.Door
import qiaomen.core.Explained
import qiaomen.core.FraudKind
import qiaomen.core.Given
import qiaomen.core.KeptAt
import qiaomen.core.Level
import qiaomen.core.Noticed
import qiaomen.core.Outcome
import qiaomen.core.Purpose
import qiaomen.core.Recorder
import qiaomen.core.ResidentTag
import qiaomen.core.Risk
import qiaomen.core.StopStep
import qiaomen.core.TakenWith
import qiaomen.core.Way
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.state.Choice

/** A closed word's group: which can be chosen, and how they are named and found. */
class Group<T : Any>(
    /** What its words' keys begin with. */
    val name: String,
    val known: List<T>,
    val codeOf: (T) -> String,
    private val unknown: (String) -> T,
) {
    fun of(code: String): T = known.find { codeOf(it) == code } ?: unknown(code)

    /** All of them, and what this version does not know but is chosen. */
    fun choices(words: Words, chosen: Collection<String>): List<Choice> {
        val codes = known.map(codeOf)
        return (codes + chosen.filterNot { it in codes }).map { words.choice(name, it, it in chosen) }
    }
}

object Groups {
    val level = Group("level", listOf(Level.Extreme, Level.High, Level.Medium, Level.Low), { it.code }, Level::Unknown)
    val purpose = Group(
        "purpose", listOf(Purpose.Door, Purpose.FirstContact, Purpose.Dissuasion, Purpose.FollowUp), { it.code }, Purpose::Unknown,
    )
    val outcome = Group(
        "outcome",
        listOf(Outcome.Met, Outcome.NobodyHome, Outcome.Refused, Outcome.TelephoneOnly, Outcome.Moved, Outcome.Inaccessible),
        { it.code }, Outcome::Unknown,
    )
    val risk = Group("risk", listOf(Risk.NoFurther, Risk.MayBeDefraudedAgain), { it.code }, Risk::Unknown)
    val given = Group("given", listOf(Given.OpenLetter, Given.ContactCard, Given.Pledge, Given.Leaflet), { it.code }, Given::Unknown)
    val explained = Group(
        "explained",
        listOf(
            Explained.TaskRebate, Explained.Investment, Explained.Loan, Explained.CustomerService, Explained.Impersonation,
            Explained.Romance, Explained.HealthProducts, Explained.PersonalInformation, Explained.App, Explained.Cases,
        ),
        { it.code }, Explained::Unknown,
    )
    val observation = Group(
        "observation",
        listOf(Noticed.Aware, Noticed.Flustered, Noticed.Evasive, Noticed.Incoherent, Noticed.OnTheTelephone, Noticed.MoneySent),
        { it.code }, Noticed::Unknown,
    )
    val step = Group(
        "step",
        listOf(
            DissuasionStep.IdentityShown, DissuasionStep.ReasonSaid, DissuasionStep.KindJudged, DissuasionStep.ScriptUsed,
            DissuasionStep.TricksExplained, DissuasionStep.CasesTold, DissuasionStep.QuestionsAnswered, DissuasionStep.Repeated,
        ),
        { it.code }, DissuasionStep::Unknown,
    )
    val fraud = Group(
        "fraud",
        listOf(
            FraudKind.RefundRebateTask, FraudKind.FakeInvestment, FraudKind.FakeLoan, FraudKind.FakeCustomerService,
            FraudKind.ImpersonatingAuthority, FraudKind.ImpersonatingAcquaintance, FraudKind.GameTrade, FraudKind.Romance,
            FraudKind.HealthProducts, FraudKind.Other,
        ),
        { it.code }, FraudKind::Unknown,
    )
    val broughtIn = Group(
        "broughtIn", listOf(BroughtIn.Relatives, BroughtIn.Friends, BroughtIn.Colleagues, BroughtIn.Officer), { it.code }, BroughtIn::Unknown,
    )
    val way = Group("way", listOf(Way.InPerson, Way.Telephone, Way.Online, Way.ThroughRelatives), { it.code }, Way::Unknown)
    val recorder = Group(
        "recorder", listOf(Recorder.BodyCamera, Recorder.VideoRecorder, Recorder.Telephone, Recorder.Other), { it.code }, Recorder::Unknown,
    )
    val takenWith = Group("takenWith", listOf(TakenWith.Telephone, TakenWith.Camera, TakenWith.Other), { it.code }, TakenWith::Unknown)
    val keptAt = Group("keptAt", listOf(KeptAt.Police, KeptAt.Village, KeptAt.Device, KeptAt.Attached), { it.code }, KeptAt::Unknown)
    val care = Group("care", listOf(Care.Counselling, Care.Guidance, Care.LegalAid, Care.Escalated), { it.code }, Care::Unknown)
    val door = Group("door", listOf(Door.LivedIn, Door.Vacant, Door.LongAbsent, Door.Demolished), { it.code }, Door::Unknown)
    val tag = Group(
        "tag", listOf(ResidentTag.Elderly, ResidentTag.Student, ResidentTag.FinanceStaff, ResidentTag.EasilyDeceived), { it.code },
        ResidentTag::Unknown,
    )
    val stop = Group("stop", listOf(StopStep.Asked, StopStep.Frozen, StopStep.Released), { it.code }, StopStep::Unknown)

    /** All, for tests. */
    val all: List<Group<*>> = listOf(
        level, purpose, outcome, risk, given, explained, observation, step, fraud, broughtIn, way, recorder, takenWith, keptAt, care, door, tag,
        stop,
    )
}

/** A word as the core keeps it (`nobody_home`) by its code here (`nobodyHome`), where a value is told without its type. */
fun camel(word: String): String = word.split('_').let { parts -> parts[0] + parts.drop(1).joinToString("") { it.replaceFirstChar(Char::uppercase) } }
