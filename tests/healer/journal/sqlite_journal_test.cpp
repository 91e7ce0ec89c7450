#include "healer/journal/sqlite_journal.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer;
using journal::SqliteJournal;

namespace {

std::vector<Entry> read(SqliteJournal& journal) {
  std::vector<Entry> entries;
  REQUIRE(journal.load([](std::string_view) -> base::Result<> { return {}; },
                       [&entries](const Entry& entry) { entries.push_back(entry); }, journal::kNewest));
  return entries;
}

// What this process has allocated and not given back.
std::size_t allocated() {
  const struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;
  std::string path = folder.file("journal.db");

  std::unique_ptr<SqliteJournal> open() {
    auto journal = SqliteJournal::open(path, clock);
    INFO((journal ? "" : journal.error().message));
    REQUIRE(journal);
    return std::move(*journal);
  }
  // Some journal with `count` records, closed again.
  void fill(std::uint64_t count) {
    const auto journal = open();
    for (std::uint64_t i = 1; i <= count; ++i) REQUIRE(journal->append(std::vector{record(i)}));
  }
  Record record(std::uint64_t number) {
    return {clock.now().wall, SymptomReturned{number, std::string(100, 'x')}};
  }

  void execute(const char* sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(db);
  }
  std::vector<std::string> aside() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      const std::string name = entry.path().filename();
      if (name.starts_with("journal.db.bad-") && !name.ends_with(".head")) names.push_back(name);
    }
    return names;
  }
  // The file is not used, it is kept, and a new journal works.
  void is_quarantined(const std::string& reason) {
    const auto journal = open();
    REQUIRE(journal->quarantined());
    CHECK(journal->quarantined()->find(reason) != std::string::npos);
    CHECK_FALSE(aside().empty());
    CHECK(read(*journal).empty());
    const auto seqs = journal->append(std::vector{record(1)});
    REQUIRE(seqs);
    CHECK(seqs->front() == 1);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what was appended is there, in order, after a restart") {
  {
    const auto journal = open();
    CHECK_FALSE(journal->quarantined());
    CHECK(read(*journal).empty());
    CHECK(*journal->append(std::vector{record(1), record(2)}) == std::vector<std::uint64_t>{1, 2});
    CHECK(*journal->append(std::vector{record(3)}) == std::vector<std::uint64_t>{3});
    CHECK(journal->bytes() > 0);
  }
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  for (int reading = 0; reading < 2; ++reading) {
    const auto entries = read(*journal);
    REQUIRE(entries.size() == 3);
    for (std::uint64_t i = 0; i < 3; ++i) {
      CHECK(entries[i].seq == i + 1);
      CHECK(std::get<SymptomReturned>(entries[i].record.fact).incident == i + 1);
    }
  }
  CHECK(*journal->append(std::vector{record(4)}) == std::vector<std::uint64_t>{4});
}

TEST_CASE_METHOD(Fixture, "a journal is read record by record, never held as a whole") {
  constexpr std::size_t kRecord = 1 << 20;
  constexpr std::size_t kRecords = 24;
  {
    const auto journal = open();
    const Record large{clock.now().wall, SymptomReturned{1, std::string(kRecord, 'x')}};
    for (std::size_t i = 0; i < kRecords; ++i) REQUIRE(journal->append(std::vector{large}));
  }
  const std::size_t before = allocated();
  const auto journal = open();
  std::size_t most = allocated();
  std::size_t records = 0;
  REQUIRE(journal->load([](std::string_view) -> base::Result<> { return {}; },
                        [&](const Entry&) {
                          ++records;
                          most = std::max(most, allocated());
                        },
                        journal::kNewest));
  CHECK(records == kRecords);
  // Some copies of one record, and SQLite's own cache.
  CHECK(most - std::min(most, before) < kRecords * kRecord / 2);
}

TEST_CASE_METHOD(Fixture, "a journal of which only what SQLite wrote ahead is on disk is whole") {
  const auto journal = open();
  REQUIRE(journal->append(std::vector{record(1), record(2)}));
  // As a power cut leaves it: nothing was closed.
  std::filesystem::create_directory(folder.file("cut"));
  for (const char* part : {"", "-wal"}) {
    std::filesystem::copy_file(path + part, folder.file("cut/journal.db") + part);
  }
  auto again = SqliteJournal::open(folder.file("cut/journal.db"), clock);
  REQUIRE(again);
  CHECK_FALSE((*again)->quarantined());
  CHECK(read(**again).size() == 2);
}

TEST_CASE_METHOD(Fixture, "a second healer on the same journal refuses to start") {
  const auto journal = open();
  const auto second = SqliteJournal::open(path, clock);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("another process") != std::string::npos);
  CHECK(journal->append(std::vector{record(1)}));
}

