// A pool and its cockpit in a program of your own: `swift run embed`.
import CursesTerminal
import Dashboard
import WorkerPool

let pool = Pool(PoolConfiguration(name: "thumbnails", workers: 3, capacity: 50))
let cockpit = Cockpit(source: pool, terminal: try CursesTerminal.open())

let producer = Task {
    for number in 1... {
        try await pool.submit(JobOptions(name: "photo-\(number).jpg")) { context in
            for step in 1...10 {
                try await Task.sleep(for: .milliseconds(.random(in: 5...60)))
                context.report(Double(step) / 10)
            }
        }
    }
}
_ = try await cockpit.run()  // until q
producer.cancel()
let left = await pool.shutdownNow()
print("\(left.count) photos were left to do")
