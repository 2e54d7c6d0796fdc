// What stands before everything else: the store that opens, a lock, a phone that was taken out of use, a store that cannot be read.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.background
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Gate
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.Sign
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

/** The gate, where it is not open. */
@Composable
fun GateScreen(gate: Gate, words: Words, on: (AppEvent) -> Unit) = when (gate) {
    Gate.Opening, Gate.Open, Gate.Enrolling -> Column(
        Modifier.fillMaxSize().background(Theme.tones.page.ground), Arrangement.spacedBy(Gap.medium, Alignment.CenterVertically), Alignment.CenterHorizontally,
    ) {
        Sign(Icons.Knock, colour = Theme.tone.accent, size = 72.dp)
        Say(words("screen.gate.opening"), colour = Theme.tone.soft)
    }
    Gate.Locked -> Standing(Icons.Locked, words("screen.gate.locked"), words("screen.gate.lockedText")) {
        Button(words("screen.gate.unlock"), Modifier.fillMaxWidth(), icon = Icons.Locked) { on(AppEvent.Unlock) }
    }
    is Gate.Revoked -> Standing(
        Icons.Stop, words("screen.gate.revoked"), gate.text,
        note = if (gate.unsent > 0 && !gate.handedIn) words.count("screen.gate.unsent", gate.unsent) else null,
        late = gate.lateText, result = gate.resultText, good = gate.handedIn, failure = gate.failureText, question = gate.askText,
    ) {
        if (!gate.handedIn && gate.unsent > 0) {
            Button(words(if (gate.handingIn) "screen.gate.handingIn" else "screen.gate.handIn"), Modifier.fillMaxWidth(), icon = Icons.Waiting, enabled = !gate.handingIn) {
                on(AppEvent.HandIn)
            }
        }
        if (gate.askText == null) {
            Button(words("screen.gate.beginAnew"), Modifier.fillMaxWidth(), Weight.Lesser, enabled = !gate.handingIn) { on(AppEvent.BeginAnew) }
        } else {
            Button(words("screen.gate.beginAnewStill"), Modifier.fillMaxWidth(), Weight.Lesser) { on(AppEvent.BeginAnew) }
            // Where the button stood that asked: one tap too many says no.
            Button(words("screen.gate.doNotBeginAnew"), Modifier.fillMaxWidth(), Weight.Lesser) { on(AppEvent.DoNotBeginAnew) }
        }
    }
    is Gate.Damaged -> Standing(Icons.Storage, words("screen.gate.damaged"), gate.text, failure = gate.failureText) {
        Button(words("screen.gate.retry"), Modifier.fillMaxWidth(), icon = Icons.Again) { on(AppEvent.RetryOpen) }
        Button(words("screen.gate.putAside"), Modifier.fillMaxWidth(), Weight.Lesser) { on(AppEvent.BeginAnew) }
    }
    is Gate.KeyMissing -> Standing(Icons.Locked, words("screen.gate.keyMissing"), gate.text, failure = gate.failureText) {
        Button(words("screen.gate.retry"), Modifier.fillMaxWidth(), icon = Icons.Again) { on(AppEvent.RetryOpen) }
        Button(words("screen.gate.putAside"), Modifier.fillMaxWidth(), Weight.Lesser) { on(AppEvent.BeginAnew) }
    }
    is Gate.NotOpened -> Standing(Icons.Storage, gate.titleText, gate.text, failure = gate.failureText) {
        Button(words("screen.gate.retry"), Modifier.fillMaxWidth(), icon = Icons.Again) { on(AppEvent.RetryOpen) }
        if (gate.canBeginAnew) Button(words("screen.gate.putAside"), Modifier.fillMaxWidth(), Weight.Lesser) { on(AppEvent.BeginAnew) }
    }
}

@Composable
private fun Standing(
    icon: ImageVector,
    title: String,
    text: String,
    note: String? = null,
    late: String? = null,
    result: String? = null,
    good: Boolean = false,
    failure: String? = null,
    question: String? = null,
    buttons: @Composable ColumnScope.() -> Unit,
) = Page(thumb = buttons) {
    Column(Modifier.fillMaxWidth().padding(top = Gap.huge * 2), Arrangement.spacedBy(Gap.large)) {
        Sign(icon, colour = Theme.tone.accent, size = 56.dp)
        Say(title, Theme.letters.display, modifier = Modifier.semantics { heading() })
    }
    // Above what stands there all the time, which is long in large letters: what came of a tap is seen, and read aloud.
    val bad = listOfNotNull(question, failure, result.takeUnless { good })
    if (bad.isNotEmpty() || result != null || late != null) {
        Column(Modifier.fillMaxWidth().semantics { liveRegion = LiveRegionMode.Polite }, Arrangement.spacedBy(Gap.medium)) {
            for (warning in bad) Warned(warning)
            if (result != null && good) {
                Card(tone = Theme.tones.accentSoft) { Remark(Icons.Tick, result, colour = Theme.tone.ink, style = Theme.letters.body) }
            }
            if (late != null) Warned(late)
        }
    }
    Say(text)
    if (note != null) Card(tone = Theme.tones.soonSoft) { Remark(Icons.Waiting, note, colour = Theme.tone.ink, style = Theme.letters.body) }
}

@Composable
private fun Warned(text: String) = Card(tone = Theme.tones.urgentSoft) { Remark(Icons.Warning, text, colour = Theme.tone.ink, style = Theme.letters.body) }
