#include "log_analysis/phrases.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

enum class Where : std::uint8_t { anywhere, first };  // first: only at the start of the message or after ": "

struct Phrase {
  string_view word;   // lower case
  string_view after;  // text after the word, lower case
  Level level;
  Where where = Where::anywhere;
};

constexpr std::array kPhrases{
    // Crashes: the process is gone.
    Phrase{"panic", ":", Level::critical, Where::first},
    Phrase{"panic", " - not syncing", Level::critical},
    Phrase{"panicked", " at ", Level::critical},
    Phrase{"segmentation", " fault", Level::critical},
    Phrase{"segfault", "", Level::critical},
    Phrase{"terminate", " called ", Level::critical},
    Phrase{"core", " dumped", Level::critical},
    Phrase{"sigsegv", "", Level::critical},
    Phrase{"stack", " smashing detected", Level::critical},
    Phrase{"corrupted", " double-linked list", Level::critical},
    Phrase{"double", " free or corruption", Level::critical},
    Phrase{"addresssanitizer", ":", Level::critical},
    // Out of memory: the kernel, the Java machine, Kubernetes.
    Phrase{"oom", "-kill", Level::critical},
    Phrase{"oom", "_kill", Level::critical},
    Phrase{"oom", " kill", Level::critical},
    Phrase{"oomkilled", "", Level::critical},
    Phrase{"out", " of memory:", Level::critical},
    Phrase{"killed", " process ", Level::critical},
    Phrase{"outofmemoryerror", "", Level::critical},
    // Errors.
    Phrase{"traceback", " (most recent call last)", Level::error},
    Phrase{"exception", " in thread ", Level::error},
    Phrase{"uncaught", " exception", Level::error},
    Phrase{"uncaught", " error", Level::error},
    Phrase{"uncaughtexception", "", Level::error},
    Phrase{"unhandled", " exception", Level::error},
    Phrase{"unhandled", " error", Level::error},
    Phrase{"unhandled", " promise", Level::error},
    Phrase{"unhandled", " rejection", Level::error},
    Phrase{"unhandledrejection", "", Level::error},
    Phrase{"unhandledpromiserejectionwarning", "", Level::error},
    Phrase{"assertion", " failed", Level::error},
    Phrase{"assertion", " `", Level::error},
    Phrase{"panic", " serving ", Level::error},
    Phrase{"failed", ":", Level::error},
    Phrase{"failed", " with error", Level::error},
    Phrase{"failed", " with result ", Level::error},
    // The kernel: "EXT4-fs error (device sda1): …", "I/O error, dev sda, sector 5".
    Phrase{"error", " (device ", Level::error},
    Phrase{"error", ", dev ", Level::error},
    Phrase{"blocked", " for more than ", Level::error},
    Phrase{"soft", " lockup", Level::critical},
    Phrase{"bug", ": unable to handle", Level::critical},
    Phrase{"oops", ": ", Level::critical},
    Phrase{"failed", " with exit ", Level::error},
    Phrase{"failed", " to ", Level::error, Where::first},
    Phrase{"left", " on device", Level::error},
};

constexpr std::uint32_t kLong = 1U << 31U;  // a length of 31 and more

constexpr auto kLengths = [] {
  std::array<std::uint32_t, 26> lengths{};
  for (const Phrase& phrase : kPhrases)
    lengths[static_cast<std::size_t>(phrase.word[0] - 'a')] |=
        phrase.word.size() < 31 ? 1U << phrase.word.size() : kLong;
  return lengths;
}();

bool leads(string_view line, std::size_t begin, std::size_t from) {
  return begin <= skip_spaces(line, from) ||
         (begin >= 2 && line[begin - 1] == ' ' && string_view(":]|>-").contains(line[begin - 2]));
}

// "0 failed: 0", "no segfault": nothing happened.
bool denied(string_view line, std::size_t begin) {
  if (begin < 2 || line[begin - 1] != ' ') return false;
  const std::size_t end = begin - 1;
  if (line[end - 1] == '0') return end == 1 || !is(line[end - 2], bytes::kDigit | bytes::kStamp);
  std::size_t start = end;
  while (start > 0 && is_letter(line[start - 1])) --start;
  const string_view word = line.substr(start, end - start);
  return same_letters(word, "no") || same_letters(word, "without") || same_letters(word, "not");
}

bool ends_with(string_view word, string_view ending) {
  return word.size() > ending.size() && word.ends_with(ending);
}

}  // namespace

bool may_be_phrase(char first, std::size_t length) {
  const std::uint32_t bit = length < 31 ? 1U << length : kLong;
  return (kLengths[static_cast<std::size_t>(lower(first) - 'a')] & bit) != 0;
}

std::optional<Level> level_of_phrase(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  const string_view word = line.substr(begin, end - begin);
  const char before = begin == 0 ? ' ' : line[begin - 1];
  // The name of an exception, followed by its message: "ValueError: x", "java.io.IOException: y".
  if (at(line, end) == ':' && is_upper(word[0]) && at(line, end + 1) != ':' && before != '/') {
    if (ends_with(word, "Exception") || (ends_with(word, "Error") && word != "OutOfMemoryError"))
      return Level::error;
    if (ends_with(word, "Warning")) return Level::warning;
  }
  if (!may_be_phrase(word[0], word.size()) || before == '_' || before == '=' || before == '/')
    return std::nullopt;
  for (const Phrase& phrase : kPhrases) {
    if (!same_letters(word, phrase.word)) continue;
    if (!begins_with_letters(line.substr(end), phrase.after)) continue;
    if (phrase.after.empty() && (at(line, end) == '=' || at(line, end) == '_')) continue;
    if (phrase.where == Where::first && !leads(line, begin, from)) continue;
    if (phrase.after == ":" && at(line, skip_spaces(line, end + 1)) == '0') continue;
    if (!denied(line, begin)) return phrase.level;
  }
  return std::nullopt;
}

}  // namespace log_analysis
