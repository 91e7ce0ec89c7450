#include "healer/notify/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace healer::notify {
namespace {

constexpr std::array<std::string_view, 14> kEveryNotice{
    "stack",  "kind", "incident", "subsystem", "severity", "title",  "detail",
    "fields", "date", "time",     "container", "playbook", "action", "next_step"};

std::string all_fields(const Notice& notice) {
  std::string text;
  for (const auto& [name, value] : notice.fields) {
    if (!value.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", name, value);
  }
  return text;
}

std::string value_of(std::string_view name, const Notice& notice, std::string_view stack) {
  // The notice's own field has precedence: a report's date is not the day on which it is sent.
  if (const std::string_view own = notice.field(name); !own.empty()) return std::string(own);
  if (name == "stack") return std::string(stack);
  if (name == "kind") return std::string(to_string(notice.kind));
  if (name == "incident") return notice.incident;
  if (name == "subsystem") return notice.subsystem;
  if (name == "severity") return notice.severity;
  if (name == "title") return notice.title;
  if (name == "detail") return notice.whole_detail();
  if (name == "container") return notice.container;
  if (name == "playbook") return notice.playbook;
  if (name == "action") return notice.action;
  if (name == "next_step") return next_step_of(notice);
  if (name == "fields") return all_fields(notice);
  if (name == "date") return base::rfc3339(notice.at).substr(0, 10);
  if (name == "time") return base::rfc3339(notice.at);
  return "";
}

// Calls `literal(characters)` and `field(name)` for the parts of `text`; stops at the first problem and
// returns it.
template <class Literal, class Field>
std::optional<std::string> walk(std::string_view text, Literal literal, Field field) {
  while (!text.empty()) {
    const auto brace = std::min(text.find_first_of("{}"), text.size());
    if (brace > 0) literal(text.substr(0, brace));
    text.remove_prefix(brace);
    if (text.starts_with("{{") || text.starts_with("}}")) {
      literal(text.substr(0, 1));
      text.remove_prefix(2);
    } else if (text.starts_with("}")) {
      return "unmatched }; write }} for a literal brace";
    } else if (text.starts_with("{")) {
      const auto end = text.find_first_of("{}\n", 1);
      if (end == std::string_view::npos || text[end] != '}')
        return "unmatched {; write {{ for a literal brace";
      field(text.substr(1, end - 1));
      text.remove_prefix(end + 1);
    }
  }
  return std::nullopt;
}

std::string with_bold(std::string_view literal, std::string_view bold) {
  std::string out;
  for (auto at = literal.find("**"); at != std::string_view::npos; at = literal.find("**")) {
    out.append(literal.substr(0, at)).append(bold);
    literal.remove_prefix(at + 2);
  }
  return out.append(literal);
}

}  // namespace

std::vector<std::string_view> template_fields(Notice::Kind kind) {
  std::vector<std::string_view> names(kEveryNotice.begin(), kEveryNotice.end());
  std::string_view own = about(kind).fields;
  while (!own.empty()) {
    const auto end = std::min(own.find(' '), own.size());
    if (std::ranges::find(names, own.substr(0, end)) == names.end()) names.push_back(own.substr(0, end));
    own.remove_prefix(std::min(end + 1, own.size()));
  }
  return names;
}

std::optional<std::string> template_problem(Notice::Kind kind, std::string_view text) {
  if (text.empty()) return "must not be empty";
  const auto known = template_fields(kind);
  std::optional<std::string> unknown;
  const auto look = [&](std::string_view name) {
    if (unknown || std::ranges::find(known, name) != known.end()) return;
    unknown = fmt::format("unknown field {{{}}} of {}; expected one of: {}", name, to_string(kind),
                          fmt::join(known, ", "));
  };
  const auto malformed = walk(text, [](std::string_view) {}, look);
  return malformed ? malformed : unknown;
}

std::vector<Piece> render(std::string_view text, const Notice& notice, std::string_view stack,
                          std::string_view bold) {
  std::vector<Piece> out;
  while (true) {
    const auto end = text.find('\n');
    std::vector<Piece> line;
    bool has_field = false;
    bool has_value = false;
    const auto literal = [&](std::string_view characters) {
      line.push_back({with_bold(characters, bold), true});
    };
    const auto field = [&](std::string_view name) {
      std::string value = value_of(name, notice, stack);
      has_field = true;
      has_value = has_value || !value.empty();
      line.push_back({std::move(value), false});
    };
    if (walk(text.substr(0, end), literal, field)) line.push_back({"…", true});
    if (has_value || !has_field) {
      if (!out.empty()) out.push_back({"\n", true});
      out.insert(out.end(), std::make_move_iterator(line.begin()), std::make_move_iterator(line.end()));
      // Keeps an empty first line.
      if (out.empty()) out.push_back({"", true});
    }
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace healer::notify
