#include "bindings/slabs.h"

#include <memory>
#include <new>

#include "vm/heap.h"
#include "vm/pages.h"

namespace lagoon::bindings {
namespace {

constexpr size_t kSlab = size_t{2} << 20;
constexpr size_t kSmallPages = 2;  // slabs on small pages: 9,400 goroutines

}  // namespace

Slabs::~Slabs() {
  for (void* slab : slabs_) vm::unmap_pages(slab, kSlab);
}

Goroutine* Slabs::make() {
  if (!vm::Heap::kSlabs) return new Goroutine;
  if (static_cast<size_t>(end_ - next_) < sizeof(Goroutine) && !grow()) return nullptr;
  void* at = next_;
  next_ += sizeof(Goroutine);
  return new (at) Goroutine;
}

void Slabs::destroy(Goroutine& g) noexcept {
  if (!vm::Heap::kSlabs) {
    delete &g;
  } else {
    std::destroy_at(&g);
  }
}

bool Slabs::grow() {
  const bool huge = slabs_.size() >= kSmallPages;
  slabs_.push_back(nullptr);
  void* slab = vm::map_pages(kSlab, huge ? kSlab : size_t{4096}, huge);
  if (slab == nullptr) {
    slabs_.pop_back();
    return false;
  }
  slabs_.back() = slab;
  next_ = static_cast<char*>(slab);
  end_ = next_ + kSlab;
  return true;
}

}  // namespace lagoon::bindings
