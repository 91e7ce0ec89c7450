#include "healer/setup/setup.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "healer/actions/table.h"
#include "healer/engine/planner.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/golden.h"

using namespace std::chrono_literals;

namespace {

const std::string kFixtures = SALUS_SOURCE_DIR "/tests/fixtures/config/healer/";

std::string problems_of(const std::string& config_file) {
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup = healer::read_setup(config_file, kFixtures + "subsystems.yml", clock, problems);
  std::string text = problems.str();
  const auto replace = [&text](const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what))
      text.replace(at, what.size(), by);
  };
  replace(kFixtures, "");
  // A new action changes no expected message.
  replace(fmt::format("{}", fmt::join(healer::actions::names(), ", ")), "<actions>");
  return text;
}

constexpr std::string_view kMinimal = R"(
alertmanager_url: http://127.0.0.1:9093/
prometheus_url: http://127.0.0.1:9090/prometheus
exporter_url: http://127.0.0.1:9869
token_file: secrets/token
data_dir: /var/lib/salus
)";

constexpr std::string_view kOneSubsystem =
    "subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]";

}  // namespace

// Each wrong file has its exact messages beside it, all problems at once: `./dev golden` writes them again.
TEST_CASE("every wrong healer.yml is refused with its exact messages") {
  std::set<std::string> wrong;
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
    const auto& path = entry.path();
    if (path.extension() == ".yml" && path.filename() != "subsystems.yml") wrong.insert(path.string());
  }
  REQUIRE(wrong.size() >= 17);
  for (const std::string& file : wrong) {
    const std::string golden =
        "tests/fixtures/config/healer/" + std::filesystem::path(file).stem().string() + ".problems";
    const std::string problems = problems_of(file);
    CAPTURE(file);
    CHECK_FALSE(problems.empty());
    CHECK(tests::golden_difference(golden, problems) == "");
  }
}

TEST_CASE("a file that does not exist is a problem that names it") {
  CHECK_THAT(problems_of("/nonexistent/healer.yml"), Catch::Contains("/nonexistent/healer.yml: "));
}

TEST_CASE("the shipped configuration has no problem and compiles") {
  const std::string config = SALUS_SOURCE_DIR "/deploy/config/";
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup = healer::read_setup(config + "healer.yml", config + "subsystems.yml", clock, problems);
  CHECK(problems.str() == "");
  REQUIRE(find_playbook(setup->config, "restart_container") != nullptr);
  const healer::Playbook& playbook = setup->config.playbooks[0];
  CHECK(playbook.name == "restart_container");
  REQUIRE(playbook.rungs.size() == 2);
  CHECK(playbook.verify.healthy_for == 4s);
  const healer::Target target{"container", "quantum_redis"};
  REQUIRE(setup->action("restart_container", 1));
  CHECK(setup->action("restart_container", 0)->describe(target) ==
        "restart container quantum_redis (its own stop timeout), unless it was started less than 10s ago");
  CHECK(setup->action("restart_container", 1)->describe(target) ==
        "stop container quantum_redis (its own stop timeout), wait 5s, start it");
  std::set<std::string> tasks;
  for (const healer::Playbook& each : setup->config.playbooks) tasks.insert(each.task);
  for (const char* task : {"cache_pruning", "log_rotation", "report_pruning", "weekly_report"})
    CHECK(tasks.contains(task));
  const auto rotation = std::ranges::find(setup->config.playbooks, "rotate_logs", &healer::Playbook::name);
  REQUIRE(rotation != setup->config.playbooks.end());
  CHECK(rotation->on_crash == healer::OnCrash::kRetry);
  // What removes or restarts something is off until an operator turns it on.
  for (const healer::Playbook& each : setup->config.playbooks) {
    CAPTURE(each.name);
    CHECK(each.scheduled ==
          (each.name != "rotate_logs" && each.name != "prune_cache" && each.name != "rotate_shards"));
  }
  CHECK(setup->action("prune_cache", 0)->describe({"task", "cache_pruning"}) ==
        "in database 0 of Redis at 127.0.0.1:6379: remove keys matching signal:*, cache:* that were "
        "not used for 1h");
}

TEST_CASE("what a failed check requests must be possible") {
  const auto [check, problem] = GENERATE(table<std::string, std::string>({
      {"heal: restart_module, container: quantum_redis", ""},
      {"heal: nothing, container: quantum_redis", "model: there is no playbook \"nothing\""},
      {"heal: restart_container, container: quantum_redis",
       "model: playbook restart_container must act on containers and accept ValidationFailed"},
      {"heal: restart_module, container: elsewhere", "model: container \"elsewhere\" is not declared"},
  }));
  const base::SystemClock clock;
  base::yaml::Problems problems;
  healer::parse_setup(
      std::string(kMinimal) + "validation: {smoke: [{name: model, argv: [/bin/true], " + check +
          "}]}\n"
          "playbooks:\n"
          "  - {name: restart_module, accepts: [ValidationFailed], rungs: [{action: container_restart}]}\n"
          "  - {name: restart_container, accepts: [ContainerDown], rungs: [{action: container_restart}]}\n",
      "subsystems: [{name: logging, purpose: logs, trading: none, cadence: normal}]\n"
      "containers: [quantum_redis]\n",
      clock, problems);
  CAPTURE(problems.str());
  CHECK(problems.empty() == problem.empty());
  if (!problem.empty()) CHECK_THAT(problems.str(), Catch::Contains(problem));
}

