import Testing

@testable import TerminalUI

@Suite struct SafeTextTests {
    @Test func plain() {
        #expect(SafeText("abc").width == 3)
    }
}
