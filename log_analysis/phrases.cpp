#include "log_analysis/phrases.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

enum class Where : std::uint8_t {
  anywhere,
  first,    // only at the start of the message or after ": "
  nonzero,  // only before something else than 0
};

struct Phrase {
  string_view word;   // lower case
  string_view after;  // text after the word, lower case
  Level level;
  Where where = Where::anywhere;
};

constexpr auto kCritical = Level::critical;
constexpr auto kError = Level::error;
constexpr auto kWarning = Level::warning;

constexpr std::array kUnsorted{
    // Crashes: the process is gone.
    Phrase{"panic", ":", kCritical, Where::first},
    Phrase{"panicked", " at ", kCritical},
    Phrase{"segmentation", " fault", kCritical},
    Phrase{"segfault", "", kCritical},
    Phrase{"illegal", " instruction", kCritical, Where::first},
    Phrase{"terminate", " called ", kCritical},
    Phrase{"terminating", " due to uncaught exception", kCritical},
    Phrase{"terminating", " with uncaught exception", kCritical},
    Phrase{"core", " dumped", kCritical},
    Phrase{"sigsegv", "", kCritical},
    Phrase{"sigabrt", "", kCritical},
    Phrase{"sigbus", "", kCritical},
    Phrase{"sigill", "", kCritical},
    Phrase{"received", " signal 11", kCritical},
    Phrase{"received", " signal 6", kCritical},
    Phrase{"received", " signal segmentation", kCritical},
    Phrase{"received", " signal abort", kCritical},
    Phrase{"caught", " signal 11", kCritical},
    Phrase{"caught", " signal 6", kCritical},
    Phrase{"got", " signal 11", kCritical},
    Phrase{"got", " signal 6", kCritical},
    Phrase{"on", " signal 11", kCritical},
    Phrase{"on", " signal 6 ", kCritical},
    Phrase{"by", " signal: 11", kCritical},
    Phrase{"by", " signal: 6", kCritical},
    Phrase{"pure", " virtual method called", kCritical},
    Phrase{"pure", " virtual function call", kCritical},
    Phrase{"fatal", " python error: ", kCritical},
    Phrase{"fatal", " error has been detected by the java runtime", kCritical},
    Phrase{"fatal", " error in ", kCritical, Where::first},
    Phrase{"program", " crashed: ", kCritical, Where::first},
    Phrase{"kernel", " pid terminated", kCritical},
    Phrase{"init", " terminating in do_boot", kCritical},
    Phrase{"crash", " dump is being written", kCritical},
    Phrase{"received", " sigabrt", kCritical},
    // Allocators.
    Phrase{"stack", " smashing detected", kCritical},
    Phrase{"buffer", " overflow detected", kCritical},
    Phrase{"corrupted", " double-linked list", kCritical},
    Phrase{"corrupted", " size vs. prev_size", kCritical},
    Phrase{"double", " free or corruption", kCritical},
    Phrase{"free", "(): ", kCritical},
    Phrase{"malloc", "(): ", kCritical},
    Phrase{"malloc", "_consolidate(): ", kCritical},
    Phrase{"realloc", "(): ", kCritical},
    Phrase{"calloc", "(): ", kCritical},
    Phrase{"munmap", "_chunk(): ", kCritical},
    Phrase{"error", " in malloc(): ", kCritical},
    Phrase{"addresssanitizer", ":", kCritical},
    Phrase{"threadsanitizer", ": ", kError},
    Phrase{"leaksanitizer", ": ", kError},
    // Databases.
    Phrase{"assertion", " failure in ", kCritical},
    Phrase{"mysqld", " got signal ", kCritical},
    Phrase{"mysqld", " got exception ", kCritical},
    Phrase{"mariadbd", " got signal ", kCritical},
    Phrase{"aborting", " after fassert", kCritical},
    Phrase{"aborting", " after invariant", kCritical},
    Phrase{"invariant", " failure", kCritical, Where::first},
    Phrase{"fatal", " assertion ", kCritical, Where::first},
    Phrase{"unrecoverable", " error", kCritical, Where::first},
    Phrase{"database", " page corruption", kCritical},
    // Out of memory: the kernel, the Java machine, Kubernetes.
    Phrase{"oom", "-kill", kCritical},
    Phrase{"oom", "_kill", kCritical},
    Phrase{"oom", " kill", kCritical},
    Phrase{"oomkilled", "", kCritical},
    Phrase{"out", " of memory:", kCritical},
    Phrase{"tcp", ": out of memory", kWarning, Where::first},
    Phrase{"killed", " process ", kCritical},
    Phrase{"outofmemoryerror", "", kCritical},
    // Exceptions.
    Phrase{"traceback", " (most recent call last)", kError},
    Phrase{"exception", " in thread ", kError},
    Phrase{"exception", " while ", kError, Where::first},
    Phrase{"exception", " in ", kError, Where::first},
    Phrase{"exception", " during ", kError, Where::first},
    Phrase{"exception", " occurred", kError},
    Phrase{"exception", " was never retrieved", kError},
    Phrase{"exception", " ignored in", kError, Where::first},
    Phrase{"caught", " exception", kError, Where::first},
    Phrase{"caught", " error", kError, Where::first},
    Phrase{"uncaught", " exception", kError},
    Phrase{"uncaught", " error", kError},
    Phrase{"uncaughtexception", "", kError},
    Phrase{"unhandled", " exception", kError},
    Phrase{"unhandled", " error", kError},
    Phrase{"unhandled", " promise", kError},
    Phrase{"unhandled", " rejection", kError},
    Phrase{"unhandledrejection", "", kError},
    Phrase{"unhandledpromiserejection", "", kError},
    Phrase{"unhandledpromiserejectionwarning", "", kError},
    Phrase{"assertion", " failed", kError},
    Phrase{"assertion", " `", kError},
    Phrase{"panic", " serving ", kError},
    Phrase{"panic", " recovered", kError},
    // Failures in words.
    Phrase{"failed", ":", kError},
    Phrase{"failed", " for ", kError},
    Phrase{"failed", " with error", kError},
    Phrase{"failed", " with result ", kError},
    Phrase{"failed", " with exit ", kError},
    Phrase{"failed", " result: ", kError},
    Phrase{"failed", " command: ", kError},
    Phrase{"failed", " to ", kError, Where::first},
    Phrase{"unable", " to ", kError, Where::first},
    Phrase{"an", " error occurred", kError, Where::first},
    Phrase{"an", " unexpected error", kError, Where::first},
    Phrase{"an", " exception occurred", kError, Where::first},
    Phrase{"error", " occurred", kError, Where::first},
    Phrase{"unexpected", " error", kError, Where::first},
    Phrase{"internal", " error", kError, Where::first},
    Phrase{"internal", " server error: ", kError, Where::first},
    Phrase{"not", " found: /", kWarning, Where::first},
    Phrase{"error", " while ", kError, Where::first},
    Phrase{"error", " during ", kError, Where::first},
    Phrase{"error", " connecting ", kError, Where::first},
    Phrase{"error", " reading ", kError, Where::first},
    Phrase{"error", " writing ", kError, Where::first},
    Phrase{"error", " fetching ", kError, Where::first},
    Phrase{"error", " processing ", kError, Where::first},
    Phrase{"error", " parsing ", kError, Where::first},
    Phrase{"error", " loading ", kError, Where::first},
    Phrase{"error", " opening ", kError, Where::first},
    Phrase{"error", " sending ", kError, Where::first},
    Phrase{"error", " creating ", kError, Where::first},
    Phrase{"error", " starting ", kError, Where::first},
    Phrase{"error", " placing ", kError, Where::first},
    Phrase{"error", " getting ", kError, Where::first},
    Phrase{"error", " executing ", kError, Where::first},
    Phrase{"error", " response from daemon: ", kError, Where::first},
    Phrase{"giving", " up", kError},
    Phrase{"boot", " failed", kError},
    Phrase{"application", " failed to start", kError},
    Phrase{"no", " server available", kError},
    Phrase{"npm", " error ", kError, Where::first},
    Phrase{"dependency", " failed to start", kError},
    Phrase{"exited", ", code=dumped", kCritical},
    Phrase{"exited", ", code=killed, status=9", kError},
    Phrase{"timeout", " while ", kError, Where::first},
    Phrase{"exited", " with code ", kError, Where::nonzero},
    Phrase{"exited", " with status ", kError, Where::nonzero},
    Phrase{"exit", " status ", kError, Where::nonzero},
    Phrase{"command", " not found", kError},
    Phrase{"executable", " file not found", kError},
    Phrase{"exec", " format error", kError},
    Phrase{"port", " is already allocated", kError},
    Phrase{"back", "-off restarting failed container", kWarning},
    Phrase{"crashloopbackoff", "", kError},
    Phrase{"imagepullbackoff", "", kError},
    Phrase{"errimagepull", "", kError},
    // The kernel.
    Phrase{"panic", " - not syncing", kCritical},
    Phrase{"soft", " lockup", kCritical},
    Phrase{"hard", " lockup", kCritical},
    Phrase{"kernel", " bug at ", kCritical},
    Phrase{"bug", ": unable to handle", kCritical},
    Phrase{"bug", ": kernel null pointer", kCritical},
    Phrase{"bug", ": scheduling while atomic", kCritical},
    Phrase{"bug", ": bad page ", kCritical},
    Phrase{"bug", ": kasan", kCritical},
    Phrase{"bug", ": workqueue lockup", kCritical},
    Phrase{"oops", ": ", kCritical},
    Phrase{"general", " protection", kCritical},
    Phrase{"invalid", " opcode", kCritical},
    Phrase{"divide", " error: ", kCritical},
    Phrase{"blocked", " for more than ", kError},
    Phrase{"self", "-detected stall", kError},
    Phrase{"detected", " stall", kError},
    Phrase{"error", " (device ", kError},
    Phrase{"error", ", dev ", kError},
    Phrase{"i", "/o error", kError},
    Phrase{"input", "/output error", kError},
    Phrase{"metadata", " corruption detected", kError},
    Phrase{"corruption", " of in-memory data", kCritical},
    Phrase{"filesystem", " has been shut down", kError},
    Phrase{"shutting", " down filesystem", kError},
    Phrase{"remounting", " filesystem read-only", kError},
    Phrase{"aborting", " journal", kError},
    Phrase{"detected", " aborted journal", kError},
    Phrase{"detected", " io errors", kError},
    Phrase{"error", " count since last fsck", kError},
    Phrase{"disk", " failure on ", kError},
    Phrase{"exception", " emask ", kError},
    Phrase{"machine", " check events logged", kError},
    Phrase{"hardware", " error]", kError},
    Phrase{"timeout", ", aborting", kError},
    Phrase{"timeout", ", reset controller", kError},
    Phrase{"not", " responding, ", kError},
    Phrase{"page", " allocation failure", kError},
    Phrase{"table", " full, dropping packet", kWarning},
    Phrase{"critical", " temperature reached", kCritical},
    Phrase{"link", " is down", kWarning},
    Phrase{"left", " on device", kError},
};

