import AsyncHTTPClient
import Control
import NIOCore
import NIOHTTP1

/// A task that is done by a request to another server. It has done its work where the answer's status is 2xx.
struct HTTPCall: Sendable, Equatable {
    /// Where; parameters in it are written so that they stay what they are in a URL.
    var url: ParameterTemplate
    /// `GET`, `POST` and so on.
    var method = "POST"
    /// Fields of the request's head.
    var headers: [String: ParameterTemplate] = [:]
    /// What is sent; parameters in it are written as in a JSON string where `isJSON` says so.
    var body: ParameterTemplate?

    var parameters: Set<String> {
        headers.values.reduce(into: url.parameters.union(body?.parameters ?? [])) {
            $0.formUnion($1.parameters)
        }
    }

    /// Whether the body is JSON, by its head.
    private var isJSON: Bool {
        headers.contains { $0.key.lowercased() == "content-type" && $0.value.filled([:]).contains("json") }
    }

    /// Makes the request.
    ///
    /// - Throws: ``CallFailure`` where there is no answer, or another than 2xx; `CancellationError`.
    func perform(_ values: [String: String], client: HTTPClient, limit: Int) async throws -> TaskResult {
        var request = HTTPClientRequest(url: url.filled(values, encode: Self.inURL))
        request.method = .RAW(value: method)
        for (name, value) in headers {
            // A line break would begin another field.
            request.headers.add(name: name, value: value.filled(values) { $0.filter { !$0.isNewline } })
        }
        let encode = isJSON ? Self.inJSON : { $0 }
        if let body { request.body = .bytes(ByteBuffer(string: body.filled(values, encode: encode))) }
        let response: HTTPClientResponse
        do {
            // The attempt's own timeout cancels the task, and that ends this.
            response = try await client.execute(request, deadline: .distantFuture)
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw CallFailure(result: TaskResult(), message: "no answer: \(error)")
        }
        var result = TaskResult()
        result.status = Int(response.status.code)
        var bytes: [UInt8] = []
        for try await part in response.body {
            bytes.append(contentsOf: part.readableBytesView)
            guard bytes.count > limit else { continue }
            result.truncated = true
            break
        }
        result.stdout = String(decoding: bytes.prefix(limit), as: UTF8.self)
        guard (200..<300).contains(response.status.code) else {
            var failure = CallFailure(result: result, message: "HTTP \(response.status.code)")
            let first = result.stdout.split(whereSeparator: \.isNewline).first.map { $0.prefix(300) }
            if let first { failure.failureMessage += ": \(first)" }
            // The request itself is wrong: sending it again does not help.
            failure.isPermanent = [400, 401, 403, 404, 405, 410, 422].contains(response.status.code)
            failure.retryAfter = response.headers.first(name: "Retry-After").flatMap { Double($0) }
                .flatMap { $0 >= 0 && $0 < 1e6 ? .seconds($0) : nil }
            throw failure
        }
        return result
    }

    private static func inURL(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
    }

    private static func inJSON(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
