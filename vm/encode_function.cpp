// Encoder: Lua functions, and what crosses by name: C functions, userdata, parts of modules.
#include "vm/code.h"
#include "vm/encoder.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

// --- Lua functions

void Encoder::function(const Value& v) noexcept {
  if (raw::marked(v.object) && named(v)) return;
  object(v);
}

void Encoder::function_body(uint32_t number) noexcept {
  const raw::Object f = sources_[number].value.object;
  const Known* known = t_.codes.find(raw::prototype(f));
  if (known == nullptr) {
    need(NeedKind::Code, sources_[number].value);
  } else {
    methods_called_ = methods_called_ || known->calls_methods;
    counted(Ref::Kind::Code, known->code);
  }
  const int count = raw::upvalue_count(f);
  note({.kind = raw::Fact::Kind::Prototype, .of_first = number == 0, .object = f, .other = raw::prototype(f)}, Value());
  put(known == nullptr ? nullptr : known->code);
  bytes_.push(static_cast<uint8_t>(count));
  for (int n = 0; n < count && !stopped(); ++n) captured(number, n, known);
}

void Encoder::captured(uint32_t number, int n, const Known* known) noexcept {
  const raw::Upvalue u = raw::upvalue(sources_[number].value.object, n);
  const Use use = known == nullptr ? Use() : known->uses[n];
  note({.kind = raw::Fact::Kind::Cell,
        .of_first = number == 0,
        .index = static_cast<uint32_t>(n),
        .object = sources_[number].value.object,
        .other = u.cell},
       u.value);
  Globals* globals = u.value.is(Kind::Table) ? globals_of(t_, u.value.object) : nullptr;
  if (globals != nullptr) {
    globals_used_ = true;
    const uint32_t env = environment(globals);
    if (failed_) return;
    if (!envs_[env].noted) note_environment(Check::Kind::Environment, u.value.object, globals);
    envs_[env].noted = true;
    if (known != nullptr) mention_all(env, *known, n);
    if (!use.assigned && !use.value) {
      bytes_.push(static_cast<uint8_t>(Cell::Environment));
      return put(env);
    }
  }
  bool made;
  uint64_t* first = cells_.find_or_add(u.cell, uint64_t{number} << 8 | static_cast<uint8_t>(n), &made);
  if (first == nullptr) return;
  if (made) {
    bytes_.push(static_cast<uint8_t>(Cell::Value));
    return value(u.value);
  }
  const uint32_t other = static_cast<uint32_t>(*first >> 8);
  bytes_.push(static_cast<uint8_t>(Cell::Share));
  put(other);
  bytes_.push(static_cast<uint8_t>(*first));
  uses_object(other);
}

// --- By name

// A function of the base is at the same address in every state; one of a module may be gone with
// it.
void Encoder::c_function(const Value& v) noexcept {
  if (!raw::get(t_.tables.named, v).is_nil()) {
    put_tag(Tag::CFunction);
    put(v.function);
    return reaches_globals(v);
  }
  const Value path = raw::get(t_.tables.side, v);
  if (path.is(Kind::String)) return module_part(v, path);
  refuse(v, "C function that no module names");
}

void Encoder::c_closure(const Value& v) noexcept {
  if (!named(v)) refuse(v, "C function that no module names");
}

bool Encoder::named(const Value& v) noexcept {
  const Value base = raw::get(t_.tables.named, v);
  if (base.is(Kind::String)) {
    put_tag(Tag::Base);
    put_sized(base.text, base.size);
    reaches_globals(v);
    return true;
  }
  const Value path = raw::marked(v.object) ? raw::get(t_.tables.side, v) : Value();
  if (!path.is(Kind::String)) return false;
  module_part(v, path);
  return true;
}

// path: the module's name, a zero, and the way from there.
void Encoder::module_part(const Value& v, const Value& path) noexcept {
  const size_t name = strlen(path.text);
  uint32_t module = 0;
  for (; module < modules_.size(); ++module) {
    const ModuleName& m = modules_[module];
    if (m.size == name && memcmp(bytes_.data() + m.text, path.text, name) == 0) break;
  }
  put_tag(Tag::Named);
  put(module);
  put(static_cast<uint32_t>(path.size));
  note({.kind = Check::Kind::Part, .index = static_cast<uint32_t>(path.size), .offset = bytes_.size(), .part = v});
  put_text(path.text, path.size);
  if (failed_) return;
  if (module == modules_.size()) {
    modules_.push({static_cast<uint32_t>(bytes_.size() - path.size), static_cast<uint32_t>(name)});
  }
  if (!is_call()) return;
  globals_used_ = true;  // the receiver loads the module with the starter's package.path
  envs_[0].package = true;
}

// A C function that finds globals by itself: when it runs in the new goroutine, it finds that
// one's.
void Encoder::reaches_globals(const Value& function) noexcept {
  const Value kind = raw::get(t_.tables.takers, function);
  if (kind.is_nil() || !is_call()) return;
  recallable_ = false;
  globals_used_ = true;
  if (kind.integer == kTakesAll) {
    take_all(0);
    envs_[0].full = true;  // it will not ask for names
  }
  if (kind.integer == kRequires) envs_[0].package = true;
}

// --- Userdata

void Encoder::userdata(const Value& v) noexcept {
  raw::push(L_, v);
  Shared* shared = to_any_shared(L_, -1);
  lua_pop(L_, 1);
  if (shared != nullptr) {
    put_tag(Tag::Shared);
    put(shared);
    note({.kind = Check::Kind::Shared, .object = v.object, .other = shared});
    return counted(Ref::Kind::Shared, shared);
  }
  if (named(v)) return;
  recallable_ = false;
  const raw::Object m = raw::userdata_metatable(v.object);
  if (m == nullptr) return refuse(v, "userdata");
  if (!raw::get_string(m, t_.names.transfer).is_nil()) {
    if (received_graph(v) == nullptr) need(NeedKind::Transfer, v);
    return object(v);
  }
  const Value name = raw::get_string(m, t_.names.name);
  refuse(v, "userdata", name.is(Kind::String) ? name.text : nullptr);
}

Graph* Encoder::received_graph(const Value& v) noexcept {
  if (received_ == nullptr) return nullptr;
  const Value graph = raw::get(received_, v);
  return graph.is_nil() ? nullptr : static_cast<Graph*>(graph.pointer);
}

void Encoder::received_body(const Value& v) noexcept {
  Graph* graph = received_graph(v);
  if (graph == nullptr) return;  // needed, and not there yet
  counted(Ref::Kind::Graph, graph);
  put(graph);
  const raw::Object m = raw::userdata_metatable(v.object);
  for (raw::Object key : {t_.names.module, t_.names.name}) {
    const Value text = raw::get_string(m, key);
    if (text.is(Kind::String)) {
      put_sized(text.text, text.size);
    } else {
      put_sized("", 0);
    }
  }
}

}  // namespace lagoon::vm
