/// A step of the protocol between queue and store, at which a test may end the process.
package enum CrashPoint: String, Sendable, CaseIterable {
    case beforeEnqueue, afterEnqueue
    case beforeClaim, afterClaim
    case started, finished
    case beforeHeartbeat, afterHeartbeat
    case beforeSettle, afterSettle
    case beforeRetry, afterRetry
    case beforePromote, afterPromote
    case beforeRescue, afterRescue
    case beforeClean, afterClean
    case beforeClose
}
