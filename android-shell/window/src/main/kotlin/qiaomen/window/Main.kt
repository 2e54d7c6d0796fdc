// The phone in a desktop window: the very same screens on the real core, for whoever wants to try the app.
//
// Invariant: nothing here knows what is on a screen; beside the phone stands a bench that does what a window cannot: flight
// mode, time that runs on, notices that a phone would have shown.
package qiaomen.window

import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.WindowPosition
import androidx.compose.ui.window.WindowState
import androidx.compose.ui.window.application
import java.io.File
import kotlin.system.exitProcess
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import qiaomen.model.PhoneModel
import qiaomen.model.state.AppEvent

/** The folder that keeps this phone's store is the first argument. */
fun main(arguments: Array<String>) {
    val folder = File(arguments.firstOrNull() ?: exitProcess(usage())).apply { mkdirs() }
    val desktop = Desktop(folder)
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main)
    val model = PhoneModel(desktop, scope)
    val deeds = Deeds(model)
    scope.launch {
        model.start()
        model.on(AppEvent.Shown)
        deeds.run()
    }
    application {
        val state = WindowState(position = WindowPosition(80.dp, 40.dp), size = DpSize(700.dp, 700.dp))
        Window(
            onCloseRequest = {
                // What was typed is kept before the window goes.
                scope.launch {
                    model.close().join()
                    exitApplication()
                }
            },
            state = state, title = "敲门 · Qiaomen",
        ) { Bench(model, desktop, deeds) }
    }
    runBlocking { model.close().join() }
}

private fun usage(): Int {
    System.err.println("Say in which folder the phone's store is to lie, or use android-shell/run.")
    return 2
}
