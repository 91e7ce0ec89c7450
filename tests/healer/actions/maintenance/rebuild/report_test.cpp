#include "healer/actions/maintenance/rebuild/report.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/os/file.h"
#include "healer/reports/render/markdown.h"
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

TEST_CASE("a restart report tells each phase, each suite and what each container takes") {
  const std::string told = text(good());
  for (const char* words :
       {"# Quantum: full restart 2025-12-17 04:00 UTC", "✅ **rebuilt, 1 of 1 checks passed**",
        "It took 1 min 35 s", "| build | ✅ done | 2 s | words |",
        "| containers | ✅ passed | 1 | 1 | 100 % | 1 s |", "`sha256:0123456789ab`", "`sha256:fedcba987654`",
        "25 %", "64 MiB"}) {
    CHECK_THAT(told, Catch::Contains(words));
  }
  CHECK_THAT(told, !Catch::Contains("Next steps") && !Catch::Contains("Data that was lost"));
}

TEST_CASE("a restart report says what failed, how to go on, and what is lost") {
  Rebuild rebuild = good();
  rebuild.steps[1] = {"build", Step::Outcome::kFailed, "it <broke>", 2s};
  rebuild.suites.clear();
  rebuild.next_steps = "Nothing was stopped.";
  rebuild.lost = {"state (db:/data)"};
  rebuild.kept = {"other (db:/other)"};
  const std::string told = text(rebuild);
  CHECK_THAT(told, Catch::Contains("❌ **failed in phase build**") && Catch::Contains("## Next steps") &&
                       Catch::Contains("Nothing was stopped.") && Catch::Contains("volume state") &&
                       Catch::Contains("Kept:") && Catch::Contains("It did not run."));
  CHECK_THAT(told, !Catch::Contains("<broke>"));
}

TEST_CASE("a check that failed is told with what is wrong") {
  Rebuild rebuild = good();
  rebuild.suites.push_back(validation::judge(
      "http", {{.name = "bot", .verdict = Verdict::kFail, .detail = "answered 500", .took = {}}}, 1s));
  CHECK_THAT(text(rebuild), Catch::Contains("| http | ❌ failed | 1 | 0 | 0 % | 1 s |") &&
                                Catch::Contains("| http | bot | answered 500 |"));
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
