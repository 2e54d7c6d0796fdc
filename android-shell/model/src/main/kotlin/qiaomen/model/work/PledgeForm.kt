// A pledge as it is being signed, and the record it becomes.
//
// Invariants: pure; a signature is kept as its points with their times; the words that were shown are the ones named.
package qiaomen.model.work

import kotlinx.serialization.Serializable
import qiaomen.core.Pledge
import qiaomen.core.PledgeWords
import qiaomen.core.Proxy
import qiaomen.core.Signature
import qiaomen.core.SignaturePoint
import qiaomen.core.Stroke
import qiaomen.model.Words
import qiaomen.model.state.FieldError
import qiaomen.model.state.PledgeMode
import qiaomen.model.state.PledgeState
import qiaomen.model.state.SignPoint

/** What is kept of a pledge while it is being signed. */
@Serializable
data class PledgeForm(
    val resident: String? = null,
    val mode: PledgeMode = PledgeMode.Screen,
    val strokes: List<List<SignPoint>> = emptyList(),
    val witness: String = "",
    val forAnother: Boolean = false,
    val proxyName: String = "",
    val proxyRelation: String = "",
    val archiveNumber: String = "",
    val note: String = "",
)

fun PledgeState.form(): PledgeForm = PledgeForm(
    residents.find { it.chosen }?.code, mode, strokes, witness, forAnother, proxyName, proxyRelation, archiveNumber, note,
)

fun PledgeState.with(form: PledgeForm): PledgeState = copy(
    mode = form.mode, strokes = form.strokes, witness = form.witness, forAnother = form.forAnother, proxyName = form.proxyName,
    proxyRelation = form.proxyRelation, archiveNumber = form.archiveNumber, note = form.note,
)

/** What is missing. */
fun Words.errors(form: PledgeForm): List<FieldError> = buildList {
    if (form.resident == null) add(FieldError("residents", this@errors("pledge.residentMissing")))
    if (form.mode == PledgeMode.Screen && !form.signed) add(FieldError("strokes", this@errors("pledge.signatureMissing")))
    if (form.forAnother && form.proxyName.isBlank()) add(FieldError("proxyName", this@errors("pledge.proxyNameMissing")))
    if (form.forAnother && form.proxyRelation.isBlank()) add(FieldError("proxyRelation", this@errors("pledge.proxyRelationMissing")))
    if (form.mode == PledgeMode.Paper && form.archiveNumber.isBlank()) add(FieldError("archiveNumber", this@errors("pledge.archiveNumberMissing")))
}

/** Whether there is a line and not only a touch. */
val PledgeForm.signed: Boolean get() = strokes.sumOf { it.size } >= 3

/** The record; [words] are those that were shown. */
fun PledgeForm.record(household: String, words: PledgeWords, now: Long): Pledge = Pledge(
    household = household,
    resident = checkNotNull(resident),
    template = words.template,
    version = words.version,
    at = now,
    signature = if (mode == PledgeMode.Screen) signature(strokes) else null,
    proxy = if (forAnother) Proxy(proxyName.trim(), proxyRelation.trim().ifEmpty { null }) else null,
    witness = witness.trim().ifEmpty { null },
    archiveNumber = if (mode == PledgeMode.Paper) archiveNumber.trim().ifEmpty { null } else null,
    corrects = null,
    void = false,
    note = note.trim().ifEmpty { null },
)

/** The core takes no times that run backwards, as those of a pad do that was wiped. */
private fun signature(strokes: List<List<SignPoint>>): Signature {
    var last = 0
    return Signature(
        strokes.filter { it.isNotEmpty() }.map { points ->
            Stroke(
                points.map { at ->
                    last = at.millis.coerceIn(last, HOUR)
                    SignaturePoint(at.x.coerceIn(0, ACROSS).toUInt(), at.y.coerceIn(0, DOWN).toUInt(), last.toUInt())
                },
            )
        },
    )
}

/**
 * Another stroke, thinned so that every signature fits into its record: what lies nearer than a hair to the point before is
 * left out, and a stroke that would be too much is not taken.
 */
fun PledgeForm.drawn(points: List<SignPoint>): PledgeForm {
    val thin = points.filterIndexed { at, point ->
        at == 0 || at == points.lastIndex || points[at - 1].let { before -> maxOf(kotlin.math.abs(before.x - point.x), kotlin.math.abs(before.y - point.y)) >= HAIR }
    }
    return if (thin.isEmpty() || strokes.sumOf { it.size } + thin.size > MOST_POINTS) this else copy(strokes = strokes + listOf(thin))
}

/** How far a point may lie from the pad's corner, in ten-thousandths of its width. */
private const val ACROSS = 10_000
private const val DOWN = 40_000
private const val HOUR = 3_600_000
private const val HAIR = 30

/** At most six bytes a point, and 8 KB a signature. */
private const val MOST_POINTS = 1_300