TEST_CASE_METHOD(Fixture, "a folder that is not there is an error that names the file") {
  const auto journal = SqliteJournal::open(folder.file("missing/journal.db"), clock);
  REQUIRE_FALSE(journal);
  CHECK(journal.error().message.find("missing/journal.db") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "the journal is readable by its group at most") {
  open();
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE_METHOD(Fixture,
                 "a journal cut short anywhere is whole up to there or quarantined, never half read") {
  fill(60);
  const std::string whole = folder.read("journal.db");
  for (std::size_t size = 0; size < whole.size(); size += 509) {
    INFO("cut at " << size);
    for (const std::string& name : aside()) std::filesystem::remove(folder.file(name));
    for (const char* part : {"-wal", "-shm"}) std::filesystem::remove(path + part);
    folder.write("journal.db", whole.substr(0, size));
    const auto journal = open();
    const auto entries = read(*journal);
    if (journal->quarantined()) {
      CHECK(entries.empty());
      CHECK(aside().size() == 1);
    } else {
      CHECK(entries.size() == 60);
    }
  }
}

TEST_CASE_METHOD(Fixture, "a bit that flipped in any record is noticed") {
  fill(60);
  const std::string whole = folder.read("journal.db");
  int noticed = 0;
  int tried = 0;
  for (std::size_t at = whole.find("symptom_returned"); at != std::string::npos;
       at = whole.find("symptom_returned", at + 1)) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    for (const std::string& name : aside()) std::filesystem::remove(folder.file(name));
    for (const char* part : {"-wal", "-shm"}) std::filesystem::remove(path + part);
    folder.write("journal.db", flipped);
    ++tried;
    if (open()->quarantined()) ++noticed;
  }
  // Pages that SQLite left behind when it split them may hold a text twice.
  CHECK(tried >= 60);
  CHECK(noticed >= 60);
}

TEST_CASE_METHOD(Fixture, "a record that was changed, dropped or moved is noticed") {
  fill(5);
  const auto [sql, reason] = GENERATE(table<const char*, std::string>({
      {"UPDATE records SET record = replace(record, 'INC-3', 'INC-4') WHERE seq = 3",
       "record 3 does not match its hash"},
      {"DELETE FROM records WHERE seq = 3", "record 3 is missing"},
      {"DELETE FROM records WHERE seq = 1", "record 1 is missing"},
      {"UPDATE records SET hash = zeroblob(32) WHERE seq = 5", "record 5 does not match its hash"},
      {"DROP TABLE records", "no such table"},
      {"PRAGMA user_version = 2", "newer version"},
      {"PRAGMA user_version = 0", "unknown"},
      {"PRAGMA application_id = 7", "not a Salus journal"},
  }));
  execute(sql);
  is_quarantined(reason);
}

TEST_CASE_METHOD(Fixture, "a record of a kind from a newer version sets the journal aside") {
  fill(1);
  {
    // With the right hash, as that version would have written it.
    const auto journal = open();
    REQUIRE(journal->append(std::vector{record(2)}));
  }
  execute(
      "UPDATE records SET record = '{\"at\":\"2025-12-17T04:00:00.000Z\",\"kind\":\"moon_phase\"}' WHERE seq "
      "= 1");
  is_quarantined("record 1");
}

TEST_CASE_METHOD(Fixture, "what is no database at all is quarantined") {
  const auto [content, reason] = GENERATE(table<std::string, std::string>({
      {"", "empty"},
      {"hello", "not a database"},
      {std::string(10000, '\0'), "not a database"},
  }));
  folder.write("journal.db", content);
  is_quarantined(reason);
}

TEST_CASE_METHOD(Fixture, "a link in place of the journal is not followed") {
  fill(1);
  std::filesystem::rename(path, folder.file("elsewhere.db"));
  std::filesystem::create_symlink(folder.file("elsewhere.db"), path);
  is_quarantined("not a regular file");
  CHECK(std::filesystem::exists(folder.file("elsewhere.db")));
}

TEST_CASE_METHOD(Fixture, "another user's journal is quarantined") {
  if (geteuid() != 0) return;  // only root can give a file away
  fill(1);
  REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
  is_quarantined("belongs to user 65534");
}

TEST_CASE_METHOD(Fixture,
                 "what SQLite wrote ahead for a journal that is gone is not taken for part of a new one") {
  {
    const auto journal = open();
    REQUIRE(journal->append(std::vector{record(1)}));
    std::filesystem::copy_file(path + "-wal", folder.file("kept"));
  }
  std::filesystem::remove(path);
  std::filesystem::rename(folder.file("kept"), path + "-wal");
  is_quarantined("main file is missing");
}

TEST_CASE_METHOD(Fixture, "two journals quarantined in one second are both kept") {
  folder.write("journal.db", "hello");
  open();
  folder.write("journal.db", "hello");
  open();
  CHECK(aside().size() == 2);
}

TEST_CASE_METHOD(Fixture, "a full disk fails the append as a whole, and later ones succeed") {
  const auto journal = open();
  REQUIRE(journal->append(std::vector{record(1)}));
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  rlimit small = before;
  small.rlim_cur = 40 * 1024;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::vector<Record> many;
  for (std::uint64_t i = 0; i < 2000; ++i) many.push_back(record(i + 1));
  const auto failed = journal->append(many);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);

  CHECK_FALSE(failed);
  CHECK(journal->last_error());
  CHECK(journal->errors_total() == 1);
  CHECK(read(*journal).size() == 1);
  const auto seqs = journal->append(std::vector{record(2)});
  REQUIRE(seqs);
  CHECK(seqs->front() == 2);
  CHECK_FALSE(journal->last_error());
}
