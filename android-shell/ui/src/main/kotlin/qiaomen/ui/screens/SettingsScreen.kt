// The worker's own: duty and whether this phone is woken, how the app looks, when it exchanges and locks, own figures.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.DutyState
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.SettingsState
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Divider
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.KeyValue
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.SwitchRow
import qiaomen.ui.parts.TabTitle
import qiaomen.ui.parts.Under
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Arrangement

@Composable
fun SettingsScreen(state: SettingsState, words: Words, on: (SettingsEvent) -> Unit) = Under(
    state.badge?.let { badge -> { BadgeSheet(badge, words) { on(SettingsEvent.CloseBadge) } } },
) {
    Page(head = { TabTitle(state.meText.ifEmpty { words("screen.settings.title") }, state.rolesText.ifEmpty { null }) }) {
        fun choose(field: String): (String) -> Unit = { on(SettingsEvent.Choose(field, it)) }
        Card(inside = 0.dp) { OpenRow(words("screen.settings.badge"), text = words("screen.settings.badgeText"), icon = Icons.Badge) { on(SettingsEvent.Badge) } }
        Duty(state.duty, words, on)
        if (state.figures.isNotEmpty()) {
            SectionHeader(words("screen.settings.figures"))
            Card { for (line in state.figures) KeyValue(line.label, line.text) }
        }
        Ask(words("screen.settings.language"), state.languages, Shape.OneShort, on = choose("languages"))
        Ask(words("screen.settings.textSize"), state.textSizes, Shape.OneShort, on = choose("textSizes"))
        Ask(words("screen.settings.theme"), state.themes, Shape.One, on = choose("themes"))
        Ask(words("screen.settings.network"), state.networks, Shape.One, on = choose("networks"))
        Ask(words("screen.settings.lock"), state.locks, Shape.One, on = choose("locks"))
        if (state.about.isNotEmpty()) {
            SectionHeader(words("screen.settings.about"))
            Card { for (line in state.about) KeyValue(line.label, line.text) }
        }
    }
}

/** Being woken for alerts, and the proof of it. */
@Composable
private fun Duty(duty: DutyState, words: Words, on: (SettingsEvent) -> Unit) = Card(inside = 0.dp, gap = 0.dp) {
    SwitchRow(words("screen.settings.duty"), duty.on, aside = duty.text) { on(SettingsEvent.Duty(it)) }
    if (duty.on || duty.testText != null) {
        Divider()
        Column(Modifier.padding(Gap.large, Gap.medium), Arrangement.spacedBy(Gap.small)) {
            duty.testText?.let { text ->
                when (duty.testPassed) {
                    true -> Remark(Icons.Tick, text, colour = Theme.tone.accent)
                    false -> Remark(Icons.Warning, text, colour = Theme.tone.urgent)
                    null -> Remark(Icons.Clock, text)
                }
            }
            Button(
                words(if (duty.testing) "screen.settings.testing" else "screen.settings.test"),
                Modifier.fillMaxWidth(), Weight.Lesser, Icons.Bell, enabled = !duty.testing,
            ) { on(SettingsEvent.TestDuty) }
        }
    }
}
