#include "salusctl/replay.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "healer/engine/decider/decider.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/setup/setup.h"
#include "healer/state/checkpoint.h"
#include "healer/state/retention.h"
#include "salusctl/recorded.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/builders.h"

using namespace healer;
using healer::salusctl::replay_journal;
using nlohmann::json;

namespace {

const std::string kFolder = std::string(SALUS_SOURCE_DIR) + "/deploy/config/";

// A journal that a healer with the shipped configuration wrote: an alert, its action, and its end.
struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;
  std::string file = folder.path() + "/journal.db";

  Fixture() {
    base::yaml::Problems problems;
    const auto setup = read_setup(kFolder + "healer.yml", kFolder + "subsystems.yml", clock, problems);
    REQUIRE(problems.empty());
    auto journal = journal::SqliteJournal::open(file, clock);
    REQUIRE(journal);
    class Orders final : public Effects {
     public:
      explicit Orders(const Setup& from) : setup(from) {}
      std::string describe(const ActionRequest& order) const override {
        return setup.action(order.playbook, order.rung)->describe(order.target);
      }
      void run(const ActionRequest& order) override { runs.push_back(order); }
      void check(const CheckRequest&) override {}
      base::Result<> publish(const PolicyDocument&) override { return {}; }
      void notify(const Notice&) override {}
      void answer(std::uint64_t, const base::Result<>&) override {}
      const Setup& setup;
      std::vector<ActionRequest> runs;
    } effects(*setup);
    Config config = setup->config;
    config.guards.startup_grace = {};
    Decider decider(config, **journal, effects, clock);
    REQUIRE(decider.recover());
    const Alert down = tests::alert(
        "f1", {{"heal", "restart_container"}, {"container", "quantum_redis"}, {"severity", "critical"}});
    REQUIRE(decider.alerts().accept(std::vector{down}, AlertStore::Source::kWebhook));
    decider.step({AlertsInput{.alerts = {down}}});
    REQUIRE(effects.runs.size() == 1);
    clock.advance(std::chrono::seconds(3));
    decider.step({ActionInput{effects.runs[0].action_id, effects.runs[0].incident, true, "restarted"}});
  }
};

// Removes what can be removed from the journal.
std::uint64_t shorten(const std::string& file, tests::FakeClock& clock) {
  auto journal = journal::SqliteJournal::open(file, clock);
  REQUIRE(journal);
  History history;
  AlertStore ledger(**journal, clock);
  CheckpointReader reader(history, ledger, clock.now());
  REQUIRE((*journal)->recall([&](std::string_view line) { return reader.take(line); },
                             [&](const Entry& entry) { reader.take(entry); }));
  ledger.settle([&](const std::vector<Entry>&, const auto& known) {
    REQUIRE((*journal)->checkpoint(
        [&](const auto& line) { write_checkpoint(history, known, clock.now(), line); }));
  });
  clock.advance(std::chrono::hours(1));
  const auto retired = retire(**journal, clock, clock.now(), clock.now().wall - std::chrono::minutes(1));
  REQUIRE(retired);
  return retired->records;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "what is left after old records were removed is decided the same") {
  const auto before = salusctl::read_recorded(file);
  const std::uint64_t removed = shorten(file, clock);
  CHECK(removed > 0);
  const auto after = salusctl::read_recorded(file);
  REQUIRE(after);
  CHECK(after->entries.size() == before->entries.size() - removed);
  CHECK(salusctl::remember(*after, clock.now())->open() == salusctl::remember(*before, clock.now())->open());
  const auto output = replay_journal({.journal_file = file, .config_file = kFolder + "healer.yml"}, clock);
  INFO(output.out << output.err);
  CHECK(output.code == 0);
}

TEST_CASE_METHOD(Fixture, "the configuration of then decides the same") {
  const auto output = replay_journal({.journal_file = file, .config_file = kFolder + "healer.yml"}, clock);
  INFO(output.out << output.err);
  CHECK(output.code == 0);
  CHECK(output.out.find("no difference") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "another configuration is reported at the first decision that differs") {
  std::ifstream in(kFolder + "healer.yml");
  std::string text(std::istreambuf_iterator<char>(in), {});
  const std::string was = "dry_run: false";
  REQUIRE(text.find(was) != std::string::npos);
  text.replace(text.find(was), was.size(), "dry_run: true");
  const std::string files = "- playbooks/";
  REQUIRE(text.find(files) != std::string::npos);
  text.replace(text.find(files), files.size(), "- " + kFolder + "playbooks/");
  std::ofstream(folder.path() + "/healer.yml") << text;
  const salusctl::ReplayJournal wanted{.journal_file = file,
                                       .config_file = folder.path() + "/healer.yml",
                                       .subsystems_file = kFolder + "subsystems.yml",
                                       .json = true};
  const auto output = replay_journal(wanted, clock);
  CHECK(output.code == 1);
  const json document = json::parse(output.out);
  CHECK(document["difference"]["got"].get<std::string>().find("dry_run") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a journal is read beside a healer that has it open, and not changed") {
  const auto entries = salusctl::read_recorded(file);
  REQUIRE(entries);
  CHECK(entries->entries.size() > 5);
  const auto history = salusctl::remember(*entries, clock.now());
  REQUIRE(history);
  CHECK(history->open().size() == 1);
  CHECK(salusctl::read_recorded(file)->entries.size() == entries->entries.size());
  CHECK_FALSE(salusctl::read_recorded(folder.path() + "/none.db"));
  std::ofstream(folder.path() + "/bad.db") << "nonsense, and long enough to be looked at as a database";
  CHECK_FALSE(salusctl::read_recorded(folder.path() + "/bad.db"));
  CHECK(replay_journal({.journal_file = folder.path() + "/bad.db", .config_file = kFolder + "healer.yml"},
                       clock)
            .code == 2);
}

TEST_CASE("subsystems.yml is looked for beside the configuration") {
  CHECK(salusctl::subsystems_beside("/etc/salus/healer.yml", "") == "/etc/salus/subsystems.yml");
  CHECK(salusctl::subsystems_beside("/etc/salus/healer.yml", "/x.yml") == "/x.yml");
}
