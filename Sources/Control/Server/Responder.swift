import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Answers requests that come in by one listener.
struct Responder: Sendable {
    let doorkeeper: Doorkeeper
    let table: RouteTable
    let hub: WatchHub
    let calls: OpenCalls
    /// More bytes than these a body may not have.
    let bodyLimit: Int
    let logger: Logger

    /// So much more of a refused body is read, so that the client comes to read the refusal.
    private static let discardLimit = 64 << 20

    @concurrent
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws
    {
        let opening = open(request)
        guard case .call(let route, var call) = opening else {
            guard case .refusal(let reply) = opening else { return }
            return try await refuse(reply, request, writer, channel)
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyLimit {
            return try await refuse(tooLarge, request, writer, channel)
        }
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        if route.method != .get {
            var iterator = request.body.makeAsyncIterator()
            while let part = try await iterator.next() {
                call.body.writeImmutableBuffer(part)
                if call.body.readableBytes > bodyLimit {
                    try await write(tooLarge, request, writer)
                    return try await Self.discard(&iterator, channel)
                }
            }
        }
        let reply = await answer(route, call, channel)
        if let watch = reply.watch, request.method != .head {
            return try await stream(watch, request, writer, channel)
        }
        try await write(reply, request, writer)
    }

    // MARK: Finding the route

    private enum Opening {
        case call(Route, Call)
        case refusal(Reply)
    }

    private func open(_ request: Request) -> Opening {
        let access = doorkeeper.access(request.headers)
        guard let target = RequestTarget(request.head.path ?? "/") else {
            return .refusal(
                access == .stranger ? unauthorized : .error(.badRequest, "the path makes no sense"))
        }
        let match = table.match(request.method, target.segments)
        if access == .stranger {
            // Not even which paths there are.
            guard case .found(let route, _) = match, route.access == .stranger else {
                return .refusal(unauthorized)
            }
        }
        if let reason = doorkeeper.suspicion(request.head) { return .refusal(.error(.forbidden, reason)) }
        switch match {
        case .none:
            return .refusal(.error(.notFound, "there is nothing here: /openapi.json tells what there is"))
        case .wrongMethod(let methods):
            let names = methods.map(\.rawValue).joined(separator: ", ")
            var reply = Reply.error(.methodNotAllowed, "this takes \(names)")
            reply.headers[.allow] = names
            return .refusal(reply)
        case .found(let route, let parameters):
            guard access >= route.access else {
                return .refusal(
                    .error(.forbidden, "this connection only reads: an operator's token may do more"))
            }
            return .call(
                route,
                Call(
                    parameters: parameters, query: target.query, body: ByteBuffer(), access: access,
                    operatorName: Doorkeeper.operatorName(request.headers)))
        }
    }

    private var unauthorized: Reply {
        var reply = Reply.error(.unauthorized, "a bearer token is needed")
        reply.headers[.wwwAuthenticate] = "Bearer"
        return reply
    }

    private var tooLarge: Reply { .error(.contentTooLarge, "a body has at most \(bodyLimit) bytes") }

    // MARK: Answering

    private func answer(_ route: Route, _ call: Call, _ channel: any Channel) async -> Reply {
        do {
            guard call.query["wait"] != nil else { return try await route.handler(call) }
            return try await calls.run(on: channel) { try await route.handler(call) }
        } catch let error as FieldError {
            return .error(.badRequest, error.description)
        } catch let refusal as TaskRefusal {
            return Self.reply(to: refusal)
        } catch is CancellationError {
            return .error(.serviceUnavailable, "the server is closing")
        } catch let error as ControlError where error.kind == .unreachable {
            return .error(.serviceUnavailable, error.message)
        } catch {
            logger.error("a request failed", metadata: ["path": "\(route.path)", "error": "\(error)"])
            return .error(.internalServerError, "the server failed; its log tells more")
        }
    }

    private static func reply(to refusal: TaskRefusal) -> Reply {
        switch refusal.reason {
        case .invalid: return .error(.badRequest, refusal.message)
        case .notFound: return .error(.notFound, refusal.message)
        case .conflict: return .error(.conflict, refusal.message)
        case .busy:
            var reply = Reply.error(.tooManyRequests, refusal.message)
            let seconds = ((refusal.retryAfter ?? .seconds(1)) / .seconds(1)).rounded(.up)
            reply.headers[.retryAfter] = "\(Int(max(1, min(seconds, 86_400))))"
            return reply
        }
    }

    /// Answers without a look at the body, then reads what there is of it.
    @concurrent
    private func refuse(
        _ reply: Reply, _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        try await write(reply, request, writer)
        // Whoever asked first sends none.
        if request.headers[.expect] != nil { return channel.close(promise: nil) }
        var iterator = request.body.makeAsyncIterator()
        try await Self.discard(&iterator, channel)
    }

    @concurrent
    private static func discard(_ body: inout RequestBody.AsyncIterator, _ channel: any Channel) async throws
    {
        var left = discardLimit
        while left > 0, let part = try await body.next() { left -= part.readableBytes }
        if left <= 0 { channel.close(promise: nil) }
    }

    @concurrent
    private func write(
        _ reply: Reply, _ request: Request, _ writer: consuming ResponseWriter
    ) async throws {
        var head = HTTPResponse(status: reply.status, headerFields: reply.headers)
        if reply.status != .noContent { head.headerFields[.contentLength] = "\(reply.body.readableBytes)" }
        head.headerFields[.cacheControl] = "no-store"
        head.headerFields[.xContentTypeOptions] = "nosniff"
        if request.method == .head || reply.body.readableBytes == 0 {
            try await writer.writeResponse(head)
        } else {
            try await writer.write(response: head, body: ResponseBody(byteBuffer: reply.body))
        }
    }

    // MARK: Streaming

    @concurrent
    private func stream(
        _ watch: Watch, _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        let first: ByteBuffer
        do {
            first = try await hub.frame(of: watch)
        } catch {
            return try await write(
                .error(.serviceUnavailable, "the pool does not answer: \(error)"), request, writer)
        }
        guard let membership = hub.join(watch, channel) else {
            let refusal = TaskRefusal.busy("too many watch already", retryAfter: .seconds(10))
            return try await write(Self.reply(to: refusal), request, writer)
        }
        defer { membership.leave() }
        var head = HTTPResponse(status: .ok)
        head.headerFields[.contentType] = "text/event-stream"
        head.headerFields[.cacheControl] = "no-store"
        var body = try await writer.writeHead(head)
        try await body.write(first)
        try await request.body.consumeWithInboundCloseHandler { _ in
            await membership.end()
        } onInboundClosed: {
            membership.leave()
        }
        try await body.finish(nil)
        channel.close(promise: nil)
    }
}
