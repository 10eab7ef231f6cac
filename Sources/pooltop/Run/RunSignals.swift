import CommandRunner
import Glibc

/// Passes signals on to a run.
enum RunSignals {
    static func deliver(_ number: Int32, to session: RunSession) {
        switch number {
        case SIGTSTP:
            session.freeze(true)
            // To this thread: a signal to the process may go to another, and this one would run on meanwhile.
            raise(SIGSTOP)
            // Only CONT brings us here.
            session.freeze(false)
        case SIGCONT:
            session.freeze(false)
        default:
            if !session.receive(signal: number) {
                LiveSocket.removeFiles()
                _exit(128 + number)
            }
        }
    }
}
