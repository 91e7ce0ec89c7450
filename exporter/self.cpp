#include "exporter/self.h"

#include <string>
#include <utility>

#include "base/program.h"
#include "base/text/exposition.h"

namespace exporter {
namespace {

constexpr Family kBuildInfo{"salus_exporter_build_info", kGauge, "version",
                            "Always 1; the exporter's version."};
constexpr Family kReloadSuccessful{"salus_exporter_config_last_reload_successful", kGauge, "",
                                   "1 when the last attempt to load the configuration succeeded, 0 when it "
                                   "failed and the previous one stays in use."};
constexpr Family kReloadTime{"salus_exporter_config_last_reload_success_timestamp_seconds", kGauge, "",
                             "When the configuration in use was read."};
constexpr Family kEvicted{"salus_exporter_http_connections_evicted_total", kCounter, "state",
                          "Connections that were closed to make room for others: idle, or in the middle of "
                          "receiving a request or sending an answer."};
constexpr Family kOverloaded{"salus_exporter_http_overloaded_total", kCounter, "",
                             "Requests and connections that were answered with 503 because of overload."};

}  // namespace

std::vector<Family> self_families() {
  return {kBuildInfo, kReloadSuccessful, kReloadTime, kEvicted, kOverloaded};
}

std::vector<prometheus::MetricFamily> web_metrics(const base::http::ServerCounts& counts) {
  auto evicted = open_family(kEvicted);
  for (std::size_t i = 0; i < counts.evicted.size(); ++i) {
    base::add_sample(evicted, {{"state", std::string(base::http::kEvictedNames[i])}},
                     static_cast<double>(counts.evicted[i]));
  }
  auto overloaded = open_family(kOverloaded);
  base::add_sample(overloaded, {}, static_cast<double>(counts.overloaded));
  return take_families({&evicted, &overloaded});
}

std::vector<prometheus::MetricFamily> self_metrics(const ReloadState& reload) {
  auto build_info = open_family(kBuildInfo);
  base::add_sample(build_info, {{"version", std::string(base::version())}}, 1);
  auto successful = open_family(kReloadSuccessful);
  base::add_sample(successful, {}, reload.last_successful ? 1 : 0);
  auto time = open_family(kReloadTime);
  base::add_sample(time, {}, base::unix_seconds(reload.last_success));

  auto families = base::process_families();
  families.push_back(std::move(build_info));
  families.push_back(std::move(successful));
  families.push_back(std::move(time));
  return families;
}

}  // namespace exporter
