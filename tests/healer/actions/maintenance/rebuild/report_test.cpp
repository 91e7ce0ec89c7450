#include "healer/actions/maintenance/rebuild/report.h"

#include <sys/stat.h>

#include "base/os/file.h"
#include "healer/reports/render/markdown.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer;
using namespace healer::rebuild;
using namespace std::chrono_literals;
using validation::Verdict;

namespace {

const base::WallTime kAt = *base::parse_rfc3339("2025-12-17T04:00:00Z");

Rebuild good() {
  Rebuild rebuild;
  rebuild.began = kAt;
  rebuild.took = 95s;
  for (const char* name : {"look", "build", "stop", "start", "health"})
    rebuild.steps.push_back({name, Step::Outcome::kDone, "words", 2s});
  rebuild.suites.push_back(validation::judge(
      "containers", {{.name = "bot", .verdict = Verdict::kPass, .detail = {}, .took = {}}}, 1s));
  rebuild.suites.push_back(validation::judge(
      "environment", {{.name = "bot API_KEY", .verdict = Verdict::kPass, .detail = "is set", .took = {}}},
      2s));
  rebuild.containers.push_back({.container = "bot",
                                .image = "bot:latest",
                                .image_before = "sha256:0123456789abcdef",
                                .image_after = "sha256:fedcba9876543210",
                                .cpu = 0.25,
                                .memory = 64 * 1024 * 1024,
                                .memory_limit = 0});
  return rebuild;
}

std::string text(const Rebuild& rebuild) { return reports::to_markdown(report(rebuild, "Quantum")); }

}  // namespace

TEST_CASE("a restart report has its sections in order") {
  const std::string told = text(good());
  std::size_t at = 0;
  for (const char* heading :
       {"# Quantum: full restart 2025-12-17 04:00 UTC", "## Summary", "## Phases", "## Stability check",
        "## Bugs and failures found", "## Environment variables checked", "## Actions taken",
        "## Verification checklist", "## Results", "## Container resources", "## State of each component",
        "## How to go on"}) {
    INFO(heading);
    const auto found = told.find(std::string(heading) + "\n", at);
    REQUIRE(found != std::string::npos);
    at = found;
  }
}

TEST_CASE("a restart report has each phase, each test and the resources of each container") {
  Rebuild rebuild = good();
  rebuild.containers[0].memory_limit = 256 * 1024 * 1024;
  rebuild.containers[0].received = 2048;
  rebuild.containers[0].sent = 1024;
  const std::string told = text(rebuild);
  for (const char* words :
       {"✅ **rebuilt, 2 of 2 checks passed**", "It took 1 min 35 s", "| build | ✅ done | 2 s | words |",
        "| bot | ✅ passed | as required |", "| bot API_KEY | ✅ passed | is set |", "None.",
        "| `bot API_KEY` | ✅ passed | is set |", "- build: words", "✅ Phase start done",
        "✅ Suite containers passed (1 of 1 passed)", "| Test Suite | Tests | Duration | Pass Rate |",
        "| containers | 1 | 1 s | 100 % |", "| **TOTAL** | 2 | 3 s | 100 % |",
        "| CONTAINER | CPU | MEM USAGE / LIMIT | MEM % | NET I/O |",
        "| bot | 25 % | 64 MiB / 256 MiB | 25 % | 2 KiB / 1 KiB |",
        "| bot | ✅ running | bot:latest | `sha256:0123456789ab` | `sha256:fedcba987654` |",
        "Nothing is left to do."}) {
    CHECK_THAT(told, Catch::Contains(words));
  }
}

TEST_CASE("a restart report says what failed, how to go on, and what is lost") {
  Rebuild rebuild = good();
  rebuild.steps[1] = {"build", Step::Outcome::kFailed, "it <broke>", 2s};
  rebuild.suites.clear();
  rebuild.next_steps = "Nothing was stopped.";
  rebuild.lost = {"state (db:/data)"};
  rebuild.kept = {"other (db:/other)"};
  const std::string told = text(rebuild);
  CHECK_THAT(told, Catch::Contains("❌ **failed in phase build**") && Catch::Contains("## How to go on") &&
                       Catch::Contains("Nothing was stopped.") && Catch::Contains("removed volume state") &&
                       Catch::Contains("volume that was not removed: other") &&
                       Catch::Contains("It did not run.") && Catch::Contains("❌ Phase build done") &&
                       Catch::Contains("They were not checked.") && Catch::Contains("not checked"));
  CHECK_THAT(told, !Catch::Contains("<broke>"));
}

TEST_CASE("a check that failed is in its suite's table and among the failures") {
  Rebuild rebuild = good();
  rebuild.suites.push_back(validation::judge(
      "http", {{.name = "bot", .verdict = Verdict::kFail, .detail = "answered 500", .took = {}}}, 1s));
  CHECK_THAT(text(rebuild), Catch::Contains("| bot | ❌ failed | answered 500 |") &&
                                Catch::Contains("| http | bot | answered 500 |") &&
                                Catch::Contains("| http | 1 | 1 s | 0 % |") &&
                                Catch::Contains("❌ Suite http passed (0 of 1 passed)"));
}

TEST_CASE("a restart report is written as Markdown and HTML for the group to read") {
  tests::TemporaryFolder folder;
  const auto path = write_report(good(), "Quantum", folder.file("reports"));
  REQUIRE(path);
  CHECK(*path == folder.file("reports/RESTART_REPORT_20251217_040000.md"));
  for (const char* ending : {".md", ".html"}) {
    struct stat facts{};
    const std::string file = folder.file(std::string("reports/RESTART_REPORT_20251217_040000") + ending);
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0640);
    CHECK_THAT(base::read_file(file).value(), Catch::Contains("full restart"));
  }
  CHECK_FALSE(write_report(good(), "Quantum", "/proc/nowhere"));
}
