// What must hold of everything on the glass: what can be touched has words and is large enough to be hit, and all that is
// written can be read to its end.

package qiaomen.ui.pictures

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.text.TextLayoutResult

/** Whether something happens when it is touched, or something can be typed. */
val canBeTouched = SemanticsMatcher("can be touched") {
    SemanticsActions.OnClick in it.config || SemanticsActions.SetText in it.config || SemanticsActions.OnLongClick in it.config
}

/** What a screen reader says of it. */
fun spoken(node: SemanticsNode): String =
    (
        node.config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
            node.config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text }
        ).joinToString(" ").trim()

/** What is wrong with what can be touched on the glass; empty where nothing is. */
@OptIn(ExperimentalTestApi::class)
fun ComposeUiTest.wrongWithTouch(): List<String> = onAllNodes(canBeTouched).fetchSemanticsNodes(atLeastOneRootRequired = false).flatMap { node ->
    val said = spoken(node)
    // Without the letters of a word it is a picture in text's clothing.
    val nameless = said.none(Char::isLetterOrDigit)
    val density = node.layoutInfo.density.density
    val (width, height) = node.size.width / density to node.size.height / density
    listOfNotNull(
        "no words at ${node.boundsInRoot}".takeIf { nameless },
        "\"$said\" is only ${width.toInt()} by ${height.toInt()} dp".takeIf { width < 47.9f || height < 47.9f },
    )
}

/** Which texts do not fit where they stand, reach over an edge, or have a word broken in two; empty where none does. */
@OptIn(ExperimentalTestApi::class)
fun ComposeUiTest.whatIsCut(): List<String> {
    val glass = onRoot().fetchSemanticsNode().size.width
    return onAllNodes(SemanticsMatcher.keyIsDefined(SemanticsActions.GetTextLayoutResult), useUnmergedTree = true)
        .fetchSemanticsNodes(atLeastOneRootRequired = false).flatMap { node ->
            val laid = buildList<TextLayoutResult> { node.config[SemanticsActions.GetTextLayoutResult].action?.invoke(this) }
            // What is scrolled out of sight is not cut; what stands beside the glass is.
            val (from, until) = node.positionInRoot.x to node.positionInRoot.x + node.size.width
            val seen = node.boundsInRoot
            val beside = from < -1 || until > glass + 1 || (seen.height > 0 && seen.width < node.size.width - 1)
            laid.flatMap { it.wrong() } + listOfNotNull("\"${laid.firstOrNull()?.layoutInput?.text}\" reaches over an edge".takeIf { beside })
        }
}

/** How many pixels a text may be larger than its place, which is a whole number of them. */
private const val ROUNDED = 2

private fun TextLayoutResult.wrong(): List<String> {
    val text = layoutInput.text.text
    val broken = (0 until lineCount - 1).map { getLineEnd(it) }.filter { end -> end in 1 until text.length && breaksWord(text, end) }
    // What Compose itself calls overflow is a fraction of a pixel more often than not.
    val high = multiParagraph.height > size.height + ROUNDED || multiParagraph.didExceedMaxLines
    val wide = (0 until lineCount).any { getLineRight(it) - getLineLeft(it) > size.width + ROUNDED }
    return listOfNotNull("\"$text\" does not fit".takeIf { high || wide }) +
        broken.map { "\"$text\" is broken as ${text.substring(0, it).substringAfterLast(' ')}-${text.substring(it).substringBefore(' ')}" }
}

/** Whether a line that ends there breaks a word. Addresses of servers and the like may break anywhere. */
private fun breaksWord(text: String, end: Int): Boolean {
    fun letter(at: Int) = text[at].code < 0x250 && text[at].isLetter()
    if (!letter(end - 1) || !letter(end)) return false
    val word = text.substring(0, end).takeLastWhile { !it.isWhitespace() } + text.substring(end).takeWhile { !it.isWhitespace() }
    return word.none { it in "./:" }
}
