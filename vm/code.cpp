#include "vm/code.h"

#include <new>

#include "vm/slice.h"
#include "vm/transfer.h"

namespace lagoon::vm {
namespace {

bool append(void* ud, const void* data, size_t size) noexcept {
  Buffer<char>* out = static_cast<Buffer<char>*>(ud);
  const size_t before = out->size();
  out->append(static_cast<const char*>(data), size);
  return out->size() == before + size;
}

// Gathers what visit_uses tells, sorted by captured variable at the end.
class Uses final : public raw::UseVisitor {
 public:
  explicit Uses(size_t upvalues) noexcept : names_(&failed_), uses_(&failed_) {
    for (size_t i = 0; i < upvalues; ++i) uses_.push(Use());
  }
  void name(int upvalue, raw::Object name, bool harmless) noexcept override {
    for (Named& n : names_) {
      if (n.upvalue != upvalue || n.use.name != name) continue;
      n.use.harmless = n.use.harmless && harmless;
      return;
    }
    names_.push({upvalue, {name, harmless}});
    if (!failed_) ++uses_[upvalue].count;
  }
  void value(int upvalue) noexcept override {
    if (!failed_) uses_[upvalue].value = true;
  }
  void assigned(int upvalue) noexcept override {
    if (!failed_) uses_[upvalue].assigned = true;
  }
  void method_call() noexcept override { calls_methods_ = true; }

  bool failed() const noexcept { return failed_; }

  // One block with everything; null: out of memory.
  Known* known(raw::Object prototype, Code* code) noexcept {
    const size_t uses = uses_.size() * sizeof(Use), names = names_.size() * sizeof(NameUse);
    char* block = static_cast<char*>(native_realloc(nullptr, sizeof(Known) + uses + names));
    if (block == nullptr) return nullptr;
    Known* known = new (block) Known;
    known->prototype = prototype;
    known->code = code;
    known->upvalues = static_cast<uint32_t>(uses_.size());
    known->calls_methods = calls_methods_;
    known->names = reinterpret_cast<NameUse*>(block + sizeof(Known));
    known->uses = reinterpret_cast<Use*>(block + sizeof(Known) + names);
    fill(known);
    return known;
  }

 private:
  struct Named {
    int upvalue;
    NameUse use;
  };

  void fill(Known* known) noexcept {
    uint32_t at = 0;
    for (uint32_t u = 0; u < known->upvalues; ++u) {
      known->uses[u] = uses_[u];
      known->uses[u].first = at;
      for (const Named& n : names_) {
        if (static_cast<uint32_t>(n.upvalue) == u) known->names[at++] = n.use;
      }
    }
  }

  bool failed_ = false;
  bool calls_methods_ = false;
  Buffer<Named> names_;
  Buffer<Use> uses_;
};

void free_known(const Known* known) noexcept {
  known->code->release();
  native_free(const_cast<Known*>(known));
}

const char* read_code(lua_State*, void* ud, size_t* size) noexcept {
  Code** rest = static_cast<Code**>(ud);
  Code* code = *rest;
  *rest = nullptr;
  *size = code == nullptr ? 0 : code->size();
  return code == nullptr ? nullptr : code->bytes();
}

}  // namespace

Code* Code::dump(raw::Object prototype) noexcept {
  bool failed = false;
  Buffer<char> out(&failed);
  if (!raw::dump(prototype, append, &out)) return nullptr;
  void* block = native_realloc(nullptr, sizeof(Code) + out.size());
  if (block == nullptr) return nullptr;
  Code* code = new (block) Code;
  code->size_ = out.size();
  memcpy(reinterpret_cast<char*>(code + 1), out.data(), out.size());
  return code;
}

const Known* CodeTable::add(raw::Object prototype, Code* code) noexcept {
  Uses uses(raw::prototype_upvalues(prototype));
  raw::visit_uses(prototype, uses);
  if (code == nullptr) {
    code = Code::dump(prototype);
    if (code == nullptr) return nullptr;
  } else {
    code->retain();
  }
  Known* known = uses.failed() ? nullptr : uses.known(prototype, code);
  bool made;
  if (known == nullptr || by_prototype_.find_or_add(prototype, reinterpret_cast<uint64_t>(known), &made) == nullptr) {
    native_free(known);
    code->release();
    return nullptr;
  }
  // Without this entry the code is loaded once more.  That is what a module's function needs: its copies are
  // the goroutine's own, and no slice spares them.
  if (!of_module(prototype)) by_code_.find_or_add(code, reinterpret_cast<uint64_t>(prototype), &made);
  return known;
}

const Known* CodeTable::learn(lua_State* L, raw::Object anchors, raw::Object prototype) {
  if (const Known* known = find(prototype)) return known;
  raw::push_prototype_anchor(L, prototype);
  raw::set(L, anchors, raw::object_value(raw::Kind::LightUserdata, prototype), raw::at(L, -1));
  const Known* known = add(prototype, nullptr);
  lua_pop(L, 1);
  if (known == nullptr) raise_memory(L);
  return known;
}

raw::Object CodeTable::load(lua_State* L, raw::Object anchors, Code* code) {
  if (raw::Object prototype = find(code)) return prototype;
  Code* rest = code;
  if (lua_load(L, read_code, &rest, "=?", "b") != LUA_OK) lua_error(L);
  const raw::Object prototype = raw::prototype(raw::at(L, -1).object);
  raw::push_prototype_anchor(L, prototype);
  raw::set(L, anchors, raw::object_value(raw::Kind::LightUserdata, prototype), raw::at(L, -1));
  const Known* known = add(prototype, code);
  lua_pop(L, 2);
  if (known == nullptr) raise_memory(L);
  return prototype;
}

void CodeTable::forget_all() noexcept {
  by_prototype_.each([](const void*, uint64_t known) { free_known(reinterpret_cast<Known*>(known)); });
  by_prototype_.clear();
  by_code_.clear();
}

}  // namespace lagoon::vm
