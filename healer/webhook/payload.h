// Alertmanager's webhook body, version 4, of every Alertmanager from 0.25 on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "healer/model.h"

namespace healer::webhook {

// What is kept of one alert at most. Of a larger one long values are cut, which is marked, and further labels
// and annotations are left out, but never those that say what follows from it: it is obeyed like any other.
inline constexpr std::size_t kMaxLabels = 64;       // and as many annotations
inline constexpr std::size_t kMaxName = 256;        // bytes of a label's name
inline constexpr std::size_t kMaxValue = 8 * 1024;  // bytes of a label's or annotation's value

struct Payload {
  std::vector<Alert> alerts;  // each with its own status, never the group's
  std::size_t oversized = 0;  // kept in part
  std::string receiver;       // whose webhook Alertmanager calls; may be empty
  std::size_t truncated = 0;  // left out by Alertmanager: they are to be had from its API
};

// An error says what is wrong and where; nothing of such a body is used. Unknown fields are ignored, an
// unknown version is not.
base::Result<Payload> parse_payload(std::string_view body);

// Alertmanager's own fingerprint of a label set.
std::string fingerprint(const Labels& labels);

}  // namespace healer::webhook
