#include "exporter/collectors/subsystems/integrity.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/golden.h"
#include "tests/exporter/shared_state.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using Catch::Matchers::Contains;
using exporter::collectors::IntegrityCollector;
using exporter::collectors::IntegrityOptions;

namespace {

struct Fixture {
  tests::FakeClock clock;
  exporter::CheckDurations checks;
  tests::TemporaryFolder folder;
  IntegrityOptions options{.sources = {},
                           .bytes_per_second = 1'000'000,
                           .burst = std::chrono::seconds(5),
                           .rehash = std::chrono::hours(24)};

  // Modified half a minute before 2025-12-17T04:00:00Z.
  std::string write(const std::string& name, const std::string& content) {
    const auto path = folder.write(name, content);
    std::filesystem::last_write_time(
        path, std::chrono::file_clock::from_sys(std::chrono::sys_seconds(std::chrono::seconds(1765943970))));
    return path;
  }
  std::string page(IntegrityCollector& collector) {
    auto families = collector.collect(base::Deadline::after(clock, std::chrono::seconds(2)));
    REQUIRE(families);
    return base::expose(std::move(*families));
  }
};

std::string entry(const std::string& name, const std::string& content) {
  return base::format_manifest({"", {{name, base::sha256(content), content.size()}}});
}

}  // namespace

TEST_CASE_METHOD(Fixture, "single files, and files of a manifest") {
  options.sources["database"].files = {{"quantum.db", write("quantum.db", "0123456789")},
                                       {"missing.db", folder.file("missing.db")}};
  write("models/xgb.json", "good");
  write("models/lgbm.txt", "gone bad");
  options.sources["ai_model"].manifest =
      folder.write("models/MANIFEST",
                   entry("xgb.json", "good") + entry("lgbm.txt", "was good") + entry("nhits.pt", "missing") +
                       entry("two\nlines, \"quotes\", back\\slash, latin \xE9", "missing"));
  IntegrityCollector collector(options, checks, clock);
  const auto text = page(collector);
  REQUIRE(tests::page_difference("integrity.prom", text) == "");
}

TEST_CASE_METHOD(Fixture, "no more is read in a run than the rate has brought since the one before") {
  const std::string large(12'000'000, 'q');
  write("large", large);
  options.sources["ai_model"].manifest = folder.write("MANIFEST", entry("large", large));
  IntegrityCollector collector(options, checks, clock);
  REQUIRE_THAT(page(collector), Contains("salus_file_present") && !Contains("salus_file_intact"));
  // A run that comes at once, as a refresh does, reads no more.
  for (int i = 0; i < 10; ++i) REQUIRE_THAT(page(collector), !Contains("salus_file_intact"));
  clock.advance(std::chrono::seconds(5));
  REQUIRE_THAT(page(collector), !Contains("salus_file_intact"));
  clock.advance(std::chrono::seconds(3));
  REQUIRE_THAT(page(collector), Contains("salus_file_intact{file=\"large\",subsystem=\"ai_model\"} 1\n"));
}

TEST_CASE_METHOD(Fixture, "a large file of one manifest does not keep another's waiting") {
  const std::string large(20'000'000, 'q');
  write("a/large", large);
  write("b/small", "content");
  options.sources["ai_model"].manifest = folder.write("a/MANIFEST", entry("large", large));
  options.sources["risk_guard"].manifest = folder.write("b/MANIFEST", entry("small", "content"));
  IntegrityCollector collector(options, checks, clock);
  page(collector);
  clock.advance(std::chrono::seconds(5));
  const auto text = page(collector);
  REQUIRE_THAT(text, Contains("salus_file_intact{file=\"small\",subsystem=\"risk_guard\"} 1\n"));
  REQUIRE_THAT(text, !Contains("salus_file_intact{file=\"large\""));
}

