// A client of the Docker Engine API, version 1.41 (Engine 20.10) and newer. Paths carry no version, so that
// an engine that no longer supports 1.41 still answers. The fields that are read have the same meaning in all
// versions since. Source of paths and fields: https://docs.docker.com/engine/api/v1.41/
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/client.h"
#include "base/http/stream.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace base::docker {

struct Summary {
  std::string id;
  std::string name;            // without the leading slash
  std::string image;           // the name given at creation
  std::string state;           // created running paused restarting removing exited dead
  WallTime created{};          // in whole seconds
  std::string network_mode{};  // host, none, bridge, the name of a network, container:<id>
};

struct Container {
  std::string id;
  std::string name;
  std::string image;     // the name in Config.Image
  std::string image_id;  // sha256:…
  std::string state;
  bool running = false;  // true only in the state "running", not between two crashes
  std::string health;    // starting healthy unhealthy, or none
  int exit_code = 0;
  bool oom_killed = false;
  std::int64_t restart_count = 0;  // of the restart policy only; 0 again after recreation
  std::int64_t pid = 0;
  std::optional<WallTime> started;
  std::optional<WallTime> finished;
  std::int64_t memory_limit = 0;  // bytes; 0: none
  bool tty = false;
  std::vector<std::string> environment_names;  // names only: values are not kept
  std::string cgroup_parent;
  std::string log_driver;    // json-file local journald syslog none …
  bool auto_remove = false;  // --rm: the engine removes it as soon as it has stopped
  // The time between the stop signal and the kill; negative: no limit; absent: the engine's default.
  std::optional<Duration> stop_timeout;
  std::string stop_signal;   // empty: SIGTERM
  std::string network_mode;  // as in Summary
  std::string managed_by;    // the orchestrator that owns it, by its labels; empty: none
};

struct Image {
  std::string id;                    // sha256:…
  std::vector<std::string> tags;     // repository:tag; empty: untagged
  std::vector<std::string> digests;  // repository@sha256:…; only if pulled
  WallTime created{};
};

struct Stats {
  std::uint64_t cpu_ns = 0;
  std::uint64_t memory_usage = 0;          // bytes
  std::uint64_t memory_inactive_file = 0;  // working set = usage - inactive_file
  std::uint64_t memory_limit = 0;
};

struct Event {
  WallTime time;
  std::string action;  // start die oom kill restart destroy health_status: healthy …
  std::string id;
  std::string name;
  std::map<std::string, std::string> attributes;
};

struct LogOptions {
  bool follow = false;
  std::string since;  // unix seconds with nanoseconds, or empty
  std::string tail;   // a count or "all"
};

class Permit;

// Blocks up to the deadline; thread-safe. An error names the engine's socket and quotes its message. `id` may
// be a name.
class Engine {
 public:
  explicit Engine(std::string host);  // unix:///var/run/docker.sock or tcp://…

  Result<> ping(Deadline deadline) const;
  Result<std::vector<Summary>> list(Deadline deadline) const;  // all states
  // nullopt: there is no such container.
  Result<std::optional<Container>> inspect(const std::string& id, Deadline deadline) const;
  // nullopt: there is no such container, or it is not running.
  Result<std::optional<Stats>> stats(const std::string& id, Deadline deadline) const;
  // The engine's whole document of a container or an image.
  Result<std::optional<nlohmann::json>> inspect_document(const std::string& id, Deadline deadline) const;
  Result<std::optional<nlohmann::json>> image_document(const std::string& image, Deadline deadline) const;
  Result<std::vector<Image>> images(Deadline deadline) const;
  // Container events from now until stop. `connected` is called when the stream is open. List the containers
  // after that to miss no event.
  Result<> events(const std::function<void()>& connected, const std::function<void(const Event&)>& on_event,
                  std::stop_token stop, const Clock& clock) const;
  // The log of a container as raw bytes: framed unless it has a TTY; each line begins with its RFC 3339 time.
  // Only connecting blocks. The status is 404 when there is no such container, 501 when its log driver cannot
  // be read; a follow of a stopped container ends after the existing log.
  Result<http::Stream> logs(const std::string& id, const LogOptions& options, Deadline deadline) const;

  // Each succeeds if the container ends up in the wanted state, also when it already was (started, stopped,
  // removed). Disruptive calls need a Permit: base/docker/permit.h.
  Result<> start(const std::string& id, Deadline deadline) const;
  // When the deadline leaves less time than the container's stop timeout: an error, and nothing is stopped.
  Result<> stop(const Permit& permit, Deadline deadline) const;
  Result<> restart(const Permit& permit, Deadline deadline) const;
  Result<> kill(const Permit& permit, const std::string& signal, Deadline deadline) const;
  // `config` is the JSON body of POST /containers/create; returns the id.
  Result<std::string> create(const std::string& name, const std::string& config, Deadline deadline) const;
  // Without force: the engine refuses to remove a running container.
  Result<> remove(const std::string& id, Deadline deadline) const;
  Result<> rename(const std::string& id, const std::string& name, Deadline deadline) const;
  Result<bool> has_volume(const std::string& name, Deadline deadline) const;
  // Success if the volume is already gone; an error if a container uses it.
  Result<> remove_volume(const std::string& name, Deadline deadline) const;
  // `config` is the JSON body of POST /networks/{id}/connect.
  Result<> connect(const std::string& network, const std::string& config, Deadline deadline) const;

 private:
  Result<http::Response> ask(const std::string& method, const std::string& path, std::string_view body,
                             Deadline deadline) const;
  Result<> command(const std::string& method, const std::string& path, Deadline deadline,
                   std::string_view body = "") const;
  Result<> end(const std::string& verb, const Permit& permit, Deadline deadline) const;
  // The document at `path`; nullopt: 404.
  Result<std::optional<nlohmann::json>> look_up(const std::string& path, Deadline deadline) const;

  http::Client client_;
  std::string host_;
};

}  // namespace base::docker
