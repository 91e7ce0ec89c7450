// Whether a container may be stopped, restarted, replaced or sent a signal. Engine::stop, restart and kill
// require a Permit, and only permit() creates one, so no caller can skip these checks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace base::docker {

enum class Disruption {
  kStop,
  kRestart,
  kReplace,  // stopped and replaced by a new container
  kSignal,
};

struct PermitRequest {
  Disruption what = Disruption::kStop;
  std::optional<Duration> stop_timeout{};  // a minimum: a longer one of the container wins
  std::string signal{};                    // of kSignal
  // Containers that the same operation disrupts as well: they may use the network of this one.
  std::vector<std::string> along{};
  bool restarts_network_users = false;  // the caller restarts whatever uses its network
};

class Permit {
 public:
  const std::string& id() const { return id_; }  // stays valid when another container takes the name
  const std::string& name() const { return name_; }
  // The stop timeout that will apply; zero when the container is not running.
  Duration grace() const { return grace_; }
  // How much longer this is than the time the caller planned for.
  Duration beyond(Duration planned) const { return grace_ > planned ? grace_ - planned : Duration::zero(); }
  // The stop timeout to request; nullopt: the container's own.
  const std::optional<Duration>& longer() const { return longer_; }
  // Running containers that use its network.
  const std::vector<std::string>& network_users() const { return network_users_; }

 private:
  friend Result<Permit> permit(const Engine&, const std::string&, const PermitRequest&, Deadline);
  Permit() = default;

  std::string id_;
  std::string name_;
  Duration grace_{};
  std::optional<Duration> longer_;
  std::vector<std::string> network_users_;
};

// The stop timeout of a container without one of its own.
constexpr Duration kDefaultStopTimeout = std::chrono::seconds(10);
// A container with a longer stop timeout is not stopped automatically.
constexpr Duration kLongestStopTimeout = std::chrono::hours(1);

// Read-only. `name` is the full name or the full id; a prefix is refused. An error says why the container is
// left alone and what an operator can do.
Result<Permit> permit(const Engine& engine, const std::string& name, const PermitRequest& request,
                      Deadline deadline);

// Starts the container that was stopped with `permit`. An error if it was removed or another container has
// its name now: then it was replaced by someone else, who starts the new one.
Result<> start_again(const Engine& engine, const Permit& permit, Deadline deadline);

}  // namespace base::docker
