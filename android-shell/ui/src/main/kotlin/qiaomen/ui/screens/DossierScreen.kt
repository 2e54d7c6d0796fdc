// The dossier of a person: everything that is known, the oldest first, and what was recorded or should have been.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.DossierState
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.ListPage
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.TopBar
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
fun DossierScreen(state: DossierState, words: Words, onBack: () -> Unit) = ListPage(
    head = {
        TopBar(state.name.ifEmpty { words("screen.dossier.title") }, words("screen.back"), words("screen.dossier.title"), onBack)
    },
    gap = Gap.small,
) {
    if (state.loading) item { Loading(words("screen.loading")) }
    if (!state.loading && state.entries.isEmpty()) item { EmptyState(Icons.Person, words("screen.dossier.none")) }
    items(state.entries, key = { it.row.id }) { entry ->
        Card(inside = 0.dp, gap = 0.dp) {
            Happened(entry.row, words)
            entry.recordingText?.let {
                Column(Modifier.padding(start = Gap.large, end = Gap.large, bottom = Gap.medium), Arrangement.spacedBy(Gap.hair)) {
                    Remark(
                        if (entry.recordingMissing) Icons.Warning else Icons.Recorder, it,
                        colour = if (entry.recordingMissing) Theme.tone.urgent else Theme.tone.soft,
                    )
                }
            }
        }
    }
}
