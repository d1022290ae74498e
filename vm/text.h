#pragma once
// Strings as messages, for hosts: made and read without any state.

#include <cstddef>

#include "vm/message.h"

namespace lagoon::vm {

// Makes *out a message of one string.  False: no memory; *out is Empty.  Any thread.
bool text_message(const char* data, size_t size, Message* out) noexcept;

// Is m one string?  Then *data and *size are it, for as long as m is.  Any thread.
bool text_of(const Message& m, const char** data, size_t* size) noexcept;

}  // namespace lagoon::vm
