// The part of the Docker Engine's API that the collectors use, so that tests can replace it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"

namespace exporter::collectors {

// Thread-safe; each call returns by its deadline.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual base::Result<std::vector<base::docker::Summary>> list(base::Deadline deadline) const = 0;
  virtual base::Result<std::optional<base::docker::Container>> inspect(const std::string& id,
                                                                       base::Deadline deadline) const = 0;
  virtual base::Result<std::optional<base::docker::Stats>> stats(const std::string& id,
                                                                 base::Deadline deadline) const = 0;
  virtual base::Result<std::vector<base::docker::Image>> images(base::Deadline deadline) const = 0;
};

class DockerEngine final : public Engine {
 public:
  explicit DockerEngine(const std::string& host) : engine_(host) {}
  base::Result<std::vector<base::docker::Summary>> list(base::Deadline deadline) const override {
    return engine_.list(deadline);
  }
  base::Result<std::optional<base::docker::Container>> inspect(const std::string& id,
                                                               base::Deadline deadline) const override {
    return engine_.inspect(id, deadline);
  }
  base::Result<std::optional<base::docker::Stats>> stats(const std::string& id,
                                                         base::Deadline deadline) const override {
    return engine_.stats(id, deadline);
  }
  base::Result<std::vector<base::docker::Image>> images(base::Deadline deadline) const override {
    return engine_.images(deadline);
  }

 private:
  base::docker::Engine engine_;
};

}  // namespace exporter::collectors
