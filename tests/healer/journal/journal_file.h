// A journal in a folder of its own, as files and as what it hands over.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "healer/journal/sqlite_journal.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

namespace tests {

// What a journal handed over.
struct Told {
  std::vector<std::string> lines;
  std::vector<std::uint64_t> records;

  healer::journal::TakeLine take_line() {
    return [this](std::string_view line) -> base::Result<> {
      lines.emplace_back(line);
      return {};
    };
  }
  healer::journal::TakeEntry take_entry() {
    return [this](const healer::Entry& entry) { records.push_back(entry.seq); };
  }
};

inline std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t n = first; n <= last; ++n) all.push_back(n);
  return all;
}

struct JournalFile {
  TemporaryFolder folder;
  FakeClock clock;
  std::string path = folder.file("journal.db");

  std::unique_ptr<healer::journal::SqliteJournal> open() {
    auto journal = healer::journal::SqliteJournal::open(path, clock);
    INFO((journal ? "" : journal.error().message));
    REQUIRE(journal);
    return std::move(*journal);
  }
  void append(healer::journal::Journal& journal, int count, const std::string& detail = "again") {
    for (int i = 0; i < count; ++i) {
      const std::vector records{healer::Record{clock.now().wall, healer::SymptomReturned{1, detail}}};
      REQUIRE(journal.append(records));
    }
  }
  static Told recall(healer::journal::Journal& journal) {
    Told all;
    REQUIRE(journal.recall(all.take_line(), all.take_entry()));
    return all;
  }
  static Told load(healer::journal::Journal& journal, std::uint64_t last = healer::journal::kNewest) {
    Told all;
    REQUIRE(journal.load(all.take_line(), all.take_entry(), last));
    return all;
  }
  void execute(const char* sql) const {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(db);
  }
  // As a crash would leave it now.
  void copy_to(const std::string& name) const {
    std::filesystem::create_directory(folder.file(name));
    for (const char* part : {"", "-wal", ".head"}) {
      if (std::filesystem::exists(path + part))
        std::filesystem::copy_file(path + part, folder.file(name) + "/journal.db" + part);
    }
  }
};

}  // namespace tests
