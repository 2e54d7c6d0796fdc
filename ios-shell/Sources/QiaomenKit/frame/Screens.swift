// Which model shows which route.

@MainActor
func modelOf(_ route: Route, _ desk: Desk) -> any ScreenModel {
    fatalError("being written: \(route)")
}
