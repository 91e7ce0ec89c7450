// Deliveries and lists of alerts from outside: no input crashes, and what is accepted is within its bounds.
#include "healer/alerts/alertmanager_list.h"
#include "healer/alerts/webhook/body_scan.h"
#include "healer/alerts/webhook/payload.h"
#include "tests/fuzz/target.h"

using namespace healer::webhook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto payload = parse_payload(body)) {
    for (const healer::Alert& alert : payload->alerts) {
      fuzz::require(!alert.fingerprint.empty(), "every alert has a fingerprint");
      fuzz::require(!alert.labels.empty() && alert.labels.size() <= kMaxLabels, "labels are bounded");
      for (const auto& [name, value] : alert.labels) {
        fuzz::require(name.size() <= kMaxName && value.size() <= kMaxValue, "a label is bounded");
      }
    }
  } else {
    fuzz::require(!payload.error().message.empty(), "an error says something");
  }
  if (const auto scan = scan_payload(body)) {
    const auto whole = parse_payload(body);
    fuzz::require(whole.has_value(), "what is scanned is parsed");
    fuzz::require(whole->alerts.size() == scan->alerts.size(), "every alert is found");
    fuzz::require(parse_payload(payload_of(scan->alerts)).has_value(), "alerts are cut out whole");
  }
  if (const auto scan = scan_list(body))
    fuzz::require(parse_list(body, {}, {"healer"}).has_value(), "what is scanned is parsed");
  if (const auto list = parse_list(body, {}, {"healer"})) {
    for (const healer::Alert& alert : list->alerts) fuzz::require(alert.firing, "what is listed fires");
  }
  return 0;
}
