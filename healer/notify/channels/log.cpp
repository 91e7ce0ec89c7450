#include "base/log.h"

#include "healer/notify/notifier.h"

namespace healer::notify {
namespace {

class LogNotifier final : public Notifier {
 public:
  Delivery deliver(const Notice& notice, base::Deadline) override {
    base::log::write(weight(notice) >= 2 ? base::log::Level::kWarn : base::log::Level::kInfo, notice.title,
                     {{"notice", to_string(notice.kind)},
                      {"incident", notice.incident},
                      {"subsystem", notice.subsystem},
                      {"container", notice.container},
                      {"action", notice.action},
                      {"detail", notice.whole_detail()}});
    return {};
  }
};

}  // namespace

std::unique_ptr<Notifier> make_log() { return std::make_unique<LogNotifier>(); }

}  // namespace healer::notify
