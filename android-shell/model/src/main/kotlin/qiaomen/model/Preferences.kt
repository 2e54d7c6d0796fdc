// How the person wants the app to be, and which server it belongs to: forms under `preference.…`.
//
// Invariants: read once when the store opens and kept here; a value that this version does not know is as if it were absent.
package qiaomen.model

import qiaomen.core.Forms
import qiaomen.model.state.Language
import qiaomen.model.state.Look
import qiaomen.model.state.Theme

/** What was chosen; what was not has its default. */
data class Preferences(
    val language: Language,
    val textPercent: Int = 100,
    val theme: Theme = Theme.System,
    /** Whether exchanges that begin by themselves wait for a connection that costs nothing. */
    val unmeteredOnly: Boolean = false,
    val lockMinutes: Int,
    val server: String? = null,
    /** When the undertaking of confidentiality was given here, by the phone's clock. */
    val undertakenAt: Long? = null,
) {
    val look: Look get() = Look(language, textPercent, theme)

    /** As forms. */
    fun forms(): Map<String, String?> = mapOf(
        "language" to language.name.lowercase(),
        "text" to textPercent.toString(),
        "theme" to theme.name.lowercase(),
        "network" to if (unmeteredOnly) "unmetered" else "any",
        "lock" to lockMinutes.toString(),
        "server" to server,
        "undertaken" to undertakenAt?.toString(),
    )

    /** Keeps what this store does not have yet; what nobody chose, being as in [defaults], is not kept. */
    fun keep(defaults: Preferences, forms: Forms) {
        val unsaid = defaults.forms()
        for ((name, text) in forms()) {
            val old = forms.get("preference.$name") ?: unsaid[name]
            if (text != null && text != old) forms.keep("preference.$name", text)
        }
    }

    companion object {
        val TEXT_SIZES = listOf(100, 130, 160, 200)
        val LOCKS = listOf(0, 1, 5, 15)

        fun read(forms: Forms, otherwise: Preferences): Preferences {
            fun of(name: String) = forms.get("preference.$name")
            return Preferences(
                language = Language.entries.find { it.name.lowercase() == of("language") } ?: otherwise.language,
                textPercent = of("text")?.toIntOrNull()?.takeIf { it in TEXT_SIZES } ?: otherwise.textPercent,
                theme = Theme.entries.find { it.name.lowercase() == of("theme") } ?: otherwise.theme,
                unmeteredOnly = of("network")?.let { it == "unmetered" } ?: otherwise.unmeteredOnly,
                lockMinutes = of("lock")?.toIntOrNull()?.takeIf { it in LOCKS } ?: otherwise.lockMinutes,
                server = of("server") ?: otherwise.server,
                undertakenAt = of("undertaken")?.toLongOrNull() ?: otherwise.undertakenAt,
            )
        }
    }
}
