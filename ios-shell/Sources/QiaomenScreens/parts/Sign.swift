// Icons: the phone's own symbols.
//
// Invariant: an icon never says anything alone; whoever has the screen read aloud hears the words beside it.
import SwiftUI

/// What an icon stands for, with the symbol's name.
enum Sign: String {
    case again = "arrow.clockwise"
    case back = "chevron.backward"
    case badge = "person.text.rectangle"
    case bell = "bell.fill"
    case bin = "trash"
    case book = "book"
    case clock
    case close = "xmark"
    case copy = "doc.on.doc"
    case door = "door.left.hand.closed"
    case exchange = "arrow.triangle.2.circlepath"
    case file = "doc.text"
    case flag
    case fork = "arrow.triangle.branch"
    case handOver = "arrow.left.arrow.right"
    case handset = "phone.fill"
    case info = "info.circle"
    case knock = "hand.raised.fill"
    case locked = "lock.fill"
    case money = "yensign.circle"
    case next = "chevron.forward"
    case pause
    case pencil
    case people = "person.2.fill"
    case person
    case photo = "camera"
    case pin = "mappin.and.ellipse"
    case plus
    case recorder = "video.fill"
    case refused = "exclamationmark.octagon"
    case scan = "qrcode.viewfinder"
    case script = "text.bubble"
    case search = "magnifyingglass"
    case share = "square.and.arrow.up"
    case signature
    case stop = "hand.raised.slash"
    case storage = "internaldrive"
    case tick = "checkmark"
    case ticks = "checkmark.seal"
    case today = "list.bullet.clipboard"
    case undo = "arrow.uturn.backward"
    case waiting = "paperplane"
    case warning = "exclamationmark.triangle.fill"
}

/// An icon.
struct SignView: View {
    let sign: Sign
    var colour: Ink?
    var font: Font = Letters.body
    @Environment(\.tone) private var tone

    init(_ sign: Sign, _ colour: Ink? = nil, font: Font = Letters.body) {
        self.sign = sign
        self.colour = colour
        self.font = font
    }

    var body: some View {
        Image(systemName: sign.rawValue)
            .font(font)
            .foregroundStyle((colour ?? tone.ink).colour)
            .accessibilityHidden(true)
    }
}
