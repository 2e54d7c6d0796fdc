// How a screen is laid out: its head, what scrolls, and what stays under the thumb; the sheets over it.
import QiaomenKit
import SwiftUI

/// A screen whose content can be laid out at once.
struct Page<Head: View, Content: View, Thumb: View>: View {
    private let gap: Double
    private let edge: Double
    private let head: Head
    private let content: Content
    private let thumb: Thumb
    @Environment(\.tones) private var tones

    init(
        gap: Double = Gap.medium, edge: Double = Gap.large, @ViewBuilder head: () -> Head,
        @ViewBuilder content: () -> Content, @ViewBuilder thumb: () -> Thumb
    ) {
        self.gap = gap
        self.edge = edge
        self.head = head()
        self.content = content()
        self.thumb = thumb()
    }

    var body: some View {
        VStack(spacing: 0) {
            head
            ScrollView {
                VStack(alignment: .leading, spacing: gap) { content }
                    .padding(.horizontal, edge)
                    .padding(.vertical, edge == 0 ? 0 : Gap.medium)
                    .wide()
            }
            .scrollDismissesKeyboard(.interactively)
            thumb
        }
        .on(tones.page)
    }
}

extension Page where Thumb == EmptyView {
    init(
        gap: Double = Gap.medium, edge: Double = Gap.large, @ViewBuilder head: () -> Head,
        @ViewBuilder content: () -> Content
    ) {
        self.init(gap: gap, edge: edge, head: head, content: content) { EmptyView() }
    }
}

/// A screen that lists things without knowing how many: only what is seen is laid out, and more is asked for in time.
struct ListPage<Head: View, Content: View>: View {
    private let gap: Double
    private let more: Bool
    private let askForMore: @MainActor () -> Void
    private let head: Head
    private let content: Content
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    init(
        gap: Double = Gap.medium, more: Bool = false, askForMore: @escaping @MainActor () -> Void = {},
        @ViewBuilder head: () -> Head, @ViewBuilder content: () -> Content
    ) {
        self.gap = gap
        self.more = more
        self.askForMore = askForMore
        self.head = head()
        self.content = content()
    }

    var body: some View {
        VStack(spacing: 0) {
            head
            ScrollView {
                LazyVStack(alignment: .leading, spacing: gap) {
                    content
                    // It is laid out when it comes into sight, and then asks.
                    if more { Loading().onAppear(perform: askForMore) }
                }
                .padding(.vertical, Gap.medium)
            }
            .scrollDismissesKeyboard(.interactively)
        }
        .on(tones.page)
    }
}

/// While something is being read.
struct Loading: View {
    @Environment(\.words) private var words

    var body: some View { Aside(words("screen.loading")).padding(Gap.huge).wide(.center) }
}

/// What stays under the thumb.
struct ThumbBar<Content: View>: View {
    private let content: Content
    @Environment(\.tones) private var tones

    init(@ViewBuilder content: () -> Content) { self.content = content() }

    var body: some View {
        VStack(spacing: 0) {
            Divider()
            VStack(alignment: .leading, spacing: Gap.small) { content }
                .padding(.horizontal, Gap.large)
                .padding(.vertical, Gap.medium)
        }
        .on(tones.card)
    }
}

/// The head of a screen that lies over the tabs: back, its name, what it is about.
struct TopBar<Actions: View>: View {
    private let title: String
    private let subtitle: String?
    private let backLabel: String?
    private let back: @MainActor () -> Void
    private let actions: Actions
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    init(
        _ title: String, _ subtitle: String? = nil, backLabel: String? = nil, back: @escaping @MainActor () -> Void,
        @ViewBuilder actions: () -> Actions
    ) {
        self.title = title
        self.subtitle = subtitle
        self.backLabel = backLabel
        self.back = back
        self.actions = actions()
    }

    var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 0) {
                SignButton(.back, backLabel ?? words("screen.back"), tones.page.ink, does: back)
                VStack(alignment: .leading, spacing: 0) {
                    Say(title, Letters.title).accessibilityAddTraits(.isHeader)
                    if let subtitle, !subtitle.isEmpty { Aside(subtitle) }
                }
                .padding(.vertical, Gap.hair)
                .wide()
                actions
            }
            .frame(minHeight: Extent.button)
            .padding(.horizontal, Gap.hair)
            Divider()
        }
        .on(tones.page)
    }
}

extension TopBar where Actions == EmptyView {
    init(_ title: String, _ subtitle: String? = nil, backLabel: String? = nil, back: @escaping @MainActor () -> Void) {
        self.init(title, subtitle, backLabel: backLabel, back: back) { EmptyView() }
    }
}

/// The head of a screen that is one of the tabs.
struct TabTitle<Actions: View>: View {
    private let title: String
    private let subtitle: String?
    private let actions: Actions

    init(_ title: String, _ subtitle: String? = nil, @ViewBuilder actions: () -> Actions) {
        self.title = title
        self.subtitle = subtitle
        self.actions = actions()
    }

    var body: some View {
        HStack(spacing: 0) {
            VStack(alignment: .leading, spacing: 0) {
                Say(title, Letters.display).accessibilityAddTraits(.isHeader)
                if let subtitle, !subtitle.isEmpty { Aside(subtitle) }
            }
            .wide()
            actions
        }
        .padding(.leading, Gap.large)
        .padding(.trailing, Gap.hair)
        .padding(.top, Gap.medium)
    }
}

extension TabTitle where Actions == EmptyView {
    init(_ title: String, _ subtitle: String? = nil) {
        self.init(title, subtitle) { EmptyView() }
    }
}

/// What lies over a screen: what it is about, its fields and its buttons.
struct SheetPage<Content: View, Buttons: View>: View {
    private let title: String
    private let text: String?
    private let close: @MainActor () -> Void
    private let content: Content
    private let buttons: Buttons
    @Environment(\.tones) private var tones
    @Environment(\.words) private var words

    init(
        _ title: String, _ text: String? = nil, close: @escaping @MainActor () -> Void,
        @ViewBuilder content: () -> Content,
        @ViewBuilder buttons: () -> Buttons
    ) {
        self.title = title
        self.text = text
        self.close = close
        self.content = content()
        self.buttons = buttons()
    }

    var body: some View {
        VStack(spacing: 0) {
            HStack(spacing: 0) {
                Say(title, Letters.title).accessibilityAddTraits(.isHeader).wide()
                SignButton(.close, words("screen.close"), tones.page.soft, does: close)
            }
            .padding(.leading, Gap.large)
            .padding(.trailing, Gap.hair)
            .padding(.top, Gap.small)
            ScrollView {
                VStack(alignment: .leading, spacing: Gap.medium) {
                    if let text { Say(text, Letters.body, tones.page.soft) }
                    content
                }
                .padding(.horizontal, Gap.large)
                .padding(.bottom, Gap.large)
                .wide()
            }
            buttons
        }
        .on(tones.page)
    }
}

extension SheetPage where Buttons == EmptyView {
    init(
        _ title: String, _ text: String? = nil, close: @escaping @MainActor () -> Void,
        @ViewBuilder content: () -> Content
    ) {
        self.init(title, text, close: close, content: content) { EmptyView() }
    }
}

extension View {
    /// A sheet as long as there is one; pulled away, it is closed.
    func sheet<Item, Content: View>(
        of item: Item?, close: @escaping @MainActor () -> Void, @ViewBuilder content: @escaping (Item) -> Content
    ) -> some View {
        sheet(isPresented: .of(item != nil) { if !$0 { close() } }) {
            if let item { content(item) }
        }
    }
}
