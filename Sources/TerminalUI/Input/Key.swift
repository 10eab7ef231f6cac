/// A key, or a key with Control or Alt.
public enum Key: Hashable, Sendable {
    /// A character, space among them.
    case char(Unicode.Scalar)
    /// A character with Alt.
    case alt(Unicode.Scalar)
    /// A small letter, or one of `@ [ \ ] ^ _`, with Control.
    case control(Character)
    /// Enter.
    case enter
    /// Escape on its own.
    case escape
    /// Tab.
    case tab
    /// Shift-Tab.
    case backTab
    /// The key left of the first, whatever the terminal sends for it.
    case backspace
    /// Delete.
    case delete
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// Insert.
    case insert
    /// A function key, from 1.
    case function(Int)
}
