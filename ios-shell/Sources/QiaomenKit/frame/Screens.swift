// Which model shows which route.

@MainActor
func modelOf(_ route: Route, _ desk: Desk) -> any ScreenModel {
    switch route {
    case .enrol: EnrolModel(desk)
    case .today: TodayModel(desk)
    case .sync: SyncModel(desk)
    case .correct(let item): CorrectModel(desk, item: item)
    case .settings: SettingsModel(desk)
    case .alert(let alert): AlertModel(desk, alert: alert)
    case .paste: PasteModel(desk)
    case .dossier(let alert): DossierModel(desk, alert: alert)
    case .conflicts(let record): ConflictsModel(desk, record: record)
    case .doors: DoorsModel(desk)
    case .household(let id, let grid): HouseholdModel(desk, id: id, grid: grid)
    case .visit(let draft, let household, let alert, let purpose):
        VisitModel(desk, draft: draft, household: household, alert: alert, purpose: purpose)
    case .pledge(let household, let resident): PledgeModel(desk, household: household, resident: resident)
    }
}
