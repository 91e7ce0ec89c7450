#include "healer/verify/direct.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "base/http/client.h"
#include "base/os/socket.h"
#include "healer/config/target_name.h"

namespace healer::checks {
namespace {

using Verdict = CheckInput::Verdict;

struct Found {
  Verdict verdict;
  std::string detail;
};

Found look_at_container(const std::string& name, const base::docker::Engine& docker,
                        base::Deadline deadline) {
  const auto container = docker.inspect(name, deadline);
  if (!container) return {Verdict::kUnknown, container.error().message};
  if (!*container) return {Verdict::kUnhealthy, fmt::format("the engine has no container {}", name)};
  if (!(*container)->running) {
    return {Verdict::kUnhealthy, fmt::format("container {} is {}", name, (*container)->state)};
  }
  if ((*container)->health != "none" && (*container)->health != "healthy") {
    return {Verdict::kUnhealthy,
            fmt::format("container {} runs, and its health is {}", name, (*container)->health)};
  }
  return {Verdict::kHealthy, fmt::format("container {} runs", name)};
}

Found look_at_page(const DirectProbe& probe, const std::string& target, base::Deadline deadline) {
  const std::string path = actions::fill_in(probe.path, base::percent_encode(target));
  const auto answer = base::http::Client(probe.server, probe.http).get(path, deadline);
  if (!answer) return {Verdict::kUnhealthy, answer.error().message};
  const std::string where = probe.server + path.substr(0, path.find('?'));
  if (answer->status != probe.status)
    return {Verdict::kUnhealthy, fmt::format("{} answered {}, not {}", where, answer->status, probe.status)};
  return {Verdict::kHealthy, fmt::format("{} answered {}", where, answer->status)};
}

Found look_at_port(const DirectProbe& probe, base::Deadline deadline) {
  base::WaitLimit patience(deadline);
  const auto connected = base::connect_to(probe.address, patience);
  if (!connected)
    return {Verdict::kUnhealthy,
            fmt::format("connect to {}: {}", probe.address.str(), connected.error().message)};
  return {Verdict::kHealthy, fmt::format("{} accepts connections", probe.address.str())};
}

Found look(const DirectProbe& probe, const Target& target, const base::docker::Engine& docker,
           base::Deadline deadline) {
  switch (probe.kind) {
    case DirectProbe::Kind::kEngine:
      return look_at_container(target.name, docker, deadline);
    case DirectProbe::Kind::kHttp:
      return look_at_page(probe, target.name, deadline);
    case DirectProbe::Kind::kTcp:
      return look_at_port(probe, deadline);
  }
  std::unreachable();
}

}  // namespace

CheckInput confirm(CheckInput said, const CheckRequest& order, const base::docker::Engine& docker,
                   base::Deadline deadline) {
  if ((said.verdict != Verdict::kHealthy && !said.contradicts) || !order.verify.direct) return said;
  const DirectProbe& probe = *order.verify.direct;
  Found found = look(probe, order.target, docker, deadline.within(probe.timeout));
  said.detail += (said.detail.empty() ? "" : "; ") +
                 (found.verdict == Verdict::kHealthy ? "" : std::string("but ")) + found.detail;
  if (said.contradicts && found.verdict == Verdict::kHealthy) return said;
  said.contradicts = false;
  said.verdict = found.verdict;
  return said;
}

}  // namespace healer::checks
