// Every closed word of the core's has a code, can be chosen where forms offer it, and has words in both languages.

package qiaomen.model.work

import kotlin.reflect.KClass
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.AlertOrigin
import qiaomen.core.Asked
import qiaomen.core.BroughtIn
import qiaomen.core.CallOutcome
import qiaomen.core.Came
import qiaomen.core.Care
import qiaomen.core.CaseResult
import qiaomen.core.DecisionAbout
import qiaomen.core.DissuasionStep
import qiaomen.core.Door
import qiaomen.core.DueKind
import qiaomen.core.Explained
import qiaomen.core.FraudKind
import qiaomen.core.Given
import qiaomen.core.Hands
import qiaomen.core.KeptAt
import qiaomen.core.Level
import qiaomen.core.Noticed
import qiaomen.core.OrganisationSort
import qiaomen.core.Outcome
import qiaomen.core.PastedField
import qiaomen.core.Purpose
import qiaomen.core.RecordKind
import qiaomen.core.Recorder
import qiaomen.core.ResidentTag
import qiaomen.core.ReviewState
import qiaomen.core.Risk
import qiaomen.core.Role
import qiaomen.core.StopStep
import qiaomen.core.TakenWith
import qiaomen.core.Way
import qiaomen.model.code

class ClosedWordsTest {
    /** The variants of a sealed class that are words: its objects. */
    private fun <T : Any> words(type: KClass<T>): List<T> = type.java.declaredClasses
        .mapNotNull { inside -> inside.declaredFields.find { it.name == "INSTANCE" }?.get(null)?.let(type.java::cast) }
        .also { assertTrue(it.size > 1, "no words found in ${type.simpleName}") }

    private fun <T : Any> told(group: String, type: KClass<T>, code: (T) -> String) = words(type).forEach { word ->
        for (language in listOf(zh, en)) assertNotNull(language.known("$group.${code(word)}"), "${language.language}: $group.${code(word)}")
    }

    @Test
    fun `every word has words in both languages`() {
        told("level", Level::class) { it.code }
        told("role", Role::class) { it.code }
        told("purpose", Purpose::class) { it.code }
        told("outcome", Outcome::class) { it.code }
        told("risk", Risk::class) { it.code }
        told("given", Given::class) { it.code }
        told("explained", Explained::class) { it.code }
        told("observation", Noticed::class) { it.code }
        told("step", DissuasionStep::class) { it.code }
        told("broughtIn", BroughtIn::class) { it.code }
        told("way", Way::class) { it.code }
        told("care", Care::class) { it.code }
        told("recorder", Recorder::class) { it.code }
        told("takenWith", TakenWith::class) { it.code }
        told("keptAt", KeptAt::class) { it.code }
        told("fraud", FraudKind::class) { it.code }
        told("door", Door::class) { it.code }
        told("tag", ResidentTag::class) { it.code }
        told("stop", StopStep::class) { it.code }
        told("kind", RecordKind::class) { it.code }
        told("origin", AlertOrigin::class) { it.code }
        told("asked", Asked::class) { it.code }
        told("review", ReviewState::class) { it.code }
        told("hands", Hands::class) { it.code }
        told("call", CallOutcome::class) { it.code }
        told("pasted", PastedField::class) { it.code }
        told("sort", OrganisationSort::class) { it.code }
        told("about", DecisionAbout::class) { it.code }
        for (language in listOf(zh, en)) {
            DueKind.entries.forEach { assertNotNull(language.known("due.${it.code}")) }
            Came.entries.forEach { assertNotNull(language.known("came.${it.code}")) }
            CaseResult.entries.forEach { assertNotNull(language.known("result.${it.code}")) }
        }
    }

    @Test
    fun `forms offer every word there is, and each once`() {
        val types = mapOf(
            Groups.level to Level::class, Groups.purpose to Purpose::class, Groups.outcome to Outcome::class, Groups.risk to Risk::class,
            Groups.given to Given::class, Groups.explained to Explained::class, Groups.observation to Noticed::class,
            Groups.step to DissuasionStep::class, Groups.fraud to FraudKind::class, Groups.broughtIn to BroughtIn::class, Groups.way to Way::class,
            Groups.recorder to Recorder::class, Groups.takenWith to TakenWith::class,
            Groups.keptAt to KeptAt::class, Groups.care to Care::class, Groups.door to Door::class,
            Groups.tag to ResidentTag::class, Groups.stop to StopStep::class,
        )
        assertEquals(Groups.all.toSet(), types.keys)
        for ((group, type) in types) assertEquals(words(type).toSet(), group.known.toSet(), group.name)
    }

    @Test
    fun `what a newer version wrote goes through unchanged and is shown as unknown`() {
        assertEquals(Outcome.Unknown("left_by_boat"), Groups.outcome.of("left_by_boat"))
        assertEquals("left_by_boat", Outcome.Unknown("left_by_boat").code)
        val choices = Groups.given.choices(zh, listOf("given_by_drone", "openLetter"))
        assertEquals(listOf("openLetter", "given_by_drone"), choices.filter { it.chosen }.map { it.code })
        assertEquals("未知（given_by_drone）", choices.last().text)
    }

    @Test
    fun `the core's own spelling leads to the code`() {
        assertEquals("nobodyHome", camel("nobody_home"))
        assertEquals("app", camel("app"))
    }
}
