import HTTPTypes
import Monitoring

/// The OpenAPI document of a server, made from its routes.
enum OpenAPIDocument {
    /// The route that tells it.
    static func route(for routes: [Route]) -> Route {
        let about = RouteDocument("This document.", answer: .type("object"))
        let own = Route(.get, "/openapi.json", .reader, about) { _ in Reply() }
        let document = make(of: routes + [own])
        return Route(.get, "/openapi.json", .reader, about) { call in
            try call.check()
            return try .json(document)
        }
    }

    static func make(of routes: [Route]) -> JSON {
        var paths: [String: [String: JSON]] = [:]
        for route in routes {
            paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation(route)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "pooltop", "version": "1",
                "description": """
                Watch and steer worker pools, and have tasks done by them. Every error is {"error": "…"}. Times are \
                seconds since 1970, durations seconds. A server with tokens takes one as a bearer token: the \
                operator's does everything, the reader's only reads. The header Pooltop-Access: read has the \
                server refuse whatever would change something; Pooltop-Operator names who asks, for the log.
                """,
            ],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(Schemas.all),
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            ],
        ]
    }

    private static func operation(_ route: Route) -> JSON {
        let document = route.document
        var parameters = document.path.map { name, about -> JSON in
            [
                "name": .string(name), "in": "path", "required": true, "schema": .type("string"),
                "description": .string(about),
            ]
        }
        parameters += document.query.map { name, schema, about in
            ["name": .string(name), "in": "query", "schema": schema, "description": .string(about)]
        }
        var answer: [String: JSON] = ["description": "Done."]
        if let schema = document.answer {
            answer["content"] = .object([document.type: ["schema": schema]])
        }
        var responses: [String: JSON] = ["\(document.status)": .object(answer)]
        var errors = Set(document.errors)
        if document.body != nil { errors.formUnion([400, 413]) }
        if !document.query.isEmpty { errors.insert(400) }
        if !document.path.isEmpty { errors.insert(404) }
        if route.access > .stranger { errors.insert(401) }
        if route.access > .reader { errors.insert(403) }
        for status in errors {
            responses["\(status)"] = [
                "description": .string(reason(status)),
                "content": ["application/json": ["schema": .ref("Error")]],
            ]
        }
        var operation: [String: JSON] = [
            "summary": .string(document.summary), "operationId": .string(id(route)),
            "responses": .object(responses),
            "security": route.access == .stranger ? [[:]] : [[:], ["token": []]],
        ]
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = document.body {
            operation["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": .ref(body)]],
            ]
        }
        return .object(operation)
    }

    /// Such as `post_v1_pools_pool_pause`.
    private static func id(_ route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }
        return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 400: "The request makes no sense."
        case 401: "A token is missing, or wrong."
        case 403: "The token, or the connection, only reads."
        case 404: "There is no such thing."
        case 409: "Refused as things stand."
        case 413: "The body is too large."
        case 429: "Not now; Retry-After tells when."
        default: "Not now."
        }
    }
}
