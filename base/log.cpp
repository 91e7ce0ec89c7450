#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include "base/log_filter.h"
#include "base/text/utf8.h"

namespace base::log {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

// Set by configure() before there is a second thread; atomic as a precaution.
struct Settings {
  std::atomic<Level> level = Level::kInfo;
  std::atomic<Format> format = Format::kLogfmt;
  std::atomic<Filter> filter = nullptr;
};

Settings& settings() {
  static Settings chosen;
  return chosen;
}

spdlog::logger& logger() {
  static const auto to_stderr = [] {
    auto made = std::make_shared<spdlog::logger>("salus", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    return made;
  }();
  return *to_stderr;
}

// Bytes below space, DEL, and the C1 controls U+0080 to U+009F, which a terminal may interpret.
bool is_control(std::string_view text, std::size_t i) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c < 0x20 || c == 0x7F) return true;
  return c == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
}

// Appends `text`, which is valid UTF-8, between quotes, as JSON escapes it; logfmt readers do the same.
void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else if (c == '\t') {
      line += "\\t";
    } else if (is_control(text, i)) {
      const bool two_bytes = static_cast<unsigned char>(c) == 0xC2;
      if (two_bytes) ++i;
      line += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[i]));
    } else {
      line += c;
    }
  }
  line += '"';
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::string_view(" =\"\\").find(text[i]) != std::string_view::npos || is_control(text, i))
      return true;
  }
  return false;
}

void append_logfmt(std::string& line, std::string_view key, std::string_view value) {
  if (!line.empty()) line += ' ';
  line += key;
  line += '=';
  const std::string text = repair_utf8(value);
  if (needs_quotes(text)) {
    append_quoted(line, text);
  } else {
    line += text;
  }
}

void append_json(std::string& line, std::string_view key, std::string_view value) {
  line += line.empty() ? '{' : ',';
  append_quoted(line, repair_utf8(key));
  line += ':';
  append_quoted(line, repair_utf8(value));
}

}  // namespace

Result<> configure(std::string_view level, std::string_view format) {
  const auto* const name = std::find(kLevelNames.begin(), kLevelNames.end(), level);
  if (name == kLevelNames.end()) {
    return fail("log level \"{}\" is not one of debug, info, warn, error", level);
  }
  if (format != "logfmt" && format != "json")
    return fail("log format \"{}\" is not one of logfmt, json", format);
  settings().level = static_cast<Level>(name - kLevelNames.begin());
  settings().format = format == "json" ? Format::kJson : Format::kLogfmt;
  return {};
}

void set_filter(Filter filter) { settings().filter = filter; }

std::string format_line(Format format, WallTime time, Level level, std::string_view message,
                        std::initializer_list<Field> fields) {
  const Filter filter = settings().filter.load();
  const auto append = format == Format::kJson ? append_json : append_logfmt;
  std::string line;
  append(line, "ts", rfc3339(time));
  append(line, "level", kLevelNames[static_cast<std::size_t>(level)]);
  append(line, "msg", filter == nullptr ? message : std::string_view(filter(message)));
  for (const Field& field : fields)
    append(line, field.key, filter == nullptr ? field.value : filter(field.value));
  if (format == Format::kJson) line += '}';
  return line;
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (level < settings().level.load()) return;
  const std::string line =
      format_line(settings().format.load(), SystemClock().now().wall, level, message, fields);
  logger().log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace base::log
