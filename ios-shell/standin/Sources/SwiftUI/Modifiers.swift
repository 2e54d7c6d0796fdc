// What is said about a view.

// swift-format-ignore: UseSynthesizedInitializer
public struct Modified<Content: View>: Drawn {
    nonisolated init() {}
}

extension View {
    // Room
    public nonisolated func padding(_ length: CGFloat) -> some View { Modified<Self>() }
    public nonisolated func padding(_ edges: Edge.Set = .all, _ length: CGFloat? = nil) -> some View {
        Modified<Self>()
    }
    public nonisolated func frame(
        width: CGFloat? = nil, height: CGFloat? = nil, alignment: Alignment = .center
    ) -> some View { Modified<Self>() }
    public nonisolated func frame(
        minWidth: CGFloat? = nil, idealWidth: CGFloat? = nil, maxWidth: CGFloat? = nil, minHeight: CGFloat? = nil,
        idealHeight: CGFloat? = nil, maxHeight: CGFloat? = nil, alignment: Alignment = .center
    ) -> some View { Modified<Self>() }
    public nonisolated func fixedSize(horizontal: Bool, vertical: Bool) -> some View { Modified<Self>() }
    public nonisolated func aspectRatio(_ ratio: CGFloat? = nil, contentMode: ContentMode) -> some View {
        Modified<Self>()
    }
    public nonisolated func ignoresSafeArea() -> some View { Modified<Self>() }

    // Looks
    public nonisolated func background<V: View>(_ background: V) -> some View { Modified<Self>() }
    public nonisolated func overlay<V: View>(
        alignment: Alignment = .center, @ViewBuilder content: () -> V
    ) -> some View { Modified<Self>() }
    public nonisolated func clipShape<S: Shape>(_ shape: S) -> some View { Modified<Self>() }
    public nonisolated func contentShape<S: Shape>(_ shape: S) -> some View { Modified<Self>() }
    public nonisolated func foregroundStyle<S: ShapeStyle>(_ style: S) -> some View { Modified<Self>() }
    public nonisolated func tint(_ tint: Color?) -> some View { Modified<Self>() }
    public nonisolated func font(_ font: Font?) -> some View { Modified<Self>() }
    public nonisolated func lineSpacing(_ spacing: CGFloat) -> some View { Modified<Self>() }
    public nonisolated func lineLimit(_ limit: ClosedRange<Int>) -> some View { Modified<Self>() }
    public nonisolated func multilineTextAlignment(_ alignment: TextAlignment) -> some View { Modified<Self>() }
    public nonisolated func dynamicTypeSize<R: RangeExpression>(
        _ range: R
    ) -> some View where R.Bound == DynamicTypeSize { Modified<Self>() }
    public nonisolated func preferredColorScheme(_ scheme: ColorScheme?) -> some View { Modified<Self>() }
    public nonisolated func privacySensitive(_ sensitive: Bool = true) -> some View { Modified<Self>() }
    public nonisolated func environment<V>(_ path: WritableKeyPath<EnvironmentValues, V>, _ value: V) -> some View {
        Modified<Self>()
    }

    // Touch
    public nonisolated func buttonStyle(_ style: PlainButtonStyle) -> some View { Modified<Self>() }
    public nonisolated func disabled(_ disabled: Bool) -> some View { Modified<Self>() }
    public nonisolated func gesture<G: Gesture>(_ gesture: G) -> some View { Modified<Self>() }
    public nonisolated func simultaneousGesture<G: Gesture>(_ gesture: G) -> some View { Modified<Self>() }
    public nonisolated func keyboardType(_ type: UIKeyboardType) -> some View { Modified<Self>() }
    public nonisolated func textInputAutocapitalization(_ how: TextInputAutocapitalization?) -> some View {
        Modified<Self>()
    }
    public nonisolated func autocorrectionDisabled(_ disable: Bool = true) -> some View { Modified<Self>() }
    public nonisolated func scrollDismissesKeyboard(_ mode: ScrollDismissesKeyboardMode) -> some View {
        Modified<Self>()
    }

    // What happens
    public nonisolated func onAppear(perform action: (() -> Void)? = nil) -> some View { Modified<Self>() }
    public nonisolated func onChange<V: Equatable>(
        of value: V, initial: Bool = false, _ action: @escaping (_ old: V, _ new: V) -> Void
    ) -> some View { Modified<Self>() }
    public nonisolated func task<T: Equatable>(
        id value: T, priority: TaskPriority = .userInitiated,
        @_inheritActorContext _ action: @escaping @Sendable () async -> Void
    ) -> some View { Modified<Self>() }
    public nonisolated func refreshable(action: @escaping @Sendable () async -> Void) -> some View { Modified<Self>() }
    public nonisolated func sheet<Content: View>(
        isPresented: Binding<Bool>, onDismiss: (() -> Void)? = nil, @ViewBuilder content: @escaping () -> Content
    ) -> some View { Modified<Self>() }

    // For those who hear
    public nonisolated func accessibilityLabel<S: StringProtocol>(_ label: S) -> some View { Modified<Self>() }
    public nonisolated func accessibilityValue<S: StringProtocol>(_ value: S) -> some View { Modified<Self>() }
    public nonisolated func accessibilityHint<S: StringProtocol>(_ hint: S) -> some View { Modified<Self>() }
    public nonisolated func accessibilityHidden(_ hidden: Bool) -> some View { Modified<Self>() }
    public nonisolated func accessibilityElement(children: AccessibilityChildBehavior = .ignore) -> some View {
        Modified<Self>()
    }
    public nonisolated func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { Modified<Self>() }
}
