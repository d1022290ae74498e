#pragma once
// Map: a table of messages that goroutines share.  What go.sync.map does, without Lua.
//
// Keys are spread over shards with a lock each, held only for moments.  An entry has a mutex
// besides, which an update holds while the script's function runs; whoever writes the same key
// meanwhile waits for it, and nobody else.
//
// An entry stays in its shard, and keeps its address, while it has a value or users (G's that hold
// or wait for its mutex, snapshots).  Absent: no value.

#include <atomic>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bindings/key.h"
#include "sched/sync.h"
#include "vm/message.h"

namespace lagoon::bindings {

extern const vm::SharedType kMapType;

class Map final : public vm::Shared {
 public:
  struct Entry {
    explicit Entry(const KeyView& view) : key(view) {}
    ~Entry() { vm::drop(value); }
    const Key key;
    vm::Message value;   // Empty: absent; guarded by the shard's lock
    uint32_t users = 0;  // guarded by the shard's lock
    sched::Mutex mutex;  // held by an update
  };

  Map() noexcept : Shared(kMapType) {}

  // Another message of the value, Empty if there is none.  Any thread.
  vm::Message get(const KeyView& key) noexcept;
  size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  // How a set went.
  enum class Set : uint8_t { Done, InUse, NoMemory };
  // Stores the value, given away when Done; Empty deletes.  InUse: an entry with users; use() it.
  Set set(const KeyView& key, vm::Message& value) noexcept;

  // The entry, made if need be, with one more user; null: no memory.  Any thread.
  Entry* use(const KeyView& key) noexcept;
  // One user less.  Any thread.
  void unuse(Entry& entry) noexcept;

  // Of an entry in use.
  vm::Message value_of(Entry& entry) noexcept;
  void store(Entry& entry, vm::Message value) noexcept;  // given away

  // Adds every entry that has a value to `out`, as a user.  False: no memory, and nothing is added.
  bool snapshot(std::vector<Entry*>& out) noexcept;

 private:
  struct Hash {
    size_t operator()(const KeyView& key) const noexcept { return key.hash(); }
  };
  struct Shard {
    sched::Lock lock;
    std::unordered_map<KeyView, std::unique_ptr<Entry>, Hash> entries;  // guarded by lock
  };
  static constexpr size_t kShards = 16;

  Shard& shard_of(const KeyView& key) noexcept { return shards_[key.hash() % kShards]; }
  Entry* find(Shard& shard, const KeyView& key) noexcept;
  Entry* find_or_make(Shard& shard, const KeyView& key) noexcept;
  // Changes the value, keeps count, and drops what was there.  REQUIRES: the shard's lock held.
  vm::Message exchange(Entry& entry, const vm::Message& value) noexcept;
  void tidy(Shard& shard, Entry& entry, std::unique_ptr<Entry>* dead) noexcept;
  void abandon(std::vector<Entry*>& out) noexcept;

  Shard shards_[kShards];
  std::atomic<size_t> size_{0};
};

}  // namespace lagoon::bindings
