#include "base/http/server/connection.h"

#include <algorithm>
#include <deque>

#include "tests/fakes/fake_clock.h"

namespace http = base::http;
using namespace std::chrono_literals;
using State = http::Connection::State;

namespace {

// What the peer has sent and will take, told by the test.
struct Peer {
  std::deque<std::string> sends;  // one a receive
  bool finished = false;
  std::size_t takes = std::string::npos;  // bytes it still takes
  std::string taken;
  bool told_end = false;
  bool wants_word =
      false;  // it takes and gives nothing before the other direction has moved, as in a handshake
};

class FakeTransport final : public http::Transport {
 public:
  explicit FakeTransport(Peer& peer) : peer_(peer) {}

  Result receive(std::span<char> to) override {
    if (peer_.sends.empty()) return {.status = peer_.finished ? Status::kClosed : Status::kAgain};
    std::string& next = peer_.sends.front();
    const std::size_t size = next.copy(to.data(), to.size());
    next.erase(0, size);
    if (next.empty()) peer_.sends.pop_front();
    return {.status = Status::kDone, .bytes = size};
  }
  Result send(std::string_view from) override {
    const std::size_t size = std::min(from.size(), peer_.takes);
    if (size == 0) return {.status = Status::kAgain};
    peer_.taken += from.substr(0, size);
    if (peer_.takes != std::string::npos) peer_.takes -= size;
    return {.status = Status::kDone, .bytes = size};
  }
  void finish() override { peer_.told_end = true; }
  bool receive_waits_to_send() const override { return peer_.wants_word; }
  bool send_waits_to_receive() const override { return peer_.wants_word; }

 private:
  Peer& peer_;
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

struct Fixture {
  Peer peer;
  http::Limits limits;
  tests::FakeClock clock;
  http::Connection connection{std::make_unique<FakeTransport>(peer), limits, clock.now().mono};

