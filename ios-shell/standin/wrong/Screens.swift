// What SwiftUI does not have, beside what it has.
import SwiftUI

struct Letters: View {
    @State private var text = ""
    @Environment(\.colorScheme) private var scheme
    @Environment(\.colourScheme) private var colour  // wrong

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text("a").padding(8).font(.body)
            TextField("a", text: $text)
        }
    }
}

struct Misspelt: View {
    var body: some View { Text("a").paddling(8) }  // wrong
}

struct OfAnotherType: View {
    var body: some View { Text("a").font(.enormous) }  // wrong
}

struct UnderAnotherLabel: View {
    var body: some View { VStack(align: .leading) { Text("a") } }  // wrong
}

struct NoView: View {
    var body: some View { Divider().onChange(to: 1) { _, _ in } }  // wrong
}

struct Later: View {
    var body: some View { Text("a").onOpenURL { (url: String) in _ = url } }  // wrong
}

@MainActor func laid(_ phase: ScenePhase) -> Bool { phase == .active }
@MainActor func slept(_ phase: ScenePhase) -> Bool { phase == .asleep }  // wrong
