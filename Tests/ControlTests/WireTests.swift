import Monitoring
import NIOCore
import Testing

@testable import Control

/// What is read from the wire, and what is not.
struct WireTests {
    @Test(arguments: [
        ("5", Duration.seconds(5)), ("0.5s", .milliseconds(500)), ("200ms", .milliseconds(200)),
        ("2m", .seconds(120)),
        ("1h", .seconds(3_600)), ("1d", .seconds(86_400)), ("0", .zero),
    ])
    func times_areRead(text: String, time: Duration) {
        #expect(WireDuration(text)?.duration == time)
    }

    @Test(arguments: [
        "", "s", "soon", "-1s", "1e9", "1.s", ".5", "1 s", "99999999d", "inf", "nan", "1x", "١s",
    ])
    func otherTimes_areNot(text: String) {
        #expect(WireDuration(text) == nil)
    }

    @Test func times_areWrittenSoThatTheyCanBeRead() {
        for time in [Duration.zero, .milliseconds(1), .milliseconds(1_500), .seconds(90)] {
            #expect(WireDuration(WireDuration(time).text)?.duration == time)
        }
    }

    @Test func targets_areTakenApart() {
        #expect(RequestTarget("/a/b%2Fc?x=1&y=a+b%26&z")?.segments == ["", "a", "b/c"])
        #expect(RequestTarget("/a/b%2Fc?x=1&y=a+b%26&z")?.query == ["x": "1", "y": "a b&", "z": ""])
        #expect(RequestTarget("http://host/v1/pool")?.segments == ["", "v1", "pool"])
        #expect(RequestTarget("http://host")?.segments == ["", ""])
        #expect(RequestTarget("/a+b")?.segments == ["", "a+b"])
        for target in ["*", "", "pool", "/%", "/%4", "/%zz", "/%ff", "/?a=%c3"] {
            #expect(RequestTarget(target) == nil, "\(target)")
        }
    }

    @Test func commands_comeBackAsTheyWere() throws {
        for command in RemoteTests.commands {
            let back = try Wire.value(CommandBody.self, from: Wire.bytes(CommandBody(command)))
            #expect(back.command == command)
        }
        let text = try Wire.text(CommandBody(.cancel([JobID(rawValue: 7)])))
        #expect(text == #"{"command":"cancel","jobs":[7]}"#)
    }

    @Test func whatIsWrongWithABody_isSaid() {
        for (body, words) in [
            ("{", "not JSON"), (#"{"workers": true}"#, "whole number"),
            (#"{"wrokers": 1}"#, "unknown field 'wrokers'"),
            (#"{}"#, "'workers' is missing"), (#"{"workers": -1}"#, "0 to 10000"),
            (#"{"workers": 1.5}"#, "not whole, or too large"),
            (#"{"workers": 1e300}"#, "not whole, or too large"), (#"{"workers": }"#, "not JSON"),
        ] {
            #expect {
                try Call(
                    parameters: [:], query: [:], body: ByteBuffer(string: body), access: .operator,
                    operatorName: ""
                ).read(PoolChange.self)
            } throws: { error in
                "\(error)".contains(words)
            }
        }
    }

    @Test func pathParts_areEscaped() {
        #expect(PathEscaping.escape("a/b c?ü-_.~") == "a%2Fb%20c%3F%C3%BC-_.~")
    }
}
