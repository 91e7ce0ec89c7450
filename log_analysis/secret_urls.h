// Secrets in URLs: credentials before the host, and URLs that are secrets themselves.
#pragma once

#include <cstddef>
#include <string_view>

#include "log_analysis/secret_values.h"

namespace log_analysis {

// The secret in the URL whose "://" (in any encoding) starts at `i`: the password, or a token instead of the
// user. `next` is `i` when there is none.
Value credentials_at(std::string_view text, std::size_t i);

// "user:password@tcp(host)" of Go, "thin:user/password@" of Oracle: the secret before the '@' at `i`; text
// before `floor` is not read.
Value credentials_before(std::string_view text, std::size_t i, std::size_t floor);

// The secret part of a URL that starts with a word at `i`: webhooks of Discord, Slack, Teams and the like,
// bots of Telegram, listen keys of exchanges, keys of node providers.
Value hook_at(std::string_view text, std::size_t i);

}  // namespace log_analysis
