import CPlatform

/// Signals by name.
package enum SignalName {
    /// `SIGSEGV` for 11; `SIGRTMIN+3` or `signal 99` for those without a name of their own.
    package static func of(_ number: Int32) -> String {
        if let name = cp_signal_name(number) { return "SIG" + String(cString: name) }
        return (34...64).contains(number) ? "SIGRTMIN+\(number - 34)" : "signal \(number)"
    }
}
