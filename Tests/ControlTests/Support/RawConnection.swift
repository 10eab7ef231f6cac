import Glibc

@testable import Control

/// A connection that sends what no decent client would, byte by byte.
struct RawConnection: Sendable {
    private let descriptor: Int32

    /// An answer as it came.
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    struct Broken: Error {}

    /// Connects to a server.
    init(_ address: ControlAddress) throws {
        switch address {
        case .unix(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            try Self.connect(descriptor, &address)
        case .tcp(_, let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            try Self.connect(descriptor, &address)
        }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) throws {
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        if result != 0 {
            Glibc.close(descriptor)
            throw Broken()
        }
    }

    func close() { Glibc.close(descriptor) }

    /// Says that nothing more will be sent.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends; false where the other side does not want more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Reads until the text ends with that, or the other side has closed.
    func read(until end: String) -> String {
        var bytes: [UInt8] = []
        let end = Array(end.utf8)
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) == 1 {
            bytes.append(byte)
            if bytes.suffix(end.count) == end[...] { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads one answer with a length.
    func answer() throws -> Answer {
        let head = read(until: "\r\n\r\n")
        var lines = head.split(separator: "\r\n").map(String.init)
        guard !lines.isEmpty,
            let status = Int(lines.removeFirst().split(separator: " ").dropFirst().first ?? "")
        else { throw Broken() }
        var headers: [String: String] = [:]
        for line in lines {
            let sides = line.split(separator: ":", maxSplits: 1)
            headers[sides[0].lowercased()] = sides.count > 1 ? String(sides[1].drop { $0 == " " }) : ""
        }
        var body: [UInt8] = []
        var left = Int(headers["content-length"] ?? "0") ?? 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while left > 0 {
            let count = recv(descriptor, &buffer, min(left, buffer.count), 0)
            guard count > 0 else { throw Broken() }
            body += buffer[..<count]
            left -= count
        }
        return Answer(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    /// One request on a connection of its own.
    static func ask(
        _ address: ControlAddress, _ method: String, _ path: String, body: String? = nil,
        headers: [String] = []
    ) async throws -> Answer {
        try await onThread {
            let connection = try RawConnection(address)
            defer { connection.close() }
            var lines = ["\(method) \(path) HTTP/1.1"] + headers
            if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) {
                lines.append("Host: localhost")
            }
            if let body { lines.append("Content-Length: \(body.utf8.count)") }
            connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
            return try connection.answer()
        }
    }
}

/// Does something that blocks on a thread of its own, where nobody minds.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let work = Work { continuation.resume(with: Swift.Result(catching: body)) }
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { work in
                guard let work else { return nil }
                Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        precondition(error == 0, "the machine has no more threads")
        pthread_detach(thread)
    }
}

/// Carries what is to be done to its thread.
private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
