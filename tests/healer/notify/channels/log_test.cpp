#include "healer/notify/notifier.h"
#include "tests/catch.h"

TEST_CASE("the log takes every kind of notice") {
  const base::SystemClock clock;
  const auto log = healer::notify::make_log();
  for (std::size_t kind = 0; kind < healer::kNoticeKinds; ++kind) {
    healer::Notice notice;
    notice.kind = static_cast<healer::Notice::Kind>(kind);
    notice.title = "a notice\nof two lines";
    const auto delivery = log->deliver(notice, base::Deadline::after(clock, std::chrono::seconds(1)));
    CHECK(delivery.status == healer::notify::Delivery::Status::kDelivered);
  }
}
