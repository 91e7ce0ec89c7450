// Secrets in commands: options of one letter, Redis, SQL.
#pragma once

#include <cstddef>
#include <string_view>

#include "log_analysis/secret_values.h"

namespace log_analysis {

// The password of the option that starts with the '-' at `i`: "-p x", "-px", "-u user:x", also as elements of
// a list, '-p', 'x'. Text before `floor` is not read. `next` is `i` when there is none.
Value option_value(std::string_view text, std::size_t i, std::size_t floor, char open);

// The password of "user:password" that starts at `i`; "1000:1000" and addresses do not count.
Value user_value(std::string_view text, std::size_t i, char open);

// Where the argument after `i` begins: skips blanks and the separator between two list elements, "', '".
std::size_t next_argument(std::string_view text, std::size_t i);

// The password after "AUTH", which ends at `i`: "AUTH x", "AUTH user x", "AUTH PLAIN x", '"AUTH" "x"'.
Value auth_value(std::string_view text, std::size_t i);

// The password after "IDENTIFIED" of SQL, which ends at `i`: "BY 'x'", "WITH plugin AS 'x'".
Value identified_value(std::string_view text, std::size_t i, char open);

// The strings after "VALUES", which ends at `i`: from the first to the last of the statement.
Value inserted_values(std::string_view text, std::size_t i);

}  // namespace log_analysis
