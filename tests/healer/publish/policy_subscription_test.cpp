#include "healer/publish/policy_subscription.h"

#include <future>

#include "tests/catch.h"

using healer::PolicyDocument;
using healer::policy::PolicySubscription;
using namespace std::chrono_literals;

namespace {

PolicyDocument numbered(std::uint64_t sequence) {
  PolicyDocument document;
  document.sequence = sequence;
  return document;
}

}  // namespace

TEST_CASE("before the first publication the policy is one that has expired") {
  const PolicyDocument document = PolicySubscription(1).newest();
  CHECK(document.policy == healer::Policy::kNoNewTrades);
  CHECK(document.valid_until == base::WallTime{});
  CHECK(document.sequence == 0);
}

TEST_CASE("who has an older document is answered at once") {
  PolicySubscription subscription(1);
  subscription.publish(numbered(7));
  CHECK(subscription.wait(6, 1h).sequence == 7);
  CHECK(subscription.wait(8, 1h).sequence == 7);  // of another life of the healer
  CHECK(subscription.wait(7, 1ms).sequence == 7);
}

TEST_CASE("who waits is let go by the next document") {
  PolicySubscription subscription(1);
  subscription.publish(numbered(7));
  auto waiting = std::async(std::launch::async, [&] { return subscription.wait(7, 1h).sequence; });
  subscription.publish(numbered(8));
  CHECK(waiting.get() == 8);
}

TEST_CASE("when enough wait, the next is answered at once, and the end lets all go") {
  PolicySubscription subscription(1);
  subscription.publish(numbered(7));
  auto waiting = std::async(std::launch::async, [&] { return subscription.wait(7, 1h).sequence; });
  while (subscription.waiting() == 0) std::this_thread::yield();
  CHECK(subscription.wait(7, 1h).sequence == 7);
  subscription.close();
  CHECK(waiting.get() == 7);
  CHECK(subscription.wait(7, 1h).sequence == 7);
}
