#include "base/docker/network_usage.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/http/client.h"
#include "base/http/url.h"
#include "base/text/json.h"

namespace base::docker {
namespace {

std::uint64_t count_of(const nlohmann::json& interface, const char* name) {
  const auto found = interface.find(name);
  return found != interface.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

Result<std::optional<NetworkUsage>> network_usage(const std::string& host, const std::string& container,
                                                  Deadline deadline) {
  const http::Client client(host);
  const auto response = client.get(
      fmt::format("/containers/{}/stats?stream=false&one-shot=true", percent_encode(container)), deadline);
  if (!response) return wrap(response.error(), "docker");
  if (response->status == 404) return std::optional<NetworkUsage>();
  if (response->status != 200)
    return fail("docker {}: stats of {}: status {}", host, container, response->status);
  const auto document = parse_json(response->body);
  if (!document) return wrap(document.error(), "docker {}: stats of {}", host, container);
  const auto networks = document->is_object() ? document->find("networks") : document->end();
  if (networks == document->end() || !networks->is_object()) return std::optional<NetworkUsage>();
  NetworkUsage usage;
  for (const auto& [name, interface] : networks->items()) {
    if (!interface.is_object()) continue;
    usage.received += count_of(interface, "rx_bytes");
    usage.sent += count_of(interface, "tx_bytes");
  }
  return std::optional(usage);
}

}  // namespace base::docker
