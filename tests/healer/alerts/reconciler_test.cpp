#include "healer/alerts/reconciler.h"

#include <thread>

#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using healer::AlertsInput;
using healer::Reconciler;
using namespace std::chrono_literals;

namespace {

const healer::webhook::ReceiverNames kNames{{"healer"}};
const tests::ScriptedServer::Route kAlerts{"GET", "/api/v2/alerts"};

const std::string kOneAlert = R"([{"fingerprint":"f1","labels":{"alertname":"ContainerDown"},"annotations":{},
  "startsAt":"2025-12-17T04:00:00Z","endsAt":"2025-12-17T05:00:00Z","updatedAt":"2025-12-17T04:00:00Z",
  "status":{"state":"active","silencedBy":[],"inhibitedBy":[]},"receivers":[{"name":"healer"}],"generatorURL":""}])";

// What was delivered, to wait for.
struct Delivered {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<AlertsInput> lists;

  std::function<void(AlertsInput)> sink() {
    return [this](AlertsInput list) {
      {
        std::lock_guard lock(mutex);
        lists.push_back(std::move(list));
      }
      changed.notify_all();
    };
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 10s, [&] { return lists.size() >= count; });
  }
};

}  // namespace

TEST_CASE("Alertmanager is asked at the start, and again on request") {
  tests::ScriptedServer alertmanager({kAlerts});
  alertmanager.answer(kAlerts, base::http::json(200, kOneAlert));
  const base::SystemClock clock;
  Delivered delivered;
  Reconciler reconciler(alertmanager.url(), {}, 1h, kNames, clock, delivered.sink());
  REQUIRE(delivered.wait_for(1));
  CHECK(delivered.lists[0].whole);
  REQUIRE(delivered.lists[0].alerts.size() == 1);
  CHECK(delivered.lists[0].alerts[0].label("alertname") == "ContainerDown");
  reconciler.poke();
  CHECK(delivered.wait_for(2));
}

TEST_CASE("asking now delivers and answers, and its outcome is remembered") {
  tests::ScriptedServer alertmanager({kAlerts});
  const base::SystemClock clock;
  alertmanager.answer(kAlerts, base::http::json(200, "[]"));
  Delivered delivered;
  Reconciler reconciler(alertmanager.url(), {}, 1h, kNames, clock, delivered.sink());
  REQUIRE(delivered.wait_for(1));
  // What its own first question came to is noted a moment after it is delivered.
  const auto noted = base::Deadline::after(clock, 5s);
  while (!reconciler.status().ok && !noted.passed()) std::this_thread::yield();
  const auto list = reconciler.ask(base::Deadline::after(clock, 5s));
  REQUIRE(list);
  CHECK(list->alerts.empty());
  CHECK(delivered.wait_for(2));
  CHECK(reconciler.status().ok);
  const auto success = reconciler.status().last_success;
  CHECK(success > base::WallTime{});

  alertmanager.answer(kAlerts, base::http::text(500, ""));
  const auto refused = reconciler.ask(base::Deadline::after(clock, 5s));
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains("/api/v2/alerts: status 500"));
  CHECK_FALSE(reconciler.status().ok);
  CHECK(reconciler.status().last_success == success);

  alertmanager.answer(kAlerts, base::http::json(200, "not a list"));
  CHECK_FALSE(reconciler.ask(base::Deadline::after(clock, 5s)));
  CHECK(delivered.lists.size() == 2);
}

TEST_CASE("another address is asked at once") {
  tests::ScriptedServer old_one({kAlerts});
  tests::ScriptedServer new_one({kAlerts});
  old_one.answer(kAlerts, base::http::json(200, "[]"));
  new_one.answer(kAlerts, base::http::json(200, kOneAlert));
  const base::SystemClock clock;
  Delivered delivered;
  Reconciler reconciler(old_one.url(), {}, 1h, kNames, clock, delivered.sink());
  REQUIRE(delivered.wait_for(1));
  reconciler.reconfigure(new_one.url(), {}, 1h);
  REQUIRE(delivered.wait_for(2));
  CHECK(delivered.lists[1].alerts.size() == 1);
}
