import Testing

@testable import Dashboard

@Suite struct PatternTests {
    @Test(arguments: [
        ("img", "IMG/2041", true), ("^img", "an img", false), ("png$", "a.png", true), ("a.c", "abc", true),
        ("a.c", "ac", false), ("colou?r", "color", true), ("(ab)+$", "xababab", true), ("a|b|c", "zzc", true),
        ("^(a|bc)*$", "abca", true), ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("[]x]", "]", true),
        ("\\d{3}", "a12", false), ("\\d{3}", "a123", true), ("^\\d{2,3}$", "1234", false),
        ("^a{2,}$", "aaaa", true),
        ("\\bcat\\b", "a cat!", true), ("\\bcat\\b", "concat", false), ("\\w+@\\w+", "me@x", true),
        ("a{", "a{", true), ("(?:ab)c", "abc", true), ("ÄÖ", "äö", true), ("[\\d.]+$", "v1.2.3", true),
        ("", "x", true),
        ("a*?b", "aab", true), ("\\.", "ab", false), ("x{0}y", "y", true), ("(a*)*b", "aaab", true),
    ])
    func pattern_matches(pattern: String, text: String, matches: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == matches)
    }

    @Test(arguments: [
        ("(", "( is never closed"), (")", "a ) too many"), ("[a", "[ is never closed"),
        ("*a", "nothing before * to repeat"),
        ("a{3,1}", "{3,1} is the wrong way round"), ("a{2", "{ is never closed"), ("\\", "\\ at the end"),
        ("[z-a]", "z-a is the wrong way round"), ("a{99999}", "repeats too much"),
        ("(?=a)", "(? is not understood"),
        ("(((a{30}){30}){30})", "repeats too much"),
    ])
    func aBrokenPattern_saysWhatIsWrong(pattern: String, message: String) {
        #expect(throws: Pattern.Mistake(message: message)) { try Pattern(pattern) }
    }

    @Test func patternsThatExplodeElsewhere_takeNoTime() throws {
        let text = String(repeating: "a", count: 5_000) + "!"
        let clock = ContinuousClock()
        for pattern in ["(a+)+$", "(a|aa)+$", "(.*)(.*)(.*)(.*)(.*)x", "(a*)*b"] {
            let pattern = try Pattern(pattern)
            var found = true
            let time = clock.measure { found = pattern.matches(text) }
            #expect(!found)
            #expect(time < .seconds(2))
        }
    }

    /// A model test: the standard library's own engine is right.
    @Test func randomPatterns_matchAsTheStandardLibraryDoes() throws {
        let seed = UInt64.random(in: .min ... .max)
        var dice = Dice(seed: seed)
        let pieces = [
            "a", "b", "c", ".", "[ab]", "[^b]", "(a|b)", "(ab)", "\\w", "^", "$", "(a*)", "(b|)", "\\d",
        ]
        let repeats = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}"]
        for _ in 0..<400 {
            var source = ""
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let piece = pieces.randomElement(using: &dice) ?? "a"
                source += piece
                if piece != "^", piece != "$" { source += repeats.randomElement(using: &dice) ?? "" }
                if Int.random(in: 0..<7, using: &dice) == 0 { source += "|" }
            }
            guard let reference = try? Regex(source) else { continue }
            let pattern = try Pattern(source)
            for _ in 0..<6 {
                let text = String(
                    (0..<Int.random(in: 0...6, using: &dice)).map { _ in
                        "abc1 ".randomElement(using: &dice) ?? "a"
                    })
                let expected = text.firstMatch(of: reference) != nil
                #expect(pattern.matches(text) == expected, "/\(source)/ on \"\(text)\", seed \(seed)")
            }
        }
    }
}

/// Random numbers that can be had again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
