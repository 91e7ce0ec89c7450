// What the healer did, from its journal, read record by record.
#include <algorithm>
#include <map>

#include "base/text/duration.h"
#include "healer/reports/data/gather.h"
#include "healer/state/incident.h"

namespace healer::reports {
namespace {

constexpr std::size_t kMostActs = 20;

class Reader {
 public:
  explicit Reader(Window window) : window_(window) {}

  void take(const Entry& entry) {
    at_ = entry.record.at;
    seq_ = entry.seq;
    if (!begins_) begins_ = at_;
    std::visit([this](const auto& fact) { take(fact); }, entry.record.fact);
  }

  Healing finish() {
    stand_until(window_.to);
    for (auto& [number, incident] : open_) {
      if (in_window(incident)) keep(std::move(incident));
    }
    std::ranges::stable_sort(healing_.incidents, {}, &IncidentLine::opened_at);
    std::ranges::sort(healing_.times_to_heal);
    if (begins_ && *begins_ > window_.from) healing_.begins = begins_;
    for (auto& [name, task] : task_lines_) healing_.tasks.push_back(std::move(task));
    for (auto& [id, approval] : approvals_) healing_.approvals.push_back(std::move(approval));
    std::ranges::stable_sort(healing_.approvals, {}, &ApprovalLine::asked_at);
    return std::move(healing_);
  }
  std::optional<base::WallTime> begins() const { return begins_; }

 private:
  bool within() const { return at_ >= window_.from && at_ < window_.to; }
  bool in_window(const IncidentLine& incident) const {
    return incident.opened_at < window_.to && (!incident.closed_at || *incident.closed_at >= window_.from);
  }

  template <class Fact>
  void take(const Fact&) {}  // not part of a weekly report