constexpr std::size_t kLongest = 31;  // stands for longer words too

constexpr std::size_t slot_of(string_view word) {
  return static_cast<std::size_t>(lower(word[0]) - 'a') * (kLongest + 1) + std::min(word.size(), kLongest);
}

// Sorted by first letter and length, for the lookup; with the same ones in the order above.
constexpr auto kPhrases = [] {
  auto phrases = kUnsorted;
  for (std::size_t i = 1; i < phrases.size(); ++i)
    for (std::size_t k = i; k > 0 && slot_of(phrases[k].word) < slot_of(phrases[k - 1].word); --k)
      std::swap(phrases[k], phrases[k - 1]);
  return phrases;
}();
// kBegins[n]: the first phrase of slot n.
constexpr auto kBegins = [] {
  std::array<std::uint8_t, std::size_t{26} * (kLongest + 1) + 1> begins{};
  static_assert(kUnsorted.size() < 256);
  std::size_t next = 0;
  for (std::size_t slot = 0; slot < begins.size(); ++slot) {
    begins[slot] = static_cast<std::uint8_t>(next);
    while (next < kPhrases.size() && slot_of(kPhrases[next].word) == slot) ++next;
  }
  return begins;
}();

// What strerror() and getaddrinfo() say, in lower case; they are errors where a program reports them: behind
// ": ", in brackets, or alone.
constexpr std::array<string_view, 27> kErrno{
    "address already in use",
    "argument list too long",
    "broken pipe",
    "cannot allocate memory",
    "connection aborted",
    "connection refused",
    "connection reset by peer",
    "connection timed out",
    "device or resource busy",
    "disk quota exceeded",
    "host is unreachable",
    "input/output error",
    "is a directory",
    "name does not resolve",
    "name or service not known",
    "network is unreachable",
    "no route to host",
    "no such file or directory",
    "no space left on device",
    "no such host",
    "not a directory",
    "operation not permitted",
    "operation timed out",
    "permission denied",
    "read-only file system",
    "temporary failure in name resolution",
    "too many open files",
};

