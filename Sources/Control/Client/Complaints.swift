import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What is told where a server does not answer, or not as it was hoped.
enum Complaints {
    static func unreachable(_ place: ControlPlace, _ error: any Error) -> ControlError {
        ControlError(.unreachable, "cannot reach \(place): \(reason(error))")
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError
        where error == .connectTimeout || error == .deadlineExceeded
            || error == .readTimeout:
            return "no answer in time"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return "it closed the connection"
        case let error as HTTPClientError where error == .alreadyShutdown || error == .cancelled:
            return "this client is closed"
        case let error as HTTPClientError: return "\(error)"
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                return error.dnsAError == nil && error.dnsAAAAError == nil
                    ? "no connection" : "there is no such host"
            }
            return reason(first.error)
        case let error as IOError:
            switch error.errnoCode {
            case ECONNREFUSED: return "nothing listens there"
            case ENOENT: return "nothing listens there: its socket is gone, so the program has ended"
            case EACCES: return "the socket belongs to somebody else"
            default: return String(cString: strerror(error.errnoCode)).lowercased()
            }
        case is ChannelError: return "the connection broke"
        case is NIOSSLError, is NIOSSLExtraError:
            return "no safe connection: its certificate is not trusted; --ca-file names one that is"
        case is CancellationError: return "given up"
        default: return "\(error)"
        }
    }

    static func refused(
        _ place: ControlPlace, _ status: Int, _ body: ByteBuffer, retryAfter: Duration?, hasToken: Bool
    ) -> ControlError {
        let told = (try? Wire.value(ErrorBody.self, from: body))?.error
        switch status {
        case 401:
            let mend = "put one into POOLTOP_TOKEN, or name its file with --token-file"
            return ControlError(
                .unauthorized,
                hasToken ? "\(place) does not know this token: \(mend)" : "\(place) wants a token: \(mend)")
        case 403: return ControlError(.forbidden, told ?? "\(place) forbids this")
        case 404: return ControlError(.notFound, told ?? "\(place) has no such thing: is it a pooltop?")
        case 429: return ControlError(.busy, told ?? "not now", retryAfter: retryAfter)
        case 400, 405, 409, 413: return ControlError(.refused, told ?? "refused (\(status))")
        case 503: return ControlError(.unreachable, "\(place): \(told ?? "not now")")
        default: return ControlError(.failed, "\(place) answered \(status): \(told ?? "no reason told")")
        }
    }

    static func foreign(_ place: ControlPlace) -> ControlError {
        ControlError(
            .failed, "\(place) does not speak as this version does: is it a pooltop, and of the same version?"
        )
    }
}
