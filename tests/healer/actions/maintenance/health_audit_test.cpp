#include "healer/actions/maintenance/health_audit.h"

#include <filesystem>

#include "base/os/file.h"
#include "healer/config/config.h"
#include "tests/catch.h"
#include "tests/fakes/captured_log.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/verify/scripted_prometheus.h"

using tests::compile;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const healer::Target kAudit{"task", "health_audit"};

struct Fixture {
  tests::TemporaryFolder disk;
  tests::ToldPrometheus told;
  const healer::checks::Prometheus prometheus = told.client();
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const base::SystemClock clock;
  const healer::Config config;
  const healer::actions::World world{nowhere, clock, nullptr, &config, &prometheus};

  // A healer that knows nothing: every check without data fails.
  std::unique_ptr<healer::actions::Action> rechecking() {
    auto compiled =
        compile("health_audit", "{folder: '" + disk.file("reports") + "', recheck_within: 1h}", world);
    REQUIRE(compiled.problems == "");
    return std::move(compiled.action);
  }
  base::Result<healer::actions::Outcome> run(const std::string& folder) {
    const auto compiled = compile(
        "health_audit", "{folder: '" + folder + "', commands: [{name: disk, argv: [/bin/true]}]}", world);
    REQUIRE(compiled.problems == "");
    CHECK(compiled.properties.acts_on("task"));
    return compiled.action->run(kAudit, base::Deadline::after(clock, 60s));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an audit writes its report for its group to read, and reports each check") {
  const tests::CapturedLog log;
  const auto outcome = run(disk.file("reports"));
  REQUIRE(outcome);
  const auto written = fs::directory_iterator(disk.file("reports"))->path();
  CHECK_THAT(written.filename().string(), Catch::StartsWith("health_check_") && Catch::EndsWith(".md"));
  CHECK((fs::status(written).permissions() & fs::perms::all) == fs::perms(0640));
  CHECK_THAT(*base::read_file(written),
             Catch::Contains("- disk: ✅ PASS\n") && Catch::Contains("## Defects"));
  CHECK_THAT(outcome->detail, Catch::Contains(": " + written.string() + "; collectors: unknown"));
  CHECK(log.has("info", "🏥 Starting health check audit..."));
  CHECK(log.has("info", "📊 Health check complete: " + written.string()));
  CHECK(log.has("error", "⚠️ SYSTEM HEALTH CHECK FAILED - Manual review required"));
  REQUIRE(outcome->written);
  CHECK(outcome->written->what == healer::Written::What::kHealthAudit);
  CHECK(outcome->written->path == written.string());
  CHECK_THAT(outcome->written->status, Catch::EndsWith("/10, unknown"));
  CHECK(outcome->findings.suite == "health_audit");
  CHECK(outcome->findings.list.back() == healer::Finding{"", "disk", true});
  CHECK(outcome->findings.list.at(1) == healer::Finding{"", "collectors", false});
}

TEST_CASE_METHOD(Fixture,
                 "with recheck_within a check that failed once is made again before it is reported") {
  const auto action = rechecking();
  const auto audit = [&] { return action->run(kAudit, base::Deadline::after(clock, 60s)); };
  const auto first = audit();
  REQUIRE_FALSE(first);
  CHECK_THAT(first.error().message,
             Catch::Contains("containers") && Catch::EndsWith("before that is reported"));
  CHECK_FALSE(fs::exists(disk.file("reports")));
  const auto second = audit();
  REQUIRE(second);
  CHECK(std::ranges::count(second->findings.list, false, &healer::Finding::ok) > 0);
  CHECK_THAT(second->detail, Catch::Contains("containers: unknown"));
}

TEST_CASE_METHOD(Fixture, "a report that cannot be written is a failure") {
  disk.write("file", "");
  CHECK_FALSE(run(disk.file("file/reports")));
}

TEST_CASE_METHOD(Fixture, "a command may not bear the name of a check that every audit makes") {
  CHECK_THAT(
      compile("health_audit", "{folder: /srv, commands: [{name: containers, argv: [/bin/true]}]}", world)
          .problems,
      Catch::Contains("\"containers\" is the name of a built-in check"));
}
