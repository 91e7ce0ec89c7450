#include "healer/notify/outbox/filter.h"

#include "tests/catch.h"

using healer::Notice;
using healer::NotifierConfig;
using healer::notify::accepts;
using enum Notice::Kind;
using Tasks = NotifierConfig::Tasks;

namespace {

NotifierConfig with(Tasks tasks) {
  NotifierConfig config;
  config.tasks = tasks;
  return config;
}

NotifierConfig with_names(std::vector<std::string> containers, std::vector<std::string> playbooks) {
  NotifierConfig config;
  config.containers = std::move(containers);
  config.playbooks = std::move(playbooks);
  return config;
}

}  // namespace

TEST_CASE("of tasks only what matters is sent, unless a notifier wants more or less") {
  const auto [kind, none, failures, all] = GENERATE(table<Notice::Kind, bool, bool, bool>({
      {kTaskDone, false, false, true},
      {kHealthAudit, false, false, true},
      {kTaskFailed, false, true, true},
      {kTaskRecovered, false, true, true},
      {kHealthAuditFailed, false, true, true},
      {kValidationFailed, false, true, true},
      {kWeeklyReport, true, true, true},
      {kExhausted, true, true, true},
  }));
  CAPTURE(to_string(kind));
  CHECK(accepts({}, {.kind = kind}) == failures);
  CHECK(accepts(with(Tasks::kNone), {.kind = kind}) == none);
  CHECK(accepts(with(Tasks::kFailures), {.kind = kind}) == failures);
  CHECK(accepts(with(Tasks::kAll), {.kind = kind}) == all);
}

TEST_CASE("a notice has to pass every filter") {
  const Notice notice{
      .kind = kActing, .severity = "high", .container = "quantum_redis", .playbook = "restart_container"};
  NotifierConfig notifier;
  CHECK(accepts(notifier, notice));
  notifier.only = {kActing};
  CHECK(accepts(notifier, notice));
  notifier.only = {kHealed};
  CHECK_FALSE(accepts(notifier, notice));
  notifier.only.clear();
  notifier.min_weight = 2;
  CHECK(accepts(notifier, notice));
  notifier.min_weight = 3;
  CHECK_FALSE(accepts(notifier, notice));
  CHECK(accepts(with_names({"quantum_redis"}, {"x", "restart_container"}), notice));
  CHECK_FALSE(accepts(with_names({"quantum_nginx"}, {}), notice));
  CHECK_FALSE(accepts(with_names({}, {"auto_heal"}), notice));
  CHECK_FALSE(accepts(with_names({"quantum_redis"}, {}), {.kind = kStorm}));
}
