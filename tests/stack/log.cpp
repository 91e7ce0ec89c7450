#include "tests/stack/log.h"

#include <fmt/format.h>

#include <cmath>
#include <ctime>

namespace example {
namespace {

void write_to(std::FILE* out, std::string_view text) {
  if (out == nullptr) return;
  std::fwrite(text.data(), 1, text.size(), out);
  std::fflush(out);
}

}  // namespace

std::string log_line(double seconds, std::string_view level, std::string_view logger,
                     std::string_view message) {
  const long long milliseconds = std::llround(seconds * 1000);
  const time_t whole = milliseconds / 1000;
  tm utc{};
  gmtime_r(&whole, &utc);
  return fmt::format("[{:04}-{:02}-{:02} {:02}:{:02}:{:02},{:03}] {} {}: {}\n", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds % 1000,
                     level, logger, message);
}

Log::Log(const std::string& path, std::FILE* console)
    : file_(path.empty() ? nullptr : std::fopen(path.c_str(), "ae")), console_(console) {}

Log::~Log() {
  if (file_ != nullptr) std::fclose(file_);
}

void Log::write(std::string_view text) {
  write_to(console_, text);
  write_to(file_, text);
}

void Log::print(std::string_view text) { write_to(console_, text); }

}  // namespace example
