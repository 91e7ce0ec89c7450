// An event loop whose requests wait until the test answers them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <new>
#include <thread>

#include "base/http/server/loop.h"
#include "tests/base/http/server/raw_client.h"
#include "tests/fakes/fake_clock.h"

namespace tests {

namespace http = base::http;
using namespace std::chrono_literals;

inline const std::string kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
inline const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

class LoopFixture {
 public:
  ~LoopFixture() {
    // A loop waits for answers that the test has not given, until its time is over.
    while (loop_ && !ended_) {
      loop_->stop();
      clock_.advance(1s);
    }
  }

 protected:
  void start(http::Limits limits) {
    limits_ = limits;
    auto listener = base::listen_on({.host = "127.0.0.1", .port = 0, .unix_path = {}});
    REQUIRE(listener);
    port_ = base::bound_port(*listener);
    http::EventLoop::Hooks hooks;
    hooks.dispatch = [this](http::Job job) {
      if (job.request.head.target == "/no_memory") throw std::bad_alloc();
      if (job.request.head.target == "/full") return false;
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
      arrived_.notify_one();
      return true;
    };
    hooks.fetch = [this](std::uint64_t connection, const std::shared_ptr<http::BodyStream>& stream) {
      auto piece = stream->next(64 * 1024);
      loop_->add_piece(connection, piece ? std::optional(*piece) : std::nullopt);
    };
    if (gate_)
      hooks.gate = [this](std::uint64_t key, const http::Head& head, const std::string&) {
        const std::lock_guard lock(mutex_);
        if (!head.headers.contains("Hold")) return true;
        held_.push_back(key);
        arrived_.notify_one();
        return false;
      };
    loop_.emplace(limits_, clock_, std::move(*listener), std::move(hooks));
    REQUIRE(loop_->usable());
    thread_ = std::jthread([this] {
      loop_->run();
      ended_ = true;
    });
  }
  http::Job next_job() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, 20s, [this] { return !jobs_.empty(); })) FAIL("no request arrived");
    http::Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }
  std::uint64_t next_held() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, 20s, [this] { return !held_.empty(); })) FAIL("no request was held");
    const std::uint64_t key = held_.front();
    held_.pop_front();
    return key;
  }
  std::uint64_t evicted(http::Evicted what) const {
    return loop_->counts().evicted[static_cast<std::size_t>(what)];
  }
  std::optional<tests::RawAnswer> serve(RawClient& client) {
    client.send(kGet);
    loop_->answer(next_job().connection, kAnswer);
    return client.answer();
  }

  http::Limits limits_;
  tests::FakeClock clock_;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<http::Job> jobs_;
  bool gate_ = false;
  std::deque<std::uint64_t> held_;
  std::optional<http::EventLoop> loop_;
  std::atomic<bool> ended_ = false;
  std::jthread thread_;
};

// A body of `size` bytes, given a few at a time; it breaks off after `good` of them.
class Letters final : public http::BodyStream {
 public:
  explicit Letters(std::size_t size, std::size_t good = std::string::npos) : size_(size), good_(good) {}
  std::size_t size() const override { return size_; }
  base::Result<std::string> next(std::size_t most) override {
    if (given_ >= good_) return base::fail("no more");
    const std::size_t count = std::min(most, size_ - given_);
    given_ += count;
    return std::string(count, 'z');
  }

 private:
  std::size_t size_;
  std::size_t good_;
  std::size_t given_ = 0;
};

inline std::string head_for(std::size_t size) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", size);
}

}  // namespace tests
