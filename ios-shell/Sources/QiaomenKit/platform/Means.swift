// What the phone's own frameworks can do for the app, one function a wish: which of them, in what order and what is said comes
// from `Deeds`, so that it is tested without a phone.
//
// Invariant: each answers in the end, whatever the person does; what is taken off the glass by `withdraw` answers as if it had
// been given up.
import Foundation

/// Something that the phone asks the person for on the app's behalf.
public enum Permission: String, CaseIterable, Sendable {
    case notifications
    case place
    case camera
    case microphone
    /// To put recordings among the phone's pictures; not to look at those that are there.
    case pictures
}

/// How a permission stands.
public enum Standing: Sendable {
    case notAsked
    case allowed
    /// Refused, or not the person's to give: only the phone's settings can change it.
    case refused
}

/// What came of scanning a picture.
public enum Scanned: Equatable, Sendable {
    case text(String)
    case givenUp
    /// There is no camera that can, or somebody else has it.
    case cannot
}

/// What came of making a recording.
public enum Recorded: Equatable, Sendable {
    /// It is among the phone's pictures, under the name that was asked for.
    case kept
    case givenUp
    case cannot
    /// It was made and could not be kept.
    case lost
}

/// What came of giving a file away.
public enum Saved: Equatable, Sendable {
    case saved
    case givenUp
    case failed
}

/// Where the phone is.
public enum Located: Equatable, Sendable {
    case here(latitude: Double, longitude: Double, accuracyMetres: Int?)
    case switchedOff
    case nowhere
}

/// Whether the person showed the phone that it is they.
public enum Confirmed: Equatable, Sendable {
    case yes
    case notNow
    /// The phone has no lock of its own.
    case noLock
}

@MainActor
public protocol Means: AnyObject {
    /// Opens another app; false where none takes the address.
    func open(_ address: String) async -> Bool
    /// Puts a text where the person pastes from, on this phone alone.
    func copy(_ text: String)
    /// Offers a text to other apps; false where that cannot be shown.
    func share(_ text: String) async -> Bool
    /// Asks where a file is to go, and writes it there.
    func save(_ text: String, as name: String) async -> Saved
    /// `how` stands over the picture, `close` on the button that gives up.
    func scan(_ how: String, close: String) async -> Scanned
    /// Has the person film, and keeps it among the phone's pictures.
    func record(as name: String) async -> Recorded
    func locate() async -> Located
    func confirmPerson(_ why: String) async -> Confirmed

    func standing(of permission: Permission) async -> Standing
    /// Has the phone ask; true where the person allowed it.
    func ask(for permission: Permission) async -> Bool
    /// Says something and offers to do something about it; false where it was declined.
    func offer(_ title: String, _ text: String, yes: String, no: String) async -> Bool
    /// The app's page of the phone's settings.
    func openSettings()
    /// Takes everything that these show off the glass.
    func withdraw()
}
