// Doors as one walks, in lists, and the sheets in which they are put right.

package qiaomen.model.work

import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.Door
import qiaomen.core.DoorReach
import qiaomen.core.DoorSpot
import qiaomen.core.FoundPlace
import qiaomen.core.FoundWord
import qiaomen.core.HouseholdLine
import qiaomen.core.KeptHousehold
import qiaomen.core.Level
import qiaomen.core.Pledge
import qiaomen.core.ResidentTag
import qiaomen.model.state.DoorMark

class DoorRowsTest {
    private val spots = listOf(
        Spot("a", address(group = "1", number = "3"), DoorMark.Never),
        Spot("b", address(group = "1", number = "12"), DoorMark.Visited),
        Spot("c", address(group = "2", number = "9"), DoorMark.Out),
        Spot("d", address("3", "1", 1, "101"), DoorMark.Pledged),
        Spot("e", address("3", "1", 1, "102"), DoorMark.Alert, visited = true),
        Spot("f", address("3", "1", 2, "201"), DoorMark.InVain),
        Spot("g", address("3", "1", 10, "1001"), DoorMark.Never),
        Spot("h", address("3", "2", null, "302"), DoorMark.Never),
        Spot("i", address("12", "1", 1, "101"), DoorMark.Never),
    )

    @Test
    fun `buildings and groups stand as one walks, with how far one is`() {
        val blocks = zh.blocks(spots)
        assertEquals(listOf("一组", "二组", "3号楼", "12号楼"), blocks.map { it.name })
        assertEquals(listOf(2 to 1, 1 to 0, 5 to 2, 1 to 0), blocks.map { it.doors to it.visited })
        assertEquals("2 户，已走访 1 户", blocks.first().text)
        assertEquals("Building 12", en.blocks(spots).last().name)
    }

    @Test
    fun `a building has its stairwells, floors from below, and rooms`() {
        val block = assertNotNull(zh.block(spots, zh.blocks(spots)[2].code))
        assertEquals(listOf("1单元", "2单元"), block.units.map { it.name })
        assertEquals(listOf("1 楼", "2 楼", "10 楼"), block.units[0].floors.map { it.name })
        assertEquals(listOf("101", "102"), block.units[0].floors[0].cells.map { it.text })
        // Nobody wrote the floor: the room tells it.
        assertEquals("3 楼", block.units[1].floors.single().name)
        assertEquals("3号楼1单元101，已签承诺书", block.units[0].floors[0].cells[0].label)
        assertNull(zh.block(spots, "b::99"))
    }

    @Test
    fun `a village group has neither stairwells nor floors`() {
        val block = assertNotNull(zh.block(spots, zh.blocks(spots)[0].code))
        assertEquals(listOf(""), block.units.map { it.name })
        assertEquals(listOf(""), block.units[0].floors.map { it.name })
        assertEquals(listOf("3", "12"), block.units[0].floors[0].cells.map { it.text })
    }

    @Test
    fun `ten thousand doors are grouped at once`() {
        val many = (0 until 10_000).map { Spot("$it", address("${it / 200}", "${it / 50 % 4}", (it / 2 % 25).toLong(), "$it"), DoorMark.Never) }
        val begun = System.nanoTime()
        assertEquals(50, zh.blocks(many).size)
        assertTrue((System.nanoTime() - begun) / 1_000_000 < 1_000)
    }

    @Test
    fun `a mark calls for somebody first`() {
        fun spot(door: Door = Door.LivedIn, reach: DoorReach = DoorReach.NEVER_TRIED, pledged: Boolean = false, alert: Level? = null) =
            mark(DoorSpot("h", address(), door, reach, null, pledged, 1uL, alert))
        assertEquals(DoorMark.Alert, spot(Door.Vacant, alert = Level.High))
        assertEquals(DoorMark.Out, spot(Door.LongAbsent, DoorReach.VISITED))
        assertEquals(DoorMark.Pledged, spot(reach = DoorReach.VISITED, pledged = true))
        assertEquals(DoorMark.Visited, spot(reach = DoorReach.VISITED))
        for (reach in listOf(DoorReach.IN_VAIN, DoorReach.REFUSED, DoorReach.TELEPHONE_ONLY)) assertEquals(DoorMark.InVain, spot(reach = reach))
        assertEquals(DoorMark.Never, spot())
    }

    private fun line(found: List<FoundWord> = emptyList(), last: Long? = null, door: Door = Door.LivedIn) = HouseholdLine(
        KeptHousehold(DOOR, household(HE to resident("何秀兰", "12000010001"), MA to resident("马志远")).copy(door = door), about()), last, found,
    )

