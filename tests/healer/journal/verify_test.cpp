#include "healer/journal/verify.h"

#include <fstream>

#include "tests/healer/journal/journal_file.h"

using namespace healer;
using journal::verify;

namespace {

struct Fixture : tests::JournalFile {
  void fill() {
    const auto journal = open();
    append(*journal, 15);
    REQUIRE(journal->checkpoint([](const auto& line) { line("fifteen"); }));
    append(*journal, 5);
  }
  std::string trouble() const {
    const auto verified = verify(path);
    return verified ? "" : verified.error().message;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a whole journal says what is in it, and is not changed by being read") {
  fill();
  const auto before = names();
  const std::string content = folder.read("journal.db");
  const auto verified = verify(path);
  REQUIRE(verified);
  CHECK(verified->first == 1);
  CHECK(verified->last == 20);
  CHECK(verified->checkpoint == 15);
  CHECK(verified->retired == 0);
  CHECK(verified->head);
  CHECK(verified->newest == clock.now().wall);
  CHECK(names() == before);
  CHECK(folder.read("journal.db") == content);
}

TEST_CASE_METHOD(Fixture, "a journal is verified beside the healer that has it open") {
  fill();
  const auto journal = open();
  append(*journal, 1);
  REQUIRE(verify(path));
  CHECK(verify(path)->last == 21);
  REQUIRE(journal->retire(8, [](const auto& line) { line("eight"); }));
  const auto verified = verify(path);
  REQUIRE(verified);
  CHECK(verified->first == 9);
  CHECK(verified->retired == 8);
}

TEST_CASE_METHOD(Fixture, "an empty journal is whole") {
  open();
  const auto verified = verify(path);
  REQUIRE(verified);
  CHECK(verified->first == 0);
  CHECK(verified->checkpoint == 0);
}

TEST_CASE_METHOD(Fixture, "the first bad record is named, also before the checkpoint") {
  fill();
  const auto [sql, why] = GENERATE(table<const char*, const char*>({
      {"UPDATE records SET record = replace(record, 'again', 'never') WHERE seq IN (7, 9)",
       "record 7 does not match its hash"},
      {"UPDATE records SET hash = zeroblob(32) WHERE seq = 20", "record 20 does not match its hash"},
      {"DELETE FROM records WHERE seq = 3", "record 3 is missing"},
      {"DELETE FROM records WHERE seq > 18", "the checkpoint"},
      {"DELETE FROM records WHERE seq > 18; DROP TABLE checkpoint",
       "its newest records are missing: 20 were written, 18 are present"},
      {"UPDATE checkpoint SET line = 'x' WHERE place = 1", "the checkpoint: line 1 does not match its hash"},
      {"PRAGMA user_version=2", "it is from a newer version: its format is 2, this one reads 1"},
      {"PRAGMA application_id=7", "it is not a Salus journal"},
  }));
  INFO(why);
  if (std::string_view(why) == "the checkpoint") execute("UPDATE checkpoint SET line = '19' WHERE place = 0");
  execute(sql);
  CHECK(trouble().starts_with(why));
}

TEST_CASE_METHOD(Fixture, "no file that was cut, or has a bit of a record turned, is taken for whole") {
  fill();
  std::string content = folder.read("journal.db");
  SECTION("cut") {
    const std::size_t size = GENERATE_COPY(1U, 100U, content.size() / 2, content.size() - 4096);
    folder.write("journal.db", content.substr(0, size));
  }
  SECTION("a bit") {
    const std::size_t at = content.find("again");
    REQUIRE(at != std::string::npos);
    content[at] ^= 4;
    folder.write("journal.db", content);
  }
  CHECK(trouble() != "");
}

TEST_CASE_METHOD(Fixture, "what is no database is distinguished from what is none of Salus") {
  folder.write("journal.db", "nonsense, and long enough to be looked at as a database by whoever reads it");
  CHECK(trouble() == "file is not a database");
}
