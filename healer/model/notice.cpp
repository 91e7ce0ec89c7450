#include "healer/model/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace healer {
namespace {

using enum Notice::Kind;

struct Meaning {
  Notice::Kind kind;
  std::string_view name;
  int weight;
};

constexpr std::array<Meaning, kNoticeKinds> kMeanings{{
    {kStarted, "started", 0},
    {kActing, "acting", 1},
    {kHealed, "healed", 1},
    {kIneffective, "ineffective", 2},
    {kExhausted, "exhausted", 3},
    {kReleased, "released", 1},
    {kAutoHealTriggered, "auto_heal_triggered", 2},
    {kAutoHealCompleted, "auto_heal_completed", 2},
    {kAutoHealFailed, "auto_heal_failed", 3},
    {kPolicyTightened, "policy_tightened", 3},
    {kPolicyRelaxed, "policy_relaxed", 1},
    {kWatchdogSilent, "watchdog_silent", 3},
    {kApprovalWanted, "approval_wanted", 3},
    {kApprovalDecided, "approval_decided", 2},
    {kRecommendation, "recommendation", 1},
    {kTaskFailed, "task_failed", 2},
    {kStorm, "storm", 3},
    {kStormOver, "storm_over", 2},
    {kHealthAudit, "health_audit", 2},
    {kWeeklyReport, "weekly_report", 2},
    {kIncidentReport, "incident_report", 1},
    {kRestartReport, "restart_report", 2},
    {kDigest, "digest", 3},
    {kTest, "test", 0},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kMeanings.size(); ++i) {
    if (static_cast<std::size_t>(kMeanings[i].kind) != i) return false;
  }
  return true;
}
static_assert(in_order(), "kMeanings has one line for each kind, in the order of the kinds");

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

std::string_view to_string(Notice::Kind kind) { return kMeanings[static_cast<std::size_t>(kind)].name; }

std::optional<Notice::Kind> parse_notice_kind(std::string_view text) {
  const auto found = std::ranges::find(kMeanings, text, &Meaning::name);
  if (found == kMeanings.end()) return std::nullopt;
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
                                    : kMeanings[static_cast<std::size_t>(notice.kind)].weight;
}

}  // namespace healer
