#include "exporter/cadence.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace exporter {

Cadence read_cadence(const base::yaml::Node& node) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  Cadence cadence;
  if (!node.present()) return cadence;
  node.only({"critical", "normal"});
  cadence.critical = node.optional("critical").duration(cadence.critical, milliseconds(100), hours(1));
  const auto normal = node.optional("normal");
  cadence.normal = normal.duration(std::max(cadence.normal, cadence.critical), milliseconds(100), hours(24));
  if (cadence.normal < cadence.critical) normal.problem("is shorter than critical");
  return cadence;
}

std::string cadence_text(const Cadence& cadence) {
  return fmt::format("cadence {} {}\n", cadence.critical.count(), cadence.normal.count());
}

CadenceSchedule::CadenceSchedule(std::map<std::string, base::Duration> intervals) {
  for (auto& [subsystem, interval] : intervals) turns_[subsystem].interval = interval;
}

bool CadenceSchedule::due(const std::string& subsystem, base::MonoTime now) const {
  const auto found = turns_.find(subsystem);
  if (found == turns_.end()) return false;
  const auto& [interval, due] = found->second;
  return due <= now + std::min<base::Duration>(kEarly, interval / 5);
}

void CadenceSchedule::begin(const std::string& subsystem, base::MonoTime now) {
  if (const auto found = turns_.find(subsystem); found != turns_.end()) {
    found->second.due = now + found->second.interval;
  }
}

std::optional<base::MonoTime> CadenceSchedule::next() const {
  std::optional<base::MonoTime> next;
  for (const auto& [subsystem, turn] : turns_) next = std::min(next.value_or(turn.due), turn.due);
  return next;
}

}  // namespace exporter
