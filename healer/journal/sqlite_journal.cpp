#include "healer/journal/sqlite_journal.h"

#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "healer/journal/aside.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/statement.h"

namespace healer::journal {
namespace {

constexpr int kVersion = 1;
constexpr int kApplication = 0x53414c55;  // "SALU"
constexpr std::string_view kEndOfCheckpoint = "end";

constexpr int kLockTries = 100;
constexpr int kLockPauseMs = 20;

// The world refuses, now: the file itself may be sound, and nothing is put aside for it.
bool is_obstacle(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_FULL:
      return true;
    default:
      return false;
  }
}

// A new journal comes into being under another name: a file at `path` is a whole journal, or was one.
base::Result<> create(const std::string& path) {
  const std::string fresh = path + ".new";
  for (const char* part : {"", "-wal", "-shm", "-journal"}) std::remove((fresh + part).c_str());
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
  base::Result<> made;
  if (sqlite3_open_v2(fresh.c_str(), &db, flags, nullptr) != SQLITE_OK) {
    made = base::fail("create {}: {}", path, db == nullptr ? "out of memory" : sqlite3_errmsg(db));
  } else if (chmod(fresh.c_str(), 0640) != 0) {
    made = base::fail("create {}: {}", path, std::strerror(errno));
  } else {
    const std::string schema = fmt::format(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA application_id={}; PRAGMA user_version={};"
        "CREATE TABLE records(seq INTEGER PRIMARY KEY, record TEXT NOT NULL, hash BLOB NOT NULL) STRICT;",
        kApplication, kVersion);
    if (sqlite3_exec(db, schema.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      made = base::fail("create {}: {}", path, sqlite3_errmsg(db));
    }
  }
  sqlite3_close(db);
  if (!made) return made;
  return rename_file(fresh, path);
}

}  // namespace

base::Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path,
                                                                 const base::Clock& clock) {
  std::unique_ptr<SqliteJournal> journal(new SqliteJournal(path));
  if (auto locked = journal->lock(); !locked) return std::unexpected(locked.error());

  const auto read = [&journal]() -> base::Result<> {
    if (auto connected = journal->connect(); !connected) return connected;
    return journal->read_whole();
  };
  auto bad = look_at(path);
  if (!bad) return std::unexpected(bad.error());
  if (!*bad && exists(path)) {
    const auto done = read();
    if (done) return journal;
    const int code = journal->db_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(journal->db_);
    journal->disconnect();
    if (is_obstacle(code)) return base::wrap(done.error(), "open the journal {}", path);
    *bad = done.error().message;
  }
  if (*bad) {
    base::log::error("the journal cannot be used and is put aside", {{"file", path}, {"reason", **bad}});
    if (auto aside = put_aside(path, clock.now().wall); !aside) return std::unexpected(aside.error());
    journal->set_aside_ = **bad;
  }
  if (auto made = create(path); !made) return std::unexpected(made.error());
  if (auto done = read(); !done) return base::wrap(done.error(), "open the new journal {}", path);
  return journal;
}

SqliteJournal::~SqliteJournal() {
  disconnect();
  if (lock_fd_ >= 0) close(lock_fd_);
}

base::Result<> SqliteJournal::lock() {
  const std::string path = path_ + ".lock";
  lock_fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (lock_fd_ < 0) return base::fail("open {}: {}", path, std::strerror(errno));
  // A healer that was killed holds it a moment longer, by what it was about to start.
  for (int tries = 0; tries < kLockTries; ++tries) {
    if (flock(lock_fd_, LOCK_EX | LOCK_NB) == 0) return {};
    poll(nullptr, 0, kLockPauseMs);
  }
  return base::fail("open the journal {}: another process has it open", path_);
}

base::Result<> SqliteJournal::connect() {
  if (sqlite3_open_v2(path_.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nullptr) !=
      SQLITE_OK) {
    return base::fail("{}", db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_));
  }
  sqlite3_extended_result_codes(db_, 1);
  // A reader of the operator's may hold it for a moment.
  sqlite3_busy_timeout(db_, 2000);
  if (auto on =
          execute(db_, "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA synchronous=FULL;");
      !on)
    return on;
  return {};
}

void SqliteJournal::disconnect() {
  sqlite3_close(db_);
  db_ = nullptr;
}

base::Result<> SqliteJournal::check_format() {
  const auto application = pragma(db_, "PRAGMA application_id");
  const auto version = pragma(db_, "PRAGMA user_version");
  if (!application || !version) return base::fail("{}", sqlite3_errmsg(db_));
  if (*application != kApplication) return base::fail("it is no journal of Salus");
  if (*version > kVersion)
    return base::fail("it is from a newer version: its format is {}, this one reads {}", *version, kVersion);
  if (*version < kVersion) return base::fail("its format {} is unknown", *version);
  return {};
}

