#include "healer/reports/incident/incident_run.h"

#include <sys/stat.h>

#include <filesystem>

#include "healer/reports/data/report_state.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using Catch::Contains;
using tests::kBegan;
using namespace std::chrono_literals;

namespace {

constexpr const char* kName = "INCIDENT_REPORT_INC-2_2025-12-17";

IncidentRequest order_into(const std::string& folder) {
  IncidentRequest order{
      .stack = "Quantum Trader", .config = {}, .sources = {}, .inventory = base::Inventory{}};
  order.config.folder = folder;
  return order;
}

base::Result<std::string> write(const std::string& folder, IncidentFacts facts) {
  const tests::FakeClock clock;
  return run_incident(order_into(folder), std::move(facts), clock, base::Deadline::after(clock, 1min));
}

}  // namespace

TEST_CASE("a report is two files that no other user may read, and knows what it was made of") {
  const tests::TemporaryFolder folder;
  tests::Records records;
  const auto number = records.open(tests::down_alert());
  records.move(6s, number, State::kAccepted, State::kExhausted, "nothing is left");
  const IncidentFacts facts = records.facts(number);
  CHECK_FALSE(is_written(folder.path(), facts));
  const auto path = write(folder.path(), facts);
  REQUIRE(path);
  CHECK(*path == folder.file(std::string(kName) + ".md"));
  for (const char* ending : {".md", ".html"}) {
    struct stat status{};
    REQUIRE(::stat(folder.file(std::string(kName) + ending).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0640);
  }
  CHECK(is_written(folder.path(), facts));
  CHECK(read_incident_state(folder.file(kName)) == IncidentReportState{facts.last_record, facts.opened_at});

  // The incident goes on: the report is due again.
  records.move(1h, number, State::kExhausted, State::kReleased, "by ada");
  CHECK_FALSE(is_written(folder.path(), records.facts(number)));
  REQUIRE(write(folder.path(), records.facts(number)));
  CHECK_THAT(folder.read(std::string(kName) + ".md"), Contains("released by an operator"));
}

TEST_CASE("a report of an earlier version is recognised once by its text") {
  const tests::TemporaryFolder folder;
  tests::Records records;
  const auto number = records.open(tests::down_alert());
  const IncidentFacts facts = records.facts(number);
  REQUIRE(write(folder.path(), facts));
  const std::string state = folder.file(std::string(kName) + ".state.json");
  std::filesystem::remove(state);
  CHECK(is_written(folder.path(), facts));
  CHECK(std::filesystem::exists(state));
  // From then on the text does not matter, as long as there is a report.
  folder.write(std::string(kName) + ".md", "edited");
  CHECK(is_written(folder.path(), facts));
  std::filesystem::remove(folder.file(std::string(kName) + ".md"));
  CHECK_FALSE(is_written(folder.path(), facts));
}

TEST_CASE("a report whose state is damaged is written again") {
  const tests::TemporaryFolder folder;
  tests::Records records;
  const IncidentFacts facts = records.facts(records.open(tests::down_alert()));
  REQUIRE(write(folder.path(), facts));
  folder.write(std::string(kName) + ".state.json", "{\"version\": 1}");
  CHECK_FALSE(is_written(folder.path(), facts));
  REQUIRE(write(folder.path(), facts));
  CHECK(is_written(folder.path(), facts));
}

TEST_CASE("without a place to write to there is an error, and no half of a report") {
  const tests::TemporaryFolder folder;
  tests::Records records;
  const auto facts = records.facts(records.open(tests::down_alert()));
  const auto path = write(folder.write("file", ""), facts);
  REQUIRE_FALSE(path);
  CHECK_THAT(path.error().message, Contains("file"));
  // One of the two is in the way of a folder of its name.
  std::filesystem::create_directory(folder.file(std::string(kName) + ".html"));
  CHECK_FALSE(write(folder.path(), facts));
  CHECK_FALSE(std::filesystem::exists(folder.file(std::string(kName) + ".md")));
}

TEST_CASE("a journal that cannot be read, or knows no such incident, says so") {
  const auto damaged = [](const auto&) -> base::Result<> { return base::fail("record 3: broken"); };
  CHECK_THAT(read_incident(damaged, 2).error().message, Contains("read the journal: record 3: broken"));
  const auto empty = [](const auto&) -> base::Result<> { return {}; };
  CHECK(read_incident(empty, 2).error().message == "the journal has no INC-2");
}
