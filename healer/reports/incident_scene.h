// Where and when an incident was, and the samples of it: what its beginning and its clues are looked for in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/subsystems.h"
#include "healer/reports/hypotheses.h"
#include "healer/reports/incident.h"
#include "healer/reports/samples.h"

namespace healer::reports {

using Series = std::map<SeriesLabels, std::vector<Sample>>;

// Not thread-safe. What it is given outlives it.
class Scene {
 public:
  // `samples`: none where Prometheus is not to be asked.
  Scene(Samples* samples, const base::Inventory& inventory, IncidentReport& report);

  // Raw samples, those of a series ascending; the question stands in the report's queries. Empty, too, when
  // Prometheus cannot be asked: trouble() says why. Blocks up to the samples' deadline.
  Series raw(const std::string& what, const std::string& selector, Window window);
  const std::optional<std::string>& trouble() const { return trouble_; }

  const base::Inventory& inventory() const { return inventory_; }
  IncidentReport& report() { return report_; }
  IncidentFacts& facts() { return report_.facts; }
  const std::string& container() const { return container_; }  // that it is about; may be empty
  const std::string& subsystem() const { return subsystem_; }  // likewise

 private:
  Samples* samples_;
  const base::Inventory& inventory_;
  IncidentReport& report_;
  std::string subsystem_;
  std::string container_;
  std::optional<std::string> trouble_;
};

// A label's value within a selector, with its quotes.
std::string quoted(std::string_view value);
// The label's value, or "" when there is none.
std::string_view label(const SeriesLabels& labels, const std::string& name);

// Fills `first_bad` and the timeline's lines about it.
void find_beginning(Scene& scene);

// Fills `services`.
void find_services(Scene& scene, base::WallTime began);

// What was seen around the beginning, but for the logs'; restarts become lines of the timeline.
Clues find_clues(Scene& scene, base::WallTime began);

}  // namespace healer::reports
