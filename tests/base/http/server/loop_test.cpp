#include "base/http/server/loop.h"

#include <sys/resource.h>

#include "tests/base/http/server/loop_fixture.h"

namespace http = base::http;
using namespace std::chrono_literals;
using namespace tests;
using Fixture = tests::LoopFixture;

namespace {

// Leaves the process no free file descriptor until it goes.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &usual_);
    rlimit few = usual_;
    few.rlim_cur = 200;
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) taken_.emplace_back(fd);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &usual_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  void free_one() { taken_.pop_back(); }

 private:
  rlimit usual_{};
  std::vector<base::Descriptor> taken_;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a job says who asks for what") {
  start({});
  RawClient client(port_);
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  const auto job = next_job();
  CHECK(job.request.head.target == "/x");
  CHECK(job.request.body == "body");
  CHECK(job.remote_address == "127.0.0.1");
  loop_->answer(job.connection, kAnswer);
  CHECK(client.answer()->status == 200);
}

TEST_CASE_METHOD(Fixture, "beyond the connection limit the longest idle one makes room") {
  start({.connections = 3});
  RawClient first(port_);
  RawClient second(port_);
  RawClient reading(port_);
  reading.send("GET / HT");
  REQUIRE(serve(first));
  clock_.advance(1s);
  REQUIRE(serve(second));
  RawClient third(port_);
  CHECK(serve(third)->status == 200);
  CHECK(first.rest() == "");
  CHECK_FALSE(second.closed());
  CHECK_FALSE(reading.closed());
}

TEST_CASE_METHOD(Fixture, "beyond the connection limit a new one waits while all others are being handled") {
  start({.connections = 2});
  RawClient first(port_);
  RawClient second(port_);
  first.send(kGet);
  second.send(kGet);
  const auto job = next_job();
  next_job();
  std::vector<RawClient> others;
  for (int i = 0; i < 100; ++i) {
    others.emplace_back(port_);
    others.back().send(kGet);
  }
  loop_->answer(job.connection, kAnswer);
  CHECK(first.answer()->status == 200);
  for (auto& client : others) {
    loop_->answer(next_job().connection, kAnswer);
    CHECK(client.answer()->status == 200);
  }
  CHECK_FALSE(second.closed());
}

TEST_CASE_METHOD(Fixture, "what all connections send together has a limit") {
  start({.buffered_bytes = 100'000});
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90001\r\n\r\n";
  RawClient first(port_);
  first.send(head + std::string(90'001, 'a'));
  const auto job = next_job();
  RawClient second(port_);
  second.send(head + std::string(90'000, 'b'));
  CHECK(second.answer()->status == 503);
  loop_->answer(job.connection, kAnswer);
  CHECK(first.answer()->status == 200);
  CHECK(serve(first)->status == 200);
}

TEST_CASE_METHOD(Fixture, "what waits to be read by all connections has a limit") {
  start({.buffered_bytes = 100'000});
  RawClient client(port_);
  client.send(kGet);
  loop_->answer(next_job().connection, std::string(100'001, 'x'));
  CHECK(client.answer()->status == 503);
}

TEST_CASE_METHOD(Fixture, "an answer to a connection that has gone is dropped") {
  start({});
  std::optional<RawClient> gone(port_);
  gone->send(kGet);
  const auto job = next_job();
  gone->reset_on_close();
  gone.reset();
  RawClient other(port_);
  CHECK(serve(other)->status == 200);
  loop_->answer(job.connection, kAnswer);
  CHECK(serve(other)->status == 200);
}

TEST_CASE_METHOD(Fixture, "without a free descriptor the longest idle connection makes room") {
  start({});
  RawClient first(port_);
  REQUIRE(serve(first));
  clock_.advance(1s);
  RawClient second(port_);
  REQUIRE(serve(second));
  NoDescriptors none;
  none.free_one();
  RawClient third(port_);
  REQUIRE(third.connected());
  CHECK(serve(third)->status == 200);
  CHECK(first.rest() == "");
  CHECK_FALSE(second.closed());
}

TEST_CASE_METHOD(Fixture,
                 "without a free descriptor and a connection that can go a client waits until there is one") {
  start({});
  RawClient busy(port_);
  // Two at once, so that it is not idle between them: an idle one would make room.
  busy.send(std::string(kGet) + std::string(kGet));
  const auto job = next_job();
  RawClient other(port_);
  other.send(kGet);
  next_job();
  std::optional<RawClient> late;
  {
    NoDescriptors none;
    none.free_one();
    late.emplace(port_);
    REQUIRE(late->connected());
    // The loop has tried to accept it, or this would not be answered.
    loop_->answer(job.connection, kAnswer);
    REQUIRE(busy.answer());
    next_job();
  }
  clock_.advance(1s);
  CHECK(serve(*late)->status == 200);
}

TEST_CASE_METHOD(Fixture, "a loop that is stopped waits for answers under way, but not for ever") {
  start({});
  RawClient client(port_);
  client.send(kGet);
  next_job();
  RawClient idle(port_);
  loop_->stop();
  CHECK(idle.rest() == "");  // so it is stopping
  CHECK_FALSE(client.closed());
  clock_.advance(2s);
  loop_->stop();  // makes it look at the clock
  thread_.join();
  loop_.reset();
  CHECK(client.rest() == "");
}
