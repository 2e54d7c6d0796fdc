// How a screen is laid out: its head, what scrolls, and what stays under the thumb.

package qiaomen.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.LazyListState
import androidx.compose.foundation.lazy.rememberLazyListState
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.derivedStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.ui.Modifier
import androidx.compose.ui.layout.Layout
import androidx.compose.ui.unit.Constraints
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

/** A screen whose content is of a size that can be laid out at once. Without an `edge` its parts keep their own distance. */
@Composable
fun Page(
    head: @Composable () -> Unit = {},
    thumb: (@Composable ColumnScope.() -> Unit)? = null,
    gap: Dp = Gap.medium,
    edge: Dp = Gap.large,
    content: @Composable ColumnScope.() -> Unit,
) {
    Framed(head, thumb) {
        Column(
            Modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(edge, if (edge == Gap.large) Gap.medium else edge),
            Arrangement.spacedBy(gap),
            content = content,
        )
    }
}

/**
 * A head, a page that scrolls, and what stays under the thumb. Where large letters and other bars leave the page too little
 * room, all three scroll, so that nothing is ever cut off.
 */
@Composable
private fun Framed(head: @Composable () -> Unit, thumb: (@Composable ColumnScope.() -> Unit)?, page: @Composable () -> Unit) {
    BoxWithConstraints(Modifier.fillMaxSize().background(Theme.tones.page.ground)) {
        val all = constraints.maxHeight
        Layout(
            {
                Column { head() }
                Box { page() }
                Box { if (thumb != null) ThumbBar(content = thumb) }
            },
            Modifier.verticalScroll(rememberScrollState()),
        ) { (above, between, below), given ->
            val free = Constraints.fixedWidth(given.maxWidth)
            val (top, foot) = above.measure(free) to below.measure(free)
            val middle = between.measure(Constraints.fixed(given.maxWidth, maxOf(all - top.height - foot.height, LEAST.roundToPx())))
            layout(given.maxWidth, top.height + middle.height + foot.height) {
                top.place(0, 0)
                middle.place(0, top.height)
                foot.place(0, top.height + middle.height)
            }
        }
    }
}

/** How much of a page has to be seen between its head and what stays under the thumb: three lines of the largest letters. */
private val LEAST = 144.dp

/** A screen that lists things without knowing how many: only what is seen is laid out, and more is asked for in time. */
@Composable
fun ListPage(
    head: @Composable () -> Unit = {},
    thumb: (@Composable ColumnScope.() -> Unit)? = null,
    gap: Dp = Gap.medium,
    edge: Dp = Gap.large,
    more: Boolean = false,
    onMore: () -> Unit = {},
    state: LazyListState = rememberLazyListState(),
    content: LazyListScope.() -> Unit,
) {
    Framed(head, thumb) {
        LazyColumn(
            Modifier.fillMaxSize(),
            state,
            PaddingValues(edge, if (edge == Gap.large) Gap.medium else edge),
            verticalArrangement = Arrangement.spacedBy(gap),
            content = content,
        )
    }
    AskForMore(state, more, onMore)
}

/** Asks for the next page when the last rows come into sight, once for each number of rows. */
@Composable
fun AskForMore(state: LazyListState, more: Boolean, onMore: () -> Unit) {
    val ask by rememberUpdatedState(onMore)
    val near by remember(state) {
        derivedStateOf {
            val last = state.layoutInfo.visibleItemsInfo.lastOrNull()?.index ?: 0
            val count = state.layoutInfo.totalItemsCount
            if (count > 0 && last >= count - 10) count else -1
        }
    }
    LaunchedEffect(near, more) { if (more && near > 0) ask() }
}

/** While something is being read: nothing that flickers, since it takes no time that is seen. */
@Composable
fun Loading(text: String) {
    Box(Modifier.fillMaxWidth().padding(Gap.huge)) { Aside(text) }
}
