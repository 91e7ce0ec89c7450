#include "salusctl/journal.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/healer/journal/journal_file.h"

using healer::salusctl::verify_journal;
using nlohmann::json;

namespace {

struct Fixture : tests::JournalFile {
  Fixture() {
    const auto journal = open();
    append(*journal, 12);
    REQUIRE(journal->checkpoint([](const auto& line) { line("twelve"); }));
    REQUIRE(journal->retire(4, [](const auto& line) { line("four"); }));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a whole journal is reported in a line, or as JSON") {
  const auto output = verify_journal({.file = path});
  CHECK(output.code == 0);
  CHECK(output.out == path +
                          " is intact: records 5 to 12, 2025-12-17T04:00:00.000Z to "
                          "2025-12-17T04:00:00.000Z; records up to 4 "
                          "were removed by retention; checkpoint at 12\n");
  const auto machine = verify_journal({.file = path, .json = true});
  CHECK(machine.code == 0);
  const json document = json::parse(machine.out);
  CHECK(document["whole"] == true);
  CHECK(document["records"]["first"] == 5);
  CHECK(document["retired"] == 4);
  CHECK(document["checkpoint"] == 12);
}

TEST_CASE_METHOD(Fixture, "a damaged journal is 1, with its first bad record") {
  execute("UPDATE records SET record = '{}' WHERE seq = 6");
  const auto output = verify_journal({.file = path});
  CHECK(output.code == 1);
  CHECK(output.err == "salusctl: " + path + ": record 6 does not match its hash\n");
  const auto machine = verify_journal({.file = path, .json = true});
  CHECK(machine.code == 1);
  CHECK(json::parse(machine.out)["reason"] == "record 6 does not match its hash");
}

TEST_CASE_METHOD(Fixture, "what is not there, or no file, is 2") {
  CHECK(verify_journal({.file = folder.file("none.db")}).code == 2);
  CHECK(verify_journal({.file = folder.path()}).code == 2);
}
