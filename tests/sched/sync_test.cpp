// What Gs wait for besides channels, step by step.  Tn names the case of Go's test suite.

#include "sched/sync.h"

#include <gtest/gtest.h>

#include <thread>

#include "by_hand.h"
#include "sched/event.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;

class SyncTest : public testing::Test {
 protected:
  SyncTest() { a.id = 1, b.id = 2, c.id = 3; }
  static void wait_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }
  G a, b, c;
};

// --- Mutex -------------------------------------------------------------------------------------

TEST_F(SyncTest, AMutexHasOneOwner) {
  Mutex m;
  EXPECT_EQ(m.lock(a), Result::Done);
  EXPECT_TRUE(m.locked());
  EXPECT_EQ(m.owner(), 1u);
  EXPECT_FALSE(m.try_lock(b));
  EXPECT_EQ(m.unlock(), Result::Done);
  EXPECT_FALSE(m.locked());
  EXPECT_EQ(m.owner(), 0u);
  EXPECT_TRUE(m.try_lock(b));
  EXPECT_EQ(m.unlock(), Result::Done);
}

// T33
TEST_F(SyncTest, UnlockOfAnUnlockedMutexIsReported) {
  Mutex m;
  EXPECT_EQ(m.unlock(), Result::Misuse);
  EXPECT_EQ(m.lock(a), Result::Done);
  EXPECT_EQ(m.unlock(), Result::Done);
  EXPECT_EQ(m.unlock(), Result::Misuse);
  EXPECT_EQ(m.lock(a), Result::Done);
}

TEST_F(SyncTest, UnlockWakesTheFirstWaiterToTry) {
  Mutex m;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.lock(c), Result::Blocked);
  EXPECT_EQ(m.unlock(), Result::Done);
  EXPECT_TRUE(was_woken(b));
  EXPECT_FALSE(was_woken(c));
  EXPECT_EQ(m.finish_lock(b), Result::Done);
  EXPECT_EQ(m.owner(), 2u);
  m.unlock();
  EXPECT_EQ(m.finish_lock(c), Result::Done);
  m.unlock();
  EXPECT_FALSE(m.locked());
}

TEST_F(SyncTest, AWaiterThatWasOvertakenWaitsOnAtTheFront) {
  Mutex m;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.lock(c), Result::Blocked);
  m.unlock();
  EXPECT_EQ(m.lock(a), Result::Done) << "a newcomer overtakes";
  ASSERT_EQ(m.finish_lock(b), Result::Blocked);
  m.unlock();
  EXPECT_TRUE(was_woken(b));
  EXPECT_EQ(m.finish_lock(b), Result::Done);
  m.unlock();
  EXPECT_EQ(m.finish_lock(c), Result::Done);
}

TEST_F(SyncTest, OneWokenWaiterIsEnough) {
  Mutex m;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.lock(c), Result::Blocked);
  m.unlock();
  EXPECT_TRUE(m.try_lock(a));
  m.unlock();  // b is on its way already
  EXPECT_EQ(c.wait.current(), c.waiter.ticket) << "c still waits";
  EXPECT_EQ(m.finish_lock(b), Result::Done);
}

// T74
TEST_F(SyncTest, AStarvingMutexIsHandedOver) {
  Mutex m;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.lock(c), Result::Blocked);
  wait_a_little();
  m.unlock();
  m.lock(a);
  ASSERT_EQ(m.finish_lock(b), Result::Blocked);  // overtaken after more than 1 ms
  m.unlock();
  EXPECT_EQ(m.owner(), 2u) << "b has it before it runs";
  EXPECT_FALSE(m.try_lock(a)) << "and nobody can overtake";
  ASSERT_EQ(m.lock(a), Result::Blocked);
  EXPECT_EQ(m.finish_lock(b), Result::Done);
  m.unlock();
  EXPECT_EQ(m.owner(), 3u) << "c has waited as long";
  EXPECT_EQ(m.finish_lock(c), Result::Done);
  m.unlock();
  EXPECT_EQ(m.owner(), 1u);
  EXPECT_EQ(m.finish_lock(a), Result::Done) << "the last waiter";
  m.unlock();
  EXPECT_TRUE(m.try_lock(b)) << "normal again";
}

