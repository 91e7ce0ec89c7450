// The context of an incident: its target and the samples around it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healer/reports/data/samples.h"
#include "healer/reports/incident/hypotheses.h"
#include "healer/reports/incident/incident.h"
#include "inventory/subsystems.h"

namespace healer::reports {

using Series = std::map<SeriesLabels, std::vector<Sample>>;

// Not thread-safe. The constructor's arguments outlive it.
class IncidentContext {
 public:
  // `samples`: nullptr if Prometheus is not queried.
  IncidentContext(Samples* samples, const base::Inventory& inventory, IncidentReport& report);

  // Raw samples, ascending within a series. Adds the query to the report's queries. Also empty if the query
  // failed: trouble() returns the first error. Blocks up to the samples' deadline.
  Series raw(const std::string& what, const std::string& selector, Window window);
  const std::optional<std::string>& trouble() const { return trouble_; }

  const base::Inventory& inventory() const { return inventory_; }
  IncidentReport& report() { return report_; }
  IncidentFacts& facts() { return report_.facts; }
  const std::string& container() const { return container_; }  // the incident's; may be empty
  const std::string& subsystem() const { return subsystem_; }  // likewise

 private:
  Samples* samples_;
  const base::Inventory& inventory_;
  IncidentReport& report_;
  std::string subsystem_;
  std::string container_;
  std::optional<std::string> trouble_;
};

// A label value, quoted for a selector.
std::string quoted(std::string_view value);
// The label's value, or "" if there is none.
std::string_view label(const SeriesLabels& labels, const std::string& name);

// Fills `first_bad` and adds its timeline entries.
void find_beginning(IncidentContext& context);

// Fills `services`.
void find_services(IncidentContext& context, base::WallTime began);

// The signals around the start, except those of the logs. Adds restarts to the timeline.
Signals find_signals(IncidentContext& context, base::WallTime began);

}  // namespace healer::reports
