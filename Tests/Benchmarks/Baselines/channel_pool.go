// A hand-made Go worker pool on a buffered channel: the usual baseline.
//
// channel_pool WORKERS JOBS prints nanoseconds a job: without, then with a result channel for each job.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

type job struct {
	id     uint64
	run    func()
	result chan error
}

func measure(workers, count int, withResult bool) float64 {
	queue := make(chan *job, 1024)
	var group sync.WaitGroup
	for i := 0; i < workers; i++ {
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
	workers, _ := strconv.Atoi(os.Args[1])
	jobs, _ := strconv.Atoi(os.Args[2])
	measure(workers, 10_000, false)
	fmt.Printf("%.1f %.1f\n", measure(workers, jobs, false), measure(workers, jobs, true))
}