TEST_F(SyncTest, AMutexWaiterThatTimedOutIsPassedOver) {
  Mutex m;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.lock(c), Result::Blocked);
  time_out(b);
  m.unlock();
  EXPECT_EQ(m.finish_lock(c), Result::Done);
  EXPECT_EQ(m.finish_lock(b), Result::Timeout);
  m.unlock();
  EXPECT_TRUE(m.try_lock(a));
}

TEST_F(SyncTest, WhenTheOnlyWaiterLeavesTheMutexIsAsBefore) {
  Mutex m;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  wait_a_little();
  m.unlock();
  m.lock(a);
  ASSERT_EQ(m.finish_lock(b), Result::Blocked);  // starving
  cancel(b);
  EXPECT_EQ(m.finish_lock(b), Result::Canceled);
  m.unlock();
  EXPECT_FALSE(m.locked());
  EXPECT_EQ(m.lock(a), Result::Done);
  EXPECT_EQ(m.unlock(), Result::Done);

  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  time_out(b);
  m.unlock();  // finds nobody
  EXPECT_FALSE(m.locked());
  EXPECT_EQ(m.finish_lock(b), Result::Timeout);
}

// --- RWMutex -----------------------------------------------------------------------------------

// T36
TEST_F(SyncTest, ReadersShareAndAWriterExcludes) {
  RWMutex m;
  EXPECT_EQ(m.rlock(a), Result::Done);
  EXPECT_EQ(m.rlock(b), Result::Done);
  EXPECT_EQ(m.readers(), 2u);
  EXPECT_FALSE(m.try_lock(c));
  m.runlock();
  EXPECT_FALSE(m.try_lock(c));
  m.runlock();
  EXPECT_TRUE(m.try_lock(c));
  EXPECT_EQ(m.owner(), 3u);
  EXPECT_FALSE(m.try_lock(a));
  EXPECT_FALSE(m.try_rlock());
  m.unlock();
  EXPECT_TRUE(m.try_rlock());
  m.runlock();
}

TEST_F(SyncTest, UnlockOfAnUnlockedRWMutexIsReported) {
  RWMutex m;
  EXPECT_EQ(m.unlock(), Result::Misuse);
  EXPECT_EQ(m.runlock(), Result::Misuse);
  m.rlock(a);
  EXPECT_EQ(m.unlock(), Result::Misuse);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  EXPECT_EQ(m.unlock(), Result::Misuse);
  m.runlock();
  EXPECT_EQ(m.finish_lock(b), Result::Done);
  ASSERT_EQ(m.rlock(a), Result::Blocked);
  EXPECT_EQ(m.runlock(), Result::Misuse);
  m.unlock();
  EXPECT_EQ(m.finish_rlock(a), Result::Done);
}

// T36
TEST_F(SyncTest, AWaitingWriterKeepsNewReadersOut) {
  RWMutex m;
  m.rlock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  EXPECT_FALSE(m.try_rlock());
  ASSERT_EQ(m.rlock(c), Result::Blocked);
  m.runlock();
  EXPECT_TRUE(was_woken(b));
  EXPECT_FALSE(was_woken(c));
  EXPECT_EQ(m.finish_lock(b), Result::Done);
  EXPECT_EQ(m.owner(), 2u);
}

TEST_F(SyncTest, ReadersThatWaitGoBeforeTheNextWriter) {
  RWMutex m;
  G d;
  m.lock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.rlock(c), Result::Blocked);
  ASSERT_EQ(m.rlock(d), Result::Blocked);
  m.unlock();
  EXPECT_EQ(m.readers(), 2u);
  EXPECT_EQ(m.finish_rlock(c), Result::Done);
  EXPECT_EQ(m.finish_rlock(d), Result::Done);
  EXPECT_FALSE(was_woken(b));
  m.runlock();
  m.runlock();
  EXPECT_TRUE(m.locked());
  EXPECT_EQ(m.finish_lock(b), Result::Done);
  m.unlock();
  EXPECT_TRUE(m.try_lock(a));
}

