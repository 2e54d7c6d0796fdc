// Places for map apps.
//
// Invariant: the core converts; what it cannot convert goes to no map app.
package qiaomen.model.work

import qiaomen.core.Datum
import qiaomen.core.Position
import qiaomen.core.positionAs

/** Degrees north and east in the datum of map apps; none where the position's own is not known. */
fun wgs84(position: Position): Pair<Double, Double>? =
    positionAs(position, Datum.Wgs84)?.let { it.latitude / 1e7 to it.longitude / 1e7 }
