#pragma once
// Lua's private headers, and TValue to raw::Value and back; for raw*.cpp, internals.cpp and slice.cpp.

#include <cstddef>

extern "C" {
#include "lua_private/lapi.h"
#include "lua_private/ldebug.h"
#include "lua_private/ldo.h"
#include "lua_private/lfunc.h"
#include "lua_private/lgc.h"
#include "lua_private/lmem.h"
#include "lua_private/lobject.h"
#include "lua_private/lopcodes.h"
#include "lua_private/lprefix.h"
#include "lua_private/lstate.h"
#include "lua_private/lstring.h"
#include "lua_private/ltable.h"
#include "lua_private/ltm.h"
#include "lua_private/lundump.h"
}

#include "vm/raw.h"

namespace lagoon::vm::raw {

inline Table* table_of(Object o) noexcept { return const_cast<Table*>(static_cast<const Table*>(o)); }
inline LClosure* closure_of(Object o) noexcept { return const_cast<LClosure*>(static_cast<const LClosure*>(o)); }
inline Proto* proto_of(Object o) noexcept { return const_cast<Proto*>(static_cast<const Proto*>(o)); }
inline GCObject* gc_of(Object o) noexcept { return const_cast<GCObject*>(static_cast<const GCObject*>(o)); }

inline Value string_value(TString* s) noexcept {
  Value v;
  v.kind = Kind::String;
  v.is_long = s->tt == LUA_VLNGSTR;
  v.size = tsslen(s);
  v.text = getstr(s);
  return v;
}

inline Value from(const TValue* o) noexcept {
  Value v;
  switch (ttypetag(o)) {
    case LUA_VFALSE: v.kind = Kind::False; break;
    case LUA_VTRUE: v.kind = Kind::True; break;
    case LUA_VNUMINT:
      v.kind = Kind::Integer;
      v.integer = ivalue(o);
      break;
    case LUA_VNUMFLT:
      v.kind = Kind::Float;
      v.number = fltvalue(o);
      break;
    case LUA_VLIGHTUSERDATA:
      v.kind = Kind::LightUserdata;
      v.pointer = pvalue(o);
      break;
    case LUA_VLCF:
      v.kind = Kind::CFunction;
      v.function = fvalue(o);
      break;
    case LUA_VSHRSTR:
    case LUA_VLNGSTR: return string_value(tsvalue(o));
    case LUA_VTABLE:
      v.kind = Kind::Table;
      v.object = gcvalue(o);
      break;
    case LUA_VLCL:
      v.kind = Kind::LuaFunction;
      v.object = gcvalue(o);
      break;
    case LUA_VCCL:
      v.kind = Kind::CClosure;
      v.object = gcvalue(o);
      break;
    case LUA_VUSERDATA:
      v.kind = Kind::Userdata;
      v.object = gcvalue(o);
      break;
    case LUA_VTHREAD:
      v.kind = Kind::Thread;
      v.object = gcvalue(o);
      break;
    default: break;  // nil in its variants, and empty slots
  }
  return v;
}

inline TString* string_of(const Value& v) noexcept {
  return reinterpret_cast<TString*>(const_cast<char*>(v.text) - offsetof(TString, contents));
}

// REQUIRES: not Text.
inline void to(const Value& v, TValue* o) noexcept {
  static constexpr lu_byte kTags[] = {0,          0, 0, 0, 0, 0, 0, 0, 0, LUA_VTABLE, LUA_VLCL, LUA_VCCL, LUA_VUSERDATA,
                                      LUA_VTHREAD};
  switch (v.kind) {
    case Kind::False: setbfvalue(o); break;
    case Kind::True: setbtvalue(o); break;
    case Kind::Integer: setivalue(o, v.integer); break;
    case Kind::Float: setfltvalue(o, v.number); break;
    case Kind::LightUserdata: setpvalue(o, v.pointer); break;
    case Kind::CFunction: setfvalue(o, v.function); break;
    case Kind::Nil:
    case Kind::Text: setnilvalue(o); break;
    case Kind::String: {
      TString* s = string_of(v);
      val_(o).gc = obj2gco(s);
      settt_(o, ctb(s->tt));
      break;
    }
    default: val_(o).gc = gc_of(v.object); settt_(o, ctb(kTags[static_cast<int>(v.kind)]));
  }
}

}  // namespace lagoon::vm::raw
