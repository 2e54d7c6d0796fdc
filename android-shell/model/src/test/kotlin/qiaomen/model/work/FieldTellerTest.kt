// Conflicts in plain words.

package qiaomen.model.work

import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.AnyRecord
import qiaomen.core.ConflictValue
import qiaomen.core.ConflictedRecord
import qiaomen.core.FieldConflict
import qiaomen.core.FieldValue
import qiaomen.core.NamedValue
import qiaomen.core.RecordKind

class FieldTellerTest {
    private val fields = FieldTeller(telling(), mapOf(PLACE to "单位")::get)

    private fun told(value: FieldValue, vararg path: String) = fields.label(path.toList()) to fields.value(path.toList(), value)

    @Test
    fun `a field is called as on the form, with whose it is`() {
        assertEquals("备注" to "狗会叫", told(FieldValue.Text("狗会叫"), "note"))
        assertEquals("房号" to "202", told(FieldValue.Text("202"), "address.room"))
        assertEquals("何秀兰 · 出生年份" to "1951", told(FieldValue.Number(1951), "residents", HE, "birth_year"))
        assertEquals("何秀兰 · 电话：12000010001" to "否", told(FieldValue.Truth(false), "residents", HE, "telephones/12000010001"))
        assertEquals("何秀兰 · 标签：老年人" to "是", told(FieldValue.Truth(true), "residents", HE, "tags/elderly"))
        assertEquals("单位 · 地址" to "超市", told(FieldValue.Text("超市"), "places", PLACE, "address"))
        assertEquals("见到的人：马志远" to "是", told(FieldValue.Truth(true), "met/$MA"))
        assertEquals("诈骗类型" to "刷单返利", told(FieldValue.Text("refund_rebate_task"), "dissuasion.fraud"))
    }

    @Test
    fun `a value is told in words, never as a program has it`() {
        assertEquals("空户", told(FieldValue.Text("vacant"), "door").second)
        assertEquals("没有再次被骗的风险", told(FieldValue.Text("none"), "risk").second)
        assertEquals("（空）", told(FieldValue.Cleared, "note").second)
        assertEquals("今天 12:00", told(FieldValue.Number(NOON), "issued").second)
        assertEquals("3", told(FieldValue.Number(3), "address.floor").second)
        assertEquals("30.50000°", told(FieldValue.Number(305_000_000), "position.latitude").second)
        assertEquals("（无法显示）", told(FieldValue.Binary(byteArrayOf(1, 2)), "grid").second)
        assertEquals("河东村第一网格", told(FieldValue.Binary(ByteArray(16)), "grid").second)
        val parts = FieldValue.Parts(listOf(NamedValue("name", FieldValue.Text("何秀兰")), NamedValue("tags/elderly", FieldValue.Truth(true)), NamedValue("left_to", FieldValue.Cleared)))
        assertEquals("姓名：何秀兰、标签：老年人", told(parts, "residents", MA).second)
        assertEquals("未知（castle）", told(FieldValue.Text("castle"), "door").second)
    }

    @Test
    fun `what is shown comes first, with who and when, and the others stay visible`() {
        val conflict = ConflictedRecord(
            DOOR, RecordKind.Household,
            listOf(FieldConflict(listOf("note"), listOf(ConflictValue(FieldValue.Text("狗会叫"), LI, NOON - HOUR), ConflictValue(FieldValue.Text(""), null, NOON - DAY)))),
        )
        val card = conflictCard(telling(), conflict, AnyRecord.OfHousehold(household()), "3号楼1单元201")
        val values = card.fields.single().values
        assertEquals(listOf(true, false), values.map { it.shown })
        assertEquals("李强 · 今天 11:00", values[0].byText)
        assertEquals("（空）", values[1].text)
        val sentence = telling().conflictTexts(card).single()
        assertTrue("狗会叫" in sentence && "李强" in sentence && "备注" in sentence, sentence)
    }

    @Test
    fun `an identifier is written as the core writes it`() {
        assertEquals("01020304-0506-0708-090a-0b0c0d0e0f10", uuid(ByteArray(16) { (it + 1).toByte() }))
    }
}
