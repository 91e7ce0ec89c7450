// Which files some process has open for writing, as far as /proc tells: of the processes of other users only
// root, or CAP_SYS_PTRACE, sees what they have open.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <utility>

namespace healer::actions {

using FileId = std::pair<dev_t, ino_t>;

// A reader, such as the exporter that follows a log, does not count. Blocks for some 10 ms per thousand
// processes; what cannot be read is left out.
std::set<FileId> files_being_written(const std::string& procfs = "/proc");

}  // namespace healer::actions
