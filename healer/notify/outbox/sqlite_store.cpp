#include "healer/notify/outbox/sqlite_store.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdio>

#include "base/log.h"
#include "healer/journal/statement.h"
#include "healer/notify/notice_json.h"

namespace healer::notify {
namespace {

using journal::execute;
using journal::pragma;
using journal::Statement;

constexpr int kVersion = 1;
constexpr int kApplication = 0x53414c4f;  // "SALO"
constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS notices(id INTEGER PRIMARY KEY AUTOINCREMENT, notifier TEXT NOT NULL,"
    " accepted_ns INTEGER NOT NULL, notice TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS keys(key TEXT PRIMARY KEY, at_ns INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS dead(id INTEGER PRIMARY KEY, notifier TEXT NOT NULL, accepted_ns INTEGER NOT "
    "NULL,"
    " died_ns INTEGER NOT NULL, error TEXT NOT NULL, notice TEXT NOT NULL) STRICT;";

std::uint64_t nanoseconds(base::WallTime time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}
base::WallTime wall(std::uint64_t nanoseconds) {
  return base::WallTime(base::Duration(static_cast<std::int64_t>(nanoseconds)));
}

base::Result<> finish(sqlite3* db, Statement& statement) {
  if (statement.step() == SQLITE_DONE) return {};
  return base::fail("{}", sqlite3_errmsg(db));
}

base::Result<> each(sqlite3* db, const char* sql, std::span<const std::uint64_t> ids) {
  for (const std::uint64_t id : ids) {
    Statement statement(db, sql);
    statement.bind(1, id);
    if (auto done = finish(db, statement); !done) return done;
  }
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Store>> SqliteStore::open(const std::string& path) {
  std::unique_ptr<SqliteStore> store(new SqliteStore(path));
  auto connected = store->connect();
  if (!connected) {
    store->disconnect();
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) return base::wrap(connected.error(), "open the outbox {}", path);
    base::log::error("quarantining the unusable outbox; its pending notices are not delivered",
                     {{"file", path}, {"reason", connected.error().message}});
    for (const char* part : {"-wal", "-shm"}) std::remove((path + part).c_str());
    if (std::rename(path.c_str(), (path + ".bad").c_str()) != 0)
      return base::wrap(connected.error(), "open the outbox {}", path);
    if (connected = store->connect(); !connected)
      return base::wrap(connected.error(), "open the new outbox {}", path);
  }
  return std::unique_ptr<Store>(std::move(store));
}

SqliteStore::~SqliteStore() { disconnect(); }

void SqliteStore::disconnect() {
  sqlite3_close(db_);
  db_ = nullptr;
}

base::Result<> SqliteStore::connect() {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
  if (sqlite3_open_v2(path_.c_str(), &db_, flags, nullptr) != SQLITE_OK)
    return base::fail("{}", db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_));
  if (::chmod(path_.c_str(), 0600) != 0) return base::fail("it is owned by another user");
  sqlite3_busy_timeout(db_, 2000);  // an operator's sqlite3 may hold the lock briefly
  const auto application = pragma(db_, "PRAGMA application_id");
  const auto version = pragma(db_, "PRAGMA user_version");
  if (!application || !version) return base::fail("{}", sqlite3_errmsg(db_));
  const bool fresh = *application == 0 && *version == 0;
  if (!fresh && *application != kApplication) return base::fail("it is not a Salus outbox");
  if (!fresh && *version != kVersion) return base::fail("unknown format version {}", *version);
  {
    Statement check(db_, "PRAGMA quick_check(1)");  // must end before journal_mode is set
    if (check.step() != SQLITE_ROW || check.bytes(0) != "ok") return base::fail("it is damaged");
  }
  return execute(db_,
                 fmt::format("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF;"
                             "PRAGMA application_id={}; PRAGMA user_version={}; {}",
                             kApplication, kVersion, kSchema)
                     .c_str());
}

template <class Work>
base::Result<> SqliteStore::transaction(Work work) {
  std::lock_guard lock(mutex_);
  auto done = execute(db_, "BEGIN IMMEDIATE");
  if (done) {
    done = work();
    if (done) done = execute(db_, "COMMIT");
    // SQLite may have rolled back by itself.
    if (!done && sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  if (done) return {};
  ++errors_;
  return base::wrap(done.error(), "the outbox {}", path_);
}

base::Result<std::vector<std::uint64_t>> SqliteStore::add(const Notice& notice, base::WallTime accepted_at,
                                                          std::span<const std::string> notifiers) {
  std::vector<std::uint64_t> ids;
  const std::string text = encode(notice);
  const auto done = transaction([&]() -> base::Result<> {
    for (const std::string& notifier : notifiers) {
      Statement row(db_, "INSERT INTO notices(notifier, accepted_ns, notice) VALUES(?1, ?2, ?3)");
      row.bind_text(1, notifier);
      row.bind(2, nanoseconds(accepted_at));
      row.bind_text(3, text);
      if (auto inserted = finish(db_, row); !inserted) return inserted;
      ids.push_back(static_cast<std::uint64_t>(sqlite3_last_insert_rowid(db_)));
    }
    if (notice.key.empty()) return {};
    Statement key(db_, "INSERT OR REPLACE INTO keys(key, at_ns) VALUES(?1, ?2)");
    key.bind_text(1, notice.key);
    key.bind(2, nanoseconds(accepted_at));
    return finish(db_, key);
  });
  if (!done) return std::unexpected(done.error());
  return ids;
}

base::Result<> SqliteStore::remove(std::span<const std::uint64_t> ids) {
  return transaction([&] { return each(db_, "DELETE FROM notices WHERE id = ?1", ids); });
}

base::Result<> SqliteStore::bury(std::span<const std::uint64_t> ids, base::WallTime at,
                                 const std::string& error) {
  return transaction([&]() -> base::Result<> {
    for (const std::uint64_t id : ids) {
      Statement copy(db_,
                     "INSERT OR REPLACE INTO dead(id, notifier, accepted_ns, died_ns, error, notice) "
                     "SELECT id, notifier, accepted_ns, ?2, ?3, notice FROM notices WHERE id = ?1");
      copy.bind(1, id);
      copy.bind(2, nanoseconds(at));
      copy.bind_text(3, error);
      if (auto copied = finish(db_, copy); !copied) return copied;
    }
    if (auto removed = each(db_, "DELETE FROM notices WHERE id = ?1", ids); !removed) return removed;
    return execute(db_, "DELETE FROM dead WHERE id NOT IN (SELECT id FROM dead ORDER BY id DESC LIMIT 1000)");
  });
}

base::Result<std::vector<Store::Row>> SqliteStore::load() {
  std::vector<Row> rows;
  std::vector<std::uint64_t> unreadable;
  {
    std::lock_guard lock(mutex_);
    Statement all(db_, "SELECT id, notifier, accepted_ns, notice FROM notices ORDER BY id");
    int status = SQLITE_OK;
    while ((status = all.step()) == SQLITE_ROW) {
      auto notice = decode(all.bytes(3));
      if (notice) {
        rows.push_back({all.number(0), all.bytes(1), wall(all.number(2)), std::move(*notice)});
      } else {
        unreadable.push_back(all.number(0));
      }
    }
    if (status != SQLITE_DONE) return base::fail("read the outbox {}: {}", path_, sqlite3_errmsg(db_));
  }
  if (unreadable.empty()) return rows;
  base::log::warn("failed to read notices of another version of the healer", {{"count", unreadable.size()}});
  if (const auto buried = bury(unreadable, {}, "cannot be read"); !buried)
    return std::unexpected(buried.error());
  return rows;
}

base::Result<std::map<std::string, base::WallTime>> SqliteStore::keys(base::WallTime since) {
  std::map<std::string, base::WallTime> keys;
  const auto done = transaction([&]() -> base::Result<> {
    Statement old(db_, "DELETE FROM keys WHERE at_ns < ?1");
    old.bind(1, nanoseconds(since));
    if (auto forgotten = finish(db_, old); !forgotten) return forgotten;
    Statement all(db_, "SELECT key, at_ns FROM keys");
    while (all.step() == SQLITE_ROW) keys[all.bytes(0)] = wall(all.number(1));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return keys;
}

}  // namespace healer::notify
