// A visit's form and its record; a pledge's; a pasted alert's.

package qiaomen.model.work

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.Explained
import qiaomen.core.Given
import qiaomen.core.KeptAt
import qiaomen.core.Level
import qiaomen.core.Outcome
import qiaomen.core.PastedAlert
import qiaomen.core.PastedReading
import qiaomen.core.PhotoNote
import qiaomen.core.PledgeWords
import qiaomen.core.Purpose
import qiaomen.core.Recorder
import qiaomen.core.Risk
import qiaomen.core.TakenWith
import qiaomen.core.WhoIsMeant
import qiaomen.core.Candidate
import qiaomen.core.Language
import qiaomen.core.PastedField
import qiaomen.model.state.PhotosForm
import qiaomen.model.state.PledgeMode
import qiaomen.model.state.SignPoint
import qiaomen.model.state.VisitStage

class VisitFormTest {
    private val doorForm = VisitForm(household = DOOR, outcome = "met", met = setOf(HE), given = setOf("openLetter"), explained = setOf("app"), started = NOON)
    private val alertForm = VisitForm(household = DOOR, alert = ALERT, purpose = "dissuasion", started = NOON)

    @Test
    fun `a form gives back the record that it was made from`() {
        val whole = visit(forAlert = true).copy(
            metTarget = true, met = listOf(HE), metOthers = "女儿", given = listOf(Given.OpenLetter), explained = listOf(Explained.App, Explained.Cases),
            note = "慢慢说", risk = Risk.NoFurther, nextStep = "后天再来",
            dissuasion = dissuasion().copy(courtesy = true, recordedWith = Recorder.Telephone, recordedBy = "王芳", keptAt = KeptAt.Device, keptAs = "1"),
            photos = PhotoNote(TakenWith.Camera, "王芳", KeptAt.Village, "影像-7"),
        )
        assertEquals(whole, whole.form().record(whole.ended))
        val door = visit().copy(met = listOf(HE, MA))
        assertEquals(door, door.form().record(door.ended))
    }

    @Test
    fun `a draft in which nothing was chosen yet is that again`() {
        val empty = alertForm.choosingMetTarget(false)
        val again = empty.record(NOON).form()
        assertNull(again.outcome)
        assertEquals(false, again.metTarget)
        assertEquals("什么都没选", alertForm.copy(note = "什么都没选").record(NOON).form().note)
    }

    @Test
    fun `photos are noted of any visit, folded until they are, and are no recording`() {
        val closed = doorForm.choosingOutcome("nobodyHome")
        val folded = telling().visitState(closed, VisitContext(), VisitPlace()).photos
        assertEquals(PhotosForm(text = zh("visit.noPhotos")), folded)
        val opened = telling().visitState(closed, VisitContext(), VisitPlace(photosOpen = true)).photos!!
        assertEquals(listOf("telephone", "camera", "other"), opened.takenWith.map { it.code })
        assertTrue(opened.keptAt.isEmpty())
        val noted = closed.copy(photos = PhotosInput("camera", "王芳", "village", "影像-7"))
        assertEquals(PhotoNote(TakenWith.Camera, "王芳", KeptAt.Village, "影像-7"), noted.record(NOON).photos)
        assertEquals("相机 · 王芳 · 村（社区）保存 · 影像-7", telling().visitState(noted, VisitContext(), VisitPlace()).photos!!.text)
        // Where it is not said what they were taken with, there are none.
        assertNull(noted.copy(photos = noted.photos.copy(takenWith = null)).record(NOON).photos)
        val met = alertForm.choosingMetTarget(true).copy(photos = noted.photos)
        val summary = telling().visitState(met, VisitContext(), VisitPlace(stage = VisitStage.Summary))
        assertTrue(zh("visit.recordingMissing") in summary.warnings)
        assertTrue(summary.summary.any { it.label == "照片" })
        assertEquals("photos.takenWith", visitField("photos.taken_with"))
    }

    @Test
    fun `what the outcome rules out is not in the record`() {
        val closed = doorForm.choosingOutcome("nobodyHome").record(NOON)
        assertEquals(emptyList(), closed.met)
        assertEquals(emptyList(), closed.explained)
        // A letter may have been left.
        assertEquals(listOf(Given.OpenLetter), closed.given)
        val refused = alertForm.choosingMetTarget(true).copy(risk = "noFurther").choosingOutcome("refused").record(NOON)
        assertNull(refused.metTarget)
        assertNull(refused.risk)
        assertEquals(Outcome.Refused, refused.outcome)
    }

