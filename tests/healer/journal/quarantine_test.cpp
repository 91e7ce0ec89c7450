#include "healer/journal/quarantine.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::journal;

TEST_CASE("all files of a journal are quarantined under one name, and what is not there is no error") {
  tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  folder.write("journal.db", "main");
  folder.write("journal.db.head", "head");
  const std::string path = folder.file("journal.db");
  REQUIRE(put_aside(path, clock.now().wall));
  CHECK_FALSE(exists(path));
  CHECK_FALSE(exists(path + ".head"));
  CHECK(folder.read("journal.db.bad-2025-12-17T040000") == "main");
  CHECK(folder.read("journal.db.bad-2025-12-17T040000.head") == "head");
}

TEST_CASE("a journal of which only parts are left is not taken for none") {
  tests::TemporaryFolder folder;
  const std::string path = folder.file("journal.db");
  CHECK_FALSE(look_at(path)->has_value());
  const std::string part = GENERATE("-wal", ".head");
  folder.write("journal.db" + part, "left");
  CHECK(look_at(path)->value() == "its main file is missing");
}
