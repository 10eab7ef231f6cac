import Glibc
import Monitoring
import Testing

@testable import CommandRunner

@Suite struct LinuxPressureTests {
    @Test func average_isThatOfTheTenSecondsInWhichSomeTaskWaited() {
        let text = """
            some avg10=8.79 avg60=35.29 avg300=30.33 total=4859288631
            full avg10=1.00 avg60=0.00 avg300=0.00 total=0

            """
        #expect(LinuxPressure.someAverage(text) == 8.79)
    }

    @Test(arguments: [
        "", "some", "some avg10=", "some avg10=x", "some avg10=nan", "full avg10=3.00", "some avg60=1.00",
    ])
    func average_ofAnythingElse_isNone(text: String) {
        #expect(LinuxPressure.someAverage(text) == nil)
    }

    @Test(
        arguments: [
            ("0::/user.slice/app.scope\n", "/user.slice/app.scope"), ("0::/\n", nil), ("4:memory:/x\n", nil),
            ("9:name=systemd:/\n4:memory:/x\n0::/a b\n", "/a b"), ("", nil),
        ] as [(String, String?)])
    func groupPath_isThatOfVersionTwo(text: String, expected: String?) {
        #expect(LinuxPressure.groupPath(text) == expected)
    }

    @Test func ownGroup_comesBeforeTheMachine_andNothingIsNoFailure() throws {
        let root = try Scratch()
        for folder in [
            "proc", "proc/pressure", "proc/self", "sys", "sys/fs", "sys/fs/cgroup", "sys/fs/cgroup/job",
        ] {
            try #require(mkdir(root(folder), 0o700) == 0)
        }
        #expect(LinuxPressure(root: root.path).pressure() == nil)
        for (name, value) in [("cpu", 1), ("memory", 2), ("io", 3)] {
            try root.write("some avg10=\(value).50 avg60=0\n", to: "proc/pressure/\(name)")
        }
        #expect(LinuxPressure(root: root.path).pressure() == PressureFigures(cpu: 1.5, memory: 2.5, io: 3.5))
        try root.write("0::/job\n", to: "proc/self/cgroup")
        #expect(LinuxPressure(root: root.path).pressure()?.cpu == 1.5)
        for name in ["cpu", "memory", "io"] {
            try root.write("some avg10=70.00 avg60=0\n", to: "sys/fs/cgroup/job/\(name).pressure")
        }
        let source = LinuxPressure(root: root.path)
        #expect(source.pressure() == PressureFigures(cpu: 70, memory: 70, io: 70))
        try root.write("gone\n", to: "sys/fs/cgroup/job/io.pressure")
        #expect(source.pressure() == nil)
    }
}
