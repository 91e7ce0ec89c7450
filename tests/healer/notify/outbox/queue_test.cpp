#include "healer/notify/outbox/queue.h"

#include <condition_variable>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using healer::Notice;
using healer::notify::Delivery;
using healer::notify::Queue;
using healer::notify::RetryPolicy;
using namespace std::chrono_literals;

namespace {

Queue::Item notice(const std::string& title, Notice::Kind kind = Notice::Kind::kActing,
                   std::uint64_t row = 0) {
  return {
      .row = row, .accepted_at = base::SystemClock().now().wall, .notice = {.kind = kind, .title = title}};
}

double no_jitter() { return 0; }

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

constexpr RetryPolicy kQuick{.max_waiting = 3,
                             .max_per_minute = 100,
                             .give_up_after = 1h,
                             .first_delay = 1ms,
                             .longest_delay = 2ms,
                             .attempt = 1s};

// Remembers what became of rows.
class RecordingStore final : public healer::notify::Store {
 public:
  base::Result<std::vector<std::uint64_t>> add(const Notice&, base::WallTime,
                                               std::span<const std::string>) override {
    return base::fail("unused");
  }
  base::Result<> remove(std::span<const std::uint64_t> ids) override {
    std::lock_guard lock(mutex_);
    removed_.insert(removed_.end(), ids.begin(), ids.end());
    return {};
  }
  base::Result<> bury(std::span<const std::uint64_t> ids, base::WallTime, const std::string& error) override {
    std::lock_guard lock(mutex_);
    for (const std::uint64_t id : ids) buried_.emplace_back(id, error);
    return {};
  }
  base::Result<std::vector<Row>> load() override { return std::vector<Row>{}; }
  base::Result<std::map<std::string, base::WallTime>> keys(base::WallTime) override {
    return std::map<std::string, base::WallTime>{};
  }
  std::uint64_t errors_total() const override { return 0; }
  std::vector<std::uint64_t> removed() const {
    std::lock_guard lock(mutex_);
    return removed_;
  }
  std::vector<std::pair<std::uint64_t, std::string>> buried() const {
    std::lock_guard lock(mutex_);
    return buried_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> removed_;
  std::vector<std::pair<std::uint64_t, std::string>> buried_;
};

}  // namespace

TEST_CASE("notices are delivered in order, each again until it is through") {
  Log log;
  log.answers = {retry(), retry()};
  const base::SystemClock clock;
  RecordingStore store;
  Queue queue("test", std::make_shared<ScriptedNotifier>(log), kQuick, &store, no_jitter, clock);
  queue.add(notice("a"));
  queue.add(notice("b"));
  REQUIRE(queue.drain(10s));
  CHECK(log.titles == std::vector<std::string>{"a", "a", "a", "b"});
  CHECK(queue.counts().delivered == 2);
  CHECK(queue.counts().failed == 0);
}

TEST_CASE("a notice is given up when its time is over, the next one is not") {
  Log log;
  log.answers = {retry()};
  const base::SystemClock clock;
  RecordingStore store;
  Queue queue("test", std::make_shared<ScriptedNotifier>(log), kQuick, &store, no_jitter, clock);
  Queue::Item old = notice("a", Notice::Kind::kActing, 7);
  old.accepted_at -= 2h;
  queue.add(old);
  queue.add(notice("b", Notice::Kind::kActing, 8));
  REQUIRE(queue.drain(10s));
  CHECK(log.titles == std::vector<std::string>{"a", "b"});
  CHECK(queue.counts().failed == 1);
  CHECK(queue.counts().delivered == 1);
  CHECK(store.buried() == std::vector<std::pair<std::uint64_t, std::string>>{{7, "busy"}});
  CHECK(store.removed() == std::vector<std::uint64_t>{8});
}

TEST_CASE("a notice that waited through another life is tried at least once") {
  Log log;
  const base::SystemClock clock;
  RecordingStore store;
  Queue queue("test", std::make_shared<ScriptedNotifier>(log), kQuick, &store, no_jitter, clock);
  Queue::Item old = notice("a");
  old.accepted_at -= 48h;
  queue.add(old);
  REQUIRE(queue.drain(10s));
  CHECK(queue.counts().delivered == 1);
}

TEST_CASE("what is refused is not tried again") {
  Log log;
  log.answers = {refused()};
  const base::SystemClock clock;
  RecordingStore store;
  Queue queue("test", std::make_shared<ScriptedNotifier>(log), kQuick, &store, no_jitter, clock);
  queue.add(notice("a"));
  REQUIRE(queue.drain(10s));
  CHECK(log.titles.size() == 1);
  CHECK(queue.counts().failed == 1);
}

TEST_CASE("a full queue drops the lightest, the oldest of equals, and never blocks") {
  Log log;
  log.open = false;
  const base::SystemClock clock;
  RecordingStore store;
  Queue queue("test", std::make_shared<ScriptedNotifier>(log), kQuick, &store, no_jitter, clock);
  queue.add(notice("first"));
  log.wait_for_attempts(1);
  queue.add(notice("heavy", Notice::Kind::kExhausted, 1));
  queue.add(notice("a", Notice::Kind::kActing, 2));
  queue.add(notice("b", Notice::Kind::kActing, 3));
  queue.add(notice("c", Notice::Kind::kActing, 4));
  queue.add(notice("light", Notice::Kind::kStarted, 5));
  CHECK(queue.counts().dropped == 2);
  CHECK(store.removed() == std::vector<std::uint64_t>{2, 5});
  CHECK(queue.backlog().waiting == 4);
  log.let_go();
  REQUIRE(queue.drain(10s));
  CHECK(log.titles == std::vector<std::string>{"first", "heavy", "b", "c"});
  CHECK(queue.backlog().waiting == 0);
}

TEST_CASE("a queue that ends while it waits to try again does not wait any longer") {
  Log log;
  log.answers = std::vector<Delivery>(100, retry());
  const base::SystemClock clock;
  RecordingStore store;
  RetryPolicy patient = kQuick;
  patient.first_delay = patient.longest_delay = 1h;
  {
    Queue queue("test", std::make_shared<ScriptedNotifier>(log), patient, &store, no_jitter, clock);
    queue.add(notice("a"));
    queue.add(notice("b"));
    log.wait_for_attempts(1);
  }
  CHECK(log.titles == std::vector<std::string>{"a"});
}

TEST_CASE("in a storm what waits becomes one digest, and what asks an operator comes as itself") {
  Log log;
  log.open = false;
  tests::FakeClock clock;
  RecordingStore store;
  RetryPolicy patience = kQuick;
  patience.max_waiting = 100;
  patience.max_per_minute = 2;
  Queue queue("test", std::make_shared<ScriptedNotifier>(log), patience, &store, no_jitter, clock);
  const auto add = [&](const char* title, Notice::Kind kind, std::uint64_t row) {
    Queue::Item item = notice(title, kind, row);
    item.accepted_at = clock.now().wall;
    queue.add(item);
  };
  add("1", Notice::Kind::kActing, 1);
  log.wait_for_attempts(1);
  for (std::uint64_t row = 2; row <= 6; ++row) add("more", Notice::Kind::kActing, row);
  add("approve?", Notice::Kind::kApprovalWanted, 7);
  clock.advance(30s);
  log.let_go();
  log.wait_for_attempts(2);  // the second single one, at 30 s
  while (queue.counts().delivered < 2) std::this_thread::yield();
  clock.advance(16s);                                                // what comes next may be a digest
  queue.replace(std::make_shared<ScriptedNotifier>(log), patience);  // looks at the clock again
  REQUIRE(queue.drain(30s));
  CHECK(log.titles == std::vector<std::string>{
                          "1", "more", "4 notices exceeded the rate limit and were combined", "approve?"});
  CHECK(queue.counts().delivered == 3);
  CHECK(queue.counts().digested == 4);
  CHECK(store.removed() == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("another notifier takes over what is being tried, at once") {
  Log before;
  before.answers = std::vector<Delivery>(100, retry());
  Log after;
  const base::SystemClock clock;
  RecordingStore store;
  RetryPolicy patient = kQuick;
  patient.first_delay = patient.longest_delay = 1h;
  Queue queue("test", std::make_shared<ScriptedNotifier>(before), patient, &store, no_jitter, clock);
  queue.add(notice("a"));
  before.wait_for_attempts(1);
  queue.replace(std::make_shared<ScriptedNotifier>(after), patient);
  REQUIRE(queue.drain(10s));
  CHECK(after.titles == std::vector<std::string>{"a"});
}

TEST_CASE("what was not delivered before the stop stays in the store") {
  Log log;
  log.answers = {retry()};
  RecordingStore store;
  const base::SystemClock clock;
  RetryPolicy patient = kQuick;
  patient.first_delay = patient.longest_delay = 1h;
  {
    Queue queue("test", std::make_shared<ScriptedNotifier>(log), patient, &store, no_jitter, clock);
    queue.add(notice("a", Notice::Kind::kActing, 1));
    log.wait_for_attempts(1);
  }
  CHECK(store.removed().empty());
  CHECK(store.buried().empty());
}
