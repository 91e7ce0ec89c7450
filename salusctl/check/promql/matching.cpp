#include "salusctl/check/promql/matching.h"

#include <algorithm>
#include <cctype>
#include <regex>

namespace healer::salusctl::check {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

Truth matches(const std::string& pattern, std::string_view value) {
  try {
    const std::regex expression(pattern, std::regex::ECMAScript);
    return std::regex_match(value.begin(), value.end(), expression) ? Truth::kYes : Truth::kNo;
  } catch (const std::regex_error&) {
    return Truth::kMaybe;  // RE2 has syntax, such as (?i), that the standard library lacks
  }
}

Truth negation(Truth truth) {
  return truth == Truth::kYes ? Truth::kNo : truth == Truth::kNo ? Truth::kYes : Truth::kMaybe;
}

// Removes and returns the text up to the next comma outside of quotes; the comma is removed as well.
std::string_view next_part(std::string_view& text) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (quoted && text[end] == '\\') {
      ++end;
    } else if (text[end] == '"') {
      quoted = !quoted;
    } else if (text[end] == ',' && !quoted) {
      break;
    }
  }
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return std::string(text);
  std::string value;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    value += text[i];
  }
  return value;
}

base::Result<Matcher> parse_matcher(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_' ||
                               text[end] == ':' || text[end] == '.' || text[end] == '-')) {
    ++end;
  }
  std::string_view label = text.substr(0, end);
  std::string_view rest = trimmed(text.substr(end));
  if (text.starts_with('"')) {  // newer Alertmanagers take any label in quotes
    end = std::min(text.find('"', 1), text.size() - 1);
    label = text.substr(1, end - 1);
    rest = trimmed(text.substr(end + 1));
  }
  for (const std::string_view op : {"=~", "!~", "!=", "="}) {
    if (label.empty() || !rest.starts_with(op)) continue;
    return Matcher{std::string(label), std::string(op), unquoted(trimmed(rest.substr(op.size())))};
  }
  return base::fail("\"{}\" is not a matcher", text);
}

}  // namespace

Truth operator&&(Truth a, Truth b) { return std::min(a, b); }

Truth fits(const Matcher& matcher, std::string_view value) {
  if (matcher.op == "=") return matcher.value == value ? Truth::kYes : Truth::kNo;
  if (matcher.op == "!=") return matcher.value != value ? Truth::kYes : Truth::kNo;
  const Truth truth = matches(matcher.value, value);
  return matcher.op == "=~" ? truth : negation(truth);
}

Truth fits(const std::vector<Matcher>& matchers, const PossibleLabels& labels) {
  Truth all = Truth::kYes;
  for (const Matcher& matcher : matchers) {
    const auto known = labels.find(matcher.label);
    if (known == labels.end()) {
      all = all && Truth::kMaybe;
      continue;
    }
    std::set<Truth> seen;
    for (const std::string& value : known->second) seen.insert(fits(matcher, value));
    all = all && (seen.size() == 1 ? *seen.begin() : Truth::kMaybe);
  }
  return all;
}

base::Result<std::vector<Matcher>> parse_matchers(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  std::vector<Matcher> matchers;
  while (!trimmed(text).empty()) {
    const auto part = trimmed(next_part(text));
    if (part.empty()) continue;
    auto matcher = parse_matcher(part);
    if (!matcher) return std::unexpected(matcher.error());
    matchers.push_back(std::move(*matcher));
  }
  return matchers;
}

}  // namespace healer::salusctl::check
