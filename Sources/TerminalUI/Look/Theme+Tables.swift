// Numbers are those of the 256-colour palette and of ANSI's sixteen. Plain blue (4, 12, 18–21) is never
// used: it cannot be read on black.
extension Theme {
    static func darkEntry(_ role: Role) -> Entry {
        switch role {
        case .working: .color(114, 2)
        case .waiting: .color(221, 3)
        case .failed: .color(203, 9, mono: Attributes(bold: true))
        case .cancelled: .color(176, 5)
        case .operated, .mark: .color(80, 6)
        case .marked: .color(80, 6, mono: Attributes(bold: true))
        case .paused: .color(221, 3, bold: true, reverse: true, mono: Attributes(bold: true, reverse: true))
        case .graph1: .color(114, 2)
        case .graph2: .color(110, 6)
        case .meterLow: .color(114, 2)
        case .meterMid: .color(221, 3)
        case .meterHigh: .color(203, 9, mono: Attributes(bold: true))
        case .dim, .footerText: .grey(245)
        case .border: .grey(240)
        default: shared(role)
        }
    }

    static func lightEntry(_ role: Role) -> Entry {
        switch role {
        case .working: .color(28, 2)
        case .waiting: .color(130, 3)
        case .failed: .color(160, 1, mono: Attributes(bold: true))
        case .cancelled: .color(127, 5)
        case .operated, .mark: .color(30, 6)
        case .marked: .color(30, 6, mono: Attributes(bold: true))
        case .paused: .color(130, 3, bold: true, reverse: true, mono: Attributes(bold: true, reverse: true))
        case .graph1: .color(28, 2)
        case .graph2: .color(31, 6)
        case .meterLow: .color(28, 2)
        case .meterMid: .color(130, 3)
        case .meterHigh: .color(160, 1, mono: Attributes(bold: true))
        case .dim, .footerText: .grey(242)
        case .border: .grey(249)
        default: shared(role)
        }
    }

    // After Okabe and Ito: sky blue, yellow, vermilion, reddish purple, bluish green.
    static func colorBlindSafeEntry(_ role: Role) -> Entry {
        switch role {
        case .working: .color(75, 14)
        case .waiting: .color(227, 11)
        case .failed: .color(208, 9, bold: true, mono: Attributes(bold: true))
        case .cancelled: .color(175, 13)
        case .operated, .mark: .color(36, 2)
        case .marked: .color(36, 2, mono: Attributes(bold: true))
        case .paused: .color(227, 11, bold: true, reverse: true, mono: Attributes(bold: true, reverse: true))
        case .graph1: .color(75, 14)
        case .graph2: .color(178, 3)
        case .meterLow: .color(75, 14)
        case .meterMid: .color(227, 11)
        case .meterHigh: .color(208, 9, bold: true, mono: Attributes(bold: true))
        case .dim, .footerText: .grey(247)
        case .border: .grey(242)
        default: shared(role)
        }
    }

    /// The roles that have no colour in any theme.
    private static func shared(_ role: Role) -> Entry {
        switch role {
        case .title, .header, .footerKey: .plain(bold: true)
        case .heading: .plain(dim: true)
        case .selection, .button: .plain(reverse: true)
        case .input: .plain(underline: true)
        default: .plain()
        }
    }
}
