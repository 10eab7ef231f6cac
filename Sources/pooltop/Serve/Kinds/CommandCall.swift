import CommandRunner

/// A task that is done by a command: its parameters become words of the command line, never text for a shell.
struct CommandCall: Sendable, Equatable {
    /// The words; the first names the program.
    var words: [ParameterTemplate]
    /// Where it runs; `nil` for the server's own directory.
    var directory: String?
    /// Variables to set beside the server's own.
    var environment: [String: String] = [:]

    var parameters: Set<String> { words.reduce(into: []) { $0.formUnion($1.parameters) } }

    /// The command with its parameters in place.
    func command(_ values: [String: String]) -> Command {
        Command(
            words: words.map { Array($0.filled(values).utf8) }, directory: directory.map { Array($0.utf8) },
            variables: environment.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) })
    }
}