// "cannot open", "could not connect": verbs of what a program failed to do.
constexpr std::array<string_view, 58> kVerbs{
    "access",     "acquire",    "allocate", "assign",  "attach", "authenticate", "bind",      "cancel",
    "commit",     "complete",   "connect",  "create",  "decode", "delete",       "determine", "download",
    "establish",  "execute",    "exec",     "fetch",   "find",   "fork",         "get",       "import",
    "initialize", "initialise", "listen",   "load",    "locate", "lock",         "mount",     "obtain",
    "open",       "parse",      "place",    "process", "query",  "reach",        "read",      "recover",
    "remove",     "resolve",    "retrieve", "run",     "save",   "send",         "set",       "start",
    "stat",       "subscribe",  "update",   "verify",  "write",  "reconnect",    "submit",    "decrypt",
    "proceed",    "continue"};

constexpr std::uint32_t kLong = 1U << 31U;  // a length of 31 and more

constexpr auto kLengths = [] {
  std::array<std::uint32_t, 26> lengths{};
  const auto add = [&](string_view word) {
    lengths[static_cast<std::size_t>(word[0] - 'a')] |= word.size() < 31 ? 1U << word.size() : kLong;
  };
  for (const Phrase& phrase : kPhrases) add(phrase.word);
  for (const string_view text : kErrno) add(text.substr(0, text.find_first_of(" -/")));
  for (const string_view word : {"cannot", "can", "could", "couldn", "refused", "not", "killed", "aborted",
                                 "bus", "illegal", "floating"})
    add(word);
  return lengths;
}();

