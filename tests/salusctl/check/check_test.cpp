// Every kind of finding, each planted by an edit of the good tree in tests/fixtures/check/good: planted.json
// beside it lists the edits and what is said of each. `./dev golden` writes the latter again.
#include "salusctl/check/check.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/golden.h"

using namespace healer::salusctl::check;
namespace fs = std::filesystem;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;

  Fixture() {
    fs::copy(SALUS_SOURCE_DIR "/tests/fixtures/check/good", folder.path(), fs::copy_options::recursive);
  }

  Places places() const {
    return {folder.file("rules"),          folder.file("config"),
            folder.file("dashboards"),     folder.file("alertmanager.yml"),
            folder.file("prometheus.yml"), folder.file("runbooks")};
  }

  // With an empty `from` the text is put in front of the file, which need not exist.
  void edit(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = fs::exists(folder.file(file)) ? folder.read(file) : "";
    const std::size_t at = text.find(from);
    REQUIRE(at != text.npos);
    folder.write(file, text.replace(at, from.size(), to));
  }

  Report look() const {
    const auto catalog = read_catalog({folder.file("metrics.json")});
    REQUIRE(catalog);
    return inspect(places(), *catalog, "http://localhost:9870");
  }

  // The findings as text, with paths below the tree.
  std::string findings() const {
    Report report = look();
    report.checked.clear();
    report.skipped.clear();
    std::string text = as_text(report);
    text = text.substr(text.find('\n') + 2);
    const std::string prefix = folder.path() + "/";
    for (std::size_t at = 0; (at = text.find(prefix)) != text.npos;) text.erase(at, prefix.size());
    return text.substr(0, text.rfind("\n\n") + 1);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a good tree has no finding") {
  const Report report = look();
  CHECK(as_text(report).ends_with("\nNo problems found.\n"));
  CHECK(report.findings.empty());
  CHECK(report.skipped.empty());
  CHECK(report.checked.size() == 9);
}

TEST_CASE("each mistake is found where it is, with why and what to do") {
  const std::string path = SALUS_SOURCE_DIR "/tests/fixtures/check/planted.json";
  std::ifstream in(path);
  auto mistakes = nlohmann::ordered_json::parse(in);
  REQUIRE(mistakes.size() > 40);
  for (auto& mistake : mistakes) {
    Fixture tree;
    for (const auto& each : mistake["edits"]) tree.edit(each["file"], each["from"], each["to"]);
    const std::string now = tree.findings();
    std::istringstream text(now);
    nlohmann::ordered_json found = nlohmann::ordered_json::array();
    for (std::string line; std::getline(text, line);) found.push_back(line);
    const std::string kind = mistake["kind"];
    CAPTURE(kind, mistake["edits"].dump());
    CHECK_THAT(now, Catch::Contains("[" + kind + "]"));
    if (tests::updates_golden()) mistake["expected"] = found;
    std::string expected;
    for (const std::string line : mistake["expected"]) expected += line + "\n";
    CHECK(tests::first_difference("tests/fixtures/check/planted.json, " + kind, expected, now) == "");
  }
  if (tests::updates_golden()) std::ofstream(path) << mistakes.dump(2) << "\n";
}

TEST_CASE_METHOD(Fixture, "a page or a part that is missing is left out and reported") {
  Places fewer = places();
  fewer.dashboards = fewer.alertmanager = fewer.prometheus = fewer.runbooks = fewer.config = "";
  const Report report = inspect(fewer, *read_catalog({folder.file("metrics.json")}), "http://127.0.0.1:9870");
  CHECK(report.skipped.size() == 5);
  CHECK(report.findings.empty());
}

TEST_CASE_METHOD(Fixture, "JSON is one document with the same findings") {
  edit("rules/core.rules.yml", "salus_container_running", "salus_container_runing");
  const auto document = nlohmann::json::parse(as_json(look()));
  CHECK(document["errors"] == 1);
  CHECK(document["warnings"] == 0);
  CHECK(document["findings"].at(0)["kind"] == "metric-unknown");
  CHECK(document["findings"].at(0)["line"] == 24);
  CHECK(document["checked"].size() == 9);
}

TEST_CASE_METHOD(Fixture, "exit codes: 0 for warnings, 1 for errors, 2 for what cannot be looked at") {
  CheckCommand command{places(), {folder.file("metrics.json")}, "http://127.0.0.1:9870", true};
  // The programs would say that these small configurations lack much.
  command.places.config = folder.file("rules");
  command.places.alertmanager = SALUS_SOURCE_DIR "/deploy/alertmanager/alertmanager.yml";
  // The shipped route of the heartbeat wants its label `policy`.
  edit("rules/core.rules.yml", "severity: info\n", "severity: info\n          policy: allow_all\n");
  folder.write("runbooks/Orphan.md", "# Orphan\n");
  CHECK(check(command).code == 0);
  edit("rules/core.rules.yml", "salus_container_running", "salus_container_runing");
  CHECK(check(command).code == 1);
  command.metrics = {folder.file("no.json")};
  CHECK(check(command).code == 2);
  command.metrics = {folder.file("metrics.json")};
  command.places.rules = folder.file("nowhere");
  const auto output = check(command);
  CHECK(output.code == 2);
  CHECK(output.out.empty());
  CHECK(output.err == "salusctl: --rules: " + folder.file("nowhere") + " does not exist\n");
}
