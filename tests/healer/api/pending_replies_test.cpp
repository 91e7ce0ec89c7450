#include "healer/api/pending_replies.h"

#include <thread>

#include "tests/catch.h"

using healer::PendingReplies;
using namespace std::chrono_literals;

TEST_CASE("a ticket gets its own answer") {
  PendingReplies replies;
  const auto first = replies.issue();
  const auto second = replies.issue();
  replies.answer(second, base::fail("no"));
  replies.answer(first, {});
  const auto answer = replies.wait(first, 0s);
  REQUIRE(answer.has_value());
  CHECK(answer->has_value());
  const auto refused = replies.wait(second, 0s);
  REQUIRE(refused.has_value());
  CHECK(refused->error().message == "no");
}

TEST_CASE("a ticket without an answer in time is spent, and its late answer ignored") {
  PendingReplies replies;
  const auto ticket = replies.issue();
  CHECK_FALSE(replies.wait(ticket, 1ms).has_value());
  replies.answer(ticket, {});
  replies.answer(12345, {});
}

TEST_CASE("a waiting ticket wakes when its answer comes") {
  PendingReplies replies;
  const auto ticket = replies.issue();
  const std::jthread decider([&] { replies.answer(ticket, {}); });
  CHECK(replies.wait(ticket, 10s).has_value());
}
