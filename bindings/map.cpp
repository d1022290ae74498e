#include "bindings/map.h"

#include <new>

namespace lagoon::bindings {

using sched::LockGuard;
using vm::Message;

namespace {

bool absent(const Message& m) noexcept { return m.kind == Message::Kind::Empty; }

}  // namespace

Map::Entry* Map::find(Shard& shard, const KeyView& key) noexcept {
  auto it = shard.entries.find(key);
  return it == shard.entries.end() ? nullptr : it->second.get();
}

Map::Entry* Map::find_or_make(Shard& shard, const KeyView& key) noexcept {
  if (Entry* entry = find(shard, key)) return entry;
  try {
    auto entry = std::make_unique<Entry>(key);
    KeyView view = entry->key.view();
    return shard.entries.emplace(view, std::move(entry)).first->second.get();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

Message Map::exchange(Entry& entry, const Message& value) noexcept {
  if (absent(entry.value) && !absent(value)) size_.fetch_add(1, std::memory_order_relaxed);
  if (!absent(entry.value) && absent(value)) size_.fetch_sub(1, std::memory_order_relaxed);
  Message old = entry.value;
  entry.value = value;
  return old;
}

// Takes an entry that nobody needs out of its shard, for the caller to delete after the lock.
void Map::tidy(Shard& shard, Entry& entry, std::unique_ptr<Entry>* dead) noexcept {
  if (entry.users != 0 || !absent(entry.value)) return;
  auto it = shard.entries.find(entry.key.view());
  *dead = std::move(it->second);
  shard.entries.erase(it);
}

Message Map::get(const KeyView& key) noexcept {
  Shard& shard = shard_of(key);
  LockGuard hold(shard.lock);
  Entry* entry = find(shard, key);
  return entry == nullptr ? Message{} : vm::share(entry->value);
}

Map::Set Map::set(const KeyView& key, Message& value) noexcept {
  Shard& shard = shard_of(key);
  std::unique_ptr<Entry> dead;
  Message old;
  {
    LockGuard hold(shard.lock);
    Entry* entry = absent(value) ? find(shard, key) : find_or_make(shard, key);
    if (entry == nullptr) return absent(value) ? Set::Done : Set::NoMemory;
    if (entry->users != 0) return Set::InUse;
    old = exchange(*entry, value);
    value = Message{};
    tidy(shard, *entry, &dead);
  }
  vm::drop(old);
  return Set::Done;
}

Map::Entry* Map::use(const KeyView& key) noexcept {
  Shard& shard = shard_of(key);
  LockGuard hold(shard.lock);
  Entry* entry = find_or_make(shard, key);
  if (entry != nullptr) ++entry->users;
  return entry;
}

void Map::unuse(Entry& entry) noexcept {
  std::unique_ptr<Entry> dead;
  Shard& shard = shard_of(entry.key.view());
  LockGuard hold(shard.lock);
  --entry.users;
  tidy(shard, entry, &dead);
}

Message Map::value_of(Entry& entry) noexcept {
  LockGuard hold(shard_of(entry.key.view()).lock);
  return vm::share(entry.value);
}

void Map::store(Entry& entry, Message value) noexcept {
  {
    LockGuard hold(shard_of(entry.key.view()).lock);
    value = exchange(entry, value);
  }
  vm::drop(value);
}

void Map::abandon(std::vector<Entry*>& out) noexcept {
  for (Entry* entry : out) unuse(*entry);
  out.clear();
}

bool Map::snapshot(std::vector<Entry*>& out) noexcept {
  try {
    for (Shard& shard : shards_) {
      LockGuard hold(shard.lock);
      out.reserve(out.size() + shard.entries.size());
      for (auto& [key, entry] : shard.entries) {
        if (absent(entry->value)) continue;
        ++entry->users;
        out.push_back(entry.get());
      }
    }
    return true;
  } catch (const std::bad_alloc&) {
    abandon(out);
    return false;
  }
}

}  // namespace lagoon::bindings