TEST_CASE_METHOD(Fixture, "a manifest that cannot be read is reported, and hides no other fact") {
  options.sources["ai_model"].manifest = folder.file("MANIFEST");
  options.sources["database"].files = {{"quantum.db", write("quantum.db", "x")}};
  IntegrityCollector collector(options, checks, clock);
  const auto text = page(collector);
  REQUIRE_THAT(text, Contains("salus_manifest_read_success{subsystem=\"ai_model\"} 0\n"));
  REQUIRE_THAT(text, Contains("salus_manifest_files{subsystem=\"ai_model\"} 0\n"));
  REQUIRE_THAT(text, Contains("salus_file_present{file=\"quantum.db\",subsystem=\"database\"} 1\n"));
}

TEST_CASE_METHOD(Fixture, "files are looked at with the cadence of their subsystem, or when a refresh asks") {
  options.sources["database"].files = {{"quantum.db", folder.file("quantum.db")}};
  options.sources["risk_guard"].files = {{"limits", folder.file("limits")}};
  options.sources["ai_model"].manifest = folder.write("MANIFEST", entry("xgb.json", "good"));
  options.cadences = {{"database", std::chrono::seconds(30)},
                      {"risk_guard", std::chrono::seconds(5)},
                      {"ai_model", std::chrono::seconds(30)}};
  IntegrityCollector collector(options, checks, clock);
  page(collector);
  for (const char* name : {"quantum.db", "limits", "xgb.json"}) write(name, "good");
  const auto present = [](const char* file, const char* subsystem, int value) {
    return fmt::format("salus_file_present{{file=\"{}\",subsystem=\"{}\"}} {}\n", file, subsystem, value);
  };
  REQUIRE(collector.next_due() == clock.now().mono + std::chrono::seconds(5));
  clock.advance(std::chrono::seconds(5));
  auto text = page(collector);
  REQUIRE_THAT(text, Contains(present("limits", "risk_guard", 1)) &&
                         Contains(present("quantum.db", "database", 0)) &&
                         Contains(present("xgb.json", "ai_model", 0)));
  SECTION("its turn comes") {
    clock.advance(std::chrono::seconds(25));
    text = page(collector);
  }
  SECTION("a refresh does not wait for it") {
    auto families = collector.refresh(base::Deadline::after(clock, std::chrono::seconds(2)));
    REQUIRE(families);
    text = base::expose(std::move(*families));
  }
  REQUIRE_THAT(
      text, Contains(present("quantum.db", "database", 1)) && Contains(present("xgb.json", "ai_model", 1)));
}

TEST_CASE_METHOD(Fixture, "the configuration is read, and each mistake reported with its place") {
  const auto [yml, expected] = GENERATE(table<const char*, const char*>({
      {"{sources: {database: {files: {db: /db}, manifest: /MANIFEST}}, rehash: 0s, read_mib_per_second: 1}",
       ""},
      {"{sources: {ghost: {}}}", "x.yml:1: sources.ghost: subsystems.yml has no subsystem \"ghost\""},
      {"{sources: {database: {file: {}}}}", "x.yml:1: sources.database: unknown key \"file\""},
      {"{sources: {database: {manifest: MANIFEST}}}",
       "x.yml:1: sources.database.manifest: \"MANIFEST\" is not an absolute path"},
      {"{sources: {database: {files: {db: db}}}}",
       "x.yml:1: sources.database.files.db: \"db\" is not an absolute path"},
      {"{read_mib_per_second: 0}", "x.yml:1: read_mib_per_second: "},
      {"{rehash: daily}", "x.yml:1: rehash: \"daily\" is not a duration"},
  }));
  CAPTURE(yml);
  const base::Inventory inventory{.subsystems = {{"database", "", "partial", "normal", "", {}}},
                                  .other_containers = {}};
  base::yaml::Problems problems;
  const auto factory =
      exporter::collectors::read_integrity(base::yaml::parse(yml, "x.yml", problems), {inventory, ""});
  INFO(problems.str());
  if (*expected == '\0') {
    REQUIRE(problems.empty());
    const tests::SharedState state(clock);
    REQUIRE(factory.build(state.shared, [] {})->name() == "integrity");
  } else {
    REQUIRE(problems.str().find(expected) != std::string::npos);
  }
}
