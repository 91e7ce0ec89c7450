// The JSON body of an operator's command: a flat object of strings.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer {

class CommandBody {
 public:
  // An empty body is an empty object. Refuses anything that is not an object of strings, and keys other than
  // `known`.
  static base::Result<CommandBody> parse(std::string_view text,
                                         std::initializer_list<std::string_view> known);

  // Without control characters and truncated; "" when absent.
  std::string text(std::string_view key) const;
  base::Result<std::string> required(std::string_view key) const;
  // Zero when absent; otherwise 1 s to a year.
  base::Result<base::Duration> duration(std::string_view key) const;

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

}  // namespace healer
