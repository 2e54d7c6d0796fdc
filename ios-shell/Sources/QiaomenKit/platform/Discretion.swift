// What others must not see of the glass: the picture that the list of apps shows, and a dossier that is filmed off the screen.
//
// An iPhone lets no app forbid pictures of the screen; it tells of them afterwards, and of films while they are made.
public enum Discretion {
    /// Whether a cover lies over everything.
    public static func covers(_ state: AppState, inFront: Bool, filmed: Bool) -> Bool {
        !inFront || (filmed && isDossier(state))
    }

    /// What is said after a picture was taken of this; none where workers show each other how to use the app.
    public static func remark(_ state: AppState, _ words: Words) -> String? {
        guard state.gate == .open else { return nil }
        return switch state.screen {
        case .dossier, .alert, .household, .visit, .pledge, .paste, .conflicts, .correct: words("iphone.screenshot")
        case .enrol, .today, .doors, .sync, .settings: nil
        }
    }

    private static func isDossier(_ state: AppState) -> Bool {
        guard state.gate == .open, case .dossier = state.screen else { return false }
        return true
    }
}
