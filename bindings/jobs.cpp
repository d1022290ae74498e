// Jobs: work for the main goroutine that threads of the host wait for, and its interruption.

#include "bindings/runtime_impl.h"
#include "vm/random.h"

namespace lagoon::bindings {

void Runtime::run(Job& job) {
  std::unique_lock lock(impl_->jobs_lock);
  if (!impl_->fatal.empty() || stopped_.load()) {
    job.canceled = true;
    job.message = impl_->fatal.empty() ? "the runtime is shut down" : impl_->fatal;
    return;
  }
  auto* g = static_cast<Goroutine*>(scheduler_->acquire());
  if (g == nullptr) {
    job.message = "not enough memory";
    return;
  }
  if (impl_->jobs.empty()) g->id = 1;
  g->job = &job;
  g->is_main = true;
  g->random = vm::split(*impl_->main->state->random);
  impl_->main_g = g;
  ++impl_->turn;
  impl_->jobs.push_back(&job);
  auto place = std::prev(impl_->jobs.end());
  scheduler_->spawn_in(*impl_->main, *g);
  scheduler_->drop_source();
  impl_->job_done.wait(lock, [&] { return job.ended; });
  impl_->jobs.erase(place);
}

void Runtime::finish_job(Goroutine& g, bool ok, vm::Failure failure) {
  Job& job = *g.job;
  std::lock_guard lock(impl_->jobs_lock);
  if (impl_->main_g == &g) {
    impl_->main_g = nullptr;
    ++impl_->turn;
  }
  if (job.ended) return;  // a fatal error ended it before
  scheduler_->add_source();
  job.ok = ok;
  job.message = std::move(failure.message);
  job.traceback = std::move(failure.traceback);
  job.ended = true;
  impl_->job_done.notify_all();
}

void Runtime::interrupt_main() noexcept {
  impl_->interrupted_turn.store(impl_->turn.load());
  scheduler_->poke();
}

// interrupt_main() may be called in a signal handler, which may only poke: the rest is done here.
void Runtime::poked() {
  std::lock_guard lock(impl_->jobs_lock);
  Goroutine* g = impl_->main_g;
  if (g == nullptr || stopped_.load() || impl_->interrupted_turn.load() != impl_->turn.load()) return;
  g->job->interrupted = true;
  g->interrupted.store(true);
  scheduler_->cancel(*g);
  interrupt_goroutine(*g);
}

void Runtime::request_exit(int status) {
  exit_status_.store(status);
  exit_requested_.store(true);
}

// No job can run from now on.
void Runtime::end_jobs(const std::string& message, bool exited) {
  std::lock_guard lock(impl_->jobs_lock);
  impl_->fatal = message;
  impl_->main_g = nullptr;
  ++impl_->turn;
  for (Job* job : impl_->jobs) {
    if (job->ended) continue;
    scheduler_->add_source();
    job->canceled = true;
    job->exited = exited;
    job->message = message;
    job->ended = true;
  }
  impl_->job_done.notify_all();
}

}  // namespace lagoon::bindings
