#include "log_analysis/continuation.h"

#include <algorithm>
#include <array>

#include "log_analysis/exception_name.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr Follow kOn{.follows = true};
constexpr Follow kFrame{.follows = true, .frame = true};
constexpr Follow kName{.follows = true, .names = true};

bool is_blank(string_view line) { return std::ranges::all_of(line, is_space); }

// PEP 3134 and traceback.py.
bool is_traceback(string_view line) { return line.ends_with("Traceback (most recent call last):"); }
bool is_chain(string_view line) {
  return line.starts_with("During handling of the above exception, another exception occurred:") ||
         line.starts_with("The above exception was the direct cause of the following exception:");
}

// Java's, anyhow's and eyre's.
bool is_cause(string_view line) {
  return line.starts_with("Caused by: ") || line.starts_with("Suppressed: ") || line == "Caused by:" ||
         line == "Stack backtrace:" || line == "Backtrace:";
}

bool is_goroutine(string_view line) {
  return line.starts_with("goroutine ") && is_digit(at(line, 10)) && line.substr(0, 80).contains('[');
}
bool is_go_panic(string_view line) {
  return line.starts_with("panic: ") || line.starts_with("fatal error: ") || line.starts_with("SIGQUIT: ") ||
         line.starts_with("SIGABRT: ") || line.starts_with("SIGSEGV: ") ||
         line.starts_with("runtime: goroutine stack ");
}
// Between the goroutines: "main.main()", "created by main.run", "[signal SIGSEGV…", "rax    0x0".
bool is_go_frame(string_view line) {
  if (is_goroutine(line) || is_go_panic(line) || line.starts_with("created by ") ||
      line.starts_with("[signal ") || line.starts_with("[originating from") ||
      line.starts_with("exit status ") || line.starts_with("runtime stack:") ||
      line.starts_with("...additional frames elided"))
    return true;
  const std::size_t open = line.find('(');
  if (line.ends_with(')') && open != string_view::npos && open > 0 && !line.substr(0, open).contains(' '))
    return true;
  const std::size_t name = std::min(line.find(' '), line.size());
  const std::size_t value = skip_spaces(line, name);
  return name <= 6 && line.substr(value).starts_with("0x") && !line.substr(value).contains(' ');
}

// The position of a thrown exception in Node.js: "/srv/app.js:12", "node:internal/errors:490".
bool is_node_place(string_view line) {
  if (!line.starts_with('/') && !line.starts_with("file:///") && !line.starts_with("node:")) return false;
  const std::size_t colon = line.rfind(':');
  return colon + 1 < line.size() && !line.contains(' ') &&
         std::ranges::all_of(line.substr(colon + 1), is_digit);
}
// Not the position "/srv/app.js:12", which begins another one.
bool names_node_error(string_view line) {
  return is_letter(line[0]) || line[0] == '[' || line[0] == '\'' || line[0] == '"' || line[0] == '#';
}

// "app.rb:1:in `f': x (RuntimeError)"
bool is_ruby_error(string_view line) {
  return line.ends_with(')') && (line.contains(":in `") || line.contains(":in '"));
}

// Behind an error of Elixir or Erlang.
bool is_beam_part(string_view line) {
  constexpr std::array<string_view, 11> kParts{"** ",         "Last message",   "State: ",     "Function: ",
                                               "Args: ",      "Initial Call: ", "Ancestors: ", "Client ",
                                               "Neighbours:", "Stacktrace",     "Start Call: "};
  return std::ranges::any_of(kParts, [&](string_view part) { return line.starts_with(part); });
}

// "Stack trace:", "#0 /app/x.php(3): f()", "[stacktrace]", "[previous exception] …", the end of Laravel's
// context.
bool begins_php_trace(string_view line) {
  return line == "Stack trace:" || line == "[stacktrace]" || line.starts_with("PHP Stack trace:") ||
         line.starts_with("#0 ");
}
bool is_php_frame(string_view line) {
  return line == "Stack trace:" || line == "[stacktrace]" || line.starts_with("[previous exception]") ||
         line == "\"}" || line.starts_with("\"} ") || line.starts_with("PHP Stack trace:") ||
         (line[0] == '#' && is_digit(at(line, 1)));
}

