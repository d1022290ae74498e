#include "vm/blocks.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "vm/buffer.h"

namespace lagoon::vm {
namespace {

struct Held {
  void* block;
  size_t size;
  uint8_t mark;

  void write() const { memset(block, mark, size); }
  // Gives the block back; false: somebody else has written into it.
  bool give() const {
    const uint8_t* bytes = static_cast<const uint8_t*>(block);
    bool whole = true;
    for (size_t i = 0; i < size; ++i) whole = whole && bytes[i] == mark;
    give_block(block, size);
    return whole;
  }
};

// A pipe from who takes blocks to who gives them back.
class Pipe {
 public:
  void put(Held held) {
    std::lock_guard guard(lock_);
    held_.push_back(held);
    some_.notify_one();
  }
  Held get() {
    std::unique_lock guard(lock_);
    some_.wait(guard, [this] { return !held_.empty(); });
    Held held = held_.back();
    held_.pop_back();
    return held;
  }

 private:
  std::mutex lock_;
  std::condition_variable some_;
  std::vector<Held> held_;
};

TEST(Blocks, WhatOneThreadTakesAndAnotherGivesBackIsNobodyElses) {
  constexpr int kPairs = 3, kEach = 5'000;
  constexpr size_t kSizes[] = {1, 128, 129, 700, 1024, 1025, 5000};
  Pipe pipes[kPairs];
  int torn[kPairs] = {};
  std::vector<std::thread> threads;
  for (int pair = 0; pair < kPairs; ++pair) {
    threads.emplace_back([&, pair] {
      for (int i = 0; i < kEach; ++i) {
        const size_t size = kSizes[i % std::size(kSizes)];
        Held held{take_block(size), size, static_cast<uint8_t>(i * kPairs + pair)};
        held.write();
        pipes[pair].put(held);
      }
    });
    threads.emplace_back([&, pair] {
      for (int i = 0; i < kEach; ++i) torn[pair] += pipes[pair].get().give() ? 0 : 1;
    });
  }
  for (auto& t : threads) t.join();
  for (int n : torn) EXPECT_EQ(n, 0);
}

#if !defined(__SANITIZE_ADDRESS__)
TEST(Blocks, WhatIsTooMuchForOneThreadServesOthers) {
  constexpr size_t kSize = 500, kGiven = 100, kKept = 32;
  std::thread([] {
    void* blocks[kGiven];
    for (void*& block : blocks) block = take_block(kSize);
    for (void* block : blocks) give_block(block, kSize);
  }).join();
  native_realloc = [](void*, size_t) -> void* { return nullptr; };
  std::vector<void*> taken;
  std::thread([&] {
    give_block(std::malloc(512), kSize);  // a thread begins by giving
    while (void* block = take_block(kSize)) taken.push_back(block);
  }).join();
  native_realloc = std::realloc;
  EXPECT_GE(taken.size(), kGiven - kKept);
  for (void* block : taken) give_block(block, kSize);
}
#endif

}  // namespace
}  // namespace lagoon::vm
