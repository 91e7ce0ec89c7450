#include "healer/state/alert_store.h"

#include <atomic>
#include <condition_variable>
#include <thread>

#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/healer/fake_journal.h"

using namespace healer;
using Source = AlertStore::Source;
using std::chrono::seconds;

namespace {

struct Fixture {
  tests::FakeJournal journal;
  tests::FakeClock clock;
  AlertStore ledger{journal, clock};

  Accepted accept(const Alert& alert, Source source = Source::kWebhook) {
    const auto accepted = ledger.accept(std::vector{alert}, source, clock.now().mono);
    REQUIRE(accepted);
    return *accepted;
  }
};

Alert later(Alert alert, int by) {
  alert.starts_at += seconds(by);
  return alert;
}

Alert ended(Alert alert) {
  alert.firing = false;
  alert.ends_at = alert.starts_at + seconds(60);
  return alert;
}

// As one that was only missed: nobody said when.
Alert missed(Alert alert) {
  alert.firing = false;
  return alert;
}

const Labels kHeal{{"heal", "restart_container"}};

}  // namespace

TEST_CASE_METHOD(Fixture, "the same delivery again is no news and writes nothing") {
  const Alert a = tests::alert("a", kHeal);
  CHECK(accept(a).stored == 1);
  CHECK(accept(a).duplicates == 1);
  CHECK(accept(a, Source::kWholeList).duplicates == 1);
  CHECK(journal.appends() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "a firing that comes after its own end is stale until the whole list says otherwise") {
  const Alert a = tests::alert("a", kHeal);
  CHECK(accept(ended(a)).stored == 1);
  CHECK(accept(a).stale == 1);
  CHECK(accept(later(a, -5)).stale == 1);
  CHECK(accept(a, Source::kWholeList).stored == 1);
  CHECK(accept(ended(a)).stored == 1);
  CHECK(accept(later(a, 1)).stored == 1);
}

TEST_CASE_METHOD(Fixture, "an end that was only inferred makes no delivery stale, also after a restart") {
  const Alert a = tests::alert("a", kHeal);
  accept(a);
  accept(missed(a), Source::kWholeList);
  if (GENERATE(true, false)) {
    AlertStore again(journal, clock);
    for (const Entry& entry : journal.entries()) again.replay(entry);
    CHECK(again.accept(std::vector{a}, Source::kWebhook)->stored == 1);
  } else {
    CHECK(accept(later(a, -5)).stale == 1);
    CHECK(accept(a).stored == 1);
  }
}

TEST_CASE_METHOD(Fixture, "an alert that asks for nothing is not written") {
  CHECK(accept(tests::alert("a", {{"severity", "critical"}})).ignored == 1);
  CHECK(accept(tests::alert("a", {}), Source::kWholeList).ignored == 1);
  CHECK(journal.appends() == 0);
  CHECK(accept(tests::alert("b", {{"policy", "no_new_trades"}})).stored == 1);
}

TEST_CASE_METHOD(Fixture, "a firing that demands a policy is believed at once") {
  const Alert a = tests::alert("a", {{"policy", "defensive_exit"}});
  accept(a);
  accept(ended(a));
  CHECK(accept(a).stored == 1);
}

TEST_CASE_METHOD(Fixture, "the end of an earlier firing does not end the present one") {
  const Alert a = tests::alert("a", kHeal);
  accept(later(a, 10));
  CHECK(accept(ended(a)).stale == 1);
  CHECK(accept(ended(later(a, 10))).stored == 1);
}

TEST_CASE_METHOD(Fixture, "a list that was asked for before the latest news does not undo it") {
  const Alert a = tests::alert("a", kHeal);
  const base::MonoTime asked_at = clock.now().mono;
  clock.advance(seconds(1));
  accept(a);
  const auto accepted = ledger.accept(std::vector{ended(a)}, Source::kWholeList, asked_at);
  REQUIRE(accepted);
  CHECK(accepted->duplicates == 1);
}

TEST_CASE_METHOD(Fixture, "one body is one transaction, with each alert at most once") {
  const Alert a = tests::alert("a", kHeal);
  const auto accepted = ledger.accept(std::vector{a, a, tests::alert("b", kHeal)}, Source::kWebhook);
  REQUIRE(accepted);
  CHECK(accepted->stored == 2);
  CHECK(accepted->duplicates == 1);
  CHECK(journal.appends() == 1);
  const auto entries = ledger.drain();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].seq == 1);
  CHECK(entries[1].seq == 2);
  CHECK(ledger.drain().empty());
}

