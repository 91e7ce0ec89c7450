// Follows the logs of all containers on one thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "exporter/tail/containers/container_config.h"
#include "exporter/tail/containers/container_follow.h"
#include "exporter/tail/containers/container_watch.h"
#include "exporter/tail/registry.h"

namespace exporter::tail {

// A source is a container's name, so that a container that is created again continues the same counts. After
// a rename its lines go to the source of its new name; earlier lines stay counted in the old one. A source
// without a container is removed (Pipeline::set_removed) and kept for a day, so that it can continue; one
// that is expected is missing instead, and stays.
class ContainerSource final : public Source {
 public:
  struct Options {
    std::string docker_host;
    ContainerLogs config;
    bool from_end = false;  // follow unknown containers from now on only
    EventSink* sink = nullptr;
  };

  // The registry and the clock must outlive it.
  ContainerSource(Options options, Registry& registry, const base::Clock& clock);
  ~ContainerSource() override { ContainerSource::stop(); }

  void start() override;
  void stop() override;
  void forget() override;

 private:
  struct Followed {
    std::unique_ptr<ContainerFollow> follow;
    std::string name;
    std::optional<base::MonoTime> gone;  // since when it is no longer listed
  };

  void run(const std::stop_token& stop);
  void apply(const Notices& notices);
  void list(const std::vector<SeenContainer>& containers);
  void add(const SeenContainer& container);
  ContainerFollow::Positions first_positions(const SeenContainer& container) const;
  std::shared_ptr<Pipeline> open(const std::string& name);
  void end_gone();
  void tell_troubles(bool engine_answers);
  void adopt_unopened();
  void forget_lost_strands();
  void close_old();

  const Options options_;
  Registry& registry_;
  const base::Clock& clock_;
  const base::docker::Engine engine_;
  base::WallTime known_since_{};  // containers created later are read from their beginning
  base::MonoTime begun_{};

  std::map<std::string, Followed> followed_;                  // by id
  std::map<std::string, std::shared_ptr<Pipeline>> sources_;  // all sources opened here, by name
  std::map<std::string, base::MonoTime> without_;             // since when they have no container
  bool listed_ = false;
  bool complete_ = false;  // the newest listing is complete
  bool adopted_ = false;

  std::jthread thread_;
};

}  // namespace exporter::tail
