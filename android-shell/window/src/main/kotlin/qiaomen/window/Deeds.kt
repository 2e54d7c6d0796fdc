// What a desktop does where a phone would dial, open a map, or use its camera.
//
// Invariant: what it cannot do it says; nothing pretends to have been recorded.
package qiaomen.window

import java.awt.FileDialog
import java.awt.Frame
import java.awt.Toolkit
import java.awt.datatransfer.DataFlavor
import java.awt.datatransfer.StringSelection
import java.io.File
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import qiaomen.model.PhoneModel
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Effect

/** Does what [model] asks for, and keeps what a phone would have done last in [said]. */
class Deeds(private val model: PhoneModel) {
    private val last = MutableStateFlow("")

    /** What was done, or what a phone would have done. */
    val said: StateFlow<String> = last.asStateFlow()

    /** Does it until the model ends. */
    suspend fun run() = model.effects.collect(::does)

    private fun does(effect: Effect) {
        last.value = when (effect) {
            is Effect.Call -> "☎ ${effect.number}"
            is Effect.Map -> "🗺 ${effect.label}  %.5f, %.5f (WGS-84)".format(effect.latitude, effect.longitude)
            is Effect.Copy -> "📋 ${effect.text}".also { copy(effect.text) }
            is Effect.Share -> "📋 ${effect.text}".also { copy(effect.text) }
            is Effect.SaveFile -> save(effect)
            Effect.Scan -> scan()
            Effect.RecordVideo -> "📷 —"
            Effect.Locate -> "📍 —"
            Effect.ConfirmPerson -> "🔓".also { model.on(AppEvent.Unlocked) }
            is Effect.Schedule -> return
        }
    }

    private fun copy(text: String) {
        Toolkit.getDefaultToolkit().systemClipboard.setContents(StringSelection(text), null)
    }

    /** A QR picture's text is taken from the clipboard. */
    private fun scan(): String {
        val text = runCatching { Toolkit.getDefaultToolkit().systemClipboard.getData(DataFlavor.stringFlavor) as? String }.getOrNull()
        if (text.isNullOrBlank()) return "📋 —"
        model.on(AppEvent.Scanned(text.trim()))
        return "📋 ✓"
    }

    private fun save(file: Effect.SaveFile): String {
        val dialog = FileDialog(null as Frame?, file.name, FileDialog.SAVE).apply { this.file = file.name }
        dialog.isVisible = true
        val folder = dialog.directory ?: return "—"
        val chosen = File(folder, dialog.file ?: return "—")
        return runCatching { chosen.writeText(file.text) }.fold({ "✓ ${chosen.path}" }, { "✗ ${chosen.path}" })
    }
}
