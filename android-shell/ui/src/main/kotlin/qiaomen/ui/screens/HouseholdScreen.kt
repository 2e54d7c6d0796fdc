// One door and the people behind it. Under the thumb: nobody opened, or a visit to record.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.HouseholdSheet
import qiaomen.model.state.HouseholdState
import qiaomen.model.state.ResidentRow
import qiaomen.ui.parts.Banner
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.CardOf
import qiaomen.ui.parts.Chip
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.EvenRow
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.IconButton
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.Sheet
import qiaomen.ui.parts.SwitchRow
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Under
import qiaomen.ui.parts.Weight
import qiaomen.ui.parts.fillRow
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
fun HouseholdScreen(state: HouseholdState, words: Words, onBack: () -> Unit, on: (HouseholdEvent) -> Unit) = Under(
    state.sheet?.let { sheet -> { SheetOver(sheet, state.id == null, words, on) } },
) {
    val known = state.id != null && !state.missing
    Page(
        head = {
            TopBar(state.address.ifEmpty { words("screen.household.new") }, words("screen.back"), state.gridText.ifEmpty { null }, onBack) {
                if (known) IconButton(Icons.Pencil, words("screen.household.editDoor")) { on(HouseholdEvent.EditDoor) }
            }
            // In large letters they would leave the page no room.
            if (!Theme.largeText) Conflicting(state, on)
        },
        thumb = if (!known) {
            null
        } else {
            {
                if (Theme.largeText) {
                    Button(words("screen.household.record"), Modifier.fillMaxWidth(), icon = Icons.Pencil) { on(HouseholdEvent.Record) }
                    Button(words("screen.household.closed"), Modifier.fillMaxWidth(), Weight.Lesser) { on(HouseholdEvent.Closed) }
                } else {
                    EvenRow(Gap.medium) {
                        Button(words("screen.household.closed"), Modifier.weight(2f).fillRow(), Weight.Lesser) { on(HouseholdEvent.Closed) }
                        Button(words("screen.household.record"), Modifier.weight(3f).fillRow(), icon = Icons.Pencil) { on(HouseholdEvent.Record) }
                    }
                }
            }
        },
    ) {
        when {
            state.missing -> EmptyState(Icons.Door, words("screen.household.missing"), words("screen.household.missingText"))
            state.loading -> Loading(words("screen.loading"))
            else -> Door(state, words, on)
        }
    }
}

/** Fields that two people wrote differently. */
@Composable
private fun Conflicting(state: HouseholdState, on: (HouseholdEvent) -> Unit) {
    if (state.conflictTexts.isEmpty()) return
    Banner(state.conflictTexts.joinToString("\n"), Icons.Fork, Theme.tones.soonSoft, bannerShape()) { on(HouseholdEvent.OpenConflicts) }
}

