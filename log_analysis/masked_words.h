// Splits a message into words and masks those that vary, so that events with the same message get the same
// words.
//
// A message is split at white space, []( ){},;"'|<> and runs of dots. A word is masked when it has a digit,
// '/', '\' or
// '@', is a dotted name, a month, a weekday, or longer than 200 bytes. key=value and key:value keep the key
// and mask a value that would be masked by itself; after '=' also one that is null, true and the like, or is
// quoted or in brackets. The name after "user" is masked. Units after a masked word belong to it;
// neighbouring masked words are one; words of punctuation alone are left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace log_analysis {

struct Word {
  enum class Kind : std::uint8_t {
    constant,  // `text` unchanged
    masked,    // all of it varies; `text` is empty
    keyed,     // `text` is the key with its '=' or ':'; its value varies
  };
  std::string_view text;
  Kind kind = Kind::constant;
};

// The word as shown in a pattern, with <*> for the masked part.
std::string shown(const Word& word);

// The length of `message` up to and including "program[pid]: ", as RFC 3164 recommends, if only times,
// numbers and a host precede it; otherwise 0.
std::size_t syslog_tag(std::string_view message);

// The length of the syslog header of `message`: up to and including "[pid]: ", or the "tag: " after time and
// host; 0 if there is none.
std::size_t syslog_header(std::string_view message);

// Stores the words; use one object for each thread.
class MaskedWords {
 public:
  static constexpr std::size_t kMaxBytes = 4096;  // of a message; the rest is ignored
  static constexpr std::size_t kMaxWords = 128;   // further words are ignored

  // Views into `message`; valid until the next call.
  std::span<const Word> split(std::string_view message);

 private:
  struct Token;
  void take(const Token& token);
  bool take_keyed(const Token& token);
  const char* skip_value(const char* at, const char* end);
  void mask();
  void keep(std::string_view text, Word::Kind kind);

  std::array<Word, kMaxWords> words_;
  std::size_t count_ = 0;
  bool after_equals_ = false;  // of the previous word, whether kept or not
};

}  // namespace log_analysis
