#include "healer/model/event_queue.h"

#include <thread>

#include "tests/catch.h"

using namespace healer;

namespace {

Input outcome(const std::string& id) { return ActionInput{id, "INC-1", true, ""}; }

}  // namespace

TEST_CASE("what is posted is taken at once, in order") {
  EventQueue events;
  events.post(outcome("a"));
  events.post(outcome("b"));
  const auto inputs = events.take(base::MonoTime::max(), {});
  REQUIRE(inputs.size() == 2);
  CHECK(std::get<ActionInput>(inputs[0]).action_id == "a");
  CHECK(std::get<ActionInput>(inputs[1]).action_id == "b");
}

TEST_CASE("a time that has passed ends the wait with nothing") {
  EventQueue events;
  CHECK(events.take(base::MonoTime{}, {}).empty());
}

TEST_CASE("a post from another thread ends the wait, and so does a stop") {
  EventQueue events;
  std::jthread poster([&] { events.post(outcome("a")); });
  CHECK(events.take(base::MonoTime::max(), {}).size() == 1);

  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK(events.take(base::MonoTime::max(), stop.get_token()).empty());
}

TEST_CASE("nothing is lost between many posters") {
  EventQueue events;
  constexpr int kThreads = 8;
  constexpr int kEach = 500;
  {
    std::vector<std::jthread> posters;
    for (int i = 0; i < kThreads; ++i) {
      posters.emplace_back([&] {
        for (int j = 0; j < kEach; ++j) events.post(outcome("x"));
      });
    }
  }
  CHECK(events.take(base::MonoTime{}, {}).size() == kThreads * kEach);
}
