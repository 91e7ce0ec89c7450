#include "healer/actions/maintenance/validation/facts.h"

#include "tests/catch.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer::validation;
using namespace std::chrono_literals;

namespace {

struct Fixture : tests::ToldPrometheus {
  const base::SystemClock clock;
  healer::checks::Prometheus prometheus = client();

  Fixture() { tell("count(salus_exporter_build_info)", "", "", "1"); }
  base::Deadline deadline() const { return base::Deadline::after(clock, 20s); }
  void file(const std::string& name, const std::string& present, const std::string& size,
            const std::string& intact) {
    tell("min by (file, subsystem) (salus_file_present)", "file", name, present);
    if (!size.empty()) tell("min by (file, subsystem) (salus_file_size_bytes)", "file", name, size);
    if (!intact.empty()) tell("min by (file, subsystem) (salus_file_intact)", "file", name, intact);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a file passes when it is there, large enough and as its manifest says") {
  file("a good one", "1", "4096", "1");
  file("b of no manifest", "1", "101", "");
  file("c missing", "0", "", "");
  file("d hollow", "1", "100", "1");
  file("e damaged", "1", "4096", "0");
  file("f of unknown size", "1", "", "");
  const auto checks = check_files(prometheus, 101, deadline());
  REQUIRE(checks.size() == 6);
  CHECK(checks[0].verdict == Verdict::kPass);
  CHECK(checks[1].verdict == Verdict::kPass);
  CHECK(checks[2].detail == "missing");
  CHECK(checks[3].detail == "too small: 100 bytes");
  CHECK(checks[4].detail == "its content does not match the manifest");
  CHECK(checks[5].detail == "unknown size");
  for (std::size_t i = 2; i < 6; ++i) CHECK(checks[i].verdict == Verdict::kFail);
}

TEST_CASE_METHOD(Fixture, "files of the same name are distinguished by their subsystem") {
  // The second label follows the value of the first.
  for (const auto& [subsystem, present] : {std::pair{"ai_model", "1"}, {"backup", "0"}}) {
    for (const char* metric : {"present", "size_bytes"}) {
      tell(fmt::format("min by (file, subsystem) (salus_file_{})", metric), "file",
           fmt::format("xgb.json\",\"subsystem\":\"{}", subsystem), *metric == 'p' ? present : "4096");
    }
  }
  file("only.json", "1", "4096", "");
  const auto checks = check_files(prometheus, 101, deadline());
  REQUIRE(checks.size() == 3);
  CHECK(checks[0].name == "only.json");
  CHECK(checks[1].name == "ai_model/xgb.json");
  CHECK(checks[1].verdict == Verdict::kPass);
  CHECK(checks[2].name == "backup/xgb.json");
  CHECK(checks[2].detail == "missing");
}

TEST_CASE_METHOD(Fixture, "a container passes when it is known to run") {
  for (const char* name : {"bot", "nginx", "redis"})
    tell("max by (container) (salus_container_expected)", "container", name, "1");
  tell("min by (container) (salus_container_running)", "container", "bot", "1");
  tell("min by (container) (salus_container_running)", "container", "nginx", "0");
  const auto checks = check_containers(prometheus, deadline());
  REQUIRE(checks.size() == 3);
  CHECK(checks[0].verdict == Verdict::kPass);
  CHECK(checks[1].detail == "not running");
  CHECK(checks[2].detail == "unknown whether it runs");
  CHECK(checks[2].verdict == Verdict::kFail);
}

TEST_CASE_METHOD(Fixture, "figures are reported, never judged, and what has no data is skipped") {
  tell("100 * (1 - min(salus_host_memory_available_bytes) / min(salus_host_memory_total_bytes))", "", "",
       "99.96");
  tell("max by (container) (salus_container_memory_working_set_bytes)", "container", "bot", "2097152");
  const auto checks = read_system(prometheus, deadline());
  REQUIRE(checks.size() == 4);
  CHECK(checks[0].name == "disk *");
  CHECK(checks[0].verdict == Verdict::kSkipped);
  CHECK(checks[0].detail == "no data");
  CHECK(checks[1].name == "memory");
  CHECK(checks[1].detail == "100.0 %");
  CHECK(checks[3].name == "memory of bot");
  CHECK(checks[3].detail == "2.0 MiB");
}

TEST_CASE("without facts nothing is taken for good") {
  tests::ToldPrometheus nothing;
  const base::SystemClock clock;
  const auto deadline = base::Deadline::after(clock, 20s);
  const bool broken = GENERATE(true, false);
  if (broken) nothing.breaks();
  for (const auto& checks :
       {check_files(nothing.client(), 101, deadline), check_containers(nothing.client(), deadline)}) {
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].name == "facts");
    CHECK(checks[0].verdict == Verdict::kFail);
    CHECK_THAT(checks[0].detail,
               Catch::Contains(broken ? "starting" : "Prometheus has no data from the exporter"));
  }
}
