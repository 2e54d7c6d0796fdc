// The colours, by the ground they stand on; the same as Android's.
//
// Invariant: a colour is only ever drawn on the ground of its own tone, so that checking each tone checks every pair that can
// be seen (TonesTests: text 4.5 to 1 and more, body text 7 to 1 for sunlight, edges of controls 3 to 1). Red is kept for what
// is overdue or urgent, amber for what soon will be; teal is the one accent.
import SwiftUI

/// A colour as it is written: 0xRRGGBB.
struct Ink: Equatable, Sendable {
    let hex: UInt32

    init(_ hex: UInt32) { self.hex = hex }

    var colour: Color {
        Color(
            red: Double(hex >> 16 & 0xff) / 255, green: Double(hex >> 8 & 0xff) / 255, blue: Double(hex & 0xff) / 255)
    }
}

/// A ground, and what may be drawn on it.
struct Tone: Equatable, Sendable {
    var ground: Ink
    /// Text that is read.
    var ink: Ink
    /// Text that accompanies.
    var soft: Ink
    /// What can be touched, what is chosen.
    var accent: Ink
    /// Overdue, refused, urgent.
    var urgent: Ink
    /// Soon due, doubtful.
    var soon: Ink
    /// The edge of a field or a box: must be seen.
    var edge: Ink
    /// A line that only divides: need not be seen.
    var line: Ink

    /// A tone of one ink: what is loud already needs no further colours.
    static func loud(_ ground: UInt32, _ ink: UInt32, _ soft: UInt32, _ line: UInt32) -> Tone {
        Tone(
            ground: Ink(ground), ink: Ink(ink), soft: Ink(soft), accent: Ink(ink), urgent: Ink(ink), soon: Ink(ink),
            edge: Ink(soft), line: Ink(line))
    }

    /// With some of it otherwise.
    func with(_ change: (inout Tone) -> Void) -> Tone {
        var tone = self
        change(&tone)
        return tone
    }
}

/// All tones of one look.
struct Tones: Equatable, Sendable {
    /// Behind everything.
    var page: Tone
    /// Cards, lists, sheets.
    var card: Tone
    /// What is set back: a field that cannot be changed, a neutral chip.
    var sunk: Tone
    /// The main button; what is chosen and done.
    var accent: Tone
    /// A choice that is chosen; a lesser button.
    var accentSoft: Tone
    /// The head of the first screen.
    var head: Tone
    var urgent: Tone
    var urgentSoft: Tone
    var soon: Tone
    var soonSoft: Tone
    /// Bars that lie over the page for a moment.
    var over: Tone
    /// Paper: signatures and QR pictures are dark on white in any look.
    var paper: Tone

    /// Each with its name, for the test that looks at them.
    var all: [(name: String, tone: Tone)] {
        [
            ("page", page), ("card", card), ("sunk", sunk), ("accent", accent), ("accentSoft", accentSoft),
            ("head", head), ("urgent", urgent), ("urgentSoft", urgentSoft), ("soon", soon), ("soonSoft", soonSoft),
            ("over", over), ("paper", paper),
        ]
    }

    private static let paperTone = Tone(
        ground: Ink(0xFFFFFF), ink: Ink(0x10201E), soft: Ink(0x53605D), accent: Ink(0x0A5C55), urgent: Ink(0xB0211A),
        soon: Ink(0x7A4A00), edge: Ink(0x6F7B78), line: Ink(0xDAD6CC))

