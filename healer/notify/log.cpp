#include "base/log.h"

#include "healer/notify/notifier.h"

namespace healer::notify {
namespace {

std::string_view name_of(Notice::Kind kind) {
  using Kind = Notice::Kind;
  switch (kind) {
    case Kind::kActing:
      return "acting";
    case Kind::kHealed:
      return "healed";
    case Kind::kIneffective:
      return "ineffective";
    case Kind::kExhausted:
      return "exhausted";
    case Kind::kReleased:
      return "released";
    case Kind::kPolicyTightened:
      return "policy_tightened";
    case Kind::kPolicyRelaxed:
      return "policy_relaxed";
    case Kind::kWatchdogSilent:
      return "watchdog_silent";
    case Kind::kStarted:
      return "started";
  }
  return "unknown";
}

bool calls_for_a_person(Notice::Kind kind) {
  using Kind = Notice::Kind;
  return kind == Kind::kIneffective || kind == Kind::kExhausted || kind == Kind::kPolicyTightened ||
         kind == Kind::kWatchdogSilent;
}

class LogNotifier final : public Notifier {
 public:
  Delivery deliver(const Notice& notice, base::Deadline) override {
    base::log::write(calls_for_a_person(notice.kind) ? base::log::Level::kWarn : base::log::Level::kInfo,
                     notice.title,
                     {{"notice", name_of(notice.kind)},
                      {"incident", notice.incident},
                      {"subsystem", notice.subsystem},
                      {"detail", notice.detail}});
    return {};
  }
};

}  // namespace

std::unique_ptr<Notifier> make_log() { return std::make_unique<LogNotifier>(); }

}  // namespace healer::notify
