// Alertmanager's webhook body, version 4, of every Alertmanager from 0.25 on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "healer/model/model.h"

namespace healer::webhook {

// Limits of what is kept of one alert. Longer values are cut and marked, and further labels and annotations
// are left out, but never those that control what the healer does.
inline constexpr std::size_t kMaxLabels = 64;       // and of annotations
inline constexpr std::size_t kMaxName = 256;        // bytes of a label's name
inline constexpr std::size_t kMaxValue = 8 * 1024;  // bytes of a label's or annotation's value

struct Payload {
  std::vector<Alert> alerts;  // each with its own status, never the group's
  std::size_t oversized = 0;  // alerts that are kept in part
  std::string receiver;       // whose webhook Alertmanager calls; may be empty
  std::size_t truncated = 0;  // alerts that Alertmanager left out; its API has them
};

// An error says what is wrong and where; such a body is not used. Unknown fields are ignored; an unknown
// version is an error.
base::Result<Payload> parse_payload(std::string_view body);

}  // namespace healer::webhook
