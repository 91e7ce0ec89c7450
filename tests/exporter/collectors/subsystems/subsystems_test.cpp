#include "exporter/collectors/subsystems/subsystems.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/golden.h"
#include "tests/exporter/shared_state.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using Catch::Matchers::Contains;
using exporter::collectors::Sources;
using exporter::collectors::StateFile;
using exporter::collectors::SubsystemsCollector;

namespace {

struct Fixture {
  tests::FakeClock clock;
  tests::TemporaryFolder folder;
  std::vector<base::Subsystem> subsystems{
      {"event_executor",
       "trading event loop",
       "critical",
       "critical",
       "quantum_event_executor",
       {"ai_model", "data_feed"}},
      {"ai_model", "model availability", "partial", "normal", "quantum_ai_engine", {}},
      {"data_feed", "market data updates", "critical", "critical", "quantum_data_feed", {}},
      {"database", "data persistence", "partial", "normal", "", {}},
      {"logging", "system logging", "none", "normal", "", {}}};
  exporter::collectors::SourcesBySubsystem sources;
  tests::SharedState state{clock};

  // A file last modified `age` before 2025-12-17T04:00:00Z.
  std::string write(const std::string& name, const std::string& content, std::chrono::seconds age) {
    const auto path = folder.write(name, content);
    const std::chrono::file_clock::time_point time =
        std::chrono::file_clock::from_sys(std::chrono::sys_seconds(std::chrono::seconds(1765944000)) - age);
    std::filesystem::last_write_time(path, time);
    return path;
  }
  SubsystemsCollector collector() { return {subsystems, sources, exporter::Cadence{}, state.shared}; }
  std::string page(SubsystemsCollector& collector, bool refresh = false) {
    const auto deadline = base::Deadline::after(clock, std::chrono::seconds(2));
    auto families = refresh ? collector.refresh(deadline) : collector.collect(deadline);
    REQUIRE(families);
    return base::expose(std::move(*families));
  }
  std::string page() {
    auto collector = this->collector();
    return page(collector);
  }
};

std::string present(const std::string& subsystem, int value) {
  return fmt::format("salus_subsystem_state_present{{subsystem=\"{}\"}} {}\n", subsystem, value);
}

}  // namespace

TEST_CASE_METHOD(Fixture, "facts of every kind of source") {
  using std::chrono::seconds;
  sources["event_executor"].state_file =
      StateFile{write("executor.json", R"({"last_cycle": "2025-12-17T03:59:30Z"})", seconds(1)),
                {{"/last_cycle", {}}},
                {}};
  sources["data_feed"].state_file =
      StateFile{write("universe.json", R"({"symbols": ["BTC", "ETH", "SOL"], "calls": 1200, "errors": 3})",
                      seconds(120)),
                {},
                {{"symbols", "/symbols"}},
                "/calls",
                "/errors"};
  sources["ai_model"].file_sets = {{"models", {write("xgb.json", "x", seconds(5)), folder.file("lgbm.txt")}}};
  sources["database"].state_file = StateFile{write("quantum.db", "0123456789", seconds(30)), {}, {}};
  write("logs/old.log", "", seconds(5000));
  write("logs/new.log", "", seconds(50));
  write("logs/newest.txt", "", seconds(5));
  sources["logging"].newest_file = folder.file("logs/*.log");
  const auto text = page();
  REQUIRE(tests::page_difference("subsystems.prom", text) == "");
}

TEST_CASE_METHOD(Fixture, "what is missing is present 0 and has no time") {
  sources["event_executor"].state_file = StateFile{folder.file("none.json"), {}, {}};
  sources["logging"].newest_file = folder.file("*.log");
  const auto text = page();
  for (const char* name : {"event_executor", "logging"}) {
    REQUIRE_THAT(text, Contains(fmt::format("salus_subsystem_state_present{{subsystem=\"{}\"}} 0\n", name)));
    REQUIRE_THAT(text, Contains(fmt::format("salus_subsystem_read_success{{subsystem=\"{}\"}} 0\n", name)));
  }
  REQUIRE_THAT(text, !Contains("salus_subsystem_last_update_timestamp_seconds{"));
}

