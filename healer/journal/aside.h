// The journal's files as files: whether they look like ours, and what becomes of those that cannot be used.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace healer::journal {

bool exists(const std::string& path);

// Why the journal at `path` must not be used, before it is even opened; nothing when there is none or it
// looks right.
base::Result<std::optional<std::string>> look_at(const std::string& path);

// What is not there is no error.
base::Result<> rename_file(const std::string& from, const std::string& to);

// Renames it, with all that belongs to it, to `<path>.bad-<time>`.
base::Result<> put_aside(const std::string& path, base::WallTime now);

}  // namespace healer::journal
