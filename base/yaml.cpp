#include "base/yaml.h"

#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/duration.h"
#include "base/file.h"
#include "base/utf8.h"

namespace base::yaml {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 100'000;

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

// What came from outside, fit for one line of a message.
std::string shown(std::string_view text) {
  constexpr std::size_t kMaxShown = 80;
  std::string result = repair_utf8(text.substr(0, kMaxShown));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text.size() > kMaxShown ? result + "…" : result;
}

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? shown(key) : path + "." + shown(key);
}

// How many letters have to be put in, left out, exchanged or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t exchange = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, exchange});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

// " (did you mean "receive"?)", or nothing where no known word is near.
std::string suggestion(std::string_view word, std::initializer_list<std::string_view> known) {
  if (word.size() > 64) return "";
  std::string_view nearest;
  std::size_t nearest_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t d = distance(word, candidate);
    if (d >= nearest_distance || d >= candidate.size()) continue;
    nearest = candidate;
    nearest_distance = d;
  }
  return nearest.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", nearest);
}

int line_of(const YAML::Mark& mark) { return mark.is_null() ? 1 : mark.line + 1; }

// Copies a parsed document; stops at the first thing that is past the bounds.
class Reader {
 public:
  Reader(const std::string& file, Problems& problems) : file_(file), problems_(problems) {}

  // nullopt: out of bounds, and noted.
  std::optional<Value> read(const YAML::Node& node, const std::string& path, int depth) {
    Value value;
    value.line = line_of(node.Mark());
    if (depth > kMaxDepth) return refuse(value.line, fmt::format("nested deeper than {} levels", kMaxDepth));
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
        problems_.add({file_, line, path, "a key must be a plain word"});
        continue;
      }
      const std::string& key = child.first.Scalar();
      const auto [first, is_new] = first_line.emplace(key, line);
      if (!is_new) {
        problems_.add({file_, line, path,
                       fmt::format("duplicate key \"{}\" (first on line {})", shown(key), first->second)});
        continue;
      }
      auto entry = read(child.second, join(path, key), depth + 1);
      if (!entry) return std::nullopt;
      value.entries.push_back({key, line, std::move(*entry)});
    }
    return value;
  }

  const std::string& file_;
  Problems& problems_;
  int nodes_ = 0;
};

// Nothing where the text was refused, which has been noted.
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
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(std::string(text));
  } catch (const YAML::Exception& error) {
    problems.add({name, line_of(error.mark), "", "not YAML: " + shown(error.msg)});
    return std::nullopt;
  }
  if (documents.size() > 1) {
    problems.add({name, line_of(documents[1].Mark()), "", "more than one document in a file"});
    return std::nullopt;
  }
  Value empty;
  empty.kind = Value::Kind::kMap;
  if (documents.empty() || documents.front().IsNull()) return empty;
  return Reader(name, problems).read(documents.front(), "", 1);
}

}  // namespace

std::string Problem::str() const {
  std::string text = file;
  if (line > 0) text += fmt::format(":{}", line);
  if (!path.empty()) text += ": " + path;
  return text + ": " + what;
}

std::string Problems::str() const {
  std::vector<const Problem*> sorted;
  for (const Problem& problem : list_) sorted.push_back(&problem);
  std::ranges::stable_sort(sorted, [](const Problem* a, const Problem* b) {
    return std::tie(a->file, a->line) < std::tie(b->file, b->line);
  });
  std::string text;
  for (const Problem* problem : sorted) text += problem->str() + "\n";
  return text;
}

struct Node::State {
  std::string file;
  Problems* problems = nullptr;
  std::shared_ptr<const Value> value;  // null where there is nothing; shares the ownership of its document
  std::string path;
  int line = 0;

  std::shared_ptr<const State> child(const Value& at, std::string child_path) const {
    return std::make_shared<State>(
        State{file, problems, std::shared_ptr<const Value>(value, &at), std::move(child_path), at.line});
  }
  std::shared_ptr<const State> absent(std::string child_path) const {
    return std::make_shared<State>(State{file, problems, nullptr, std::move(child_path), line});
  }
  const Value* find(std::string_view key) const {
    if (value == nullptr || value->kind != Value::Kind::kMap) return nullptr;
    for (const Value::Entry& entry : value->entries) {
      if (entry.key == key) return &entry.value;
    }
    return nullptr;
  }
  // The scalar's text; null where there is none, and noted when something else stands there.
  const std::string* scalar(const Node& node, std::string_view wanted) const {
    if (value == nullptr || value->kind == Value::Kind::kNull) return nullptr;
    if (value->kind == Value::Kind::kScalar) return &value->scalar;
    node.problem(
        fmt::format("must be {}, not a {}", wanted, value->kind == Value::Kind::kMap ? "map" : "list"));
    return nullptr;
  }
};

bool Node::present() const { return state_->value != nullptr && state_->value->kind != Value::Kind::kNull; }
bool Node::is_map() const { return present() && state_->value->kind == Value::Kind::kMap; }
bool Node::is_list() const { return present() && state_->value->kind == Value::Kind::kList; }
bool Node::is_scalar() const { return present() && state_->value->kind == Value::Kind::kScalar; }
std::string Node::path() const { return state_->path; }
int Node::line() const { return state_->line; }

