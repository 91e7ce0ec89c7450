#include "healer/model/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace healer {
namespace {

using enum Notice::Kind;

constexpr std::array<NoticeKind, kNoticeKinds> kKinds{{
    {kStarted, "started", 0, "", "🩺 **{stack} - Healer Started**\n{title}\n{detail}\n{fields}"},
    {kActing, "acting", 1, "", "🔧 **{stack} - Healing**\n{title}\n{detail}\n{fields}"},
    {kHealed, "healed", 1, "report", "✅ **{stack} - Healed**\n{title}\n{detail}\n{fields}"},
    {kIneffective, "ineffective", 2, "",
     "⚠️ **{stack} - Healing Without Effect**\n{title}\n{detail}\n{fields}"},
    {kExhausted, "exhausted", 3, "report",
     "🛑 **{stack} - Healing Exhausted**\n{title}\n{detail}\n{fields}\n"
     "Operator action required; then release the incident."},
    {kReleased, "released", 1, "report", "👤 **{stack} - Incident Released**\n{title}\n{detail}\n{fields}"},
    {kAutoHealTriggered, "auto_heal_triggered", 2,
     "reason critical_events errors warnings container_restarts container action next_step",
     "🚨 **{stack} - Auto-Heal Triggered**\n\n**Reason:** {reason}\n**Critical Events:** {critical_events}\n"
     "**Errors:** {errors}\n**Container Restarts:** {container_restarts}\n\nAuto-heal process initiated.\n\n"
     "Container: {container}\nAction: {action}\nIncident: {incident}\nNext: {next_step}\nStack: {stack}"},
    {kAutoHealCompleted, "auto_heal_completed", 2, "report",
     "✅ Auto-heal completed successfully\n{title}\n{detail}\nFull report: {report}"},
    {kAutoHealFailed, "auto_heal_failed", 3, "report",
     "❌ Auto-heal failed\n{title}\n{detail}\nOperator action required; then release the incident.\n"
     "Full report: {report}"},
    {kPolicyTightened, "policy_tightened", 3, "",
     "🔒 **{stack} - Trading Policy Tightened**\n{title}\n{detail}\n{fields}"},
    {kPolicyRelaxed, "policy_relaxed", 1, "",
     "🔓 **{stack} - Trading Policy Relaxed**\n{title}\n{detail}\n{fields}"},
    {kWatchdogSilent, "watchdog_silent", 3, "",
     "🔇 **{stack} - Monitoring Is Silent**\n{title}\n{detail}\n{fields}"},
    {kApprovalWanted, "approval_wanted", 3, "",
     "✋ **{stack} - Approval Required**\n{title}\n{detail}\n{fields}"},
    {kApprovalDecided, "approval_decided", 2, "",
     "👤 **{stack} - Approval Decided**\n{title}\n{detail}\n{fields}"},
    {kRecommendation, "recommendation", 1, "",
     "💡 **{stack} - Recommendation**\n{title}\n{detail}\n{fields}"},
    {kTaskFailed, "task_failed", 2, "task", "⚠️ **{stack} - Task Failed**\n{title}\n{detail}"},
    {kTaskRecovered, "task_recovered", 1, "task", "✅ **{stack} - Task Works Again**\n{title}\n{detail}"},
    {kTaskDone, "task_done", 0, "task", "🧹 **{stack} - Task Done**\n{title}\n{detail}"},
    {kStorm, "storm", 3, "", "🌩️ **{stack} - Storm**\n{title}\n{detail}\n{fields}"},
    {kStormOver, "storm_over", 2, "", "🌤️ **{stack} - Storm Over**\n{title}\n{detail}\n{fields}"},
    {kHealthAudit, "health_audit", 0, "date status report",
     "🩺 **{stack} - Health Audit**\nDate: {date}\nStatus: {status}\n{detail}\n\nFull report: {report}"},
    {kHealthAuditFailed, "health_audit_failed", 3, "date status report task",
     "⚠️ SYSTEM HEALTH CHECK FAILED - Manual review required\n**{stack}**\nDate: {date}\nStatus: {status}\n"
     "{title}\n{detail}\n\nFull report: {report}"},
    {kValidationFailed, "validation_failed", 2, "task",
     "❌ **{stack} - Validation Failed**\n{title}\n{detail}"},
    {kWeeklyReport, "weekly_report", 2, "date status report",
     "**{stack} - Weekly Health Check**\nDate: {date}\nStatus: {status}\n{detail}\n\nFull report: {report}"},
    {kIncidentReport, "incident_report", 1, "report",
     "📄 **{stack} - Incident Report**\n{title}\n{detail}\n\nFull report: {report}"},
    {kRestartReport, "restart_report", 2, "date status report",
     "🔁 **{stack} - Full Restart**\nDate: {date}\nStatus: {status}\n{detail}\n\nFull report: {report}"},
    {kDigest, "digest", 3, "", "🌩️ **{stack} - Many Notices**\n{title}\n{detail}\n{fields}"},
    {kTest, "test", 0, "", "🔔 **{stack} - Test**\n{title}\n{detail}\n{fields}"},
}};

constexpr bool complete() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const NoticeKind& row = kKinds[i];
    if (static_cast<std::size_t>(row.kind) != i || row.name.empty() || row.default_template.empty())
      return false;
  }
  return true;
}
static_assert(complete(), "kKinds has a whole row for each kind, in the order of the kinds");

