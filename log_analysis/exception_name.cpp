#include "log_analysis/exception_name.h"

#include <algorithm>
#include <array>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

// Exceptions that are not called Error or Exception: of ccxt, of Python and its libraries.
constexpr std::array<string_view, 46> kNamed{"AccountNotEnabled",
                                             "AccountSuspended",
                                             "AddressPending",
                                             "ArgumentsRequired",
                                             "BadRequest",
                                             "BadResponse",
                                             "BadSymbol",
                                             "CancelPending",
                                             "ContractUnavailable",
                                             "DDoSProtection",
                                             "DuplicateOrderId",
                                             "ExchangeClosedByUser",
                                             "ExchangeNotAvailable",
                                             "IncompleteRead",
                                             "InsufficientFunds",
                                             "InvalidAddress",
                                             "InvalidNonce",
                                             "InvalidOrder",
                                             "InvalidProxySettings",
                                             "ManualInteractionNeeded",
                                             "MarginModeAlreadySet",
                                             "MarketClosed",
                                             "NoBrokersAvailable",
                                             "NoChange",
                                             "NotSupported",
                                             "NullResponse",
                                             "OnMaintenance",
                                             "OperationFailed",
                                             "OperationRejected",
                                             "OrderImmediatelyFillable",
                                             "OrderNotCached",
                                             "OrderNotFillable",
                                             "OrderNotFound",
                                             "PermissionDenied",
                                             "RateLimitExceeded",
                                             "RemoteDisconnected",
                                             "RequestTimeout",
                                             "RestrictedLocation",
                                             "StopAsyncIteration",
                                             "StopIteration",
                                             "TimeoutExpired",
                                             "UnhandledPromiseRejection",
                                             "UnsubscribeError",
                                             "ConnectionClosed",
                                             "ConnectionClosedOK",
                                             "UnhandledRejection"};
// What is in a folder of exceptions and is none.
constexpr std::array<string_view, 17> kNotThrown{"Handler",    "Mapper",    "Filter", "Factory",  "Resolver",
                                                 "Advice",     "Reporter",  "Logger", "Listener", "Service",
                                                 "Controller", "Module",    "Config", "Registry", "Formatter",
                                                 "Middleware", "Translator"};
// Modules of Python whose exceptions are in lower case: "socket.gaierror", "zlib.error".
constexpr std::array<string_view, 9> kLowerModules{"socket", "zlib", "struct", "select", "binascii",
                                                   "_csv",   "re",   "ssl",    "lzma"};

