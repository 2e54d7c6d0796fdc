// What other apps are asked with: pure, one function a wish.
//
// Invariants: what is asked needs no permission; a coordinate always goes with the datum it is in; nothing is put into an address
// that leaves the phone by itself.
package qiaomen.app.effects

import android.content.Intent
import android.net.Uri
import android.provider.MediaStore
import java.util.Locale

/** Intents to other apps; where there are several, the first that somebody answers is meant. */
internal object Intents {
    /** Opens the dialler with the number typed; the worker presses the button. */
    fun call(number: String) = Intent(Intent.ACTION_DIAL, Uri.fromParts("tel", number, null))

    /**
     * Opens a map at WGS-84 coordinates. Map apps in China draw on shifted maps, and some take a bare `geo:` for shifted already: those
     * that can be told the datum come first.
     */
    fun maps(latitude: Double, longitude: Double, label: String): List<Intent> {
        val (lat, lon) = degrees(latitude) to degrees(longitude)
        val name = Uri.encode(label)
        return listOf(
            // dev=1: these are GPS coordinates, to be shifted.
            "androidamap://viewMap?sourceApplication=qiaomen&poiname=$name&lat=$lat&lon=$lon&dev=1",
            "baidumap://map/marker?location=$lat,$lon&title=$name&content=$name&coord_type=wgs84&src=qiaomen",
            "geo:$lat,$lon?q=$lat,$lon($name)",
        ).map { Intent(Intent.ACTION_VIEW, Uri.parse(it)) }
    }

    fun share(text: String): Intent =
        Intent.createChooser(Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, text), null)

    /** Asks where a file is to go; the answer names the place. */
    fun saveFile(name: String) = Intent(Intent.ACTION_CREATE_DOCUMENT)
        .addCategory(Intent.CATEGORY_OPENABLE).setType(if (name.endsWith(".json")) "application/json" else "text/plain")
        .putExtra(Intent.EXTRA_TITLE, name)

    /** What scanner apps on Android have long answered. */
    fun scan() = Intent(SCAN).putExtra("SCAN_MODE", "QR_CODE_MODE")

    /** The text in a scanner's answer. */
    fun scanned(answer: Intent?): String? = answer?.getStringExtra("SCAN_RESULT")

    /** Sound and picture, as the rule wants a dissuasion recorded (Q6); the phone's camera makes it. */
    fun video(into: Uri): Intent = Intent(MediaStore.ACTION_VIDEO_CAPTURE).putExtra(MediaStore.EXTRA_OUTPUT, into)
        .addFlags(Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION)

    /** Sound alone, where no app makes films: less than the rule wants, and more than nothing. The recorder keeps it as its own. */
    fun sound() = Intent(MediaStore.Audio.Media.RECORD_SOUND_ACTION)

    // A point, whatever the phone's language writes; a hundred-thousandth of a degree is a metre.
    private fun degrees(value: Double) = String.format(Locale.ROOT, "%.6f", value)

    private const val SCAN = "com.google.zxing.client.android.SCAN"
}
