import ArgumentParser
import Control

/// What the commands that talk to a live pool exit with.
enum ExitStatus {
    static let help = """
        Exit status: 0 done, 1 refused or no such thing, 2 several pools are live and none was named, 64 bad usage, \
        69 no live pool or no answer, 70 the server failed, 77 the token is missing, wrong, or only reads.
        """

    /// Does something; an error of a server is told, and becomes a status.
    static func translate(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ControlError {
            StandardStreams.tell(error.message)
            throw ExitCode(code(of: error))
        }
    }

    static func code(of error: ControlError) -> Int32 {
        switch error.kind {
        case .notFound, .refused, .busy: 1
        case .usage: 64
        case .unreachable: 69
        case .failed: 70
        case .unauthorized, .forbidden: 77
        }
    }
}
