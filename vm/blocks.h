#pragma once
// Blocks: the memory of messages, which one thread takes and another gives back.
//
// malloc returns a block to the place it came from, under that place's lock: a sender and a receiver on two
// processors waited for each other at every message.  Here a thread keeps what it is given for messages of its
// own; what is too much for it goes to a depot, a batch at a time, and who has nothing takes a batch from there.
// Any thread.

#include <cstddef>

namespace lagoon::vm {

// Null: out of memory.
void* take_block(size_t size) noexcept;
// `size` as it was taken.
void give_block(void* block, size_t size) noexcept;

}  // namespace lagoon::vm
