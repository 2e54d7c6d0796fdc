// Which background work the worker wants: kept outside the store, so that it is known before the store is opened.
//
// Invariant: truth values, nothing about a person.

/// Where short texts are kept by name: the iPhone's own defaults.
public protocol Shelf: AnyObject {
    func text(_ name: String) -> String?
    func put(_ name: String, _ text: String?)
}

/// What `Effect.schedule` said last.
public struct Plan: Equatable, Sendable {
    /// Whether nothing is exchanged by itself over a connection that costs.
    public var unmeteredOnly: Bool
    /// Whether the worker is on duty.
    public var onDuty: Bool

    public init(unmeteredOnly: Bool, onDuty: Bool) {
        self.unmeteredOnly = unmeteredOnly
        self.onDuty = onDuty
    }
}

/// Keeps the plan over restarts.
@MainActor
public final class PlanBook {
    private let shelf: any Shelf

    public init(_ shelf: any Shelf) { self.shelf = shelf }

    /// None before there was any.
    public var plan: Plan? {
        get {
            guard let unmetered = truth("plan.unmeteredOnly") else { return nil }
            return Plan(unmeteredOnly: unmetered, onDuty: truth("plan.onDuty") ?? false)
        }
        set {
            put("plan.unmeteredOnly", newValue?.unmeteredOnly)
            put("plan.onDuty", newValue?.onDuty)
        }
    }

    /// Whether the worker was asked once whether notifications may be shown.
    public var askedForNotifications: Bool {
        get { truth("asked.notifications") ?? false }
        set { put("asked.notifications", newValue) }
    }

    private func truth(_ name: String) -> Bool? { shelf.text(name).map { $0 == "yes" } }

    private func put(_ name: String, _ truth: Bool?) { shelf.put(name, truth.map { $0 ? "yes" : "no" }) }
}
