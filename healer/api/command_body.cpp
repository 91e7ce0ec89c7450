#include "healer/api/command_body.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text/duration.h"
#include "base/text/json.h"
#include "base/text/utf8.h"

namespace healer {

base::Result<CommandBody> CommandBody::parse(std::string_view text,
                                             std::initializer_list<std::string_view> known) {
  CommandBody body;
  if (text.empty()) return body;
  const auto document = base::parse_json(text, 2);
  if (!document) return base::wrap(document.error(), "the body is not JSON");
  if (!document->is_object()) return base::fail("the body is not a JSON object");
  for (const auto& [key, value] : document->items()) {
    if (std::ranges::find(known, key) == known.end()) {
      return base::fail("unknown field \"{}\"; expected one of: {}", base::excerpt(key),
                        fmt::join(known, ", "));
    }
    if (!value.is_string()) return base::fail("\"{}\" must be a string", key);
    body.fields_[key] = base::excerpt(value.get_ref<const std::string&>(), 500);
  }
  return body;
}

std::string CommandBody::text(std::string_view key) const {
  const auto found = fields_.find(key);
  return found == fields_.end() ? "" : found->second;
}

base::Result<std::string> CommandBody::required(std::string_view key) const {
  std::string value = text(key);
  if (value.empty()) return base::fail("\"{}\" is missing", key);
  return value;
}

base::Result<base::Duration> CommandBody::duration(std::string_view key) const {
  const std::string value = text(key);
  if (value.empty()) return base::Duration::zero();
  const auto length = base::parse_duration(value);
  if (!length) return base::fail("\"{}\": \"{}\" is not a duration such as 1h30m", key, value);
  if (*length < std::chrono::seconds(1) || *length > std::chrono::hours(24 * 366)) {
    return base::fail("\"{}\": {} is not between 1s and 1y", key, value);
  }
  return *length;
}

}  // namespace healer
