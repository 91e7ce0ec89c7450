// What the process writes to stderr, such as its log, while this exists.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include "tests/catch.h"

namespace tests {

class CapturedLog {
 public:
  CapturedLog() : file_(std::tmpfile()), saved_(::dup(STDERR_FILENO)) {
    REQUIRE(file_ != nullptr);
    REQUIRE(::dup2(::fileno(file_), STDERR_FILENO) >= 0);
  }
  ~CapturedLog() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    std::fclose(file_);
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string text() const {
    std::string text(1 << 16, '\0');
    const auto length = ::pread(::fileno(file_), text.data(), text.size(), 0);
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return text;
  }
  // Whether a line has this level and this whole message.
  bool has(const std::string& level, const std::string& message) const {
    return text().find("level=" + level + " msg=\"" + message + "\"") != std::string::npos;
  }

 private:
  std::FILE* file_;
  int saved_;
};

}  // namespace tests
