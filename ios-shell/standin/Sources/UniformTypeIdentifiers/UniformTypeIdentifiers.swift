// Kinds of files.

public struct UTType: Hashable, Sendable {
    public let identifier: String
    public static var utf8PlainText: UTType { UTType(identifier: "public.utf8-plain-text") }
    public static var movie: UTType { UTType(identifier: "public.movie") }
}
