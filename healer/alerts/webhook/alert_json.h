// What an alert in Alertmanager's webhook and in its API have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "healer/model/model.h"

namespace healer::webhook {

// Labels, annotations, times and fingerprint of one alert; `firing` is left to the caller. Times are
// truncated to milliseconds, as in the API. An alert beyond the limits of payload.h is not an error: a part
// of it is kept, and it is `oversized`.
struct ParsedAlert {
  Alert alert;
  bool oversized = false;
};
base::Result<ParsedAlert> read_alert(const nlohmann::json& object);

}  // namespace healer::webhook
