#include "healer/reports/incident/exhausted_notice.h"

#include <fmt/format.h>

#include <optional>

#include "healer/reports/data/log_evidence.h"
#include "healer/reports/data/samples.h"
#include "healer/reports/incident/incident_context.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

std::optional<int> exit_code_of(const std::string& container, const Config& config, base::WallTime now,
                                base::Deadline deadline) {
  if (config.prometheus_url.empty()) return std::nullopt;
  Samples samples(config.prometheus_url, config.prometheus_http, deadline);
  std::optional<Sample> newest;
  const auto asked =
      samples.at(fmt::format("salus_container_exit_code{{container={}}}[1h]", quoted(container)), now,
                 [&](const SeriesLabels&, std::span<const Sample> points) {
                   if (points.empty()) return;
                   if (!newest || points.back().at > newest->at) newest = points.back();
                 });
  return asked && newest ? std::optional(static_cast<int>(newest->value)) : std::nullopt;
}

}  // namespace

std::vector<std::string> evidence_lines(const std::string& container, const Config& config,
                                        base::WallTime now, base::Deadline deadline) {
  std::vector<std::string> lines;
  if (container.empty()) return lines;
  if (const auto code = exit_code_of(container, config, now, deadline))
    lines.push_back(fmt::format("Exit code of {}: {}", container, *code));
  if (config.exporter_url.empty()) return lines;
  const auto logged =
      last_lines(config.exporter_url, config.exporter_http, container, {now - 1h, now + 1min}, deadline);
  if (!logged.empty()) lines.push_back("Last log lines:");
  for (const LogLine& line : logged) lines.push_back(line.str());
  return lines;
}

}  // namespace healer::reports
