// Records in plain words.

package qiaomen.model.work

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.AnyRecord
import qiaomen.core.BroughtIn
import qiaomen.core.Comment
import qiaomen.core.DissuasionStep
import qiaomen.core.DossierEntry
import qiaomen.core.Explained
import qiaomen.core.Feedback
import qiaomen.core.FraudKind
import qiaomen.core.Given
import qiaomen.core.HandOver
import qiaomen.core.KeptAt
import qiaomen.core.KeptRecord
import qiaomen.core.MoneySent
import qiaomen.core.Outcome
import qiaomen.core.Pledge
import qiaomen.core.Proxy
import qiaomen.core.Receipt
import qiaomen.core.RecordKind
import qiaomen.core.Recorder
import qiaomen.core.RecordingState
import qiaomen.core.Risk
import qiaomen.core.Role
import qiaomen.core.StopPayment
import qiaomen.core.StopStep
import qiaomen.core.SyncMark
import qiaomen.model.Words
import qiaomen.model.state.Mark

class TellerTest {
    private fun pledge() = Pledge(DOOR, HE, "builtin-1/zh", 1, NOON - DAY, null, null, null, null, null, false, null)

    @Test
    fun `a visit says whom one met and what was done`() {
        val visit = visit(forAlert = true).copy(
            metTarget = true, met = listOf(HE), metOthers = "女儿", given = listOf(Given.OpenLetter), explained = listOf(Explained.App),
            risk = Risk.MayBeDefraudedAgain, note = "说在等快递退款",
            dissuasion = dissuasion().copy(
                steps = listOf(DissuasionStep.IdentityShown), fraud = FraudKind.FakeCustomerService, broughtIn = listOf(BroughtIn.Relatives),
                recordedWith = Recorder.Telephone, recordedBy = "王芳", keptAt = KeptAt.Device, keptAs = "VID_1",
            ),
        )
        val row = telling().row(KeptRecord("id", AnyRecord.OfVisit(visit), about()))
        assertEquals("见面劝阻 · 见到本人", row.title)
        assertEquals("李强（志愿者） · 今天 11:50", row.metaText)
        val body = assertNotNull(row.bodyText)
        for (part in listOf("何秀兰、女儿", "公开信", "国家反诈中心 App", "可能再次被骗", "亮明身份", "冒充电商物流客服", "手机 · 王芳 · 存在记录设备里 · VID_1", "说在等快递退款")) {
            assertTrue(part in body, "$part is not in $body")
        }
        assertNull(row.mark)
    }

    @Test
    fun `meeting only others is told as that`() {
        assertEquals("见面劝阻 · 只见到家人或他人", telling().title(AnyRecord.OfVisit(visit(forAlert = true).copy(metTarget = false))))
        assertEquals("入户宣传 · 无人在家", telling().title(AnyRecord.OfVisit(visit(Outcome.NobodyHome))))
        assertNull(telling().body(AnyRecord.OfVisit(visit(Outcome.NobodyHome))))
    }

    @Test
    fun `what was entered late or under a doubtful clock says so`() {
        val late = telling().row(KeptRecord("id", AnyRecord.OfVisit(visit()), about(written = NOON - 10 * MINUTE + 3 * HOUR)))
        assertTrue(late.doubtful)
        assertTrue("补录，晚了 3 小时" in late.metaText, late.metaText)
        val doubtful = telling().row(KeptRecord("id", AnyRecord.OfVisit(visit()), about(doubtful = true)))
        assertTrue(doubtful.doubtful && "时间待核" in doubtful.metaText)
        assertFalse(telling().row(KeptRecord("id", AnyRecord.OfVisit(visit()), about(written = NOON - 10 * MINUTE + 119 * MINUTE))).doubtful)
    }

    @Test
    fun `what was not sent has a mark, and what is held its reason`() {
        val held = telling().row(KeptRecord("id", AnyRecord.OfVisit(visit()), about(mark = SyncMark.HELD)), "等督导员决定")
        assertEquals(Mark.Held, held.mark)
        assertEquals("待处理：等督导员决定", held.markText)
        val waiting = telling().row(KeptRecord("id", AnyRecord.OfVisit(visit()), about(mark = SyncMark.WAITING)))
        assertEquals(Mark.Waiting, waiting.mark)
        assertNull(waiting.markText, "the mark says it already")
    }

