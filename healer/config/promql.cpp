#include "healer/config/promql.h"

#include <fmt/format.h>

namespace healer::checks {
namespace {

constexpr std::string_view kTarget = "{{target}}";

char closing(char opening) { return opening == '(' ? ')' : opening == '[' ? ']' : '}'; }

// The position after the string that starts at `begin`, or npos if it has no end. Backquoted strings have no
// escapes.
std::size_t skip_string(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote != '`') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::optional<std::string> unknown_variable(std::string_view text) {
  for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    if (text.substr(at, kTarget.size()) == kTarget) continue;
    const auto end = text.find("}}", at);
    const auto found = text.substr(at, end == std::string_view::npos ? end : end + 2 - at);
    return fmt::format("unknown variable {}: only {} is replaced", found, kTarget);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> promql_problem(std::string_view expression) {
  if (expression.find_first_not_of(" \t\r\n") == std::string_view::npos) return "the expression is empty";
  if (auto problem = unknown_variable(expression)) return problem;

  std::string expected;  // the closing brackets that must come, the next one last
  for (std::size_t i = 0; i < expression.size();) {
    const char c = expression[i];
    if (c == '"' || c == '\'' || c == '`') {
      const std::size_t after = skip_string(expression, i);
      if (after == std::string_view::npos)
        return fmt::format("the {} at character {} is not closed", c, i + 1);
      i = after;
      continue;
    }
    if (c == '(' || c == '[' || c == '{') {
      expected += closing(c);
    } else if (c == ')' || c == ']' || c == '}') {
      if (expected.empty() || expected.back() != c) {
        return fmt::format("the {} at character {} has no opening bracket", c, i + 1);
      }
      expected.pop_back();
    }
    ++i;
  }
  if (!expected.empty()) return fmt::format("a {} is missing at the end", expected.back());
  return std::nullopt;
}

std::string expand_target(std::string_view expression, std::string_view target) {
  std::string escaped;
  for (const char c : target) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  std::string out;
  for (std::size_t i = 0; i < expression.size();) {
    if (expression.substr(i, kTarget.size()) == kTarget) {
      out += escaped;
      i += kTarget.size();
    } else {
      out += expression[i++];
    }
  }
  return out;
}

}  // namespace healer::checks
