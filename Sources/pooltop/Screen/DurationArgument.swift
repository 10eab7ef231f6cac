import ArgumentParser
import CommandRunner

/// A time on the command line: `5`, `0.5s`, `200ms`, `2m`, `1h`, `1d`.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }

    var defaultValueDescription: String { DurationText.write(seconds: duration / .seconds(1)) }
}
