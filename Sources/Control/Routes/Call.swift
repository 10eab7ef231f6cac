import HTTPTypes
import NIOCore

/// A request whose route is found and whose body is read.
struct Call: Sendable {
    /// What stands in the place of the names in the route's path.
    var parameters: [String: String]
    /// The part after `?`, decoded.
    var query: [String: String]
    var body: ByteBuffer
    /// What the caller may do.
    var access: Access
    /// Who calls, for the pool's log.
    var operatorName: String

    /// Refuses a query with a field that the route does not know.
    func check(query known: String...) throws {
        guard let odd = query.keys.filter({ !known.contains($0) }).min() else { return }
        let choice = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
        throw FieldError("unknown parameter '\(odd.prefix(64))': \(choice)")
    }

    /// A number of the query, within bounds.
    func number(_ name: String, in bounds: ClosedRange<Int>, default value: Int) throws -> Int {
        guard let text = query[name] else { return value }
        guard let number = Int(text), bounds.contains(number) else {
            throw FieldError("\(name) takes a whole number, \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// A number of the query from 0.
    func count(_ name: String) throws -> UInt64 {
        guard let text = query[name] else { return 0 }
        guard let number = UInt64(text) else { throw FieldError("\(name) takes a whole number from 0") }
        return number
    }

    /// A time of the query, cut to the longest allowed.
    func duration(_ name: String, atMost longest: Duration) throws -> Duration? {
        guard let text = query[name] else { return nil }
        guard let read = WireDuration(text) else {
            throw FieldError("\(name) takes a time such as 500ms, 5s or 1m")
        }
        return min(read.duration, longest)
    }

    /// The body as a value.
    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try Wire.value(type, from: body)
        } catch {
            throw FieldError(Wire.complaint(error, about: body))
        }
    }
}

/// An answer.
struct Reply: Sendable {
    var status: HTTPResponse.Status = .ok
    var headers = HTTPFields()
    var body = ByteBuffer()
    /// Set where the answer goes on and on: what is watched.
    var watch: Watch?

    /// A value in JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Reply {
        var reply = Reply(status: status, body: try Wire.bytes(value))
        reply.headers[.contentType] = "application/json"
        return reply
    }

    /// Text of a type.
    static func text(_ text: String, type: String) -> Reply {
        var reply = Reply(body: ByteBuffer(string: text))
        reply.headers[.contentType] = type
        return reply
    }

    /// An error, in the form all of them have.
    static func error(_ status: HTTPResponse.Status, _ message: String) -> Reply {
        // A string and nothing else: this cannot fail.
        (try? json(ErrorBody(error: message), status: status)) ?? Reply(status: status)
    }
}