template <std::size_t n>
bool ends_with_any(const std::array<string_view, n>& endings, string_view word) {
  return std::ranges::any_of(endings, [&](string_view ending) { return word.ends_with(ending); });
}
template <std::size_t n>
bool contains(const std::array<string_view, n>& words, string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "ccxt.base.errors.RequestTimeout", "ActionController::RoutingError", "App\\Exceptions\\Lost".
struct Name {
  string_view last;     // "RequestTimeout"
  string_view before;   // "errors"; empty if there is only one part
  bool module = false;  // some part before the last is a module of exceptions
  bool scoped = false;  // "::"
  std::size_t end = 0;
};

bool is_module(string_view part) {
  constexpr std::array<string_view, 5> kModules{"error", "exception", "exc", "_exceptions", "fault"};
  return part.ends_with("errors") || part.ends_with("exceptions") || part.ends_with("Exceptions") ||
         contains(kModules, part);
}

Name read_name(string_view line, std::size_t i) {
  Name name;
  for (;;) {
    const std::size_t start = i;
    while (i < line.size() && (is(line[i], bytes::kWord) || line[i] == '$')) ++i;
    if (i == start) break;
    if (!name.last.empty()) {
      name.before = name.last;
      name.module = name.module || is_module(name.last);
    }
    name.last = line.substr(start, i - start);
    name.end = i;
    if (at(line, i) == '.' || at(line, i) == '\\') {
      ++i;
    } else if (at(line, i) == ':' && at(line, i + 1) == ':') {
      name.scoped = true;
      i += 2;
    } else {
      break;
    }
  }
  while (name.last.starts_with('_')) name.last.remove_prefix(1);
  return name;
}

bool is_error_word(string_view word) {
  return is_upper(at(word, 0)) &&
         (word.ends_with("Error") || word.ends_with("Exception") || word.ends_with("Throwable"));
}

bool is_thrown(const Name& name) {
  if (name.last.empty()) return false;
  if (is_error_word(name.last)) return name.last != "Error" || !name.before.empty();
  if (contains(kNamed, name.last)) return true;
  if (name.before.empty()) return false;
  if (!is_upper(name.last[0]))
    return contains(kLowerModules, name.before) &&
           (name.last.ends_with("error") || (name.last == "timeout" && name.before == "socket"));
  if (name.last.ends_with("Timeout")) return true;
  return name.module && !ends_with_any(kNotThrown, name.last);
}

Level level_of_name(string_view last) {
  return last == "MemoryError" || last.starts_with("OutOfMemory") ? Level::critical : Level::error;
}

bool is_nothing(string_view text) {
  constexpr std::array<string_view, 7> kNothing{"", "0", "none", "None", "null", "nil", "no"};
  return contains(kNothing, text.substr(std::min(skip_spaces(text, 0), text.size())));
}

// Whether what follows the name shows that the exception itself is printed: nothing, ": message", arguments.
bool is_printed(string_view line, const Name& name) {
  const std::size_t end = name.end;
  if (skip_spaces(line, end) >= line.size()) return true;
  switch (line[end]) {
    case ':':
      return end + 1 == line.size() || (is_space(line[end + 1]) && !is_nothing(line.substr(end + 1)));
    case '(': {
      const std::size_t close = closing_bracket(line, end, 300);
      if (close == string_view::npos) return false;
      return skip_spaces(line, close + 1) >= line.size() || at(line, close + 1) == ':';
    }
    case ' ':
      return at(line, end + 1) == '[' || (name.scoped && at(line, end + 1) == '(');
    default:
      return false;
  }
}

// "[ExchangeError] x", "[UnhandledPromiseRejection: x".
bool is_bracketed(string_view line, std::size_t from) {
  const Name name = read_name(line, from + 1);
  if (!is_thrown(name)) return false;
  const char next = at(line, name.end);
  return next == ']' || (next == ':' && is_space(at(line, name.end + 1)));
}

// "app.rb:1:in `f': x (RuntimeError)"
bool is_ruby(string_view line) {
  if (line.back() != ')' || (!line.contains(":in `") && !line.contains(":in '"))) return false;
  const std::size_t open = line.rfind(" (");
  if (open == string_view::npos || !is_upper(at(line, open + 2))) return false;
  return read_name(line, open + 2).end == line.size() - 1;
}

// "** (RuntimeError) x", "** (exit) x"; "** Generic server x terminating" of Erlang.
bool is_elixir(string_view text) {
  if (!text.starts_with("** ")) return false;
  if (text.starts_with("** (")) return is_letter(at(text, 4)) && text.substr(0, 120).contains(')');
  return text.starts_with("** Generic ") || text.starts_with("** State machine ") ||
         text.starts_with("** Reason ");
}

// "x at app.pl line 3."
std::optional<Level> perl(string_view line) {
  if (!line.ends_with('.')) return std::nullopt;
  std::size_t i = line.size() - 1;
  while (i > 0 && is_digit(line[i - 1])) --i;
  if (i + 1 == line.size() || !line.substr(0, i).ends_with(" line ")) return std::nullopt;
  i -= string_view(" line ").size();
  while (i > 0 && !is_space(line[i - 1])) --i;
  if (!line.substr(0, i).ends_with(" at ")) return std::nullopt;
  for (const string_view warning :
       {"Use of uninitialized ", " isn't numeric in ", " redefined at ", "Deep recursion "})
    if (line.contains(warning)) return Level::warning;
  return Level::error;
}

}  // namespace

std::optional<Level> level_of_first_exception(string_view line, std::size_t from) {
  if (from >= line.size()) return std::nullopt;
  const char first = line[from];
  if (first == '*') return is_elixir(line.substr(from)) ? std::optional(Level::error) : std::nullopt;
  if (first == '[') return is_bracketed(line, from) ? std::optional(Level::error) : std::nullopt;
  if (!is(first, bytes::kWord)) return std::nullopt;
  const Name name = read_name(line, from);
  // What follows the name is the cheaper question, and mostly decides.
  return is_printed(line, name) && is_thrown(name) ? std::optional(level_of_name(name.last)) : std::nullopt;
}

std::optional<Level> level_of_exception(string_view line, std::size_t from) {
  if (const auto level = level_of_first_exception(line, from)) return level;
  if (from >= line.size()) return std::nullopt;
  if (line.back() == ')' && is_ruby(line)) return Level::error;
  return perl(line);
}

bool begins_with_exception(string_view line) {
  if (line.empty() || !is_letter(line[0])) return false;
  const Name name = read_name(line, 0);
  return !name.before.empty() && is_thrown(name) && is_printed(line, name);
}

}  // namespace log_analysis
