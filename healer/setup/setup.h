// A configuration as read and compiled, in use until the next reload.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "base/yaml/yaml.h"
#include "healer/actions/action.h"
#include "healer/config/config.h"
#include "healer/verify/prometheus.h"

namespace healer {

// Makes everything a dry run, whatever the configuration says.
enum class Force { kNothing, kDryRun };

// Immutable once read; running its actions has effects outside. Thread-safe.
struct Setup {
  Config config;
  Force force{};                                 // what it was read with
  std::unique_ptr<base::docker::Engine> docker;  // the Engine that the actions use
  std::unique_ptr<checks::Prometheus> prometheus;
  std::map<std::string, std::vector<std::unique_ptr<actions::Action>>, std::less<>>
      actions;  // by playbook, one a rung

  // nullptr: there is no such playbook or rung.
  actions::Action* action(std::string_view playbook, std::size_t rung) const;
};

// Reads healer.yml and subsystems.yml. Every problem of both is noted; the result may be used only if there
// is none. Relative paths in healer.yml are taken from its own folder. `clock` must outlive what is returned.
std::shared_ptr<const Setup> read_setup(const std::string& config_file, const std::string& subsystems_file,
                                        const base::Clock& clock, base::yaml::Problems& problems,
                                        Force force = Force::kNothing);

// The same from texts, for tests; paths are not changed.
std::shared_ptr<const Setup> parse_setup(std::string_view config, std::string_view subsystems,
                                         const base::Clock& clock, base::yaml::Problems& problems);

}  // namespace healer
