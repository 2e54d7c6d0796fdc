// The steady measures: spacing, sizes, shapes and letters.
//
// Letters: two weights only, since a phone's Chinese font seldom has more; lines 1.4 times as high as letters and more,
// since Chinese has no descenders to tell lines apart.

package qiaomen.ui.theme

import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Immutable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.intl.LocaleList
import androidx.compose.ui.text.style.LineHeightStyle
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp

/** Distances: within a thing, between things, between groups. */
object Gap {
    val hair = 4.dp
    val small = 8.dp
    val medium = 12.dp
    val large = 16.dp
    val huge = 24.dp
}

/** Sizes of what is touched. */
object Size {
    /** The least that a finger hits. */
    val touch = 48.dp
    /** A row that is chosen from. */
    val row = 54.dp
    /** The main button. */
    val button = 56.dp
    val icon = 22.dp
    val stripe = 6.dp
}

/** Corners. */
object Corner {
    val small = RoundedCornerShape(8.dp)
    val medium = RoundedCornerShape(12.dp)
    val large = RoundedCornerShape(16.dp)
    val sheet = RoundedCornerShape(topStart = 22.dp, topEnd = 22.dp)
    val pill = RoundedCornerShape(50)
}

/** The letters. Where all are `large`, those that are large anyway grow less, so that they leave room for what they are about. */
@Immutable
class Letters(family: FontFamily, language: String, large: Boolean = false) {
    private val base = TextStyle(
        fontFamily = family,
        // Which of the forms of a character is drawn hangs on it.
        localeList = LocaleList(language),
        lineHeightStyle = LineHeightStyle(LineHeightStyle.Alignment.Center, LineHeightStyle.Trim.None),
    )

    /** A number that is looked at from afar. */
    val figure = base.copy(fontSize = if (large) 22.sp else 28.sp, lineHeight = if (large) 28.sp else 36.sp, fontWeight = FontWeight.Bold)
    /** The name of a screen that is one of the tabs. */
    val display = base.copy(fontSize = if (large) 20.sp else 24.sp, lineHeight = if (large) 26.sp else 32.sp, fontWeight = FontWeight.Bold)
    /** The name of any other screen; whom a card is about. */
    val title = base.copy(fontSize = if (large) 17.sp else 19.sp, lineHeight = if (large) 23.sp else 27.sp, fontWeight = FontWeight.Bold)
    /** What is said of it; buttons. */
    val strong = base.copy(fontSize = 16.sp, lineHeight = 23.sp, fontWeight = FontWeight.Bold)
    val body = base.copy(fontSize = 16.sp, lineHeight = 24.sp, fontWeight = FontWeight.Normal)
    /** Beside the main thing. */
    val small = base.copy(fontSize = 14.sp, lineHeight = 20.sp, fontWeight = FontWeight.Normal)
    val smallStrong = small.copy(fontWeight = FontWeight.Bold)
    /** Long text that is read aloud or signed. */
    val reading = base.copy(fontSize = 17.sp, lineHeight = 28.sp, fontWeight = FontWeight.Normal)
}

/** The letters of the present look. */
val LocalLetters = staticCompositionLocalOf { Letters(FontFamily.Default, "zh-CN") }