    @Test
    fun `a visit for an alert asks first whether the person was met`() {
        assertEquals(listOf("metTarget", "outcomes"), zh.missing(alertForm).map { it.field })
        assertTrue(zh.missing(alertForm.choosingMetTarget(true)).isEmpty())
        assertEquals(listOf("outcomes"), zh.missing(alertForm.choosingMetTarget(false)).map { it.field })
        // The outcome says it.
        assertTrue(zh.missing(alertForm.choosingOutcome("nobodyHome")).isEmpty())
        assertEquals(listOf("metTarget"), zh.missing(alertForm.choosingOutcome("met")).map { it.field })
        val state = telling().visitState(alertForm, VisitContext(), VisitPlace())
        assertEquals(listOf("yes", "no"), state.metTarget.map { it.code })
        // They answer 见到本人了吗？
        assertEquals(listOf("见到了", "没见到"), state.metTarget.map { it.text })
        assertFalse(state.canGoOn)
    }

    @Test
    fun `what it was for follows from what came of it, unless the person chose`() {
        val fresh = alertForm.copy(purposeChosen = false)
        assertEquals("dissuasion", fresh.choosingMetTarget(true).settled(metBefore = false).purpose)
        assertEquals("firstContact", fresh.choosingOutcome("telephoneOnly").settled(metBefore = false).purpose)
        assertEquals("followUp", fresh.choosingMetTarget(true).settled(metBefore = true).purpose)
        assertEquals("firstContact", fresh.copy(purpose = "firstContact", purposeChosen = true).choosingMetTarget(true).settled(false).purpose)
        assertEquals("door", doorForm.settled(metBefore = true).purpose)
    }

    @Test
    fun `one tap records a closed door`() {
        val closed = closedDoor(DOOR, NOON)
        assertEquals(Purpose.Door, closed.purpose)
        assertEquals(Outcome.NobodyHome, closed.outcome)
        assertEquals(NOON to NOON, closed.started to closed.ended)
    }

    @Test
    fun `last time's ticks come back once, where somebody was met`() {
        val ticks = Ticks(listOf("openLetter", "contactCard"), listOf("app"))
        val bare = VisitForm(household = DOOR)
        assertEquals(setOf("openLetter", "contactCard"), bare.choosingOutcome("met").ticked(ticks).given)
        assertTrue(bare.choosingOutcome("nobodyHome").ticked(ticks).given.isEmpty())
        assertEquals(setOf("pledge"), bare.choosingOutcome("met").copy(given = setOf("pledge")).ticked(ticks).given)
    }

    @Test
    fun `q6 the summary warns of a missing recording and stands in nobody's way`() {
        val met = alertForm.choosingMetTarget(true)
        val around = VisitContext(alert = alert(), household = household(HE to resident("何秀兰")), title = "何秀兰", roles = listOf("volunteer"))
        val state = telling().visitState(met, around, VisitPlace(stage = VisitStage.Summary))
        assertTrue(state.canGoOn)
        assertTrue(state.warnings.any { "录音录像" in it }, state.warnings.toString())
        assertEquals("见到本人", state.summary.find { it.label == "结果" }?.text)
        assertTrue(state.roles.isEmpty())
        val recorded = met.copy(risk = "noFurther", said = DissuasionInput(recordedWith = "telephone", courtesy = true))
        assertTrue(telling().visitState(recorded, around, VisitPlace(stage = VisitStage.Summary)).warnings.isEmpty())
        val several = telling().visitState(met, around.copy(roles = listOf("teamHead", "volunteer")), VisitPlace(stage = VisitStage.Summary))
        assertEquals(listOf("teamHead"), several.roles.filter { it.chosen }.map { it.code })
    }

    @Test
    fun `who recorded and where it is kept is asked once there is a recording, and stands in nobody's way`() {
        val met = alertForm.choosingMetTarget(true)
        val around = VisitContext(alert = alert(), household = household(HE to resident("何秀兰")))
        // A place that was chosen for a recorder which was unticked since.
        val unticked = met.copy(said = DissuasionInput(keptAt = "police", recordedBy = "王芳", keptAs = "7"))
        val without = telling().visitState(unticked, around, VisitPlace())
        assertTrue(without.canGoOn)
        assertEquals(listOf("", ""), listOf(without.dissuasion!!.recordedBy, without.dissuasion!!.keptAs))
        assertTrue(without.dissuasion!!.keptAt.isEmpty())
        val ticked = telling().visitState(unticked.copy(said = unticked.said.copy(recordedWith = "telephone")), around, VisitPlace()).dissuasion!!
        assertEquals(listOf("王芳", "7"), listOf(ticked.recordedBy, ticked.keptAs))
        assertEquals(listOf("police", "village", "device"), ticked.keptAt.map { it.code })
    }

