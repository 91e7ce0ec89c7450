// What a journal's file says of records that were removed, and whether it is believed.
#include "healer/journal/record_store.h"

#include <filesystem>

#include "healer/journal/sqlite_journal.h"
#include "healer/journal/verify.h"
#include "tests/catch.h"
#include "tests/healer/journal/journal_file.h"

using namespace healer;
using journal::SqliteJournal;
using tests::Told;

namespace {

struct Fixture : tests::JournalFile {
  // Twenty records, of which the first eight are removed; the checkpoint stands for fifteen.
  void fill() {
    const auto journal = open();
    append(*journal, 15);
    REQUIRE(journal->checkpoint([](const auto& line) { line("fifteen"); }));
    append(*journal, 5);
    REQUIRE(journal->retire(8, [](const auto& line) { line("one to"), line("eight"); }));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what stands for removed records is handed over before those that are left") {
  fill();
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  CHECK(journal->retired() == 8);
  CHECK(journal->records() == 12);
  CHECK(journal->checkpointed() == 15);
  const Told all = load(*journal);
  CHECK(all.lines == std::vector<std::string>{"one to", "eight"});
  CHECK(all.records == tests::numbers(9, 20));
  CHECK(load(*journal, 10).records == tests::numbers(9, 10));
  const Told recalled = recall(*journal);
  CHECK(recalled.lines == std::vector<std::string>{"fifteen"});
  CHECK(recalled.records == tests::numbers(16, 20));
  append(*journal, 1);
  CHECK(load(*journal).records == tests::numbers(9, 21));
}

TEST_CASE_METHOD(Fixture, "more is removed later, and takes the place of what stood for the first") {
  fill();
  const auto journal = open();
  REQUIRE(journal->retire(14, [](const auto& line) { line("one to fourteen"); }));
  const Told all = load(*journal);
  CHECK(all.lines == std::vector<std::string>{"one to fourteen"});
  CHECK(all.records == tests::numbers(15, 20));
}

TEST_CASE_METHOD(Fixture, "only what the checkpoint stands for is removed, and nothing twice") {
  fill();
  const auto journal = open();
  const auto none = [](const auto&) { FAIL("nothing is to be saved"); };
  CHECK_FALSE(journal->retire(15, none));
  CHECK_FALSE(journal->retire(8, none));
  CHECK_FALSE(journal->retire(100, none));
  CHECK(load(*journal).records == tests::numbers(9, 20));
}

TEST_CASE_METHOD(Fixture,
                 "without its checkpoint a journal begins from what stands for the removed records") {
  fill();
  execute(GENERATE("DELETE FROM checkpoint", "DROP TABLE checkpoint",
                   "UPDATE checkpoint SET line = 'sixteen' WHERE place = 1"));
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  CHECK(journal->checkpointed() == 0);
  const Told all = recall(*journal);
  CHECK(all.lines == std::vector<std::string>{"one to", "eight"});
  CHECK(all.records == tests::numbers(9, 20));
  // A new checkpoint, and removing goes on.
  REQUIRE(journal->checkpoint([](const auto& line) { line("twenty"); }));
  REQUIRE(journal->retire(9, [](const auto& line) { line("nine"); }));
}

TEST_CASE_METHOD(Fixture,
                 "what stands for removed records is read only where the checkpoint cannot be used") {
  fill();
  execute("UPDATE base SET line = 'nine' WHERE place = 2");
  SECTION("it can") {
    const auto journal = open();
    CHECK_FALSE(journal->quarantined());
    CHECK(recall(*journal).lines == std::vector<std::string>{"fifteen"});
  }
  SECTION("it cannot: what the records were is not known any more") {
    execute("DELETE FROM checkpoint");
    const auto journal = open();
    REQUIRE(journal->quarantined());
    CHECK(*journal->quarantined() ==
          "the lines that replace removed records: line 2 does not match its hash");
  }
}

TEST_CASE_METHOD(Fixture, "the chain goes on from the last record that was removed") {
  fill();
  execute(GENERATE("DELETE FROM records WHERE seq = 9", "UPDATE records SET record = '{}' WHERE seq = 9",
                   "UPDATE base SET line = replace(line, '8 ', '7 ') WHERE place = 0",
                   "DELETE FROM base WHERE place = 0"));
  execute("DELETE FROM checkpoint");
  CHECK(open()->quarantined());
}

TEST_CASE_METHOD(Fixture,
                 "a head of before the removed records says nothing, and one of later ones is heeded") {
  fill();
  const journal::Link link;
  const auto kept = GENERATE(0, 1);
  if (kept == 0) {
    journal::Head(path + ".head").write(3, link.hash);
    CHECK_FALSE(open()->quarantined());
  } else {
    journal::Head(path + ".head").write(8, link.hash);
    CHECK(open()->quarantined());
  }
}

TEST_CASE_METHOD(Fixture, "a crash while records are removed leaves all of them, or what stands for them") {
  {
    const auto journal = open();
    append(*journal, 10);
    REQUIRE(journal->checkpoint([](const auto& line) { line("ten"); }));
    // What the disk holds in the middle of it, and just after it.
    REQUIRE(journal->retire(6, [&](const auto& line) {
      line("one to six");
      copy_to("during");
    }));
    copy_to("after");
  }
  for (const auto& [name, first] : {std::pair("during", 1), std::pair("after", 7)}) {
    path = folder.file(name) + "/journal.db";
    const auto journal = open();
    CHECK_FALSE(journal->quarantined());
    CHECK(load(*journal).records == tests::numbers(static_cast<std::uint64_t>(first), 10));
    CHECK(load(*journal).lines.size() == (first == 1 ? 0 : 1));
    CHECK(recall(*journal).lines == std::vector<std::string>{"ten"});
  }
}

TEST_CASE_METHOD(Fixture, "the room of removed records is given back") {
  {
    const auto journal = open();
    const Record large{clock.now().wall, SymptomReturned{1, std::string(10'000, 'x')}};
    REQUIRE(journal->append(std::vector<Record>(200, large)));
    REQUIRE(journal->checkpoint([](const auto& line) { line("all"); }));
  }
  const auto before = std::filesystem::file_size(path);
  REQUIRE(open()->retire(190, [](const auto& line) { line("nearly all"); }));
  CHECK(std::filesystem::file_size(path) < before / 4);
}
