// Lines as a Python service logs them: [2025-12-17 16:55:17,427] INFO executor: cycle 12 done
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace example {

// `seconds` since the epoch, shown in UTC.
std::string log_line(double seconds, std::string_view level, std::string_view logger,
                     std::string_view message);

// To the console and to a file, where there are such. One writer at a time.
class Log {
 public:
  Log(const std::string& path, std::FILE* console);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  void write(std::string_view text);
  void print(std::string_view text);  // to the console alone

 private:
  std::FILE* file_;
  std::FILE* console_;
};

}  // namespace example
