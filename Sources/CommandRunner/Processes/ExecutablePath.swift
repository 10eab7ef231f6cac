import Glibc

/// Finds programs as a shell does.
enum ExecutablePath {
    /// The file to execute for `program`: itself where it holds a `/`, else the first executable file of that
    /// name in the directories of `path`; `nil` where there is none.
    static func find(_ program: [UInt8], path: [UInt8]?) -> [UInt8]? {
        if program.contains(UInt8(ascii: "/")) { return program }
        let directories = (path ?? Array("/usr/local/bin:/usr/bin:/bin".utf8))
            .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for directory in directories {
            let prefix = directory.isEmpty ? Array(".".utf8) : Array(directory)
            let candidate = prefix + [UInt8(ascii: "/")] + program
            var status = stat()
            let name = candidate.map(CChar.init(bitPattern:)) + [0]
            if stat(name, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(name, X_OK) == 0 {
                return candidate
            }
        }
        return nil
    }
}
