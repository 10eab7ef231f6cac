import Testing

/// A server of tasks, as its users meet it.
struct ServeTests {
    /// Begins a script: a server on a socket in the script's own folder.
    private static let server = """
        export XDG_RUNTIME_DIR=$PWD
        cat > pool.yaml <<'YAML'
        listen: unix:api.sock
        store: jobs.db
        synchronous: normal
        workers: 2
        kinds:
          echo: { command: [printf, "%s", "{text}"] }
          sleep: { command: [sleep, "{seconds}"] }
          fail: { command: [sh, -c, "echo broken >&2; exit 7"] }
        YAML
        begin() {
            $POOLTOP serve --config pool.yaml 2>> err & server=$!
            until [ -S pooltop/serve-$server.sock ] && $POOLTOP status > status 2> /dev/null; do sleep 0.02; done
        }
        begin

        """

    @Test func aTask_isTaken_done_andKeptThroughARestart() async throws {
        let program = try Program()
        let result = try await program(
            Self.server + """
                $POOLTOP submit echo text='a; $(b) {c}' --wait 10s --json > first
                $POOLTOP submit fail --wait 10s > second; echo "failed: $?"
                kill -TERM $server; wait $server; echo "server $?"
                begin
                $POOLTOP show 1 --json; $POOLTOP show 2; $POOLTOP list
                kill -TERM $server; wait $server
                cat first second
                """)
        #expect(result.output.contains("server 0"))
        #expect(result.output.contains(#"a; $(b) {c}"#))
        #expect(result.output.contains("exit 7: broken"))
        #expect(result.output.contains("success"))
    }

    @Test func aServerThatIsKilled_leavesWhatWaitsToTheNext() async throws {
        let program = try Program()
        let result = try await program(
            Self.server + """
                $POOLTOP pause dispatch > /dev/null
                for n in 1 2 3; do $POOLTOP submit echo text=$n > /dev/null; done
                kill -9 $server; wait $server 2> /dev/null
                begin
                for n in 1 2 3; do
                    until $POOLTOP show $n --json | grep -q '"state":"success"'; do sleep 0.05; done
                done
                $POOLTOP status --json
                kill -TERM $server; wait $server; echo "server $?"
                """)
        #expect(result.output.contains(#""succeeded":3"#))
        #expect(result.output.contains("server 0"))
    }

    @Test func aFileThatIsWrong_isToldWithTheLine_andNothingIsServed() async throws {
        let program = try Program()
        let result = try await program(
            """
            printf 'store: a.db\\nwrokers: 3\\nkinds: { a: { command: [x] } }\\n' > pool.yaml
            $POOLTOP serve --config pool.yaml; echo "exit $?"; $POOLTOP serve --config none.yaml; echo "exit $?"; ls
            """)
        #expect(result.output == "exit 64\nexit 64\npool.yaml\n")
        #expect(result.error.contains("pool.yaml:2: wrokers is unknown"))
        #expect(result.error.contains("none.yaml: there is no such file"))
    }
}
