#include "healer/alerts/webhook/payload.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "healer/alerts/webhook/alert_json.h"

namespace healer::webhook {

using nlohmann::json;

base::Result<Payload> parse_payload(std::string_view body) {
  const auto parsed = base::parse_json(body);
  if (!parsed) return std::unexpected(parsed.error());
  const json& document = *parsed;
  if (!document.is_object()) return base::fail("the body is not a JSON object");

  const auto version = document.find("version");
  if (version == document.end() || !version->is_string()) return base::fail("version: is missing");
  if (version->get_ref<const std::string&>() != "4") {
    return base::fail("version: unsupported version \"{}\", expected \"4\"",
                      version->get_ref<const std::string&>().substr(0, 20));
  }
  const auto alerts = document.find("alerts");
  if (alerts == document.end() || !alerts->is_array()) return base::fail("alerts: is missing");

  Payload payload;
  if (const auto truncated = document.find("truncatedAlerts");
      truncated != document.end() && truncated->is_number_unsigned()) {
    payload.truncated = truncated->get<std::size_t>();
  }
  if (const auto receiver = document.find("receiver"); receiver != document.end() && receiver->is_string())
    payload.receiver = receiver->get<std::string>();
  payload.alerts.reserve(alerts->size());
  for (std::size_t i = 0; i < alerts->size(); ++i) {
    const json& object = (*alerts)[i];
    auto parsed_alert = read_alert(object);
    if (!parsed_alert) return base::wrap(parsed_alert.error(), "alerts[{}]", i);
    const auto status = object.find("status");
    if (status == object.end() || !status->is_string())
      return base::fail("alerts[{}]: status: is missing", i);
    const auto& text = status->get_ref<const std::string&>();
    if (text != "firing" && text != "resolved")
      return base::fail("alerts[{}]: status: must be firing or resolved", i);
    if (parsed_alert->oversized) ++payload.oversized;
    if (parsed_alert->alert.labels.empty()) continue;  // no label could be kept
    parsed_alert->alert.firing = text == "firing";
    // For a firing alert endsAt is only Alertmanager's timeout.
    if (parsed_alert->alert.firing) parsed_alert->alert.ends_at = {};
    payload.alerts.push_back(std::move(parsed_alert->alert));
  }
  return payload;
}

}  // namespace healer::webhook
