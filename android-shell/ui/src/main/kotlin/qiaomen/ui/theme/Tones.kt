// The colours, by the ground they stand on.
//
// Invariant: a colour is only ever drawn on the ground of its own tone, so that checking each tone checks every pair that
// can be seen (TonesTest: text 4.5 to 1 and more, body text 7 to 1 for sunlight, edges of controls 3 to 1).
// Red is kept for what is overdue or urgent, amber for what soon will be; teal is the one accent.

package qiaomen.ui.theme

import androidx.compose.runtime.Immutable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color

/** A ground, and what may be drawn on it. */
@Immutable
data class Tone(
    val ground: Color,
    /** Text that is read. */
    val ink: Color,
    /** Text that accompanies. */
    val soft: Color,
    /** What can be touched, what is chosen. */
    val accent: Color,
    /** Overdue, refused, urgent. */
    val urgent: Color,
    /** Soon due, doubtful. */
    val soon: Color,
    /** The edge of a field or a box: must be seen. */
    val edge: Color,
    /** A line that only divides: need not be seen. */
    val line: Color,
)

/** All tones of one look. */
@Immutable
data class Tones(
    val dark: Boolean,
    /** Behind everything. */
    val page: Tone,
    /** Cards, lists, sheets. */
    val card: Tone,
    /** What is set back: a field that cannot be changed, a neutral chip. */
    val sunk: Tone,
    /** The main button; what is chosen and done. */
    val accent: Tone,
    /** A choice that is chosen; a lesser button. */
    val accentSoft: Tone,
    /** The head of the first screen. */
    val head: Tone,
    val urgent: Tone,
    val urgentSoft: Tone,
    val soon: Tone,
    val soonSoft: Tone,
    /** Bars that lie over the page for a moment. */
    val over: Tone,
    /** Paper: signatures and QR pictures are dark on white in any look. */
    val paper: Tone,
) {
    /** Each with its name, for the test that looks at them. */
    val all: Map<String, Tone>
        get() = mapOf(
            "page" to page, "card" to card, "sunk" to sunk, "accent" to accent, "accentSoft" to accentSoft, "head" to head,
            "urgent" to urgent, "urgentSoft" to urgentSoft, "soon" to soon, "soonSoft" to soonSoft, "over" to over, "paper" to paper,
        )
}

private val white = Color(0xFFFFFFFF)

/** A tone of one ink: what is loud already needs no further colours. */
private fun loud(ground: Color, ink: Color, soft: Color = ink, line: Color = soft) =
    Tone(ground, ink, soft, accent = ink, urgent = ink, soon = ink, edge = soft, line = line)

private val paperTone = Tone(
    ground = white, ink = Color(0xFF10201E), soft = Color(0xFF53605D), accent = Color(0xFF0A5C55), urgent = Color(0xFFB0211A),
    soon = Color(0xFF7A4A00), edge = Color(0xFF6F7B78), line = Color(0xFFDAD6CC),
)

/** By day: warm white, as paper in the sun. */
val lightTones = Tones(
    dark = false,
    page = paperTone.copy(ground = Color(0xFFF5F2EB), ink = Color(0xFF17211F), soft = Color(0xFF4C5855)),
    card = paperTone.copy(ink = Color(0xFF17211F), soft = Color(0xFF4C5855)),
    sunk = paperTone.copy(
        ground = Color(0xFFE9E5DB), ink = Color(0xFF17211F), soft = Color(0xFF46524F), accent = Color(0xFF08534D),
        urgent = Color(0xFF9E1B15), soon = Color(0xFF6B4000), edge = Color(0xFF66716E), line = Color(0xFFCFC9BB),
    ),
    accent = loud(Color(0xFF0A5C55), white, Color(0xFFD3E8E4), Color(0xFF2C766F)),
    accentSoft = loud(Color(0xFFDBEBE7), Color(0xFF063F3A), Color(0xFF2A514D), Color(0xFFB4D5CE)).copy(urgent = Color(0xFF9E1B15)),
    head = loud(Color(0xFF0A4F49), white, Color(0xFFCBE3DE), Color(0xFF2F6F69)).copy(urgent = Color(0xFFFFCFC8), soon = Color(0xFFFFDF9E)),
    urgent = loud(Color(0xFFA81C15), white, Color(0xFFFFE3DF), Color(0xFFC8574F)),
    urgentSoft = loud(Color(0xFFFBE4E1), Color(0xFF6E120D), Color(0xFF7D2A24), Color(0xFFEEBDB7)),
    soon = loud(Color(0xFFF2B632), Color(0xFF2B1C00), Color(0xFF4A3300), Color(0xFFC48D12)),
    soonSoft = loud(Color(0xFFFBEDCF), Color(0xFF533300), Color(0xFF65430A), Color(0xFFE9CD92)),
    over = loud(Color(0xFF1C2927), white, Color(0xFFC3CFCC), Color(0xFF3A4A47)).copy(accent = Color(0xFF7FD8CB), urgent = Color(0xFFFFB4AB), soon = Color(0xFFF5C765)),
    paper = paperTone,
)

/** By night: no pure black, no pure white, the same order of weights. */
val darkTones = run {
    val page = Tone(
        ground = Color(0xFF0F1614), ink = Color(0xFFE8EFEC), soft = Color(0xFFACBAB6), accent = Color(0xFF74D3C6), urgent = Color(0xFFFF9E93),
        soon = Color(0xFFF2BE5C), edge = Color(0xFF80918D), line = Color(0xFF293532),
    )
    Tones(
        dark = true,
        page = page,
        card = page.copy(ground = Color(0xFF18211F), edge = Color(0xFF85968F), line = Color(0xFF303D3A)),
        sunk = page.copy(ground = Color(0xFF25302D), soft = Color(0xFFB3C1BD), edge = Color(0xFF91A29D), line = Color(0xFF3B4946)),
        accent = loud(Color(0xFF6CCBBE), Color(0xFF01231F), Color(0xFF0A3631), Color(0xFF3C958A)),
        accentSoft = loud(Color(0xFF16413C), Color(0xFFC9F2EB), Color(0xFFA5D8CF), Color(0xFF2B5F58)).copy(urgent = Color(0xFFFFB9B0)),
        head = loud(Color(0xFF0D332F), Color(0xFFE3F4F1), Color(0xFFA9CFC8), Color(0xFF1F514B)).copy(urgent = Color(0xFFFFB4AB), soon = Color(0xFFF5C765)),
        urgent = loud(Color(0xFFFF7A6E), Color(0xFF2A0300), Color(0xFF420903), Color(0xFFC9544A)),
        urgentSoft = loud(Color(0xFF46160F), Color(0xFFFFDCD7), Color(0xFFF3B9B1), Color(0xFF6B2A22)),
        soon = loud(Color(0xFFE9B04A), Color(0xFF271900), Color(0xFF402B00), Color(0xFFB98526)),
        soonSoft = loud(Color(0xFF3D2D0B), Color(0xFFFFE7B8), Color(0xFFE8CB8E), Color(0xFF5E4919)),
        over = loud(Color(0xFFDFE8E5), Color(0xFF131D1B), Color(0xFF3F4C49), Color(0xFFB4C1BD)).copy(accent = Color(0xFF0A544E), urgent = Color(0xFF96150F), soon = Color(0xFF634000)),
        paper = paperTone,
    )
}

/** All tones of the present look. */
val LocalTones = staticCompositionLocalOf { lightTones }

/** The tone that is being drawn on. */
val LocalTone = staticCompositionLocalOf { lightTones.page }
