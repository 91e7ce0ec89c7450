#include "healer/notify/outbox/sqlite_store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::Notice;
using healer::notify::SqliteStore;
using healer::notify::Store;
using namespace std::chrono_literals;

namespace {

constexpr base::WallTime kNow{std::chrono::seconds(1765944000)};
const std::vector<std::string> kBoth{"chat", "mail"};

std::unique_ptr<Store> open(const std::string& path) {
  auto store = SqliteStore::open(path);
  REQUIRE(store);
  return std::move(*store);
}

std::vector<std::pair<std::string, std::string>> waiting(Store& store) {
  const auto rows = store.load();
  REQUIRE(rows);
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& row : *rows) all.emplace_back(row.notifier, row.notice.title);
  return all;
}

}  // namespace

TEST_CASE("what was added is found again, for each notifier, in order, until it is removed") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("outbox.db");
  std::vector<std::uint64_t> first;
  {
    const auto store = open(path);
    first = store->add({.title = "a", .key = "k"}, kNow, kBoth).value();
    REQUIRE(store->add({.title = "b"}, kNow + 1s, kBoth));
    CHECK(first.size() == 2);
  }
  const auto store = open(path);
  CHECK(waiting(*store) == std::vector<std::pair<std::string, std::string>>{
                               {"chat", "a"}, {"mail", "a"}, {"chat", "b"}, {"mail", "b"}});
  CHECK(store->load()->front().accepted_at == kNow);
  REQUIRE(store->remove(first));
  CHECK(waiting(*store) == std::vector<std::pair<std::string, std::string>>{{"chat", "b"}, {"mail", "b"}});
  CHECK(store->errors_total() == 0);
}

TEST_CASE("a dead letter is not delivered again, and an id never is another's") {
  const tests::TemporaryFolder folder;
  const auto store = open(folder.file("outbox.db"));
  const auto ids = store->add({.title = "a"}, kNow, kBoth).value();
  REQUIRE(store->bury(ids, kNow + 1h, "refused"));
  CHECK(waiting(*store).empty());
  CHECK(store->add({.title = "b"}, kNow, kBoth).value().front() > ids.back());
}

TEST_CASE("keys are remembered for as long as is asked") {
  const tests::TemporaryFolder folder;
  const auto store = open(folder.file("outbox.db"));
  REQUIRE(store->add({.title = "a", .key = "old"}, kNow, {}));
  REQUIRE(store->add({.title = "b", .key = "new"}, kNow + 10min, {}));
  CHECK(store->keys(kNow + 1min).value() == std::map<std::string, base::WallTime>{{"new", kNow + 10min}});
  CHECK(store->keys({}).value().size() == 1);
}

TEST_CASE("links may hold tokens: no other user reads the file") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("outbox.db");
  const auto store = open(path);
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a file that is no outbox is quarantined, and an empty one takes its place") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.write("outbox.db", std::string(5000, 'x'));
  const auto store = open(path);
  REQUIRE(store->add({.title = "a"}, kNow, kBoth));
  CHECK(std::filesystem::exists(path + ".bad"));
}

TEST_CASE("a notice that cannot be read is buried, and those beside it are not") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("outbox.db");
  const auto store = open(path);
  REQUIRE(store->add({.title = "a"}, kNow, std::vector<std::string>{"chat"}));
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(
              db,
              "INSERT INTO notices(notifier, accepted_ns, notice) VALUES('chat', 1, '{\"kind\":\"cured\"}')",
              nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  CHECK(waiting(*store) == std::vector<std::pair<std::string, std::string>>{{"chat", "a"}});
  CHECK(waiting(*store).size() == 1);
}

TEST_CASE("a folder that is not there is an error") {
  CHECK_FALSE(SqliteStore::open("/nonexistent/outbox.db"));
}

TEST_CASE("what cannot be written is an error that is counted, and the next one may succeed") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("outbox.db");
  const auto store = open(path);
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, "ALTER TABLE notices RENAME TO hidden", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK_FALSE(store->add({.title = "a"}, kNow, kBoth));
  CHECK(store->errors_total() == 1);
  REQUIRE(sqlite3_exec(db, "ALTER TABLE hidden RENAME TO notices", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  CHECK(store->add({.title = "a"}, kNow, kBoth));
}