// "Thread 0 crashed:", "0 0x00007f…", "Registers:", "Images (5 omitted):"
bool is_swift_frame(string_view line) {
  if (line.starts_with("Thread ") && is_digit(at(line, 7))) return true;
  if (line.starts_with("Current stack trace:") || line.starts_with("Registers:") ||
      line.starts_with("Images ("))
    return true;
  std::size_t i = 0;
  while (is_digit(at(line, i))) ++i;
  const string_view rest = line.substr(std::min(skip_spaces(line, i), line.size()));
  return i > 0 &&
         (rest.starts_with("0x") || rest.starts_with("[") || rest.starts_with("lib") || rest.contains(" 0x"));
}
bool is_swift_crash(string_view line) {
  return (line.contains("Fatal error: ") && line.contains(".swift")) || line.contains("Program crashed: ");
}

// RFC 7468: base64 and, in old ones, headers, up to the line that ends the block.
bool begins_key(string_view line) {
  const std::size_t begin = line.find("-----BEGIN ");
  return begin != string_view::npos && line.find("PRIVATE KEY", begin) != string_view::npos &&
         line.find("-----END ", begin) == string_view::npos;
}
bool is_key_part(string_view line) {
  constexpr std::size_t kLongest = 80;
  return line.size() <= kLongest && (!line.contains(' ') || line.starts_with("-----END ") ||
                                     line.starts_with("Proc-Type: ") || line.starts_with("DEK-Info: "));
}

bool is_brackets(string_view line) {
  return line.size() <= 8 &&
         std::ranges::all_of(line, [](char c) { return string_view("})];, ").contains(c); });
}

// Indented lines of code or source positions.
bool is_frame(string_view line) {
  const string_view text = line.substr(skip_spaces(line, 0));
  return text.starts_with("at ") || text.starts_with("File \"") || text.starts_with("...") ||
         text.starts_with("^") || text.starts_with("~") ||
         (is_digit(at(text, 0)) && text.substr(0, 8).contains(": "));
}

}  // namespace

void Continuation::begin(string_view line, const Reading& reading) {
  trace_ = Trace::none;
  bare_ = false;
  if (line.empty()) return;
  if (line.back() == ':' && is_traceback(line)) {
    trace_ = Trace::python;
    bare_ = line.starts_with("Traceback");
    return;
  }
  if (line.back() == '-' && begins_key(line)) {
    trace_ = Trace::key;
    return;
  }
  if (line == "{" || line == "[" || line == "[{") {
    trace_ = Trace::json;
    return;
  }
  switch (line.front()) {
    case '#':
      if (reading.level >= Level::error) trace_ = Trace::jvm;
      return;
    case '/':
    case 'n':
      if (is_node_place(line)) {
        trace_ = Trace::node;
        bare_ = true;
        return;
      }
      break;
    case 'p':
    case 'f':
    case 'S':
    case 'r':
      if (is_go_panic(line)) trace_ = Trace::go;
      break;
    case 'g':
      if (is_goroutine(line)) trace_ = Trace::go;
      break;
    default:
      break;
  }
  if (trace_ != Trace::none || reading.level < Level::error) return;
  if (const std::size_t panicked = line.find(" panicked at "); panicked != string_view::npos)
    trace_ = line.back() == ':' ? Trace::rust_message : Trace::rust;
  if (is_ruby_error(line)) trace_ = Trace::ruby;
  if (is_swift_crash(line)) trace_ = Trace::swift;
  if (line.starts_with("** ") || line.contains("REPORT====")) trace_ = Trace::beam;
  if (line.starts_with("Exception in thread ") || begins_with_exception(line)) trace_ = Trace::java;
}