TEST_F(SyncTest, WhenAWaitingWriterGivesUpTheReadersBehindItGo) {
  RWMutex m;
  m.rlock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.rlock(c), Result::Blocked);
  time_out(b);
  EXPECT_EQ(m.finish_lock(b), Result::Timeout);
  EXPECT_TRUE(was_woken(c));
  EXPECT_EQ(m.finish_rlock(c), Result::Done);
  EXPECT_EQ(m.readers(), 2u);
  EXPECT_TRUE(m.try_rlock());
}

TEST_F(SyncTest, AWriterThatTimedOutDoesNotGetTheLock) {
  RWMutex m;
  m.rlock(a);
  ASSERT_EQ(m.lock(b), Result::Blocked);
  ASSERT_EQ(m.rlock(c), Result::Blocked);
  time_out(b);
  m.runlock();  // before b has unlinked itself
  EXPECT_EQ(m.finish_rlock(c), Result::Done);
  EXPECT_EQ(m.finish_lock(b), Result::Timeout);
  EXPECT_EQ(m.readers(), 1u);
  m.runlock();
  EXPECT_TRUE(m.try_lock(a));
}

// --- WaitGroup ---------------------------------------------------------------------------------

// T35
TEST_F(SyncTest, AWaitGroupReleasesEverybodyAtZero) {
  WaitGroup wg;
  EXPECT_EQ(wg.wait(a), Result::Done);
  wg.add(2);
  ASSERT_EQ(wg.wait(a), Result::Blocked);
  ASSERT_EQ(wg.wait(b), Result::Blocked);
  ASSERT_EQ(wg.wait(c), Result::Blocked);
  wg.add(-1);
  EXPECT_FALSE(was_woken(a));
  time_out(c);
  EXPECT_EQ(wg.finish_wait(c), Result::Timeout);
  wg.add(-1);
  EXPECT_EQ(wg.finish_wait(a), Result::Done);
  EXPECT_EQ(wg.finish_wait(b), Result::Done);
}

TEST_F(SyncTest, AWaitGroupCanBeReusedBeforeItsWaitersReturned) {
  WaitGroup wg;
  wg.add(1);
  ASSERT_EQ(wg.wait(a), Result::Blocked);
  wg.add(-1);
  wg.add(1);
  EXPECT_EQ(wg.finish_wait(a), Result::Done);
  EXPECT_EQ(wg.wait(b), Result::Blocked);
  wg.add(-1);
  EXPECT_EQ(wg.finish_wait(b), Result::Done);
}

// T35
TEST_F(SyncTest, ANegativeCounterIsReportedAndNotSet) {
  WaitGroup wg;
  EXPECT_EQ(wg.add(-1), Result::Misuse);
  wg.add(1);
  EXPECT_EQ(wg.add(INT64_MAX), Result::Misuse);
  EXPECT_EQ(wg.add(-2), Result::Misuse);
  EXPECT_EQ(wg.count(), 1);
}

// --- Once --------------------------------------------------------------------------------------

// T38
TEST_F(SyncTest, OnceRunsOnceAndTheOthersWaitForIt) {
  Once once;
  EXPECT_EQ(once.begin(a), Once::Begin::Run);
  EXPECT_EQ(once.owner(), 1u);
  ASSERT_EQ(once.begin(b), Once::Begin::Blocked);
  ASSERT_EQ(once.begin(c), Once::Begin::Blocked);
  cancel(c);
  EXPECT_EQ(once.finish_begin(c), Once::Begin::Canceled);
  EXPECT_FALSE(once.done());
  once.complete();
  EXPECT_EQ(once.finish_begin(b), Once::Begin::Done);
  EXPECT_EQ(once.begin(c), Once::Begin::Done);
}

// --- Cond --------------------------------------------------------------------------------------

