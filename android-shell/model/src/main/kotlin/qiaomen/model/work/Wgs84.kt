// Places for map apps.
//
// Invariant: the core converts; what it cannot convert goes to no map app.
package qiaomen.model.work

import qiaomen.core.Datum
import qiaomen.core.Position

/** Degrees north and east in the datum of map apps; none where the position's own is not known. */
fun wgs84(position: Position): Pair<Double, Double>? =
    if (position.datum == Datum.Wgs84) position.latitude / 1e7 to position.longitude / 1e7 else null
