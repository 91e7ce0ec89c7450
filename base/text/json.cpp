#include "base/text/json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/text/utf8.h"

namespace base {
namespace {

using nlohmann::json;

// Scans brackets and strings without recursion; the parser checks everything else.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  // The byte at which the nesting passes `max_depth`.
  std::optional<std::size_t> too_deep(int max_depth) const {
    int depth = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '"') i = end_of_string(i);
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (depth > max_depth) return i;
    }
    return std::nullopt;
  }

  // The byte at which the string with this index starts.
  std::size_t string_start(std::size_t index) const {
    std::size_t i = 0;
    for (; i < text_.size(); ++i) {
      if (text_[i] != '"') continue;
      if (index-- == 0) break;
      i = end_of_string(i);
    }
    return i;
  }

 private:
  // The closing quote, or the end of the text.
  std::size_t end_of_string(std::size_t open) const {
    std::size_t i = open + 1;
    while (i < text_.size() && text_[i] != '"') i += text_[i] == '\\' ? 2 : 1;
    return i;
  }

  std::string_view text_;
};

// The message of a parser exception without its identifiers and positions: "[json.exception.parse_error.101]
// parse error at line 1, column 4: syntax error …".
std::string plain_reason(std::string_view what) {
  if (const auto bracket = what.find("] "); bracket != std::string_view::npos)
    what.remove_prefix(bracket + 2);
  if (what.starts_with("parse error")) {
    if (const auto colon = what.find(": "); colon != std::string_view::npos) what.remove_prefix(colon + 2);
  }
  return repair_utf8(what.substr(0, 200));
}

// Builds the document and stops at the first duplicate key. The parser that calls it is iterative.
class Builder final : public json::json_sax_t {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  json take() { return std::move(root_); }
  const std::string& error() const { return error_; }

  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return put(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return put(value) != nullptr; }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return put(value) != nullptr; }
  bool binary(binary_t& /*value*/) override { return false; }
  bool string(string_t& value) override {
    ++strings_seen_;
    return put(std::move(value)) != nullptr;
  }
  bool start_object(std::size_t /*size*/) override { return open(json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (open_.back()->contains(name)) {
      error_ = fmt::format("byte {}: duplicate key \"{}\"", Scan(text_).string_start(strings_seen_),
                           name.substr(0, 100));
      return false;
    }
    ++strings_seen_;
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/, const json::exception& what) override {
    // The parser counts the bytes it has read; the last of them is where it stopped.
    error_ = fmt::format("byte {}: {}", position == 0 ? 0 : position - 1, plain_reason(what.what()));
    return false;
  }

 private:
  json* put(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    return &(parent[key_] = std::move(value));
  }
  bool open(json container) {
    open_.push_back(put(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  json root_;
  std::vector<json*> open_;
  std::string key_;
  std::size_t strings_seen_ = 0;
  std::string error_;
};

}  // namespace

Result<json> parse_json(std::string_view text, int max_depth) {
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return fail("byte {}: a NUL byte", nul);
  if (const auto bad = first_invalid_utf8(text); bad != std::string_view::npos) {
    return fail("byte {}: invalid UTF-8", bad);
  }
  if (const auto deep = Scan(text).too_deep(max_depth)) {
    return fail("byte {}: nested deeper than {} levels", *deep, max_depth);
  }
  Builder builder(text);
  if (!json::sax_parse(text, &builder)) return fail("{}", builder.error());
  return builder.take();
}

const json* at_pointer(const json& document, std::string_view pointer) {
  try {
    const json::json_pointer place{std::string(pointer)};
    return document.contains(place) ? &document.at(place) : nullptr;
  } catch (const json::exception&) {
    return nullptr;  // the library reports a malformed pointer only by an exception
  }
}

}  // namespace base
