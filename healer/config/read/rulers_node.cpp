#include "healer/config/read/rulers_node.h"

#include <fmt/format.h>

#include <set>

#include "healer/config/read/http_config.h"
#include "healer/config/read/server_node.h"

namespace healer::policy {
namespace {

using base::yaml::Node;

constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-";

}  // namespace

std::vector<RulerConfig> read_rulers(const Node& node, const Config& config) {
  std::vector<RulerConfig> rulers;
  if (!config.prometheus_url.empty())
    rulers.push_back({std::string(kFirstRuler), config.prometheus_url, config.prometheus_http});
  if (!node.present()) return rulers;
  std::set<std::string> names{std::string(kFirstRuler)};
  for (const Node& item : node.items()) {
    if (!item.is_map()) {
      item.problem("must be a map");
      continue;
    }
    item.only({"name", "url", "http_config"});
    RulerConfig ruler;
    const Node name = item.required("name");
    ruler.name = name.non_empty_string();
    if (ruler.name.find_first_not_of(kNameCharacters) != std::string::npos)
      name.problem("must consist of lower-case letters, digits, _ and -");
    if (!ruler.name.empty() && !names.insert(ruler.name).second)
      name.problem(fmt::format("there is a ruler \"{}\" already", ruler.name));
    ruler.url = read_url(item.required("url"));
    ruler.http = read_http_config(item.optional("http_config"));
    rulers.push_back(std::move(ruler));
  }
  return rulers;
}

HeartbeatConfig read_heartbeat(const Node& node) {
  HeartbeatConfig heartbeat{.labels = {{"installation", "salus"}}};
  if (!node.present()) return heartbeat;
  node.only({"labels"});
  const Node labels = node.required("labels");
  heartbeat.labels.clear();
  for (const auto& [name, value] : labels.string_map()) heartbeat.labels[name] = value;
  if (heartbeat.labels.empty())
    labels.problem("must name at least one label: every system has an alert of that name");
  return heartbeat;
}

}  // namespace healer::policy
