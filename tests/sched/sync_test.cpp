// Wait groups, once, conditions and semaphores, step by step.  Tn names the case of Go's test
// suite.

#include "sched/sync.h"

#include <gtest/gtest.h>

#include "by_hand.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;

class SyncTest : public testing::Test {
 protected:
  SyncTest() { a.id = 1, b.id = 2, c.id = 3; }
  G a, b, c;
};

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

}  // namespace
}  // namespace lagoon::sched
