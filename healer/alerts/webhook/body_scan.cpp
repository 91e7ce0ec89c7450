#include "healer/alerts/webhook/body_scan.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>

#include "base/os/clock.h"
#include "base/text/utf8.h"
#include "healer/model/model.h"

namespace healer::webhook {
namespace {

constexpr int kMaxDepth = 60;           // less than parse_json() allows: it counts the whole body
constexpr std::size_t kMaxKeys = 128;   // of one object: each is compared with all others
constexpr std::size_t kMaxNumber = 15;  // characters: no such number overflows
constexpr std::size_t kNamesOfADemand = 4;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads values one after the other. After the first error ok() is false, and every call returns at once.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }
  // Moves to the next value and returns its first character; '\0' at the end.
  std::size_t place() {
    skip_space();
    return at_;
  }
  char next() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  // The text from `begin` to the current position.
  std::string_view since(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  // The raw characters between the quotes.
  std::string_view string() {
    if (!take('"')) return {};
    const std::size_t begin = at_;
    while (skip_plain()) {
      const char c = text_[at_];
      if (c == '"') return text_.substr(begin, at_++ - begin);
      if (static_cast<unsigned char>(c) < 0x20) break;
      if (c == '\\') {
        if (!escape()) break;
      } else {
        ++at_;
      }
    }
    fail();
    return {};
  }

  // Calls `member(key)` before each value, which the callback must read.
  template <class Member>
  void object(const Member& member) {
    if (!enter('{')) return;
    const std::size_t first_key = keys_.size();
    if (!close('}')) {
      do {
        skip_space();
        const std::string_view key = string();
        if (!ok_ || !add_key(first_key, key) || !take_after_space(':')) break;
        member(key);
      } while (ok_ && more('}'));
    }
    keys_.resize(first_key);
    --depth_;
  }

  template <class Element>
  void array(const Element& element) {
    if (!enter('[')) return;
    if (!close(']')) {
      do {
        element();
      } while (ok_ && more(']'));
    }
    --depth_;
  }

  // Skips the next value.
  void value() {
    switch (next()) {
      case '"':
        string();
        break;
      case '{':
        object([this](std::string_view) { value(); });
        break;
      case '[':
        array([this] { value(); });
        break;
      case 't':
        word("true");
        break;
      case 'f':
        word("false");
        break;
      case 'n':
        word("null");
        break;
      default:
        number();
    }
  }

  bool null() {
    if (next() != 'n') return false;
    word("null");
    return true;
  }

  // A non-negative integer; nothing for any other value.
  std::size_t count() {
    const std::size_t begin = place();
    value();
    std::size_t number = 0;
    const std::string_view text = since(begin);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return ok_ && read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
  }

  void fail() { ok_ = false; }

 private:
  // To the next quote, backslash or control character, eight bytes at a time; false: there is none.
  bool skip_plain() {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHigh = 0x8080808080808080;
    const auto below = [](std::uint64_t word, std::uint64_t limit) {
      return (word - kOnes * limit) & ~word & kHigh;
    };
    std::uint64_t word = 0;
    while (text_.size() - at_ >= sizeof(word)) {
      std::memcpy(&word, text_.data() + at_, sizeof(word));
      if ((below(word, 0x20) | below(word ^ (kOnes * '"'), 1) | below(word ^ (kOnes * '\\'), 1)) != 0) break;
      at_ += sizeof(word);
    }
    const auto ends = [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; };
    while (at_ < text_.size() && !ends(text_[at_])) ++at_;
    return at_ < text_.size();
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    if (!ok_ || at_ >= text_.size() || text_[at_] != c) {
      fail();
      return false;
    }
    ++at_;
    return true;
  }
  bool take_after_space(char c) {
    skip_space();
    return take(c);
  }
  bool close(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  // After a value: whether another one follows.
  bool more(char end) {
    if (close(end)) return false;
    return take(',');
  }
  bool enter(char c) {
    skip_space();
    if (!take(c)) return false;
    if (++depth_ > kMaxDepth) fail();
    return ok_;
  }
  // A key with an escape could equal another key.
  bool add_key(std::size_t first, std::string_view key) {
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
    const bool usual = key.find('\\') == std::string_view::npos && keys_.size() - first < kMaxKeys;
    if (!usual || std::find(begin, keys_.end(), key) != keys_.end()) fail();
    keys_.push_back(key);
    return ok_;
  }
  // At a backslash.
  bool escape() {
    if (text_.size() - at_ < 2) return false;
    if (text_[at_ + 1] != 'u') {
      at_ += 2;
      return std::string_view("\"\\/bfnrt").contains(text_[at_ - 1]);
    }
    const int first = unit();
    if (first < 0xD800 || first > 0xDFFF) return first >= 0;
    // A surrogate: the first half of a pair, and then the second.
    if (first > 0xDBFF) return false;
    const int second = unit();
    return second >= 0xDC00 && second <= 0xDFFF;
  }
  // The code unit of an escape \uXXXX; -1: not such an escape.
  int unit() {
    int value = 0;
    const std::string_view text = text_.substr(at_, 6);
    at_ += text.size();
    if (text.size() < 6 || !text.starts_with("\\u")) return -1;
    const auto read = std::from_chars(text.data() + 2, text.data() + 6, value, 16);
    return read.ptr == text.data() + 6 && text[2] != '-' ? value : -1;
  }
  void word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return fail();
    at_ += expected.size();
  }
  void digits() {
    if (at_ >= text_.size() || !is_digit(text_[at_])) return fail();
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  }
  // Without an exponent.
  void number() {
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const std::size_t whole = at_;
    digits();
    if (zero && at_ > whole + 1) fail();
    if (ok_ && at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ - begin > kMaxNumber) fail();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool ok_ = true;
  std::vector<std::string_view> keys_;  // of the open objects
};

// A map of strings; calls `each`. An absent map may be null.
template <class Each>
std::size_t texts(Scanner& in, const Each& each) {
  std::size_t count = 0;
  if (in.null()) return count;
  in.object([&](std::string_view name) {
    if (in.next() != '"') return in.fail();
    each(name, in.string());
    ++count;
  });
  return count;
}

void time(Scanner& in) {
  if (in.null()) return;
  if (in.next() != '"') return in.fail();
  const std::string_view text = in.string();
  if (in.ok() && !base::parse_rfc3339(text)) in.fail();
}

// An alert of a list has a status of another kind, which parse_list() reads.
enum class Format { kPayload, kList };

void alert(Scanner& in, Format format, BodyScan& into) {
  const std::size_t begin = in.place();
  AlertText alert;
  std::size_t labels = 0;
  bool status = format == Format::kList;
  in.object([&](std::string_view key) {
    if (key == "labels") {
      labels = texts(in, [&](std::string_view name, std::string_view text) {
        if (name == "policy") alert.policy = text;
        if (name == "alertname") alert.name = text;
      });
    } else if (key == "annotations") {
      texts(in, [](std::string_view, std::string_view) {});
    } else if (key == "startsAt" || key == "endsAt") {
      time(in);
    } else if (key == "status" && format == Format::kPayload) {
      const std::string_view text = in.next() == '"' ? in.string() : std::string_view();
      alert.firing = text == "firing";
      status = alert.firing || text == "resolved";
    } else {
      in.value();
    }
  });
  // An escaped word is read by the parser.
  if (labels == 0 || !status || alert.policy.contains('\\')) return in.fail();
  alert.text = in.since(begin);
  into.alerts.push_back(alert);
}

// Bodies that parse_json() refuses at once.
bool is_text(std::string_view body) {
  return !body.contains('\0') && base::first_invalid_utf8(body) == std::string_view::npos;
}

std::string join(std::string_view begin, std::span<const AlertText> alerts, std::string_view end) {
  std::size_t size = begin.size() + end.size();
  for (const AlertText& alert : alerts) size += alert.text.size() + 1;
  std::string body;
  body.reserve(size);
  body += begin;
  for (const AlertText& alert : alerts) {
    if (&alert != alerts.data()) body += ',';
    body += alert.text;
  }
  body += end;
  return body;
}

}  // namespace

std::optional<BodyScan> scan_payload(std::string_view body) {
  if (!is_text(body)) return std::nullopt;
  Scanner in(body);
  BodyScan scan;
  bool version = false;
  bool alerts = false;
  in.object([&](std::string_view key) {
    if (key == "version") {
      version = in.next() == '"' && in.string() == "4";
    } else if (key == "alerts") {
      alerts = true;
      in.array([&] { alert(in, Format::kPayload, scan); });
    } else if (key == "truncatedAlerts") {
      scan.truncated = in.count();
    } else {
      in.value();
    }
  });
  if (!in.ok() || !in.at_end() || !version || !alerts) return std::nullopt;
  return scan;
}

std::optional<BodyScan> scan_list(std::string_view body) {
  if (!is_text(body)) return std::nullopt;
  Scanner in(body);
  BodyScan scan;
  in.array([&] { alert(in, Format::kList, scan); });
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return scan;
}

std::vector<AlertText> demands_of(std::span<const AlertText> alerts) {
  std::vector<AlertText> demands;
  std::map<std::optional<Policy>, std::set<std::string_view>> names;  // of each requested policy
  for (const AlertText& alert : alerts) {
    if (!alert.firing || alert.policy.empty()) continue;
    auto& found = names[parse_policy(alert.policy)];
    if (found.size() < kNamesOfADemand && found.insert(alert.name).second) demands.push_back(alert);
  }
  return demands;
}

std::string payload_of(std::span<const AlertText> alerts) {
  return join(R"({"version":"4","alerts":[)", alerts, "]}");
}

std::string list_of(std::span<const AlertText> alerts) { return join("[", alerts, "]"); }

}  // namespace healer::webhook
