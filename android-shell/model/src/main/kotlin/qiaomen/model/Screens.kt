// Which model shows which route.
package qiaomen.model

import qiaomen.model.screens.CorrectModel
import qiaomen.model.screens.EnrolModel
import qiaomen.model.screens.SettingsModel
import qiaomen.model.screens.SyncModel
import qiaomen.model.screens.TodayModel
import qiaomen.model.work.workModel

internal fun modelOf(route: Route, desk: Desk): ScreenModel<*, *> = when (route) {
    Route.Enrol -> EnrolModel(desk)
    Route.Today -> TodayModel(desk)
    Route.Sync -> SyncModel(desk)
    is Route.Correct -> CorrectModel(desk, route)
    Route.Settings -> SettingsModel(desk)
    is Route.Alert, Route.Paste, is Route.Dossier, is Route.Conflicts, Route.Doors, is Route.Household, is Route.Visit, is Route.Pledge ->
        workModel(route, desk)
}
