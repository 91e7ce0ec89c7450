// One pass over a large body of alerts without a copy. It takes milliseconds, where a full parse may take
// seconds under load.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace healer::webhook {

// One alert's place in a body.
struct AlertText {
  std::string_view text;    // its JSON object
  std::string_view name;    // the label `alertname`, not unescaped
  std::string_view policy;  // the label `policy`; empty: it has none
  bool firing = true;       // of a list: always
};

struct BodyScan {
  std::vector<AlertText> alerts;
  std::size_t truncated = 0;  // alerts that Alertmanager left out
};

// Nothing unless the body is well-formed throughout and every alert of it can be read: parse_payload()
// accepts whatever this accepts. Unusual bodies (an escaped key, an exponent) are left to parse_payload(),
// too.
std::optional<BodyScan> scan_payload(std::string_view body);
// The same for GET /api/v2/alerts and parse_list().
std::optional<BodyScan> scan_list(std::string_view body);

// A few alerts that together require every policy that the firing alerts require: for each policy the first
// one, and the first ones of other names, because an alert of one name (the heartbeat) may require nothing.
std::vector<AlertText> demands_of(std::span<const AlertText> alerts);

// A small body of the same format with only these alerts.
std::string payload_of(std::span<const AlertText> alerts);
std::string list_of(std::span<const AlertText> alerts);

}  // namespace healer::webhook
