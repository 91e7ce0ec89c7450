#include "healer/notify/queue.h"

#include <catch2/catch.hpp>
#include <condition_variable>

using healer::Notice;
using healer::notify::Delivery;
using healer::notify::Patience;
using healer::notify::Queue;
using namespace std::chrono_literals;

namespace {

Notice notice(const std::string& title) {
  Notice made;
  made.title = title;
  return made;
}

// Shared with the notifier that the queue owns.
struct Log {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> titles;  // every attempt
  std::vector<Delivery> answers;    // given first; delivered afterwards
  bool open = true;                 // attempts wait until it is

  void let_go() {
    {
      std::lock_guard lock(mutex);
      open = true;
    }
    changed.notify_all();
  }
  void wait_for_attempts(std::size_t count) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 10s, [&] { return titles.size() >= count; }));
  }
};

class ScriptedNotifier final : public healer::notify::Notifier {
 public:
  explicit ScriptedNotifier(Log& log) : log_(log) {}
  Delivery deliver(const Notice& what, base::Deadline) override {
    std::unique_lock lock(log_.mutex);
    log_.titles.push_back(what.title);
    log_.changed.notify_all();
    log_.changed.wait(lock, [this] { return log_.open; });
    if (log_.answers.empty()) return {};
    const Delivery answer = log_.answers.front();
    log_.answers.erase(log_.answers.begin());
    return answer;
  }

 private:
  Log& log_;
};

Delivery retry() { return {Delivery::Status::kRetry, "busy", std::nullopt}; }
Delivery refused() { return {Delivery::Status::kRefused, "no", std::nullopt}; }

constexpr Patience kQuick{
    .max_queued = 3, .attempts = 3, .first_delay = 1ms, .longest_delay = 2ms, .attempt = 1s};

}  // namespace

TEST_CASE("the delay doubles up to its limit, and the receiver's wish is the least") {
  const Patience patience;
  CHECK(healer::notify::delay_after(1, {}, patience) == 1s);
  CHECK(healer::notify::delay_after(2, {}, patience) == 2s);
  CHECK(healer::notify::delay_after(5, {}, patience) == 16s);
  CHECK(healer::notify::delay_after(12, {}, patience) == 5min);
  CHECK(healer::notify::delay_after(1, 30s, patience) == 30s);
  CHECK(healer::notify::delay_after(5, 2s, patience) == 16s);
}

TEST_CASE("notices are delivered in order, each again until it is through") {
  Log log;
  log.answers = {retry(), retry()};
  const base::SystemClock clock;
  Queue queue("test", std::make_unique<ScriptedNotifier>(log), kQuick, clock);
  queue.add(notice("a"));
  queue.add(notice("b"));
  REQUIRE(queue.drain(10s));
  CHECK(log.titles == std::vector<std::string>{"a", "a", "a", "b"});
  CHECK(queue.counts().delivered == 2);
  CHECK(queue.counts().failed == 0);
}

TEST_CASE("a notice is given up after the last attempt, the next one is not") {
  Log log;
  log.answers = {retry(), retry(), retry()};
  const base::SystemClock clock;
  Queue queue("test", std::make_unique<ScriptedNotifier>(log), kQuick, clock);
  queue.add(notice("a"));
  queue.add(notice("b"));
  REQUIRE(queue.drain(10s));
  CHECK(log.titles == std::vector<std::string>{"a", "a", "a", "b"});
  CHECK(queue.counts().failed == 1);
  CHECK(queue.counts().delivered == 1);
}

TEST_CASE("what is refused is not tried again") {
  Log log;
  log.answers = {refused()};
  const base::SystemClock clock;
  Queue queue("test", std::make_unique<ScriptedNotifier>(log), kQuick, clock);
  queue.add(notice("a"));
  REQUIRE(queue.drain(10s));
  CHECK(log.titles.size() == 1);
  CHECK(queue.counts().failed == 1);
}

TEST_CASE("a full queue drops its oldest notice and never blocks") {
  Log log;
  log.open = false;
  const base::SystemClock clock;
  Queue queue("test", std::make_unique<ScriptedNotifier>(log), kQuick, clock);
  queue.add(notice("first"));
  log.wait_for_attempts(1);
  for (const char* title : {"a", "b", "c", "d", "e"}) queue.add(notice(title));
  CHECK(queue.counts().dropped == 2);
  log.let_go();
  REQUIRE(queue.drain(10s));
  CHECK(log.titles == std::vector<std::string>{"first", "c", "d", "e"});
}

TEST_CASE("a queue that ends while it waits to try again does not wait any longer") {
  Log log;
  log.answers = std::vector<Delivery>(100, retry());
  const base::SystemClock clock;
  Patience patient = kQuick;
  patient.first_delay = patient.longest_delay = 1h;
  {
    Queue queue("test", std::make_unique<ScriptedNotifier>(log), patient, clock);
    queue.add(notice("a"));
    queue.add(notice("b"));
    log.wait_for_attempts(1);
  }
  CHECK(log.titles == std::vector<std::string>{"a"});
}
