#include "healer/alerts/time_intervals.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "base/yaml/yaml.h"

namespace healer::webhook {
namespace {

using base::yaml::Node;
using nlohmann::json;

// Depth is bounded by the reader of YAML.
bool muted_at_times(const Node& route, const std::string& inherited, const std::set<std::string>& receivers) {
  if (!route.is_map()) return false;
  const std::string receiver = route.optional("receiver").string(inherited);
  const bool timed =
      route.optional("mute_time_intervals").present() || route.optional("active_time_intervals").present();
  if (timed && receivers.contains(receiver)) return true;
  const Node children = route.optional("routes");
  if (!children.is_list()) return false;
  return std::ranges::any_of(children.items(),
                             [&](const Node& child) { return muted_at_times(child, receiver, receivers); });
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The names of the intervals, joined; empty if the API does not show them.
std::optional<std::string> intervals_of(const json& alert) {
  const auto status = alert.find("status");
  if (status == alert.end() || !status->is_object()) return std::nullopt;
  const auto by = status->find("mutedBy");
  if (by == status->end() || !by->is_array()) return std::nullopt;
  std::string names;
  for (const json& name : *by) {
    if (name.is_string()) names += (names.empty() ? "" : ", ") + name.get<std::string>();
  }
  return names;
}

}  // namespace

base::Result<bool> has_time_intervals(std::string_view status, const std::set<std::string>& receivers) {
  const auto parsed = base::parse_json(status);
  if (!parsed) return base::wrap(parsed.error(), "Alertmanager's status");
  const auto config = parsed->is_object() ? parsed->find("config") : parsed->end();
  const std::string text = config == parsed->end() ? "" : text_of(*config, "original");
  if (text.empty()) return base::fail("Alertmanager's status: it contains no configuration");
  base::yaml::Problems problems;
  const Node root = base::yaml::parse(text, "Alertmanager's configuration", problems);
  if (!root.is_map()) return base::fail("Alertmanager's status: its configuration is not a YAML map");
  return muted_at_times(root.optional("route"), "", receivers);
}

base::Result<Muted> parse_muted(std::string_view groups, const std::set<std::string>& receivers) {
  const auto parsed = base::parse_json(groups);
  if (!parsed) return base::wrap(parsed.error(), "Alertmanager's groups of alerts");
  if (!parsed->is_array()) return base::fail("Alertmanager's groups of alerts: is not a list");
  Muted muted{.shown = true, .by_interval = {}};
  std::set<std::string> delivered;
  for (const json& group : *parsed) {
    if (!group.is_object()) return base::fail("Alertmanager's groups of alerts: a group is not an object");
    const auto receiver = group.find("receiver");
    if (receiver == group.end() || !receivers.contains(text_of(*receiver, "name"))) continue;
    const auto alerts = group.find("alerts");
    if (alerts == group.end() || !alerts->is_array()) continue;
    for (const json& alert : *alerts) {
      const auto intervals = alert.is_object() ? intervals_of(alert) : std::nullopt;
      if (!intervals) return Muted{};
      const std::string fingerprint = text_of(alert, "fingerprint");
      if (intervals->empty()) {
        delivered.insert(fingerprint);
      } else {
        muted.by_interval[fingerprint] = *intervals;
      }
    }
  }
  for (const std::string& fingerprint : delivered) muted.by_interval.erase(fingerprint);
  return muted;
}

}  // namespace healer::webhook
