#include "healer/actions/fallback.h"

#include <filesystem>

#include "base/crypto/sha256.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/scripted_server.h"

using tests::compile;
using namespace std::chrono_literals;

namespace {

const healer::Target kModel{"subsystem", "ai_model"};

struct Fixture {
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const std::string path = folder.write("models/xgb.json", "broken");
  const std::string backup = folder.write("backup/xgb.json", "good");

  base::Result<healer::actions::Outcome> run(const std::string& action, const std::string& parameters) {
    const auto compiled = compile(action, parameters, {nowhere, clock});
    REQUIRE(compiled.problems == "");
    return compiled.action->run(kModel, base::Deadline::after(clock, 20s));
  }
  std::string file(const std::string& how) const {
    return fmt::format("{{file: {{path: {}, backup: {}, {}}}}}", path, backup, how);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a verified copy takes a file's place, and the original comes back") {
  const auto fallen = run("fallback_to_backup", file("sha256: " + base::sha256("good")));
  REQUIRE(fallen);
  CHECK(fallen->detail ==
        path + " is now a copy of " + backup + "; the original is " + path + ".salus-original");
  CHECK(folder.read("models/xgb.json") == "good");
  CHECK(run("fallback_to_backup", file("sha256: " + base::sha256("good")))->detail ==
        path + " is already a copy of the backup");
  const auto restored = run("restore_original", "{path: " + path + "}");
  REQUIRE(restored);
  CHECK(restored->detail == "restored the original of " + path);
  CHECK(folder.read("models/xgb.json") == "broken");
  CHECK(run("restore_original", "{path: " + path + "}")->detail == "no original of " + path + " to restore");
}

TEST_CASE_METHOD(Fixture, "a manifest says what a backup must be") {
  const std::string manifest = folder.write("models/MANIFEST", base::sha256("good") + "  xgb.json\n");
  REQUIRE(run("fallback_to_backup", file("manifest: " + manifest)));
  CHECK(folder.read("models/xgb.json") == "good");
  folder.write("models/MANIFEST", base::sha256("good") + "  other.json\n");
  const auto unlisted = run("fallback_to_backup", file("manifest: " + manifest));
  REQUIRE_FALSE(unlisted);
  CHECK_THAT(unlisted.error().message, Catch::Contains("does not list"));
  CHECK_FALSE(run("fallback_to_backup", file("manifest: " + folder.file("gone"))));
}

TEST_CASE_METHOD(Fixture, "a backup that is not what it should be, or is not there, changes nothing") {
  const auto bad = run("fallback_to_backup", file("sha256: " + base::sha256("better")));
  REQUIRE_FALSE(bad);
  CHECK_THAT(bad.error().message, Catch::Contains("does not match"));
  std::filesystem::remove(backup);
  CHECK_FALSE(run("fallback_to_backup", file("sha256: " + base::sha256("good"))));
  CHECK(folder.read("models/xgb.json") == "broken");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.file("models")), {}) == 1);
}

TEST_CASE_METHOD(Fixture, "a link is switched, and switched back") {
  std::filesystem::create_directories(folder.file("releases/new"));
  std::filesystem::create_directories(folder.file("releases/old"));
  const std::string link = folder.file("current");
  std::filesystem::create_directory_symlink("releases/new", link);
  const std::string parameters = "{link: {path: " + link + ", backup: releases/old}}";
  const auto fallen = run("fallback_to_backup", parameters);
  REQUIRE(fallen);
  CHECK(fallen->detail == link + " now points to releases/old; the original is " + link + ".salus-original");
  CHECK(std::filesystem::read_symlink(link) == "releases/old");
  CHECK(run("fallback_to_backup", parameters)->detail == link + " already points to releases/old");
  REQUIRE(run("restore_original", "{path: " + link + "}"));
  CHECK(std::filesystem::read_symlink(link) == "releases/new");
  CHECK_FALSE(run("fallback_to_backup", "{link: {path: " + link + ", backup: releases/older}}"));
  CHECK_FALSE(run("fallback_to_backup", "{link: {path: " + path + ", backup: releases/old}}"));
}

TEST_CASE_METHOD(Fixture, "an endpoint is switched by a request") {
  tests::ScriptedServer server{{{"POST", "/feed/*"}}};
  REQUIRE(run("fallback_to_backup", "{http: {url: '" + server.url() + "/feed/backup'}}"));
  REQUIRE(run("restore_original", "{http: {url: '" + server.url() + "/feed/main'}}"));
  CHECK(server.requests().size() == 2);
  server.answer({"POST", "/feed/*"}, base::http::text(409, "no backup"));
  CHECK_FALSE(run("fallback_to_backup", "{http: {url: '" + server.url() + "/feed/backup'}}"));
}

TEST_CASE_METHOD(Fixture, "what is wrong with a fallback is said") {
  const auto [action, parameters] = GENERATE(table<std::string, std::string>({
      {"fallback_to_backup", "{}"},
      {"fallback_to_backup", "{file: {path: /a, backup: /b}}"},
      {"fallback_to_backup", "{file: {path: a, backup: /b, manifest: /m}}"},
      {"fallback_to_backup", "{file: {path: /a, backup: /b, sha256: abc}}"},
      {"fallback_to_backup", "{link: {path: /a}}"},
      {"fallback_to_backup", "{link: {path: /a, backup: b}, http: {url: 'http://a/'}}"},
      {"restore_original", "{}"},
      {"restore_original", "{path: a}"},
      {"restore_original", "{path: /a, http: {url: 'http://a/'}}"},
  }));
  CAPTURE(parameters);
  CHECK(compile(action, parameters, {nowhere, clock}).problems != "");
}
