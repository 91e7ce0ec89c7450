#include "inventory/subsystems.h"

#include <string>
#include <vector>

#include "tests/catch.h"

using base::Inventory;
using base::read_inventory;
using base::yaml::parse;
using base::yaml::Problems;

namespace {

std::string problems_of(const std::string& text) {
  Problems problems;
  read_inventory(parse(text, "subsystems.yml", problems));
  return problems.str();
}

std::string subsystem(const std::string& name, const std::string& depends_on) {
  return "  - {name: " + name + ", purpose: p, trading: none, depends_on: [" + depends_on + "]}\n";
}

}  // namespace

TEST_CASE("the shipped subsystems are in order") {
  Problems problems;
  const Inventory inventory =
      read_inventory(base::yaml::load(SALUS_SOURCE_DIR "/deploy/config/subsystems.yml", problems));
  CHECK(problems.str().empty());
  CHECK(inventory.subsystems.size() == 13);
  REQUIRE(inventory.find("event_executor") != nullptr);
  CHECK(inventory.find("event_executor")->trading == "critical");
  CHECK(inventory.find("event_executor")->depends_on == std::vector<std::string>{"ai_model", "data_feed"});
  CHECK(inventory.has_container("quantum_redis"));
}

TEST_CASE("a subsystem is read with all it says, and its cadence is normal unless it says otherwise") {
  Problems problems;
  const Inventory inventory = read_inventory(parse(
      "subsystems:\n"
      "  - name: feed\n    purpose: market data\n    trading: critical\n    cadence: critical\n"
      "    container: q_feed\n"
      "  - name: model\n    purpose: predictions\n    trading: partial\n    depends_on: [feed]\n"
      "  - name: spare\n    purpose: a second in one container\n    trading: none\n    container: q_feed\n"
      "containers: [q_redis, q.Web-1]\n",
      "subsystems.yml", problems));
  CHECK(problems.str().empty());
  REQUIRE(inventory.subsystems.size() == 3);
  CHECK(inventory.subsystems[0].purpose == "market data");
  CHECK(inventory.subsystems[0].cadence == "critical");
  CHECK(inventory.subsystems[1].cadence == "normal");
  CHECK(inventory.subsystems[1].container.empty());
  CHECK(inventory.containers() == std::vector<std::string>{"q_feed", "q_redis", "q.Web-1"});
  CHECK(inventory.find("nobody") == nullptr);
}

TEST_CASE("only a declared name is a container, and no look-alike") {
  Problems problems;
  const Inventory inventory = read_inventory(parse(
      "subsystems:\n  - {name: a, purpose: p, trading: none}\ncontainers: [q_redis]\n", "s.yml", problems));
  CHECK(inventory.has_container("q_redis"));
  const std::string name = GENERATE(values<std::string>(
      {"", "q_redi", "q_redis2", "Q_redis", "/q_redis", "q_redis ", "a", std::string("q_redis\0", 8)}));
  CHECK_FALSE(inventory.has_container(name));
}

TEST_CASE("each kind of wrong inventory is refused with its place and reason") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"", "subsystems.yml:1: subsystems: is missing\n"},
      {"subsystems: []\n", "subsystems.yml:1: subsystems: must list at least one subsystem\n"},
      {"subsystems:\n" + subsystem("a", "") + subsystem("b", "") + subsystem("a", ""),
       "subsystems.yml:4: subsystems[2].name: \"a\" is declared already on line 2\n"},
      {"subsystems:\n" + subsystem("a", "b"),
       "subsystems.yml:2: subsystems[0].depends_on[0]: unknown subsystem \"b\"\n"},
      {"subsystems:\n" + subsystem("a", "b, b") + subsystem("b", ""),
       "subsystems.yml:2: subsystems[0].depends_on[1]: \"b\" is listed twice\n"},
      {"subsystems:\n" + subsystem("a", "a"),
       "subsystems.yml:2: subsystems[0].depends_on: is a cycle: a → a\n"},
      {"subsystems:\n" + subsystem("x", "a") + subsystem("a", "b") + subsystem("b", "c") +
           subsystem("c", "a"),
       "subsystems.yml:3: subsystems[1].depends_on: is a cycle: a → b → c → a\n"},
      {"subsystems:\n" + subsystem("Feed", ""),
       "subsystems.yml:2: subsystems[0].name: \"Feed\" is not a subsystem name ([a-z][a-z0-9_]*)\n"},
      {"subsystems:\n  - {name: a, purpose: p, trading: some}\n",
       "subsystems.yml:2: subsystems[0].trading: \"some\" is not one of critical, partial, none"
       " (did you mean \"none\"?)\n"},
      {"subsystems:\n  - {name: a, purpose: p, trading: none, cadence: often}\n",
       "subsystems.yml:2: subsystems[0].cadence: \"often\" is not one of critical, normal\n"},
      {"subsystems:\n  - {name: a, purpose: p, trading: none, container: -x}\n",
       "subsystems.yml:2: subsystems[0].container: \"-x\" is not a container name "
       "([a-zA-Z0-9][a-zA-Z0-9_.-]*)\n"},
      {"subsystems:\n" + subsystem("a", "") + "containers: [q, q]\n",
       "subsystems.yml:3: containers[1]: \"q\" is declared already\n"},
      {"subsystems:\n" + subsystem("a", "") + "containers: [a/b]\n",
       "subsystems.yml:3: containers[0]: \"a/b\" is not a container name ([a-zA-Z0-9][a-zA-Z0-9_.-]*)\n"},
      {"subsystems:\n" + subsystem("a", "") + "containers: [[q]]\n",
       "subsystems.yml:3: containers[0]: must be a container name\n"},
      {"subsystems:\n" + subsystem("a", "") + "container: q\n",
       "subsystems.yml:3: unknown key \"container\" (did you mean \"containers\"?)\n"},
  }));
  CHECK(problems_of(text) == problem);
}

TEST_CASE("all problems of an inventory are reported at once, in the order of lines") {
  CHECK(problems_of("subsystems:\n"
                    "  - name: a\n    purpose: ''\n    trading: none\n    dependson: [b]\n"
                    "  - trading: none\n    container: 'x y'\n"
                    "other: 1\n") ==
        "subsystems.yml:3: subsystems[0].purpose: must not be empty\n"
        "subsystems.yml:5: subsystems[0]: unknown key \"dependson\" (did you mean \"depends_on\"?)\n"
        "subsystems.yml:6: subsystems[1].name: is missing\n"
        "subsystems.yml:6: subsystems[1].purpose: is missing\n"
        "subsystems.yml:7: subsystems[1].container: \"x y\" is not a container name "
        "([a-zA-Z0-9][a-zA-Z0-9_.-]*)\n"
        "subsystems.yml:8: unknown key \"other\"\n");
}

TEST_CASE("two circles are both reported, and what only leads into one is not") {
  const std::string told = problems_of("subsystems:\n" + subsystem("a", "b") + subsystem("b", "a") +
                                       subsystem("c", "a") + subsystem("d", "e") + subsystem("e", "d"));
  CHECK(told ==
        "subsystems.yml:2: subsystems[0].depends_on: is a cycle: a → b → a\n"
        "subsystems.yml:5: subsystems[3].depends_on: is a cycle: d → e → d\n");
}

TEST_CASE("several ways to one subsystem are no circle") {
  CHECK(problems_of("subsystems:\n" + subsystem("a", "b, c") + subsystem("b", "d") + subsystem("c", "d") +
                    subsystem("d", ""))
            .empty());
}
