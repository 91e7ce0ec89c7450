// Secrets in addresses: credentials before the host, and addresses that are a secret themselves.
#pragma once

#include <cstddef>
#include <string_view>

#include "logs/secret_values.h"

namespace logs {

// What is secret in the address whose "://" (in any encoding) starts at `i`: the password, or a token in the
// user's place. `next` is `i` when nothing starts there.
Value credentials_at(std::string_view text, std::size_t i);

// "user:password@tcp(host)" of Go, "thin:user/password@" of Oracle: what is before the '@' at `i`; not before
// `floor`.
Value credentials_before(std::string_view text, std::size_t i, std::size_t floor);

// The secret part of an address that starts, at a word, at `i`: webhooks of Discord, Slack, Teams and the
// like, bots of Telegram, listen keys of exchanges, keys of node providers.
Value hook_at(std::string_view text, std::size_t i);

}  // namespace logs