TEST_CASE_METHOD(Fixture, "what could not be stored is news again next time") {
  journal.set_failing(true);
  CHECK_FALSE(ledger.accept(std::vector{tests::alert("a", kHeal)}, Source::kWebhook));
  CHECK(ledger.drain().empty());
  journal.set_failing(false);
  CHECK(accept(tests::alert("a", kHeal)).stored == 1);
}

TEST_CASE_METHOD(Fixture, "the Watchdog is a heartbeat and is not written") {
  CHECK(accept(tests::alert("w", {{"alertname", "Watchdog"}})).heartbeats == 1);
  CHECK(journal.appends() == 0);
}

TEST_CASE_METHOD(Fixture, "after a restart the journal's alerts are known") {
  const Alert a = tests::alert("a", kHeal);
  accept(a);
  AlertStore again(journal, clock);
  for (const Entry& entry : journal.entries()) again.replay(entry);
  const auto accepted = again.accept(std::vector{a}, Source::kWebhook);
  REQUIRE(accepted);
  CHECK(accepted->duplicates == 1);
}

TEST_CASE_METHOD(Fixture, "the same body five times at once is stored once") {
  std::atomic<std::size_t> stored = 0;
  {
    std::vector<std::jthread> peers;
    for (int i = 0; i < 5; ++i) {
      peers.emplace_back(
          [&] { stored += ledger.accept(std::vector{tests::alert("a", kHeal)}, Source::kWebhook)->stored; });
    }
  }
  CHECK(stored == 1);
}

TEST_CASE_METHOD(Fixture, "what only Alertmanager's list reports is kept as such") {
  const Alert delivered = tests::alert("a", {{"heal", "restart_container"}});
  const Alert listed = tests::alert("b", {{"heal", "restart_container"}});
  CHECK(accept(delivered).stored == 1);
  CHECK(accept(listed, Source::kWholeList).stored == 1);
  const auto entries = ledger.drain();
  REQUIRE(entries.size() == 2);
  CHECK_FALSE(std::get<AlertSeen>(entries[0].record.fact).pulled);
  CHECK(std::get<AlertSeen>(entries[1].record.fact).pulled);
}

namespace {

// Holds the first append until it is let go.
class SlowJournal final : public journal::Journal {
 public:
  base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) override {
    std::unique_lock lock(mutex_);
    ++appends_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return let_go_; });
    if (failing_) return base::fail("disk full");
    std::vector<std::uint64_t> seqs;
    for (std::size_t i = 0; i < records.size(); ++i) seqs.push_back(++last_);
    return seqs;
  }
  base::Result<> load(const journal::TakeLine&, const journal::TakeEntry&, std::uint64_t) override {
    return {};
  }
  std::optional<std::string> last_error() const override { return {}; }
  std::optional<std::string> quarantined() const override { return {}; }

  void wait_for_append() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return appends_ > 0; });
  }
  void let_go(bool failing) {
    std::lock_guard lock(mutex_);
    let_go_ = true;
    failing_ = failing;
    changed_.notify_all();
  }
  int appends() const { return appends_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int appends_ = 0;
  std::uint64_t last_ = 0;
  bool let_go_ = false;
  bool failing_ = false;
};

}  // namespace

TEST_CASE("a repeat of what is being written is acknowledged only once that is durable") {
  SlowJournal journal;
  const tests::FakeClock clock;
  AlertStore ledger(journal, clock);
  const bool failing = GENERATE(false, true);
  const std::vector<Alert> alerts{tests::alert("a", {{"heal", "restart_container"}})};
  std::optional<base::Result<Accepted>> first;
  std::vector<std::optional<base::Result<Accepted>>> repeats(4);
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { first = ledger.accept(alerts, Source::kWebhook); });
    journal.wait_for_append();
    for (auto& repeat : repeats) {
      threads.emplace_back([&] { repeat = ledger.accept(alerts, Source::kWebhook); });
    }
    CHECK(ledger.drain().empty());
    journal.let_go(failing);
  }
  CHECK(first->has_value() == !failing);
  for (const auto& repeat : repeats) CHECK(repeat->has_value() == !failing);
  CHECK(ledger.drain().size() == (failing ? 0 : 1));
  CHECK((failing || journal.appends() == 1));
}

TEST_CASE_METHOD(Fixture, "a journal that throws leaves the ledger usable") {
  journal.befall(tests::FakeJournal::Fault::kCrashBefore, 1);
  const std::vector<Alert> alerts{tests::alert("a", {{"heal", "restart_container"}})};
  CHECK_THROWS_AS(ledger.accept(alerts, Source::kWebhook), tests::Crash);
  CHECK(accept(alerts.front()).stored == 1);
}