  void receive(std::string bytes) {
    peer.sends.push_back(std::move(bytes));
    connection.on_readable(clock.now().mono);
  }
  http::Arrived take() { return connection.take(clock.now().mono); }
  void answer(std::string bytes = kAnswer) { connection.answer(std::move(bytes), clock.now().mono); }
  base::Duration time_left() const { return connection.deadline() - clock.now().mono; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a request that comes byte by byte is ready with its last one") {
  const std::string request = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
  for (const char byte : request) {
    REQUIRE(connection.state() != State::kReady);
    receive(std::string(1, byte));
  }
  REQUIRE(connection.state() == State::kReady);
  const auto arrived = take();
  CHECK(arrived.head.target == "/a");
  CHECK(arrived.body == "body");
  CHECK(connection.state() == State::kHandling);
  CHECK_FALSE(connection.wants_read());
  answer();
  CHECK(peer.taken == kAnswer);
  CHECK(connection.state() == State::kIdle);
  CHECK(connection.buffered() == 0);
}

TEST_CASE_METHOD(Fixture, "requests that arrive together are answered in turn") {
  receive("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab" + kGet + "GET /3 HTT");
  CHECK(take().body == "ab");
  answer();
  REQUIRE(connection.state() == State::kReady);
  CHECK(take().head.target == "/");
  answer();
  CHECK(connection.state() == State::kReading);
  receive("P/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(connection.state() == State::kReady);
  CHECK(take().head.target == "/3");
}

TEST_CASE_METHOD(Fixture, "Connection: close ends it after the answer") {
  receive("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + kGet);
  take();
  answer();
  CHECK(peer.taken == kAnswer);
  CHECK(connection.state() == State::kClosed);
}

TEST_CASE_METHOD(Fixture, "a peer that leaves in the middle of a request is forgotten") {
  receive("GET / HT");
  peer.finished = true;
  connection.on_readable(clock.now().mono);
  CHECK(connection.state() == State::kClosed);
  CHECK(peer.taken.empty());
}

TEST_CASE_METHOD(Fixture, "a request has one deadline, which further bytes do not move") {
  clock.advance(9s);
  receive("G");
  CHECK(time_left() == limits.request);
  clock.advance(6s);
  receive("E");
  CHECK(time_left() == limits.request - 6s);
  clock.advance(4s);
  connection.on_deadline(clock.now().mono);
  CHECK(peer.taken.starts_with("HTTP/1.1 408 "));
  CHECK(connection.state() == State::kLingering);
  clock.advance(2s);
  REQUIRE(time_left() <= 0s);
  connection.on_deadline(clock.now().mono);
  CHECK(connection.state() == State::kClosed);
}

TEST_CASE_METHOD(Fixture, "a handler's time is not the client's") {
  receive(kGet);
  clock.advance(3s);
  take();
  CHECK(connection.deadline() == base::MonoTime::max());
  clock.advance(1h);
  connection.on_deadline(clock.now().mono);
  CHECK(connection.state() == State::kHandling);
  peer.takes = 5;
  answer();
  CHECK(connection.state() == State::kWriting);
  CHECK(time_left() == limits.request - 3s);
}

TEST_CASE_METHOD(Fixture, "a slow reader is closed at the deadline") {
  receive(kGet);
  take();
  peer.takes = 10;
  answer();
  CHECK(connection.wants_write());
  CHECK(connection.buffered() == kAnswer.size() - 10);
  clock.advance(9s);
  peer.takes = 1;
  connection.on_writable(clock.now().mono);
  CHECK(time_left() == limits.request - 9s);
  clock.advance(1s);
  connection.on_deadline(clock.now().mono);
  CHECK(connection.state() == State::kClosed);
}

TEST_CASE_METHOD(Fixture,
                 "a new connection must begin within the request's time, a used one may be idle longer") {
  CHECK(time_left() == limits.request);
  receive(kGet);
  take();
  answer();
  CHECK(time_left() == limits.idle);
  clock.advance(limits.idle);
  connection.on_deadline(clock.now().mono);
  CHECK(connection.state() == State::kClosed);
  CHECK(peer.taken == kAnswer);
}

TEST_CASE_METHOD(Fixture, "a body that is too large is refused unread, and what comes of it thrown away") {
  receive("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  CHECK(peer.taken.starts_with("HTTP/1.1 413 "));
  CHECK(peer.taken.find("Connection: close\r\n") != std::string::npos);
  CHECK(peer.told_end);
  CHECK(connection.state() == State::kLingering);
  receive(std::string(60'000, 'x'));
  CHECK(connection.buffered() == 0);
  peer.finished = true;
  connection.on_readable(clock.now().mono);
  CHECK(connection.state() == State::kClosed);
}

TEST_CASE_METHOD(Fixture, "100 Continue is sent once, and only while the body is awaited") {
  receive("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(peer.taken == "HTTP/1.1 100 Continue\r\n\r\n");
  receive("a");
  receive("b");
  CHECK(peer.taken == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(take().body == "ab");
  answer();
  peer.taken.clear();
  receive("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
  CHECK(peer.taken.empty());
  CHECK(take().body == "ab");
}

TEST_CASE_METHOD(Fixture, "what a client announces takes no memory, what it sends does") {
  receive("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
  CHECK(connection.state() == State::kReading);
  CHECK(connection.buffered() == 0);
  receive(std::string(60'000, 'b'));
  CHECK(connection.buffered() == 60'000);
}

TEST_CASE_METHOD(Fixture, "a gated connection reads no body before it may proceed, and loses no time") {
  http::Connection gated(std::make_unique<FakeTransport>(peer), limits, clock.now().mono, true);
  peer.sends = {"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"};
  gated.on_readable(clock.now().mono);
  REQUIRE(gated.state() == State::kHeld);
  CHECK(gated.head().method == "POST");
  CHECK_FALSE(gated.wants_read());
  CHECK(peer.taken.empty());
  clock.advance(1h);
  gated.on_deadline(clock.now().mono);
  REQUIRE(gated.state() == State::kHeld);
  gated.proceed(clock.now().mono);
  CHECK(peer.taken == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(gated.deadline() - clock.now().mono == limits.request);
  peer.sends = {"ab" + kGet};
  gated.on_readable(clock.now().mono);
  REQUIRE(gated.state() == State::kReady);
  CHECK(gated.take(clock.now().mono).body == "ab");
  gated.answer(kAnswer, clock.now().mono);
  CHECK(gated.state() == State::kHeld);  // the request behind it
  gated.wind_down();
  CHECK(gated.state() == State::kClosed);
}

TEST_CASE_METHOD(Fixture, "an answer in pieces is awaited without a deadline and sent with one for each") {
  receive(kGet + kGet);
  take();
  connection.answer("beginning ", clock.now().mono, true);
  CHECK(connection.state() == State::kAwaiting);
  CHECK(connection.deadline() == base::MonoTime::max());
  CHECK_FALSE(connection.wants_write());
  clock.advance(1h);
  peer.takes = 3;
  connection.add("middle ", clock.now().mono, true);
  CHECK(connection.state() == State::kWriting);
  CHECK(time_left() == limits.request);
  peer.takes = std::string::npos;
  connection.on_writable(clock.now().mono);
  CHECK(connection.state() == State::kAwaiting);
  connection.add("end", clock.now().mono, false);
  CHECK(peer.taken == "beginning middle end");
  CHECK(connection.state() == State::kReady);
}

TEST_CASE_METHOD(Fixture, "a connection says since when it waits for what") {
  const auto accepted = clock.now().mono;
  clock.advance(1s);
  receive("GET");
  CHECK(connection.since() == accepted);  // its first byte does not make it younger
  CHECK_FALSE(connection.served());
  receive(" / HTTP/1.1\r\nHost: x\r\n\r\n");
  take();
  clock.advance(1s);
  peer.takes = 5;
  answer();
  const auto began = clock.now().mono;
  clock.advance(1s);
  CHECK(connection.since() == began);
  peer.takes = std::string::npos;
  connection.on_writable(clock.now().mono);
  CHECK(connection.since() == clock.now().mono);
  CHECK(connection.served());
  clock.advance(1s);
  receive("GET");
  CHECK(connection.since() == clock.now().mono);
}

TEST_CASE_METHOD(Fixture, "winding down closes what waits and lets an answer go out") {
  SECTION("idle") {
    connection.wind_down();
    CHECK(connection.state() == State::kClosed);
  }
  SECTION("in the middle of a request") {
    receive("GET");
    connection.wind_down();
    CHECK(connection.state() == State::kClosed);
  }
  SECTION("while handling") {
    receive(kGet + kGet);
    take();
    connection.wind_down();
    CHECK(connection.state() == State::kHandling);
    answer();
    CHECK(peer.taken == kAnswer);
    CHECK(connection.state() == State::kClosed);
  }
}

TEST_CASE_METHOD(Fixture,
                 "a transport that must send before it receives is polled for that, and the reverse") {
  peer.wants_word = true;
  CHECK_FALSE(connection.wants_read());
  CHECK(connection.wants_write());
  peer.sends.push_back(kGet);
  connection.on_writable(clock.now().mono);
  CHECK(connection.state() == State::kReady);

  peer.takes = 0;
  take();
  connection.answer(kAnswer, clock.now().mono);
  CHECK(connection.wants_read());
  CHECK_FALSE(connection.wants_write());
  peer.takes = std::string::npos;
  connection.on_readable(clock.now().mono);
  CHECK(peer.taken == kAnswer);
  peer.wants_word = false;
  CHECK(connection.wants_read());
  CHECK_FALSE(connection.wants_write());
}
