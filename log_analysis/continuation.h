// Decides which lines belong to the previous event: tracebacks, stack dumps, details, indented lines.
#pragma once

#include <cstdint>
#include <string_view>

#include "log_analysis/level.h"
#include "log_analysis/reader.h"

namespace log_analysis {

// The kind of block that the current event is in, as far as it matters for the next line.
enum class Trace : std::uint8_t {
  none,
  python,          // frames of a traceback
  python_chained,  // between "During handling of the above exception, …" and the next traceback
  python_named,    // after the line that names the exception
  java,
  go,
  rust,
  rust_message,  // after "panicked at src/main.rs:2:5:"; the message is next
  node,          // place and code of an exception
  node_named,    // after the line that names it
  ruby,
  beam,   // what Elixir and Erlang add: "** (RuntimeError) x", "Last message: …", "State: …"
  php,    // "Stack trace:", "#0 …"
  swift,  // "Thread 0 crashed:", "0 0x…"
  jvm,    // "# A fatal error …": the report, every line of it with "#"
  json,   // a pretty-printed document, up to the bracket that closes it
  key,    // a PEM block: it is masked as a whole, so it must stay in one event
};

struct Follow {
  bool follows = false;
  bool frame = false;  // code or a blank line: its words do not indicate a level
  bool names = false;  // this line contains the event's message
  Level least =
      Level::info;  // the event has at least this level: the shape alone shows that the process ended
};

class Continuation {
 public:
  // Starts an event with its first line. For an ordinary line this only checks the first and last byte.
  void begin(std::string_view line, const Reading& reading);
  // Whether the cleaned `line` belongs to the current event, whose worst level and number of lines so far are
  // given. Updates the state if it does.
  Follow next(std::string_view line, const Reading& reading, Level worst, unsigned lines);

 private:
  Follow in_trace(std::string_view line, unsigned lines);

  Trace trace_ = Trace::none;
  bool bare_ = false;  // the event begins with the trace itself; a later line has its message
};

}  // namespace log_analysis