base::Result<> SqliteJournal::read_whole() {
  if (const auto format = check_format(); !format) return format;
  auto from = read_checkpoint([](std::string_view) -> base::Result<> { return {}; });
  if (!from) {
    // All that it says stands in the records as well.
    base::log::warn("the journal's checkpoint cannot be used: every record is read",
                    {{"file", path_}, {"reason", from.error().message}});
    from = Link{0, first_link()};
  }
  checkpoint_ = from->seq;
  auto last = read_records(std::move(*from), [](const Entry&) {});
  if (!last) return std::unexpected(last.error());
  last_seq_ = last->seq;
  last_hash_ = std::move(last->hash);
  const auto kept = head_.read();
  if (!kept) return {};
  if (kept->seq > last_seq_)
    return base::fail("its newest records are gone: {} were written, {} are there", kept->seq, last_seq_);
  Statement row(db_, "SELECT hash FROM records WHERE seq = ?1");
  row.bind(1, kept->seq);
  if (row.step() != SQLITE_ROW || row.bytes(0) != kept->hash)
    return base::fail("record {} is not what was written", kept->seq);
  return {};
}

base::Result<SqliteJournal::Link> SqliteJournal::read_checkpoint(
    const std::function<base::Result<>(std::string_view)>& line) {
  Statement table(db_, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'checkpoint'");
  const int there = table.step();
  if (there == SQLITE_DONE) return Link{0, first_link()};
  if (there != SQLITE_ROW) return base::fail("{}", sqlite3_errmsg(db_));

  Link link;
  std::string hash;
  std::uint64_t place = 0;
  bool ended = false;
  Statement rows(db_, "SELECT place, line, hash FROM checkpoint ORDER BY place");
  int status = SQLITE_OK;
  while ((status = rows.step()) == SQLITE_ROW) {
    const std::string text = rows.bytes(1);
    if (place == 0) {
      std::from_chars(text.data(), text.data() + text.size(), link.seq);
      Statement record(db_, "SELECT hash FROM records WHERE seq = ?1");
      record.bind(1, link.seq);
      if (record.step() != SQLITE_ROW) return base::fail("the record that it stands for is missing");
      link.hash = hash = record.bytes(0);
    }
    hash = chain(hash, place, text);
    if (ended || rows.number(0) != place || rows.bytes(2) != hash)
      return base::fail("line {} is not what was written", place);
    ended = text == kEndOfCheckpoint;
    if (place > 0 && !ended) {
      if (auto taken = line(text); !taken) return base::wrap(taken.error(), "line {}", place);
    }
    ++place;
  }
  if (status != SQLITE_DONE) return base::fail("{}", sqlite3_errmsg(db_));
  if (!ended) return base::fail("it has no end");
  return link;
}

base::Result<SqliteJournal::Link> SqliteJournal::read_records(Link from,
                                                              const std::function<void(const Entry&)>& each) {
  Statement rows(db_, "SELECT seq, record, hash FROM records WHERE seq > ?1 ORDER BY seq");
  rows.bind(1, from.seq);
  int status = SQLITE_OK;
  while ((status = rows.step()) == SQLITE_ROW) {
    const std::uint64_t seq = rows.number(0);
    if (seq != from.seq + 1) return base::fail("record {} is missing", from.seq + 1);
    const std::string text = rows.bytes(1);
    from.hash = chain(from.hash, seq, text);
    if (rows.bytes(2) != from.hash) return base::fail("record {} is not what was written", seq);
    auto record = decode(text);
    if (!record) return base::wrap(record.error(), "record {}", seq);
    from.seq = seq;
    each({seq, std::move(*record)});
  }
  if (status != SQLITE_DONE) return base::fail("{}", sqlite3_errmsg(db_));
  return from;
}

base::Result<> SqliteJournal::read(const std::string& path, const std::function<void(const Entry&)>& each,
                                   std::uint64_t from) {
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW, nullptr);
  const std::unique_ptr<sqlite3, Close> db(raw);
  if (opened != SQLITE_OK)
    return base::fail("{}: {}", path, raw == nullptr ? "out of memory" : sqlite3_errmsg(raw));
  sqlite3_busy_timeout(raw, 2000);
  if (pragma(raw, "PRAGMA application_id") != kApplication)
    return base::fail("{}: it is no journal of Salus", path);
  if (pragma(raw, "PRAGMA user_version") != kVersion) return base::fail("{}: it is of another version", path);
  Statement rows(raw, "SELECT seq, record FROM records WHERE seq >= ?1 ORDER BY seq");
  rows.bind(1, from);
  int status = SQLITE_OK;
  while ((status = rows.step()) == SQLITE_ROW) {
    auto record = decode(rows.bytes(1));
    if (!record) return base::wrap(record.error(), "{}: record {}", path, rows.number(0));
    each({rows.number(0), std::move(*record)});
  }
  if (status != SQLITE_DONE) return base::fail("{}: {}", path, sqlite3_errmsg(raw));
  return {};
}

