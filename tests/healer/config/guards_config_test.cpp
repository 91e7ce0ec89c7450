#include "healer/config/guards_config.h"

#include "tests/catch.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

GuardsConfig read(std::string_view text, base::yaml::Problems& problems) {
  return read_guards(base::yaml::parse(text, "healer.yml", problems).optional("guards"));
}

}  // namespace

TEST_CASE("guards are read as they are written") {
  base::yaml::Problems problems;
  const GuardsConfig guards = read(R"(
guards:
  quiet_hours: ['Mon-Fri 13:30-20:00', 22:00-23:00]
  allowed_hours: ['Sat,Sun 00:00-24:00']
  concurrency: 3
  actions_per_hour: 7
  startup_grace: 1m
  parent_settle: 45s
  longest_pause: 2h
  disk_free_mib: 1000
  clock_jump: 5s
  clock_settle: 1m
  act_after_failed_reload: true
  storm: {targets: 9, share: 0.3, calm: 5m, policy: defensive_exit}
)",
                                   problems);
  CHECK(problems.str().empty());
  REQUIRE(guards.hours.quiet.size() == 2);
  CHECK(guards.hours.quiet[0].text == "Mon-Fri 13:30-20:00");
  CHECK(guards.hours.allowed.size() == 1);
  CHECK(guards.concurrency == 3);
  CHECK(guards.actions_per_hour == 7);
  CHECK(guards.startup_grace == 1min);
  CHECK(guards.parent_settle == 45s);
  CHECK(guards.longest_pause == 2h);
  CHECK(guards.disk_free_mib == 1000);
  CHECK(guards.clock_jump == 5s);
  CHECK(guards.clock_settle == 1min);
  CHECK(guards.act_after_failed_reload);
  CHECK(guards.storm.targets == 9);
  CHECK(guards.storm.share == 0.3);
  CHECK(guards.storm.calm == 5min);
  CHECK(guards.storm.policy == "defensive_exit");
}

TEST_CASE("every problem of the guards is reported with its place") {
  base::yaml::Problems problems;
  read(R"(guards:
  quiet_hours: [at night]
  allowed_hours: 08:00-09:00
  concurrency: 0
  storm:
    targets: 1
    share: 2
    policy: none
  cooldwn: 1m
)",
       problems);
  std::vector<std::string> places;
  for (const auto& problem : problems.list()) places.push_back(problem.path);
  std::sort(places.begin(), places.end());
  CHECK(places == std::vector<std::string>{"guards", "guards.allowed_hours", "guards.concurrency",
                                           "guards.quiet_hours[0]", "guards.storm.policy",
                                           "guards.storm.share", "guards.storm.targets"});
}

TEST_CASE("without a word the guards are on") {
  base::yaml::Problems problems;
  const GuardsConfig guards = read("stack: x\n", problems);
  CHECK(problems.empty());
  CHECK(guards.concurrency == 2);
  CHECK_FALSE(guards.storm.targets);
  CHECK_FALSE(guards.storm.share);
  CHECK(guards.startup_grace == 10s);
}
