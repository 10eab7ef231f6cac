import Testing

/// Whatever Swift README, guides and doc comments show is a program of these tests, letter by letter, and each
/// program is shown somewhere.
@Suite struct ListingTests {
    private static let programs = Files.all(below: "Tests/DocumentationTests/Programs", ending: ".swift")
        .flatMap { Listing.run(in: Files.read($0) ?? "", of: $0) }

    private static let documents =
        ["README.md"] + Files.all(below: "Sources/WorkerPool/WorkerPool.docc", ending: ".md")
        + Files.all(below: "Sources/WorkerPool", ending: ".swift")
        + Files.all(below: "Sources/JobQueue", ending: ".md")
        + Files.all(below: "Sources/JobQueue", ending: ".swift")

    private static let shown = documents.flatMap { Listing.shown(in: Files.read($0) ?? "", of: $0) }

    @Test func everyListing_isAProgramThatRuns() {
        for listing in Self.shown {
            let runs = Self.programs.contains {
                $0.lines == listing.lines && listing.imports.isSubset(of: $0.imports)
            }
            #expect(
                runs,
                "\(listing.place) shows what no program of Tests/DocumentationTests/Programs does:\n\(listing.lines.joined(separator: "\n"))"
            )
        }
    }

    @Test func everyProgram_isShownSomewhere() {
        for program in Self.programs {
            #expect(Self.shown.contains { $0.lines == program.lines }, "\(program.place) is shown nowhere")
        }
    }

    @Test func listings_areFound_inReadmeGuidesAndComments() {
        #expect(Self.shown.contains { $0.place.hasPrefix("README.md") })
        #expect(Self.shown.contains { $0.place.contains(".docc/") })
        #expect(Self.shown.contains { $0.place.contains(".swift:") })
    }

    @Test func everyLinkOfTheReadme_leadsToAFile() {
        let text = Files.read("README.md") ?? ""
        for part in text.split(separator: "](").dropFirst() {
            let target = String(part.prefix { $0 != ")" })
            guard !target.contains("://"), !target.hasPrefix("#") else { continue }
            #expect(Files.read(target) != nil, "README.md links to \(target), which is not there")
        }
    }

    @Test func listing_knowsNoIndentationCommentsOrImports() {
        let shown = Listing.shown(
            in: """
                Text.
                    /// ```swift
                    /// import WorkerPool
                    ///
                    /// if a {
                    ///     b()
                    /// }
                    /// ```
                """, of: "x")
        let run = Listing.run(
            in: """
                import WorkerPool
                        // snippet: one
                        if a {
                            b()
                        }
                        // end
                """, of: "y")
        #expect(shown.map(\.lines) == [["if a {", "    b()", "}"]])
        #expect(shown.map(\.lines) == run.map(\.lines) && shown.map(\.imports) == run.map(\.imports))
    }
}
