#include "vm/graph.h"

#include <cstdlib>
#include <new>

#include "vm/blocks.h"
#include "vm/code.h"
#include "vm/shared.h"

namespace lagoon::vm {

void* (*native_realloc)(void* block, size_t size) = std::realloc;
void native_free(void* block) noexcept { std::free(block); }

namespace {

template <class T>
void release_counted(T* object) noexcept {
  if (object->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    if constexpr (std::is_same_v<T, FrozenRoot>) {
      if (object->graph != nullptr) object->graph->release();
    }
    object->~T();
    native_free(object);
  }
}

// Places arrays one after the other in a block.
struct Layout {
  size_t at;

  template <class T>
  size_t place(size_t n) noexcept {
    at = (at + alignof(T) - 1) & ~(alignof(T) - 1);
    const size_t here = at;
    at += n * sizeof(T);
    return here;
  }
};

template <class T>
const T* copy(char* block, size_t at, const Buffer<T>& from) noexcept {
  if (!from.empty()) memcpy(static_cast<void*>(block + at), from.data(), from.size() * sizeof(T));
  return reinterpret_cast<const T*>(block + at);
}

uint32_t hash_name(uint32_t env, const char* text, size_t size) noexcept {
  uint32_t h = 2166136261u ^ env;
  for (size_t i = 0; i < size; ++i) h = (h ^ static_cast<uint8_t>(text[i])) * 16777619u;
  return h ^ (h >> 15);
}

// Slots of the index of names: a power of two, at most half of them used.
size_t name_slots(const Buffer<EnvironmentImage>& environments) noexcept {
  size_t names = 0;
  for (size_t i = 0; i < environments.size(); ++i) names += environments[i].names;
  if (names <= kEagerNames) return 0;  // they are looked through
  size_t slots = 4;
  while (slots < names * 2) slots *= 2;
  return slots;
}

}  // namespace

void retain(const Ref& ref) noexcept {
  switch (ref.kind) {
    case Ref::Kind::Code: static_cast<Code*>(ref.object)->retain(); break;
    case Ref::Kind::Shared: static_cast<Shared*>(ref.object)->retain(); break;
    case Ref::Kind::Class: static_cast<ClassOrigin*>(ref.object)->refs.fetch_add(1); break;
    case Ref::Kind::Frozen: static_cast<FrozenRoot*>(ref.object)->refs.fetch_add(1); break;
    case Ref::Kind::Graph: static_cast<Graph*>(ref.object)->retain(); break;
  }
}

void release(const Ref& ref) noexcept {
  switch (ref.kind) {
    case Ref::Kind::Code: static_cast<Code*>(ref.object)->release(); break;
    case Ref::Kind::Shared: static_cast<Shared*>(ref.object)->release(); break;
    case Ref::Kind::Class: release_counted(static_cast<ClassOrigin*>(ref.object)); break;
    case Ref::Kind::Frozen: release_counted(static_cast<FrozenRoot*>(ref.object)); break;
    case Ref::Kind::Graph: static_cast<Graph*>(ref.object)->release(); break;
  }
}

Graph* Graph::make(const Parts& parts) noexcept {
  Layout layout{sizeof(Graph)};
  const size_t content = layout.place<Content>(1);
  const size_t refs = layout.place<Ref>(parts.refs.size());
  const size_t objects = layout.place<ObjectEntry>(parts.objects.size());
  const size_t pieces = layout.place<Piece>(parts.pieces.size());
  const size_t deps = layout.place<uint32_t>(parts.deps.size());
  const size_t environments = layout.place<EnvironmentImage>(parts.environments.size());
  const size_t modules = layout.place<ModuleName>(parts.modules.size());
  const size_t slots = name_slots(parts.environments);
  const size_t names = layout.place<uint32_t>(slots);
  const size_t bytes = layout.place<uint8_t>(parts.bytes.size());
  char* block = static_cast<char*>(take_block(layout.at));
  if (block == nullptr) return nullptr;

  Graph* g = new (block) Graph;
  g->size_ = layout.at;
  g->roots_ = parts.roots;
  g->needs_globals_ = parts.needs_globals;
  g->ref_count_ = static_cast<uint32_t>(parts.refs.size());
  g->ref_list_ = copy(block, refs, parts.refs);
  Content* c = new (block + content) Content;
  g->content_ = c;
  c->object_count = static_cast<uint32_t>(parts.objects.size());
  c->piece_count = static_cast<uint32_t>(parts.pieces.size());
  c->environment_count = static_cast<uint32_t>(parts.environments.size());
  c->module_count = static_cast<uint32_t>(parts.modules.size());
  c->objects = copy(block, objects, parts.objects);
  c->pieces = copy(block, pieces, parts.pieces);
  c->deps = copy(block, deps, parts.deps);
  c->environments = copy(block, environments, parts.environments);
  c->modules = copy(block, modules, parts.modules);
  c->bytes = copy(block, bytes, parts.bytes);
  c->name_slots = static_cast<uint32_t>(slots);
  c->names = reinterpret_cast<uint32_t*>(block + names);
  c->root_stands_alone = g->looks_alone();
  if (slots > 0) g->index_names(reinterpret_cast<uint32_t*>(block + names));
  for (uint32_t i = 0; i < g->ref_count_; ++i) lagoon::vm::retain(g->ref_list_[i]);
  return g;
}

Graph* Graph::derive(Graph& base, const Buffer<uint8_t>& bytes, const Buffer<Ref>& refs, uint32_t count) noexcept {
  Layout layout{sizeof(Graph)};
  const size_t ref_list = layout.place<Ref>(refs.size() + 1);
  const size_t more = layout.place<uint8_t>(bytes.size());
  char* block = static_cast<char*>(take_block(layout.at));
  if (block == nullptr) return nullptr;

  Graph* g = new (block) Graph;
  g->size_ = layout.at;
  g->roots_ = base.roots_ + count;
  g->image_ = &base;
  g->needs_globals_ = base.needs_globals_;
  g->content_ = base.content_;
  g->more_roots_ = copy(block, more, bytes);
  Ref* list = reinterpret_cast<Ref*>(block + ref_list);
  list[0] = {Ref::Kind::Graph, &base};
  copy(block, ref_list + sizeof(Ref), refs);
  g->ref_list_ = list;
  g->ref_count_ = static_cast<uint32_t>(refs.size()) + 1;
  return g;
}

bool Graph::looks_alone() const noexcept {
  if (environment_count() != 1 || environment(0).full || piece(0).dep_count > 0) return false;
  for (uint32_t n = 0; n < piece(0).end; ++n) {
    if (object(n).exported) return false;
  }
  for (uint32_t p = 1; p < piece_count(); ++p) {
    if (piece(p).kind != PieceKind::Global) return false;
  }
  return true;
}

void Graph::index_names(uint32_t* slots) const noexcept {
  const uint32_t mask = content_->name_slots - 1;
  memset(slots, 0, content_->name_slots * sizeof *slots);
  for (uint32_t p = 0; p < piece_count(); ++p) {
    const Piece& piece = this->piece(p);
    if (piece.kind != PieceKind::Global) continue;
    uint32_t i = hash_name(piece.env, text(piece.text), piece.text_size);
    while (slots[i & mask] != 0) ++i;
    slots[i & mask] = p + 1;
  }
}

uint32_t Graph::find_name(uint32_t env, const char* name, size_t size) const noexcept {
  const auto is_it = [&](const Piece& p) noexcept {
    return p.kind == PieceKind::Global && p.env == env && p.text_size == size && memcmp(text(p.text), name, size) == 0;
  };
  if (content_->name_slots == 0) {
    uint32_t p = 1;
    while (p < piece_count() && !is_it(piece(p))) ++p;
    return p < piece_count() ? p : kNoPiece;
  }
  for (uint32_t i = hash_name(env, name, size);; ++i) {
    const uint32_t slot = content_->names[i & (content_->name_slots - 1)];
    if (slot == 0) return kNoPiece;
    if (is_it(piece(slot - 1))) return slot - 1;
  }
}

Graph* Graph::release_to_image() noexcept {
  if (image_ == this) return this;
  Graph* image = is_last() ? image_ : nullptr;
  if (image != nullptr) {
    ++ref_list_;  // past the image's
    --ref_count_;
  }
  release();
  return image;
}

// A message may hold a channel that holds a message, and so on: what dies in here, on this thread,
// waits in a list instead of on the stack.
void Graph::release(uint32_t n) noexcept {
  static thread_local Graph* dead = nullptr;
  static thread_local bool busy = false;
  // Who has all that there are need not count them down.
  if (refs_.load(std::memory_order_acquire) != n && refs_.fetch_sub(n, std::memory_order_acq_rel) != n) return;
  next_dead_ = dead;
  dead = this;
  if (busy) return;
  busy = true;
  while (Graph* g = dead) {
    dead = g->next_dead_;
    for (uint32_t i = 0; i < g->ref_count_; ++i) lagoon::vm::release(g->ref_list_[i]);
    const size_t size = g->size_;
    g->~Graph();
    give_block(g, size);
  }
  busy = false;
}

}  // namespace lagoon::vm
