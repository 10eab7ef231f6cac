import WorkerPool

/// A synthetic pipeline of four stages whose bottleneck moves: encode, upload, the source, resize, and again.
struct PipelineDemo {
    /// The pools of the stages, from the source on.
    var stages: [Pool] { run.stages }

    private let run: PipelineRun<Photo, Void>
    private let rate: Double
    private let seed: UInt64

    /// What is slow now, one after the other.
    private enum Phase: Int, CaseIterable {
        case encode, upload, source, resize

        /// How long each lasts.
        static let length: Duration = .seconds(20)

        static func at(_ time: Duration) -> Phase {
            allCases[Int(time / length) % allCases.count]
        }
    }

    /// What goes through the pipeline.
    private struct Photo: Sendable {
        var name: String
        var seed: UInt64

        /// What chance brings it in one of the stages.
        func chance(_ stage: UInt64, attempt: Int = 1) -> SplitMix {
            SplitMix(seed: seed &* 0x9E37_79B9 &+ stage &* 131 &+ UInt64(attempt))
        }
    }

    /// The spread of times (the σ of a log-normal distribution).
    private static let spread = 0.4

    init(rate: Double, failures: Double, seed: UInt64) {
        self.rate = rate
        self.seed = seed
        let start = ContinuousClock.now
        let phase: @Sendable () -> Phase = { Phase.at(start.duration(to: .now)) }
        let retry = RetryPolicy(maxAttempts: 3, base: .milliseconds(500), cap: .seconds(5))
        let describe: @Sendable (Photo) -> JobOptions = { JobOptions(name: $0.name, kind: "photo") }
        let pipeline = Pipeline("photos", of: Photo.self)
            .stage(
                "fetch", workers: 8, buffer: 64, onFailure: .skip, retry: retry, describe: describe,
                configure: { $0.producers = 1 }
            ) { photo, context in
                try await PipelineDemo.work(.milliseconds(60), photo, 1)
                var chance = photo.chance(5, attempt: context.attempt)
                if Double.random(in: 0..<1, using: &chance) < failures {
                    throw Mishap(
                        failureType: "HTTP 503", failureMessage: "\(photo.name): the origin is overloaded",
                        isPermanent: Bool.random(using: &chance))
                }
                return photo
            }
            .stage("resize", workers: 3, buffer: 48, onFailure: .skip, describe: describe) { photo in
                try await PipelineDemo.work(.milliseconds(phase() == .resize ? 80 : 22), photo, 2)
                return photo
            }
            .stage("encode", workers: 6, buffer: 48, onFailure: .skip, order: .kept, describe: describe) {
                photo in
                try await PipelineDemo.work(.milliseconds(phase() == .encode ? 130 : 62), photo, 3)
                return photo
            }
            .stage(
                "upload", workers: 6, buffer: 48, onFailure: .skip, retry: retry, describe: describe
            ) { photo, context in
                try await PipelineDemo.work(.milliseconds(phase() == .upload ? 150 : 45), photo, 4)
                var chance = photo.chance(6, attempt: context.attempt)
                if Double.random(in: 0..<1, using: &chance) < failures {
                    throw Mishap(
                        failureType: "S3 SlowDown", failureMessage: "please reduce your request rate",
                        isPermanent: false)
                }
            }
        run = pipeline.start(PipelineOptions(grace: .seconds(1), seed: seed))
    }

    /// Sends photos until the task is cancelled or the pipeline takes no more.
    func produce() async {
        var generator = SplitMix(seed: seed)
        let start = ContinuousClock.now
        var next = start
        var number = 0
        while !Task.isCancelled {
            number += 1
            let isSlow = Phase.at(start.duration(to: .now)) == .source
            // The source sends what it could not when there is room again, but not all of it at once.
            next = max(
                next + .seconds(1 / (isSlow ? rate * 0.35 : rate)), ContinuousClock.now - .milliseconds(50))
            let place = ["harbour", "market", "bridge", "garden", "tower", "canal"].randomElement(
                using: &generator)
            let photo = Photo(
                name: "\(place ?? "harbour")-\(1_000 + number % 9_000).jpg", seed: generator.next())
            do {
                try await ContinuousClock().sleep(until: next)
                try await run.send(photo)
            } catch {
                break
            }
        }
        run.cancel()
    }

    /// Takes about that time, as chance will have it.
    private static func work(_ time: Duration, _ photo: Photo, _ stage: UInt64) async throws {
        var chance = photo.chance(stage)
        try await Task.sleep(for: time * JobMix.logNormal(spread: spread, using: &chance))
    }
}
