// SQLite's connections, statements and pragmas, as both files of the healer's need them.
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

// Beside whoever writes it; changes nothing.
base::Result<Connection> open_to_read(const std::string& path);

// What went wrong last.
std::string error_of(sqlite3* db);

// A statement of one connection, finalized when it goes. Columns count from 0, parameters from 1; what is
// bound outlives the step.
class Statement {
 public:
  Statement(sqlite3* db, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int parameter, std::uint64_t value);
  void bind_text(int parameter, std::string_view value);
  void bind_blob(int parameter, std::string_view value);
  // SQLITE_ROW, SQLITE_DONE or an error; that of preparing it, where it could not be.
  int step();
  // Whether there is another row.
  base::Result<bool> next();
  // Of one that answers with no rows.
  base::Result<> run();
  void reset();
  std::uint64_t number(int column) const;
  std::string bytes(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int status_;
};

// An error quotes the statement: it holds no values.
base::Result<> execute(sqlite3* db, const char* sql);

// Of a pragma that answers with a number; nothing when it cannot be asked.
std::optional<int> pragma(sqlite3* db, const char* sql);

}  // namespace healer::journal
