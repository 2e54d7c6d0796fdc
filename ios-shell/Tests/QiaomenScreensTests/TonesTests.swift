// Contrast: since colours are only drawn on their own tone's ground, checking each tone checks all that can be seen.
import Foundation
import Testing

@testable import QiaomenScreens

@Suite struct TonesTests {
    /// As WCAG 2 has it.
    private func luminance(_ ink: Ink) -> Double {
        func part(_ shift: UInt32) -> Double {
            let value = Double(ink.hex >> shift & 0xff) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    private func contrast(_ one: Ink, _ other: Ink) -> Double {
        let (low, high) = (min(luminance(one), luminance(other)), max(luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)
    }

    @Test func contrastIsReckonedAsWcagHasIt() {
        #expect(abs(contrast(Ink(0xFFFFFF), Ink(0x000000)) - 21) < 0.01)
        #expect(abs(contrast(Ink(0x777777), Ink(0xFFFFFF)) - 4.48) < 0.01)
    }

    @Test func everyTextCanBeReadAndEveryEdgeBeSeenByDayAndByNight() {
        var wrong: [String] = []
        for (look, tones) in [("light", Tones.light), ("dark", Tones.dark)] {
            #expect(tones.all.count == 12)
            for (name, tone) in tones.all {
                func need(_ what: String, _ ink: Ink, _ least: Double) {
                    let found = contrast(ink, tone.ground)
                    if found < least { wrong.append("\(look) \(name).\(what): \(found), not \(least)") }
                }
                // In the sun what is read needs more than the least.
                need("ink", tone.ink, 7)
                need("soft", tone.soft, 4.5)
                need("accent", tone.accent, 4.5)
                need("urgent", tone.urgent, 4.5)
                need("soon", tone.soon, 4.5)
                need("edge", tone.edge, 3)
            }
        }
        #expect(wrong.isEmpty, "\(wrong)")
    }

    @Test func loudGroundsStandApartFromCalmOnes() {
        // For who sees no red or green.
        for tones in [Tones.light, Tones.dark] {
            for calm in [tones.page, tones.card, tones.sunk, tones.accentSoft, tones.soonSoft, tones.urgentSoft] {
                #expect(contrast(tones.urgent.ground, calm.ground) >= 3)
                #expect(contrast(tones.accent.ground, calm.ground) >= 3)
            }
        }
    }
}
