#include "healer/notify/message.h"

#include <fmt/format.h>

namespace healer::notify {
namespace {

struct Wording {
  std::string_view sign;
  std::string_view headline;
  std::string_view closing;  // may be empty
};

Wording wording_of(Notice::Kind kind) {
  using Kind = Notice::Kind;
  switch (kind) {
    case Kind::kActing:
      return {"🚨", "Auto-Heal Triggered", "Auto-heal process initiated."};
    case Kind::kHealed:
      return {"✅", "Auto-Heal Finished", "✅ Auto-heal completed successfully"};
    case Kind::kIneffective:
      return {"⚠️", "Auto-Heal Without Effect", ""};
    case Kind::kExhausted:
      return {"🛑", "Auto-Heal Exhausted",
              "❌ Auto-heal failed: a person must act, then release the incident."};
    case Kind::kReleased:
      return {"👤", "Incident Released", ""};
    case Kind::kPolicyTightened:
      return {"🔒", "Trading Policy Tightened", ""};
    case Kind::kPolicyRelaxed:
      return {"🔓", "Trading Policy Relaxed", ""};
    case Kind::kWatchdogSilent:
      return {"🔇", "Monitoring Is Silent", ""};
    case Kind::kStarted:
      return {"🩺", "Healer Started", ""};
    default:
      return {"ℹ️", to_string(kind), ""};
  }
}

}  // namespace

std::string message_text(const Notice& notice, std::string_view stack, std::string_view bold) {
  const Wording wording = wording_of(notice.kind);
  std::string text = fmt::format("{} {}{} - {}{}\n", wording.sign, bold, stack, wording.headline, bold);
  if (!notice.incident.empty() && !notice.title.starts_with(notice.incident))
    text += fmt::format("{}: ", notice.incident);
  text += notice.title;
  if (!notice.detail.empty()) text += "\n" + notice.detail;
  if (!wording.closing.empty()) text += fmt::format("\n{}", wording.closing);
  return text;
}

std::string cut(std::string text, std::size_t max_bytes) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text += kEllipsis;
}

}  // namespace healer::notify
