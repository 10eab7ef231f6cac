import Testing

/// The cockpit of a pool in another process, on a real terminal.
struct AttachTests {
    /// Begins a script: a run that waits for workers, and a terminal to attach from.
    private static let stage =
        Program.terminal + """
            export XDG_RUNTIME_DIR=$PWD
            seq 3 | $P --no-ui -j0 'echo {}; read -r line < gate' > out 2> err & run=$!
            mkfifo gate; exec 9<> gate
            until [ -S pooltop/run-$run.sock ]; do sleep 0.02; done
            attach() {
                t new-session -d -x 80 -y 24 "TERM=screen-256color $POOLTOP attach $1; echo \\"left \\$?\\"; read line"
            }

            """
    private static let end = """

        t kill-server; kill -9 $run; wait $run 2> /dev/null
        """

    @Test func itShows_andSteers_andLeavesThePoolAsItIs() async throws {
        let program = try Program()
        let result = try await program(
            Self.stage + """
                attach
                see '0 workers'; t send-keys +; see 'worker-1 '; $POOLTOP status --json | grep -o '"target":1'
                t send-keys q; see 'left 0'; $POOLTOP status > /dev/null && echo alive
                """ + Self.end)
        #expect(
            result.output.split(separator: "\n").map(String.init)
                == ["saw 0 workers", "saw worker-1 ", #""target":1"#, "saw left 0", "alive"],
            "\(result.output) \(result.error)")
    }

    @Test func readOnly_changesNothing() async throws {
        let program = try Program()
        let result = try await program(
            Self.stage + """
                attach --read-only
                see 'read-only'; t send-keys +; see 'read-only'; $POOLTOP status --json | grep -o '"target":0'
                """ + Self.end)
        #expect(
            result.output.split(separator: "\n").map(String.init)
                == ["saw read-only", "saw read-only", #""target":0"#], "\(result.output) \(result.error)")
    }

    @Test func aPoolThatGoesAway_isSaidToBe() async throws {
        let program = try Program()
        let result = try await program(
            Self.stage + """
                attach $run
                see '0 workers'; kill -9 $run; see 'NO ANSWER'; see 'reconnecting'; t send-keys q; see 'left 0'
                """ + Self.end)
        #expect(
            result.output.split(separator: "\n").map(String.init)
                == ["saw 0 workers", "saw NO ANSWER", "saw reconnecting", "saw left 0"],
            "\(result.output) \(result.error)")
    }
}
