// The containers of a stack as one thing that is built, stopped and started.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace healer::rebuild {

// Each step blocks up to its deadline and returns after every program that it started has ended. A step with
// nothing left to do succeeds, because an interrupted run is repeated from the beginning. The result says
// what was done; an error names the container or quotes the program's last line.
class Stack {
 public:
  virtual ~Stack() = default;
  // Checks the preconditions of all steps. Changes nothing.
  virtual base::Result<std::string> look(base::Deadline deadline) = 0;
  // Builds the images without cache. Running containers keep their old images.
  virtual base::Result<std::string> build(base::Deadline deadline) = 0;
  virtual base::Result<std::string> stop(base::Deadline deadline) = 0;
  // Removes the containers, which are stopped, and the volumes that belong to them.
  virtual base::Result<std::string> remove(const std::vector<std::string>& volumes,
                                           base::Deadline deadline) = 0;
  // Creates every container again from the newest image of its name, and starts it after its dependencies.
  virtual base::Result<std::string> start(base::Deadline deadline) = 0;
  // The command with which an operator starts the stopped containers.
  virtual std::string manual_command() const = 0;
  // How much longer than planned stopping takes, because containers have longer stop timeouts. Known once
  // look() has succeeded.
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
  std::string project;               // empty: the default of compose
  std::string docker_host;
  std::vector<std::string> containers{};  // that must exist; those that compose lists are checked as well
  std::optional<base::Duration> stop_timeout{};  // of each container, at least; nullopt: its own
};
// `docker` outlives it.
std::unique_ptr<Stack> compose_stack(ComposeSettings settings, const base::docker::Engine& docker);

// Containers that were started one by one. They are recreated with their present configuration.
struct Build {
  std::string image;    // repository:tag
  std::string context;  // absolute
  std::string file;     // in it
};
struct PlainSettings {
  std::vector<Service> services;  // dependencies first
  std::vector<Build> images;
  std::string docker;  // the docker client that builds images: an absolute path
  std::string docker_host;
  // Where a container's configuration is stored from its removal until it is recreated: <container>.json with
  // mode 0600, because it holds the environment.
  std::string folder;
  std::optional<base::Duration> stop_timeout{};  // of each container, at least; nullopt: its own
  base::Duration healthy_within{};               // of the dependencies
};
// `docker` outlives it.
std::unique_ptr<Stack> plain_stack(PlainSettings settings, const base::docker::Engine& docker);

}  // namespace healer::rebuild
