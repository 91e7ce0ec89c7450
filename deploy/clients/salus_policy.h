// What trading may do, read from the file that salus-healer keeps (policy.file of healer.yml). C++17, no
// dependencies, nothing to link: copy it into the trading system.
//
//   const salus::Reading reading = salus::read_policy("/run/salus/policy.json");
//   if (!salus::may_open(reading)) return;  // reading.why says why not
//   size = usual_size * reading.position_size_factor;
//   leverage = std::min(usual_leverage, reading.max_leverage);
//
// Read it again before each order: that costs microseconds, and a document is only good until its
// valid_until. Whatever is missing, unreadable, not whole, old or from the future is no_new_trades. Nothing
// is thrown but std::bad_alloc. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace salus {

// One word for what holds, loosest first. The permissions beside it may be stricter: they are the meet of all
// causes.
enum class Policy { allow_all, safe_risk_profile, no_new_trades, defensive_exit, emergency_shutdown };
enum class Existing { kept, exits_allowed, high_risk_closed, all_closed };
enum class Trading { yes, exits_only, halted };

// What is not believed permits what no_new_trades does.
struct Reading {
  Policy policy = Policy::no_new_trades;
  std::string why;  // it could not be believed; empty: the healer says so
  bool new_positions = false;
  double position_size_factor = 0;  // of the usual size of new positions; 0 where there are none to be
  double max_leverage = 0;          // of new positions; infinity: the policy sets no limit
  bool tighter_stops = false;
  Existing existing = Existing::exits_allowed;
  Trading trading = Trading::exits_only;
};

// Whether new positions may be opened: with position_size_factor and max_leverage.
inline bool may_open(const Reading& reading) { return reading.new_positions; }
// Whether trading is halted: no order at all but what `existing` demands.
inline bool halted(const Reading& reading) { return reading.trading == Trading::halted; }

// By the word alone, for a client that reads nothing else: no looser as to new positions, but without the
// limits of their size and leverage.
constexpr bool may_open(Policy policy) {
  return policy == Policy::allow_all || policy == Policy::safe_risk_profile;
}

namespace detail {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::int64_t kSkewMs = 2000;             // between the healer's clock and ours
constexpr std::int64_t kLongestMs = 3600 * 1000L;  // no lease is longer

// A whole JSON text (RFC 8259), of which only the fields are kept that are asked for: texts, numbers and
// words of the document itself and of its `restrictions`.
class Document {
 public:
  explicit Document(std::string_view text) : rest_(text) {}

  struct Field {
    std::string_view name;
    std::string_view kinds;  // of its value, by their first character: " a text, 0 a number, t f n a word
    int seen = 0;
    std::string value{};  // a text without its quotes
  };

  // False: it is no JSON object, or lacks one of the fields or names it twice, or one is of another kind.
  bool read() {
    space();
    if (!object(0, false)) return false;
    space();
    bool whole = rest_.empty() && restrictions_ == 1;
    for (const Field& field : own_) whole = whole && field.seen == 1;
    for (const Field& field : inner_) whole = whole && field.seen == 1;
    return whole;
  }

  const std::string& policy() const { return own_[0].value; }
  const std::string& issued_at() const { return own_[1].value; }
  const std::string& valid_until() const { return own_[2].value; }
  bool new_positions_allowed() const { return own_[3].value == "true"; }
  const std::string& new_positions() const { return inner_[0].value; }
  const std::string& max_leverage() const { return inner_[1].value; }
  const std::string& position_size_factor() const { return inner_[2].value; }
  const std::string& stops() const { return inner_[3].value; }
  const std::string& existing_positions() const { return inner_[4].value; }
  const std::string& trading() const { return inner_[5].value; }

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
        return object(depth + 1, false);
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

  bool take_field(Field& field) {
    if (++field.seen != 1 || rest_.empty()) return false;
    const char first = rest_[0];
    if (field.kinds.find(first == '-' || digit(first) ? '0' : first) == std::string_view::npos) return false;
    if (first == '"') return text(field.value);
    const std::string_view before = rest_;
    if (!value(0)) return false;
    field.value = before.substr(0, before.size() - rest_.size());
    return true;
  }

