#include "salusctl/check/promql/promql_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace healer::salusctl::check {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':'; }
bool goes_on(char c) { return starts_word(c) || is_digit(c); }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        ++at_;
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        next(c);
      }
    }
    return std::move(tokens_);
  }

 private:
  using Kind = Token::Kind;

  char peek(std::size_t ahead = 1) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void take(Kind kind, std::size_t length) {
    tokens_.push_back({kind, std::string(text_.substr(at_, length)), at_});
    at_ = std::min(at_ + length, text_.size());
  }

  void next(char c) {
    if (starts_word(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek()))) return number();
    if (c == '"' || c == '\'' || c == '`') return string(c);
    if (c == '$') return variable();
    if (c == '[') return range();
    if (c == '(' || c == '{') return take(Kind::kOpen, 1);
    if (c == ')' || c == '}') return take(Kind::kClose, 1);
    if (c == ',') return take(Kind::kComma, 1);
    static constexpr std::array<std::string_view, 6> kDouble{"==", "!=", "<=", ">=", "=~", "!~"};
    if (std::ranges::find(kDouble, text_.substr(at_, 2)) != kDouble.end()) return take(Kind::kOperator, 2);
    take(std::string_view("+-*/%^<>=@").contains(c) ? Kind::kOperator : Kind::kUnknown, 1);
  }

  void word() {
    std::size_t length = 1;
    while (goes_on(peek(length))) ++length;
    take(Kind::kWord, length);
  }

  // Also durations: 1h30m.
  void number() {
    std::size_t length = 1;
    const bool hexadecimal = text_.substr(at_, 2) == "0x" || text_.substr(at_, 2) == "0X";
    while (true) {
      const char c = peek(length);
      const char before = peek(length - 1);
      const bool exponent = !hexadecimal && (before == 'e' || before == 'E') && (c == '+' || c == '-');
      if (c != '.' && !is_digit(c) && std::isalpha(static_cast<unsigned char>(c)) == 0 && !exponent) break;
      ++length;
    }
    take(Kind::kNumber, length);
  }

  void string(char quote) {
    std::string decoded;
    for (std::size_t length = 1; peek(length) != '\0'; ++length) {
      const char c = peek(length);
      if (c == quote) {
        tokens_.push_back({Kind::kString, std::move(decoded), at_});
        at_ += length + 1;
        return;
      }
      if (c == '\\' && quote != '`') {
        const char escaped = peek(++length);
        decoded += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
      } else {
        decoded += c;
      }
    }
    take(Kind::kUnknown, text_.size() - at_);
  }

  void variable() {
    std::size_t length = 1;
    if (peek() == '{') {
      const std::size_t end = text_.find('}', at_);
      return take(Kind::kVariable, std::min(end, text_.size() - 1) - at_ + 1);
    }
    while (goes_on(peek(length)) && peek(length) != ':') ++length;
    take(Kind::kVariable, length);
  }

  void range() {
    const bool variable = peek() == '[';
    const std::size_t end = text_.find(variable ? "]]" : "]", at_);
    if (end == std::string_view::npos) return take(Kind::kUnknown, text_.size() - at_);
    take(variable ? Kind::kVariable : Kind::kRange, end - at_ + (variable ? 2 : 1));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> promql_tokens(std::string_view expression) { return Tokenizer(expression).run(); }

std::size_t closing(const std::vector<Token>& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].kind == Token::Kind::kOpen) ++depth;
    if (tokens[i].kind == Token::Kind::kClose && --depth == 0) return i;
  }
  return tokens.size();
}

bool is_keyword(std::string_view word) {
  static constexpr std::array<std::string_view, 14> kKeywords{
      "and",        "or",          "unless", "by",     "without", "on",  "ignoring",
      "group_left", "group_right", "bool",   "offset", "atan2",   "inf", "nan"};
  return std::ranges::any_of(kKeywords, [&](std::string_view keyword) {
    return std::ranges::equal(
        keyword, word, [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
  });
}

}  // namespace healer::salusctl::check
