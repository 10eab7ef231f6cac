import Testing

@testable import Dashboard

@Suite struct FilterTests {
    @Test(arguments: [
        ("", ["anything"], true), ("img", ["IMG/1"], true), ("img", ["x", "y"], false),
        ("!img", ["IMG/1"], false),
        ("!img", ["x"], true), ("~^a", ["ba", "ab"], true), ("/^a$/", ["ab"], false), ("/^a$/", ["A"], true),
        ("!~\\d", ["abc"], true), ("!~\\d", ["abc", "1"], false), ("a.b", ["axb"], false), ("ä", ["Ä"], true),
        ("!", ["x"], true),
    ])
    func filter_keeps(source: String, texts: [String], isKept: Bool) {
        #expect(Filter(source).keeps(texts) == isKept)
    }

    @Test func aBrokenPattern_keepsEverything_andSaysSo() {
        let filter = Filter("~(")
        #expect(filter.mistake == "( is never closed")
        #expect(!filter.isActive)
        #expect(filter.keeps(["x"]))
    }

    @Test func onlyPlainText_isLeftToTheSource() {
        #expect(Filter("img").plainText == "img")
        #expect(Filter("!img").plainText == nil)
        #expect(Filter("~img").plainText == nil)
        #expect(Filter("").plainText == nil)
    }

    @Test func aNameOfTenMegabytes_isReadInPart() {
        let name = String(repeating: "x", count: 10_000_000) + "needle"
        #expect(!Filter("needle").keeps([name]))
        #expect(!Filter("~needle").keeps([name]))
    }
}