base::Result<> SqliteJournal::load(const std::function<void(const Entry&)>& each) {
  std::lock_guard lock(mutex_);
  const auto last = read_records({0, first_link()}, each);
  if (!last) return std::unexpected(last.error());
  return {};
}

base::Result<> SqliteJournal::recall(const std::function<base::Result<>(std::string_view)>& line,
                                     const std::function<void(const Entry&)>& each) {
  std::lock_guard lock(mutex_);
  Link from{0, first_link()};
  if (checkpoint_ != 0) {
    auto read = read_checkpoint(line);
    if (!read) return base::wrap(read.error(), "the checkpoint");
    from = std::move(*read);
  }
  const auto last = read_records(std::move(from), each);
  if (!last) return std::unexpected(last.error());
  return {};
}

base::Result<> SqliteJournal::checkpoint(const std::function<void(const Lines&)>& save) {
  std::lock_guard lock(mutex_);
  if (last_seq_ == 0) return {};
  if (auto begun = execute(db_, "BEGIN IMMEDIATE"); !begun) return begun;
  base::Result<> done = write_checkpoint(save);
  if (done) done = execute(db_, "COMMIT");
  if (!done) {
    if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    return base::wrap(done.error(), "write a checkpoint of the journal {}", path_);
  }
  checkpoint_ = last_seq_;
  return {};
}

base::Result<> SqliteJournal::write_checkpoint(const std::function<void(const Lines&)>& save) {
  // Journals of before have no such table; what is older than it does not look for it.
  auto made = execute(db_,
                      "CREATE TABLE IF NOT EXISTS checkpoint(place INTEGER PRIMARY KEY, line TEXT NOT NULL, "
                      "hash BLOB NOT NULL) STRICT; DELETE FROM checkpoint;");
  if (!made) return made;
  Statement row(db_, "INSERT INTO checkpoint(place, line, hash) VALUES(?1, ?2, ?3)");
  std::string hash = last_hash_;
  std::uint64_t place = 0;
  base::Result<> done;
  const auto put = [&](std::string_view line) {
    if (!done) return;
    hash = chain(hash, place, line);
    row.bind(1, place);
    row.bind_text(2, line);
    row.bind_blob(3, hash);
    if (row.step() != SQLITE_DONE) done = base::fail("{}", sqlite3_errmsg(db_));
    row.reset();
    ++place;
  };
  put(std::to_string(last_seq_));
  save(put);
  put(kEndOfCheckpoint);
  return done;
}

std::uint64_t SqliteJournal::since_checkpoint() const {
  std::lock_guard lock(mutex_);
  return last_seq_ - checkpoint_;
}

std::uint64_t SqliteJournal::records() const {
  std::lock_guard lock(mutex_);
  return last_seq_;
}

base::Result<std::vector<std::uint64_t>> SqliteJournal::append(std::span<const Record> records) {
  std::lock_guard lock(mutex_);
  auto inserted = insert(records);
  if (inserted) {
    last_error_.reset();
    return inserted;
  }
  ++errors_;
  last_error_ = inserted.error().message;
  return base::wrap(inserted.error(), "write the journal {}", path_);
}

base::Result<std::vector<std::uint64_t>> SqliteJournal::insert(std::span<const Record> records) {
  if (auto begun = execute(db_, "BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  std::vector<std::uint64_t> seqs;
  std::string hash = last_hash_;
  base::Result<> done;
  {
    Statement row(db_, "INSERT INTO records(seq, record, hash) VALUES(?1, ?2, ?3)");
    for (const Record& record : records) {
      const std::uint64_t seq = last_seq_ + seqs.size() + 1;
      const std::string text = encode(record);
      hash = chain(hash, seq, text);
      row.bind(1, seq);
      row.bind_text(2, text);
      row.bind_blob(3, hash);
      if (row.step() != SQLITE_DONE) {
        done = base::fail("{}", sqlite3_errmsg(db_));
        break;
      }
      row.reset();
      seqs.push_back(seq);
    }
  }
  if (done) done = execute(db_, "COMMIT");
  if (!done) {
    // SQLite may have rolled back by itself.
    if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    return std::unexpected(done.error());
  }
  last_seq_ += seqs.size();
  last_hash_ = std::move(hash);
  head_.write(last_seq_, last_hash_);
  return seqs;
}

std::optional<std::string> SqliteJournal::last_error() const {
  std::lock_guard lock(mutex_);
  return last_error_;
}

std::uint64_t SqliteJournal::errors_total() const {
  std::lock_guard lock(mutex_);
  return errors_;
}

std::uint64_t SqliteJournal::bytes() const {
  std::uint64_t bytes = 0;
  for (const char* part : {"", "-wal"}) {
    struct stat status{};
    if (stat((path_ + part).c_str(), &status) == 0) bytes += static_cast<std::uint64_t>(status.st_size);
  }
  return bytes;
}

}  // namespace healer::journal