bool leads(string_view line, std::size_t begin, std::size_t from) {
  return begin <= skip_spaces(line, from) ||
         (begin >= 2 && line[begin - 1] == ' ' && string_view(":]|>-").contains(line[begin - 2]));
}

bool is_denial(string_view word) {
  return word == "0" || same_letters(word, "no") || same_letters(word, "without") ||
         same_letters(word, "not");
}

// "0 failed: 0", "no segfault", "0 orders failed for": nothing happened.
bool denied(string_view line, std::size_t begin) {
  for (int words = 0; words < 2; ++words) {
    if (begin < 2 || line[begin - 1] != ' ') return false;
    const std::size_t end = begin - 1;
    std::size_t start = end;
    while (start > 0 && (is(line[start - 1], bytes::kWord | bytes::kStamp))) --start;
    if (start == end) return false;
    const string_view word = line.substr(start, end - start);
    if (is_denial(word) && (words == 0 || !same_letters(word, "not"))) return true;
    if (!is_letter(word.front()) || !is_letter(word.back())) return false;
    begin = start;
  }
  return false;
}

// Whether a program reports the text at [begin, end) rather than talks about it.
bool is_reported(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  const char before = begin == 0 ? ' ' : line[begin - 1];
  const char earlier = begin < 2 ? ' ' : line[begin - 2];
  const bool starts = begin <= skip_spaces(line, from) || one_of<'(', '"', '\''>(before) ||
                      (before == ' ' && one_of<':', ']', '.', '-', ',', ')'>(earlier));
  const string_view rest = line.substr(std::min(end, line.size()));
  if (!starts || rest.contains("ignor") || rest.contains("skip") || rest.contains(" default")) return false;
  return skip_spaces(line, end) >= line.size() ||
         one_of<'.', ',', ';', ':', ')', '"', '\'', ']', '!'>(rest[0]) || rest.starts_with(" (") ||
         rest.starts_with(" [");
}

