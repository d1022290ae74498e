// The works on Go.  usage: works WORK [SCALE]; prints "NAME VALUE UNIT" lines.
package main

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

var scale = 1.0

func count(n float64) int                    { return int(math.Max(1, n*scale)) }
func report(name string, v float64, u string) { fmt.Printf("%s %.6g %s\n", name, v, u) }
func per(name string, start time.Time, n int) {
	report(name, float64(time.Since(start).Nanoseconds())/float64(n), "ns")
}

func resident() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "VmRSS:") {
			kb, _ := strconv.ParseFloat(strings.Fields(line)[1], 64)
			return kb * 1024
		}
	}
	return 0
}

func percentile(all []float64, p float64) float64 {
	sort.Float64s(all)
	return all[int(math.Max(0, math.Ceil(float64(len(all))*p)-1))]
}

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)*1e-6
}

func starts(name string, n int, f func()) {
	before, start := runtime.NumGoroutine(), time.Now()
	for i := 0; i < n; i++ {
		go f()
	}
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
	per(name, start, n)
}

func spawnDone() {
	n := count(1e6)
	var wg sync.WaitGroup
	wg.Add(n)
	start := time.Now()
	for i := 0; i < n; i++ {
		go func() { wg.Done() }()
	}
	wg.Wait()
	per("spawn_done", start, n)
}

var used = false
var sink interface{}

func spawnEnv() {
	n := count(5e5)
	before, start := runtime.NumGoroutine(), time.Now()
	for i := 0; i < n; i++ {
		a, b, c, d := i, 2.5, true, "four"
		helper := func(x int) int { return x + i }
		go func() {
			if used {
				sink = []interface{}{helper(a), b, c, d}
			}
		}()
	}
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
	per("spawn_env", start, n)
}

func parked() {
	n, gate := count(1e6), make(chan int)
	var up sync.WaitGroup
	runtime.GC()
	up.Add(n)
	before, start := resident(), time.Now()
	for i := 0; i < n; i++ {
		go func() { up.Done(); <-gate }()
	}
	up.Wait()
	per("parked_create", start, n)
	time.Sleep(100 * time.Millisecond)
	report("parked_bytes", (resident()-before)/float64(n), "B")
}

func pingpong() {
	n, there, back := count(1e6), make(chan int), make(chan int)
	go func() {
		for v := range there {
			back <- v
		}
	}()
	start := time.Now()
	for i := 0; i < n; i++ {
		there <- i
		<-back
	}
	per("pingpong", start, n)
}

func buffered(name string, producers, consumers int) {
	n, ch := count(4e6), make(chan int, 128)
	var made, taken sync.WaitGroup
	start := time.Now()
	made.Add(producers)
	for i := 0; i < producers; i++ {
		go func() {
			for j := 0; j < n/producers; j++ {
				ch <- j
			}
			made.Done()
		}()
	}
	taken.Add(consumers)
	for i := 0; i < consumers; i++ {
		go func() {
			for range ch {
			}
			taken.Done()
		}()
	}
	made.Wait()
	close(ch)
	taken.Wait()
	per(name, start, n)
}

func ring() {
	const size = 1000
	hops, done, first := count(1e6), make(chan bool), make(chan int)
	from := first
	for i := 1; i <= size; i++ {
		to := first
		if i < size {
			to = make(chan int)
		}
		go func(in, out chan int) {
			for v := range in {
				if v == 0 {
					done <- true
					return
				}
				out <- v - 1
			}
		}(from, to)
		from = to
	}
	start := time.Now()
	first <- hops
	<-done
	per("ring", start, hops)
}

func node(out chan int, number, size int) {
	if size == 1 {
		out <- number
		return
	}
	results, part, sum := make(chan int), size/10, 0
	for i := 0; i < 10; i++ {
		go node(results, number+i*part, part)
	}
	for i := 0; i < 10; i++ {
		sum += <-results
	}
	out <- sum
}

func skynet() {
	leaves := 1000
	if scale >= 1 {
		leaves = 1000000
	} else if scale >= 0.1 {
		leaves = 100000
	}
	out, start := make(chan int), time.Now()
	go node(out, 0, leaves)
	<-out
	report("skynet", time.Since(start).Seconds()*1e3*float64(1000000/leaves), "ms")
}

