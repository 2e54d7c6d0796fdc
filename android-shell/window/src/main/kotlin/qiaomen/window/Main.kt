// The phone in a desktop window: the very same screens on the real core, for whoever wants to try the app.

package qiaomen.window

import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.WindowState
import androidx.compose.ui.window.application

/** The folder that keeps this phone's store is the first argument. */
fun main() = application {
    Window(onCloseRequest = ::exitApplication, state = WindowState(size = DpSize(400.dp, 760.dp)), title = "敲门") {}
}
