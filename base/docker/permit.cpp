#include "base/docker/permit.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/text/duration.h"

namespace base::docker {
namespace {

constexpr std::string_view kOfContainer = "container:";

// Signals that do not end a process that does not handle them.
bool is_harmless(std::string_view signal) { return signal == "SIGWINCH" || signal == "SIGCONT"; }

// 15 and TERM are the same as SIGTERM.
bool is_stop_signal(const Container& container, std::string_view signal) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNumbers{{{"1", "SIGHUP"},
                                                                                   {"2", "SIGINT"},
                                                                                   {"3", "SIGQUIT"},
                                                                                   {"10", "SIGUSR1"},
                                                                                   {"12", "SIGUSR2"},
                                                                                   {"15", "SIGTERM"},
                                                                                   {"18", "SIGCONT"},
                                                                                   {"28", "SIGWINCH"}}};
  std::string own = container.stop_signal.empty() ? "SIGTERM" : container.stop_signal;
  for (const auto& [number, name] : kNumbers) {
    if (own == number) own = name;
  }
  if (!own.starts_with("SIG")) own = "SIG" + own;
  return own == signal;
}

bool ends_it(const Container& container, const PermitRequest& request) {
  if (request.what != Disruption::kSignal) return true;
  constexpr std::array kEnd{"SIGINT", "SIGTERM", "SIGQUIT", "SIGKILL"};
  return std::ranges::find(kEnd, request.signal) != kEnd.end() || is_stop_signal(container, request.signal);
}

bool has_processes(std::string_view state) {
  return state == "running" || state == "restarting" || state == "paused";
}

// Why the container must be left alone, as the end of "container x is left alone: …".
std::optional<std::string> objection(const Container& container, const PermitRequest& request) {
  if (container.state == "paused") {
    return fmt::format("it is paused; resume it with `docker unpause {}` first", container.name);
  }
  if (container.state == "removing" || container.state == "dead") {
    return fmt::format("it is being removed (state {})", container.state);
  }
  const bool ends = ends_it(container, request);
  if (container.auto_remove && ends) {
    return "it was created with --rm, so the engine deletes it as soon as it stops; create it again without "
           "--rm";
  }
  if (container.auto_remove && !is_harmless(request.signal)) {
    return fmt::format(
        "it was created with --rm, so the engine deletes it if {} ends it; create it again without --rm",
        request.signal);
  }
  if (ends && !container.managed_by.empty()) {
    return fmt::format("{0} manages it and replaces it when it stops; restart it through {0}",
                       container.managed_by);
  }
  if (request.what == Disruption::kSignal) return std::nullopt;
  const Duration own = container.stop_timeout.value_or(kDefaultStopTimeout);
  if (own < Duration::zero()) {
    return "its own stop timeout has no limit, so it might never stop; stop it manually";
  }
  if (own > kLongestStopTimeout) {
    return fmt::format("its own stop timeout of {} is longer than {}; stop it manually", format_duration(own),
                       format_duration(kLongestStopTimeout));
  }
  return std::nullopt;
}

// network_mode holds an id, or the name that a compose file gave.
bool uses_network_of(const Summary& summary, const Container& container) {
  std::string_view of = summary.network_mode;
  if (!of.starts_with(kOfContainer)) return false;
  of.remove_prefix(kOfContainer.size());
  if (of.starts_with('/')) of.remove_prefix(1);
  constexpr std::size_t kShortId = 12;
  return of == container.name || of == container.id ||
         (of.size() >= kShortId && container.id.starts_with(of));
}

}  // namespace

Result<Permit> permit(const Engine& engine, const std::string& name, const PermitRequest& request,
                      Deadline deadline) {
  const auto found = engine.inspect(name, deadline);
  if (!found) return std::unexpected(found.error());
  if (!*found) return fail("there is no container {}", name);
  const Container& container = **found;
  if (container.name != name && container.id != name) {
    return fail("there is no container {} (the engine resolves it as a prefix of the id of {})", name,
                container.name);
  }
  if (const auto why = objection(container, request)) {
    return fail("container {} is left alone: {}", container.name, *why);
  }
  Permit permit;
  permit.id_ = container.id;
  permit.name_ = container.name;
  if (request.what != Disruption::kSignal) {
    const Duration own = container.stop_timeout.value_or(kDefaultStopTimeout);
    if (request.stop_timeout && *request.stop_timeout > own) permit.longer_ = request.stop_timeout;
    if (has_processes(container.state)) permit.grace_ = permit.longer_.value_or(own);
  }
  // A replacement has another id, so containers that use its network lose it even if it is not running.
  const bool matters = request.what == Disruption::kReplace ||
                       (has_processes(container.state) && container.network_mode != "host");
  if (!matters || !ends_it(container, request)) return permit;
  const auto all = engine.list(deadline);
  if (!all) return std::unexpected(all.error());
  for (const Summary& each : *all) {
    if (!uses_network_of(each, container)) continue;
    if (request.what != Disruption::kReplace && !has_processes(each.state)) continue;
    permit.network_users_.push_back(each.name);
  }
  std::vector<std::string> cut_off;
  std::ranges::copy_if(permit.network_users_, std::back_inserter(cut_off), [&](const std::string& user) {
    return std::ranges::find(request.along, user) == request.along.end();
  });
  if (!cut_off.empty() && !request.restarts_network_users) {
    return fail("container {0} is left alone: {1} would lose the network of {0}; restart them together",
                container.name, fmt::join(cut_off, ", "));
  }
  return permit;
}

Result<> start_again(const Engine& engine, const Permit& permit, Deadline deadline) {
  const auto now = engine.inspect(permit.name(), deadline);
  // If the lookup fails, the container is started anyway: it must not stay stopped.
  if (now && !*now) return fail("container {} was removed after it was stopped", permit.name());
  if (now && (*now)->id != permit.id()) {
    return fail("another container took the name {} after the stop; the stopped container is not started",
                permit.name());
  }
  return engine.start(permit.id(), deadline);
}

}  // namespace base::docker
