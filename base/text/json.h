// Parses untrusted JSON; its depth is checked before parsing.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace base {

// Refuses text nested deeper than `max_depth`, invalid UTF-8, NUL bytes, NaN, anything after the document,
// and duplicate keys of one object. An error names the byte. Never recurses by the input's depth before that
// check.
Result<nlohmann::json> parse_json(std::string_view text, int max_depth = 64);

// Looks up an RFC 6901 pointer; nullptr when nothing is there or the pointer is malformed.
const nlohmann::json* at_pointer(const nlohmann::json& document, std::string_view pointer);

}  // namespace base
