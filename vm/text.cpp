#include "vm/text.h"

#include "vm/graph.h"

namespace lagoon::vm {

namespace {

constexpr size_t kShort = sizeof(Message::text);

// A graph whose one value is a string object.
Graph* text_graph(const char* data, size_t size) noexcept {
  bool failed = false;
  Buffer<uint8_t> bytes(&failed);
  Buffer<ObjectEntry> objects(&failed);
  Buffer<Piece> pieces(&failed);
  Buffer<uint32_t> deps(&failed);
  Buffer<EnvironmentImage> environments(&failed);
  Buffer<ModuleName> modules(&failed);
  Buffer<Ref> refs(&failed);
  const uint32_t number = 0;
  const uint64_t length = size;
  bytes.push(static_cast<uint8_t>(Tag::Object));
  bytes.append(reinterpret_cast<const uint8_t*>(&number), sizeof number);
  ObjectEntry object{};
  object.offset = bytes.size();
  object.kind = static_cast<uint64_t>(ObjectKind::String);
  objects.push(object);
  bytes.append(reinterpret_cast<const uint8_t*>(&length), sizeof length);
  bytes.append(reinterpret_cast<const uint8_t*>(data), size);
  Piece root;
  root.end = 1;
  pieces.push(root);
  if (failed) return nullptr;
  return Graph::make({bytes, objects, pieces, deps, environments, modules, refs, 1, false});
}

}  // namespace

bool text_message(const char* data, size_t size, Message* out) noexcept {
  *out = Message{};
  if (size <= kShort) {
    out->become(Message::Kind::ShortString, size);
    if (size != 0) memcpy(out->text, data, size);
    return true;
  }
  Graph* graph = text_graph(data, size);
  if (graph == nullptr) return false;
  out->become(Message::Kind::Graph);
  out->graph = graph;
  return true;
}

bool text_of(const Message& m, const char** data, size_t* size) noexcept {
  if (m.kind == Message::Kind::ShortString) {
    *data = m.text;
    *size = m.size;
    return true;
  }
  if (m.kind != Message::Kind::Graph || m.graph->roots() != 1) return false;
  Reader value{m.graph->bytes() + m.graph->piece(0).value};
  Tag tag = value.tag();
  if (tag == Tag::Text) {
    *size = value.read<uint8_t>();
    *data = value.text(*size);
    return true;
  }
  if (tag != Tag::Object) return false;
  const ObjectEntry& object = m.graph->object(value.read<uint32_t>());
  if (static_cast<ObjectKind>(object.kind) != ObjectKind::String) return false;
  Reader text{m.graph->bytes() + object.offset};
  *size = text.read<uint64_t>();
  *data = text.text(*size);
  return true;
}

}  // namespace lagoon::vm
