// Reads and writes whole files. The only file that calls fsync.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// At most `max_bytes`; a longer file is an error. Blocks.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes = 4 * 1024 * 1024);

// Replaces `path` atomically: readers, also after a crash, see either the old or the new content. Temporary
// file beside it, fsync, rename, fsync of the folder. On error no temporary file is left. Blocks for the
// fsyncs.
Result<> write_atomically(const std::string& path, std::string_view content, mode_t mode = 0640);

// The same, but readers see the content before it is on disk: rename, then both fsyncs. A power cut between
// them may leave arbitrary content, so only for files whose readers detect incomplete content. After an error
// the file may have been replaced. Blocks for the fsyncs.
Result<> write_at_once(const std::string& path, std::string_view content, mode_t mode = 0640);

// Waits until everything written to the file or folder `fd` is on disk. The error is only the reason.
Result<> sync(int fd);

// Reads a secret: the content without its last newline. An error when it is empty or the file is readable by
// others. The content never appears in an error.
Result<std::string> read_secret(const std::string& path);

}  // namespace base
