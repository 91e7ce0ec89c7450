// One line per event on stderr, as logfmt or JSON:
//   ts=2025-12-17T17:06:14.759Z level=warn msg="journal append failed" error="disk full"
// Log or return an error, never both. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"

namespace base::log {

enum class Level { kDebug, kInfo, kWarn, kError };
enum class Format { kLogfmt, kJson };

// A key and its value as text; values are quoted and escaped where needed.
struct Field {
  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const std::string& text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  Field(std::string_view name, bool truth) : key(name), value(truth ? "true" : "false") {}
  template <class T>
  Field(std::string_view name, const T& printable) : key(name), value(fmt::to_string(printable)) {}
  std::string_view key;
  std::string value;
};

// Called once from main before any thread: level is debug|info|warn|error, format logfmt|json.
Result<> configure(std::string_view level, std::string_view format);

// The line that write() prints, without its newline: never more than one line, always UTF-8.
std::string format_line(Format format, WallTime time, Level level, std::string_view message,
                        std::initializer_list<Field> fields);

void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});
inline void debug(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::kDebug, m, f); }
inline void info(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::kInfo, m, f); }
inline void warn(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::kWarn, m, f); }
inline void error(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::kError, m, f); }

}  // namespace base::log
