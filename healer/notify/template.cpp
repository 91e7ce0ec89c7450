#include "healer/notify/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace healer::notify {
namespace {

using enum Notice::Kind;

constexpr std::array<std::string_view, 10> kEveryNotice{
    "stack", "kind", "incident", "subsystem", "severity", "title", "detail", "fields", "date", "time"};

struct Words {
  Notice::Kind kind;
  std::string_view fields;  // additional fields of this kind, separated by spaces
  std::string_view text;
};

constexpr std::array<Words, kNoticeKinds> kWords{{
    {kStarted, "", "🩺 **{stack} - Healer Started**\n{title}\n{detail}\n{fields}"},
    {kActing, "", "🔧 **{stack} - Healing**\n{title}\n{detail}\n{fields}"},
    {kHealed, "report", "✅ **{stack} - Healed**\n{title}\n{detail}\n{fields}"},
    {kIneffective, "", "⚠️ **{stack} - Healing Without Effect**\n{title}\n{detail}\n{fields}"},
    {kExhausted, "report",
     "🛑 **{stack} - Healing Exhausted**\n{title}\n{detail}\n{fields}\n"
     "Operator action required; then release the incident."},
    {kReleased, "report", "👤 **{stack} - Incident Released**\n{title}\n{detail}\n{fields}"},
    {kAutoHealTriggered, "reason critical_events errors warnings container_restarts",
     "🚨 **{stack} - Auto-Heal Triggered**\n{reason}\nCritical Events: {critical_events}\nErrors: {errors}\n"
     "Warnings: {warnings}\nContainer Restarts: {container_restarts}\nAuto-heal process initiated."},
    {kAutoHealCompleted, "report",
     "✅ Auto-heal completed successfully\n{title}\n{detail}\nFull report: {report}"},
    {kAutoHealFailed, "report",
     "❌ Auto-heal failed\n{title}\n{detail}\nOperator action required; then release the incident.\n"
     "Full report: {report}"},
    {kPolicyTightened, "", "🔒 **{stack} - Trading Policy Tightened**\n{title}\n{detail}\n{fields}"},
    {kPolicyRelaxed, "", "🔓 **{stack} - Trading Policy Relaxed**\n{title}\n{detail}\n{fields}"},
    {kWatchdogSilent, "", "🔇 **{stack} - Monitoring Is Silent**\n{title}\n{detail}\n{fields}"},
    {kApprovalWanted, "", "✋ **{stack} - Approval Required**\n{title}\n{detail}\n{fields}"},
    {kApprovalDecided, "", "👤 **{stack} - Approval Decided**\n{title}\n{detail}\n{fields}"},
    {kRecommendation, "", "💡 **{stack} - Recommendation**\n{title}\n{detail}\n{fields}"},
    {kTaskFailed, "task", "⚠️ **{stack} - Task Failed**\n{title}\n{detail}"},
    {kStorm, "", "🌩️ **{stack} - Storm**\n{title}\n{detail}\n{fields}"},
    {kStormOver, "", "🌤️ **{stack} - Storm Over**\n{title}\n{detail}\n{fields}"},
    {kHealthAudit, "date status report",
     "🩺 **{stack} - Health Audit**\nDate: {date}\nStatus: {status}\n{detail}\n\nFull report: {report}"},
    {kWeeklyReport, "date status report",
     "**{stack} - Weekly Health Check**\nDate: {date}\nStatus: {status}\n{detail}\n\nFull report: {report}"},
    {kIncidentReport, "report",
     "📄 **{stack} - Incident Report**\n{title}\n{detail}\n\nFull report: {report}"},
    {kRestartReport, "date status report",
     "🔁 **{stack} - Full Restart**\nDate: {date}\nStatus: {status}\n{detail}\n\nFull report: {report}"},
    {kDigest, "", "🌩️ **{stack} - Many Notices**\n{title}\n{detail}\n{fields}"},
    {kTest, "", "🔔 **{stack} - Test**\n{title}\n{detail}\n{fields}"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (static_cast<std::size_t>(kWords[i].kind) != i) return false;
  }
  return true;
}
static_assert(in_order(), "kWords has one line for each kind, in the order of the kinds");

const Words& words_of(Notice::Kind kind) { return kWords[static_cast<std::size_t>(kind)]; }

std::string all_fields(const Notice& notice) {
  std::string text;
  for (const auto& [name, value] : notice.fields) {
    if (!value.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", name, value);
  }
  return text;
}

std::string value_of(std::string_view name, const Notice& notice, std::string_view stack) {
  // The notice's own field has precedence: a report's date is not the day on which it is sent.
  if (const std::string_view own = notice.field(name); !own.empty()) return std::string(own);
  if (name == "stack") return std::string(stack);
  if (name == "kind") return std::string(to_string(notice.kind));
  if (name == "incident") return notice.incident;
  if (name == "subsystem") return notice.subsystem;
  if (name == "severity") return notice.severity;
  if (name == "title") return notice.title;
  if (name == "detail") return notice.whole_detail();
  if (name == "fields") return all_fields(notice);
  if (name == "date") return base::rfc3339(notice.at).substr(0, 10);
  if (name == "time") return base::rfc3339(notice.at);
  return "";
}

// Calls `literal(characters)` and `field(name)` for the parts of `text`; stops at the first problem and
// returns it.
template <class Literal, class Field>
std::optional<std::string> walk(std::string_view text, Literal literal, Field field) {
  while (!text.empty()) {
    const auto brace = std::min(text.find_first_of("{}"), text.size());
    if (brace > 0) literal(text.substr(0, brace));
    text.remove_prefix(brace);
    if (text.starts_with("{{") || text.starts_with("}}")) {
      literal(text.substr(0, 1));
      text.remove_prefix(2);
    } else if (text.starts_with("}")) {
      return "unmatched }; write }} for a literal brace";
    } else if (text.starts_with("{")) {
      const auto end = text.find_first_of("{}\n", 1);
      if (end == std::string_view::npos || text[end] != '}')
        return "unmatched {; write {{ for a literal brace";
      field(text.substr(1, end - 1));
      text.remove_prefix(end + 1);
    }
  }
  return std::nullopt;
}

std::string with_bold(std::string_view literal, std::string_view bold) {
  std::string out;
  for (auto at = literal.find("**"); at != std::string_view::npos; at = literal.find("**")) {
    out.append(literal.substr(0, at)).append(bold);
    literal.remove_prefix(at + 2);
  }
  return out.append(literal);
}

}  // namespace

std::string_view default_template(Notice::Kind kind) { return words_of(kind).text; }

std::vector<std::string_view> template_fields(Notice::Kind kind) {
  std::vector<std::string_view> names(kEveryNotice.begin(), kEveryNotice.end());
  std::string_view own = words_of(kind).fields;
  while (!own.empty()) {
    const auto end = std::min(own.find(' '), own.size());
    if (std::ranges::find(names, own.substr(0, end)) == names.end()) names.push_back(own.substr(0, end));
    own.remove_prefix(std::min(end + 1, own.size()));
  }
  return names;
}

std::optional<std::string> template_problem(Notice::Kind kind, std::string_view text) {
  if (text.empty()) return "must not be empty";
  const auto known = template_fields(kind);
  std::optional<std::string> unknown;
  const auto look = [&](std::string_view name) {
    if (unknown || std::ranges::find(known, name) != known.end()) return;
    unknown = fmt::format("unknown field {{{}}} of {}; expected one of: {}", name, to_string(kind),
                          fmt::join(known, ", "));
  };
  const auto malformed = walk(text, [](std::string_view) {}, look);
  return malformed ? malformed : unknown;
}

std::vector<Piece> render(std::string_view text, const Notice& notice, std::string_view stack,
                          std::string_view bold) {
  std::vector<Piece> out;
  while (true) {
    const auto end = text.find('\n');
    std::vector<Piece> line;
    bool has_field = false;
    bool has_value = false;
    const auto literal = [&](std::string_view characters) {
      line.push_back({with_bold(characters, bold), true});
    };
    const auto field = [&](std::string_view name) {
      std::string value = value_of(name, notice, stack);
      has_field = true;
      has_value = has_value || !value.empty();
      line.push_back({std::move(value), false});
    };
    if (walk(text.substr(0, end), literal, field)) line.push_back({"…", true});
    if (has_value || !has_field) {
      if (!out.empty()) out.push_back({"\n", true});
      out.insert(out.end(), std::make_move_iterator(line.begin()), std::make_move_iterator(line.end()));
      // Keeps an empty first line.
      if (out.empty()) out.push_back({"", true});
    }
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace healer::notify
