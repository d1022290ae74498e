// The Lua modules of stdlib/, carried inside the library as bytes.
//
// The build writes the table (bindings/embed_stdlib.cmake), so a module needs no file at run time.
// Invariants: sorted by name; the last entry has a null name.
#pragma once

extern "C" {

struct lagoon_stdlib_module {
  const char* name;  // as require names it: stdlib/go/group.lua is "go.group"
  const char* data;  // Lua source, not terminated
  unsigned long size;
};

extern const lagoon_stdlib_module lagoon_stdlib[];

}  // extern "C"
