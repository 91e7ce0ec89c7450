// Whether a container may be stopped, restarted, replaced or sent a signal. Engine::stop, restart and kill
// take a Permit, and only permit() makes one: no caller can leave these checks out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/docker.h"
#include "base/result.h"

namespace base::docker {

enum class Disruption {
  kStop,
  kRestart,
  kReplace,  // stopped, and another one made in its place
  kSignal,
};

struct PermitRequest {
  Disruption what = Disruption::kStop;
  std::optional<Duration> stop_timeout{};  // at least so long; a longer one of the container's own counts
  std::string signal{};                    // of kSignal
  // Containers that the same operation disrupts as well: they may use the network of this one.
  std::vector<std::string> along{};
  bool restarts_network_users = false;  // the caller restarts whatever uses its network
};

class Permit {
 public:
  const std::string& id() const { return id_; }  // what may be disrupted, also when the name has moved on
  const std::string& name() const { return name_; }
  // How long the engine waits for it to end before it kills it; zero when it does not run.
  Duration grace() const { return grace_; }
  // How much longer than the caller has planned with.
  Duration beyond(Duration planned) const { return grace_ > planned ? grace_ - planned : Duration::zero(); }
  // The stop timeout to ask for; nullopt: the container's own.
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

// The stop timeout of a container that has none of its own.
constexpr Duration kDefaultStopTimeout = std::chrono::seconds(10);
// One that takes longer is not stopped by a program.
constexpr Duration kLongestStopTimeout = std::chrono::hours(1);

// Looks, and changes nothing. `name` is the container's whole name or its whole id: never one that merely
// begins with it. An error says why it is left alone, and what an operator can do about it.
Result<Permit> permit(const Engine& engine, const std::string& name, const PermitRequest& request,
                      Deadline deadline);

// Starts what was stopped with `permit`, unless it was removed or another container has its name by now: then
// whoever replaced it starts it.
Result<> start_again(const Engine& engine, const Permit& permit, Deadline deadline);

}  // namespace base::docker
