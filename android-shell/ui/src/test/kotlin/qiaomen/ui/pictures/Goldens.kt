// Pictures that are kept, and how a new one is compared with them.
//
// Kept ones are small: a palette of at most 256 colours, in which the colours of all larger areas are as they were. A pixel
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

/** By how much a channel may differ: what the palette moves, and what another processor rounds otherwise. */
private const val CHANNEL = 24

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
        if (x != y && apart(x, y) > CHANNEL) count++
    }
    return count.toDouble() / a.size
}

/**
 * The same picture in at most 256 colours. Those of the largest areas stay as they are; no other moves by more in any channel
 * than it must, and by less than the comparison forgives.
 */
fun palette(picture: BufferedImage): BufferedImage {
    val pixels = picture.getRGB(0, 0, picture.width, picture.height, null, 0, picture.width)
    val counts = HashMap<Int, Int>()
    for (pixel in pixels) counts.merge(pixel, 1, Int::plus)
    // The commonest first: it packs better, too.
    val colours = counts.entries.sortedWith(compareBy({ -it.value }, { it.key })).map { it.key }
    for (step in 4..CHANNEL / 2 step 2) {
        val (table, places) = within(step, colours) ?: continue
        val depth = when {
            table.size <= 2 -> 1
            table.size <= 4 -> 2
            table.size <= 16 -> 4
            else -> 8
        }
        val model = IndexColorModel(depth, table.size, table.toIntArray(), 0, false, -1, 0)
        val made = BufferedImage(picture.width, picture.height, if (depth == 8) BufferedImage.TYPE_BYTE_INDEXED else BufferedImage.TYPE_BYTE_BINARY, model)
        made.raster.setPixels(0, 0, made.width, made.height, IntArray(pixels.size) { places.getValue(pixels[it]) })
        return made
    }
    error("a picture of too many colours")
}

/** At most 256 of [colours] of which each has one within [step] a channel, and which that is; null where they do not do. */
private fun within(step: Int, colours: List<Int>): Pair<List<Int>, Map<Int, Int>>? {
    val table = ArrayList<Int>()
    val places = HashMap<Int, Int>()
    for (colour in colours) {
        val near = table.indexOfFirst { apart(it, colour) <= step }
        if (near < 0 && table.size == 256) return null
        places[colour] = if (near < 0) table.size.also { table += colour } else near
    }
    return table to places
}

/** By how much two colours differ in the channel in which they differ most. */
private fun apart(one: Int, other: Int): Int = (0..16 step 8).maxOf { abs((one shr it and 255) - (other shr it and 255)) }
