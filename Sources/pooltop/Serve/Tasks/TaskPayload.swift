import Control
import Foundation

/// What is kept of a task besides its kind: what its client asked for.
struct TaskPayload: Codable {
    /// The parameters as the client gave them, without defaults.
    var parameters: [String: ParameterValue]
    /// How long an attempt may take, in seconds, where the client asked for less than its kind allows.
    var timeout: Double?

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [UInt8](try encoder.encode(self))
    }

    init(parameters: [String: ParameterValue], timeout: Double?) {
        self.parameters = parameters
        self.timeout = timeout
    }

    init(_ bytes: [UInt8]) throws { self = try JSONDecoder().decode(TaskPayload.self, from: Data(bytes)) }
}

extension TaskResult {
    func encoded() -> [UInt8]? { try? [UInt8](JSONEncoder().encode(self)) }

    init?(_ bytes: [UInt8]?) {
        guard let bytes, let result = try? JSONDecoder().decode(TaskResult.self, from: Data(bytes)) else {
            return nil
        }
        self = result
    }
}
