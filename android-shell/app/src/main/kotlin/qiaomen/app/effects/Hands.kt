// What the Activity does for the model: asks other apps, asks for permissions, and brings back the answers.
//
// Invariants: every permission is explained before it is asked for, and the worker can go on without it; whatever other apps are not
// there, something sensible happens and is said; what waits for an answer survives the Activity's being made anew, but a file's
// text, which is nobody else's business, stays in memory alone.
package qiaomen.app.effects

import android.Manifest
import android.app.Activity
import android.app.AlertDialog
import android.app.KeyguardManager
import android.content.ActivityNotFoundException
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.provider.DocumentsContract
import android.provider.Settings
import android.util.Log
import android.widget.Toast
import java.io.IOException
import java.time.LocalDateTime
import java.time.format.DateTimeFormatter
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import qiaomen.app.notice.tell
import qiaomen.app.shell
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Effect

/** The hands of one Activity. `told` takes what comes back. */
class Hands(private val activity: Activity, private val told: (AppEvent) -> Unit) {
    private val words get() = activity.shell.words
    private val gallery = Gallery(activity.contentResolver)
    private val place = Place(activity)

    /** Where the recording that is being made goes. */
    private var recording: Uri? = null

    /** What to do once the permission that was asked for is granted. */
    private var asked: Permission? = null

    /** Takes up what an Activity before this one waited for. */
    fun restore(saved: Bundle?) {
        recording = saved?.getString(RECORDING)?.let(Uri::parse)
        asked = saved?.getString(ASKED)?.let { name -> Permission.entries.find { it.name == name } }
    }

    fun save(out: Bundle) {
        out.putString(RECORDING, recording?.toString())
        out.putString(ASKED, asked?.name)
    }

    /** Does what needs an Activity. */
    fun perform(effect: Effect) {
        when (effect) {
            is Effect.Call -> if (!start(Intents.call(effect.number))) instead(effect.number, "shell.call.none")
            is Effect.Map -> if (Intents.maps(effect.latitude, effect.longitude, effect.label).none(::start)) instead(effect.label, "shell.map.none")
            is Effect.Share -> if (!start(Intents.share(effect.text))) instead(effect.text, "shell.share.none")
            is Effect.SaveFile -> saveFile(effect)
            Effect.Scan -> if (!start(Intents.scan(), SCAN)) scanOtherwise()
            Effect.RecordVideo -> whenAllowed(Permission.Recordings) { record() }
            Effect.Locate -> whenAllowed(Permission.Place) { locate() }
            Effect.ConfirmPerson -> confirmPerson()
            // What needs no Activity was done without one.
            is Effect.Copy, is Effect.Schedule -> Unit
        }
    }

    /** Asks for notifications, once it has been said what for; where Android does not ask, the settings are offered. */
    fun askForNotifications() {
        if (Permission.Notifications.isGranted(activity)) toSettings(Permission.Notifications)
        else whenAllowed(Permission.Notifications) { notificationsGranted() }
    }

    /** What another app answered. */
    fun answered(request: Int, result: Int, data: Intent?) {
        val done = result == Activity.RESULT_OK
        when (request) {
            SCAN -> if (done) Intents.scanned(data)?.let { told(AppEvent.Scanned(it)) }
            SAVE -> saved(data?.data.takeIf { done })
            RECORD -> recorded(done)
            SOUND -> if (done) heard(data?.data)
            CONFIRM -> if (done) told(AppEvent.Unlocked)
        }
    }

    /** What the worker said to a permission. */
    fun permitted(results: IntArray) {
        val permission = asked ?: return
        asked = null
        // Either place will do: the worker may give the rough one alone.
        if (results.any { it == PackageManager.PERMISSION_GRANTED }) {
            granted(permission)
        } else if (!permission.names().any(activity::shouldShowRequestPermissionRationale)) {
            // Android will not ask again.
            toSettings(permission)
        }
    }

    private fun whenAllowed(permission: Permission, go: () -> Unit) {
        if (permission.isGranted(activity)) return go()
        dialog(permission.title, permission.why)
            .setPositiveButton(words("shell.allow")) { _, _ ->
                asked = permission
                activity.requestPermissions(permission.names(), PERMISSION)
            }
            .setNegativeButton(words("shell.later"), null)
            .show()
    }

    private fun granted(permission: Permission) = when (permission) {
        Permission.Place -> locate()
        Permission.Recordings -> record()
        Permission.Notifications -> notificationsGranted()
    }

