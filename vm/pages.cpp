#include "vm/pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace lagoon::vm {

// Maps too much and cuts off both ends: mmap knows no alignment above a page.
void* map_pages(size_t bytes, size_t align, bool huge) noexcept {
  const size_t span = bytes + align;
  void* mapped = mmap(nullptr, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* begin = static_cast<char*>(mapped);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) & (align - 1);
  char* at = begin + before;
  if (before != 0) munmap(begin, before);
  if (before != align) munmap(at + bytes, align - before);
#ifdef MADV_HUGEPAGE  // the system may give huge pages unasked
  madvise(at, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#endif
  return at;
}

void unmap_pages(void* at, size_t bytes) noexcept { munmap(at, bytes); }

}  // namespace lagoon::vm
