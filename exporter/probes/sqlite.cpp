#include "exporter/probes/sqlite.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/http/url.h"
#include "base/os/socket.h"
#include "base/os/wake_up.h"
#include "exporter/probes/config.h"

namespace exporter::probes {
namespace {

// SQLite virtual machine instructions between two checks of the deadline.
constexpr int kInstructions = 1000;
// A lock may delay the check for 1/kShareForLocks of the remaining time.
constexpr int kShareForLocks = 2;

struct Limit {
  base::Deadline deadline;
  std::stop_token stop;
  bool over() const { return stop.stop_requested() || deadline.passed(); }
};

// Interrupts the connection at the deadline or at a stop request: while SQLite checks one table, nothing else
// ends it.
class Interrupter {
 public:
  Interrupter(sqlite3* database, const Limit& limit)
      : on_stop_(limit.stop, [=] { sqlite3_interrupt(database); }),
        at_deadline_([=, at = limit.deadline.at()](const std::stop_token& done) {
          base::pause_until(at, done);
          if (!done.stop_requested()) sqlite3_interrupt(database);
        }) {}

 private:
  std::stop_callback<std::function<void()>> on_stop_;
  std::jthread at_deadline_;
};

// Whether the database's header says that its writers use a write-ahead log.
// Source: https://www.sqlite.org/fileformat.html#file_format_version_numbers
bool has_wal_mode(const std::string& path) {
  std::array<char, 20> head{};
  return std::ifstream(path, std::ios::binary).read(head.data(), head.size()) && head[19] == 2;
}

// SQLite creates the log and its index also for a reader, owned by the reader's user, and then the database's
// owner could no longer write. So when the log does not exist, which means that no process has the database
// open, it is not used; when the index does not exist, it is not created.
std::string uri(const std::string& path) {
  std::string uri = "file:" + base::percent_encode(path) + "?mode=ro";
  std::error_code unknown;
  if (!has_wal_mode(path)) return uri;
  if (!std::filesystem::exists(path + "-wal", unknown)) return uri + "&immutable=1";
  if (!std::filesystem::exists(path + "-shm", unknown)) return uri + "&readonly_shm=1";
  return uri;
}

class SqliteProber final : public Prober {
 public:
  explicit SqliteProber(std::string path) : path_(std::move(path)) {}

  ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) override {
    ProbeResult answer;
    answer.failure = check({deadline, stop});
    // POSIX drops a process's locks on a file when any part of the process closes that file, so a check that
    // lost its lock may read a half-written page. So may a check without a lock, when the database is just
    // being opened. Damage is reported only when a second check finds it too.
    if (answer.failure.reason == Reason::kCorrupt) answer.failure = check({deadline, stop});
    return answer;
  }

 private:
  Failure check(Limit limit) const {
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) {
      return {errno == ENOENT || errno == ENOTDIR ? Reason::kNotFound : Reason::kUnreadable,
              base::errno_text(errno)};
    }
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(uri(path_).c_str(), &raw,
                                       SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(raw, sqlite3_close);
    if (opened != SQLITE_OK) return failure(raw, opened);

    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(limit.deadline.remaining());
    sqlite3_busy_timeout(raw, static_cast<int>(patience.count() / kShareForLocks));
    sqlite3_progress_handler(
        raw, kInstructions, [](void* self) { return static_cast<const Limit*>(self)->over() ? 1 : 0; },
        &limit);
    const Interrupter interrupter(raw, limit);
    sqlite3_stmt* prepared = nullptr;
    // One row "ok", or the first problem: https://www.sqlite.org/pragma.html#pragma_quick_check
    const int ready = sqlite3_prepare_v2(raw, "PRAGMA quick_check(1)", -1, &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
    if (ready != SQLITE_OK) return failure(raw, ready);
    const int stepped = sqlite3_step(prepared);
    if (stepped != SQLITE_ROW) return failure(raw, stepped);
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
    if (text == nullptr || std::string_view(text) != "ok")
      return {Reason::kCorrupt, "quick_check found damage"};
    return {};
  }

  static Failure failure(sqlite3* database, int code) {
    const std::string text = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    switch (code & 0xff) {  // without the bits of extended codes
      case SQLITE_INTERRUPT:
        return {Reason::kTimeout, "the check did not finish in time"};
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return {Reason::kLocked, text};
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return {Reason::kCorrupt, text};
      default:
        return {Reason::kUnreadable, text};
    }
  }

  std::string path_;
};

}  // namespace

MakeProber read_sqlite(const base::yaml::Node& node) {
  only(node, {"path"});
  const auto path_node = node.required("path");
  std::string path = path_node.non_empty_string();
  if (!path.empty() && !path.starts_with('/')) path_node.problem("\"" + path + "\" is not an absolute path");
  return [path = std::move(path)] { return std::make_unique<SqliteProber>(path); };
}

}  // namespace exporter::probes
