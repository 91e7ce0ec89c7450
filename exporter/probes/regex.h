// Regular expressions over untrusted text: Vectorscan matches in time linear in the text, whatever the
// expression. The syntax is that of PCRE without back references and look-around, as in RE2.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct hs_database;

namespace exporter::probes {

// Compiled and immutable; copies share it. Thread-safe.
class Regex {
 public:
  enum class Lines { kWhole, kEach };  // kEach: ^ and $ match at each line
  // An error states the problem and its position.
  static base::Result<Regex> compile(const std::string& expression, Lines lines = Lines::kWhole);

  // Whether it matches anywhere. Works on bytes, not code points. `.` matches a newline only with (?s).
  bool matches(std::string_view text) const;
  const std::string& expression() const { return expression_; }

 private:
  Regex(std::string expression, std::shared_ptr<const hs_database> database)
      : expression_(std::move(expression)), database_(std::move(database)) {}
  std::string expression_;
  std::shared_ptr<const hs_database> database_;
};

}  // namespace exporter::probes
