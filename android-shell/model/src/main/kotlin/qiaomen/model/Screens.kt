// Which model shows which route.
package qiaomen.model

import qiaomen.model.work.workModel

internal fun modelOf(route: Route, desk: Desk): ScreenModel<*, *> = when (route) {
    is Route.Alert, Route.Paste, is Route.Dossier, is Route.Conflicts, Route.Doors, is Route.Household, is Route.Visit, is Route.Pledge ->
        workModel(route, desk)
    else -> error("being written: $route")
}
