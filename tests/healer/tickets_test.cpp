#include "healer/tickets.h"

#include <catch2/catch.hpp>
#include <thread>

using healer::Tickets;
using namespace std::chrono_literals;

TEST_CASE("a ticket gets its own answer") {
  Tickets tickets;
  const auto first = tickets.issue();
  const auto second = tickets.issue();
  tickets.answer(second, base::fail("no"));
  tickets.answer(first, {});
  const auto answer = tickets.wait(first, 0s);
  REQUIRE(answer.has_value());
  CHECK(answer->has_value());
  const auto refused = tickets.wait(second, 0s);
  REQUIRE(refused.has_value());
  CHECK(refused->error().message == "no");
}

TEST_CASE("a ticket without an answer in time is spent, and its late answer ignored") {
  Tickets tickets;
  const auto ticket = tickets.issue();
  CHECK_FALSE(tickets.wait(ticket, 1ms).has_value());
  tickets.answer(ticket, {});
  tickets.answer(12345, {});
}

TEST_CASE("a waiting ticket wakes when its answer comes") {
  Tickets tickets;
  const auto ticket = tickets.issue();
  const std::jthread decider([&] { tickets.answer(ticket, {}); });
  CHECK(tickets.wait(ticket, 10s).has_value());
}