func sieve() {
	primes, source, start := count(2000), make(chan int), time.Now()
	go func(out chan int) {
		for n := 2; ; n++ {
			out <- n
		}
	}(source)
	for i := 0; i < primes; i++ {
		prime, rest := <-source, make(chan int)
		go func(in, out chan int) {
			for n := range in {
				if n%prime != 0 {
					out <- n
				}
			}
		}(source, rest)
		source = rest
	}
	report("sieve", time.Since(start).Seconds()*1e3, "ms")
}

// The nearest to a table that is copied: a map of anything, copied for each message.
func table() {
	n, ch, done := count(1e6), make(chan map[string]interface{}, 128), make(chan int)
	go func() {
		sum := 0
		for r := range ch {
			sum += r["x"].(int) + len(r["name"].(string))
		}
		done <- sum
	}()
	start := time.Now()
	for i := 0; i < n; i++ {
		ch <- map[string]interface{}{"id": i, "x": i, "y": 2, "z": 3, "age": 42, "name": "alice",
			"email": "alice@example.com", "city": "Paris", "zip": "75001", "country": "FR"}
	}
	close(ch)
	<-done
	per("table", start, n)
}

func mutex() {
	n, shared := count(1e6), 0
	var m sync.Mutex
	var wg sync.WaitGroup
	wg.Add(8)
	start := time.Now()
	for i := 0; i < 8; i++ {
		go func() {
			for j := 0; j < n; j++ {
				m.Lock()
				shared++
				m.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	per("mutex", start, 8*n)
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func fibs() {
	n := 15
	if scale >= 1 {
		n = 32
	} else if scale >= 0.1 {
		n = 27
	}
	fib(n - 2)
	start := time.Now()
	fib(n)
	one := time.Since(start).Seconds()
	var wg sync.WaitGroup
	wg.Add(8)
	start = time.Now()
	for i := 0; i < 8; i++ {
		go func() { fib(n); wg.Done() }()
	}
	wg.Wait()
	report("fib_one", one*1e3, "ms")
	report("fib_speedup", 8*one/time.Since(start).Seconds(), "x")
}

func periods(seconds float64) []float64 {
	last := time.Now()
	stop, all := last.Add(time.Duration(seconds*1e9)), []float64{}
	for last.Before(stop) {
		time.Sleep(time.Millisecond)
		t := time.Now()
		all = append(all, t.Sub(last).Seconds())
		last = t
	}
	return all
}

func spin() uint64 {
	x := uint64(1)
	for i := 0; i < 1000000; i++ {
		x = x * 48271 % 2147483647
	}
	return x
}

func ticker() {
	report("ticker_late_p99", (percentile(periods(2*scale), 0.99)-0.001)*1e3, "ms")
	for i := 0; i < runtime.GOMAXPROCS(0); i++ {
		go func() {
			for {
				spin()
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	report("ticker_hogs_p99", percentile(periods(3*scale), 0.99)*1e3, "ms")
}

func sleepers() {
	n := count(1e5)
	late, done, start := []float64{}, make(chan float64, 1024), cpu()
	for i := 0; i < n; i++ {
		go func(d time.Duration) {
			start := time.Now()
			time.Sleep(d)
			done <- (time.Since(start) - d).Seconds()
		}(time.Duration(rand.Float64() * 1e9))
	}
	for i := 0; i < n; i++ {
		late = append(late, <-done)
	}
	report("sleepers_cpu", cpu()-start, "s")
	report("sleepers_p99", percentile(late, 0.99)*1e3, "ms")
}

func main() {
	if len(os.Args) > 2 {
		scale, _ = strconv.ParseFloat(os.Args[2], 64)
	}
	works := map[string]func(){
		"spawn":      func() { starts("spawn", count(1e6), func() {}) },
		"spawn_done": spawnDone, "spawn_env": spawnEnv, "parked": parked, "pingpong": pingpong,
		"buffered": func() { buffered("buffered_1_1", 1, 1); buffered("buffered_4_4", 4, 4) },
		"ring":     ring, "skynet": skynet, "sieve": sieve, "table": table, "mutex": mutex, "fib": fibs,
		"ticker": ticker, "sleepers": sleepers,
	}
	works[os.Args[1]]()
}
