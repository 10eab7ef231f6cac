import Glibc

/// The number of this process.
enum ProcessNumber {
    static var own: Int32 { getpid() }
}
