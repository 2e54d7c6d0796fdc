// Where Android finds what lives as long as the process.
package qiaomen.app

import android.app.Application
import android.content.Context

/** The app. Nothing is opened before somebody asks: Android also begins it for no more than a broadcast. */
open class QiaomenApplication : Application() {
    /** Another one only in tests, where a process ends before its JVM does. */
    var phone: PhoneProcess = PhoneProcess(this)
        internal set
}

/** The shell that a context belongs to. */
val Context.shell: Shell get() = (applicationContext as QiaomenApplication).phone
