// Pictures that are kept, and how a new one is compared with them.
//
// Kept ones are small: a palette of at most 256 colours, made by dropping bits, which the comparison forgives. A pixel
// differs where a channel differs by more than CHANNEL; so few may differ that one changed word shows. Recorded anew by
// `android-shell/test --record`.

package qiaomen.ui.pictures

import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.IIOImage
import javax.imageio.ImageIO
import javax.imageio.ImageWriteParam
import kotlin.math.abs

/** By how much a channel may differ: the dropped bits, and what another processor rounds otherwise. */
private const val CHANNEL = 40

/** Which part of the pixels may differ: far less than the half per cent that would let a word pass. */
const val TOLERANCE = 0.0002

/** Where pictures are kept, where new ones are written, and whether new ones are to be kept. */
object Goldens {
    private val kept = File(checkNotNull(System.getProperty("qiaomen.goldens.dir")))
    private val written = File(checkNotNull(System.getProperty("qiaomen.pictures.dir")))
    private val record = System.getProperty("qiaomen.goldens") == "record"

    /** Writes the picture, and says what is wrong with it; null where nothing is. */
    fun check(name: String, picture: BufferedImage): String? {
        write(name, picture)
        val file = kept.resolve("$name.png")
        if (record) {
            // What looks the same stays the same file.
            if (!file.exists() || difference(ImageIO.read(file), picture) > 0.0) save(file, palette(picture), small = true)
            return null
        }
        if (!file.exists()) return "$name is new: look at $written/$name.png, then android-shell/test --record"
        val part = difference(ImageIO.read(file), picture)
        if (part <= TOLERANCE) return null
        return "$name differs from its kept picture by %.3f %% of its pixels: compare $written/$name.png with $file".format(part * 100)
    }

    /** Only writes it, to be looked at. */
    fun write(name: String, picture: BufferedImage) = save(written.resolve("$name.png"), picture)

    private fun save(file: File, picture: BufferedImage, small: Boolean = false) {
        file.parentFile.mkdirs()
        file.delete()
        val writer = ImageIO.getImageWritersByFormatName("png").next()
        val how = writer.defaultWriteParam
        how.compressionMode = ImageWriteParam.MODE_EXPLICIT
        how.compressionQuality = if (small) 0f else 0.7f
        ImageIO.createImageOutputStream(file).use { stream ->
            writer.output = stream
            writer.write(null, IIOImage(picture, null, null), how)
        }
        writer.dispose()
    }
}

/** Which part of the pixels differ; all of them where the sizes do. */
fun difference(one: BufferedImage, other: BufferedImage): Double {
    if (one.width != other.width || one.height != other.height) return 1.0
    val (a, b) = listOf(one, other).map { it.getRGB(0, 0, it.width, it.height, null, 0, it.width) }
    var count = 0
    for (at in a.indices) {
        val (x, y) = a[at] to b[at]
        if (x != y && (0..16 step 8).any { abs((x shr it and 255) - (y shr it and 255)) > CHANNEL }) count++
    }
    return count.toDouble() / a.size
}

/** The same picture in at most 256 colours. */
fun palette(picture: BufferedImage): BufferedImage {
    val pixels = picture.getRGB(0, 0, picture.width, picture.height, null, 0, picture.width)
    for (bits in 5..6) {
        // The middle of what is dropped, so that no channel moves by more than half of it.
        val keep = (0xff shl bits) and 0xff
        val half = 1 shl (bits - 1)
        val mask = keep or (keep shl 8) or (keep shl 16)
        val add = half or (half shl 8) or (half shl 16)
        val counts = HashMap<Int, Int>()
        for (pixel in pixels) counts.merge(pixel and mask, 1, Int::plus)
        if (counts.size > 256) continue
        // The commonest first: it packs better.
        val colours = counts.entries.sortedWith(compareBy({ -it.value }, { it.key })).withIndex().associate { (at, entry) -> entry.key to at }
        val table = IntArray(colours.size)
        for ((colour, index) in colours) table[index] = colour or add or (0xff shl 24)
        val depth = when {
            table.size <= 2 -> 1
            table.size <= 4 -> 2
            table.size <= 16 -> 4
            else -> 8
        }
        val model = IndexColorModel(depth, table.size, table, 0, false, -1, 0)
        val made = BufferedImage(picture.width, picture.height, if (depth == 8) BufferedImage.TYPE_BYTE_INDEXED else BufferedImage.TYPE_BYTE_BINARY, model)
        val raster = made.raster
        raster.setPixels(0, 0, made.width, made.height, IntArray(pixels.size) { colours.getValue(pixels[it] and mask) })
        return made
    }
    error("a picture of too many colours")
}
