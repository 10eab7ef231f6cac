/// The outputs of a run, to be read with `for try await`.
///
/// Each output goes to one reader, in the order in which they left the last stage. A reader who falls behind holds up
/// the last stage, and so the whole pipeline, as soon as ``PipelineOptions/outputBuffer`` outputs wait. Whoever stops
/// reading before the end has to cancel the run, or it never ends. Ends with the run: by throwing its error where it
/// has one, after the outputs that came before.
public struct PipelineOutput<Element: Sendable>: AsyncSequence, Sendable {
    let outlet: Outlet<Element>?

    /// Reads outputs. Throws what ended the run, and `CancellationError` where the reading task is cancelled.
    public struct Iterator: AsyncIteratorProtocol {
        let outlet: Outlet<Element>?

        /// The next output; `nil` after the last one.
        public func next() async throws -> Element? { try await outlet?.next() }
    }

    /// A reader. Several share the outputs.
    public func makeAsyncIterator() -> Iterator { Iterator(outlet: outlet) }
}
