import CPlatform
import Glibc
import Monitoring

/// Takes what a command prints, on the thread that runs it.
protocol OutputReceiver: AnyObject {
    /// Bytes from one of its streams, valid during the call.
    func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool)
    /// Called at least every 100 ms where ``needsPulse`` says so.
    func pulse()
    /// Whether something is to be done although nothing is printed.
    var needsPulse: Bool { get }
}

extension ProcessHost {
    /// How often to look whether frozen processes go on.
    private static let thawInterval: UInt64 = 50_000_000

    /// Runs a command from start to end on the calling thread.
    func run(
        _ command: Command, control: ProcessControl, receiver: some OutputReceiver, on bench: WorkBench
    ) -> ProcessOutcome {
        control.listen(with: bench.wake)
        defer { control.listen(with: nil) }
        var outcome = ProcessOutcome(ending: .withdrawn, started: SystemTime.unix())
        var child = cp_child()
        var began: UInt64 = 0
        if let failure = start(command, control: control, wake: bench.wake, child: &child, began: &began) {
            outcome.ending = failure
            return outcome
        }
        outcome.started = SystemTime.unix() - Double(SystemTime.monotonic() &- began) / 1e9
        var watch = ProcessWatch(child: child, began: began, grace: grace, census: census)
        watch.run(control: control, receiver: receiver, bench: bench)
        unregister(control)
        var waitStatus: Int32 = 0
        var usage = rusage()
        control.ended { process in while wait4(process, &waitStatus, 0, &usage) < 0 && errno == EINTR {} }
        let termination = Termination(waitStatus: waitStatus)
        outcome.ending = .ended(termination)
        outcome.duration = Double(watch.ended &- began) / 1e9
        outcome.wasStopped = watch.wasStopped
        outcome.usage = ResourceUsage(usage, termination: termination, process: child.process)
        if let size = outcome.usage?.maxResidentBytes, ownMemory.hides(size) {
            outcome.usage?.maxResidentBytes = 0
        }
        return outcome
    }

    /// Starts the process, waiting and trying again where the system is short of something for the moment.
    private func start(
        _ command: Command, control: ProcessControl, wake: WakeEvent, child: inout cp_child,
        began: inout UInt64
    ) -> ProcessOutcome.Ending? {
        if let flaw = command.flaw { return .notStarted(flaw) }
        guard let file = ExecutablePath.find(command.words[0], path: environment.value(of: "PATH")) else {
            return .notStarted(.system(ENOENT, command: command))
        }
        let limited = descriptors.restoring([file] + command.words.dropFirst())
        let arguments = ArgumentBlock(limited.count == command.words.count ? command.words : limited)
        let program = ArgumentBlock([limited.first ?? file, command.directory ?? []])
        let additions = ArgumentBlock(command.variables)
        var pause: UInt64 = 10_000_000
        var patience = 20
        while true {
            guard control.wish == .none else { return .withdrawn }
            guard let start = beginStart() else {
                wake.wait(nanoseconds: Self.thawInterval)
                continue
            }
            began = SystemTime.monotonic()
            let code = environment.withPointers(adding: additions.each) { environment in
                var request = cp_spawn_request(
                    executable: program.argv[0], arguments: arguments.argv, environment: environment,
                    directory: command.directory == nil ? nil : UnsafePointer(program.argv[1]),
                    input: emptyInput)
                return cp_spawn(&request, &child)
            }
            if code == 0 {
                control.began(child.process)
                end(start, control)
                return nil
            }
            end(start, nil)
            // As long as other commands run, what they hold will be free again.
            if !isBusy { patience -= 1 }
            guard SpawnFailure.isPassing(code), patience > 0 else {
                return .notStarted(.system(code, command: command))
            }
            wake.wait(nanoseconds: pause)
            pause = min(pause * 2, 250_000_000)
        }
    }
}

extension ResourceUsage {
    /// What `wait4` tells.
    fileprivate init(_ usage: rusage, termination: Termination, process: pid_t) {
        self.init(
            userTime: Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6,
            systemTime: Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6,
            maxResidentBytes: UInt64(max(0, usage.ru_maxrss)) * 1024, processID: process)
        switch termination {
        case .exited(let status): exitStatus = status
        case .signalled(let number): signal = SignalName.of(number)
        }
    }
}
