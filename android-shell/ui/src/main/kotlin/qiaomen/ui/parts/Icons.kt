// The icons: drawn in lines of one width on a field of 24, so that they belong together.

package qiaomen.ui.parts

import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.size
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.ColorFilter
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.addPathNodes
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Theme

/** Lines of a path in the words of SVG; `filled` are areas. */
private fun icon(name: String, lines: String, filled: String = ""): Lazy<ImageVector> = lazy(LazyThreadSafetyMode.PUBLICATION) {
    ImageVector.Builder(name, 24.dp, 24.dp, 24f, 24f).apply {
        if (filled.isNotEmpty()) addPath(addPathNodes(filled), fill = SolidColor(Color.Black))
        if (lines.isNotEmpty()) {
            addPath(
                addPathNodes(lines),
                stroke = SolidColor(Color.Black),
                strokeLineWidth = 2f,
                strokeLineCap = StrokeCap.Round,
                strokeLineJoin = StrokeJoin.Round,
            )
        }
    }.build()
}

private fun dot(x: Double, y: Double, r: Double = 1.3) = "M${x - r} ${y}a$r $r 0 1 0 ${2 * r} 0a$r $r 0 1 0 ${-2 * r} 0z"

/** All icons. */
object Icons {
    /** The app's own sign: a door ajar, and a knock at it. */
    val Knock by icon("knock", "M4 21V4.5L13 3v18M4 21h15M16.5 8.5c1.6 1 1.6 4 0 5M19.2 6.2c3 2.2 3 7.4 0 9.6", dot(10.0, 12.5))
    val Back by icon("back", "M14.5 5L7.5 12l7 7")
    val Next by icon("next", "M9.5 5l7 7-7 7")
    val Down by icon("down", "M5 9.5l7 7 7-7")
    val Close by icon("close", "M6 6l12 12M18 6L6 18")
    val Plus by icon("plus", "M12 5v14M5 12h14")
    val Tick by icon("tick", "M5 12.5l4.6 4.6L19 7.5")
    val Ticks by icon("ticks", "M2.5 12.5l4.2 4.2L14 9M11.5 15.6l1.5 1.2L21.5 8")
    val Today by icon("today", "M5 4.5h14v16H5zM9 3v3M15 3v3M8.5 13.2l2.4 2.4 4.6-4.8")
    val Door by icon("door", "M6 21V3.5h12V21M3.5 21h17", dot(14.5, 12.5))
    val Exchange by icon("exchange", "M8 20V5M8 5L4 9M8 5l4 4M16 4v15M16 19l-4-4M16 19l4-4")
    val Person by icon("person", "M12 11.5a4 4 0 1 0 0-8a4 4 0 1 0 0 8zM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6")
    val Handset by icon("handset", "M5 4h4l1.8 4.6-2.3 1.7a12 12 0 0 0 5.2 5.2l1.7-2.3L20 15v4a1.6 1.6 0 0 1-1.7 1.6C10.500 20.200 3.800 13.500 3.400 5.700A1.600 1.600 0 0 1 5 4z")
    val Pin by icon("pin", "M12 21c4.600-4.500 7-8.200 7-11.300a7 7 0 1 0-14 0C5 12.800 7.400 16.500 12 21zM12 12.300a2.500 2.500 0 1 0 0-5a2.500 2.500 0 1 0 0 5z")
    val Badge by icon("badge", "M4 6h16v14H4zM9.500 3.500h5V8h-5zM9 14.800a1.900 1.900 0 1 0 0-3.800a1.900 1.900 0 1 0 0 3.800zM6.500 17.500c.6-1.300 4.400-1.300 5 0M15 12.500h2.500M15 16h2.500")
    val Script by icon("script", "M4 5h16v11.500H11L7 20v-3.500H4zM8 9h8M8 12.500h5")
    val Money by icon("money", "M12 21a9 9 0 1 0 0-18a9 9 0 1 0 0 18zM8.500 7.500l3.500 4.500 3.500-4.500M12 12v5.500M9 12.500h6M9 15h6")
    val Stop by icon("stop", "M8.300 3h7.400L21 8.300v7.400L15.700 21H8.300L3 15.700V8.300zM8 12h8")
    val HandOver by icon("handOver", "M8.500 10a3.200 3.200 0 1 0 0-6.400a3.200 3.200 0 1 0 0 6.400zM2.500 19c.5-3.500 2.700-5.300 6-5.300 1.600 0 3 .400 4 1.200M14 18h7M18 15l3 3-3 3")
    val Search by icon("search", "M10.500 17a6.500 6.500 0 1 0 0-13a6.500 6.500 0 1 0 0 13zM15.300 15.300L20.500 20.500")
    val Clock by icon("clock", "M12 21a9 9 0 1 0 0-18a9 9 0 1 0 0 18zM12 7v5.300l3.500 2")
    val Warning by icon("warning", "M12 3.500L22 20.500H2zM12 10v4.500", dot(12.0, 17.6, 1.2))
    val Info by icon("info", "M12 21a9 9 0 1 0 0-18a9 9 0 1 0 0 18zM12 11.500v5", dot(12.0, 8.0, 1.3))
    val Offline by icon("offline", "M7.500 19H17a4 4 0 0 0 2.800-6.800M16.500 10A5.500 5.500 0 0 0 8 6.800M6.200 9.300A5 5 0 0 0 7 19M4 3.500l16 17")
    val Storage by icon("storage", "M4 5h16v6H4zM4 13.500h16v6H4zM11 8h6M11 16.500h6", dot(7.3, 8.0, 1.0) + dot(7.3, 16.5, 1.0))
    val Pencil by icon("pencil", "M4.500 19.500l.9-4L16 4.900a1.500 1.500 0 0 1 2.100 0l1 1a1.500 1.500 0 0 1 0 2.100L8.500 18.600zM14 7l3 3")
    val Waiting by icon("waiting", "M12 4v11M12 4L7 9M12 4l5 5M5 20h14")
    val Pause by icon("pause", "M12 21a9 9 0 1 0 0-18a9 9 0 1 0 0 18zM9.800 9v6M14.200 9v6")
    val Refused by icon("refused", "M12 21a9 9 0 1 0 0-18a9 9 0 1 0 0 18zM9 9l6 6M15 9l-6 6")
    val Recorder by icon("recorder", "M3 6.500h12.500v11H3zM15.500 10.500L21 7.500v9l-5.500-3")
    val Photo by icon("photo", "M3 7.500h4.500L9 5h6l1.500 2.500H21v12H3zM12 17a3.700 3.700 0 1 0 0-7.400a3.700 3.700 0 1 0 0 7.400z")
    val Scan by icon("scan", "M4 8.500V4h4.500M15.500 4H20v4.500M20 15.500V20h-4.500M8.500 20H4v-4.500M7.500 12h9")
    val Share by icon("share", "M12 15V3.500M12 3.500L8 7.500M12 3.500l4 4M7 11H5v9.500h14V11h-2")
    val Locked by icon("locked", "M5 11h14v9.500H5zM8 11V7.500a4 4 0 0 1 8 0V11M12 14.800v2")
    val Undo by icon("undo", "M8.500 5L4 9.500 8.500 14M4 9.500h10a5.500 5.500 0 0 1 0 11H9")
    val Bin by icon("bin", "M4.500 6.500h15M9.500 6V3.500h5V6M6.500 6.500L7.500 20.500h9l1-14M10.300 10.500v6M13.700 10.500v6")
    val Home by icon("home", "M3.500 11.500L12 4l8.500 7.500M6 9.500v11h12v-11M10 20.500V14h4v6.500")
    val Sign by icon("sign", "M3 19.500h18M4 15.500c2.500-7 5-10.500 6.500-9.500s-2.500 9-1 9.500 2.500-4 4-4 .2 3.500 1.700 3.500 1.800-1.500 4.300-1.500")
    val Flag by icon("flag", "M5.500 21V4h12l-2.500 4 2.500 4h-12")
    val Book by icon("book", "M5 4h10.500A3.500 3.500 0 0 1 19 7.500V20.500H8A3 3 0 0 1 5 17.500zM5 17.500A2.500 2.500 0 0 1 7.500 15H19M9 8h6")
    val People by icon("people", "M9 11a3.500 3.500 0 1 0 0-7a3.500 3.500 0 1 0 0 7zM2.500 20c.5-3.700 3-5.500 6.500-5.500s6 1.800 6.500 5.500M15.500 4.300a3.500 3.500 0 0 1 0 6.500M18 14.800c2 .700 3.200 2.400 3.500 5.200")
    val Again by icon("again", "M19.500 8A8 8 0 1 0 20 13.500M20 4v4.500h-4.500")
    val Bell by icon("bell", "M6 17V10.500a6 6 0 0 1 12 0V17l1.500 1.500h-15zM10 21h4")
    val Gear by icon("gear", "M4 7h9M17.500 7H20M4 17h2.500M11 17h9M15.200 9.300a2.300 2.300 0 1 0 0-4.600a2.300 2.300 0 1 0 0 4.600zM8.800 19.300a2.300 2.300 0 1 0 0-4.600a2.300 2.300 0 1 0 0 4.600z")
    val Copy by icon("copy", "M8.500 8.500h11v11.500h-11zM15.500 8.500V4H4.500v11.500h4")
    val File by icon("file", "M6 3.500h8l4.500 4.500v12.500H6zM13.500 3.500v5h5M9 13h6.500M9 16.500h6.500")
    val Fork by icon("fork", "M12 20.500V13M12 13L6.500 6.500M12 13l5.500-6.500M6.500 10.500v-4h4M17.500 10.500v-4h-4")
}

/** An icon in a colour of the present tone. `label` says what it means to those who do not see it; none where text beside it does. */
@Composable
fun Sign(icon: ImageVector, label: String? = null, modifier: Modifier = Modifier, colour: Color = Theme.tone.ink, size: Dp = Theme.iconSize) {
    Image(icon, label, modifier.size(size), colorFilter = ColorFilter.tint(colour))
}
