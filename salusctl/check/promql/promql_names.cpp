#include "salusctl/check/promql/promql_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace healer::salusctl::check {
namespace {

using Kind = Token::Kind;

std::string lower(std::string_view word) {
  std::string text(word);
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

constexpr std::array<std::string_view, 6> kGroupings{"by",       "without",    "on",
                                                     "ignoring", "group_left", "group_right"};

bool is_grouping(const Token& token) {
  return token.kind == Kind::kWord && std::ranges::find(kGroupings, lower(token.text)) != kGroupings.end();
}

bool opens(const std::vector<Token>& tokens, std::size_t i, std::string_view bracket) {
  return i < tokens.size() && tokens[i].kind == Kind::kOpen && tokens[i].text == bracket;
}

std::size_t offset_of(const std::vector<Token>& tokens, std::size_t i, std::size_t size) {
  return i < tokens.size() ? tokens[i].offset : size;
}

// "sum by (x) (…)" or "sum(…) by (x)": the operand in the other brackets.
void set_scope(const std::vector<Token>& tokens, std::size_t keyword, std::size_t close, std::size_t size,
               Grouping& grouping) {
  grouping.end = size;
  if (grouping.keyword != "by" && grouping.keyword != "without") return;
  if (opens(tokens, close + 1, "(")) {
    grouping.begin = offset_of(tokens, close + 1, size);
    grouping.end = offset_of(tokens, closing(tokens, close + 1), size);
    return;
  }
  if (keyword == 0 || !tokens[keyword - 1].is(")")) return;
  for (std::size_t open = keyword - 1; open-- > 0;) {
    if (tokens[open].kind != Kind::kOpen || closing(tokens, open) != keyword - 1) continue;
    grouping.begin = tokens[open].offset;
    grouping.end = tokens[keyword - 1].offset;
    return;
  }
}

// Moves `i` behind it.
Grouping read_grouping(const std::vector<Token>& tokens, std::size_t& i, std::size_t size) {
  Grouping grouping{lower(tokens[i].text), {}, tokens[i].offset, 0, size};
  const std::size_t keyword = i++;
  if (!opens(tokens, i, "(")) return grouping;
  const std::size_t close = closing(tokens, i);
  for (std::size_t label = i + 1; label < close; ++label) {
    if (tokens[label].kind == Kind::kWord) grouping.labels.push_back(tokens[label].text);
  }
  set_scope(tokens, keyword, close, size, grouping);
  i = std::min(close + 1, tokens.size());
  return grouping;
}

}  // namespace

std::vector<std::string> named_values(const Matcher& matcher) {
  std::string_view text = matcher.value;
  if (text.empty() || text.contains('$') || text.contains("[[") || text.contains("{{")) return {};
  if (matcher.op == "=" || matcher.op == "!=") return {matcher.value};
  if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
  if (text.find_first_of("\\.+*?()[]{}^") != text.npos) return {};
  std::vector<std::string> values;
  while (true) {
    const std::size_t bar = text.find('|');
    if (const auto value = text.substr(0, bar); !value.empty()) values.emplace_back(value);
    if (bar == text.npos) return values;
    text.remove_prefix(bar + 1);
  }
}

bool begins_selector(const std::vector<Token>& tokens, std::size_t i) {
  if (opens(tokens, i, "{")) return true;
  if (tokens[i].kind != Kind::kWord || is_keyword(tokens[i].text) || opens(tokens, i + 1, "(")) return false;
  // "sum by (x) (…)" is an aggregation; "x by" is not PromQL.
  return i + 1 >= tokens.size() || !is_grouping(tokens[i + 1]) ||
         lower(tokens[i + 1].text).starts_with("group_") ||
         (lower(tokens[i + 1].text) != "by" && lower(tokens[i + 1].text) != "without");
}

Selector read_selector(const std::vector<Token>& tokens, std::size_t& i) {
  Selector selector{"", {}, tokens[i].offset};
  if (tokens[i].kind == Kind::kWord) selector.metric = tokens[i++].text;
  if (!opens(tokens, i, "{")) return selector;
  const std::size_t close = closing(tokens, i);
  for (++i; i + 2 < close + 1 && i + 2 < tokens.size(); ++i) {
    const bool is_matcher = (tokens[i].kind == Kind::kWord || tokens[i].kind == Kind::kString) &&
                            tokens[i + 1].kind == Kind::kOperator && tokens[i + 2].kind == Kind::kString;
    if (!is_matcher) continue;
    Matcher matcher{tokens[i].text, tokens[i + 1].text, tokens[i + 2].text};
    i += 2;
    if (matcher.label == "__name__" && matcher.op == "=") {
      selector.metric = matcher.value;
    } else {
      selector.matchers.push_back(std::move(matcher));
    }
  }
  i = std::min(close + 1, tokens.size());
  return selector;
}

Names promql_names(std::string_view expression) {
  const std::vector<Token> tokens = promql_tokens(expression);
  Names names;
  for (std::size_t i = 0; i < tokens.size();) {
    if (is_grouping(tokens[i])) {
      names.groupings.push_back(read_grouping(tokens, i, expression.size()));
    } else if (begins_selector(tokens, i)) {
      names.selectors.push_back(read_selector(tokens, i));
    } else {
      const Token& token = tokens[i++];
      names.makes_labels |= token.is("label_replace") || token.is("label_join") || token.is("count_values");
    }
  }
  return names;
}

}  // namespace healer::salusctl::check
