// Where recordings go: among the phone's own films, made by the phone's own camera app.
//
// Invariant: the app keeps none of it; what it notes is the name that the worker finds it under. A row for which nothing was
// recorded is taken out again.
package qiaomen.app.effects

import android.content.ContentResolver
import android.content.ContentValues
import android.net.Uri
import android.os.Build
import android.os.Environment
import android.provider.MediaStore

/** Makes room for one recording, and says what it is called. */
internal class Gallery(private val content: ContentResolver) {
    /** A place for a recording called `name`; none where the phone has none to give. */
    fun room(name: String): Uri? {
        val values = ContentValues().apply {
            put(MediaStore.MediaColumns.DISPLAY_NAME, name)
            put(MediaStore.MediaColumns.MIME_TYPE, "video/mp4")
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
                put(MediaStore.MediaColumns.RELATIVE_PATH, "${Environment.DIRECTORY_MOVIES}/Qiaomen")
            }
        }
        return content.insert(MediaStore.Video.Media.EXTERNAL_CONTENT_URI, values)
    }

    /** What it is called now: the phone may have made it another, so that no two are alike. */
    fun name(place: Uri): String? =
        content.query(place, arrayOf(MediaStore.MediaColumns.DISPLAY_NAME), null, null, null)?.use { rows ->
            if (rows.moveToFirst()) rows.getString(0) else null
        }

    fun takeOut(place: Uri) {
        content.delete(place, null, null)
    }
}
