// One thing at a time over the app's window, that answers once.
//
// Invariant: whoever waits hears: of what the person did, of its being taken away, or that nothing can be shown.
import UIKit

/// An answer that is given once.
@MainActor
final class Once<Answer: Sendable> {
    private var waiting: CheckedContinuation<Answer, Never>?

    init(_ waiting: CheckedContinuation<Answer, Never>) { self.waiting = waiting }

    func give(_ answer: Answer) {
        waiting?.resume(returning: answer)
        waiting = nil
    }
}

@MainActor
final class Stage {
    private var takeAway: (@MainActor () -> Void)?
    /// Those that controllers tell, which they do not hold themselves.
    private var kept: AnyObject?

    func keep(_ answers: AnyObject) { kept = answers }

    /// Shows a controller until it gives its answer; `shown` is called once it is seen.
    func show<Answer: Sendable>(
        cannot: Answer, givenUp: Answer, shown: (@MainActor () -> Void)? = nil,
        _ make: @MainActor (Once<Answer>) -> UIViewController
    ) async -> Answer {
        let answer: Answer = await withCheckedContinuation { waiting in
            let once = Once(waiting)
            guard let top else { return once.give(cannot) }
            let controller = make(once)
            takeAway = { [weak controller] in
                // What goes by itself is left alone, lest whatever it lies over goes in its place.
                if let controller, !controller.isBeingDismissed {
                    controller.presentingViewController?.dismiss(animated: false, completion: nil)
                }
                once.give(givenUp)
            }
            top.present(controller, animated: true, completion: shown)
        }
        // Alerts and the list of apps go by themselves, cameras and scanners do not.
        takeAway?()
        (takeAway, kept) = (nil, nil)
        return answer
    }

    /// Takes away what is shown; who waits for it hears that it was given up.
    func withdraw() { takeAway?() }

    private var top: UIViewController? {
        let windows = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }.flatMap(\.windows)
        var top = windows.first { $0.windowLevel == .normal }?.rootViewController
        while let next = top?.presentedViewController, !next.isBeingDismissed { top = next }
        return top
    }
}
