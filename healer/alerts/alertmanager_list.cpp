#include "healer/alerts/alertmanager_list.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text/json.h"
#include "healer/alerts/webhook/alert_json.h"
#include "healer/state/alert_store.h"

namespace healer::webhook {
namespace {

using nlohmann::json;

// The first element of a list of strings; "?" if it is not a string.
std::string first_of(const json& list) {
  return list.front().is_string() ? list.front().get<std::string>() : "?";
}

// Why Alertmanager does not notify about it; empty: it does.
std::string suppression(const json& object) {
  const auto status = object.find("status");
  if (status == object.end() || !status->is_object()) return "";
  const auto by = [&](const char* key, const std::string& words) -> std::string {
    const auto found = status->find(key);
    const bool some = found != status->end() && found->is_array() && !found->empty();
    return some ? words + first_of(*found) : "";
  };
  if (std::string why = by("silencedBy", "silenced in Alertmanager: silence "); !why.empty()) return why;
  if (std::string why = by("inhibitedBy", "inhibited in Alertmanager by the alert "); !why.empty())
    return why;
  if (std::string why = by("mutedBy", "muted in Alertmanager by the time interval "); !why.empty())
    return why;
  const auto state = status->find("state");
  const bool suppressed =
      state != status->end() && state->is_string() && state->get_ref<const std::string&>() == "suppressed";
  return suppressed ? "suppressed in Alertmanager" : "";
}

// Why it is not routed to the healer; empty: it is.
std::string elsewhere(const json& object, const std::set<std::string>& receivers) {
  const auto routed = object.find("receivers");
  if (routed == object.end() || !routed->is_array()) return "";
  std::string names;
  for (const json& receiver : *routed) {
    const auto name = receiver.is_object() ? receiver.find("name") : receiver.end();
    if (!receiver.is_object() || name == receiver.end() || !name->is_string()) continue;
    const auto& text = name->get_ref<const std::string&>();
    if (receivers.contains(text)) return "";
    names += (names.empty() ? "" : ", ") + text;
  }
  return "Alertmanager routes it to " + (names.empty() ? "no receiver" : names);
}

// Past half of the time to its endsAt, counted from its last update.
bool is_running_out(const json& object, base::WallTime ends_at, base::WallTime now) {
  const auto updated = object.find("updatedAt");
  if (updated == object.end() || !updated->is_string()) return false;
  const auto updated_at = base::parse_rfc3339(updated->get_ref<const std::string&>());
  if (!updated_at || ends_at <= *updated_at) return false;
  return now > *updated_at + (ends_at - *updated_at) / 2;
}

}  // namespace

base::Result<AlertsInput> parse_list(std::string_view body, base::Now asked_at,
                                     const std::set<std::string>& receivers) {
  const auto parsed = base::parse_json(body);
  if (!parsed) return base::wrap(parsed.error(), "Alertmanager's list of alerts");
  if (!parsed->is_array()) return base::fail("Alertmanager's list of alerts: is not a list");
  AlertsInput input;
  input.whole = true;
  input.asked_at = asked_at.mono;
  for (std::size_t i = 0; i < parsed->size(); ++i) {
    const json& object = (*parsed)[i];
    auto parsed_alert = read_alert(object);
    if (!parsed_alert) return base::wrap(parsed_alert.error(), "Alertmanager's list of alerts: [{}]", i);
    Alert& alert = parsed_alert->alert;
    if (alert.labels.empty()) continue;
    const base::WallTime ends_at = std::exchange(alert.ends_at, {});
    alert.firing = true;
    std::string foreign = elsewhere(object, receivers);
    if (is_watchdog(alert) || asks(alert)) ++(foreign.empty() ? input.here : input.elsewhere);
    if (is_watchdog(alert)) {
      if (!foreign.empty() || is_running_out(object, ends_at, asked_at.wall)) continue;
    } else if (asks(alert) && !foreign.empty()) {
      input.held.emplace(alert.fingerprint, std::move(foreign));
      continue;
    } else if (std::string why = suppression(object); !why.empty()) {
      input.held.emplace(alert.fingerprint, std::move(why));
      if (alert.label("policy").empty()) continue;
    }
    input.alerts.push_back(std::move(alert));
  }
  return input;
}

void add_part(AlertsInput& list, AlertsInput part) {
  std::ranges::move(part.alerts, std::back_inserter(list.alerts));
  list.held.merge(part.held);
  list.here += part.here;
  list.elsewhere += part.elsewhere;
}

}  // namespace healer::webhook
