// Which model shows which route.

@MainActor
func modelOf(_ route: Route, _ desk: Desk) -> any ScreenModel {
    switch route {
    case .enrol: EnrolModel(desk)
    case .today: TodayModel(desk)
    case .sync: SyncModel(desk)
    case .correct(let item): CorrectModel(desk, item: item)
    case .settings: SettingsModel(desk)
    default: fatalError("being written: \(route)")
    }
}
