// The files that processes have open for writing, according to /proc. The open files of other users'
// processes are visible only to root or with CAP_SYS_PTRACE.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <utility>

namespace healer::actions {

using FileId = std::pair<dev_t, ino_t>;

// A reader, such as the exporter that follows a log, does not count. Blocks for some 10 ms per thousand
// processes; processes that cannot be read are left out.
std::set<FileId> files_being_written(const std::string& procfs = "/proc");

}  // namespace healer::actions
