#include "healer/setup/playbook_node.h"

#include "tests/catch.h"

TEST_CASE("crash behaviours are read by their names") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto [text, expected] = GENERATE(table<std::string, healer::OnCrash>({
      {"verify", healer::OnCrash::kVerify},
      {"retry", healer::OnCrash::kRetry},
      {"never_repeat", healer::OnCrash::kNeverRepeat},
  }));
  base::yaml::Problems problems;
  const auto root =
      base::yaml::parse("{name: a, accepts: [A], rungs: [{action: container_start}], on_crash: " + text + "}",
                        "x.yml", problems);
  std::vector<std::unique_ptr<healer::actions::Action>> compiled;
  const auto playbook = healer::read_playbook(root, {nowhere, clock}, compiled);
  CHECK(playbook.on_crash == expected);
  CHECK(playbook.rungs[0].attempts == 1);
  CHECK(playbook.rungs[0].repeats == (expected == healer::OnCrash::kRetry));
  CHECK(problems.str() == "");
  CHECK(compiled.size() == 1);
}

TEST_CASE("the limits of a playbook are read, each with its default") {
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const base::SystemClock clock;
  const auto read = [&](const std::string& more) {
    base::yaml::Problems problems;
    const auto root = base::yaml::parse(
        "{name: a, accepts: [A], rungs: [{action: container_start}, {action: redis_prune, parameters: "
        "{address: "
        "'h:1', patterns: ['x:*']}}]" +
            more + "}",
        "x.yml", problems);
    std::vector<std::unique_ptr<healer::actions::Action>> compiled;
    auto playbook = healer::read_playbook(root, {nowhere, clock}, compiled);
    CHECK_FALSE(playbook.rungs.size() != 2);
    return playbook;
  };
  using namespace std::chrono_literals;
  const healer::Playbook plain = read("");
  CHECK(plain.cooldown_factor == 2);
  CHECK(plain.cooldown_max == 15min);
  CHECK(plain.cooldown_reset == 30min);
  CHECK_FALSE(plain.priority);
  CHECK_FALSE(plain.actions_per_hour);
  CHECK(plain.requires_policy == healer::Policy::kAllowAll);
  CHECK(plain.rungs[0].disruptive);
  CHECK_FALSE(plain.rungs[1].disruptive);
  CHECK(read(", cooldown: 1h").cooldown_max == 1h);

  const healer::Playbook all = read(
      ", cooldown_factor: 1.5, cooldown_max: 5m, cooldown_reset: 1h, actions_per_hour: 3, quiet_hours: ['Mon "
      "08:00-09:00'], allowed_hours: ['06:00-22:00'], requires_policy: no_new_trades, disruptive: false, "
      "priority: 5");
  CHECK(all.cooldown_factor == 1.5);
  CHECK(all.cooldown_max == 5min);
  CHECK(all.cooldown_reset == 1h);
  CHECK(all.actions_per_hour == 3);
  CHECK(all.hours.quiet.size() == 1);
  CHECK(all.hours.allowed.size() == 1);
  CHECK(all.requires_policy == healer::Policy::kNoNewTrades);
  CHECK_FALSE(all.rungs[0].disruptive);
  CHECK(all.priority == 5);
}
