// Colours, letters, shapes, and drawing by hand.

public protocol ShapeStyle: Sendable {}

public struct Color: Drawn, ShapeStyle, Hashable {
    public enum RGBColorSpace: Sendable { case sRGB, sRGBLinear, displayP3 }

    public nonisolated init(
        _ colorSpace: RGBColorSpace = .sRGB, red: Double, green: Double, blue: Double, opacity: Double = 1
    ) {}
}

public struct Font: Hashable, Sendable {
    public enum Weight: Sendable { case regular, medium, semibold, bold }
    public enum Design: Sendable { case `default`, serif, rounded, monospaced }

    public static let largeTitle = Font()
    public static let title = Font()
    public static let title2 = Font()
    public static let title3 = Font()
    public static let headline = Font()
    public static let subheadline = Font()
    public static let body = Font()
    public static let footnote = Font()
    public static let caption = Font()
    public static func system(size: CGFloat, weight: Weight? = nil, design: Design? = nil) -> Font { Font() }
    public func bold() -> Font { self }
}

@preconcurrency
public protocol Shape: View, Sendable {}

extension Shape {
    public nonisolated func fill<S: ShapeStyle>(_ content: S) -> some View { Modified<Self>() }
    public nonisolated func stroke<S: ShapeStyle>(_ content: S, lineWidth: CGFloat = 1) -> some View {
        Modified<Self>()
    }
}

public struct Rectangle: Shape, Drawn {
    public nonisolated init() {}
}

public struct RoundedRectangle: Shape, Drawn {
    public nonisolated init(cornerRadius: CGFloat) {}
}

public struct Capsule: Shape, Drawn {
    public nonisolated init() {}
}

public struct Circle: Shape, Drawn {
    public nonisolated init() {}
}

public struct Path: Sendable {
    public init() {}
    public init(_ rect: CGRect) {}
    public mutating func move(to end: CGPoint) {}
    public mutating func addLine(to end: CGPoint) {}
}

public enum CGLineCap: Sendable { case butt, round, square }
public enum CGLineJoin: Sendable { case miter, round, bevel }

public struct StrokeStyle: Sendable {
    public init(lineWidth: CGFloat = 1, lineCap: CGLineCap = .butt, lineJoin: CGLineJoin = .miter) {}
}

public struct GraphicsContext {
    public struct Shading: Sendable {
        public static func color(_ color: Color) -> Shading { Shading() }
    }

    public func fill(_ path: Path, with shading: Shading) {}
    public func stroke(_ path: Path, with shading: Shading, lineWidth: CGFloat = 1) {}
    public func stroke(_ path: Path, with shading: Shading, style: StrokeStyle) {}
}

public struct Canvas<Symbols: View>: Drawn {}

extension Canvas where Symbols == EmptyView {
    public nonisolated init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {}
}

public enum ColorScheme: Hashable, Sendable { case light, dark }

public enum ContentMode: Sendable { case fit, fill }

public enum DynamicTypeSize: Int, Comparable, Hashable, Sendable {
    case xSmall, small, medium, large, xLarge, xxLarge, xxxLarge
    case accessibility1, accessibility2, accessibility3, accessibility4, accessibility5

    public var isAccessibilitySize: Bool { self >= .accessibility1 }
    public static func < (one: DynamicTypeSize, other: DynamicTypeSize) -> Bool { one.rawValue < other.rawValue }
}
