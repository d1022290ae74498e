#include "vm/heap.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "vm/account.h"
#include "vm/pages.h"

namespace lagoon::vm {
namespace {

constexpr size_t kChunk = size_t{2} << 20;
constexpr size_t kMixed = size_t{1} << 20;     // bytes of the mixed chunk
constexpr size_t kHugeFrom = kMixed + kChunk;  // address space that a state has before huge pages begin
constexpr size_t kPage = size_t{32} << 10;
constexpr size_t kPages = kChunk / kPage;
constexpr size_t kFine = Heap::kFine;
constexpr size_t kCarve = 16;  // blocks made ready at a time
constexpr uint64_t kAllFree = ~uint64_t{0};

// Of blocks up to kFine bytes by 8 bytes, of larger ones by 16.
size_t class_of(size_t size) { return size <= kFine ? (size - 1) / 8 : (size - 1) / 16 + kFine / 16; }
size_t size_of(size_t cls) { return cls < kFine / 8 ? (cls + 1) * 8 : (cls + 1) * 16 - kFine; }

}  // namespace

struct Heap::Block {
  Block* next;
};

// Blocks of one size.
struct Heap::Page {
  Block* free;  // given back, or carved
  char* fresh;  // never used yet: [fresh, end)
  char* end;
  uint32_t used;  // blocks handed out
  uint16_t cls;
  bool listed;
  Page* next;
  Page* prev;

  void* pop() {
    Block* block = free;
    free = block->next;
    ++used;
    return block;
  }

  // Readies fresh blocks, in the order of their addresses.  False: there are none.
  bool carve() {
    const size_t size = size_of(cls);
    const size_t n = std::min(kCarve, static_cast<size_t>(end - fresh) / size);
    Block** last = &free;
    for (size_t i = 0; i < n; ++i, fresh += size) {
      Block* block = reinterpret_cast<Block*>(fresh);
      *last = block;
      last = &block->next;
    }
    *last = nullptr;
    return n != 0;
  }
};

struct Heap::Chunk {
  bool mixed;
  uint64_t free_pages;  // a bit each
  Chunk *next, *prev;   // in all_
  Chunk *next_room, *prev_room;
  Page pages[std::max(kPages, kClasses)];  // by position; in the mixed chunk by size

