// The data behind a yaml::Node. Internal: yaml.cpp fills it, yaml_node.cpp reads it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"

namespace base::yaml {

// A document as it was written, copied out of yaml-cpp: aliases resolved, no cycles left.
struct Value {
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Entry;

  Kind kind = Kind::kNull;
  int line = 1;
  std::string scalar;
  std::vector<Value> items;
  std::vector<Entry> entries;
};

struct Value::Entry {
  std::string key;
  int key_line = 1;
  Value value;
};

struct Node::State {
  std::string file;
  Problems* problems = nullptr;
  std::shared_ptr<const Value> value;  // null when absent; shares ownership of its document
  std::string path;
  int line = 0;

  std::shared_ptr<const State> child(const Value& at, std::string child_path) const;
  std::shared_ptr<const State> absent(std::string child_path) const;
  // Null when this is not a map or has no such key.
  const Value* find(std::string_view key) const;
};

// Joins "playbooks" and "timeout" to "playbooks.timeout".
std::string join(const std::string& path, std::string_view key);

}  // namespace base::yaml