std::optional<Level> level_of_errno(string_view line, std::size_t begin, std::size_t from) {
  const string_view text = line.substr(begin);
  const char first = lower(text[0]);
  for (const string_view each : kErrno)
    if (first == each[0] && begins_with_letters(text, each))
      return is_reported(line, begin, begin + each.size(), from) ? std::optional(Level::error) : std::nullopt;
  return std::nullopt;
}

// "Cannot open", "could not connect", "can't find", "couldn't load" at the start of the message or of a part
// of it.
bool is_incapable(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  const string_view word = line.substr(begin, end - begin);
  std::size_t verb = 0;
  if (same_letters(word, "cannot")) verb = end;
  if (same_letters(word, "could") && line.substr(end, 4) == " not") verb = end + 4;
  if ((same_letters(word, "can") || same_letters(word, "couldn")) && line.substr(end, 2) == "'t")
    verb = end + 2;
  if (verb == 0 || at(line, verb) != ' ' || !leads(line, begin, from)) return false;
  const string_view what = line.substr(verb + 1, letters_end(line, verb + 1) - verb - 1);
  return std::ranges::any_of(kVerbs, [&](string_view each) { return same_letters(what, each); });
}

// What a shell says of a program: "sh: 1: python3: not found"; and of its end: "run.sh: line 12:    17 Killed
// …", or only "Killed".
bool is_not_found(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  return line.substr(end) == " found" && begin >= 2 && line[begin - 2] == ':' &&
         line.substr(from, begin - from).contains("sh: ");
}
bool is_killed(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  constexpr std::array<string_view, 5> kEnds{"Killed", "Aborted", "Bus", "Illegal", "Floating"};
  const string_view word = line.substr(begin, end - begin);
  if (std::ranges::find(kEnds, word) == kEnds.end()) return false;
  if (end == line.size()) return word == "Killed" && begin <= skip_spaces(line, from);
  std::size_t p = begin;
  while (p > 0 && is_space(line[p - 1])) --p;
  const std::size_t pid = p;
  while (p > 0 && is_digit(line[p - 1])) --p;
  if (p == pid) return false;
  while (p > 0 && is_space(line[p - 1])) --p;
  return p > 0 && line[p - 1] == ':' && line.substr(0, p).contains(": line ");
}

// "connection to exchange refused"
bool is_refused(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  const std::size_t connection = line.substr(from, begin - from).find("onnection to ");
  return connection != string_view::npos && connection <= 2 &&
         (end == line.size() || one_of<',', '.', ';', ':', ')', '!'>(line[end]));
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
    const string_view module = line.substr(0, begin);  // "failed with ccxt.base.errors.RequestTimeout: x"
    if (module.ends_with("errors.") || module.ends_with("exceptions.")) return Level::error;
  }
  if (!may_be_phrase(word[0], word.size()) || before == '_' || before == '=' || before == '/')
    return std::nullopt;
  const std::size_t slot = slot_of(word);
  for (std::size_t i = kBegins[slot]; i < kBegins[slot + 1]; ++i) {
    const Phrase& phrase = kPhrases[i];
    if (!same_letters(word, phrase.word)) continue;
    if (!begins_with_letters(line.substr(end), phrase.after)) continue;
    if (phrase.after.empty() && (at(line, end) == '=' || at(line, end) == '_')) continue;
    if (phrase.where == Where::first && !leads(line, begin, from)) continue;
    if (phrase.where == Where::nonzero && at(line, end + phrase.after.size()) == '0') continue;
    if (phrase.after == ":" && at(line, skip_spaces(line, end + 1)) == '0') continue;
    if (!denied(line, begin)) return phrase.level;
  }
  if (lower(word[0]) == 'c' && is_incapable(line, begin, end, from)) return Level::error;
  if (is_upper(word[0]) && is_killed(line, begin, end, from)) return Level::critical;
  if (same_letters(word, "not") && is_not_found(line, begin, end, from)) return Level::error;
  if (same_letters(word, "refused") && is_refused(line, begin, end, from)) return Level::error;
  return level_of_errno(line, begin, from);
}

}  // namespace log_analysis