    @Test
    fun `a row of a list says who lives there and when somebody came last`() {
        val row = telling().doorRow(line(last = NOON - 12 * DAY))
        assertEquals("3号楼1单元201", row.address)
        assertEquals("何秀兰、马志远", row.peopleText)
        assertEquals("12 天前去过", row.lastText)
        assertTrue(telling().doorRow(line()).never)
        assertEquals("空户 · 何秀兰、马志远", telling().doorRow(line(door = Door.Vacant)).peopleText)
    }

    @Test
    fun `what a search found by its sound or its last digits is said`() {
        val row = telling().doorRow(line(listOf(FoundWord("hexl", FoundPlace.Spelling(HE)), FoundWord("0001", FoundPlace.Telephone(HE)))))
        assertEquals("何秀兰（hexl）、何秀兰 12000010001", row.foundText)
        assertNull(telling().doorRow(line(listOf(FoundWord("3号楼", FoundPlace.Address)))).foundText)
    }

    @Test
    fun `names are put in order as people count`() {
        assertEquals(listOf("第二网格", "第十网格", "第十二网格"), listOf("第十二网格", "第二网格", "第十网格").sortedWith(AS_COUNTED))
        assertEquals(listOf("9号", "12号", "12号甲"), listOf("12号甲", "12号", "9号").sortedWith(AS_COUNTED))
        assertEquals(listOf(0L, 10L, 12L, 20L, 105L, 23L), listOf("〇", "十", "十二", "二十", "一百零五", "二三").map { numeral(it) })
        assertNull(numeral("网"))
    }

    // ---- Sheets ----

    @Test
    fun `only what was changed goes into the record`() {
        val before = zh.doorSheet(household())
        val stored = household().copy(note = "别人刚写的")
        assertEquals(stored, changed(stored, before, before))
        val after = chosen(typed(before, "room", "202"), "door", "vacant") as qiaomen.model.state.HouseholdSheet.Door
        val now = changed(stored, before, after)
        assertEquals("202", now.address.room)
        assertEquals(Door.Vacant, now.door)
        assertEquals("别人刚写的", now.note)
    }

    @Test
    fun `a resident's sheet is read as it was typed`() {
        val before = zh.residentSheet(null, null)
        assertEquals(newResident(), changed(newResident(), before, before))
        val after = listOf("name" to " 何秀兰 ", "telephone" to "12000010001、0371-6000000", "birthYear" to "1951").fold(before) { sheet, (field, text) ->
            typed(sheet, field, text) as qiaomen.model.state.HouseholdSheet.Resident
        }.let { chosen(chosen(it, "tags", "elderly"), "app", "no") as qiaomen.model.state.HouseholdSheet.Resident }
        val made = changed(newResident(), before, after)
        assertEquals(
            newResident().copy(
                name = "何秀兰", telephones = listOf("12000010001", "0371-6000000"), birthYear = 1951, tags = listOf(ResidentTag.Elderly), appInstalled = false,
            ),
            made,
        )
        assertTrue(zh.errors(after, 2026).isEmpty())
        val wrong = typed(typed(typed(after, "name", " "), "birthYear", "58"), "telephone", "王芳电话") as qiaomen.model.state.HouseholdSheet.Resident
        assertEquals(setOf("name", "birthYear", "telephone"), zh.errors(wrong, 2026).map { it.field }.toSet())
    }

    @Test
    fun `a door without an address or with words for a floor is complained of`() {
        assertEquals(listOf("room"), zh.errors(zh.doorSheet(null)).map { it.field })
        assertEquals(listOf("floor"), zh.errors(zh.doorSheet(household()).copy(floor = "三")).map { it.field })
        assertTrue(zh.errors(zh.doorSheet(household())).isEmpty())
        assertEquals("birthYear", householdField("residents.birth_year"))
        assertEquals("room", householdField("address"))
    }

    @Test
    fun `a pledge stands until another takes its place or takes it back`() {
        fun pledge(at: Long, corrects: String? = null, void: Boolean = false) = Pledge(DOOR, HE, "t", 1, at, null, null, null, null, corrects, void, null)
        assertEquals(2, standing(listOf("a" to pledge(1), "b" to pledge(2)))[HE]?.at)
        assertEquals(1, standing(listOf("a" to pledge(1), "b" to pledge(2), "c" to pledge(3, corrects = "b", void = true)))[HE]?.at)
        assertTrue(standing(listOf("a" to pledge(1), "b" to pledge(3, corrects = "a", void = true))).isEmpty())
        val row = telling().residentRow(HE, resident("何秀兰").copy(leftTown = true, leftTo = "郑州"), pledge(NOON - DAY))
        assertEquals("昨天签了承诺书", row.pledgeText)
        assertEquals(listOf("已外出：郑州"), row.tagTexts)
        assertEquals("notLooked", row.app)
    }
}
