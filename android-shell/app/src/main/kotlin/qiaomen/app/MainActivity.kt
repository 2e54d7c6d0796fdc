// The one Activity: a window for the screens, and the way in and out for everything between them and the phone.
//
// Invariants: it holds no state of the worker's; what it shows after the process was ended is where the worker was, and what was
// being typed comes from the store; nothing of a dossier can be photographed off the screen.
package qiaomen.app

import android.app.Activity
import android.content.Intent
import android.content.res.Configuration
import android.graphics.drawable.ColorDrawable
import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.WindowInsetsController
import android.view.WindowManager
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import qiaomen.app.effects.Hands
import qiaomen.app.notice.tell
import qiaomen.app.work.PlanBook
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.Gate
import qiaomen.model.state.Screen
import qiaomen.model.state.Tab
import qiaomen.model.state.Theme

/** The window. */
class MainActivity : Activity() {
    private val phone get() = (application as QiaomenApplication).phone
    private val model get() = phone.model
    private val scope: CoroutineScope = MainScope()
    private lateinit var hands: Hands
    private var night: Boolean? = null

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        // Overviews of apps keep a picture of what was last seen.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        hands = Hands(this, model::on).apply { restore(saved) }
        // The process was ended while the worker was away: back to where they were.
        if (phone.isFresh) saved?.getString(ROUTES)?.let(model::restore)
        phone.isFresh = false
        phone.start()
        Glass.builtIn().lay(this, saved, model)
        scope.launch { model.state.collect(::follow) }
        scope.launch { askOnce() }
        // Not the intent of an Activity that is only made anew.
        if (saved == null) take(intent)
    }

    override fun onStart() {
        super.onStart()
        phone.deeds.attach(hands)
        model.on(AppEvent.Shown)
    }

    override fun onStop() {
        phone.deeds.detach(hands)
        if (!isChangingConfigurations) {
            model.on(AppEvent.Hidden)
            // From now on an alarm wakes the phone for what is to be told next.
            phone.scope.launch { phone.tell() }
        }
        super.onStop()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        out.putString(ROUTES, model.saved())
        hands.save(out)
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        take(intent)
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    @Deprecated("As Android has it")
    override fun onBackPressed() {
        val state = model.state.value
        if (state.gate == Gate.Open && state.canGoBack) {
            model.on(AppEvent.Back)
        } else {
            // To the background: the process, with the store open, is kept as long as there is room.
            moveTaskToBack(true)
        }
    }

    @Deprecated("As Android has it")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) = hands.answered(request, result, data)

    override fun onRequestPermissionsResult(request: Int, names: Array<String>, results: IntArray) = hands.permitted(results)

    /** A notification was touched, or an invitation's QR picture was read by the phone's camera. */
    private fun take(intent: Intent) {
        val alert = intent.getStringExtra(ALERT)
        val invitation = intent.data?.takeIf { intent.action == Intent.ACTION_VIEW && it.scheme == "qiaomen" }?.toString()
        when {
            // Behind whatever the gate is: it opens once that is open.
            alert != null -> model.on(AppEvent.OpenAlert(alert))
            intent.getStringExtra(TAB) == SYNC -> whenAt({ it == Gate.Open }, AppEvent.Choose(Tab.Sync))
            // On a phone that belongs to somebody it means nothing.
            invitation != null -> whenAt({ it == Gate.Enrolling }, AppEvent.Scanned(invitation))
        }
    }

    // Once the store is open, or the worker has shown that it is they.
    private fun whenAt(gate: (Gate) -> Boolean, event: AppEvent) {
        scope.launch {
            model.state.first { gate(it.gate) }
            model.on(event)
        }
    }

    private fun follow(state: AppState) {
        val screen = state.screen.takeIf { state.gate == Gate.Open }
        if (screen is Screen.Dossier) {
            window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        } else {
            window.clearFlags(WindowManager.LayoutParams.FLAG_SECURE)
        }
        if (screen is Screen.Alert) phone.notifier.seen(screen.state.id)
        dress(state.look.theme)
    }

    // The bars of the system are not the screens' to draw.
    private fun dress(theme: Theme) {
        val phone = resources.configuration
        val wanted = when (theme) {
            Theme.System -> phone.uiMode and Configuration.UI_MODE_NIGHT_MASK == Configuration.UI_MODE_NIGHT_YES
            Theme.Light -> false
            Theme.Dark -> true
        }
        if (night == wanted) return
        night = wanted
        val mode = if (wanted) Configuration.UI_MODE_NIGHT_YES else Configuration.UI_MODE_NIGHT_NO
        val colours = createConfigurationContext(
            Configuration(phone).apply { uiMode = uiMode and Configuration.UI_MODE_NIGHT_MASK.inv() or mode },
        )
        val ground = colours.getColor(R.color.ground)
        window.setBackgroundDrawable(ColorDrawable(ground))
        window.statusBarColor = ground
        window.navigationBarColor = ground
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val both = WindowInsetsController.APPEARANCE_LIGHT_STATUS_BARS or WindowInsetsController.APPEARANCE_LIGHT_NAVIGATION_BARS
            window.insetsController?.setSystemBarsAppearance(if (wanted) 0 else both, both)
        } else {
            @Suppress("DEPRECATION")
            window.decorView.systemUiVisibility =
                if (wanted) 0 else View.SYSTEM_UI_FLAG_LIGHT_STATUS_BAR or View.SYSTEM_UI_FLAG_LIGHT_NAVIGATION_BAR
        }
    }

    // Once in this installation, and not before the phone belongs to somebody.
    private suspend fun askOnce() {
        model.state.map { it.gate }.distinctUntilChanged().first { it == Gate.Open }
        val book = PlanBook(this)
        if (phone.notifier.isAllowed() || book.askedForNotifications) return
        book.askedForNotifications = true
        hands.askForNotifications()
    }

    companion object {
        /** A notification was touched: about the alert [ALERT], or leading to the tab [TAB]. */
        const val NOTICE = "qiaomen.app.NOTICE"
        const val ALERT = "alert"
        const val TAB = "tab"
        const val TODAY = "today"
        const val SYNC = "sync"
        private const val ROUTES = "routes"
    }
}