// T37
TEST_F(SyncTest, SignalsGoToTheLongestWaiterOneEach) {
  Mutex m;
  Cond cond;
  for (G* g : {&a, &b, &c}) {
    m.lock(*g);
    ASSERT_EQ(cond.wait(*g, m), Result::Blocked);
    EXPECT_FALSE(m.locked());
  }
  for (G* g : {&a, &b}) {
    EXPECT_TRUE(cond.signal());
    CondWait w;
    EXPECT_EQ(cond.finish_wait(*g, m, w), Result::Done);
    EXPECT_EQ(m.owner(), g->id);
    m.unlock();
  }
  EXPECT_FALSE(was_woken(c));
  cond.broadcast();
  EXPECT_TRUE(was_woken(c));
  EXPECT_FALSE(cond.signal());
}

TEST_F(SyncTest, ACondWaitNeedsItsMutexLocked) {
  Mutex m;
  Cond cond;
  EXPECT_EQ(cond.wait(a, m), Result::Misuse);
  EXPECT_FALSE(cond.signal());
}

TEST_F(SyncTest, ATimedOutCondWaitTakesNoSignalAndEndsWithTheMutexHeld) {
  Mutex m;
  Cond cond;
  for (G* g : {&a, &b}) {
    m.lock(*g);
    ASSERT_EQ(cond.wait(*g, m), Result::Blocked);
  }
  time_out(a);
  EXPECT_TRUE(cond.signal());
  EXPECT_TRUE(was_woken(b));
  m.lock(c);
  CondWait wa, wb;
  EXPECT_EQ(wa.reason(), Reason::CondWait);
  ASSERT_EQ(cond.finish_wait(a, m, wa), Result::Blocked) << "c has the mutex";
  EXPECT_EQ(wa.reason(), Reason::MutexLock);
  ASSERT_EQ(cond.finish_wait(b, m, wb), Result::Blocked);
  m.unlock();
  EXPECT_EQ(cond.finish_wait(a, m, wa), Result::Timeout);
  EXPECT_EQ(m.owner(), 1u);
  m.unlock();
  EXPECT_EQ(cond.finish_wait(b, m, wb), Result::Done);
}

TEST_F(SyncTest, ACancellationWhileRelockingIsKeptForLaterAndTheSignalCounts) {
  Mutex m;
  Cond cond;
  m.lock(a);
  ASSERT_EQ(cond.wait(a, m), Result::Blocked);
  cond.signal();
  m.lock(c);
  CondWait w;
  ASSERT_EQ(cond.finish_wait(a, m, w), Result::Blocked);
  cancel(a);
  ASSERT_EQ(cond.finish_wait(a, m, w), Result::Blocked) << "it must have the mutex first";
  m.unlock();
  EXPECT_EQ(cond.finish_wait(a, m, w), Result::Done);
  EXPECT_TRUE(a.canceled);
  EXPECT_EQ(m.owner(), 1u);
}

TEST_F(SyncTest, ACancelledCondWaitEndsCancelledWithTheMutexHeld) {
  Mutex m;
  Cond cond;
  m.lock(a);
  ASSERT_EQ(cond.wait(a, m), Result::Blocked);
  cancel(a);
  CondWait w;
  EXPECT_EQ(cond.finish_wait(a, m, w), Result::Canceled);
  EXPECT_EQ(m.owner(), 1u);
  EXPECT_FALSE(a.canceled) << "seen by now";
  EXPECT_FALSE(cond.signal());
}

// --- Semaphore ---------------------------------------------------------------------------------

// T86
TEST_F(SyncTest, ASemaphoreGivesOutWhatItHas) {
  Semaphore s(3);
  EXPECT_TRUE(s.try_acquire(2));
  EXPECT_FALSE(s.try_acquire(2));
  EXPECT_EQ(s.acquire(a, 1), Result::Done);
  ASSERT_EQ(s.acquire(b, 2), Result::Blocked);
  EXPECT_EQ(s.release(1), Result::Done);
  EXPECT_FALSE(was_woken(b));
  EXPECT_EQ(s.release(1), Result::Done);
  EXPECT_EQ(s.finish_acquire(b), Result::Done);
  EXPECT_EQ(s.held(), 3u);
}

