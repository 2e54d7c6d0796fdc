// What puts the screens into an Activity. The only one for phones lies in src/compose, which needs androidx for Android.
package qiaomen.app

import android.app.Activity
import android.os.Bundle
import java.util.ServiceLoader
import qiaomen.model.PhoneModel

/** Lays the screens over an Activity's window. */
interface Glass {
    /** From `onCreate`: shows the model's state from now on, until the Activity is destroyed. */
    fun lay(activity: Activity, saved: Bundle?, model: PhoneModel)

    companion object {
        /** The one that was built in. */
        fun builtIn(): Glass = checkNotNull(ServiceLoader.load(Glass::class.java, Glass::class.java.classLoader).firstOrNull()) {
            "no Glass was built in: src/compose is missing from the build"
        }
    }
}
