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
#include "healer/journal/quarantine.h"
#include "healer/journal/record_store.h"

namespace healer::journal {
namespace {

constexpr int kLockTries = 100;
constexpr int kLockPauseMs = 20;

// A temporary obstacle outside the file, which may be intact: it is not quarantined.
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

// A new journal is created under another name, so that a file at `path` is always a complete journal.
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
    if (sqlite3_exec(db, schema().c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
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
  const auto ready = [&journal]() -> base::Result<std::unique_ptr<SqliteJournal>> {
    journal->judge_head();
    if (auto begun = journal->start_upkeep(); !begun) return std::unexpected(begun.error());
    return std::move(journal);
  };
  auto bad = look_at(path);
  if (!bad) return std::unexpected(bad.error());
  if (!*bad && exists(path)) {
    const auto done = read();
    if (done) return ready();
    const int code = journal->db_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(journal->db_.get());
    journal->db_.reset();
    if (is_obstacle(code)) return base::wrap(done.error(), "open the journal {}", path);
    *bad = done.error().message;
  }
  if (*bad) {
    base::log::error("the journal cannot be used and is quarantined", {{"file", path}, {"reason", **bad}});
    if (auto aside = put_aside(path, clock.now().wall); !aside) return std::unexpected(aside.error());
    journal->quarantined_ = **bad;
  }
  if (auto made = create(path); !made) return std::unexpected(made.error());
  if (auto done = read(); !done) return base::wrap(done.error(), "open the new journal {}", path);
  return ready();
}

// A backup that was restored without its head may lack the newest records. The head is created before the
// first record, so a crash cannot cause this. The first append writes a head again, together with the start's
// record that it was missing.
void SqliteJournal::judge_head() {
  if (head_.read()) return;
  if (last_.seq == 0) return head_.write(0, first_link());
  unproven_ =
      fmt::format("it has {} records, but {}.head is missing or cannot be read", last_.seq - base_, path_);
}

SqliteJournal::~SqliteJournal() {
  thread_ = {};
  upkeep_.reset();
  db_.reset();  // closed before the lock is released
  if (lock_fd_ >= 0) close(lock_fd_);
}

base::Result<> SqliteJournal::lock() {
  const std::string path = path_ + ".lock";
  lock_fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (lock_fd_ < 0) return base::fail("open {}: {}", path, std::strerror(errno));
  // A killed healer may still hold it for a short time, through a process that it was about to start.
  for (int tries = 0; tries < kLockTries; ++tries) {
    if (flock(lock_fd_, LOCK_EX | LOCK_NB) == 0) return {};
    poll(nullptr, 0, kLockPauseMs);
  }
  return base::fail("open the journal {}: another process has it open", path_);
}

base::Result<> SqliteJournal::connect_to(Connection& connection) const {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path_.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nullptr);
  connection.reset(raw);
  if (opened != SQLITE_OK) return base::fail("{}", raw == nullptr ? "out of memory" : sqlite3_errmsg(raw));
  sqlite3_extended_result_codes(raw, 1);
  // An operator's reader may hold it for a short time.
  sqlite3_busy_timeout(raw, 2000);
  // Limits the write-ahead log after a body of thousands of alerts.
  return execute(raw,
                 "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA synchronous=FULL; "
                 "PRAGMA journal_size_limit=16777216;");
}

base::Result<> SqliteJournal::connect() {
  auto connected = connect_to(db_);
  // Replaces SQLite's automatic checkpoint, which would delay an append.
  if (connected) sqlite3_wal_hook(db_.get(), &SqliteJournal::on_commit, this);
  return connected;
}

base::Result<> SqliteJournal::read_whole() {
  const TakeLine unread = [](std::string_view) -> base::Result<> { return {}; };
  if (const auto format = check_format(db_.get()); !format) return format;
  const auto base = base_of(db_.get());
  if (!base) return std::unexpected(base.error());
  base_ = base->seq;
  auto from = read_checkpoint(db_.get(), *base, unread);
  if (!from) {
    // The records contain the same information.
    base::log::warn("the journal's checkpoint cannot be used; reading every record",
                    {{"file", path_}, {"reason", from.error().message}});
    from = *base;
  }
  checkpoint_ = from->seq > base_ ? from->seq : 0;
  if (checkpoint_ == 0) {
    if (const auto lines = read_base(db_.get(), unread); !lines) return std::unexpected(lines.error());
  }
  auto last = read_records(db_.get(), std::move(*from), [](const Entry&) {}, kNewest);
  if (!last) return std::unexpected(last.error());
  last_ = std::move(*last);
  return check_head(db_.get(), *base, last_, head_);
}

base::Result<> SqliteJournal::read(const std::string& path, const TakeEntry& each, std::uint64_t from,
                                   const TakeLine& line) {
  const auto db = open_to_read(path);
  if (!db) return base::wrap(db.error(), "{}", path);
  if (const auto format = check_format(db->get()); !format) return base::wrap(format.error(), "{}", path);
  // One transaction for both reads.
  if (auto begun = execute(db->get(), "BEGIN"); !begun) return base::wrap(begun.error(), "{}", path);
  if (line) {
    if (const auto base = read_base(db->get(), line); !base) return base::wrap(base.error(), "{}", path);
  }
  Statement rows(db->get(), "SELECT seq, record FROM records WHERE seq >= ?1 ORDER BY seq");
  rows.bind(1, from);
  while (true) {
    const auto row = rows.next();
    if (!row) return base::wrap(row.error(), "{}", path);
    if (!*row) return {};
    auto record = decode(rows.bytes(1));
    if (!record) return base::wrap(record.error(), "{}: record {}", path, rows.number(0));
    each({rows.number(0), std::move(*record)});
  }
}

base::Result<> SqliteJournal::load(const TakeLine& line, const TakeEntry& each, std::uint64_t last) {
  std::lock_guard lock(mutex_);
  auto base = read_base(db_.get(), line);
  if (!base) return std::unexpected(base.error());
  const auto read = read_records(db_.get(), std::move(*base), each, last);
  if (!read) return std::unexpected(read.error());
  return {};
}

base::Result<> SqliteJournal::recall(const TakeLine& line, const TakeEntry& each) {
  if (checkpointed() == 0) return load(line, each, kNewest);
  std::lock_guard lock(mutex_);
  auto from = read_checkpoint(db_.get(), {}, line);
  if (!from) return base::wrap(from.error(), "the checkpoint");
  const auto last = read_records(db_.get(), std::move(*from), each, kNewest);
  if (!last) return std::unexpected(last.error());
  return {};
}

base::Result<> SqliteJournal::transact(const std::function<base::Result<>()>& write) {
  if (auto begun = execute(db_.get(), "BEGIN IMMEDIATE"); !begun) return begun;
  base::Result<> done = write();
  if (done) done = execute(db_.get(), "COMMIT");
  // SQLite may have rolled back by itself.
  if (!done && sqlite3_get_autocommit(db_.get()) == 0)
    sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  return done;
}

base::Result<> SqliteJournal::checkpoint(const Save& save) {
  std::lock_guard lock(mutex_);
  if (last_.seq == base_) return {};
  const auto done = transact([&] { return write_checkpoint(db_.get(), last_, save); });
  if (!done) return base::wrap(done.error(), "write a checkpoint of the journal {}", path_);
  checkpoint_ = last_.seq;
  return {};
}

base::Result<> SqliteJournal::retire(std::uint64_t last, const Save& save) {
  std::lock_guard lock(mutex_);
  if (last <= base_ || last >= checkpoint_)
    return base::fail("remove records of the journal {}: up to {}, but its checkpoint covers {}", path_, last,
                      checkpoint_);
  const auto done = transact([&] { return write_base(db_.get(), last, save); });
  if (!done) return base::wrap(done.error(), "remove records of the journal {}", path_);
  base_ = last;
  // Only disk space depends on it.
  if (const auto shrunk = execute(db_.get(), "PRAGMA incremental_vacuum"); !shrunk)
    base::log::warn("failed to shrink the journal file", {{"error", shrunk.error().message}});
  return {};
}

std::uint64_t SqliteJournal::checkpointed() const {
  std::lock_guard lock(mutex_);
  return checkpoint_;
}

std::uint64_t SqliteJournal::since_checkpoint() const {
  std::lock_guard lock(mutex_);
  return last_.seq - std::max(checkpoint_, base_);
}

std::uint64_t SqliteJournal::retired() const {
  std::lock_guard lock(mutex_);
  return base_;
}

std::uint64_t SqliteJournal::records() const {
  std::lock_guard lock(mutex_);
  return last_.seq - base_;
}

base::Result<std::vector<std::uint64_t>> SqliteJournal::append(std::span<const Record> records) {
  std::vector<std::string> texts;
  texts.reserve(records.size());
  for (const Record& record : records) texts.push_back(encode(record));
  std::lock_guard lock(mutex_);
  auto inserted = insert(texts);
  if (inserted) {
    last_error_.reset();
    return inserted;
  }
  ++errors_;
  last_error_ = inserted.error().message;
  return base::wrap(inserted.error(), "write the journal {}", path_);
}

base::Result<std::vector<std::uint64_t>> SqliteJournal::insert(std::span<const std::string> records) {
  std::vector<std::uint64_t> seqs;
  Link last = last_;
  const auto done = transact([&]() -> base::Result<> {
    Statement row(db_.get(), "INSERT INTO records(seq, record, hash) VALUES(?1, ?2, ?3)");
    for (const std::string& text : records) {
      last.hash = chain(last.hash, ++last.seq, text);
      row.bind(1, last.seq);
      row.bind_text(2, text);
      row.bind_blob(3, last.hash);
      if (auto run = row.run(); !run) return run;
      seqs.push_back(last.seq);
    }
    return {};
  });
  if (!done) return std::unexpected(done.error());
  last_ = std::move(last);
  head_.write(last_.seq, last_.hash);
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
