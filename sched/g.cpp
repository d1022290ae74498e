#include "sched/g.h"

namespace lagoon::sched {

const char* name_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::None: return "";
    case Reason::ChanReceive: return "chan receive";
    case Reason::ChanSend: return "chan send";
    case Reason::Select: return "select";
    case Reason::SelectNoCases: return "select (no cases)";
    case Reason::Sleep: return "sleep";
    case Reason::MutexLock: return "sync.Mutex.Lock";
    case Reason::RWMutexRLock: return "sync.RWMutex.RLock";
    case Reason::RWMutexLock: return "sync.RWMutex.Lock";
    case Reason::CondWait: return "sync.Cond.Wait";
    case Reason::WaitGroupWait: return "sync.WaitGroup.Wait";
    case Reason::Semaphore: return "semacquire";
    case Reason::Once: return "sync.Once";
    case Reason::Join: return "join";
    case Reason::Group: return "group";
    case Reason::IoWait: return "IO wait";
    case Reason::Syscall: return "syscall";
    case Reason::Host: return "host";
  }
  return "?";
}

const char* name_of(Status status) noexcept {
  switch (status) {
    case Status::Fresh: return "fresh";
    case Status::Ready: return "runnable";
    case Status::Running: return "running";
    case Status::Waiting: return "waiting";
    case Status::Syscall: return "syscall";
    case Status::Dead: return "dead";
  }
  return "?";
}

}  // namespace lagoon::sched
