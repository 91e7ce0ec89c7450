// Keeps a list of the containers up to date, from the Docker Engine's events and a periodic listing.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"

namespace exporter::tail {

struct SeenContainer {
  std::string id;
  std::string name;
  bool tty = false;
  std::string log_driver;
  bool log_compressed = false;  // the driver compresses rotated files
  bool running = false;
  bool ever_started = false;
  base::WallTime created{};
};

// What has happened since the last call of wait().
struct Notices {
  std::optional<std::vector<SeenContainer>> containers;  // all of them, when there was a new listing
  bool complete = false;                                 // the listing left out none
  std::vector<std::string> started;                      // ids
  std::vector<std::string> changed;                      // ids; died, for example
  std::vector<std::string> missed;  // names of containers that were started and removed before a listing
  bool engine_answers = true;       // the newest listing succeeded
};

// Two threads: one waits for events, one lists.
class ContainerWatch {
 public:
  // The clock must outlive it.
  ContainerWatch(const std::string& docker_host, const base::Clock& clock);

  // Waits until there is something, at most `longest`, and takes it.
  Notices wait(base::Duration longest, const std::stop_token& stop);

 private:
  void follow_events(const std::stop_token& stop);
  void on_event(const base::docker::Event& event);
  void list_on_demand(const std::stop_token& stop);
  bool list();

  const base::docker::Engine engine_;
  const base::Clock& clock_;

  std::mutex mutex_;  // of the members below
  std::condition_variable_any changed_;
  Notices notices_;
  bool has_notices_ = false;
  bool list_wanted_ = true;
  std::map<std::string, std::string> started_;  // id to name, since the last listing

  struct Fixed {  // what never changes
    bool tty = false;
    std::string log_driver;
    bool log_compressed = false;
  };
  // nullopt: there is no such container.
  base::Result<std::optional<Fixed>> inspect(const std::string& id, base::Deadline deadline) const;
  std::map<std::string, Fixed> known_;  // by id, of all listed containers; used by the listing thread only

  std::jthread events_;
  std::jthread lister_;
};

}  // namespace exporter::tail