  // `restrictions`: of that object, else of the document itself or of something that is not asked for.
  bool field(const std::string& name, int depth, bool restrictions) {
    if (depth == 0 && name == "restrictions") {
      if (++restrictions_ != 1 || rest_.empty() || rest_[0] != '{') return false;
      return object(1, true);
    }
    for (Field& field : inner_) {
      if (restrictions && name == field.name) return take_field(field);
    }
    for (Field& field : own_) {
      if (depth == 0 && name == field.name) return take_field(field);
    }
    return value(depth);
  }

  bool object(int depth, bool restrictions) {
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
      if (!field(name, depth, restrictions)) return false;
      space();
    } while (take(','));
    return take('}');
  }

  std::string_view rest_;
  int restrictions_ = 0;
  Field own_[4] = {
      {"policy", "\""}, {"issued_at", "\""}, {"valid_until", "\""}, {"new_positions_allowed", "tf"}};
  Field inner_[6] = {{"new_positions", "\""}, {"max_leverage", "0n"},       {"position_size_factor", "0"},
                     {"stops", "\""},         {"existing_positions", "\""}, {"trading", "\""}};
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

// The place of the text among the names, which are in the order of their values.
template <class Value, std::size_t N>
bool parse_name(const std::string& text, const std::string_view (&names)[N], Value& value) {
  for (std::size_t i = 0; i < N; ++i) {
    if (text != names[i]) continue;
    value = static_cast<Value>(i);
    return true;
  }
  return false;
}

inline bool parse_policy(const std::string& text, Policy& policy) {
  constexpr std::string_view kNames[] = {"allow_all", "safe_risk_profile", "no_new_trades", "defensive_exit",
                                         "emergency_shutdown"};
  return parse_name(text, kNames, policy);
}

// A positive number that is not beyond any use.
inline bool parse_number(const std::string& text, double& number) {
  char* end = nullptr;
  number = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() && number > 0 && number <= 1e6;
}

// What the document permits beside its word. False: a value of it is not known.
inline bool parse_permissions(const Document& document, Reading& reading) {
  constexpr std::string_view kNew[] = {"yes", "reduced", "no"};
  constexpr std::string_view kStops[] = {"normal", "tighter"};
  constexpr std::string_view kExisting[] = {"kept", "exits_allowed", "high_risk_closed", "all_closed"};
  constexpr std::string_view kTrading[] = {"yes", "exits_only", "halted"};
  int opens = 0, stops = 0;
  double leverage = std::numeric_limits<double>::infinity(), factor = 0;
  if (document.max_leverage() != "null" && !parse_number(document.max_leverage(), leverage)) return false;
  if (!parse_number(document.position_size_factor(), factor) || factor > 1) return false;
  if (!parse_name(document.new_positions(), kNew, opens) || !parse_name(document.stops(), kStops, stops) ||
      !parse_name(document.existing_positions(), kExisting, reading.existing) ||
      !parse_name(document.trading(), kTrading, reading.trading))
    return false;
  reading.tighter_stops = stops == 1;
  // Each of them can forbid it.
  reading.new_positions = document.new_positions_allowed() && opens < 2 && may_open(reading.policy) &&
                          reading.trading == Trading::yes;
  if (!reading.new_positions) return true;
  reading.max_leverage = leverage;
  reading.position_size_factor = factor;
  return true;
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
  const auto no = [](const char* why) {
    Reading reading;
    reading.why = why;
    return reading;
  };
  detail::Document document(text);
  Reading reading;
  std::int64_t issued = 0, until = 0;
  if (!document.read()) return no("the policy document is incomplete");
  if (!detail::parse_policy(document.policy(), reading.policy)) return no("the policy has an unknown name");
  if (!detail::parse_permissions(document, reading)) return no("the policy has an unknown restriction");
  if (!detail::parse_time(document.issued_at(), issued) || !detail::parse_time(document.valid_until(), until))
    return no("the policy has an invalid time");
  const std::int64_t ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  if (issued > ms + detail::kSkewMs) return no("the policy was issued in the future");
  if (until <= ms) return no("the policy has expired");
  if (until - issued > detail::kLongestMs) return no("the policy is valid for too long");
  return reading;
}

inline Reading read_policy(const std::string& path,
                           std::chrono::system_clock::time_point now = std::chrono::system_clock::now()) {
  std::string text;
  if (detail::read_file(path, text)) return parse_policy(text, now);
  Reading reading;
  reading.why = "failed to read the policy file";
  return reading;
}

}  // namespace salus
