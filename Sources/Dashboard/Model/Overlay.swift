import Monitoring
import TerminalUI

/// What lies over the view and takes all keys.
enum Overlay: Sendable, Equatable {
    /// The keys, from that line on.
    case help(top: Int)
    /// A question.
    case question(Question)
    /// A command by its name.
    case palette(PaletteState)
    /// A filter for the list in front, and the one to go back to.
    case filter(TextField, before: Filter)
    /// The number of workers, and what is wrong with what was entered.
    case workers(TextField, mistake: String?)
}

/// A dialog, and what its buttons do.
struct Question: Sendable, Equatable {
    /// What follows from a button.
    enum Answer: Sendable, Equatable {
        case nothing
        /// Send a command; the text says what was asked.
        case perform(OperatorCommand, String)
        /// Cancel everything and leave.
        case cancelAllAndQuit
        case quit(CockpitExit)
    }

    var dialog: Dialog
    /// One for each button.
    var answers: [Answer]
    /// What must be typed before the first button works.
    var required: String?

    /// A question with a harmless answer and one that acts, by `y`.
    static func confirm(
        _ title: String, lines: [String], action: String, _ command: OperatorCommand, asked: String,
        keep: String = "Cancel", count: Int? = nil
    ) -> Question {
        var text = lines.map { StyledText(SafeText($0)) }
        if let count {
            text.append(StyledText(SafeText("Type \(count) and press Enter to go on."), .dim))
        }
        return Question(
            dialog: Dialog(
                SafeText(title), lines: text,
                buttons: [
                    Dialog.Button(SafeText(action), key: count == nil ? "y" : nil),
                    Dialog.Button(SafeText(keep), key: count == nil ? "n" : nil),
                ], focus: 1, field: count == nil ? nil : TextField()),
            answers: [.perform(command, asked), .nothing], required: count.map(String.init))
    }
}
