#include "healer/webhook/alertmanager_list.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "healer/alert_ledger.h"
#include "healer/webhook/alert_json.h"

namespace healer::webhook {
namespace {

using nlohmann::json;

// An inhibited one is not: that keeps it from people, who hear of its cause.
bool is_silenced(const json& object) {
  const auto status = object.find("status");
  if (status == object.end() || !status->is_object()) return false;
  const auto names_some = [&](const char* key) {
    const auto by = status->find(key);
    return by != status->end() && by->is_array() && !by->empty();
  };
  const auto state = status->find("state");
  const bool suppressed =
      state != status->end() && state->is_string() && state->get_ref<const std::string&>() == "suppressed";
  return suppressed && (names_some("silencedBy") || !names_some("inhibitedBy"));
}

// Past the middle of the time that Prometheus gave it when it last sent it.
bool is_running_out(const json& object, base::WallTime ends_at, base::WallTime now) {
  const auto updated = object.find("updatedAt");
  if (updated == object.end() || !updated->is_string()) return false;
  const auto updated_at = base::parse_rfc3339(updated->get_ref<const std::string&>());
  if (!updated_at || ends_at <= *updated_at) return false;
  return now > *updated_at + (ends_at - *updated_at) / 2;
}

}  // namespace

base::Result<AlertsInput> parse_list(std::string_view body, base::Now asked_at) {
  const auto parsed = base::parse_json(body);
  if (!parsed) return base::wrap(parsed.error(), "Alertmanager's list of alerts");
  if (!parsed->is_array()) return base::fail("Alertmanager's list of alerts: is no list");
  AlertsInput input;
  input.whole = true;
  input.asked_at = asked_at.mono;
  for (std::size_t i = 0; i < parsed->size(); ++i) {
    const json& object = (*parsed)[i];
    auto told = read_alert(object);
    if (!told) return base::wrap(told.error(), "Alertmanager's list of alerts: [{}]", i);
    Alert& alert = told->alert;
    if (alert.labels.empty()) continue;
    const base::WallTime ends_at = std::exchange(alert.ends_at, {});
    alert.firing = true;
    if (is_watchdog(alert)) {
      if (is_running_out(object, ends_at, asked_at.wall)) continue;
    } else if (is_silenced(object) && alert.label("policy").empty()) {
      input.muted.push_back(alert.fingerprint);
      continue;
    }
    input.alerts.push_back(std::move(alert));
  }
  return input;
}

void add_part(AlertsInput& list, AlertsInput part) {
  std::ranges::move(part.alerts, std::back_inserter(list.alerts));
  std::ranges::move(part.muted, std::back_inserter(list.muted));
}

}  // namespace healer::webhook
