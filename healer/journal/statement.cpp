#include "healer/journal/statement.h"

#include <sqlite3.h>

namespace healer::journal {

Statement::Statement(sqlite3* db, const char* sql)
    : status_(sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr)) {}

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
