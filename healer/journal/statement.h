// SQLite's statements and pragmas, as both files of the healer's need them.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace healer::journal {

// A statement of one connection, finalized when it goes.
class Statement {
 public:
  Statement(sqlite3* db, const char* sql) { status_ = sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr); }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int column, std::uint64_t value) {
    sqlite3_bind_int64(statement_, column, static_cast<sqlite3_int64>(value));
  }
  void bind_text(int column, std::string_view value) {
    sqlite3_bind_text(statement_, column, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void bind_blob(int column, std::string_view value) {
    sqlite3_bind_blob(statement_, column, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  int step() { return status_ = statement_ == nullptr ? status_ : sqlite3_step(statement_); }
  void reset() { sqlite3_reset(statement_); }
  std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
  }
  std::string bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int status_ = SQLITE_OK;
};

// An error quotes the statement: it holds no values.
inline base::Result<> execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return base::fail("{}: {}", sql, sqlite3_errmsg(db));
}

// Of a pragma that answers with a number; nothing when it cannot be asked.
inline std::optional<int> pragma(sqlite3* db, const char* sql) {
  Statement statement(db, sql);
  if (statement.step() != SQLITE_ROW) return std::nullopt;
  return static_cast<int>(statement.number(0));
}

}  // namespace healer::journal
