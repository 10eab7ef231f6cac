package import Monitoring

/// The pools of a server.
package struct PoolList: Codable, Sendable, Equatable {
    /// One of them.
    package struct Entry: Codable, Sendable, Equatable {
        package var number: Int
        package var name: String
        package var state: PoolState
    }

    package var pools: [Entry]
}

/// The failures of a pool.
struct FailureList: Codable {
    var failures: [Failure]
}

/// What is to change about a pool: `{"workers": 12}` or `{"workers": "auto"}`.
struct PoolChange: Decodable {
    private enum CodingKeys: String, CodingKey { case workers }

    let command: OperatorCommand

    init(from decoder: any Decoder) throws {
        try KnownFields.check(decoder, ["workers"])
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try? fields.decode(String.self, forKey: .workers) {
            guard text == "auto" else { throw FieldError("workers takes a whole number, or \"auto\"") }
            command = .adapt
        } else {
            command = .resize(to: try CommandBody.workers(try fields.decode(Int.self, forKey: .workers)))
        }
    }
}

/// What is to be paused or resumed: `{"what": "intake"}`.
struct PauseBody: Decodable {
    enum What: String, CaseIterable {
        case intake, dispatch, frozen

        var pause: OperatorCommand {
            switch self {
            case .intake: .pauseIntake
            case .dispatch: .pauseDispatch
            case .frozen: .freeze
            }
        }

        var resume: OperatorCommand {
            switch self {
            case .intake: .resumeIntake
            case .dispatch: .resumeDispatch
            case .frozen: .thaw
            }
        }
    }

    private enum CodingKeys: String, CodingKey { case what }

    let what: What

    init(from decoder: any Decoder) throws {
        try KnownFields.check(decoder, ["what"])
        let text = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .what)
        guard let what = What(rawValue: text) else {
            throw FieldError("what takes \"intake\", \"dispatch\" or \"frozen\", not '\(text.prefix(32))'")
        }
        self.what = what
    }
}