  static Chunk* of(const void* p) { return reinterpret_cast<Chunk*>(reinterpret_cast<uintptr_t>(p) & ~(kChunk - 1)); }
  char* begin(size_t page) {  // the first page begins behind this header
    const size_t offset = page == 0 ? (sizeof(Chunk) + 15) / 16 * 16 : page * kPage;
    return reinterpret_cast<char*>(this) + offset;
  }
};

Heap::Heap(size_t limit, bool slabs) noexcept : small_(slabs ? kSmall : 0) {
  static_assert(kPages == 64 && sizeof(Chunk) + kSmall < kPage);
  set_limit(limit);
}

Heap::~Heap() {
  while (all_ != nullptr) free_chunk(all_);
  if (mixed_ != nullptr) unmap_pages(mixed_, kMixed);
  if (account_ != nullptr) account_->release();
}

// --- Counting ------------------------------------------------------------------------------------

inline bool Heap::admit(size_t growth) noexcept {
  if (requests_++ >= failing_from_) return false;
  if (limit_ == SIZE_MAX) return true;
  const size_t now = used() + (account_ == nullptr ? 0 : account_->held());
  if (now <= limit_ && growth <= limit_ - now) return true;
  refused_ = requests_;
  return false;
}

bool Heap::open_account() noexcept {
  account_ = Account::make();
  return account_ != nullptr;
}

bool Heap::charge_outside(size_t bytes) noexcept {
  if (!admit(bytes)) return false;
  account_->hold(bytes);
  return true;
}

inline void Heap::count(size_t old_size, size_t new_size) noexcept {
  // One writer: a plain addition, readable from other threads.
  const size_t now = used() - old_size + new_size;
  used_.store(now, std::memory_order_relaxed);
  if (now > peak()) peak_.store(now, std::memory_order_relaxed);
}

bool Heap::charge(size_t bytes) noexcept {
  if (!admit(bytes)) return false;
  count(0, bytes);
  return true;
}

void Heap::refund(size_t bytes) noexcept { count(bytes, 0); }

void* Heap::allocate(void* ud, void* block, size_t old_size, size_t new_size) noexcept {
  Heap& heap = *static_cast<Heap*>(ud);
  if (block == nullptr) old_size = 0;  // then it is the kind of object
  if (new_size > old_size && !heap.admit(new_size - old_size)) return nullptr;
  void* result = nullptr;
  if (new_size == 0) {
    if (block != nullptr) heap.give(block, old_size);
  } else {
    result = block == nullptr ? heap.take(new_size) : heap.resize(block, old_size, new_size);
    if (result == nullptr) return nullptr;
  }
  heap.count(old_size, new_size);
  return result;
}

// --- Blocks --------------------------------------------------------------------------------------

inline void* Heap::take(size_t size) noexcept {
  if (size > small_) return std::malloc(size);
  const size_t cls = class_of(size);
  Page* page = pages_[cls];
  if (page != nullptr && page->free != nullptr) return page->pop();
  return take_slow(cls);
}

inline void Heap::give(void* block, size_t size) noexcept {
  if (size > small_) {
    std::free(block);
    return;
  }
  Chunk* chunk = Chunk::of(block);
  const size_t offset = static_cast<size_t>(static_cast<char*>(block) - reinterpret_cast<char*>(chunk));
  Page* page = &chunk->pages[chunk->mixed ? class_of(size) : offset / kPage];
  Block* freed = static_cast<Block*>(block);
  freed->next = page->free;
  page->free = freed;
  if (--page->used == 0 || !page->listed) give_slow(page, page->cls);
}

void* Heap::resize(void* block, size_t old_size, size_t new_size) noexcept {
  if (old_size > small_ && new_size > small_) return std::realloc(block, new_size);
  if (old_size <= small_ && new_size <= small_ && class_of(old_size) == class_of(new_size)) return block;
  void* moved = take(new_size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, std::min(old_size, new_size));
  give(block, old_size);
  return moved;
}

void* Heap::take_slow(size_t cls) noexcept {
  while (Page* page = pages_[cls]) {
    if (page->free != nullptr || page->carve()) return page->pop();
    unlink(page, cls);
  }
  if (void* block = bump(cls)) return block;
  Page* page = new_page(cls);
  if (page == nullptr) return nullptr;
  page->carve();
  return page->pop();
}

// From the mixed chunk, while it lasts.
void* Heap::bump(size_t cls) noexcept {
  if (mixed_ == nullptr && new_chunk(true) == nullptr) return nullptr;
  const size_t size = size_of(cls);
  if (size % 16 == 0) bump_ += reinterpret_cast<uintptr_t>(bump_) % 16;  // 0 or 8
  if (size > static_cast<size_t>(bump_end_ - bump_)) return nullptr;
  void* block = bump_;
  bump_ += size;
  ++mixed_->pages[cls].used;
  return block;
}

// --- Pages ---------------------------------------------------------------------------------------

// A page got a free block it did not have, or lost its last used one.
void Heap::give_slow(Page* page, size_t cls) noexcept {
  if (!page->listed) link(page, cls);
  // The only page of its size stays, so that one block coming and going costs nothing.
  const bool only = pages_[cls] == page && page->next == nullptr;
  if (page->used == 0 && !only && !Chunk::of(page)->mixed) {
    unlink(page, cls);
    give_page(page);
  }
}

// The current page stays first: it is the one in the processor's caches.
void Heap::link(Page* page, size_t cls) noexcept {
  Page* first = pages_[cls];
  page->prev = first;
  page->next = first == nullptr ? nullptr : first->next;
  if (page->next != nullptr) page->next->prev = page;
  (first == nullptr ? pages_[cls] : first->next) = page;
  page->listed = true;
}

void Heap::unlink(Page* page, size_t cls) noexcept {
  if (page->next != nullptr) page->next->prev = page->prev;
  (page->prev == nullptr ? pages_[cls] : page->prev->next) = page->next;
  page->listed = false;
}

Heap::Page* Heap::new_page(size_t cls) noexcept {
  Chunk* chunk = room_ != nullptr ? room_ : new_chunk(false);
  if (chunk == nullptr) return nullptr;
  if (chunk->free_pages == kAllFree) spare_ = false;
  const size_t i = static_cast<size_t>(std::countr_zero(chunk->free_pages));
  chunk->free_pages &= chunk->free_pages - 1;
  if (chunk->free_pages == 0) {
    room_ = chunk->next_room;
    if (room_ != nullptr) room_->prev_room = nullptr;
  }
  Page* page = &chunk->pages[i];
  char* end = reinterpret_cast<char*>(chunk) + (i + 1) * kPage;
  *page = Page{nullptr, chunk->begin(i), end, 0, static_cast<uint16_t>(cls), false, nullptr, nullptr};
  link(page, cls);
  return page;
}

void Heap::give_page(Page* page) noexcept {
  Chunk* chunk = Chunk::of(page);
  if (chunk->free_pages == 0) {
    chunk->prev_room = nullptr;
    chunk->next_room = room_;
    if (room_ != nullptr) room_->prev_room = chunk;
    room_ = chunk;
  }
  chunk->free_pages |= uint64_t{1} << (page - chunk->pages);
  if (chunk->free_pages != kAllFree) return;
  if (spare_) free_chunk(chunk);
  spare_ = true;
}

// --- Chunks --------------------------------------------------------------------------------------

Heap::Chunk* Heap::new_chunk(bool mixed) noexcept {
  const size_t bytes = mixed ? kMixed : kChunk;
  Chunk* chunk = static_cast<Chunk*>(map_pages(bytes, kChunk, reserved() >= kHugeFrom));
  if (chunk == nullptr) return nullptr;
  reserved_.store(reserved() + bytes, std::memory_order_relaxed);
  chunk->mixed = mixed;
  if (mixed) {
    for (size_t cls = 0; cls < kClasses; ++cls) chunk->pages[cls].cls = static_cast<uint16_t>(cls);
    mixed_ = chunk;
    bump_ = chunk->begin(0);
    bump_end_ = reinterpret_cast<char*>(chunk) + bytes;
    return chunk;
  }
  chunk->free_pages = kAllFree;
  chunk->next = all_;
  chunk->next_room = room_;
  if (all_ != nullptr) all_->prev = chunk;
  if (room_ != nullptr) room_->prev_room = chunk;
  all_ = room_ = chunk;
  spare_ = true;
  return chunk;
}

void Heap::free_chunk(Chunk* chunk) noexcept {
  if (chunk->next != nullptr) chunk->next->prev = chunk->prev;
  (chunk->prev == nullptr ? all_ : chunk->prev->next) = chunk->next;
  if (chunk->free_pages != 0) {
    if (chunk->next_room != nullptr) chunk->next_room->prev_room = chunk->prev_room;
    (chunk->prev_room == nullptr ? room_ : chunk->prev_room->next_room) = chunk->next_room;
  }
  reserved_.store(reserved() - kChunk, std::memory_order_relaxed);
  unmap_pages(chunk, kChunk);
}

}  // namespace lagoon::vm
