// What operators are sent in an ordinary week, right after the installation, and on a day with faults: the
// shipped playbooks, schedule and message texts, with a fake clock.
#include <map>
#include <regex>
#include <set>

#include "base/yaml/yaml.h"
#include "healer/notify/channels/discord.h"
#include "healer/notify/outbox/filter.h"
#include "healer/setup/setup.h"
#include "tests/catch.h"
#include "tests/scenarios/world.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Effect;
using tests::World;

namespace {

constexpr base::Duration kEvaluation = 1min;  // of the rules
const std::string kSource = SALUS_SOURCE_DIR;

// The shipped configuration with 20 containers and every task on schedule.
Config shipped_config() {
  const tests::FakeClock clock;
  base::yaml::Problems problems;
  const auto setup = read_setup(kSource + "/deploy/config/healer.yml",
                                kSource + "/deploy/config/subsystems.yml", clock, problems);
  if (!problems.empty()) throw std::runtime_error(problems.str());
  Config config = setup->config;
  for (int i = 1; i <= 12; ++i) config.inventory.other_containers.push_back("worker_" + std::to_string(i));
  for (Playbook& playbook : config.playbooks) playbook.scheduled = true;
  // The world has no ruler and no Prometheus of its own.
  config.rulers.clear();
  config.heartbeat.labels.clear();
  config.prometheus_url.clear();
  config.policy.unconfirmed_end = {};
  return config;
}

// A rule of rules/schedule.rules.yml: every so often, or each Monday 04:00 UTC.
struct Schedule {
  std::string alert, task, heal;
  std::optional<base::Duration> every;

  bool is_due(base::WallTime last_run, base::WallTime now) const {
    if (every) return now - last_run > *every;
    const auto since = (now - base::WallTime(360000s)) % std::chrono::weeks(1);
    return last_run < now - since;
  }
};

std::vector<Schedule> shipped_schedule() {
  base::yaml::Problems problems;
  const base::yaml::Node root = base::yaml::load(kSource + "/rules/schedule.rules.yml", problems);
  std::vector<Schedule> all;
  std::map<std::string, base::Duration> every;  // by task
  for (const base::yaml::Node& group : root.required("groups").items()) {
    for (const base::yaml::Node& rule : group.required("rules").items()) {
      const std::string expr = rule.required("expr").string();
      std::smatch found;
      if (rule.optional("record").present()) {
        if (std::regex_search(expr, found, std::regex("^vector\\((\\d+)\\)")))
          every[rule.required("labels").required("task").string()] =
              std::chrono::seconds(std::stol(found[1]));
        continue;
      }
      if (!std::regex_search(expr, found, std::regex("last_run_timestamp_seconds\\{task=\"(\\w+)\"\\}")))
        continue;
      Schedule one{
          rule.required("alert").string(), found[1], rule.required("labels").required("heal").string(), {}};
      if (expr.contains("task:salus_interval_seconds:limit")) one.every = every.at(one.task);
      all.push_back(std::move(one));
    }
  }
  return all;
}

struct Life {
  explicit Life(Config config = shipped_config()) : world(std::move(config)) {
    world.complete_outcome = [this](const ActionRequest& order, ActionInput& outcome) {
      complete(order, outcome);
    };
    world.at(kEvaluation, [this] { evaluate(); });
  }

  // What the tasks of the shipped configuration report.
  void complete(const ActionRequest& order, ActionInput& outcome) {
    if (order.action == "weekly_report") {
      outcome.written =
          Written{Written::What::kWeeklyReport, "2025-12-22", "✅ All checks passed", "/reports/week.md"};
    } else if (order.action == "health_audit") {
      outcome.written =
          Written{Written::What::kHealthAudit, "2025-12-22", "10.0/10, healthy", "/reports/audit.md"};
      outcome.findings = {"health_audit", {{"", "containers", true}}};
    } else if (order.action == "validation") {
      outcome.findings = {"validation", {{"modules", "", true}, {"modules", "ai_engine", true}}};
      if (validation_fails) outcome.findings.list = {{"smoke", "", false}, {"smoke", "model", false}};
    }
    if (failing.contains(order.target.name)) {
      outcome.ok = false;
      outcome.detail = "compress x.log: open x.log: permission denied";
    }
  }

  void evaluate() {
    // Copies: an alert that fires or ends replaces the view.
    const auto tasks = world.view().tasks;
    const base::WallTime first_start = world.view().first_start;
    for (const Schedule& each : schedule) {
      const auto runs = tasks.find(each.task);
      const bool ran = runs != tasks.end() && runs->second.last_run != base::WallTime{};
      const bool due = each.is_due(ran ? runs->second.last_run : first_start, world.clock.now().wall);
      const Labels labels{
          {"alertname", each.alert}, {"heal", each.heal}, {"severity", "info"}, {"task", each.task}};
      if (due && firing.insert(each.alert).second) world.fires(labels);
      if (!due && firing.erase(each.alert) > 0) world.resolves(labels);
    }
    world.at(world.now() + kEvaluation, [this] { evaluate(); });
  }

  void breaks(base::Duration at, const std::string& container, std::vector<Effect> effects) {
    world.runs(container, std::move(effects));
    world.at(at, [this, container] {
      world.fires({{"alertname", "ContainerDown"},
                   {"container", container},
                   {"heal", "restart_container"},
                   {"severity", "critical"}});
    });
  }

  std::size_t runs_of(const std::string& target) const {
    return static_cast<std::size_t>(std::ranges::count(world.actions(), target, &World::Run::target));
  }

