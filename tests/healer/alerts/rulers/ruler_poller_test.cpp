#include "healer/alerts/rulers/ruler_poller.h"

#include <condition_variable>
#include <mutex>

#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kRules{"GET", "/api/v1/rules"};
const tests::ScriptedServer::Route kInfo{"GET", "/api/v1/status/runtimeinfo"};
const tests::ScriptedServer::Route kQuery{"GET", "/api/v1/query"};

const std::string kOneRule = R"({"status":"success","data":{"groups":[{"name":"g","rules":[
  {"type":"alerting","name":"A","health":"ok","alerts":[]}]}]}})";

struct Delivered {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<RulesInput> inputs;

  std::function<void(RulesInput)> sink() {
    return [this](RulesInput input) {
      {
        std::lock_guard lock(mutex);
        inputs.push_back(std::move(input));
      }
      changed.notify_all();
    };
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, [&] { return inputs.size() >= count; });
  }
};

}  // namespace

TEST_CASE("a ruler is asked for its rules, its start and the facts") {
  tests::ScriptedServer ruler({kRules, kInfo, kQuery});
  ruler.answer(kRules, base::http::json(200, kOneRule));
  ruler.answer(kInfo,
               base::http::json(200, R"({"status":"success","data":{"startTime":"2025-12-17T04:00:00Z"}})"));
  ruler.answer(kQuery, base::http::json(200, R"({"status":"success","data":{"result":[
      {"metric":{"__name__":"salus_subsystem_info","subsystem":"a"},"value":[1,"1"]}]}})"));
  const base::SystemClock clock;
  const bool first = GENERATE(true, false);
  const RulesInput input =
      ask_ruler({"one", ruler.url(), {}}, first, clock, base::Deadline::after(clock, 5s));
  CHECK(input.error.empty());
  CHECK(input.ruler == "one");
  REQUIRE(input.state);
  CHECK(input.state->knows("A"));
  CHECK(input.started_at);
  CHECK(input.facts.has_value() == first);
}

TEST_CASE("a ruler that knows nothing but its rules will do, one that does not answer is an error") {
  using Routes = std::vector<tests::ScriptedServer::Route>;
  tests::ScriptedServer ruler(Routes{{"GET", "/prometheus/api/v1/rules"}});
  const base::SystemClock clock;
  ruler.answer({"GET", "/prometheus/api/v1/rules"}, base::http::json(200, kOneRule));
  const auto ask = [&] {
    return ask_ruler({"loki", ruler.url() + "/prometheus", {}}, true, clock,
                     base::Deadline::after(clock, 5s));
  };
  const RulesInput good = ask();
  CHECK(good.error.empty());
  CHECK_FALSE(good.started_at);
  CHECK_FALSE(good.facts);
  ruler.answer({"GET", "/prometheus/api/v1/rules"}, base::http::json(503, "{}"));
  CHECK(ask().error.find("status 503") != std::string::npos);
  ruler.answer({"GET", "/prometheus/api/v1/rules"}, base::http::json(200, "{}"));
  CHECK(ask().error.find("/api/v1/rules") != std::string::npos);
}

TEST_CASE("every ruler is asked at the start, when it is poked, and after a new configuration") {
  tests::ScriptedServer ruler({kRules});
  ruler.answer(kRules, base::http::json(200, kOneRule));
  const base::SystemClock clock;
  Config config;
  config.rulers = {{"one", ruler.url(), {}}, {"two", ruler.url(), {}}};
  config.reconcile_interval = 1h;
  Delivered delivered;
  RulerPoller poller(config, clock, delivered.sink());
  REQUIRE(delivered.wait_for(2));
  poller.poke();
  REQUIRE(delivered.wait_for(4));
  config.rulers = {{"three", ruler.url(), {}}};
  poller.reconfigure(config);
  REQUIRE(delivered.wait_for(5));
  std::lock_guard lock(delivered.mutex);
  CHECK(delivered.inputs.back().ruler == "three");
}
