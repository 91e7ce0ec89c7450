// What Alertmanager's webhook and its API have in common in telling of an alert.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "healer/model.h"

namespace healer::webhook {

// Labels, annotations, times and fingerprint of one alert; `firing` is left to the caller. Times are cut to
// milliseconds, which is what the API tells of them. Of an alert beyond the bounds of payload.h,
// which is no error, a part is kept: it is `oversized`.
struct Told {
  Alert alert;
  bool oversized = false;
};
base::Result<Told> read_alert(const nlohmann::json& object);

}  // namespace healer::webhook
