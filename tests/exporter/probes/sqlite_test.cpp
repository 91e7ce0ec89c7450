#include "exporter/probes/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

#include "tests/exporter/probes/probing.h"
#include "tests/fakes/temporary_folder.h"

using exporter::probes::Reason;
using namespace std::chrono_literals;

namespace {

// A database with some pages, and a connection of somebody else to it.
struct Database {
  tests::TemporaryFolder folder;
  std::string path = folder.file("quantum.db");
  sqlite3* other = nullptr;

  Database() {
    REQUIRE(sqlite3_open(path.c_str(), &other) == SQLITE_OK);
    run("CREATE TABLE trades (id INTEGER PRIMARY KEY, what TEXT UNIQUE)");
    run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "INSERT INTO trades SELECT i, 'trade number ' || i FROM n");
  }
  ~Database() { sqlite3_close(other); }
  void run(const char* sql) const {
    REQUIRE(sqlite3_exec(other, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  exporter::probes::ProbeResult probe(base::Duration within = 20s, const std::stop_token& stop = {}) const {
    return tests::probe("sqlite", "{path: " + path + "}", within, stop);
  }
};

}  // namespace

TEST_CASE_METHOD(Database, "a database that is whole succeeds, also while another program has it open") {
  REQUIRE(probe().success());
  run("PRAGMA journal_mode = WAL");
  run("INSERT INTO trades VALUES (9999, 'newest')");
  REQUIRE(probe().success());
}

TEST_CASE_METHOD(Database, "nothing is created beside a database whose writers keep a log") {
  run("PRAGMA journal_mode = WAL");
  run("INSERT INTO trades VALUES (9999, 'newest')");
  std::filesystem::copy_file(path, folder.file("copy.db"));
  std::filesystem::copy_file(path + "-wal", folder.file("copy.db-wal"));
  sqlite3_close(other);
  other = nullptr;
  REQUIRE_FALSE(std::filesystem::exists(path + "-wal"));
  REQUIRE(probe().success());
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK_FALSE(std::filesystem::exists(path + "-shm"));
  // A log without its index is what a copy may be left with.
  CHECK(tests::probe("sqlite", "{path: " + folder.file("copy.db") + "}").failure.reason ==
        Reason::kUnreadable);
  CHECK_FALSE(std::filesystem::exists(folder.file("copy.db-shm")));
}

TEST_CASE("a path may hold what a URI gives a meaning to") {
  const tests::TemporaryFolder folder;
  const auto path = folder.file("a b?c#d%20.db");
  sqlite3* made = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &made) == SQLITE_OK);
  REQUIRE(sqlite3_exec(made, "CREATE TABLE t (x)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(made);
  REQUIRE(tests::probe("sqlite", "{path: '" + path + "'}").success());
}

TEST_CASE_METHOD(Database, "a database that stays locked is reported as locked") {
  run("BEGIN EXCLUSIVE");
  REQUIRE(probe(100ms).failure.reason == Reason::kLocked);
  run("COMMIT");
  REQUIRE(probe().success());
}

TEST_CASE_METHOD(Database, "a check that takes too long is interrupted") {
  std::stop_source stop;
  stop.request_stop();
  REQUIRE(probe(20s, stop.get_token()).failure.reason == Reason::kTimeout);
}

TEST_CASE_METHOD(Database, "damage is found, in a page and at the head") {
  sqlite3_close(other);
  other = nullptr;
  const auto size = std::filesystem::file_size(path);
  std::string content = folder.read("quantum.db");
  REQUIRE(content.size() == size);
  const auto middle = static_cast<std::ptrdiff_t>(content.size() / 2 / 4096 * 4096);
  std::string damaged = content;
  std::fill(damaged.begin() + middle, damaged.begin() + middle + 4096, '\x5a');
  folder.write("quantum.db", damaged);
  REQUIRE(probe().failure.reason == Reason::kCorrupt);
  folder.write("quantum.db", "this is no database, but long enough to have been read as one by its head " +
                                 std::string(200, '.'));
  REQUIRE(probe().failure.reason == Reason::kCorrupt);
  folder.write("quantum.db", content.substr(0, content.size() / 2));
  REQUIRE(probe().failure.reason == Reason::kCorrupt);
}

TEST_CASE("a missing database is not created, and a folder is none") {
  const tests::TemporaryFolder folder;
  const auto path = folder.file("none.db");
  REQUIRE(tests::probe("sqlite", "{path: " + path + "}").failure.reason == Reason::kNotFound);
  REQUIRE_FALSE(std::filesystem::exists(path));
  REQUIRE(tests::probe("sqlite", "{path: " + folder.path() + "}").failure.reason == Reason::kUnreadable);
}
