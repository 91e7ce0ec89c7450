#include "healer/publish/output_worker.h"

#include <atomic>
#include <condition_variable>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using healer::PolicyDocument;
using healer::policy::delay_after;
using healer::policy::OutputWorker;
using namespace std::chrono_literals;

namespace {

// Does what it is told to, attempt after attempt.
struct Script {
  std::mutex mutex;
  std::condition_variable changed;
  int failures = 0;   // of the next attempts
  bool held = false;  // attempts wait
  std::vector<std::uint64_t> attempts;
  std::vector<base::Duration> valid_for;

  std::atomic<bool> withdraws = false;

  // The next attempts wait, and then fail.
  void hold(int attempts_that_fail) {
    std::lock_guard lock(mutex);
    held = true;
    failures = attempts_that_fail;
  }
  void succeed() {
    std::lock_guard lock(mutex);
    failures = 0;
  }
  bool reaches(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 60s, [&] { return attempts.size() >= count; });
  }
  void let_go() {
    {
      std::lock_guard lock(mutex);
      held = false;
    }
    changed.notify_all();
  }
};

class ScriptedOutput final : public healer::policy::Output {
 public:
  explicit ScriptedOutput(Script& script) : script_(script) {}
  base::Result<> deliver(const PolicyDocument& document, base::Duration valid_for, base::Deadline) override {
    std::unique_lock lock(script_.mutex);
    script_.attempts.push_back(document.sequence);
    script_.valid_for.push_back(valid_for);
    script_.changed.notify_all();
    script_.changed.wait(lock, [this] { return !script_.held; });
    if (script_.failures > 0 && script_.failures-- > 0) return base::fail("away");
    return {};
  }
  bool withdrawn() const override { return script_.withdraws; }

 private:
  Script& script_;
};

PolicyDocument numbered(std::uint64_t sequence, healer::Policy policy = healer::Policy::kNoNewTrades) {
  PolicyDocument document;
  document.policy = policy;
  document.permissions = healer::policy::permissions_of(policy, {});
  document.sequence = sequence;
  document.valid_until = document.issued_at + 30s;
  return document;
}

struct Fixture {
  Script script;
  tests::FakeClock clock;
  OutputWorker worker{"redis", std::make_unique<ScriptedOutput>(script), clock};

  bool delivered() {
    const base::SystemClock real;
    const auto deadline = base::Deadline::after(real, 60s);
    while (!deadline.passed()) {
      if (worker.status().last_success != base::WallTime{}) return true;
      std::this_thread::yield();
    }
    return false;
  }
};

}  // namespace

TEST_CASE("pauses between attempts grow to 1 s") {
  CHECK(delay_after(1) == 250ms);
  CHECK(delay_after(2) == 500ms);
  CHECK(delay_after(3) == 1s);
  CHECK(delay_after(1000) == 1s);
}

TEST_CASE_METHOD(Fixture, "an output is behind while its readers may obey a document that allows more") {
  const auto loose = numbered(1, healer::Policy::kAllowAll);
  worker.post(loose);
  REQUIRE(delivered());
  CHECK_FALSE(worker.status().behind);
  script.hold(1'000'000);
  const auto strict = numbered(2, healer::Policy::kEmergencyShutdown);
  worker.post(strict);
  REQUIRE(script.reaches(2));
  CHECK_FALSE(worker.status().behind);  // it may arrive any moment
  script.let_go();
  while (!worker.status().behind) std::this_thread::yield();
  SECTION("until it is delivered") {
    script.succeed();
    while (worker.status().behind) std::this_thread::yield();
  }
  SECTION("until what they have expires") {
    clock.advance(31s);
    CHECK_FALSE(worker.status().behind);
  }
  SECTION("until what they have is withdrawn") {
    script.withdraws = true;
    while (worker.status().behind) std::this_thread::yield();
  }
}

TEST_CASE_METHOD(Fixture, "a looser document that is late leaves no output behind") {
  script.failures = 1000;
  const auto loose = numbered(1, healer::Policy::kAllowAll);
  worker.post(loose);
  REQUIRE(script.reaches(2));
  CHECK_FALSE(worker.status().behind);
}

TEST_CASE_METHOD(Fixture, "what an earlier life left behind is not known") {
  script.failures = 1000;
  worker.post(numbered(1));
  REQUIRE(script.reaches(2));
  CHECK(worker.status().behind);
}

TEST_CASE_METHOD(Fixture, "a document is delivered with what is left of its time") {
  worker.post(numbered(1));
  REQUIRE(delivered());
  CHECK(script.valid_for == std::vector<base::Duration>{30s});
  CHECK(worker.status().last_success == clock.now().wall);
  CHECK(worker.status().failures == 0);
}

TEST_CASE_METHOD(Fixture, "what failed is tried again, and counted") {
  script.failures = 2;
  worker.post(numbered(1));
  REQUIRE(script.reaches(3));
  REQUIRE(delivered());
  CHECK(script.attempts == std::vector<std::uint64_t>{1, 1, 1});
  CHECK(worker.status().failures == 2);
}

TEST_CASE_METHOD(Fixture, "only the newest is delivered after a long attempt") {
  script.held = true;
  worker.post(numbered(1));
  REQUIRE(script.reaches(1));
  worker.post(numbered(2));
  worker.post(numbered(3));
  script.let_go();
  REQUIRE(script.reaches(2));
  CHECK(script.attempts == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE_METHOD(Fixture, "what has expired is not delivered any more, whatever the wall clock says") {
  script.failures = 1;
  script.held = true;
  worker.post(numbered(1));
  REQUIRE(script.reaches(1));
  clock.set_wall(clock.now().wall - 48h);
  clock.advance(30s);
  worker.post(numbered(2));
  script.let_go();
  REQUIRE(delivered());
  CHECK(script.attempts == std::vector<std::uint64_t>{1, 2});
}
