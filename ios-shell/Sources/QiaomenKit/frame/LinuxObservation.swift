// Swift 6.0's Observation on Linux refers to a function that its own libraries do not define (swiftlang/swift#75670, mended in
// 6.2). It is only called where the runtime gives up.
#if os(Linux)
    @_cdecl("_ZN5swift9threading5fatalEPKcz")
    public func swiftThreadingFatal() {
        fatalError("swift::threading::fatal")
    }
#endif
