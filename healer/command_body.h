// The JSON body of an operator's command: a flat object of texts.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace healer {

class CommandBody {
 public:
  // An empty text is an empty object. Refuses anything that is not an object of texts, and keys other than
  // `known`.
  static base::Result<CommandBody> parse(std::string_view text,
                                         std::initializer_list<std::string_view> known);

  // Without control characters, cut where it is long; "" when it is not there.
  std::string text(std::string_view key) const;
  base::Result<std::string> required(std::string_view key) const;
  // Zero when it is not there; 1 s to a year otherwise.
  base::Result<base::Duration> duration(std::string_view key) const;

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

}  // namespace healer