    /// By day: warm white, as paper in the sun.
    static let light: Tones = {
        let card = paperTone.with {
            $0.ink = Ink(0x17211F)
            $0.soft = Ink(0x4C5855)
        }
        return Tones(
            page: card.with { $0.ground = Ink(0xF5F2EB) },
            card: card,
            sunk: Tone(
                ground: Ink(0xE9E5DB), ink: Ink(0x17211F), soft: Ink(0x46524F), accent: Ink(0x08534D),
                urgent: Ink(0x9E1B15), soon: Ink(0x6B4000), edge: Ink(0x66716E), line: Ink(0xCFC9BB)),
            accent: .loud(0x0A5C55, 0xFFFFFF, 0xD3E8E4, 0x2C766F),
            accentSoft: Tone.loud(0xDBEBE7, 0x063F3A, 0x2A514D, 0xB4D5CE).with { $0.urgent = Ink(0x9E1B15) },
            head: Tone.loud(0x0A4F49, 0xFFFFFF, 0xCBE3DE, 0x2F6F69).with {
                $0.urgent = Ink(0xFFCFC8)
                $0.soon = Ink(0xFFDF9E)
            },
            urgent: .loud(0xA81C15, 0xFFFFFF, 0xFFE3DF, 0xC8574F),
            urgentSoft: .loud(0xFBE4E1, 0x6E120D, 0x7D2A24, 0xEEBDB7),
            soon: .loud(0xF2B632, 0x2B1C00, 0x4A3300, 0xC48D12),
            soonSoft: .loud(0xFBEDCF, 0x533300, 0x65430A, 0xE9CD92),
            over: Tone.loud(0x1C2927, 0xFFFFFF, 0xC3CFCC, 0x3A4A47).with {
                $0.accent = Ink(0x7FD8CB)
                $0.urgent = Ink(0xFFB4AB)
                $0.soon = Ink(0xF5C765)
            },
            paper: paperTone)
    }()

    /// By night: no pure black, no pure white, the same order of weights.
    static let dark: Tones = {
        let page = Tone(
            ground: Ink(0x0F1614), ink: Ink(0xE8EFEC), soft: Ink(0xACBAB6), accent: Ink(0x74D3C6),
            urgent: Ink(0xFF9E93), soon: Ink(0xF2BE5C), edge: Ink(0x80918D), line: Ink(0x293532))
        return Tones(
            page: page,
            card: page.with {
                $0.ground = Ink(0x18211F)
                $0.edge = Ink(0x85968F)
                $0.line = Ink(0x303D3A)
            },
            sunk: page.with {
                $0.ground = Ink(0x25302D)
                $0.soft = Ink(0xB3C1BD)
                $0.edge = Ink(0x91A29D)
                $0.line = Ink(0x3B4946)
            },
            accent: .loud(0x6CCBBE, 0x01231F, 0x0A3631, 0x3C958A),
            accentSoft: Tone.loud(0x16413C, 0xC9F2EB, 0xA5D8CF, 0x2B5F58).with { $0.urgent = Ink(0xFFB9B0) },
            head: Tone.loud(0x0D332F, 0xE3F4F1, 0xA9CFC8, 0x1F514B).with {
                $0.urgent = Ink(0xFFB4AB)
                $0.soon = Ink(0xF5C765)
            },
            urgent: .loud(0xFF7A6E, 0x2A0300, 0x420903, 0xC9544A),
            urgentSoft: .loud(0x46160F, 0xFFDCD7, 0xF3B9B1, 0x6B2A22),
            soon: .loud(0xE9B04A, 0x271900, 0x402B00, 0xB98526),
            soonSoft: .loud(0x3D2D0B, 0xFFE7B8, 0xE8CB8E, 0x5E4919),
            over: Tone.loud(0xDFE8E5, 0x131D1B, 0x3F4C49, 0xB4C1BD).with {
                $0.accent = Ink(0x0A544E)
                $0.urgent = Ink(0x96150F)
                $0.soon = Ink(0x634000)
            },
            paper: paperTone)
    }()

    /// The colour of a level.
    func level(_ level: String) -> Tone {
        switch level {
        case "extreme": urgent
        case "high": soon
        case "medium": accentSoft
        default: sunk
        }
    }

    /// The colour of a card's stripe: only a mark, the words are in the chip.
    func stripe(_ level: String) -> Ink {
        switch level {
        case "extreme": urgent.ground
        case "high": soon.ground
        case "medium": accent.ground
        default: card.edge
        }
    }
}
