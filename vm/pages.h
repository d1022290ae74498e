#pragma once
// Address space from the system: what Heap needs of it and nothing else.

#include <cstddef>

namespace lagoon::vm {

// `bytes` (a multiple of 4 KiB) of zeroed memory at a multiple of `align` (a power of two, at least
// 4 KiB); `huge`: on huge pages where the system has them, else never.  Memory is taken as it is
// touched, a page at a time.  Null: no more.
void* map_pages(size_t bytes, size_t align, bool huge) noexcept;

void unmap_pages(void* at, size_t bytes) noexcept;

}  // namespace lagoon::vm
