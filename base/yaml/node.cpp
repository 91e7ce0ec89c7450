#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/text/duration.h"
#include "base/text/spelling.h"
#include "base/text/utf8.h"
#include "base/yaml/value.h"
#include "base/yaml/yaml.h"

namespace base::yaml {

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? excerpt(key) : path + "." + excerpt(key);
}

std::shared_ptr<const Node::State> Node::State::child(const Value& at, std::string child_path) const {
  return std::make_shared<State>(
      State{file, problems, std::shared_ptr<const Value>(value, &at), std::move(child_path), at.line});
}

std::shared_ptr<const Node::State> Node::State::absent(std::string child_path) const {
  return std::make_shared<State>(State{file, problems, nullptr, std::move(child_path), line});
}

namespace {

// Length prefixes prevent scalar contents from being mistaken for structure.
void append_text(std::string& to, const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNull:
      to += '~';
      return;
    case Value::Kind::kScalar:
      to += fmt::format("{}:{}", value.scalar.size(), value.scalar);
      return;
    case Value::Kind::kList:
      to += '[';
      for (const Value& item : value.items) append_text(to, item);
      to += ']';
      return;
    case Value::Kind::kMap:
      to += '{';
      for (const Value::Entry& entry : value.entries) {
        to += fmt::format("{}:{}", entry.key.size(), entry.key);
        append_text(to, entry.value);
      }
      to += '}';
      return;
  }
}

}  // namespace

const Value* Node::State::find(std::string_view key) const {
  if (value == nullptr || value->kind != Value::Kind::kMap) return nullptr;
  for (const Value::Entry& entry : value->entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string Problem::str() const {
  std::string text = file;
  if (line > 0) text += fmt::format(":{}", line);
  if (!path.empty()) text += ": " + path;
  return text + ": " + what;
}

void Problems::add(Problem problem) {
  if (std::ranges::find(list_, problem) == list_.end()) list_.push_back(std::move(problem));
}

std::string Problems::str() const {
  std::vector<std::size_t> order(list_.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tie(list_[a].file, list_[a].line, a) < std::tie(list_[b].file, list_[b].line, b);
  });
  std::string text;
  for (const std::size_t i : order) text += list_[i].str() + "\n";
  return text;
}

bool Node::present() const { return state_->value != nullptr && state_->value->kind != Value::Kind::kNull; }
bool Node::is_map() const { return present() && state_->value->kind == Value::Kind::kMap; }
bool Node::is_list() const { return present() && state_->value->kind == Value::Kind::kList; }
bool Node::is_scalar() const { return present() && state_->value->kind == Value::Kind::kScalar; }
std::string Node::path() const { return state_->path; }
int Node::line() const { return state_->line; }

std::string Node::text() const {
  std::string text;
  if (state_->value != nullptr) append_text(text, *state_->value);
  return text;
}

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
  Node child = optional(key);
  if (is_map() && !child.present()) child.problem(state_->find(key) == nullptr ? "is missing" : "is empty");
  return child;
}

void Node::only(std::initializer_list<std::string_view> known) const {
  if (present() && !is_map()) problem("must be a map");
  if (!is_map()) return;
  for (const Value::Entry& entry : state_->value->entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    state_->problems->add(
        {state_->file, entry.key_line, state_->path,
         fmt::format("unknown key \"{}\"{}", excerpt(entry.key), did_you_mean(entry.key, known))});
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
  const std::string* text = scalar("text");
  return text == nullptr ? std::string(fallback) : *text;
}

std::string Node::non_empty_string() const {
  std::string text = string();
  if (is_scalar() && text.empty()) problem("must not be empty");
  return text;
}

bool Node::boolean(bool fallback) const {
  const std::string* text = scalar("true or false");
  if (text == nullptr) return fallback;
  if (*text != "true" && *text != "false") {
    problem(fmt::format("\"{}\" is not true or false", excerpt(*text)));
    return fallback;
  }
  return *text == "true";
}

std::int64_t Node::integer(std::int64_t fallback, std::int64_t min, std::int64_t max) const {
  const std::string* text = scalar("a whole number");
  if (text == nullptr) return fallback;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument) {
    problem(fmt::format("\"{}\" is not a whole number", excerpt(*text)));
    return fallback;
  }
  if (error != std::errc() || value < min || value > max) {
    problem(fmt::format("{} is not between {} and {}", excerpt(*text), min, max));
    return fallback;
  }
  return value;
}

double Node::number(double fallback, double min, double max) const {
  const std::string* text = scalar("a number");
  if (text == nullptr) return fallback;
  double value = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (stopped != end || error == std::errc::invalid_argument || std::isnan(value)) {
    problem(fmt::format("\"{}\" is not a number", excerpt(*text)));
    return fallback;
  }
  if (error != std::errc() || value < min || value > max) {
    problem(fmt::format("{} is not between {} and {}", excerpt(*text), min, max));
    return fallback;
  }
  return value;
}

Duration Node::duration(Duration fallback, Duration min, Duration max) const {
  const std::string* text = scalar("a duration");
  if (text == nullptr) return fallback;
  const auto value = parse_duration(*text);
  if (!value) {
    problem(value.error().message);
  } else if (*value < min) {
    problem(fmt::format("{} is shorter than {}", excerpt(*text), format_duration(min)));
  } else if (*value > max) {
    problem(fmt::format("{} is longer than {}", excerpt(*text), format_duration(max)));
  } else {
    return *value;
  }
  return fallback;
}

std::vector<std::string> Node::strings() const {
  std::vector<std::string> texts;
  for (const Node& item : items()) {
    if (!item.present()) item.problem("is empty");
    if (const std::string* text = item.scalar("text")) texts.push_back(*text);
  }
  return texts;
}

std::vector<std::pair<std::string, std::string>> Node::string_map() const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [key, node] : entries()) texts.emplace_back(key, node.string());
  return texts;
}

std::string Node::one_of(std::initializer_list<std::string_view> allowed, std::string_view fallback) const {
  return one_of(std::span(allowed.begin(), allowed.size()), fallback);
}

std::string Node::one_of(std::span<const std::string_view> allowed, std::string_view fallback) const {
  const std::string wanted = fmt::format("one of {}", fmt::join(allowed, ", "));
  if (!present()) return std::string(fallback);
  const std::string* text = scalar(wanted);
  if (text != nullptr && std::ranges::find(allowed, *text) != allowed.end()) return *text;
  if (text != nullptr)
    problem(fmt::format("\"{}\" is not {}{}", excerpt(*text), wanted, did_you_mean(*text, allowed)));
  return std::string(*allowed.begin());
}

// Null when the node is not a scalar; adds a problem if it is present.
const std::string* Node::scalar(std::string_view wanted) const {
  if (!present()) return nullptr;
  if (is_scalar()) return &state_->value->scalar;
  problem(fmt::format("must be {}, not a {}", wanted, is_map() ? "map" : "list"));
  return nullptr;
}

}  // namespace base::yaml