// T86
TEST_F(SyncTest, ReleasingMoreThanIsHeldIsReported) {
  Semaphore s(3);
  EXPECT_EQ(s.release(1), Result::Misuse);
  s.try_acquire(2);
  EXPECT_EQ(s.release(3), Result::Misuse);
  EXPECT_EQ(s.held(), 2u);
}

// T86
TEST_F(SyncTest, ALargeAcquireIsNotOvertaken) {
  Semaphore s(3);
  s.try_acquire(2);
  ASSERT_EQ(s.acquire(a, 3), Result::Blocked);
  EXPECT_FALSE(s.try_acquire(1));
  ASSERT_EQ(s.acquire(b, 1), Result::Blocked);
  s.release(2);
  EXPECT_EQ(s.finish_acquire(a), Result::Done);
  EXPECT_FALSE(was_woken(b));
  s.release(3);
  EXPECT_EQ(s.finish_acquire(b), Result::Done);
}

// T86
TEST_F(SyncTest, WhenALargeAcquireGivesUpThoseBehindItGo) {
  Semaphore s(3);
  s.try_acquire(2);
  ASSERT_EQ(s.acquire(a, 3), Result::Blocked);
  ASSERT_EQ(s.acquire(b, 1), Result::Blocked);
  time_out(a);
  EXPECT_EQ(s.finish_acquire(a), Result::Timeout);
  EXPECT_EQ(s.finish_acquire(b), Result::Done);
  EXPECT_EQ(s.held(), 3u);
}

// T86
TEST_F(SyncTest, AnAcquireThatCanNeverFitHoldsUpNobody) {
  Semaphore s(2);
  ASSERT_EQ(s.acquire(a, 3), Result::Blocked);
  EXPECT_EQ(s.acquire(b, 2), Result::Done);
  s.release(2);
  cancel(a);
  EXPECT_EQ(s.finish_acquire(a), Result::Canceled);
}

TEST_F(SyncTest, ATimeoutThatComesAfterTheGrantLosesNoTokens) {
  Semaphore s(1);
  s.try_acquire(1);
  ASSERT_EQ(s.acquire(a, 1), Result::Blocked);
  s.release(1);
  time_out(a);
  EXPECT_EQ(s.finish_acquire(a), Result::Done);
  EXPECT_EQ(s.held(), 1u);
}

// --- Event -------------------------------------------------------------------------------------

TEST_F(SyncTest, AnEventWakesEverybodyAndIsSeenByLatecomers) {
  Event event;
  Parcel out, value = parcel_of(5), late = parcel_of(6);
  EXPECT_EQ(event.try_recv(out), Result::Busy);
  ASSERT_EQ(event.recv(a, out), Result::Blocked);
  ASSERT_EQ(event.recv(b, out), Result::Blocked);
  ASSERT_EQ(event.recv(c, out), Result::Blocked);
  cancel(c);
  EXPECT_TRUE(event.set(value));
  EXPECT_FALSE(event.set(late));
  EXPECT_EQ(open(late), 6u);
  EXPECT_EQ(event.finish_recv(a, out), Result::Closed);
  EXPECT_EQ(event.finish_recv(b, out), Result::Closed);
  EXPECT_EQ(event.finish_recv(c, out), Result::Canceled);
  EXPECT_EQ(event.recv(c, out), Result::Closed);
  EXPECT_EQ(event.state(), Event::State::Set);
  EXPECT_EQ(event.value().words[0], 5u);
}

TEST_F(SyncTest, AnEventDropsItsValue) {
  {
    Event event;
    Parcel value = parcel_of(5);
    event.set(value);
    EXPECT_EQ(live_parcels, 1);
  }
  EXPECT_EQ(live_parcels, 0);
}

TEST_F(SyncTest, APastDeadlineHasHappenedAlready) {
  Event event(now_ns() - 1);
  EXPECT_FALSE(event.set());
  EXPECT_EQ(event.state(), Event::State::Expired);
  Event pending(now_ns() + 1'000'000'000'000);
  EXPECT_FALSE(pending.done());
  EXPECT_TRUE(pending.set());
  EXPECT_EQ(pending.state(), Event::State::Set);
}

}  // namespace
}  // namespace lagoon::sched
