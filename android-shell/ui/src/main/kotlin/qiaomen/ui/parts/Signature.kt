// The signature pad and the QR picture: dark on white paper in any look.
//
// The pad keeps what a pen did as it was done: each stroke's points with their time since the first point of all, both ways
// in ten-thousandths of the pad's width, so that nothing is drawn out of shape. A stroke is told when the finger leaves; until then it is only drawn. Not by way of a "drag",
// which would swallow a stroke's first points, and all of a dot.

package qiaomen.ui.parts

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.border
import androidx.compose.foundation.gestures.awaitEachGesture
import androidx.compose.foundation.gestures.awaitFirstDown
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableLongStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.input.pointer.PointerInputChange
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.IntSize
import androidx.compose.ui.unit.dp
import kotlin.math.roundToInt
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.ground

/** The pad's width; it is half as high. */
const val PAD = 10_000

/** A point of a stroke in parts of [PAD], milliseconds since the first point of all. */
data class PadPoint(val x: Int, val y: Int, val millis: Int)

/** Where a resident signs. `hint` stands there while it is empty; `state` says to a screen reader how many strokes there are. */
@Composable
fun SignaturePad(
    strokes: List<List<PadPoint>>,
    label: String,
    hint: String,
    state: String,
    modifier: Modifier = Modifier,
    onStroke: (List<PadPoint>) -> Unit,
) {
    val paper = Theme.tones.paper
    var present by remember { mutableStateOf(emptyList<PadPoint>()) }
    var origin by remember { mutableLongStateOf(Long.MIN_VALUE) }
    val before by rememberUpdatedState(strokes)
    val told by rememberUpdatedState(onStroke)
    On(paper) {
        Box(
            modifier.fillMaxWidth().aspectRatio(2f).ground(paper, Corner.medium).border(1.5.dp, paper.edge, Corner.medium)
                .semantics {
                    contentDescription = label
                    stateDescription = state
                }
                .pointerInput(Unit) {
                    awaitEachGesture {
                        val down = awaitFirstDown()
                        down.consume()
                        // After a clean sheet time begins anew; after a restart it goes on a second after what is there.
                        val last = before.lastOrNull()?.lastOrNull()
                        if (last == null) origin = down.uptimeMillis else if (origin == Long.MIN_VALUE) origin = down.uptimeMillis - last.millis - 1000
                        val points = mutableListOf(point(down, size, origin))
                        present = points.toList()
                        while (true) {
                            val change = awaitPointerEvent().changes.firstOrNull { it.id == down.id } ?: break
                            change.consume()
                            if (!change.pressed) break
                            // What the glass noticed between two drawings.
                            for (old in change.historical) points += point(old.position, old.uptimeMillis, size, origin)
                            points += point(change, size, origin)
                            present = points.toList()
                        }
                        told(points)
                        present = emptyList()
                    }
                },
            Alignment.Center,
        ) {
            if (strokes.isEmpty() && present.isEmpty()) Say(hint, colour = paper.soft, modifier = Modifier.padding(Gap.large), align = TextAlign.Center)
            Canvas(Modifier.fillMaxSize()) {
                val y = size.height * 0.8f
                drawLine(paper.line, Offset(size.width * 0.06f, y), Offset(size.width * 0.94f, y), 1.dp.toPx())
                val pen = Stroke(2.6.dp.toPx(), cap = StrokeCap.Round, join = StrokeJoin.Round)
                for (stroke in strokes + listOf(present)) {
                    if (stroke.isEmpty()) continue
                    val places = stroke.map { Offset(it.x * size.width / PAD, it.y * size.width / PAD) }
                    if (places.size == 1) {
                        drawCircle(paper.ink, pen.width / 2, places[0])
                        continue
                    }
                    val path = Path()
                    path.moveTo(places[0].x, places[0].y)
                    for (place in places.drop(1)) path.lineTo(place.x, place.y)
                    drawPath(path, paper.ink, style = pen)
                }
            }
        }
    }
}

private fun point(change: PointerInputChange, size: IntSize, origin: Long) = point(change.position, change.uptimeMillis, size, origin)

private fun point(at: Offset, uptimeMillis: Long, size: IntSize, origin: Long) = PadPoint(
    (at.x / size.width * PAD).roundToInt().coerceIn(0, PAD),
    (at.y / size.width * PAD).roundToInt().coerceIn(0, PAD / 2),
    (uptimeMillis - origin).toInt().coerceAtLeast(0),
)

/** A QR picture: `size` squares a side, row by row, true where dark, with the quiet edge that readers need. */
@Composable
fun QrPicture(size: Int, dark: List<Boolean>, label: String, modifier: Modifier = Modifier) {
    val paper = Theme.tones.paper
    Canvas(modifier.aspectRatio(1f).ground(paper, Corner.small).semantics { contentDescription = label }) {
        if (size <= 0) return@Canvas
        val quiet = 4
        // Whole pixels, else hair lines show between the squares.
        val square = (this.size.minDimension / (size + 2 * quiet)).toInt().coerceAtLeast(1).toFloat()
        val begin = (this.size.minDimension - square * size) / 2
        for (row in 0 until size) for (column in 0 until size) {
            if (dark.getOrElse(row * size + column) { false }) {
                drawRect(paper.ink, Offset(begin.toInt() + column * square, begin.toInt() + row * square), Size(square, square))
            }
        }
    }
}
