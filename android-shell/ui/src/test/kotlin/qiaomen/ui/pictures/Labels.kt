// What must hold of everything that can be touched: it has words, and is large enough to be hit.

package qiaomen.ui.pictures

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.SemanticsMatcher

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
