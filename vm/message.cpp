#include "vm/message.h"

#include "vm/graph.h"
#include "vm/shared.h"

namespace lagoon::vm {

void drop(Message& m) noexcept {
  const Message::Kind kind = m.kind;
  m.become(Message::Kind::Empty);
  if (kind == Message::Kind::Shared) m.shared->release();
  if (kind == Message::Kind::Graph) m.graph->release();
}

Message share(const Message& m) noexcept {
  if (m.kind == Message::Kind::Shared) m.shared->retain();
  if (m.kind == Message::Kind::Graph) m.graph->retain();
  return m;
}

size_t weight(const Message& m) noexcept { return m.kind == Message::Kind::Graph ? m.graph->weight() : 0; }

}  // namespace lagoon::vm
