// How much room there is where the store lies, and how much of it the app takes.
package qiaomen.app.phone

import android.os.StatFs
import java.io.File

/** The room in a folder of the app's own. */
class Room(private val folder: File) {
    fun freeBytes(): Long = StatFs(folder.path).availableBytes

    fun totalBytes(): Long = StatFs(folder.path).totalBytes

    /** Of everything below the folder. */
    fun usedBytes(): Long = folder.walkBottomUp().filter(File::isFile).sumOf(File::length)
}
