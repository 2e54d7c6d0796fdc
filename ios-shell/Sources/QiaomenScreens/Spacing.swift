// One scale for every distance on the glass, so that screens stand alike.

/// Distances in points.
enum Spacing {
    static let hair = 2.0
    static let small = 4.0
    static let row = 8.0
    static let block = 12.0
    static let edge = 16.0
    static let section = 24.0
    /// The least height of what can be touched.
    static let touch = 48.0
}
