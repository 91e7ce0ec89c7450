#include "healer/journal/staged_checkpoint.h"

#include "tests/healer/journal/journal_file.h"

using healer::journal::Connection;
using healer::journal::Link;
using healer::journal::StagedCheckpoint;
using tests::JournalFile;

namespace {

// What a start reads, or the error.
std::string lines_in(sqlite3* db) {
  std::string all;
  const auto read = healer::journal::read_checkpoint(db, {}, [&all](std::string_view line) -> base::Result<> {
    all += std::string(line) + ";";
    return {};
  });
  return read ? all : read.error().message;
}

struct Fixture : JournalFile {
  Fixture() {
    const auto journal = open();
    append(*journal, 3);
    REQUIRE(journal->checkpoint([](const auto& line) { line("before"); }));
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
    db.reset(raw);
    healer::journal::Statement hash(db.get(), "SELECT hash FROM records WHERE seq = 3");
    REQUIRE(hash.next());
    last = Link{3, hash.bytes(0)};
  }
  Connection db;
  Link last;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a checkpoint that is written in pieces counts from its end on") {
  StagedCheckpoint staged(last);
  staged.add("one");
  CHECK(staged.waiting() == 2);
  REQUIRE(staged.write(db.get()));
  CHECK(staged.waiting() == 0);
  CHECK(lines_in(db.get()) == "before;");
  staged.add("two");
  REQUIRE(staged.write(db.get()));
  CHECK(lines_in(db.get()) == "before;");
  staged.add("three");
  REQUIRE(staged.finish(db.get()));
  CHECK(lines_in(db.get()) == "one;two;three;");
}

TEST_CASE_METHOD(Fixture, "one that was not finished is replaced by the next") {
  StagedCheckpoint left(last);
  left.add("half");
  REQUIRE(left.write(db.get()));
  CHECK_FALSE(open()->quarantined());
  StagedCheckpoint next(last);
  next.add("whole");
  REQUIRE(next.finish(db.get()));
  CHECK(lines_in(db.get()) == "whole;");
}
