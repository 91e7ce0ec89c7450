#include "healer/journal/statement.h"

#include <sqlite3.h>
#include <sys/stat.h>

namespace healer::journal {
namespace {

// As a URI has it.
std::string quoted(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text;
}

bool has_write_ahead_log(const std::string& path) {
  struct stat status{};
  return stat((path + "-wal").c_str(), &status) == 0;
}

}  // namespace

void CloseConnection::operator()(sqlite3* db) const { sqlite3_close(db); }

base::Result<Connection> open_to_read(const std::string& path) {
  // A file without a write-ahead log is opened as immutable: otherwise SQLite would create files beside it.
  const std::string uri = "file:" + quoted(path) + (has_write_ahead_log(path) ? "?mode=ro" : "?immutable=1");
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(uri.c_str(), &raw,
                                     SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_URI, nullptr);
  Connection db(raw);
  if (opened != SQLITE_OK) return base::fail("{}", raw == nullptr ? "out of memory" : sqlite3_errmsg(raw));
  sqlite3_busy_timeout(raw, 2000);
  return db;
}

std::string error_of(sqlite3* db) { return sqlite3_errmsg(db); }

Statement::Statement(sqlite3* db, const char* sql)
    : db_(db), status_(sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int parameter, std::uint64_t value) {
  sqlite3_bind_int64(statement_, parameter, static_cast<sqlite3_int64>(value));
}

void Statement::bind_text(int parameter, std::string_view value) {
  sqlite3_bind_text(statement_, parameter, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

void Statement::bind_blob(int parameter, std::string_view value) {
  sqlite3_bind_blob(statement_, parameter, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

int Statement::step() { return status_ = statement_ == nullptr ? status_ : sqlite3_step(statement_); }

base::Result<bool> Statement::next() {
  const int status = step();
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return base::fail("{}", sqlite3_errmsg(db_));
}

base::Result<> Statement::run() {
  const auto row = next();
  reset();
  if (!row) return std::unexpected(row.error());
  return {};
}

void Statement::reset() { sqlite3_reset(statement_); }

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
}

std::string Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

base::Result<> execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return base::fail("{}: {}", sql, sqlite3_errmsg(db));
}

std::optional<int> pragma(sqlite3* db, const char* sql) {
  Statement statement(db, sql);
  if (statement.step() != SQLITE_ROW) return std::nullopt;
  return static_cast<int>(statement.number(0));
}

}  // namespace healer::journal
