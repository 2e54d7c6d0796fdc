// The signature pad and the QR picture: dark on white paper in any look.
//
// The pad keeps what a finger did as it was done: each stroke's points with their time since the first point of all, both ways
// in ten-thousandths of the pad's width, so that nothing is drawn out of shape. A stroke is told when the finger leaves; until
// then it is only drawn.
import QiaomenKit
import SwiftUI

/// Where a resident signs.
struct SignaturePad: View {
    let strokes: [[SignPoint]]
    let does: @MainActor ([SignPoint]) -> Void
    @State private var present: [SignPoint] = []
    @State private var origin: Date?
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    /// The pad's width; it is half as high.
    static let width = 10_000.0

    var body: some View {
        let paper = tones.paper
        GeometryReader { room in
            ZStack {
                if strokes.isEmpty && present.isEmpty {
                    Say(words("screen.pledge.padHint"), Letters.body, paper.soft, align: .center)
                }
                Canvas { context, size in
                    var line = Path()
                    line.move(to: CGPoint(x: size.width * 0.06, y: size.height * 0.8))
                    line.addLine(to: CGPoint(x: size.width * 0.94, y: size.height * 0.8))
                    context.stroke(line, with: .color(paper.line.colour), lineWidth: 1)
                    for stroke in strokes + [present] {
                        context.stroke(
                            SignaturePad.path(stroke, size.width), with: .color(paper.ink.colour),
                            style: StrokeStyle(lineWidth: 2.6, lineCap: .round, lineJoin: .round))
                    }
                }
            }
            .contentShape(Rectangle())
            .gesture(
                // From the first touch on, so that a dot is a stroke too.
                DragGesture(minimumDistance: 0)
                    .onChanged { touch in add(touch.location, touch.time, room.size.width) }
                    .onEnded { touch in
                        add(touch.location, touch.time, room.size.width)
                        does(present)
                        present = []
                    }
            )
        }
        .aspectRatio(2, contentMode: .fit)
        .on(paper, corner: Corner.medium)
        .overlay { RoundedRectangle(cornerRadius: Corner.medium).stroke(paper.edge.colour, lineWidth: 1.5) }
        .accessibilityElement()
        .accessibilityLabel(words("screen.pledge.pad"))
        .accessibilityValue(words.count("screen.pledge.strokes", strokes.count))
        .onChange(of: strokes.isEmpty) { _, clean in
            // After a clean sheet time begins anew.
            if clean { origin = nil }
        }
    }

    private func add(_ at: CGPoint, _ time: Date, _ width: Double) {
        if origin == nil {
            // After a restart it goes on a second after what is there.
            let last = strokes.last?.last.map { Double($0.millis) / 1000 + 1 } ?? 0
            origin = time.addingTimeInterval(-last)
        }
        let millis = Int(time.timeIntervalSince(origin ?? time) * 1000)
        func part(_ value: Double, _ most: Double) -> Int {
            Int(min(max(value / max(width, 1) * SignaturePad.width, 0), most).rounded())
        }
        present.append(
            SignPoint(
                x: part(at.x, SignaturePad.width), y: part(at.y, SignaturePad.width / 2), millis: max(millis, 0)))
    }

    private static func path(_ stroke: [SignPoint], _ across: Double) -> Path {
        var path = Path()
        func place(_ point: SignPoint) -> CGPoint {
            CGPoint(x: Double(point.x) * across / width, y: Double(point.y) * across / width)
        }
        guard let first = stroke.first else { return path }
        path.move(to: place(first))
        // A dot is a line of no length with a round end.
        for point in stroke.count == 1 ? stroke[...] : stroke.dropFirst() { path.addLine(to: place(point)) }
        return path
    }
}

/// A QR picture with the quiet edge that readers need.
struct QrPicture: View {
    let qr: Qr
    let label: String
    @Environment(\.tones) private var tones

    private static let quiet = 4

    var body: some View {
        let paper = tones.paper
        Canvas { context, size in
            guard qr.size > 0 else { return }
            // Whole points, else hair lines show between the squares.
            let across = Double(qr.size + 2 * QrPicture.quiet)
            let square = max((min(size.width, size.height) / across).rounded(.down), 1)
            let begin = ((min(size.width, size.height) - square * Double(qr.size)) / 2).rounded(.down)
            for (index, dark) in qr.dark.enumerated() where dark {
                let (row, column) = (Double(index / qr.size), Double(index % qr.size))
                let at = CGRect(x: begin + column * square, y: begin + row * square, width: square, height: square)
                context.fill(Path(at), with: .color(paper.ink.colour))
            }
        }
        .aspectRatio(1, contentMode: .fit)
        .on(paper, corner: Corner.small)
        .accessibilityElement()
        .accessibilityLabel(label)
    }
}
