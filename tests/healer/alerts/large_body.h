// A webhook's body of many alerts.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string>

namespace tests {

// So many alerts demand `policy` (empty: they ask for healing), and one behind them `last`.
inline std::string large_body(std::size_t count, const std::string& policy, const std::string& last) {
  std::string body = R"({"version":"4","status":"firing","truncatedAlerts":0,"alerts":[)";
  for (std::size_t i = 0; i <= count; ++i) {
    const bool is_last = i == count;
    const std::string& demands = is_last ? last : policy;
    fmt::format_to(
        std::back_inserter(body),
        R"({}{{"status":"firing","labels":{{"alertname":"{}","instance":"{}","severity":"critical",{}}},)"
        R"("annotations":{{"description":"Alert {} of many, with a description of the usual length."}},)"
        R"("startsAt":"2025-12-17T04:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"{:016x}"}})",
        i == 0 ? "" : ",", is_last ? "Last" : "ContainerDown", i,
        demands.empty() ? R"("heal":"restart_container","container":"quantum_redis")"
                        : fmt::format(R"("policy":"{}")", demands),
        i, i);
  }
  return body + "]}";
}

}  // namespace tests