TEST_CASE("only a task can be taken off the schedule") {
  const base::SystemClock clock;
  base::yaml::Problems problems;
  std::string text(kMinimal);
  text += "playbooks: [{name: p, accepts: [A], scheduled: false, rungs: [{action: container_restart}]}]\n";
  healer::parse_setup(text, kOneSubsystem, clock, problems);
  CHECK_THAT(problems.str(), Catch::Contains("scheduled: is only valid with `task`"));
}

TEST_CASE("what is not given has its default") {
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup = healer::parse_setup(kMinimal, kOneSubsystem, clock, problems);
  REQUIRE(problems.str() == "");
  const healer::Config& config = setup->config;
  CHECK(config.stack == "Salus");
  CHECK(config.exporter_job == "salus-exporter");
  CHECK(config.alertmanager_url == "http://127.0.0.1:9093");
  CHECK(config.prometheus_url == "http://127.0.0.1:9090/prometheus");
  CHECK(config.docker_host == "unix:///var/run/docker.sock");
  CHECK(config.reconcile_interval == 1min);
  CHECK(config.journal.retention == 24h * 400);
  CHECK(config.policy.on_watchdog_silence == "no_new_trades");
  CHECK(config.playbooks.empty());
}

TEST_CASE("the healer's receivers are named in a list that is not empty") {
  const auto [receivers, names, problem] =
      GENERATE(table<std::string, std::vector<std::string>, std::string>({
          {"", {"healer", "salus-healer"}, ""},
          {"alertmanager_receivers: [salus-production]", {"salus-production"}, ""},
          {"alertmanager_receivers: []", {}, "is empty: the healer would handle no alert"},
          {"alertmanager_receivers: ['']", {""}, "a receiver name must not be empty"},
      }));
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup =
      healer::parse_setup(std::string(kMinimal) + receivers + "\n", kOneSubsystem, clock, problems);
  CHECK(setup->config.alertmanager_receivers == names);
  CHECK(problems.empty() == problem.empty());
  CHECK_THAT(problems.str(), Catch::Contains(problem));
}

TEST_CASE("a relative path is taken from the configuration's own folder") {
  const tests::TemporaryFolder folder;
  const std::string file = folder.write("healer.yml", kMinimal);
  const std::string subsystems = folder.write("subsystems.yml", kOneSubsystem);
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup = healer::read_setup(file, subsystems, clock, problems);
  CHECK(setup->config.token_file == folder.path() + "/secrets/token");
  CHECK(setup->config.data_dir == "/var/lib/salus");
  CHECK(setup->config.policy.file.empty());
}

TEST_CASE("an action is found by playbook and rung, and nothing else") {
  const std::string text = fmt::format(
      "{}playbooks:\n  - {{name: one, accepts: [A], rungs: [{{action: container_start}}]}}\n", kMinimal);
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup = healer::parse_setup(text, kOneSubsystem, clock, problems);
  REQUIRE(problems.str() == "");
  CHECK(setup->action("one", 0) != nullptr);
  CHECK(setup->action("one", 1) == nullptr);
  CHECK(setup->action("two", 0) == nullptr);
}

TEST_CASE("auto_pause and auto_restart switch nothing that is always automatic") {
  const auto [switches, pause, restart] = GENERATE(table<std::string, bool, bool>({
      {"auto_pause: false\n", false, true},
      {"auto_restart: false\n", true, false},
      {"auto_pause: false\nauto_restart: false\n", false, false},
  }));
  const std::string text = std::string(kMinimal) + switches + R"(
trading: {url: 'http://127.0.0.1:8000'}
playbooks:
  - {name: pause, accepts: [A], rungs: [{action: pause_trading, policy: no_new_trades, lease: 1h}]}
  - {name: profile, accepts: [A], rungs: [{action: switch_to_safe_profile, policy: safe_risk_profile, lease: 1h}]}
  - {name: module, accepts: [A], rungs: [{action: disable_module, parameters: {file: {path: /tmp/off, content: off}}}]}
  - {name: restart, accepts: [A], rungs: [{action: container_restart}]}
)";
  const base::SystemClock clock;
  base::yaml::Problems problems;
  const auto setup = healer::parse_setup(text, std::string(kOneSubsystem), clock, problems);
  CHECK(problems.str() == "");
  REQUIRE(setup);
  const auto automatic = [&](const char* playbook) {
    return healer::find_playbook(setup->config, playbook)->rungs.at(0).automatic;
  };
  CHECK(automatic("pause") == pause);
  CHECK(automatic("restart") == restart);
  CHECK(automatic("profile"));
  CHECK(automatic("module"));
}
