#include "base/http/server/eviction.h"

#include <memory>

#include "tests/catch.h"

using base::MonoTime;
using base::http::evictable;
using base::http::Evicted;
using base::http::goes_before;
using base::http::Occupant;
using State = base::http::Connection::State;
using std::chrono::seconds;

TEST_CASE("what is being handled stays, everything else can make room") {
  const auto [state, served, what] = GENERATE(table<State, bool, std::optional<Evicted>>({
      {State::kIdle, true, Evicted::kIdle},
      {State::kIdle, false, Evicted::kReceiving},
      {State::kReading, false, Evicted::kReceiving},
      {State::kHeld, true, Evicted::kReceiving},
      {State::kWriting, false, Evicted::kSending},
      {State::kAwaiting, false, Evicted::kSending},
      {State::kLingering, false, Evicted::kSending},
      {State::kReady, false, std::nullopt},
      {State::kHandling, true, std::nullopt},
  }));
  CHECK(evictable({.state = state, .served = served, .since = {}}) == what);
}

TEST_CASE("connections make room in this order") {
  const MonoTime old{seconds(10)};
  const MonoTime young{seconds(20)};
  const std::vector<Occupant> order{
      {.state = State::kLingering, .since = young, .of_peer = 1},
      {.state = State::kIdle, .served = true, .since = young, .of_peer = 100},
      {.state = State::kReading, .since = old, .of_peer = 100},
      {.state = State::kWriting, .since = young, .of_peer = 100},
      {.state = State::kIdle, .served = true, .since = old, .of_peer = 2},
      {.state = State::kIdle, .served = true, .since = young, .of_peer = 2},
      {.state = State::kHeld, .since = old, .of_peer = 2},
      {.state = State::kIdle, .served = false, .since = young, .of_peer = 2},
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      CAPTURE(i, j);
      CHECK(goes_before(order[i], order[j]) == (i < j));
    }
  }
}

namespace {

class Silent final : public base::http::Transport {
 public:
  Result receive(std::span<char>) override { return {.status = Status::kAgain}; }
  Result send(std::string_view) override { return {.status = Status::kAgain}; }
  void finish() override {}
};

}  // namespace

TEST_CASE("a new connection has a moment, and an answer that is being read is not stalled") {
  const base::http::Limits limits;
  const MonoTime begin{seconds(10)};
  base::http::Connection connection(std::make_unique<Silent>(), limits, begin);
  CHECK_FALSE(base::http::has_had_its_time(connection, begin + std::chrono::milliseconds(19)));
  CHECK(base::http::has_had_its_time(connection, begin + std::chrono::milliseconds(20)));
  CHECK(base::http::stalled(connection, begin));
  connection.refuse({503, "no"}, begin);  // writes, and nothing is taken
  CHECK_FALSE(base::http::stalled(connection, begin + std::chrono::milliseconds(999)));
  CHECK(base::http::stalled(connection, begin + seconds(1)));
}
