// A notice to operators or to another program.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/model.h"

namespace healer {

// Delivered at least once, in order for each notifier. Sending never blocks.
struct Notice {
  // The closed list that is also `templates:` in healer.yml and `kind` in a webhook's document.
  enum class Kind {
    kStarted,
    kActing,
    kHealed,
    kIneffective,
    kExhausted,
    kReleased,
    kAutoHealTriggered,
    kAutoHealCompleted,
    kAutoHealFailed,
    kPolicyTightened,
    kPolicyRelaxed,
    kWatchdogSilent,
    kApprovalWanted,  // links: approve, reject
    kApprovalDecided,
    kRecommendation,
    kTaskFailed,
    kTaskRecovered,
    kTaskDone,
    kStorm,
    kStormOver,
    kHealthAudit,
    kHealthAuditFailed,
    kValidationFailed,
    kWeeklyReport,
    kIncidentReport,
    kRestartReport,
    kDigest,  // many notices in one
    kTest
  };
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  Kind kind{};
  std::string incident = {};  // INC-17; may be empty
  std::string subsystem = {};
  std::string severity = {};           // low | medium | high | critical; empty: that of the kind
  std::string title = {};              // one sentence
  std::string detail = {};             // may be empty; one line, also with text from outside
  std::vector<std::string> more = {};  // the further lines of the detail
  Pairs fields = {};                   // name → value, in display order; the kind's fields and any others
  Pairs links = {};      // name → URL. May contain a signed token: sent to operators, never logged
  std::string key = {};  // the same key within a short time means the same notice; empty: never
  base::WallTime at{};
  // What it is about, for the lines below its text and for the filters of a notifier; each may be empty.
  std::string container = {};
  std::string playbook = {};
  std::string action = {};
  std::string next_step = {};  // what the operator has to do; empty: as the kind says

  // The detail with its further lines.
  std::string whole_detail() const;
  // The value of the field; "" when there is none.
  std::string_view field(std::string_view name) const;
  bool operator==(const Notice&) const = default;
};

inline constexpr std::size_t kNoticeKinds = static_cast<std::size_t>(Notice::Kind::kTest) + 1;

// A row of the table in notice.cpp.
struct NoticeKind {
  Notice::Kind kind;
  std::string_view name;
  int weight;               // 0 low to 3 critical, of a notice without a severity
  std::string_view fields;  // additional fields of this kind, separated by spaces
  // The message unless `templates:` of healer.yml has another one; healer/notify/template.h has its format.
  std::string_view default_template;
};
const NoticeKind& about(Notice::Kind kind);

// The same with these lines as its detail.
Notice with_lines(Notice notice, std::vector<std::string> lines);

// The notice of a report that a task wrote: kind, title and fields.
Notice notice_of(const Written& report);

// What the operator has to do: its own next step, or that of its kind. Never empty.
std::string next_step_of(const Notice& notice);

// Notices about tasks are sent by the `tasks` setting of a notifier. Of a routine one nothing went wrong.
enum class TaskNotice { kNone, kRoutine, kFailure };
TaskNotice task_notice(Notice::Kind kind);

std::string_view to_string(Notice::Kind kind);
std::optional<Notice::Kind> parse_notice_kind(std::string_view text);

// The importance of a notice when not all can be kept or shown: 0 low to 3 critical, by its severity or its
// kind.
int weight(const Notice& notice);

}  // namespace healer
