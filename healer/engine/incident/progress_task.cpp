// What operators learn about the runs of tasks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "healer/engine/incident/stride.h"
#include "healer/engine/incident/task_checks.h"

namespace healer {
namespace {

// Why its newest run failed; "" if none has.
std::string newest_failure(const Incident& incident) {
  for (const TimelineEntry& entry : incident.timeline | std::views::reverse) {
    if (entry.what == "action_failed" || entry.what == "interrupted") return entry.detail;
  }
  return "";
}

}  // namespace

void IncidentStateMachine::report_task(const ActionInput& outcome) {
  const std::string& task = incident_.target.name;
  const bool audit = outcome.written && outcome.written->what == Written::What::kHealthAudit;
  if (outcome.written && !audit) report_written(*outcome.written);
  if (!outcome.ok) return;  // it is tried again first
  Notice::Pairs fields = audit ? notice_of(*outcome.written).fields : Notice::Pairs();
  const std::vector<std::string> failed = failed_checks(outcome.findings.list);
  const auto before = history_.found().find(outcome.findings.suite);
  const std::vector<std::string> failed_before =
      before == history_.found().end() ? std::vector<std::string>() : failed_checks(before->second.list);
  if (!failed.empty()) {
    // The same result again is no news.
    if (failed == failed_before) return;
    return notice(audit ? Notice::Kind::kHealthAuditFailed : Notice::Kind::kValidationFailed,
                  fmt::format("{} failed: {}", task, fmt::join(failed, ", ")), outcome.detail,
                  std::move(fields));
  }
  const auto runs = history_.tasks().find(task);
  const bool failing = runs != history_.tasks().end() && runs->second.failing;
  if (failing || !failed_before.empty()) {
    return notice(Notice::Kind::kTaskRecovered, task + (failing ? " works again" : " passes again"),
                  outcome.detail, std::move(fields));
  }
  if (outcome.written && !audit) return;
  notice(audit ? Notice::Kind::kHealthAudit : Notice::Kind::kTaskDone, task + " is done", outcome.detail,
         std::move(fields));
}

void IncidentStateMachine::give_up_task(const Spent& spent) {
  const std::string& task = incident_.target.name;
  const std::string failure = newest_failure(incident_);
  const std::string why = failure.empty() ? spent.why : failure;
  const auto runs = history_.tasks().find(task);
  const bool reported = runs != history_.tasks().end() && runs->second.failing;
  move(State::kFailed, why, spent.reason);
  if (reported) return;
  notice(Notice::Kind::kTaskFailed, fmt::format("{} failed: {}", task, why),
         failure.empty() ? "" : fmt::format("{}; it runs again when it is due.", spent.why));
}

}  // namespace healer
