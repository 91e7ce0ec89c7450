#include "log_analysis/continuation.h"

#include <algorithm>

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

// "java.lang.IllegalStateException: x", "com.example.Failure$Error": a dotted class name of an exception.
bool is_thrown(string_view line) {
  const std::size_t end = std::min(line.find_first_of(": "), line.size());
  const string_view name = line.substr(0, end);
  if (name.find('.') == string_view::npos || !is_letter(name[0])) return false;
  if (!name.ends_with("Exception") && !name.ends_with("Error") && !name.ends_with("Throwable")) return false;
  return end == line.size() || line[end] == ':';
}
bool is_cause(string_view line) {
  return line.starts_with("Caused by: ") || line.starts_with("Suppressed: ");
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
bool is_node_error(string_view line) {
  const std::size_t end = letters_end(line, 0);
  const string_view name = line.substr(0, end);
  return name == "Uncaught" || name == "throw" ||
         (name.ends_with("Error") && string_view(": [").contains(at(line, end)));
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
  switch (line.front()) {
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
  if (line.starts_with("Exception in thread ") || is_thrown(line)) trace_ = Trace::java;
}

Follow Continuation::next(string_view line, const Reading& reading, Level worst, unsigned lines) {
  if (is_blank(line)) return kFrame;
  if (line.back() == '-' && !reading.stamped && begins_key(line)) {
    trace_ = Trace::key;
    return kFrame;
  }
  if (reading.detail) return kOn;
  if (reading.stamped) return {};
  if (trace_ != Trace::none) {
    if (const Follow follow = in_trace(line, reading); follow.follows) return follow;
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
    if (lines == 1 && is_thrown(line)) {
      trace_ = Trace::java;
      return kOn;
    }
  }
  if (lines > 1 && is_brackets(line)) return kFrame;
  return {};
}

Follow Continuation::in_trace(string_view line, const Reading&) {
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
      if (is_node_error(line)) return bare_ ? kName : kOn;
      return line.starts_with("Node.js v") || line.starts_with("^") || line == "}" ? kFrame : Follow{};
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
