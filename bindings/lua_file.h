#pragma once
// What the library `io` shares with the methods of files.  All are Lua frames; those that return
// int are the last statement of a C function.

#include "bindings/file.h"
#include "bindings/runtime.h"

namespace lagoon::bindings {

// Methods.
int file_read(lua_State* L);
int file_write(lua_State* L);
int file_flush(lua_State* L);
int file_lines(lua_State* L);
// Closes the file at index 1, if it is open, with no results: __close.
int leave_file(lua_State* L);

// Reads the formats from stack index `first` on.
int read_file(lua_State* L, File& file, int first);
// Opens a file; programs that we start do not get the descriptor.  The caller's to push; null: errno.
File* open_file(lua_State* L, const char* name, const char* mode) noexcept;
// Writes all arguments to the default output.
int write_default(lua_State* L);
int flush_file(lua_State* L, File& file);

// Replaces the formats above the file at index 1 by an iterator that reads them.           [-n, +1,
// m]
void push_lines(lua_State* L, bool closes);

// Files' metatable, in the registry under both its names.  Once per state.
void make_file_metatable(lua_State* L);

// print(...): one line, flushed, in one piece.
int print(lua_State* L);

}  // namespace lagoon::bindings
