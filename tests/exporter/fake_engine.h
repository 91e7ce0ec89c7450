// A Docker Engine in a variable: what a test puts into it is what a collector sees.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "exporter/collectors/containers/engine.h"

namespace tests {

struct EngineState {
  std::vector<base::docker::Container> containers;
  std::map<std::string, base::docker::Stats> stats;  // by id
  std::set<std::string> hanging;                     // ids whose inspection ends in a time-out
  std::set<std::string> vanishing;                   // ids that are listed but gone when inspected
  std::string list_error;
  std::vector<base::docker::Image> images;
  std::string images_error;
  std::vector<std::string> inspected;  // ids, in the order asked
};

class FakeEngine final : public exporter::collectors::Engine {
 public:
  explicit FakeEngine(std::shared_ptr<EngineState> state) : state_(std::move(state)) {}

  base::Result<std::vector<base::docker::Summary>> list(base::Deadline) const override {
    if (!state_->list_error.empty()) return base::fail("{}", state_->list_error);
    std::vector<base::docker::Summary> list;
    for (const auto& each : state_->containers) list.push_back({each.id, each.name, each.image, each.state});
    return list;
  }
  base::Result<std::optional<base::docker::Container>> inspect(const std::string& id,
                                                               base::Deadline) const override {
    state_->inspected.push_back(id);
    if (state_->hanging.contains(id)) return base::fail("inspect {}: timed out", id);
    if (state_->vanishing.contains(id)) return std::optional<base::docker::Container>();
    for (const auto& each : state_->containers) {
      if (each.id == id) return std::optional(each);
    }
    return std::optional<base::docker::Container>();
  }
  base::Result<std::optional<base::docker::Stats>> stats(const std::string& id,
                                                         base::Deadline) const override {
    const auto found = state_->stats.find(id);
    if (found == state_->stats.end()) return base::fail("stats {}: timed out", id);
    return std::optional(found->second);
  }
  base::Result<std::vector<base::docker::Image>> images(base::Deadline) const override {
    if (!state_->images_error.empty()) return base::fail("{}", state_->images_error);
    return state_->images;
  }

 private:
  std::shared_ptr<EngineState> state_;
};

inline base::docker::Container running_container(const std::string& id, const std::string& name) {
  base::docker::Container container;
  container.id = id;
  container.name = name;
  container.image = "busybox";
  container.state = "running";
  container.running = true;
  container.health = "none";
  container.started = base::WallTime(std::chrono::seconds(1765943000));
  return container;
}

}  // namespace tests