TEST_CASE_METHOD(Fixture, "names that would break the page are escaped, and what is not UTF-8 is replaced") {
  sources["data_feed"].state_file =
      StateFile{write("strange \"name\"\n\xE9.json", R"({"n\"\\": [1], "m": 2})", std::chrono::seconds(1)),
                {},
                {{"quote \" back\\slash", "/n\"\\"}, {"new\nline", "/m"}, {"latin \xE9", "/m"}}};
  sources["ai_model"].file_sets = {{"set \"one\"\n\\", {folder.file("none")}}};
  sources["logging"].newest_file = folder.file("strange*\n*.json");
  const auto text = page();
  REQUIRE(tests::page_difference("strange_names.prom", text) == "");
}

TEST_CASE_METHOD(Fixture,
                 "sources of critical subsystems are read every 5 s, those of the others every 30 s") {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  sources["event_executor"].state_file = StateFile{folder.file("executor.json"), {}, {}};
  sources["database"].state_file = StateFile{folder.file("quantum.db"), {}, {}};
  sources["logging"].newest_file = folder.file("*.log");
  sources["ai_model"].file_sets = {{"models", {folder.file("xgb.json")}}};
  auto collector = this->collector();
  page(collector);
  REQUIRE(collector.next_due() == clock.now().mono + seconds(5));
  for (const char* name : {"executor.json", "quantum.db", "today.log", "xgb.json"}) folder.write(name, "{}");

  clock.advance(seconds(2));
  REQUIRE_THAT(page(collector), Contains(present("event_executor", 0)));
  clock.advance(seconds(3));
  auto text = page(collector);
  REQUIRE_THAT(text, Contains(present("event_executor", 1)) && Contains(present("database", 0)) &&
                         Contains(present("logging", 0)));
  REQUIRE(collector.next_due() == clock.now().mono + seconds(5));
  clock.advance(seconds(20));
  text = page(collector);
  REQUIRE_THAT(text, Contains(present("database", 0)) && Contains(present("logging", 0)));
  REQUIRE_THAT(text, Contains("salus_file_set_present{set=\"models\",subsystem=\"ai_model\"} 0\n"));
  clock.advance(seconds(5));
  text = page(collector);
  REQUIRE_THAT(text, Contains(present("database", 1)) && Contains(present("logging", 1)));
  REQUIRE_THAT(text, Contains("salus_file_set_present{set=\"models\",subsystem=\"ai_model\"} 1\n"));
}

TEST_CASE_METHOD(Fixture, "a state file that changed is read at once, and a refresh reads every source") {
  sources["database"].state_file = StateFile{folder.file("quantum.db"), {}, {}};
  sources["logging"].newest_file = folder.file("*.log");
  auto collector = this->collector();
  page(collector);
  folder.write("quantum.db", "x");
  folder.write("today.log", "x");
  clock.advance(std::chrono::seconds(1));
  collector.note_changed({folder.file("other.db")});
  REQUIRE_THAT(page(collector), Contains(present("database", 0)));
  collector.note_changed({folder.file("quantum.db")});
  REQUIRE_THAT(page(collector), Contains(present("database", 1)) && Contains(present("logging", 0)));
  REQUIRE_THAT(page(collector, true), Contains(present("logging", 1)));
  std::filesystem::remove(folder.file("quantum.db"));
  collector.note_changed({});  // any file may have changed
  REQUIRE_THAT(page(collector), Contains(present("database", 0)));
}

TEST_CASE_METHOD(Fixture, "every subsystem says how long its checks took, those of others included") {
  const auto now = clock.now().mono;
  const auto minute = std::chrono::minutes(1);
  state.checks.put_subsystem("database", "probe postgres", {std::chrono::milliseconds(20), now, minute});
  state.checks.put_container("quantum_ai_engine", {std::chrono::milliseconds(5), now, minute});
  const auto text = page();
  REQUIRE_THAT(text, Contains("salus_subsystem_check_duration_seconds{subsystem=\"database\"} 0.02\n"));
  REQUIRE_THAT(text, Contains("salus_subsystem_check_duration_seconds{subsystem=\"ai_model\"} 0.005\n"));
  for (const auto& subsystem : subsystems) {
    REQUIRE_THAT(text,
                 Contains("salus_subsystem_check_duration_seconds{subsystem=\"" + subsystem.name + "\"} "));
  }
}
