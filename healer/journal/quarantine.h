// The journal's files: whether they can be a journal of this user, and the quarantine of those that cannot be
// used.
#pragma once

#include <optional>
#include <string>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer::journal {

bool exists(const std::string& path);

// Why the journal at `path` must not be opened; nothing if it does not exist or can be opened.
base::Result<std::optional<std::string>> look_at(const std::string& path);

// A missing file is not an error.
base::Result<> rename_file(const std::string& from, const std::string& to);

// Quarantines the journal: renames all its files to `<path>.bad-<time>…`.
base::Result<> put_aside(const std::string& path, base::WallTime now);

}  // namespace healer::journal
