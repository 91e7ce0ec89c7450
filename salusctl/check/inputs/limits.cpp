#include "salusctl/check/inputs/limits.h"

#include <algorithm>
#include <charconv>
#include <ranges>
#include <span>

namespace healer::salusctl::check {
namespace {

using Kind = Token::Kind;
using Tokens = std::span<const Token>;

bool is_set_operator(const Token& token) { return token.is("and") || token.is("or") || token.is("unless"); }

bool is_comparison(const Token& token) {
  return token.kind == Kind::kOperator && (token.is(">") || token.is(">=") || token.is("<") ||
                                           token.is("<=") || token.is("==") || token.is("!="));
}

bool separates(const Token& token) {
  return token.kind == Kind::kComma || is_set_operator(token) || is_comparison(token);
}

// Numbers with + - * / and brackets, from left to right with the usual precedence. nullopt: anything else.
class Arithmetic {
 public:
  explicit Arithmetic(Tokens tokens) : tokens_(tokens) {}

  std::optional<double> run() {
    const auto value = sum();
    return at_ == tokens_.size() ? value : std::nullopt;
  }

 private:
  bool take(std::string_view text) {
    if (at_ >= tokens_.size() || !tokens_[at_].is(text)) return false;
    ++at_;
    return true;
  }

  std::optional<double> sum() {
    auto value = product();
    while (value) {
      const bool plus = take("+");
      if (!plus && !take("-")) break;
      const auto right = product();
      if (!right) return std::nullopt;
      *value += plus ? *right : -*right;
    }
    return value;
  }

  std::optional<double> product() {
    auto value = single();
    while (value) {
      const bool times = take("*");
      if (!times && !take("/")) break;
      const auto right = single();
      if (!right) return std::nullopt;
      value = times ? *value * *right : *value / *right;
    }
    return value;
  }

  std::optional<double> single() {
    if (take("-")) {
      const auto value = single();
      return value ? std::optional(-*value) : std::nullopt;
    }
    if (take("(")) {
      const auto value = sum();
      return take(")") ? value : std::nullopt;
    }
    if (at_ >= tokens_.size() || tokens_[at_].kind != Kind::kNumber) return std::nullopt;
    const std::string& text = tokens_[at_++].text;
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;  // not a duration
  }

  Tokens tokens_;
  std::size_t at_ = 0;
};

std::optional<double> number(Tokens tokens) { return Arithmetic(tokens).run(); }

std::optional<Limit::Branch> read_branch(Tokens tokens) {
  if (tokens.size() > 3 && tokens[0].is("vector") && tokens[1].is("(") && tokens.back().is(")")) {
    const auto value = number(tokens.subspan(2, tokens.size() - 3));
    return value ? std::optional(Limit::Branch{std::nullopt, *value}) : std::nullopt;
  }
  if (const auto value = number(tokens)) return Limit::Branch{std::nullopt, *value};
  std::size_t star = 0;
  while (star < tokens.size() && !tokens[star].is("*")) ++star;
  const auto value = number(tokens.first(star));
  if (!value || star + 1 >= tokens.size()) return std::nullopt;
  const std::vector<Token> rest(tokens.begin() + static_cast<std::ptrdiff_t>(star) + 1, tokens.end());
  // group by (…) (selector): a factor of 1.
  if (!rest[0].is("group")) return std::nullopt;
  const auto open =
      std::ranges::find_if(std::views::reverse(rest), [](const Token& token) { return token.is("("); });
  if (open == rest.rend()) return std::nullopt;
  auto at = static_cast<std::size_t>(open.base() - rest.begin());
  if (at >= rest.size() || !begins_selector(rest, at)) return std::nullopt;
  Limit::Branch branch{read_selector(rest, at), *value};
  return at + 1 == rest.size() ? std::optional(branch) : std::nullopt;
}

// The start of the operand that ends before `i`.
std::size_t left_begin(const std::vector<Token>& tokens, std::size_t i) {
  int depth = 0;
  while (i > 0) {
    const Token& token = tokens[i - 1];
    if (token.kind == Kind::kClose) ++depth;
    if (token.kind == Kind::kOpen && --depth < 0) return i;
    if (depth == 0 && separates(token)) return i;
    --i;
  }
  return 0;
}

std::size_t right_end(const std::vector<Token>& tokens, std::size_t i) {
  int depth = 0;
  for (; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::kOpen) ++depth;
    if (tokens[i].kind == Kind::kClose && --depth < 0) return i;
    if (depth == 0 && separates(tokens[i])) return i;
  }
  return i;
}

// on (…), ignoring (…), group_left (…) and bool are not part of what is compared.
std::size_t behind_modifiers(const std::vector<Token>& tokens, std::size_t i) {
  while (i < tokens.size()) {
    if (tokens[i].is("bool")) {
      ++i;
    } else if (tokens[i].is("on") || tokens[i].is("ignoring") || tokens[i].is("group_left") ||
               tokens[i].is("group_right")) {
      ++i;
      if (i < tokens.size() && tokens[i].is("(")) i = std::min(closing(tokens, i) + 1, tokens.size());
    } else {
      break;
    }
  }
  return i;
}

// The modifiers of a set operator before the operand are not part of it either.
std::string joined(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = behind_modifiers(tokens, begin); i < end; ++i) {
    if (!text.empty()) text += ' ';
    text += tokens[i].kind == Kind::kString ? '"' + tokens[i].text + '"' : tokens[i].text;
  }
  return text;
}

}  // namespace

std::optional<double> Limit::of(const PossibleLabels& labels) const {
  for (const Branch& branch : branches) {
    const Truth truth = branch.of ? fits(branch.of->matchers, labels) : Truth::kYes;
    if (truth == Truth::kMaybe) return std::nullopt;
    if (truth == Truth::kYes) return branch.value;
  }
  return std::nullopt;
}

std::optional<double> Limit::constant() const {
  if (branches.size() != 1 || branches[0].of) return std::nullopt;
  return branches[0].value;
}

std::optional<Limit> read_limit(std::string_view expression) {
  const std::vector<Token> tokens = promql_tokens(expression);
  Limit limit;
  for (std::size_t begin = 0; begin <= tokens.size();) {
    std::size_t end = begin;
    for (int depth = 0; end < tokens.size() && (depth > 0 || !tokens[end].is("or")); ++end) {
      if (tokens[end].kind == Kind::kOpen) ++depth;
      if (tokens[end].kind == Kind::kClose) --depth;
    }
    const auto branch = read_branch(Tokens(tokens).subspan(begin, end - begin));
    if (!branch) return std::nullopt;
    limit.branches.push_back(*branch);
    begin = end + 1;
  }
  return limit;
}

std::vector<Comparison> comparisons(std::string_view expression) {
  const std::vector<Token> tokens = promql_tokens(expression);
  std::vector<Comparison> found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_comparison(tokens[i]) || tokens[i].is("==") || tokens[i].is("!=")) continue;
    Comparison comparison{joined(tokens, left_begin(tokens, i), i), tokens[i].text.starts_with('>'), "", 0,
                          tokens[i].offset};
    const std::size_t begin = behind_modifiers(tokens, i + 1);
    const std::size_t end = right_end(tokens, begin);
    const Tokens right = Tokens(tokens).subspan(begin, end - begin);
    if (const auto value = number(right)) {
      comparison.number = *value;
    } else if (right.size() == 1 && begins_selector(tokens, begin)) {
      comparison.record = right[0].text;
    } else {
      continue;
    }
    found.push_back(std::move(comparison));
  }
  return found;
}

}  // namespace healer::salusctl::check
