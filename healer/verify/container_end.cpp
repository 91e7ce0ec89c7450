#include "healer/verify/container_end.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace healer::checks {
namespace {

using base::docker::Container;

constexpr base::Duration kSettle = std::chrono::seconds(3);
constexpr std::int64_t kRestartsOfALoop = 5;
constexpr std::size_t kLogEvents = 5;

bool has_exited(const Container& container) {
  return container.state == "exited" || container.state == "dead";
}

bool loops(const Container& container) {
  return container.state == "restarting" && container.restart_count >= kRestartsOfALoop;
}

// Not while the restart policy may still start it.
bool is_settled(const Container& container, base::WallTime now) {
  return has_exited(container) && container.finished && now - *container.finished >= kSettle;
}

std::string how_it_ended(const Container& container) {
  const std::string_view why = container.oom_killed ? " (out of memory)" : "";
  if (container.state == "restarting") {
    return fmt::format("container {} ends again and again: {} restarts, exit code {}{}", container.name,
                       container.restart_count, container.exit_code, why);
  }
  return fmt::format("container {} exited with code {}{}", container.name, container.exit_code, why);
}

}  // namespace

CheckInput add_container_end(CheckInput said, const CheckRequest& order, const base::docker::Engine& docker,
                             const Exporter& exporter, const base::Clock& clock, base::Deadline deadline) {
  if (said.verdict == CheckInput::Verdict::kHealthy || !order.should_run) return said;
  const auto container = docker.inspect(order.target.name, deadline);
  if (!container || !*container) return said;
  if (!has_exited(**container) && !loops(**container)) return said;
  said.verdict = CheckInput::Verdict::kUnhealthy;
  said.contradicts = false;
  said.pending = false;
  said.exit_code = (*container)->exit_code;
  said.detail = how_it_ended(**container);
  said.ended = loops(**container) || is_settled(**container, clock.now().wall);
  if (!said.ended) return said;
  if (const auto events = exporter.last_log_events(order.target.name, kLogEvents, deadline))
    said.last_log_lines = fmt::format("{}", fmt::join(*events, "\n"));
  return said;
}

}  // namespace healer::checks
