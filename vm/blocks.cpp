#include "vm/blocks.h"

#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

#include "vm/buffer.h"

namespace lagoon::vm {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kLargest = 0;  // AddressSanitizer is to see each block
#else
constexpr size_t kLargest = 1024;  // larger blocks are malloc's
#endif
constexpr size_t kStep = 128;
constexpr size_t kClasses = 1024 / kStep;
constexpr uint32_t kBatch = 16;
constexpr uint32_t kMost = 2 * kBatch;  // a thread keeps of one size
constexpr uint32_t kBatches = 8;        // the depot keeps of one size

struct Block {
  Block* next;
};

struct Stack {
  Block* top = nullptr;
  uint32_t count = 0;

  void push(Block* block) noexcept {
    block->next = std::exchange(top, block);
    ++count;
  }
  Block* pop() noexcept {
    --count;
    return std::exchange(top, top->next);
  }
  // Its upper `n` blocks, of which it has more.
  Stack split(uint32_t n) noexcept {
    Block* last = top;
    for (uint32_t i = 1; i < n; ++i) last = last->next;
    Stack upper{std::exchange(top, last->next), n};
    last->next = nullptr;
    count -= n;
    return upper;
  }
  void free_all() noexcept {
    while (top != nullptr) native_free(pop());
  }
};

// Of one size.
class Depot {
 public:
  // Takes a batch over.
  void put(Stack batch) noexcept {
    {
      std::lock_guard guard(lock_);
      if (count_ < kBatches) {
        batches_[count_++] = batch;
        return;
      }
    }
    batch.free_all();
  }
  // A batch, or an empty one.
  Stack get() noexcept {
    std::lock_guard guard(lock_);
    return count_ > 0 ? batches_[--count_] : Stack{};
  }

 private:
  std::mutex lock_;
  Stack batches_[kBatches];  // guarded by lock_
  uint32_t count_ = 0;       // guarded by lock_
};

constinit Depot depots[kClasses];

// What a thread keeps.  Until it has said that it frees that in the end, and after it has done so, nothing.
struct Kept {
  Stack stacks[kClasses];
  bool open = false;
  bool ended = false;
};
constinit thread_local Kept kept __attribute__((tls_model("initial-exec")));

struct AtEnd {
  ~AtEnd() {
    kept.open = false;
    kept.ended = true;
    for (Stack& stack : kept.stacks) stack.free_all();
  }
};

bool open() noexcept {
  if (kept.ended) return false;
  static thread_local AtEnd at_end;
  kept.open = true;
  (void)&at_end;
  return true;
}

size_t class_of(size_t size) noexcept { return (size - 1) / kStep; }

}  // namespace

void* take_block(size_t size) noexcept {
  if (size > kLargest) return native_realloc(nullptr, size);
  const size_t cls = class_of(size);
  Stack& stack = kept.stacks[cls];
  if (stack.top == nullptr && kept.open) stack = depots[cls].get();
  if (stack.top == nullptr) return native_realloc(nullptr, (cls + 1) * kStep);
  return stack.pop();
}

void give_block(void* block, size_t size) noexcept {
  if (size > kLargest || (!kept.open && !open())) return native_free(block);
  const size_t cls = class_of(size);
  Stack& stack = kept.stacks[cls];
  stack.push(new (block) Block);
  if (stack.count > kMost) depots[cls].put(stack.split(kBatch));
}

}  // namespace lagoon::vm
