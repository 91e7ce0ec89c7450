#include "healer/app/health_poller.h"

#include <condition_variable>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/example_view.h"
#include "tests/healer/scripted_server.h"

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kQuery{"GET", "/api/v1/query"};

// Counts looks, and waits for them.
struct Looks {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<bool> answers;

  void hear(bool answered) {
    {
      std::lock_guard lock(mutex);
      answers.push_back(answered);
    }
    changed.notify_all();
  }
  bool reach(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 60s, [&] { return answers.size() >= count; });
  }
};

struct Fixture {
  Fixture() {
    prometheus.answer(kQuery,
                      base::http::json(200, R"({"status":"success","data":{"resultType":"vector",)"
                                            R"("result":[{"metric":{"__name__":"salus:overall_status:max"},)"
                                            R"("value":[1,"0"]}]}})"));
    config.prometheus_url = prometheus.url();
    config.report_file = folder.file("report.json");
  }
  healer::HealthPoller make() {
    return healer::HealthPoller(
        config, [this] { return std::make_shared<const healer::View>(view); }, clock,
        [this](bool answered) { looks.hear(answered); });
  }
  // The report is written after the answer is heard: waits for it.
  bool reports(const healer::HealthPoller& health_poller, const std::string& status) {
    const auto deadline = base::Deadline::after(clock, 60s);
    while (!deadline.passed()) {
      const auto report = health_poller.report();
      if (report && json::parse(*report)["overall_status"] == status) return true;
      std::this_thread::yield();
    }
    return false;
  }

  base::SystemClock clock;
  tests::TemporaryFolder folder;
  tests::ScriptedServer prometheus{{kQuery}};
  healer::Config config = tests::example_config();
  healer::View view = tests::example_view();
  Looks looks;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the report is written at the start, and served as it was written") {
  const healer::HealthPoller health_poller = make();
  REQUIRE(reports(health_poller, "healthy"));
  CHECK(folder.read("report.json") == *health_poller.report());
  CHECK(health_poller.prometheus_answered_at() > base::WallTime{});
  CHECK(looks.answers == std::vector<bool>{true});
}

TEST_CASE_METHOD(Fixture, "what changes is looked at soon, what does not is not") {
  healer::HealthPoller health_poller = make();
  REQUIRE(looks.reach(1));
  health_poller.notice(view);
  REQUIRE(looks.reach(2));
  health_poller.notice(view);
  view.policy.policy = healer::Policy::kEmergencyShutdown;
  health_poller.notice(view);
  REQUIRE(looks.reach(3));
}

TEST_CASE_METHOD(Fixture, "a Prometheus that is away is reported, and the report says so") {
  config.prometheus_url = "http://127.0.0.1:1";
  const healer::HealthPoller health_poller = make();
  REQUIRE(reports(health_poller, "unknown"));
  CHECK(looks.answers == std::vector<bool>{false});
  CHECK(health_poller.prometheus_answered_at() == base::WallTime{});
}

TEST_CASE_METHOD(Fixture, "a report that cannot be written is served all the same") {
  config.report_file = folder.file("missing/report.json");
  const healer::HealthPoller health_poller = make();
  CHECK(reports(health_poller, "healthy"));
}
