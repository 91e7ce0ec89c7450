// What trading may do, read from the file that salus-healer keeps (policy.file of healer.yml). C++17, no
// dependencies, nothing to link: copy it into the trading system.
//
//   const salus::Reading reading = salus::read_policy("/run/salus/policy.json");
//   if (!salus::may_open(reading.policy)) return;  // reading.why says why not
//
// Read it anew before each order: that costs microseconds, and a document is only good until its valid_until.
// Whatever is missing, unreadable, not whole, old or from the future is no_new_trades. Nothing is thrown but
// std::bad_alloc. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace salus {

// The strictness, loosest first.
enum class Policy { allow_all, no_new_trades, safe_risk_profile, defensive_exit, emergency_shutdown };

struct Reading {
  Policy policy = Policy::no_new_trades;
  std::string why;  // it could not be believed; empty: the healer says so
};

// Whether new positions may be opened; under safe_risk_profile with half of the usual size and a leverage of
// 5 at most.
constexpr bool may_open(Policy policy) {
  return policy == Policy::allow_all || policy == Policy::safe_risk_profile;
}

namespace detail {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::int64_t kSkewMs = 2000;             // between the healer's clock and ours
constexpr std::int64_t kLongestMs = 3600 * 1000L;  // no lease is longer

// A whole JSON text (RFC 8259), of which only the texts at its top are kept that are asked for.
class Document {
 public:
  explicit Document(std::string_view text) : rest_(text) {}

  // False: it is no JSON object, or names one of them twice, or one of them is no text.
  bool read() {
    space();
    if (!object(0)) return false;
    space();
    return rest_.empty() && policy_ == 1 && issued_at_ == 1 && valid_until_ == 1;
  }

  std::string policy, issued_at, valid_until;

 private:
  void space() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos)
      rest_.remove_prefix(1);
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool word(std::string_view wanted) {
    if (rest_.substr(0, wanted.size()) != wanted) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  static bool digit(char c) { return c >= '0' && c <= '9'; }
  bool digits() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && digit(rest_[0])) rest_.remove_prefix(1);
    return rest_.size() != before;
  }

  // Escapes are only passed over: no text that counts has one.
  bool text(std::string& out) {
    if (!take('"')) return false;
    out.clear();
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      out += c;
      if (c != '\\') continue;
      if (rest_.empty() || std::string_view("\"\\/bfnrtu").find(rest_[0]) == std::string_view::npos)
        return false;
      out += rest_[0];
      rest_.remove_prefix(1);
    }
    return false;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('-')) take('+');
      return digits();
    }
    return true;
  }

  bool value(int depth) {
    std::string ignored;
    if (rest_.empty() || depth > 8) return false;
    switch (rest_[0]) {
      case '{':
        return object(depth + 1);
      case '[':
        return list(depth + 1);
      case '"':
        return text(ignored);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool list(int depth) {
    if (!take('[')) return false;
    space();
    if (take(']')) return true;
    do {
      space();
      if (!value(depth)) return false;
      space();
    } while (take(','));
    return take(']');
  }

  bool field(const std::string& name, int depth) {
    if (depth == 0 && name == "policy") return ++policy_ == 1 && text(policy);
    if (depth == 0 && name == "issued_at") return ++issued_at_ == 1 && text(issued_at);
    if (depth == 0 && name == "valid_until") return ++valid_until_ == 1 && text(valid_until);
    return value(depth);
  }

  bool object(int depth) {
    if (!take('{')) return false;
    space();
    if (take('}')) return true;
    do {
      std::string name;
      space();
      if (!text(name)) return false;
      space();
      if (!take(':')) return false;
      space();
      if (!field(name, depth)) return false;
      space();
    } while (take(','));
    return take('}');
  }

  std::string_view rest_;
  int policy_ = 0, issued_at_ = 0, valid_until_ = 0;
};

// Milliseconds since 1970 of 2025-12-17T04:00:59.123Z, which is how the healer writes every time.
inline bool parse_time(const std::string& text, std::int64_t& ms) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !is_digit : text[i] != kShape[i]) return false;
  }
  const auto at = [&](std::size_t from, std::size_t count) {
    std::int64_t number = 0;
    for (std::size_t i = from; i < from + count; ++i) number = number * 10 + (text[i] - '0');
    return number;
  };
  const std::int64_t year = at(0, 4), month = at(5, 2), day = at(8, 2);
  const std::int64_t hour = at(11, 2), minute = at(14, 2), second = at(17, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  // Days since 1970: https://howardhinnant.github.io/date_algorithms.html#days_from_civil
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = y / 400;
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  ms = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + at(20, 3);
  return true;
}

inline bool parse_policy(const std::string& text, Policy& policy) {
  constexpr std::pair<std::string_view, Policy> kNames[] = {
      {"allow_all", Policy::allow_all},
      {"no_new_trades", Policy::no_new_trades},
      {"safe_risk_profile", Policy::safe_risk_profile},
      {"defensive_exit", Policy::defensive_exit},
      {"emergency_shutdown", Policy::emergency_shutdown},
  };
  for (const auto& [name, value] : kNames) {
    if (text != name) continue;
    policy = value;
    return true;
  }
  return false;
}

// False where there is none, where it cannot be read, or where it is longer than any document.
inline bool read_file(const std::string& path, std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  text.resize(kMostBytes + 1);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  const bool whole = std::ferror(file) == 0 && text.size() <= kMostBytes;
  std::fclose(file);
  return whole;
}

}  // namespace detail

// What a document says at `now`: of GET /policy, of the key in Redis, of what is pushed.
inline Reading parse_policy(std::string_view text, std::chrono::system_clock::time_point now) {
  const auto no = [](const char* why) { return Reading{Policy::no_new_trades, why}; };
  detail::Document document(text);
  Policy policy{};
  std::int64_t issued = 0, until = 0;
  if (!document.read()) return no("the policy is no whole document");
  if (!detail::parse_policy(document.policy, policy)) return no("the policy has no name that is known");
  if (!detail::parse_time(document.issued_at, issued) || !detail::parse_time(document.valid_until, until))
    return no("a time of the policy cannot be read");
  const std::int64_t ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  if (issued > ms + detail::kSkewMs) return no("the policy is from the future");
  if (until <= ms) return no("the policy has expired");
  if (until - issued > detail::kLongestMs) return no("the policy claims to be valid for too long");
  return Reading{policy, ""};
}

inline Reading read_policy(const std::string& path,
                           std::chrono::system_clock::time_point now = std::chrono::system_clock::now()) {
  std::string text;
  if (!detail::read_file(path, text)) return {Policy::no_new_trades, "the policy file cannot be read"};
  return parse_policy(text, now);
}

}  // namespace salus
