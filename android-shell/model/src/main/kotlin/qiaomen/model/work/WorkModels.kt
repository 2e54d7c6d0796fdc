// Which model shows which route of the daily work.
package qiaomen.model.work

import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel

internal fun workModel(route: Route, desk: Desk): ScreenModel<*, *> = when (route) {
    is Route.Alert -> AlertModel(desk, route)
    Route.Paste -> PasteModel(desk)
    is Route.Dossier -> DossierModel(desk, route)
    is Route.Conflicts -> ConflictsModel(desk, route)
    Route.Doors -> DoorsModel(desk)
    is Route.Household -> HouseholdModel(desk, route)
    is Route.Visit -> VisitModel(desk, route)
    is Route.Pledge -> PledgeModel(desk, route)
    Route.Enrol, Route.Today, Route.Sync, Route.Settings, is Route.Correct -> error("the frame's own: $route")
}