    private fun toSettings(permission: Permission) {
        dialog(permission.title, permission.refused)
            .setPositiveButton(words("shell.settings")) { _, _ ->
                start(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", activity.packageName, null)))
            }
            .setNegativeButton(words("shell.later"), null)
            .show()
    }

    private fun notificationsGranted() {
        // What could not be shown before is told now.
        val shell = activity.shell
        shell.scope.launch { shell.tell() }
    }

    private fun saveFile(effect: Effect.SaveFile) {
        file = effect.text
        if (!start(Intents.saveFile(effect.name), SAVE)) {
            file = null
            say("shell.saveFailed")
        }
    }

    private fun saved(place: Uri?) {
        val text = file
        file = null
        if (place == null) return
        val shell = activity.shell
        val content = activity.contentResolver
        shell.scope.launch {
            val written = withContext(shell.work) {
                try {
                    // None after the process was ended meanwhile.
                    val out = text?.let { content.openOutputStream(place) } ?: throw IOException("nothing to write, or nowhere")
                    out.use { it.write(text.encodeToByteArray()) }
                    true
                } catch (failed: IOException) {
                    Log.w("qiaomen", "a file was not written: ${failed.javaClass.simpleName}")
                    // Not half a file.
                    runCatching { DocumentsContract.deleteDocument(content, place) }
                    false
                }
            }
            say(if (written) "shell.saved" else "shell.saveFailed")
        }
    }

    private fun scanOtherwise() {
        val copied = clipped(activity)?.takeIf { it.startsWith("qiaomen:") }
        val said = if (copied == null) "shell.scan.how" else "shell.scan.paste"
        val dialog = dialog("shell.scan.title", said)
        if (copied == null) {
            dialog.setPositiveButton(words("shell.understood"), null)
        } else {
            dialog.setPositiveButton(words("shell.use")) { _, _ -> told(AppEvent.Scanned(copied)) }
                .setNegativeButton(words("shell.cancel"), null)
        }
        dialog.show()
    }

    private fun record() {
        val name = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))
        val place = gallery.room("敲门-$name.mp4")
        if (place == null) return say("shell.camera.none")
        recording = place
        if (!start(Intents.video(place), RECORD)) {
            recording = null
            gallery.takeOut(place)
            say(if (start(Intents.sound(), SOUND)) "shell.recorder.instead" else "shell.camera.none")
        }
    }

    /** The recorder made sound, and says which it is; some say nothing, or let nobody look. */
    private fun heard(place: Uri?) = noted(
        try {
            place?.let(gallery::name)
        } catch (_: SecurityException) {
            null
        },
    )

    /** There is a recording, whatever it is called: who does not know its name is asked for it. */
    private fun noted(name: String?) {
        if (name == null) say("shell.recorder.unnamed")
        told(AppEvent.Recorded(name.orEmpty()))
    }

    private fun recorded(done: Boolean) {
        val place = recording ?: return
        recording = null
        if (!done) return gallery.takeOut(place)
        noted(gallery.name(place))
    }

    private fun locate() {
        place.find { found ->
            when (found) {
                is Place.Found.Here -> told(AppEvent.Positioned(found.latitude, found.longitude, found.accuracyMetres, "wgs84"))
                Place.Found.SwitchedOff -> say("shell.place.off")
                Place.Found.Nowhere -> say("shell.place.none")
            }
        }
    }

    private fun confirmPerson() {
        val keyguard = activity.getSystemService(KeyguardManager::class.java)
        @Suppress("DEPRECATION") // What took its place needs a finger or a face, or androidx.
        val ask = keyguard.createConfirmDeviceCredentialIntent(words("shell.lock.title"), words("shell.lock.why"))
        if (ask == null || !start(ask, CONFIRM)) {
            // A phone without a lock can prove nothing: keeping its owner out would keep nobody else out.
            say("shell.lock.none")
            told(AppEvent.Unlocked)
        }
    }

    private fun instead(text: String, said: String) {
        copy(activity, text)
        say(said)
    }

    private fun start(intent: Intent): Boolean = begun { activity.startActivity(intent) }

    @Suppress("DEPRECATION") // What took its place is androidx's.
    private fun start(intent: Intent, request: Int): Boolean = begun { activity.startActivityForResult(intent, request) }

    // Asked for without looking first: looking would need every app's name in the manifest.
    private fun begun(go: () -> Unit): Boolean = try {
        go()
        true
    } catch (_: ActivityNotFoundException) {
        false
    } catch (_: SecurityException) {
        // It is there, but not for others.
        false
    }

    private fun dialog(title: String, text: String) =
        AlertDialog.Builder(activity).setTitle(words(title)).setMessage(words(text))

    private fun say(key: String) = Toast.makeText(activity, words(key), Toast.LENGTH_LONG).show()

    /** A permission, with what is said about it. */
    private enum class Permission(val title: String, val why: String, val refused: String) {
        Place("shell.place.title", "shell.place.why", "shell.place.settings"),
        Recordings("shell.recordings.title", "shell.recordings.why", "shell.recordings.why"),
        Notifications("shell.notifications.title", "shell.notifications.why", "shell.notifications.settings"),
        ;

        /** What Android calls it; none where this Android does not ask for it. */
        fun names(): Array<String> = when (this) {
            Place -> arrayOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
            Recordings ->
                if (Build.VERSION.SDK_INT < Build.VERSION_CODES.Q) arrayOf(Manifest.permission.WRITE_EXTERNAL_STORAGE) else emptyArray()
            Notifications ->
                if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) arrayOf(Manifest.permission.POST_NOTIFICATIONS) else emptyArray()
        }

        fun isGranted(activity: Activity): Boolean = names().let { names ->
            names.isEmpty() || names.any { activity.checkSelfPermission(it) == PackageManager.PERMISSION_GRANTED }
        }
    }

    private companion object {
        const val SCAN = 1
        const val SAVE = 2
        const val RECORD = 3
        const val CONFIRM = 4
        const val PERMISSION = 5
        const val SOUND = 6
        const val RECORDING = "recording"
        const val ASKED = "asked"

        /** What is to be written once it is known where to: of the process, so that a turned phone does not lose it. */
        var file: String? = null
    }
}
