// Puts Compose into the Activity: the only file that knows both.
//
// The Activity is Android's plain one, so that what is tested is what is shipped; what Compose asks of an Activity of androidx's
// (that it says when it is seen, and keeps what scrolled where) this does.
package qiaomen.app.compose

import android.app.Activity
import android.app.Application
import android.os.Bundle
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.platform.ComposeView
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.LifecycleRegistry
import androidx.lifecycle.setViewTreeLifecycleOwner
import androidx.savedstate.SavedStateRegistry
import androidx.savedstate.SavedStateRegistryController
import androidx.savedstate.SavedStateRegistryOwner
import androidx.savedstate.setViewTreeSavedStateRegistryOwner
import qiaomen.app.Glass
import qiaomen.model.PhoneModel
import qiaomen.model.Words
import qiaomen.ui.PhoneApp
import qiaomen.ui.ModelEvents

/** The screens, drawn by Compose. Found through META-INF/services. */
class ComposeGlass : Glass {
    override fun lay(activity: Activity, saved: Bundle?, model: PhoneModel) {
        val owner = ActivityOwner(activity, saved)
        // Dialogs and menus look for it at the window's root.
        activity.window.decorView.setViewTreeLifecycleOwner(owner)
        activity.window.decorView.setViewTreeSavedStateRegistryOwner(owner)
        val events = ModelEvents(model)
        activity.setContentView(
            ComposeView(activity).apply {
                setContent {
                    val state by model.state.collectAsState()
                    val words = remember(state.look.language) { Words(state.look.language) }
                    PhoneApp(state, words, System::currentTimeMillis, events)
                }
            },
        )
    }
}

/** Stands for what an Activity of androidx's would be to Compose. */
private class ActivityOwner(private val activity: Activity, saved: Bundle?) :
    SavedStateRegistryOwner, Application.ActivityLifecycleCallbacks {
    private val seen = LifecycleRegistry(this)
    private val kept = SavedStateRegistryController.create(this)

    override val lifecycle: Lifecycle get() = seen
    override val savedStateRegistry: SavedStateRegistry get() = kept.savedStateRegistry

    init {
        kept.performRestore(saved)
        seen.handleLifecycleEvent(Lifecycle.Event.ON_CREATE)
        activity.application.registerActivityLifecycleCallbacks(this)
    }

    private fun hear(activity: Activity, event: Lifecycle.Event) {
        if (activity === this.activity) seen.handleLifecycleEvent(event)
    }

    override fun onActivityCreated(activity: Activity, saved: Bundle?) = Unit
    override fun onActivityStarted(activity: Activity) = hear(activity, Lifecycle.Event.ON_START)
    override fun onActivityResumed(activity: Activity) = hear(activity, Lifecycle.Event.ON_RESUME)
    override fun onActivityPaused(activity: Activity) = hear(activity, Lifecycle.Event.ON_PAUSE)
    override fun onActivityStopped(activity: Activity) = hear(activity, Lifecycle.Event.ON_STOP)
    override fun onActivitySaveInstanceState(activity: Activity, out: Bundle) {
        if (activity === this.activity) kept.performSave(out)
    }

    override fun onActivityDestroyed(activity: Activity) {
        hear(activity, Lifecycle.Event.ON_DESTROY)
        if (activity === this.activity) activity.application.unregisterActivityLifecycleCallbacks(this)
    }
}