void Node::problem(std::string what) const {
  state_->problems->add({state_->file, state_->line, state_->path, std::move(what)});
}

Node Node::optional(std::string_view key) const {
  if (present() && !is_map()) problem("must be a map");
  const Value* value = state_->find(key);
  const std::string child_path = join(state_->path, key);
  return Node(value == nullptr ? state_->absent(child_path) : state_->child(*value, child_path));
}

Node Node::required(std::string_view key) const {
  if (present() && !is_map()) {
    problem(fmt::format("must be a map with the key \"{}\"", key));
    return Node(state_->absent(join(state_->path, key)));
  }
  Node child = optional(key);
  if (present() && !child.present()) child.problem(state_->find(key) == nullptr ? "is missing" : "is empty");
  return child;
}

void Node::only(std::initializer_list<std::string_view> known) const {
  if (!is_map()) return;
  for (const Value::Entry& entry : state_->value->entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    state_->problems->add(
        {state_->file, entry.key_line, state_->path,
         fmt::format("unknown key \"{}\"{}", shown(entry.key), suggestion(entry.key, known))});
  }
}

std::vector<Node> Node::items() const {
  std::vector<Node> nodes;
  if (!present()) return nodes;
  if (!is_list()) {
    problem("must be a list");
    return nodes;
  }
  for (const Value& item : state_->value->items) {
    nodes.push_back(Node(state_->child(item, fmt::format("{}[{}]", state_->path, nodes.size()))));
  }
  return nodes;
}

std::vector<std::pair<std::string, Node>> Node::entries() const {
  std::vector<std::pair<std::string, Node>> nodes;
  if (!present()) return nodes;
  if (!is_map()) {
    problem("must be a map");
    return nodes;
  }
  for (const Value::Entry& entry : state_->value->entries) {
    nodes.emplace_back(entry.key, Node(state_->child(entry.value, join(state_->path, entry.key))));
  }
  return nodes;
}

std::string Node::string(std::string_view fallback) const {
  const std::string* text = state_->scalar(*this, "text");
  return text == nullptr ? std::string(fallback) : *text;
}

std::string Node::non_empty_string() const {
  std::string text = string();
  if (is_scalar() && text.empty()) problem("must not be empty");
  return text;
}

bool Node::boolean(bool fallback) const {
  const std::string* text = state_->scalar(*this, "true or false");
  if (text == nullptr) return fallback;
  if (*text != "true" && *text != "false") {
    problem(fmt::format("\"{}\" is not true or false", shown(*text)));
    return fallback;
  }
  return *text == "true";
}

std::int64_t Node::integer(std::int64_t fallback, std::int64_t min, std::int64_t max) const {
  const std::string* text = state_->scalar(*this, "a whole number");
  if (text == nullptr) return fallback;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument) {
    problem(fmt::format("\"{}\" is not a whole number", shown(*text)));
    return fallback;
  }
  if (error != std::errc() || value < min || value > max) {
    problem(fmt::format("{} is not between {} and {}", shown(*text), min, max));
    return fallback;
  }
  return value;
}

double Node::number(double fallback, double min, double max) const {
  const std::string* text = state_->scalar(*this, "a number");
  if (text == nullptr) return fallback;
  double value = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument || std::isnan(value)) {
    problem(fmt::format("\"{}\" is not a number", shown(*text)));
    return fallback;
  }
  if (error != std::errc() || value < min || value > max) {
    problem(fmt::format("{} is not between {} and {}", shown(*text), min, max));
    return fallback;
  }
  return value;
}

Duration Node::duration(Duration fallback, Duration min, Duration max) const {
  const std::string* text = state_->scalar(*this, "a duration");
  if (text == nullptr) return fallback;
  const auto value = parse_duration(*text);
  if (!value) {
    problem(fmt::format("\"{}\" is not a duration", shown(*text)));
  } else if (*value < min) {
    problem(fmt::format("{} is shorter than {}", shown(*text), format_duration(min)));
  } else if (*value > max) {
    problem(fmt::format("{} is longer than {}", shown(*text), format_duration(max)));
  } else {
    return *value;
  }
  return fallback;
}

std::vector<std::string> Node::strings() const {
  std::vector<std::string> texts;
  for (const Node& item : items()) {
    if (!item.present()) item.problem("is empty");
    if (const std::string* text = item.state_->scalar(item, "text")) texts.push_back(*text);
  }
  return texts;
}

std::vector<std::pair<std::string, std::string>> Node::string_map() const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [key, node] : entries()) texts.emplace_back(key, node.string());
  return texts;
}

std::string Node::one_of(std::initializer_list<std::string_view> allowed, std::string_view fallback) const {
  const std::string wanted = fmt::format("one of {}", fmt::join(allowed, ", "));
  if (!present()) return std::string(fallback);
  const std::string* text = state_->scalar(*this, wanted);
  if (text != nullptr && std::ranges::find(allowed, *text) != allowed.end()) return *text;
  if (text != nullptr)
    problem(fmt::format("\"{}\" is not {}{}", shown(*text), wanted, suggestion(*text, allowed)));
  return std::string(*allowed.begin());
}

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