  // What a notifier with the default filters sends.
  std::vector<std::string> messages() const {
    std::vector<std::string> sent;
    for (const Notice& notice : world.notices()) {
      if (notify::accepts(NotifierConfig{}, notice))
        sent.push_back(notify::discord_body(notice, {.stack = "Quantum Trader"}));
    }
    return sent;
  }

  const std::vector<Schedule> schedule = shipped_schedule();
  std::set<std::string> firing;
  std::set<std::string> failing;
  bool validation_fails = false;
  World world;
};

void show(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) UNSCOPED_INFO(message);
}

std::size_t with(const std::vector<std::string>& messages, const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      messages, [&](const std::string& message) { return message.find(text) != std::string::npos; }));
}

}  // namespace

TEST_CASE("an ordinary week of 20 containers sends at most five messages, and does all its work") {
  Life life;
  life.world.at(50h, [&] { life.world.kill(); });  // an upgrade of the healer
  life.world.run_until(24h * 7 + 2h);
  const auto messages = life.messages();
  show(messages);
  CHECK(life.schedule.size() == 7);
  CHECK(messages.size() <= 5);
  CHECK(with(messages, "Weekly Health Check") == 1);
  CHECK(life.runs_of("weekly_report") == 1);
  CHECK(life.runs_of("weekly_validation") == 1);
  CHECK(life.runs_of("health_audit") == 28);
  CHECK(life.runs_of("shard_rotation") == 14);
  CHECK(life.runs_of("log_rotation") == 7);
  CHECK(life.runs_of("cache_pruning") > 160);
}

TEST_CASE("after the first start nothing destructive runs, and at most three messages are sent") {
  Life life;
  life.world.at(20min, [&] { life.world.kill(); });
  life.world.run_until(55min);
  const auto messages = life.messages();
  show(messages);
  CHECK(life.world.actions().empty());
  // The second start is a message, too.
  CHECK(messages.size() <= 4);
  CHECK(with(messages, "Healer Started") == 2);
  // A restart does not count from the beginning again.
  life.world.run_until(65min);
  CHECK(life.runs_of("cache_pruning") == 1);
}

TEST_CASE("tasks that the shipped configuration does not schedule never run by themselves") {
  Config config = shipped_config();
  const tests::FakeClock clock;
  base::yaml::Problems problems;
  config.playbooks = read_setup(kSource + "/deploy/config/healer.yml",
                                kSource + "/deploy/config/subsystems.yml", clock, problems)
                         ->config.playbooks;
  Life life(std::move(config));
  life.world.run_until(25h);
  CHECK(life.runs_of("health_audit") == 4);
  CHECK(life.runs_of("report_pruning") == 1);
  for (const char* task : {"log_rotation", "cache_pruning", "shard_rotation"}) CHECK(life.runs_of(task) == 0);
}

TEST_CASE(
    "a task that fails is reported once with its reason, runs again when it is due, and is reported when it "
    "works") {
  Life life;
  life.failing = {"log_rotation"};
  life.world.at(24h * 3, [&] { life.failing.clear(); });
  life.world.run_until(24h * 4);
  const auto messages = life.messages();
  show(messages);
  CHECK(life.runs_of("log_rotation") > 4);
  CHECK(with(messages, "log_rotation failed: compress x.log: open x.log: permission denied") == 1);
  CHECK(with(messages, "log_rotation works again") == 1);
  CHECK(with(messages,
             "Next step: Fix the cause. The task runs again when it is due, or now: salusctl run rotate_logs "
             "--wait") == 1);
  CHECK(with(messages, "needs an operator") == 0);
  for (const IncidentView& incident : life.world.view().incidents) CHECK(incident.state != State::kExhausted);
}

TEST_CASE("a validation that fails is reported as failed, with its checks, and not as healed") {
  Life life;
  life.validation_fails = true;
  life.world.run_until(24h * 6);
  const auto messages = life.messages();
  show(messages);
  CHECK(with(messages, "Validation Failed") == 1);
  CHECK(with(messages, "weekly_validation failed: model") == 1);
  CHECK(with(messages, "healthy again") == 0);
}

TEST_CASE(
    "on a day with three faults each is reported: that it started, how it ended, what the operator must do") {
  Life life;
  life.breaks(3h, "worker_1", {{Effect::Kind::kHelps, {}}});
  life.breaks(9h, "worker_2", {{Effect::Kind::kUseless, {}}, {Effect::Kind::kHelps, {}}});
  life.breaks(15h, "worker_3", {{Effect::Kind::kUseless, {}}, {Effect::Kind::kUseless, {}}});
  life.world.run_until(20h);
  const auto messages = life.messages();
  show(messages);
  struct Fault {
    std::string container, end, next;
  };
  for (const Fault& fault : {Fault{"worker_1", "- Healed**", "Next step: No action needed."},
                             Fault{"worker_2", "- Healed**", "Next step: No action needed."},
                             Fault{"worker_3", "- Healing Exhausted**", "; then: salusctl release INC-"}}) {
    INFO(fault.container);
    std::vector<std::string> of_it;
    for (const std::string& message : messages) {
      if (message.find("Container: " + fault.container) != std::string::npos) of_it.push_back(message);
    }
    CHECK(with(of_it, "- Healing**") >= 1);
    CHECK(with(of_it, fault.end) == 1);
    CHECK(with(of_it, fault.next) == 1);
    for (const std::string& message : of_it) {
      for (const char* part : {"Quantum Trader", "Container: ", "Action: container_restart (INC-",
                               "Incident: INC-", "Next step: "}) {
        INFO(message);
        CHECK(message.find(part) != std::string::npos);
      }
    }
  }
  CHECK(with(messages, "- Healing**") == 5);
  CHECK(messages.size() <= 3 + 5 + 3 + 3);
}
