#include "healer/journal/sqlite_journal.h"

#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/statement.h"

namespace healer::journal {
namespace {

constexpr int kVersion = 1;
constexpr int kApplication = 0x53414c55;  // "SALU"

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

bool exists(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

// Why the file must not be used, before it is even opened; nothing when there is none or it looks right.
base::Result<std::optional<std::string>> look_at(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) return base::fail("open {}: {}", path, std::strerror(errno));
    // SQLite would take what is left of it for part of a new one.
    if (exists(path + "-wal")) return std::optional<std::string>("its main file is gone");
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) return std::optional<std::string>("it is no regular file");
  if (status.st_uid != geteuid())
    return std::optional(fmt::format("it belongs to user {}, not to {}", status.st_uid, geteuid()));
  if (status.st_size == 0) return std::optional<std::string>("it is empty");
  return std::nullopt;
}

base::Result<> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return base::fail("rename {} to {}: {}", from, to, std::strerror(errno));
}

base::Result<> put_aside(const std::string& path, base::WallTime now) {
  std::string time = base::rfc3339(std::chrono::floor<std::chrono::seconds>(now)).substr(0, 19);
  std::erase(time, ':');
  std::string aside = path + ".bad-" + time;
  for (int i = 2; exists(aside); ++i) aside = fmt::format("{}.bad-{}-{}", path, time, i);
  for (const char* part : {"-wal", "-shm", ""}) {
    if (auto renamed = rename_file(path + part, aside + part); !renamed) return renamed;
  }
  return {};
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
    return journal->read_all([](const Entry&) {});
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

base::Result<> SqliteJournal::read_all(const std::function<void(const Entry&)>& each) {
  const auto application = pragma(db_, "PRAGMA application_id");
  const auto version = pragma(db_, "PRAGMA user_version");
  if (!application || !version) return base::fail("{}", sqlite3_errmsg(db_));
  if (*application != kApplication) return base::fail("it is no journal of Salus");
  if (*version > kVersion)
    return base::fail("it is from a newer version: its format is {}, this one reads {}", *version, kVersion);
  if (*version < kVersion) return base::fail("its format {} is unknown", *version);

  std::uint64_t last = 0;
  std::string hash = first_link();
  Statement rows(db_, "SELECT seq, record, hash FROM records ORDER BY seq");
  int status = SQLITE_OK;
  while ((status = rows.step()) == SQLITE_ROW) {
    const std::uint64_t seq = rows.number(0);
    if (seq != last + 1) return base::fail("record {} is missing", last + 1);
    const std::string text = rows.bytes(1);
    hash = chain(hash, seq, text);
    if (rows.bytes(2) != hash) return base::fail("record {} is not what was written", seq);
    auto record = decode(text);
    if (!record) return base::wrap(record.error(), "record {}", seq);
    last = seq;
    each({seq, std::move(*record)});
  }
  if (status != SQLITE_DONE) return base::fail("{}", sqlite3_errmsg(db_));
  last_seq_ = last;
  last_hash_ = std::move(hash);
  return {};
}

base::Result<> SqliteJournal::read(const std::string& path, const std::function<void(const Entry&)>& each) {
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
  Statement rows(raw, "SELECT seq, record FROM records ORDER BY seq");
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
  return read_all(each);
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