    @Test
    fun `the core's complaints stand beside their fields`() {
        assertEquals("outcomes", visitField("outcome"))
        assertEquals("note", visitField("note"))
        assertEquals("dissuasion.recordedWith", visitField("dissuasion.recorded_with"))
        assertEquals("dissuasion.officers", visitField("dissuasion.officers"))
        assertEquals("given", visitField("given/open_letter"))
        assertEquals("strokes", pledgeField("signature"))
    }

    // ---- Pledges ----

    private val text = PledgeWords("builtin-1/zh", 1, Language.Zh, "承诺书", "一、不转账。", false)

    @Test
    fun `l1 a pledge names the words that were shown and keeps the drawing`() {
        val form = PledgeForm(HE).drawn(listOf(SignPoint(0, 0, 0), SignPoint(5000, 5000, 100), SignPoint(10_000, 9_000, 200)))
            .drawn(listOf(SignPoint(3000, 3000, 50), SignPoint(12_000, 3000, 400)))
        assertTrue(zh.errors(form).isEmpty())
        val record = form.record(DOOR, text, NOON)
        assertEquals("builtin-1/zh" to 1L, record.template to record.version)
        val points = record.signature!!.strokes.flatMap { it.points }
        assertEquals(listOf(0u, 100u, 200u, 200u, 400u), points.map { it.millis })
        assertEquals(10_000u, points.last().x)
        assertNull(record.archiveNumber)
    }

    @Test
    fun `what a pledge lacks is named`() {
        assertEquals(setOf("residents", "strokes"), zh.errors(PledgeForm()).map { it.field }.toSet())
        assertEquals(
            setOf("archiveNumber", "proxyName", "proxyRelation"),
            zh.errors(PledgeForm(HE, PledgeMode.Paper, forAnother = true)).map { it.field }.toSet(),
        )
        val paper = PledgeForm(HE, PledgeMode.Paper, archiveNumber = " A-7 ", forAnother = true, proxyName = "何明", proxyRelation = "儿子").record(DOOR, text, NOON)
        assertEquals("A-7", paper.archiveNumber)
        assertEquals("何明", paper.proxy?.name)
        assertNull(paper.signature)
    }

    @Test
    fun `a signature is thinned and never grows over what a record holds`() {
        val shaking = (0..2_000).map { SignPoint(5000 + it % 2, 5000, it) }
        assertTrue(PledgeForm(HE).drawn(shaking).strokes.single().size < 5)
        var form = PledgeForm(HE)
        repeat(40) { round -> form = form.drawn((0..99).map { SignPoint(it * 100, round * 100, round * 100 + it) }) }
        assertTrue(form.strokes.sumOf { it.size } <= 1_300)
    }

    // ---- Pasted messages ----

    private fun pasted(who: WhoIsMeant, level: Level? = Level.High) = PastedAlert(
        PastedReading("何秀兰", "12000010001", level, "SC-1", "3号楼1单元201", null, null, null, null, null, "原文", listOf(PastedField.Level)),
        who, alert().copy(places = emptyList(), household = null, resident = null, area = "village"),
    )

    private fun candidate(id: String) = Candidate(DOOR, id, "grid", "何秀兰", emptyList(), address("3", "1", 2, "201"))

    @Test
    fun `what was put right in a pasted alert is what is saved`() {
        val one = pasted(WhoIsMeant.Several(listOf(candidate(HE), candidate(MA))))
        val card = zh.pastedCard(0, one, PasteEdit())
        assertEquals(listOf(HE, MA, NOBODY), card.who.map { it.code })
        assertTrue(card.who.none { it.chosen })
        assertEquals(listOf("who"), zh.pasteErrors(one, PasteEdit()).map { it.field })
        val edit = PasteEdit(mapOf("name" to "何兰", "telephone" to "", "address" to "9号楼"), "extreme", HE)
        val saved = edited(one, edit, "town", PLACE)
        assertEquals("何兰", saved.name)
        assertNull(saved.telephone)
        assertEquals(Level.Extreme, saved.level)
        assertEquals(Triple<String?, String?, String>(DOOR, HE, "grid"), Triple(saved.household, saved.resident, saved.area))
        assertEquals("9号楼", saved.places.single().place.address)
        val nobody = edited(one, PasteEdit(who = NOBODY), "town", null)
        assertNull(nobody.household)
        assertEquals("town", nobody.area)
    }

    @Test
    fun `a level that the message does not say has to be chosen`() {
        val one = pasted(WhoIsMeant.One(candidate(HE)), level = null)
        assertEquals(listOf("levels"), zh.pasteErrors(one, PasteEdit()).map { it.field })
        assertTrue(zh.pastedCard(0, one, PasteEdit()).levels.none { it.chosen })
        assertEquals(listOf("请核对：等级"), zh.pastedCard(0, one, PasteEdit()).unsureTexts)
        assertEquals(HE, edited(one, PasteEdit(level = "low"), "town", null).resident)
    }
}