Follow Continuation::next(string_view line, const Reading& reading, Level worst, unsigned lines) {
  if (is_blank(line)) return kFrame;
  if (line.back() == '-' && !reading.stamped && begins_key(line)) {
    trace_ = Trace::key;
    return kFrame;
  }
  if (reading.detail) return kOn;
  if (trace_ == Trace::json && is_space(line[0])) return kFrame;
  if (reading.stamped) return {};
  if (trace_ != Trace::none) {
    if (const Follow follow = in_trace(line, lines); follow.follows) return follow;
  }
  if (is_cause(line)) {
    trace_ = Trace::java;
    return kOn;
  }
  if (is_space(line[0])) {
    return is_frame(line) || (trace_ != Trace::none && trace_ != Trace::python_named) ? kFrame : kOn;
  }
  // A trace after a line with a bad level was logged together with it and belongs to its event. After a
  // harmless line a trace is a separate event.
  if (worst >= Level::warning && trace_ == Trace::none) {
    if (is_traceback(line) && line.starts_with("Traceback")) {
      trace_ = Trace::python;
      return kOn;
    }
    if (is_goroutine(line)) {
      trace_ = Trace::go;
      return kFrame;
    }
    if (worst >= Level::error && line.starts_with("** ")) {
      trace_ = Trace::beam;
      return kOn;
    }
    if (worst >= Level::error && begins_php_trace(line)) {
      trace_ = Trace::php;
      return kFrame;
    }
    if (line.starts_with("--- End of ")) return kFrame;
    if (lines == 1 && begins_with_exception(line)) {
      trace_ = Trace::java;
      return kOn;
    }
  }
  if (lines > 1 && is_brackets(line)) return kFrame;
  return {};
}

Follow Continuation::in_trace(string_view line, unsigned lines) {
  switch (trace_) {
    case Trace::python:
      if (is_space(line[0])) return kFrame;
      if (is_traceback(line)) return {};
      trace_ = Trace::python_named;
      return bare_ ? kName : kOn;
    case Trace::python_named:
      if (!is_chain(line)) return {};
      trace_ = Trace::python_chained;
      return kFrame;
    case Trace::python_chained:
      if (!is_traceback(line)) return {};
      trace_ = Trace::python;
      return kOn;
    case Trace::java:
      return line.starts_with("at ") || line.starts_with("... ") ? kFrame : Follow{};
    case Trace::go:
      return is_go_frame(line) ? kFrame : Follow{};
    case Trace::rust_message:
      trace_ = Trace::rust;
      return kOn;
    case Trace::rust:
      return line.starts_with("stack backtrace:") || line.starts_with("note: ") ? kFrame : Follow{};
    case Trace::node:
      // Behind the place comes the code, indented, then the exception.
      if (lines < 2 || !names_node_error(line)) return {};
      trace_ = Trace::node_named;
      return {.follows = true, .names = bare_, .least = Level::error};
    case Trace::node_named:
      return line.starts_with("Node.js v") || line.starts_with("(Use `node ") || line.starts_with("^") ||
                     is_brackets(line)
                 ? kFrame
                 : Follow{};
    case Trace::ruby:
      return is_ruby_error(line) ? kOn : Follow{};
    case Trace::beam:
      return is_beam_part(line) ? kOn : Follow{};
    case Trace::php:
      return is_php_frame(line) ? kFrame : Follow{};
    case Trace::swift:
      return is_swift_frame(line) ? kFrame : Follow{};
    case Trace::jvm:
      return line[0] == '#' ? kFrame : Follow{};
    case Trace::json:
      return is_brackets(line) ? kFrame : Follow{};
    case Trace::key:
      if (!is_key_part(line)) return {};
      if (line.starts_with("-----END ")) trace_ = Trace::none;
      return kFrame;
    case Trace::none:
      break;
  }
  return {};
}

}  // namespace log_analysis
