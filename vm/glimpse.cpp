#include "vm/glimpse.h"

#include "vm/environment.h"
#include "vm/internals.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// Having `go` costs as much as some 35 of them.
constexpr uint32_t kGlimpses = 16;

bool can_be_shared(const Value& v) noexcept { return !v.is_nil() && !v.is(Kind::Table); }

}  // namespace

Value glimpse(lua_State* L, const Transfer& t, raw::Object table, const Globals* own, const BaseName& base) noexcept {
  Environment* env = t.current;
  if (env == nullptr || env->globals != table || env->glimpses == kGlimpses || base.takes_all) return Value();
  Value v = base.value;
  if (base.library >= 0) {
    if (own != nullptr && library_in_use(*own, base.library) != nullptr) return Value();
    const raw::Object field = only_field(L, base.name);
    if (field == nullptr) return Value();
    const raw::Object library = base_library(t, base.library);
    if (!can_be_shared(raw::get_string(library, field))) return Value();
    v = raw::table_value(library);
  } else if (!can_be_shared(v)) {
    return Value();
  }
  ++env->glimpses;
  return v;
}

}  // namespace lagoon::vm
