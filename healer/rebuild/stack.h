// The containers of a stack as one thing that is built, stopped and started.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/docker.h"
#include "base/result.h"

namespace healer::rebuild {

// Each step blocks up to its deadline, with every program that it started gone, and is a success when there
// is nothing left for it to do: what was cut short is done again from the beginning. A step's words say what
// was done; an error names the container, or what the program said last.
class Stack {
 public:
  virtual ~Stack() = default;
  // Whether all of it could be done. Changes nothing.
  virtual base::Result<std::string> look(base::Deadline deadline) = 0;
  // Builds the images without cache. What runs goes on from the old ones.
  virtual base::Result<std::string> build(base::Deadline deadline) = 0;
  virtual base::Result<std::string> stop(base::Deadline deadline) = 0;
  // Removes the containers, which are stopped, and the volumes that belong to them.
  virtual base::Result<std::string> remove(const std::vector<std::string>& volumes,
                                           base::Deadline deadline) = 0;
  // Makes every container anew, from the newest image of its name, and starts it after what it depends on.
  virtual base::Result<std::string> start(base::Deadline deadline) = 0;
  // The command by which a person starts what was stopped.
  virtual std::string by_hand() const = 0;
  // How much longer than planned it takes to stop all of it, because containers have longer stop timeouts of
  // their own. Known once look() has succeeded.
  virtual base::Duration beyond_plan() const { return {}; }
};

struct Service {
  std::string container;
  std::vector<std::string> depends_on;  // containers of the same stack
};

// The stack of a compose file, through docker-compose or `docker compose`.
struct ComposeSettings {
  std::vector<std::string> command;  // argv before the options; the first by its absolute path
  std::vector<std::string> files;    // absolute; relative paths in them are taken from the first one's folder
  std::string project;               // empty: as compose calls it
  std::string docker_host;
  std::vector<std::string> containers{};         // that it must have; what compose lists is looked at as well
  std::optional<base::Duration> stop_timeout{};  // of each container, at least; nullopt: its own
};
// `docker` outlives it.
std::unique_ptr<Stack> compose_stack(ComposeSettings settings, const base::docker::Engine& docker);

// Containers that were started one by one: they are made anew with the configuration that they have.
struct Build {
  std::string image;    // repository:tag
  std::string context;  // absolute
  std::string file;     // in it
};
struct PlainSettings {
  std::vector<Service> services;  // what depends on others after them
  std::vector<Build> images;
  std::string docker;  // the client that packs a context and has it built: an absolute path
  std::string docker_host;
  // Where a container's configuration is kept from its removal until it was made anew: <container>.json,
  // which holds its environment, readable by nobody else.
  std::string folder;
  std::optional<base::Duration> stop_timeout{};  // of each container, at least; nullopt: its own
  base::Duration healthy_within{};               // of what others depend on
};
// `docker` outlives it.
std::unique_ptr<Stack> plain_stack(PlainSettings settings, const base::docker::Engine& docker);

}  // namespace healer::rebuild
