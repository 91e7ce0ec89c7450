// SQLite connections, statements and pragmas for both SQLite files of the healer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace healer::journal {

struct CloseConnection {
  void operator()(sqlite3* db) const;
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

// Opens the file for reading, also while it is written. Changes nothing.
base::Result<Connection> open_to_read(const std::string& path);

// The last error of the connection.
std::string error_of(sqlite3* db);

// A statement of one connection, finalized by the destructor. Columns count from 0, parameters from 1. Bound
// values must outlive the step.
class Statement {
 public:
  Statement(sqlite3* db, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int parameter, std::uint64_t value);
  void bind_text(int parameter, std::string_view value);
  void bind_blob(int parameter, std::string_view value);
  // SQLITE_ROW, SQLITE_DONE or an error, also that of preparing the statement.
  int step();
  // Whether there is another row.
  base::Result<bool> next();
  // Runs a statement that returns no rows.
  base::Result<> run();
  void reset();
  std::uint64_t number(int column) const;
  std::string bytes(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int status_;
};

// An error quotes the statement, which holds no values.
base::Result<> execute(sqlite3* db, const char* sql);

// The number that a pragma returns; nothing after an error.
std::optional<int> pragma(sqlite3* db, const char* sql);

}  // namespace healer::journal
