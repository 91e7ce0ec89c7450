#include "healer/engine/policy/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "healer/state/alert_store.h"

namespace healer::policy {

bool is_heartbeat(const Alert& alert, const HeartbeatConfig& config) {
  return is_watchdog(alert) && std::ranges::all_of(config.labels, [&alert](const auto& label) {
           return alert.label(label.first) == label.second;
         });
}

void Chain::take(RulesInput input, base::MonoTime now) {
  Ruler& ruler = rulers_[input.ruler];
  ruler.error = input.error;
  if (!input.error.empty() || input.state == nullptr) return;
  if (ruler.answered && input.asked_at < ruler.newest.asked_at) return;
  ruler.answered = now;
  std::map<std::string, Ruler::Progress> groups;
  for (const LoadedRule& rule : input.state->rules()) {
    Ruler::Progress& progress = groups[rule.file + ";" + rule.group];
    progress.evaluated_at = std::max(progress.evaluated_at, rule.evaluated_at);
    progress.since = now;
  }
  for (auto& [name, progress] : groups) {
    const auto before = ruler.groups.find(name);
    if (before != ruler.groups.end() && before->second.evaluated_at == progress.evaluated_at)
      progress.since = before->second.since;
  }
  ruler.groups = std::move(groups);
  ruler.newest = std::move(input);
}

void Chain::take(const AlertsInput& input, const HeartbeatConfig& config, base::MonoTime now) {
  if (input.truncated) truncated_ = now;
  if (input.unwritten) return;
  if (input.whole) {
    heartbeats_.clear();
    unasking_.clear();
    if (truncated_ && input.asked_at >= *truncated_) truncated_.reset();
  }
  for (const Alert& alert : input.alerts) {
    if (is_heartbeat(alert, config)) {
      if (alert.firing) {
        heartbeats_[alert.fingerprint] = {parse_policy(alert.label("policy"))};
      } else {
        heartbeats_.erase(alert.fingerprint);
      }
    } else if (input.whole && !is_watchdog(alert) && alert.label("policy").empty()) {
      unasking_.push_back(alert);
    }
  }
}

bool Chain::has_answers(const Config& config) const {
  return std::ranges::all_of(config.rulers, [this](const RulerConfig& ruler) {
    const auto found = rulers_.find(ruler.name);
    return found != rulers_.end() && found->second.answered;
  });
}

bool Chain::knows(std::string_view alertname) const {
  return std::ranges::any_of(rulers_, [alertname](const auto& ruler) {
    return ruler.second.answered && ruler.second.newest.state->knows(alertname);
  });
}

std::vector<std::shared_ptr<const RulerState>> Chain::states() const {
  std::vector<std::shared_ptr<const RulerState>> all;
  for (const auto& [name, ruler] : rulers_) {
    if (ruler.answered) all.push_back(ruler.newest.state);
  }
  return all;
}

base::Result<std::vector<Fact>> Chain::release(const Verdict& verdict, std::string_view cause) {
  std::vector<Fact> facts;
  std::set<std::string> there;
  const auto is_meant = [&](const std::string& what) {
    there.insert(what);
    const std::string_view short_name = std::string_view(what).substr(0, what.find(':'));
    const std::string_view name = short_name.substr(std::min(short_name.size(), short_name.find(' ') + 1));
    return cause == what || cause == short_name || cause == name;
  };
  for (const auto& [what, fact] : verdict.releasable) {
    if (is_meant(what)) facts.push_back(fact);
  }
  for (const auto& [what, unproven] : verdict.unproven) {
    if (!is_meant(what)) continue;
    for (const std::string& key : unproven.keys)
      facts.emplace_back(CauseEnded{.key = key, .how = CauseEnded::How::kReleased});
  }
  if (!facts.empty()) return facts;
  if (there.empty())
    return base::fail("no cause can be released: an alert that fires is a cause until it ends");
  return base::fail("unknown cause \"{}\"; causes that can be released: {}", cause, fmt::join(there, "; "));
}

}  // namespace healer::policy