constexpr std::string_view kNothing = "No action needed.";

// A command that starts its playbook now.
std::string run_command(const Notice& notice) {
  if (notice.playbook.empty()) return "salusctl run PLAYBOOK --wait";
  return fmt::format("salusctl run {}{}{} --wait", notice.playbook,
                     notice.container.empty() ? "" : " --target=", notice.container);
}

std::string look_into(const Notice& notice) {
  return notice.incident.empty() ? "salusctl incidents" : "salusctl incident " + notice.incident;
}

constexpr std::array<std::string_view, 4> kSeverities{"low", "medium", "high", "critical"};

}  // namespace

std::string Notice::whole_detail() const {
  std::string lines = detail;
  for (const std::string& line : more) lines += "\n" + line;
  return lines;
}

Notice with_lines(Notice notice, std::vector<std::string> lines) {
  if (lines.empty()) return notice;
  notice.detail = std::move(lines.front());
  notice.more.assign(std::make_move_iterator(lines.begin() + 1), std::make_move_iterator(lines.end()));
  return notice;
}

std::string_view Notice::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::string next_step_of(const Notice& notice) {
  if (!notice.next_step.empty()) return notice.next_step;
  switch (notice.kind) {
    case kActing:
    case kAutoHealTriggered:
      return "No action needed: the healer verifies the result and reports it.";
    case kIneffective:
      return "No action needed yet: the healer continues with its playbook.";
    case kExhausted:
    case kAutoHealFailed:
      return fmt::format("Find the cause ({}) and fix it; then: salusctl release {} --reason TEXT",
                         look_into(notice), notice.incident.empty() ? "INCIDENT" : notice.incident);
    case kPolicyTightened:
      return "Check the causes: salusctl policy";
    case kWatchdogSilent:
      return "Check that Prometheus and Alertmanager run and reach the healer: salusctl policy";
    case kApprovalWanted: {
      const std::string id(notice.field("approval"));
      return fmt::format("Decide: salusctl approve {0} or salusctl reject {0}", id.empty() ? "ID" : id);
    }
    case kRecommendation:
      return "Decide whether to run it: " + run_command(notice);
    case kTaskFailed:
      return fmt::format("Fix the cause. The task runs again when it is due, or now: {}",
                         run_command(notice));
    case kHealthAuditFailed:
    case kValidationFailed:
      return "Fix what failed, then check again: " + run_command(notice);
    case kApprovalDecided:
      return "No action needed: an approved action starts by itself.";
    case kStorm:
      return "Check what the containers have in common: host, network, storage, a dependency.";
    case kWeeklyReport:
    case kRestartReport:
      return notice.field("status").starts_with("✅") ? std::string(kNothing)
                                                      : "Read the report and fix what failed.";
    case kIncidentReport:
      return "Read the report: nothing heals this automatically.";
    case kDigest:
      return "Check the open incidents: salusctl incidents";
    default:
      return std::string(kNothing);
  }
}

TaskNotice task_notice(Notice::Kind kind) {
  switch (kind) {
    case kTaskDone:
    case kHealthAudit:
      return TaskNotice::kRoutine;
    case kTaskFailed:
    case kTaskRecovered:
    case kHealthAuditFailed:
    case kValidationFailed:
      return TaskNotice::kFailure;
    default:
      return TaskNotice::kNone;
  }
}

const NoticeKind& about(Notice::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string_view to_string(Notice::Kind kind) { return about(kind).name; }

std::optional<Notice::Kind> parse_notice_kind(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text, &NoticeKind::name);
  if (found == kKinds.end()) return std::nullopt;
  return found->kind;
}

Notice notice_of(const Written& report) {
  Notice notice;
  std::string_view name;
  switch (report.what) {
    case Written::What::kWeeklyReport:
      notice.kind = kWeeklyReport;
      name = "Weekly Health Check";
      break;
    case Written::What::kHealthAudit:
      notice.kind = kHealthAudit;
      name = "Health Audit";
      break;
    case Written::What::kRestartReport:
      notice.kind = kRestartReport;
      name = "Full Restart";
      break;
  }
  notice.title = fmt::format("{}: {}", name, report.status);
  notice.fields = {{"date", report.date}, {"status", report.status}, {"report", report.path}};
  return notice;
}

int weight(const Notice& notice) {
  const auto found = std::ranges::find(kSeverities, notice.severity);
  return found != kSeverities.end() ? static_cast<int>(found - kSeverities.begin())
                                    : about(notice.kind).weight;
}

}  // namespace healer
