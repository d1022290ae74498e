#include "vm/quick.h"

#include <cstring>

#include "vm/raw_lua.h"
#include "vm/shared.h"

namespace lagoon::vm {
namespace {

StkId slot(const QuickCall& call, int at) noexcept { return static_cast<StkId>(call.func) + at; }

// global_State's: `func` is the function's register, above it a userdata that is marked.
int quick(lua_State* L, void* at, int nargs) {
  const StkId func = static_cast<StkId>(at);
  Udata* u = uvalue(s2v(func + 1));
  const Handle* handle = handle_in(getudatamem(u), u->len);
  if (handle == nullptr) return kNot;  // finalized
  const lua_CFunction f = fvalue(s2v(func));
  for (const QuickReg* reg = handle->type->quick; reg->f != nullptr; ++reg) {
    if (reg->f == f) return reg->quick(*handle->object, QuickCall{L, func, nargs});
  }
  return kNot;
}

static_assert(kNot == QUICKNOT && kPark == QUICKPARK);

}  // namespace

bool quick_pack(const QuickCall& call, int arg, Message* out) noexcept {
  const TValue* o = s2v(slot(call, arg));
  switch (ttypetag(o)) {
    case LUA_VNUMINT:
      out->become(Message::Kind::Integer);
      out->integer = ivalue(o);
      return true;
    case LUA_VNUMFLT:
      out->become(Message::Kind::Float);
      out->number = fltvalue(o);
      return true;
    case LUA_VNIL: out->become(Message::Kind::Nil); return true;
    case LUA_VFALSE: out->become(Message::Kind::False); return true;
    case LUA_VTRUE: out->become(Message::Kind::True); return true;
    case LUA_VSHRSTR: {
      const TString* s = tsvalue(o);
      if (s->shrlen > sizeof out->text) return false;
      out->become(Message::Kind::ShortString, s->shrlen);
      memcpy(out->text, getshrstr(s), s->shrlen);
      return true;
    }
    default: return false;
  }
}

int quick_boolean(const QuickCall& call, int result, bool value) noexcept {
  TValue* o = s2v(slot(call, result));
  if (value) {
    setbtvalue(o);
  } else {
    setbfvalue(o);
  }
  return result + 1;
}

int quick_object(const QuickCall& call) noexcept {
  setobjs2s(call.L, slot(call, 0), slot(call, 1));
  return 1;
}

int quick_value(const QuickCall& call, const Message& m, bool also_true) {
  const StkId at = slot(call, 0);
  if (also_true) setbtvalue(s2v(at + 1));
  TValue* o = s2v(at);
  switch (m.kind) {
    case Message::Kind::Integer: setivalue(o, m.integer); break;
    case Message::Kind::Float: setfltvalue(o, m.number); break;
    case Message::Kind::False: setbfvalue(o); break;
    case Message::Kind::True: setbtvalue(o); break;
    case Message::Kind::LightUserdata: setpvalue(o, m.pointer); break;
    case Message::Kind::ShortString: {
      setsvalue2s(call.L, at, luaS_newlstr(call.L, m.text, m.size));
      luaC_checkGC(call.L);  // may move the stack
      break;
    }
    default: setnilvalue(o);
  }
  return also_true ? 2 : 1;
}

int quick_finish_by(const QuickCall& call, lua_CFunction f) noexcept {
  setfvalue(s2v(slot(call, 0)), f);
  return kNot;
}

int quick_finish_by(const QuickCall& call, lua_CFunction f, lua_Integer instead) noexcept {
  setivalue(s2v(slot(call, 1)), instead);
  return quick_finish_by(call, f);
}

void set_quick_end(lua_State* L, int (*end)(lua_State* L, void* func)) noexcept {
  G(L)->quick = quick;
  G(L)->endquick = end;
}

void mark_quick(lua_State* L) noexcept { uvalue(s2v(L->top.p - 1))->quick = G(L)->quick != nullptr; }

}  // namespace lagoon::vm