@Composable
private fun Door(state: HouseholdState, words: Words, on: (HouseholdEvent) -> Unit) {
    if (Theme.largeText) Conflicting(state, on)
    for (call in state.alerts) Call(call, words, { on(HouseholdEvent.OpenAlert(call.alert)) }, null)
    Flow {
        if (state.doorText.isNotEmpty()) Chip(state.doorText, icon = Icons.Door)
        if (state.lastText.isNotEmpty()) Chip(state.lastText, icon = Icons.Clock)
        state.mark?.let { MarkChip(it, words) }
    }
    state.markText?.let { Remark(Icons.Info, it) }
    state.note?.let { Remark(Icons.File, it, colour = Theme.tone.ink, style = Theme.letters.body) }
    SectionHeader(words("screen.household.residents"))
    if (state.residents.isEmpty()) Say(words("screen.household.nobody"), colour = Theme.tone.soft)
    for (resident in state.residents) Resident(resident, words, on)
    Button(words("screen.household.addResident"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Plus) { on(HouseholdEvent.EditResident()) }
    state.nextText?.let { text ->
        Card(inside = 0.dp) { OpenRow(words("screen.household.next"), text = text, icon = Icons.Door) { on(HouseholdEvent.Next) } }
    }
    if (state.history.isNotEmpty()) {
        SectionHeader(words("screen.household.history"))
        CardOf(state.history) { Happened(it, words) }
        if (state.historyMore) Button(words("screen.more"), Modifier.fillMaxWidth(), Weight.Lesser) { on(HouseholdEvent.MoreHistory) }
    }
}

@Composable
private fun Resident(resident: ResidentRow, words: Words, on: (HouseholdEvent) -> Unit) = Card {
    Row(verticalAlignment = Alignment.CenterVertically) {
        Flow(Modifier.weight(1f)) {
            Say(resident.name, Theme.letters.title)
            for (tag in resident.tagTexts) Chip(tag, Theme.tones.soonSoft)
        }
        IconButton(Icons.Pencil, words("screen.household.editLabel", "name" to resident.name)) { on(HouseholdEvent.EditResident(resident.id)) }
    }
    Remark(if (resident.app == "yes") Icons.Tick else Icons.Info, resident.appText, colour = if (resident.app == "yes") Theme.tone.accent else Theme.tone.soft)
    Remark(if (resident.pledged) Icons.Sign else Icons.Info, resident.pledgeText, colour = if (resident.pledged) Theme.tone.accent else Theme.tone.soft)
    Flow(Modifier.padding(top = Gap.hair)) {
        for (number in resident.telephones) {
            Button(number, weight = Weight.Lesser, icon = Icons.Handset, label = words("screen.household.call", "name" to resident.name, "number" to number)) {
                on(HouseholdEvent.Call(number))
            }
        }
        Button(words("screen.household.pledge"), weight = Weight.Lesser, icon = Icons.Sign, label = words("screen.household.pledgeLabel", "name" to resident.name)) {
            on(HouseholdEvent.Pledge(resident.id))
        }
    }
}

@Composable
private fun SheetOver(sheet: HouseholdSheet, new: Boolean, words: Words, on: (HouseholdEvent) -> Unit) {
    fun type(field: String): (String) -> Unit = { on(HouseholdEvent.Type(field, it)) }
    val title = when (sheet) {
        is HouseholdSheet.Resident -> words(if (sheet.id == null) "screen.resident.new" else "screen.resident.edit")
        is HouseholdSheet.Door -> words(if (new) "screen.household.new" else "screen.household.editDoor")
    }
    Sheet(
        title, words("screen.close"), { on(HouseholdEvent.CloseSheet) },
        buttons = { Button(words("screen.save"), Modifier.fillMaxWidth()) { on(HouseholdEvent.Confirm) } },
    ) {
        when (sheet) {
            is HouseholdSheet.Resident -> {
                val wrong = sheet.errors
                Field(words("screen.resident.name"), sheet.name, error = wrong.of("name"), on = type("name"))
                Field(words("screen.resident.telephone"), sheet.telephone, error = wrong.of("telephone"), keyboard = KeyboardType.Phone, on = type("telephone"))
                Field(words("screen.resident.birthYear"), sheet.birthYear, error = wrong.of("birthYear"), keyboard = KeyboardType.Number, on = type("birthYear"))
                Ask(words("screen.resident.tags"), sheet.tags, Shape.Many) { on(HouseholdEvent.Choose("tags", it)) }
                Ask(words("screen.resident.app"), sheet.app, Shape.One) { on(HouseholdEvent.Choose("app", it)) }
                Card(inside = 0.dp) {
                    SwitchRow(words("screen.resident.leftTown"), sheet.leftTown) { on(HouseholdEvent.Choose("leftTown", if (it) "yes" else "no")) }
                }
                if (sheet.leftTown) {
                    Field(words("screen.resident.leftTo"), sheet.leftTo, error = wrong.of("leftTo"), on = type("leftTo"))
                    Field(words("screen.resident.leftContact"), sheet.leftContact, error = wrong.of("leftContact"), on = type("leftContact"))
                }
            }
            is HouseholdSheet.Door -> {
                val wrong = sheet.errors
                Remark(Icons.Info, words("screen.door.help"))
                Pair({ Field(words("screen.door.building"), sheet.building, it, error = wrong.of("building"), on = type("building")) }) {
                    Field(words("screen.door.unit"), sheet.unit, it, error = wrong.of("unit"), on = type("unit"))
                }
                Pair({ Field(words("screen.door.floor"), sheet.floor, it, error = wrong.of("floor"), keyboard = KeyboardType.Number, on = type("floor")) }) {
                    Field(words("screen.door.room"), sheet.room, it, error = wrong.of("room"), on = type("room"))
                }
                Pair({ Field(words("screen.door.group"), sheet.group, it, error = wrong.of("group"), on = type("group")) }) {
                    Field(words("screen.door.number"), sheet.number, it, error = wrong.of("number"), on = type("number"))
                }
                Ask(words("screen.door.state"), sheet.door, Shape.OneShort, wrong.of("door")) { on(HouseholdEvent.Choose("door", it)) }
                Field(words("screen.note"), sheet.note, error = wrong.of("note"), lines = 2, on = type("note"))
            }
        }
    }
}

/** Two short fields side by side, or below one another where letters are large. */
@Composable
private fun Pair(first: @Composable (Modifier) -> Unit, second: @Composable (Modifier) -> Unit) {
    if (Theme.largeText) {
        Column(verticalArrangement = Arrangement.spacedBy(Gap.medium)) {
            first(Modifier)
            second(Modifier)
        }
    } else {
        Row(horizontalArrangement = Arrangement.spacedBy(Gap.medium)) {
            first(Modifier.weight(1f))
            second(Modifier.weight(1f))
        }
    }
}
