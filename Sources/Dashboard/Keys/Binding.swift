import TerminalUI

/// One line of the key map: keys, what they do, where, and how that is called.
///
/// Footer, help, palette and the table for the README are all made from these lines.
struct Binding: Sendable, Equatable {
    /// Under which heading the help shows it.
    enum Chapter: String, Sendable, CaseIterable {
        case views = "Views"
        case movement = "Movement"
        case pool = "Pool"
        case jobs = "Jobs"
        case lists = "Lists"
        case cockpit = "Cockpit"
    }

    /// What it does.
    var action: Action
    /// The keys, the one to be shown first.
    var keys: [Key]
    /// Under which heading the help shows it.
    var chapter: Chapter
    /// Where it works.
    var places: Set<Place>
    /// The footer's word for it; empty where the footer does not show it.
    var title: String
    /// One line of help.
    var help: String
    /// How the palette calls it; empty where it is no use there.
    var command: String
    /// How much the footer wants it, 0 ... 9; at 0 it is not shown.
    var weight: Int

    init(
        _ action: Action, _ keys: [Key], _ chapter: Chapter, in places: Set<Place> = .everywhere,
        title: String = "", help: String, command: String = "", weight: Int = 0
    ) {
        self.action = action
        self.keys = keys
        self.chapter = chapter
        self.places = places
        self.title = title
        self.help = help
        self.command = command
        self.weight = weight
    }
}
