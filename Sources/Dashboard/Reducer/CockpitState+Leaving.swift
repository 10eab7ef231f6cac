import Monitoring
import TerminalUI

extension CockpitState {
    /// Leaves, or asks where jobs would be lost by it.
    mutating func leave(now: UnixTime) -> [Effect] {
        let open = panes.compactMap(\.pool.snapshot).filter { snapshot in
            snapshot.state != .stopped && (snapshot.counters.unfinished > 0 || snapshot.producers.waiting > 0)
        }
        guard environment.canLoseJobs, !(isOver ?? open.isEmpty) else { return [.quit(.quit)] }
        let unfinished = open.reduce(0) { $0 + $1.counters.unfinished }
        let why =
            unfinished > 0
            ? Format.many(unfinished, "job is", "jobs are") + " unfinished."
            : "Not all is done: more jobs have come, or are to come."
        var buttons = [Dialog.Button("Go on without the screen", key: "g")]
        var answers: [Question.Answer] = [.quit(.quitGoOnHeadless)]
        if !environment.isReadOnly {
            if pool.snapshot?.state == .running, !hasSeveral {
                buttons.append(Dialog.Button("Drain", key: "d"))
                answers.append(.perform(.drain, "Draining"))
            }
            buttons.append(Dialog.Button("Cancel all", key: "c"))
            answers.append(.cancelAllAndQuit)
        }
        buttons.append(Dialog.Button("Stay", key: "s"))
        answers.append(.nothing)
        overlay = .question(
            Question(
                dialog: Dialog(
                    "Leave?", lines: [StyledText(SafeText(why))], buttons: buttons),
                answers: answers))
        return []
    }
}
