#include "base/yaml/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "base/os/file.h"
#include "base/text/utf8.h"
#include "base/yaml/value.h"

namespace base::yaml {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 100'000;

int line_of(const YAML::Mark& mark) { return mark.is_null() ? 1 : mark.line + 1; }

std::string too_deep() { return fmt::format("nested deeper than {} levels", kMaxDepth); }

// Receives parser events but only keeps the line on which a document begins.
class DocumentStart final : public YAML::EventHandler {
 public:
  int line() const { return line_; }

  void OnDocumentStart(const YAML::Mark& mark) override { line_ = line_of(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}

 private:
  int line_ = 0;
};

// nullopt when there is at most one. YAML::LoadAll cannot be used: after a stray comma it returns empty
// documents endlessly.
std::optional<int> line_of_second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart document;
  if (!parser.HandleNextDocument(document) || !parser.HandleNextDocument(document)) return std::nullopt;
  return document.line();
}

// Copies a parsed document; stops at the first value that exceeds the limits.
class Reader {
 public:
  Reader(const std::string& file, Problems& problems) : file_(file), problems_(problems) {}

  // nullopt: exceeds the limits; a problem was added.
  std::optional<Value> read(const YAML::Node& node, const std::string& path, int depth) {
    Value value;
    value.line = line_of(node.Mark());
    if (depth > kMaxDepth) return refuse(value.line, too_deep());
    if (++nodes_ > kMaxNodes) return refuse(value.line, fmt::format("more than {} nodes", kMaxNodes));
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return value;
      case YAML::NodeType::Scalar:
        value.kind = Value::Kind::kScalar;
        value.scalar = node.Scalar();
        return value;
      case YAML::NodeType::Sequence:
        return read_list(node, path, depth, std::move(value));
      case YAML::NodeType::Map:
        return read_map(node, path, depth, std::move(value));
    }
    return value;
  }

 private:
  std::nullopt_t refuse(int line, std::string what) {
    problems_.add({file_, line, "", std::move(what)});
    return std::nullopt;
  }

  std::optional<Value> read_list(const YAML::Node& node, const std::string& path, int depth, Value value) {
    value.kind = Value::Kind::kList;
    for (const YAML::Node& child : node) {
      auto item = read(child, fmt::format("{}[{}]", path, value.items.size()), depth + 1);
      if (!item) return std::nullopt;
      value.items.push_back(std::move(*item));
    }
    return value;
  }

  std::optional<Value> read_map(const YAML::Node& node, const std::string& path, int depth, Value value) {
    value.kind = Value::Kind::kMap;
    std::map<std::string, int> first_line;
    for (const auto& child : node) {
      const int line = line_of(child.first.Mark());
      if (!child.first.IsScalar()) {
        problems_.add({file_, line, path, "a key must be a scalar"});
        continue;
      }
      const std::string& key = child.first.Scalar();
      const auto [first, is_new] = first_line.emplace(key, line);
      if (!is_new) {
        problems_.add({file_, line, path,
                       fmt::format("duplicate key \"{}\" (first on line {})", excerpt(key), first->second)});
        continue;
      }
      auto entry = read(child.second, join(path, key), depth + 1);
      if (!entry) return std::nullopt;
      // yaml-cpp reports the position of the next token for a missing value.
      if (entry->kind == Value::Kind::kNull) entry->line = line;
      value.entries.push_back({key, line, std::move(*entry)});
    }
    return value;
  }

  const std::string& file_;
  Problems& problems_;
  int nodes_ = 0;
};

// nullopt if the text was refused; a problem was added.
std::optional<Value> read_document(std::string_view text, const std::string& name, Problems& problems) {
  const auto line_at = [&](std::size_t offset) {
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  };
  if (const auto bad = first_invalid_utf8(text); bad != std::string_view::npos) {
    problems.add({name, line_at(bad), "", "invalid UTF-8"});
    return std::nullopt;
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    problems.add({name, line_at(nul), "", "a NUL byte"});
    return std::nullopt;
  }
  YAML::Node document;
  try {
    if (const auto second = line_of_second_document(std::string(text))) {
      problems.add({name, *second, "", "more than one document in a file"});
      return std::nullopt;
    }
    document = YAML::Load(std::string(text));
  } catch (const YAML::DeepRecursion& error) {
    problems.add({name, line_of(error.mark), "", too_deep()});
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    problems.add({name, line_of(error.mark), "", "invalid YAML: " + excerpt(error.msg)});
    return std::nullopt;
  }
  Value empty;
  empty.kind = Value::Kind::kMap;
  if (document.IsNull()) return empty;
  return Reader(name, problems).read(document, "", 1);
}

}  // namespace

Node parse(std::string_view text, const std::string& name, Problems& problems) {
  auto state = std::make_shared<Node::State>();
  state->file = name;
  state->problems = &problems;
  state->line = 1;
  if (auto document = read_document(text, name, problems)) {
    state->value = std::make_shared<const Value>(std::move(*document));
  }
  return Node(std::move(state));
}

Node load(const std::string& file, Problems& problems) {
  if (auto text = read_file(file))
    return parse(*text, file, problems);
  else
    problems.add({file, 0, "", text.error().message});
  auto state = std::make_shared<Node::State>();
  state->file = file;
  state->problems = &problems;
  return Node(std::move(state));
}

}  // namespace base::yaml
