// What a start reads, and whether it notices that the newest records are gone.
#include <filesystem>

#include "tests/healer/journal/journal_file.h"

using tests::Told;

namespace {

struct Fixture : tests::JournalFile {
  // Ten records, a checkpoint of two lines, three records.
  void fill() {
    const auto journal = open();
    append(*journal, 10);
    REQUIRE(journal->checkpoint([](const auto& line) { line("one"), line("two"); }));
    CHECK(journal->since_checkpoint() == 0);
    append(*journal, 3);
    CHECK(journal->since_checkpoint() == 3);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a start gets the checkpoint's lines and the records after it") {
  fill();
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  CHECK(journal->records() == 13);
  CHECK(journal->since_checkpoint() == 3);
  const Told all = recall(*journal);
  CHECK(all.lines == std::vector<std::string>{"one", "two"});
  CHECK(all.records == std::vector<std::uint64_t>{11, 12, 13});
  CHECK(load(*journal).records.size() == 13);
  append(*journal, 1);
  CHECK(journal->records() == 14);
}

TEST_CASE_METHOD(Fixture,
                 "a checkpoint takes the place of the one before, and a journal without one has none") {
  fill();
  const auto journal = open();
  REQUIRE(journal->checkpoint([](const auto& line) { line("three"); }));
  const Told all = recall(*journal);
  CHECK(all.lines == std::vector<std::string>{"three"});
  CHECK(all.records.empty());
  execute("DROP TABLE checkpoint");
}

TEST_CASE_METHOD(Fixture, "a checkpoint that is damaged is not believed: every record is read") {
  fill();
  execute(GENERATE("UPDATE checkpoint SET line = 'two and a half' WHERE place = 2",
                   "DELETE FROM checkpoint WHERE place = 3", "DELETE FROM checkpoint WHERE place = 1",
                   "UPDATE checkpoint SET line = '9' WHERE place = 0", "DELETE FROM checkpoint",
                   "INSERT INTO checkpoint VALUES(4, 'more', zeroblob(32))"));
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  const Told all = recall(*journal);
  CHECK(all.lines.empty());
  CHECK(all.records.size() == 13);
}

TEST_CASE_METHOD(Fixture, "records after the checkpoint that were changed or dropped set the journal aside") {
  fill();
  execute(GENERATE("DELETE FROM records WHERE seq = 12", "DELETE FROM records WHERE seq = 11",
                   "UPDATE records SET record = replace(record, 'again', 'never') WHERE seq = 12"));
  CHECK(open()->quarantined());
}

TEST_CASE_METHOD(Fixture, "the loss of the newest records is noticed") {
  fill();
  SECTION("some of them") {
    execute("DELETE FROM records WHERE seq > 11");
    const auto journal = open();
    REQUIRE(journal->quarantined());
    CHECK(*journal->quarantined() == "its newest records are missing: 13 were written, 11 are present");
    CHECK(journal->records() == 0);
    append(*journal, 1);
  }
  SECTION("all of it") {
    std::filesystem::remove(path);
    CHECK(open()->quarantined());
  }
  SECTION("what SQLite wrote ahead") {
    {
      const auto journal = open();
      append(*journal, 2);
      std::filesystem::create_directory(folder.file("cut"));
      for (const char* part : {"", ".head"})
        std::filesystem::copy_file(path + part, folder.file("cut/journal.db") + part);
    }
    path = folder.file("cut/journal.db");
    CHECK(open()->quarantined());
  }
  // It is told once: what takes its place is a journal like any other.
  CHECK_FALSE(open()->quarantined());
}

TEST_CASE_METHOD(Fixture, "records that others took the place of are noticed") {
  fill();
  std::filesystem::copy_file(path + ".head", folder.file("kept"));
  for (const char* part : {"", ".head"}) std::filesystem::remove(path + part);
  {
    const auto journal = open();
    clock.advance(std::chrono::seconds(1));
    append(*journal, 20);
  }
  std::filesystem::rename(folder.file("kept"), path + ".head");
  const auto journal = open();
  REQUIRE(journal->quarantined());
  CHECK(*journal->quarantined() == "record 13 does not match its hash");
}

TEST_CASE_METHOD(Fixture, "a head that is behind is no damage: so a crash may leave it") {
  fill();
  const std::string behind = folder.read("journal.db.head");
  append(*open(), 1);
  folder.write("journal.db.head", behind);
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  CHECK_FALSE(journal->unproven());
  CHECK(journal->records() == 14);
}

TEST_CASE_METHOD(Fixture, "a journal with records and without a head that can be read may be a backup") {
  fill();
  const std::string head = folder.read("journal.db.head");
  const int what = GENERATE(0, 1, 2, 3);
  if (what == 0) std::filesystem::remove(path + ".head");
  if (what == 1) folder.write("journal.db.head", "");
  if (what == 2) folder.write("journal.db.head", head.substr(0, 30));
  if (what == 3) folder.write("journal.db.head", std::string(head.size(), '0'));
  {
    const auto journal = open();
    CHECK_FALSE(journal->quarantined());
    REQUIRE(journal->unproven());
    CHECK_THAT(*journal->unproven(), Catch::Contains("13 records") && Catch::Contains("journal.db.head"));
    CHECK(journal->records() == 13);
  }
  {
    // Nothing was recorded about it yet.
    const auto journal = open();
    CHECK(journal->unproven());
    append(*journal, 1);
  }
  CHECK_FALSE(open()->unproven());
}

TEST_CASE_METHOD(Fixture, "a new journal has its head before its first record") {
  open();
  CHECK(std::filesystem::exists(path + ".head"));
  const std::string head = folder.read("journal.db.head");
  append(*open(), 1);
  // As a crash just after the first transaction leaves it.
  folder.write("journal.db.head", head);
  const auto journal = open();
  CHECK_FALSE(journal->unproven());
  CHECK_FALSE(journal->quarantined());
  CHECK(journal->records() == 1);
}

TEST_CASE_METHOD(Fixture, "an empty journal beside a head that knows of records was lost") {
  fill();
  const std::string head = folder.read("journal.db.head");
  for (const char* part : {"", "-wal", "-shm", ".head"}) std::filesystem::remove(path + part);
  open();
  folder.write("journal.db.head", head);
  REQUIRE(open()->quarantined());
}