    @Test
    fun `the facts of a case file`() {
        val teller = telling()
        assertEquals("接收预警", teller.title(AnyRecord.OfReceipt(Receipt(ALERT, NOON, null))))
        assertEquals("接受交接", teller.title(AnyRecord.OfReceipt(Receipt(ALERT, NOON, "offer"))))
        assertEquals("提出交接给李强", teller.title(AnyRecord.OfHandOver(HandOver(ALERT, LI, NOON, "她最近"))))
        assertEquals("她最近", teller.body(AnyRecord.OfHandOver(HandOver(ALERT, LI, NOON, "她最近"))))
        assertEquals("已转账 12,000.50 元", teller.title(AnyRecord.OfMoneySent(MoneySent(ALERT, NOON, null, 1_200_050, null, null))))
        assertEquals("已转账，金额不明", teller.title(AnyRecord.OfMoneySent(MoneySent(ALERT, NOON, null, null, null, null))))
        assertEquals("已申请止付", teller.title(AnyRecord.OfStopPayment(StopPayment(ALERT, StopStep.Asked, NOON, null, "农商行", null))))
        assertEquals("农商行", teller.body(AnyRecord.OfStopPayment(StopPayment(ALERT, StopStep.Asked, NOON, null, "农商行", null))))
        assertEquals("预警下达：高危", teller.title(AnyRecord.OfFraudAlert(alert())))
        assertEquals("市反诈中心 · 编号 SC-001", teller.body(AnyRecord.OfFraudAlert(alert())))
        assertEquals("电话联系上了", teller.body(AnyRecord.OfFeedback(Feedback(ALERT, NOON, "电话联系上了"))))
        assertEquals("Comment", telling(en).title(AnyRecord.OfComment(Comment(ALERT, NOON, "x"))))
    }

    @Test
    fun `a pledge says who signed for whom and where the paper lies`() {
        val teller = telling()
        assertEquals("何秀兰签了承诺书", teller.title(AnyRecord.OfPledge(pledge())))
        val body = teller.body(AnyRecord.OfPledge(pledge().copy(archiveNumber = "A-7", proxy = Proxy("何明", "儿子"), witness = "李强")))
        assertEquals("纸质，归档编号 A-7\n何明（儿子）代签\n见证人：李强", body)
        assertEquals("何秀兰的承诺书作废", teller.title(AnyRecord.OfPledge(pledge().copy(void = true, corrects = "p"))))
    }

    @Test
    fun `q6 a meeting without a recording says so in the dossier`() {
        fun entry(record: AnyRecord, recording: RecordingState) =
            DossierEntry(NOON - HOUR, "id", RecordKind.Visit, LI, Role.TeamHead, NOON, false, null, recording, record)
        val teller = telling()
        val missing = teller.dossierRow(entry(AnyRecord.OfVisit(visit(forAlert = true)), RecordingState.Missing))
        assertTrue(missing.recordingMissing)
        assertEquals("没有录音录像", missing.recordingText)
        assertTrue("李强（队长） · 今天 11:00 · 今天 12:00 收到" in missing.row.metaText, missing.row.metaText)
        val said = dissuasion().copy(recordedWith = Recorder.BodyCamera, recordedBy = "赵警官", keptAt = KeptAt.Police, keptAs = "7")
        val kept = teller.dossierRow(entry(AnyRecord.OfVisit(visit(forAlert = true).copy(dissuasion = said)), RecordingState.Kept(KeptAt.Police)))
        assertEquals("执法记录仪 · 赵警官 · 派出所保存 · 7", kept.recordingText)
        assertFalse(kept.recordingMissing)
        assertFalse("执法记录仪" in kept.row.bodyText.orEmpty(), "it is said once")
        assertNull(teller.dossierRow(entry(AnyRecord.OfPledge(pledge()), RecordingState.NotOwed)).recordingText)
    }

    @Test
    fun `nothing that was told here lacks its words`() {
        // The other tests of this class ask for most of the keys; a missing one is remembered.
        assertEquals(emptySet<String>(), Words.missing.toSet())
    }
}
