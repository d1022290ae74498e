// Mutexes, step by step.  Tn names the case of Go's test suite.

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "by_hand.h"
#include "sched/sync.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;

class MutexTest : public testing::Test {
 protected:
  MutexTest() { a.id = 1, b.id = 2, c.id = 3; }
  static void wait_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }
  G a, b, c;
};

// --- Mutex -------------------------------------------------------------------------------------

TEST_F(MutexTest, AMutexHasOneOwner) {
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
TEST_F(MutexTest, UnlockOfAnUnlockedMutexIsReported) {
  Mutex m;
  EXPECT_EQ(m.unlock(), Result::Misuse);
  EXPECT_EQ(m.lock(a), Result::Done);
  EXPECT_EQ(m.unlock(), Result::Done);
  EXPECT_EQ(m.unlock(), Result::Misuse);
  EXPECT_EQ(m.lock(a), Result::Done);
}

TEST_F(MutexTest, UnlockWakesTheFirstWaiterToTry) {
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

TEST_F(MutexTest, AWaiterThatWasOvertakenWaitsOnAtTheFront) {
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

TEST_F(MutexTest, OneWokenWaiterIsEnough) {
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
TEST_F(MutexTest, AStarvingMutexIsHandedOver) {
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

TEST_F(MutexTest, AMutexWaiterThatTimedOutIsPassedOver) {
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

TEST_F(MutexTest, WhenTheOnlyWaiterLeavesTheMutexIsAsBefore) {
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
TEST_F(MutexTest, ReadersShareAndAWriterExcludes) {
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

TEST_F(MutexTest, UnlockOfAnUnlockedRWMutexIsReported) {
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
TEST_F(MutexTest, AWaitingWriterKeepsNewReadersOut) {
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

TEST_F(MutexTest, ReadersThatWaitGoBeforeTheNextWriter) {
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

TEST_F(MutexTest, WhenAWaitingWriterGivesUpTheReadersBehindItGo) {
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

TEST_F(MutexTest, AWriterThatTimedOutDoesNotGetTheLock) {
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

}  // namespace
}  // namespace lagoon::sched
