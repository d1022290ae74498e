// The scheduler's parts alone: run queue, strand, channel, timer heap, wait word.  One thread, nothing contended:
// what each costs when nothing is in its way.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "sched/chan.h"
#include "sched/runq.h"
#include "sched/strand.h"
#include "sched/timer.h"
#include "sched/wait.h"

namespace lagoon::sched {
namespace {

void no_overflow(Item* const*, uint32_t) {}

void run_queue(benchmark::State& bench) {
  RunQueue queue;
  G g;
  for (auto _ : bench) {
    queue.put(&g, no_overflow);
    benchmark::DoNotOptimize(queue.get());
  }
}
BENCHMARK(run_queue);

void run_queue_next(benchmark::State& bench) {
  RunQueue queue;
  G g;
  for (auto _ : bench) {
    queue.put_next(&g, no_overflow);
    benchmark::DoNotOptimize(queue.take_next());
  }
}
BENCHMARK(run_queue_next);

void run_queue_steal(benchmark::State& bench) {
  RunQueue victim, thief;
  std::vector<std::unique_ptr<G>> gs(128);
  for (auto& g : gs) g = std::make_unique<G>();
  for (auto _ : bench) {
    for (auto& g : gs) victim.put(g.get(), no_overflow);
    while (thief.steal(victim, [] { return false; }) != nullptr) {
      while (thief.get() != nullptr) {
      }
    }
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<int64_t>(gs.size()));
}
BENCHMARK(run_queue_steal);

void strand_turn(benchmark::State& bench) {
  Strand strand;
  G g;
  for (auto _ : bench) {
    benchmark::DoNotOptimize(strand.push(g));
    strand.take();
    benchmark::DoNotOptimize(strand.pop());
    benchmark::DoNotOptimize(strand.release());
  }
}
BENCHMARK(strand_turn);

void strand_own(benchmark::State& bench) {
  Strand strand;
  G g;
  benchmark::DoNotOptimize(strand.try_take());
  for (auto _ : bench) {
    strand.push_own(g);
    benchmark::DoNotOptimize(strand.pop());
  }
}
BENCHMARK(strand_own);

void channel(benchmark::State& bench) {
  Chan chan(128);
  Parcel in, out;
  for (auto _ : bench) {
    in.words[0] = 1;
    benchmark::DoNotOptimize(chan.try_send(in));
    benchmark::DoNotOptimize(chan.try_recv(out));
  }
}
BENCHMARK(channel);

void wait_word(benchmark::State& bench) {
  Wait wait;
  for (auto _ : bench) {
    const Wait::Ticket ticket = wait.open();
    benchmark::DoNotOptimize(wait.claim(ticket));
    benchmark::DoNotOptimize(wait.deliver());
    benchmark::DoNotOptimize(wait.leave());
  }
}
BENCHMARK(wait_word);

// Arms and stops one timer beside `range` others.
void timer_heap(benchmark::State& bench) {
  TimerHeap heap;
  std::vector<std::unique_ptr<Timer>> others(static_cast<size_t>(bench.range(0)));
  int64_t when = 1;
  for (auto& t : others) {
    t = std::make_unique<Timer>();
    t->when = when = when * 48271 % 2147483647;
    heap.start(*t);
  }
  Timer timer;
  for (auto _ : bench) {
    timer.when = when = when * 48271 % 2147483647;
    heap.start(timer);
    stop_timer(timer);
  }
  for (auto& t : others) stop_timer(*t);
}
BENCHMARK(timer_heap)->RangeMultiplier(100)->Range(100, 1000000);

}  // namespace
}  // namespace lagoon::sched
