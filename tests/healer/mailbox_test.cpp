#include "healer/mailbox.h"

#include <catch2/catch.hpp>
#include <thread>

using namespace healer;

namespace {

Input outcome(const std::string& id) { return ActionInput{id, "INC-1", true, ""}; }

}  // namespace

TEST_CASE("what is posted is taken at once, in order") {
  Mailbox mailbox;
  mailbox.post(outcome("a"));
  mailbox.post(outcome("b"));
  const auto inputs = mailbox.take(base::MonoTime::max(), {});
  REQUIRE(inputs.size() == 2);
  CHECK(std::get<ActionInput>(inputs[0]).action_id == "a");
  CHECK(std::get<ActionInput>(inputs[1]).action_id == "b");
}

TEST_CASE("a time that has passed ends the wait with nothing") {
  Mailbox mailbox;
  CHECK(mailbox.take(base::MonoTime{}, {}).empty());
}

TEST_CASE("a post from another thread ends the wait, and so does a stop") {
  Mailbox mailbox;
  std::jthread poster([&] { mailbox.post(outcome("a")); });
  CHECK(mailbox.take(base::MonoTime::max(), {}).size() == 1);

  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK(mailbox.take(base::MonoTime::max(), stop.get_token()).empty());
}

TEST_CASE("nothing is lost between many posters") {
  Mailbox mailbox;
  constexpr int kThreads = 8;
  constexpr int kEach = 500;
  {
    std::vector<std::jthread> posters;
    for (int i = 0; i < kThreads; ++i) {
      posters.emplace_back([&] {
        for (int j = 0; j < kEach; ++j) mailbox.post(outcome("x"));
      });
    }
  }
  CHECK(mailbox.take(base::MonoTime{}, {}).size() == kThreads * kEach);
}
