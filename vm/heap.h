#pragma once
// Heap: the memory of one state.  Every block Lua asks for comes from here and is counted.
//
// Blocks up to kSmall bytes lie in chunks aligned to 2 MiB, so a block's chunk is found by masking
// its address.  The first chunk mixes the sizes and takes memory as it grows, because a small state
// should stay small.  When its 1 MiB is used up, further chunks of 2 MiB are split into pages of
// one block size each; a page whose last block is freed goes back to its chunk, and a chunk whose
// last page does goes back to the system (but one).  From the second of these on they lie on huge
// pages: the system hands out such a chunk whole, and in the first it would be as much again as the
// state has.  Larger blocks are malloc's.
//
// Up to kFine the sizes are the multiples of 8, from there those of 16.  A block whose size is a multiple of
// 16 is aligned to that, others to 8 at least: so each is aligned for whatever type has its size.
//
// Invariants: a page is in the list of its size exactly while it is `listed`; a page that is not
// has no free block.  The mixed chunk has one page record per size, which is never given back.
//
// Tried and dropped: malloc for everything (figures in README.md); free lists per size without
// pages (as fast, but nothing one size once used is ever of use to another).
//
// One thread at a time, the one inside the state; used(), peak() and reserved() from anywhere.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

// GCC and clang tell it differently.
#ifdef __SANITIZE_ADDRESS__
#define LAGOON_HEAP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAGOON_HEAP_ASAN 1
#endif
#endif

namespace lagoon::vm {

class Account;

class Heap {
 public:
  static constexpr size_t kSmall = 1024;  // larger blocks go to malloc
  static constexpr size_t kFine = 128;    // blocks are multiples of 8 bytes up to here, of 16 from here
  static constexpr uint64_t kNever = ~uint64_t{0};
#ifdef LAGOON_HEAP_ASAN
  static constexpr bool kSlabs = false;  // so that AddressSanitizer sees every block
#else
  static constexpr bool kSlabs = true;
#endif

  // limit: bytes the state may hold; 0: no limit.  Without slabs every block is malloc's.
  explicit Heap(size_t limit = 0, bool slabs = kSlabs) noexcept;
  // Gives every chunk back.  REQUIRES: what malloc gave is freed (lua_close has run).
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // The lua_Alloc; ud is the Heap.  Over the limit it answers null, on which Lua collects and tries
  // once more before it raises "not enough memory".
  static void* allocate(void* ud, void* block, size_t old_size, size_t new_size) noexcept;

  // Counts `bytes` of native memory (parcels, buffers) held for this state against its limit.
  // False, and nothing counted, if that goes over.  Every charge is refunded once.
  bool charge(size_t bytes) noexcept;
  void refund(size_t bytes) noexcept;

  // Of the latest growing request: was it the limit that refused it?
  bool refused() const noexcept { return refused_ == requests_; }
  // What the limit counts that is not of the heap, or null: there is no limit on that (account.h).
  Account* account() const noexcept { return account_; }
  // Counts what is outside too, from now on.  False: no memory.  At most once.
  bool open_account() noexcept;
  // Counts `bytes` in the account, which gives them back (Account::refund), from any thread and whenever.  False,
  // and nothing counted, if that goes over.  REQUIRES: account().
  bool charge_outside(size_t bytes) noexcept;

  // What lies in the heap or was charged to it.
  size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  size_t peak() const noexcept { return peak_.load(std::memory_order_relaxed); }
  // Address space in chunks; what was never touched of it takes no memory.
  size_t reserved() const noexcept { return reserved_.load(std::memory_order_relaxed); }
  size_t limit() const noexcept { return limit_ == SIZE_MAX ? 0 : limit_; }
  // A limit below used() makes the next growth fail.  0: none.
  void set_limit(size_t bytes) noexcept { limit_ = bytes == 0 ? SIZE_MAX : bytes; }

  // For tests: the n-th growing request from now (0: the next) and all after it fail; kNever: none
  // does. A single failure would be hidden by Lua's emergency collection.
  void fail_from(uint64_t n) noexcept { failing_from_ = n == kNever ? kNever : requests_ + n; }
  // Growing requests so far.
  uint64_t requests() const noexcept { return requests_; }

 private:
  struct Block;
  struct Page;
  struct Chunk;
  static constexpr size_t kClasses = kFine / 16 + kSmall / 16;

  bool admit(size_t growth) noexcept;
  void count(size_t old_size, size_t new_size) noexcept;
  void* take(size_t size) noexcept;
  void give(void* block, size_t size) noexcept;
  void* resize(void* block, size_t old_size, size_t new_size) noexcept;

  void* take_slow(size_t cls) noexcept;
  void* bump(size_t cls) noexcept;
  Page* new_page(size_t cls) noexcept;
  void give_slow(Page* page, size_t cls) noexcept;
  void give_page(Page* page) noexcept;
  Chunk* new_chunk(bool mixed) noexcept;
  void free_chunk(Chunk* chunk) noexcept;
  void link(Page* page, size_t cls) noexcept;
  void unlink(Page* page, size_t cls) noexcept;

  std::array<Page*, kClasses> pages_{};  // pages that may have room, per block size
  char* bump_ = nullptr;                 // what is left of the mixed chunk
  char* bump_end_ = nullptr;
  Chunk* mixed_ = nullptr;
  Chunk* all_ = nullptr;   // the other chunks
  Chunk* room_ = nullptr;  // those of them with a free page
  bool spare_ = false;     // one of them is all free
  std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
  std::atomic<size_t> reserved_{0};
  size_t small_;
  size_t limit_;
  uint64_t requests_ = 0;
  uint64_t failing_from_ = kNever;
  uint64_t refused_ = kNever;   // the last request that the limit refused, counted from 1
  Account* account_ = nullptr;  // counted
};

}  // namespace lagoon::vm
