#include "healer/notify/outbox/recent.h"

#include "tests/catch.h"

using healer::notify::Recent;
using namespace std::chrono_literals;

namespace {
constexpr base::WallTime kNow{std::chrono::seconds(1765944000)};
}

TEST_CASE("a key is new again once its window has passed") {
  Recent recent;
  CHECK_FALSE(recent.again("a", kNow, 10min));
  CHECK(recent.again("a", kNow + 9min, 10min));
  CHECK_FALSE(recent.again("b", kNow + 9min, 10min));
  CHECK_FALSE(recent.again("a", kNow + 10min, 10min));
}

TEST_CASE("a notice without a key is always new, and so is each without a window") {
  Recent recent;
  CHECK_FALSE(recent.again("", kNow, 10min));
  CHECK_FALSE(recent.again("", kNow, 10min));
  CHECK_FALSE(recent.again("a", kNow, 0s));
  CHECK_FALSE(recent.again("a", kNow, 0s));
}

TEST_CASE("keys of before count, and one from the future does not") {
  Recent recent({{"before", kNow - 1min}, {"future", kNow + 1h}});
  CHECK(recent.again("before", kNow, 10min));
  CHECK_FALSE(recent.again("future", kNow, 10min));
}