  void take(const AlertRefused& fact) {
    if (within()) ++healing_.refusals[std::string(to_string(fact.refusal))];
  }
  void take(const IncidentOpened& fact) {
    if (at_ >= window_.to) return;
    if (fact.target.kind == kTask) {
      tasks_[seq_] = fact.target.name;
      return;
    }
    open_[seq_] = {.id = incident_id(seq_),
                   .state = std::string(to_string(State::kAccepted)),
                   .playbook = fact.playbook,
                   .target = fact.target.name,
                   .subsystem = fact.subsystem,
                   .severity = fact.severity,
                   .kind = fact.target.kind,
                   .alerts = {fact.alert_name},
                   .alert_starts_at = fact.alert_starts_at,
                   .opened_at = at_,
                   .closed_at = {},
                   .acts = {},
                   .refusals = {}};
  }
  void take(const AlertJoined& fact) {
    const auto found = open_.find(fact.incident);
    if (found == open_.end() || at_ >= window_.to) return;
    auto& alerts = found->second.alerts;
    if (std::ranges::find(alerts, fact.alert_name) == alerts.end()) alerts.push_back(fact.alert_name);
  }
  void take(const IncidentMoved& fact) {
    if (fact.refusal && within()) ++healing_.refusals[std::string(to_string(*fact.refusal))];
    if (at_ < window_.to && !is_open(fact.to)) {
      std::erase_if(approvals_, [id = incident_id(fact.incident)](const auto& approval) {
        return approval.second.incident == id;
      });
    }
    const auto found = open_.find(fact.incident);
    if (found == open_.end() || at_ >= window_.to) return;
    IncidentLine& incident = found->second;
    incident.state = std::string(to_string(fact.to));
    if (fact.refusal) {
      const std::string reason(to_string(*fact.refusal));
      if (std::ranges::find(incident.refusals, reason) == incident.refusals.end())
        incident.refusals.push_back(reason);
    }
    if (is_open(fact.to)) return;
    incident.closed_at = at_;
    if (in_window(incident)) {
      if (fact.to == State::kHealed && incident.alert_starts_at <= at_) {
        healing_.times_to_heal.push_back(at_ - incident.alert_starts_at);
      }
      keep(std::move(incident));
    }
    open_.erase(found);
  }
  void take(const ActionIntended& fact) {
    if (const auto task = tasks_.find(fact.incident); task != tasks_.end()) {
      if (!within()) return;
      ++healing_.task_runs;
      TaskLine& line = task_lines_[task->second];
      line.name = task->second;
      line.last_run = at_;
      ++line.runs;
      return;
    }
    if (within()) actions_[fact.action_id] = fact.action;
    const auto found = open_.find(fact.incident);
    if (found == open_.end() || at_ >= window_.to) return;
    if (found->second.acts.size() < kMostActs) found->second.acts.push_back({fact.description, ""});
  }
  void take(const ActionFinished& fact) {
    const std::string outcome(to_string(fact.outcome));
    if (const auto task = tasks_.find(fact.incident); task != tasks_.end()) {
      const auto line = task_lines_.find(task->second);
      if (!within() || line == task_lines_.end()) return;
      line->second.failing = fact.outcome != ActionFinished::Outcome::kSuccess;
      if (!line->second.failing) return;
      ++line->second.failures;
      line->second.detail = fact.detail;
      return;
    }
    if (const auto intended = actions_.find(fact.action_id); intended != actions_.end()) {
      ++healing_.actions[{intended->second, outcome}];
      actions_.erase(intended);
    }
    const auto found = open_.find(fact.incident);
    if (found == open_.end() || at_ >= window_.to || found->second.acts.empty()) return;
    auto& last = found->second.acts.back();
    if (last.outcome.empty()) last.outcome = outcome;
  }
  void take(const ApprovalAsked& fact) {
    if (at_ >= window_.to) return;
    approvals_[fact.approval] = {.id = fact.approval,
                                 .incident = incident_id(fact.incident),
                                 .description = fact.description,
                                 .asked_at = at_};
  }
  void take(const ApprovalAnswered& fact) {
    if (at_ < window_.to) approvals_.erase(fact.approval);
  }
  void take(const PolicyMoved& fact) {
    stand_until(at_);
    policy_ = fact.to;
  }
  void take(const OperatorActed& fact) {
    if (!within()) return;
    OperatorLine line{
        .at = at_, .what = std::string(to_string(fact.verb)), .who = fact.who, .reason = fact.reason};
    std::ranges::replace(line.what, '_', ' ');
    if (fact.verb == OperatorActed::Verb::kHoldPolicy)
      line.what += fmt::format(" {}", to_string(fact.policy));
    if (fact.verb == OperatorActed::Verb::kRelease) line.what += " " + incident_id(fact.incident);
    if (fact.length > base::Duration::zero()) line.what += " for " + base::format_duration(fact.length);
    healing_.operators.push_back(std::move(line));
  }
  void take(const JournalFailed&) { healing_.journal_failures += within() ? 1 : 0; }

  // Adds the time up to `time` to the policy in force.
  void stand_until(base::WallTime time) {
    const base::WallTime from = std::max(policy_since_, window_.from);
    const base::WallTime to = std::min(time, window_.to);
    if (policy_ && to > from) healing_.policy_times[std::string(to_string(*policy_))] += to - from;
    policy_since_ = std::max(time, policy_since_);
  }

  void keep(IncidentLine incident) {
    ++healing_.outcomes[incident.state];
    healing_.incidents.push_back(std::move(incident));
  }

  Window window_;
  Healing healing_;
  base::WallTime at_{};
  std::uint64_t seq_ = 0;
  std::map<std::uint64_t, IncidentLine> open_;
  std::map<std::uint64_t, std::string> tasks_;  // incidents of tasks, and their tasks
  std::map<std::string, TaskLine> task_lines_;
  std::map<std::string, ApprovalLine> approvals_;  // without an answer
  std::optional<base::WallTime> begins_;
  std::map<std::string, std::string> actions_;  // started and not finished: id, name
  std::optional<Policy> policy_;
  base::WallTime policy_since_{};
};

}  // namespace

Known<Healing> gather_healing(const ReadJournal& journal, Window window) {
  Reader reader(window);
  const auto read = journal([&](const Entry& entry) { reader.take(entry); });
  if (!read)
    return Known<Healing>::unknown(fmt::format("the journal could not be read ({})", read.error().message));
  if (!reader.begins()) return Known<Healing>::unknown("the journal has no records");
  if (*reader.begins() >= window.to) return Known<Healing>::unknown("the journal begins after the window");
  return reader.finish();
}

}  // namespace healer::reports
