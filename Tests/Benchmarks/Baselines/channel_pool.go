// A hand-made Go worker pool on a buffered channel: the usual baseline.
// Prints nanoseconds a job: without, then with a result channel for each job.
package main

import (
	"fmt"
	"sync"
	"time"
)

type job struct {
	id       uint64
	run      func()
	result   chan error
	enqueued time.Time
}

func measure(workers, count int, withResult bool) float64 {
	queue := make(chan *job, 1024)
	var group sync.WaitGroup
	for range make([]struct{}, workers) {
		group.Add(1)
		go func() {
			defer group.Done()
			for j := range queue {
				j.run()
				if j.result != nil {
					j.result <- nil
				}
			}
		}()
	}
	work := func() {}
	start := time.Now()
	for i := 0; i < count; i++ {
		j := &job{id: uint64(i), run: work}
		if withResult {
			j.result = make(chan error, 1)
		}
		queue <- j
	}
	close(queue)
	group.Wait()
	return float64(time.Since(start).Nanoseconds()) / float64(count)
}

func main() {
	measure(2, 100_000, false)
	fmt.Printf("%.1f %.1f\n", measure(2, 2_000_000, false), measure(2, 2_000_000, true))
}
