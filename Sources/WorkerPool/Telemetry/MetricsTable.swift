import Monitoring

/// What a pool exports, by name: the one place where names are made.
///
/// Names follow the conventions of Prometheus: base units, `_total` for what only grows.
enum MetricsTable {
    /// What only grows.
    static let counters: [(name: String, value: @Sendable (PoolSnapshot) -> UInt64)] = [
        ("pooltop_jobs_submitted_total", { $0.counters.submitted }),
        ("pooltop_jobs_succeeded_total", { $0.counters.succeeded }),
        ("pooltop_jobs_failed_total", { $0.counters.failed }),
        ("pooltop_jobs_cancelled_total", { $0.counters.cancelled }),
        ("pooltop_jobs_dropped_total", { $0.counters.dropped }),
        ("pooltop_jobs_rejected_total", { $0.counters.rejected }),
        ("pooltop_jobs_rescued_total", { $0.counters.rescued }),
        ("pooltop_attempts_retried_total", { $0.counters.retried }),
        ("pooltop_attempts_timed_out_total", { $0.counters.timedOut }),
        ("pooltop_attempts_failed_total", { $0.errors.total }),
        ("pooltop_producer_waits_total", { $0.producers.waits }),
    ]

    /// Times that only grow, in seconds.
    static let times: [(name: String, value: @Sendable (PoolSnapshot) -> Double)] = [
        ("pooltop_producer_wait_seconds_total", { $0.producers.waited })
    ]

    /// What goes up and down; `nil` where there is nothing to tell.
    static let gauges: [(name: String, value: @Sendable (PoolSnapshot) -> Double?)] = [
        ("pooltop_jobs_scheduled", { Double($0.counters.scheduled) }),
        ("pooltop_jobs_queued", { Double($0.counters.queued) }),
        ("pooltop_jobs_running", { Double($0.counters.running) }),
        ("pooltop_queue_capacity", { $0.queue.capacity.map(Double.init) }),
        ("pooltop_queue_high_water", { Double($0.queue.highWater) }),
        ("pooltop_queue_low_water", { Double($0.queue.lowWater) }),
        ("pooltop_queue_oldest_seconds", { $0.queue.oldest ?? 0 }),
        ("pooltop_workers_target", { Double($0.workers.target) }),
        ("pooltop_workers_live", { Double($0.workers.live) }),
        ("pooltop_workers_busy", { Double($0.workers.busy) }),
        ("pooltop_workers_idle", { Double($0.workers.idle) }),
        ("pooltop_workers_retiring", { Double($0.workers.retiring) }),
        ("pooltop_producers_waiting", { Double($0.producers.waiting) }),
        ("pooltop_producer_longest_wait_seconds", { $0.producers.longest ?? 0 }),
        ("pooltop_arrivals_per_second", { $0.rates.arrivals }),
        ("pooltop_completions_per_second", { $0.rates.completions }),
        ("pooltop_intake_paused", { $0.paused.intake == nil ? 0 : 1 }),
        ("pooltop_dispatch_paused", { $0.paused.dispatch == nil ? 0 : 1 }),
        ("pooltop_frozen", { $0.paused.frozen == nil ? 0 : 1 }),
        ("pooltop_sizing_active", { $0.sizing.map { $0.isActive ? 1 : 0 } }),
    ]

    /// Gauges with a further dimension `kind`, for each kind with a limit or rate; empty for that of the whole pool.
    static let limits: [(name: String, value: @Sendable (LimitFigures) -> Double?)] = [
        ("pooltop_limit_concurrency", { $0.concurrency.map(Double.init) }),
        ("pooltop_limit_running", { Double($0.running) }),
        ("pooltop_limit_held", { Double($0.held) }),
        ("pooltop_rate_available", { $0.rate?.available }),
    ]

    /// Timers.
    static let wait = "pooltop_job_wait_seconds"
    static let run = "pooltop_job_run_seconds"
    static let total = "pooltop_job_total_seconds"
}
