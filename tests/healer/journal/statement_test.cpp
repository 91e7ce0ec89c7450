#include "healer/journal/statement.h"

#include <sqlite3.h>

#include <memory>

#include "tests/catch.h"

using healer::journal::execute;
using healer::journal::pragma;
using healer::journal::Statement;

namespace {

std::unique_ptr<sqlite3, int (*)(sqlite3*)> memory() {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(":memory:", &db) == SQLITE_OK);
  return {db, sqlite3_close};
}

}  // namespace

TEST_CASE("what is bound is read back, and a statement can be run again") {
  const auto db = memory();
  REQUIRE(execute(db.get(), "CREATE TABLE t(n INTEGER, s TEXT, b BLOB)"));
  Statement insert(db.get(), "INSERT INTO t VALUES(?1, ?2, ?3)");
  for (const std::uint64_t n : {1, 2}) {
    insert.bind(1, n);
    insert.bind_text(2, "text");
    insert.bind_blob(3, std::string_view("\0x", 2));
    CHECK(insert.step() == SQLITE_DONE);
    insert.reset();
  }
  Statement rows(db.get(), "SELECT n, s, b FROM t ORDER BY n");
  REQUIRE(rows.step() == SQLITE_ROW);
  CHECK(rows.number(0) == 1);
  CHECK(rows.bytes(1) == "text");
  CHECK(rows.bytes(2) == std::string("\0x", 2));
  CHECK(rows.step() == SQLITE_ROW);
  CHECK(rows.step() == SQLITE_DONE);
}

TEST_CASE("a statement that is none never steps, and says so") {
  const auto db = memory();
  CHECK(Statement(db.get(), "SELECT FROM").step() == SQLITE_ERROR);
  const auto done = execute(db.get(), "DROP TABLE none");
  REQUIRE_FALSE(done);
  CHECK(done.error().message == "DROP TABLE none: no such table: none");
  CHECK(pragma(db.get(), "PRAGMA user_version") == 0);
  CHECK_FALSE(pragma(db.get(), "SELECT FROM"));
}
